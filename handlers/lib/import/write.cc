#include "lib/import/write.h"

#include <filesystem>
#include <fstream>

#include "lib/import/read.h"
#include "lib/import/toml_writer.h"

namespace import {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

namespace {

std::string ending_of(const Image& image) {
  if (image.media_type == "image/svg+xml") return ".svg";
  if (image.media_type == "image/png") return ".png";
  return image.media_type == "image/jpeg" ? ".jpg" : ".webp";
}

std::optional<int> unless_zero(int number) { return number == 0 ? std::nullopt : std::optional(number); }

std::string lists_file(const Catalogue& catalogue) {
  TomlWriter out;
  for (const auto& u : catalogue.units) out.table("unit").text("code", u.code).texts("name", u.name).text("email", u.email).text("phone", u.phone);
  for (const auto& g : catalogue.price_groups) out.table("price_group").text("code", g.code).texts("name", g.name).flag("proof", g.proof_needed).texts("proof_text", g.proof);
  for (const auto& d : catalogue.deliveries) {
    out.table("delivery").text("code", d.code).text("kind", d.kind).number("cents", unless_zero(static_cast<int>(d.cents.value()))).text("vat", d.vat).texts("name", d.name).texts("detail", d.detail);
  }
  for (const auto& k : catalogue.categories) {
    out.table("category").text("code", k.code).text("parent", k.parent).text("unit", k.unit).number("order", unless_zero(k.order)).texts("name", k.name).texts("summary", k.summary).texts("slug", k.slug);
  }
  return out.take();
}

std::string forms_file(const Catalogue& catalogue) {
  TomlWriter out;
  for (const auto& form : catalogue.forms) {
    out.table("form").text("code", form.code).text("name", form.name).text("unit", form.unit);
    for (const auto& q : form.questions) {
      out.table("form.question").text("code", q.code).text("of", q.of).text("type", q.type).text("class", q.data_class).flag("required", q.required).flag("retired", q.retired);
      out.texts("label", q.label).texts("purpose", q.purpose).texts("hint", q.hint);
      for (const auto& choice : q.choices) out.table("form.question.choice").text("code", choice.code).texts("label", choice.label);
    }
  }
  return out.take();
}

void write_prices(const std::string& of, const std::vector<Price>& prices, TomlWriter& out) {
  for (const auto& price : prices) {
    out.table(of + "price").text("group", price.group).number("cents", price.cents.value());
    if (!price.next_from.empty()) out.text("next_from", price.next_from).number("next_cents", price.next_cents.value());
  }
}

std::int64_t minutes_of(const Variant& v) { return std::chrono::duration_cast<std::chrono::minutes>(*v.ends - *v.starts).count(); }

void write_slot(const Variant& v, TomlWriter& out) {
  out.table("slot").time("starts", v.starts).number("minutes", minutes_of(v)).number("quota", v.stock);
  if (v.code != catalogue::slot_code(*v.starts)) out.text("code", v.code);
  out.texts("name", v.name).flag("ended", !v.active);
  write_prices("slot.", v.prices, out);
}

void write_session(const Product& product, const Variant& v, TomlWriter& out) {
  const Session& s = *v.session;
  const auto said = product.session_states.find(v.code);
  const std::string state = said == product.session_states.end() ? "" : said->second;
  out.table("session").text("code", v.code).texts("name", v.name).text("state", state).flag("ended", !v.active && state != "draft");
  out.texts("place", s.place).text("address", s.address).texts("access", s.access).texts("skill", s.skill);
  out.number("seats", v.stock.value_or(0)).number("waiting", s.waiting).number("minimum", unless_zero(s.minimum)).number("age_min", s.age_min).number("age_max", s.age_max);
  if (s.age_on) out.text("age_on", day_iso(*s.age_on));
  out.time("signup_from", s.signup_from).time("signup_until", s.signup_until).time("cancel_until", s.cancel_until);
  for (const auto& meeting : s.meetings) out.table("session.meeting").time("starts", meeting.starts).time("ends", meeting.ends);
  write_prices("session.", v.prices, out);
}

void write_choice(const Variant& v, TomlWriter& out) {
  out.table("variant").text("code", v.code).texts("name", v.name).number("stock", v.stock).flag("ended", !v.active);
  write_prices("variant.", v.prices, out);
}

// The only variant of a product without choices has no table: its stock is the product's.
bool has_no_choices(const Product& p) {
  return p.variants.size() == 1 && p.variants[0].code == "-" && p.variants[0].active && p.variants[0].prices.empty() && p.variants[0].name == base::Texts();
}

std::string product_file(const Product& p) {
  TomlWriter out;
  out.text("kind", p.kind).flag("draft", p.state == "draft").flag("closed", p.state == "closed");
  if (p.activity) out.text("activity", p.activity->type).text("form", p.activity->form);
  out.text("unit", p.unit).text("vat", p.vat).text("withdrawal", p.withdrawal);
  if (p.benefit != "none") out.text("benefit", p.benefit);
  out.flag("consumer_contract", p.consumer_contract, true);
  out.texts("appeal", p.appeal).text("cost_centre", p.cost_centre).text("ledger_account", p.ledger_account).number("max_per_order", p.max_per_order);
  out.flag("minor_value", p.minor_value).flag("holder_name", p.holder_name).flag("topical", p.topical).number("order", unless_zero(p.order)).number("days_valid", p.days_valid).number("uses", p.uses);
  out.time("shown_from", p.shown_from).time("sale_from", p.sale_from).time("sale_until", p.sale_until).codes("delivery", p.deliveries);
  out.texts("name", p.name).texts("slug", p.slug).texts("summary", p.summary).texts("alt", p.alt);
  const bool plain = has_no_choices(p);
  if (plain) out.number("stock", p.variants[0].stock);
  write_prices("", p.prices, out);
  for (const auto& variant : p.variants) {
    if (variant.session) write_session(p, variant, out);
    else if (p.kind == "ticket" && variant.starts) write_slot(variant, out);
    else if (!plain) write_choice(variant, out);
  }
  return out.take();
}

}  // namespace

Files files_of(const Catalogue& catalogue) {
  Files out = {{"catalogue.toml", lists_file(catalogue)}};
  if (!catalogue.forms.empty()) out["forms.toml"] = forms_file(catalogue);
  for (const auto& category : catalogue.categories) {
    if (category.image) out[category.code + "/_category" + ending_of(*category.image)] = category.image->bytes;
  }
  for (const auto& product : catalogue.products) {
    const std::string stem = product.category + "/" + product.code;
    out[stem + ".toml"] = product_file(product);
    for (const auto lang : base::kLangs) {
      if (!product.name[lang].empty()) out[stem + "." + base::to_string(lang) + ".md"] = product.description[lang];
    }
    if (product.picture) out[stem + ending_of(*product.picture)] = product.picture->bytes;
  }
  return out;
}

base::Status write_files(const Files& files, const std::string& dir) {
  std::error_code problem;
  if (fs::exists(dir, problem) && !fs::is_empty(dir, problem)) return fail(ErrorKind::invalid, dir + ": holds something already");
  for (const auto& [path, bytes] : files) {
    const fs::path to = fs::path(dir) / path;
    fs::create_directories(to.parent_path(), problem);
    std::ofstream file(to, std::ios::binary);
    file << bytes;
    if (!file.flush()) return fail(ErrorKind::invalid, "cannot write " + to.string());
  }
  return {};
}

}  // namespace import
