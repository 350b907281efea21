// The participants of a session, opened: names, contacts, health answers, each with the key of its class.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/custody/custody.h"
#include "opener/session_store.h"

namespace opener {

using OpenedAnswers = std::vector<std::pair<std::string, std::string>>;  // question, what was answered, in words

struct OpenedParticipant {
  std::int64_t registration = 0;
  std::string number;                  // of the registration
  int no = 0;
  std::string first_name, last_name, birth;
  OpenedAnswers answers;               // plain and of class child
  bool has_health = false, withdrew = false;  // there are health answers; their consent was withdrawn
  std::optional<OpenedAnswers> health; // opened, when asked for
  std::vector<std::string> diets;      // codes of the question "diet", when opened
  std::string adult_name, adult_phone, reach_name, reach_phone;
  bool is_protected = false;           // contacts stand on no list
};

enum class With { names, health };

// All confirmed participants of the session, or those of one registration. What doesn't open because somebody changed it is told to staff and written down.
// ERRORS: denied: no key; broken: a record was changed.
base::Result<std::vector<OpenedParticipant>> open_participants(const Call& call, const HeldSession& session, With with, std::optional<std::int64_t> registration = {});

// Within a transaction: what the family's page says of it. Names and contacts once a day for each role.
base::Status note_views(const Call& call, const staff::Place& place, const std::vector<OpenedParticipant>& seen, crypto::DataClass data_class);

}  // namespace opener
