#include "lib/outbox/mail_limit.h"

namespace outbox {

base::Result<bool> may_mail(db::Connection& db, const std::string& kind, const std::string& recipient, const MailLimit& limit, base::UtcTime now) {
  const base::UtcTime over = now - limit.within;
  KK_LET(const db::Rows counted, db.query(
      "INSERT INTO mail_guards (kind, recipient, since_utc, asked) VALUES (?, ?, ?, 1) "
      "ON DUPLICATE KEY UPDATE asked = IF(since_utc <= ?, 1, LEAST(asked + 1, 1000)), since_utc = IF(since_utc <= ?, VALUES(since_utc), since_utc) "
      "RETURNING asked", kind, recipient, now, over, over));
  return counted[0].integer(0) <= limit.most;
}

}  // namespace outbox
