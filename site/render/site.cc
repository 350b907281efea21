#include "render/site.h"

#include <algorithm>

#include "lib/base/contact.h"
#include "render/hash.h"
#include "render/words.h"

namespace render {
namespace {

std::uint64_t frame_fingerprint(const AssetUrls& assets, std::uint64_t context) {
  Hash hash;
  hash.add(context);
  for (const auto& [name, url] : assets) hash.add(name).add(url);
  return hash.value();
}

}  // namespace

Site::Site(const Context& the_context, const Catalogue& the_catalogue, AssetUrls the_assets, AssetUrls the_images)
    : context(the_context), catalogue(the_catalogue), assets(std::move(the_assets)), images(std::move(the_images)) {
  common = Hash().add(frame_fingerprint(assets, context.version)).add(catalogue.shared.version).value();
  const auto n = catalogue.products.size();
  states.reserve(n);
  for (const auto& p : catalogue.products) states.push_back(state_of(p, catalogue.as_of));
  for (const auto lang : base::kLangs) {
    made_[base::index(lang)] = std::make_unique<Made[]>(n);
    auto& cards = cards_[base::index(lang)];
    cards.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      if (shown(lang, i)) cards[i] = make_card(lang, product(i), states[i]);
    }
  }
  for (std::size_t i = 0; i < n; ++i) by_category[product(i).category].push_back(i);
  for (auto& [code, places] : by_category) {
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return product(a).order < product(b).order; });
  }
}

Card Site::make_card(Lang lang, const Product& product, const State& state) const {
  const auto& text = product.text(lang);
  Card card;
  card.url = product_path(lang, product);
  card.name = text.name;
  card.summary = text.summary;
  card.picture = picture(product.image);
  card.status = status_name(state);
  card.status_words = status_words(context.templates, lang, product, state);
  card.price = price_words(context.templates, lang, state.low);
  card.from = state.low != state.high;
  if (state.lowest != nullptr && state.lowest->before) card.before = base::format_money(*state.lowest->before, lang);
  card.sort_key = sort_key(text.name);
  card.fingerprint = Hash().add(card.url).add(card.name).add(card.summary).add(card.picture).add(card.status)
                         .add(card.status_words).add(card.price).add(card.from ? "1" : "0").add(card.before).value();
  return card;
}

base::Result<view::Html> Site::cards_html(Lang lang, const std::vector<std::size_t>& places) const {
  view::Html out;
  for (const auto i : places) {
    Made& made = made_[base::index(lang)][i];
    std::call_once(made.once, [&] {
      const Card& c = card(lang, i);
      view::Object data;
      data.set("url", c.url).set("name", c.name).set("summary", c.summary).set("picture", c.picture).set("status", c.status);
      data.set("status_words", c.status_words).set("price", c.price).set("from", c.from).set("reduced", !c.before.empty()).set("before", c.before);
      made.html = context.templates.render("storefront/card", lang, data);
    });
    if (!made.html) return base::fail(made.html.error());
    out.text += *made.html;
  }
  return out;
}

std::string Site::product_path(Lang lang, const Product& product) const {
  return say(lang, "storefront.path_product") + product.text(lang).slug;
}

std::string Site::category_path(Lang lang, const Category& category) const {
  return say(lang, "storefront.path_category") + category.slug[lang];
}

std::string Site::picture(const std::string& sha) const {
  const auto found = images.find(sha);
  return found == images.end() ? assets.at("hero_url") : found->second;
}

view::Object Site::frame(Lang lang) const {
  const auto& city = context.city;
  view::Object out;
  for (const auto& [name, url] : assets) out.set(name, url);
  out.set("lang", base::to_string(lang)).set("shop_name", city.shop_name[lang]).set("legal_name", city.legal_name[lang]);
  out.set("street_address", city.street_address[lang]).set("postal_code", city.postal_code).set("town", city.town[lang]);
  out.set("business_id", city.business_id).set("email", city.email).set("help_hours", city.help_hours[lang]);
  out.set("phone", base::format_phone(city.phone)).set("phone_href", "tel:" + city.phone);
  view::List notice;
  if (!city.notice[lang].empty()) notice.push_back(view::Object().set("text", city.notice[lang]));
  return out.set("notice", std::move(notice));
}

const base::Result<Shell>& Site::shell(Lang lang, bool index) const {
  auto& made = shells_[base::index(lang)][index ? 1 : 0];
  std::call_once(made.once, [&] { made.shell = Shell::make(context.templates, lang, index, frame(lang)); });
  return made.shell;
}

// Link previews show no SVG.
std::string Site::preview_of(const std::string& picture) const {
  return picture.empty() || picture.ends_with(".svg") ? assets.at("preview_url") : picture;
}

base::Result<std::string> Site::page(std::string_view tmpl, Lang lang, const Head& head, view::Object data) const {
  const auto& around = shell(lang, head.index);
  if (!around) return base::fail(around.error());
  const auto& url = context.instance.public_url;
  ShellValues values{head.title, head.description, url + head.paths[base::index(lang)],
                     url + preview_of(head.picture), {}, {}, head.scripts};
  for (const auto other : base::kLangs) {
    const auto& path = head.paths[base::index(other)];
    values.languages[base::index(other)] = path.empty() ? say(other, "common.path_front") : path;
    if (!path.empty()) values.alternates.emplace_back(base::to_string(other), url + path);
  }
  const auto& fallback = head.paths[base::index(context.city.default_language)];
  if (!fallback.empty()) values.alternates.emplace_back("x-default", url + fallback);
  data.set("icons_url", assets.at("icons_url")).set("hero_url", assets.at("hero_url"));
  data.set("legal_name", context.city.legal_name[lang]).set("title", head.title);
  KK_LET(const std::string main, context.templates.render(tmpl, lang, data));
  return around->fill(values, main);
}

std::string file_of(const std::string& path) { return path.substr(1) + (path.back() == '/' ? "index.html" : ".html"); }

std::vector<Page> plan(const Site& site) {
  std::vector<Page> out;
  plan_front(site, out);
  plan_categories(site, out);
  plan_products(site, out);
  plan_content(site, out);
  plan_errors(site, out);
  plan_search(site, out);
  plan_small_files(site, out);
  return out;
}

}  // namespace render
