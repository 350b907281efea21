// import: a folder of catalogue files into the database, and out of it. Run by operators and by deploy/up.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "lib/import/load.h"
#include "lib/import/model.h"
#include "lib/import/store.h"
#include "lib/import/write.h"
#include "lib/base/config.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"

namespace {

struct Options {
  std::string instance, catalogue, postal, export_to;
  int generate = 0;
  bool check_only = false;
};

base::Result<import::Catalogue> read_all(const std::string& dir, const import::ReadOptions& options) {
  KK_LET(const import::Found found, import::read_folder(dir));
  KK_LET(import::Catalogue out, import::read_catalogue(found, dir + "/", options));
  for (const auto& path : out.unused) std::printf("not used: %s/%s\n", dir.c_str(), path.c_str());
  return out;
}

base::Status write_all(db::Connection& db, const std::string& dir, base::UtcTime now) {
  KK_LET(const import::Catalogue catalogue, import::load_catalogue(db, now));
  KK_TRY(import::write_files(import::files_of(catalogue), dir));
  std::printf("%zu products written\n", catalogue.products.size());
  return {};
}

base::Status run(const Options& options) {
  KK_TRY(crypto::init());
  KK_LET(const base::Instance instance, base::load_instance(options.instance));
  KK_LET(const base::City city, base::load_city(instance.city));
  const base::UtcTime now = base::Clock(instance.state).now();
  import::ReadOptions read{city.bilingual, {}, now};
  if (options.check_only) {
    KK_LET(const import::Catalogue catalogue, read_all(options.catalogue, read));
    return std::printf("%zu products are in order\n", catalogue.products.size()), base::Status();
  }
  KK_LET(const db::Config config, db::config_of(instance, "import"));
  db::Connection db(config);
  if (!options.export_to.empty()) return write_all(db, options.export_to, now);
  KK_LET(read.since, import::first_imports(db));
  if (options.generate > 0 && read.since.contains("generated-1")) read = {city.bilingual, {}, read.since["generated-1"]};
  KK_LET(import::Catalogue catalogue, read_all(options.catalogue, read));
  if (options.generate > 0) catalogue = import::generate(catalogue, options.generate);
  if (!options.postal.empty()) {
    std::ifstream file(options.postal);
    std::ostringstream csv;
    csv << file.rdbuf();
    if (!file) return base::fail(base::ErrorKind::invalid, "cannot read " + options.postal);
    KK_TRY(import::store_postal_codes(db, csv.str(), now));
  }
  KK_LET(const auto stored, import::store_catalogue(db, catalogue, now));
  const auto count = [](const auto& codes) { return static_cast<int>(codes.size()); };
  if (stored.lists_changed || !stored.changed_forms.empty()) std::printf("lists or forms changed\n");
  std::printf("%d new, %d changed, %d unchanged, %d closed products\n", count(stored.new_products), count(stored.changed_products), stored.same_products, count(stored.closed_products));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Reads a catalogue's files into the shop's database: all of it, or nothing. Or writes them.", "import");
  app.add_option("--instance", options.instance, "the instance.toml")->required();
  auto* way = app.add_option_group("way")->require_option(1);
  way->add_option("--catalogue", options.catalogue, "the folder with catalogue.toml");
  way->add_option("--export", options.export_to, "write all of the database's catalogue into this folder, which is empty or not there");
  app.add_option("--postal", options.postal, "postal_codes.csv to load too");
  app.add_option("--generate", options.generate, "make N products from the folder's instead")->check(CLI::Range(1, 1000000));
  app.add_flag("--check", options.check_only, "only read and check the files, without the database");
  CLI11_PARSE(app, argc, argv);
  base::log_as("import");
  const auto done = run(options);
  if (done) return 0;
  std::fprintf(stderr, "import: %s\n", done.error().detail.c_str());
  return 1;
}
