// Sessions of activities and questions of forms: the SQL that import and staff share. What writes, within a transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/catalogue/activity.h"
#include "lib/db/db.h"

namespace catalogue {

struct StoredSession {
  Session session;
  std::string state;  // open, closed, cancelled, draft
  std::int64_t version = 0;
  bool made_on_page = false;
};
base::Result<std::optional<StoredSession>> load_session(db::Connection& db, std::int64_t variant);

struct AskedQuestion {
  Question question;
  int order = 0;
  bool retired = false;
};
// In the form's order, those retired last.
base::Result<std::vector<AskedQuestion>> load_questions(db::Connection& db, const std::string& form);

// Its meetings are as given, whatever they were. Whether it is open, closed or called off stays as staff made it.
base::Status store_session(db::Connection& db, std::int64_t variant, const Session& session);
base::Status store_question(db::Connection& db, const std::string& form, const Question& question, int order);
base::Status store_choice(db::Connection& db, const std::string& form, const std::string& question, const Choice& choice, int order);

}  // namespace catalogue
