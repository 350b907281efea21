#include <nlohmann/json.hpp>

#include "checkout/app.h"
#include "checkout/summary.h"
#include "lib/base/contact.h"
#include "lib/base/finnish.h"
#include "lib/base/payment_way.h"
#include "lib/orders/order.h"

namespace checkout {

using base::ErrorKind;
using base::fail;
using nlohmann::json;

namespace {

// The receipt's own JSON, written once by payments and never changed: shown as it stands.
std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

base::Cents cents_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return base::Cents(found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0);
}

std::string rate_of(const Call& call, const json& object, const char* rate, const char* reason) {
  const auto found = object.find(rate);
  if (found != object.end() && found->is_number_integer()) return base::format_per_mille(found->get<int>(), call.lang);
  return text_of(object, reason);
}

view::List line_views(const Call& call, const json& content) {
  view::List out;
  for (const auto& line : content.value("lines", json::array())) {
    const std::string detail = text_of(line, "detail");
    out.push_back(view::Object()
                      .set("name", text_of(line, "name"))
                      .set("detail", detail)
                      .set("has_detail", !detail.empty())
                      .set("quantity", std::to_string(line.value("quantity", 0)))
                      .set("unit_price", base::format_money(cents_of(line, "unit_cents"), call.lang))
                      .set("has_reduction", line.contains("normal_cents"))
                      .set("reduction", text_of(line, "reduction"))
                      .set("normal_words", line.contains("normal_cents") ? call.say("order.normal_price", {{"sum", base::format_money(cents_of(line, "normal_cents"), call.lang)}}) : std::string())
                      .set("sum", base::format_money(cents_of(line, "total_cents"), call.lang))
                      .set("taxed", line.contains("vat_per_mille") && line["vat_per_mille"].is_number_integer())
                      .set("vat", rate_of(call, line, "vat_per_mille", "vat_reason")));
  }
  return out;
}

view::List vat_views(const Call& call, const json& content) {
  view::List out;
  for (const auto& row : content.value("vat", json::array())) {
    out.push_back(view::Object()
                      .set("exempt", !(row.contains("per_mille") && row["per_mille"].is_number_integer()))
                      .set("rate", rate_of(call, row, "per_mille", "reason"))
                      .set("net", base::format_money(cents_of(row, "base_cents"), call.lang))
                      .set("vat", base::format_money(cents_of(row, "vat_cents"), call.lang))
                      .set("gross", base::format_money(cents_of(row, "gross_cents"), call.lang)));
  }
  return out;
}

view::Object seller_view(const json& content) {
  const json seller = content.value("seller", json::object());
  const std::string phone = text_of(seller, "phone");
  return view::Object()
      .set("name", text_of(seller, "name"))
      .set("street_address", text_of(seller, "street_address"))
      .set("postal_code", text_of(seller, "postal_code"))
      .set("town", text_of(seller, "town"))
      .set("business_id", text_of(seller, "business_id"))
      .set("email", text_of(seller, "email"))
      .set("phone", base::format_phone(phone));
}

// What it was paid with, or paid back by: gift cards, the payment service, or both with their sums.
view::List ways_view(const Call& call, const db::Row& row, const json& content) {
  view::List out;
  const base::Cents cards = cents_of(content, "gift_card_cents"), others = row.cents(6) - cards;
  const auto add = [&](const std::string& name, base::Cents sum) { out.push_back(view::Object().set("way", name).set("parts", cards.value() != 0).set("way_sum", base::format_money(sum, call.lang))); };
  if (cards.value() != 0) add(call.say("order.gift_card"), cards);
  if (others.value() != 0) add(base::payment_way(row.text(5), call.say("order.card")), others);
  return out;
}

// A row of the query below as it is printed.
base::Result<view::Object> receipt_view(const Call& call, const db::Row& row, std::size_t place) {
  const json content = json::parse(row.text(7), nullptr, false);
  if (!content.is_object()) return fail(ErrorKind::broken, "a receipt's content does not parse");
  view::Object data = language_of(call, base::parse_lang(row.text(12)).value_or(call.lang));
  const json credits = content.value("credits", json::object());
  data.set("seller", seller_view(content)).set("lines", line_views(call, content)).set("vat_rows", vat_views(call, content));
  data.set("number", row.text(0)).set("issued", base::format_date_time(row.time(1).value_or(call.now), call.lang));
  data.set("order_number", row.text(2)).set("ordered", base::format_date(row.time(11).value_or(call.now), call.lang));
  data.set("reference", base::print_reference(row.text(3))).set("has_transaction", !row.text(4).empty()).set("transaction_id", row.text(4)).set("ways", ways_view(call, row, content));
  data.set("total", base::format_money(row.cents(6), call.lang)).set("payee", text_of(content, "payee"));
  data.set("buyer_name", row.text(8)).set("has_buyer", !row.text(8).empty() || !row.text(9).empty()).set("has_company", !row.text(9).empty()).set("company", row.text(9));
  data.set("has_buyer_business_id", !row.text(10).empty()).set("business_id_buyer", row.text(10));
  data.set("is_credit", !credits.empty()).set("credits", text_of(credits, "number")).set("place", std::to_string(place));
  return data;
}

}  // namespace

// The sale's receipt, and after it one for each refund.
base::Result<web::Response> show_receipt(Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no such order");
  KK_LET(const db::Rows rows, call.db.query("SELECT CONCAT(r.year, '-', LPAD(r.no, GREATEST(6, LENGTH(r.no)), '0')), r.issued_utc, r.order_number, r.reference, r.transaction_id, r.provider, r.total_cents, r.content, "
                                            "b.name, b.company, b.business_id, o.created_utc, r.lang FROM orders o JOIN receipts r ON r.order_id = o.id LEFT JOIN receipt_buyers b ON b.receipt_id = r.id "
                                            "WHERE o.token = ? ORDER BY r.id", call.arg));
  if (rows.empty()) return fail(ErrorKind::not_found, "no receipt");
  view::List receipts;
  for (const auto& row : rows) {
    KK_LET(view::Object one, receipt_view(call, row, receipts.size() + 1));
    receipts.push_back(std::move(one));
  }
  view::Object data;
  data.set("receipts", std::move(receipts)).set("order_url", orders::order_path(call.lang, call.arg));
  std::array<std::string, 3> paths;
  for (const auto lang : base::kLangs) paths[base::index(lang)] = orders::receipt_path(lang, call.arg);
  return call.frame.page("order/receipt", call.lang, call.say("order.receipt_title", {{"number", rows[0].text(0)}}), paths, data);
}

}  // namespace checkout
