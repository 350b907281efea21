#include "render/preview.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <set>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/catalogue/product_json.h"
#include "lib/crypto/crypto.h"
#include "render/load.h"
#include "render/state.h"

namespace render {
namespace {

namespace fs = std::filesystem;
using base::fail;

constexpr int kTries = 5;

Price price_of(const catalogue::Price& price, std::int64_t variant) { return {variant, price.group, price.cents}; }

// What is edited, over what the database has of it: ids, what is left, sessions.
void put_on(const catalogue::Product& p, Product& out) {
  out.code = p.code, out.kind = p.kind, out.category = p.category, out.unit = p.unit, out.vat = p.vat, out.withdrawal = p.withdrawal, out.benefit = p.benefit;
  out.image = crypto::to_hex(p.image);
  out.consumer_contract = p.consumer_contract, out.holder_name = p.holder_name, out.closed = p.state == "closed", out.topical = p.topical;
  out.max_per_order = p.max_per_order, out.order = p.order;
  out.days_valid = p.days_valid ? std::optional<std::int64_t>(*p.days_valid) : std::nullopt;
  out.uses = p.uses ? std::optional<std::int64_t>(*p.uses) : std::nullopt;
  out.sale_from = p.sale_from, out.sale_until = p.sale_until, out.alt = p.alt, out.appeal = p.appeal;
  for (const auto lang : base::kLangs) {
    const auto i = base::index(lang);
    if (p.name[lang].empty()) out.texts[i].reset();
    else out.texts[i] = ProductText{out.texts[i] ? out.texts[i]->slug : p.slug[lang].empty() ? "-" : p.slug[lang], p.name[lang], p.summary[lang], p.description[lang]};
  }
  out.prices.clear();
  for (const auto& price : p.prices) out.prices.push_back(price_of(price, 0));
  std::vector<Variant> variants;
  for (const auto& v : p.variants) {
    const auto known = std::find_if(out.variants.begin(), out.variants.end(), [&](const Variant& one) { return one.code == v.code; });
    const bool is_draft = known != out.variants.end() && known->session && known->session->state == "draft";
    if (!v.active && !is_draft) continue;
    Variant made = known == out.variants.end() ? Variant() : *known;
    if (is_draft) made.session->state = "open";  // as it will be
    made.code = v.code, made.name = v.name, made.starts = v.starts, made.ends = v.ends;
    for (const auto& price : v.prices) out.prices.push_back(price_of(price, made.id));
    variants.push_back(std::move(made));
  }
  out.variants = std::move(variants);
  out.deliveries = p.deliveries;
  if (p.activity) out.activity = p.activity->type, out.form = p.activity->form;
}

std::string file_in(const std::string& folder, const std::string& token, Lang lang) { return folder + "/" + token + "." + base::to_string(lang) + ".html"; }

}  // namespace

base::Status Previews::update(const Catalogue& catalogue, const AssetUrls& assets, const std::string& release, UtcTime now) {
  KK_LET(const db::Rows rows, connection_.query("SELECT token, content FROM previews WHERE made_utc > ?", now - std::chrono::hours{1}));
  std::set<std::string> wanted;
  for (const auto& row : rows) {
    const std::string token = row.text(0);
    if (!crypto::is_token(token)) continue;
    wanted.insert(token);
    int& left = tries_.try_emplace(token, kTries).first->second;
    if (left == 0) continue;
    const auto done = make(token, row.text(1), catalogue, assets, release);
    left = done ? 0 : left - 1;
    if (!done) base::log_error("preview_failed", {{"why", done.error().detail}});
  }
  const fs::path folder = context_.instance.www + "/previews";
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (!wanted.contains(file.path().filename().string().substr(0, 26))) fs::remove(file.path(), error);
  }
  std::erase_if(tries_, [&](const auto& one) { return !wanted.contains(one.first); });
  return {};
}

base::Status Previews::make(const std::string& token, const std::string& content, const Catalogue& catalogue, const AssetUrls& assets, const std::string& release) {
  KK_LET(const catalogue::Product wish, catalogue::from_json(content));
  if (catalogue.shared.category(wish.category) == nullptr || !catalogue.shared.vat.contains(wish.vat)) return fail(base::ErrorKind::invalid, "no category or no VAT rate");
  Catalogue alone;
  alone.shared = catalogue.shared;
  alone.as_of = catalogue.as_of;
  KK_LET(alone.images, load_image_types(connection_));
  KK_LET(Product product, load_any(connection_, wish.code, catalogue.as_of));
  put_on(wish, product);
  alone.products.push_back(std::move(product));
  KK_LET(AssetUrls images, write_images(connection_, catalogue, release));  // under the names that the site has
  KK_LET(AssetUrls own, write_images(connection_, alone, release));
  images.merge(own);
  const Site site(context_, alone, assets, std::move(images));
  std::vector<Page> pages;
  plan_products(site, pages);
  for (const auto lang : base::kLangs) {
    if (!site.shown(lang, 0)) continue;
    const std::string file = file_of(site.product_path(lang, site.product(0)));
    const auto page = std::find_if(pages.begin(), pages.end(), [&](const Page& one) { return one.file == file; });
    if (page == pages.end()) continue;  // it has no page in this language
    try {
      FAULT("preview.page");
      KK_LET(const std::string bytes, page->make());
      KK_TRY(write_file(context_.instance.www, file_in("previews", token, lang), bytes, Packing::none));
    } catch (const std::exception& problem) {
      return fail(base::ErrorKind::broken, problem.what());
    }
  }
  return {};
}

}  // namespace render
