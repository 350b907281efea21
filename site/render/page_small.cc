// Error pages, and the files that machines ask for: sitemaps, robots.txt, security.txt.
#include "render/hash.h"
#include "render/site.h"

namespace render {
namespace {

using base::Result;

constexpr std::array<const char*, 11> kErrors = {"400", "403", "404", "405", "413", "414", "429", "500", "502", "503", "504"};

constexpr const char* kCase = "__case__";  // nginx writes a code in its place (nginx/errors.conf)

view::Object error_words(const Site& site, Lang lang, const std::string& key) {
  view::Object data;
  data.set("heading", site.say(lang, key + "_title"));
  data.set("words", site.say(lang, key + "_body"));
  data.set("what_next", site.say(lang, key + "_next"));
  data.set("case_words", site.say(lang, "errors.case_code", {{"code", kCase}}));
  return data;
}

Result<std::string> show_error(const Site& site, Lang lang, const std::string& code) {
  Site::Head head{.title = site.say(lang, "errors.p" + code + "_title")};
  head.index = false;
  return site.page("errors/error", lang, head, error_words(site, lang, "errors.p" + code));
}

// The same on the staff's host, in its frame (handlers/lib/web/page.h).
Result<std::string> show_staff_error(const Site& site, Lang lang, const std::string& code) {
  const std::string key = (site.context.templates.has_text(lang, "errors.s" + code + "_title") ? "errors.s" : "errors.p") + code;
  view::Object data = error_words(site, lang, key);
  view::List languages;
  for (const auto other : base::kLangs) {
    languages.push_back(view::Object().set("code", base::to_string(other)).set("name", site.say(other, "common.language_name")).set("url", site.say(other, "staff.path_front")).set("current", other == lang));
  }
  data.set("languages", std::move(languages)).set("lang", base::to_string(lang)).set("shop_name", site.context.city.shop_name[lang]);
  data.set("title", site.say(lang, key + "_title")).set("again", false);
  for (const char* name : {"css_url", "city_css_url", "staff_js_url", "crest_url", "font_400_url", "font_600_url"}) data.set(name, site.assets.at(name));
  return site.context.templates.render("errors/staff_case", lang, data);
}

using Paths = std::array<std::string, 3>;

// Every address that is to be found, with its languages.
std::vector<Paths> indexed(const Site& site) {
  std::vector<Paths> out;
  const auto add = [&](const auto& path_in) {
    Paths paths;
    for (const auto lang : base::kLangs) paths[base::index(lang)] = path_in(lang);
    out.push_back(std::move(paths));
  };
  add([&](Lang lang) { return site.say(lang, "common.path_front"); });
  for (const auto& c : site.catalogue.shared.categories) add([&](Lang lang) { return site.category_path(lang, c); });
  for (const auto& p : site.catalogue.products) {
    add([&](Lang lang) { return p.has(lang) ? site.product_path(lang, p) : std::string(); });
  }
  for (const auto& [name, document] : site.context.documents[0]) {
    add([&, key = name](Lang lang) {
      return std::string("/") + base::to_string(lang) + "/" + site.context.documents[base::index(lang)].at(key).slug;
    });
  }
  return out;
}

// REQUIRES: at most 50,000 addresses a language (sitemaps.org), which is more than the catalogue's 10,000 products.
std::string sitemap(const Site& site, Lang lang, const std::vector<Paths>& pages) {
  const auto& url = site.context.instance.public_url;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
                    "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
  for (const auto& paths : pages) {
    if (paths[base::index(lang)].empty()) continue;
    out += "<url><loc>" + view::escape(url + paths[base::index(lang)]) + "</loc>";
    for (const auto other : base::kLangs) {
      const auto& path = paths[base::index(other)];
      if (path.empty()) continue;
      out += std::string("<xhtml:link rel=\"alternate\" hreflang=\"") + base::to_string(other) + "\" href=\"" + view::escape(url + path) + "\"/>";
    }
    out += "</url>\n";
  }
  return out + "</urlset>\n";
}

std::string sitemap_index(const Site& site) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  for (const auto lang : base::kLangs) {
    out += "<sitemap><loc>" + view::escape(site.context.instance.public_url) + "/sitemap-" + base::to_string(lang) + ".xml</loc></sitemap>\n";
  }
  return out + "</sitemapindex>\n";
}

std::string robots(const Site& site) {
  std::string out = "User-agent: *\n";
  for (const auto lang : base::kLangs) {
    for (const char* key : {"common.path_cart", "common.path_search", "common.path_orders"}) out += "Disallow: " + site.say(lang, key) + "\n";
  }
  return out + "Disallow: /search/\nSitemap: " + site.context.instance.public_url + "/sitemap.xml\n";
}

// RFC 9116. It holds for half a year from when it is written, and every full render writes it again.
std::string security_txt(const Site& site) {
  const auto expires = base::to_iso(site.catalogue.as_of + std::chrono::hours(24 * 180));
  return "Contact: " + site.context.city.security_contact + "\nExpires: " + expires.substr(0, 19) + "Z\nPreferred-Languages: fi, sv, en\nCanonical: " +
         site.context.instance.public_url + "/.well-known/security.txt\n";
}

}  // namespace

void plan_errors(const Site& site, std::vector<Page>& out) {
  for (const auto lang : base::kLangs) {
    for (const std::string code : kErrors) {
      const std::string folder = std::string(base::to_string(lang)) + "/virhe/";
      out.push_back({folder + code + ".html", site.common, Packing::page, [&site, lang, code] { return show_error(site, lang, code); }});
      out.push_back({folder + "henkilosto/" + code + ".html", site.common, Packing::page, [&site, lang, code] { return show_staff_error(site, lang, code); }});
    }
  }
}

void plan_small_files(const Site& site, std::vector<Page>& out) {
  const auto pages = std::make_shared<const std::vector<Paths>>(indexed(site));
  Hash hash;
  hash.add(site.context.version);
  for (const auto& paths : *pages) {
    for (const auto& path : paths) hash.add(path);
  }
  for (const auto lang : base::kLangs) {
    out.push_back({std::string("sitemap-") + base::to_string(lang) + ".xml", hash.value(), Packing::page,
                   [&site, lang, pages]() -> Result<std::string> { return sitemap(site, lang, *pages); }});
  }
  out.push_back({"sitemap.xml", site.context.version, Packing::page, [&site]() -> Result<std::string> { return sitemap_index(site); }});
  out.push_back({"robots.txt", site.context.version, Packing::page, [&site]() -> Result<std::string> { return robots(site); }});
  out.push_back({".well-known/security.txt", site.context.version, Packing::page,
                 [&site]() -> Result<std::string> { return security_txt(site); }});
}

}  // namespace render
