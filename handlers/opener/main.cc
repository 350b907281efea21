// opener: login, enrolment, own account; the one place where a password is met.
#include <iostream>

#include "lib/crypto/password.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"
#include "opener/app.h"

namespace {

base::Result<opener::App> make_app(const web::Started& started) {
  const auto& instance = started.instance;
  KK_LET(const std::string pepper_bytes, base::read_secret(instance, "opener", "pepper"));
  KK_LET(crypto::Key pepper, crypto::Key::from_bytes(pepper_bytes));
  KK_LET(const db::Config database, db::config_of(instance, "opener"));
  if (const auto durable = db::Connection(database).check_durability(); !durable && durable.error().kind != base::ErrorKind::unavailable) {
    return base::fail(durable.error());
  }
  KK_LET(view::Templates templates, view::Templates::load(instance.share, {"opener", "errors"}));
  KK_LET(opener::PasswordRules passwords, opener::PasswordRules::load(instance.share + "/passwords/common.txt", started.city));
  crypto::Key totp_key = crypto::derive(pepper, "totp.1"), guard_key = crypto::derive(pepper, "guard.1");
  std::optional<keys::Anchors> anchors;
  if (auto loaded = keys::load_anchors(instance)) anchors = std::move(*loaded);
  web::FormGuard forms(crypto::derive(pepper, "form.1"));
  return opener::App{instance, started.city, base::Clock(instance.state), std::move(pepper), std::move(totp_key), std::move(guard_key),
                     std::move(forms), std::move(templates), std::move(passwords), database, std::move(anchors)};
}

// One thread's own.
struct Worker {
  db::Connection db;
  bool checked = false;
  explicit Worker(const opener::App& app) : db(app.database) {}
};

base::Status run(int argc, char** argv) {
  KK_LET(const web::Started started, web::start("opener", argc, argv, {"--routes"}));
  if (started.has("--routes")) {
    std::cout << staff::routes_as_json(opener::routes());
    return {};
  }
  KK_LET(const opener::App app, make_app(started));
  const web::Frame frame(app.instance, app.city, app.templates, web::Frame::Side::staff);
  web::ServeOptions options;
  options.threads = started.threads;
  options.error_page = [&frame](const auto& request, auto kind, const auto& code) { return frame.error_page(request, kind, code); };
  options.make_worker = [&app, &frame]() -> web::Worker {
    auto worker = std::make_shared<Worker>(app);
    return [&app, &frame, worker](const web::Request& request) -> base::Result<web::Response> {
      if (!worker->checked) KK_TRY(worker->db.check_durability());
      worker->checked = true;
      opener::Call call{{app.instance, app.city, app.templates, frame, request, worker->db, app.clock.now(), false}, app};
      return staff::dispatch(opener::routes(), request, call);
    };
  };
  return web::serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc, argv);
  return done ? 0 : web::stop_with("opener", done.error());
}
