// Sealed cookies: nothing opens that was not sealed, and what was sealed opens.
#include "fuzz.h"
#include "lib/crypto/crypto.h"

namespace {

const crypto::Key& key() {
  static const crypto::Key kKey = [] {
    fuzz::must(crypto::init().has_value(), "libsodium starts");
    return std::move(crypto::Key::from_bytes("0123456789abcdef0123456789abcdef").value());
  }();
  return kKey;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  fuzz::must(!crypto::open_text(key(), "cart.1", text), "nobody guesses a sealed text");
  fuzz::must(!crypto::open_text(key(), "cart.1", crypto::to_base64(text)), "nor its bytes");
  const auto sealed = crypto::seal_text(key(), "cart.1", text);
  fuzz::must(crypto::open_text(key(), "cart.1", sealed) == text, "what is sealed opens");
  fuzz::must(!crypto::open_text(key(), "cart.2", sealed), "under its own label only");
  if (const auto bytes = crypto::from_base64(text)) fuzz::must(crypto::to_base64(*bytes) == text, "base64 has one form");
  if (const auto bytes = crypto::from_hex(text)) fuzz::must(crypto::to_hex(*bytes) == text, "hex has one form");
  static_cast<void>(crypto::is_token(text));
  return 0;
}
