#include "lib/registrations/registration_store.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/outbox/mail_limit.h"
#include "lib/outbox/outbox.h"
#include "lib/payments/asked.h"

namespace registrations {

using base::ErrorKind;
using base::fail;

namespace {

constexpr const char* kColumns = "id, variant_id, number, token, email, lang, state, seats, extensions, holds_seats, hold_until_utc, order_id";

Registration registration_of(const db::Row& row) {
  Registration out;
  out.id = row.integer(0);
  out.variant = row.integer(1);
  out.number = row.text(2);
  out.token = row.text(3);
  out.email = row.text(4);
  out.lang = base::parse_lang(row.text(5)).value_or(base::Lang::fi);
  out.state = parse_state(row.text(6)).value_or(State::expired);
  out.seats = static_cast<int>(row.integer(7));
  out.extensions = static_cast<int>(row.integer(8));
  out.holds_seats = row.boolean(9);
  out.hold_until = row.time(10).value_or(base::UtcTime{});
  if (!row.is_null(11)) out.order_id = row.integer(11);
  return out;
}

base::Result<Registration> load_one(db::Connection& db, const std::string& column, const db::Param& key, bool for_update) {
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT ") + kColumns + " FROM registrations WHERE " + column + " = ?" + (for_update ? " FOR UPDATE" : ""), {key}));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such registration");
  return registration_of(rows[0]);
}

base::Status note_change(db::Connection& db, std::int64_t variant, base::UtcTime now) {
  return db.write("INSERT INTO changes (kind, product_id, at_utc) SELECT 'availability', product_id, ? FROM variants WHERE id = ?", now, variant);
}

base::Status destroy_health(db::Connection& db, std::int64_t registration, const char* why) {
  return db.write("CALL destroy_health_answers(?, 255, NULL, ?)", registration, why);
}

// Seats back, health answers gone. False: it isn't confirmed any more.
base::Result<bool> end_confirmed(db::Connection& db, const Registration& one, base::UtcTime now) {
  KK_LET(const db::Done ended, db.execute("UPDATE registrations SET state = 'cancelled', holds_seats = FALSE WHERE id = ? AND state = 'confirmed'", one.id));
  if (ended.affected == 0) return false;
  KK_TRY(give_seats_back(db, one.variant, one.seats, now));
  KK_TRY(destroy_health(db, one.id, "cancelled"));
  return true;
}

base::Result<std::vector<Registration>> of_order(db::Connection& db, std::int64_t order_id) {
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kColumns + " FROM registrations WHERE order_id = ? ORDER BY id FOR UPDATE", order_id));
  std::vector<Registration> out;
  for (const auto& row : rows) out.push_back(registration_of(row));
  return out;
}

base::Result<outbox::Mail> mail_of(db::Connection& db, const std::string& public_url, const Registration& one, const About& about) {
  const std::string l = base::to_string(one.lang);
  KK_LET(const db::Rows rows, db.run_query("SELECT COALESCE(t.name, f.name), v.name_" + l + ", v.starts_utc, v.ends_utc, s.place_" + l + ", s.address, s.cancel_until_utc FROM variants v "
                                           "JOIN activity_sessions s ON s.variant_id = v.id LEFT JOIN product_texts t ON t.product_id = v.product_id AND t.lang = '" + l + "' "
                                           "JOIN product_texts f ON f.product_id = v.product_id AND f.lang = 'fi' WHERE v.id = ?", {one.variant}));
  if (rows.empty()) return fail(ErrorKind::broken, "a registration's session is gone");
  const auto& row = rows[0];
  const auto time = [&](std::size_t i) { return base::to_iso(row.time(i).value_or(base::UtcTime{})); };
  const nlohmann::ordered_json data = {{"case_code", one.number}, {"about", about.what}, {"until_utc", base::to_iso(about.until)}, {"refund_cents", about.refund.value()}, {"words", about.words}, {"number", one.number}, {"page_url", public_url + page_path(one.lang, one.token)}, {"activity", row.text(0)}, {"session", row.text(1)},
                                       {"starts_utc", time(2)}, {"ends_utc", time(3)}, {"place", row.text(4)}, {"address", row.text(5)}, {"cancel_until_utc", time(6)}, {"seats", one.seats}};
  return outbox::Mail{"registration", one.lang, one.email, data.dump(), std::nullopt};
}

}  // namespace

base::Result<Registration> load_by_token(db::Connection& db, const std::string& token, bool for_update) { return load_one(db, "token", token, for_update); }
base::Result<Registration> load_by_id(db::Connection& db, std::int64_t id, bool for_update) { return load_one(db, "id", id, for_update); }

base::Result<std::map<std::int64_t, Registration>> load_all(db::Connection& db, const std::vector<std::int64_t>& ids) {
  std::map<std::int64_t, Registration> out;
  if (ids.empty()) return out;
  KK_LET(const db::Rows rows, db.run_query(std::string("SELECT ") + kColumns + " FROM registrations WHERE id IN (" + db::question_marks(ids.size()) + ")", {ids.begin(), ids.end()}));
  for (const auto& row : rows) out.emplace(row.integer(0), registration_of(row));
  return out;
}

bool can_be_ordered(const Registration& registration, base::UtcTime now) { return registration.state == State::filled && registration.holds_seats && registration.hold_until > now; }

base::Result<bool> take_seats(db::Connection& db, std::int64_t variant, int seats, base::UtcTime now) {
  KK_TRY(db.write("UPDATE stock SET free = free - ? WHERE variant_id = ? AND free >= ?", seats, variant, seats));
  KK_LET(const db::Rows taken, db.query("SELECT ROW_COUNT()"));
  if (taken[0].integer(0) != 1) return false;
  KK_TRY(note_change(db, variant, now));
  return true;
}

base::Status give_seats_back(db::Connection& db, std::int64_t variant, int seats, base::UtcTime now) {
  KK_TRY(db.write("UPDATE stock SET free = LEAST(capacity, free + ?) WHERE variant_id = ?", seats, variant));
  return note_change(db, variant, now);
}

base::Result<bool> take_into_order(db::Connection& db, std::int64_t registration, std::int64_t variant, base::UtcTime now) {
  KK_TRY(db.write("UPDATE registrations SET state = 'ordered', holds_seats = FALSE, order_id = @order_id WHERE id = ? AND variant_id = ? AND state = 'filled' AND holds_seats AND hold_until_utc > ?",
                  registration, variant, now));
  KK_LET(const db::Rows taken, db.query("SELECT ROW_COUNT()"));
  return taken[0].integer(0) == 1;
}

base::Status confirm_of_order(db::Connection& db, const std::string& public_url, std::int64_t order_id, base::UtcTime now) {
  KK_LET(const auto all, of_order(db, order_id));
  for (const auto& one : all) {
    if (one.state == State::confirmed) continue;
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE registrations SET state = 'confirmed', holds_seats = TRUE, confirmed_utc = ? WHERE id = ? AND state = ?", now, one.id, to_string(one.state))));
    // What was paid stays with the participant: the registration may move to another session, which the order does not name.
    // A discount code may have left units of a price group at two prices: the order's participants, in order, meet its units, in order.
    KK_TRY(db.write("UPDATE registration_participants p JOIN (SELECT p.registration_id, p.no, p.price_group, ROW_NUMBER() OVER (PARTITION BY p.price_group ORDER BY p.registration_id, p.no) AS place "
                    "FROM registration_participants p JOIN registrations r ON r.id = p.registration_id WHERE r.order_id = ? AND r.variant_id = ?) n ON n.registration_id = p.registration_id AND n.no = p.no "
                    "JOIN (SELECT price_group, unit_cents, quantity, SUM(quantity) OVER (PARTITION BY price_group ORDER BY line_no) AS upto FROM order_lines WHERE order_id = ? AND variant_id = ?) l "
                    "ON l.price_group = n.price_group AND n.place <= l.upto AND n.place > l.upto - l.quantity SET p.unit_cents = l.unit_cents WHERE p.registration_id = ?", order_id, one.variant, order_id, one.variant, one.id));
    KK_LET(const db::Rows session, db.query("SELECT state FROM activity_sessions WHERE variant_id = ?", one.variant));
    if (!session.empty() && session[0].text(0) == "cancelled") KK_TRY(cancel_confirmed(db, public_url, one, {"session_cancelled"}, now));
    else KK_TRY(mail_about(db, public_url, one, {"confirmed"}, now));
  }
  return {};
}

base::Status end_of_order(db::Connection& db, std::int64_t order_id, State state) {
  KK_LET(const auto all, of_order(db, order_id));
  for (const auto& one : all) {
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE registrations SET state = ? WHERE id = ? AND state = ?", to_string(state), one.id, to_string(one.state))));
    KK_TRY(destroy_health(db, one.id, to_string(state)));
  }
  return {};
}

base::Status end_hold(db::Connection& db, const Registration& one, State state, base::UtcTime now) {
  KK_LET(const db::Done ended, db.execute("UPDATE registrations SET state = ?, holds_seats = FALSE WHERE id = ? AND state IN ('held', 'filled') AND holds_seats", to_string(state), one.id));
  if (ended.affected == 0) return {};
  KK_TRY(give_seats_back(db, one.variant, one.seats, now));
  return destroy_health(db, one.id, to_string(state));
}

base::Result<base::Cents> left_to_pay_back(db::Connection& db, const Registration& one) {
  if (!one.order_id) return base::Cents(0);
  const std::int64_t order = *one.order_id;
  KK_LET(const db::Rows own, db.query("SELECT (SELECT COALESCE(SUM(quantity), 0) FROM order_lines WHERE order_id = ? AND product_kind = 'activity' AND variant_id = ?) = (SELECT COALESCE(SUM(seats), 0) FROM registrations WHERE order_id = ? AND variant_id = ?)",
                                      order, one.variant, order, one.variant));
  // Money of the session's own units. Where a sign-up was moved these are not its participants' any more (end_paid_back): of all activities'.
  const bool of_all = !own.at(0).boolean(0);
  // A request that is asked may name no lines yet: its sign-up's are its sum.
  KK_LET(const db::Rows rows, db.query("SELECT (SELECT COALESCE(SUM(unit_cents), 0) FROM registration_participants WHERE registration_id = ?), "
                                       "(SELECT COALESCE(SUM(quantity * unit_cents), 0) FROM order_lines WHERE order_id = ? AND product_kind = 'activity' AND (? OR variant_id = ?)), "
                                       "(SELECT COALESCE(SUM(x.cents), 0) FROM refund_requests r JOIN refund_request_lines x ON x.request_id = r.id JOIN order_lines l ON l.order_id = r.order_id AND l.line_no = x.line_no AND l.product_kind = 'activity' AND (? OR l.variant_id = ?) "
                                       "WHERE r.order_id = ? AND r.state <> 'asked' AND" + payments::kStanding + "), "
                                       "(SELECT COALESCE(SUM(p.unit_cents), 0) FROM registrations g JOIN registration_participants p ON p.registration_id = g.id WHERE g.order_id = ? AND g.id <> ? AND g.state = 'confirmed' AND (? OR g.variant_id = ?)), "
                                       "(SELECT COALESCE(SUM(r.cents), 0) FROM refund_requests r JOIN registrations g ON g.id = r.registration_id WHERE r.order_id = ? AND g.id <> ? AND r.state = 'asked' AND (? OR g.variant_id = ?))",
                                       one.id, order, of_all, one.variant, of_all, one.variant, order, order, one.id, of_all, one.variant, order, one.id, of_all, one.variant));
  const auto& row = rows.at(0);
  return std::max(base::Cents(0), std::min(row.cents(0), row.cents(1) - row.cents(2) - row.cents(3) - row.cents(4)));
}

base::Result<bool> cancel_confirmed(db::Connection& db, const std::string& public_url, const Registration& one, const Cancelling& why, base::UtcTime now) {
  if (one.order_id) KK_TRY(of_order(db, *one.order_id));  // for its locks: what is left is all sign-ups' of the order, so one that ends meanwhile waits
  KK_LET(const bool ended, end_confirmed(db, one, now));
  if (!ended) return false;
  KK_LET(const base::Cents paid, left_to_pay_back(db, one));
  if (paid.value() > 0) {
    KK_TRY(db.write("INSERT INTO refund_requests (order_id, registration_id, cents, reason, words, requested_by, requested_utc) VALUES (?, ?, ?, ?, ?, ?, ?)", *one.order_id, one.id, paid, why.reason, why.words, why.staff, now));
    KK_TRY(outbox::alert_staff(db, "refund_waits", one.id, one.number, now));
  }
  const bool called_off = std::string_view(why.reason) == "session_cancelled";
  if (!called_off && !why.staff && !one.email.empty()) {
    KK_LET(const bool may, outbox::may_mail(db, "registration", one.email, outbox::kSignUps, now));
    if (!may) return true;
  }
  KK_TRY(mail_about(db, public_url, one, {called_off ? (paid.value() > 0 ? "called_off_refund" : "called_off") : (paid.value() > 0 ? "cancelled_refund" : "cancelled"), {}, paid, {}}, now));
  return true;
}

base::Status end_paid_back(db::Connection& db, const std::string& public_url, std::int64_t order_id, const std::map<std::int64_t, PaidBack>& sessions, base::UtcTime now) {
  KK_LET(const auto all, of_order(db, order_id));
  std::map<std::int64_t, int> seats;
  for (const auto& one : all) seats[one.variant] += one.seats;
  PaidBack of_all;
  for (const auto& [variant, units] : sessions) of_all = {of_all.sold + units.sold, of_all.back + units.back, of_all.now + units.now};
  for (const auto& one : all) {
    const auto own = sessions.find(one.variant);
    // Where a sign-up was moved, the units of a session are not those of its participants any more.
    const PaidBack& units = own != sessions.end() && own->second.sold == seats[one.variant] ? own->second : of_all;
    if (one.state != State::confirmed || units.now == 0 || units.back < units.sold) continue;
    KK_LET(const bool ended, end_confirmed(db, one, now));
    if (ended) KK_TRY(mail_about(db, public_url, one, {"cancelled"}, now));
  }
  return {};
}

base::Result<int> call_off(db::Connection& db, const std::string& public_url, std::int64_t variant, std::int64_t staff, base::UtcTime now) {
  KK_LET(const db::Done called, db.execute("UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = ? AND state <> 'cancelled'", variant));
  if (called.affected == 0) return fail(ErrorKind::conflict, "called off already");
  KK_TRY(db.write("INSERT INTO changes (kind, product_id, at_utc) SELECT 'product', product_id, ? FROM variants WHERE id = ?", now, variant));
  KK_LET(const db::Rows rows, db.query(std::string("SELECT ") + kColumns + " FROM registrations WHERE variant_id = ? AND state IN ('waiting', 'held', 'filled', 'confirmed') ORDER BY id FOR UPDATE", variant));
  for (const auto& row : rows) {
    const Registration one = registration_of(row);
    if (one.state == State::confirmed) {
      KK_TRY(cancel_confirmed(db, public_url, one, {"session_cancelled", staff}, now));
      continue;
    }
    if (one.state == State::waiting) KK_TRY(db.write("UPDATE registrations SET state = 'cancelled' WHERE id = ? AND state = 'waiting'", one.id));
    else KK_TRY(end_hold(db, one, State::cancelled, now));
    KK_TRY(mail_about(db, public_url, one, {"called_off"}, now));
  }
  return static_cast<int>(rows.size());
}

base::Result<bool> move_to(db::Connection& db, const std::string& public_url, const Registration& from, std::int64_t variant, base::UtcTime now) {
  if (from.state != State::confirmed || from.variant == variant) return false;
  KK_LET(const bool taken, take_seats(db, variant, from.seats, now));
  if (!taken) return false;
  KK_TRY(give_seats_back(db, from.variant, from.seats, now));
  KK_TRY(db.run_write_rows(1, db::statement("UPDATE registrations SET variant_id = ? WHERE id = ? AND variant_id = ? AND state = 'confirmed'", variant, from.id, from.variant)));
  Registration moved = from;
  moved.variant = variant;
  KK_TRY(mail_about(db, public_url, moved, {"moved"}, now));
  return true;
}

base::Result<int> offer_seats(db::Connection& db, const std::string& public_url, std::int64_t variant, bool fit_first, base::UtcTime until, base::UtcTime now) {
  KK_LET(const db::Rows waiting, db.query(std::string("SELECT ") + kColumns + " FROM registrations WHERE variant_id = ? AND state = 'waiting' ORDER BY queue_rank IS NULL, queue_rank, created_utc, id FOR UPDATE", variant));
  int offered = 0;
  for (const auto& row : waiting) {
    const Registration one = registration_of(row);
    KK_LET(const bool taken, take_seats(db, variant, one.seats, now));
    if (!taken && fit_first) continue;
    if (!taken) break;
    KK_TRY(db.run_write_rows(1, db::statement("UPDATE registrations SET state = 'held', holds_seats = TRUE, hold_until_utc = ?, offered_utc = ? WHERE id = ? AND state = 'waiting'", until, now, one.id)));
    KK_TRY(mail_about(db, public_url, one, {"offer", until, {}, {}}, now));
    ++offered;
  }
  return offered;
}

base::Status mail_about(db::Connection& db, const std::string& public_url, const Registration& one, const About& about, base::UtcTime now) {
  if (one.email.empty()) return {};
  KK_LET(const auto mail, mail_of(db, public_url, one, about));
  return outbox::insert(db, mail, now);
}

base::Result<bool> mail_once(db::Connection& db, const std::string& public_url, const Registration& one, const About& about, const std::string& key, base::UtcTime now) {
  if (one.email.empty()) return false;
  KK_LET(const auto mail, mail_of(db, public_url, one, about));
  return outbox::insert_once(db, mail, key + "\n" + one.number, now);
}

}  // namespace registrations
