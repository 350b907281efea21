// The query of a redirect or callback. First byte odd: the pairs are signed before they are verified, so that what
// lies behind the signature is reached too.
#include "lib/suomifi/callback.h"

#include "fuzz.h"
#include "lib/crypto/crypto.h"
#include "lib/web/request.h"

namespace {

const suomifi::Account& account() {
  static const suomifi::Account kAccount = [] {
    fuzz::must(crypto::init().has_value(), "libsodium starts");
    return suomifi::Account{"375917", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha256};
  }();
  return kAccount;
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

void check_accepted(const suomifi::VerifiedCallback& callback, const suomifi::Pairs& query) {
  fuzz::must(callback.amount() >= base::Cents(0), "an amount is not negative");
  fuzz::must(suomifi::is_uuid(callback.transaction_id()), "a transaction id is a uuid");
  fuzz::must(!callback.stamp().empty() && callback.stamp().size() <= 200 && is_plain(callback.stamp()), "a stamp is sober");
  fuzz::must(!callback.reference().empty() && is_plain(callback.reference()), "a reference is sober");
  fuzz::must(callback.provider().size() <= 60 && is_plain(callback.provider()), "a provider is sober");
  fuzz::must(callback.status() != suomifi::PaymentStatus::created, "a callback is never new");
  fuzz::must(suomifi::only_value(query, "checkout-account") == account().id, "the account is ours");
  fuzz::must(suomifi::only_value(query, "checkout-algorithm") == "sha256", "the algorithm is pinned");
  // The signed text read back by its lines gives the pairs: it has one reading.
  std::string text;
  for (const auto& [name, value] : query) {
    if (name.starts_with("checkout-")) text.append(name).append(":").append(value).append("\n");
  }
  fuzz::must(text.size() == suomifi::signed_text(query, "").size(), "every checkout- pair is signed, once");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const bool sign_it = (fuzz::take_choice(text) & 1U) != 0;
  auto parsed = web::parse_urlencoded(text);
  if (!parsed) return 0;
  suomifi::Pairs query = std::move(*parsed);
  if (sign_it) {
    std::erase_if(query, [](const auto& pair) { return pair.first == "signature"; });
    query.emplace_back("signature", suomifi::sign(account(), query, ""));
  }
  const auto callback = suomifi::verify_callback(query, account());
  if (callback) check_accepted(*callback, query);
  const auto refund = suomifi::verify_refund_callback(query, account());
  fuzz::must(!callback || refund.has_value(), "what a payment's word may be, a refund's may");
  if (refund) fuzz::must(refund->has_transaction_id() == (suomifi::only_value(query, "checkout-transaction-id").has_value()), "an id that is there is a uuid");
  const auto journal = suomifi::journal_text(query);
  fuzz::must(journal.size() <= 1500, "the journal is bounded");
  for (const char c : journal) fuzz::must(c == '\n' || (c >= 0x20 && c < 0x7F), "the journal is plain");
  return 0;
}
