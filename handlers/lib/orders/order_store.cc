#include "lib/orders/order_store.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

namespace orders {

using base::ErrorKind;
using base::fail;

const char* const kOrderColumns =
    "@order_id := o.id, o.number, o.token, o.reference, o.lang, o.state, o.total_cents, o.holds_stock, o.created_utc, o.hold_until_utc, o.settled_utc, "
    "o.fulfilled_utc, o.first_name, o.last_name, o.street_address, o.postal_code, o.town, o.country, o.phone, o.email, o.company, o.business_id, o.age_confirmed > 0, o.cards_cents";

Order read_order(const db::Row& row, std::size_t first) {
  Order out;
  out.id = row.integer(first);
  out.number = row.text(first + 1);
  out.token = row.text(first + 2);
  out.reference = row.text(first + 3);
  out.lang = base::parse_lang(row.text(first + 4)).value_or(base::Lang::fi);
  out.state = parse_state(row.text(first + 5)).value_or(State::pending);
  out.total = row.cents(first + 6);
  out.holds_stock = row.boolean(first + 7);
  out.created = row.time(first + 8).value_or(base::UtcTime{});
  out.hold_until = row.time(first + 9).value_or(base::UtcTime{});
  out.settled = row.time(first + 10);
  out.fulfilled = row.time(first + 11);
  const auto contact = [&](std::size_t i) { return row.text(first + 12 + i); };
  out.contact = {contact(0), contact(1), contact(2), contact(3), contact(4), contact(5), contact(6), contact(7), contact(8), contact(9)};
  out.agreed = row.boolean(first + 22);
  out.cards = row.cents(first + 23);
  return out;
}

namespace {

Line line_of(const db::Row& row) {
  Line out;
  out.line_no = static_cast<int>(row.integer(0));
  out.is_delivery = row.text(1) == "delivery";
  out.product_id = row.integer(2);
  out.variant_id = row.integer(3);
  out.product_kind = row.text(4);
  out.code = row.text(5);
  out.price_group = row.text(6);
  out.name = row.text(7);
  out.detail = row.text(8);
  out.starts = row.time(9);
  out.ends = row.time(10);
  if (!row.is_null(11)) out.days_valid = static_cast<int>(row.integer(11));
  out.quantity = static_cast<int>(row.integer(12));
  out.unit_price = row.cents(13);
  out.vat_code = row.text(14);
  if (!row.is_null(15)) out.vat_per_mille = static_cast<int>(row.integer(15));
  out.vat_reason = row.text(16);
  out.cost_centre = row.text(17);
  out.ledger_account = row.text(18);
  out.withdrawal = parse_withdrawal(row.text(19)).value_or(Withdrawal::none_statutory);
  out.begin_now = row.boolean(20);
  out.appeal = row.text(21);
  out.counted = row.boolean(22);
  out.delivery_code = row.text(23);
  out.delivery_kind = row.text(24);
  out.delivery_name = row.text(25);
  out.delivery_detail = row.text(26);
  out.unit = row.text(28);
  if (!row.is_null(27)) {
    const auto names = nlohmann::json::parse(row.text(27), nullptr, false);
    if (names.is_array()) {
      for (const auto& name : names) {
        if (name.is_string()) out.holder_names.push_back(name.get<std::string>());
      }
    }
  }
  out.benefit = row.text(32);
  if (!row.is_null(29)) out.uses = static_cast<int>(row.integer(29));
  if (!row.is_null(30)) out.normal_price = row.cents(30);
  out.reduction = row.text(31);
  return out;
}

// `column` = `key` finds one row of `orders`.
base::Result<WithAlong> load(db::Connection& db, const std::string& column, const db::Param& key, Lock lock, const Along& along) {
  const std::string order = std::string("SELECT ") + kOrderColumns + along.columns + " FROM orders o WHERE " + column + " = ?" + (lock == Lock::for_update ? " FOR UPDATE" : "");
  std::vector<db::Statement> statements = {{order, {key}}, select_lines()};
  for (const auto& sql : along.selects) statements.push_back({sql, {}});
  KK_LET(auto found, db.query_all(statements));
  if (found[0].empty()) return fail(ErrorKind::not_found, "no such order");
  WithAlong out{read_order(found[0][0], 0), std::move(found[0][0]), {std::make_move_iterator(found.begin() + 2), std::make_move_iterator(found.end())}};
  out.order.lines = read_lines(found[1]);
  return out;
}

// Wanted pieces by variant, in the one order in which guard rows are locked.
std::map<std::int64_t, int> counted_pieces(const std::vector<Line>& lines) {
  std::map<std::int64_t, int> out;
  for (const auto& line : lines) {
    if (line.counted) out[line.variant_id] += line.quantity;
  }
  return out;
}

base::Status note_change(db::Connection& db, std::int64_t variant_id, base::UtcTime now) {
  return db.write("INSERT INTO changes (kind, product_id, at_utc) SELECT 'availability', product_id, ? FROM variants WHERE id = ?", now, variant_id);
}

}  // namespace

db::Statement select_lines() {
  return {"SELECT line_no, kind, product_id, variant_id, product_kind, code, price_group, name, detail, starts_utc, ends_utc, days_valid, "
          "quantity, unit_cents, vat_code, vat_per_mille, vat_reason, cost_centre, ledger_account, withdrawal, begin_now, appeal, counted, "
          "delivery_code, delivery_kind, delivery_name, delivery_detail, holder_names, unit_code, uses, normal_cents, reduction, benefit FROM order_lines WHERE order_id = @order_id ORDER BY line_no",
          {}};
}

std::vector<Line> read_lines(const db::Rows& rows) {
  std::vector<Line> out;
  for (const auto& row : rows) out.push_back(line_of(row));
  return out;
}

base::Result<WithAlong> load_with(db::Connection& db, const std::string& token, Lock lock, const Along& along) {
  return load(db, "token", token, lock, along);
}

base::Result<Order> load_by_token(db::Connection& db, const std::string& token, Lock lock) {
  KK_LET(auto loaded, load(db, "token", token, lock, {}));
  return std::move(loaded.order);
}

base::Result<Order> load_by_id(db::Connection& db, std::int64_t id, Lock lock) {
  KK_LET(auto loaded, load(db, "id", id, lock, {}));
  return std::move(loaded.order);
}

base::Status journal(db::Connection& db, std::optional<std::int64_t> order_id, const std::string& event, const std::string& detail, base::UtcTime now) {
  if (!order_id) return db.write("INSERT INTO order_events (order_id, at_utc, event, detail) VALUES (@order_id, ?, ?, ?)", now, event, detail);
  return db.write("INSERT INTO order_events (order_id, at_utc, event, detail) VALUES (?, ?, ?, ?)", *order_id, now, event, detail);
}

base::Result<std::vector<Shortage>> take_stock(db::Connection& db, const std::vector<Line>& lines, base::UtcTime now) {
  std::vector<Shortage> out;
  for (const auto& [variant, pieces] : counted_pieces(lines)) {
    KK_TRY(db.write("UPDATE stock SET free = free - ? WHERE variant_id = ? AND free >= ?", pieces, variant, pieces));
    KK_LET(const db::Rows taken, db.query("SELECT ROW_COUNT()"));  // with what waited before it, in one round trip
    if (taken[0].integer(0) == 1) {
      KK_TRY(note_change(db, variant, now));
    } else {
      out.push_back({variant, pieces});
    }
  }
  return out;
}

base::Status take_stock_anyway(db::Connection& db, const std::vector<Line>& lines, base::UtcTime now) {
  for (const auto& [variant, pieces] : counted_pieces(lines)) {
    KK_TRY(db.write("UPDATE stock SET free = free - ? WHERE variant_id = ?", pieces, variant));
    KK_TRY(note_change(db, variant, now));
  }
  return {};
}

base::Status give_stock_back(db::Connection& db, const std::vector<Line>& lines, base::UtcTime now) {
  for (const auto& [variant, pieces] : counted_pieces(lines)) {
    KK_TRY(db.write("UPDATE stock SET free = LEAST(capacity, free + ?) WHERE variant_id = ?", pieces, variant));
    KK_TRY(note_change(db, variant, now));
  }
  return {};
}

}  // namespace orders
