#include "backoffice/catalogue_jobs.h"

#include <nlohmann/json.hpp>

#include "lib/crypto/crypto.h"
#include "lib/import/archive.h"
#include "lib/import/load.h"
#include "lib/import/write.h"
#include "lib/picture/picture.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using nlohmann::json;
using staff::Right;

namespace {

const staff::Place kWholeCatalogue;

// One that the shop doesn't have becomes what a picture sent to a product's page would: made smaller, and without what a camera writes into it.
base::Status clean_picture(const Call& call, std::optional<import::Image>& image, const std::string& stem) {
  if (!image || image->media_type == "image/svg+xml") return {};
  KK_LET(const db::Rows known, call.db.query("SELECT 1 FROM images WHERE sha256 = ?", crypto::as_bytes(crypto::sha256(image->bytes))));
  if (!known.empty()) return {};
  auto made = picture::clean(image->bytes);
  if (!made) return fail(ErrorKind::invalid, stem + ": image: " + made.error().detail);
  image = import::Image{"image/webp", std::move(*made)};
  return {};
}

// In halves: reading takes the first, what is done with it the other.
import::Progress half(const Running& running, std::size_t first, std::size_t whole) {
  return [&running, first, whole](std::size_t done, std::size_t) { return running.tell(first + done, whole); };
}

base::Result<import::Catalogue> read_archive(const Call& call, const Running& running, const std::string& bytes) {
  KK_LET(const import::Found found, import::unpack(bytes));
  import::ReadOptions options{call.city.bilingual, {}, call.now};
  KK_LET(options.since, import::first_imports(call.db));
  // What staff's files brought first has no place among the tool's imports: its history begins with it.
  KK_LET(const db::Rows begun, call.db.query("SELECT p.code, MIN(v.at_utc) FROM product_versions v JOIN products p ON p.id = v.product_id GROUP BY p.code"));
  for (const auto& row : begun) options.since.emplace(row.text(0), row.time(1).value_or(call.now));
  KK_LET(import::Catalogue out, import::read_catalogue(found, "", options));
  for (auto& category : out.categories) KK_TRY(clean_picture(call, category.image, category.code));
  for (std::size_t i = 0; i < out.products.size(); ++i) {
    auto& product = out.products[i];
    KK_TRY(running.tell(i, 2 * out.products.size()));
    KK_TRY(clean_picture(call, product.picture, product.category + "/" + product.code));
  }
  return out;
}

std::string to_json(const import::Stored& plan) {
  json kept_off = json::array();
  for (const auto& one : plan.kept_off) kept_off.push_back({one.product, base::to_iso(one.starts)});
  return json{{"new", plan.new_products}, {"changed", plan.changed_products}, {"closed", plan.closed_products}, {"forms", plan.changed_forms}, {"same", plan.same_products}, {"lists", plan.lists_changed}, {"unused", plan.unused}, {"kept_off", kept_off}, {"seen", plan.seen}}.dump();
}

base::Result<std::string> make_plan(const Call& call, const Running& running, const import::Catalogue& catalogue) {
  const std::size_t count = catalogue.products.size();
  KK_LET(const import::Stored plan, import::plan_catalogue(call.db, catalogue, call.now, half(running, count, 2 * count)));
  return to_json(plan);
}

std::string counts_of(const import::Stored& stored) {
  return std::to_string(stored.new_products.size()) + " new, " + std::to_string(stored.changed_products.size()) + " changed, " + std::to_string(stored.closed_products.size()) + " closed";
}

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

Paths plan_paths(const std::string& token) {
  const Paths at = catalogue_files_paths();
  return {at[0] + "/" + token, at[1] + "/" + token, at[2] + "/" + token};
}

}  // namespace

std::string import_asked(const std::string& plan, const std::string& seen) { return plan + " " + seen; }

base::Status may_plan(const Call& call, const Job&) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kWholeCatalogue));
  return {};
}

base::Status may_import(const Call& call, const Job&) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kWholeCatalogue));
  KK_TRY(call.rights.permit<Right::prices_edit>(kWholeCatalogue));
  KK_TRY(call.rights.permit<Right::activities_edit>(kWholeCatalogue));
  return {};
}

base::Status run_plan(Call& call, const Running& running) {
  KK_LET(const std::string bytes, job_bytes(call.db, running.job.token, JobBytes::in));
  KK_LET(const import::Catalogue catalogue, read_archive(call, running, bytes));
  KK_LET(const std::string plan, make_plan(call, running, catalogue));
  return call.db.transact([&] { return finish_job(call.db, running.job, {.bytes = plan}, call.now); });
}

base::Status run_import(Call& call, const Running& running) {
  const std::string& asked = running.job.asked;
  const std::string token = first_word(asked);
  KK_LET(const auto plan, find_job(call, token));
  if (!plan) return fail(ErrorKind::not_found, "the archive is gone");
  KK_LET(const std::string bytes, job_bytes(call.db, token, JobBytes::in));
  KK_LET(const import::Catalogue catalogue, read_archive(call, running, bytes));
  const std::size_t count = catalogue.products.size();
  const import::By by{call.person().id, asked.substr(std::min(asked.size(), token.size() + 1)), call.say("backoffice.files_stock"), running.job.token, half(running, count, 2 * count)};
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const import::Stored stored, import::store_of_staff(call.db, catalogue, by, call.now));
    KK_TRY(finish_job(call.db, running.job, {}, call.now));
    KK_TRY(call.db.execute("DELETE FROM jobs WHERE token = ?", token));
    return log_act(call, staff::Use::change, "catalogue", "", counts_of(stored));
  });
  if (done || done.error().kind != ErrorKind::conflict) return done;
  // Somebody has changed meanwhile what would be changed: they agree anew to what would be changed now.
  KK_LET(const std::string again, make_plan(call, running, catalogue));
  KK_TRY(call.db.transact([&] { return make_anew(call.db, *plan, again); }));
  return done;
}

base::Status run_export(Call& call, const Running& running) {
  KK_LET(const import::Catalogue catalogue, import::load_catalogue(call.db, call.now, running.tell));
  KK_LET(const std::string bytes, import::pack(import::files_of(catalogue)));
  const std::string name = "catalogue-" + base::helsinki_date_iso(call.now) + ".zip";
  return call.db.transact([&]() -> base::Status {
    KK_TRY(finish_job(call.db, running.job, {bytes, name, "application/zip"}, call.now));
    return log_act(call, staff::Use::export_, "catalogue", "", std::to_string(catalogue.products.size()) + " products");
  });
}

const char* files_problem(const base::Error& error) {
  if (error.detail == import::kNoArchive) return "files_no_archive";
  if (error.detail == import::kNoCatalogue) return "files_no_catalogue";
  switch (error.kind) {
    case ErrorKind::too_large: return "files_too_large";
    case ErrorKind::conflict: return "files_meanwhile";
    case ErrorKind::denied: return "job_denied";
    case ErrorKind::not_found: return "files_gone";
    default: return "files_wrong";
  }
}

std::string plan_leads_to(const Call& call, const Job& job) {
  return job.state == "done" ? in(call.lang, plan_paths(job.token)) : in(call.lang, catalogue_files_paths()) + "?job=" + job.token;
}

std::string import_leads_to(const Call& call, const Job& job) {
  if (job.problem == "files_meanwhile") return in(call.lang, plan_paths(first_word(job.asked))) + "?again=1";
  return in(call.lang, catalogue_files_paths()) + (job.state == "done" ? "?done=1" : "?job=" + job.token);
}

base::Result<import::Stored> plan_from(const std::string& text) {
  const json plan = json::parse(text, nullptr, false);
  if (!plan.is_object()) return fail(ErrorKind::broken, "no plan");
  const auto codes = [&](const char* name) { return plan.at(name).get<std::vector<std::string>>(); };
  std::vector<import::KeptOff> kept_off;
  for (const auto& one : plan.at("kept_off")) kept_off.push_back({one.at(0).get<std::string>(), base::parse_utc(one.at(1).get<std::string>()).value_or(base::UtcTime{})});
  return import::Stored{codes("new"), codes("changed"), codes("closed"), codes("forms"), plan.at("same").get<int>(), plan.at("lists").get<bool>(), codes("unused"), kept_off, plan.at("seen").get<std::string>()};
}

}  // namespace backoffice
