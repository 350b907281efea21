#include "registrations/seal.h"

#include <nlohmann/json.hpp>

namespace registrations {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::chrono::seconds kKnownFor{30};
constexpr const char* kKeyless = "no key that counts, of the unit ";

Json answers_json(const std::map<AnswerClass, Answers>& answers, AnswerClass of) {
  Json out = Json::object();
  const auto found = answers.find(of);
  if (found == answers.end()) return out;
  for (const auto& [question, values] : found->second) out[question] = values;
  return out;
}

// Whose record it is, sealed with it: a record under another's row is found out when it is opened.
std::string owner(const Registration& registration, int participant) { return registration.number + "/" + std::to_string(participant); }

// A later record of the same owner has a greater version.
std::int64_t version_at(base::UtcTime now) { return now.time_since_epoch() / std::chrono::seconds{1}; }

base::Status seal_record(db::Connection& db, const char* table, const Registration& registration, int participant, const crypto::TrustedGroupKey& group, Json content, base::UtcTime now) {
  content["of"] = owner(registration, participant);
  const std::string row = keys::new_row_id();
  const auto version = version_at(now);
  KK_LET(const auto key, keys::new_record_key(db, group, row, table));
  KK_LET(const auto words, key.seal("words", static_cast<std::uint32_t>(version), content.dump()));
  if (std::string_view(table) == "health_answers") {
    return db.write("INSERT INTO health_answers (row_id, registration_id, participant, row_version, words, made_utc) VALUES (?, ?, ?, ?, ?, ?)", row, registration.id, participant, version, words.bytes(), now);
  }
  return db.write("INSERT INTO registration_records (row_id, registration_id, participant, class, row_version, words, made_utc) VALUES (?, ?, ?, ?, ?, ?, ?)", row, registration.id, participant,
                  static_cast<int>(group.key().id.data_class), version, words.bytes(), now);
}

base::Status store_participant(db::Connection& db, const Registration& registration, const Session& session, const Participant& one, int no, const Keys& keys, const std::string& consent_version, base::UtcTime now) {
  base::Cents cents;
  for (const auto& price : session.prices) {
    if (price.group == one.group) cents = price.cents;
  }
  KK_TRY(db.write("INSERT INTO registration_participants (registration_id, no, price_group, unit_cents, answers) VALUES (?, ?, ?, ?, ?)", registration.id, no, one.group, cents,
                  answers_json(one.answers, AnswerClass::plain).dump()));
  KK_TRY(seal_record(db, "registration_records", registration, no, keys.child,
                     {{"first_name", one.first_name}, {"last_name", one.last_name}, {"birth", one.birth}, {"answers", answers_json(one.answers, AnswerClass::child)}}, now));
  const auto contact = answers_json(one.answers, AnswerClass::contact);
  if (!contact.empty()) KK_TRY(seal_record(db, "registration_records", registration, no, keys.contact, {{"answers", contact}}, now));
  const auto health = one.answers.find(AnswerClass::health);
  if (health == one.answers.end()) return {};
  if (!keys.health) return fail(ErrorKind::broken, "health answers without a key to seal them to");
  return store_health(db, registration, no, health->second, one.consents, *keys.health, consent_version, now);
}

}  // namespace

base::Result<crypto::TrustedGroupKey> KeyRing::key(db::Connection& db, const std::optional<keys::Anchors>& anchors, const std::string& unit, DataClass data_class, base::UtcTime now) {
  const auto known = known_.find({unit, data_class});
  if (known != known_.end() && now >= known->second.checked && now - known->second.checked < kKnownFor) return known->second.key;
  if (!anchors) return fail(ErrorKind::unavailable, kKeyless + unit);
  KK_LET(const auto admins, keys::administrators(db, *anchors, now));
  auto found = keys::sealing_key(db, admins, "unit:" + unit, data_class, now);
  if (!found && (found.error().kind == ErrorKind::not_found || found.error().kind == ErrorKind::denied)) return fail(ErrorKind::unavailable, kKeyless + unit);
  if (found) known_.insert_or_assign({unit, data_class}, Known{*found, now});
  return found;
}

bool is_keyless(const base::Error& error) { return error.detail.starts_with(kKeyless); }

base::Status store_filled(db::Connection& db, const Registration& registration, const Session& session, const Filled& filled, const Keys& keys, const std::string& consent_version, base::UtcTime now) {
  int no = 0;
  for (const auto& one : filled.participants) KK_TRY(store_participant(db, registration, session, one, ++no, keys, consent_version, now));
  KK_TRY(seal_record(db, "registration_records", registration, 0, keys.contact,
                     {{"adult_name", filled.adult_name}, {"adult_phone", filled.adult_phone}, {"reach_name", filled.reach_name}, {"reach_phone", filled.reach_phone}, {"protected", filled.is_protected},
                      {"answers", answers_json(filled.answers, AnswerClass::contact)}}, now));
  const auto child = answers_json(filled.answers, AnswerClass::child);
  if (!child.empty()) KK_TRY(seal_record(db, "registration_records", registration, 0, keys.child, {{"answers", child}}, now));
  return db.write("UPDATE registrations SET answers = ? WHERE id = ?", answers_json(filled.answers, AnswerClass::plain).dump(), registration.id);
}

base::Status store_health(db::Connection& db, const Registration& registration, int participant, const Answers& answers, bool consents, const crypto::TrustedGroupKey& key,
                          const std::string& consent_version, base::UtcTime now) {
  KK_TRY(db.write("CALL destroy_health_answers(?, ?, NULL, 'answered anew')", registration.id, participant));
  if (answers.empty()) return {};
  KK_TRY(seal_record(db, "health_answers", registration, participant, key, {{"answers", answers_json({{AnswerClass::health, answers}}, AnswerClass::health)}}, now));
  if (!consents) return {};
  return db.write("INSERT IGNORE INTO registration_consents (registration_id, participant, text_version, lang, given_utc) VALUES (?, ?, ?, ?, ?)", registration.id, participant, consent_version,
                  base::to_string(registration.lang), now);
}

}  // namespace registrations
