#include "backoffice/jobs_page.h"

#include <algorithm>

#include "backoffice/catalogue_jobs.h"
#include "backoffice/report_job.h"

namespace backoffice {

using base::fail;
using view::Object;

namespace {

std::string no_page(const Call&, const Job&) { return ""; }

constexpr JobKind kJobKinds[] = {
    {kFilesPlan, run_plan, may_plan, catalogue_files_paths, "backoffice.files_title", plan_leads_to, files_problem},
    {kFilesImport, run_import, may_import, catalogue_files_paths, "backoffice.files_title", import_leads_to, files_problem},
    {kFilesExport, run_export, may_plan, catalogue_files_paths, "backoffice.files_title", no_page, files_problem},
    {kReport, run_report, may_report, reports_paths, "reports.title", no_page, report_problem},
};

std::string job_title(const Call& call, const Job& job) { return call.say("backoffice.job_kind_" + job.kind); }

// What stands beside the bar.
std::string progress_words(const Call& call, const Job& job) {
  if (job.state == "waiting" || job.total == 0) return call.say(job.state == "waiting" ? "backoffice.job_waits" : "backoffice.job_begun");
  return call.say("backoffice.job_percent", {{"percent", std::to_string(job.done * 100 / job.total)}});
}

struct OwnJob {
  Job job;
  const JobKind& kind;
};
// ERRORS: not_found: no such work, another's, or its day is over; denied: it may no longer be seen.
base::Result<OwnJob> own_job(const Call& call) {
  KK_LET(auto job, find_job(call, call.arg));
  const JobKind* const kind = job ? job_kind(job->kind) : nullptr;
  if (kind == nullptr) return fail(base::ErrorKind::not_found, "no such work");
  KK_TRY(kind->may(call, *job));
  return OwnJob{std::move(*job), *kind};
}

std::string file_path(const Call& call, const std::string& token) { return below(in(call.lang, job_paths(token)), "tiedosto", "fil", "file", call.lang); }

}  // namespace

const JobKind* job_kind(const std::string& name) {
  const auto found = std::find_if(std::begin(kJobKinds), std::end(kJobKinds), [&](const auto& kind) { return name == kind.name; });
  return found == std::end(kJobKinds) ? nullptr : found;
}

Paths job_paths(const std::string& token) { return {"/fi/pitka-tyo/" + token, "/sv/langt-arbete/" + token, "/en/long-work/" + token}; }

base::Result<web::Response> to_new_job(const Call& call, const JobAsked& asked) {
  KK_LET(const std::string token, ask_job(call, asked));
  return web::see_other(in(call.lang, job_paths(token)));
}

base::Status set_jobs(const Call& call, const std::vector<std::string>& kinds, Object& data) {
  KK_LET(const auto jobs, find_jobs(call, kinds));
  view::List rows;
  for (const auto& job : jobs) {
    const std::string words = job.is_going() ? progress_words(call, job) : call.say(job.state == "done" ? "backoffice.job_done" : "backoffice.job_failed");
    rows.push_back(Object().set("name", job_title(call, job)).set("url", in(call.lang, job_paths(job.token))).set("words", words).set("at", base::format_date_time(job.made, call.lang)));
  }
  data.set("has_jobs", !rows.empty()).set("jobs", std::move(rows));
  return {};
}

base::Result<web::Response> show_job(Call& call) {
  KK_LET(const OwnJob own, own_job(call));
  const Job& job = own.job;
  if (const std::string to = job.is_going() ? "" : own.kind.leads_to(call, job); !to.empty()) return web::see_other(to);
  Object data;
  data.set("heading", job_title(call, job)).set("back_url", in(call.lang, own.kind.home())).set("back_name", call.say(own.kind.home_name)).set("going", job.is_going()).set("ready", job.state == "done").set("failed", job.state == "failed");
  data.set("words", progress_words(call, job)).set("measured", job.total > 0).set("done", std::to_string(job.done)).set("total", std::to_string(job.total));
  data.set("file_url", file_path(call, job.token)).set("file_name", job.file_name).set("at", base::format_date_time(job.made, call.lang));
  data.set("problem", job.state == "failed" ? call.say("errors." + job.problem, {{"problem", job.problem_detail}, {"megabytes", ""}}) : "").set("again", job.is_going());
  return staff::show(call, {"backoffice/job", job_title(call, job), job_paths(job.token)}, std::move(data));
}

base::Result<web::Response> show_job_file(Call& call) {
  KK_LET(const OwnJob own, own_job(call));
  if (own.job.state != "done" || own.job.file_name.empty()) return web::see_other(in(call.lang, job_paths(own.job.token)));
  web::Response out;
  KK_LET(out.body, job_bytes(call.db, own.job.token, JobBytes::out));
  out.content_type = own.job.file_type;
  out.header("Content-Disposition", "attachment; filename=\"" + own.job.file_name + "\"");
  return out;
}

}  // namespace backoffice
