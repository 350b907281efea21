#include "lib/tickets/ticket_store.h"

namespace tickets {

base::Result<std::optional<Ticket>> find_ticket(db::Connection& db, base::Lang lang, const std::string& code) {
  const std::string in = base::to_string(lang);
  KK_LET(const db::Rows rows, db.run_query("SELECT t.id, t.product_id, t.code, t.holder_name, t.valid_from_utc, t.valid_until_utc, t.uses_max, t.uses, t.refund_id IS NOT NULL, u.used_utc, u.place, "
                                           "p.code, p.unit_code, p.category_code, COALESCE(n.name, f.name), v.name_" + in + ", IF(g.code = 'everyone', '', g.name_" + in + "), IF(g.proof, g.proof_" + in + ", ''), (SELECT c.called_off_utc FROM called_off_times c WHERE c.variant_id = t.variant_id) "
                                           "FROM tickets t JOIN products p ON p.id = t.product_id JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' "
                                           "LEFT JOIN product_texts n ON n.product_id = p.id AND n.lang = '" + in + "' LEFT JOIN variants v ON v.id = t.variant_id LEFT JOIN price_groups g ON g.code = t.price_group "
                                           "LEFT JOIN ticket_uses u ON u.ticket_id = t.id AND u.no IS NOT NULL AND u.undone_utc IS NULL WHERE t.code = ? ORDER BY u.used_utc DESC, u.id DESC LIMIT 1", {code}));
  if (rows.empty()) return std::optional<Ticket>();
  const db::Row& row = rows[0];
  Ticket out;
  out.id = row.integer(0);
  out.product_id = row.integer(1);
  out.code = row.text(2);
  out.holder = row.text(3);
  out.from = row.time(4);
  out.until = row.time(5);
  if (!row.is_null(6)) out.uses_max = static_cast<int>(row.integer(6));
  out.uses = static_cast<int>(row.integer(7));
  out.refunded = row.boolean(8);
  if (const auto at = row.time(9)) out.last_use = Use{*at, row.text(10)};
  out.product_code = row.text(11);
  out.unit = row.text(12);
  out.category = row.text(13);
  out.name = row.text(14);
  out.variant = row.text(15);
  out.price_group = row.text(16);
  out.proof = row.text(17);
  out.called_off = row.time(18);
  return std::optional<Ticket>(std::move(out));
}

}  // namespace tickets
