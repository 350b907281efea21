// checkout: cart, details, review, order; the order's page, withdrawals, "send me my order links".
//   checkout --instance FILE           serves
//   checkout --instance FILE --sweep   makes the orders that staff ask for, until SIGTERM; holds no secret

#include "checkout/app.h"
#include "checkout/staff_order.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"

namespace {

base::Result<checkout::App> make_app(const web::Started& started) {
  const auto& instance = started.instance;
  KK_LET(const std::string cart_bytes, base::read_secret(instance, "checkout", "cart-key"));
  KK_LET(const std::string form_bytes, base::read_secret(instance, "checkout", "form-key"));
  KK_LET(crypto::Key cart_key, crypto::Key::from_bytes(cart_bytes));
  KK_LET(crypto::Key form_key, crypto::Key::from_bytes(form_bytes));
  KK_LET(const db::Config database, db::config_of(instance, "checkout"));
  // A database that loses commits is refused; one that is away may come, and its connections are checked then.
  if (const auto durable = db::Connection(database).check_durability(); !durable && durable.error().kind != base::ErrorKind::unavailable) {
    return base::fail(durable.error());
  }
  KK_LET(view::Templates templates, view::Templates::load(instance.share, {"checkout", "order", "errors"}));
  return checkout::App{instance, started.city, base::Clock(instance.state), std::move(cart_key),
                       web::FormGuard(std::move(form_key)), std::move(templates), database};
}

// One thread's own.
struct Worker {
  db::Connection db;
  checkout::OfferBook offers;
  bool checked = false;
  explicit Worker(const checkout::App& app) : db(app.database) {}
};

base::Status run(int argc, char** argv) {
  KK_LET(const web::Started started, web::start("checkout", argc, argv, {"--sweep"}));
  if (started.has("--sweep")) {
    KK_LET(const db::Config database, db::config_of(started.instance, "checkout"));
    return checkout::answer_until_stopped(started.instance, started.city, database);
  }
  KK_LET(const checkout::App app, make_app(started));
  const web::Frame frame(app.instance, app.city, app.templates);
  web::ServeOptions options;
  options.threads = started.threads;
  options.error_page = [&frame](const auto& request, auto kind, const auto& code) { return frame.error_page(request, kind, code); };
  options.make_worker = [&app, &frame]() -> web::Worker {
    auto worker = std::make_shared<Worker>(app);
    return [&app, &frame, worker](const web::Request& request) -> base::Result<web::Response> {
      if (!worker->checked) KK_TRY(worker->db.check_durability());
      worker->checked = true;
      checkout::Call call{app, frame, request, worker->db, worker->offers, app.clock.now(), base::Lang::fi, {}};
      return web::dispatch(checkout::routes(), request, call);
    };
  };
  return web::serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc, argv);
  return done ? 0 : web::stop_with("checkout", done.error());
}
