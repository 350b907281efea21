// Whole purchases, again and again: cart, details, review, order, payment page, callback, return, order page, receipt.
//
//   bench_purchase --instance DIR --clients 8 --seconds 10 --variant ID --group CODE
//
// Prints one line: orders/s, p50 and p99 of a whole purchase, CPU-ms per order by process (ours, MariaDB, nginx;
// the mailer, the sandbox and this program apart), and two yardsticks of the same MariaDB just before: durable commits/s of
// one row, and plain order transactions/s (a header, two lines and an event by six round trips).

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/cpu.h"
#include "bench/http.h"
#include "lib/db/db.h"

namespace {

using Steady = std::chrono::steady_clock;

struct Options {
  std::string dir, variant, group = "adult", user = "root";
  int clients = 8, shop_port = 0, sandbox_port = 0;
  double seconds = 10;
};

struct Tally {
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::vector<double> times;
  std::map<std::string, int> failures;
  void fail(const std::string& where) {
    const std::lock_guard lock(mutex);
    ++failures[where];
  }
};

void expect(const bench::Answer& answer, int status, const char* where) {
  if (answer.status != status) throw std::runtime_error(std::string(where) + " " + std::to_string(answer.status));
}

std::string path_of(const std::string& url) {
  const auto scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(url.find('/', scheme + 3));
}

void purchase(const Options& o, bench::Client& shop, bench::Client& sandbox) {
  using bench::encode;
  using bench::hidden;
  shop.forget_cookies();
  expect(shop.post("/fi/ostoskori/lisaa", "variant=" + o.variant + "&group=" + o.group + "&quantity=1&back=%2Ffi%2F"), 303, "add");
  expect(shop.get("/fi/ostoskori"), 200, "cart");
  const auto details = shop.get("/fi/kassa/tiedot");
  expect(details, 200, "details");
  expect(shop.post("/fi/kassa/tiedot", "form=" + hidden(details.body, "form") +
                       "&first_name=Maija&last_name=Meik%C3%A4l%C3%A4inen&street_address=Rantakatu+1&postal_code=00100&town=Helsinki&country=FI"
                       "&phone=0401234567&email=maija%40example.com"), 303, "details post");
  const auto review = shop.get("/fi/kassa/vahvistus");
  expect(review, 200, "review");
  const auto order = shop.post("/fi/kassa/tilaa", "form=" + hidden(review.body, "form") + "&shown=" +
                                                      encode(hidden(review.body, "shown")) + "&terms=1&age=1");
  expect(order, 303, "order");
  auto leave = shop.get(path_of(order.location));
  expect(leave, 200, "payment page");
  auto at = leave.body.find("/pay/");
  // "Please wait" (nobody was free to ask the service) asks again by itself, and so its time counts.
  for (int again = 0; at == std::string::npos && again < 5; ++again) {
    std::this_thread::sleep_for(std::chrono::seconds{1});
    leave = shop.get(path_of(order.location));
    at = leave.body.find("/pay/");
  }
  if (at == std::string::npos) throw std::runtime_error("payment page without a link, " + std::to_string(leave.status));
  const std::string transaction = leave.body.substr(at + 5, 36);
  const auto paid = sandbox.post_json("/_control/pay", "{\"transactionId\":\"" + transaction + "\",\"wait\":true}");
  expect(paid, 200, "sandbox");
  const std::string redirect = nlohmann::json::parse(paid.body).at("redirectUrl");
  const auto back = shop.get(path_of(redirect));
  expect(back, 303, "return");
  const std::string page = path_of(back.location);
  expect(shop.get(page), 200, "order page");
  expect(shop.get(page + "/kuitti"), 200, "receipt");
}

void client_loop(const Options& o, Tally& tally) {
  bench::Client shop("localhost", o.shop_port), sandbox("127.0.0.1", o.sandbox_port);
  while (!tally.stop) {
    const auto begin = Steady::now();
    try {
      purchase(o, shop, sandbox);
      const double ms = std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
      const std::lock_guard lock(tally.mutex);
      tally.times.push_back(ms);
    } catch (const std::exception& problem) {
      tally.fail(problem.what());
    }
  }
}

struct Yardsticks {
  double commits = 0, transactions = 0;  // a second
};

// How often eight threads, each with its own connection, do `statements` in a second: what the disk and MariaDB can do
// just now.
double rate_of(const db::Config& config, const std::vector<const char*>& statements) {
  std::atomic<long> done = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      db::Connection db(config);
      while (!stop) {
        if (std::all_of(statements.begin(), statements.end(), [&](const char* sql) { return static_cast<bool>(db.execute(sql)); })) ++done;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::seconds{2});
  stop = true;
  for (auto& thread : threads) thread.join();
  return static_cast<double>(done) / 2.0;
}

Yardsticks yardsticks(const Options& o) {
  const db::Config config{o.dir + "/run/db.sock", "mysql", o.user, {}};
  db::Connection setup(config);
  for (const char* sql : {"CREATE DATABASE IF NOT EXISTS kk_bench", "CREATE TABLE IF NOT EXISTS kk_bench.rows_of (id BIGINT AUTO_INCREMENT PRIMARY KEY, v CHAR(40)) ENGINE=InnoDB"}) {
    if (auto done = setup.execute(sql); !done) throw std::runtime_error(done.error().detail);
  }
  const char* insert = "INSERT INTO kk_bench.rows_of (v) VALUES ('a row of the size of a small fact')";
  const Yardsticks out{rate_of(config, {insert}), rate_of(config, {"START TRANSACTION", insert, insert, insert, insert, "COMMIT"})};
  if (auto dropped = setup.execute("DROP DATABASE kk_bench"); !dropped) throw std::runtime_error(dropped.error().detail);
  return out;
}

int run(const Options& o) {
  const Yardsticks rates = yardsticks(o);
  Tally tally;
  const auto before = bench::cpu_by_part(o.dir);
  const double own_before = static_cast<double>(std::clock()) * 1000.0 / CLOCKS_PER_SEC;
  const auto begin = Steady::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < o.clients; ++i) threads.emplace_back(client_loop, std::cref(o), std::ref(tally));
  std::this_thread::sleep_for(std::chrono::duration<double>(o.seconds));
  tally.stop = true;
  for (auto& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  const double own = static_cast<double>(std::clock()) * 1000.0 / CLOCKS_PER_SEC - own_before;
  auto after = bench::cpu_by_part(o.dir);
  for (const auto& [name, count] : tally.failures) std::fprintf(stderr, "failed: %s (%d)\n", name.c_str(), count);
  if (tally.times.empty()) return 1;
  std::sort(tally.times.begin(), tally.times.end());
  const auto n = static_cast<double>(tally.times.size());
  nlohmann::json out = {{"clients", o.clients}, {"orders_per_s", n / seconds}, {"p50_ms", tally.times[tally.times.size() / 2]},
                        {"p99_ms", tally.times[static_cast<std::size_t>((n - 1) * 0.99)]}, {"commits_per_s", rates.commits}, {"plain_per_s", rates.transactions}, {"orders", n},
                        {"load_cpu_ms", own / n}, {"failures", tally.failures.size()}};
  double sum = 0;
  for (auto& [part, ms] : after) {
    const double each = (ms - (before.contains(part) ? before.at(part) : 0)) / n;
    out["cpu"][part] = each;
    if (part != "mailer" && part != "smtp" && part != "sandbox") sum += each;
  }
  out["cpu_ms_per_order"] = sum;
  std::printf("%s\n", out.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--instance") o.dir = value;
    else if (name == "--clients") o.clients = std::stoi(value);
    else if (name == "--seconds") o.seconds = std::stod(value);
    else if (name == "--variant") o.variant = value;
    else if (name == "--group") o.group = value;
    else if (name == "--shop-port") o.shop_port = std::stoi(value);
    else if (name == "--sandbox-port") o.sandbox_port = std::stoi(value);
    else if (name == "--database-user") o.user = value;
  }
  try {
    return run(o);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bench_purchase: %s\n", problem.what());
    return 1;
  }
}
