// The forms of sign-ups: which there are and who uses them; one form with its questions in order, who may open each answer in plain words, and a preview.
#include <algorithm>

#include "backoffice/form_history.h"
#include "backoffice/paging.h"
#include "backoffice/session_edit_store.h"
#include "lib/base/contact.h"
#include "lib/catalogue/rules.h"
#include "lib/crypto/crypto.h"
#include "lib/web/fields.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

namespace {

constexpr std::size_t kManyQuestions = 6;  // more is a lot to ask of a family
constexpr std::size_t kMostFormName = 120, kFormsPerPage = 50;
constexpr std::size_t kMostUsers = 10;  // activities of a form that are named

Paths preview_paths(const std::string& code) { return {"/fi/lomakkeet/" + code + "/esikatselu", "/sv/blanketter/" + code + "/forhandsvisning", "/en/forms/" + code + "/preview"}; }

// ERRORS: not_found; denied: out of one's scope.
base::Result<FormRow> form_here(const Call& call) {
  KK_LET(auto form, find_form(call.db, call.lang, call.arg));
  if (!form) return fail(ErrorKind::not_found, "no such form");
  if (!may_see(call.rights, *form)) return fail(ErrorKind::denied, "not of one's scope");
  return std::move(*form);
}

std::string users_words(const Call& call, const FormRow& form) {
  if (form.used_by.empty()) return call.say("backoffice.form_unused");
  std::string out;
  const std::size_t named = std::min(form.used_by.size(), kMostUsers);
  for (std::size_t i = 0; i < named; ++i) out += (out.empty() ? "" : ", ") + form.used_by[i];
  return named == form.used_by.size() ? out : out + " " + call.say("sales.and_more", {{"count", std::to_string(form.used_by.size() - named)}});
}

base::Result<view::List> units_of(const Call& call) {
  KK_LET(const auto units, find_units(call.db, call.lang));
  view::List out;
  for (const auto& one : units) {
    if (call.rights.on(Right::activities_edit, {.unit = one.code, .categories = {}, .product = "", .reg = ""})) out.push_back(view::Object().set("value", one.code).set("name", one.name).set("chosen", call.form.text("unit") == one.code));
  }
  return out;
}

base::Result<web::Response> forms_page(const Call& call, const web::Problems& problems) {
  KK_LET(auto forms, find_forms(call.db, call.lang));
  KK_LET(auto units, units_of(call));
  std::erase_if(forms, [&](const auto& one) { return !may_see(call.rights, one); });
  const std::string next = keep_part(forms, list_place(call).after, kFormsPerPage, [](const auto& one) { return one.code; });
  view::List list;
  for (const auto& one : forms) {
    list.push_back(view::Object().set("name", one.title()).set("url", in(call.lang, form_paths(one.code))).set("used", users_words(call, one)));
  }
  view::Object data;
  data.set("paging", more_view(call, forms_paths(), {"", next}, call.say("backoffice.forms_title"))).set("none", list.empty()).set("forms", std::move(list)).set("may_make", !units.empty()).set("units", std::move(units)).set("action", in(call.lang, forms_paths())).set("typed_name", call.form.text("name")).set("key", crypto::random_token());
  problems.fill(data, call.templates, call.lang, {"name", "unit"});
  return staff::show(call, {"backoffice/forms", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.forms_title"), forms_paths()}, std::move(data));
}

view::Object question_view(const Call& call, const FormRow& form, const AskedQuestion& one, bool is_first) {
  const auto& q = one.question;
  view::List missing, choices;
  for (const auto lang : catalogue::languages_of(call.city.bilingual)) {
    if (q.label[lang].empty() || q.purpose[lang].empty()) missing.push_back(view::Object().set("lang", base::to_string(lang)));
  }
  for (const auto& choice : q.choices) choices.push_back(view::Object().set("name", choice.label[call.lang]));
  return view::Object().set("code", q.code).set("label", q.label[call.lang]).set("of", call.say("backoffice.of_" + q.of)).set("type", call.say("backoffice.type_" + q.type)).set("class_words", call.say("backoffice.class_" + q.data_class))
      .set("is_sealed", q.data_class != "plain").set("purpose", q.purpose[call.lang]).set("no_purpose", q.purpose[call.lang].empty()).set("is_required", q.required).set("has_choices", !choices.empty()).set("choices", std::move(choices)).set("is_missing", !missing.empty()).set("missing", std::move(missing))
      .set("retired", one.retired).set("asked", !one.retired).set("may_raise", !one.retired && !is_first)
      .set("edit_url", std::string(base::by_lang(call.lang, "/fi/kysymykset/", "/sv/fragor/", "/en/questions/")) + form.code + "." + q.code);
}

base::Result<web::Response> form_page(const Call& call, const FormRow& form, const web::Problems& problems, bool changed_meanwhile = false) {
  KK_LET(const auto questions, load_questions(call.db, form.code));
  KK_LET(auto units, units_of(call));
  KK_LET(const auto activities, find_activities(call.db, call.lang, call.now));
  const bool may = may_change(call.rights, form).has_value();
  view::List list, others;
  std::size_t asked = 0;
  std::string above;
  bool health_words = false;
  for (const auto& one : questions) {
    list.push_back(question_view(call, form, one, list.empty()).set("may_change", may).set("above", above));
    above = one.question.code;
    asked += one.retired ? 0 : 1;
    health_words |= !one.retired && one.question.data_class == "health" && (one.question.type == "long_text" || one.question.type == "short_text");
  }
  for (const auto& one : activities) {
    if (one.form != form.code && call.rights.on(Right::activities_edit, one.place)) others.push_back(view::Object().set("value", one.code).set("name", one.name));
  }
  view::Object data;
  const std::string url = in(call.lang, form_paths(form.code));
  data.set("name", form.title()).set("used", users_words(call, form)).set("answered", form.answered).set("none", list.empty()).set("questions", std::move(list)).set("may_change", may);
  data.set("asks_much", asked > kManyQuestions).set("much_words", call.say("backoffice.form_much", {{"count", std::to_string(asked)}})).set("health_words", health_words).set("version", std::to_string(form.version)).set("changed_meanwhile", changed_meanwhile);
  data.set("add_url", below(url, "uusi-kysymys", "ny-fraga", "new-question", call.lang)).set("preview_url", in(call.lang, preview_paths(form.code))).set("raise_url", below(url, "ylos", "upp", "up", call.lang));
  data.set("retire_url", below(url, "kysyminen", "fragande", "asking", call.lang)).set("copy_url", below(url, "kopioi", "kopiera", "copy", call.lang)).set("use_url", below(url, "kayttoon", "anvand", "use", call.lang));
  data.set("may_copy", !units.empty()).set("units", std::move(units)).set("typed_name", call.form.text("name")).set("key", crypto::random_token()).set("has_others", !others.empty()).set("others", std::move(others)).set("back_url", in(call.lang, forms_paths()));
  KK_TRY(set_form_history(call, form.code, questions, data));
  problems.fill(data, call.templates, call.lang, {"name", "unit", "activity"});
  return staff::show(call, {"backoffice/form", (problems.empty() ? "" : call.say("checkout.error_prefix")) + form.title(), form_paths(form.code)}, std::move(data));
}

std::optional<NewForm> check_new_form(const Call& call, const std::string& like, web::Problems& problems) {
  NewForm out{"", call.form.text("unit"), call.form.text("key"), like};
  const auto name = base::clean_text(call.form.text("name"), kMostFormName);
  if (name) out.name = *name;
  else problems.add("name", "form_name_required", {{"max", std::to_string(kMostFormName)}});
  if (out.unit.empty()) problems.add("unit", "form_unit_required");
  return problems.empty() ? std::optional(out) : std::nullopt;
}

// `like`: the form it is copied of, whose page shows what is wrong.
base::Result<web::Response> make_new(const Call& call, const FormRow* like) {
  web::Problems problems;
  const auto again = [&] { return like != nullptr ? form_page(call, *like, problems) : forms_page(call, problems); };
  const auto wanted = check_new_form(call, like != nullptr ? like->code : "", problems);
  if (!wanted) return again();
  KK_LET(const auto may, call.rights.permit<Right::activities_edit>({.unit = wanted->unit, .categories = {}, .product = "", .reg = ""}));
  const auto making = call.db.transact([&]() -> base::Result<FormMaking> {
    KK_LET(FormMaking one, make_form(may, call.db, *wanted));
    if (one.how == FormMaking::How::made) KK_TRY(log_act(call, staff::Use::change, "form", one.code, like == nullptr ? "made" : "copied of " + like->code.substr(0, 25)));
    return one;
  });
  if (!making) return fail(making.error());
  if (making->how != FormMaking::How::otherwise) return web::see_other(in(call.lang, form_paths(making->code)));
  problems.add("name", "form_made");
  KK_LET(auto page, again());
  page.status = 409;
  return page;
}

// Of the form's questions, one: after which the page shows the form as it is then. Where somebody else has changed it, nothing is done and that is told, unless it is `as_wanted` already.
template <typename AsWanted, typename Change>
base::Result<web::Response> change_form(Call& call, const char* result, AsWanted&& as_wanted, Change&& change) {
  KK_LET(const FormRow form, form_here(call));
  KK_LET(const auto may, may_change(call.rights, form));
  bool still = false;
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(still, touch_form(may, call.db, form.code, call.form.number("version", 1, 4'294'967'295).value_or(0), call.now));
    if (!still) return {};
    KK_LET(const auto before, load_questions(call.db, form.code));
    KK_TRY(change(may, form));
    KK_TRY(keep_form_edits(call, form.code, before));
    return log_act(call, staff::Use::change, "form", form.code, result);
  });
  if (!done) return fail(done.error());
  KK_LET(const auto questions, load_questions(call.db, form.code));
  if (still || as_wanted(questions)) return web::see_other(in(call.lang, form_paths(form.code)));
  KK_LET(const FormRow now, form_here(call));
  KK_LET(auto page, form_page(call, now, {}, true));
  page.status = 409;
  return page;
}

void preview_question(const Call& call, const catalogue::Question& q, web::Fields& fields) {
  const std::string why = q.purpose[call.lang];
  const std::string hint = q.hint[call.lang] + (why.empty() ? "" : (q.hint[call.lang].empty() ? "" : " ") + call.say("signup.purpose", {{"purpose", why}}));
  if (q.type == "consent") return fields.tick(q.code, q.label[call.lang], hint);
  const bool yes_no = q.type == "yes_no";
  if (!yes_no && !catalogue::has_choices(q.type)) return fields.text({.id = q.code, .label = q.label[call.lang], .hint = hint, .required = q.required, .is_long = q.type == "long_text", .is_short = q.type == "number" || q.type == "date"});
  std::vector<web::Fields::Choice> choices;
  for (const auto& choice : q.choices) choices.push_back({q.code + "_" + choice.code, q.code, choice.code, choice.label[call.lang], "", "", false});
  if (yes_no) choices = {{q.code + "_yes", q.code, "yes", call.say("signup.yes"), "", "", false}, {q.code + "_no", q.code, "no", call.say("signup.no"), "", "", false}};
  fields.choices({.id = q.code, .label = q.label[call.lang], .hint = hint, .required = q.required, .many = q.type == "many_of"}, choices);
}

}  // namespace

base::Result<web::Response> show_forms(Call& call) { return forms_page(call, {}); }

base::Result<web::Response> post_new_form(Call& call) { return make_new(call, nullptr); }

base::Result<web::Response> show_form(Call& call) {
  KK_LET(const FormRow form, form_here(call));
  return form_page(call, form, {});
}

base::Result<web::Response> post_copy_form(Call& call) {
  KK_LET(const FormRow form, form_here(call));
  return make_new(call, &form);
}

base::Result<web::Response> post_raise_question(Call& call) {
  const auto at = [](const std::vector<AskedQuestion>& all, const std::string& code) { return std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.question.code == code; }); };
  const auto as_wanted = [&](const std::vector<AskedQuestion>& all) { return at(all, call.form.text("question")) < at(all, call.form.text("above")); };
  return change_form(call, "order changed", as_wanted, [&](const EditForms& may, const FormRow& form) { return raise_question(may, call.db, form.code, call.form.text("question")); });
}

base::Result<web::Response> post_asking(Call& call) {
  const bool retire = call.form.text("asked") != "1";
  const auto as_wanted = [&](const std::vector<AskedQuestion>& all) {
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.question.code == call.form.text("question") && one.retired == retire; });
  };
  return change_form(call, retire ? "question retired" : "question asked again", as_wanted, [&](const EditForms& may, const FormRow& form) {
    return retire_question(may, call.db, form.code, call.form.text("question"), retire ? std::optional(call.now) : std::nullopt);
  });
}

base::Result<web::Response> post_use_form(Call& call) {
  KK_LET(const FormRow form, form_here(call));
  KK_LET(const auto activity, find_activity(call.db, call.lang, call.form.text("activity")));
  web::Problems problems;
  if (!activity) {
    problems.add("activity", "form_activity_required");
    return form_page(call, form, problems);
  }
  KK_LET(const auto may, call.rights.permit<Right::activities_edit>(activity->place));
  const auto done = call.db.transact([&]() -> base::Status {
    KK_TRY(use_form(may, call, form.code, activity->code));
    return log_act(call, staff::Use::change, "activity", activity->code, "form " + form.code.substr(0, 30));
  });
  if (done) return web::see_other(in(call.lang, form_paths(form.code)));
  if (done.error().kind != ErrorKind::conflict) return fail(done.error());
  problems.add("activity", "form_activity_answered");
  return form_page(call, form, problems);
}

base::Result<web::Response> show_form_preview(Call& call) {
  KK_LET(const FormRow form, form_here(call));
  KK_LET(const auto questions, load_questions(call.db, form.code));
  const web::Problems none;
  web::Fields participant(call.templates, call.lang, nullptr, none), health(call.templates, call.lang, nullptr, none), family(call.templates, call.lang, nullptr, none), reached(call.templates, call.lang, nullptr, none);
  for (const auto& one : questions) {
    if (one.retired) continue;
    const auto& q = one.question;
    preview_question(call, q, q.data_class == "health" ? health : q.of == "participant" ? participant : q.of == "guardian" ? family : reached);
  }
  view::Object data;
  view::List of_health = health.take();
  data.set("name", form.title()).set("participant", participant.take()).set("has_health", !of_health.empty()).set("health", std::move(of_health)).set("family", family.take()).set("reached", reached.take());
  data.set("back_url", in(call.lang, form_paths(form.code))).set("health_days", std::to_string(call.city.retention.at("health_answers_days")));
  return staff::show(call, {"backoffice/form_preview", call.say("backoffice.preview_title"), preview_paths(form.code)}, std::move(data));
}

base::Result<web::Response> to_form(Call& call) { return web::see_other(in(call.lang, form_paths(call.arg))); }

}  // namespace backoffice
