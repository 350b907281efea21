// A posted form, the cookies and the accepted languages: one line each.
#include "lib/web/form.h"

#include "fuzz.h"
#include "lib/base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  web::Request request;
  request.content_type = "application/x-www-form-urlencoded";
  request.cookies = std::string(fuzz::take_line(text));
  request.accept_language = std::string(fuzz::take_line(text));
  request.path = std::string(fuzz::take_line(text));
  request.body = std::string(text);
  static_cast<void>(request.cookie("__Host-cart"));
  static_cast<void>(request.path_after("/fi/"));
  static_cast<void>(request.lang(base::Lang::sv));
  const auto form = web::Form::parse(request);
  if (!form) return 0;
  fuzz::must(form->pairs().size() <= web::kMaxPairs, "pairs are bounded");
  for (const auto& [name, raw] : form->pairs()) {
    const std::string value = form->text(name);
    fuzz::must(base::is_utf8(value), "a value is UTF-8");
    fuzz::must(value.find('\0') == std::string::npos && value.find('\r') == std::string::npos && value.find('\x1B') == std::string::npos,
               "a value has no control characters");
    static_cast<void>(form->number(name, 0, 50));
  }
  return 0;
}
