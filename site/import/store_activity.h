// Forms, activities and their sessions, within the import's transaction.
#pragma once

#include "import/model.h"
#include "lib/db/db.h"

namespace import {

base::Status store_forms(db::Connection& db, const std::vector<Form>& forms);
// Whether a session was closed or cancelled stays as staff made it.
base::Status store_session(db::Connection& db, std::int64_t variant, const Session& session);

}  // namespace import
