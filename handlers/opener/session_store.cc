#include "opener/session_store.h"

namespace opener {

namespace {

base::Result<std::vector<HeldSession>> held_sessions(const Call& call, const char* where, const db::Param& param) {
  const std::string l = base::to_string(call.lang);
  KK_LET(const db::Rows rows, call.db.run_query(
      "SELECT v.id, p.unit_code, p.category_code, COALESCE(c.parent_code, ''), p.code, COALESCE(t.name, f.name), v.name_" + l + ", s.place_" + l + ", a.form_code, v.starts_utc, v.ends_utc, s.state = 'cancelled', "
      "(SELECT COALESCE(SUM(r.seats), 0) FROM registrations r WHERE r.variant_id = v.id AND r.state = 'confirmed'), "
      "EXISTS (SELECT 1 FROM session_staff h WHERE h.variant_id = v.id AND h.staff_id = ? AND (h.ends_utc IS NULL OR h.ends_utc > ?)) "
      "FROM activity_sessions s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id JOIN activities a ON a.product_id = p.id LEFT JOIN categories c ON c.code = p.category_code "
      "LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + l + "' JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' WHERE " + where + " ORDER BY v.starts_utc, v.id",
      {call.person().id, call.now, param}));
  std::vector<HeldSession> out;
  for (const auto& row : rows) {
    HeldSession one;
    one.variant = row.integer(0);
    one.place = {.unit = row.text(1), .categories = {row.text(2), row.text(3)}, .product = row.text(4), .reg = ""};
    one.activity = row.text(5);
    one.name = row.text(6);
    one.where = row.text(7);
    one.form = row.text(8);
    one.starts = row.time(9).value_or(base::UtcTime{});
    one.ends = row.time(10).value_or(base::UtcTime{});
    one.cancelled = row.boolean(11);
    one.participants = static_cast<int>(row.integer(12));
    one.mine = row.boolean(13);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

base::Result<std::vector<HeldSession>> find_held_sessions(const Call& call) { return held_sessions(call, "v.ends_utc > ?", call.now - std::chrono::hours(24)); }

base::Result<std::optional<HeldSession>> find_held_session(const Call& call, std::int64_t variant) {
  KK_LET(auto found, held_sessions(call, "v.id = ?", variant));
  return found.empty() ? std::optional<HeldSession>() : std::optional<HeldSession>(std::move(found[0]));
}

base::Result<std::vector<base::UtcTime>> meetings_of(db::Connection& db, std::int64_t variant) {
  KK_LET(const db::Rows rows, db.query("SELECT starts_utc FROM activity_meetings WHERE variant_id = ? ORDER BY starts_utc", variant));
  std::vector<base::UtcTime> out;
  for (const auto& row : rows) out.push_back(row.time(0).value_or(base::UtcTime{}));
  return out;
}

bool lists_are_open(const Call& call, const HeldSession& session) {
  return call.now >= session.starts - std::chrono::days(call.city.signup_lists_days_before) && call.now < session.ends;
}

bool supervises(const Call& call, const HeldSession& session) {
  return call.rights.on(staff::Right::activities_edit, session.place) && call.rights.on(staff::Right::participants_view, session.place);
}

}  // namespace opener
