#include "backoffice/edit_history.h"

#include <nlohmann/json.hpp>

#include "backoffice/inputs.h"
#include "backoffice/paging.h"

namespace backoffice {

using nlohmann::json;

namespace {

constexpr std::size_t kHistoryBytes = 20'000, kEditBytes = 700, kEditChangeBytes = 200, kLongestValue = 5'000;  // of a page's edits; of one, and of a change, beside their words; of a value: longer ones are cut

std::string or_dash(std::string words) {
  while (!words.empty() && words.back() == '\n') words.pop_back();
  for (std::size_t at = 0; (at = words.find('\n', at)) != std::string::npos;) words.replace(at, 1, ", ");  // a line each
  if (words.size() > kLongestValue) {
    std::size_t end = kLongestValue;
    while ((words[end] & 0xC0) == 0x80) --end;  // within a character
    words = words.substr(0, end) + "…";
  }
  return words.empty() ? "–" : words;
}

struct Edit {
  std::vector<FieldEdit> changes;  // in words
  std::size_t bytes = kEditBytes;  // of them on a page
};
// ERRORS: broken: it is none.
base::Result<Edit> edit_from(const std::string& text, const EditWords& words) {
  const json changes = json::parse(text, nullptr, false);
  if (!changes.is_array()) return base::fail(base::ErrorKind::broken, "a history that is no list");
  Edit out;
  for (const auto& one : changes) {
    const std::string field = one.at(0).get<std::string>();
    FieldEdit edit{words.name(field), or_dash(words.value(field, one.at(1).get<std::string>())), or_dash(words.value(field, one.at(2).get<std::string>()))};
    out.bytes += kEditChangeBytes + edit.field.size() + edit.before.size() + edit.after.size();
    out.changes.push_back(std::move(edit));
  }
  return out;
}

// As many changes as a page holds, and how many more there are.
view::List changes_view(const Call& call, const Edit& edit) {
  view::List out;
  std::size_t used = 0;
  for (const auto& one : edit.changes) {
    if (used > kHistoryBytes) break;
    used += kEditChangeBytes + one.field.size() + one.before.size() + one.after.size();
    out.push_back(view::Object().set("field", one.field).set("before", one.before).set("after", one.after));
  }
  const std::size_t others = edit.changes.size() - out.size();
  if (others > 0) out.push_back(view::Object().set("field", call.say("sales.and_more", {{"count", std::to_string(others)}})).set("before", "…").set("after", "…"));
  return out;
}

}  // namespace

web::Pairs differing(const web::Pairs& now, const web::Pairs& typed) {
  const auto current = web::Form::from_pairs(now), wish = web::Form::from_pairs(typed);
  web::Pairs out;
  for (const auto& [field, value] : current.pairs()) {
    if (value != wish.text(field)) out.emplace_back(field, value);
  }
  for (const auto& [field, value] : wish.pairs()) {
    if (!current.has(field) && !value.empty()) out.emplace_back(field, "");
  }
  return out;
}

std::string label_of(const Call& call, std::initializer_list<std::pair<const char*, const char*>> labels, const std::string& field) {
  constexpr std::pair<const char*, const char*> kEnds[] = {{"_fi", "in_finnish"}, {"_sv", "in_swedish"}, {"_en", "in_english"}, {"_clock", "clock"}};
  std::string out;
  for (const auto& [start, key] : labels) {
    if (field.starts_with(start)) out = call.say(std::string("backoffice.") + key);
  }
  for (const auto& [end, key] : kEnds) {
    if (field.ends_with(end)) out += ", " + call.say(std::string("backoffice.") + key);
  }
  return out;
}

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

base::Status set_history(const Call& call, const History& of, view::Object& data) {
  const ListPlace place = list_place(call);
  const std::int64_t before = place.list == "history" ? place.number() : 0;
  KK_LET(const db::Rows rows, call.db.query("SELECT h.id, h.at_utc, s.name, h.changes FROM edit_history h LEFT JOIN staff s ON s.id = h.staff_id WHERE h.subject = ? AND h.subject_id = ? AND (? = 0 OR h.id < ?) ORDER BY h.id DESC LIMIT " + std::to_string(kHistoryBytes / kEditBytes + 1),
                                            of.subject.kind, of.subject.id, before, before));
  view::List history;
  std::size_t used = 0;
  std::string last, next;
  for (const auto& row : rows) {
    KK_LET(const Edit edit, edit_from(row.text(3), of.words));
    used += edit.bytes;
    if (!history.empty() && used > kHistoryBytes) {
      next = last;
      break;
    }
    last = std::to_string(row.integer(0));
    history.push_back(view::Object().set("at", base::format_date_time(row.time(1).value_or(call.now), call.lang)).set("who", row.is_null(2) ? call.say("products.nobody") : row.text(2)).set("edits", changes_view(call, edit)));
  }
  data.set("has_history", !history.empty()).set("history", std::move(history)).set("history_more", more_view(call, of.paths, {"history", next, "history"}, call.say("products.to_history")));
  return {};
}

}  // namespace backoffice
