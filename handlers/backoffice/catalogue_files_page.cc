// The whole catalogue as one archive: got, sent to see what it would change, and taken in. By the same code as the tool's (site/README.md describes the files).
#include <algorithm>

#include "backoffice/product_page.h"
#include "lib/crypto/crypto.h"
#include "lib/import/archive.h"
#include "lib/import/load.h"
#include "lib/import/store.h"
#include "lib/import/write.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using staff::Right;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kMostCodesShown = 200;
const staff::Place kAllOfShop;

Paths plan_paths(const std::string& token) {
  const Paths at = catalogue_files_paths();
  return {at[0] + "/" + token, at[1] + "/" + token, at[2] + "/" + token};
}

// An import sets prices and sessions too.
bool may_take_in(const Call& call) {
  return call.rights.on(Right::catalogue_edit, kAllOfShop) && call.rights.on(Right::prices_edit, kAllOfShop) && call.rights.on(Right::activities_edit, kAllOfShop);
}

base::Result<import::Catalogue> read_archive(const Call& call, const std::string& bytes) {
  KK_LET(const import::Files files, import::unpack(bytes));
  import::ReadOptions options{call.city.bilingual, {}, call.now};
  KK_LET(options.since, import::first_imports(call.db));
  return import::read_catalogue(files, "", options);
}

// What the person sent within the hour.
base::Result<std::optional<std::string>> find_upload(const Call& call) {
  if (!crypto::is_token(call.arg)) return std::optional<std::string>();
  KK_LET(const db::Rows rows, call.db.query("SELECT bytes FROM catalogue_uploads WHERE token = ? AND staff_id = ? AND made_utc > ?", call.arg, call.person().id, call.now - std::chrono::hours{1}));
  return rows.empty() ? std::optional<std::string>() : std::optional(rows[0].text(0));
}

base::Result<web::Response> files_page(const Call& call, const web::Problems& problems) {
  const auto query = web::parse_urlencoded(call.request.query);
  const std::string here = in(call.lang, catalogue_files_paths());
  Object data;
  data.set("check_url", here).set("export_url", below(here, "vie", "exportera", "export", call.lang)).set("back_url", in(call.lang, products_paths()));
  data.set("hint", call.say("backoffice.files_hint", {{"megabytes", std::to_string(kMaxBody / 1'048'576)}})).set("done", query && web::Form::from_pairs(*query).ticked("done"));
  problems.fill(data, call.templates, call.lang, {"archive"});
  return staff::show(call, {"backoffice/catalogue_files", (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("backoffice.files_title"), catalogue_files_paths()}, std::move(data));
}

// The page again with what is wrong with the archive. ERRORS: whatever isn't the archive's fault.
base::Result<web::Response> tell_fault(const Call& call, const base::Error& error) {
  web::Problems problems;
  if (error.kind == ErrorKind::too_large) problems.add("archive", "files_too_large", {{"megabytes", std::to_string(import::kMostUnpackedBytes / 1'000'000)}});
  else if (error.kind == ErrorKind::invalid) problems.add("archive", "files_wrong", {{"problem", error.detail}});
  else return fail(error);
  return files_page(call, problems);
}

Object group(const Call& call, const char* heading, const std::vector<std::string>& codes, bool known) {
  List rows;
  for (std::size_t i = 0; i < std::min(codes.size(), kMostCodesShown); ++i) rows.push_back(Object().set("code", codes[i]).set("known", known).set("url", in(call.lang, product_paths(codes[i]))));
  const std::size_t more = codes.size() - rows.size();
  return Object().set("heading", call.say(heading, {{"count", std::to_string(codes.size())}})).set("rows", std::move(rows)).set("more", more > 0).set("more_words", call.say("backoffice.files_more", {{"count", std::to_string(more)}}));
}

base::Result<web::Response> plan_page(const Call& call, const import::Stored& plan) {
  Object data;
  List groups;
  if (!plan.new_products.empty()) groups.push_back(group(call, "backoffice.files_new", plan.new_products, false));
  if (!plan.changed_products.empty()) groups.push_back(group(call, "backoffice.files_changed", plan.changed_products, true));
  if (!plan.closed_products.empty()) groups.push_back(group(call, "backoffice.files_closed", plan.closed_products, true));
  const bool nothing = groups.empty() && !plan.lists_changed;
  data.set("nothing", nothing).set("groups", std::move(groups)).set("lists_changed", plan.lists_changed).set("same", call.say("backoffice.files_same", {{"count", std::to_string(plan.same_products)}}));
  data.set("may_import", !nothing && may_take_in(call)).set("may_not", !nothing && !may_take_in(call)).set("import_url", below(in(call.lang, plan_paths(call.arg)), "tuo", "importera", "import", call.lang));
  data.set("back_url", in(call.lang, catalogue_files_paths()));
  return staff::show(call, {"backoffice/catalogue_plan", call.say("backoffice.files_plan_title"), plan_paths(call.arg)}, std::move(data));
}

std::string counts_of(const import::Stored& stored) {
  return std::to_string(stored.new_products.size()) + " new, " + std::to_string(stored.changed_products.size()) + " changed, " + std::to_string(stored.closed_products.size()) + " closed";
}

}  // namespace

Paths catalogue_files_paths() { return {"/fi/luettelon-tiedostot", "/sv/katalogens-filer", "/en/catalogue-files"}; }

base::Result<web::Response> show_catalogue_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  return files_page(call, {});
}

base::Result<web::Response> post_export_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  KK_LET(const import::Catalogue catalogue, import::load_catalogue(call.db));
  web::Response out;
  KK_LET(out.body, import::pack(import::files_of(catalogue)));
  KK_TRY(log_act(call, staff::Use::export_, "catalogue", "", std::to_string(catalogue.products.size()) + " products"));
  out.content_type = "application/zip";
  out.header("Content-Disposition", "attachment; filename=\"catalogue-" + base::helsinki_date_iso(call.now) + ".zip\"");
  return out;
}

base::Result<web::Response> post_check_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  const std::string* sent = call.form.file("archive");
  if (sent == nullptr || sent->empty()) {
    web::Problems problems;
    problems.add("archive", "files_required");
    return files_page(call, problems);
  }
  const auto catalogue = read_archive(call, *sent);
  if (!catalogue) return tell_fault(call, catalogue.error());
  const auto plan = import::plan_catalogue(call.db, *catalogue, call.now);
  if (!plan) return tell_fault(call, plan.error());
  const std::string token = crypto::random_token();
  const auto kept = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("DELETE FROM catalogue_uploads WHERE made_utc <= ?", call.now - std::chrono::hours{1}));
    return call.db.write("INSERT IGNORE INTO catalogue_uploads (token, bytes, staff_id, made_utc) VALUES (?, ?, ?, ?)", token, *sent, call.person().id, call.now);
  });
  if (!kept) return fail(kept.error());
  return web::see_other(in(call.lang, plan_paths(token)));
}

base::Result<web::Response> show_files_plan(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  KK_LET(const auto bytes, find_upload(call));
  if (!bytes) return web::see_other(in(call.lang, catalogue_files_paths()));
  const auto catalogue = read_archive(call, *bytes);
  if (!catalogue) return tell_fault(call, catalogue.error());
  KK_LET(const import::Stored plan, import::plan_catalogue(call.db, *catalogue, call.now));
  return plan_page(call, plan);
}

base::Result<web::Response> post_import_files(Call& call) {
  KK_TRY(call.rights.permit<Right::catalogue_edit>(kAllOfShop));
  KK_TRY(call.rights.permit<Right::prices_edit>(kAllOfShop));
  KK_TRY(call.rights.permit<Right::activities_edit>(kAllOfShop));
  KK_LET(const auto bytes, find_upload(call));
  if (!bytes) return web::see_other(in(call.lang, catalogue_files_paths()));
  const auto catalogue = read_archive(call, *bytes);
  if (!catalogue) return tell_fault(call, catalogue.error());
  const auto done = call.db.transact([&]() -> base::Status {
    KK_LET(const import::Stored stored, import::store_within(call.db, *catalogue, call.now));
    KK_TRY(call.db.write("DELETE FROM catalogue_uploads WHERE token = ?", call.arg));
    return log_act(call, staff::Use::change, "catalogue", "", counts_of(stored));
  });
  if (!done) return tell_fault(call, done.error());
  return web::see_other(in(call.lang, catalogue_files_paths()) + "?done=1");
}

base::Result<web::Response> to_files_plan(Call& call) { return web::see_other(in(call.lang, plan_paths(call.arg))); }

}  // namespace backoffice
