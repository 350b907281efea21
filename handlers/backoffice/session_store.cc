#include "backoffice/session_store.h"

#include <algorithm>

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

base::Result<std::vector<SignUp>> sign_ups(db::Connection& db, const char* states_and_order, std::int64_t variant) {
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT id, number, state, email, seats, created_utc, lang, offered_utc IS NOT NULL FROM registrations WHERE variant_id = ? AND ") + states_and_order, {variant}));
  std::vector<SignUp> out;
  for (const auto& row : rows) {
    out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), static_cast<int>(row.integer(4)), row.time(5).value_or(base::UtcTime{}), row.boolean(7), base::parse_lang(row.text(6)).value_or(base::Lang::fi)});
  }
  return out;
}

}  // namespace

base::Result<std::vector<Holder>> find_holders(db::Connection& db, std::int64_t variant, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT h.id, h.staff_id, s.name, h.ends_utc IS NOT NULL FROM session_staff h JOIN staff s ON s.id = h.staff_id WHERE h.variant_id = ? AND (h.ends_utc IS NULL OR h.ends_utc > ?) ORDER BY s.name", variant, now));
  std::vector<Holder> out;
  for (const auto& row : rows) out.push_back({row.integer(0), row.integer(1), row.text(2), row.boolean(3)});
  return out;
}

base::Result<std::vector<staff::Person>> find_pool(db::Connection& db, const SessionRow& session, base::UtcTime now) {
  KK_LET(const auto holders, find_holders(db, session.variant, now));
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT DISTINCT ") + staff::kPersonColumns + " FROM staff s JOIN staff_memberships m ON m.staff_id = s.id AND m.ended_utc IS NULL "
                                           "JOIN staff_group_rights r ON r.group_id = m.group_id AND r.right_name = 'participants_view' WHERE s.state = 'active' ORDER BY s.name", {}));
  std::vector<staff::Person> out;
  for (const auto& row : rows) {
    auto person = staff::person_of(row);
    const bool holds = std::any_of(holders.begin(), holders.end(), [&](const auto& one) { return one.staff == person.id && !one.for_an_hour; });
    if (holds) continue;
    KK_LET(const auto rights, staff::rights_of(db, person.id, now));
    if (rights.on(staff::Right::participants_view, session.activity.place)) out.push_back(std::move(person));
  }
  return out;
}

base::Result<std::vector<SignUp>> find_sign_ups(db::Connection& db, std::int64_t variant) { return sign_ups(db, "(state IN ('held', 'filled', 'ordered', 'confirmed', 'no_seat') OR (state = 'expired' AND offered_utc IS NOT NULL)) ORDER BY created_utc, id", variant); }
base::Result<std::vector<SignUp>> find_waiting(db::Connection& db, std::int64_t variant) { return sign_ups(db, "state = 'waiting' ORDER BY queue_rank IS NULL, queue_rank, created_utc, id", variant); }

base::Result<bool> give_session(const Edit&, db::Connection& db, const SessionRow& session, std::int64_t staff, std::int64_t by, base::UtcTime now) {
  KK_TRY(db.query("SELECT variant_id FROM activity_sessions WHERE variant_id = ? FOR UPDATE", session.variant));  // a double click waits for the first one
  KK_LET(const auto holders, find_holders(db, session.variant, now));
  if (std::any_of(holders.begin(), holders.end(), [&](const auto& one) { return one.staff == staff && !one.for_an_hour; })) return false;
  KK_LET(const auto pool, find_pool(db, session, now));
  if (std::none_of(pool.begin(), pool.end(), [&](const auto& person) { return person.id == staff; })) return fail(ErrorKind::denied, "not of the unit's pool");
  KK_TRY(db.write("INSERT INTO session_staff (variant_id, staff_id, given_by, given_utc) VALUES (?, ?, ?, ?)", session.variant, staff, by, now));
  return true;
}

base::Result<bool> take_session(const Edit&, db::Connection& db, const SessionRow& session, std::int64_t holder, base::UtcTime now) {
  KK_LET(const db::Done taken, db.execute("UPDATE session_staff SET ends_utc = ? WHERE id = ? AND variant_id = ? AND (ends_utc IS NULL OR ends_utc > ?)", now, holder, session.variant, now));
  return taken.affected > 0;
}

base::Status put_first(const Edit&, db::Connection& db, const SessionRow& session, std::int64_t registration) {
  KK_LET(const db::Rows first, db.query("SELECT COALESCE(MIN(queue_rank), 0) - 1 FROM registrations WHERE variant_id = ? AND state = 'waiting'", session.variant));
  KK_LET(const db::Done put, db.execute("UPDATE registrations SET queue_rank = ? WHERE id = ? AND variant_id = ? AND state = 'waiting'", first[0].integer(0), registration, session.variant));
  return put.affected == 1 ? base::Status() : fail(ErrorKind::conflict, "it waits no more");
}

}  // namespace backoffice
