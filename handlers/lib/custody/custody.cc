#include "lib/custody/custody.h"

#include <algorithm>
#include <set>

#include "lib/base/fault.h"
#include "lib/staff/session.h"

namespace custody {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;

namespace {

int number_of(DataClass data_class) { return static_cast<int>(data_class); }

template <typename T>
std::string bytes_of(const T& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

std::string context(const char* what, std::int64_t staff_id, std::uint32_t version) { return std::string(what) + "|" + std::to_string(staff_id) + "|" + std::to_string(version); }

base::Result<crypto::Key> session_key(const std::string& token) { return crypto::Key::from_bytes(crypto::as_bytes(crypto::sha256("skey.1 " + token))); }

struct Stored {
  crypto::PersonKeys keys;
  std::string sealed;
};
base::Result<std::optional<Stored>> find_stored(db::Connection& db, std::int64_t staff_id) {
  KK_LET(const db::Rows rows, db.query("SELECT version, box_public, sign_public, sealed FROM staff_keys WHERE staff_id = ?", staff_id));
  if (rows.empty()) return std::optional<Stored>();
  KK_LET(const auto box, crypto::PublicKey::from_bytes(rows[0].text(1)));
  KK_LET(const auto sign, crypto::SignPublicKey::from_bytes(rows[0].text(2)));
  return std::optional<Stored>(Stored{{staff_id, static_cast<std::uint32_t>(rows[0].integer(0)), box, sign}, rows[0].text(3)});
}

// The public halves beside a locked pair can be changed by whoever writes to the database: they must be those of the secret halves.
base::Result<Unlocked> matching(const crypto::PersonKeys& keys, crypto::PersonSecret secret) {
  if (secret.box().public_key() != keys.box || secret.sign().public_key() != keys.sign) return fail(ErrorKind::denied, "a person's public keys are not those of the secret ones");
  return Unlocked{keys, std::move(secret)};
}

base::Result<std::vector<std::int64_t>> members_of(db::Connection& db, const crypto::GroupKeyId& id) {
  KK_LET(const db::Rows rows, db.query("SELECT staff_id FROM key_wraps WHERE group_name = ? AND class = ? AND epoch = ? AND staff_id IS NOT NULL ORDER BY staff_id", id.group, number_of(id.data_class), id.epoch));
  std::vector<std::int64_t> out;
  for (const auto& row : rows) out.push_back(row.integer(0));
  return out;
}

base::Status insert_wrap(db::Connection& db, const crypto::GroupSecretKey& group, const crypto::TrustedMemberKey& member, std::optional<std::int64_t> staff_id) {
  KK_LET(const crypto::Sealed wrap, crypto::wrap_group_secret(group, member));
  return db.write("REPLACE INTO key_wraps (group_name, class, epoch, member, staff_id, wrap) VALUES (?, ?, ?, ?, ?, ?)", group.id.group,
                  number_of(group.id.data_class), group.id.epoch, member.member(), staff_id, wrap.bytes());
}

base::Result<std::vector<crypto::GroupPublicKey>> epochs_of(db::Connection& db, const std::string& group, DataClass data_class) {
  KK_LET(const db::Rows rows, db.query("SELECT epoch, public_key FROM key_groups WHERE group_name = ? AND class = ? ORDER BY epoch", group, number_of(data_class)));
  std::vector<crypto::GroupPublicKey> out;
  for (const auto& row : rows) {
    KK_LET(const auto key, crypto::PublicKey::from_bytes(row.text(1)));
    out.push_back({{group, data_class, static_cast<std::uint32_t>(row.integer(0))}, key});
  }
  return out;
}

}  // namespace

base::Status make_keys(db::Connection& db, std::int64_t staff_id, const crypto::Key& kek, base::UtcTime now) {
  KK_LET(const auto before, find_stored(db, staff_id));
  const std::uint32_t version = before ? before->keys.version + 1 : 1;
  KK_LET(const crypto::PersonSecret secret, crypto::PersonSecret::random());
  KK_TRY(db.write("INSERT INTO staff_keys (staff_id, version, box_public, sign_public, sealed, made_utc) VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE version = VALUES(version), "
                  "box_public = VALUES(box_public), sign_public = VALUES(sign_public), sealed = VALUES(sealed), made_utc = VALUES(made_utc)",
                  staff_id, version, bytes_of(secret.box().public_key()), bytes_of(secret.sign().public_key()), secret.lock(kek, context("ukey", staff_id, version)), now));
  return db.write("DELETE FROM key_wraps WHERE staff_id = ?", staff_id);
}

base::Result<std::optional<crypto::PersonKeys>> find_keys(db::Connection& db, std::int64_t staff_id) {
  KK_LET(const auto stored, find_stored(db, staff_id));
  if (!stored) return std::optional<crypto::PersonKeys>();
  return std::optional<crypto::PersonKeys>(stored->keys);
}

base::Result<std::optional<Unlocked>> unlock(db::Connection& db, std::int64_t staff_id, const crypto::Key& kek) {
  KK_LET(const auto stored, find_stored(db, staff_id));
  if (!stored) return std::optional<Unlocked>();
  KK_LET(auto secret, crypto::PersonSecret::unlock(stored->sealed, kek, context("ukey", staff_id, stored->keys.version)));
  KK_LET(auto out, matching(stored->keys, std::move(secret)));
  return std::optional<Unlocked>(std::move(out));
}

base::Status relock(db::Connection& db, const Unlocked& person, const crypto::Key& kek) {
  const auto& keys = person.keys;
  KK_LET(const db::Done done, db.execute("UPDATE staff_keys SET sealed = ? WHERE staff_id = ? AND version = ?", person.secret.lock(kek, context("ukey", keys.staff_id, keys.version)), keys.staff_id,
                                         keys.version));
  if (done.affected != 1) return fail(ErrorKind::conflict, "the person has another pair meanwhile");
  return {};
}

base::Status keep_for_session(db::Connection& db, const std::string& token, const Unlocked& person) {
  KK_LET(const crypto::Key key, session_key(token));
  return db.write("UPDATE staff_sessions SET sealed_keys = ? WHERE token_hash = ? AND staff_id = ?", person.secret.lock(key, context("skey", person.keys.staff_id, person.keys.version)),
                  staff::hash_of(token), person.keys.staff_id);
}

base::Result<std::optional<Unlocked>> of_session(db::Connection& db, const std::string& token, std::int64_t staff_id) {
  KK_LET(const auto stored, find_stored(db, staff_id));
  KK_LET(const db::Rows rows, db.query("SELECT sealed_keys FROM staff_sessions WHERE token_hash = ? AND staff_id = ? AND sealed_keys IS NOT NULL", staff::hash_of(token), staff_id));
  if (!stored || rows.empty()) return std::optional<Unlocked>();
  KK_LET(const crypto::Key key, session_key(token));
  KK_LET(auto secret, crypto::PersonSecret::unlock(rows[0].text(0), key, context("skey", staff_id, stored->keys.version)));
  KK_LET(auto out, matching(stored->keys, std::move(secret)));
  return std::optional<Unlocked>(std::move(out));
}

base::Status sign(db::Connection& db, const crypto::Administrators& administrators, const Unlocked& by, const std::string& text, base::UtcTime now) {
  if (!administrators.is_one(by.keys.staff_id, by.keys.sign)) return fail(ErrorKind::denied, "no administrator with a certificate");
  return db.write("INSERT IGNORE INTO key_signatures (text_hash, signer_id, signature, made_utc) VALUES (?, ?, ?, ?)", crypto::as_bytes(crypto::sha256(text)), by.keys.staff_id,
                  bytes_of(by.secret.sign().sign(text)), now);
}

base::Result<crypto::TrustedMemberKey> trusted_member(db::Connection& db, const crypto::Administrators& administrators, std::int64_t staff_id) {
  KK_LET(const auto stored, find_stored(db, staff_id));
  if (!stored) return fail(ErrorKind::not_found, "the person has no keys");
  KK_LET(const auto signatures, keys::signatures_of(db, crypto::person_text(stored->keys)));
  return administrators.trust(stored->keys, signatures);
}

base::Result<crypto::GroupPublicKey> make_epoch(db::Connection& db, const crypto::Administrators& administrators, const keys::Anchors& anchors, const std::string& group, DataClass data_class,
                                                const std::vector<std::int64_t>& members, std::int64_t by, base::UtcTime now) {
  const std::set<std::int64_t> different(members.begin(), members.end());
  if (different.size() != members.size() || members.size() < 2) return fail(ErrorKind::invalid, "a group has two different members at least");
  KK_LET(const db::Rows rows, db.query("SELECT COALESCE(MAX(epoch), 0) FROM key_groups WHERE group_name = ? AND class = ?", group, number_of(data_class)));
  KK_LET(crypto::SecretKey secret, crypto::SecretKey::random());
  const crypto::GroupSecretKey made{{group, data_class, static_cast<std::uint32_t>(rows[0].integer(0)) + 1}, std::move(secret)};
  std::vector<crypto::TrustedMemberKey> trusted;
  for (const auto member : members) {
    KK_LET(auto key, trusted_member(db, administrators, member));
    trusted.push_back(std::move(key));
  }
  KK_TRY(db.write("INSERT INTO key_groups (group_name, class, epoch, public_key, members, made_by, made_utc) VALUES (?, ?, ?, ?, ?, ?, ?)", group, number_of(data_class), made.id.epoch,
                  bytes_of(made.key.public_key()), members.size() + 1, by, now));
  for (std::size_t i = 0; i < members.size(); ++i) KK_TRY(insert_wrap(db, made, trusted[i], members[i]));
  KK_TRY(insert_wrap(db, made, crypto::TrustedMemberKey::recovery(anchors.recovery), std::nullopt));
  return made.public_half();
}

base::Result<std::vector<Epoch>> find_epochs(db::Connection& db, const crypto::Administrators& administrators) {
  KK_LET(const db::Rows rows, db.query("SELECT g.group_name, g.class, g.epoch, g.public_key, g.members, (SELECT COUNT(*) FROM kuntakauppa_keys.data_keys d WHERE d.group_name = g.group_name AND "
                                       "d.class = g.class AND d.epoch = g.epoch) FROM key_groups g ORDER BY g.group_name, g.class, g.epoch DESC"));
  std::vector<Epoch> out;
  for (const auto& row : rows) {
    KK_LET(const auto key, crypto::PublicKey::from_bytes(row.text(3)));
    Epoch one{{{row.text(0), static_cast<DataClass>(row.integer(1)), static_cast<std::uint32_t>(row.integer(2))}, key}, static_cast<int>(row.integer(4)), {}, {}, 0, row.integer(5)};
    KK_LET(one.members, members_of(db, one.key.id));
    const std::string text = crypto::group_text(one.key);
    KK_LET(const auto signatures, keys::signatures_of(db, text));
    for (const auto& signature : signatures) one.signers.push_back(signature.staff_id);
    one.signatures = administrators.count(text, signatures);
    out.push_back(std::move(one));
  }
  return out;
}

base::Status ask_to_join(db::Connection& db, const std::string& group, DataClass data_class, std::int64_t newcomer, std::int64_t by, base::UtcTime now) {
  return db.write("INSERT INTO key_requests (group_name, class, staff_id, asked_by, asked_utc) VALUES (?, ?, ?, ?, ?)", group, number_of(data_class), newcomer, by, now);
}

base::Status let_join(db::Connection& db, const crypto::Administrators& administrators, std::int64_t request, const Unlocked& by, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT group_name, class, staff_id, asked_by FROM key_requests WHERE id = ? AND done_utc IS NULL FOR UPDATE", request));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such request");
  if (rows[0].integer(3) == by.keys.staff_id) return fail(ErrorKind::denied, "two people let somebody in: not the one who asked");
  const auto data_class = static_cast<DataClass>(rows[0].integer(1));
  KK_LET(const auto newcomer, trusted_member(db, administrators, rows[0].integer(2)));
  KK_LET(const auto member, as_member(by));
  KK_LET(const auto epochs, epochs_of(db, rows[0].text(0), data_class));
  int opened = 0;
  for (const auto& epoch : epochs) {
    auto secret = open_group(db, epoch, member);
    if (!secret) continue;  // an epoch from before this member's time
    KK_TRY(insert_wrap(db, *secret, newcomer, rows[0].integer(2)));
    KK_TRY(db.write("UPDATE key_groups SET members = (SELECT COUNT(*) FROM key_wraps w WHERE w.group_name = key_groups.group_name AND w.class = key_groups.class AND w.epoch = key_groups.epoch) "
                    "WHERE group_name = ? AND class = ? AND epoch = ?", epoch.id.group, number_of(data_class), epoch.id.epoch));
    ++opened;
  }
  if (opened == 0) return fail(ErrorKind::denied, "no member of the group");
  return db.write("UPDATE key_requests SET done_by = ?, done_utc = ? WHERE id = ? AND done_utc IS NULL", by.keys.staff_id, now, request);
}

base::Status leave(db::Connection& db, const std::string& group, DataClass data_class, std::int64_t staff_id) {
  KK_LET(const auto epochs, epochs_of(db, group, data_class));
  if (epochs.empty()) return fail(ErrorKind::not_found, "no such group");
  KK_LET(const auto members, members_of(db, epochs.back().id));
  if (members.size() < 3 && std::find(members.begin(), members.end(), staff_id) != members.end()) return fail(ErrorKind::conflict, "fewer than two members would be left");
  KK_TRY(db.write("DELETE FROM key_wraps WHERE group_name = ? AND class = ? AND staff_id = ?", group, number_of(data_class), staff_id));
  return staff::end_sessions(db, staff_id);
}

base::Result<crypto::MemberSecretKey> as_member(const Unlocked& person) {
  KK_LET(auto key, crypto::SecretKey::from_bytes({reinterpret_cast<const char*>(person.secret.box().data()), crypto::Key::kBytes}));
  return crypto::MemberSecretKey{crypto::member_name(person.keys.staff_id), std::move(key)};
}

// Who holds the key and can't open what is stored for it meets a row that is not as it was written.
tl::unexpected<base::Error> changed(const base::Error& error) { return fail(ErrorKind::broken, error.detail); }

base::Result<crypto::GroupSecretKey> open_group(db::Connection& db, const crypto::GroupPublicKey& group, const crypto::MemberSecretKey& member) {
  KK_LET(const db::Rows rows, db.query("SELECT wrap FROM key_wraps WHERE group_name = ? AND class = ? AND epoch = ? AND member = ?", group.id.group, number_of(group.id.data_class), group.id.epoch, member.member));
  if (rows.empty()) return fail(ErrorKind::denied, "no wrap of this group for this person");
  auto opened = crypto::open_wrap(crypto::Sealed(rows[0].text(0)), group, member);
  if (!opened) return changed(opened.error());
  return opened;
}

base::Result<crypto::DataKey> open_record_key(db::Connection& db, const std::string& row, const std::string& group, DataClass data_class, const crypto::MemberSecretKey& member) {
  KK_LET(const db::Rows rows, db.query("SELECT d.group_name, d.epoch, d.sealed, g.public_key FROM kuntakauppa_keys.data_keys d LEFT JOIN key_groups g ON g.group_name = d.group_name AND g.class = d.class AND "
                                       "g.epoch = d.epoch WHERE d.row_id = ? AND d.class = ?", row, number_of(data_class)));
  if (rows.empty()) return fail(ErrorKind::not_found, "no key of this row");
  if (rows[0].text(0) != group || rows[0].is_null(3)) return fail(ErrorKind::broken, "the row's key is said to be another group's or epoch's");
  KK_LET(const auto key, crypto::PublicKey::from_bytes(rows[0].text(3)));
  KK_LET(const auto secret, open_group(db, {{group, data_class, static_cast<std::uint32_t>(rows[0].integer(1))}, key}, member));
  auto opened = crypto::open_data_key(crypto::Sealed(rows[0].text(2)), row, secret);
  if (!opened) return changed(opened.error());
  return opened;
}

base::Result<std::int64_t> reseal(db::Connection& db, const crypto::Administrators& administrators, const std::string& group, DataClass data_class, const crypto::MemberSecretKey& member, int limit) {
  KK_LET(const auto newest, keys::current_group_key(db, administrators, group, data_class));
  KK_LET(const auto epochs, epochs_of(db, group, data_class));
  const auto newest_epoch = newest.key().id.epoch;
  int done = 0;
  for (const auto& epoch : epochs) {
    if (epoch.id.epoch >= newest_epoch || done >= limit) continue;
    KK_LET(const db::Rows rows, db.query("SELECT row_id, sealed FROM kuntakauppa_keys.data_keys WHERE group_name = ? AND class = ? AND epoch = ? LIMIT " + std::to_string(limit - done), group,
                                         number_of(data_class), epoch.id.epoch));
    if (rows.empty()) continue;
    KK_LET(const auto secret, open_group(db, epoch, member));
    const auto moved = db.transact([&]() -> base::Status {
      for (const auto& row : rows) {
        KK_LET(const auto key, crypto::open_data_key(crypto::Sealed(row.text(1)), row.text(0), secret));
        KK_LET(const auto sealed, crypto::seal_data_key(key, row.text(0), newest));
        FAULT("reseal.record");
        KK_TRY(db.write("UPDATE kuntakauppa_keys.data_keys SET sealed = ?, epoch = ? WHERE row_id = ? AND class = ? AND epoch = ?", sealed.bytes(), newest_epoch, row.text(0), number_of(data_class),
                        epoch.id.epoch));
      }
      return {};
    });
    if (!moved) return fail(moved.error());
    done += static_cast<int>(rows.size());
  }
  KK_LET(const db::Rows left, db.query("SELECT COUNT(*) FROM kuntakauppa_keys.data_keys WHERE group_name = ? AND class = ? AND epoch < ?", group, number_of(data_class), newest_epoch));
  if (left[0].integer(0) == 0) KK_TRY(db.write("DELETE FROM key_groups WHERE group_name = ? AND class = ? AND epoch < ?", group, number_of(data_class), newest_epoch));
  return left[0].integer(0);
}

}  // namespace custody
