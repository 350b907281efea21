#include "checkout/plan.h"

#include <algorithm>
#include <set>

namespace checkout {

using base::Lang;

namespace {

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) {
    if (!part.empty()) out += (out.empty() ? "" : ", ") + part;
  }
  return out;
}

// What order_lines.detail holds: the variant's, the group's and the proof's words can together be longer.
constexpr std::size_t kMaxDetail = 300;

std::string shortened(std::string text, std::size_t max_chars) {
  std::size_t chars = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] & 0xC0) == 0x80) continue;
    if (++chars > max_chars) return text.substr(0, i);
  }
  return text;
}

orders::Line product_line(const BasketLine& from, const Details& details, const DeliveryWay& way, Lang lang) {
  const Offer& offer = *from.offer;
  const std::string key = from.cart.key();
  orders::Line out;
  out.product_id = offer.product;
  out.variant_id = offer.variant;
  out.product_kind = offer.kind;
  out.benefit = offer.benefit;
  out.unit = offer.unit;
  out.code = offer.product_code + "/" + offer.variant_code;
  out.price_group = from.cart.group;
  out.name = offer.name;
  const std::string when = offer.starts ? base::format_period(*offer.starts, *offer.ends, lang) : std::string();
  const std::string group = from.cart.group == "everyone" ? std::string() : from.price->group_name;
  out.detail = join({offer.variant_name, when, group});
  if (from.price->proof) out.detail += (out.detail.empty() ? "" : ". ") + from.price->proof_text;
  out.detail = shortened(std::move(out.detail), kMaxDetail);
  out.starts = offer.starts;
  out.ends = offer.ends;
  out.days_valid = offer.days_valid;
  out.uses = offer.uses;
  out.vat_code = offer.vat_code;
  out.vat_per_mille = offer.vat_per_mille;
  out.vat_reason = offer.vat_reason;
  out.cost_centre = offer.cost_centre;
  out.ledger_account = offer.ledger_account;
  out.withdrawal = offer.withdrawal;
  out.begin_now = may_begin_now(from) && std::find(details.begin_now.begin(), details.begin_now.end(), key) != details.begin_now.end();
  out.appeal = offer.consumer_contract ? std::string() : offer.appeal;
  out.counted = offer.free.has_value();
  out.registration_id = from.cart.registration;
  out.delivery_code = way.code;
  out.delivery_kind = way.kind;
  out.delivery_name = way.name;
  out.delivery_detail = way.detail;
  if (const auto names = details.holders.find(key); names != details.holders.end()) out.holder_names = names->second;
  return out;
}

// What a campaign took off is told where its page may tell it (lib/catalogue/campaign.h), and what a code took off always.
void tell_reduction(const Offer::Price& price, const std::string& code, orders::Line& out) {
  const bool by_code = out.unit_price < price.cents;
  if (price.before) out.normal_price = price.before;
  else if (by_code) out.normal_price = price.cents;
  out.reduction = join({price.before ? price.campaign : std::string(), by_code ? code : std::string()});
}

// The line as lines of one unit price each, as a discount code leaves them; names of holders go with their units.
std::vector<orders::Line> parts_of(const BasketLine& from, const orders::Line& whole, const std::string& code) {
  std::vector<orders::Line> out;
  std::size_t named = 0;
  for (const auto& part : from.parts) {
    orders::Line one = whole;
    one.quantity = part.quantity;
    one.unit_price = part.price;
    tell_reduction(*from.price, code, one);
    if (!whole.holder_names.empty()) {
      const auto first = whole.holder_names.begin() + static_cast<std::ptrdiff_t>(named);
      one.holder_names.assign(first, first + part.quantity);
      named += static_cast<std::size_t>(part.quantity);
    }
    out.push_back(std::move(one));
  }
  return out;
}

orders::Line delivery_line(const DeliveryWay& way, const orders::Line& first) {
  orders::Line out;
  out.is_delivery = true;
  out.code = way.code;
  out.name = way.name;
  out.quantity = 1;
  out.unit_price = way.price;
  out.vat_code = way.vat_code;
  out.vat_per_mille = way.vat_per_mille;
  out.vat_reason = way.vat_reason;
  // The cost of posting is booked where the first thing posted is.
  out.unit = first.unit;
  out.cost_centre = first.cost_centre;
  out.ledger_account = first.ledger_account;
  out.withdrawal = first.withdrawal;
  out.delivery_code = way.code;
  out.delivery_kind = way.kind;
  return out;
}

}  // namespace

Plan make_plan(const Basket& basket, const Details& details, Lang lang) {
  Plan out;
  out.statutory_only = basket.all_statutory();
  out.minor_value_only = basket.all_minor_value();
  std::vector<std::vector<orders::Line>> lines(basket.lines.size());
  std::set<std::string> paid_ways;
  std::vector<orders::Line> delivery_lines;
  for (const auto& choice : delivery_choices(basket)) {
    const std::string& code = details.delivery.at(choice_key(choice));
    const auto way = std::find_if(choice.ways.begin(), choice.ways.end(), [&](const auto& w) { return w.code == code; });
    for (const std::size_t i : choice.lines) lines[i] = parts_of(basket.lines[i], product_line(basket.lines[i], details, *way, lang), basket.code.name);
    if (way->price.value() > 0 && paid_ways.insert(code).second) {
      delivery_lines.push_back(delivery_line(*way, lines[choice.lines[0]].front()));
    }
  }
  for (const auto& parts : lines) out.lines.insert(out.lines.end(), parts.begin(), parts.end());
  out.lines.insert(out.lines.end(), delivery_lines.begin(), delivery_lines.end());
  if (!basket.code.code.empty()) out.use = {basket.code.id, basket.code.version, basket.code.off};
  for (const auto& line : basket.lines) {
    if (line.cart.registration == 0) out.sold.push_back({line.offer->unit, line.offer->product_code});
  }
  int line_no = 0;
  for (auto& line : out.lines) {
    line.line_no = ++line_no;
    out.total += line.total();
  }
  return out;
}

std::string order_button(const Plan& plan, const view::Templates& templates, Lang lang) {
  if (plan.total.value() == 0) return templates.say(lang, "checkout.confirm_free");
  if (plan.to_pay().value() == 0) return templates.say(lang, plan.statutory_only ? "checkout.pay_card_button" : "checkout.order_card_button");
  const std::string sum = base::format_money(plan.to_pay(), lang);
  return templates.say(lang, plan.statutory_only ? "checkout.pay_button" : "checkout.order_button", {{"sum", sum}});
}

}  // namespace checkout
