// One question of a form: its texts in three languages side by side, why it is asked, and who may open the answer. Once somebody has answered the form, what
// answers are read by stays: of whom, what kind, whose eyes, and the choices there are.
#include <algorithm>
#include <sstream>

#include "backoffice/form_history.h"
#include "backoffice/session_form.h"
#include "lib/base/contact.h"
#include "lib/catalogue/promises.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using catalogue::Question;

namespace {

constexpr std::size_t kMostLabel = 200, kMostHint = 400, kMostPurpose = 300, kMostChoice = 120, kMostChoiceLines = 40;

Paths new_question_paths(const std::string& form) { return {"/fi/lomakkeet/" + form + "/uusi-kysymys", "/sv/blanketter/" + form + "/ny-fraga", "/en/forms/" + form + "/new-question"}; }
Paths question_paths(const std::string& form, const std::string& question) {
  const std::string both = form + "." + question;
  return {"/fi/kysymykset/" + both, "/sv/fragor/" + both, "/en/questions/" + both};
}

struct Asking {
  FormRow form;
  EditForms may;
  std::optional<Question> was;  // nothing: a new one
  Paths paths;
};
// ERRORS: not_found; denied.
base::Result<Asking> asking(const Call& call) {
  const auto dot = call.arg.find('.');
  KK_LET(auto form, find_form(call.db, call.lang, call.arg.substr(0, dot)));
  if (!form) return fail(ErrorKind::not_found, "no such form");
  KK_LET(auto may, may_change(call.rights, *form));
  if (dot == std::string::npos) {
    const Paths paths = new_question_paths(form->code);
    return Asking{std::move(*form), std::move(may), std::nullopt, paths};
  }
  const std::string code = call.arg.substr(dot + 1);
  KK_LET(const auto questions, load_questions(call.db, form->code));
  const auto found = std::find_if(questions.begin(), questions.end(), [&](const auto& one) { return one.question.code == code; });
  if (found == questions.end()) return fail(ErrorKind::not_found, "no such question");
  const Paths paths = question_paths(form->code, code);
  return Asking{std::move(*form), std::move(may), found->question, paths};
}

// The same rows in each language make the choices; those there were keep their codes.
std::vector<catalogue::Choice> check_choices(const Call& call, const std::optional<Question>& was, web::Problems& problems) {
  std::vector<catalogue::Choice> out;
  const auto needed = catalogue::languages_of(call.city.bilingual);
  for (const auto lang : base::kLangs) {
    const std::string field = std::string("choices_") + base::to_string(lang);
    std::vector<std::string> lines;
    std::istringstream in(call.form.text(field));
    for (std::string line; std::getline(in, line);) {
      const auto words = base::clean_text(line, kMostChoice);
      if (!words && words.error() == base::TextProblem::missing) continue;
      if (!words && words.error() == base::TextProblem::too_long) problems.add(field, "text_too_long", {{"max", std::to_string(kMostChoice)}});
      else if (!words) problems.add(field, "words_invalid");
      lines.push_back(words.value_or(line));
    }
    if (lang == Lang::fi) {
      if (lines.empty() || lines.size() > kMostChoiceLines) problems.add(field, "choices_required", {{"max", std::to_string(kMostChoiceLines)}});
      out.resize(std::min(lines.size(), kMostChoiceLines));
    } else if (lines.size() != out.size() && std::find(needed.begin(), needed.end(), lang) != needed.end()) {
      problems.add(field, "choices_same");
    }
    for (std::size_t i = 0; i < out.size() && i < lines.size(); ++i) out[i].label[lang] = lines[i];
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i].code = was && i < was->choices.size() ? was->choices[i].code : "c" + std::to_string(i + 1);
  return out;
}

// What is wrong with how it is asked, and, once answered, what has to stay.
void check_kind(const Asking& at, const Question& q, web::Problems& problems) {
  for (const auto& fault : catalogue::faults_of(q)) {
    if (std::string_view(fault.field) == "class") problems.add("class", "question_health");
  }
  if (!at.was || !at.form.answered) return;
  for (const auto& fault : catalogue::broken_by(*at.was, q)) {
    const bool of_choices = std::string_view(fault.field) == "choices";
    problems.add(of_choices ? "choices_fi" : fault.field, of_choices ? "choices_grow" : "question_fixed");
  }
}

Question check_question(const Call& call, const Asking& at, web::Problems& problems) {
  Question out;
  if (at.was) out.code = at.was->code;
  out.label = check_texts(call, "label", kMostLabel, true, problems);
  out.purpose = check_texts(call, "purpose", kMostPurpose, true, problems);
  out.hint = check_texts(call, "hint", kMostHint, false, problems);
  const auto chosen = [&](const char* field, const std::vector<std::string>& known) {
    const std::string value = call.form.text(field);
    if (std::find(known.begin(), known.end(), value) != known.end()) return value;
    problems.add(field, "choose_one");
    return std::string();
  };
  out.of = chosen("of", catalogue::kOfWhom);
  out.type = chosen("type", catalogue::kQuestionTypes);
  out.data_class = chosen("class", catalogue::kDataClasses);
  out.required = call.form.ticked("required");
  if (catalogue::has_choices(out.type)) out.choices = check_choices(call, at.was, problems);
  check_kind(at, out, problems);
  return out;
}

view::List kind_fields(const Call& call, const web::Form& typed, const web::Problems& problems) {
  web::Fields fields(call.templates, call.lang, &typed, problems);
  const auto one_of = [&](const std::string& id, const char* key, const std::vector<std::string>& values, const std::string& prefix) {
    std::vector<web::Fields::Choice> choices;
    for (const auto& value : values) choices.push_back({id + "_" + value, id, value, call.say(prefix + value), "", "", typed.text(id) == value});
    fields.choices({.id = id, .label = call.say(key), .hint = ""}, choices);
  };
  one_of("class", "backoffice.question_class", catalogue::kDataClasses, "backoffice.class_");
  one_of("of", "backoffice.question_of", catalogue::kOfWhom, "backoffice.of_");
  one_of("type", "backoffice.question_type", catalogue::kQuestionTypes, "backoffice.type_");
  fields.tick("required", call.say("backoffice.question_required"), call.say("backoffice.question_required_hint"));
  return fields.take();
}

// What the question is now where something else was typed.
view::List question_differences(const Call& call, const Question& now, const Question& wish) {
  view::List out;
  for (const auto& [field, value] : differing(typed_of(now), typed_of(wish))) {
    std::string words = question_value(call, field, value);
    for (std::size_t at = 0; (at = words.find('\n', at)) != std::string::npos;) words.replace(at, 1, ", ");  // a line each
    out.push_back(view::Object().set("name", question_label(call, field)).set("value", words.empty() ? "–" : words));
  }
  return out;
}

struct ShownQuestion {
  const web::Form& typed;
  std::int64_t version = 0;
  const Question* wish = nullptr;  // what was typed, where somebody has changed the form meanwhile
};
base::Result<web::Response> question_page(const Call& call, const Asking& at, const ShownQuestion& shown, const web::Problems& problems) {
  view::Object data;
  data.set("texts_label", three_fields(call, shown.typed, problems, {"label", true, true})).set("texts_purpose", three_fields(call, shown.typed, problems, {"purpose", true, true}));
  data.set("texts_hint", three_fields(call, shown.typed, problems, {"hint", false, true})).set("texts_choices", three_fields(call, shown.typed, problems, {"choices", false, true}));
  data.set("kind", kind_fields(call, shown.typed, problems)).set("version", std::to_string(shown.version)).set("answered", at.was && at.form.answered);
  data.set("name", at.form.title()).set("action", in(call.lang, at.paths)).set("back_url", in(call.lang, form_paths(at.form.code)));
  view::List differences = shown.wish != nullptr && at.was ? question_differences(call, *at.was, *shown.wish) : view::List();
  data.set("changed_meanwhile", shown.wish != nullptr).set("changed_here", !differences.empty()).set("differences", std::move(differences));
  problems.fill(data, call.templates, call.lang, {});
  const std::string title = call.say(at.was ? "backoffice.question_edit" : "backoffice.question_new");
  data.set("title", title);
  return staff::show(call, {"backoffice/question", (problems.empty() ? "" : call.say("checkout.error_prefix")) + title, at.paths}, std::move(data));
}

// A form that was sent twice: what it wants is there. A new question has got a code by then.
base::Result<bool> is_there(const Call& call, const Asking& at, const Question& wish) {
  KK_LET(const auto all, load_questions(call.db, at.form.code));
  return std::any_of(all.begin(), all.end(), [&](const AskedQuestion& one) {
    Question other = wish;
    if (!at.was) other.code = one.question.code;
    return one.question == other;
  });
}

}  // namespace

base::Result<web::Response> show_question(Call& call) {
  KK_LET(const Asking at, asking(call));
  const auto typed = web::Form::from_pairs(at.was ? typed_of(*at.was) : web::Pairs{{"class", "child"}, {"of", "participant"}, {"type", "short_text"}});
  return question_page(call, at, {typed, at.form.version}, {});
}

base::Result<web::Response> post_question(Call& call) {
  KK_LET(const Asking at, asking(call));
  const auto version = call.form.number("version", 1, 4'294'967'295);
  if (!version) return fail(ErrorKind::invalid, "no version");
  web::Problems problems;
  const Question question = check_question(call, at, problems);
  if (!problems.empty()) return question_page(call, at, {call.form, *version}, problems);
  bool still = false, there = false;
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(still, touch_form(at.may, call.db, at.form.code, *version, call.now));
    if (!still) {
      KK_LET(there, is_there(call, at, question));
      return {};
    }
    KK_LET(const auto before, load_questions(call.db, at.form.code));
    if (at.was) KK_TRY(change_question(at.may, call.db, at.form.code, question));
    else KK_TRY(add_question(at.may, call.db, at.form.code, question));
    KK_TRY(keep_form_edits(call, at.form.code, before));
    return log_act(call, staff::Use::change, "form", at.form.code, at.was ? "question changed" : "question added");
  });
  if (!done) return fail(done.error());
  if (!still && !there) return question_page(call, at, {call.form, at.form.version, &question}, {});
  return web::see_other(in(call.lang, form_paths(at.form.code)));
}

}  // namespace backoffice
