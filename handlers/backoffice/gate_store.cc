#include "backoffice/gate_store.h"

#include "lib/crypto/crypto.h"

namespace backoffice {

namespace {

constexpr std::chrono::minutes kHeardEvery{1};  // more often is not written

std::string hash_of_token(const std::string& token) { return crypto::as_bytes(crypto::sha256("gate.1 " + token)); }

Gate gate_of(const db::Row& row) { return {row.integer(0), row.text(1), row.text(2), "", row.time(3).value_or(base::UtcTime{}), row.time(4)}; }

}  // namespace

base::Result<std::vector<Gate>> find_gates(db::Connection& db, base::Lang lang) {
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT g.id, g.name, g.unit_code, g.made_utc, g.heard_utc, u.name_") + base::to_string(lang) + " FROM ticket_gates g JOIN units u ON u.code = g.unit_code WHERE g.standing ORDER BY 6, g.name", {}));
  std::vector<Gate> out;
  for (const auto& row : rows) {
    out.push_back(gate_of(row));
    out.back().unit_name = row.text(5);
  }
  return out;
}

base::Result<std::optional<Gate>> find_gate(db::Connection& db, std::int64_t id) {
  KK_LET(const db::Rows rows, db.query("SELECT id, name, unit_code, made_utc, heard_utc FROM ticket_gates WHERE id = ?", id));
  return rows.empty() ? std::optional<Gate>() : gate_of(rows[0]);
}

base::Result<std::optional<Gate>> find_gate_by_token(db::Connection& db, const std::string& token, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT id, name, unit_code, made_utc, heard_utc FROM ticket_gates WHERE token_hash = ? AND standing", hash_of_token(token)));
  if (rows.empty()) return std::optional<Gate>();
  Gate out = gate_of(rows[0]);
  if (!out.heard || now - *out.heard > kHeardEvery) KK_TRY(db.write("UPDATE ticket_gates SET heard_utc = ? WHERE id = ?", now, out.id));
  return std::optional<Gate>(std::move(out));
}

base::Result<GateMaking> make_gate(const MayManage& may, db::Connection& db, const NewGate& gate, std::int64_t by, base::UtcTime now) {
  const std::string hash = hash_of_token(gate.token);
  const auto made = db.query("INSERT INTO ticket_gates (name, unit_code, token_hash, made_by, made_utc) VALUES (?, ?, ?, ?, ?) RETURNING id", gate.name, may.place().unit, hash, by, now);
  if (made) return GateMaking{GateMaking::How::made, made->at(0).integer(0)};
  if (made.error().kind != base::ErrorKind::conflict) return base::fail(made.error());
  KK_LET(const db::Rows before, db.query("SELECT id, name, unit_code, made_utc, heard_utc FROM ticket_gates WHERE token_hash = ?", hash));
  if (before.empty()) return GateMaking{GateMaking::How::name_taken};
  const Gate one = gate_of(before[0]);
  KK_LET(const db::Rows mine, db.query("SELECT 1 FROM ticket_gates WHERE id = ? AND made_by = ? AND standing", one.id, by));
  const bool same = !mine.empty() && one.name == gate.name && one.unit == may.place().unit;
  return GateMaking{same ? GateMaking::How::before : GateMaking::How::otherwise, one.id};
}

base::Status end_gate(const MayManage& may, db::Connection& db, std::int64_t id, std::int64_t by, base::UtcTime now) {
  return db.write("UPDATE ticket_gates SET ended_by = ?, ended_utc = ? WHERE id = ? AND unit_code = ? AND ended_utc IS NULL", by, now, id, may.place().unit);
}

}  // namespace backoffice
