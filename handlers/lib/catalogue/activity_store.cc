#include "lib/catalogue/activity_store.h"

namespace catalogue {

using base::Lang;

namespace {

std::optional<std::string> day_text(const std::optional<std::chrono::year_month_day>& day) {
  if (!day) return std::nullopt;
  return base::to_iso(base::UtcTime(std::chrono::sys_days{*day})).substr(0, 10);
}

base::Texts texts_at(const db::Row& row, std::size_t from) {
  base::Texts out;
  for (const auto lang : base::kLangs) out[lang] = row.text(from + base::index(lang));
  return out;
}

}  // namespace

base::Result<std::optional<StoredSession>> load_session(db::Connection& db, std::int64_t variant) {
  KK_LET(const auto all, db.query_all({
      db::statement("SELECT version, state, place_fi, place_sv, place_en, access_fi, access_sv, access_en, skill_fi, skill_sv, skill_en, address, age_min, age_max, CAST(age_on AS CHAR), waiting_places, minimum, "
                    "signup_from_utc, signup_until_utc, cancel_until_utc, made_key IS NOT NULL FROM activity_sessions WHERE variant_id = ?", variant),
      db::statement("SELECT starts_utc, ends_utc FROM activity_meetings WHERE variant_id = ? ORDER BY starts_utc", variant)}));
  if (all[0].empty()) return std::optional<StoredSession>();
  const auto& row = all[0][0];
  const auto number = [&](std::size_t i) { return row.is_null(i) ? std::optional<int>() : static_cast<int>(row.integer(i)); };
  const auto time = [](const db::Row& from, std::size_t i) { return from.time(i).value_or(base::UtcTime{}); };
  StoredSession out{.session = {}, .state = row.text(1), .version = row.integer(0), .made_on_page = row.boolean(20)};
  Session& s = out.session;
  s.place = texts_at(row, 2), s.access = texts_at(row, 5), s.skill = texts_at(row, 8);
  s.address = row.text(11);
  s.age_min = number(12), s.age_max = number(13);
  if (const auto day = base::parse_utc(row.optional_text(14).value_or("") + "T12:00")) s.age_on = std::chrono::floor<std::chrono::days>(*day);
  s.waiting = static_cast<int>(row.integer(15)), s.minimum = static_cast<int>(row.integer(16));
  s.signup_from = time(row, 17), s.signup_until = time(row, 18), s.cancel_until = time(row, 19);
  for (const auto& meeting : all[1]) s.meetings.push_back({time(meeting, 0), time(meeting, 1)});
  return std::optional(std::move(out));
}

base::Result<std::vector<AskedQuestion>> load_questions(db::Connection& db, const std::string& form) {
  KK_LET(const auto all, db.query_all({
      db::statement("SELECT code, of_whom, type, class, required, label_fi, label_sv, label_en, hint_fi, hint_sv, hint_en, purpose_fi, purpose_sv, purpose_en, sort_order, retired_utc IS NOT NULL FROM form_questions "
                    "WHERE form_code = ? ORDER BY retired_utc IS NOT NULL, sort_order, code", form),
      db::statement("SELECT question_code, code, label_fi, label_sv, label_en FROM form_choices WHERE form_code = ? ORDER BY sort_order, code", form)}));
  std::vector<AskedQuestion> out;
  for (const auto& row : all[0]) {
    AskedQuestion one{{row.text(0), row.text(1), row.text(2), row.text(3), row.boolean(4), texts_at(row, 5), texts_at(row, 8), texts_at(row, 11), {}}, static_cast<int>(row.integer(14)), row.boolean(15)};
    for (const auto& choice : all[1]) {
      if (choice.text(0) == one.question.code) one.question.choices.push_back({choice.text(1), texts_at(choice, 2)});
    }
    out.push_back(std::move(one));
  }
  return out;
}

base::Status store_session(db::Connection& db, std::int64_t variant, const Session& s) {
  KK_TRY(db.execute(
      "INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, access_fi, access_sv, access_en, skill_fi, skill_sv, skill_en, age_min, age_max, age_on, waiting_places, minimum, "
      "signup_from_utc, signup_until_utc, cancel_until_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE place_fi = VALUE(place_fi), place_sv = VALUE(place_sv), "
      "place_en = VALUE(place_en), address = VALUE(address), access_fi = VALUE(access_fi), access_sv = VALUE(access_sv), access_en = VALUE(access_en), skill_fi = VALUE(skill_fi), skill_sv = VALUE(skill_sv), "
      "skill_en = VALUE(skill_en), age_min = VALUE(age_min), age_max = VALUE(age_max), age_on = VALUE(age_on), waiting_places = VALUE(waiting_places), minimum = VALUE(minimum), "
      "signup_from_utc = VALUE(signup_from_utc), signup_until_utc = VALUE(signup_until_utc), cancel_until_utc = VALUE(cancel_until_utc), version = version + 1",
      variant, s.place[Lang::fi], s.place[Lang::sv], s.place[Lang::en], s.address, s.access[Lang::fi], s.access[Lang::sv], s.access[Lang::en], s.skill[Lang::fi], s.skill[Lang::sv], s.skill[Lang::en],
      s.age_min, s.age_max, day_text(s.age_on), s.waiting, s.minimum, s.signup_from, s.signup_until, s.cancel_until));
  KK_TRY(db.execute("DELETE FROM activity_meetings WHERE variant_id = ?", variant));
  for (const auto& meeting : s.meetings) KK_TRY(db.execute("INSERT INTO activity_meetings (variant_id, starts_utc, ends_utc) VALUES (?, ?, ?)", variant, meeting.starts, meeting.ends));
  return {};
}

base::Status store_question(db::Connection& db, const std::string& form, const Question& q, int order) {
  KK_TRY(db.execute("INSERT INTO form_questions (form_code, code, sort_order, of_whom, type, class, required, label_fi, label_sv, label_en, hint_fi, hint_sv, hint_en, purpose_fi, purpose_sv, purpose_en) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    form, q.code, order, q.of, q.type, q.data_class, q.required, q.label[Lang::fi], q.label[Lang::sv], q.label[Lang::en], q.hint[Lang::fi], q.hint[Lang::sv], q.hint[Lang::en],
                    q.purpose[Lang::fi], q.purpose[Lang::sv], q.purpose[Lang::en]));
  int place = 0;
  for (const auto& choice : q.choices) KK_TRY(store_choice(db, form, q.code, choice, ++place));
  return {};
}

base::Status store_choice(db::Connection& db, const std::string& form, const std::string& question, const Choice& choice, int order) {
  KK_TRY(db.execute("INSERT INTO form_choices (form_code, question_code, code, sort_order, label_fi, label_sv, label_en) VALUES (?, ?, ?, ?, ?, ?, ?)", form, question, choice.code, order, choice.label[Lang::fi],
                    choice.label[Lang::sv], choice.label[Lang::en]));
  return {};
}

}  // namespace catalogue
