#include "lib/web/request.h"

#include <array>
#include <cstdlib>

namespace web {

using base::ErrorKind;
using base::fail;

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

base::Result<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return fail(ErrorKind::invalid, "broken escape");
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return fail(ErrorKind::invalid, "broken escape");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
    if (out.back() == '\0') return fail(ErrorKind::invalid, "a NUL byte");
  }
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls `each` with the parts between `separator`, until it returns false.
template <typename Each>
void for_parts(std::string_view text, char separator, Each each) {
  while (true) {
    const auto end = text.find(separator);
    if (!each(text.substr(0, end)) || end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> Request::cookie(std::string_view name) const {
  std::optional<std::string> found;
  bool twice = false;
  for_parts(cookies, ';', [&](std::string_view part) {
    part = trim(part);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || part.substr(0, equals) != name) return true;
    twice = found.has_value();
    found = std::string(part.substr(equals + 1));
    return !twice;
  });
  return twice ? std::nullopt : found;
}

std::optional<std::string_view> Request::path_after(std::string_view prefix) const {
  const std::string_view whole = path;
  if (!whole.starts_with(prefix)) return std::nullopt;
  return whole.substr(prefix.size());
}

base::Lang Request::lang(base::Lang otherwise) const {
  if (path.size() >= 3 && path[0] == '/' && (path.size() == 3 || path[3] == '/')) {
    if (const auto lang = base::parse_lang(std::string_view(path).substr(1, 2))) return *lang;
  }
  return preferred_language(accept_language).value_or(otherwise);
}

base::Result<Pairs> parse_urlencoded(std::string_view text) {
  Pairs out;
  base::Status status;
  for_parts(text, '&', [&](std::string_view part) {
    if (part.empty()) return true;
    const auto equals = part.find('=');
    auto name = decode(part.substr(0, equals));
    auto value = decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
    if (!name || !value) {
      status = fail(ErrorKind::invalid, "broken escape in a form");
    } else if (out.size() == kMaxPairs) {
      status = fail(ErrorKind::invalid, "too many fields in a form");
    } else {
      out.emplace_back(std::move(*name), std::move(*value));
    }
    return status.has_value();
  });
  if (!status) return fail(std::move(status).error());
  return out;
}

std::string urlencoded(const Pairs& pairs) {
  std::string out;
  const auto add = [&](std::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (plain) out += c;
      else out += '%', out += "0123456789ABCDEF"[byte >> 4], out += "0123456789ABCDEF"[byte & 15];
    }
  };
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    add(name);
    out += '=';
    add(value);
  }
  return out;
}

std::optional<base::Lang> preferred_language(std::string_view accept_language) {
  std::optional<base::Lang> best;
  int best_weight = 0;  // thousandths
  for_parts(accept_language.substr(0, 200), ',', [&](std::string_view part) {
    part = trim(part);
    const auto lang = base::parse_lang(part.substr(0, 2));
    if (!lang || (part.size() > 2 && part[2] != '-' && part[2] != ';' && part[2] != ' ')) return true;
    int weight = 1000;
    if (const auto q = part.find("q="); q != std::string_view::npos) {
      const std::string number(part.substr(q + 2, 5));
      weight = static_cast<int>(std::strtol(number.c_str(), nullptr, 10)) * 1000;
      if (const auto dot = number.find('.'); dot != std::string::npos) {
        int scale = 100;
        for (std::size_t i = dot + 1; i < number.size() && number[i] >= '0' && number[i] <= '9'; ++i, scale /= 10) {
          weight += (number[i] - '0') * scale;
        }
      }
    }
    if (weight > best_weight) {
      best_weight = weight;
      best = lang;
    }
    return true;
  });
  return best;
}

}  // namespace web
