#include "backoffice/job_store.h"

#include "backoffice/job_runner.h"
#include "lib/base/fault.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kPartBytes = 4'000'000;  // below the server's largest packet
constexpr const char* kJobColumns = "SELECT token, kind, asked, staff_id, address, lang, state, run, done, total, problem, problem_detail, file_name, file_type, may, made_utc FROM jobs WHERE ";

const char* to_string(JobBytes way) { return way == JobBytes::in ? "in" : "out"; }

Job job_of(const db::Row& row) {
  return {.token = row.text(0), .kind = row.text(1), .asked = row.text(2), .staff = row.integer(3), .address = row.text(4), .lang = base::parse_lang(row.text(5)).value_or(base::Lang::fi), .state = row.text(6), .run = row.integer(7),
          .done = row.integer(8), .total = row.integer(9), .problem = row.text(10), .problem_detail = row.text(11), .file_name = row.text(12), .file_type = row.text(13), .may = row.text(14), .made = row.time(15).value_or(base::UtcTime{})};
}

base::Status put_bytes(db::Connection& db, const std::string& token, JobBytes way, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += kPartBytes) {
    KK_TRY(db.execute("INSERT INTO job_parts (token, way, part, bytes) VALUES (?, ?, ?, ?)", token, to_string(way), at / kPartBytes, bytes.substr(at, kPartBytes)));
  }
  return {};
}

}  // namespace

base::Result<std::string> ask_job(const Call& call, const JobAsked& asked) {
  const std::string token = crypto::random_token();
  auto done = call.db.transact([&]() -> base::Result<std::string> {
    KK_TRY(drop_old_jobs(call.db, call.now));
    KK_LET(const db::Rows made, call.db.query("SELECT 1 FROM jobs WHERE token = ?", token));
    if (!made.empty()) return token;
    if (asked.input.empty()) {
      KK_LET(const db::Rows going, call.db.query("SELECT token FROM jobs WHERE staff_id = ? AND kind = ? AND asked = ? AND state IN ('waiting', 'running') LIMIT 1", call.person().id, asked.kind, asked.asked));
      if (!going.empty()) return going[0].text(0);
    } else {
      // One's earlier files of this kind give way, but those that another job is at.
      KK_TRY(call.db.execute("DELETE FROM jobs WHERE staff_id = ? AND kind = ? AND state IN ('done', 'failed') AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.state IN ('waiting', 'running') AND o.asked LIKE CONCAT(jobs.token, '%'))",
                             call.person().id, asked.kind));
    }
    KK_TRY(call.db.execute("INSERT INTO jobs (token, kind, asked, staff_id, address, lang, made_utc) VALUES (?, ?, ?, ?, ?, ?, ?)", token, asked.kind, asked.asked, call.person().id, call.request.address,
                           base::to_string(call.lang), call.now));
    KK_TRY(put_bytes(call.db, token, JobBytes::in, asked.input));
    return token;
  });
  ring_for_jobs();
  return done;
}

base::Result<std::optional<Job>> find_job(const Call& call, const std::string& token) {
  if (!crypto::is_token(token)) return std::optional<Job>();
  KK_LET(const db::Rows rows, call.db.query(std::string(kJobColumns) + "token = ? AND staff_id = ? AND made_utc > ?", token, call.person().id, call.now - kJobsKept));
  return rows.empty() ? std::optional<Job>() : std::optional(job_of(rows[0]));
}

base::Result<std::vector<Job>> find_jobs(const Call& call, const std::vector<std::string>& kinds) {
  std::vector<db::Param> params = {call.person().id, call.now - kJobsKept};
  params.insert(params.end(), kinds.begin(), kinds.end());
  KK_LET(const db::Rows rows, call.db.run_query(std::string(kJobColumns) + "staff_id = ? AND made_utc > ? AND kind IN (" + db::question_marks(kinds.size()) + ") ORDER BY made_utc DESC, token LIMIT 20", params));
  std::vector<Job> out;
  for (const auto& row : rows) out.push_back(job_of(row));
  return out;
}

base::Result<std::string> job_bytes(db::Connection& db, const std::string& token, JobBytes way) {
  std::string out;
  for (int part = 0;; ++part) {
    KK_LET(const db::Rows rows, db.query("SELECT bytes FROM job_parts WHERE token = ? AND way = ? AND part = ?", token, to_string(way), part));
    if (rows.empty()) return out;
    out += rows[0].text(0);
  }
}

base::Result<std::optional<Job>> next_job(db::Connection& db, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query(std::string(kJobColumns) + "state IN ('waiting', 'running') AND made_utc > ? AND made_utc <= ? ORDER BY made_utc, token LIMIT 1", now - kJobsKept, now));
  return rows.empty() ? std::optional<Job>() : std::optional(job_of(rows[0]));
}

base::Result<bool> begin_job(db::Connection& db, Job& job) {
  KK_LET(const db::Done done, db.execute("UPDATE jobs SET state = 'running', run = run + 1, done = 0, total = 0 WHERE token = ? AND run = ? AND state IN ('waiting', 'running')", job.token, job.run));
  ++job.run;
  return done.affected == 1;
}

base::Status put_back_job(db::Connection& db, const Job& job) { return db.write("UPDATE jobs SET state = 'waiting', run = run - 1 WHERE token = ? AND run = ? AND state = 'running'", job.token, job.run); }

base::Status tell_progress(db::Connection& db, const Job& job, std::size_t done, std::size_t total) {
  return db.write("UPDATE jobs SET done = ?, total = ? WHERE token = ? AND run = ? AND state = 'running'", done, total, job.token, job.run);
}

base::Status fail_job(db::Connection& db, const Job& job, const std::string& problem, const std::string& detail, base::UtcTime now) {
  return db.write("UPDATE jobs SET state = 'failed', problem = ?, problem_detail = LEFT(?, 500), finished_utc = ? WHERE token = ? AND run = ? AND state IN ('waiting', 'running')", problem, detail, now, job.token, job.run);
}

base::Status finish_job(db::Connection& db, const Job& job, const JobMade& made, base::UtcTime now) {
  KK_LET(const db::Done done, db.execute("UPDATE jobs SET state = 'done', done = total, file_name = ?, file_type = ?, may = ?, finished_utc = ? WHERE token = ? AND run = ? AND state = 'running'", made.name, made.type, made.may, now,
                                         job.token, job.run));
  if (done.affected != 1) return fail(ErrorKind::conflict, "another run has the job");
  KK_TRY(put_bytes(db, job.token, JobBytes::out, made.bytes));
  FAULT("job.before_end");
  return {};
}

base::Status make_anew(db::Connection& db, const Job& job, std::string_view bytes) {
  KK_TRY(db.execute("DELETE FROM job_parts WHERE token = ? AND way = 'out'", job.token));
  return put_bytes(db, job.token, JobBytes::out, bytes);
}

base::Status drop_old_jobs(db::Connection& db, base::UtcTime now) { return db.write("DELETE FROM jobs WHERE made_utc <= ?", now - kJobsKept); }

}  // namespace backoffice
