#include "backoffice/activity_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

base::Result<std::vector<SessionRow>> sessions(db::Connection& db, base::Lang lang, const char* where, const db::Param& param) {
  const std::string code = base::to_string(lang);
  KK_LET(const db::Rows rows, db.run_query("SELECT p.id, COALESCE(t.name, f.name), COALESCE(t.slug, f.slug), p.unit_code, p.category_code, COALESCE(c.parent_code, ''), p.code, v.id, v.name_" + code + ", s.place_" + code +
                                           ", s.state, v.starts_utc, v.ends_utc, s.signup_from_utc, s.signup_until_utc, k.capacity, k.free, s.minimum, p.state FROM activity_sessions s "
                                           "JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id LEFT JOIN categories c ON c.code = p.category_code JOIN stock k ON k.variant_id = v.id "
                                           "LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + code + "' JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' "
                                           "WHERE " + where + " ORDER BY COALESCE(t.name, f.name), p.id, v.starts_utc, v.id", {param}));
  std::vector<SessionRow> out;
  for (const auto& row : rows) {
    const auto time = [&](std::size_t column) { return row.time(column).value_or(base::UtcTime{}); };
    out.push_back({{row.integer(0), row.text(1), row.text(2), {.unit = row.text(3), .categories = {row.text(4), row.text(5)}, .product = row.text(6), .reg = ""}, row.text(18)},
                   row.integer(7), row.text(8), row.text(9), row.text(10), time(11), time(12), time(13), time(14),
                   static_cast<int>(row.integer(15)), static_cast<int>(row.integer(16)), static_cast<int>(row.integer(17))});
  }
  return out;
}

}  // namespace

base::Result<std::vector<SessionRow>> find_sessions(db::Connection& db, base::Lang lang, base::UtcTime now) { return sessions(db, lang, "(v.active OR s.state = 'draft' OR EXISTS (SELECT 1 FROM registrations r WHERE r.variant_id = v.id AND r.state IN ('waiting', 'held', 'filled', 'ordered', 'confirmed'))) AND v.ends_utc > ?", now); }

base::Result<std::optional<SessionRow>> find_session(db::Connection& db, base::Lang lang, std::int64_t variant) {
  KK_LET(auto found, sessions(db, lang, "v.id = ?", variant));
  return found.empty() ? std::optional<SessionRow>() : std::optional<SessionRow>(std::move(found[0]));
}

base::Status set_sign_up(const staff::Permission<staff::Right::activities_edit>&, db::Connection& db, const SessionRow& session, const char* from, const char* to, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE activity_sessions SET state = ? WHERE variant_id = ? AND state = ?", to, session.variant, from));
  if (done.affected != 1) return fail(ErrorKind::conflict, "the session is in another state by now");
  return db.write("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", session.activity.product, now);
}

}  // namespace backoffice
