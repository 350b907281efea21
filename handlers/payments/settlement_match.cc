#include "payments/settlement_match.h"

#include <string>
#include <vector>

#include "payments/insert_many.h"

namespace payments {

namespace {

constexpr std::chrono::days kLookedAt{31}, kSettledWithin{7};

// A row `w` of the service with the payment or the refund of ours that it is about, and how they differ: NULL when they don't.
const std::string kOurs =
    " LEFT JOIN payment_attempts a ON w.kind = 'payment' AND a.transaction_id = w.transaction_id AND a.state = 'ok' LEFT JOIN refunds f ON w.kind = 'refund' AND f.stamp = w.stamp AND f.state = 'ok' ";
const std::string kPaidBack = "-CAST(f.cents - f.card_cents AS SIGNED)";
const std::string kHow =
    "CASE WHEN w.kind = 'payment' AND a.id IS NULL THEN 'payment_missing_here' WHEN w.kind = 'payment' AND NOT (a.received_cents <=> w.cents) THEN 'payment_sum' WHEN w.kind = 'payment' AND a.stamp <> w.stamp THEN 'payment_stamp' "
    "WHEN w.kind = 'refund' AND f.id IS NULL THEN 'refund_missing_here' WHEN w.kind = 'refund' AND " + kPaidBack + " <> w.cents THEN 'refund_sum' END";
const std::string kOfRows = "SELECT w.settlement_id, w.row_no, " + kHow + " AS what, w.transaction_id, w.cents, IF(w.kind = 'payment', a.received_cents, " + kPaidBack + ") FROM settlement_rows w" + kOurs + "WHERE ";
const std::string kSinceFirst = " > GREATEST(?, (SELECT MIN(created_utc) FROM settlements)) ";

// The columns are those of kOfRows. It is read first and written then: an INSERT of what it selects would hold up payments.
base::Status note_found(db::Connection& db, const db::Statement& found, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.run_query(found.sql, found.params));
  return insert_many(db, "INSERT IGNORE INTO settlement_differences (settlement_id, number, what, transaction_id, their_cents, our_cents, found_utc) VALUES ", rows, [&](const db::Row& row) -> std::vector<db::Param> {
    const auto cents = [&](std::size_t column) { return row.is_null(column) ? std::optional<base::Cents>() : row.cents(column); };
    return {row.integer(0), row.integer(1), row.text(2), row.text(3), cents(4), cents(5), now};
  });
}

base::Status take_out_what_matches(db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT d.id FROM settlement_differences d JOIN settlement_rows w ON w.settlement_id = d.settlement_id AND w.row_no = d.number" + kOurs + "WHERE d.explained_utc IS NULL AND NOT (d.what <=> " + kHow + ") "
                                       "UNION ALL SELECT d.id FROM settlement_differences d WHERE d.explained_utc IS NULL AND d.what = 'payment_missing_there' AND EXISTS (SELECT 1 FROM settlement_rows w WHERE w.transaction_id = d.transaction_id AND w.kind = 'payment') "
                                       "UNION ALL SELECT d.id FROM settlement_differences d JOIN refunds f ON f.id = d.number WHERE d.explained_utc IS NULL AND d.what = 'refund_missing_there' AND EXISTS (SELECT 1 FROM settlement_rows w WHERE w.stamp = f.stamp AND w.kind = 'refund')"));
  for (const auto& row : rows) KK_TRY(db.execute("DELETE FROM settlement_differences WHERE id = ? AND explained_utc IS NULL", row.integer(0)));
  return {};
}

}  // namespace

base::Status match_settlement(db::Connection& db, std::int64_t settlement, base::UtcTime now) { return note_found(db, db::statement(kOfRows + "w.settlement_id = ? HAVING what IS NOT NULL", settlement), now); }

base::Status match_settlements(db::Connection& db, const base::City& city, base::UtcTime now) {
  const base::UtcTime since = now - kLookedAt, settled_by = now - kSettledWithin;
  KK_TRY(take_out_what_matches(db));
  db::Statement unsettled = db::statement("SELECT 0, a.id, 'payment_missing_there', a.transaction_id, NULL, a.received_cents FROM payment_attempts a WHERE a.settled_utc" + kSinceFirst + "AND a.settled_utc < ? AND a.state = 'ok' AND a.received_cents > 0 "
                                "AND NOT EXISTS (SELECT 1 FROM settlement_rows w WHERE w.transaction_id = a.transaction_id AND w.kind = 'payment')", since, settled_by);
  // The company of an employee benefit pays the city itself.
  for (const auto& [benefit, providers] : city.benefit_ways) {
    for (const auto& provider : providers) {
      unsettled.sql += " AND NOT (a.provider <=> ?)";
      unsettled.params.emplace_back(provider);
    }
  }
  KK_TRY(note_found(db, unsettled, now));
  KK_TRY(note_found(db, db::statement("SELECT 0, f.id, 'refund_missing_there', COALESCE(f.transaction_id, ''), NULL, " + kPaidBack + " FROM refunds f WHERE f.ended_utc" + kSinceFirst + "AND f.ended_utc < ? AND f.state = 'ok' AND f.cents > f.card_cents AND f.verdict <> 'outside' "
                                "AND NOT EXISTS (SELECT 1 FROM settlement_rows w WHERE w.stamp = f.stamp AND w.kind = 'refund')", since, settled_by), now));
  return note_found(db, db::statement(kOfRows + "w.settlement_id IN (SELECT id FROM settlements WHERE created_utc >= ?) HAVING what IS NOT NULL", since), now);
}

}  // namespace payments
