// What my units have to hand out or post: the oldest first, one mark for many; the list to pick from, and a slip for each parcel.
#include <algorithm>
#include <map>

#include "backoffice/order_facts.h"
#include "lib/base/check_code.h"
#include "lib/base/contact.h"
#include "lib/base/money.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

const Paths kPicking = {"/fi/toimitukset/kerailylista", "/sv/leveranser/plocklista", "/en/deliveries/pick-list"};

struct Parcel {
  std::int64_t order = 0;
  std::string number, unit, code, kind, way, state;
  base::UtcTime since;
  struct Item {
    std::string code, name;
    int quantity = 0;
  };
  std::vector<Item> items;
};

// Not handed out yet, of one's scope, the oldest order first.
base::Result<std::vector<Parcel>> find_parcels(const Call& call) {
  KK_LET(const Reach reach, reach_of(call, Right::orders_deliver));
  std::vector<db::Param> params;
  const std::string oldest = "SELECT d.order_id, d.unit_code, d.delivery_code, d.kind, d.state FROM deliveries d WHERE d.state IN ('waiting', 'ready') AND " + parcels_within(reach, params) + " ORDER BY d.order_id LIMIT 2000";
  const std::string mine = within(reach, "l.unit_code", "l.product_id", params);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT d.order_id, o.number, d.unit_code, d.delivery_code, d.kind, l.delivery_name, d.state, o.created_utc, l.code, l.name, l.detail, " + std::string(kUnitsLeft) + " AS left_units FROM (" + oldest + ") d JOIN orders o ON o.id = d.order_id "
                                                "JOIN order_lines l ON l.order_id = d.order_id AND l.unit_code = d.unit_code AND l.delivery_code = d.delivery_code AND l.product_kind = 'goods' WHERE " + mine +
                                                " HAVING left_units > 0 ORDER BY d.order_id, d.unit_code, d.delivery_code, l.line_no", params));
  std::vector<Parcel> out;
  for (const auto& r : rows) {
    if (out.empty() || out.back().order != r.integer(0) || out.back().unit != r.text(2) || out.back().code != r.text(3)) {
      if (out.size() == kShownOfQueue) break;
      out.push_back({r.integer(0), r.text(1), r.text(2), r.text(3), r.text(4), r.text(5), r.text(6), r.time(7).value_or(call.now), {}});
    }
    out.back().items.push_back({r.text(8), r.text(9) + (r.text(10).empty() ? "" : ", " + r.text(10)), static_cast<int>(r.integer(11))});
  }
  return out;
}

// What the list's box says of a parcel, and mark understands.
std::string value_of(const Parcel& one) { return std::to_string(one.order) + " " + one.unit + " " + one.code; }

List items_view(const std::vector<Parcel::Item>& items) {
  List out;
  for (const auto& item : items) out.push_back(Object().set("quantity", std::to_string(item.quantity)).set("name", item.name).set("code", item.code));
  return out;
}

base::Result<web::Response> deliveries_page(const Call& call, const web::Problems& problems) {
  KK_LET(const auto parcels, find_parcels(call));
  List list;
  for (const auto& one : parcels) {
    list.push_back(Object().set("id", std::to_string(one.order) + "_" + one.unit + "_" + one.code).set("value", value_of(one)).set("number", base::print_code(one.number)).set("url", in(call.lang, order_paths(one.order))).set("way", one.way)
                       .set("since", base::format_date_time(one.since, call.lang)).set("state", call.say("sales.delivery_" + one.state)).set("ready", one.state == "ready").set("items", items_view(one.items)));
  }
  Object data;
  data.set("cut", list.size() >= kShownOfQueue).set("none", list.empty()).set("parcels", std::move(list)).set("picking_url", in(call.lang, kPicking)).set("mark_url", below(in(call.lang, deliveries_paths()), "merkitse", "markera", "mark", call.lang));
  problems.fill(data, call.templates, call.lang, {"parcel"});
  return staff::show(call, {"backoffice/deliveries", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("sales.deliveries_title"), deliveries_paths()}, std::move(data));
}

// value: as value_of says it, such as "17 library collect".
base::Status mark(const Call& call, const std::string& value, const std::string& to) {
  const auto first = value.find(' '), second = value.rfind(' ');
  if (first == std::string::npos || first == second) return fail(ErrorKind::invalid, "no parcel");
  KK_LET(const std::int64_t order, id_of(value.substr(0, first)));
  KK_LET(const auto seen, see<Right::orders_deliver>(call, order));
  return call.db.transact([&]() -> base::Status {
    KK_LET(const bool moved, hand_out(seen, call.db, call.instance.public_url, {value.substr(first + 1, second - first - 1), value.substr(second + 1), to, call.person().id}, call.now));
    if (!moved) return {};
    return log_act(call, staff::Use::change, "order", std::to_string(order), to);
  });
}

}  // namespace

base::Result<web::Response> show_deliveries(Call& call) { return deliveries_page(call, {}); }

base::Result<web::Response> post_mark(Call& call) {
  const std::string to = call.form.text("to");
  if (to != "ready" && to != "delivered") return fail(ErrorKind::invalid, "no such state");
  KK_LET(const auto parcels, find_parcels(call));
  const auto goes_by_post = [&](const std::string& value) { return std::any_of(parcels.begin(), parcels.end(), [&](const auto& one) { return one.kind == "post" && value_of(one) == value; }); };
  int chosen = 0, by_post = 0;
  for (const auto& [name, value] : call.form.pairs()) {
    if (name != "parcel") continue;
    ++chosen;
    if (to == "ready" && goes_by_post(value)) {
      ++by_post;
    } else {
      KK_TRY(mark(call, value, to));
    }
  }
  web::Problems problems;
  if (chosen == 0) problems.add("parcel", "parcel_required");
  else if (by_post > 0) problems.add("parcel", "parcel_by_post", {{"count", std::to_string(by_post)}});
  if (!problems.empty()) return deliveries_page(call, problems);
  return web::see_other(in(call.lang, deliveries_paths()));
}

base::Result<web::Response> show_picking(Call& call) {
  KK_LET(const auto parcels, find_parcels(call));
  std::map<std::string, Parcel::Item> sums;  // by variant
  std::map<std::string, std::string> numbers;
  for (const auto& one : parcels) {
    if (one.state != "waiting") continue;
    for (const auto& item : one.items) {
      auto& sum = sums[item.code];
      sum = {item.code, item.name, sum.quantity + item.quantity};
      numbers[item.code] += (numbers[item.code].empty() ? "" : ", ") + base::print_code(one.number) + " (" + std::to_string(item.quantity) + ")";
    }
  }
  List rows;
  for (const auto& [code, item] : sums) rows.push_back(Object().set("name", item.name).set("code", code).set("quantity", std::to_string(item.quantity)).set("numbers", numbers[code]));
  Object data;
  data.set("none", rows.empty()).set("rows", std::move(rows)).set("printed", base::format_date_time(call.now, call.lang)).set("back_url", in(call.lang, deliveries_paths()));
  return staff::show(call, {"backoffice/picking", call.say("sales.picking_title"), kPicking}, std::move(data));
}

// Goes into the parcel: what is in it and for whom, no prices and no more of the buyer than the post needs.
base::Result<web::Response> show_slip(Call& call) {
  KK_LET(const auto seen, see<Right::orders_deliver>(call));
  KK_TRY(log_act(call, staff::Use::view, "order", call.arg, "packing slip"));
  List items;
  KK_LET(const auto goods, goods_left(seen, call.db));
  for (const auto& line : goods) {
    items.push_back(Object().set("quantity", std::to_string(line.quantity)).set("name", line.name + (line.detail.empty() ? "" : ", " + line.detail)).set("code", line.code).set("way", line.delivery_name));
  }
  const auto& c = seen.order.contact;
  Object data;
  data.set("number", base::print_code(seen.order.number)).set("ordered", base::format_date(seen.order.created, call.lang)).set("none", items.empty()).set("items", std::move(items));
  data.set("name", c.first_name + " " + c.last_name).set("has_company", !c.company.empty()).set("company", c.company).set("street", c.street_address).set("postal", c.postal_code + " " + c.town).set("country", c.country == "FI" ? "" : c.country);
  data.set("back_url", in(call.lang, order_paths_of(call.arg)));
  const Paths at = order_paths_of(call.arg);
  return staff::show(call, {"backoffice/slip", call.say("sales.slip_title", {{"number", base::print_code(seen.order.number)}}), {at[0] + "/lahete", at[1] + "/foljesedel", at[2] + "/packing-slip"}}, std::move(data));
}

}  // namespace backoffice
