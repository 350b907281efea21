#include "lib/crypto/sealing.h"

#include <sodium.h>

#include <algorithm>

#include "lib/crypto/sealing_format.h"
#include "lib/crypto/trust.h"

namespace crypto {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kMaxSealedField == 1 + kNonce + format::kHealthSteps[3] + kTag);

// The size that a text takes once it is padded; padding is at least one byte.
std::size_t padded_size(DataClass data_class, std::size_t size) {
  if (data_class != DataClass::health) return size;
  return *std::find_if(std::begin(format::kHealthSteps), std::end(format::kHealthSteps), [size](std::size_t step) { return size < step; });
}

}  // namespace

const char* to_string(DataClass data_class) {
  switch (data_class) {
    case DataClass::health: return "health";
    case DataClass::child: return "child";
    case DataClass::contact: return "contact";
    case DataClass::recording: return "recording";
  }
  return "";
}

bool is_row_id(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return text.find_first_not_of("0-") != std::string_view::npos;
}

base::Result<PublicKey> PublicKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != kBytes) return base::fail(base::ErrorKind::invalid, "a public key is 32 bytes");
  PublicKey out;
  std::copy_n(format::octets(bytes), kBytes, out.bytes.begin());
  return out;
}

base::Result<DataKey> DataKey::random() {
  KK_LET(Key key, Key::random());
  return DataKey(std::move(key));
}

base::Result<Sealed> seal_data_key(const DataKey& key, std::string_view row, const TrustedGroupKey& group) {
  const GroupPublicKey& to = group.key();
  KK_TRY(format::check_row(row));
  KK_TRY(format::check(to.id));
  return format::box_key(format::data_key_head(row, to.id), key.data(), to.key);
}

base::Result<Sealed> seal_field(const DataKey& key, const Place& place, std::string_view text) {
  KK_TRY(format::check(place));
  if (text.size() > kMaxFieldText) return base::fail(base::ErrorKind::too_large, "a text too long to seal");
  std::string plain(padded_size(place.data_class, text.size()), '\0');
  std::copy(text.begin(), text.end(), plain.begin());
  if (std::size_t padded = 0; plain.size() != text.size()) {
    sodium_pad(&padded, format::octets(plain), text.size(), plain.size(), plain.size());
  }
  const std::string context = format::field_context(place);
  std::string out(1, static_cast<char>(format::kVersion));
  out += random_bytes(kNonce);
  out.resize(1 + kNonce + plain.size() + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(format::octets(out) + 1 + kNonce, nullptr, format::octets(plain), plain.size(),
                                             format::octets(context), context.size(), nullptr, format::octets(out) + 1, key.data());
  sodium_memzero(plain.data(), plain.size());
  return Sealed(std::move(out));
}

}  // namespace crypto
