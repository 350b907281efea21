// The whole catalogue as one archive: got, sent to see what it would change, and taken in. By the same code as the tool's (site/README.md describes the files);
// all three are long work (catalogue_jobs.h).
#include <algorithm>

#include "backoffice/catalogue_jobs.h"
#include "backoffice/jobs_page.h"
#include "backoffice/variant_page.h"
#include "lib/crypto/crypto.h"
#include "lib/import/archive.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kMostCodesShown = 200, kMostFilesShown = 50, kMostTimesShown = 50;
const staff::Place kAllOfShop;

Paths plan_page_paths(const std::string& token) {
  const Paths at = catalogue_files_paths();
  return {at[0] + "/" + token, at[1] + "/" + token, at[2] + "/" + token};
}

// An import sets prices and sessions too.
bool may_take_in(const Call& call) {
  return call.rights.on(Right::catalogue_edit, kAllOfShop) && call.rights.on(Right::prices_edit, kAllOfShop) && call.rights.on(Right::activities_edit, kAllOfShop);
}

bool asks(const Call& call, const char* name) {
  const auto query = web::parse_urlencoded(call.request.query);
  return query && web::Form::from_pairs(*query).ticked(name);
}

// What went wrong with one's work that the address names.
base::Status tell_job(const Call& call, web::Problems& problems) {
  const auto query = web::parse_urlencoded(call.request.query);
  KK_LET(const auto job, find_job(call, query ? web::Form::from_pairs(*query).text("job") : ""));
  if (!job || job->state != "failed") return {};
  problems.add("archive", job->problem, {{"megabytes", std::to_string(import::kMostUnpackedBytes / 1'000'000)}, {"problem", job->problem_detail}});
  return {};
}

base::Result<web::Response> files_page(const Call& call, const web::Problems& problems) {
  const std::string here = in(call.lang, catalogue_files_paths());
  Object data;
  data.set("check_url", here).set("export_url", below(here, "vie", "exportera", "export", call.lang)).set("back_url", in(call.lang, products_paths()));
  data.set("hint", call.say("backoffice.files_hint", {{"megabytes", std::to_string(kMostArchive / 1'048'576)}})).set("done", asks(call, "done"));
  KK_TRY(set_jobs(call, {kFilesPlan, kFilesImport, kFilesExport}, data));
  problems.fill(data, call.templates, call.lang, {"archive"});
  return staff::show(call, {"backoffice/catalogue_files", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.files_title"), catalogue_files_paths()}, std::move(data));
}

// `rows`: the first of `count`.
Object plan_group(const Call& call, const char* heading, List rows, std::size_t count) {
  const std::size_t more = count - rows.size();
  return Object().set("heading", call.say(heading, {{"count", std::to_string(count)}})).set("rows", std::move(rows)).set("more", more > 0).set("more_words", call.say("backoffice.files_more", {{"count", std::to_string(more)}}));
}

// `url`: of its page; empty: it has none.
Object plan_row(const std::string& words, const std::string& url) { return Object().set("code", words).set("known", !url.empty()).set("url", url); }

// `pages`: below which each has one; none: it isn't there yet.
Object group_of_codes(const Call& call, const char* heading, const std::vector<std::string>& codes, const Paths& pages) {
  List rows;
  const std::string& page = in(call.lang, pages);
  for (std::size_t i = 0; i < std::min(codes.size(), kMostCodesShown); ++i) rows.push_back(plan_row(codes[i], page.empty() ? "" : page + "/" + codes[i]));
  return plan_group(call, heading, std::move(rows), codes.size());
}

Object group_of_files(const Call& call, const std::vector<std::string>& paths) {
  List rows;
  for (std::size_t i = 0; i < std::min(paths.size(), kMostFilesShown); ++i) rows.push_back(plan_row(paths[i], ""));
  return plan_group(call, "backoffice.files_unused", std::move(rows), paths.size());
}

Object group_of_times(const Call& call, const std::vector<import::KeptOff>& times) {
  List rows;
  for (std::size_t i = 0; i < std::min(times.size(), kMostTimesShown); ++i) rows.push_back(plan_row(times[i].product + ", " + base::format_date_time(times[i].starts, call.lang), in(call.lang, variants_paths(times[i].product))));
  return plan_group(call, "backoffice.files_kept_off", std::move(rows), times.size());
}

base::Result<web::Response> plan_page(const Call& call, const import::Stored& plan) {
  Object data;
  List groups;
  if (!plan.changed_forms.empty()) groups.push_back(group_of_codes(call, "backoffice.files_forms", plan.changed_forms, forms_paths()));
  if (!plan.new_products.empty()) groups.push_back(group_of_codes(call, "backoffice.files_new", plan.new_products, {}));
  if (!plan.changed_products.empty()) groups.push_back(group_of_codes(call, "backoffice.files_changed", plan.changed_products, products_paths()));
  if (!plan.closed_products.empty()) groups.push_back(group_of_codes(call, "backoffice.files_closed", plan.closed_products, products_paths()));
  const bool nothing = groups.empty() && !plan.lists_changed;
  if (!plan.kept_off.empty()) groups.push_back(group_of_times(call, plan.kept_off));
  if (!plan.unused.empty()) groups.push_back(group_of_files(call, plan.unused));
  data.set("nothing", nothing).set("groups", std::move(groups)).set("lists_changed", plan.lists_changed).set("changed_meanwhile", asks(call, "again")).set("seen", plan.seen);
  data.set("same", call.say("backoffice.files_same", {{"count", std::to_string(plan.same_products)}}));
  data.set("may_import", !nothing && may_take_in(call)).set("may_not", !nothing && !may_take_in(call)).set("import_url", below(in(call.lang, plan_page_paths(call.arg)), "tuo", "importera", "import", call.lang));
  data.set("back_url", in(call.lang, catalogue_files_paths()));
  return staff::show(call, {"backoffice/catalogue_plan", call.say("backoffice.files_plan_title"), plan_page_paths(call.arg)}, std::move(data));
}

}  // namespace

Paths catalogue_files_paths() { return {"/fi/luettelon-tiedostot", "/sv/katalogens-filer", "/en/catalogue-files"}; }

bool is_archive_path(const std::string& path) {
  const Paths at = catalogue_files_paths();
  return std::find(at.begin(), at.end(), path) != at.end();
}

base::Result<web::Response> show_catalogue_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  web::Problems problems;
  KK_TRY(tell_job(call, problems));
  return files_page(call, problems);
}

base::Result<web::Response> post_export_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  return to_new_job(call, {kFilesExport, ""});
}

base::Result<web::Response> post_check_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  const std::string* sent = call.form.file("archive");
  if (sent != nullptr && !sent->empty()) return to_new_job(call, {kFilesPlan, "", *sent});
  web::Problems problems;
  problems.add("archive", "files_required");
  return files_page(call, problems);
}

base::Result<web::Response> show_files_plan(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  KK_LET(const auto job, find_job(call, call.arg));
  if (!job || job->kind != kFilesPlan) return web::see_other(in(call.lang, catalogue_files_paths()));
  if (job->state != "done") return web::see_other(in(call.lang, job_paths(job->token)));
  KK_LET(const std::string json, job_bytes(call.db, job->token, JobBytes::out));
  KK_LET(const import::Stored plan, plan_from(json));
  return plan_page(call, plan);
}

base::Result<web::Response> post_import_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  KK_TRY(call.rights.permit<Right::prices_edit>(kAllOfShop));
  KK_TRY(call.rights.permit<Right::activities_edit>(kAllOfShop));
  KK_LET(const auto plan, find_job(call, call.arg));
  if (!plan || plan->kind != kFilesPlan) return web::see_other(in(call.lang, catalogue_files_paths()));
  const std::string seen = call.form.text("seen");
  if (!crypto::from_hex(seen)) return fail(ErrorKind::invalid, "no plan was seen");
  return to_new_job(call, {kFilesImport, import_asked(plan->token, seen)});
}

base::Result<web::Response> to_files_plan(Call& call) { return web::see_other(in(call.lang, plan_page_paths(call.arg))); }

}  // namespace backoffice
