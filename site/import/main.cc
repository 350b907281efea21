// import: a folder of catalogue files into the database. Run by operators and by deploy/up.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "import/model.h"
#include "import/store.h"
#include "lib/base/config.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"

namespace {

struct Options {
  std::string instance, catalogue, postal;
  int generate = 0;
  bool check_only = false;
};

base::Status run(const Options& options) {
  KK_TRY(crypto::init());
  KK_LET(const base::Instance instance, base::load_instance(options.instance));
  KK_LET(const base::City city, base::load_city(instance.city));
  const base::UtcTime now = base::Clock(instance.state).now();
  import::ReadOptions read{city.bilingual, {}, now};
  if (options.check_only) {
    KK_LET(const import::Catalogue catalogue, import::read_catalogue(options.catalogue, read));
    return std::printf("%zu products are in order\n", catalogue.products.size()), base::Status();
  }
  KK_LET(const db::Config config, db::config_of(instance, "import"));
  db::Connection db(config);
  KK_LET(read.since, import::first_imports(db));
  if (options.generate > 0 && read.since.contains("generated-1")) read = {city.bilingual, {}, read.since["generated-1"]};
  KK_LET(import::Catalogue catalogue, import::read_catalogue(options.catalogue, read));
  if (options.generate > 0) catalogue = import::generate(catalogue, options.generate);
  if (!options.postal.empty()) {
    std::ifstream file(options.postal);
    std::ostringstream csv;
    csv << file.rdbuf();
    if (!file) return base::fail(base::ErrorKind::invalid, "cannot read " + options.postal);
    KK_TRY(import::store_postal_codes(db, csv.str(), now));
  }
  KK_LET(const auto stored, import::store_catalogue(db, catalogue, now));
  std::printf("%d new, %d changed, %d unchanged, %d closed products\n", stored.new_products, stored.changed_products, stored.same_products, stored.closed_products);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Reads a catalogue's files into the shop's database: all of it, or nothing.", "import");
  app.add_option("--instance", options.instance, "the instance.toml")->required();
  app.add_option("--catalogue", options.catalogue, "the folder with catalogue.toml")->required();
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
