#include "render/engine.h"

#include <algorithm>
#include <exception>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/catalogue/sale.h"
#include "render/load.h"
#include "render/parallel.h"

namespace render {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kInPlace = 3000;  // more changed pages than this become a new release

// The one place that catches: a page that throws is a page that cannot be made.
base::Result<std::string> make(const Page& page) {
  try {
    FAULT("render.page");
    auto made = page.make();
    if (!made) return fail(made.error().kind, page.file + ": " + made.error().detail);
    return made;
  } catch (const std::exception& problem) {
    return fail(ErrorKind::broken, page.file + ": " + problem.what());
  }
}

base::Status write_pages(const std::string& release, const std::vector<Page>& pages) {
  return for_each_of(pages.size(), [&](std::size_t i) -> base::Status {
    KK_LET(const std::string bytes, make(pages[i]));
    return write_file(release, pages[i].file, bytes, pages[i].packing, Place::fresh);
  });
}

base::Result<Fingerprints> fingerprints_of(const std::vector<Page>& pages) {
  Fingerprints out;
  for (const auto& page : pages) {
    if (!out.emplace(page.file, page.input == 0 ? 1 : page.input).second) {
      return fail(ErrorKind::broken, page.file + ": two pages want this address");
    }
  }
  return out;
}

}  // namespace

Engine::Engine(const Context& context, db::Connection& connection)
    : context_(context), connection_(connection), releases_(context.instance.www), previews_(context, connection) {}

base::Status Engine::render_all(base::UtcTime now) {
  const auto started = std::chrono::steady_clock::now();
  KK_LET(const WorkLock lock, WorkLock::take(context_.instance.www));
  const auto previous = releases_.current();
  if (previous && overtaken(*previous)) {
    return fail(ErrorKind::conflict, *previous + " was made by another process with other settings, templates or program");
  }
  KK_LET(Catalogue catalogue, load_catalogue(connection_, now, context_.city.bilingual));
  KK_LET(const std::string release, releases_.begin());
  const auto work = [&]() -> base::Status {
    KK_LET(AssetUrls assets, write_static_assets(context_.instance, context_.city, {release, previous.value_or("")}));
    KK_LET(AssetUrls images, write_images(connection_, catalogue, release));
    const Site site(context_, catalogue, assets, std::move(images));
    const auto pages = plan(site);
    KK_LET(auto fingerprints, fingerprints_of(pages));
    KK_TRY(write_pages(release, pages));
    KK_TRY(write_fingerprints(release, fingerprints));
    KK_TRY(write_state(release, {context_.version, catalogue.changes}));
    FAULT("render.before_swap");
    KK_TRY(releases_.publish(release));
    fingerprints_ = std::move(fingerprints);
    assets_ = std::move(assets);
    remember(now, site);
    return {};
  };
  if (auto done = work(); !done) {
    releases_.discard(release);
    return done;
  }
  release_ = release;
  catalogue_ = std::move(catalogue);
  due_.clear();
  all_due_ = false;
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  base::log_info("release_made", {{"release", release}, {"pages", std::to_string(fingerprints_.size())}, {"ms", std::to_string(spent.count())}});
  return {};
}

base::Status Engine::take_up(base::UtcTime now) {
  const auto current = releases_.current();
  const auto state = current ? read_state(*current) : std::nullopt;
  if (!state || state->version != context_.version) return render_all(now);
  KK_LET(catalogue_, load_catalogue(connection_, now, context_.city.bilingual));
  KK_LET(assets_, write_static_assets(context_.instance, context_.city, {*current, ""}));
  release_ = *current;
  fingerprints_ = read_fingerprints(release_);
  return update(now);
}

// One that takes up a release for the first time makes it its own, whatever made it.
bool Engine::overtaken(const std::string& current) const {
  if (release_.empty() || current == release_) return false;
  const auto state = read_state(current);
  return !state || state->version != context_.version;
}

void Engine::remember(base::UtcTime now, const Site& site) {
  next_change_.reset();
  for (const auto& state : site.states) {
    if (state.next_change && *state.next_change > now && (!next_change_ || *state.next_change < *next_change_)) {
      next_change_ = state.next_change;
    }
  }
}

bool Engine::time_has_come(base::UtcTime now) const {
  return now < catalogue_.as_of || (next_change_ && *next_change_ <= now);
}

base::Status Engine::tick(base::UtcTime now) {
  KK_TRY(look(now));
  return previews_.update(catalogue_, assets_, release_, now);
}

base::Status Engine::look(base::UtcTime now) {
  if (releases_.current() != std::optional(release_)) return take_up(now);  // someone else made a release
  KK_LET(const News news, read_changes(connection_, catalogue_.changes));
  all_due_ = all_due_ || news.all || base::helsinki_date_iso(now) != base::helsinki_date_iso(catalogue_.as_of);
  due_.insert(news.products.begin(), news.products.end());
  for (const auto& [product, from] : catalogue_.coming) {
    if (catalogue::is_shown(now, from)) due_.insert(product);
  }
  if (all_due_) return render_all(now);
  if (!due_.empty()) {
    KK_TRY(reload(connection_, catalogue_, {due_.begin(), due_.end()}, now, context_.city.bilingual));
  } else if (!time_has_come(now)) {
    return {};
  }
  return update(now);
}

base::Status Engine::update(base::UtcTime now) {
  const auto started = std::chrono::steady_clock::now();
  catalogue_.as_of = now;
  std::vector<Page> changed;
  Fingerprints wanted, gone;
  {
    KK_LET(const WorkLock lock, WorkLock::take(context_.instance.www));
    KK_LET(AssetUrls images, write_images(connection_, catalogue_, release_));
    const Site site(context_, catalogue_, assets_, std::move(images));
    auto pages = plan(site);
    KK_LET(wanted, fingerprints_of(pages));
    for (auto& page : pages) {
      const auto known = fingerprints_.find(page.file);
      if (known == fingerprints_.end() || known->second != wanted[page.file]) changed.push_back(std::move(page));
    }
    for (const auto& [file, input] : fingerprints_) {
      if (!wanted.contains(file)) gone.emplace(file, 0);
    }
    if (changed.size() <= kInPlace) {
      const auto count = changed.size();
      KK_TRY(write_changed(release_, std::move(changed), gone));
      KK_TRY(write_state(release_, {context_.version, catalogue_.changes}));
      fingerprints_ = std::move(wanted);
      remember(now, site);
      due_.clear();
      const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
      if (count + gone.size() > 0) {
        base::log_info("pages_changed", {{"pages", std::to_string(count)}, {"gone", std::to_string(gone.size())}, {"ms", std::to_string(spent.count())}});
      }
      return {};
    }
  }
  return render_all(now);
}

// All are made before the first is written: one that cannot be made leaves the site as it is.
base::Status Engine::write_changed(const std::string& release, std::vector<Page> changed, const Fingerprints& gone) {
  std::vector<std::string> made(changed.size());
  KK_TRY(for_each_of(changed.size(), [&](std::size_t i) -> base::Status {
    KK_LET(made[i], make(changed[i]));
    return {};
  }));
  KK_TRY(for_each_of(changed.size(), [&](std::size_t i) { return write_file(release, changed[i].file, made[i], changed[i].packing); }));
  for (const auto& [file, none] : gone) remove_file(release, file);
  Fingerprints lines = gone;
  for (const auto& page : changed) lines[page.file] = page.input == 0 ? 1 : page.input;
  return append_fingerprints(release, lines);
}

}  // namespace render
