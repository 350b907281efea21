// What my units have to hand out or post: the oldest first, one mark for many; the list to pick from, and a slip for each parcel, by itself or with others.
#include <algorithm>
#include <map>

#include "backoffice/order_facts.h"
#include "backoffice/paging.h"
#include "lib/base/check_code.h"
#include "lib/base/contact.h"
#include "lib/base/money.h"
#include "lib/catalogue/rules.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

const Paths kPicking = {"/fi/toimitukset/kerailylista", "/sv/leveranser/plocklista", "/en/deliveries/pick-list"};
const Paths kSlips = {"/fi/toimitukset/lahetteet", "/sv/leveranser/foljesedlar", "/en/deliveries/packing-slips"};

// What fits on a page: parcels, and lines of all of them together.
constexpr std::size_t kParcelsPerPage = 50, kParcelsPicked = 200, kMostItems = 150;

// A delivery as boxes and addresses name it, "17 library collect", in the order of the list.
struct ParcelKey {
  std::int64_t order = 0;
  std::string unit, code;
  std::string text() const { return std::to_string(order) + " " + unit + " " + code; }
};
std::optional<ParcelKey> parse_parcel(const std::string& text) {
  const auto first = text.find(' '), second = text.rfind(' ');
  if (first == std::string::npos || first == second) return std::nullopt;
  const auto order = id_of(text.substr(0, first));
  ParcelKey out{order ? *order : 0, text.substr(first + 1, second - first - 1), text.substr(second + 1)};
  return out.order > 0 && catalogue::is_code_text(out.unit) && catalogue::is_code_text(out.code) ? std::optional(std::move(out)) : std::nullopt;
}

struct Parcel {
  ParcelKey key;
  std::string number, kind, way, state;
  base::UtcTime since;
  struct Item {
    std::string code, name;
    int quantity = 0;
  };
  std::vector<Item> items;
};

struct Parcels {
  std::vector<Parcel> list;
  std::string next;  // the key after which there are more; empty: there are none
};
// Not handed out yet, of one's scope, the oldest order first: those that fit, after what the address names.
base::Result<Parcels> find_parcels(const Call& call, const std::string& states, std::size_t most) {
  KK_LET(const Reach reach, reach_of(call, Right::orders_deliver));
  std::vector<db::Param> params;
  std::string which = "d.state IN (" + states + ") AND " + parcels_within(reach, params);
  if (const auto after = parse_parcel(list_place(call).after)) {
    which += " AND d.order_id >= ? AND (d.order_id, d.unit_code, d.delivery_code) > (?, ?, ?)";
    params.insert(params.end(), {db::Param(after->order), db::Param(after->order), db::Param(after->unit), db::Param(after->code)});
  }
  KK_LET(const db::Rows rows, call.db.run_query("SELECT d.order_id, o.number, d.unit_code, d.delivery_code, d.kind, l.delivery_name, d.state, o.created_utc, l.code, l.name, l.detail, " + std::string(kUnitsLeft) + " AS left_units FROM (SELECT d.order_id, d.unit_code, d.delivery_code, d.kind, d.state FROM deliveries d WHERE " + which +
                                                " ORDER BY d.order_id, d.unit_code, d.delivery_code LIMIT " + std::to_string(most + 1) + ") d JOIN orders o ON o.id = d.order_id JOIN order_lines l ON " + kInParcel +
                                                " HAVING left_units > 0 ORDER BY d.order_id, d.unit_code, d.delivery_code, l.line_no", params));
  Parcels out;
  std::vector<std::size_t> items;  // of all parcels up to each
  for (const auto& r : rows) {
    if (ParcelKey key{r.integer(0), r.text(2), r.text(3)}; out.list.empty() || out.list.back().key.text() != key.text()) {
      items.push_back(items.empty() ? 0 : items.back());
      out.list.push_back({std::move(key), r.text(1), r.text(4), r.text(5), r.text(6), r.time(7).value_or(call.now), {}});
    }
    out.list.back().items.push_back({r.text(8), r.text(9) + (r.text(10).empty() ? "" : ", " + r.text(10)), static_cast<int>(r.integer(11))});
    ++items.back();
  }
  const auto fit = static_cast<std::size_t>(std::upper_bound(items.begin(), items.end(), kMostItems) - items.begin());
  if (cut(out.list, std::clamp<std::size_t>(fit, 1, most))) out.next = out.list.back().key.text();
  return out;
}

List items_view(const std::vector<Parcel::Item>& items) {
  List out;
  for (const auto& item : items) out.push_back(Object().set("quantity", std::to_string(item.quantity)).set("name", item.name).set("code", orders::shown_code(item.code)));
  return out;
}

base::Result<web::Response> deliveries_page(const Call& call, const web::Problems& problems) {
  KK_LET(const auto parcels, find_parcels(call, "'waiting', 'ready'", kParcelsPerPage));
  List list;
  for (const auto& one : parcels.list) {
    const auto& [order, unit, code] = one.key;
    list.push_back(Object().set("id", std::to_string(order) + "_" + unit + "_" + code).set("value", one.key.text()).set("number", base::print_code(one.number)).set("url", in(call.lang, order_paths(order))).set("slip_url", in(call.lang, slip_paths(order, unit, code))).set("way", one.way)
                       .set("since", base::format_date_time(one.since, call.lang)).set("state", call.say("sales.delivery_" + one.state)).set("ready", one.state == "ready").set("items", items_view(one.items)));
  }
  Object data;
  data.set("paging", more_view(call, deliveries_paths(), {"", parcels.next}, call.say("sales.deliveries_title"))).set("none", list.empty() && list_place(call).is_start()).set("parcels", std::move(list)).set("picking_url", in(call.lang, kPicking)).set("mark_url", at_place(below(in(call.lang, deliveries_paths()), "merkitse", "markera", "mark", call.lang), list_place(call)));
  problems.fill(data, call.templates, call.lang, {"parcel"});
  return staff::show(call, {"backoffice/deliveries", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.deliveries_title"), deliveries_paths()}, std::move(data));
}

enum class Mark { done, by_post, refunded };  // by_post: nobody waits for it at a desk
base::Result<Mark> mark(const Call& call, const ParcelKey& key, const std::string& to) {
  KK_LET(const auto seen, see<Right::orders_deliver>(call, key.order));
  KK_LET(const db::Rows by_post, call.db.query("SELECT 1 FROM deliveries WHERE order_id = ? AND unit_code = ? AND delivery_code = ? AND kind = 'post'", key.order, key.unit, key.code));
  if (to == "ready" && !by_post.empty()) return Mark::by_post;
  return call.db.transact([&]() -> base::Result<Mark> {
    KK_LET(const Handed handed, hand_out(seen, call.db, call.instance.public_url, {key.unit, key.code, to, call.person().id}, call.now));
    if (handed == Handed::now) KK_TRY(log_act(call, staff::Use::change, "order", std::to_string(key.order), to));
    return handed == Handed::refunded ? Mark::refunded : Mark::done;
  });
}

// Goes into the parcel: who sends it, to whom, and what is in it, in the words of whoever ordered; no prices and no more of the buyer than the post needs.
base::Result<Object> slip_view(const Call& call, const ParcelKey& key) {
  KK_LET(const auto seen, see<Right::orders_deliver>(call, key.order));
  const auto lines = seen.lines();
  const auto is_in_it = [&](const auto& line) { return is_in_parcel(line, key.unit, key.code); };
  const auto first = std::find_if(lines.begin(), lines.end(), is_in_it);
  if (first == lines.end()) return fail(ErrorKind::not_found, "no such parcel of one's scope");
  KK_TRY(log_act(call, staff::Use::view, "order", std::to_string(key.order), "packing slip"));
  const auto& order = seen.order;
  const auto& c = order.contact;
  const auto say = [&](const char* text, const std::string& number = "") { return call.templates.say(order.lang, text, {{"number", number}}); };
  List items;
  KK_LET(const auto goods, goods_left(seen, call.db));
  for (const auto& line : goods) {
    if (is_in_it(line)) items.push_back(Object().set("quantity", std::to_string(line.quantity)).set("name", line.name + (line.detail.empty() ? "" : ", " + line.detail)).set("code", orders::shown_code(line.code)));
  }
  KK_LET(const db::Rows units, call.db.query("SELECT name_" + std::string(base::to_string(order.lang)) + ", email, phone FROM units WHERE code = ?", key.unit));
  const std::string unit_name = units.empty() ? "" : units[0].text(0), email = units.empty() ? "" : units[0].text(1), phone = units.empty() ? "" : base::format_phone(units[0].text(2));
  Object out;
  out.set("id", std::to_string(key.order) + "_" + key.unit + "_" + key.code).set("words_lang", base::to_string(order.lang)).set("heading", say("sales.slip_title", base::print_code(order.number)));
  out.set("city", call.city.legal_name[order.lang]).set("unit", unit_name).set("sender_street", call.city.street_address[order.lang]).set("sender_postal", call.city.postal_code + " " + call.city.town[order.lang]).set("has_contact", !email.empty() || !phone.empty()).set("contact", email + (email.empty() || phone.empty() ? "" : ", ") + phone);
  out.set("sender_words", say("sales.sender")).set("recipient_words", say("sales.recipient")).set("ordered_words", say("sales.ordered")).set("delivery_words", say("sales.delivery")).set("quantity_words", say("sales.quantity")).set("what_words", say("sales.what")).set("none_words", say("sales.no_goods"));
  out.set("ordered", base::format_date(order.created, order.lang)).set("way", first->delivery_name).set("none", items.empty()).set("items", std::move(items));
  return out.set("name", c.first_name + " " + c.last_name).set("has_company", !c.company.empty()).set("company", c.company).set("street", c.street_address).set("postal", c.postal_code + " " + c.town).set("has_country", c.country != "FI").set("country", c.country);
}

struct SlipsShown {
  std::string title;
  Paths paths;
  std::string back_url, back_words;
};
base::Result<web::Response> slips_page(const Call& call, const SlipsShown& shown, const std::vector<ParcelKey>& keys) {
  List slips;
  for (const auto& key : keys) {
    KK_LET(auto slip, slip_view(call, key));
    slips.push_back(std::move(slip));
  }
  Object data;
  data.set("heading", shown.title).set("slips", std::move(slips)).set("back_url", shown.back_url).set("back_words", shown.back_words);
  return staff::show(call, {"backoffice/slip", shown.title, shown.paths}, std::move(data));
}

// Parcels that boxes or an address name, as many as a page of the list has. ERRORS: invalid.
base::Result<std::vector<ParcelKey>> chosen_parcels(const web::Form& form) {
  std::vector<ParcelKey> out;
  for (const auto& [name, value] : form.pairs()) {
    if (name != "parcel") continue;
    auto key = parse_parcel(value);
    if (!key || out.size() == kParcelsPerPage) return fail(ErrorKind::invalid, "no parcel, or too many");
    out.push_back(std::move(*key));
  }
  return out;
}

Paths slips_paths(const std::vector<ParcelKey>& keys) {
  web::Pairs query;
  for (const auto& one : keys) query.emplace_back("parcel", one.text());
  Paths out = kSlips;
  for (auto& path : out) path += "?" + web::urlencoded(query);
  return out;
}

}  // namespace

Paths slip_paths(std::int64_t order, const std::string& unit, const std::string& code) {
  const Paths at = order_paths(order);
  const std::string parcel = "?" + web::urlencoded({{"unit", unit}, {"code", code}});
  return {at[0] + "/lahete" + parcel, at[1] + "/foljesedel" + parcel, at[2] + "/packing-slip" + parcel};
}

base::Result<web::Response> show_deliveries(Call& call) { return deliveries_page(call, {}); }

base::Result<web::Response> post_mark(Call& call) {
  const std::string to = call.form.text("to");
  if (to != "ready" && to != "delivered" && to != "slips") return fail(ErrorKind::invalid, "no such state");
  KK_LET(const auto chosen, chosen_parcels(call.form));
  // To an address of their own: so they can be printed anew, and the way back leads to the list.
  if (to == "slips" && !chosen.empty()) return web::see_other(in(call.lang, slips_paths(chosen)));
  int by_post = 0, refunded = 0;
  for (const auto& one : chosen) {
    KK_LET(const Mark marked, mark(call, one, to));
    by_post += marked == Mark::by_post ? 1 : 0;
    refunded += marked == Mark::refunded ? 1 : 0;
  }
  web::Problems problems;
  if (chosen.empty()) problems.add("parcel", "parcel_required");
  if (by_post > 0) problems.add("parcel", "parcel_by_post", {{"count", std::to_string(by_post)}});
  if (refunded > 0) problems.add("parcel", "parcel_refunded", {{"count", std::to_string(refunded)}});
  if (!problems.empty()) return deliveries_page(call, problems);
  return back_to_list(call, deliveries_paths());
}

base::Result<web::Response> show_picking(Call& call) {
  KK_LET(const auto parcels, find_parcels(call, "'waiting'", kParcelsPicked));
  std::map<std::string, Parcel::Item> sums;  // by variant
  std::map<std::string, std::string> numbers;
  for (const auto& one : parcels.list) {
    for (const auto& item : one.items) {
      auto& sum = sums[item.code];
      sum = {item.code, item.name, sum.quantity + item.quantity};
      numbers[item.code] += (numbers[item.code].empty() ? "" : ", ") + base::print_code(one.number) + " (" + std::to_string(item.quantity) + ")";
    }
  }
  List rows;
  for (const auto& [code, item] : sums) rows.push_back(Object().set("name", item.name).set("code", orders::shown_code(code)).set("quantity", std::to_string(item.quantity)).set("numbers", numbers[code]));
  Object data;
  data.set("paging", more_view(call, kPicking, {"", parcels.next}, call.say("sales.picking_title"))).set("none", rows.empty() && list_place(call).is_start()).set("rows", std::move(rows)).set("city", call.city.legal_name[call.lang]).set("printed", base::format_date_time(call.now, call.lang)).set("back_url", in(call.lang, deliveries_paths()));
  return staff::show(call, {"backoffice/picking", call.say("sales.picking_title"), kPicking}, std::move(data));
}

base::Result<web::Response> show_slip(Call& call) {
  KK_LET(const std::int64_t order, id_of(call.arg));
  KK_LET(const db::Rows rows, call.db.query("SELECT number FROM orders WHERE id = ?", order));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such order");
  const web::Form query = query_of(call);
  const ParcelKey key{order, query.text("unit"), query.text("code")};
  const std::string title = call.say("sales.slip_title", {{"number", base::print_code(rows[0].text(0))}});
  return slips_page(call, {title, slip_paths(order, key.unit, key.code), in(call.lang, order_paths(order)), call.say("sales.back_order")}, {key});
}

base::Result<web::Response> show_slips(Call& call) {
  KK_LET(const auto keys, chosen_parcels(query_of(call)));
  if (keys.empty()) return fail(ErrorKind::not_found, "no parcels");
  return slips_page(call, {call.say("sales.slips_title"), slips_paths(keys), in(call.lang, deliveries_paths()), call.say("sales.deliveries_title")}, keys);
}

}  // namespace backoffice
