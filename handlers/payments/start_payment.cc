#include "payments/start_payment.h"

#include <optional>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/orders/order_store.h"
#include "lib/payments/refund.h"
#include "payments/attempt_store.h"
#include "payments/pay_by_cards.h"
#include "payments/urls.h"

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::chrono::seconds kOthersCall{20};  // a little longer than one call may take

struct Made {
  Begun begun;
  orders::Order order;
  bool ours = false;  // our attempt is stored: the service is ours to ask
};

bool is_younger(const Attempt& attempt, base::UtcTime now, std::chrono::seconds than) { return now - attempt.created < than; }

// What the order's attempts so far allow. Sets made.ours when it finds our own from a commit without an answer.
Begun::Next look_at(const std::vector<Attempt>& attempts, const std::string& stamp, base::UtcTime now, Made& made) {
  if (attempts.size() >= orders::kMaxAttempts) return Begun::Next::not_payable;
  for (const auto& attempt : attempts) {
    made.ours |= attempt.stamp == stamp;
    if ((attempt.state == AttemptState::ok && !attempt.is_paid_back) || attempt.state == AttemptState::pending) return Begun::Next::not_payable;
  }
  if (made.ours) return Begun::Next::pay;
  for (const auto& attempt : attempts) {
    if (attempt.state == AttemptState::open && !attempt.href.empty() && is_younger(attempt, now, kReuse)) {
      made.begun.href = attempt.href;
      return Begun::Next::pay;
    }
    if (attempt.state == AttemptState::creating && is_younger(attempt, now, kOthersCall)) return Begun::Next::wait;
  }
  return Begun::Next::pay;
}

// The short transaction before the call. Its locks: the order's row.
base::Result<Made> make_attempt(db::Connection& db, const Shop& shop, const std::string& token, const std::string& stamp) {
  Made out;
  const base::UtcTime now = shop.clock.now();
  KK_LET(auto found, lock_with_attempts(db, token));
  out.order = std::move(found.order);
  out.begun.order_number = out.order.number;
  out.begun.total = out.order.to_pay();
  out.begun.hold_until = out.order.hold_until;
  if (!out.order.agreed || !is_payable(out.order.state) || out.order.hold_until <= now || out.order.to_pay() <= base::Cents(0)) return out;
  out.begun.next = look_at(found.attempts, stamp, now, out);
  if (out.begun.next == Begun::Next::pay && out.begun.href.empty() && !out.ours) {
    KK_TRY(insert_attempt(db, out.order, stamp, shop.account.id, now));
    out.ours = true;
  }
  return out;
}

// A Finnish VAT number is the business id without its hyphen.
std::string vat_id(std::string business_id) {
  std::erase(business_id, '-');
  return business_id.empty() ? "" : "FI" + business_id;
}

// The service wants items that add up to its sum: what gift cards pay is taken off the lines, shared out to the cent. Where that makes no whole
// price a piece, some pieces cost a cent more.
std::vector<suomifi::Item> items_of(const orders::Order& order, const std::string& stamp) {
  auto receipt = with_cards(lines_of_sale(order.lines), order.lines, order.cards);
  std::vector<suomifi::Item> out;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const auto& line = order.lines[i];
    const std::string words = line.detail.empty() ? line.name : line.name + ", " + line.detail;
    const std::string item_stamp = stamp + "-" + std::to_string(line.line_no);
    const auto add = [&](base::Cents price, int units, const char* tail) { out.push_back({price, units, line.vat_per_mille.value_or(0), line.code, words, item_stamp + tail}); };
    const base::Cents left = receipt[i].gross - receipt[i].card_gross;
    if (order.cards.value() == 0) {
      add(line.unit_price, line.quantity, "");
      continue;
    }
    const base::Cents price(left.value() / line.quantity);
    const int dearer = static_cast<int>(left.value() % line.quantity);
    if (price > base::Cents(0)) add(price, line.quantity - dearer, "");
    if (dearer > 0) add(price + base::Cents(1), dearer, "-1");
  }
  return out;
}

suomifi::CreatePayment payment_of(const orders::Order& order, const Shop& shop, const std::string& stamp, base::Lang lang) {
  suomifi::CreatePayment out;
  out.stamp = stamp;
  out.reference = order.reference;
  out.amount = order.to_pay();
  out.lang = lang;
  out.items = items_of(order, stamp);
  // The service asks for an address (Paytrail Payment API, customer.email): the city's stands in for a buyer without one.
  out.customer = {order.contact.email.empty() ? shop.city.email : order.contact.email, order.contact.first_name, order.contact.last_name, order.contact.phone, order.contact.company,
                  vat_id(order.contact.business_id)};
  out.return_url = shop.instance.public_url + return_path(lang, stamp);
  out.callback_url = shop.instance.public_url + callback_path(stamp);
  return out;
}

struct Asked {
  std::optional<suomifi::Created> created;
  AttemptState state = AttemptState::unknown;  // when not created
  std::string verdict, detail, received;
};

// A status of 4xx means that the service made nothing; anything else leaves it open.
Asked ask(Client& client, const Shop& shop, const suomifi::CreatePayment& payment) {
  const auto request = suomifi::create_request(shop.account, payment, crypto::random_token(), shop.clock.now());
  if (!request) return {std::nullopt, AttemptState::refused, "not_sent", request.error().detail, ""};
  FAULT("create.before_call");
  const auto answer = client.send(*request);
  FAULT("create.after_call");
  if (!answer) return {std::nullopt, AttemptState::unknown, "no_answer", answer.error().detail, ""};
  auto created = suomifi::read_created(*answer, shop.account);
  if (created) return {std::move(*created), AttemptState::open, "created", "", ""};
  const bool refused = answer->status >= 400 && answer->status < 500 && answer->status != 429;
  return {std::nullopt, refused ? AttemptState::refused : AttemptState::unknown, "answer_" + std::to_string(answer->status),
          created.error().detail, suomifi::journal_text(*answer)};
}

// The answer is kept before the resident is sent on. A callback may have been faster and is not undone.
base::Result<bool> keep_answer(db::Connection& db, const Shop& shop, const std::string& stamp, const suomifi::Created& created) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Done kept,
         db.execute("UPDATE payment_attempts SET state = 'new', transaction_id = ?, href = ?, answered_utc = ?, next_poll_utc = ? "
                    "WHERE stamp = ? AND state IN ('creating', 'unknown')",
                    created.transaction_id, created.href, now, now + std::chrono::minutes(shop.city.poll_first_minutes), stamp));
  return kept.affected == 1;
}

base::Status keep_failure(db::Connection& db, const Shop& shop, const std::string& stamp, const Asked& asked, const std::string& case_code) {
  const base::UtcTime now = shop.clock.now();
  KK_LET(const db::Done kept, db.execute("UPDATE payment_attempts SET state = ?, next_poll_utc = IF(transaction_id IS NULL, NULL, next_poll_utc) "
                                         "WHERE stamp = ? AND state = 'creating'",
                                         to_string(asked.state), stamp));
  static_cast<void>(kept);  // the sweep or a callback may have moved it already
  return record_event_at(db, stamp, {std::nullopt, Source::create, asked.verdict, asked.received, case_code}, now);
}

}  // namespace

base::Result<Begun> begin_payment(db::Connection& db, Client& client, const Shop& shop, const std::string& order_token, base::Lang lang) {
  const std::string stamp = crypto::random_token();
  KK_LET(Made made, db.transact([&] { return make_attempt(db, shop, order_token, stamp); }));
  if (orders::waits_for_cards_only(made.order)) {
    KK_TRY(pay_by_cards(db, shop, made.order.id));
    return made.begun;
  }
  if (!made.ours) return made.begun;
  FAULT("create.committed");
  const Asked asked = ask(client, shop, payment_of(made.order, shop, stamp, lang));
  if (asked.created) {
    KK_LET(const bool kept, keep_answer(db, shop, stamp, *asked.created));
    FAULT("create.kept");
    made.begun.next = kept ? Begun::Next::pay : Begun::Next::not_payable;
    made.begun.href = asked.created->href;
    return made.begun;
  }
  made.begun.next = Begun::Next::unavailable;
  made.begun.case_code = crypto::random_code(8);
  base::log_error("payment_not_created", {{"case", made.begun.case_code}, {"order", std::to_string(made.order.id)},
                                          {"verdict", asked.verdict}, {"detail", asked.detail}});
  KK_TRY(keep_failure(db, shop, stamp, asked, made.begun.case_code));
  return made.begun;
}

}  // namespace payments
