#include "payments/receipt_store.h"

#include <fmt/format.h>

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kBatch = 500;
const std::string kZeros(32, '\0');

struct Place {  // in the series
  int year = 0;
  std::int64_t no = 0;
  std::string previous;
  bool first_of_year = false;
};

struct Chained {
  const std::string& previous;
  const std::string& hash;
};

// Locks the newest year's row: no two receipts are being made at once, over the turn of the year neither.
base::Result<Place> lock_series(db::Connection& db, const base::Clock& clock, base::UtcTime& issued) {
  KK_LET(const db::Rows rows, db.query("SELECT year, last_no, head_hash FROM receipt_series ORDER BY year DESC LIMIT 1 FOR UPDATE"));
  issued = std::chrono::floor<std::chrono::seconds>(clock.now());
  const int year = base::helsinki_year(issued);
  if (rows.empty()) return Place{year, 1, kZeros, true};
  const int newest = static_cast<int>(rows[0].integer(0));
  if (newest >= year) return Place{newest, rows[0].integer(1) + 1, rows[0].text(2), false};
  return Place{year, 1, rows[0].text(2), true};
}

base::Status move_series(db::Connection& db, const Place& place, const std::string& head) {
  return db.run_write_rows(1, place.first_of_year
                                  ? db::statement("INSERT INTO receipt_series (year, last_no, anchor_hash, head_hash) VALUES (?, 1, ?, ?)", place.year,
                                                  place.previous, head)
                                  : db::statement("UPDATE receipt_series SET last_no = ?, head_hash = ? WHERE year = ? AND last_no = ?", place.no,
                                                  head, place.year, place.no - 1));
}

base::Status insert_receipt(db::Connection& db, const Receipt& receipt, const ReceiptSource& source, const ReceiptBody& body, const Chained& chained) {
  KK_TRY(db.write("INSERT INTO receipts (year, no, attempt_id, refund_id, order_id, order_number, issued_utc, lang, reference, transaction_id, provider, "
                    "total_cents, content, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    receipt.year, receipt.no, receipt.attempt_id, body.refund_id, source.order.id, receipt.order_number, receipt.issued,
                    base::to_string(receipt.lang), receipt.reference, receipt.transaction_id, receipt.provider, receipt.total,
                    receipt.content, chained.previous, chained.hash));
  KK_TRY(db.write("SET @receipt_id = LAST_INSERT_ID()"));
  const auto optional = [](const std::string& text) { return text.empty() ? std::optional<std::string>() : std::optional<std::string>(text); };
  const orders::Contact& buyer = source.order.contact;
  KK_TRY(db.write("INSERT INTO receipt_buyers (receipt_id, name, company, business_id) VALUES (@receipt_id, ?, ?, ?)",
                  buyer.first_name + " " + buyer.last_name, optional(buyer.company), optional(buyer.business_id)));
  for (const auto& line : body.lines) {
    KK_TRY(db.write("INSERT INTO receipt_lines (receipt_id, line_no, booked_on, unit_code, code, vat_code, vat_per_mille, quantity, gross_cents, vat_cents, card_cents, card_vat_cents) VALUES (@receipt_id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    line.line_no, base::helsinki_date_iso(receipt.issued), line.unit, line.code, line.vat_code, line.vat_per_mille, line.quantity, line.gross, line.vat, line.card_gross, line.card_vat));
  }
  return {};
}

}  // namespace

base::Result<Receipt> issue_receipt(db::Connection& db, const ReceiptSource& source, ReceiptBody body, const base::Clock& clock) {
  Receipt out;
  out.content = std::move(body.content);
  KK_LET(const Place place, lock_series(db, clock, out.issued));
  out.year = place.year;
  out.no = place.no;
  out.attempt_id = source.attempt.id;
  out.order_number = source.order.number;
  out.lang = source.order.lang;
  out.reference = source.attempt.reference;
  out.transaction_id = source.transaction_id;
  out.provider = source.provider;
  out.total = body.total;
  const std::string hash = receipt_hash(place.previous, out);
  KK_TRY(insert_receipt(db, out, source, body, {place.previous, hash}));
  KK_TRY(move_series(db, place, hash));
  return out;
}

namespace {

struct Series {
  int year;
  std::int64_t last_no, destroyed_no;  // receipts up to destroyed_no are gone: a person said so when their time was over
  std::string anchor, head;
};

Receipt receipt_of(const db::Row& row, int year) {
  Receipt out;
  out.year = year;
  out.no = row.integer(0);
  out.attempt_id = row.integer(1);
  out.order_number = row.text(2);
  out.issued = row.time(3).value_or(base::UtcTime{});
  out.lang = base::parse_lang(row.text(4)).value_or(base::Lang::fi);
  out.reference = row.text(5);
  out.transaction_id = row.text(6);
  out.provider = row.text(7);
  out.total = row.cents(8);
  out.content = row.text(9);
  return out;
}

tl::unexpected<base::Error> breaks(int year, std::int64_t no, const char* how) {
  return fail(ErrorKind::broken, fmt::format("receipt {}: {}", receipt_number(year, no), how));
}

// Rows of one year in order, in batches, so that a large year does not fill the memory.
base::Status check_year(db::Connection& db, const Series& series) {
  std::string previous = series.anchor;
  std::int64_t next = series.destroyed_no + 1;
  while (true) {
    KK_LET(const db::Rows rows,
           db.query("SELECT no, attempt_id, order_number, issued_utc, lang, reference, transaction_id, provider, total_cents, content, "
                    "prev_hash, hash FROM receipts WHERE year = ? AND no >= ? ORDER BY no LIMIT ?",
                    series.year, next, kBatch));
    for (const auto& row : rows) {
      if (row.integer(0) != next) return breaks(series.year, next, "is missing");
      if (next == series.destroyed_no + 1 && next > 1) previous = row.text(10);  // of one that is gone: from here on it is proved to the head
      if (row.text(10) != previous) return breaks(series.year, next, "does not follow the one before it");
      if (row.text(11) != receipt_hash(previous, receipt_of(row, series.year))) return breaks(series.year, next, "was changed");
      previous = row.text(11);
      ++next;
    }
    if (rows.size() < kBatch) break;
  }
  if (next - 1 < series.last_no) return breaks(series.year, next, "is missing");
  if (next - 1 > series.last_no) return breaks(series.year, series.last_no + 1, "is more than the series has given");
  if (series.destroyed_no < series.last_no && previous != series.head) return breaks(series.year, series.last_no, "is not the head of its year");
  return {};
}

}  // namespace

base::Result<std::string> check_receipts(db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT s.year, s.last_no, COALESCE(d.destroyed_no, 0), s.anchor_hash, s.head_hash FROM receipt_series s LEFT JOIN receipt_destructions d ON d.year = s.year ORDER BY s.year"));
  std::int64_t count = 0, gone = 0;
  std::string head;
  for (const auto& row : rows) {
    const Series series{static_cast<int>(row.integer(0)), row.integer(1), row.integer(2), row.text(3), row.text(4)};
    if (!head.empty() && series.anchor != head) return breaks(series.year, 1, "is not anchored to the year before");
    KK_TRY(check_year(db, series));
    head = series.head;
    count += series.last_no - series.destroyed_no;
    gone += series.destroyed_no;
  }
  KK_LET(const db::Rows stray, db.query("SELECT year, no FROM receipts WHERE year NOT IN (SELECT year FROM receipt_series) ORDER BY year, no LIMIT 1"));
  if (!stray.empty()) return breaks(static_cast<int>(stray[0].integer(0)), stray[0].integer(1), "belongs to no series");
  return fmt::format("{} receipts, {}{}: the chain holds", count, rows.size() == 1 ? "1 year" : fmt::format("{} years", rows.size()), gone > 0 ? fmt::format(", {} destroyed after their time", gone) : "");
}

}  // namespace payments
