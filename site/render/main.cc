// render --instance FILE --once | --watch: makes the pages of the site from the catalogue.
#include <malloc.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "render/context.h"
#include "render/engine.h"

namespace {

using namespace std::chrono_literals;

constexpr auto kEvery = 2s;
constexpr auto kAfterFailure = 10s;

struct Arguments {
  std::string instance;
  bool watch = false;
  bool ok = false;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  bool once = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--once") once = true;
    else if (word == "--watch") out.watch = true;
    else if (word == "--instance" && i + 1 < argc) out.instance = argv[++i];
    else return out;
  }
  out.ok = once != out.watch && !out.instance.empty();
  return out;
}

int stop_with(const base::Error& error) {
  std::fprintf(stderr, "render: %s\n", error.detail.c_str());
  return 1;
}

// A database that is away is asked again, a page that cannot be made is tried again when something changes or a while
// has passed. Returns when the settings or templates that it read at the start are no longer those of the site: the
// supervisor starts it again, with the new ones.
void watch(render::Engine& engine, const base::Clock& clock) {
  bool taken_up = false;
  std::string last_error;
  while (true) {
    const auto done = taken_up ? engine.tick(clock.now()) : engine.take_up(clock.now());
    if (!done && done.error().kind == base::ErrorKind::conflict) {
      base::log_info("out_of_date", {{"why", done.error().detail}});
      return;
    }
    taken_up = taken_up || done.has_value();
    if (!done && done.error().detail != last_error) {
      base::log_error("render_failed", {{"kind", base::to_string(done.error().kind)}, {"why", done.error().detail}});
    }
    if (done && !last_error.empty()) base::log_info("render_works_again");
    last_error = done ? std::string() : done.error().detail;
    const bool away = !done && done.error().kind == base::ErrorKind::unavailable;
    std::this_thread::sleep_for(done || away ? kEvery : kAfterFailure);
  }
}

}  // namespace

int main(int argc, char** argv) {
  base::log_as("render");
  // The compressors ask for a megabyte a page: kept by the process, it is not mapped and zeroed each time.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  const auto arguments = parse(argc, argv);
  if (!arguments.ok) {
    std::fputs("usage: render --instance FILE (--once | --watch)\n", stderr);
    return 2;
  }
  const auto context = render::load_context(arguments.instance);
  if (!context) return stop_with(context.error());
#ifdef KK_FAULTS
  base::set_fault_dir(context->instance.state.c_str());
#endif
  const auto config = db::config_of(context->instance, "render");
  if (!config) return stop_with(config.error());
  db::Connection connection(*config);
  const base::Clock clock(context->instance.state);
  render::Engine engine(*context, connection);
  if (arguments.watch) {
    watch(engine, clock);
    return 0;
  }
  const auto done = engine.render_all(clock.now());
  return done ? 0 : stop_with(done.error());
}
