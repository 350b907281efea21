// What a family writes into the form of its sign-up, as typed values. They live as long as the request: what is not plain leaves the process sealed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/web/form.h"
#include "registrations/session.h"

namespace registrations {

// By question's code; of many_of each chosen code, else one text.
using Answers = std::map<std::string, std::vector<std::string>>;

struct Participant {
  std::string first_name, last_name, birth, group;  // birth: "2017-05-31"
  std::map<AnswerClass, Answers> answers;
  bool consents = false;
};

struct Filled {
  std::vector<Participant> participants;
  std::string email;                   // of who signs up; empty only under address protection
  std::string adult_name, adult_phone; // the guardian, or who takes part
  std::string reach_name, reach_phone; // who is reached during the activity, if somebody else
  bool is_protected = false;           // address protection (turvakielto)
  std::map<AnswerClass, Answers> answers;  // of the family

  base::Cents total(const Session& session) const;
  bool has_health() const;
};

// The names of fields: "p1_first_name", "p1_q_diet_gluten", "f_q_walks-home".
std::string field_of(int participant, const std::string& name);          // participant 0: the family's
std::string question_field(int participant, const Question& question);
std::string choice_field(int participant, const Question& question, const Question::Choice& choice);
std::vector<const Question*> questions_of(const Session& session, bool of_participants);

// Problems name the fields. With `by_consent`, an answer about health without its tick is a problem, and no part of what comes back.
Filled check_form(const web::Form& form, const Session& session, int seats, bool by_consent, base::UtcTime now, web::Problems& problems);
// The same for health answers alone, of one participant.
Answers check_health(const web::Form& form, const Session& session, int participant, bool by_consent, bool& consents, web::Problems& problems);

}  // namespace registrations
