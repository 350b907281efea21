#include "payments/settlement.h"

#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/suomifi/answer.h"
#include "payments/insert_many.h"
#include "payments/settlement_match.h"
#include "payments/urls.h"

namespace payments {

namespace {

constexpr int kReportsAtOnce = 5;
constexpr std::chrono::hours kReportAgain{6};

base::Status store_new(db::Connection& db, const std::vector<suomifi::Settlement>& settlements) {
  for (const auto& one : settlements) {
    KK_TRY(db.execute("INSERT IGNORE INTO settlements (id, reference, created_utc) VALUES (?, ?, ?)", one.id, one.reference, one.created));
  }
  return {};
}

// The token is committed before the call: the report may be here before the answer.
base::Status order_report(db::Connection& db, Client& client, const Shop& shop, std::int64_t id) {
  const std::string token = crypto::random_token();
  KK_LET(const db::Done ours, db.execute("UPDATE settlements SET token = ?, asked_utc = ? WHERE id = ? AND received_utc IS NULL AND (asked_utc IS NULL OR asked_utc <= ?)", token, shop.clock.now(), id, shop.clock.now() - kReportAgain));
  if (ours.affected == 0) return {};  // another sweep asks
  KK_LET(const auto request, suomifi::report_request(shop.account, id, shop.instance.public_url + report_path(token), crypto::random_token(), shop.clock.now()));
  KK_LET(const auto answer, client.send(request));
  return suomifi::read_report_ordered(answer, shop.account);
}

}  // namespace

base::Status fetch_settlements(db::Connection& db, Client& client, const Shop& shop) {
  KK_LET(const auto answer, client.send(suomifi::settlements_request(shop.account, crypto::random_token(), shop.clock.now())));
  KK_LET(const auto settlements, suomifi::read_settlements(answer, shop.account));
  KK_TRY(store_new(db, settlements));
  KK_LET(const db::Rows missing, db.query("SELECT id FROM settlements WHERE received_utc IS NULL AND (asked_utc IS NULL OR asked_utc <= ?) ORDER BY asked_utc IS NOT NULL, id DESC LIMIT ?", shop.clock.now() - kReportAgain, kReportsAtOnce));
  for (const auto& row : missing) {
    const auto done = order_report(db, client, shop, row.integer(0));
    if (!done) base::log_error("report_not_ordered", {{"settlement", std::to_string(row.integer(0))}, {"detail", done.error().detail}});
  }
  return {};
}

base::Result<bool> take_report(db::Connection& db, const std::string& token, const suomifi::VerifiedReport& report, base::UtcTime now) {
  if (!crypto::is_token(token)) return false;
  return db.transact([&]() -> base::Result<bool> {
    KK_LET(const db::Rows rows, db.query("SELECT id, received_utc IS NOT NULL FROM settlements WHERE token = ? FOR UPDATE", token));
    if (rows.empty()) return false;
    if (rows[0].boolean(1)) return true;
    const std::int64_t id = rows[0].integer(0);
    std::int64_t number = 0;
    KK_TRY(insert_many(db, "INSERT INTO settlement_rows (settlement_id, row_no, kind, transaction_id, stamp, reference, cents) VALUES ", report.rows(), [&](const suomifi::ReportRow& row) -> std::vector<db::Param> {
      return {id, ++number, row.is_refund ? "refund" : "payment", row.transaction_id, row.stamp, row.reference, row.sum};
    }));
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE settlements SET received_utc = ? WHERE id = ? AND received_utc IS NULL", now, id)));
    KK_TRY(match_settlement(db, id, now));
    return true;
  });
}

}  // namespace payments
