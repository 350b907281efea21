// retention: what the privacy notice promises goes when its time is over. One pass and the end, by timer; the settings' periods, in the database's procedures.
//   retention --instance FILE            one pass
//   retention --instance FILE --dry-run  what would go now, and nothing goes
//   retention --instance FILE --hourly   until SIGTERM, where no timer is
#include <cstdio>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/base/time.h"
#include "lib/db/db.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"

namespace {

struct Kind {
  const char* name;     // what goes: purge_<name>
  const char* setting;  // of [retention]; nullptr: 1, in the procedure's own unit
};
constexpr Kind kKinds[] = {
    {"health_answers", "health_answers_days"},
    {"unfinished_registrations", "unpaid_orders_days"},
    {"registrations", "orders_months"},
    {"staff_moments", nullptr},  // an hour
    {"staff_orders", nullptr},   // a day
    {"receipts", "receipts_years"},  // only years that a person has confirmed
};
constexpr int kAtOnce = 50;  // registrations or rows of one call
constexpr int kHourMs = 60 * 60 * 1000;

base::Result<std::int64_t> purge(db::Connection& db, const Kind& kind, bool dry_run, int limit, base::UtcTime now, int period) {
  KK_TRY(db.execute(std::string("CALL purge_") + kind.name + "(?, ?, ?, ?)", dry_run, limit, now, period));
  KK_LET(const db::Rows rows, db.query("SELECT @purged"));
  return rows[0].integer(0);
}

// A kind that fails does not stop the others; a database that is away does.
base::Status pass(db::Connection& db, const base::City& city, base::UtcTime now, bool dry_run) {
  base::Status out;
  for (const auto& kind : kKinds) {
    const int period = kind.setting == nullptr ? 1 : city.retention.at(kind.setting);
    std::int64_t all = 0, last = 0;
    do {
      const auto purged = purge(db, kind, dry_run, dry_run ? 1'000'000 : kAtOnce, now, period);
      FAULT("retention.after_purge");
      if (!purged) {
        base::log_error("purge_failed", {{"what", kind.name}, {"detail", purged.error().detail}});
        out = base::fail(purged.error());
        if (purged.error().kind == base::ErrorKind::unavailable) return out;
        break;
      }
      last = *purged;
      all += last;
    } while (!dry_run && last >= kAtOnce);
    if (dry_run) std::printf("%s: %lld would go\n", kind.name, static_cast<long long>(all));
    else if (all > 0) base::log_info("purged", {{"what", kind.name}, {"count", std::to_string(all)}});
  }
  return out;
}

base::Status run(int argc, char** argv) {
  KK_LET(const web::Started started, web::start("retention", argc, argv, {"--dry-run", "--hourly"}));
  web::catch_stop_signals();
  KK_LET(const db::Config config, db::config_of(started.instance, "retention"));
  db::Connection db(config);
  const base::Clock clock(started.instance.state);
  if (!started.has("--hourly")) return pass(db, started.city, clock.now(), started.has("--dry-run"));
  base::log_info("started");
  do {
    static_cast<void>(pass(db, started.city, clock.now(), false));  // what failed is in the log, and is tried again in an hour
  } while (!web::stop_requested(kHourMs));
  base::log_info("stopped");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc, argv);
  return done ? 0 : web::stop_with("retention", done.error());
}
