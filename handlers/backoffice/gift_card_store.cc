#include "backoffice/gift_card_store.h"

#include "lib/gift_cards/gift_card_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;

base::Result<std::optional<std::int64_t>> find_card(const Call& call, const std::string& typed) {
  const auto code = gift_cards::code_in(typed);
  if (!code) return std::optional<std::int64_t>();
  KK_LET(const auto found, gift_cards::find_cards(call.db, {*code}));
  return found.empty() ? std::optional<std::int64_t>() : found[0].id;
}

base::Result<SeenCard> see_card(const Call& call, std::int64_t id) {
  KK_LET(auto card, gift_cards::load_card(call.db, id));
  if (!card) return fail(ErrorKind::not_found, "no such gift card");
  const std::string lang = base::to_string(call.lang);
  KK_LET(const db::Rows product, call.db.query("SELECT p.category_code, c.parent_code, p.code, COALESCE(t.name, f.name) FROM products p JOIN categories c ON c.code = p.category_code JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' "
                                               "LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = ? WHERE p.id = ?", lang, card->product_id));
  staff::Place place{.unit = card->unit, .categories = {}, .product = "", .reg = "shop"};
  if (!product.empty()) {
    place.categories = {product[0].text(0), product[0].text(1)};
    place.product = product[0].text(2);
  }
  KK_LET(auto may, call.rights.permit<Right::refunds_request>(std::move(place)));
  KK_LET(const Reach reach, reach_of(call, Right::orders_view));
  std::vector<db::Param> params;
  const std::string mine = within(reach, "l.unit_code", "l.product_id", params);
  params.emplace_back(id);
  KK_LET(const db::Rows rows, call.db.run_query("SELECT m.at_utc, m.kind, m.cents, COALESCE(s.name, ''), m.words, COALESCE(o.id, 0), COALESCE(o.number, '') FROM gift_card_moves m LEFT JOIN staff s ON s.id = m.staff_id "
                                                "LEFT JOIN orders o ON o.id = m.order_id AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND " + mine + ") WHERE m.card_id = ? ORDER BY m.id DESC", params));
  SeenCard out{std::move(*card), product.empty() ? "" : product[0].text(3), std::move(may), {}};
  for (const auto& row : rows) out.moves.push_back({row.time(0).value_or(base::UtcTime{}), row.text(1), row.text(3), row.text(4), row.cents(2), row.integer(5), row.text(6)});
  return out;
}

base::Status stop_card(const SeenCard& seen, db::Connection& db, const Stop& stop, base::UtcTime now) {
  KK_LET(const db::Done stopped, db.execute("UPDATE gift_cards SET voided_utc = ?, void_reason = ? WHERE id = ? AND voided_utc IS NULL", now, stop.reason, seen.card.id));
  if (stopped.affected != 1) return fail(ErrorKind::conflict, "it is void already");
  return db.write("INSERT INTO gift_card_moves (card_id, at_utc, kind, cents, staff_id, words) VALUES (?, ?, 'voided', 0, ?, ?)", seen.card.id, now, stop.staff, stop.words);
}

}  // namespace backoffice
