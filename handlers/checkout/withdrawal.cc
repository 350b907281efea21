#include "checkout/withdrawal.h"

#include <nlohmann/json.hpp>

#include "lib/base/check_code.h"
#include "lib/base/fault.h"
#include "lib/crypto/crypto.h"
#include "lib/outbox/mail_limit.h"
#include "lib/outbox/outbox.h"

namespace checkout {

namespace {

base::Result<std::optional<Received>> find_stored(db::Connection& db, const std::string& form_key) {
  KK_LET(const db::Rows rows, db.query("SELECT case_code, received_utc FROM withdrawals WHERE form_key = ?", form_key));
  if (rows.empty()) return std::optional<Received>();
  return std::optional<Received>(Received{rows[0].text(0), rows[0].time(1).value_or(base::UtcTime{})});
}

// The form's key with what was stated: the same form twice is one statement, but one that was changed after going
// back in the browser is another, and none is lost.
std::string key_of(const Statement& s) {
  std::string whole = s.form_key;
  for (const auto& part : {s.name, s.order_number, s.email, s.lines_stated}) whole += std::to_string(part.size()) + ":" + part;
  return crypto::as_bytes(crypto::sha256(whole)).substr(0, 16);
}

}  // namespace

base::Result<Received> store_statement(db::Connection& db, const Statement& s, base::UtcTime now) {
  const auto at = std::chrono::floor<std::chrono::seconds>(now);
  const std::string key = key_of(s);
  auto stored = db.transact([&]() -> base::Result<Received> {
    KK_LET(const auto known, find_stored(db, key));
    if (known) return *known;
    const std::string case_code = crypto::random_code(8);
    KK_LET(const db::Rows written, db.query(
        "INSERT INTO withdrawals (case_code, form_key, order_id, via, name, order_number, email, lines_stated, lang, received_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        case_code, key, s.order_id, s.from_order_page ? "order_page" : "form", s.name, s.order_number, s.email, s.lines_stated, base::to_string(s.lang), base::UtcTime(at)));
    const auto id = written[0].integer(0);
    for (const auto& line : s.lines) {
      KK_TRY(db.write("INSERT INTO withdrawal_lines (withdrawal_id, line_no, quantity) VALUES (?, ?, ?)", id, line.line_no, line.quantity));
    }
    KK_TRY(outbox::alert_staff(db, s.order_id ? "withdrawal" : "withdrawal_unmatched", id, case_code, now));
    const nlohmann::json data = {{"case_code", case_code}, {"name", s.name}, {"order_number", s.order_number}, {"email", s.email},
                                 {"lines_stated", s.lines_stated}, {"received_utc", base::to_iso(base::UtcTime(at))}, {"order_url", s.order_url}, {"withdraw_url", s.withdraw_url}};
    KK_LET(const bool acknowledged, outbox::may_mail(db, "withdrawal_received", s.email, outbox::kAcknowledgements, now));
    if (acknowledged) KK_TRY(outbox::insert(db, {"withdrawal_received", s.lang, s.email, data.dump(), s.order_id}, now));
    FAULT("withdrawal.before_commit");
    return Received{case_code, base::UtcTime(at)};
  });
  if (stored || stored.error().kind != base::ErrorKind::conflict) return stored;
  // A double of the same request was faster: its answer is ours.
  KK_LET(const auto known, find_stored(db, key));
  if (known) return *known;
  return stored;
}

base::Result<std::optional<std::int64_t>> match_order(db::Connection& db, const std::string& number, const std::string& email) {
  const std::string code = db::in_ascii(base::normalise_code(number));
  KK_LET(const db::Rows rows, db.query("SELECT id FROM orders WHERE number = ? AND LOWER(email) = LOWER(?)", code, email));
  return rows.empty() ? std::optional<std::int64_t>() : std::optional<std::int64_t>(rows[0].integer(0));
}

}  // namespace checkout
