#include "backoffice/form_history.h"

#include <algorithm>

namespace backoffice {

namespace {

std::vector<AskedQuestion>::const_iterator question_at(const std::vector<AskedQuestion>& all, const std::string& code) {
  return std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.question.code == code; });
}

}  // namespace

web::Pairs typed_of(const catalogue::Question& q) {
  web::Pairs out = {{"of", q.of}, {"type", q.type}, {"class", q.data_class}, {"required", q.required ? "1" : ""}};
  for (const auto lang : base::kLangs) {
    const std::string end = std::string("_") + base::to_string(lang);
    out.emplace_back("label" + end, q.label[lang]);
    out.emplace_back("hint" + end, q.hint[lang]);
    out.emplace_back("purpose" + end, q.purpose[lang]);
    std::string lines;
    for (const auto& choice : q.choices) lines += choice.label[lang] + "\n";
    out.emplace_back("choices" + end, lines);
  }
  return out;
}

std::string question_label(const Call& call, const std::string& field) {
  return label_of(call, {{"of", "question_of"}, {"type", "question_type"}, {"class", "question_class"}, {"required", "question_required"}, {"label", "question_label"}, {"hint", "question_hint"},
      {"purpose", "question_purpose"}, {"choices", "question_choices"}, {"asked", "question_asked"}, {"place", "question_place"}}, field);
}

std::string question_value(const Call& call, const std::string& field, const std::string& value) {
  if (field == "required" || field == "asked") return call.say(value == "1" ? "signup.yes" : "signup.no");
  return field == "of" || field == "type" || field == "class" ? call.say("backoffice." + field + "_" + value) : value;
}

base::Status keep_form_edits(const Call& call, const std::string& form, const std::vector<AskedQuestion>& before) {
  KK_LET(const auto after, load_questions(call.db, form));
  std::vector<FieldEdit> all;
  for (auto now = after.begin(); now != after.end(); ++now) {
    const std::string code = now->question.code + ".";
    const auto was = question_at(before, now->question.code);
    if (was == before.end() || was->retired != now->retired) all.push_back({code + "asked", was != before.end() && !was->retired ? "1" : "", now->retired ? "" : "1"});
    if (was == before.end()) continue;
    const auto place = [](auto list, auto at) { return std::to_string(at - list + 1); };
    const std::string from = place(before.begin(), was), to = place(after.begin(), now);
    if (from != to) all.push_back({code + "place", from, to});
    for (auto& one : edits_of(typed_of(was->question), typed_of(now->question))) all.push_back({code + one.field, std::move(one.before), std::move(one.after)});
  }
  return keep_edits(call, {"form", form}, all);
}


base::Status set_form_history(const Call& call, const std::string& form, const std::vector<AskedQuestion>& now, view::Object& data) {
  const auto own = [](const std::string& field) { return field.substr(field.find('.') + 1); };
  const auto name = [&](const std::string& field) {
    const std::string code = field.substr(0, field.find('.'));
    const auto found = question_at(now, code);
    return (found == now.end() ? code : found->question.label[call.lang]) + ": " + question_label(call, own(field));
  };
  return set_history(call, {{"form", form}, form_paths(form), {name, [&](const std::string& field, const std::string& value) { return question_value(call, own(field), value); }}}, data);
}

}  // namespace backoffice
