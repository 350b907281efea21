#include "payments/refund.h"

#include <algorithm>
#include <map>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/outbox/outbox.h"
#include "lib/payments/benefit.h"
#include "lib/payments/refund.h"
#include "lib/registrations/registration_store.h"
#include "payments/attempt_store.h"
#include "payments/fulfil.h"
#include "payments/mails.h"
#include "payments/receipt_store.h"

namespace payments {

using base::ErrorKind;
using base::fail;
using suomifi::PaymentStatus;

namespace {

base::Result<std::vector<Credit>> credits(db::Connection& db, const char* where, std::int64_t id, std::int64_t but) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT l.line_no, l.quantity, l.cents FROM refund_request_lines l JOIN refunds f ON f.request_id = l.request_id WHERE ") + where +
                                           " AND f.id <> ? ORDER BY l.line_no", id, but));
  std::vector<Credit> out;
  for (const auto& row : rows) out.push_back({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.cents(2)});
  return out;
}

// One run of the transaction's body.
class RefundSettlement {
 public:
  RefundSettlement(db::Connection& db, const Shop& shop, const Refund& refund, const RefundWord& word) : db_(db), shop_(shop), refund_(refund), word_(word), now_(shop.clock.now()) {}

  base::Result<RefundMove> run() {
    KK_LET(auto found, find_attempt(db_, refund_.attempt_stamp, orders::Lock::for_update));
    if (!found) return fail(ErrorKind::broken, "a refund's payment is gone");
    attempt_ = std::move(found->attempt);
    order_ = std::move(found->order);
    KK_LET(const db::Rows rows, db_.query("SELECT state FROM refunds WHERE id = ? FOR UPDATE", refund_.id));
    const std::string state = rows.at(0).text(0);
    if (state == "ok" || state == "failed") return contradicted(state);
    FAULT("refund.locked");
    switch (word_.status) {
      case PaymentStatus::ok: return made(state);
      case PaymentStatus::fail: return failed(state);
      case PaymentStatus::pending:
      case PaymentStatus::delayed:
      case PaymentStatus::created: break;
    }
    if (state == "pending") return RefundMove::repeated;
    return pending(state);
  }

 private:
  // Final states stand. Whether money went all the same, or did not come, a person finds out at the service.
  base::Result<RefundMove> contradicted(const std::string& state) {
    if (word_.status != (state == "ok" ? PaymentStatus::fail : PaymentStatus::ok)) return RefundMove::repeated;
    const std::string case_code = crypto::random_code(8);
    KK_TRY(outbox::alert_staff(db_, "refund_unknown", refund_.id, case_code, now_));
    if (order_) KK_TRY(orders::journal(db_, order_->id, "refund_contradicted", "case " + case_code, now_));
    return RefundMove::repeated;
  }

  base::Status move(const std::string& from, const char* to, const std::string& case_code = "") {
    const bool ended = word_.status == PaymentStatus::ok || word_.status == PaymentStatus::fail;
    const auto id = word_.transaction_id.empty() ? std::optional<std::string>() : word_.transaction_id;
    return db_.run_write_rows(1, db::statement("UPDATE refunds SET state = ?, transaction_id = COALESCE(transaction_id, ?), verdict = ?, case_code = IF(? = '', case_code, ?), answered_utc = COALESCE(answered_utc, ?), ended_utc = ? "
                                               "WHERE id = ? AND state = ?",
                                               to, id, word_.verdict, case_code, case_code, now_, ended ? std::optional<base::UtcTime>(now_) : std::nullopt, refund_.id, from));
  }

  base::Status close_alert(const char* kind, std::int64_t refund) { return db_.write("UPDATE staff_alerts SET resolved_utc = ? WHERE kind = ? AND object_id = ? AND resolved_utc IS NULL", now_, kind, refund); }

  // Alerts of what failed before and is made now: each part of this refund stands for one of them.
  base::Status close_failed() {
    KK_LET(const db::Rows failed, db_.query("SELECT f.id, f.request_id, f.cents FROM refunds f JOIN staff_alerts s ON s.kind = 'refund_failed' AND s.object_id = f.id AND s.resolved_utc IS NULL "
                                            "WHERE f.attempt_id = ? AND f.state = 'failed' ORDER BY f.id", attempt_.id));
    if (failed.empty()) return {};
    base::Cents left = refund_.cents;
    KK_LET(auto parts, credits(db_, "f.request_id = ?", refund_.request_id, 0));
    for (const auto& row : failed) {
      KK_LET(const auto wanted, credits(db_, "f.request_id = ?", row.integer(1), 0));
      auto rest = parts;
      const bool is_made = row.cents(2) <= left && std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
        const auto part = std::find_if(rest.begin(), rest.end(), [&](const auto& other) { return other.line_no == one.line_no && other.cents >= one.cents && other.quantity >= one.quantity; });
        if (part == rest.end()) return false;
        part->cents = part->cents - one.cents;
        part->quantity -= one.quantity;
        return true;
      });
      if (!is_made) continue;
      left = left - row.cents(2);
      parts = std::move(rest);
      KK_TRY(close_alert("refund_failed", row.integer(0)));
    }
    return {};
  }

  // What has come back whole is not to be handed out any more.
  base::Status end_deliveries() {
    return db_.write("UPDATE deliveries d SET d.state = 'refunded', d.changed_utc = ? WHERE d.order_id = ? AND d.state IN ('waiting', 'ready') AND NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = d.order_id "
                     "AND l.unit_code = d.unit_code AND l.delivery_code = d.delivery_code AND l.product_kind = 'goods' AND l.quantity > (SELECT COALESCE(SUM(x.quantity), 0) FROM refund_request_lines x "
                     "JOIN refunds f ON f.request_id = x.request_id AND f.state = 'ok' WHERE f.attempt_id = ? AND x.line_no = l.line_no))",
                     now_, order_->id, attempt_.id);
  }

  base::Result<RefundMove> pending(const std::string& from) {
    KK_TRY(move(from, "pending"));
    if (order_) {
      KK_TRY(orders::journal(db_, order_->id, "refund_pending", "", now_));
      KK_TRY(mail_refund(db_, shop_, *order_, {"under_way", refund_.cents, std::nullopt, refund_.card}, now_));
    }
    return RefundMove::pending;
  }

  base::Result<RefundMove> failed(const std::string& from) {
    const std::string case_code = crypto::random_code(8);
    KK_TRY(move(from, "failed", case_code));
    KK_TRY(close_alert("refund_unknown", refund_.id));
    KK_TRY(outbox::alert_staff(db_, "refund_failed", refund_.id, case_code, now_));
    KK_TRY(db_.write("UPDATE tickets SET refund_id = NULL WHERE refund_id = ?", refund_.id));
    KK_TRY(gift_cards::undo_take_back(db_, refund_.id, now_));
    if (order_) KK_TRY(orders::journal(db_, order_->id, "refund_failed", "case " + case_code, now_));
    return RefundMove::ended;
  }

  base::Result<RefundMove> made(const std::string& from) {
    KK_TRY(move(from, "ok"));
    KK_TRY(close_alert("refund_unknown", refund_.id));
    KK_TRY(close_failed());
    if (order_) KK_TRY(end_deliveries());
    std::optional<Receipt> receipt;
    if (attempt_.outcome == "settled") {
      KK_LET(receipt, credit());
    } else {
      KK_TRY(book(db_, {attempt_.id, refund_.id}, entries_of_unallocated_refund(refund_.cents, shop_.city), now_));
      if (order_) KK_TRY(orders::journal(db_, order_->id, "refunded", "", now_));
    }
    if (order_) KK_TRY(mail_refund(db_, shop_, *order_, {how(), refund_.cents, receipt, refund_.card}, now_));
    FAULT("refund.before_commit");
    return RefundMove::ended;
  }

  // How the money goes, for the mail.
  const char* how() const {
    if (refund_.cents.value() == 0) return "free";
    if (refund_.card == refund_.cents) return "to_card";
    if (word_.verdict != "outside") return "made";
    return is_benefit(attempt_.provider, shop_.city) ? "outside" : "otherwise";
  }

  // Books and credit receipt of money that had a receipt; the series' row is the last lock.
  base::Result<std::optional<Receipt>> credit() {
    if (!order_) return fail(ErrorKind::broken, "a refund's order is gone");
    KK_LET(const auto before, credits(db_, "f.state = 'ok' AND f.attempt_id = ?", attempt_.id, refund_.id));
    KK_LET(const auto now, credits(db_, "f.request_id = ?", refund_.request_id, 0));
    if (sum_of(now) != refund_.cents) return fail(ErrorKind::broken, "a refund's lines do not make its sum");
    const Refunded refunded{order_->lines, before, now, refund_.card};
    KK_LET(const db::Rows original, db_.query("SELECT year, no, issued_utc, transaction_id FROM receipts WHERE attempt_id = ? AND refund_id IS NULL", attempt_.id));
    if (original.empty()) return fail(ErrorKind::broken, "a settled payment has no receipt");
    KK_TRY(give_stock_back(before, now));
    std::vector<gift_cards::Booked> cards;
    if (refund_.card > base::Cents(0)) {
      KK_LET(cards, gift_cards::refund_to_cards(db_, {order_->id, refund_.id, refund_.card, gift_cards::end_of_validity(now_, shop_.city.gift_card_years)}, now_));
    }
    KK_TRY(orders::journal(db_, order_->id, "refunded", "", now_));
    const Original of{receipt_number(static_cast<int>(original[0].integer(0)), original[0].integer(1)), original[0].time(2).value_or(now_)};
    const std::string id = word_.transaction_id.empty() ? original[0].text(3) : word_.transaction_id;
    ReceiptBody body{credit_content(*order_, of, refunded, shop_.city), refund_.cents * -1, with_cards(lines_of_refund(refunded), order_->lines, refund_.card), refund_.id};
    KK_LET(Receipt receipt, issue_receipt(db_, {*order_, attempt_, id, attempt_.provider}, std::move(body), shop_.clock));
    KK_TRY(book(db_, {attempt_.id, refund_.id}, with_cards(entries_of_refund(refunded, shop_.city), cards, shop_.city), receipt.issued));
    return std::optional<Receipt>(std::move(receipt));
  }

  // Pieces that come back to sale, and sign-ups that end with their seats, where staff said so.
  base::Status give_stock_back(const std::vector<Credit>& before, const std::vector<Credit>& now) {
    KK_LET(const db::Rows request, db_.query("SELECT stock_back FROM refund_requests WHERE id = ?", refund_.request_id));
    if (!request.at(0).boolean(0)) return {};
    std::map<std::int64_t, registrations::PaidBack> sessions;
    for (const auto& line : order_->lines) {
      if (line.product_kind != "activity") continue;
      auto& units = sessions[line.variant_id];
      const int units_now = credited_units(now, line.line_no);
      units = {units.sold + line.quantity, units.back + credited_units(before, line.line_no) + units_now, units.now + units_now};
    }
    if (!sessions.empty()) KK_TRY(registrations::end_paid_back(db_, shop_.instance.public_url, order_->id, sessions, now_));
    if (!order_->holds_stock) return {};
    std::vector<orders::Line> back;
    for (const auto& one : now) {
      for (auto line : order_->lines) {
        if (line.line_no != one.line_no || one.quantity == 0 || line.product_kind == "activity") continue;
        line.quantity = one.quantity;
        back.push_back(std::move(line));
      }
    }
    return orders::give_stock_back(db_, back, now_);
  }

  db::Connection& db_;
  const Shop& shop_;
  const Refund& refund_;
  const RefundWord& word_;
  base::UtcTime now_;
  Attempt attempt_;
  std::optional<orders::Order> order_;
};

}  // namespace

base::Result<std::optional<Refund>> find_refund(db::Connection& db, const std::string& stamp) {
  KK_LET(const db::Rows rows, db.query("SELECT f.id, f.request_id, f.stamp, a.stamp, f.cents, f.card_cents, f.state = 'calling' FROM refunds f JOIN payment_attempts a ON a.id = f.attempt_id WHERE f.stamp = ?", stamp));
  if (rows.empty()) return std::optional<Refund>();
  return std::optional<Refund>({rows[0].integer(0), rows[0].integer(1), rows[0].text(2), rows[0].text(3), rows[0].cents(4), rows[0].cents(5), rows[0].boolean(6)});
}

base::Result<RefundMove> settle_refund_in(db::Connection& db, const Shop& shop, const Refund& refund, const RefundWord& word) { return RefundSettlement(db, shop, refund, word).run(); }

base::Result<RefundMove> settle_refund(db::Connection& db, const Shop& shop, const Refund& refund, const RefundWord& word) {
  auto moved = db.transact([&] { return settle_refund_in(db, shop, refund, word); });
  FAULT("refund.after_commit");
  if (moved && *moved != RefundMove::repeated) base::log_info("refund", {{"refund", std::to_string(refund.id)}, {"status", suomifi::to_string(word.status)}, {"verdict", word.verdict}});
  return moved;
}

base::Result<bool> hear_refund(db::Connection& db, const Shop& shop, const Refund& refund, const suomifi::VerifiedRefund& facts) {
  KK_LET(const db::Rows rows, db.query("SELECT f.transaction_id, a.transaction_id, a.amount_cents FROM refunds f JOIN payment_attempts a ON a.id = f.attempt_id WHERE f.id = ?", refund.id));
  const auto own = rows.at(0).optional_text(0);
  const std::string& payments = rows[0].text(1);
  // The documents leave open whose names the service gives: its address is the refund's own and known to nobody else.
  const bool is_stamp = facts.stamp() == refund.stamp || facts.stamp() == refund.attempt_stamp;
  const bool is_sum = facts.amount() == refund.cents - refund.card || facts.amount() == rows[0].cents(2);
  const bool is_id = !facts.has_transaction_id() || !own || facts.transaction_id() == *own || facts.transaction_id() == payments;
  if (!is_stamp || !is_sum || !is_id) return false;
  const bool new_id = facts.has_transaction_id() && facts.transaction_id() != payments;
  KK_LET(const RefundMove moved, settle_refund(db, shop, refund, {facts.status(), new_id ? facts.transaction_id() : "", "callback"}));
  static_cast<void>(moved);  // a repeated word is answered as the first was
  return true;
}

}  // namespace payments
