// What a statement of Connector/C answers, as rows. Inside lib/db only.
#pragma once

#include <mysql.h>

#include "lib/db/db.h"

namespace db {

// The rows of the result that is at hand; nothing on an error, which the statement then tells.
std::optional<Rows> fetch_rows(MYSQL_STMT* statement);

}  // namespace db
