// An order as somebody of staff may see it: those of its lines that are of their scope.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backoffice/app.h"
#include "lib/orders/order_store.h"

namespace backoffice {

// Where each product line stands: by line number.
struct LinePlace {
  int line_no = 0;
  staff::Place place;
};
base::Result<std::vector<LinePlace>> places_of(db::Connection& db, std::int64_t order_id);
// "17" of an address. ERRORS: not_found.
base::Result<std::int64_t> id_of(const std::string& arg);

// With the right R on at least one of its lines. `mine`: the numbers of those; the cost of posting goes with them.
template <staff::Right R>
struct Seen {
  orders::Order order;
  std::set<int> mine;
  staff::Permission<R> may;
  // All of it is of one's scope: acts that are about the whole order ask this.
  bool is_whole() const { return mine.size() == order.lines.size(); }
  std::vector<orders::Line> lines() const {
    std::vector<orders::Line> out;
    std::copy_if(order.lines.begin(), order.lines.end(), std::back_inserter(out), [&](const auto& line) { return mine.contains(line.line_no); });
    return out;
  }
};

// ERRORS: not_found; denied.
template <staff::Right R>
base::Result<Seen<R>> see(const Call& call, std::int64_t id) {
  KK_LET(orders::Order order, orders::load_by_id(call.db, id));
  KK_LET(const auto places, places_of(call.db, id));
  std::set<int> mine;
  std::set<std::string> ways;
  staff::Place at;
  for (const auto& one : places) {
    if (!call.rights.on(R, one.place)) continue;
    mine.insert(one.line_no);
    at = one.place;
  }
  KK_LET(auto may, call.rights.permit<R>(std::move(at)));
  for (const auto& line : order.lines) {
    if (mine.contains(line.line_no)) ways.insert(line.delivery_code);
  }
  for (const auto& line : order.lines) {
    if (line.is_delivery && ways.contains(line.delivery_code)) mine.insert(line.line_no);
  }
  return Seen<R>{std::move(order), std::move(mine), std::move(may)};
}
template <staff::Right R>
base::Result<Seen<R>> see(const Call& call) {
  KK_LET(const std::int64_t id, id_of(call.arg));
  return see<R>(call, id);
}

// What one's scopes come to in SQL. all: everything; else orders with a line of these units and, where products are named, of these products.
struct Reach {
  bool all = false;
  std::vector<std::string> units;      // whole
  std::vector<std::int64_t> products;  // of categories and products that one's memberships name
  bool none() const { return !all && units.empty() && products.empty(); }
};
base::Result<Reach> reach_of(const Call& call, staff::Right right);
// A condition on `column_unit` and `column_product`, with its parameters appended; "TRUE" for everything.
std::string within(const Reach& reach, const std::string& unit, const std::string& product, std::vector<db::Param>& params);

// That a line `l` is of one's scope: the cost of posting goes with what is posted.
std::string line_within(const Reach& reach, std::vector<db::Param>& params);
// Of these orders those that one may open.
base::Result<std::set<std::int64_t>> may_open(const Call& call, const std::set<std::int64_t>& orders);

}  // namespace backoffice
