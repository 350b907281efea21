#include <nlohmann/json.hpp>

#include "checkout/app.h"
#include "lib/base/contact.h"
#include "lib/orders/order.h"
#include "lib/outbox/mail_limit.h"
#include "lib/outbox/outbox.h"
#include "lib/registrations/registration.h"

namespace checkout {

using base::fail;

namespace {

constexpr int kMostOrders = 50;

base::Result<web::Response> my_orders_page(Call& call, const std::string& email, const web::Problems& problems, bool sent) {
  view::Object data;
  data.set("action", orders::my_orders_path(call.lang)).set("typed", view::Object().set("email", email)).set("sent", sent).set("ask", !sent);
  data.set("sent_words", call.say("order.my_orders_sent", {{"email", email}}));
  problems.fill(data, call.app.templates, call.lang, {"email"});
  const std::string cookie = fill_token(call, data);
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("order.my_orders_title");
  KK_LET(web::Response out, call.frame.page("order/my_orders", call.lang, title, in_all(orders::my_orders_path), data));
  set_token_cookie(out, cookie);
  return out;
}

// The pages of sign-ups of this address, as the mail lists them.
base::Result<nlohmann::json> sign_ups_of(Call& call, const std::string& email) {
  const std::string l = base::to_string(call.lang);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT r.token, r.created_utc, COALESCE(t.name, f.name) FROM registrations r JOIN variants v ON v.id = r.variant_id "
                                                "LEFT JOIN product_texts t ON t.product_id = v.product_id AND t.lang = '" + l + "' JOIN product_texts f ON f.product_id = v.product_id AND f.lang = 'fi' "
                                                "WHERE r.email = ? AND r.state IN ('waiting', 'filled', 'ordered', 'confirmed', 'no_seat') ORDER BY r.id DESC LIMIT ?", {email, kMostOrders}));
  nlohmann::json out = nlohmann::json::array();
  for (const auto& row : rows) {
    out.push_back({{"page_url", call.app.instance.public_url + registrations::page_path(call.lang, row.text(0))}, {"created_utc", base::to_iso(row.time(1).value_or(call.now))}, {"activity", row.text(2)}});
  }
  return out;
}

// One mail with the links of all orders and sign-ups of this address; none when there are none, or when one was just sent.
base::Status mail_links(Call& call, const std::string& email) {
  return call.db.transact([&]() -> base::Status {
    KK_LET(const db::Rows orders, call.db.query("SELECT number, token, created_utc, total_cents, id FROM orders WHERE email = ? ORDER BY id DESC LIMIT ?", email, kMostOrders));
    KK_LET(const auto sign_ups, sign_ups_of(call, email));
    if (orders.empty() && sign_ups.empty()) return {};
    KK_LET(const bool may, outbox::may_mail(call.db, "order_links", email, outbox::kOrderLinks, call.now));
    if (!may) return {};
    nlohmann::json list = nlohmann::json::array();
    for (const auto& row : orders) {
      list.push_back({{"order_number", row.text(0)}, {"order_url", call.app.instance.public_url + orders::order_path(call.lang, row.text(1))},
                      {"created_utc", base::to_iso(row.time(2).value_or(call.now))}, {"total_cents", row.integer(3)}});
    }
    const nlohmann::json data = {{"case_code", crypto::random_code(8)}, {"orders", list}, {"sign_ups", sign_ups},
                                 {"withdraw_url", call.app.instance.public_url + orders::withdraw_path(call.lang)},
                                 {"my_orders_url", call.app.instance.public_url + orders::my_orders_path(call.lang)}};
    return outbox::insert(call.db, {"order_links", call.lang, email, data.dump(), std::nullopt}, call.now);
  });
}

}  // namespace

base::Result<web::Response> show_my_orders(Call& call) { return my_orders_page(call, {}, {}, false); }

base::Result<web::Response> post_my_orders(Call& call) {
  KK_LET(const web::Form form, own_form(call));
  web::Problems problems;
  const auto email = base::parse_email(form.text("email"));
  if (!email) {
    problems.add("email", std::string("email_") + (email.error() == base::TextProblem::missing ? "required" : base::to_string(email.error())), {{"max", "200"}});
    return my_orders_page(call, form.text("email"), problems, false);
  }
  KK_TRY(mail_links(call, *email));
  return my_orders_page(call, *email, {}, true);
}

}  // namespace checkout
