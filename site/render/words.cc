#include "render/words.h"

#include <array>
#include <utility>

namespace render {
namespace {

std::string count_words(const view::Templates& templates, Lang lang, bool places, std::int64_t free) {
  const std::string key = places ? "storefront.places" : "storefront.left";
  if (free == 1) return templates.say(lang, key + "_one");
  return templates.say(lang, key, {{"n", std::to_string(free)}});
}

bool is_dated(const Product& product) { return product.kind == "ticket" || product.kind == "activity"; }

std::string on_sale_words(const view::Templates& templates, Lang lang, const Product& product, const State& state) {
  const bool many_times = is_dated(product) && state.offers.size() > 1;
  if (state.free && *state.free <= (many_times ? kFew : kCountedTo)) {
    return count_words(templates, lang, is_dated(product), *state.free);
  }
  if (many_times && product.kind == "ticket") return templates.say(lang, "storefront.times_free");
  return templates.say(lang, is_dated(product) ? "storefront.places_many" : "storefront.available");
}

}  // namespace

std::string price_words(const view::Templates& templates, Lang lang, Cents cents) {
  return cents == Cents(0) ? templates.say(lang, "storefront.free") : base::format_money(cents, lang);
}

std::string status_words(const view::Templates& templates, Lang lang, const Product& product, const State& state) {
  if (product.kind == "activity") {
    if (state.sale == Sale::ended || state.sale == Sale::no_times) return templates.say(lang, "activity.status_over");
    if (state.sale == Sale::sold_out) return templates.say(lang, "activity.full");
    if (state.sale == Sale::not_yet) return templates.say(lang, "activity.status_opens", {{"when", base::format_date(*state.opens, lang)}});
  }
  switch (state.sale) {
    case Sale::on: return on_sale_words(templates, lang, product, state);
    case Sale::not_yet: {
      const auto day = base::format_date(*state.opens, lang);
      return templates.say(lang, "storefront.sale_starts", {{"when", day}});
    }
    case Sale::ended: return templates.say(lang, "storefront.sale_ended");
    case Sale::closed: return templates.say(lang, "storefront.not_sold");
    case Sale::paused: return templates.say(lang, "storefront.sale_paused");
    case Sale::sold_out: return templates.say(lang, "storefront.sold_out");
    case Sale::no_times: return templates.say(lang, "storefront.no_times");
  }
  return {};
}

std::string status_name(const State& state) {
  if (state.sale == Sale::not_yet) return "soon";
  if (state.sale != Sale::on) return "none";
  return state.free && *state.free <= kFew ? "few" : "ok";
}

std::string left_words(const view::Templates& templates, Lang lang, const Product& product, const Variant& variant) {
  if (variant.free && *variant.free <= 0) return templates.say(lang, "storefront.sold_out");
  if (variant.free && *variant.free <= kCountedTo) return count_words(templates, lang, is_dated(product), *variant.free);
  return templates.say(lang, is_dated(product) ? "storefront.places_many" : "storefront.available");
}

std::string clock_alone(UtcTime time, Lang lang) {
  const auto words = base::format_clock(time, lang);
  const auto space = words.find_last_of(" \xa0");  // a no-break space ends in 0xa0
  return space == std::string::npos ? words : words.substr(space + 1);
}

std::string vat_words(const view::Templates& templates, Lang lang, const Vat& vat) {
  if (!vat.per_mille) return vat.reason[lang] + ".";
  return templates.say(lang, "storefront.vat_included", {{"rate", base::format_per_mille(*vat.per_mille, lang)}});
}

std::string sort_key(std::string_view name) {
  // After z in ASCII: { | }
  static constexpr std::array<std::pair<std::string_view, char>, 12> kMarks = {
      {{"å", '{'}, {"Å", '{'}, {"ä", '|'}, {"Ä", '|'}, {"ö", '}'}, {"Ö", '}'},
       {"é", 'e'}, {"É", 'e'}, {"ü", 'y'}, {"Ü", 'y'}, {"š", 's'}, {"ž", 'z'}}};
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
      continue;
    }
    bool mark = false;
    for (const auto& [letter, as] : kMarks) {
      if (name.substr(i).starts_with(letter)) {
        out += as;
        i += letter.size() - 1;
        mark = true;
        break;
      }
    }
    if (!mark) out += c;
  }
  return out;
}

}  // namespace render
