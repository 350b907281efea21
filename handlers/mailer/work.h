// The mailer's work: one mail at a time from the outbox to the relay.
#pragma once

#include <string>

#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/db/db.h"
#include "mailer/letter.h"
#include "mailer/outbox.h"
#include "mailer/smtp.h"

namespace mailer {

struct Tools {
  db::Connection& db;
  Smtp& smtp;
  const Letters& letters;
  const base::Instance& instance;
  const base::City& city;
  const base::Clock& clock;
};

// Sends what is due, waits for more, until SIGTERM or SIGINT; the mail in hand is finished first.
// A database or relay that is away is waited for.
void run(const Tools& tools);

// The message of one outbox row as bytes. ERRORS: broken: as Letters::write; invalid: the recipient is no address.
base::Result<std::string> compose(const Tools& tools, const Claimed& mail);

// "shop.example" of "https://shop.example:8443".
std::string host_of(const std::string& public_url);

}  // namespace mailer
