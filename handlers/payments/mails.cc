#include "payments/mails.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/crypto/crypto.h"
#include "lib/outbox/outbox.h"

namespace payments {

using Json = nlohmann::ordered_json;

namespace {

Json time_or_null(const std::optional<base::UtcTime>& time) { return time ? Json(base::to_iso(*time)) : Json(nullptr); }
Json rate_or_null(const std::optional<int>& per_mille) { return per_mille ? Json(*per_mille) : Json(nullptr); }

// What every mail about an order says.
Json common(const Shop& shop, const orders::Order& order, const std::string& case_code) {
  const std::string& url = shop.instance.public_url;
  return {{"case_code", case_code},
          {"order_number", order.number},
          {"order_url", url + orders::order_path(order.lang, order.token)},
          {"withdraw_url", url + orders::withdraw_path(order.lang)},
          {"my_orders_url", url + orders::my_orders_path(order.lang)},
          {"first_name", order.contact.first_name},
          {"total_cents", order.total.value()}};
}

base::Status send(db::Connection& db, const std::string& kind, const orders::Order& order, const Json& data, base::UtcTime now) {
  if (order.contact.email.empty()) return {};  // made by staff for somebody without one: the order's page tells
  return outbox::insert(db, {kind, order.lang, order.contact.email, data.dump(), order.id}, now);
}

Json line_json(const orders::Line& line) {
  return {{"kind", line.is_delivery ? "delivery" : "product"},
          {"code", line.code},
          {"name", line.name},
          {"detail", line.detail},
          {"quantity", line.quantity},
          {"unit_cents", line.unit_price.value()},
          {"total_cents", line.total().value()},
          {"normal_cents", line.normal_price ? Json(line.normal_price->value()) : Json(nullptr)},
          {"reduction", line.reduction},
          {"vat_per_mille", rate_or_null(line.vat_per_mille)},
          {"vat_reason", line.vat_reason},
          {"withdrawal", orders::to_string(line.withdrawal)},
          {"begin_now", line.begin_now},
          {"appeal", line.appeal},
          {"delivery_kind", line.delivery_kind},
          {"delivery_name", line.delivery_name},
          {"delivery_detail", line.delivery_detail}};
}

Json vat_json(const orders::VatRow& row) {
  return {{"per_mille", rate_or_null(row.per_mille)}, {"reason", row.reason}, {"gross_cents", row.gross.value()},
          {"vat_cents", row.vat.value()}, {"base_cents", row.net().value()}};
}

Json ticket_json(const Shop& shop, const orders::Order& order, const Ticket& ticket) {
  return {{"code", ticket.code},
          {"url", shop.instance.public_url + orders::ticket_path(order.lang, ticket.code)},
          {"name", ticket.name},
          {"detail", ticket.detail},
          {"holder_name", ticket.holder_name},
          {"valid_from_utc", time_or_null(ticket.valid_from)},
          {"valid_until_utc", time_or_null(ticket.valid_until)}};
}

Json receipt_json(const Shop& shop, const orders::Order& order, const std::optional<Receipt>& receipt) {
  if (!receipt) return nullptr;
  return {{"number", receipt_number(receipt->year, receipt->no)},
          {"url", shop.instance.public_url + orders::receipt_path(order.lang, order.token)},
          {"issued_utc", base::to_iso(receipt->issued)},
          {"provider", receipt->provider},
          {"transaction_id", receipt->transaction_id},
          {"reference", receipt->reference}};
}

}  // namespace

base::Status mail_confirmation(db::Connection& db, const Shop& shop, const orders::Order& order,
                               const std::optional<Receipt>& receipt, const std::vector<Ticket>& tickets, base::UtcTime now) {
  Json data = common(shop, order, crypto::random_code(8));
  data["created_utc"] = base::to_iso(order.created);
  data["state"] = receipt ? "paid" : "confirmed";
  Json& lines = data["lines"] = Json::array();
  for (const auto& line : order.lines) lines.push_back(line_json(line));
  Json& vat = data["vat"] = Json::array();
  for (const auto& row : orders::vat_rows(order.lines)) vat.push_back(vat_json(row));
  data["receipt"] = receipt_json(shop, order, receipt);
  data["gift_card_cents"] = order.cards.value();
  data["gift_cards"] = std::count_if(order.lines.begin(), order.lines.end(), [](const auto& line) { return line.product_kind == "gift_card"; });
  Json& codes = data["tickets"] = Json::array();
  for (const auto& ticket : tickets) codes.push_back(ticket_json(shop, order, ticket));
  return send(db, "order_confirmation", order, data, now);
}

base::Status mail_delayed(db::Connection& db, const Shop& shop, const orders::Order& order, base::UtcTime now) {
  return send(db, "payment_delayed", order, common(shop, order, crypto::random_code(8)), now);
}

base::Status mail_trouble(db::Connection& db, const Shop& shop, const orders::Order& order, const Trouble& trouble, base::UtcTime now) {
  Json data = common(shop, order, trouble.case_code);
  data["received_cents"] = trouble.received.value();
  if (trouble.of_benefit) data["about"] = "benefit";
  return send(db, trouble.kind, order, data, now);
}

base::Status mail_refund(db::Connection& db, const Shop& shop, const orders::Order& order, const AboutRefund& refund, base::UtcTime now) {
  Json data = common(shop, order, crypto::random_code(8));
  data["about"] = refund.about;
  data["refund_cents"] = refund.cents.value();
  data["card_cents"] = refund.to_cards.value();
  data["receipt_number"] = refund.receipt ? receipt_number(refund.receipt->year, refund.receipt->no) : "";
  data["receipt_url"] = refund.receipt ? shop.instance.public_url + orders::receipt_path(order.lang, order.token) : "";
  return send(db, "refund", order, data, now);
}

base::Status mail_called_off(db::Connection& db, const Shop& shop, const orders::Order& order, const AboutCalledOff& off, base::UtcTime now) {
  Json data = common(shop, order, crypto::random_code(8));
  data["about"] = order.state == orders::State::pending ? "called_off_unpaid" : off.cents.value() > 0 ? "called_off" : "called_off_free";
  data["item"] = off.item;
  data["refund_cents"] = off.cents.value();
  return send(db, "refund", order, data, now);
}

base::Status mail_digest(db::Connection& db, const Shop& shop, const std::vector<DigestItem>& items, base::UtcTime now) {
  const base::Lang lang = shop.city.default_language;
  const std::string& url = shop.instance.public_url;
  Json list = Json::array();
  for (const auto& item : items) list.push_back({{"kind", item.kind}, {"count", item.cases.size()}, {"cases", item.cases}});
  const Json data = {{"case_code", crypto::random_code(8)},
                     {"withdraw_url", url + orders::withdraw_path(lang)},
                     {"my_orders_url", url + orders::my_orders_path(lang)},
                     {"date", base::helsinki_date_iso(now)},
                     {"items", list}};
  // What somebody opened in an emergency is the data protection officer's to look at.
  const bool of_protection = std::any_of(items.begin(), items.end(), [](const auto& item) { return item.kind == "break_glass"; });
  return outbox::insert(db, {"staff_digest", lang, of_protection ? shop.city.shop.dpo_email : shop.city.mail_staff, data.dump(), std::nullopt}, now);
}

}  // namespace payments
