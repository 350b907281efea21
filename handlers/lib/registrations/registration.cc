#include "lib/registrations/registration.h"

#include <array>

namespace registrations {

namespace {
constexpr std::array<const char*, 8> kStates = {"waiting", "held", "filled", "ordered", "confirmed", "no_seat", "expired", "cancelled"};
}

const char* to_string(State state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<State> parse_state(std::string_view text) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (text == kStates[i]) return static_cast<State>(i);
  }
  return std::nullopt;
}

std::string page_path(base::Lang lang, const std::string& token) {
  return std::string(base::by_lang(lang, "/fi/ilmoittautuminen/", "/sv/anmalan/", "/en/registration/")) + token;
}

}  // namespace registrations
