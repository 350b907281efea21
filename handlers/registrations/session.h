// A session that one signs up to: what its page shows, what its form asks, what it costs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/money.h"
#include "lib/base/time.h"
#include "lib/db/db.h"

namespace registrations {

// Who may open an answer (handlers/opener/README.md); plain ones are not sealed.
enum class AnswerClass { plain, contact, child, health };

struct Question {
  enum class Type { short_text, long_text, number, date, one_of, many_of, yes_no, consent };
  enum class Of { participant, guardian, contact };
  struct Choice {
    std::string code, label;
  };
  std::string code, label, hint, purpose;
  Type type = Type::short_text;
  Of of = Of::participant;
  AnswerClass answer_class = AnswerClass::plain;
  bool required = false;
  std::vector<Choice> choices;         // of yes_no: "yes" and "no", whose words the page has
};

struct Price {
  std::string group, name, proof;  // proof: what has to be shown, if anything
  base::Cents cents;
};

enum class Window { open, not_yet, over, cancelled, closed, gone };

struct Session {
  std::int64_t variant = 0, product = 0;
  std::string unit;                    // whose staff may open what is sealed
  std::string product_code;
  std::string closed;                  // window closed: why staff have closed the sale; nothing new is begun
  std::string activity, name, slug, code;
  std::string place, address;
  base::UtcTime starts, ends, signup_from, signup_until, cancel_until;
  std::optional<int> age_min, age_max;
  std::string age_on;                  // "2027-06-07"
  int free = 0, waiting_places = 0;
  Window window = Window::gone;
  std::vector<Price> prices;           // in the order of the price groups
  std::vector<Question> questions;     // as the form puts them

  bool adults_only() const { return age_min && *age_min >= 18; }
  bool minors_only() const { return age_max && *age_max < 18; }
};

// With texts in `lang`. ERRORS: not_found.
base::Result<Session> load_session(db::Connection& db, std::int64_t variant, base::Lang lang, base::UtcTime now);

// "/fi/tuote/<slug>#<code>": where the session stands on its activity's page; and its iCalendar file.
std::string session_path(const Session& session, base::Lang lang);
std::string calendar_path(const Session& session, base::Lang lang);

// Full years on a day; both as "2027-06-07".
int age_on(const std::string& birth, const std::string& day);

}  // namespace registrations
