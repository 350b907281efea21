// What sealing and opening agree upon: the bytes that are authenticated or boxed around a key or a text. For the two of
// them and for tests only. Numbers are big-endian; a text is its length in two bytes and its bytes.
#pragma once

#include "lib/crypto/sealing.h"

namespace crypto::format {

inline constexpr unsigned char kVersion = 1;
inline constexpr std::size_t kHealthSteps[] = {256, 1024, 4096, 16384};

// The longest head of a box: magic, version, class, epoch, two texts.
inline constexpr std::size_t kMaxHead = 4 + 1 + 1 + 4 + 2 * (2 + 64);

// ERRORS: invalid, with what is wrong and none of the value.
base::Status check(const GroupKeyId& id);
base::Status check(const Place& place);
base::Status check_row(std::string_view row);
base::Status check_member(std::string_view member);

// Associated data of a field: version, table, column, row, class, row version.
std::string field_context(const Place& place);
// What stands before the 32 bytes of a key in its box: magic, version, class, epoch, group, and the row or the member.
std::string data_key_head(std::string_view row, const GroupKeyId& group);
std::string wrap_head(std::string_view member, const GroupKeyId& group);

// Bytes in guarded memory, for what holds a key or a text for a moment. Wiped when it goes.
class Guarded {
 public:
  explicit Guarded(std::size_t size);
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded();
  explicit operator bool() const { return bytes_ != nullptr; }  // false: no memory was to be had
  unsigned char* data() { return bytes_; }
  std::size_t size() const { return size_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_), size_}; }

 private:
  std::size_t size_;
  unsigned char* bytes_;
};

// The version byte and the box of `head` and the 32 bytes at `key`. ERRORS: invalid: `to` is no point to seal to; broken.
base::Result<Sealed> box_key(std::string_view head, const unsigned char* key, const PublicKey& to);

inline const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace crypto::format
