// sandbox: a stand-in for Suomi.fi Payments, for tests and for trying the shop out. See README.md.
#include <CLI/CLI.hpp>

#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "clock.h"
#include "control.h"
#include "page.h"

namespace sandbox {
namespace {

void log_line(const std::string& text) { std::fprintf(stderr, "%s sandbox: %s\n", iso_now().c_str(), text.c_str()); }

// Writes a line for what is refused: operation, status and reason, nothing of the payer.
class Program {
 public:
  Program(Loop& loop, Settings settings) : world_(loop, std::move(settings)), api_(world_), page_(world_), control_(world_) {
    world_.deliverer.set_via(world_.settings.callback_via);
    world_.log.on_refused = [](const std::string& line) { log_line(line); };
  }
  World& world() { return world_; }

  void handle(const Request& request, const Responder& to) {
    try {
      if (Control::owns(request.path)) return control_.handle(request, to);
      if (Page::owns(request.path)) return page_.handle(request, to);
      if (request.path == "/health") return to.send(health());
      to.send(api_.handle(request));
    } catch (const std::exception& error) {
      log_line(std::string("500: ") + error.what());
      Reply reply;
      reply.status = 500;
      reply.body = R"({"status":"error","message":"Internal error"})";
      to.send(std::move(reply));
    }
  }

 private:
  static Reply health() {
    Reply reply;
    reply.body = R"({"status":"ok","service":"sandbox"})";
    return reply;
  }

  World world_;
  Api api_;
  Page page_;
  Control control_;
};

int signals_fd() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

std::string read_secret(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

int fail(const std::string& why) {
  log_line(why);
  return 1;
}

// Each callback copy has a connection of its own.
void raise_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 16'384);
  setrlimit(RLIMIT_NOFILE, &limit);
}

int run(Settings settings) {
  raise_limit();
  Loop loop;
  const int signals = signals_fd();
  loop.watch(signals, EPOLLIN, [&loop](std::uint32_t) { loop.stop(); });
  Program program(loop, settings);
  if (!settings.state_file.empty())
    if (const auto why = program.world().ledger.open(settings.state_file); !why.empty()) return fail(why);
  Server server(loop, [&program](const Request& request, const Responder& to) { program.handle(request, to); });
  if (const auto why = server.listen(settings.host, settings.port); !why.empty()) return fail(why);
  program.world().callbacks.resume();
  log_line("listening on " + settings.host + ":" + std::to_string(settings.port) + ", public address " + settings.public_url);
  loop.run();
  log_line("stopped");
  close(signals);
  return 0;
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) {
  sandbox::Settings settings;
  std::string listen = "127.0.0.1:21000", secret_file;
  CLI::App app{"A stand-in for Suomi.fi Payments: checks strictly, misbehaves on demand, keeps a ledger."};
  app.add_option("--listen", listen, "numeric address and port")->capture_default_str();
  app.add_option("--merchant-id", settings.merchant_id, "the account it knows")->required();
  app.add_option("--merchant-secret-file", secret_file, "file with the account's secret")->required();
  app.add_option("--settlement-reference", settings.settlement_reference, "sent in the success callback, as for merchants with per-transaction settlement");
  app.add_option("--state", settings.state_file, "file that keeps the ledger over restarts");
  app.add_option("--callback-via", settings.callback_via, "local port that takes all callbacks by plain HTTP, for a shop with an https address")->check(CLI::Range(1, 65535));
  app.add_option("--public-url", settings.public_url, "address that payers see; http://localhost:PORT by default");
  CLI11_PARSE(app, argc, argv);
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos || listen.size() - colon > 6 || listen.find_first_not_of("0123456789", colon + 1) != std::string::npos || colon + 1 == listen.size())
    return sandbox::fail("--listen: like 127.0.0.1:21000");
  settings.host = listen.substr(0, colon);
  settings.port = std::stoi(listen.substr(colon + 1));
  if (settings.public_url.empty()) settings.public_url = "http://localhost:" + std::to_string(settings.port);
  while (settings.public_url.ends_with('/')) settings.public_url.pop_back();
  settings.secret = sandbox::read_secret(secret_file);
  if (settings.secret.empty()) return sandbox::fail("--merchant-secret-file: can't be read or is empty");
  return sandbox::run(std::move(settings));
}
