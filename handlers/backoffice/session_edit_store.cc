#include "backoffice/session_edit_store.h"

#include "lib/catalogue/activity_store.h"
#include "lib/catalogue/product_store.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using base::UtcTime;

namespace {

base::Result<std::vector<ActivityRow>> activities(db::Connection& db, Lang lang, const char* where, const std::vector<db::Param>& params) {
  const std::string l = base::to_string(lang);
  KK_LET(const db::Rows rows, db.run_query("SELECT p.id, p.code, COALESCE(t.name, f.name, p.code), COALESCE(t.slug, f.slug, ''), a.form_code, p.unit_code, p.category_code, COALESCE(c.parent_code, ''), p.state, p.shown_from_utc "
                                           "FROM activities a JOIN products p ON p.id = a.product_id LEFT JOIN categories c ON c.code = p.category_code LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + l + "' "
                                           "LEFT JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' WHERE " + where + " ORDER BY 3, p.id", params));
  std::vector<ActivityRow> out;
  for (const auto& row : rows) {
    out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), {.unit = row.text(5), .categories = {row.text(6), row.text(7)}, .product = row.text(1), .reg = ""}, row.text(8), row.time(9)});
  }
  return out;
}

base::Status tell_page(db::Connection& db, std::int64_t product, UtcTime now) { return db.write("INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', ?, ?)", product, now); }

base::Result<std::string> free_code(db::Connection& db, std::int64_t product, UtcTime starts) {
  const std::string day = base::helsinki_date_iso(starts);
  KK_LET(const db::Rows rows, db.query("SELECT code FROM variants WHERE product_id = ? AND code LIKE CONCAT(?, '%')", product, day));
  for (int n = 1;; ++n) {
    const std::string code = n == 1 ? day : day + "-" + std::to_string(n);
    bool known = false;
    for (const auto& row : rows) known = known || row.text(0) == code;
    if (!known) return code;
  }
}

}  // namespace

base::Result<std::vector<ActivityRow>> find_activities(db::Connection& db, Lang lang, UtcTime now) {
  return activities(db, lang, "p.state <> 'closed' OR EXISTS (SELECT 1 FROM variants v JOIN activity_sessions s ON s.variant_id = v.id WHERE v.product_id = p.id AND v.ends_utc > ?)", {now});
}

base::Result<std::optional<ActivityRow>> find_activity(db::Connection& db, Lang lang, const std::string& code) {
  KK_LET(auto found, activities(db, lang, "p.code = ?", {code}));
  return found.empty() ? std::optional<ActivityRow>() : std::optional<ActivityRow>(std::move(found[0]));
}

base::Result<EditedSession> load_edited(const Call& call, std::int64_t variant, bool lock) {
  db::Connection& db = call.db;
  if (lock) KK_TRY(db.query("SELECT free FROM stock WHERE variant_id = ? FOR UPDATE", variant));
  KK_LET(auto stored, catalogue::load_session(db, variant));
  KK_LET(const auto all, db.query_all({
      db::statement("SELECT v.name_fi, v.name_sv, v.name_en, k.capacity, k.free, v.product_id FROM variants v JOIN stock k ON k.variant_id = v.id WHERE v.id = ?", variant),
      db::statement("SELECT COUNT(*), COALESCE(SUM(state = 'confirmed'), 0) FROM registrations WHERE variant_id = ? AND state IN ('waiting', 'held', 'filled', 'ordered', 'confirmed')", variant)}));
  if (!stored || all[0].empty()) return fail(ErrorKind::not_found, "no such session");
  const auto& row = all[0][0];
  EditedSession out{.product = row.integer(5), .variant = variant, .version = stored->version, .state = stored->state, .typed = {}};
  out.typed.name = {{row.text(0), row.text(1), row.text(2)}};
  out.typed.session = std::move(stored->session);
  out.typed.seats = static_cast<int>(row.integer(3));
  KK_LET(out.typed.prices, catalogue::load_prices(db, out.product, variant, base::helsinki_date_iso(call.now)));
  out.taken = out.typed.seats - static_cast<int>(row.integer(4));
  out.sign_ups = static_cast<int>(all[1][0].integer(0));
  out.confirmed = static_cast<int>(all[1][0].integer(1));
  return out;
}

base::Result<std::vector<std::int64_t>> sessions_between(db::Connection& db, std::int64_t product, UtcTime from, UtcTime until) {
  KK_LET(const db::Rows rows, db.query("SELECT v.id FROM variants v JOIN activity_sessions s ON s.variant_id = v.id WHERE v.product_id = ? AND v.active AND s.state <> 'cancelled' AND v.starts_utc >= ? AND v.starts_utc < ? ORDER BY v.starts_utc, v.id",
                                       product, from, until));
  std::vector<std::int64_t> out;
  for (const auto& row : rows) out.push_back(row.integer(0));
  return out;
}

base::Status hold_activity(db::Connection& db, std::int64_t product) {
  KK_TRY(db.query("SELECT id FROM products WHERE id = ? FOR UPDATE", product));
  return {};
}

base::Result<bool> is_made(db::Connection& db, const std::string& once) {
  KK_LET(const db::Rows rows, db.query("SELECT 1 FROM activity_sessions WHERE made_key = CONCAT(?, '.1') FOR UPDATE", once));
  return !rows.empty();
}

base::Status make_session(const EditSessions&, db::Connection& db, const Making& making, const TypedSession& typed, UtcTime now) {
  const auto& meetings = typed.session.meetings;
  KK_LET(const std::string code, free_code(db, making.product, meetings.front().starts));
  KK_TRY(db.execute("INSERT INTO variants (product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", making.product, code, typed.name[Lang::fi], typed.name[Lang::sv],
                    typed.name[Lang::en], meetings.front().starts, meetings.back().ends, !making.draft));
  KK_LET(const db::Rows made, db.query("SELECT id FROM variants WHERE product_id = ? AND code = ?", making.product, code));
  const std::int64_t variant = made.at(0).integer(0);
  KK_TRY(db.execute("INSERT INTO stock (variant_id, capacity, free) VALUES (?, ?, ?)", variant, typed.seats, typed.seats));
  KK_TRY(catalogue::store_session(db, variant, typed.session));
  KK_TRY(db.execute("UPDATE activity_sessions SET state = ?, made_key = ? WHERE variant_id = ?", making.draft ? "draft" : "open", making.key, variant));
  KK_TRY(catalogue::write_prices(db, making.product, variant, typed.prices, base::helsinki_date_iso(now)));
  return making.draft ? base::Status() : tell_page(db, making.product, now);
}

base::Result<bool> change_session(const EditSessions&, db::Connection& db, const EditedSession& was, std::int64_t version, const TypedSession& typed, UtcTime now) {
  if (was.version != version) return false;
  const auto& meetings = typed.session.meetings;
  KK_TRY(catalogue::store_session(db, was.variant, typed.session));
  KK_TRY(db.execute("UPDATE stock SET free = free + ? - capacity, capacity = ? WHERE variant_id = ?", typed.seats, typed.seats, was.variant));
  KK_TRY(db.execute("UPDATE variants SET name_fi = ?, name_sv = ?, name_en = ?, starts_utc = ?, ends_utc = ? WHERE id = ?", typed.name[Lang::fi], typed.name[Lang::sv], typed.name[Lang::en], meetings.front().starts,
                    meetings.back().ends, was.variant));
  if (typed.prices != was.typed.prices) KK_TRY(catalogue::write_prices(db, was.product, was.variant, typed.prices, base::helsinki_date_iso(now)));
  KK_TRY(tell_page(db, was.product, now));
  return true;
}

base::Status copy_sessions(const EditSessions& may, const Call& call, const Copying& copying) {
  KK_LET(const auto ids, sessions_between(call.db, copying.from, UtcTime{}, call.now + std::chrono::years{100}));
  int n = 0;
  for (const auto id : ids) {
    KK_LET(const auto one, load_edited(call, id));
    TypedSession session = moved(one.typed, copying.days);
    if (!copying.with_prices) session.prices.clear();
    if (session.session.meetings.empty() || session.session.meetings.front().starts <= call.now) continue;
    KK_TRY(make_session(may, call.db, {copying.to, true, copying.once + "." + std::to_string(++n)}, session, call.now));
  }
  return {};
}

base::Result<std::vector<std::int64_t>> publish_drafts(const EditSessions&, db::Connection& db, std::int64_t product, std::int64_t variant, UtcTime now) {
  KK_TRY(hold_activity(db, product));
  KK_LET(const db::Rows drafts, db.query("SELECT s.variant_id FROM activity_sessions s JOIN variants v ON v.id = s.variant_id WHERE v.product_id = ? AND s.state = 'draft' AND (? = 0 OR v.id = ?) FOR UPDATE", product, variant, variant));
  KK_LET(const db::Rows priceless, db.query("SELECT 1 FROM activity_sessions s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id WHERE p.id = ? AND p.state = 'published' AND s.state = 'draft' "
                                            "AND (? = 0 OR v.id = ?) AND NOT EXISTS (SELECT 1 FROM prices r WHERE r.product_id = p.id AND r.variant_id IN (0, v.id)) LIMIT 1", product, variant, variant));
  if (!priceless.empty()) return fail(ErrorKind::conflict, "a draft has no price");
  std::vector<std::int64_t> out;
  for (const auto& row : drafts) {
    out.push_back(row.integer(0));
    KK_TRY(db.execute("UPDATE activity_sessions SET state = 'open', version = version + 1 WHERE variant_id = ?", row.integer(0)));
    KK_TRY(db.execute("UPDATE variants SET active = TRUE WHERE id = ?", row.integer(0)));
  }
  if (!drafts.empty()) KK_TRY(tell_page(db, product, now));
  return out;
}

base::Status drop_draft(const EditSessions&, db::Connection& db, std::int64_t variant) {
  KK_LET(const db::Done done, db.execute("UPDATE activity_sessions SET state = 'cancelled', version = version + 1 WHERE variant_id = ? AND state = 'draft'", variant));
  return done.affected == 1 ? base::Status() : fail(ErrorKind::conflict, "no draft any more");
}

}  // namespace backoffice
