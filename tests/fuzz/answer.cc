// Answers of the payment service. The first line is a header "name:value"; the rest is the body. First byte: bit 0
// create or state, bit 1 sign it, bit 2 with the status of success.
#include "lib/suomifi/answer.h"

#include "fuzz.h"
#include "lib/crypto/crypto.h"
#include "lib/suomifi/message.h"

namespace {

const suomifi::Account& account() {
  static const suomifi::Account kAccount = [] {
    fuzz::must(crypto::init().has_value(), "libsodium starts");
    return suomifi::Account{"375917", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha512};
  }();
  return kAccount;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const unsigned choice = fuzz::take_choice(text);
  const bool create = (choice & 1U) != 0;
  const auto header = fuzz::take_line(text);
  const auto colon = header.find(':');
  suomifi::Answer answer;
  answer.status = (choice & 4U) != 0 ? (create ? 201 : 200) : static_cast<int>(choice) * 5;
  answer.headers = {{"checkout-account", account().id}, {"Checkout-Algorithm", "sha512"}};
  if (colon != std::string_view::npos) answer.headers.emplace_back(header.substr(0, colon), header.substr(colon + 1));
  answer.body = std::string(text);
  if ((choice & 2U) != 0) answer.headers.emplace_back("signature", suomifi::sign(account(), answer.headers, answer.body));
  if (create) {
    const auto created = suomifi::read_created(answer, account());
    if (created) {
      fuzz::must((choice & 2U) != 0, "an answer that nobody signed is not read");
      fuzz::must(suomifi::is_uuid(created->transaction_id), "a transaction id is a uuid");
      fuzz::must(suomifi::is_safe_url(created->href) && created->href.size() <= suomifi::kMaxHref, "an href is safe");
    }
  } else {
    const auto state = suomifi::read_state(answer, account());
    if (state) {
      fuzz::must((choice & 2U) != 0, "an answer that nobody signed is not read");
      fuzz::must(suomifi::is_uuid(state->transaction_id()), "a transaction id is a uuid");
      fuzz::must(state->amount() >= base::Cents(0), "an amount is not negative");
    }
  }
  return 0;
}
