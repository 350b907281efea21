// The city's people, their groups and what the registers' responsible people have approved: the SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

struct PersonRow {
  std::int64_t id = 0;
  std::string login, name, email, state;
  base::Lang lang = base::Lang::fi;
  int sessions = 0;           // open now
  std::string groups;         // "Kassa, Ohjaaja" in a language
};
// By name; `search` is looked for in name and login, `after` is the login of the last one shown (empty: from the first).
base::Result<std::vector<PersonRow>> find_people(db::Connection& db, base::Lang lang, const std::string& search, const std::string& after, base::UtcTime now);
inline constexpr int kPeoplePerPage = 50;
base::Result<std::optional<PersonRow>> find_person(db::Connection& db, base::Lang lang, const std::string& login, base::UtcTime now);

struct Membership {
  std::int64_t id = 0, staff_id = 0;
  std::string group_code;
  base::Texts group_name;
  std::string person_name, person_login;
  staff::Scope scope;
  std::string scope_name;     // of the unit, category or product
  base::UtcTime given;
  // The registers on which its group has rights, and until when each is approved; nothing: it waits.
  struct Approval {
    std::string reg;
    std::optional<base::UtcTime> ends;
  };
  std::vector<Approval> registers;
};
base::Result<std::vector<Membership>> memberships_of(db::Connection& db, std::int64_t staff_id, base::UtcTime now);
base::Result<std::vector<Membership>> all_memberships(db::Connection& db, base::UtcTime now);
std::string state_words(const Call& call, const PersonRow& person);
view::Object membership_view(const Call& call, const Membership& one);

// Units, categories or products that a membership can be given on: code and name in a language.
struct Named {
  std::string code, name;
};
base::Result<std::vector<Named>> find_scopes(db::Connection& db, staff::Scope::Kind kind, base::Lang lang);

struct Waiting {
  int approvals = 0;  // memberships with a right on a register of mine that nobody has approved
  int reviews = 0;    // approvals of mine that end within 60 days
  int vendor = 0;     // requests of others
};
inline constexpr std::chrono::hours kReview{24 * 60};
base::Result<Waiting> waiting_for(db::Connection& db, const staff::Rights& rights, std::int64_t self, base::UtcTime now);

// --- acts; each within a transaction of the caller's, with its use-log row ---

struct NewPerson {
  std::string login, name, email;
  base::Lang lang = base::Lang::fi;
};
using Change = staff::Permission<staff::Right::people_change>;
// ERRORS: conflict: the login is taken.
base::Result<std::int64_t> add_person(const Change& may, db::Connection& db, const NewPerson& person, base::UtcTime now);
// A new link ends old ones, and the person's sessions. Returns its token.
base::Result<std::string> make_link(const Change& may, db::Connection& db, std::int64_t staff_id, base::UtcTime now);
// ERRORS: conflict: the person has it already.
base::Status give(const Change& may, db::Connection& db, std::int64_t staff_id, std::int64_t group_id, const staff::Scope& scope, std::int64_t by, base::UtcTime now);
// ERRORS: not_found; conflict: fewer than two administrators would be left.
base::Status end_membership(const Change& may, db::Connection& db, std::int64_t staff_id, std::int64_t id, std::int64_t by, base::UtcTime now);
// The page that shows a link, the only time.
base::Result<web::Response> show_link(Call& call, const NewPerson& person, const std::string& token);

base::Status disable(const Change& may, db::Connection& db, std::int64_t staff_id);
base::Status enable(const Change& may, db::Connection& db, std::int64_t staff_id);

}  // namespace backoffice
