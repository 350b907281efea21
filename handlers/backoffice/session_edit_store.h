// Sessions that staff make and change: the SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backoffice/session_form.h"

namespace backoffice {

using EditSessions = staff::Permission<staff::Right::activities_edit>;

struct ActivityRow {
  std::int64_t product = 0;
  std::string code, name, slug, form;
  staff::Place place;
  std::string state;  // draft, published, closed
  std::optional<base::UtcTime> shown_from = {};
};
// By name; of every unit. Those that are closed for good only while a session of theirs isn't over.
base::Result<std::vector<ActivityRow>> find_activities(db::Connection& db, base::Lang lang, base::UtcTime now);
base::Result<std::optional<ActivityRow>> find_activity(db::Connection& db, base::Lang lang, const std::string& code);

struct EditedSession {
  std::int64_t product = 0, variant = 0;
  std::int64_t version = 0;
  std::string state;
  TypedSession typed;
  int taken = 0;       // seats that are held, ordered or confirmed
  int confirmed = 0;   // families
  int sign_ups = 0;    // that are under way, stand or wait
};
// `lock`: within a transaction; nobody takes a seat until it ends.
base::Result<EditedSession> load_edited(const Call& call, std::int64_t variant, bool lock = false);

// The sessions of an activity that begin in [from, until).
base::Result<std::vector<std::int64_t>> sessions_between(db::Connection& db, std::int64_t product, base::UtcTime from, base::UtcTime until);

// All of these: within a transaction.

// Before the first read of it, by whoever changes sessions that are there: an import, which holds all products, sees them as they were or as they are then.
base::Status hold_activity(db::Connection& db, std::int64_t product);

struct Making {
  std::int64_t product = 0;
  bool draft = true;
  std::string key;        // of the form and its number there: once is enough
};
// Its code is its first day, "2027-06-07" or "2027-06-07-2".
base::Status make_session(const EditSessions& may, db::Connection& db, const Making& making, const TypedSession& typed, base::UtcTime now);
struct Copying {
  std::int64_t from = 0, to = 0;  // activities
  int days = 0;
  std::string once;               // of the form
  bool with_prices = false;       // whether their own prices go along
};
// All that stand and are then still to come, so many days later, as drafts.
base::Status copy_sessions(const EditSessions& may, const Call& call, const Copying& copying);
// Whether a form has made its sessions.
base::Result<bool> is_made(db::Connection& db, const std::string& once);
// False: it has another version by now.
base::Result<bool> change_session(const EditSessions& may, db::Connection& db, const EditedSession& was, std::int64_t version, const TypedSession& typed, base::UtcTime now);
// Drafts are checked: they are shown, and one can sign up. 0: all of the activity. Returns which. ERRORS: conflict: one of them is sold at no price: the activity is published
// and has none, and the draft has none of its own.
base::Result<std::vector<std::int64_t>> publish_drafts(const EditSessions& may, db::Connection& db, std::int64_t product, std::int64_t variant, base::UtcTime now);
// A draft that isn't wanted. ERRORS: conflict: it is none.
base::Status drop_draft(const EditSessions& may, db::Connection& db, std::int64_t variant);

}  // namespace backoffice
