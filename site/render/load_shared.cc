#include "render/load_shared.h"

#include <algorithm>

#include "render/hash.h"

namespace render {
namespace {

using db::Rows;

Texts three(const db::Row& row, std::size_t first) {
  Texts out;
  for (std::size_t i = 0; i < 3; ++i) out.by_lang[i] = row.text(first + i);
  return out;
}

void add(Hash& hash, const Rows& rows, std::size_t columns) {
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) {
      if (const auto text = row.optional_text(i)) hash.add(*text);
      else hash.add("\x01");
    }
  }
}

base::Status load_places(db::Connection& connection, Shared& out, Hash& hash) {
  KK_LET(const Rows units, connection.query("SELECT code, name_fi, name_sv, name_en, email, phone FROM units ORDER BY code"));
  for (const auto& row : units) out.units[row.text(0)] = {three(row, 1), row.text(4), row.text(5)};
  add(hash, units, 6);
  KK_LET(const Rows categories,
         connection.query("SELECT code, parent_code, unit_code, HEX(image_sha256), name_fi, name_sv, name_en, summary_fi, "
                          "summary_sv, summary_en, slug_fi, slug_sv, slug_en FROM categories ORDER BY sort_order, code"));
  for (const auto& row : categories) {
    Category c;
    c.code = row.text(0);
    c.parent = row.optional_text(1).value_or("");
    c.unit = row.text(2);
    c.image = row.optional_text(3).value_or("");
    std::transform(c.image.begin(), c.image.end(), c.image.begin(),
                   [](char x) { return x >= 'A' && x <= 'F' ? static_cast<char>(x - 'A' + 'a') : x; });
    c.name = three(row, 4);
    c.summary = three(row, 7);
    c.slug = three(row, 10);
    out.categories.push_back(std::move(c));
  }
  add(hash, categories, 13);
  return {};
}

base::Status load_terms(db::Connection& connection, Shared& out, Hash& hash, const std::string& day) {
  KK_LET(const Rows groups, connection.query("SELECT code, name_fi, name_sv, name_en, proof_fi, proof_sv, proof_en, "
                                             "CAST(proof AS CHAR) FROM price_groups ORDER BY sort_order, code"));
  for (const auto& row : groups) out.groups.push_back({row.text(0), three(row, 1), three(row, 4), row.text(7) == "1"});
  add(hash, groups, 8);
  KK_LET(const Rows rates, connection.query("SELECT code, CAST(per_mille AS CHAR), reason_fi, reason_sv, reason_en FROM vat_codes "
                                            "WHERE valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?) ORDER BY code",
                                            day, day));
  for (const auto& row : rates) {
    Vat vat;
    if (const auto text = row.optional_text(1)) vat.per_mille = std::stoi(*text);
    vat.reason = three(row, 2);
    out.vat[row.text(0)] = std::move(vat);
  }
  add(hash, rates, 5);
  KK_LET(const Rows ways, connection.query("SELECT code, kind, CAST(cents AS CHAR), name_fi, name_sv, name_en, detail_fi, "
                                           "detail_sv, detail_en FROM delivery_ways ORDER BY sort_order, code"));
  for (const auto& row : ways) {
    out.deliveries.push_back({row.text(0), row.text(1), Cents(std::stoll(row.text(2))), three(row, 3), three(row, 6)});
  }
  add(hash, ways, 9);
  KK_LET(const Rows questions, connection.query("SELECT form_code, label_fi, label_sv, label_en, class, purpose_fi, purpose_sv, purpose_en FROM form_questions WHERE retired_utc IS NULL ORDER BY form_code, sort_order"));
  for (const auto& row : questions) out.forms[row.text(0)].push_back({three(row, 1), row.text(4), three(row, 5)});
  return {};
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

const Category* Shared::category(const std::string& code) const {
  const auto found = std::find_if(categories.begin(), categories.end(), [&](const auto& c) { return c.code == code; });
  return found == categories.end() ? nullptr : &*found;
}

const PriceGroup* Shared::group(const std::string& code) const {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.code == code; });
  return found == groups.end() ? nullptr : &*found;
}

base::Result<Shared> load_shared(db::Connection& connection, const std::string& day) {
  Shared out;
  Hash hash;
  KK_TRY(load_places(connection, out, hash));
  KK_TRY(load_terms(connection, out, hash, day));
  KK_LET(out.closures, catalogue::load_closures(connection));
  if (const auto* why = out.closures.of_shop()) {
    for (const auto& words : why->by_lang) hash.add(words);
  }
  out.version = hash.value();
  return out;
}

}  // namespace render
