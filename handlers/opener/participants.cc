#include "opener/participants.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "lib/base/log.h"
#include "lib/crypto/opening.h"
#include "lib/outbox/outbox.h"

namespace opener {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;
using nlohmann::json;

namespace {

// The questions of a form in the reader's words.
class Words {
 public:
  static base::Result<Words> load(const Call& call, const std::string& form) {
    const std::string l = base::to_string(call.lang);
    KK_LET(const auto rows, call.db.query_all({db::statement("SELECT code, label_" + l + ", type FROM form_questions WHERE form_code = ? ORDER BY sort_order", form),
                                               db::statement("SELECT question_code, code, label_" + l + " FROM form_choices WHERE form_code = ?", form)}));
    Words out(call);
    for (const auto& row : rows[0]) {
      out.order_.push_back(row.text(0));
      out.labels_[row.text(0)] = row.text(1);
    }
    for (const auto& row : rows[1]) out.choices_[{row.text(0), row.text(1)}] = row.text(2);
    return out;
  }

  // {"diet": ["nuts"]} in the order of the form; last, by its code, what was asked when the family answered and isn't any more.
  OpenedAnswers say(const json& answers) const {
    OpenedAnswers out;
    for (const auto& code : order_) add(answers, code, labels_.at(code), out);
    for (const auto& [code, values] : answers.items()) {
      if (!labels_.contains(code)) add(answers, code, code, out);
    }
    return out;
  }

 private:
  explicit Words(const Call& call) : call_(&call) {}
  void add(const json& answers, const std::string& code, const std::string& label, OpenedAnswers& out) const {
    if (!answers.contains(code) || !answers[code].is_array()) return;
    std::string words;
    for (const auto& value : answers[code]) words += (words.empty() ? "" : ", ") + value_words(code, value.get<std::string>());
    out.emplace_back(label, words);
  }
  std::string value_words(const std::string& question, const std::string& value) const {
    const auto choice = choices_.find({question, value});
    if (choice != choices_.end()) return choice->second;
    if (value == "yes" || value == "no") return call_->say(value == "yes" ? "signup.yes" : "signup.no");
    return value;
  }
  const Call* call_;
  std::vector<std::string> order_;
  std::map<std::string, std::string> labels_;
  std::map<std::pair<std::string, std::string>, std::string> choices_;
};

class Records {
 public:
  Records(const Call& call, std::string group, const crypto::MemberSecretKey& member) : call_(call), group_(std::move(group)), member_(member) {}

  // What a record holds, once it is proved to be its owner's. ERRORS: denied; broken: told to staff and written down.
  base::Result<json> open(const char* table, const db::Row& row, std::size_t first, DataClass data_class, const std::string& owner) const {
    const std::string id = row.text(first);
    auto opened = content(table, id, static_cast<std::uint32_t>(row.integer(first + 1)), row.text(first + 2), data_class, owner);
    if (opened || opened.error().kind != ErrorKind::broken) return opened;
    base::log_error("sealed_record_refused", {{"row", id}, {"detail", opened.error().detail}});
    const auto told = call_.db.transact([&]() -> base::Status {
      KK_TRY(outbox::alert_staff(call_.db, "sealed_record", keys::object_number(id), "", call_.now));
      return staff::log_use(call_.db, {call_.person().id, call_.request.address, staff::Use::refused, "record", id, "", "broken"}, call_.now);
    });
    if (!told) return fail(told.error());
    return opened;
  }

 private:
  base::Result<json> content(const char* table, const std::string& id, std::uint32_t version, const std::string& words, DataClass data_class, const std::string& owner) const {
    const auto key = custody::open_record_key(call_.db, id, group_, data_class, member_);
    // Row and key are made and destroyed together: one without the other is somebody's doing.
    if (!key) return fail(key.error().kind == ErrorKind::not_found ? ErrorKind::broken : key.error().kind, key.error().detail);
    const auto text = crypto::open_field(*key, {table, "words", id, data_class, version}, crypto::Sealed(words));
    if (!text) return fail(ErrorKind::broken, text.error().detail);
    json out = json::parse(text->text(), nullptr, false);
    if (!out.is_object() || out.value("of", "") != owner) return fail(ErrorKind::broken, "another's record");
    return out;
  }

  const Call& call_;
  std::string group_;
  const crypto::MemberSecretKey& member_;
};

void add_answers(const json& content, const Words& words, OpenedParticipant& out) {
  for (auto& one : words.say(content.value("answers", json::object()))) out.answers.push_back(std::move(one));
}

void take_child(const json& content, const Words& words, OpenedParticipant& out) {
  out.first_name = content.value("first_name", "");
  out.last_name = content.value("last_name", "");
  out.birth = content.value("birth", "");
  add_answers(content, words, out);
}

void take_contact(const json& content, const Words& words, OpenedParticipant& out) {
  out.adult_name = content.value("adult_name", "");
  out.adult_phone = content.value("adult_phone", "");
  out.reach_name = content.value("reach_name", "");
  out.reach_phone = content.value("reach_phone", "");
  out.is_protected = content.value("protected", false);
  add_answers(content, words, out);
}

void take_health(const json& content, const Words& words, OpenedParticipant& out) {
  const json answers = content.value("answers", json::object());
  out.health = words.say(answers);
  if (answers.contains("diet")) out.diets = answers["diet"].get<std::vector<std::string>>();
}

std::string only_of(const std::optional<std::int64_t>& registration) { return registration ? " AND r.id = " + std::to_string(*registration) : std::string(); }

base::Result<std::vector<OpenedParticipant>> find_participants(const Call& call, const HeldSession& session, const Words& words, const std::string& only) {
  KK_LET(const db::Rows rows, call.db.run_query("SELECT r.id, r.number, p.no, p.answers, EXISTS (SELECT 1 FROM health_answers h WHERE h.registration_id = r.id AND h.participant = p.no), "
                                                "EXISTS (SELECT 1 FROM registration_consents c WHERE c.registration_id = r.id AND c.participant = p.no AND c.withdrawn_utc IS NOT NULL) "
                                                "FROM registrations r JOIN registration_participants p ON p.registration_id = r.id WHERE r.variant_id = ? AND r.state = 'confirmed'" + only + " ORDER BY r.id, p.no", {session.variant}));
  std::vector<OpenedParticipant> out;
  for (const auto& row : rows) {
    OpenedParticipant one;
    one.registration = row.integer(0);
    one.number = row.text(1);
    one.no = static_cast<int>(row.integer(2));
    one.answers = words.say(json::parse(row.text(3), nullptr, false));
    one.has_health = row.boolean(4);
    one.withdrew = row.boolean(5) && !one.has_health;
    out.push_back(std::move(one));
  }
  return out;
}

template <typename Take>
void for_owner(std::vector<OpenedParticipant>& all, std::int64_t registration, int participant, Take&& take) {
  for (auto& one : all) {
    if (one.registration == registration && (participant == 0 || one.no == participant)) take(one);
  }
}

}  // namespace

base::Result<std::vector<OpenedParticipant>> open_participants(const Call& call, const HeldSession& session, With with, std::optional<std::int64_t> registration) {
  const auto own = custody::of_session(call.db, token_of(call.request), call.person().id);
  if (!own) return fail(own.error());
  if (!*own) return fail(ErrorKind::denied, "no keys");
  KK_LET(const auto member, custody::as_member(**own));
  const Records records(call, "unit:" + session.place.unit, member);
  KK_LET(const Words words, Words::load(call, session.form));
  KK_LET(auto out, find_participants(call, session, words, only_of(registration)));
  KK_LET(const db::Rows sealed, call.db.run_query("SELECT r.id, r.number, s.participant, s.class, s.row_id, s.row_version, s.words FROM registration_records s JOIN registrations r ON r.id = s.registration_id "
                                                  "WHERE r.variant_id = ? AND r.state = 'confirmed'" + only_of(registration) + " ORDER BY s.participant, s.class", {session.variant}));
  for (const auto& row : sealed) {
    const int participant = static_cast<int>(row.integer(2));
    const auto data_class = row.integer(3) == 2 ? DataClass::child : DataClass::contact;
    if (data_class == DataClass::contact && !call.rights.on(staff::Right::contacts_open, session.place)) continue;
    KK_LET(const json content, records.open("registration_records", row, 4, data_class, row.text(1) + "/" + std::to_string(participant)));
    for_owner(out, row.integer(0), participant, [&](OpenedParticipant& one) {
      if (data_class == DataClass::contact && participant == 0) take_contact(content, words, one);
      else if (data_class == DataClass::child && participant != 0) take_child(content, words, one);
      else add_answers(content, words, one);
    });
  }
  if (with == With::names) return out;
  KK_LET(const db::Rows health, call.db.run_query("SELECT r.id, r.number, h.participant, h.row_id, h.row_version, h.words FROM health_answers h JOIN registrations r ON r.id = h.registration_id "
                                                  "WHERE r.variant_id = ? AND r.state = 'confirmed'" + only_of(registration), {session.variant}));
  for (const auto& row : health) {
    const int participant = static_cast<int>(row.integer(2));
    KK_LET(const json content, records.open("health_answers", row, 3, DataClass::health, row.text(1) + "/" + std::to_string(participant)));
    for_owner(out, row.integer(0), participant, [&](OpenedParticipant& one) { take_health(content, words, one); });
  }
  return out;
}

base::Status note_views(const Call& call, const staff::Place& place, const std::vector<OpenedParticipant>& seen, DataClass data_class) {
  // The group by which the person is at this session, in the family's words.
  KK_LET(const db::Rows groups, call.db.query("SELECT g.name_fi, g.name_sv, g.name_en, m.scope_kind, m.scope_id FROM staff_memberships m JOIN staff_groups g ON g.id = m.group_id JOIN staff_group_rights r ON r.group_id = g.id AND r.right_name = 'participants_view' "
                                            "WHERE m.staff_id = ? AND m.ended_utc IS NULL ORDER BY m.id", call.person().id));
  const auto role = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
    const auto kind = staff::parse_scope_kind(group.text(3));
    return kind && staff::contains({*kind, group.text(4)}, place);
  });
  if (role == groups.end()) return fail(ErrorKind::broken, "nobody's role");
  const std::string name = call.city.family_sees_names ? ": " + call.person().name : std::string();
  const std::array<std::string, 3> roles = {role->text(0) + name, role->text(1) + name, role->text(2) + name};
  std::int64_t before = 0;
  for (const auto& one : seen) {
    if (one.registration == before || (data_class == DataClass::health && !one.health)) continue;
    before = one.registration;
    KK_TRY(call.db.write("INSERT INTO registration_views (registration_id, class, role_fi, role_sv, role_en, at_utc) SELECT ?, ?, ?, ?, ?, ? FROM DUAL WHERE ? = 1 OR NOT EXISTS "
                         "(SELECT 1 FROM registration_views WHERE registration_id = ? AND class = ? AND role_fi = ? AND at_utc > ? - INTERVAL 1 DAY)",
                         one.registration, static_cast<int>(data_class), roles[0], roles[1], roles[2], call.now, data_class == DataClass::health ? 1 : 0, one.registration,
                         static_cast<int>(data_class), roles[0], call.now));
  }
  return {};
}

}  // namespace opener
