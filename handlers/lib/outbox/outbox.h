// Mail to be sent: a row in the transaction of the fact that it reports; the mailer does the rest.
#pragma once

#include <optional>
#include <string>

#include "lib/base/lang.h"
#include "lib/base/time.h"
#include "lib/db/db.h"

namespace outbox {

struct Mail {
  std::string kind;       // site/templates/mail/<kind>.txt and .html
  base::Lang lang;
  std::string recipient;  // one e-mail address
  std::string data;       // JSON for the template; handlers/mailer/README.md lists what each kind prints
  std::optional<std::int64_t> order_id;
};

// REQUIRES: within a transaction. The Message-ID is made here, so that every try carries the same.
base::Status insert(db::Connection& db, const Mail& mail, base::UtcTime now);

// The same for a mail that a person asks for: what has the same `key` is sent once. False: it was inserted before.
base::Result<bool> insert_once(db::Connection& db, const Mail& mail, const std::string& key, base::UtcTime now);

// A row that asks for a person about one object (schema/README.md: Alerts to staff); adds nothing while one of the same kind and object is open.
base::Status alert_staff(db::Connection& db, const std::string& kind, std::int64_t object_id, const std::string& case_code, base::UtcTime now);

}  // namespace outbox
