// An order that staff made for somebody: what its page asks before it is paid, and what comes of it. What a visitor agrees to on Review, the buyer agrees to here:
// terms, age, and a service that begins at once (KSL 6:9, 6:15, 6:16), with the button of KSL 6:12. Staff can't do it for them.
#include "checkout/app.h"
#include "checkout/order_view.h"
#include "checkout/plan.h"
#include "lib/orders/order_store.h"

namespace checkout {

using base::ErrorKind;
using base::fail;

namespace {

std::string begin_field(const orders::Line& line) { return "begin_" + std::to_string(line.line_no); }

view::List begins_of(const Call& call, const orders::Order& order, const Acceptance& form) {
  view::List groups;
  for (const auto right : {orders::Withdrawal::service_14d, orders::Withdrawal::digital}) {
    const std::string kind = right == orders::Withdrawal::digital ? "content" : "begin";
    view::List ticks;
    for (const auto& line : order.lines) {
      if (!orders::may_begin_at_once(line) || line.withdrawal != right) continue;
      ticks.push_back(view::Object().set("field", begin_field(line)).set("label", call.say("checkout." + kind + "_label", {{"name", line.name}})).set("ticked", form.begin_now.contains(line.line_no)));
    }
    if (ticks.empty()) continue;
    groups.push_back(view::Object().set("hint_id", kind + "-hint").set("legend", call.say("checkout.group_" + kind)).set("hint", call.say("checkout." + kind + "_hint")).set("ticks", std::move(ticks)));
  }
  return groups;
}

base::Result<int> age_of(Call& call, const orders::Order& order) {
  KK_LET(const db::Rows rows, call.db.query("SELECT COALESCE(MIN(p.minor_value), FALSE) FROM order_lines l LEFT JOIN products p ON p.id = l.product_id WHERE l.order_id = ? AND l.kind = 'product'", order.id));
  return rows.at(0).boolean(0) ? call.app.city.age_minor_value : call.app.city.age_full;
}

}  // namespace

base::Status ask_to_accept(Call& call, const OrderFacts& facts, const Acceptance& form, view::Object& data) {
  const bool asked = facts.can_pay && !facts.order.agreed;
  data.set("to_accept", asked);
  if (!asked) return {};
  KK_LET(const int age, age_of(call, facts.order));
  Plan plan;
  plan.total = facts.order.total;
  if (facts.order.cards > base::Cents(0)) plan.cards = {{0, facts.order.cards}};  // which cards, the button does not say
  const bool pays_online = plan.to_pay() > base::Cents(0);
  plan.statutory_only = facts.only_fees;
  data.set("accept_title", call.say(pays_online ? "order.accept_title" : "order.agree_title"));
  data.set("accept_url", order_tail(call.lang, facts.order.token, Tail::accept)).set("begins", begins_of(call, facts.order, form)).set("is_contract", !facts.only_fees);
  data.set("terms", form.terms).set("age", form.age).set("age_words", call.say("checkout.age_label", {{"age", std::to_string(age)}})).set("pays_online", pays_online).set("left_to_pay", base::format_money(plan.to_pay(), call.lang));
  data.set("payee_words", call.say("checkout.payee", {{"payee", call.app.city.payee}})).set("button", order_button(plan, call.app.templates, call.lang)).set("order_words", pays_online && !facts.only_fees);
  form.problems.fill(data, call.app.templates, call.lang, {"terms", "age"});
  return {};
}

base::Result<web::Response> post_accept(Call& call) {
  KK_LET(const web::Form posted, own_form(call));
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no such order");
  KK_LET(const OrderFacts facts, load_facts(call.db, call.arg, call.now));
  const orders::Order& order = facts.order;
  if (!facts.can_pay) return web::see_other(orders::order_path(call.lang, order.token));  // its page tells what it has become
  if (order.agreed) return web::see_other(orders::payment_path(call.lang, order.token));
  KK_LET(const int age, age_of(call, order));
  Acceptance form{posted.ticked("terms"), posted.ticked("age"), {}, {}};
  for (const auto& line : order.lines) {
    if (orders::may_begin_at_once(line) && posted.ticked(begin_field(line))) form.begin_now.insert(line.line_no);
  }
  if (!form.terms) form.problems.add("terms", "terms_required");
  if (!form.age) form.problems.add("age", "age_required", {{"age", std::to_string(age)}});
  if (!form.problems.empty()) return order_page(call, facts, form);
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const db::Done agreed, call.db.execute("UPDATE orders SET age_confirmed = ? WHERE id = ? AND state = 'pending' AND age_confirmed = 0", age, order.id));
    if (agreed.affected == 0) return {};  // in another tab, a moment ago
    for (const int line : form.begin_now) KK_TRY(call.db.write("UPDATE order_lines SET begin_now = TRUE WHERE order_id = ? AND line_no = ?", order.id, line));
    return orders::journal(call.db, order.id, "agreed", "", call.now);
  });
  if (!done) return fail(done.error());
  return web::see_other(orders::payment_path(call.lang, order.token));
}

}  // namespace checkout
