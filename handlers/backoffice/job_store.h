// Long work as rows: asked for, begun, ended; and the bytes that it is given and makes. Kept for a day.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

inline constexpr std::chrono::hours kJobsKept{24};
inline constexpr int kMostRuns = 3;  // one that ends its process each time is not begun for ever

struct Job {
  std::string token, kind;
  std::string asked;       // what its kind is to do it with
  std::int64_t staff = 0;  // who asked, and alone sees it
  std::string address;     // from where
  base::Lang lang = base::Lang::fi;
  std::string state;       // waiting, running, done, failed
  std::int64_t run = 0, done = 0, total = 0;
  std::string problem, problem_detail;  // why it failed: a key of errors.toml, with what stands in it
  std::string file_name, file_type, may;
  base::UtcTime made;
  bool is_going() const { return state == "waiting" || state == "running"; }
};

struct JobAsked {
  std::string kind, asked;
  std::string_view input = {};
};
// The job's token. The same that one asked for already and that isn't done is that one. Days that are over go. Rings the runner's bell (job_runner.h).
base::Result<std::string> ask_job(const Call& call, const JobAsked& asked);

// One's own, within its day.
base::Result<std::optional<Job>> find_job(const Call& call, const std::string& token);
// One's own of these kinds, the newest first.
base::Result<std::vector<Job>> find_jobs(const Call& call, const std::vector<std::string>& kinds);

enum class JobBytes { in, out };
base::Result<std::string> job_bytes(db::Connection& db, const std::string& token, JobBytes way);

// Of the runner.

// The oldest that waits, or was running when its process ended.
base::Result<std::optional<Job>> next_job(db::Connection& db, base::UtcTime now);
// False: another run has it.
base::Result<bool> begin_job(db::Connection& db, Job& job);
base::Status put_back_job(db::Connection& db, const Job& job);
base::Status tell_progress(db::Connection& db, const Job& job, std::size_t done, std::size_t total);
base::Status fail_job(db::Connection& db, const Job& job, const std::string& problem, const std::string& detail, base::UtcTime now);

struct JobMade {
  std::string_view bytes = {};
  std::string name = {}, type = {};  // empty: no file for anybody
  std::string may = {};
};
// Within the transaction of what the job did, at its end. ERRORS: conflict: another run has it, and this one is to do nothing.
base::Status finish_job(db::Connection& db, const Job& job, const JobMade& made, base::UtcTime now);
// Other bytes of one that is done. REQUIRES: within a transaction.
base::Status make_anew(db::Connection& db, const Job& job, std::string_view bytes);
base::Status drop_old_jobs(db::Connection& db, base::UtcTime now);

}  // namespace backoffice
