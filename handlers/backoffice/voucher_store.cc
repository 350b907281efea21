#include "backoffice/voucher_store.h"

#include <fmt/format.h>

#include "backoffice/sheet.h"

namespace backoffice {

base::Cents Voucher::debit() const {
  base::Cents out;
  for (const auto& line : lines) out += line.debit;
  return out;
}

base::Cents Voucher::credit() const {
  base::Cents out;
  for (const auto& line : lines) out += line.credit;
  return out;
}

std::string voucher_number(const std::string& day) { return "KK-" + day; }

base::Result<Voucher> read_voucher(db::Connection& db, const std::string& day) {
  KK_LET(const db::Rows rows, db.query("SELECT account, cost_centre, vat_code, CAST(SUM(debit_cents) AS SIGNED), CAST(SUM(credit_cents) AS SIGNED) FROM ledger_entries WHERE booked_on = ? "
                                       "GROUP BY account, cost_centre, vat_code ORDER BY account, cost_centre, vat_code", day));
  Voucher out{day, {}};
  for (const auto& row : rows) out.lines.push_back({row.text(0), row.text(1), row.text(2), row.cents(3), row.cents(4)});
  return out;
}

base::Result<std::vector<VoucherDay>> read_voucher_days(db::Connection& db, const DayPeriod& period) {
  KK_LET(const db::Rows rows, db.query("SELECT CAST(booked_on AS CHAR), CAST(SUM(debit_cents) AS SIGNED), CAST(SUM(credit_cents) AS SIGNED) FROM ledger_entries WHERE booked_on BETWEEN ? AND ? "
                                       "GROUP BY booked_on ORDER BY booked_on DESC", period.from, period.to));
  std::vector<VoucherDay> out;
  for (const auto& row : rows) out.push_back({row.text(0), row.cents(1), row.cents(2)});
  return out;
}

base::Result<VoucherReceipts> read_voucher_receipts(db::Connection& db, const std::string& day) {
  KK_LET(const db::Rows rows, db.query("SELECT COUNT(*), MIN(r.year), MIN(r.no), MAX(r.no) FROM receipts r JOIN (SELECT DISTINCT receipt_id FROM receipt_lines WHERE booked_on = ?) l ON l.receipt_id = r.id", day));
  VoucherReceipts out{rows.at(0).integer(0), "", ""};
  if (out.count > 0) {
    out.first = fmt::format("{}-{:06}", rows[0].integer(1), rows[0].integer(2));
    out.last = fmt::format("{}-{:06}", rows[0].integer(1), rows[0].integer(3));
  }
  return out;
}

std::string voucher_csv(const Voucher& voucher) {
  Sheet sheet{"", {"voucher", "day", "account", "cost_centre", "vat_code", "debit", "credit"}, {}};
  for (const auto& line : voucher.lines) sheet.rows.push_back({voucher_number(voucher.day), DayCell{voucher.day}, line.account, line.cost_centre, line.vat_code, line.debit, line.credit});
  return to_csv(sheet);
}

}  // namespace backoffice
