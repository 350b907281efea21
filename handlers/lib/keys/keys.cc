#include "lib/keys/keys.h"

#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/outbox/outbox.h"

namespace keys {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;

namespace {

int number_of(DataClass data_class) { return static_cast<int>(data_class); }

template <typename T>
std::string bytes_of(const T& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

}  // namespace

base::Result<Anchors> load_anchors(const base::Instance& instance) {
  KK_LET(const auto directory, crypto::load_directory_key(instance.keys + "/directory.pub"));
  KK_LET(const auto recovery, crypto::load_recovery_key(instance.keys + "/recovery.pub"));
  return Anchors{directory, recovery};
}

base::Result<crypto::Administrators> administrators(db::Connection& db, const Anchors& anchors, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT c.staff_id, c.sign_public, c.until_day, c.signature FROM key_certificates c JOIN staff s ON s.id = c.staff_id WHERE s.state <> 'disabled'"));
  std::vector<crypto::Certificate> out;
  for (const auto& row : rows) {
    KK_LET(const auto key, crypto::SignPublicKey::from_bytes(row.text(1)));
    KK_LET(const auto signature, crypto::Signature::from_bytes(row.text(3)));
    out.push_back({row.integer(0), key, row.text(2), signature});
  }
  return crypto::Administrators(anchors.directory, out, base::to_iso(now).substr(0, 10));
}

base::Result<std::vector<crypto::SignedBy>> signatures_of(db::Connection& db, const std::string& text) {
  KK_LET(const db::Rows rows, db.query("SELECT signer_id, signature FROM key_signatures WHERE text_hash = ?", crypto::as_bytes(crypto::sha256(text))));
  std::vector<crypto::SignedBy> out;
  for (const auto& row : rows) {
    KK_LET(const auto signature, crypto::Signature::from_bytes(row.text(1)));
    out.push_back({row.integer(0), signature});
  }
  return out;
}

base::Result<crypto::TrustedGroupKey> current_group_key(db::Connection& db, const crypto::Administrators& administrators, const std::string& group, DataClass data_class) {
  KK_LET(const db::Rows rows, db.query("SELECT epoch, public_key FROM key_groups WHERE group_name = ? AND class = ? ORDER BY epoch DESC", group, number_of(data_class)));
  if (rows.empty()) return fail(ErrorKind::not_found, "no key of this group");
  for (const auto& row : rows) {
    KK_LET(const auto key, crypto::PublicKey::from_bytes(row.text(1)));
    const crypto::GroupPublicKey found{{group, data_class, static_cast<std::uint32_t>(row.integer(0))}, key};
    KK_LET(const auto signatures, signatures_of(db, crypto::group_text(found)));
    auto trusted = administrators.trust(found, signatures);
    if (trusted) return trusted;
  }
  base::log_error("untrusted_group_key", {{"class", crypto::to_string(data_class)}});
  return fail(ErrorKind::denied, "no key of this group has two administrators' signatures");
}

base::Result<crypto::TrustedGroupKey> sealing_key(db::Connection& db, const crypto::Administrators& administrators, const std::string& group, DataClass data_class, base::UtcTime now) {
  auto key = current_group_key(db, administrators, group, data_class);
  if (!key && key.error().kind == ErrorKind::denied) KK_TRY(outbox::alert_staff(db, "untrusted_key", object_number(group + "/" + crypto::to_string(data_class)), "", now));
  return key;
}

std::int64_t object_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto hash = crypto::sha256(text);
  for (int i = 0; i < 8; ++i) out = out << 8 | hash[static_cast<std::size_t>(i)];
  return static_cast<std::int64_t>(out >> 1);
}

std::string new_row_id() {
  std::string bytes = crypto::random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = crypto::to_hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

base::Result<crypto::Sealed> RecordKey::seal(const std::string& column, std::uint32_t row_version, std::string_view text) const {
  return crypto::seal_field(key_, {table_, column, row_, class_, row_version}, text);
}

base::Result<RecordKey> new_record_key(db::Connection& db, const crypto::TrustedGroupKey& group, std::string row, const std::string& table) {
  KK_LET(crypto::DataKey key, crypto::DataKey::random());
  KK_LET(const crypto::Sealed sealed, crypto::seal_data_key(key, row, group));
  const auto& id = group.key().id;
  KK_TRY(db.write("INSERT INTO kuntakauppa_keys.data_keys (row_id, class, table_name, group_name, epoch, sealed) VALUES (?, ?, ?, ?, ?, ?)", row, number_of(id.data_class), table, id.group,
                  id.epoch, sealed.bytes()));
  return RecordKey(table, std::move(row), id.data_class, std::move(key));
}

}  // namespace keys
