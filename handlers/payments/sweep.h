// `payments --sweep`: the only clockwork that moves money, order and attempt states.
#pragma once

#include "lib/db/db.h"
#include "payments/client.h"
#include "payments/shop.h"

namespace payments {

// Unpaid orders past their hold go back to sale. An order that the service still works on (an attempt is pending), or
// whose money a person has to look at, keeps its pieces for at most kLongHold from its making: bank payments are
// confirmed in one to three banking days, and a week holds three of them at any time of the year.
inline constexpr std::chrono::days kLongHold{7};
base::Status expire_holds(db::Connection& db, const Shop& shop);

// What buyers asked to cancel: an unpaid order becomes cancelled and its pieces go back. A request about anything else
// (paid, expired, a payment under way) is marked done without effect.
base::Status cancel_orders(db::Connection& db, const Shop& shop);

// Sign-ups whose hold is over, ordered by nobody: seats back, health answers gone. Then free seats are offered to those who wait.
base::Status expire_signups(db::Connection& db, const Shop& shop);
base::Status offer_seats(db::Connection& db, const Shop& shop);
// Sign-ups that are confirmed though their session is called off: what was paid is asked back.
base::Status end_called_off(db::Connection& db, const Shop& shop);
base::Status ask_back_called_off(db::Connection& db, const Shop& shop);

// Orders of 0 euros get their tickets and mail.
base::Status fulfil_free_orders(db::Connection& db, const Shop& shop);

// What is left of gift cards that are long over becomes income, where the city's settings name an account for it: one transaction a card. An order that still holds
// a part of one may give it back: then that follows.
base::Status expire_gift_cards(db::Connection& db, const Shop& shop);

// One mail a day and kind while there are open alerts of the kind; at once for each that tells of changed records or keys.
base::Status mail_digests(db::Connection& db, const Shop& shop);

// Rights on a register that end soon become alerts of staff, and those of renewed ones are resolved.
base::Status note_ending_approvals(db::Connection& db, const Shop& shop);

// Sessions that begin soon with fewer than their minimum become alerts of staff, and those that have enough are resolved.
base::Status note_short_sessions(db::Connection& db, const Shop& shop);

// Attempts without word: those left in creating become unknown, the others are asked for, and after
// poll_last_days abandoned. A failing call is told by the log alone and tried again.
base::Status poll_attempts(db::Connection& db, Client& client, const Shop& shop);

// When to ask again: after a quarter of the attempt's age, at least `first`, at most six hours.
base::UtcTime next_poll(base::UtcTime created, base::UtcTime now, std::chrono::minutes first);

// One pass of all but the polls: each part by itself, so that a failing one does not stop the others; several sweeps at
// once do no harm. False: the database is away.
bool sweep_once(db::Connection& db, const Shop& shop);

// A pass every half second until SIGTERM, every 2 s while the database is away. Polls are made by a thread of their own: a payment service that lets its callers wait
// keeps nobody's cancelling waiting.
base::Status sweep_until_stopped(const Shop& shop, const db::Config& config);

}  // namespace payments
