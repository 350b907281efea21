// payments: sends residents to Suomi.fi Payments, believes what it signs, settles orders.
#include <malloc.h>

#include <cstdio>
#include <memory>

#include "lib/base/log.h"
#include "lib/suomifi/message.h"
#include "lib/suomifi/report.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"
#include "payments/pages.h"
#include "payments/receipt_store.h"
#include "payments/sweep.h"

namespace payments {
namespace {

using base::ErrorKind;
using base::fail;

base::Result<suomifi::Account> account(const base::Instance& instance) {
  suomifi::Account out;
  out.id = instance.payment_merchant_id;
  KK_LET(out.secret, base::read_text_secret(instance, "payments", "merchant-key"));
  if (out.id.empty() || out.secret.empty()) return fail(ErrorKind::broken, "the merchant's id or key is empty");
  if (!suomifi::is_safe_url(instance.payment_url)) return fail(ErrorKind::broken, "[payment] url: https, or http to localhost");
  return out;
}

// A database that loses commits is refused. One that is away may come; its connections are checked then.
base::Status check_database(const db::Config& config) {
  db::Connection db(config);
  auto durable = db.check_durability();
  if (!durable && durable.error().kind != ErrorKind::unavailable) return durable;
  return {};
}

base::Status print_check(const db::Config& config) {
  db::Connection db(config);
  KK_LET(const std::string line, db.transact([&] { return check_receipts(db); }));
  std::printf("%s\n", line.c_str());
  return {};
}

// A thread's own connections.
struct Worker {
  const Shop& shop;
  const Pages& pages;
  db::Connection db;
  Client client;
  bool checked = false;

  Worker(const Shop& of_shop, const Pages& of_pages, const db::Config& config)
      : shop(of_shop), pages(of_pages), db(config), client(of_shop.instance.payment_url) {}

  base::Result<web::Response> operator()(const web::Request& request) {
    if (!checked) KK_TRY(db.check_durability());
    checked = true;
    Call call{request, shop, pages, db, client, {}, request.lang(shop.city.default_language)};
    return web::dispatch(routes(), request, call);
  }
};

base::Status serve(const Shop& shop, const db::Config& config, int threads) {
  KK_LET(const auto templates, view::Templates::load(shop.instance.share, {"payment", "errors"}));
  const web::Frame frame(shop.instance, shop.city, templates);
  // So many threads may wait for the payment service; as many more are always there for its own calls.
  std::counting_semaphore<64> calls(threads);
  const Pages pages{templates, frame, calls};
  web::ServeOptions options;
  options.threads = 2 * threads;
  options.max_body = suomifi::kMaxReport;
  options.make_worker = [&] {
    auto worker = std::make_shared<Worker>(shop, pages, config);
    return [worker](const web::Request& request) { return (*worker)(request); };
  };
  options.error_page = [&frame](const web::Request& request, ErrorKind kind, const std::string& case_code) {
    return frame.error_page(request, kind, case_code);
  };
  return web::serve(options);
}

base::Status run(const web::Started& started) {
  const base::Clock clock(started.instance.state);
  KK_LET(const db::Config config, db::config_of(started.instance, "payments"));
  if (started.has("--check-receipts")) return print_check(config);
  KK_LET(const suomifi::Account merchant, account(started.instance));
  KK_TRY(start_calls());
  KK_TRY(check_database(config));
  const Shop shop{started.instance, started.city, clock, merchant};
  if (started.has("--sweep")) return sweep_until_stopped(shop, config);
  return serve(shop, config, started.threads);
}

}  // namespace
}  // namespace payments

int main(int argc, char** argv) {
  ::mallopt(M_ARENA_MAX, 2);  // a heap for each of the few threads would double what the process holds
  const auto started = web::start("payments", argc, argv, {"--sweep", "--check-receipts"});
  if (!started) return web::stop_with("payments", started.error());
  const auto done = payments::run(*started);
  if (!done) return web::stop_with("payments", done.error());
  return 0;
}
