// Public keys as the database holds them, and sealing to them. For every process that seals; nothing here opens.
#pragma once

#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/crypto/trust.h"
#include "lib/db/db.h"

namespace keys {

// The two public keys that no database holds: files that only root writes.
struct Anchors {
  crypto::SignPublicKey directory;
  crypto::PublicKey recovery;
};
// ERRORS: broken: no ceremony has been held (deploy/keys), or the files are none.
base::Result<Anchors> load_anchors(const base::Instance& instance);

base::Result<crypto::Administrators> administrators(db::Connection& db, const Anchors& anchors, base::UtcTime now);
base::Result<std::vector<crypto::SignedBy>> signatures_of(db::Connection& db, const std::string& text);

// The newest epoch's key that two administrators have signed; an epoch still without their signatures is passed over.
// ERRORS: denied: there are keys and none counts (somebody changed them, or nobody has signed yet); not_found: no such group.
base::Result<crypto::TrustedGroupKey> current_group_key(db::Connection& db, const crypto::Administrators& administrators, const std::string& group, crypto::DataClass data_class);

// The same for who is about to seal a record; staff are told when no key counts. Outside a transaction.
base::Result<crypto::TrustedGroupKey> sealing_key(db::Connection& db, const crypto::Administrators& administrators, const std::string& group, crypto::DataClass data_class, base::UtcTime now);

// A number for an alert's object, of a text: a row's uuid, a group's name.
std::int64_t object_number(std::string_view text);

// A new uuid (RFC 9562, version 4).
std::string new_row_id();

// One row's key of one class. It seals that row's fields and no others'.
class RecordKey {
 public:
  const std::string& row() const { return row_; }
  // ERRORS: invalid; too_large.
  base::Result<crypto::Sealed> seal(const std::string& column, std::uint32_t row_version, std::string_view text) const;

 private:
  friend base::Result<RecordKey> new_record_key(db::Connection&, const crypto::TrustedGroupKey&, std::string, const std::string&);
  RecordKey(std::string table, std::string row, crypto::DataClass data_class, crypto::DataKey key)
      : table_(std::move(table)), row_(std::move(row)), class_(data_class), key_(std::move(key)) {}
  std::string table_, row_;
  crypto::DataClass class_;
  crypto::DataKey key_;
};
// Makes the key and stores it sealed to the group; within the transaction that inserts the row.
// ERRORS: invalid: no row id; conflict: the row has a key of this class.
base::Result<RecordKey> new_record_key(db::Connection& db, const crypto::TrustedGroupKey& group, std::string row, const std::string& table);

}  // namespace keys
