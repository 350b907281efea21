#include "backoffice/edit_history.h"

#include <nlohmann/json.hpp>

#include "backoffice/session_form.h"

namespace backoffice {

using nlohmann::json;

namespace {

std::string or_dash(std::string words) {
  while (!words.empty() && words.back() == '\n') words.pop_back();
  for (std::size_t at = 0; (at = words.find('\n', at)) != std::string::npos;) words.replace(at, 1, ", ");  // a line each
  return words.empty() ? "–" : words;
}

}  // namespace

std::vector<FieldEdit> edits_of(const web::Pairs& before, const web::Pairs& after) {
  const auto now = web::Form::from_pairs(after);
  std::vector<FieldEdit> out;
  for (const auto& [field, value] : differing(before, after)) out.push_back({field, value, now.text(field)});
  return out;
}

base::Status keep_edits(const Call& call, const Subject& subject, const std::vector<FieldEdit>& edits) {
  if (edits.empty()) return {};
  json changes = json::array();
  for (const auto& one : edits) changes.push_back({one.field, one.before, one.after});
  return call.db.write("INSERT INTO edit_history (subject, subject_id, staff_id, at_utc, changes) VALUES (?, ?, ?, ?, ?)", subject.kind, subject.id, call.person().id, call.now, changes.dump());
}

std::string sum_words(const Call& call, const std::string& typed) {
  const auto cents = base::parse_money(typed);
  return cents ? money_field(*cents, call.lang) : typed;
}

base::Status set_history(const Call& call, const Subject& subject, const EditWords& words, view::Object& data) {
  KK_LET(const db::Rows rows, call.db.query("SELECT h.at_utc, s.name, h.changes FROM edit_history h LEFT JOIN staff s ON s.id = h.staff_id WHERE h.subject = ? AND h.subject_id = ? ORDER BY h.id DESC LIMIT 50", subject.kind, subject.id));
  view::List history;
  for (const auto& row : rows) {
    const json changes = json::parse(row.text(2), nullptr, false);
    if (!changes.is_array()) return base::fail(base::ErrorKind::broken, "a history that is no list");
    view::List edits;
    for (const auto& one : changes) {
      const std::string field = one.at(0).get<std::string>();
      edits.push_back(view::Object().set("field", words.name(field)).set("before", or_dash(words.value(field, one.at(1).get<std::string>()))).set("after", or_dash(words.value(field, one.at(2).get<std::string>()))));
    }
    history.push_back(view::Object().set("at", base::format_date_time(row.time(0).value_or(call.now), call.lang)).set("who", row.is_null(1) ? call.say("products.nobody") : row.text(1)).set("edits", std::move(edits)));
  }
  data.set("has_history", !history.empty()).set("history", std::move(history));
  return {};
}

}  // namespace backoffice
