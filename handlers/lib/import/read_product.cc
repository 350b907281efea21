#include <algorithm>
#include <filesystem>

#include "lib/base/utf8.h"
#include "lib/import/read.h"

namespace import {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

void read_variants(TomlReader& in, const std::vector<Lang>& langs, base::UtcTime now, const Known& known, Product& out) {
  const auto stock = in.optional_number("stock", 0, catalogue::kMostStock);
  std::set<std::string> codes;
  for (auto& table : in.tables("variant")) {
    Variant variant;
    variant.code = table.code("code");
    variant.active = !table.optional_boolean("ended", false);
    variant.name = table.texts("name", catalogue::kMostVariantName, variant.active && variant.code != "-" ? langs : std::vector<Lang>{});
    variant.stock = table.optional_number("stock", 0, catalogue::kMostStock);
    variant.prices = read_prices(table, now, known);
    table.refuse_unknown();
    if (!codes.insert(variant.code).second) table.wrong("code", "a code that no other variant has");
    out.variants.push_back(std::move(variant));
  }
  if (out.variants.empty()) {
    Variant only;
    only.code = std::string(1, '-');
    only.stock = stock;
    out.variants.push_back(std::move(only));
  } else if (stock) {
    in.wrong("stock", "the stock of each variant, not of the product");
  }
}

void read_slugs(TomlReader& in, Known& known, Product& out) {
  in.has("slug");
  for (const auto lang : base::kLangs) {
    const std::string key = std::string("slug.") + base::to_string(lang);
    auto& slug = out.slug[lang];
    slug = in.optional_slug(key, catalogue::kMostStoredSlug);
    const std::string from = slug.empty() ? std::string("name.") + base::to_string(lang) : key;
    out.slug_at[lang] = in.at(from);
    if (slug.empty()) slug = slug_of(out.name[lang]);
    if (out.name[lang].empty()) continue;
    if (slug.empty()) in.wrong(from, "a slug beside it, since the name has no letters for an address");
    if (!known.slugs[base::index(lang)].insert(slug).second) in.wrong(from, "an address that no other product has, and not " + slug + ": give one of them a slug");
  }
}

void read_texts(TomlReader& in, const Folder& folder, const std::string& stem, const std::vector<Lang>& langs, Product& out, std::string& error) {
  const bool shown = out.state == "published";
  const auto needed = shown ? langs : std::vector<Lang>{};
  out.name = in.texts("name", catalogue::kMostName, shown ? langs : std::vector<Lang>{Lang::fi});
  out.summary = in.texts("summary", catalogue::kMostSummary, needed);
  out.alt = in.texts("alt", catalogue::kMostAlt, out.picture ? needed : std::vector<Lang>{});
  for (const auto lang : base::kLangs) {
    const std::string name = stem + "." + base::to_string(lang) + ".md", path = folder.at + name;
    const std::string* text = folder.find(name);
    const bool must = std::find(needed.begin(), needed.end(), lang) != needed.end();
    if (text == nullptr && must && error.empty()) error = path + ":1: description: the file is missing";
    if (text != nullptr && text->size() > catalogue::kMostDescription && error.empty()) error = path + ":1: description: expected at most 20 kB";
    if (text != nullptr && !base::is_utf8(*text) && error.empty()) error = path + ":1: description: expected UTF-8";
    out.description[lang] = text == nullptr ? "" : *text;
  }
}

void read_terms(TomlReader& in, base::UtcTime now, Product& out) {
  out.kind = in.one_of("kind", {catalogue::kKinds.begin(), catalogue::kKinds.end()});
  out.kind_at = in.at("kind");
  out.vat = in.text("vat", 24);
  out.vat_at = in.at("vat");
  out.withdrawal = in.one_of("withdrawal", {catalogue::kWithdrawals.begin(), catalogue::kWithdrawals.end()});
  if (in.has("benefit")) out.benefit = in.one_of("benefit", {catalogue::kBenefits.begin(), catalogue::kBenefits.end()});
  out.cost_centre = in.text("cost_centre", catalogue::kMostAccount);
  out.ledger_account = in.text("ledger_account", catalogue::kMostAccount);
  out.max_per_order = in.number("max_per_order", 1, catalogue::kMostPerOrder);
  out.consumer_contract = in.optional_boolean("consumer_contract", true);
  out.minor_value = in.optional_boolean("minor_value", false);
  out.holder_name = in.optional_boolean("holder_name", false);
  out.topical = in.optional_boolean("topical", false);
  const bool draft = in.optional_boolean("draft", false), closed = in.optional_boolean("closed", false);
  out.state = draft ? "draft" : closed ? "closed" : "published";
  if (draft && closed) in.wrong("closed", "draft or closed, not both");
  out.order = in.optional_number("order", -100000, 100000).value_or(0);
  out.days_valid = in.optional_number("days_valid", 1, catalogue::kMostDaysValid);
  out.uses = in.optional_number("uses", 1, catalogue::kMostUses);
  out.shown_from = in.optional_time("shown_from", now);
  out.sale_from = in.optional_time("sale_from", now);
  out.sale_until = in.optional_time("sale_until", now);
}

void tell_faults(TomlReader& in, const Product& product) {
  for (const auto fault : catalogue::faults_of(product)) {
    switch (fault) {
      case catalogue::Fault::sale_ends_before: in.wrong("sale_until", "a time after sale_from"); break;
      case catalogue::Fault::sale_ends_unseen: in.wrong("sale_until", "a time after shown_from"); break;
      case catalogue::Fault::pass_as_dated: in.wrong("withdrawal", "service_14d or digital for a pass without a date"); break;
      case catalogue::Fault::days_of_no_pass: in.wrong("days_valid", "days_valid on passes only"); break;
      case catalogue::Fault::uses_of_no_pass: in.wrong("uses", "uses on passes only: a ticket lets in once"); break;
      case catalogue::Fault::card_vat: in.wrong("vat", "voucher for a gift card, and for nothing else"); break;
      case catalogue::Fault::card_withdrawal: in.wrong("withdrawal", "service_14d for a gift card"); break;
      case catalogue::Fault::card_as_fee: in.wrong("consumer_contract", "no gift card as a statutory fee"); break;
      case catalogue::Fault::card_free: in.wrong("price", "more than 0 for a gift card"); break;
      case catalogue::Fault::benefit_of_other: in.wrong("benefit", "no benefit for a gift card or a statutory fee"); break;
      case catalogue::Fault::no_price: if (product.state == "published") in.wrong("price", "a [[price]] for the product, or for each of its variants"); break;
      case catalogue::Fault::no_variant: break;  // told where its kind is known
    }
  }
}

// Where it stands: its file's name is its code, its folder's its category.
base::Status place(const std::string& at, const fs::path& path, Known& known, Product& out) {
  out.code = path.stem().string();
  out.category = path.parent_path().filename().string();
  const auto refuse = [&](const std::string& what) { return fail(ErrorKind::invalid, at + path.string() + ":1: " + what); };
  if (!is_code_text(out.code)) return refuse("code: expected a file name of a-z, 0-9 and - (at most 48)");
  if (!known.products.insert(out.code).second) return refuse("code: another product has the code " + out.code);
  if (!known.categories.contains(out.category)) return refuse("category: catalogue.toml has no category " + out.category);
  if (known.parents.contains(out.category)) return refuse("category: " + out.category + " has categories below it, and products lie in those");
  return {};
}

}  // namespace

std::vector<Price> read_prices(TomlReader& in, base::UtcTime now, const Known& known) {
  std::vector<Price> out;
  for (auto& table : in.tables("price")) {
    Price price{table.code("group"), table.cents("cents")};
    if (table.has("next_from") || table.has("next_cents")) {
      const auto day = table.day("next_from", now);
      price.next_cents = table.cents("next_cents");
      if (day) price.next_from = day_iso(*day);
    }
    table.refuse_unknown();
    if (!known.price_groups.contains(price.group)) table.wrong("group", "the code of a [[price_group]] in catalogue.toml");
    for (const auto& other : out) {
      if (other.group == price.group) table.wrong("group", "each price group once");
    }
    out.push_back(std::move(price));
  }
  return out;
}

base::Result<Product> read_product(const Folder& folder, const std::string& path, const ReadOptions& options, Known& known) {
  Product out;
  KK_TRY(place(folder.at, path, known, out));
  KK_LET(const toml::table table, parse_toml(folder, path));
  std::string error;
  TomlReader in(table, folder.at + path, error);
  const auto langs = languages_of(options.bilingual);
  const auto since = options.since.find(out.code);
  const base::UtcTime now = since == options.since.end() ? options.now : since->second;
  read_terms(in, now, out);
  out.unit = in.code("unit");
  if (!known.units.contains(out.unit)) in.wrong("unit", "the code of a [[unit]] in catalogue.toml");
  out.deliveries = in.codes("delivery");
  for (const auto& way : out.deliveries) {
    if (!known.deliveries.contains(way)) in.wrong("delivery", "codes of [[delivery]] in catalogue.toml, which has no " + way);
  }
  const std::string stem = out.category + "/" + out.code;
  out.picture = read_image(folder, stem, error);
  read_texts(in, folder, stem, langs, out, error);
  read_slugs(in, known, out);
  out.appeal = in.texts("appeal", catalogue::kMostAppeal, out.consumer_contract || out.state != "published" ? std::vector<Lang>{} : langs);
  out.prices = read_prices(in, now, known);
  if (out.kind == "activity") {
    out.activity = Activity{in.one_of("activity", catalogue::kActivityTypes), in.code("form")};
    if (!known.forms.contains(out.activity->form)) in.wrong("form", "the code of a [[form]] in forms.toml");
    read_sessions(in, langs, now, known, out);
    if (out.variants.empty() && out.state == "published") in.wrong("session", "an activity's [[session]]");
  } else if (out.kind == "ticket") {
    out.variants = read_slots(in, langs, now, known);
    if (out.variants.empty() && out.state == "published") in.wrong("slot", "a ticket's [[slot]] or [[series]]");
  } else {
    read_variants(in, langs, now, known, out);
  }
  tell_faults(in, out);
  in.refuse_unknown();
  if (!error.empty()) return fail(ErrorKind::invalid, error);
  return out;
}

}  // namespace import
