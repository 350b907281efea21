// Forms of sign-ups, within the import's transaction.
#pragma once

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

// A question that a form has no more is asked no more, and stays.
base::Status store_forms(db::Connection& db, const std::vector<Form>& forms, base::UtcTime now);

}  // namespace import
