// What becomes of a sign-up, by whichever process: its seats, its order, its end.
#pragma once

#include <map>
#include <vector>

#include "lib/base/money.h"
#include "lib/db/db.h"
#include "lib/registrations/registration.h"

namespace registrations {

struct Registration {
  std::int64_t id = 0, variant = 0;
  std::string number, token, email;
  base::Lang lang = base::Lang::fi;
  State state = State::expired;
  int seats = 0, extensions = 0;
  bool holds_seats = false;
  base::UtcTime hold_until;
  std::optional<std::int64_t> order_id;
};
// ERRORS: not_found.
base::Result<Registration> load_by_token(db::Connection& db, const std::string& token, bool for_update = false);
base::Result<Registration> load_by_id(db::Connection& db, std::int64_t id, bool for_update = false);
// Those of `ids` that there are.
base::Result<std::map<std::int64_t, Registration>> load_all(db::Connection& db, const std::vector<std::int64_t>& ids);
// True while its seats are its own to be ordered.
bool can_be_ordered(const Registration& registration, base::UtcTime now);

// All of these: within a transaction. Lock order: registrations, then stock (schema/README.md).

// Takes `seats` of the session or none. False: there are too few.
base::Result<bool> take_seats(db::Connection& db, std::int64_t variant, int seats, base::UtcTime now);
base::Status give_seats_back(db::Connection& db, std::int64_t variant, int seats, base::UtcTime now);

// Into the order that @order_id names, with its seats. False: the hold is over, or another order has it.
base::Result<bool> take_into_order(db::Connection& db, std::int64_t registration, std::int64_t variant, base::UtcTime now);
// The order is paid: its sign-ups are confirmed, and told so.
base::Status confirm_of_order(db::Connection& db, const std::string& public_url, std::int64_t order_id, base::UtcTime now);
// The order ended unpaid (expired, cancelled) or without seats (no_seat): its sign-ups do too, and their health answers go. The order gives the seats back.
base::Status end_of_order(db::Connection& db, std::int64_t order_id, State state);
// A hold that is over, or that the family gave up: seats back, health answers gone. Nothing when it isn't held any more.
base::Status end_hold(db::Connection& db, const Registration& registration, State state, base::UtcTime now);

// Of what it paid: no more than its order paid for its session (for all activities, where a sign-up was moved), less what was asked back of that and what is its other sign-ups'.
base::Result<base::Cents> left_to_pay_back(db::Connection& db, const Registration& registration);

struct Cancelling {
  const char* reason = "family_cancelled";  // or session_cancelled
  std::optional<std::int64_t> staff{};      // who does it for the family
  std::string words{};                      // why, in their words
};
// A confirmed one, by the family or for it: seats back, health answers gone, what was paid and hasn't gone back asked back. False: it isn't confirmed any more.
base::Result<bool> cancel_confirmed(db::Connection& db, const std::string& public_url, const Registration& registration, const Cancelling& why, base::UtcTime now);

// Of a session's units in an order: how many were sold, have come back by now, come back now.
struct PaidBack {
  int sold = 0, back = 0, now = 0;
};
// Sign-ups of an order end, and the families are told, where all units of their session have come back; where one of that session was moved, and so nobody
// can tell whose units they are, once all of the order's have. Of a part nothing ends: units don't say who stays.
base::Status end_paid_back(db::Connection& db, const std::string& public_url, std::int64_t order_id, const std::map<std::int64_t, PaidBack>& sessions, base::UtcTime now);

// Nothing is held any more: sign-ups that stand are cancelled with what was paid asked back, holds and the waiting list end, all are told. Returns how many; what is being
// paid is cancelled when it is paid. ERRORS: conflict: it is called off already.
base::Result<int> call_off(db::Connection& db, const std::string& public_url, std::int64_t variant, std::int64_t staff, base::UtcTime now);
// To another session of the same activity; the family is told. False: there are too few seats, or it isn't confirmed any more.
base::Result<bool> move_to(db::Connection& db, const std::string& public_url, const Registration& registration, std::int64_t variant, base::UtcTime now);

// The waiting list of a session: first those whom staff put before, then by the time of joining. Offers the free seats to the first whom they suffice for
// (`fit_first`), else to the first or to nobody; each has them until `until`. Returns how many were offered some.
base::Result<int> offer_seats(db::Connection& db, const std::string& public_url, std::int64_t variant, bool fit_first, base::UtcTime until, base::UtcTime now);

// A mail about it: confirmed, cancelled, waiting, offer (handlers/mailer/README.md); none where the family left no address.
struct About {
  const char* what = "confirmed";
  base::UtcTime until{};
  base::Cents refund{};
  std::string words{};  // of a message
};
base::Status mail_about(db::Connection& db, const std::string& public_url, const Registration& registration, const About& about, base::UtcTime now);
// The same by a form: of one `key` each family gets one. False: it has it already, or left no address.
base::Result<bool> mail_once(db::Connection& db, const std::string& public_url, const Registration& registration, const About& about, const std::string& key, base::UtcTime now);

}  // namespace registrations
