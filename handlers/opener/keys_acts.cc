// What is done with keys: signing, making a group's key, joining and leaving by two people, sealing anew, and opening a record that proves a key.
#include "lib/base/log.h"
#include "lib/outbox/outbox.h"
#include "lib/staff/use_log.h"
#include "opener/keys_page.h"

namespace opener {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;
using staff::Use;

namespace {

constexpr int kResealAtOnce = 500;
constexpr std::size_t kMostPurpose = 200;

base::Status log_act(const Call& call, Use what, std::string id, std::string result, std::string why = {}) {
  return staff::log_use(call.db, {call.person().id, call.request.address, what, "key", std::move(id), std::move(why), std::move(result)}, call.now);
}

struct GroupName {
  std::string group;
  DataClass data_class;
  std::string id() const { return group + "/" + crypto::to_string(data_class); }
};
base::Result<GroupName> group_of(const Call& call) {
  const std::string group = call.form.text("group");
  const auto data_class = parse_class(call.form.text("class"));
  const bool shaped = group.starts_with("unit:") || group == "register:recordings";
  if (!data_class || !shaped || group.size() > 60) return fail(ErrorKind::invalid, "no group");
  return GroupName{group, *data_class};
}

base::Result<std::int64_t> number(const Call& call, const char* name) {
  const auto out = call.form.number(name, 1, 4294967295);
  if (!out) return fail(ErrorKind::invalid, std::string("no ") + name);
  return *out;
}

base::Result<web::Response> done(const Call& call, const base::Status& status, const char* told) {
  if (!status) return fail(status.error());
  KeysPage page;
  page.told = call.say(told);
  return keys_page(call, page);
}

base::Result<crypto::GroupPublicKey> find_group(const Call& call, const GroupName& name, std::uint32_t epoch) {
  KK_LET(const db::Rows rows, call.db.query("SELECT public_key FROM key_groups WHERE group_name = ? AND class = ? AND epoch = ?", name.group, static_cast<int>(name.data_class), epoch));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such key");
  KK_LET(const auto key, crypto::PublicKey::from_bytes(rows[0].text(0)));
  return crypto::GroupPublicKey{{name.group, name.data_class, epoch}, key};
}

}  // namespace

// A person's keys ("person") or a group's: what is signed is what stands in the database now, which the page showed with its fingerprint.
base::Result<web::Response> post_sign_key(Call& call) {
  KK_LET(const auto admins, administrators(call));
  KK_LET(const auto own, own_keys(call));
  std::string text, id;
  if (call.form.has("person")) {
    KK_LET(const std::int64_t person, number(call, "person"));
    KK_LET(const auto keys, custody::find_keys(call.db, person));
    if (!keys) return fail(ErrorKind::not_found, "no keys");
    text = crypto::person_text(*keys);
    id = crypto::member_name(person);
  } else {
    KK_LET(const GroupName name, group_of(call));
    KK_LET(const std::int64_t epoch, number(call, "epoch"));
    KK_LET(const auto group, find_group(call, name, static_cast<std::uint32_t>(epoch)));
    text = crypto::group_text(group);
    id = name.id() + "/" + std::to_string(epoch);
  }
  if (call.form.text("fingerprint") != crypto::fingerprint(text)) return fail(ErrorKind::conflict, "the key is another than the page showed");
  return done(call, call.db.transact([&]() -> base::Status {
    KK_TRY(custody::sign(call.db, admins, own, text, call.now));
    return log_act(call, Use::grant, id, "signed");
  }), "keys.told_signed");
}

base::Result<web::Response> post_make_group(Call& call) {
  KK_LET(const auto admins, administrators(call));
  KK_LET(const auto own, own_keys(call));
  KK_LET(const GroupName name, group_of(call));
  std::vector<std::int64_t> members;
  for (const auto& [field, value] : call.form.pairs()) {
    if (field == "member" && !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos) members.push_back(std::stoll(value));
  }
  KeysPage page;
  if (members.size() < 2) page.problems.add("members", "keys_two_members");
  if (!page.problems.empty()) return keys_page(call, page);
  return done(call, call.db.transact([&]() -> base::Status {
    KK_LET(const auto made, custody::make_epoch(call.db, admins, *call.app.anchors, name.group, name.data_class, members, call.person().id, call.now));
    KK_TRY(custody::sign(call.db, admins, own, crypto::group_text(made), call.now));
    return log_act(call, Use::grant, name.id(), "epoch " + std::to_string(made.id.epoch));
  }), "keys.told_made");
}

base::Result<web::Response> post_ask_to_join(Call& call) {
  KK_LET(const GroupName name, group_of(call));
  KK_LET(const std::int64_t newcomer, number(call, "person"));
  return done(call, call.db.transact([&]() -> base::Status {
    KK_TRY(custody::ask_to_join(call.db, name.group, name.data_class, newcomer, call.person().id, call.now));
    return log_act(call, Use::grant, name.id(), "asked for " + std::to_string(newcomer));
  }), "keys.told_asked");
}

base::Result<web::Response> post_let_join(Call& call) {
  KK_LET(const auto admins, administrators(call));
  KK_LET(const auto own, own_keys(call));
  KK_LET(const std::int64_t request, number(call, "request"));
  return done(call, call.db.transact([&]() -> base::Status {
    KK_TRY(custody::let_join(call.db, admins, request, own, call.now));
    return log_act(call, Use::grant, "request " + std::to_string(request), "joined");
  }), "keys.told_joined");
}

// In one transaction: wraps and sessions of who leaves are gone, and the next epoch stands for those who stay, signed by this administrator.
base::Result<web::Response> post_leave_group(Call& call) {
  KK_LET(const auto admins, administrators(call));
  KK_LET(const auto own, own_keys(call));
  KK_LET(const GroupName name, group_of(call));
  KK_LET(const std::int64_t person, number(call, "person"));
  const auto left = call.db.transact([&]() -> base::Status {
    KK_TRY(custody::leave(call.db, name.group, name.data_class, person));
    KK_LET(const auto epochs, custody::find_epochs(call.db, admins));
    std::vector<std::int64_t> members;
    for (const auto& one : epochs) {
      if (one.key.id.group == name.group && one.key.id.data_class == name.data_class && members.empty()) members = one.members;
    }
    KK_LET(const auto made, custody::make_epoch(call.db, admins, *call.app.anchors, name.group, name.data_class, members, call.person().id, call.now));
    KK_TRY(custody::sign(call.db, admins, own, crypto::group_text(made), call.now));
    return log_act(call, Use::grant, name.id(), "left " + std::to_string(person));
  });
  if (!left && left.error().kind == ErrorKind::conflict) {
    KeysPage page;
    page.problems.add("members", "keys_two_members");
    return keys_page(call, page);
  }
  return done(call, left, "keys.told_left");
}

base::Result<web::Response> post_reseal(Call& call) {
  KK_LET(const auto admins, administrators(call));
  KK_LET(const auto own, own_keys(call));
  KK_LET(const GroupName name, group_of(call));
  KK_LET(const auto member, custody::as_member(own));
  KK_TRY(log_act(call, Use::change, name.id(), "sealed anew"));
  KK_LET(const std::int64_t left, custody::reseal(call.db, admins, name.group, name.data_class, member, kResealAtOnce));
  KeysPage page;
  page.told = left > 0 ? call.say("keys.told_resealing", {{"count", std::to_string(left)}}) : call.say("keys.told_resealed");
  return keys_page(call, page);
}

// Sealed as a public process does it, with public keys alone.
base::Result<web::Response> post_make_probe(Call& call) {
  KK_LET(const auto admins, administrators(call));
  KK_LET(const GroupName name, group_of(call));
  KK_LET(const auto group, keys::sealing_key(call.db, admins, name.group, name.data_class, call.now));
  const std::string row = keys::new_row_id();
  return done(call, call.db.transact([&]() -> base::Status {
    KK_LET(const auto key, keys::new_record_key(call.db, group, row, "key_probes"));
    KK_LET(const auto words, key.seal("words", 1, call.say("keys.probe_words", {{"time", base::format_date_time_seconds(call.now, call.lang)}})));
    KK_TRY(call.db.write("INSERT INTO key_probes (row_id, group_name, class, row_version, words, made_utc) VALUES (?, ?, ?, 1, ?, ?)", row, name.group, static_cast<int>(name.data_class), words.bytes(), call.now));
    return log_act(call, Use::change, row, "proof sealed");
  }), "keys.told_proof");
}

// Right, purpose and key are checked; the row of the log is committed before anything opened leaves.
base::Result<web::Response> post_open_probe(Call& call) {
  KK_LET(const GroupName name, group_of(call));
  if (!call.rights.on(right_of(name.data_class), place_of(name.group))) return fail(ErrorKind::denied, "no right to open this group's records");
  const std::string purpose = call.form.text("purpose");
  KeysPage page;
  if (purpose.empty() || purpose.size() > kMostPurpose) page.problems.add("purpose", "keys_purpose_required");
  KK_LET(const db::Rows opened_before, call.db.query("SELECT COUNT(*) FROM use_log WHERE staff_id = ? AND what = 'open' AND at_utc > ?", call.person().id, call.now - std::chrono::hours(1)));
  if (opened_before[0].integer(0) >= call.city.staff_openings_per_hour) page.problems.add("purpose", "keys_too_many");
  if (!page.problems.empty()) return keys_page(call, page);
  KK_LET(const auto own, own_keys(call));
  KK_LET(const auto member, custody::as_member(own));
  KK_LET(const db::Rows rows, call.db.query("SELECT row_id, row_version, words FROM key_probes WHERE group_name = ? AND class = ? ORDER BY made_utc DESC LIMIT 1", name.group, static_cast<int>(name.data_class)));
  if (rows.empty()) return fail(ErrorKind::not_found, "no proof of this group");
  const std::string row = rows[0].text(0);
  const auto opened = [&]() -> base::Result<std::string> {
    KK_LET(const auto key, custody::open_record_key(call.db, row, name.group, name.data_class, member));
    const auto text = crypto::open_field(key, {"key_probes", "words", row, name.data_class, static_cast<std::uint32_t>(rows[0].integer(1))}, crypto::Sealed(rows[0].text(2)));
    if (!text) return fail(ErrorKind::broken, text.error().detail);
    return std::string(text->text());
  }();
  if (!opened) {
    base::log_error("sealed_record_refused", {{"row", row}, {"detail", opened.error().detail}});
    const bool is_changed = opened.error().kind == ErrorKind::broken;
    const auto told = call.db.transact([&]() -> base::Status {
      if (is_changed) KK_TRY(outbox::alert_staff(call.db, "sealed_record", keys::object_number(row), "", call.now));
      return log_act(call, Use::refused, row, base::to_string(opened.error().kind), purpose);
    });
    if (!told) return fail(told.error());
    if (!is_changed) return fail(opened.error());
    page.problems.add("purpose", "keys_record_changed");
    return keys_page(call, page);
  }
  KK_TRY(staff::announce_use(call.db, {call.person().id, call.request.address, Use::open, "key", row, purpose, "opened"}, call.now));
  page.told = *opened;
  return keys_page(call, page);
}

}  // namespace opener
