// The desk's chart of what was sold.
#pragma once

#include "backoffice/app.h"

namespace backoffice {

// For templates: `sales`, false to whoever may see no reports: {chart, rows[] {name, gross}, total, url}, of the last 30 days, of the person's scope.
base::Status set_recent_sales(const Call& call, view::Object& data);

}  // namespace backoffice
