// The one way by which a word from the payment service moves anything: callback, redirect and poll alike.
#pragma once

#include <string>

#include "lib/base/lang.h"
#include "lib/db/db.h"
#include "lib/suomifi/facts.h"
#include "payments/attempt_store.h"
#include "payments/shop.h"

namespace payments {

enum class Verdict {
  paid,           // the order is paid, its receipt made
  paid_late,      // the same after its hold was over
  paid_no_stock,
  overpaid,
  needs_review,
  pending,
  failed,
  repeated,       // nothing new: the attempt stands where this word puts it, or above
  sum_differs,    // another sum, but no money with it: only told to staff
  unknown_stamp,  // signed, but not of an attempt of ours
  not_matching,   // signed, but transaction id, reference or account is another's
};
const char* to_string(Verdict verdict);
// True for the last two: the caller answers that it will not have it.
bool is_refused(Verdict verdict);

struct Settled {
  Verdict verdict = Verdict::repeated;
  std::int64_t order_id = 0;  // 0: no order
  std::string order_token;    // empty: no order
  std::string case_code;      // under which a person looks into it; empty: nobody needs to
};

// Locks the attempt, matches account, transaction id, stamp, reference and amount, moves attempt and order, takes
// stock, writes ledger, tickets, receipt, journal, alerts and mails: one transaction, so all of it or nothing. The
// same word again changes nothing but the journal. `received`: what came, for the journal.
// A signed word whose transaction id we do not know yet gives it to the attempt that its stamp names: we may have
// been cut off before the answer to our question.
// ERRORS: unavailable: nothing is changed, or it is not known; the service says it again.
base::Result<Settled> settle(db::Connection& db, const Shop& shop, const suomifi::VerifiedFacts& facts, Source source,
                             const std::string& received);

}  // namespace payments
