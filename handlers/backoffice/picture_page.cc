// A product's picture: sent with its words in each language, shown to staff before the site has it, and taken away.
#include <algorithm>

#include "backoffice/product_page.h"
#include "lib/catalogue/rules.h"
#include "lib/crypto/crypto.h"
#include "lib/picture/picture.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using catalogue::Product;

namespace {

// What is wrong with it, beside the field.
void tell_picture(ErrorKind kind, web::Problems& problems) {
  problems.add("picture", kind == ErrorKind::too_large ? "picture_too_large" : "picture_invalid", {{"megabytes", std::to_string(picture::kMostBytes / 1'000'000)}, {"megapixels", std::to_string(picture::kMostPixels / 1'000'000)}});
}

// The picture that was sent now, or with this form before, when it could not be saved: stored, its SHA-256. Empty: none.
base::Result<std::string> sent_picture(const Call& call, web::Problems& problems) {
  const std::string* sent = call.form.file("picture");
  if (sent == nullptr) {
    const auto kept = crypto::from_hex(call.form.text("kept"));
    KK_LET(const db::Rows rows, call.db.query("SELECT sha256 FROM images WHERE sha256 = ?", kept.value_or("")));
    if (rows.empty()) problems.add("picture", "picture_required");
    return rows.empty() ? std::string() : rows[0].text(0);
  }
  const auto made = picture::clean(*sent);
  if (!made) {
    tell_picture(made.error().kind, problems);
    return std::string();
  }
  const std::string sha = crypto::as_bytes(crypto::sha256(*made));
  KK_TRY(call.db.write("INSERT IGNORE INTO images (sha256, media_type, bytes) VALUES (?, 'image/webp', ?)", sha, *made));
  return sha;
}

// Its words go too: they would be those of another picture next time.
base::Result<web::Response> take_picture_away(const Call& call, const ProductHere& here) {
  Product wish = here.stored.product;
  wish.image.clear();
  wish.alt = {};
  return save_and_show(call, here, wish, {seen_by(call), "picture_removed"});
}

}  // namespace

base::Result<web::Response> post_picture(Call& call) {
  KK_LET(const ProductHere here, product_here(call, call.arg));
  if (call.form.ticked("remove")) return take_picture_away(call, here);
  FormFields fields = fields_of(here.stored.product, call.lang);
  for (const auto lang : base::kLangs) {
    const std::string field = std::string("alt_") + base::to_string(lang);
    fields.set(field, call.form.text("picture_" + field));
  }
  Product wish = here.stored.product;
  web::Problems problems;
  wish.alt = read_texts(call, "alt", catalogue::kMostAlt, fields, problems);
  for (const auto lang : catalogue::languages_of(call.city.bilingual)) {
    const std::string field = std::string("alt_") + base::to_string(lang);
    if (wish.alt[lang].empty()) problems.add("picture_" + field, "product_required", {{"field", label_of(call, field)}});
  }
  KK_LET(wish.image, sent_picture(call, problems));
  if (!problems.empty()) return product_page(call, here, {fields, seen_by(call), std::move(problems), nullptr, wish.image});
  return save_and_show(call, here, wish, {seen_by(call), "picture"});
}

base::Result<web::Response> show_picture(Call& call) {
  const auto sha = crypto::from_hex(call.arg);
  if (!sha || sha->size() != 32) return fail(ErrorKind::not_found, "no such picture");
  KK_LET(const db::Rows rows, call.db.query("SELECT media_type, bytes FROM images WHERE sha256 = ?", *sha));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such picture");
  web::Response out;
  out.content_type = rows[0].text(0);
  out.body = rows[0].text(1);
  return out;
}

}  // namespace backoffice
