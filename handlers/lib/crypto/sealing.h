// Sealing of personal data to groups of staff. Whoever links this can seal and cannot open: opening is lib/crypto/opening.h,
// a library of its own. Formats, byte by byte, and what they do not protect from: handlers/opener/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/result.h"
#include "lib/crypto/crypto.h"

namespace crypto {

// What a sealed thing is about. The numbers are sealed in: none is ever used for something else.
enum class DataClass : unsigned char { health = 1, child = 2, contact = 3, recording = 4 };
const char* to_string(DataClass data_class);

// A group of staff who may read one class of one unit ("unit:sports"), in one epoch: an epoch ends when somebody leaves.
struct GroupKeyId {
  std::string group;  // 1 to 64 of a-z 0-9 : . _ -
  DataClass data_class = DataClass::health;
  std::uint32_t epoch = 0;  // from 1
};

// X25519 (RFC 7748).
struct PublicKey {
  static constexpr std::size_t kBytes = 32;
  // ERRORS: invalid: not exactly 32 bytes.
  static base::Result<PublicKey> from_bytes(std::string_view bytes);
  std::array<unsigned char, kBytes> bytes{};
  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

struct GroupPublicKey {
  GroupKeyId id;
  PublicKey key;
};

// Where a sealed field stands. All of it is authenticated with the field, which opens nowhere else.
struct Place {
  std::string table, column;  // 1 to 64 of a-z 0-9 _
  std::string row;            // a row id
  DataClass data_class = DataClass::health;
  std::uint32_t row_version = 0;  // from 1; greater with each change of the row, so that an old field is no current one
};

// The one form of a row id: a uuid (RFC 9562) in lower case that is not all zero. Made before the row is sealed.
bool is_row_id(std::string_view text);

// What may be stored; nobody reads it without a key.
class Sealed {
 public:
  explicit Sealed(std::string bytes) : bytes_(std::move(bytes)) {}
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// The key of one row and class.
class DataKey {
 public:
  // ERRORS: broken: no guarded memory.
  static base::Result<DataKey> random();
  explicit DataKey(Key key) : key_(std::move(key)) {}
  const unsigned char* data() const { return key_.data(); }

 private:
  Key key_;
};

// The longest text of one field, and the longest field that comes of it (a MariaDB BLOB holds it).
inline constexpr std::size_t kMaxFieldText = 16383;
inline constexpr std::size_t kMaxSealedField = 1 + 24 + kMaxFieldText + 1 + 16;

class TrustedGroupKey;  // lib/crypto/trust.h

// `key`, readable for the holders of the group's secret key and as the key of `row` only (crypto_box_seal).
// REQUIRES: init().
// ERRORS: invalid: no row id, no group's name, no epoch, a public key that is no point to seal to.
base::Result<Sealed> seal_data_key(const DataKey& key, std::string_view row, const TrustedGroupKey& group);

// `text`, readable with `key` at `place` only (XChaCha20-Poly1305, random nonce). Sealing twice gives two results. Health texts
// are padded to the next of 256, 1024, 4096 and 16384 bytes.
// REQUIRES: init(). ERRORS: invalid: no such place can be; too_large: more than kMaxFieldText bytes.
base::Result<Sealed> seal_field(const DataKey& key, const Place& place, std::string_view text);

}  // namespace crypto
