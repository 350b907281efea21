#include "opener/password_rules.h"

#include <zxcvbn.h>

#include <fstream>

#include "lib/base/lang.h"
#include "lib/base/utf8.h"

namespace opener {

namespace {

constexpr std::size_t kLeast = 12;
// zxcvbn calls 10^8 guesses (26.6 bits) "safely unguessable"; ten times as many are asked.
constexpr double kLeastBits = 30;

// What people here begin with; zxcvbn knows the common passwords of the world, rows of keys, dates and repetitions.
constexpr const char* kHere[] = {"salasana", "lösenord", "losenord", "tervetuloa", "välkommen",  "valkommen", "kuntakauppa", "verkkokauppa", "nätbutik", "pääkäyttäjä",
                                 "hallinto", "kesä",     "kesa",     "talvi",      "syksy",      "kevät",     "sommar",      "vinter",       "suomi",    "finland",
                                 "helsinki", "kaupunki", "kunta",    "jalkapallo", "jääkiekko", "perkele",   "rakas",       "koira",        "kissa",    "mustikka"};

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Words of three letters and more, in small letters where they are ASCII.
void add_words(std::vector<std::string>& out, const std::string& text) {
  std::string word;
  for (const char c : lower(text) + " ") {
    const bool letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 128;
    if (letter) word += c;
    if (letter) continue;
    if (word.size() >= 3) out.push_back(word);
    word.clear();
  }
}

}  // namespace

base::Result<PasswordRules> PasswordRules::load(const std::string& list, const base::City& city) {
  PasswordRules out;
  std::ifstream file(list);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) out.common_.insert(lower(line));
  }
  if (out.common_.empty()) return base::fail(base::ErrorKind::broken, "no list of common passwords at " + list);
  for (const char* word : kHere) out.local_.emplace_back(word);
  for (const auto lang : base::kLangs) {
    add_words(out.local_, city.shop_name[lang]);
    add_words(out.local_, city.legal_name[lang]);
    add_words(out.local_, city.town[lang]);
  }
  return out;
}

const char* PasswordRules::problem(const std::string& password, const std::vector<std::string>& about) const {
  const std::size_t length = base::from_utf8(password).value_or(std::u32string()).size();
  if (length < kLeast) return "password_short";
  if (length > kMostPassword) return "password_long";
  if (common_.contains(lower(password))) return "password_common";
  std::vector<std::string> words = local_;
  for (const auto& text : about) add_words(words, text);
  std::vector<const char*> list;
  for (const auto& word : words) list.push_back(word.c_str());
  list.push_back(nullptr);
  // Blanks between guessed words are guessed too.
  std::string joined = password;
  std::erase(joined, ' ');
  for (const auto& text : {password, joined}) {
    if (ZxcvbnMatch(text.c_str(), list.data(), nullptr) < kLeastBits) return "password_common";
  }
  return nullptr;
}

}  // namespace opener
