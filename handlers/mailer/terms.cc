#include "mailer/terms.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "lib/base/contact.h"
#include "lib/view/markdown.h"
#include "mailer/layout.h"

namespace mailer {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

constexpr int kTextWidth = 72;

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::broken, "cannot read " + path);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

struct Page {
  std::string slug;
  std::string body;
};

// Front matter stands between two lines "+++".
base::Result<Page> load_page(const base::Instance& instance, Lang lang, const std::string& name) {
  const std::string path = instance.share + "/content/" + to_string(lang) + "/" + name + ".md";
  KK_LET(const std::string bytes, read_file(path));
  const auto end = bytes.find("\n+++\n", 3);
  if (!bytes.starts_with("+++\n") || end == std::string::npos) return fail(ErrorKind::broken, path + ": no front matter");
  Page page;
  page.body = bytes.substr(end + 5);
  std::istringstream front(bytes.substr(4, end - 3));
  for (std::string line; std::getline(front, line);) {
    const auto first = line.find('"');
    if (line.starts_with("slug") && first != std::string::npos) {
      page.slug = line.substr(first + 1, line.rfind('"') - first - 1);
    }
  }
  if (page.slug.empty()) return fail(ErrorKind::broken, path + ": no slug");
  return page;
}

std::map<std::string, std::string> settings(const base::Instance& instance, const base::City& city, Lang lang) {
  std::map<std::string, std::string> out = {
      {"city.name", city.name[lang]},
      {"city.shop_name", city.shop_name[lang]},
      {"city.legal_name", city.legal_name[lang]},
      {"city.business_id", city.business_id},
      {"city.street_address", city.street_address[lang]},
      {"city.postal_code", city.postal_code},
      {"city.town", city.town[lang]},
      {"city.email", city.email},
      {"city.phone", base::format_phone(city.phone)},
      {"city.help_hours", city.help_hours[lang]},
      {"city.website", city.website},
      {"payment.payee", city.payee},
      {"payment.hold_minutes", std::to_string(city.hold_minutes)},
      {"age.full", std::to_string(city.age_full)},
      {"age.minor_value", std::to_string(city.age_minor_value)},
      {"public_url", instance.public_url},
  };
  for (const auto& [name, number] : city.retention) out["retention." + name] = std::to_string(number);
  return out;
}

// A setting is words, not Markdown: its signs are escaped.
std::string as_words(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (std::string_view("\\`*_[]<>&|~!").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

struct Place {
  const base::Instance& instance;
  const base::City& city;
  const view::Templates& texts;
  Lang lang;
};

// "path:withdraw" and "page:contact" as addresses.
base::Result<std::string> address_of(const Place& place, const std::string& link) {
  const std::string name = link.substr(5);
  if (link.starts_with("path:")) {
    const std::string key = "common.path_" + (name == "my-orders" ? std::string("orders") : name);
    if (!place.texts.has_text(place.lang, key)) return fail(ErrorKind::broken, "no path " + name);
    return place.instance.public_url + place.texts.say(place.lang, key);
  }
  KK_LET(const Page page, load_page(place.instance, place.lang, name));
  return place.instance.public_url + "/" + to_string(place.lang) + "/" + page.slug;
}

base::Result<std::string> fill(const Place& place, const std::string& body) {
  const auto values = settings(place.instance, place.city, place.lang);
  std::string out;
  std::size_t pos = 0;
  while (true) {
    const auto name_at = body.find("{{", pos);
    const auto link_at = std::min(body.find("](path:", pos), body.find("](page:", pos));
    if (name_at == std::string::npos && link_at == std::string::npos) return out + body.substr(pos);
    const bool is_name = name_at < link_at;
    const auto from = is_name ? name_at : link_at;
    const auto end = body.find(is_name ? "}}" : ")", from);
    if (end == std::string::npos) return fail(ErrorKind::broken, is_name ? "a {{name}} is not closed" : "a link is not closed");
    const std::string inner = body.substr(from + 2, end - from - 2);
    out += body.substr(pos, from - pos);
    if (is_name) {
      const auto value = values.find(inner);
      if (value == values.end()) return fail(ErrorKind::broken, "unknown {{" + inner + "}}");
      out += as_words(value->second);
      pos = end + 2;
    } else {
      KK_LET(const std::string address, address_of(place, inner));
      out += "](" + address;
      pos = end;
    }
  }
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto pos = text.find(from); pos != std::string::npos; pos = text.find(from, pos + to.size())) {
    text.replace(pos, from.size(), to);
  }
}

// Mail programs do not share a stylesheet: sizes stand on the elements.
std::string styled(std::string html, const std::string& link_colour) {
  replace_all(html, "<a href=", "<a style=\"color:" + link_colour + "\" href=");
  replace_all(html, "<h3>", "<h4 style=\"margin:16px 0 4px;font-size:15px;line-height:22px;font-weight:600\">");
  replace_all(html, "</h3>", "</h4>");
  replace_all(html, "<h2>", "<h3 style=\"margin:24px 0 8px;font-size:16px;line-height:24px;font-weight:600\">");
  replace_all(html, "</h2>", "</h3>");
  replace_all(html, "<p>", "<p style=\"margin:0 0 8px\">");
  replace_all(html, "<ul>", "<ul style=\"margin:0 0 8px;padding-left:20px\">");
  replace_all(html, "<ol>", "<ol style=\"margin:0 0 8px;padding-left:20px\">");
  return html;
}

}  // namespace

base::Result<Terms> load_terms(const base::Instance& instance, const base::City& city, const view::Templates& texts,
                               Lang lang) {
  KK_LET(const Page page, load_page(instance, lang, "terms"));
  auto filled = fill(Place{instance, city, texts, lang}, page.body);
  if (!filled) {
    return fail(ErrorKind::broken, std::string("content/") + to_string(lang) + "/terms.md: " + filled.error().detail);
  }
  const std::string html = styled(view::markdown_to_html(*filled).text, to_hex_colour(city.highlight));
  return Terms{view::markdown_to_text(*filled, kTextWidth), view::Html{html}};
}

}  // namespace mailer
