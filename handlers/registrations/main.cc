// registrations: seats held, the form of a sign-up sealed on arrival, the family's page.

#include "lib/web/serve.h"
#include "lib/web/start.h"
#include "registrations/app.h"

namespace {

base::Result<registrations::App> make_app(const web::Started& started) {
  const auto& instance = started.instance;
  KK_LET(const std::string cart_bytes, base::read_secret(instance, "registrations", "cart-key"));
  KK_LET(const std::string form_bytes, base::read_secret(instance, "registrations", "form-key"));
  KK_LET(crypto::Key cart_key, crypto::Key::from_bytes(cart_bytes));
  KK_LET(crypto::Key form_key, crypto::Key::from_bytes(form_bytes));
  KK_LET(const db::Config database, db::config_of(instance, "registrations"));
  // A database that loses commits is refused; one that is away may come, and its connections are checked then.
  if (const auto durable = db::Connection(database).check_durability(); !durable && durable.error().kind != base::ErrorKind::unavailable) return base::fail(durable.error());
  KK_LET(view::Templates templates, view::Templates::load(instance.share, {"registrations", "errors"}));
  auto anchors = keys::load_anchors(instance);
  return registrations::App{instance, started.city, base::Clock(instance.state), std::move(cart_key), web::FormGuard(std::move(form_key)), std::move(templates), database,
                            anchors ? std::optional<keys::Anchors>(*anchors) : std::nullopt};
}

// One thread's own.
struct Worker {
  db::Connection db;
  registrations::KeyRing ring;
  bool checked = false;
  explicit Worker(const registrations::App& app) : db(app.database) {}
};

base::Status run(int argc, char** argv) {
  KK_LET(const web::Started started, web::start("registrations", argc, argv));
  KK_LET(const registrations::App app, make_app(started));
  const web::Frame frame(app.instance, app.city, app.templates);
  web::ServeOptions options;
  options.threads = started.threads;
  options.error_page = [&frame](const auto& request, auto kind, const auto& code) { return frame.error_page(request, kind, code); };
  options.make_worker = [&app, &frame]() -> web::Worker {
    auto worker = std::make_shared<Worker>(app);
    return [&app, &frame, worker](const web::Request& request) -> base::Result<web::Response> {
      if (!worker->checked) KK_TRY(worker->db.check_durability());
      worker->checked = true;
      registrations::Call call{app, frame, request, worker->db, worker->ring, app.clock.now(), base::Lang::fi, {}};
      return web::dispatch(registrations::routes(), request, call);
    };
  };
  return web::serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc, argv);
  return done ? 0 : web::stop_with("registrations", done.error());
}
