#include "lib/import/read.h"

namespace import {

using base::Lang;

namespace {

const std::vector<Lang> kAll = {Lang::fi, Lang::sv, Lang::en};

void take_code(TomlReader& table, const std::string& code, std::set<std::string>& taken) {
  if (!taken.insert(code).second) table.wrong("code", "a code that no other has");
}

void read_units(TomlReader& in, Catalogue& out, Known& known) {
  for (auto& table : in.tables("unit")) {
    out.units.push_back({table.code("code"), table.optional_email("email"), table.optional_phone("phone"), table.texts("name", 120, kAll)});
    table.refuse_unknown();
    take_code(table, out.units.back().code, known.units);
  }
}

void read_price_groups(TomlReader& in, Catalogue& out, Known& known) {
  for (auto& table : in.tables("price_group")) {
    PriceGroup group{table.code("code"), table.texts("name", 120, kAll), {}, table.optional_boolean("proof", false)};
    // Where a right is shown at the desk, the page says what is shown.
    group.proof = group.proof_needed ? table.texts("proof_text", 200, kAll) : table.optional_texts("proof_text", 200, kAll);
    table.refuse_unknown();
    take_code(table, group.code, known.price_groups);
    out.price_groups.push_back(std::move(group));
  }
}

void read_deliveries(TomlReader& in, const std::vector<Lang>& langs, Catalogue& out, Known& known) {
  for (auto& table : in.tables("delivery")) {
    Delivery way{table.code("code"), table.one_of("kind", {"collect", "post", "email", "none"}), base::Cents(table.optional_number("cents", 0, 100000).value_or(0)),
                 table.optional_text("vat", 24), table.at("vat"), table.texts("name", 120, kAll), table.optional_texts("detail", 300, langs)};
    if (way.cents.value() > 0 && way.vat.empty()) table.wrong("vat", "a VAT code, since the delivery costs something");
    table.refuse_unknown();
    take_code(table, way.code, known.deliveries);
    out.deliveries.push_back(std::move(way));
  }
}

// The tree has two levels: a parent is a category without a parent, wherever in the file it stands.
void check_parents(std::vector<TomlReader>& tables, const Catalogue& out, Known& known) {
  std::set<std::string> tops;
  for (const auto& category : out.categories) {
    if (category.parent.empty()) tops.insert(category.code);
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string& parent = out.categories[i].parent;
    if (parent.empty()) continue;
    if (!tops.contains(parent)) tables[i].wrong("parent", "a category that has no parent itself");
    known.parents.insert(parent);
  }
}

void read_categories(TomlReader& in, const Folder& folder, const std::vector<Lang>& langs, Catalogue& out, Known& known, std::string& error) {
  auto tables = in.tables("category");
  std::array<std::set<std::string>, 3> slugs;
  for (auto& table : tables) {
    Category category{table.code("code"), table.optional_text("parent", 48), table.code("unit"), table.optional_number("order", 0, 100000).value_or(0),
                      table.texts("name", 120, kAll), table.optional_texts("summary", 400, langs), {}, {}, {}};
    table.has("slug");
    for (const auto lang : base::kLangs) {
      const std::string key = std::string("slug.") + base::to_string(lang);
      auto& slug = category.slug[lang];
      slug = table.optional_slug(key, 80);
      const std::string from = slug.empty() ? std::string("name.") + base::to_string(lang) : key;
      category.slug_at[lang] = table.at(from);
      if (slug.empty()) slug = slug_of(category.name[lang]).substr(0, 80);
      if (slug.empty()) table.wrong(from, "a slug beside it, since the name has no letters for an address");
      if (!slugs[base::index(lang)].insert(slug).second) table.wrong(from, "an address that no other category has, and not " + slug + ": give one of them a slug");
    }
    if (!known.units.contains(category.unit)) table.wrong("unit", "the code of a [[unit]]");
    table.refuse_unknown();
    take_code(table, category.code, known.categories);
    category.image = read_image(folder, category.code + "/_category", error);
    out.categories.push_back(std::move(category));
  }
  check_parents(tables, out, known);
}

}  // namespace

base::Status read_lists(const Folder& folder, const ReadOptions& options, Catalogue& out, Known& known) {
  const std::string path = "catalogue.toml";
  KK_LET(const toml::table lists, parse_toml(folder, path));
  std::string error;
  TomlReader in(lists, folder.at + path, error);
  const auto langs = languages_of(options.bilingual);
  read_units(in, out, known);
  read_price_groups(in, out, known);
  read_deliveries(in, langs, out, known);
  read_categories(in, folder, langs, out, known, error);
  in.refuse_unknown();
  if (!error.empty()) return base::fail(base::ErrorKind::invalid, error);
  return {};
}

}  // namespace import
