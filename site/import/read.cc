#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "import/model.h"
#include "import/toml_reader.h"

namespace import {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

const std::vector<Lang> kAll = {Lang::fi, Lang::sv, Lang::en};

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// A drawing must be a drawing only: whatever could run or fetch is refused.
bool is_harmless_svg(const std::string& bytes) {
  std::string lower(bytes.size(), ' ');
  std::transform(bytes.begin(), bytes.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* bad : {"<script", "<foreignobject", "<!entity", "<!doctype", "javascript:", "<style", "<image", "<iframe", "href=", " on"}) {
    if (std::string_view(bad) == " on") {
      for (auto at = lower.find(" on"); at != std::string::npos; at = lower.find(" on", at + 1)) {
        const auto equals = lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 1);
        if (equals != std::string::npos && lower[equals] == '=') return false;
      }
    } else if (lower.find(bad) != std::string::npos) {
      return false;
    }
  }
  return lower.find("<svg") != std::string::npos;
}

std::optional<Image> read_image(const fs::path& stem, std::string& error) {
  for (const char* extension : {".svg", ".png", ".jpg", ".webp"}) {
    const fs::path path = stem.string() + extension;
    const auto bytes = read_file(path);
    if (!bytes) continue;
    if (bytes->size() > 4'000'000) {
      if (error.empty()) error = path.string() + ":1: image: expected at most 4 MB";
      return std::nullopt;
    }
    const std::string_view head = std::string_view(*bytes).substr(0, 16);
    if (head.starts_with("\x89PNG\r\n")) return Image{"image/png", *bytes};
    if (head.starts_with("\xFF\xD8\xFF")) return Image{"image/jpeg", *bytes};
    if (head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") return Image{"image/webp", *bytes};
    if (is_harmless_svg(*bytes)) return Image{"image/svg+xml", *bytes};
    if (error.empty()) error = path.string() + ":1: image: expected SVG without scripts or references, PNG, JPEG or WebP";
    return std::nullopt;
  }
  return std::nullopt;
}

base::Result<toml::table> parse(const fs::path& path) {
  try {
    return toml::parse_file(path.string());
  } catch (const toml::parse_error& problem) {
    return fail(ErrorKind::invalid, fmt::format("{}:{}: {}", path.string(), problem.source().begin.line,
                                                std::string(problem.description())));
  }
}

std::vector<Price> read_prices(TomlReader& in) {
  std::vector<Price> out;
  for (auto& table : in.tables("price")) {
    Price price{table.code("group"), table.cents("cents")};
    table.refuse_unknown();
    for (const auto& other : out) {
      if (other.group == price.group) table.wrong("group", "each price group once");
    }
    out.push_back(std::move(price));
  }
  return out;
}

std::string slot_code(base::UtcTime starts) {
  std::string code;
  for (const char c : base::to_iso(starts).substr(0, 16)) {
    if (c != ':' && c != '-') code += c == 'T' ? 't' : c;
  }
  return code;
}

Variant make_slot(base::UtcTime starts, int minutes, int quota, base::Texts name) {
  Variant out;
  out.code = slot_code(starts);
  out.name = std::move(name);
  out.starts = starts;
  out.ends = starts + std::chrono::minutes{minutes};
  out.stock = quota;
  return out;
}

const std::vector<std::string> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

void read_series(TomlReader& in, const ReadOptions& options, std::vector<Variant>& out) {
  const auto weekdays = in.codes("weekdays");
  const std::string from_text = in.text("from", 20);
  const std::string time = in.text("time", 5);
  const int weeks = in.number("weeks", 1, 60);
  const int minutes = in.number("minutes", 5, 7 * 1440);
  const int quota = in.number("quota", 0, 1'000'000);
  auto name = in.texts("name", 120, {});
  in.refuse_unknown();
  int days = 0;
  std::chrono::year_month_day first = base::helsinki_day(options.now);
  if (std::sscanf(from_text.c_str(), "+%dd", &days) == 1) {
    first = std::chrono::sys_days{first} + std::chrono::days{days};
  } else if (const auto fixed = base::parse_helsinki(from_text)) {
    first = base::helsinki_day(*fixed);
  } else {
    in.wrong("from", "a day such as \"+1d\" or \"2026-12-06\"");
  }
  for (const auto& weekday : weekdays) {
    if (std::find(kWeekdays.begin(), kWeekdays.end(), weekday) == kWeekdays.end()) in.wrong("weekdays", "mon, tue, wed, thu, fri, sat, sun");
  }
  for (int i = 0; i < weeks * 7; ++i) {
    const auto point = std::chrono::sys_days{first} + std::chrono::days{i};
    const auto weekday = kWeekdays[std::chrono::weekday{point}.c_encoding()];
    if (std::find(weekdays.begin(), weekdays.end(), weekday) == weekdays.end()) continue;
    const std::chrono::year_month_day day{point};
    const auto starts = base::parse_helsinki(fmt::format("{:04}-{:02}-{:02}T{}", int(day.year()), unsigned(day.month()), unsigned(day.day()), time));
    if (!starts) return in.wrong("time", "a time such as \"18:00\"");
    out.push_back(make_slot(*starts, minutes, quota, name));
  }
}

void read_slots(TomlReader& in, const ReadOptions& options, std::vector<Variant>& out) {
  for (auto& slot : in.tables("slot")) {
    const auto starts = slot.time("starts", options.now);
    const int minutes = slot.number("minutes", 5, 60 * 1440);
    const int quota = slot.number("quota", 0, 1'000'000);
    auto name = slot.texts("name", 120, {});
    Variant made = make_slot(starts.value_or(options.now), minutes, quota, std::move(name));
    made.prices = read_prices(slot);
    slot.refuse_unknown();
    out.push_back(std::move(made));
  }
  for (auto& series : in.tables("series")) read_series(series, options, out);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.starts < b.starts; });
  for (std::size_t i = 1; i < out.size(); ++i) {
    if (out[i].code == out[i - 1].code) in.wrong("slot", "no two slots at the same time");
  }
}

void read_variants(TomlReader& in, const std::vector<Lang>& langs, Product& out) {
  const auto stock = in.optional_number("stock", 0, 1'000'000);
  for (auto& table : in.tables("variant")) {
    Variant variant;
    variant.code = table.code("code");
    variant.name = table.texts("name", 120, langs);
    variant.stock = table.optional_number("stock", 0, 1'000'000);
    variant.prices = read_prices(table);
    table.refuse_unknown();
    out.variants.push_back(std::move(variant));
  }
  if (out.variants.empty()) {
    Variant only;
    only.code = "-";
    only.stock = stock;
    out.variants.push_back(std::move(only));
  } else if (stock) {
    in.wrong("stock", "the stock of each variant, not of the product");
  }
}

void read_texts(TomlReader& in, const fs::path& stem, const std::vector<Lang>& langs, Product& out, std::string& error) {
  out.name = in.texts("name", 160, langs);
  out.summary = in.texts("summary", 300, langs);
  out.alt = in.texts("alt", 200, langs);
  out.slug = in.texts("slug", 120, {});
  for (const auto lang : base::kLangs) {
    const fs::path path = stem.string() + "." + base::to_string(lang) + ".md";
    auto text = read_file(path);
    const bool must = std::find(langs.begin(), langs.end(), lang) != langs.end();
    if (!text && must && error.empty()) error = path.string() + ":1: description: the file is missing";
    if (text && text->size() > 20'000 && error.empty()) error = path.string() + ":1: description: expected at most 20 kB";
    out.description[lang] = text.value_or("");
    if (out.slug[lang].empty()) out.slug[lang] = slug_of(out.name[lang]);
    if (!out.name[lang].empty() && out.slug[lang].empty()) in.wrong("slug", "a slug, since the name has no letters for one");
  }
}

base::Result<Product> read_product(const fs::path& path, const std::string& category, const ReadOptions& options) {
  KK_LET(const toml::table table, parse(path));
  std::string error;
  TomlReader in(table, path.string(), error);
  std::vector<Lang> langs = {Lang::fi, Lang::en};
  if (options.bilingual) langs.push_back(Lang::sv);
  Product out;
  out.file = path.string();
  out.code = path.stem().string();
  out.category = category;
  out.kind = in.one_of("kind", {"goods", "service", "ticket", "pass"});
  out.unit = in.code("unit");
  out.vat = in.text("vat", 24);
  out.withdrawal = in.one_of("withdrawal", {"none_dated_leisure", "service_14d", "goods_14d", "digital"});
  out.cost_centre = in.text("cost_centre", 16);
  out.ledger_account = in.text("ledger_account", 16);
  out.max_per_order = in.number("max_per_order", 1, 1000);
  out.deliveries = in.codes("delivery");
  out.consumer_contract = in.optional_boolean("consumer_contract", true);
  out.minor_value = in.optional_boolean("minor_value", false);
  out.holder_name = in.optional_boolean("holder_name", false);
  out.topical = in.optional_boolean("topical", false);
  out.draft = in.optional_boolean("draft", false);
  out.order = in.optional_number("order", -100000, 100000).value_or(0);
  out.days_valid = in.optional_number("days_valid", 1, 3650);
  out.sale_from = in.optional_time("sale_from", options.now);
  out.sale_until = in.optional_time("sale_until", options.now);
  fs::path stem = path;
  stem.replace_extension();
  read_texts(in, stem, langs, out, error);
  out.appeal = in.texts("appeal", 400, out.consumer_contract ? std::vector<Lang>{} : langs);
  out.prices = read_prices(in);
  if (out.kind == "ticket") {
    read_slots(in, options, out.variants);
    if (out.variants.empty()) in.wrong("slot", "a ticket's [[slot]] or [[series]]");
  } else {
    read_variants(in, langs, out);
  }
  const bool all_priced = std::all_of(out.variants.begin(), out.variants.end(), [](const auto& v) { return !v.prices.empty(); });
  if (out.prices.empty() && !all_priced) in.wrong("price", "a [[price]] for the product, or for each of its variants");
  if (out.kind == "pass" && out.withdrawal == "none_dated_leisure") in.wrong("withdrawal", "service_14d or digital for a pass without a date");
  if (out.days_valid && out.kind != "pass") in.wrong("days_valid", "days_valid on passes only");
  in.refuse_unknown();
  out.image = read_image(stem, error);
  if (!error.empty()) return fail(ErrorKind::invalid, error);
  return out;
}

void read_lists(TomlReader& in, const std::string& dir, Catalogue& out, std::string& error) {
  for (auto& table : in.tables("unit")) {
    out.units.push_back({table.code("code"), table.optional_text("email", 254), table.optional_text("phone", 16), table.texts("name", 120, kAll)});
    table.refuse_unknown();
  }
  for (auto& table : in.tables("price_group")) {
    PriceGroup group{table.code("code"), table.texts("name", 120, kAll), {}, table.optional_boolean("proof", false)};
    // Where a right is shown at the desk, the page says what is shown.
    if (table.has("proof_text")) group.proof = table.texts("proof_text", 200, kAll);
    table.refuse_unknown();
    out.price_groups.push_back(std::move(group));
  }
  for (auto& table : in.tables("delivery")) {
    Delivery way{table.code("code"), table.one_of("kind", {"collect", "post", "email", "none"}), base::Cents(table.optional_number("cents", 0, 100000).value_or(0)), table.optional_text("vat", 24), table.texts("name", 120, kAll), table.texts("detail", 300, {})};
    if (way.cents.value() > 0 && way.vat.empty()) table.wrong("vat", "a VAT code, since the delivery costs something");
    table.refuse_unknown();
    out.deliveries.push_back(std::move(way));
  }
  for (auto& table : in.tables("category")) {
    Category category{table.code("code"), table.optional_text("parent", 48), table.code("unit"), table.optional_number("order", 0, 100000).value_or(0), table.texts("name", 120, kAll), table.texts("summary", 400, {}), table.texts("slug", 80, {}), {}};
    for (const auto lang : base::kLangs) {
      if (category.slug[lang].empty()) category.slug[lang] = slug_of(category.name[lang]);
    }
    table.refuse_unknown();
    category.image = read_image(fs::path(dir) / category.code / "_category", error);
    out.categories.push_back(std::move(category));
  }
  in.refuse_unknown();
}

template <typename List>
std::set<std::string> codes_of(const List& list) {
  std::set<std::string> out;
  for (const auto& item : list) out.insert(item.code);
  return out;
}

// References between files: every code that is named exists, and nothing is there twice.
base::Status check_references(const Catalogue& catalogue) {
  const auto units = codes_of(catalogue.units), groups = codes_of(catalogue.price_groups),
             ways = codes_of(catalogue.deliveries), categories = codes_of(catalogue.categories);
  for (const auto& category : catalogue.categories) {
    if (!units.contains(category.unit)) return fail(ErrorKind::invalid, "catalogue.toml: category " + category.code + ": unit: there is no unit " + category.unit);
    if (!category.parent.empty() && !categories.contains(category.parent)) {
      return fail(ErrorKind::invalid, "catalogue.toml: category " + category.code + ": parent: there is no category " + category.parent);
    }
  }
  std::set<std::string> codes;
  std::array<std::set<std::string>, 3> slugs;
  for (const auto& product : catalogue.products) {
    const auto refuse = [&](const std::string& what) { return fail(ErrorKind::invalid, product.file + ":1: " + what); };
    if (!codes.insert(product.code).second) return refuse("code: another product has the code " + product.code);
    if (!categories.contains(product.category)) return refuse("category: catalogue.toml has no category " + product.category);
    if (!units.contains(product.unit)) return refuse("unit: catalogue.toml has no unit " + product.unit);
    for (const auto& way : product.deliveries) {
      if (!ways.contains(way)) return refuse("delivery: catalogue.toml has no delivery " + way);
    }
    auto prices = product.prices;
    for (const auto& variant : product.variants) prices.insert(prices.end(), variant.prices.begin(), variant.prices.end());
    for (const auto& price : prices) {
      if (!groups.contains(price.group)) return refuse("price.group: catalogue.toml has no price group " + price.group);
    }
    for (const auto lang : base::kLangs) {
      const auto& slug = product.slug[lang];
      if (!slug.empty() && !slugs[base::index(lang)].insert(slug).second) {
        return refuse(std::string("slug.") + base::to_string(lang) + ": another product has the address " + slug + "; give one of them a slug");
      }
    }
  }
  return {};
}

}  // namespace

std::string slug_of(const std::string& name) {
  static const std::vector<std::pair<std::string_view, char>> kFolded = {
      {"å", 'a'}, {"ä", 'a'}, {"ö", 'o'}, {"Å", 'a'}, {"Ä", 'a'}, {"Ö", 'o'}, {"é", 'e'}, {"É", 'e'}, {"ü", 'u'}, {"Ü", 'u'}, {"š", 's'}, {"ž", 'z'}};
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    char c = name[i];
    std::size_t length = 1;
    for (const auto& [from, to] : kFolded) {
      if (std::string_view(name).substr(i, from.size()) == from) {
        c = to;
        length = from.size();
      }
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) out += c;
    else if (!out.empty() && out.back() != '-' && (c & 0x80) == 0 && c != '\'') out += '-';
    i += length;
  }
  while (out.ends_with('-')) out.pop_back();
  return out.substr(0, 100);
}

base::Result<Catalogue> read_catalogue(const std::string& dir, const ReadOptions& options) {
  Catalogue out;
  KK_LET(const toml::table lists, parse(fs::path(dir) / "catalogue.toml"));
  std::string error;
  TomlReader in(lists, (fs::path(dir) / "catalogue.toml").string(), error);
  read_lists(in, dir, out, error);
  if (!error.empty()) return fail(ErrorKind::invalid, error);
  std::vector<fs::path> files;
  std::error_code problem;
  for (const auto& folder : fs::directory_iterator(dir, problem)) {
    if (!folder.is_directory()) continue;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      if (file.path().extension() == ".toml") files.push_back(file.path());
    }
  }
  if (problem) return fail(ErrorKind::invalid, dir + ": " + problem.message());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    KK_LET(Product product, read_product(file, file.parent_path().filename().string(), options));
    out.products.push_back(std::move(product));
  }
  KK_TRY(check_references(out));
  return out;
}

}  // namespace import
