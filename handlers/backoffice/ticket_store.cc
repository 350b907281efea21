#include "backoffice/ticket_store.h"

#include "lib/crypto/crypto.h"
#include "lib/staff/use_log.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

using MayCheck = staff::Permission<staff::Right::tickets_check>;

Finding finding_of(tickets::Verdict verdict) {
  switch (verdict) {
    case tickets::Verdict::valid: return Finding::valid;
    case tickets::Verdict::used: return Finding::used;
    case tickets::Verdict::wrong_day: return Finding::wrong_day;
    case tickets::Verdict::refunded: return Finding::refunded;
    case tickets::Verdict::called_off: return Finding::called_off;
  }
  return Finding::refunded;
}

std::optional<Finding> parse_finding(std::string_view text) {
  for (const auto one : {Finding::valid, Finding::used, Finding::wrong_day, Finding::refunded, Finding::called_off}) {
    if (text == to_string(one)) return one;
  }
  return std::nullopt;
}

struct Looked {
  Answer answer;
  std::optional<MayCheck> may;  // where the ticket is in the door's scope
};

base::Result<Looked> look(const Door& door, const std::optional<std::string>& code, base::UtcTime at) {
  Looked out;
  if (!code) return out;
  KK_LET(auto ticket, tickets::find_ticket(door.db, door.lang, *code));
  if (!ticket) return out;
  const std::string in = base::to_string(door.lang);
  KK_LET(const db::Rows where, door.db.run_query("SELECT u.name_" + in + ", COALESCE(c.parent_code, '') FROM units u LEFT JOIN categories c ON c.code = ? WHERE u.code = ?", {ticket->category, ticket->unit}));
  auto may = door.rights.permit<staff::Right::tickets_check>({.unit = ticket->unit, .categories = {ticket->category, where.at(0).text(1)}, .product = ticket->product_code, .reg = ""});
  if (!may) {
    out.answer.finding = Finding::other_unit;
    out.answer.unit = where[0].text(0);
    return out;
  }
  out.may.emplace(std::move(*may));
  out.answer.finding = finding_of(tickets::verdict_of(*ticket, at));
  out.answer.ticket = std::move(*ticket);
  return out;
}

base::Status note(const Door& door, staff::Use what, const Answer& answer, std::string result) {
  if (door.gate) result += " by gate " + std::to_string(*door.gate);
  return staff::log_use(door.db, {door.staff, door.address, what, "ticket", answer.ticket ? std::to_string(answer.ticket->id) : "", "", std::move(result)}, door.now);
}
base::Status note_look(const Door& door, const Answer& answer) { return note(door, answer.ticket ? staff::Use::view : staff::Use::search, answer, to_string(answer.finding)); }

// A gate's request is one ticket's: another by the same key is a fault of its program. A desk's is whose the device is at the time, and of the ticket:
// a list is sent by whoever has the next shift, and several may have been let in while one request hung.
std::string hash_of_request(const Door& door, const std::string& request, const std::optional<std::string>& code) {
  return crypto::as_bytes(crypto::sha256(door.gate ? "gate " + std::to_string(*door.gate) + " " + request : "desk " + request + " " + code.value_or("")));
}

// The guard: of many doors at once one finds it so. False: it was so no more.
base::Result<bool> count_up(const MayCheck&, db::Connection& db, std::int64_t ticket, base::UtcTime at) {
  const auto day = tickets::day_of(at);
  KK_LET(const db::Done done, db.execute("UPDATE tickets SET uses = uses + 1 WHERE id = ? AND (uses_max IS NULL OR uses < uses_max) AND refund_id IS NULL AND "
                                         "(valid_from_utc IS NULL OR valid_from_utc < ?) AND (valid_until_utc IS NULL OR valid_until_utc > ?)", ticket, day.ends, day.begins));
  return done.affected == 1;
}

// Holds the ticket to the end of the transaction: its first statement.
base::Status lock_ticket(db::Connection& db, const std::string& code) {
  KK_TRY(db.query("SELECT id FROM tickets WHERE code = ? FOR UPDATE", code));
  return {};
}

// REQUIRES: within a transaction that holds the ticket.
base::Result<Answer> use_locked(const Door& door, const std::optional<std::string>& code, const Asked& asked) {
  const std::string hash = hash_of_request(door, asked.request, code);
  KK_LET(const db::Rows before, door.db.query("SELECT id, ticket_id, finding, undone_utc IS NOT NULL FROM ticket_uses WHERE request_hash = ?", hash));
  KK_LET(auto looked, look(door, code, asked.at));
  Answer& answer = looked.answer;
  // A desk's list may be sent by somebody whose this ticket isn't: told so, like of any other.
  if (!before.empty() && (door.gate || looked.may)) {
    if (!answer.ticket || answer.ticket->id != before[0].integer(1)) return fail(ErrorKind::conflict, "the request was another ticket's");
    answer.repeated = true;
    if (before[0].boolean(3)) return std::move(answer);  // taken back since: it is what it is now
    answer.finding = parse_finding(before[0].text(2)).value_or(answer.finding);
    answer.use = before[0].integer(0);
    return std::move(answer);
  }
  const bool valid = answer.finding == Finding::valid;
  if (!looked.may || (!valid && !asked.unchecked)) {
    KK_TRY(note_look(door, answer));
    return std::move(answer);
  }
  std::optional<int> no;
  if (valid) {
    KK_LET(const bool counted, count_up(*looked.may, door.db, answer.ticket->id, asked.at));
    if (!counted) return fail(ErrorKind::broken, "the guard found another ticket than the lock held");
    no = ++answer.ticket->uses;
    answer.ticket->last_use = tickets::Use{asked.at, door.place};
  }
  KK_LET(const db::Rows made, door.db.query("INSERT INTO ticket_uses (ticket_id, request_hash, no, finding, used_utc, written_utc, place, staff_id, gate_id, unchecked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                                            answer.ticket->id, hash, no, to_string(answer.finding), asked.at, door.now, door.place, door.staff, door.gate, asked.unchecked));
  answer.use = made.at(0).integer(0);
  KK_TRY(note(door, staff::Use::change, answer, no ? "use " + std::to_string(*no) + (asked.unchecked ? " unchecked" : "") : std::string("let in unchecked, ") + to_string(answer.finding)));
  return std::move(answer);
}

}  // namespace

const char* to_string(Finding finding) {
  switch (finding) {
    case Finding::valid: return "valid";
    case Finding::used: return "used";
    case Finding::wrong_day: return "wrong_day";
    case Finding::refunded: return "refunded";
    case Finding::called_off: return "called_off";
    case Finding::other_unit: return "other_unit";
    case Finding::unknown: return "unknown";
  }
  return "unknown";
}

base::Result<Answer> check_ticket(const Door& door, const std::optional<std::string>& code) {
  return door.db.transact([&]() -> base::Result<Answer> {
    KK_LET(auto looked, look(door, code, door.now));
    KK_TRY(note_look(door, looked.answer));
    return std::move(looked.answer);
  });
}

base::Result<Answer> use_ticket(const Door& door, const std::optional<std::string>& code, const Asked& asked) {
  return door.db.transact([&]() -> base::Result<Answer> {
    if (code) KK_TRY(lock_ticket(door.db, *code));
    return use_locked(door, code, asked);
  });
}

base::Result<Answer> undo_use(const Door& door, std::int64_t use) {
  KK_LET(const db::Rows of, door.db.query("SELECT t.code FROM ticket_uses u JOIN tickets t ON t.id = u.ticket_id WHERE u.id = ?", use));
  if (of.empty()) return fail(ErrorKind::not_found, "no such use");
  const std::string code = of[0].text(0);
  return door.db.transact([&]() -> base::Result<Answer> {
    KK_TRY(lock_ticket(door.db, code));
    KK_LET(const db::Done done, door.db.execute("UPDATE ticket_uses SET undone_utc = ? WHERE id = ? AND staff_id = ? AND no IS NOT NULL AND undone_utc IS NULL AND written_utc > ?", door.now, use, door.staff, door.now - kUndo));
    if (done.affected == 1) KK_TRY(door.db.run_write_rows(1, db::statement("UPDATE tickets SET uses = uses - 1 WHERE code = ? AND uses > 0", code)));
    KK_LET(const db::Rows undone, door.db.query("SELECT 1 FROM ticket_uses WHERE id = ? AND staff_id = ? AND undone_utc IS NOT NULL", use, door.staff));
    if (undone.empty()) return fail(ErrorKind::conflict, "not this person's use, or too old to take back");
    KK_LET(auto looked, look(door, code, door.now));
    if (!looked.may) return fail(ErrorKind::denied, "not in scope any more");
    if (done.affected == 1) KK_TRY(note(door, staff::Use::change, looked.answer, "use taken back"));
    return std::move(looked.answer);
  });
}

}  // namespace backoffice
