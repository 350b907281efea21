// The three languages of the shop.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace base {

enum class Lang { fi, sv, en };

inline constexpr std::array<Lang, 3> kLangs = {Lang::fi, Lang::sv, Lang::en};

constexpr std::size_t index(Lang lang) { return static_cast<std::size_t>(lang); }

constexpr const char* to_string(Lang lang) {
  switch (lang) {
    case Lang::fi: return "fi";
    case Lang::sv: return "sv";
    case Lang::en: return "en";
  }
  return "fi";
}

constexpr std::optional<Lang> parse_lang(std::string_view text) {
  if (text == "fi") return Lang::fi;
  if (text == "sv") return Lang::sv;
  if (text == "en") return Lang::en;
  return std::nullopt;
}

// The one of three that is of this language.
constexpr const char* by_lang(Lang lang, const char* fi, const char* sv, const char* en) { return lang == Lang::fi ? fi : lang == Lang::sv ? sv : en; }

// One text in three languages, e.g. the city's name.
struct Texts {
  std::array<std::string, 3> by_lang;
  const std::string& operator[](Lang lang) const { return by_lang[index(lang)]; }
  std::string& operator[](Lang lang) { return by_lang[index(lang)]; }
  bool operator==(const Texts&) const = default;
};

}  // namespace base
