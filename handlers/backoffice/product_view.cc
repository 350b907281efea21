// What a product's page is filled with.
#include <algorithm>

#include "backoffice/inputs.h"
#include "backoffice/product_page.h"
#include "backoffice/variant_page.h"
#include "lib/catalogue/rules.h"
#include "lib/catalogue/sale.h"
#include "lib/crypto/crypto.h"
#include "lib/picture/picture.h"

namespace backoffice {

using base::Lang;
using catalogue::Difference;
using view::List;
using view::Object;

namespace {

using Kind = Input::Kind;

struct Filler {
  const Call& call;
  const ProductHere& here;
  const ProductShown& shown;

  Object field(Input input) const { return input_view(call, shown.fields, shown.problems, input); }
  Object field(Kind kind, const char* id, Input more = {}) const {
    more.kind = kind;
    more.id = id;
    more.label = label_of(call, id);
    return field(std::move(more));
  }
  std::string say(const std::string& key) const { return call.say(key); }
};

// Units and categories of one's scope, and what the product has already.
std::vector<Lists::Named> units_of(const Filler& f) {
  std::vector<std::string> all;
  for (const auto& one : f.here.lists.categories) all.push_back(one.code);
  std::vector<Lists::Named> out;
  for (const auto& unit : f.here.lists.units) {
    const staff::Place place{.unit = unit.code, .categories = all, .product = f.here.stored.product.code, .reg = ""};
    if (unit.code == f.here.stored.product.unit || f.call.rights.on(staff::Right::catalogue_edit, place)) out.push_back(unit);
  }
  return out;
}

std::vector<Lists::Named> categories_of(const Filler& f) {
  std::vector<Lists::Named> out;
  const auto units = units_of(f);
  for (const auto& one : f.here.lists.categories) {
    const auto on = [&](const auto& unit) { return f.call.rights.on(staff::Right::catalogue_edit, place_of(f.here.lists, unit.code, one.code, f.here.stored.product.code)); };
    if (!one.has_children && (one.code == f.here.stored.product.category || std::any_of(units.begin(), units.end(), on))) out.push_back({one.code, one.name});
  }
  return out;
}

List basics(const Filler& f) {
  std::vector<Lists::Named> withdrawals;
  for (const char* one : catalogue::kWithdrawals) withdrawals.push_back({one, f.say(std::string("products.withdrawal_") + one)});
  std::vector<Lists::Named> benefits;
  for (const char* one : catalogue::kBenefits) benefits.push_back({one, f.say(std::string("products.benefit_") + one)});
  List out;
  out.push_back(f.field(Kind::select, "category", {.id = {}, .label = {}, .options = categories_of(f)}));
  out.push_back(f.field(Kind::select, "unit", {.id = {}, .label = {}, .options = units_of(f)}));
  out.push_back(f.field(Kind::select, "vat", {.id = {}, .label = {}, .options = f.here.lists.vat_codes}));
  out.push_back(f.field(Kind::select, "withdrawal", {.id = {}, .label = {}, .options = withdrawals}));
  out.push_back(f.field(Kind::select, "benefit", {.id = {}, .label = {}, .hint = f.say("products.benefit_hint"), .options = benefits}));
  out.push_back(f.field(Kind::text, "cost_centre", {.id = {}, .label = {}, .is_short = true}));
  out.push_back(f.field(Kind::text, "ledger_account", {.id = {}, .label = {}, .is_short = true}));
  out.push_back(f.field(Kind::text, "max_per_order", {.id = {}, .label = {}, .is_short = true}));
  out.push_back(f.field(Kind::text, "order", {.id = {}, .label = {}, .hint = f.say("products.order_hint"), .is_short = true}));
  if (f.here.stored.product.kind == "activity") {
    std::vector<Lists::Named> types;
    for (const auto& one : catalogue::kActivityTypes) types.push_back({one, f.say("products.activity_" + one)});
    out.push_back(f.field(Kind::select, "activity_type", {.id = {}, .label = {}, .options = types}));
    out.push_back(f.field(Kind::select, "form_code", {.id = {}, .label = {}, .hint = f.say("products.form_hint"), .options = f.here.lists.forms}));
  }
  if (f.here.stored.product.kind == "pass") {
    out.push_back(f.field(Kind::text, "days_valid", {.id = {}, .label = {}, .is_short = true}));
    out.push_back(f.field(Kind::text, "uses", {.id = {}, .label = {}, .hint = f.say("products.uses_hint"), .is_short = true}));
  }
  out.push_back(f.field(Kind::text, "shown_from", {.id = {}, .label = {}, .hint = f.say("products.shown_hint"), .type = "datetime-local", .is_short = true}));
  out.push_back(f.field(Kind::text, "sale_from", {.id = {}, .label = {}, .hint = f.say("products.sale_hint"), .type = "datetime-local", .is_short = true}));
  out.push_back(f.field(Kind::text, "sale_until", {.id = {}, .label = {}, .type = "datetime-local", .is_short = true}));
  return out;
}

List ticks(const Filler& f) {
  List out;
  for (const char* one : {"holder_name", "minor_value", "topical", "fee"}) out.push_back(f.field(Kind::tick, one));
  return out;
}

List deliveries(const Filler& f) {
  List out;
  for (const auto& way : f.here.lists.deliveries) out.push_back(f.field({.kind = Kind::tick, .id = "delivery_" + way.code, .label = way.name}));
  return out;
}

// A row for each text, its three languages side by side.
List texts(const Filler& f) {
  const auto needed = catalogue::languages_of(f.call.city.bilingual);
  List out;
  for (const char* name : {"name", "summary", "description", "alt", "appeal"}) {
    const bool asked = std::string(name) == "alt" ? !f.here.stored.product.image.empty() : std::string(name) == "appeal" ? f.shown.fields.ticked("fee") : true;
    List cells;
    for (const auto lang : base::kLangs) {
      const std::string id = std::string(name) + "_" + base::to_string(lang);
      const bool missing = asked && f.shown.fields.text(id).empty() && std::find(needed.begin(), needed.end(), lang) != needed.end();
      cells.push_back(f.field({.kind = std::string(name) == "description" ? Kind::area : Kind::text, .id = id, .label = f.say(std::string("products.in_") + base::to_string(lang)), .lang = base::to_string(lang), .is_missing = missing}));
    }
    out.push_back(Object().set("heading", f.say(std::string("products.field_") + name)).set("cells", std::move(cells)).set("words", f.say(std::string("products.hint_") + name)).set("hint_id", std::string("hint_") + name));
  }
  return out;
}

// For who may not set them: "12,50 €, 13,00 € from 1 Jan 2027".
List prices_in_words(const Filler& f) {
  List out;
  for (const auto& group : f.here.lists.groups) {
    const std::string now = f.shown.fields.text("price_" + group.code), next = f.shown.fields.text("next_" + group.code);
    const auto day = base::parse_helsinki(f.shown.fields.text("from_" + group.code) + "T12:00");
    std::string words = now.empty() ? f.say("products.price_none") : now + " €";
    if (!next.empty() && day) words += f.call.say("products.price_next", {{"price", next + " €"}, {"day", base::format_date(*day, f.call.lang)}});
    out.push_back(Object().set("group", group.name).set("words", words));
  }
  return out;
}

std::string kind_words(const Call& call, const std::string& kind) { return call.say("products.kind_" + kind); }

void set_acts(const Filler& f, Object& data) {
  const auto& p = f.here.stored.product;
  const bool is_new = f.here.stored.id == 0, is_public = !is_new && is_in_shop(f.call, p.state, p.shown_from);
  const Lang lang = f.call.lang;
  const std::string url = is_new ? "" : in(lang, product_paths(p.code));
  const auto at = [&](const char* fi, const char* sv, const char* en) { return below(url, fi, sv, en, lang); };
  data.set("preview_url", below(in(lang, is_new ? new_product_paths() : product_paths(p.code)), "esikatselu", "forhandsvisning", "preview", lang));
  data.set("is_new", is_new).set("is_old", !is_new).set("publish_url", at("julkaise", "publicera", "publish")).set("hide_url", at("piilota", "dolj", "hide")).set("end_url", at("lopeta", "avsluta", "end"));
  data.set("copy_url", at("kopioi", "kopiera", "copy")).set("variants_url", at("vaihtoehdot", "varianter", "variants")).set("history_url", at("historia", "historik", "history"));
  data.set("may_publish", !is_new && p.state != "published").set("may_hide", !is_new && p.state != "draft").set("may_end", p.state == "published" && is_public).set("may_copy", !is_new);
  data.set("has_variants", !is_new && p.kind != "activity").set("count", f.call.say("products.variants_count", {{"count", std::to_string(std::count_if(p.variants.begin(), p.variants.end(), [](const auto& v) { return v.active; }))}}));
  const bool waits = !is_new && p.state == "draft" && !catalogue::is_shown(f.call.now, p.shown_from);
  data.set("waits", waits).set("waits_words", waits ? f.call.say("products.draft_waits", {{"when", base::format_date_time(*p.shown_from, lang)}}) : "");
  data.set("is_public", is_public).set("public_url", f.call.instance.public_url + std::string(base::by_lang(lang, "/fi/tuote/", "/sv/produkt/", "/en/product/")) + p.slug[lang]);
}

// An activity's ways to its sessions and its form, and its copy with or without them.
void set_sessions(const Filler& f, Object& data) {
  const auto& p = f.here.stored.product;
  const Lang lang = f.call.lang;
  const bool has = p.kind == "activity" && f.here.stored.id != 0, may = has && f.here.may_sessions;
  FormFields typed;
  typed.set("sessions", f.call.form.text("sessions")), typed.set("weeks", f.call.form.has("weeks") ? f.call.form.text("weeks") : "52");
  List copying;
  if (may) {
    copying.push_back(input_view(f.call, typed, f.shown.problems, {.kind = Kind::tick, .id = "sessions", .label = f.say("products.copy_sessions")}));
    copying.push_back(input_view(f.call, typed, f.shown.problems, {.id = "weeks", .label = f.say("products.copy_weeks"), .hint = f.say("products.copy_weeks_hint"), .is_short = true}));
  }
  data.set("has_sessions", may).set("sessions_url", in(lang, activities_paths()) + "#" + p.code).set("new_sessions_url", std::string(base::by_lang(lang, "/fi/uudet-ryhmat/", "/sv/nya-grupper/", "/en/new-sessions/")) + p.code);
  data.set("form_url", p.activity ? in(lang, form_paths(p.activity->form)) : "");
  data.set("copies_sessions", may).set("copies_simply", !may).set("copying", std::move(copying)).set("copy_open", f.call.form.has("weeks"));
}

// Its words are those of the texts, under names of their own.
void set_picture(const Filler& f, Object& data) {
  const auto& p = f.here.stored.product;
  FormFields words;
  List cells;
  for (const auto lang : base::kLangs) {
    const std::string code = base::to_string(lang), id = "picture_alt_" + code;
    words.set(id, f.shown.fields.text("alt_" + code));
    cells.push_back(input_view(f.call, words, f.shown.problems, {.id = id, .label = f.say("products.in_" + code), .lang = code}));
  }
  data.set("picture_url", p.code.empty() ? "" : below(in(f.call.lang, product_paths(p.code)), "kuva", "bild", "picture", f.call.lang)).set("picture_words", std::move(cells));
  data.set("has_picture", !p.image.empty() || !f.shown.picture.empty()).set("picture_alt", p.alt[f.call.lang]).set("may_remove_picture", !p.image.empty());
  data.set("picture_hint", f.call.say("products.picture_hint", {{"megabytes", std::to_string(picture::kMostBytes / 1'000'000)}}));
  data.set("kept", crypto::to_hex(f.shown.picture)).set("is_kept", !f.shown.picture.empty());
  data.set("shown_picture", std::string(base::by_lang(f.call.lang, "/fi/kuva/", "/sv/bild/", "/en/picture/")) + crypto::to_hex(f.shown.picture.empty() ? p.image : f.shown.picture));
}

// What stands at a path of a version, as a person reads it: its last part says what it is, where it is no text.
std::string value_words(const Call& call, const std::string& path, const std::string& text) {
  if (text.empty()) return "–";
  const std::string last = path.substr(path.rfind('/') + 1);
  const auto is_one_of = [&](const std::vector<std::string>& names) { return std::find(names.begin(), names.end(), last) != names.end(); };
  if (is_one_of({"cents", "next_cents"})) return base::format_money(base::Cents(std::stoll(text)), call.lang);
  if (is_one_of({"shown_from", "sale_from", "sale_until", "starts", "ends"})) {
    const auto time = base::parse_utc(text);
    return time ? base::format_date_time(*time, call.lang) : text;
  }
  if (last == "next_from") {
    const auto noon = base::parse_helsinki(text + "T12:00");
    return noon ? base::format_date(*noon, call.lang) : text;
  }
  if (path.starts_with("/deliveries/") || is_one_of({"consumer_contract", "minor_value", "holder_name", "topical", "active"})) return call.say(text == "true" ? "signup.yes" : "signup.no");
  const std::string key = "products." + (path == "/activity/type" ? "activity" : last) + "_" + text;
  return is_one_of({"state", "kind", "withdrawal", "benefit", "type"}) && call.templates.has_text(call.lang, key) ? call.say(key) : text;
}

// "Uusi hinta, Aikuinen" of ".../prices/adult/next_cents".
std::string price_field_words(const Call& call, const std::vector<Lists::Named>& groups, const std::string& path) {
  const auto last = path.rfind('/'), before = path.rfind('/', last - 1);
  const std::string group = path.substr(before + 1, last - before - 1), field = path.substr(last + 1);
  const auto named = std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.code == group; });
  return call.say(field == "next_from" ? "products.field_from_of" : field == "next_cents" ? "products.price_new" : "products.field_prices") + ", " + (named == groups.end() ? group : named->name);
}

std::string field_words(const Call& call, const std::vector<Lists::Named>& groups, const std::string& path) {
  const auto price = path.find("/prices/");
  if (price == 0) return price_field_words(call, groups, path);
  const auto end = std::min(path.find('/', 1), path.size());
  std::string rest = path.substr(std::min(end + 1, path.size()), price == std::string::npos ? price : price - end - 1);
  std::replace(rest.begin(), rest.end(), '/', ' ');
  return call.say("products.field_" + path.substr(1, end - 1)) + (rest.empty() ? "" : ", " + rest) + (price == std::string::npos ? "" : ", " + price_field_words(call, groups, path));
}

Object difference_view(const Call& call, const std::vector<Lists::Named>& groups, const Difference& one) {
  return Object().set("field", field_words(call, groups, one.path)).set("one", value_words(call, one.path, one.one)).set("other", value_words(call, one.path, one.other));
}

}  // namespace

List differences_view(const Call& call, const std::vector<Lists::Named>& groups, const std::vector<Difference>& all, std::size_t most) {
  List out;
  std::size_t others = 0;
  for (const auto& one : all) {
    if (one.path.starts_with("/slug")) continue;
    if (out.size() < most) out.push_back(difference_view(call, groups, one));
    else ++others;
  }
  if (others > 0) out.push_back(Object().set("field", call.say("sales.and_more", {{"count", std::to_string(others)}})).set("one", "…").set("other", "…"));
  return out;
}

void set_clash(const Call& call, const Clash* clash, Object& data) {
  data.set("clashes", clash != nullptr);
  if (clash == nullptr) return;
  data.set("clash_words", call.say("products.clash_words", {{"who", clash->who.empty() ? call.say("products.nobody") : clash->who}, {"when", clash->when}}));
  data.set("mine", differences_view(call, clash->groups, clash->mine)).set("has_mine", !clash->mine.empty()).set("theirs", differences_view(call, clash->groups, clash->theirs)).set("has_theirs", !clash->theirs.empty());
}

std::string note_words(const Call& call, const std::string& note) {
  const auto space = std::min(note.find(' '), note.size());
  const std::string key = "products.note_" + note.substr(0, space);
  return note.empty() || !call.templates.has_text(call.lang, key) ? note : call.say(key, {{"version", note.substr(std::min(space + 1, note.size()))}});
}

base::Result<web::Response> product_page(const Call& call, const ProductHere& here, const ProductShown& shown) {
  const auto& p = here.stored.product;
  const Filler f{call, here, shown};
  const bool is_new = here.stored.id == 0;
  Object data;
  const std::string name = is_new ? call.say("products.new_title", {{"kind", kind_words(call, p.kind)}}) : p.name[call.lang].empty() ? p.name[Lang::fi] : p.name[call.lang];
  data.set("heading", name).set("state", is_new ? call.say("products.new_lead") : product_state_words(call, p.state, p.shown_from)).set("kind", kind_words(call, p.kind)).set("code", p.code);
  data.set("kind_value", p.kind).set("action", in(call.lang, is_new ? new_product_paths() : product_paths(p.code))).set("seen", std::to_string(shown.seen)).set("back_url", in(call.lang, products_paths()));
  data.set("basics", basics(f)).set("ticks", ticks(f)).set("deliveries", deliveries(f)).set("texts", texts(f)).set("prices", price_inputs(call, here.lists.groups, shown.fields, shown.problems)).set("prices_words", prices_in_words(f)).set("may_price", here.may_price);
  const bool counts = is_new && has_choices_only(p.kind);
  List stock;
  if (counts) stock.push_back(f.field(Kind::text, "stock", {.id = {}, .label = {}, .hint = call.say("products.stock_hint"), .is_short = true}));
  data.set("stock", std::move(stock)).set("late", lasts_too_long(call, p)).set("is_saved", call.request.query == "saved=1").set("once", crypto::random_token());
  set_clash(call, shown.clash, data);
  set_acts(f, data);
  set_sessions(f, data);
  set_picture(f, data);
  shown.problems.fill(data, call.templates, call.lang, {"delivery", "prices", "variants", "picture"});
  const std::string title = (shown.problems.empty() ? "" : call.say("checkout.error_prefix")) + name;
  return staff::show(call, {"backoffice/product", title, is_new ? new_product_paths() : product_paths(p.code)}, std::move(data));
}

}  // namespace backoffice
