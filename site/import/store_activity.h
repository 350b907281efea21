// Forms of sign-ups, within the import's transaction.
#pragma once

#include "import/model.h"
#include "lib/db/db.h"

namespace import {

base::Status store_forms(db::Connection& db, const std::vector<Form>& forms);

}  // namespace import
