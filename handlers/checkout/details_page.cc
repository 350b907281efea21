#include "checkout/app.h"
#include "checkout/countries.h"
#include "checkout/details.h"
#include "checkout/summary.h"
#include "lib/base/contact.h"

namespace checkout {

using base::Lang;

namespace {

// Made here, not by the template: 249 of its rounds cost as much as the rest of the page.
view::Html country_options(Lang lang, const std::string& chosen) {
  std::string out;
  for (const auto& [code, name] : countries(lang)) {
    const bool is_chosen = code == (chosen.empty() ? "FI" : chosen);
    out.append("<option value=\"").append(code).append(is_chosen ? "\" selected>" : "\">").append(view::escape(name)).append("</option>");
  }
  return {std::move(out)};
}

// One radio group per set of ways; a single way is said, not asked.
view::List delivery_view(const Call& call, const Basket& basket, const Details& details, const web::Problems& problems) {
  view::List out;
  for (const auto& choice : delivery_choices(basket)) {
    const std::string key = choice_key(choice);
    const auto chosen = details.delivery.find(key);
    std::string names;
    for (const auto i : choice.lines) names += (names.empty() ? "" : ", ") + basket.lines[i].offer->name;
    view::List ways;
    for (const auto& way : choice.ways) {
      ways.push_back(view::Object()
                         .set("code", way.code)
                         .set("field", key)
                         .set("id", ways.empty() ? key : key + "_" + way.code)
                         .set("name", way.name)
                         .set("detail", way.detail)
                         .set("has_detail", !way.detail.empty())
                         .set("price", way.price.value() == 0 ? call.say("checkout.free_of_charge") : base::format_money(way.price, call.lang))
                         .set("chosen", chosen != details.delivery.end() && chosen->second == way.code));
    }
    view::Object one;
    one.set("key", key).set("for_lines", names).set("ask", choice.ways.size() > 1).set("say", choice.ways.size() == 1);
    const std::string message = problems.message(call.app.templates, call.lang, key);
    one.set("wrong", !message.empty()).set("message", message).set("ways", std::move(ways));
    out.push_back(std::move(one));
  }
  return out;
}

view::List holder_view(const Call& call, const Basket& basket, const Details& details, const web::Problems& problems) {
  view::List out;
  for (const auto& line : basket.lines) {
    if (line.offer == nullptr || !line.offer->holder_name) continue;
    const std::string key = line.cart.key();
    const auto names = details.holders.find(key);
    for (int i = 1; i <= line.cart.quantity; ++i) {
      const auto index = static_cast<std::size_t>(i - 1);
      const std::string field = "holder_" + key + "_" + std::to_string(i);
      const bool typed = names != details.holders.end() && index < names->second.size();
      const std::string message = problems.message(call.app.templates, call.lang, field);
      out.push_back(view::Object()
                        .set("field", field)
                        .set("label", call.say("checkout.holder_label", {{"product", line.offer->name}, {"n", std::to_string(i)}}))
                        .set("value", typed ? names->second[index] : "")
                        .set("wrong", !message.empty())
                        .set("message", message));
    }
  }
  return out;
}

// Services that may begin, or digital content that may be had, before the 14 days are over: each says what that does to the
// right of withdrawal.
view::List begin_view(const Call& call, const Basket& basket, const Details& details) {
  view::List groups;
  for (const auto right : {orders::Withdrawal::service_14d, orders::Withdrawal::digital}) {
    const std::string kind = right == orders::Withdrawal::digital ? "content" : "begin";
    view::List ticks;
    for (const auto& line : basket.lines) {
      if (!may_begin_now(line) || line.offer->withdrawal != right) continue;
      const std::string key = line.cart.key();
      const bool ticked = std::find(details.begin_now.begin(), details.begin_now.end(), key) != details.begin_now.end();
      ticks.push_back(view::Object()
                          .set("field", "begin_" + key)
                          .set("label", call.say("checkout." + kind + "_label", {{"name", line.offer->name}}))
                          .set("ticked", ticked));
    }
    if (ticks.empty()) continue;
    groups.push_back(view::Object()
                         .set("hint_id", kind + "-hint")
                         .set("legend", call.say("checkout.group_" + kind))
                         .set("hint", call.say("checkout." + kind + "_hint"))
                         .set("ticks", std::move(ticks)));
  }
  return groups;
}

base::Result<web::Response> details_page(Call& call, const Basket& basket, const Details& details, const web::Problems& problems) {
  const auto& c = details.contact;
  view::Object data;
  view::Object typed;  // an object of its own: the frame has an address and a telephone number too
  typed.set("first_name", c.first_name).set("last_name", c.last_name).set("street_address", c.street_address).set("postal_code", c.postal_code);
  typed.set("town", c.town).set("phone", base::format_phone(c.phone)).set("email", c.email).set("company", c.company).set("business_id", c.business_id);
  typed.set("email_asked", c.email).set("town_asked", town_key(c));
  data.set("typed", std::move(typed));
  data.set("countries", country_options(call.lang, c.country));
  problems.fill(data, call.app.templates, call.lang,
                {"first_name", "last_name", "street_address", "postal_code", "town", "country", "phone", "email", "company", "business_id"});
  data.set("deliveries", delivery_view(call, basket, details, problems));
  view::List holders = holder_view(call, basket, details, problems);
  data.set("has_holders", !holders.empty()).set("holders", std::move(holders));
  data.set("begins", begin_view(call, basket, details));
  data.set("company_open", !c.company.empty() || !c.business_id.empty());
  data.set("action", details_path(call.lang)).set("cart_url", cart_path(call.lang));
  data.merge(basket_summary(call, basket));
  const std::string cookie = fill_token(call, data);
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("checkout.details_title");
  KK_LET(web::Response out, call.frame.page("checkout/details", call.lang, title, in_all(details_path), data));
  set_token_cookie(out, cookie);
  return out;
}

base::Result<Basket> basket_of(Call& call, Asked asked) {
  const Cart cart = cart_of(call.request, call.app.cart_key);
  return load_basket(call.db, call.offers, cart, call.lang, call.now, asked);
}

// What was typed stays, though something is wrong with it, also when the page is opened anew in another language.
void put_unchecked(const Call& call, web::Response& out, Details details) {
  details.checked = false;
  put_details(out, call.app.cart_key, details, call.now);  // more than fits is shown this once only
}

}  // namespace

base::Result<web::Response> show_details(Call& call) {
  KK_LET(const Basket basket, basket_of(call, Asked::now));
  if (!basket.orderable() || basket.price_changed) return web::see_other(cart_path(call.lang));
  const Details known = details_of(call.request, call.app.cart_key, call.now).value_or(Details{});
  return details_page(call, basket, known, {});
}

base::Result<web::Response> post_details(Call& call) {
  KK_LET(const Posted posted, own_form_or_old(call));
  const web::Form& form = posted.form;
  if (posted.fresh && form.has("clear")) {
    web::Response out = web::see_other(details_path(call.lang));
    drop_details(out);
    return out;
  }
  KK_LET(const Basket basket, basket_of(call, Asked::lately));
  if (basket.lines.empty()) return web::see_other(cart_path(call.lang));
  web::Problems problems;
  if (!posted.fresh) {
    problems.add("main", "form_old");
    KK_LET(web::Response out, details_page(call, basket, details_typed(form, basket), problems));
    out.status = 403;
    return out;
  }
  KK_LET(const Details details, check_details(call.db, call.lang, form, basket, problems));
  web::Response out = web::see_other(basket.orderable() ? review_path(call.lang) : cart_path(call.lang));
  if (problems.empty() && put_details(out, call.app.cart_key, details, call.now)) return out;
  // More than a cookie holds: the names of many holders, or else long words everywhere.
  if (problems.empty() && !details.holders.empty()) problems.add("holder_" + details.holders.begin()->first + "_1", "holder_name_too_long", {{"max", "50"}});
  else if (problems.empty()) problems.add("company", "company_too_long", {{"max", "100"}});
  KK_LET(web::Response again, details_page(call, basket, details, problems));
  put_unchecked(call, again, details);
  return again;
}

}  // namespace checkout
