#pragma once
// The list of misbehaviour that tests have ordered. README.md describes the rules' JSON.
#include <string>
#include <string_view>
#include <vector>

#include "model.h"

namespace sandbox {

// What a rule may name to choose one payment; empty texts choose nothing.
struct Subject {
  std::string_view transactionId, stamp, reference;
};

class Faults {
 public:
  // Takes {"at","match"?,"times"?,"skip"?,"do"}; the new rule's number, or 0 and the reason in `why`.
  std::uint64_t add(const Json& rule, std::string& why);

  // What to do now at this point: the "do" objects of all rules that apply, later ones over earlier ones; an empty
  // object when none does. Counts a call off each rule that applies.
  Json take(std::string_view at, const Subject& subject);

  // Whether "do" may hold this name.
  static bool known_act(std::string_view name);

  bool remove(std::uint64_t id);
  void clear() { rules_.clear(); }
  Json list() const;

 private:
  struct Rule {
    std::uint64_t id = 0;
    std::string at;
    Json match, act;
    std::int64_t left = 1, skip = 0, used = 0;  // left < 0: for ever
  };
  std::vector<Rule> rules_;
  std::uint64_t next_ = 0;
};

// Reading of loose control JSON: the value when it is there and of that type, else the default.
std::int64_t int_in(const Json& object, const char* name, std::int64_t otherwise);
bool bool_in(const Json& object, const char* name, bool otherwise);
std::string text_in(const Json& object, const char* name, const std::string& otherwise = {});

}  // namespace sandbox
