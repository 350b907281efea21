#include "backoffice/job_runner.h"

#include <condition_variable>
#include <mutex>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/web/serve.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::chrono::seconds kLookEvery{5};           // for what another process left behind
constexpr std::chrono::milliseconds kTellEvery{300};

struct Bell {
  std::mutex mutex;
  std::condition_variable changed;
  bool rung = false;
};
Bell& bell() {
  static Bell one;
  return one;
}

bool is_told(ErrorKind kind) { return kind == ErrorKind::invalid || kind == ErrorKind::too_large || kind == ErrorKind::conflict || kind == ErrorKind::denied || kind == ErrorKind::not_found; }

}  // namespace

void ring_for_jobs() {
  const std::lock_guard lock(bell().mutex);
  bell().rung = true;
  bell().changed.notify_all();
}

JobRunner::JobRunner(const App& app, const web::Frame& frame) : app_(app), frame_(frame), work_(app.database), watch_(app.database), thread_([this] { run(); }) {}

JobRunner::~JobRunner() {
  stopping_ = true;
  ring_for_jobs();
  thread_.join();
}

void JobRunner::run() {
  while (!stopping_) {
    bool did = false;
    const auto done = web::caught([&]() -> base::Status {
      KK_LET(did, run_next());
      return {};
    });
    if (!done) base::log_error("jobs_not_looked_for", {{"detail", done.error().detail}});
    if (did && done) continue;
    std::unique_lock lock(bell().mutex);
    bell().changed.wait_for(lock, kLookEvery, [] { return bell().rung; });
    bell().rung = false;
  }
}

base::Result<bool> JobRunner::run_next() {
  KK_TRY(drop_old_jobs(watch_, app_.clock.now()));
  // Held by the connection: when its process ends, so does the lock, and what stands as running is nobody's.
  KK_LET(const db::Rows locked, watch_.query("SELECT GET_LOCK(CONCAT(DATABASE(), '.jobs'), 0)"));
  if (locked[0].integer(0) != 1) return false;
  KK_LET(auto job, next_job(watch_, app_.clock.now()));
  const auto done = job ? do_job(std::move(*job)) : base::Status();
  KK_TRY(watch_.query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.jobs'))"));
  if (!done) return fail(done.error());
  return job.has_value();
}

base::Status JobRunner::do_job(Job job) {
  if (job.run >= kMostRuns) return fail_job(watch_, job, "job_broken", "", app_.clock.now());
  KK_LET(const bool mine, begin_job(watch_, job));
  if (!mine) return {};
  const auto done = web::caught([&] { return work(job); });
  if (done) return {};
  const base::Error& error = done.error();
  if (stopping_) return put_back_job(watch_, job);
  const JobKind* const kind = job_kind(job.kind);
  base::log_info("job_failed", {{"kind", job.kind}, {"error", base::to_string(error.kind)}, {"detail", is_told(error.kind) ? "" : error.detail}});
  if (kind != nullptr && is_told(error.kind)) return fail_job(watch_, job, kind->problem_of(error), error.detail, app_.clock.now());
  if (job.run >= kMostRuns) return fail_job(watch_, job, "job_broken", "", app_.clock.now());
  return fail(error);  // and once more
}

base::Status JobRunner::work(const Job& job) {
  const JobKind* const kind = job_kind(job.kind);
  if (kind == nullptr) return fail(ErrorKind::broken, "no such kind of job");
  web::Request request;
  request.address = job.address;
  request.query = job.asked;
  Call call{{app_.instance, app_.city, app_.templates, frame_, request, work_, app_.clock.now(), false}, app_};
  call.lang = job.lang;
  KK_LET(const db::Rows rows, work_.query(std::string("SELECT ") + staff::kPersonColumns + " FROM staff s WHERE s.id = ? AND s.state = 'active'", job.staff));
  if (rows.empty()) return fail(ErrorKind::denied, "the account is closed");
  call.here = staff::Session{staff::person_of(rows[0]), "", call.now, call.now, base::UtcTime{}};
  KK_LET(call.rights, staff::rights_of(work_, job.staff, call.now));
  KK_TRY(kind->may(call, job));
  return kind->run(call, {job, [&](std::size_t done, std::size_t total) { return tell(job, done, total); }});
}

base::Status JobRunner::tell(const Job& job, std::size_t done, std::size_t total) {
  FAULT("job.progress");
  if (stopping_) return fail(ErrorKind::unavailable, "the process stops");
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < kTellEvery && done != total) return {};
  told_ = now;
  return tell_progress(watch_, job, done, total);
}

}  // namespace backoffice
