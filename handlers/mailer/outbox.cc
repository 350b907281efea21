#include "mailer/outbox.h"

#include <array>

#include "lib/outbox/outbox.h"
#include "mailer/letter.h"

namespace mailer {

using std::chrono::hours;
using std::chrono::minutes;

std::optional<minutes> pause_after(std::int64_t tries) {
  static constexpr std::array<minutes, 4> kFirst = {minutes{1}, minutes{5}, minutes{15}, hours{1}};
  static constexpr minutes kThen = hours{4};
  minutes all{0};
  minutes last{0};
  for (std::int64_t n = 1; n <= tries; ++n) {
    last = n <= 4 ? kFirst[static_cast<std::size_t>(n - 1)] : kThen;
    all += last;
    if (all > hours{72}) return std::nullopt;
  }
  return last;
}

base::Result<std::optional<Claimed>> claim(db::Connection& db, base::UtcTime now) {
  // Two queries over the index (state, next_try_utc); the OR of both would read the whole table.
  KK_LET(const db::Rows due, db.query("(SELECT id, next_try_utc FROM outbox WHERE state = 'queued' AND next_try_utc <= ?"
                                      " ORDER BY next_try_utc LIMIT 8) UNION ALL"
                                      " (SELECT id, next_try_utc FROM outbox WHERE state = 'sending' AND next_try_utc <= ?"
                                      " ORDER BY next_try_utc LIMIT 8) ORDER BY next_try_utc, id",
                                      now, now));
  for (const auto& row : due) {
    const auto id = row.integer(0);
    KK_LET(const db::Done done,
           db.execute("UPDATE outbox SET state = 'sending', tries = tries + 1, next_try_utc = ?"
                      " WHERE id = ? AND state IN ('queued', 'sending') AND next_try_utc <= ?",
                      now + kLease, id, now));
    if (done.affected != 1) continue;  // another mailer has it
    KK_LET(const db::Rows mail,
           db.query("SELECT tries, kind, lang, recipient, data, message_id FROM outbox WHERE id = ?", id));
    if (mail.empty()) continue;
    const auto& m = mail.front();
    return Claimed{id, m.integer(0), m.text(1), base::parse_lang(m.text(2)).value_or(base::Lang::fi), m.text(3), m.text(4),
                   m.text(5)};
  }
  return std::optional<Claimed>();
}

base::Result<bool> mark_sent(db::Connection& db, const Claimed& mail, base::UtcTime now, const crypto::Hash& sha256) {
  KK_LET(const db::Done done,
         db.execute("UPDATE outbox SET state = 'sent', sent_utc = ?, sent_sha256 = ?, last_error = ''"
                    " WHERE id = ? AND state = 'sending' AND tries = ?",
                    now, crypto::as_bytes(sha256), mail.id, mail.tries));
  return done.affected == 1;
}

base::Result<bool> try_again(db::Connection& db, const Claimed& mail, base::UtcTime when, const std::string& why) {
  KK_LET(const db::Done done, db.execute("UPDATE outbox SET state = 'queued', next_try_utc = ?, last_error = ?"
                                         " WHERE id = ? AND state = 'sending' AND tries = ?",
                                         when, why.substr(0, 120), mail.id, mail.tries));
  return done.affected == 1;
}

base::Status tell_staff(db::Connection& db, const Claimed& mail, base::UtcTime now) {
  return ::outbox::alert_staff(db, "mail_dead", mail.id, case_code_of(mail.data), now);
}

base::Result<bool> mark_dead(db::Connection& db, const Claimed& mail, base::UtcTime now, const std::string& why) {
  return db.transact([&]() -> base::Result<bool> {
    KK_LET(const db::Done done, db.execute("UPDATE outbox SET state = 'dead', last_error = ?"
                                           " WHERE id = ? AND state = 'sending' AND tries = ?",
                                           why.substr(0, 120), mail.id, mail.tries));
    if (done.affected != 1) return false;
    KK_TRY(tell_staff(db, mail, now));
    return true;
  });
}

}  // namespace mailer
