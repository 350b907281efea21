#include "lib/outbox/outbox.h"

#include "lib/crypto/crypto.h"

namespace outbox {

base::Status insert(db::Connection& db, const Mail& mail, base::UtcTime now) {
  return db.write(
      "INSERT INTO outbox (kind, lang, recipient, data, order_id, message_id, next_try_utc, created_utc) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      mail.kind, base::to_string(mail.lang), mail.recipient, mail.data, mail.order_id, crypto::random_token(), now, now);
}

base::Status alert_staff(db::Connection& db, const std::string& kind, std::int64_t object_id, const std::string& case_code, base::UtcTime now) {
  // IGNORE: there is one already (unique kind, object_id, is_open), and most processes may not read or change staff's rows.
  return db.write("INSERT IGNORE INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES (?, ?, ?, ?)", kind, object_id, case_code, now);
}

}  // namespace outbox
