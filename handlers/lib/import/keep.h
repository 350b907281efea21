// Whether files would break what people rely on (lib/catalogue/promises.h). Within the import's transaction, or for a plan.
#pragma once

#include "lib/import/model.h"
#include "lib/db/db.h"

namespace import {

struct Checked {
  base::UtcTime now;
  bool locks = false;  // nobody signs up or buys until the transaction ends
};
// `stored`: the product as it is. ERRORS: invalid, in words with its file.
base::Status check_kept(db::Connection& db, const Product& stored, const Product& product, const Checked& how);
base::Status check_kept(db::Connection& db, const Form& stored, const Form& form);

}  // namespace import
