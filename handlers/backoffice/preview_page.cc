// What a product's page will be, before it is saved: `render` makes it by what makes the site's pages, within seconds, and this shows it with a mark.
#include <fstream>
#include <sstream>

#include "backoffice/product_page.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using catalogue::Product;

namespace {

constexpr std::string_view kMain = "<main id=\"main\"";

Paths preview_paths(const std::string& token) { return {"/fi/esikatselu/" + token, "/sv/forhandsvisning/" + token, "/en/preview/" + token}; }

base::Result<web::Response> preview(const Call& call, const ProductHere& here) {
  const FormFields fields = typed_fields(call.form, here.stored.product, here.may_price, call.lang);
  Product wish = here.stored.product;
  web::Problems problems;
  read_fields(call, here.lists, fields, wish, problems);
  if (problems.empty()) check_place(call, here, wish, problems);
  if (!problems.empty()) return product_page(call, here, {fields, call.form.number("seen", 0, 4'294'967'295).value_or(0), std::move(problems)});
  if (here.stored.id == 0 && has_choices_only(wish.kind)) {
    wish.variants.emplace_back();
    wish.variants[0].code = "-";
  }
  const std::string token = crypto::random_token();
  const auto asked = call.db.transact([&]() -> base::Status {
    KK_TRY(call.db.write("DELETE FROM previews WHERE made_utc <= ?", call.now - std::chrono::hours{1}));
    return call.db.write("INSERT IGNORE INTO previews (token, content, made_utc) VALUES (?, ?, ?)", token, catalogue::to_json(wish), call.now);
  });
  if (!asked) return fail(asked.error());
  return web::see_other(in(call.lang, preview_paths(token)));
}

base::Result<web::Response> wait_page(const Call& call, const char* words, bool again) {
  view::Object data;
  data.set("words", call.say(words));
  KK_LET(auto page, staff::show(call, {"backoffice/preview", call.say("products.preview"), preview_paths(call.arg)}, std::move(data)));
  if (again) page.header("Refresh", "1");
  return page;
}

}  // namespace

base::Result<web::Response> post_preview_product(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  return preview(call, here);
}

base::Result<web::Response> post_preview_new(Call& call) {
  KK_LET(const ProductHere here, new_product_here(call, call.form.text("kind")));
  return preview(call, here);
}

base::Result<web::Response> show_preview(Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no such preview");
  KK_LET(const db::Rows rows, call.db.query("SELECT content FROM previews WHERE token = ? AND made_utc > ?", call.arg, call.now - std::chrono::hours{1}));
  if (rows.empty()) return wait_page(call, "products.preview_gone", false);
  KK_LET(const Product product, catalogue::from_json(rows[0].text(0)));
  KK_LET(const Lists lists, find_lists(call.db, call.lang, call.now));
  KK_LET(const CatalogueEdit may, call.rights.permit<staff::Right::catalogue_edit>(place_of(lists, product.unit, product.category, product.code)));
  if (product.name[call.lang].empty()) return wait_page(call, "products.preview_no_text", false);
  std::ifstream file(call.instance.www + "/previews/" + call.arg + "." + base::to_string(call.lang) + ".html", std::ios::binary);
  if (!file) return wait_page(call, "products.preview_wait", true);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  web::Response out;
  out.body = std::move(bytes).str();
  const auto at = out.body.find(kMain);
  if (at == std::string::npos) return fail(ErrorKind::broken, "a page without its main part");
  out.body.insert(at, "<p class=\"preview-mark\" role=\"status\">" + view::escape(call.say("products.preview_mark")) + "</p>\n");
  return out;
}

}  // namespace backoffice
