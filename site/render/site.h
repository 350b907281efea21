// Everything that the pages are made of, resolved: the second step of load, resolve, render, write.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/config.h"
#include "lib/view/view.h"
#include "render/assets.h"
#include "render/markdown.h"
#include "render/model.h"
#include "render/search_index.h"
#include "render/shell.h"
#include "render/state.h"
#include "render/write.h"

namespace render {

// What stays the same while the program runs.
struct Context {
  base::Instance instance;
  base::City city;
  view::Templates templates;
  std::array<std::map<std::string, Document>, 3> documents;  // information pages by name: "terms"
  std::vector<std::map<std::string, base::Texts>> personal_data;  // rows of the data map: label, purpose
  std::uint64_t version = 0;  // of templates, texts, content, static files, settings
  std::shared_ptr<StemCache> stems = std::make_shared<StemCache>();
};

// A page that is to exist. `input` is a fingerprint of what it shows: when it is as before, the page is not made again.
struct Page {
  std::string file;  // "fi/tuote/uimahallin-kertalippu.html"
  std::uint64_t input = 0;
  Packing packing = Packing::page;
  std::function<base::Result<std::string>()> make;
};

struct Card {  // a product in a list
  std::string url, name, summary, picture, status, status_words, price;
  std::string before;    // the price before a campaign; empty: none
  std::string sort_key;  // for order by name
  bool from = false;
  std::uint64_t fingerprint = 0;
};

class Site {
 public:
  // Holds on to all three.
  Site(const Context& context, const Catalogue& catalogue, AssetUrls assets, AssetUrls images);

  const Context& context;
  const Catalogue& catalogue;
  const AssetUrls assets, images;
  std::vector<State> states;                                   // beside catalogue.products
  std::map<std::string, std::vector<std::size_t>> by_category;  // places in products, in the suggested order
  std::uint64_t common = 0;                                     // of what every page shows

  const Product& product(std::size_t i) const { return catalogue.products[i]; }
  bool shown(Lang lang, std::size_t i) const { return product(i).has(lang); }
  const Card& card(Lang lang, std::size_t i) const { return cards_[base::index(lang)][i]; }
  // The list item; made when it is first asked for, by whichever thread.
  base::Result<view::Html> cards_html(Lang lang, const std::vector<std::size_t>& places) const;

  std::string say(Lang lang, std::string_view key, view::Params params = {}) const {
    return context.templates.say(lang, key, params);
  }
  std::string product_path(Lang lang, const Product& product) const;
  std::string category_path(Lang lang, const Category& category) const;
  std::string picture(const std::string& sha) const;

  // Renders a page in the frame; templates find title, icons_url, hero_url and legal_name besides `data`. `paths` is
  // where the page is found in each language; empty: not there, and the language switch leads to the front page.
  struct Head {
    std::string title;
    std::string description = {}, picture = {};
    std::array<std::string, 3> paths = {};
    bool index = true;
    std::vector<std::string> scripts = {};
  };
  base::Result<std::string> page(std::string_view tmpl, Lang lang, const Head& head, view::Object data) const;

 private:
  Card make_card(Lang lang, const Product& product, const State& state) const;
  view::Object frame(Lang lang) const;

  std::array<std::vector<Card>, 3> cards_;
  std::string preview_of(const std::string& picture) const;
  const base::Result<Shell>& shell(Lang lang, bool index) const;
  struct MadeShell {
    std::once_flag once;
    base::Result<Shell> shell;
  };
  mutable std::array<std::array<MadeShell, 2>, 3> shells_;
  struct Made {
    std::once_flag once;
    base::Result<std::string> html;
  };
  std::array<std::unique_ptr<Made[]>, 3> made_;
};

// "/fi/haku" -> "fi/haku.html".
std::string file_of(const std::string& path);

// The pages of each kind, added to `out`.
void plan_front(const Site& site, std::vector<Page>& out);
void plan_categories(const Site& site, std::vector<Page>& out);
void plan_products(const Site& site, std::vector<Page>& out);
void plan_content(const Site& site, std::vector<Page>& out);
void plan_errors(const Site& site, std::vector<Page>& out);
void plan_search(const Site& site, std::vector<Page>& out);
void plan_small_files(const Site& site, std::vector<Page>& out);  // sitemap, robots, security.txt
std::vector<Page> plan(const Site& site);

}  // namespace render
