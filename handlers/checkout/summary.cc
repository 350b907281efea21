#include "checkout/summary.h"

namespace checkout {

namespace {

std::string withdrawal_words(const Call& call, const orders::Line& line) {
  if (line.withdrawal == orders::Withdrawal::service_14d && line.begin_now) return call.say("order.withdrawal_service_begun");
  if (line.withdrawal == orders::Withdrawal::digital && line.begin_now) return call.say("order.withdrawal_digital_begun");
  return call.say(std::string("order.withdrawal_") + orders::to_string(line.withdrawal));
}

std::string vat_words(const Call& call, const std::optional<int>& per_mille, const std::string& reason) {
  return per_mille ? base::format_per_mille(*per_mille, call.lang) : reason;
}

}  // namespace

view::Object basket_summary(const Call& call, const Basket& basket) {
  view::List lines;
  for (const auto& line : basket.lines) {
    if (line.offer == nullptr || line.price == nullptr) continue;
    std::string detail = line.offer->variant_name;
    if (line.offer->starts) detail += (detail.empty() ? "" : ", ") + base::format_period(*line.offer->starts, *line.offer->ends, call.lang);
    if (line.cart.group != "everyone") detail += (detail.empty() ? "" : ", ") + line.price->group_name;
    lines.push_back(view::Object()
                        .set("quantity", std::to_string(line.cart.quantity))
                        .set("name", line.offer->name)
                        .set("detail", detail)
                        .set("has_detail", !detail.empty())
                        .set("sum", base::format_money(line.full(), call.lang)));
  }
  return view::Object().set("code_works", basket.code.off.value() > 0).set("code_name", basket.code.name).set("code_off", base::format_money(basket.code.off * -1, call.lang)).set("summary_lines", std::move(lines)).set("summary_total", base::format_money(basket.products, call.lang));
}

view::List line_views(const Call& call, const std::vector<orders::Line>& lines) {
  view::List out;
  for (const auto& line : lines) {
    view::Object one;
    std::string holders;
    for (const auto& name : line.holder_names) holders += (holders.empty() ? "" : ", ") + name;
    one.set("line_no", std::to_string(line.line_no)).set("name", line.name).set("detail", line.detail).set("has_detail", !line.detail.empty());
    one.set("quantity", std::to_string(line.quantity)).set("unit_price", base::format_money(line.unit_price, call.lang));
    one.set("has_reduction", line.normal_price.has_value()).set("reduction", line.reduction);
    one.set("normal_words", line.normal_price ? call.say("order.normal_price", {{"sum", base::format_money(*line.normal_price, call.lang)}}) : std::string());
    one.set("sum", base::format_money(line.total(), call.lang)).set("vat", vat_words(call, line.vat_per_mille, line.vat_reason));
    one.set("taxed", line.vat_per_mille.has_value()).set("is_product", !line.is_delivery).set("withdrawal", withdrawal_words(call, line));
    one.set("shows_withdrawal", !line.is_delivery && line.withdrawal != orders::Withdrawal::none_statutory);
    one.set("appeal", line.appeal).set("has_appeal", !line.appeal.empty());
    one.set("delivery", line.delivery_name + (line.delivery_detail.empty() ? "" : ". " + line.delivery_detail)).set("has_delivery", !line.delivery_name.empty());
    one.set("holders", holders).set("has_holders", !holders.empty());
    out.push_back(std::move(one));
  }
  return out;
}

view::List vat_views(const Call& call, const std::vector<orders::VatRow>& rows) {
  view::List out;
  for (const auto& row : rows) {
    out.push_back(view::Object()
                      .set("taxed", row.per_mille.has_value())
                      .set("rate", vat_words(call, row.per_mille, row.reason))
                      .set("net", base::format_money(row.net(), call.lang))
                      .set("vat", base::format_money(row.vat, call.lang))
                      .set("gross", base::format_money(row.gross, call.lang)));
  }
  return out;
}

view::Object language_of(const Call& call, base::Lang stored) {
  return view::Object().set("in_other_lang", stored != call.lang).set("words_lang", base::to_string(stored));
}

view::Object order_sums(const Call& call, const std::vector<orders::Line>& lines, base::Lang stored, base::Cents cards) {
  base::Cents products, delivery;
  for (const auto& line : lines) (line.is_delivery ? delivery : products) += line.total();
  return language_of(call, stored)
      .set("lines", line_views(call, lines))
      .set("vat_rows", vat_views(call, orders::vat_rows(lines)))
      .set("products_sum", base::format_money(products, call.lang))
      .set("delivery_sum", base::format_money(delivery, call.lang))
      .set("total", base::format_money(products + delivery, call.lang))
      .set("by_cards", cards.value() > 0)
      .set("cards_sum", base::format_money(cards, call.lang))
      .set("online_sum", base::format_money(products + delivery - cards, call.lang));
}

}  // namespace checkout
