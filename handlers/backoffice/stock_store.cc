#include "backoffice/stock_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

base::Result<std::vector<Movement>> find_movements(db::Connection& db, std::int64_t variant, std::int64_t before) {
  KK_LET(const db::Rows rows, db.query("SELECT m.id, m.pieces, m.capacity, m.reason, s.name, m.at_utc FROM stock_movements m LEFT JOIN staff s ON s.id = m.staff_id WHERE m.variant_id = ? AND (? = 0 OR m.id < ?) ORDER BY m.id DESC LIMIT " + std::to_string(kMovementsPerPage + 1), variant, before, before));
  std::vector<Movement> out;
  for (const auto& row : rows) out.push_back({row.integer(0), static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2)), row.text(3), row.text(4), row.time(5).value_or(base::UtcTime{})});
  return out;
}

base::Status move_stock(const CatalogueEdit&, const Call& call, const std::string& product, std::int64_t variant, const Move& move) {
  return call.db.transact([&]() -> base::Status {
    KK_LET(const db::Rows locked, call.db.query("SELECT id FROM products WHERE code = ? FOR UPDATE", product));
    if (locked.empty()) return fail(ErrorKind::not_found, "no such product");
    KK_LET(const db::Rows known, call.db.query("SELECT 1 FROM stock_movements WHERE form_key = ?", move.form_key));
    if (!known.empty()) return {};
    KK_TRY(call.db.write("INSERT IGNORE INTO stock (variant_id, capacity, free) VALUES (?, 0, 0)", variant));
    KK_LET(const db::Done moved, call.db.execute("UPDATE stock SET capacity = capacity + ?, free = free + ? WHERE variant_id = ? AND capacity + ? >= 0 AND (? >= 0 OR free + ? >= 0)", move.pieces, move.pieces, variant,
                                                 move.pieces, move.pieces, move.pieces));
    if (moved.affected != 1) return fail(ErrorKind::conflict, "fewer are free");
    KK_TRY(call.db.write("INSERT INTO stock_movements (variant_id, form_key, pieces, capacity, reason, staff_id, at_utc) SELECT variant_id, ?, ?, capacity, ?, ?, ? FROM stock WHERE variant_id = ?", move.form_key, move.pieces,
                         move.reason, call.person().id, call.now, variant));
    KK_TRY(call.db.write("INSERT INTO changes (kind, product_id, at_utc) VALUES ('availability', ?, ?)", locked[0].integer(0), call.now));
    return log_act(call, staff::Use::change, "variant", std::to_string(variant), "stock " + std::to_string(move.pieces));
  });
}

}  // namespace backoffice
