#include "backoffice/staff_order_store.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "lib/catalogue/campaign_store.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"
#include "lib/orders/order_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::chrono::milliseconds kAnswerWait{2000}, kAnswerLook{40};
constexpr std::size_t kMostWords = 6;

// Every product of which something is sold: its name and where it stands.
std::string items_sql(base::Lang lang, const std::string& where) {
  const std::string l = base::to_string(lang);
  return "SELECT v.id, p.id, COALESCE(t.name, f.name), v.name_" + l + ", v.starts_utc, v.ends_utc, p.unit_code, p.category_code, COALESCE(c.parent_code, ''), p.code, p.holder_name, s.free FROM variants v "
         "JOIN products p ON p.id = v.product_id LEFT JOIN categories c ON c.code = p.category_code LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + l + "' "
         "JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' LEFT JOIN stock s ON s.variant_id = v.id WHERE p.kind <> 'activity' AND " + where;
}

base::Status add_prices(const Call& call, std::vector<Item>& items, const std::vector<std::int64_t>& products) {
  const std::string l = base::to_string(call.lang), today = base::helsinki_date_iso(call.now);
  std::vector<db::Param> params = {today};
  params.insert(params.end(), products.begin(), products.end());
  KK_LET(const db::Rows rows, call.db.run_query("SELECT pr.product_id, pr.variant_id, pr.price_group, g.name_" + l + ", IF(c.valid_from <= ?, c.cents, pr.cents) FROM prices pr JOIN price_groups g ON g.code = pr.price_group "
                                                "LEFT JOIN coming_prices c ON c.product_id = pr.product_id AND c.variant_id = pr.variant_id AND c.price_group = pr.price_group WHERE pr.product_id IN (" +
                                                db::question_marks(products.size()) + ") ORDER BY g.sort_order, g.code", params));
  KK_LET(const auto campaigns, catalogue::Campaigns::load(call.db, &products, today));
  for (auto& item : items) {
    for (const std::int64_t variant : {item.variant, std::int64_t{0}}) {  // a variant's own prices stand instead of the product's
      if (!item.prices.empty()) break;
      for (const auto& row : rows) {
        if (row.integer(0) == item.product && row.integer(1) == variant) item.prices.push_back({row.text(2), row.text(3), campaigns.price({item.product, variant, row.text(2)}, row.cents(4)).cents});
      }
    }
  }
  return {};
}

base::Status add_ways(const Call& call, std::vector<Item>& items, const std::vector<std::int64_t>& products) {
  const std::string l = base::to_string(call.lang);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT pd.product_id, d.code, d.kind, d.name_" + l + ", d.detail_" + l + ", d.cents FROM product_deliveries pd JOIN delivery_ways d ON d.code = pd.delivery_code WHERE pd.product_id IN (" +
                                                db::question_marks(products.size()) + ") ORDER BY d.sort_order, d.code", {products.begin(), products.end()}));
  for (auto& item : items) {
    for (const auto& row : rows) {
      if (row.integer(0) == item.product) item.ways.push_back({row.text(1), row.text(2), row.text(3), row.text(4), row.cents(5)});
    }
  }
  return {};
}

base::Result<std::vector<Item>> read_items(const Call& call, const std::string& where, const std::vector<db::Param>& params) {
  KK_LET(const db::Rows rows, call.db.run_query(items_sql(call.lang, where), params));
  std::vector<Item> out;
  std::vector<std::int64_t> products;
  for (const auto& row : rows) {
    Item item;
    item.variant = row.integer(0);
    item.product = row.integer(1);
    item.name = row.text(2);
    item.detail = row.text(3);
    if (const auto starts = row.time(4)) item.detail += (item.detail.empty() ? "" : ", ") + base::format_period(*starts, row.time(5).value_or(*starts), call.lang);
    item.place = {.unit = row.text(6), .categories = {row.text(7), row.text(8)}, .product = row.text(9), .reg = "shop"};
    item.holder_name = row.boolean(10);
    if (!row.is_null(11)) item.free = static_cast<int>(std::max<std::int64_t>(0, row.integer(11)));
    products.push_back(item.product);
    out.push_back(std::move(item));
  }
  if (out.empty()) return out;
  KK_TRY(add_prices(call, out, products));
  KK_TRY(add_ways(call, out, products));
  return out;
}

std::string like_of(const std::string& word) {
  std::string out = "%";
  for (const char c : word) out += (c == '%' || c == '_' || c == '\\' ? std::string("\\") : std::string()) + c;
  return out + "%";
}

}  // namespace

base::Result<std::vector<Item>> search_items(const Call& call, const Reach& reach, const std::string& words) {
  std::vector<db::Param> params;
  std::string where = within(reach, "p.unit_code", "p.id", params);
  where += std::string(" AND p.state = 'published' AND v.active AND ") + catalogue::kIsShown + " AND (v.ends_utc IS NULL OR v.ends_utc > ?)";
  params.insert(params.end(), 2, call.now);
  std::size_t count = 0;
  for (std::size_t at = 0; at < words.size() && count < kMostWords;) {
    const auto end = std::min(words.find(' ', at), words.size());
    if (end > at) {
      where += std::string(" AND CONCAT_WS(' ', p.code, COALESCE(t.name, f.name), v.name_") + base::to_string(call.lang) + ") LIKE ?";
      params.emplace_back(like_of(words.substr(at, end - at)));
      ++count;
    }
    at = end + 1;
  }
  return read_items(call, where + " ORDER BY COALESCE(t.name, f.name), p.id, v.starts_utc, v.id LIMIT " + std::to_string(kItemsShown), params);
}

base::Result<std::map<std::int64_t, Item>> load_items(const Call& call, const std::vector<std::int64_t>& variants) {
  std::map<std::int64_t, Item> out;
  if (variants.empty()) return out;
  KK_LET(auto items, read_items(call, "v.id IN (" + db::question_marks(variants.size()) + ")", {variants.begin(), variants.end()}));
  for (auto& item : items) out.emplace(item.variant, std::move(item));
  return out;
}

base::Result<StaffOrder> load_staff_order(const Call& call, const std::string& key) {
  if (!crypto::is_token(key)) return fail(ErrorKind::not_found, "no such form");
  KK_LET(const db::Rows rows, call.db.query("SELECT channel, state, contents, answer, lang, COALESCE(order_id, 0) FROM staff_orders WHERE form_key = ? AND staff_id = ?", key, call.person().id));
  if (rows.empty()) return fail(ErrorKind::not_found, "no order of this person's making");
  const auto& row = rows[0];
  return StaffOrder{key, row.text(0), row.text(1), row.text(2), row.text(3), base::parse_lang(row.text(4)).value_or(base::Lang::fi), row.integer(5)};
}

namespace {

base::Result<bool> is_under_way(const Call& call, const StaffOrder& order) {
  if (order.state != "made") return order.state != "quoted";
  KK_LET(const auto made, orders::load_by_id(call.db, order.order, orders::Lock::none));
  return orders::waits_for_cards_only(made);
}

}  // namespace

base::Result<StaffOrder> await_staff_order(const Call& call, const std::string& key) {
  const auto until = std::chrono::steady_clock::now() + kAnswerWait;
  for (;;) {
    KK_LET(StaffOrder order, load_staff_order(call, key));
    KK_LET(const bool waits, is_under_way(call, order));
    if (!waits || std::chrono::steady_clock::now() >= until) return order;
    std::this_thread::sleep_for(kAnswerLook);
  }
}

base::Result<bool> ask_staff_order(const Call& call, const StaffOrder& wanted, const std::vector<MakeOrders>& may) {
  if (may.empty()) return fail(ErrorKind::invalid, "no lines");
  return call.db.transact([&]() -> base::Result<bool> {
    KK_LET(const db::Done again, call.db.execute("UPDATE staff_orders SET state = 'asked', channel = ?, lang = ?, contents = ?, answer = '', changed_utc = ? WHERE form_key = ? AND staff_id = ? AND state IN ('asked', 'quoted')", wanted.channel,
                                                 base::to_string(wanted.lang), wanted.contents, call.now, wanted.key, call.person().id));
    if (again.affected == 0) {
      KK_LET(const db::Done first, call.db.execute("INSERT IGNORE INTO staff_orders (form_key, staff_id, channel, lang, state, contents, changed_utc) VALUES (?, ?, ?, ?, 'asked', ?, ?)", wanted.key, call.person().id, wanted.channel,
                                                   base::to_string(wanted.lang), wanted.contents, call.now));
      if (first.affected == 0) {  // confirmed or made already: its page tells, if this is what it made
        KK_LET(const db::Rows same, call.db.query("SELECT 1 FROM staff_orders WHERE form_key = ? AND staff_id = ? AND contents = ?", wanted.key, call.person().id, wanted.contents));
        return !same.empty();
      }
    }
    KK_TRY(log_act(call, staff::Use::change, "staff_order", wanted.key, "asked"));
    return true;
  });
}

base::Status confirm_staff_order(const Call& call, const StaffOrder& order, const std::string& seen, const std::vector<MakeOrders>& may) {
  if (may.empty()) return fail(ErrorKind::invalid, "no lines");
  return call.db.transact([&]() -> base::Status {
    KK_LET(const db::Done confirmed, call.db.execute("UPDATE staff_orders SET state = 'confirmed', changed_utc = ? WHERE form_key = ? AND staff_id = ? AND state = 'quoted' AND SHA2(answer, 256) = ?", call.now, order.key, call.person().id, seen));
    if (confirmed.affected == 0) return {};
    return log_act(call, staff::Use::change, "staff_order", order.key, "confirmed " + order.channel);
  });
}

std::string fingerprint(const std::string& answer) { return crypto::to_hex(crypto::as_bytes(crypto::sha256(answer))); }

}  // namespace backoffice
