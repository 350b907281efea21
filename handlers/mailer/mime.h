// A mail as bytes: multipart/alternative in UTF-8, quoted-printable (RFC 2045, 2046, 2047, 5322).
//
// No value can begin a header of its own: control characters never reach a header's line.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/lang.h"
#include "lib/base/time.h"

namespace mailer {

struct Mail {
  std::string from_name;
  std::string from;        // an address that valid_recipient takes
  std::string to;          // an address that valid_recipient takes
  std::string subject;
  std::string message_id;  // "x@host", without angle brackets
  base::UtcTime date;
  base::Lang lang = base::Lang::fi;
  std::string text;        // lines end in \n
  std::string html;
};

// The same Mail gives the same bytes. Lines end in CRLF and have at most 78 characters.
std::string to_mime(const Mail& mail);

// True for one plain ASCII address of at most 254 bytes that can stand in a header and in SMTP's RCPT as it is.
bool valid_recipient(std::string_view address);

// A header's line or lines "Name: value\r\n", folded; what is not plain ASCII as encoded words.
std::string header_line(std::string_view name, std::string_view value);

std::string quoted_printable(std::string_view text);

// "Sun, 22 Nov 2026 14:30:05 +0000" (RFC 5322, section 3.3).
std::string rfc5322_date(base::UtcTime time);

}  // namespace mailer
