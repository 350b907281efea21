// Forms of sign-ups and the states of sessions, within the import's transaction.
#pragma once

#include <set>
#include <string>

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

// A question that a form has no more is asked no more, and stays.
base::Status store_forms(db::Connection& db, const std::vector<Form>& forms, base::UtcTime now);

// Before a product is stored: a session that is known keeps its state, whatever the file says, and no draft is sold.
// Returns the codes of those that are known.
base::Result<std::set<std::string>> keep_states(db::Connection& db, const Product& product, catalogue::Product& stored);

}  // namespace import
