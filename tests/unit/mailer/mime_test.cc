// Goal: a mail is well-formed whatever it says, says it unchanged, and no value can begin a header of its own.
#include "mailer/mime.h"

#include <rapidcheck.h>

#include <vector>

#include "unit/catch.h"

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t pos = 0;
  for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", pos)) {
    out.push_back(text.substr(pos, end - pos));
    pos = end + 2;
  }
  out.push_back(text.substr(pos));
  return out;
}

// "=C3=A5" as bytes; `header`: "_" is a space.
std::string decode_hex(const std::string& text, bool header) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += header && text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

std::string decode_quoted_printable(const std::string& text) {
  std::string joined;
  for (const auto& line : lines_of(text)) {
    if (line.ends_with('=')) joined += line.substr(0, line.size() - 1);
    else joined += line + "\n";
  }
  if (!joined.empty()) joined.pop_back();
  return decode_hex(joined, false);
}

std::string decode_header(const std::string& line) {
  std::string out;
  static const std::string kOpen = "=?UTF-8?Q?";
  for (auto at = line.find(kOpen); at != std::string::npos; at = line.find(kOpen, at)) {
    at += kOpen.size();
    out += decode_hex(line.substr(at, line.find("?=", at) - at), true);
  }
  return out;
}

mailer::Mail specimen() {
  return {.from_name = "Lövstrands webbutik",
          .from = "shop@example.org",
          .to = "buyer@example.org",
          .subject = "Beställningsbekräftelse",
          .message_id = "0123456789abcdefghjkmnpqrs@shop.example",
          .date = base::parse_utc("2026-11-22T12:30:05Z").value(),
          .lang = base::Lang::sv,
          .text = "Hej Åsa,\n",
          .html = "<p>Hej Åsa</p>"};
}

}  // namespace

TEST_CASE("a body comes back as it went, in lines of at most 76 characters") {
  CHECK(rc::check([](const std::vector<unsigned char>& bytes) {
    std::string body;
    for (const auto byte : bytes) {
      if (byte != '\r') body += static_cast<char>(byte);
    }
    const auto encoded = mailer::quoted_printable(body);
    for (const auto& line : lines_of(encoded)) {
      RC_ASSERT(line.size() <= 76U);
      RC_ASSERT(line.empty() || (line.back() != ' ' && line.back() != '\t' && line.front() != '.'));
      for (const char c : line) RC_ASSERT(c == '\t' || (c >= 0x20 && c < 0x7f));
    }
    RC_ASSERT(decode_quoted_printable(encoded) == body);
  }));
  const std::string long_line(1000, 'x');
  CHECK(decode_quoted_printable(mailer::quoted_printable(long_line)) == long_line);
}

TEST_CASE("a header's value comes back as it went, and letters are never cut in two") {
  const std::string subject = "Beställningsbekräftelse åäö ÅÄÖ € – en lång rubrik som inte ryms på en enda rad i brevhuvudet";
  const auto header = mailer::header_line("Subject", subject);
  CHECK(decode_header(header) == subject);
  for (const auto& line : lines_of(header)) CHECK(line.size() <= 78);
  CHECK(mailer::header_line("Subject", "Order links") == "Subject: Order links\r\n");
  CHECK(decode_header(mailer::header_line("Subject", "a =?UTF-8?Q?b?= c")) == "a =?UTF-8?Q?b?= c");
}

TEST_CASE("no value begins a header of its own") {
  auto mail = specimen();
  mail.subject = "Hei\r\nBcc: evil@example.org\r\n\r\n<p>";
  mail.from_name = "Shop\nBcc: evil@example.org";
  const auto bytes = mailer::to_mime(mail);
  const auto head = bytes.substr(0, bytes.find("\r\n\r\n"));
  CHECK(head.find("\r\nBcc") == std::string::npos);
  CHECK(head.find("Content-Type: multipart/alternative") != std::string::npos);
}

TEST_CASE("an address with anything but one address in it is refused") {
  CHECK(mailer::valid_recipient("asa.ohman+shop@example.org"));
  for (const char* bad : {"", "@", "a@", "@b", "a@b@c", "a b@c.fi", "a@c.fi\r\nBcc: x@y.fi", "<a@b.fi>", "a@b.fi,c@d.fi",
                          "a@b.fi;c", "\"a\"@b.fi", "å@b.fi"}) {
    CHECK_FALSE(mailer::valid_recipient(bad));
  }
  std::string too_long(250, 'a');
  too_long.append("@b.fi");
  CHECK_FALSE(mailer::valid_recipient(too_long));
}

TEST_CASE("the same mail gives the same bytes, dated in words of RFC 5322") {
  CHECK(mailer::to_mime(specimen()) == mailer::to_mime(specimen()));
  CHECK(mailer::to_mime(specimen()).starts_with("Date: Sun, 22 Nov 2026 12:30:05 +0000\r\n"));
  CHECK(mailer::to_mime(specimen()).find("\r\nMessage-ID: <0123456789abcdefghjkmnpqrs@shop.example>\r\n") != std::string::npos);
}
