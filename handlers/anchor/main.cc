// anchor: keeps the use log's head in a file of its own, so that whoever owns the database cannot rewrite the log unseen.
//   anchor --instance FILE            until SIGTERM
//   anchor --instance FILE --check    is all that the file holds still in the log? 1: no, with the first line that isn't
#include <cstdio>

#include "anchor/anchor_file.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"
#include "lib/db/db.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"

namespace {

using anchor::AnchorFile;
using anchor::Head;
using base::ErrorKind;
using base::fail;

constexpr std::chrono::hours kEvery{1};
constexpr int kLookMs = 50;        // somebody who waits is served within that
constexpr int kAwayMs = 1000;      // the database is away

// A month whose time is over goes whole: what the file says of it can't be compared any more.
base::Result<bool> holds(db::Connection& db, const Head& head) {
  KK_LET(const db::Rows heads, db.query("SELECT MIN(month) FROM use_log_heads WHERE month <> '0000-00'"));
  if (heads[0].is_null(0) || head.month < heads[0].text(0)) return !heads[0].is_null(0) || head.seq == 0;
  KK_LET(const db::Rows rows, db.query("SELECT LOWER(HEX(hash)) FROM use_log WHERE month = ? AND seq = ?", head.month, head.seq));
  return !rows.empty() && rows[0].text(0) == head.hash;
}

struct State {  // of one moment: the head is at least that of whoever has asked
  std::int64_t asked = 0;
  bool wanted = false, due = false;
  std::optional<Head> head;  // nothing was ever logged
};
base::Result<State> look(db::Connection& db, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT a.asked, a.answered, a.anchored_utc, h.month, h.last_seq, LOWER(HEX(h.head_hash)) FROM use_log_anchor a "
                                       "LEFT JOIN use_log_heads h ON h.month = (SELECT MAX(month) FROM use_log_heads) AND h.last_seq > 0"));
  if (rows.empty()) return fail(ErrorKind::broken, "use_log_anchor has no row");
  State out{rows[0].integer(0), rows[0].integer(0) > rows[0].integer(1), now - rows[0].time(2).value_or(base::UtcTime()) >= kEvery, std::nullopt};
  if (!rows[0].is_null(3)) out.head = Head{rows[0].text(3), rows[0].integer(4), rows[0].text(5)};
  return out;
}

base::Status step(db::Connection& db, AnchorFile& file, base::UtcTime now) {
  KK_LET(const State state, look(db, now));
  if (!state.head || (!state.wanted && !state.due)) return {};
  if (file.last()) {
    KK_LET(const bool whole, holds(db, *file.last()));
    if (!whole) {
      KK_TRY(db.execute("UPDATE use_log_anchor SET broken_utc = COALESCE(broken_utc, ?)", now));
      return fail(ErrorKind::denied, "the log does not hold what was anchored");
    }
  }
  const bool same = file.last() && file.last()->month == state.head->month && file.last()->seq == state.head->seq;
  if (!same) KK_TRY(file.add(*state.head, now));
  KK_TRY(db.execute("UPDATE use_log_anchor SET answered = ?, anchored_utc = ?, broken_utc = NULL", state.asked, now));
  return {};
}

base::Status check(db::Connection& db, const std::string& path) {
  KK_LET(const auto heads, AnchorFile::read(path));
  for (std::size_t i = 0; i < heads.size(); ++i) {
    KK_LET(const bool whole, holds(db, heads[i]));
    if (!whole) return fail(ErrorKind::denied, "line " + std::to_string(i + 1) + ": " + heads[i].month + "-" + std::to_string(heads[i].seq) + " is not in the log as it was");
  }
  std::printf("all %zu heads are in the log as they were\n", heads.size());
  return {};
}

base::Status run(int argc, char** argv) {
  KK_LET(const web::Started started, web::start("anchor", argc, argv, {"--check"}));
  web::catch_stop_signals();
  const std::string path = started.instance.state + "/anchor/heads";
  KK_LET(const db::Config config, db::config_of(started.instance, "anchor"));
  db::Connection db(config);
  if (started.has("--check")) return check(db, path);
  KK_LET(AnchorFile file, AnchorFile::open(path));
  const base::Clock clock(started.instance.state);
  base::log_info("started");
  std::string said;  // the same trouble is told once
  for (int wait = 0; !web::stop_requested(wait);) {
    const auto done = step(db, file, clock.now());
    const std::string now_said = done ? "" : done.error().detail;
    if (!done && now_said != said) base::log_error("not_anchored", {{"kind", base::to_string(done.error().kind)}, {"detail", now_said}});
    said = now_said;
    wait = done ? kLookMs : kAwayMs;
  }
  base::log_info("stopped");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc, argv);
  return done ? 0 : web::stop_with("anchor", done.error());
}
