// The form of a sign-up as the template wants it: a list of fields, whatever they ask.
#pragma once

#include "registrations/app.h"

namespace registrations {

// {legend, fields, health: [{fields, consent...}]} of each participant. `typed`: nothing the first time.
view::List participants_view(const Call& call, const Session& session, int seats, const web::Form* typed, const web::Problems& problems);
// Health questions alone, of one participant; empty when the form asks none.
view::List health_view(const Call& call, const Session& session, int participant, const web::Form* typed, const web::Problems& problems);
view::List family_view(const Call& call, const Session& session, const web::Form* typed, const web::Problems& problems);   // who signs up
view::List reached_view(const Call& call, const Session& session, const web::Form* typed, const web::Problems& problems);  // who is reached during the activity

}  // namespace registrations
