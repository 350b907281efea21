// Sessions of activities and questions of forms: the SQL that import and staff share. All within a transaction.
#pragma once

#include "lib/catalogue/activity.h"
#include "lib/db/db.h"

namespace catalogue {

// Its meetings are as given, whatever they were. Whether it is open, closed or called off stays as staff made it.
base::Status store_session(db::Connection& db, std::int64_t variant, const Session& session);
base::Status store_question(db::Connection& db, const std::string& form, const Question& question, int order);
base::Status store_choice(db::Connection& db, const std::string& form, const std::string& question, const Choice& choice, int order);

}  // namespace catalogue
