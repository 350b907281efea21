#include "lib/web/form.h"

#include <charconv>

#include "lib/web/multipart.h"

namespace web {

using base::ErrorKind;
using base::fail;

namespace {

// Length of the UTF-8 sequence at `pos`, or 0 when it is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text, std::size_t pos) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[pos + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || pos + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) || (first == 0xF0 && byte(1) < 0x90) ||
      (first == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

// Drops what is no UTF-8 and control characters (a line end stays), and trims.
std::string clean(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const auto first = static_cast<unsigned char>(text[i]);
    if (length > 1 && !(first == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0)) {
      out.append(text, i, length);
    } else if (length == 1 && first != 0x7F && (first >= 0x20 || first == '\n')) {
      out += text[i];
    }
    i += length == 0 ? 1 : length;
  }
  const auto begin = out.find_first_not_of(" \n");
  if (begin == std::string::npos) return {};
  return out.substr(begin, out.find_last_not_of(" \n") - begin + 1);
}

}  // namespace

base::Result<Form> Form::parse(const Request& request) {
  const std::string_view type = std::string_view(request.content_type).substr(0, request.content_type.find(';'));
  if (type == "multipart/form-data") {
    KK_LET(auto parts, parse_multipart(request.content_type, request.body));
    Pairs texts, files;
    for (auto& part : parts) (part.is_file ? files : texts).emplace_back(std::move(part.name), std::move(part.content));
    Form form = from_pairs(std::move(texts));
    form.files_ = std::move(files);
    return form;
  }
  if (type != "application/x-www-form-urlencoded") return fail(ErrorKind::invalid, "not a form");
  KK_LET(Pairs pairs, parse_urlencoded(request.body));
  return from_pairs(std::move(pairs));
}

Form Form::from_pairs(Pairs pairs) {
  Form form;
  form.sent_ = pairs;
  for (auto& [name, value] : pairs) value = clean(value);
  form.pairs_ = std::move(pairs);
  return form;
}

std::string Form::text(std::string_view name) const {
  for (const auto& [known, value] : pairs_) {
    if (known == name) return value;
  }
  return {};
}

std::string Form::exact(std::string_view name) const {
  for (const auto& [known, value] : sent_) {
    if (known == name) return value;
  }
  return {};
}

const std::string* Form::file(std::string_view name) const {
  for (const auto& [known, bytes] : files_) {
    if (known == name && !bytes.empty()) return &bytes;
  }
  return nullptr;
}

bool Form::has(std::string_view name) const {
  for (const auto& [known, value] : pairs_) {
    if (known == name) return true;
  }
  return false;
}

std::optional<std::int64_t> Form::number(std::string_view name, std::int64_t least, std::int64_t most) const {
  const std::string value = text(name);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc() || end != value.data() + value.size() || out < least || out > most) return std::nullopt;
  return out;
}

void Problems::add(std::string field, std::string key, Values values) {
  list_.push_back({std::move(field), std::move(key), std::move(values)});
}

std::string Problems::message(const view::Templates& templates, base::Lang lang, std::string_view field) const {
  for (const auto& one : list_) {
    if (one.field == field) return templates.say(lang, "errors." + one.key, one.values);
  }
  return {};
}

void Problems::fill(view::Object& page, const view::Templates& templates, base::Lang lang,
                    const std::vector<std::string>& fields) const {
  for (const auto& field : fields) page.set(field + "_problem", false);
  view::List list;
  for (const auto& one : list_) {
    const std::string message = templates.say(lang, "errors." + one.key, one.values);
    list.push_back(view::Object().set("field", one.field).set("message", message));
    const auto* shown = page.find(one.field + "_problem");
    if (shown == nullptr || std::holds_alternative<bool>(shown->is)) page.set(one.field + "_problem", message);
  }
  page.set("has_problems", !list_.empty());
  page.set("problems_title", list_.size() == 1 ? templates.say(lang, "errors.summary_title_one")
                                               : templates.say(lang, "errors.summary_title", {{"n", std::to_string(list_.size())}}));
  page.set("problems", std::move(list));
}

}  // namespace web
