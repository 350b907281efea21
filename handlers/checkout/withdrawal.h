// A statement of withdrawal from a contract, stored with the second it came and acknowledged by e-mail
// (KSL 6:14 a; Directive (EU) 2023/2673 art. 1(3)).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/time.h"
#include "lib/db/db.h"

namespace checkout {

struct WithdrawnLine {
  int line_no = 0;
  int quantity = 0;
};

struct Statement {
  std::string form_key;       // 16 bytes: the same form with the same words twice is one statement
  std::optional<std::int64_t> order_id;
  bool from_order_page = false;
  std::string name, order_number, email, lines_stated;
  std::vector<WithdrawnLine> lines;
  base::Lang lang = base::Lang::fi;
  std::string order_url, withdraw_url;  // for the acknowledgement
};

struct Received {
  std::string case_code;
  base::UtcTime at;
};

// Statement, alert to staff and acknowledgement (within its limit: lib/outbox/mail_limit.h) in one transaction. ERRORS: unavailable.
base::Result<Received> store_statement(db::Connection& db, const Statement& statement, base::UtcTime now);

// The order of this number and e-mail address, if there is one.
base::Result<std::optional<std::int64_t>> match_order(db::Connection& db, const std::string& number, const std::string& email);

}  // namespace checkout
