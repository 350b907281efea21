// What people type about themselves: names, addresses, telephone numbers, e-mail.
//
// Each function answers with the value as it is stored, or with a problem that names the text beside the
// field (site/text: <area>.<field>_<problem>).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace base {

enum class TextProblem {
  missing,   // nothing, or only spaces
  invalid,   // characters that do not belong there
  too_long,
};
const char* to_string(TextProblem problem);

// Any text of one line: valid UTF-8 (RFC 3629) without control characters or marks that turn the direction of
// writing; trimmed, inner white space made one space. `max_chars` counts code points.
[[nodiscard]] tl::expected<std::string, TextProblem> clean_text(std::string_view typed, std::size_t max_chars);

// The same for a person's name: 1 to 50 characters (Paytrail Payment API, customer.firstName), letters of any
// alphabet, digits, space ' - ’ . and comma, at least one letter.
[[nodiscard]] tl::expected<std::string, TextProblem> parse_name(std::string_view typed);

// An e-mail address of at most 200 bytes (Paytrail Payment API, customer.email) as mail servers take it: local part
// of RFC 5321's Dot-string (no quoted form, ASCII only), domain with at least one dot, in lower case, an
// international one as its A-labels (IDNA 2008, RFC 5891). Nothing that could end a mail header's line.
[[nodiscard]] tl::expected<std::string, TextProblem> parse_email(std::string_view typed);
// "x@gmial.com" -> "x@gmail.com", for "did you mean": the commonest mistypings of common domains.
std::optional<std::string> email_suggestion(std::string_view address);

enum class PhoneProblem {
  missing,
  invalid,    // not a telephone number, or without 0 or + at its beginning
  emergency,  // 112 and other short numbers, which nobody owns
  too_short,
  too_long,
};
const char* to_string(PhoneProblem problem);

// E.164 ("+358401234567") from "040 123 4567", "+358 (0)40 ...", "00358 ..." or a foreign "+46 ...": at most 15 digits
// with the country (ITU-T E.164), at least 6. A Finnish number has 5 to 12 digits after 358 (ITU-T numbering
// plan of Finland), a mobile one (4x, 50) 6 to 10; none begins with 11.
[[nodiscard]] tl::expected<std::string, PhoneProblem> parse_phone(std::string_view typed);
// For people: "040 123 4567", "02 621 1100", "+46 701 234 567". REQUIRES: what parse_phone gave; any
// other text comes back as it is.
std::string format_phone(std::string_view e164);

}  // namespace base
