// What people type about themselves.
#include "lib/base/contact.h"

#include "fuzz.h"
#include "lib/base/check_code.h"
#include "lib/base/finnish.h"
#include "lib/base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  if (const auto phone = base::parse_phone(text)) {
    fuzz::must(phone->size() >= 7 && phone->size() <= 16, "a number has 6 to 15 digits");
    fuzz::must(base::parse_phone(*phone) == *phone, "a number stays as it is");
    fuzz::must(base::parse_phone(base::format_phone(*phone)) == *phone, "a shown number can be typed");
  }
  static_cast<void>(base::format_phone(text));
  if (const auto email = base::parse_email(text)) {
    fuzz::must(email->size() <= 200, "an address is bounded");
    for (const char c : *email) fuzz::must(c > 0x20 && c < 0x7F, "an address is plain");
    fuzz::must(base::parse_email(*email) == *email, "an address stays as it is");
  }
  if (const auto meant = base::email_suggestion(text)) fuzz::must(*meant != text, "a suggestion is another address");
  if (const auto name = base::parse_name(text)) {
    fuzz::must(base::is_utf8(*name) && name->find_first_of("<>&\"\r\n@") == std::string::npos, "a name is a name");
    fuzz::must(base::parse_name(*name) == *name, "a name stays as it is");
  }
  if (const auto clean = base::clean_text(text, 100)) fuzz::must(base::clean_text(*clean, 100) == *clean, "a cleaned text stays as it is");
  const auto code = base::normalise_code(text);
  fuzz::must(base::normalise_code(code) == code, "a code stays as it is");
  static_cast<void>(base::is_code(code, 8));
  if (const auto id = base::normalise_business_id(text)) fuzz::must(base::is_business_id(*id), "a business id is a right one");
  if (base::is_reference(text)) fuzz::must(base::is_rf_reference(base::rf_reference(text)), "a reference has its RF form");
  static_cast<void>(base::is_rf_reference(text));
  return 0;
}
