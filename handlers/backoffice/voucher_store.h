// The day's voucher: all that was booked on one day, by ledger account, cost centre and VAT code. Its number is its day: a day has one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/days.h"
#include "lib/base/money.h"
#include "lib/db/db.h"

namespace backoffice {

struct VoucherLine {
  std::string account, cost_centre, vat_code;
  base::Cents debit, credit;
};

struct Voucher {
  std::string day;
  std::vector<VoucherLine> lines;  // none: nothing was booked
  base::Cents debit() const;
  base::Cents credit() const;
  bool is_even() const { return debit() == credit(); }
};
std::string voucher_number(const std::string& day);  // "KK-2026-11-22"

struct VoucherDay {
  std::string day;
  base::Cents debit, credit;
};

base::Result<Voucher> read_voucher(db::Connection& db, const std::string& day);
// Days on which something was booked, the newest first.
base::Result<std::vector<VoucherDay>> read_voucher_days(db::Connection& db, const DayPeriod& period);

// The first and last receipt that a day's voucher stands on.
struct VoucherReceipts {
  std::int64_t count = 0;
  std::string first, last;  // "2026-000001"
};
base::Result<VoucherReceipts> read_voucher_receipts(db::Connection& db, const std::string& day);

// The voucher as a file for the books: the same bytes whoever asks, whenever. Columns: voucher;day;account;cost_centre;vat_code;debit;credit.
std::string voucher_csv(const Voucher& voucher);

}  // namespace backoffice
