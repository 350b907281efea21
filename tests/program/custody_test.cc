// Goal: sealed data open for those whose key opens them and for nobody else, whoever joins, leaves, forgets or dies half-way (K2 to K7, K11).
// custody_test.py starts the server and gives KK_DB_SOCKET, KK_DB_USER (its administrator) and KK_DB_PASSWORD (of opener's account).
#include "lib/custody/custody.h"


#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "lib/staff/rights.h"
#include "lib/staff/session.h"
#include "unit/catch.h"
#include "unit/crypto/trusting.h"

using base::ErrorKind;
using crypto::DataClass;

namespace {

const base::UtcTime kNow = *base::parse_utc("2026-11-27T12:00:00.000Z");
constexpr const char* kUnit = "unit:sports";

template <typename T>
T take(base::Result<T> result) {
  INFO((result ? "" : result.error().detail));
  REQUIRE(result.has_value());
  return std::move(*result);
}
void done(const base::Status& status) {
  INFO((status ? "" : status.error().detail));
  REQUIRE(status.has_value());
}
template <typename T>
ErrorKind kind(const base::Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

std::string bytes_of(const auto& key) { return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}; }

// Two administrators (1, 2) and members (3, 4, 5) with keys, signatures of both on all, and a group of 3 and 4.
struct Bed {
  db::Connection root{{std::getenv("KK_DB_SOCKET"), "kuntakauppa", std::getenv("KK_DB_USER"), ""}};
  db::Connection db{{std::getenv("KK_DB_SOCKET"), "kuntakauppa", "kuntakauppa-opener", std::getenv("KK_DB_PASSWORD")}};
  trusting::Directory directory;
  keys::Anchors anchors{directory.directory.public_key(), {}};
  crypto::SecretKey recovery = take(crypto::SecretKey::random());
  std::vector<crypto::Key> keks;

  Bed() {
    anchors.recovery = recovery.public_key();
    for (const char* table : {"kuntakauppa_keys.data_keys", "key_groups", "key_signatures", "key_requests", "key_probes", "staff"}) run(std::string("DELETE FROM ") + table);
    for (int id = 0; id <= 5; ++id) {
      keks.push_back(take(crypto::Key::random()));
      if (id == 0) continue;
      const std::string text = std::to_string(id);
      run("INSERT INTO staff (id, login, name, email, lang, state, created_utc) VALUES (" + text + ", 'p" + text + "', 'P', 'p@example.com', 'fi', 'active', UTC_TIMESTAMP())");
      done(custody::make_keys(db, id, keks[static_cast<std::size_t>(id)], kNow));
    }
    for (const int id : {1, 2}) certify(id);
    for (int id = 1; id <= 5; ++id) sign_both(person(id));
    make_group({3, 4});
  }
  void run(const std::string& sql) {
    const auto made = root.execute(sql);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
  }
  std::int64_t number(const std::string& sql) { return take(root.query(sql)).at(0).integer(0); }
  crypto::Administrators administrators() { return take(keys::administrators(db, anchors, kNow)); }
  custody::Unlocked unlocked(std::int64_t id) { return std::move(*take(custody::unlock(db, id, keks[static_cast<std::size_t>(id)]))); }
  crypto::MemberSecretKey member(std::int64_t id) { return take(custody::as_member(unlocked(id))); }
  std::string person(std::int64_t id) { return crypto::person_text(*take(custody::find_keys(db, id))); }
  void certify(std::int64_t id) {
    const auto keys = *take(custody::find_keys(db, id));
    const auto signature = directory.directory.sign(crypto::certificate_text(id, keys.sign, "2028-01-01"));
    REQUIRE(root.execute("REPLACE INTO key_certificates (staff_id, sign_public, until_day, signature) VALUES (?, ?, '2028-01-01', ?)", id, bytes_of(keys.sign), bytes_of(signature)));
  }
  void sign_both(const std::string& text) {
    for (const int id : {1, 2}) done(custody::sign(db, administrators(), unlocked(id), text, kNow));
  }
  crypto::GroupPublicKey make_group(const std::vector<std::int64_t>& members) {
    const auto made = take(db.transact([&] { return custody::make_epoch(db, administrators(), anchors, kUnit, DataClass::health, members, 1, kNow); }));
    sign_both(crypto::group_text(made));
    return made;
  }
  // What a public process does.
  std::string seal(const std::string& text) {
    const auto group = take(keys::current_group_key(db, administrators(), kUnit, DataClass::health));
    const std::string row = keys::new_row_id();
    done(db.transact([&]() -> base::Status {
      KK_LET(const auto key, keys::new_record_key(db, group, row, "key_probes"));
      KK_LET(const auto sealed, key.seal("words", 1, text));
      return db.write("INSERT INTO key_probes (row_id, group_name, class, row_version, words, made_utc) VALUES (?, ?, 1, 1, ?, ?)", row, kUnit, sealed.bytes(), kNow);
    }));
    return row;
  }
  base::Result<std::string> open(const std::string& row, const crypto::MemberSecretKey& by) {
    KK_LET(const auto key, custody::open_record_key(db, row, kUnit, DataClass::health, by));
    KK_LET(const db::Rows rows, db.query("SELECT words, row_version FROM key_probes WHERE row_id = ?", row));
    KK_LET(const auto text, crypto::open_field(key, {"key_probes", "words", row, DataClass::health, static_cast<std::uint32_t>(rows.at(0).integer(1))}, crypto::Sealed(rows.at(0).text(0))));
    return std::string(text.text());
  }
  bool opens(const std::string& row, std::int64_t id) { return open(row, member(id)).value_or("") == "pähkinä"; }
};

}  // namespace

TEST_CASE("what is sealed opens for each member and for recovery, and for nobody else whatever the rights say (K4)") {
  Bed bed;
  const auto row = bed.seal("pähkinä");
  CHECK(bed.opens(row, 3));
  CHECK(bed.opens(row, 4));
  CHECK(take(bed.open(row, {crypto::kRecovery, take(crypto::SecretKey::from_bytes({reinterpret_cast<const char*>(bed.recovery.data()), 32}))})) == "pähkinä");
  CHECK(kind(bed.open(row, bed.member(5))) == ErrorKind::denied);
  CHECK(kind(bed.open(row, bed.member(1))) == ErrorKind::denied);
  // With another's wrap put in one's own place it doesn't open either.
  bed.run("INSERT INTO key_wraps SELECT group_name, class, epoch, 'person:5', 5, wrap FROM key_wraps WHERE member = 'person:3'");
  CHECK(kind(bed.open(row, bed.member(5))) == ErrorKind::broken);
}

TEST_CASE("a row, key or version that was moved or put back does not open (K2)") {
  Bed bed;
  const auto first = bed.seal("pähkinä"), second = bed.seal("kala");
  bed.run("UPDATE key_probes a, key_probes b SET a.words = b.words WHERE a.row_id = '" + first + "' AND b.row_id = '" + second + "'");
  CHECK(kind(bed.open(first, bed.member(3))) == ErrorKind::denied);
  const auto third = bed.seal("pähkinä");
  bed.run("UPDATE key_probes SET row_version = 2 WHERE row_id = '" + third + "'");
  CHECK(kind(bed.open(third, bed.member(3))) == ErrorKind::denied);
  bed.run("UPDATE key_probes SET row_version = 1 WHERE row_id = '" + third + "'");
  CHECK(bed.opens(third, 3));
  bed.run("UPDATE kuntakauppa_keys.data_keys a, kuntakauppa_keys.data_keys b SET a.sealed = b.sealed WHERE a.row_id = '" + third + "' AND b.row_id = '" + second + "'");
  CHECK(kind(bed.open(third, bed.member(3))) == ErrorKind::broken);
  // A key that is said to be another group's, or an epoch's that never was: no reason to believe that one just lacks a wrap.
  const auto fourth = bed.seal("pähkinä");
  for (const char* change : {"group_name = 'unit:library'", "epoch = 99"}) {
    bed.run(std::string("UPDATE kuntakauppa_keys.data_keys SET ") + change + " WHERE row_id = '" + fourth + "'");
    CHECK(kind(bed.open(fourth, bed.member(3))) == ErrorKind::broken);
  }
}

TEST_CASE("a group's key that somebody put into the database is not sealed to (K3)") {
  Bed bed;
  const auto attacker = take(crypto::SecretKey::random());
  REQUIRE(bed.root.execute("UPDATE key_groups SET public_key = ?", bytes_of(attacker.public_key())));
  CHECK(kind(keys::current_group_key(bed.db, bed.administrators(), kUnit, DataClass::health)) == ErrorKind::denied);
  // With a certificate of his own making he isn't an administrator either.
  const auto forger = take(crypto::SigningKey::random());
  const auto signature = forger.sign(crypto::certificate_text(5, forger.public_key(), "2028-01-01"));
  REQUIRE(bed.root.execute("INSERT INTO key_certificates VALUES (5, ?, '2028-01-01', ?)", bytes_of(forger.public_key()), bytes_of(signature)));
  CHECK_FALSE(bed.administrators().is_one(5, forger.public_key()));
}

TEST_CASE("a new epoch is sealed to only when a second administrator has signed it") {
  Bed bed;
  const auto made = take(custody::make_epoch(bed.db, bed.administrators(), bed.anchors, kUnit, DataClass::health, {3, 4}, 1, kNow));
  CHECK(take(keys::current_group_key(bed.db, bed.administrators(), kUnit, DataClass::health)).key().id.epoch == 1);
  done(custody::sign(bed.db, bed.administrators(), bed.unlocked(1), crypto::group_text(made), kNow));
  CHECK(take(keys::current_group_key(bed.db, bed.administrators(), kUnit, DataClass::health)).key().id.epoch == 1);
  CHECK(kind(custody::sign(bed.db, bed.administrators(), bed.unlocked(3), crypto::group_text(made), kNow)) == ErrorKind::denied);
  done(custody::sign(bed.db, bed.administrators(), bed.unlocked(2), crypto::group_text(made), kNow));
  CHECK(take(keys::current_group_key(bed.db, bed.administrators(), kUnit, DataClass::health)).key().id.epoch == 2);
}

TEST_CASE("a group has two members at least, each of whose key counts") {
  Bed bed;
  const auto make = [&](const std::vector<std::int64_t>& members) { return bed.db.transact([&] { return custody::make_epoch(bed.db, bed.administrators(), bed.anchors, "unit:x", DataClass::child, members, 1, kNow); }); };
  CHECK(kind(make({3})) == ErrorKind::invalid);
  CHECK(kind(make({3, 3})) == ErrorKind::invalid);
  bed.run("DELETE FROM key_signatures WHERE signer_id = 2 AND text_hash = UNHEX(SHA2('" + bed.person(4) + "', 256))");
  CHECK(kind(make({3, 4})) == ErrorKind::denied);
  CHECK(make({3, 5}).has_value());
  CHECK(kind(custody::leave(bed.db, kUnit, DataClass::health, 4)) == ErrorKind::conflict);
}

TEST_CASE("joining takes two people, one of them a member, and then all that was sealed before opens too") {
  Bed bed;
  const auto row = bed.seal("pähkinä");
  done(custody::ask_to_join(bed.db, kUnit, DataClass::health, 5, 3, kNow));
  const auto request = bed.number("SELECT MAX(id) FROM key_requests");
  const auto let = [&](std::int64_t by) { return bed.db.transact([&] { return custody::let_join(bed.db, bed.administrators(), request, bed.unlocked(by), kNow); }); };
  CHECK(kind(let(3)) == ErrorKind::denied);  // the one who asked
  CHECK(kind(let(1)) == ErrorKind::denied);  // no member
  CHECK(kind(let(5)) == ErrorKind::denied);  // the newcomer
  CHECK_FALSE(bed.opens(row, 5));
  done(let(4));
  CHECK(bed.opens(row, 5));
  CHECK(kind(let(4)) == ErrorKind::not_found);
}

TEST_CASE("who leaves opens nothing any more: sessions and wraps go at once, a new epoch is made, all keys are sealed to it (K5)") {
  Bed bed;
  done(custody::ask_to_join(bed.db, kUnit, DataClass::health, 5, 3, kNow));
  done(custody::let_join(bed.db, bed.administrators(), bed.number("SELECT MAX(id) FROM key_requests"), bed.unlocked(4), kNow));
  std::vector<std::string> rows;
  for (int i = 0; i < 12; ++i) rows.push_back(bed.seal("pähkinä"));
  const auto kept = bed.member(5);
  const auto old_group = take(custody::open_group(bed.db, take(custody::find_epochs(bed.db, bed.administrators()))[0].key, kept));
  bed.run("INSERT INTO staff_sessions (token_hash, staff_id, begun_utc, seen_utc, factor_utc) VALUES ('x', 5, UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP())");
  done(bed.db.transact([&] { return custody::leave(bed.db, kUnit, DataClass::health, 5); }));
  CHECK(bed.number("SELECT COUNT(*) FROM staff_sessions") == 0);
  CHECK(kind(bed.open(rows[0], kept)) == ErrorKind::denied);
  bed.make_group({3, 4});
  while (take(custody::reseal(bed.db, bed.administrators(), kUnit, DataClass::health, bed.member(3), 5)) > 0) {
    for (const auto& row : rows) REQUIRE((bed.opens(row, 3) && bed.opens(row, 4)));
  }
  CHECK(bed.number("SELECT COUNT(*) FROM key_groups") == 1);
  CHECK(bed.number("SELECT COUNT(*) FROM key_wraps WHERE epoch = 1") == 0);
  // Even with the old group's secret key in hand, today's database opens nothing.
  for (const auto& row : rows) {
    const auto sealed = take(bed.db.query("SELECT sealed FROM kuntakauppa_keys.data_keys WHERE row_id = ?", row)).at(0).text(0);
    CHECK(kind(crypto::open_data_key(crypto::Sealed(sealed), row, old_group)) == ErrorKind::denied);
    CHECK(bed.opens(row, 3));
  }
}

TEST_CASE("whoever's account is closed loses wraps and sessions with it") {
  Bed bed;
  bed.run("UPDATE staff SET state = 'disabled' WHERE id = 4");
  CHECK(bed.number("SELECT COUNT(*) FROM key_wraps WHERE staff_id = 4") == 0);
  const auto epochs = take(custody::find_epochs(bed.db, bed.administrators()));
  CHECK(epochs[0].members_made == 3);
  CHECK(epochs[0].members == std::vector<std::int64_t>{3});
}

TEST_CASE("sealing anew goes on after kill -9 at any record, and every record opens at every moment (K6)") {
  Bed bed;
  std::vector<std::string> rows;
  for (int i = 0; i < 60; ++i) rows.push_back(bed.seal("pähkinä"));
  bed.make_group({3, 4});
  int killed = 0;
  for (int round = 0; round < 40; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      Bed* same = &bed;
      db::Connection own({std::getenv("KK_DB_SOCKET"), "kuntakauppa", "kuntakauppa-opener", std::getenv("KK_DB_PASSWORD")});
      const auto left = custody::reseal(own, take(keys::administrators(own, same->anchors, kNow)), kUnit, DataClass::health, take(custody::as_member(std::move(*take(custody::unlock(own, 3, same->keks[3]))))), 2);
      ::_exit(left.value_or(-1) == 0 ? 0 : 1);
    }
    ::usleep(static_cast<useconds_t>(2000 + 700 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    for (const auto& row : rows) REQUIRE((bed.opens(row, 3) && bed.opens(row, 4)));
  }
  INFO(killed);
  CHECK(killed > 0);
  while (take(custody::reseal(bed.db, bed.administrators(), kUnit, DataClass::health, bed.member(4), 7)) > 0) {
  }
  CHECK(bed.number("SELECT COUNT(*) FROM kuntakauppa_keys.data_keys WHERE epoch = 1") == 0);
  CHECK(bed.number("SELECT COUNT(*) FROM key_groups") == 1);
  for (const auto& row : rows) CHECK((bed.opens(row, 3) && bed.opens(row, 4)));
}

TEST_CASE("a new password keeps the keys, and a forgotten one makes new keys that open nothing until two administrators and a member let them (K7)") {
  Bed bed;
  const auto row = bed.seal("pähkinä");
  auto changed = take(crypto::Key::random());
  done(custody::relock(bed.db, bed.unlocked(3), changed));
  CHECK(kind(custody::unlock(bed.db, 3, bed.keks[3])) == ErrorKind::denied);
  bed.keks[3] = std::move(changed);
  CHECK(bed.opens(row, 3));
  const auto before = bed.unlocked(4);
  bed.keks[4] = take(crypto::Key::random());
  done(bed.db.transact([&] { return custody::make_keys(bed.db, 4, bed.keks[4], kNow); }));
  CHECK_FALSE(bed.opens(row, 4));
  CHECK(kind(custody::relock(bed.db, before, bed.keks[4])) == ErrorKind::conflict);
  done(custody::ask_to_join(bed.db, kUnit, DataClass::health, 4, 1, kNow));
  const auto request = bed.number("SELECT MAX(id) FROM key_requests");
  CHECK(kind(custody::let_join(bed.db, bed.administrators(), request, bed.unlocked(3), kNow)) == ErrorKind::denied);  // new keys, not signed
  bed.sign_both(bed.person(4));
  done(custody::let_join(bed.db, bed.administrators(), request, bed.unlocked(3), kNow));
  CHECK(bed.opens(row, 4));
}

TEST_CASE("a row whose data keys are destroyed opens for nobody, with any key, and that is written down") {
  Bed bed;
  const auto gone = bed.seal("pähkinä"), kept = bed.seal("pähkinä");
  bed.run("CALL destroy_data_keys('" + gone + "', NULL, 'erased')");
  CHECK(kind(bed.open(gone, bed.member(3))) == ErrorKind::not_found);
  CHECK(bed.opens(kept, 3));
  CHECK(bed.number("SELECT COUNT(*) FROM use_log WHERE what = 'delete' AND object_id = '" + gone + "'") == 1);
  CHECK_FALSE(bed.db.execute("DELETE FROM kuntakauppa_keys.data_keys"));
}

TEST_CASE("a right on a register counts while its responsible person's approval does, and other rights without it") {
  Bed bed;
  bed.run("INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_utc) SELECT 5, id, 'shop', '', '2026-11-27' FROM staff_groups WHERE code = 'cashier'");
  const auto may = [&](staff::Right right, base::UtcTime at) { return take(staff::rights_of(bed.db, 5, at)).any(right); };
  CHECK(may(staff::Right::tickets_check, kNow));
  CHECK_FALSE(may(staff::Right::orders_view, kNow));
  const std::string approve = "INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) SELECT MAX(id), '";
  bed.run(approve + "recordings', 1, '2026-11-27', '2027-11-27' FROM staff_memberships");
  CHECK_FALSE(may(staff::Right::orders_view, kNow));
  bed.run(approve + "shop', 1, '2026-11-27', '2027-11-27' FROM staff_memberships");
  CHECK(may(staff::Right::orders_view, kNow));
  CHECK_FALSE(may(staff::Right::orders_view, kNow + std::chrono::hours(24 * 366)));
  bed.run("UPDATE staff_register_approvals SET ended_utc = '2026-11-27 12:00:00'");
  CHECK_FALSE(may(staff::Right::orders_view, kNow));
}

TEST_CASE("the vendor's rights count in the hours that two people opened, and none of them opens what is sealed") {
  Bed bed;
  bed.run("INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_utc) SELECT 5, id, 'shop', '', '2026-11-27' FROM staff_groups WHERE code = 'vendor'");
  const auto may = [&](base::UtcTime at) { return take(staff::rights_of(bed.db, 5, at)).any(staff::Right::maintenance); };
  CHECK_FALSE(may(kNow));
  bed.run("INSERT INTO staff_vendor_openings (asked_by, asked_utc, hours, reason) VALUES (1, '2026-11-27 11:59:00', 2, 'x')");
  CHECK_FALSE(may(kNow));
  bed.run("UPDATE staff_vendor_openings SET approved_by = 2, approved_utc = '2026-11-27 12:00:00', ends_utc = '2026-11-27 14:00:00'");
  CHECK(may(kNow));
  CHECK(may(kNow + std::chrono::minutes(119)));
  CHECK_FALSE(may(kNow + std::chrono::hours(2)));
  // A row that says more changes nothing.
  bed.run("INSERT INTO staff_group_rights SELECT id, 'recordings_play' FROM staff_groups WHERE code = 'vendor'");
  bed.run("INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) SELECT MAX(id), 'recordings', 1, '2026-11-27', '2027-11-27' FROM staff_memberships");
  CHECK_FALSE(take(staff::rights_of(bed.db, 5, kNow)).any(staff::Right::recordings_play));
  bed.run("UPDATE staff_vendor_openings SET closed_utc = '2026-11-27 12:30:00'");
  CHECK_FALSE(may(kNow));
  bed.run("DELETE FROM staff_group_rights WHERE right_name = 'recordings_play' AND group_id = (SELECT id FROM staff_groups WHERE code = 'vendor')");
}

TEST_CASE("a session opens a person's keys with its token alone, and public halves that were changed are noticed") {
  Bed bed;
  const std::string token = crypto::random_token(), other = crypto::random_token();
  REQUIRE(bed.db.execute("INSERT INTO staff_sessions (token_hash, staff_id, begun_utc, seen_utc, factor_utc) VALUES (?, 3, ?, ?, ?)", staff::hash_of(token), kNow, kNow, kNow));
  CHECK_FALSE(take(custody::of_session(bed.db, token, 3)));
  done(custody::keep_for_session(bed.db, token, bed.unlocked(3)));
  CHECK(take(custody::of_session(bed.db, token, 3)));
  CHECK_FALSE(take(custody::of_session(bed.db, other, 3)));
  REQUIRE(bed.root.execute("UPDATE staff_sessions SET token_hash = ?", staff::hash_of(other)));
  CHECK(kind(custody::of_session(bed.db, other, 3)) == ErrorKind::denied);
  REQUIRE(bed.root.execute("UPDATE staff_keys SET box_public = ? WHERE staff_id = 3", bytes_of(take(crypto::SecretKey::random()).public_key())));
  CHECK(kind(custody::unlock(bed.db, 3, bed.keks[3])) == ErrorKind::denied);
}
