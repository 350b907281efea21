// A file per day for the books, where operators fetch it.
#pragma once

#include <string>

#include "lib/base/time.h"
#include "lib/db/db.h"

namespace backoffice {

// Writes FOLDER/voucher-2026-11-22.csv of each day with bookings that has been over for an hour and has no file yet: whole or not at all, 0640, never changed.
// A day whose debit and credit differ, or whose file of the last 31 days isn't what the ledger says, is one line in the log; the others are written all the same.
// ERRORS: broken: some day is wrong, or the folder can't be written; unavailable.
base::Status write_voucher_files(db::Connection& db, const std::string& folder, base::UtcTime now);

}  // namespace backoffice
