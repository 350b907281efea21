// A form with a file: its Content-Type in the first line, then its body.
#include "lib/web/multipart.h"

#include "fuzz.h"
#include "lib/web/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  web::Request request;
  request.content_type = "multipart/form-data; boundary=" + std::string(fuzz::take_line(text));
  request.body = std::string(text);
  const auto parts = web::parse_multipart(request.content_type, request.body);
  if (!parts) return 0;
  fuzz::must(parts->size() <= web::kMaxParts, "parts are bounded");
  std::size_t bytes = 0;
  for (const auto& part : *parts) bytes += part.content.size() + part.name.size();
  fuzz::must(bytes <= size, "nothing is in a part that wasn't sent");
  fuzz::must(web::Form::parse(request).has_value(), "a form of these parts");
  return 0;
}
