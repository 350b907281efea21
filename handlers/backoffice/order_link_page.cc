// The customer's link to an order that staff made: on the screen or on paper, as a QR code and in letters, in the customer's language.
#include "backoffice/order_facts.h"
#include "lib/base/check_code.h"
#include "lib/base/money.h"
#include "lib/view/qr.h"

namespace backoffice {

using view::Object;

base::Result<web::Response> show_order_link(Call& call) {
  KK_LET(const auto seen, see<staff::Right::orders_make>(call));
  if (!seen.is_whole()) return base::fail(base::ErrorKind::denied, "lines of others");
  const orders::Order& order = seen.order;
  // Who sees no orders sees those of their own making.
  const bool sees_order = call.rights.any(staff::Right::orders_view);
  KK_LET(const db::Rows made, call.db.query("SELECT 1 FROM staff_orders WHERE order_id = ? AND (? OR staff_id = ?)", order.id, sees_order, call.person().id));
  KK_LET(const bool may, may_link(call.db, order));
  if (made.empty() || !may) return base::fail(base::ErrorKind::not_found, "not made by staff, or with codes of gift cards");
  KK_TRY(log_act(call, staff::Use::view, "order", call.arg, kLinkSeen));
  const std::string url = call.instance.public_url + orders::order_path(order.lang, order.token), number = base::print_code(order.number);
  const auto say = [&](const char* key, const web::Problems::Values& values = {}) { return call.templates.say(order.lang, key, values); };
  KK_LET(view::Html picture, view::qr_picture(url, say("sales.link_picture")));
  Object data;
  const bool waits = order.state == orders::State::pending;
  data.set("title", say("sales.link_sheet_title", {{"number", number}})).set("words_lang", base::to_string(order.lang)).set("picture", std::move(picture)).set("url", url).set("how", say("sales.link_sheet_how"));
  const char* const what = !waits ? "sales.link_sheet_keep" : order.to_pay() > base::Cents(0) ? "sales.link_sheet_pay" : "sales.link_sheet_agree";
  data.set("what", say(what, {{"sum", base::format_money(order.to_pay(), order.lang)}, {"time", base::format_date_time(order.hold_until, order.lang)}}));
  data.set("back_url", in(call.lang, sees_order ? order_paths_of(call.arg) : new_order_paths())).set("back_words", call.say(sees_order ? "sales.back_order" : "sales.new_order_title"));
  const Paths at = order_paths_of(call.arg);
  return staff::show(call, {"backoffice/order_link", call.say("sales.link_sheet_title", {{"number", number}}), {at[0] + "/linkki", at[1] + "/lank", at[2] + "/link"}}, std::move(data));
}

}  // namespace backoffice
