// Forms, activities and their sessions, within the import's transaction.
#pragma once

#include "import/model.h"
#include "lib/db/db.h"

namespace import {

base::Status store_forms(db::Connection& db, const std::vector<Form>& forms);
// REQUIRES: the product's row and its form are there.
base::Status store_activity(db::Connection& db, std::int64_t product, const Activity& activity);

}  // namespace import
