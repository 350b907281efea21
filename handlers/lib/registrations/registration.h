// A family's sign-up to one session of an activity. States, and who moves them: schema/README.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/lang.h"
#include "lib/base/time.h"

namespace registrations {

enum class State {
  waiting,    // in the waiting list, no seats
  held,       // seats are held while the form is filled in
  filled,     // the form is in, its line is in the cart; seats are still held by the sign-up
  ordered,    // an order holds them
  confirmed,
  no_seat,    // paid after the hold was over, and the seats were gone
  expired,
  cancelled,
};
const char* to_string(State state);
std::optional<State> parse_state(std::string_view text);

// How many of a family one sign-up takes, and how often the time for its form may be extended (WCAG 2.2.1: at least ten times).
inline constexpr int kMaxSeats = 6;
inline constexpr int kMaxExtensions = 10;

// "/fi/ilmoittautuminen/<token>": the family's page.
std::string page_path(base::Lang lang, const std::string& token);

}  // namespace registrations
