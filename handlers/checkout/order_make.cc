#include "checkout/order_make.h"

#include <map>
#include <nlohmann/json.hpp>

#include "lib/base/fault.h"
#include "lib/base/finnish.h"
#include "lib/crypto/crypto.h"
#include "lib/gift_cards/gift_card_store.h"
#include "lib/orders/order_store.h"
#include "lib/registrations/registration_store.h"

namespace checkout {

using base::ErrorKind;
using base::fail;

namespace {

using Outcome = std::variant<Made, TakenMeanwhile, CardMeanwhile>;

// 11 random digits: a reference that tells nothing of how many orders there are.
std::string random_reference() {
  const std::string first = std::to_string(10'000 + crypto::random_below(90'000));
  const std::string rest = std::to_string(1'000'000 + crypto::random_below(1'000'000)).substr(1);  // zeros before it too
  return *base::make_reference(first + rest);
}

std::optional<std::string> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// Leaves its id in @order_id: nobody waits for it, so it goes with what follows.
base::Status insert_order(db::Connection& db, const NewOrder& order, const orders::Contact& c, const Plan& plan, const std::string& token,
                          base::UtcTime now) {
  const bool free_of_charge = plan.total.value() == 0;
  const auto hold_until = now + std::chrono::minutes{free_of_charge ? 0 : order.hold_minutes};
  KK_TRY(db.write(
      "INSERT INTO orders (number, token, idempotency_key, content_hash, reference, lang, state, total_cents, cards_cents, holds_stock, created_utc, hold_until_utc, settled_utc, "
      "first_name, last_name, street_address, postal_code, town, country, phone, email, company, business_id, age_confirmed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, TRUE, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      crypto::random_code(8), token, order.idempotency_key, order.content_hash, random_reference(), base::to_string(order.lang),
      free_of_charge ? "confirmed" : "pending", plan.total, gift_cards::sum_of(plan.cards), now, hold_until,
      free_of_charge ? std::optional<base::UtcTime>(now) : std::nullopt, c.first_name, c.last_name, c.street_address, c.postal_code, c.town,
      c.country, c.phone, c.email, null_if_empty(c.company), null_if_empty(c.business_id), order.age_confirmed));
  return db.write("SET @order_id = LAST_INSERT_ID()");
}

base::Status insert_lines(db::Connection& db, const Plan& plan) {
  constexpr std::size_t kColumns = 33;  // besides the order's id
  std::vector<db::Param> p;
  p.reserve(plan.lines.size() * kColumns);
  for (const auto& l : plan.lines) {
    std::optional<std::string> holders;
    if (!l.holder_names.empty()) holders = nlohmann::json(l.holder_names).dump();
    const auto id = [&](std::int64_t value) { return l.is_delivery ? std::nullopt : std::optional<std::int64_t>(value); };
    p.insert(p.end(), {l.line_no, l.is_delivery ? "delivery" : "product", id(l.product_id), id(l.variant_id),
                       null_if_empty(l.product_kind), l.benefit, l.code, null_if_empty(l.price_group), l.name, l.detail, l.starts, l.ends, l.days_valid, l.uses,
                       l.quantity, l.unit_price, l.vat_code, l.vat_per_mille, l.vat_reason, l.cost_centre, l.ledger_account,
                       orders::to_string(l.withdrawal), l.begin_now, l.appeal, l.counted, null_if_empty(l.delivery_code),
                       null_if_empty(l.delivery_kind), l.delivery_name, l.delivery_detail, holders, l.unit, l.normal_price, l.reduction});
  }
  std::string rows;
  for (std::size_t i = 0; i < plan.lines.size(); ++i) rows += (i == 0 ? "(@order_id, " : ", (@order_id, ") + db::question_marks(kColumns) + ")";
  return db.run_write({
      "INSERT INTO order_lines (order_id, line_no, kind, product_id, variant_id, product_kind, benefit, code, price_group, name, detail, starts_utc, ends_utc, days_valid, uses, "
      "quantity, unit_cents, vat_code, vat_per_mille, vat_reason, cost_centre, ledger_account, withdrawal, begin_now, appeal, counted, delivery_code, "
      "delivery_kind, delivery_name, delivery_detail, holder_names, unit_code, normal_cents, reduction) VALUES " + rows, std::move(p)});
}

// The seats that sign-ups hold become the order's. False: one of them holds them no more.
base::Result<bool> take_signups(db::Connection& db, const std::vector<orders::Line>& lines, base::UtcTime now) {
  std::map<std::int64_t, std::int64_t> variant_of;  // by sign-up, in the order in which rows are locked
  for (const auto& line : lines) {
    if (line.registration_id != 0) variant_of[line.registration_id] = line.variant_id;
  }
  for (const auto& [registration, variant] : variant_of) {
    KK_LET(const bool taken, registrations::take_into_order(db, registration, variant, now));
    if (!taken) return false;
  }
  return true;
}

std::vector<orders::Line> without_signups(std::vector<orders::Line> lines) {
  std::erase_if(lines, [](const auto& line) { return line.registration_id != 0; });
  return lines;
}

}  // namespace

base::Result<std::optional<Made>> find_made(db::Connection& db, const NewOrder& order) {
  KK_LET(const db::Rows rows, db.query("SELECT token, content_hash, total_cents FROM orders WHERE idempotency_key = ?", order.idempotency_key));
  if (rows.empty()) return std::optional<Made>();
  return std::optional<Made>(Made{rows[0].text(0), rows[0].integer(2) == 0, rows[0].text(1) == order.content_hash});
}

base::Result<Outcome> make_order(db::Connection& db, const NewOrder& order, const orders::Contact& contact, const Plan& plan, base::UtcTime now) {
  bool taken = false, card_taken = false;
  const auto body = [&]() -> base::Result<Outcome> {
    taken = card_taken = false;
    const std::string token = crypto::random_token();
    // The unique key waits for a double of this request that is under way, and then refuses.
    KK_TRY(insert_order(db, order, contact, plan, token, now));
    KK_LET(const bool seated, take_signups(db, plan.lines, now));
    KK_LET(const auto shortages, orders::take_stock(db, without_signups(plan.lines), now));
    KK_LET(const bool open, catalogue::hold_open(db, plan.sold));
    bool usable = true;
    if (plan.use) {
      KK_LET(usable, catalogue::take_use(db, *plan.use, now));
    }
    FAULT("order.after_insert");
    if (!seated || !shortages.empty() || !open || !usable) {
      taken = true;
      return fail(ErrorKind::conflict, "stock");
    }
    KK_LET(const bool cards_held, gift_cards::hold(db, plan.cards, now));
    if (!cards_held) {
      card_taken = true;
      return fail(ErrorKind::conflict, "gift card");
    }
    KK_TRY(insert_lines(db, plan));
    KK_TRY(orders::journal(db, std::nullopt, "ordered", "", now));
    if (order.also) KK_TRY(order.also());
    return Outcome(Made{token, plan.total.value() == 0});
  };
  for (int attempt = 1;; ++attempt) {
    auto made = db.transact(body);
    if (made) return made;
    if (taken) return Outcome(TakenMeanwhile{});
    if (card_taken) return Outcome(CardMeanwhile{});
    if (made.error().kind != ErrorKind::conflict || attempt == 5) return made;
    KK_LET(const auto known, find_made(db, order));
    if (known) return Outcome(*known);  // else a random number met its like: once more
  }
}

}  // namespace checkout
