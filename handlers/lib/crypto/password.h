// From a password to what proves it and to what opens its owner's keys.
//
//   password --Argon2id (RFC 9106; t = 3, 64 MiB, one lane, 16-byte salt)--> 32-byte root
//   root --crypto_kdf--> AUTH: the database keeps its MAC under the pepper
//                        KEK: mixed with the pepper, the key under which the person's secret key is stored
// The pepper lies outside database and backups: who has a copy of the database alone cannot try passwords against it.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/crypto/crypto.h"

namespace crypto {

inline constexpr std::size_t kSaltBytes = 16;

struct Stretched {
  std::string verifier;  // 32 bytes: what the database keeps
  Key kek;
};

// Takes some 100 ms and 64 MiB: whoever calls it sees to it that few do so at once.
// REQUIRES: salt of kSaltBytes. ERRORS: invalid: another salt; unavailable: no memory.
base::Result<Stretched> stretch(std::string_view password, std::string_view salt, const Key& pepper);

// The root alone, for the check against other implementations.
base::Result<Key> argon2id(std::string_view password, std::string_view salt);

// A key of its own for one purpose ("form.1"), from another key.
Key derive(const Key& key, std::string_view purpose);

}  // namespace crypto
