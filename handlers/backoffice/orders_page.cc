// Orders: a list by filters, and a search: by number, reference or case code straight to the order; for a person's orders a purpose is asked and written down.
#include "backoffice/activity_store.h"
#include "backoffice/alert_store.h"
#include "backoffice/days.h"
#include "backoffice/order_list.h"
#include "lib/base/check_code.h"
#include "lib/base/money.h"

namespace backoffice {

using view::List;
using view::Object;

namespace {

constexpr std::array<const char*, 6> kStates = {"pending", "confirmed", "paid", "paid_no_stock", "cancelled", "expired"};
constexpr std::array<const char*, 2> kDeliveryStates = {"waiting", "ready"};
constexpr std::array<const char*, 4> kPurposes = {"contact", "delivery", "refund", "fault"};

const Paths kSearch = {"/fi/tilaukset/haku", "/sv/bestallningar/sok", "/en/orders/search"};

std::string one_of(const std::string& typed, const auto& all) { return std::find(all.begin(), all.end(), typed) == all.end() ? std::string() : typed; }

std::string day_of(const std::string& typed) { return is_day(typed) ? typed : std::string(); }

OrderFilter filter_of(const Call& call) {
  const web::Form form = query_of(call);
  OrderFilter out{one_of(form.text("state"), kStates), one_of(form.text("delivery"), kDeliveryStates), day_of(form.text("from")), day_of(form.text("to")), form.text("product"), form.number("variant", 1, 4'294'967'295).value_or(0),
                  form.number("before", 1, INT64_MAX).value_or(0)};
  if (out.product.size() > 48 || out.product.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) out.product.clear();
  return out;
}

// The name or time of the filter's variant; one that is not of the filter's product is dropped.
base::Result<std::string> variant_words(const Call& call, OrderFilter& filter) {
  if (filter.variant == 0) return std::string();
  const std::string lang = base::to_string(call.lang);
  KK_LET(const db::Rows rows, call.db.query("SELECT COALESCE(NULLIF(v.name_" + lang + ", ''), v.name_fi), v.starts_utc, v.ends_utc FROM variants v JOIN products p ON p.id = v.product_id WHERE v.id = ? AND p.code = ?", filter.variant, filter.product));
  if (rows.empty()) {
    filter.variant = 0;
    return std::string();
  }
  const auto starts = rows[0].time(1), ends = rows[0].time(2);
  const std::string name = rows[0].text(0), time = starts && ends ? base::format_period(*starts, *ends, call.lang) : "";
  return time + (time.empty() || name.empty() ? "" : ", ") + name;
}

List rows_view(const Call& call, std::vector<OrderRow>& rows) {
  List out;
  for (const auto& one : rows) {
    std::string what = one.what;
    if (one.lines > 1) what += " " + call.say("sales.and_more", {{"count", std::to_string(one.lines - 1)}});
    out.push_back(Object().set("url", in(call.lang, order_paths(one.id))).set("number", base::print_code(one.number)).set("when", base::format_date_time(one.created, call.lang)).set("what", what)
                      .set("total", base::format_money(one.total, call.lang)).set("state", call.say(std::string("sales.state_") + orders::to_string(one.state))).set("name", one.name)
                      .set("has_delivery", !one.delivery.empty()).set("delivery", one.delivery.empty() ? "" : call.say("sales.delivery_" + one.delivery)).set("refunded", one.refunded).set("by_staff", one.by_staff));
  }
  return out;
}

template <std::size_t N>
List choices(const Call& call, const std::array<const char*, N>& values, const char* key, const std::string& chosen) {
  List out;
  for (const char* value : values) out.push_back(Object().set("value", value).set("name", call.say(std::string(key) + value)).set("chosen", chosen == value));
  return out;
}

Object search_view(const Call& call, const web::Problems& problems) {
  Object data;
  data.set("search_url", in(call.lang, kSearch)).set("q", call.form.text("q")).set("purposes", choices(call, kPurposes, "sales.purpose_", call.form.text("purpose")));
  problems.fill(data, call.templates, call.lang, {"q", "purpose"});
  return data;
}

std::string asked_again(const Call& call, const OrderFilter& filter, std::int64_t before) {
  return in(call.lang, orders_paths()) + "?state=" + filter.state + "&delivery=" + filter.delivery + "&from=" + filter.from + "&to=" + filter.to + "&product=" + filter.product + (filter.variant == 0 ? "" : "&variant=" + std::to_string(filter.variant)) + "&before=" + std::to_string(before);
}

// `event`: what a code is of that leads to no page; else empty.
base::Result<web::Response> list_page(const Call& call, const web::Problems& problems, const std::string& event = "") {
  OrderFilter filter = filter_of(call);
  KK_LET(const std::string variant, variant_words(call, filter));
  KK_LET(const Reach reach, reach_of(call, staff::Right::orders_view));
  KK_LET(auto rows, find_orders(call.db, reach, filter));
  const bool more = rows.size() > kOrdersPerPage;
  if (more) rows.resize(kOrdersPerPage);
  Object data = search_view(call, problems);
  data.set("has_event", !event.empty()).set("event", event);
  data.set("action", in(call.lang, orders_paths())).set("states", choices(call, kStates, "sales.state_", filter.state)).set("deliveries", choices(call, kDeliveryStates, "sales.delivery_", filter.delivery));
  data.set("from", filter.from).set("to", filter.to).set("product", filter.product).set("of_variant", filter.variant != 0).set("variant", std::to_string(filter.variant)).set("variant_words", variant);
  data.set("none", rows.empty()).set("more", more).set("more_url", more ? asked_again(call, filter, rows.back().id) : "").set("rows", rows_view(call, rows));
  return staff::show(call, {"backoffice/orders", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.orders_title"), orders_paths()}, std::move(data));
}

// A sign-up without an order is on its session's page, for whoever may see that; of all else there is only what it was and when.
base::Result<web::Response> event_page(const Call& call, const Event& event) {
  if (event.session != 0) {
    KK_LET(const auto session, find_session(call.db, call.lang, event.session));
    if (session && call.rights.on(staff::Right::activities_edit, session->activity.place)) return web::see_other(in(call.lang, activities_paths()) + "/" + std::to_string(event.session));
  }
  return list_page(call, {}, call.say("sales.search_event", {{"what", call.say("sales.mail_" + event.kind)}, {"when", base::format_date_time(event.at, call.lang)}}));
}

}  // namespace

base::Result<web::Response> show_orders(Call& call) { return list_page(call, {}); }

base::Result<web::Response> post_search(Call& call) {
  Search search = parse_search(call.form.text("q"));
  web::Problems problems;
  if (search.kind == Search::Kind::nothing) problems.add("q", "search_unclear");
  KK_LET(const Reach reach, reach_of(call, staff::Right::orders_view));
  if (search.kind != Search::Kind::nothing && !search.is_of_people()) {
    KK_LET(const auto found, find_by_code(call.db, search));
    if (found) return web::see_other(in(call.lang, order_paths(*found)));
    KK_LET(const auto alert, find_alert_by_code(call, search.value));
    if (alert != 0) return web::see_other(in(call.lang, alerts_paths()) + "?alert=" + std::to_string(alert));
    KK_LET(const auto other, find_event(call.db, search.value));
    if (other) return event_page(call, *other);
    search = name_search(call.form.text("q"));
    if (search.kind == Search::Kind::nothing) problems.add("q", "search_none");
  }
  const std::string purpose = one_of(call.form.text("purpose"), kPurposes);
  if (search.is_of_people() && purpose.empty()) problems.add("purpose", "purpose_required");
  if (!problems.empty()) return list_page(call, problems);
  // What was asked for stands in no address and in no log; who asked, why, and how many were shown do.
  KK_LET(auto rows, find_by_person(call.db, reach, search, call.form.number("before", 1, INT64_MAX).value_or(0)));
  const bool more = rows.size() > kOrdersPerPage;
  if (more) rows.resize(kOrdersPerPage);
  KK_TRY(staff::log_use(call.db, {call.person().id, call.request.address, staff::Use::search, "orders", "", purpose, std::to_string(rows.size()) + " shown"}, call.now));
  Object data = search_view(call, problems);
  data.set("purpose", purpose).set("more", more).set("before", more ? std::to_string(rows.back().id) : "").set("none", rows.empty()).set("rows", rows_view(call, rows)).set("back_url", in(call.lang, orders_paths()));
  return staff::show(call, {"backoffice/orders_found", call.say("sales.found_title"), orders_paths()}, std::move(data));
}

}  // namespace backoffice
