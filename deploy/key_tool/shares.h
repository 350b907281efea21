// The recovery key on paper: three shares, any two of which give it and one of which tells nothing (Shamir's scheme over GF(2^8), libgfshare).
#pragma once

#include <string>
#include <vector>

#include "lib/crypto/opening.h"

namespace key_tool {

struct Share {
  int number = 0;           // 1 to 3
  std::string set;          // the first 8 hex digits of the recovery public key's SHA-256: shares of one set belong together
  std::string bytes;        // 32
};

// "KK1-2-5f0a13c7-0123-4567-...-check": number, set, 16 groups of four hex digits, and four hex digits that find a typing mistake.
std::string to_text(const Share& share);
// Spaces, line ends and the case of letters don't matter. ERRORS: invalid, with which group is mistyped where that can be told.
base::Result<Share> parse_share(std::string_view text);

base::Result<std::vector<Share>> split(const crypto::SecretKey& key);
// ERRORS: invalid: not two different ones of one set; denied: they don't give the key of their set.
base::Result<crypto::SecretKey> combine(const std::vector<Share>& shares);

std::string set_of(const crypto::PublicKey& key);
// A page to print, in three languages.
std::string share_page(const Share& share, const std::string& fingerprint);

}  // namespace key_tool
