// What was changed in a product, by whom and when; and the way back: an older version saved as a new one.
#include <algorithm>

#include "backoffice/paging.h"
#include "backoffice/product_page.h"
#include "lib/catalogue/promises.h"
#include "lib/catalogue/sale.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using catalogue::Product;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kVersionsPerPage = 40, kVersionBytes = 30'000, kVersionChangeBytes = 200;  // of a page; of a page's changes; of a change beside its values

Paths history_paths(const std::string& code) {
  const Paths at = product_paths(code);
  return {at[0] + "/historia", at[1] + "/historik", at[2] + "/history"};
}

// Choices as they were then, but at the time for which tickets are sold; those made since are no longer sold, nor are times that were taken off sale since. What sessions are isn't of the product's versions.
std::vector<catalogue::Variant> variants_then(const Product& then, const catalogue::Stored& now, bool with_prices) {
  if (then.kind == "activity") return now.product.variants;
  std::vector<catalogue::Variant> out = then.variants;
  for (std::size_t i = 0; i < now.product.variants.size(); ++i) {
    const auto& known = now.product.variants[i];
    const auto same = std::find_if(out.begin(), out.end(), [&](const auto& v) { return v.code == known.code; });
    if (same != out.end()) {
      if (!with_prices) same->prices = known.prices;
      same->active &= known.active || !known.starts;
      if (catalogue::breaks_time(known, *same, now.is_sold(i))) same->starts = known.starts, same->ends = known.ends;
      continue;
    }
    out.push_back(known);
    out.back().active = false;
  }
  return out;
}

// Of those that are shown.
std::size_t bytes_of_changes(const std::vector<catalogue::Difference>& changes) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < std::min(changes.size(), kMostDifferences); ++i) out += kVersionChangeBytes + changes[i].one.size() + changes[i].other.size();
  return out;
}

base::Result<web::Response> history_page(const Call& call, const ProductHere& here, const Clash* clash) {
  KK_LET(const auto versions, find_versions(call.db, here.stored.id, list_place(call).number(), kVersionsPerPage + 1));
  List rows;
  std::size_t used = 0, i = 0;
  for (; i < versions.size() && i < kVersionsPerPage; ++i) {
    const auto& one = versions[i];
    const auto all = i + 1 < versions.size() ? catalogue::differences(versions[i + 1].product, one.product) : std::vector<catalogue::Difference>();
    used += bytes_of_changes(all);
    if (i > 0 && used > kVersionBytes) break;  // begins the next page
    List changes = differences_view(call, here.lists.groups, all);
    rows.push_back(Object().set("number", std::to_string(one.number)).set("at", base::format_date_time(one.at, call.lang)).set("who", one.who.empty() ? call.say("products.nobody") : one.who)
                       .set("noted", !one.note.empty()).set("note", note_words(call, one.note)).set("changed", !changes.empty()).set("changes", std::move(changes)).set("is_now", one.number == here.stored.revision)
                       .set("may_go_back", one.number != here.stored.revision));
  }
  Object data;
  const auto& p = here.stored.product;
  data.set("heading", p.name[call.lang].empty() ? p.name[base::Lang::fi] : p.name[call.lang]).set("none", rows.empty()).set("rows", std::move(rows)).set("seen", std::to_string(here.stored.revision));
  data.set("paging", more_view(call, history_paths(p.code), {"", i < versions.size() ? std::to_string(versions[i - 1].number) : ""}, call.say("products.to_history")));
  data.set("back_url", in(call.lang, product_paths(p.code))).set("restore_url", below(in(call.lang, product_paths(p.code)), "palauta", "aterstall", "restore", call.lang));
  set_clash(call, clash, data);
  if (clash != nullptr) data.set("clash_words", call.say("products.clash_restore", {{"who", clash->who.empty() ? call.say("products.nobody") : clash->who}, {"when", clash->when}}));
  return staff::show(call, {"backoffice/product_history", call.say("products.to_history"), history_paths(p.code)}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_product_history(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  return history_page(call, here, nullptr);
}

base::Result<web::Response> post_restore_product(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  KK_LET(const auto version, find_version(call.db, here.stored.id, call.form.number("version", 1, 4'294'967'295).value_or(0)));
  if (!version) return fail(ErrorKind::not_found, "no such version");
  Product then = version->product, wish = here.stored.product;
  if (!here.may_price) then.prices = wish.prices;
  if (!catalogue::is_shown(call.now, wish.shown_from) && catalogue::is_shown(call.now, then.shown_from)) then.shown_from = wish.shown_from;  // to go back to words publishes nothing
  web::Problems problems;
  const FormFields fields = fields_of(then, call.lang);
  read_fields(call, here.lists, fields, wish, problems);
  wish.variants = variants_then(then, here.stored, here.may_price);
  wish.image = then.image;
  if (problems.empty()) check_place(call, here, wish, problems);
  if (problems.empty()) KK_TRY(check_form(call, here, wish, problems));
  if (problems.empty() && wish.state == "published") find_missing(call, wish, problems);
  const auto seen = seen_by(call);
  if (!problems.empty()) return product_page(call, here, {fields, seen, std::move(problems)});
  KK_LET(const bool saved, save_product(here.may, call, wish, {seen, "back " + std::to_string(version->number)}));
  if (saved) return web::see_other(in(call.lang, product_paths(wish.code)) + "?saved=1");
  KK_LET(const ProductHere now, product_here(call, call.arg));
  KK_LET(const Clash clash, clash_of(call, now, wish, seen));
  KK_LET(auto page, history_page(call, now, &clash));
  page.status = 409;
  return page;
}

base::Result<web::Response> to_product_history(Call& call) { return web::see_other(in(call.lang, history_paths(call.arg))); }

}  // namespace backoffice
