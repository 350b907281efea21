#include "lib/outbox/outbox.h"

#include "lib/crypto/crypto.h"

namespace outbox {

base::Status insert(db::Connection& db, const Mail& mail, base::UtcTime now) {
  return db.write(
      "INSERT INTO outbox (kind, lang, recipient, data, order_id, message_id, next_try_utc, created_utc) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      mail.kind, base::to_string(mail.lang), mail.recipient, mail.data, mail.order_id, crypto::random_token(), now, now);
}

}  // namespace outbox
