#include "backoffice/order_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backoffice/alert_store.h"
#include "backoffice/paging.h"
#include "lib/crypto/crypto.h"
#include "lib/outbox/mail_limit.h"
#include "lib/outbox/outbox.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

const std::string kReceiptOf = "(SELECT CONCAT(x.year, '-', LPAD(x.no, GREATEST(6, LENGTH(x.no)), '0')) FROM receipts x WHERE ";

constexpr std::size_t kNotesShown = 15;

base::UtcTime time_of(const db::Row& row, std::size_t column) { return row.time(column).value_or(base::UtcTime{}); }

}  // namespace

base::Result<OrderFacts> facts_of(const SeenOrder& seen, db::Connection& db, std::int64_t notes_before) {
  OrderFacts out;
  const std::int64_t id = seen.order.id;
  KK_LET(const auto all, db.query_all({
      db::statement("SELECT a.id, a.state, a.outcome, COALESCE(a.provider, ''), COALESCE(a.transaction_id, ''), COALESCE(" + kReceiptOf + "x.attempt_id = a.id AND x.refund_id IS NULL), ''), COALESCE(a.received_cents, 0), a.cards_cents, a.created_utc, a.state = 'abandoned' AND (a.next_poll_utc IS NOT NULL OR EXISTS (SELECT 1 FROM decisions d WHERE d.kind = 'ask_again' AND d.object_id = a.id AND d.done_utc IS NULL)) "
                    "FROM payment_attempts a WHERE a.order_id = ? ORDER BY a.id", id),
      db::statement("SELECT r.id, COALESCE(f.id, 0), r.state, r.reason, r.words, r.decided_words, COALESCE(f.state, ''), COALESCE(f.verdict, ''), COALESCE(f.case_code, ''), COALESCE(" + kReceiptOf +
                    "x.refund_id = f.id), ''), COALESCE(a.name, ''), COALESCE(d.name, ''), r.cents, r.requested_utc, COALESCE(f.card_cents, 0), COALESCE((SELECT GROUP_CONCAT(line_no) FROM refund_request_lines WHERE request_id = r.id), ''), "
                    "COALESCE((SELECT outcome FROM payment_attempts WHERE id = r.attempt_id), 'no_stock') = 'no_stock' FROM refund_requests r LEFT JOIN refunds f ON f.request_id = r.id "
                    "LEFT JOIN staff a ON a.id = r.requested_by LEFT JOIN staff d ON d.id = r.decided_by WHERE r.order_id = ? ORDER BY r.id", id),
      db::statement("SELECT d.unit_code, d.delivery_code, d.kind, (SELECT l.delivery_name FROM order_lines l WHERE l.order_id = d.order_id AND l.delivery_code = d.delivery_code LIMIT 1), d.state, COALESCE(s.name, ''), d.changed_utc "
                    "FROM deliveries d LEFT JOIN staff s ON s.id = d.changed_by WHERE d.order_id = ? ORDER BY d.unit_code, d.delivery_code", id),
      db::statement("SELECT m.id, m.kind, m.state, m.created_utc, m.recipient, COALESCE(s.case_code, ''), s.id IS NOT NULL FROM outbox m LEFT JOIN staff_alerts s ON s.kind = 'mail_dead' AND s.object_id = m.id AND s.resolved_utc IS NULL "
                    "WHERE m.order_id = ? ORDER BY m.id DESC LIMIT 30", id),
      db::statement("SELECT COALESCE(s.name, ''), n.words, n.at_utc, n.id FROM order_notes n LEFT JOIN staff s ON s.id = n.staff_id WHERE n.order_id = ? AND (? = 0 OR n.id < ?) ORDER BY n.id DESC LIMIT ?", id, notes_before, notes_before, static_cast<std::int64_t>(kNotesShown) + 1),
      db::statement("SELECT event, detail, at_utc FROM order_events WHERE order_id = ? ORDER BY id DESC LIMIT 100", id),
      db::statement("SELECT kind FROM decisions WHERE done_utc IS NULL AND ((kind = 'deliver_anyway' AND object_id = ?) OR (kind IN ('refund_was_made', 'refund_was_not_made') AND object_id IN "
                    "(SELECT f.id FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = ?)))", id, id),
      db::statement("SELECT (SELECT COUNT(*) FROM cancel_requests WHERE order_id = ? AND done_utc IS NULL), (SELECT COUNT(*) FROM withdrawals WHERE order_id = ? AND state = 'received')", id, id),
      db::statement("SELECT s.name, o.channel FROM staff_orders o JOIN staff s ON s.id = o.staff_id WHERE o.order_id = ?", id),
      db::statement("SELECT COALESCE(s.name, ''), u.at_utc FROM use_log u LEFT JOIN staff s ON s.id = u.staff_id WHERE u.object_kind = 'order' AND u.object_id = ? AND u.result = ? ORDER BY u.at_utc DESC LIMIT 20", std::to_string(id), kLinkSeen)}));
  for (const auto& r : all[0]) out.payments.push_back({r.integer(0), r.text(1), r.text(2), r.text(3), r.text(4), r.text(5), r.cents(6), r.cents(7), time_of(r, 8), r.boolean(9)});
  // Of other units' lines nothing is told.
  const auto is_mine = [&](const std::string& lines) { return lines.empty() || std::any_of(seen.mine.begin(), seen.mine.end(), [&](int no) { return ("," + lines + ",").find("," + std::to_string(no) + ",") != std::string::npos; }); };
  for (const auto& r : all[1]) if (is_mine(r.text(15))) out.refunds.push_back({r.integer(0), r.integer(1), r.text(2), r.text(3), r.text(4), r.text(5), r.text(6), r.text(7), r.text(8), r.text(9), r.text(10), r.text(11), r.cents(12), r.cents(14), time_of(r, 13), r.boolean(16)});
  const auto lines = seen.lines();
  const auto hands_out = [&](const db::Row& r) { return std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.unit == r.text(0) && line.delivery_code == r.text(1); }); };
  for (const auto& r : all[2]) if (hands_out(r)) out.deliveries.push_back({r.text(0), r.text(1), r.text(2), r.text(3), r.text(4), r.text(5), time_of(r, 6)});
  for (const auto& r : all[3]) out.mails.push_back({r.integer(0), r.text(1), r.text(2), r.text(4), r.text(5), r.boolean(6), time_of(r, 3)});
  for (const auto& r : all[4]) out.notes.push_back({r.integer(3), r.text(0), r.text(1), time_of(r, 2)});
  out.older_notes = cut(out.notes, kNotesShown);
  for (const auto& r : all[5]) out.events.push_back({r.text(0), r.text(1), time_of(r, 2)});
  for (const auto& r : all[9]) out.events.push_back({"link_seen", r.text(0), time_of(r, 1)});
  std::stable_sort(out.events.begin(), out.events.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
  for (const auto& r : all[6]) out.decisions.push_back(r.text(0));
  if (std::any_of(out.payments.begin(), out.payments.end(), [](const auto& one) { return one.is_asked_again; })) out.decisions.push_back("ask_again");
  out.cancel_asked = all[7][0].integer(0) > 0;
  out.withdrawals = static_cast<int>(all[7][0].integer(1));
  const bool pays_back = std::any_of(out.refunds.begin(), out.refunds.end(), [](const auto& one) { return one.is_of_late && one.request_state != "declined" && one.state != "failed"; });
  out.undecided = seen.order.state == orders::State::paid_no_stock && !pays_back && std::find(out.decisions.begin(), out.decisions.end(), "deliver_anyway") == out.decisions.end();
  if (out.undecided) {
    KK_LET(const db::Rows off, db.query("SELECT 1 FROM order_lines l JOIN called_off_times c ON c.variant_id = l.variant_id WHERE l.order_id = ? LIMIT 1", seen.order.id));
    out.may_deliver = off.empty();
  }
  if (!all[8].empty()) {
    out.made_by = all[8][0].text(0);
    out.channel = all[8][0].text(1);
  }
  return out;
}

base::Result<bool> add_note(const SeenOrder& seen, db::Connection& db, const NewNote& note, base::UtcTime now) {
  const auto key = crypto::as_bytes(crypto::sha256(std::to_string(seen.order.id) + "\n" + std::to_string(note.staff) + "\n" + note.key + "\n" + note.words)).substr(0, 16);
  KK_LET(const db::Done done, db.execute("INSERT IGNORE INTO order_notes (order_id, form_key, staff_id, at_utc, words) VALUES (?, ?, ?, ?, ?)", seen.order.id, key, note.staff, now, note.words));
  return done.affected > 0;
}

base::Result<bool> send_again(const DeliverOrder& seen, db::Connection& db, const SendAgain& again, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT kind, lang, recipient, data, state FROM outbox WHERE id = ? AND order_id = ?", again.mail, seen.order.id));
  if (rows.empty()) return fail(ErrorKind::not_found, "not a mail of this order");
  const bool elsewhere = !again.to.empty() && again.to != rows[0].text(2);
  KK_LET(const bool may, may_redirect(seen, db));
  if (elsewhere && (rows[0].text(4) != "dead" || !may)) return fail(ErrorKind::denied, "a mail that goes to whom it went before");
  const std::string to = elsewhere ? again.to : rows[0].text(2);
  KK_LET(const bool sent, outbox::insert_once(db, {rows[0].text(0), base::parse_lang(rows[0].text(1)).value_or(base::Lang::fi), to, rows[0].text(3), seen.order.id}, std::to_string(again.mail) + "\n" + again.key + "\n" + again.to, now));
  if (!sent) return false;
  KK_LET(const bool closed, deal_with(db, db::statement("kind = 'mail_dead' AND object_id = ?", again.mail), {again.staff, now}));
  static_cast<void>(closed);  // there may be none: what went is sent again too
  if (!elsewhere) return true;
  KK_LET(const bool few, outbox::may_mail(db, "sent_again", to, outbox::kSentAgain, now));
  if (!few) return fail(ErrorKind::conflict, "too many mails to one address");
  return true;
}

base::Result<bool> may_redirect(const DeliverOrder& seen, db::Connection& db) {
  if (!seen.is_whole() || orders_gift_cards(seen.order)) return false;
  return may_link(db, seen.order);
}

base::Result<bool> ask_to_cancel(const DeliverOrder& seen, db::Connection& db, base::UtcTime now) {
  KK_LET(const db::Done asked, db.execute("INSERT IGNORE INTO cancel_requests (order_id, requested_utc) VALUES (?, ?)", seen.order.id, now));
  if (asked.affected > 0) return true;
  // One that was refused is asked anew.
  KK_LET(const db::Done anew, db.execute("UPDATE cancel_requests SET requested_utc = ?, done_utc = NULL WHERE order_id = ? AND done_utc IS NOT NULL AND requested_utc < ?", now, seen.order.id, now));
  return anew.affected > 0;
}

base::Result<std::vector<orders::Line>> goods_left(const DeliverOrder& seen, db::Connection& db) {
  KK_LET(const db::Rows rows, db.query("SELECT l.line_no, " + std::string(kUnitsLeft) + " FROM order_lines l WHERE l.order_id = ? AND l.product_kind = 'goods'", seen.order.id));
  std::vector<orders::Line> out;
  for (auto line : seen.lines()) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.integer(0) == line.line_no; });
    if (row == rows.end() || row->integer(1) <= 0) continue;
    line.quantity = static_cast<int>(row->integer(1));
    out.push_back(std::move(line));
  }
  return out;
}

bool is_in_parcel(const orders::Line& line, const std::string& unit, const std::string& code) { return line.product_kind == "goods" && line.unit == unit && line.delivery_code == code; }

std::string parcels_within(const Reach& reach, std::vector<db::Param>& params) {
  const std::string has_some = " AND EXISTS (SELECT 1 FROM order_lines l WHERE " + kInParcel + " AND " + kUnitsLeft + " > 0)";
  if (reach.products.empty()) return within(reach, "d.unit_code", "d.unit_code", params) + has_some;
  const std::string lines = "EXISTS (SELECT 1 FROM order_lines l WHERE " + kInParcel + " AND ";
  const std::string mine = within(reach, "l.unit_code", "l.product_id", params), not_mine = "NOT " + within(reach, "l.unit_code", "l.product_id", params);
  return lines + mine + ") AND NOT " + lines + not_mine + ")" + has_some;
}

base::Result<bool> may_link(db::Connection& db, const orders::Order& order) {
  KK_LET(const db::Rows cards, db.query("SELECT 1 FROM gift_cards WHERE order_id = ? LIMIT 1", order.id));
  return cards.empty();
}

bool orders_gift_cards(const orders::Order& order) {
  return std::any_of(order.lines.begin(), order.lines.end(), [](const auto& line) { return line.product_kind == "gift_card"; });
}

base::Status tell_buyer(db::Connection& db, const orders::Order& order, const char* kind, const std::string& public_url, const nlohmann::ordered_json& more, base::UtcTime now) {
  if (order.contact.email.empty()) return {};
  nlohmann::ordered_json data = {{"case_code", crypto::random_code(8)}, {"order_number", order.number}, {"order_url", public_url + orders::order_path(order.lang, order.token)}, {"first_name", order.contact.first_name}, {"total_cents", order.total.value()}};
  data.update(more);
  return outbox::insert(db, {kind, order.lang, order.contact.email, data.dump(), order.id}, now);
}

base::Result<Handed> hand_out(const DeliverOrder& seen, db::Connection& db, const std::string& public_url, const Handing& handing, base::UtcTime now) {
  const bool of_others = std::any_of(seen.order.lines.begin(), seen.order.lines.end(), [&](const auto& line) { return is_in_parcel(line, handing.unit, handing.code) && !seen.mine.contains(line.line_no); });
  if (of_others) return fail(ErrorKind::denied, "a parcel of others, or in part");
  KK_LET(const db::Rows rows, db.query("SELECT kind, state FROM deliveries WHERE order_id = ? AND unit_code = ? AND delivery_code = ? FOR UPDATE", seen.order.id, handing.unit, handing.code));
  if (rows.empty()) return fail(ErrorKind::not_found, "nothing to hand out");
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  std::string way, detail;
  KK_LET(const auto goods, goods_left(seen, db));
  for (const auto& line : goods) {
    if (!is_in_parcel(line, handing.unit, handing.code)) continue;
    items.push_back({{"quantity", line.quantity}, {"name", line.name + (line.detail.empty() ? "" : ", " + line.detail)}});
    way = line.delivery_name;
    detail = line.delivery_detail;
  }
  const bool is_post = rows[0].text(0) == "post";
  const std::string state = rows[0].text(1);
  // What a colleague has handed out isn't made ready again by an older page; back to waiting is said on purpose.
  const bool is_step = handing.to == "ready" ? state == "waiting" && !is_post : state != handing.to;
  if (!is_step && state != "refunded") return Handed::before;
  if (items.empty() || state == "refunded") return Handed::refunded;
  KK_TRY(db.write("UPDATE deliveries SET state = ?, changed_by = ?, changed_utc = ? WHERE order_id = ? AND unit_code = ? AND delivery_code = ?", handing.to, handing.staff, now, seen.order.id, handing.unit, handing.code));
  const bool posted = is_post && handing.to == "delivered";
  if (!posted && handing.to != "ready") return Handed::now;
  KK_TRY(tell_buyer(db, seen.order, "order_delivery", public_url, {{"about", posted ? "sent" : "ready"}, {"way", way}, {"detail", posted ? "" : detail}, {"items", items}}, now));
  return Handed::now;
}

base::Result<bool> decide(const Seen<staff::Right::refunds_request>& seen, db::Connection& db, const Decision& decision, base::UtcTime now) {
  const bool delivers = decision.kind == "deliver_anyway", asks = decision.kind == "ask_again";
  if ((delivers || asks) && !seen.is_whole()) return fail(ErrorKind::denied, "lines of others");
  KK_LET(const db::Rows same, db.query("SELECT 1 FROM decisions WHERE kind = ? AND object_id = ? AND (done_utc IS NULL OR (decided_by = ? AND decided_utc = ?))", decision.kind, decision.object, decision.staff, now));
  if (!same.empty()) return false;
  KK_LET(const db::Rows open, delivers ? db.query("SELECT '' FROM orders WHERE id = ? AND id = ? AND state = 'paid_no_stock'", decision.object, seen.order.id)
                              : asks   ? db.query("SELECT '' FROM payment_attempts WHERE id = ? AND order_id = ? AND state = 'abandoned' AND transaction_id IS NOT NULL", decision.object, seen.order.id)
                                       : db.query("SELECT l.line_no FROM refunds f JOIN refund_requests r ON r.id = f.request_id LEFT JOIN refund_request_lines l ON l.request_id = r.id WHERE f.id = ? AND r.order_id = ? AND f.state IN ('unknown', 'pending')", decision.object, seen.order.id));
  if (open.empty()) return fail(ErrorKind::conflict, "nothing of this order to decide");
  const bool mine = delivers || asks || (open[0].is_null(0) ? seen.is_whole() : std::all_of(open.begin(), open.end(), [&](const auto& row) { return seen.mine.contains(static_cast<int>(row.integer(0))); }));
  if (!mine) return fail(ErrorKind::denied, "lines of others");
  KK_TRY(db.write("INSERT IGNORE INTO decisions (kind, object_id, words, decided_by, decided_utc) VALUES (?, ?, ?, ?, ?)", decision.kind, decision.object, decision.words, decision.staff, now));
  KK_TRY(deal_with(db, db::statement("kind = ? AND object_id = ?", delivers ? "paid_no_stock" : asks ? "unknown_payment" : "refund_unknown", decision.object), {decision.staff, now, decision.words}));
  return true;
}

base::Result<bool> resolve_alert(const Call& call, const Seen<staff::Right::refunds_request>& seen, const Decision& decision) {
  KK_LET(const auto found, alerts_of_order(call, seen.order.id, decision.object));
  if (found.empty() || (found[0].dealt && found[0].dealt_by != decision.staff)) return fail(ErrorKind::not_found, "not an open alert of this order");
  if (!found[0].may_close) return fail(ErrorKind::denied, "lines of others");
  return deal_with(call.db, db::statement("id = ?", decision.object), {decision.staff, call.now, decision.words});
}

}  // namespace backoffice
