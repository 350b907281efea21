#include "lib/import/content.h"

#include <algorithm>

#include "lib/crypto/crypto.h"

namespace import {

using base::Lang;

namespace {

// Everything that makes up a thing, as one text to hash: fields apart by a byte that no text has.
class Content {
 public:
  Content& add(const std::string& text) { return text_.append(text).append(1, '\x1f'), *this; }
  Content& add(std::int64_t number) { return add(std::to_string(number)); }
  Content& add(const base::Texts& texts) { return add(texts[Lang::fi]).add(texts[Lang::sv]).add(texts[Lang::en]); }
  Content& add(const std::optional<base::UtcTime>& time) { return add(time ? base::to_sql(*time) : "-"); }
  Content& add(const std::vector<Price>& prices) {
    for (const auto& price : prices) {
      add(price.group).add(price.cents.value());
      if (!price.next_from.empty()) add(price.next_from).add(price.next_cents.value());
    }
    return add("/");
  }
  std::string hash() const { return crypto::as_bytes(crypto::sha256(text_)); }

 private:
  std::string text_;
};

void add_session(Content& c, const std::optional<Session>& s) {
  if (!s) return;
  c.add(s->place).add(s->access).add(s->skill).add(s->address).add(s->age_min.value_or(-1)).add(s->age_max.value_or(-1)).add(s->waiting).add(s->minimum);
  c.add(s->age_on ? std::chrono::sys_days{*s->age_on}.time_since_epoch().count() : 0);
  c.add(base::to_sql(s->signup_from)).add(base::to_sql(s->signup_until)).add(base::to_sql(s->cancel_until));
  for (const auto& meeting : s->meetings) c.add(base::to_sql(meeting.starts)).add(base::to_sql(meeting.ends));
}

template <typename Things>
bool has_code(const Things& things, const std::string& code) {
  return std::any_of(things.begin(), things.end(), [&](const auto& one) { return one.code == code; });
}

template <typename Things>
void keep_those_in(const Things& said, Things& things) {
  std::erase_if(things, [&](const auto& one) { return !has_code(said, one.code); });
}

}  // namespace

std::string hash_of(const Product& p) {
  Content c;
  c.add(p.kind).add(p.category).add(p.unit).add(p.vat).add(p.withdrawal).add(p.cost_centre).add(p.ledger_account);
  c.add(p.consumer_contract).add(p.minor_value).add(p.holder_name).add(p.topical).add(p.state == "draft").add(p.max_per_order).add(p.order);
  c.add(p.days_valid.value_or(0)).add(p.uses.value_or(0)).add(p.sale_from).add(p.sale_until);
  c.add(p.name).add(p.summary).add(p.description).add(p.alt).add(p.slug).add(p.appeal).add(p.prices);
  for (const auto& way : p.deliveries) c.add(way);
  for (const auto& v : p.variants) c.add(v.code).add(v.name).add(v.stock.value_or(-1)).add(v.starts).add(v.ends).add(v.prices), add_session(c, v.session);
  if (p.activity) c.add(p.activity->type).add(p.activity->form);
  c.add(p.picture ? p.picture->bytes : "");
  if (p.benefit != "none") c.add("benefit").add(p.benefit);
  if (p.state == "closed") c.add(p.state);
  if (p.shown_from) c.add("shown_from").add(p.shown_from);
  for (const auto& v : p.variants) {
    if (!v.active) c.add("ended").add(v.code);
  }
  for (const auto& [code, state] : p.session_states) c.add(code).add(state);
  return c.hash();
}

std::string hash_of_lists(const Catalogue& catalogue) {
  Content c;
  for (const auto& u : catalogue.units) c.add(u.code).add(u.name).add(u.email).add(u.phone);
  for (const auto& g : catalogue.price_groups) c.add(g.code).add(g.name).add(g.proof_needed).add(g.proof);
  for (const auto& d : catalogue.deliveries) c.add(d.code).add(d.kind).add(d.cents.value()).add(d.vat).add(d.name).add(d.detail);
  for (const auto& k : catalogue.categories) {
    c.add(k.code).add(k.parent).add(k.unit).add(k.order).add(k.name).add(k.summary).add(k.slug).add(k.image ? k.image->bytes : "");
  }
  return c.hash();
}

std::string hash_of(const Form& form) {
  Content c;
  if (!form.name.empty() || !form.unit.empty()) c.add(form.name).add(form.unit);
  for (const auto& q : form.questions) {
    c.add(q.code).add(q.of).add(q.type).add(q.data_class).add(q.required).add(q.label).add(q.hint).add(q.purpose);
    for (const auto& choice : q.choices) c.add(choice.code).add(choice.label);
    if (q.retired) c.add("retired");
  }
  return c.hash();
}

Product over(const Product& stored, Product product) {
  for (const auto lang : base::kLangs) {
    if (!stored.name[lang].empty()) product.slug[lang] = stored.slug[lang];
    if (product.name[lang].empty()) product.slug[lang] = product.summary[lang] = product.description[lang] = "";  // they stand in its name's row
  }
  for (auto& v : product.variants) {
    v.active &= !stored.called_off.contains(v.code);
    const bool known = std::any_of(stored.variants.begin(), stored.variants.end(), [&](const Variant& one) { return one.code == v.code && one.session; });
    if (!known) continue;
    const auto is = stored.session_states.find(v.code);
    const auto said = product.session_states.find(v.code);
    const std::string state = is == stored.session_states.end() ? "open" : is->second;
    const bool said_draft = said != product.session_states.end() && said->second == "draft";
    v.active = state != "draft" && (v.active || said_draft);
    product.session_states.erase(v.code);
    if (state != "open") product.session_states.emplace(v.code, state);
  }
  return product;
}

Product within_reach(Product stored, const Product& product) {
  std::erase_if(stored.variants, [&](const Variant& v) { return !has_code(product.variants, v.code) && (!v.active || stored.made_on_pages.contains(v.code)); });
  std::erase_if(stored.session_states, [&](const auto& one) { return !has_code(stored.variants, one.first); });
  return stored;
}

Form within_reach(Form stored, const Form& form) {
  std::erase_if(stored.questions, [&](const Question& q) { return q.retired && !has_code(form.questions, q.code); });
  return stored;
}

Catalogue within_reach(Catalogue lists, const Catalogue& said) {
  keep_those_in(said.units, lists.units), keep_those_in(said.price_groups, lists.price_groups), keep_those_in(said.deliveries, lists.deliveries), keep_those_in(said.categories, lists.categories);
  return lists;
}

Product in_order(Product product) {
  const auto by_group = [](const auto& a, const auto& b) { return a.group < b.group; };
  std::sort(product.prices.begin(), product.prices.end(), by_group);
  for (auto& variant : product.variants) std::sort(variant.prices.begin(), variant.prices.end(), by_group);
  std::sort(product.deliveries.begin(), product.deliveries.end());
  return product;
}

Catalogue in_order(Catalogue lists) {
  const auto by_code = [](const auto& a, const auto& b) { return a.code < b.code; };
  std::sort(lists.units.begin(), lists.units.end(), by_code);
  std::sort(lists.categories.begin(), lists.categories.end(), by_code);
  return lists;
}

}  // namespace import
