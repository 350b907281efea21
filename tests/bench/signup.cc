// The rush when a popular sign-up opens, and whole sealed sign-ups.
//
//   bench_signup rush   --shop-port N --page /fi/tuote/x --other /fi/tuote/y --session ID --families 2000 --clients 64
//   bench_signup sealed --shop-port N --instance DIR --session ID --clients 8 --seconds 8
//
// Each prints one line of JSON. A family of the rush comes with a connection and cookies of its own: the activity's page, then its seat. All the while, as before it,
// one visitor looks at another page again and again.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/cpu.h"
#include "bench/http.h"

namespace {

using Steady = std::chrono::steady_clock;

struct Options {
  std::string dir, page, other, session;
  int clients = 64, families = 2000, port = 0;
  double seconds = 8;
};

double ms_since(Steady::time_point begin) { return std::chrono::duration<double, std::milli>(Steady::now() - begin).count(); }

double percentile(std::vector<double>& times, double part) {
  if (times.empty()) return 0;
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * part)];
}

// Times of one page, asked for until `stop`.
void look(const Options& o, const std::atomic<bool>& stop, std::vector<double>& times) {
  bench::Client visitor("localhost", o.port);
  while (!stop) {
    const auto begin = Steady::now();
    if (visitor.get(o.other).status != 200) throw std::runtime_error("the static page does not answer");
    times.push_back(ms_since(begin));
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

std::vector<double> look_for(const Options& o, double seconds) {
  std::atomic<bool> stop = false;
  std::vector<double> times;
  std::thread looking([&] { look(o, stop, times); });
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  looking.join();
  return times;
}

nlohmann::json rush(const Options& o) {
  auto idle = look_for(o, 4);
  std::mutex mutex;
  std::vector<double> times, meanwhile;
  std::atomic<int> next = 0, held = 0, full = 0, wrong = 0;
  std::atomic<bool> stop = false;
  std::thread looking([&] { look(o, stop, meanwhile); });
  const auto begin = Steady::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < o.clients; ++i) {
    threads.emplace_back([&] {
      while (next++ < o.families) {
        bench::Client family("localhost", o.port);
        const auto came = Steady::now();
        const int page = family.get(o.page).status;
        const auto answer = family.post("/fi/ilmoittaudu", "session=" + o.session + "&seats=1");
        const double ms = ms_since(came);
        if (page != 200) ++wrong;
        else if (answer.status == 303 && answer.location.find("/fi/ilmoittautuminen/") != std::string::npos) ++held;
        else if (answer.status == 200) ++full;
        else ++wrong;
        const std::lock_guard lock(mutex);
        times.push_back(ms);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double seconds = ms_since(begin) / 1000;
  stop = true;
  looking.join();
  return {{"held", held.load()}, {"full", full.load()}, {"wrong", wrong.load()}, {"seconds", seconds}, {"p50_ms", percentile(times, 0.5)}, {"p99_ms", percentile(times, 0.99)}, {"max_ms", percentile(times, 1)},
          {"page_p99_idle_ms", percentile(idle, 0.99)}, {"page_p99_ms", percentile(meanwhile, 0.99)}, {"page_ratio", percentile(meanwhile, 0.99) / percentile(idle, 0.99)}};
}

void sign_up(const Options& o, bench::Client& family) {
  family.forget_cookies();
  const auto held = family.post("/fi/ilmoittaudu", "session=" + o.session + "&seats=1");
  if (held.status != 303) throw std::runtime_error("enter " + std::to_string(held.status));
  const auto form = family.get(held.location);
  if (form.status != 200) throw std::runtime_error("form " + std::to_string(form.status));
  const auto done = family.post(held.location, "form=" + bench::hidden(form.body, "form") + "&p1_first_name=Aino&p1_last_name=M%C3%A4kinen&p1_birth=31.5.2016&p1_q_diet_nuts=1&p1_q_health-words=Epipen+repussa"
                                               "&p1_consent=1&adult_name=Liisa+M%C3%A4kinen&adult_phone=0401234567&email=liisa%40example.com&f_q_walks-home=no");
  if (done.status != 303) throw std::runtime_error("post " + std::to_string(done.status));
}

nlohmann::json sealed(const Options& o) {
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::vector<double> times;
  int failures = 0;
  const auto before = bench::cpu_by_part(o.dir);
  const auto begin = Steady::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < o.clients; ++i) {
    threads.emplace_back([&] {
      bench::Client family("localhost", o.port);
      while (!stop) {
        const auto came = Steady::now();
        try {
          sign_up(o, family);
          const std::lock_guard lock(mutex);
          times.push_back(ms_since(came));
        } catch (const std::exception& problem) {
          const std::lock_guard lock(mutex);
          if (failures++ == 0) std::fprintf(stderr, "failed: %s\n", problem.what());
        }
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(o.seconds));
  stop = true;
  for (auto& thread : threads) thread.join();
  const double seconds = ms_since(begin) / 1000;
  const auto n = static_cast<double>(times.size());
  nlohmann::json out = {{"clients", o.clients}, {"per_s", n / seconds}, {"p50_ms", percentile(times, 0.5)}, {"p99_ms", percentile(times, 0.99)}, {"failures", failures}};
  double sum = 0;
  for (const auto& [part, ms] : bench::cpu_by_part(o.dir)) {
    const double each = (ms - (before.contains(part) ? before.at(part) : 0)) / n;
    out["cpu"][part] = each;
    if (part != "mailer" && part != "smtp" && part != "sandbox") sum += each;
  }
  out["cpu_ms"] = sum;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  const std::string what = argc > 1 ? argv[1] : "";
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--instance") o.dir = value;
    else if (name == "--clients") o.clients = std::stoi(value);
    else if (name == "--seconds") o.seconds = std::stod(value);
    else if (name == "--families") o.families = std::stoi(value);
    else if (name == "--page") o.page = value;
    else if (name == "--other") o.other = value;
    else if (name == "--session") o.session = value;
    else if (name == "--shop-port") o.port = std::stoi(value);
  }
  try {
    std::printf("%s\n", (what == "rush" ? rush(o) : sealed(o)).dump().c_str());
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bench_signup: %s\n", problem.what());
    return 1;
  }
}
