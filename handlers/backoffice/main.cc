// backoffice: the staff's pages, and the gates' endpoint.
//   backoffice --instance FILE              serves
//   backoffice --instance FILE --vouchers   writes the voucher of each day that is over into STATE/vouchers, and ends
//   backoffice --instance FILE --routes     prints the table of routes
#include <iostream>

#include "backoffice/app.h"
#include "backoffice/catalogue_jobs.h"
#include "backoffice/gate_api.h"
#include "backoffice/voucher_files.h"
#include "lib/picture/picture.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"

namespace {

base::Result<backoffice::App> make_app(const web::Started& started) {
  const auto& instance = started.instance;
  KK_LET(const db::Config database, db::config_of(instance, "backoffice"));
  if (const auto durable = db::Connection(database).check_durability(); !durable && durable.error().kind != base::ErrorKind::unavailable) {
    return base::fail(durable.error());
  }
  KK_LET(view::Templates templates, view::Templates::load(instance.share, {"backoffice", "errors"}));
  KK_LET(base::CityFile city_file, base::read_city_file(instance.city));
  const base::Clock clock(instance.state);
  return backoffice::App{instance, started.city, clock, std::move(templates), database, std::move(city_file), clock.now()};
}

// One thread's own.
struct Worker {
  db::Connection db;
  bool checked = false;
  explicit Worker(const backoffice::App& app) : db(app.database) {}
};

base::Status run(int argc, char** argv) {
  KK_LET(const web::Started started, web::start("backoffice", argc, argv, {"--routes", "--vouchers"}));
  if (started.has("--routes")) {
    std::cout << staff::routes_as_json(backoffice::routes());
    return {};
  }
  if (started.has("--vouchers")) {
    KK_LET(const db::Config database, db::config_of(started.instance, "backoffice"));
    db::Connection db(database);
    return backoffice::write_voucher_files(db, started.instance.state + "/vouchers", base::Clock(started.instance.state).now());
  }
  KK_TRY(picture::init());
  KK_LET(const backoffice::App app, make_app(started));
  const web::Frame frame(app.instance, app.city, app.templates, web::Frame::Side::staff);
  web::ServeOptions options;
  options.threads = started.threads;
  options.max_body = backoffice::kMaxBody;
  options.max_body_at = [](const std::string& path) { return backoffice::is_archive_path(path) ? backoffice::kMostArchive : backoffice::kMaxBody; };
  options.error_page = [&frame](const auto& request, auto kind, const auto& code) { return backoffice::is_gate_path(request.path) ? backoffice::gate_error(kind, code) : frame.error_page(request, kind, code); };
  options.make_worker = [&app, &frame]() -> web::Worker {
    auto worker = std::make_shared<Worker>(app);
    return [&app, &frame, worker](const web::Request& request) -> base::Result<web::Response> {
      if (!worker->checked) KK_TRY(worker->db.check_durability());
      worker->checked = true;
      backoffice::Call call{{app.instance, app.city, app.templates, frame, request, worker->db, app.clock.now(), true}, app};
      return staff::dispatch(backoffice::routes(), request, call);
    };
  };
  const backoffice::JobRunner jobs(app, frame);
  return web::serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc, argv);
  return done ? 0 : web::stop_with("backoffice", done.error());
}
