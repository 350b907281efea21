#include "lib/outbox/outbox.h"

#include "lib/crypto/crypto.h"

namespace outbox {

namespace {

constexpr const char* kInto = "INTO outbox (kind, lang, recipient, data, order_id, message_id, next_try_utc, created_utc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

}  // namespace

base::Status insert(db::Connection& db, const Mail& mail, base::UtcTime now) {
  return db.write("INSERT " + std::string(kInto), mail.kind, base::to_string(mail.lang), mail.recipient, mail.data, mail.order_id, crypto::random_token(), now, now);
}

base::Result<bool> insert_once(db::Connection& db, const Mail& mail, const std::string& key, base::UtcTime now) {
  const std::string message_id = crypto::to_hex(crypto::as_bytes(crypto::sha256("mail once\n" + key))).substr(0, 26);
  KK_LET(const db::Done done, db.execute("INSERT IGNORE " + std::string(kInto), mail.kind, base::to_string(mail.lang), mail.recipient, mail.data, mail.order_id, message_id, now, now));
  return done.affected > 0;
}

base::Status alert_staff(db::Connection& db, const std::string& kind, std::int64_t object_id, const std::string& case_code, base::UtcTime now) {
  // IGNORE: there is one already (unique kind, object_id, is_open), and most processes may not read or change staff's rows.
  return db.write("INSERT IGNORE INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES (?, ?, ?, ?)", kind, object_id, case_code, now);
}

}  // namespace outbox
