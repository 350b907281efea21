#include "backoffice/order_list.h"

#include <algorithm>

#include "lib/base/check_code.h"
#include "lib/base/contact.h"
#include "lib/base/finnish.h"
#include "lib/suomifi/facts.h"
#include "lib/suomifi/field.h"

namespace backoffice {

namespace {

// `o` is an order: what its row shows of one's scope. The sub-selects are by key, of the rows of one page.
std::string row_sql(const Reach& reach, std::vector<db::Param>& params) {
  const auto mine = [&] { return within(reach, "l.unit_code", "l.product_id", params); };
  std::string out = "o.id, o.number, o.state, o.total_cents, o.created_utc, (SELECT l.name FROM order_lines l WHERE l.order_id = o.id AND l.kind = 'product' AND " + mine() + " ORDER BY l.line_no LIMIT 1), ";
  out += "(SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.id AND l.kind = 'product' AND " + mine() + "), ";
  out += "(SELECT MIN(d.state) FROM deliveries d JOIN order_lines l ON l.order_id = d.order_id AND l.unit_code = d.unit_code AND l.delivery_code = d.delivery_code WHERE d.order_id = o.id AND d.state IN ('waiting', 'ready') AND " + mine() + "), ";
  return out + "EXISTS (SELECT 1 FROM refund_requests r JOIN refunds f ON f.request_id = r.id AND f.state = 'ok' WHERE r.order_id = o.id), o.first_name, o.last_name, EXISTS (SELECT 1 FROM staff_orders WHERE order_id = o.id), COALESCE(o.company, '')";
}

OrderRow row_of(const db::Row& row, bool with_name) {
  OrderRow out;
  out.id = row.integer(0);
  out.number = row.text(1);
  out.state = orders::parse_state(row.text(2)).value_or(orders::State::pending);
  out.total = row.cents(3);
  out.created = row.time(4).value_or(base::UtcTime{});
  out.what = row.text(5);
  out.lines = static_cast<int>(row.integer(6));
  out.delivery = row.text(7);
  out.refunded = row.boolean(8);
  out.by_staff = row.boolean(11);
  if (with_name) out.name = row.text(9) + " " + row.text(10) + (row.text(12).empty() ? "" : ", " + row.text(12));
  return out;
}

// Ids rise with the time of making, but two may change places: the day is compared too.
constexpr std::int64_t kSlack = 1000;

struct Clause {
  std::string sql = "TRUE";
  std::vector<db::Param> params;
  void add(const std::string& condition, db::Param value) {
    sql += " AND " + condition;
    params.push_back(std::move(value));
  }
};

base::Result<Clause> clause_of(db::Connection& db, const OrderFilter& filter) {
  Clause out;
  if (filter.before > 0) out.add("o.id < ?", filter.before);
  if (!filter.state.empty()) out.add("o.state = ?", filter.state);
  const auto bound = [&](base::UtcTime day, const char* direction) -> base::Result<std::int64_t> {
    KK_LET(const db::Rows rows, db.query(std::string("SELECT id FROM orders WHERE created_utc ") + (*direction == 'A' ? ">=" : "<") + " ? ORDER BY created_utc " + direction + " LIMIT 1", day));
    return rows.empty() ? std::int64_t{0} : rows[0].integer(0);
  };
  if (const auto from = base::parse_helsinki(filter.from + "T00:00")) {
    KK_LET(const auto first, bound(*from, "ASC"));
    out.add("o.id >= ?", first == 0 ? INT64_MAX : first - kSlack);
    out.add("o.created_utc >= ?", *from);
  }
  if (const auto to = base::parse_helsinki(filter.to + "T00:00")) {
    const auto next = base::helsinki_to_utc(std::chrono::year_month_day{std::chrono::sys_days{base::helsinki_day(*to)} + std::chrono::days{1}}, std::chrono::minutes{0});
    KK_LET(const auto last, bound(next, "DESC"));
    out.add("o.id <= ?", last + kSlack);
    out.add("o.created_utc < ?", next);
  }
  return out;
}

// Where orders are read in the order of a key: lines of a unit, or of a product or a variant of it in a unit; a product may have been in several.
struct LineSource {
  std::string unit;
  std::int64_t product = 0;  // 0: any
};
base::Result<std::vector<LineSource>> line_sources(db::Connection& db, const Reach& reach, const std::string& product) {
  std::vector<LineSource> out;
  std::vector<std::int64_t> products = reach.products;
  if (!product.empty()) {
    KK_LET(const db::Rows rows, db.query("SELECT id FROM products WHERE code = ?", product));
    products = rows.empty() ? std::vector<std::int64_t>() : std::vector<std::int64_t>{rows[0].integer(0)};
  } else {
    for (const auto& unit : reach.units) out.push_back({unit});
  }
  if (products.empty()) return out;
  std::vector<db::Param> params;
  for (const auto one : products) params.emplace_back(one);
  const std::string within_reach = within(reach, "u.code", "p.id", params);
  // By one look into the key for each: no join that the database might begin with the lines.
  KK_LET(const db::Rows rows, db.run_query("SELECT u.code, p.id FROM products p JOIN units u WHERE p.id IN (" + db::question_marks(products.size()) + ") AND " + within_reach +
                                           " AND (SELECT 1 FROM order_lines l FORCE INDEX (by_product) WHERE l.product_id = p.id AND l.unit_code = u.code LIMIT 1) IS NOT NULL", params));
  for (const auto& row : rows) out.push_back({row.text(0), row.integer(1)});
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

// Each source is read in the order of a key, newest first, no further than a page: the shop's orders, those of each unit or product, or those that wait to be handed out.
base::Result<std::vector<OrderRow>> find_orders(db::Connection& db, const Reach& reach, const OrderFilter& filter) {
  KK_LET(const Clause clause, clause_of(db, filter));
  const std::string newest = " DESC LIMIT " + std::to_string(kOrdersPerPage + 1);
  std::vector<db::Param> params;
  const std::string row = row_sql(reach, params);
  std::string found;
  // `from` gives ids of orders, called o, by `key`.
  const auto read = [&](const std::string& key, const std::string& from, const std::vector<db::Param>& of_from) {
    found += (found.empty() ? "(SELECT " : " UNION (SELECT ") + key + " AS id FROM " + from + " AND " + clause.sql + " GROUP BY " + key + " ORDER BY " + key + newest + ")";
    params.insert(params.end(), of_from.begin(), of_from.end());
    params.insert(params.end(), clause.params.begin(), clause.params.end());
  };
  const bool by_lines = !reach.all || !filter.product.empty();
  if (!filter.delivery.empty()) {
    std::vector<db::Param> of_parcel = {filter.delivery};
    std::string mine = by_lines ? "EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.unit_code = d.unit_code AND l.delivery_code = d.delivery_code AND " + within(reach, "l.unit_code", "l.product_id", of_parcel) : "TRUE";
    if (by_lines) mine += filter.product.empty() ? ")" : std::string(" AND l.product_id = (SELECT id FROM products WHERE code = ?)") + (filter.variant != 0 ? " AND l.variant_id = ?)" : ")");
    if (!filter.product.empty()) of_parcel.emplace_back(filter.product);
    if (filter.variant != 0) of_parcel.emplace_back(filter.variant);
    read("d.order_id", "deliveries d JOIN orders o ON o.id = d.order_id WHERE d.state = ? AND " + mine, of_parcel);
  } else if (!by_lines) {
    read("o.id", "orders o WHERE TRUE", {});
  } else {
    KK_LET(const auto sources, line_sources(db, reach, filter.product));
    // By the key, and from the lines on: the database can't know that a page is enough. Of a state it may begin with the orders, for there may be few.
    const std::string join = filter.state.empty() ? " STRAIGHT_JOIN" : " JOIN";
    for (const auto& one : sources) {
      std::vector<db::Param> of_source = {one.unit};
      const char* key = filter.variant != 0 ? "by_variant" : one.product != 0 ? "by_product" : "by_unit";
      if (one.product != 0) of_source.emplace_back(filter.variant != 0 ? filter.variant : one.product);
      read("l.order_id", "order_lines l FORCE INDEX (" + std::string(key) + ")" + join + " orders o ON o.id = l.order_id WHERE l.unit_code = ?" + (filter.variant != 0 ? " AND l.variant_id = ?" : one.product != 0 ? " AND l.product_id = ?" : ""), of_source);
    }
  }
  std::vector<OrderRow> out;
  if (found.empty()) return out;
  KK_LET(const db::Rows rows, db.run_query("SELECT " + row + " FROM (" + found + " ORDER BY id" + newest + ") found JOIN orders o ON o.id = found.id ORDER BY o.id DESC", params));
  for (const auto& one : rows) out.push_back(row_of(one, false));
  return out;
}

Search parse_search(const std::string& typed) {
  using Kind = Search::Kind;
  const auto text = base::clean_text(typed, 200);
  if (!text) return {};
  std::string digits = *text;
  std::erase(digits, ' ');
  if (const auto reference = base::reference_of_rf(upper(digits))) digits = *reference;
  if (base::is_code(base::normalise_code(*text), 8)) return {Kind::code, base::normalise_code(*text)};
  if (base::is_reference(digits) && digits.size() >= 11) return {Kind::reference, digits};
  if (suomifi::is_uuid(*text)) return {Kind::transaction, suomifi::lower_hex(*text)};
  if (text->find('@') != std::string::npos) {
    const auto email = base::parse_email(*text);
    return email ? Search{Kind::email, *email} : Search{};
  }
  if (const auto phone = base::parse_phone(*text)) return {Kind::phone, *phone};
  return text->size() >= 2 ? Search{Kind::name, *text} : Search{};
}

Search name_search(const std::string& typed) {
  const auto text = base::clean_text(typed, 200);
  if (!text || text->size() < 2 || std::any_of(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  return {Search::Kind::name, *text};
}

base::Result<std::optional<std::int64_t>> find_by_code(db::Connection& db, const Search& search) {
  if (search.kind == Search::Kind::reference) {
    KK_LET(const db::Rows rows, db.query("SELECT id FROM orders WHERE reference = ?", search.value));
    return rows.empty() ? std::optional<std::int64_t>() : rows[0].integer(0);
  }
  if (search.kind == Search::Kind::transaction) {
    KK_LET(const db::Rows rows, db.query("SELECT a.order_id FROM payment_attempts a WHERE a.transaction_id = ? UNION ALL SELECT a.order_id FROM refunds f JOIN payment_attempts a ON a.id = f.attempt_id WHERE f.transaction_id = ?", search.value, search.value));
    return rows.empty() || rows[0].is_null(0) ? std::optional<std::int64_t>() : rows[0].integer(0);
  }
  KK_LET(const db::Rows rows, db.query("SELECT id FROM orders WHERE number = ? UNION ALL SELECT a.order_id FROM payment_events e JOIN payment_attempts a ON a.id = e.attempt_id WHERE e.case_code = ? "
                                       "UNION ALL SELECT order_id FROM withdrawals WHERE case_code = ? UNION ALL SELECT r.order_id FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE f.case_code = ? "
                                       "UNION ALL SELECT COALESCE(IF(s.kind IN ('paid_no_stock', 'called_off_failed'), s.object_id, NULL), r.order_id, m.order_id) FROM staff_alerts s LEFT JOIN refunds f ON f.id = s.object_id AND s.kind IN ('refund_failed', 'refund_unknown') "
                                       "LEFT JOIN refund_requests r ON r.id = f.request_id LEFT JOIN outbox m ON m.id = s.object_id AND s.kind = 'mail_dead' WHERE s.case_code = ? "
                                       "UNION ALL SELECT order_id FROM registrations WHERE number = ? UNION ALL SELECT order_id FROM outbox WHERE case_code = ?",
                                       search.value, search.value, search.value, search.value, search.value, search.value, search.value));
  for (const auto& row : rows) {
    if (!row.is_null(0)) return std::optional<std::int64_t>(row.integer(0));
  }
  return std::optional<std::int64_t>();
}

base::Result<std::optional<Event>> find_event(db::Connection& db, const std::string& code) {
  KK_LET(const db::Rows rows, db.query("SELECT 'registration', created_utc, variant_id FROM registrations WHERE number = ? UNION ALL (SELECT kind, created_utc, 0 FROM outbox WHERE case_code = ? ORDER BY id LIMIT 1)", code, code));
  if (rows.empty()) return std::optional<Event>();
  return std::optional(Event{rows[0].text(0), rows[0].time(1).value_or(base::UtcTime{}), rows[0].integer(2)});
}

base::Result<std::vector<OrderRow>> find_by_person(db::Connection& db, const Reach& reach, const Search& search, std::int64_t before) {
  const std::string newest = " DESC LIMIT " + std::to_string(kOrdersPerPage + 1);
  std::vector<db::Param> params;
  const std::string shown = row_sql(reach, params);
  std::string found;
  // Each by a key of its own: a condition on two of them would read all orders.
  const auto read = [&](const std::string& where, const std::vector<db::Param>& of_where) {
    params.insert(params.end(), of_where.begin(), of_where.end());
    found += std::string(found.empty() ? "(" : " UNION (") + "SELECT o.id FROM orders o WHERE " + where;
    if (before > 0) {
      found += " AND o.id < ?";
      params.emplace_back(before);
    }
    const std::string mine = within(reach, "l.unit_code", "l.product_id", params);
    found += " AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND " + mine + ") ORDER BY o.id" + newest + ")";
  };
  if (search.kind == Search::Kind::name) {
    const auto gap = search.value.find(' ');
    const auto like = [](std::string text) {
      std::string out;
      for (const char c : text) out += (c == '%' || c == '_' || c == '\\' ? std::string("\\") : std::string()) + c;
      return out + "%";
    };
    // "von Essen" may be a last name whole; "Anna Maria Virtanen" and "Virtanen Anna" name both.
    std::string where = "(o.last_name LIKE ?";
    std::vector<db::Param> names = {like(search.value)};
    if (gap != std::string::npos) {
      where += " OR (o.last_name = ? AND o.first_name LIKE ?) OR (o.last_name = ? AND o.first_name LIKE ?)";
      const auto last = search.value.rfind(' ');
      names.insert(names.end(), {db::Param(search.value.substr(0, gap)), db::Param(like(search.value.substr(gap + 1))), db::Param(search.value.substr(last + 1)), db::Param(like(search.value.substr(0, last)))});
    }
    read(where + ")", names);
    read("o.company LIKE ?", {like(search.value)});
  } else {
    read(search.kind == Search::Kind::phone ? "o.phone = ?" : "o.email = ?", {search.value});
  }
  KK_LET(const db::Rows rows, db.run_query("SELECT " + shown + " FROM (" + found + " ORDER BY id" + newest + ") found JOIN orders o ON o.id = found.id ORDER BY o.id DESC", params));
  std::vector<OrderRow> out;
  for (const auto& row : rows) out.push_back(row_of(row, true));
  return out;
}

}  // namespace backoffice
