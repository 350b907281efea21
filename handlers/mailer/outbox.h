// The outbox as the mailer sees it: claim, then one of sent, try again, dead.
//
//   queued --claim--> sending --sent-->  sent
//      ^                 |  \---dead-->  dead (+ a row for staff)
//      +----try again----+
//
// A claim is a lease: after kLease it is due again, so the mail of a mailer that died is sent by the next one.
// `tries` counts claims and is the lease's number: who comes back late with an old one changes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/base/lang.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/crypto/crypto.h"
#include "lib/db/db.h"

namespace mailer {

// Longer than the longest sending (smtp.h).
inline constexpr std::chrono::minutes kLease{3};

struct Claimed {
  std::int64_t id = 0;
  std::int64_t tries = 0;
  std::string kind;
  base::Lang lang = base::Lang::fi;
  std::string recipient;
  std::string data;
  std::string message_id;
};

// How long to wait after the n-th failed try: 1, 5, 15 minutes, 1 hour, then 4 hours each; nothing when the
// pauses would come to more than 3 days.
std::optional<std::chrono::minutes> pause_after(std::int64_t tries);

// Takes the mail that is longest due. Several mailers may ask at once: each mail goes to one.
// ERRORS: unavailable, broken.
base::Result<std::optional<Claimed>> claim(db::Connection& db, base::UtcTime now);

// False: the lease had passed to another, who will say what became of the mail.
base::Result<bool> mark_sent(db::Connection& db, const Claimed& mail, base::UtcTime now, const crypto::Hash& sha256);
base::Result<bool> try_again(db::Connection& db, const Claimed& mail, base::UtcTime when, const std::string& why);
// In one transaction with the staff's row.
base::Result<bool> mark_dead(db::Connection& db, const Claimed& mail, base::UtcTime now, const std::string& why);

// A row for staff (kind mail_dead, the data's case code), once a mail.
base::Status tell_staff(db::Connection& db, const Claimed& mail, base::UtcTime now);

}  // namespace mailer
