// What stays as it was once people rely on it: answers that stand, times that are sold, sessions that families have signed up for. Pure rules; staff's pages and the import share them.
#pragma once

#include "lib/catalogue/product.h"

namespace catalogue {

// Of a question that somebody has answered: its kind stays; words may be bettered and choices added, and no choice takes another's place.
// Fields: of, type, class, choices.
std::vector<FieldFault> broken_by(const Question& was, const Question& is);

// Whether families are to be told: when and where.
bool moves(const Session& from, const Session& to);

struct Relied {
  int sign_ups = 0;  // under way, standing or waiting
  base::UtcTime now;
};
// Fields: meetings (those that have begun), age_min, cancel_until.
std::vector<FieldFault> broken_by(const Session& was, const Session& is, const Relied& relied);

// Tickets carry their time. `sold`: any piece of it is.
bool breaks_time(const Variant& was, const Variant& is, bool sold);

}  // namespace catalogue
