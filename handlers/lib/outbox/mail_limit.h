// How many mails an address gets because somebody typed it here: nobody's mailbox is flooded through the city.
#pragma once

#include <string>

#include "lib/base/time.h"
#include "lib/db/db.h"

namespace outbox {

struct MailLimit {
  int most = 0;                 // mails of one kind to one address
  std::chrono::minutes within;  // counted from the first of them
};
inline constexpr MailLimit kAcknowledgements{3, std::chrono::minutes{60}};
inline constexpr MailLimit kOrderLinks{1, std::chrono::minutes{10}};
inline constexpr MailLimit kSentAgain{3, std::chrono::minutes{60}};  // by staff, to an address that they typed
inline constexpr MailLimit kSignUps{6, std::chrono::minutes{60}};  // joined a list, confirmed free of charge, cancelled by the family

// Counts one more mail of `kind` to `recipient`; false: that is one too many. Two at once wait for each other on the
// guard row. REQUIRES: within the mail's transaction. ERRORS: unavailable.
base::Result<bool> may_mail(db::Connection& db, const std::string& kind, const std::string& recipient, const MailLimit& limit, base::UtcTime now);

}  // namespace outbox
