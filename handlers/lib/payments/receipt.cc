#include "lib/payments/receipt.h"

#include <nlohmann/json.hpp>

#include "lib/payments/refund.h"

namespace payments {

using Json = nlohmann::ordered_json;

namespace {

Json time_or_null(const std::optional<base::UtcTime>& time) { return time ? Json(base::to_iso(*time)) : Json(nullptr); }
Json rate_or_null(const std::optional<int>& per_mille) { return per_mille ? Json(*per_mille) : Json(nullptr); }

Json line_json(const orders::Line& line) {
  Json out = {{"kind", line.is_delivery ? "delivery" : "product"},
          {"code", line.code},
          {"name", line.name},
          {"detail", line.detail},
          {"starts_utc", time_or_null(line.starts)},
          {"ends_utc", time_or_null(line.ends)},
          {"quantity", line.quantity},
          {"unit_cents", line.unit_price.value()},
          {"total_cents", line.total().value()},
          {"vat_code", line.vat_code},
          {"vat_per_mille", rate_or_null(line.vat_per_mille)},
          {"vat_reason", line.vat_reason}};
  if (line.normal_price) {
    out["normal_cents"] = line.normal_price->value();
    out["reduction"] = line.reduction;
  }
  return out;
}

Json vat_json(const orders::VatRow& row) {
  return {{"vat_code", row.vat_code},         {"per_mille", rate_or_null(row.per_mille)}, {"reason", row.reason},
          {"gross_cents", row.gross.value()}, {"vat_cents", row.vat.value()},             {"base_cents", row.net().value()}};
}

}  // namespace

std::string receipt_number(int year, std::int64_t no) {
  std::string digits = std::to_string(no);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return std::to_string(year) + "-" + digits;
}

namespace {

// What both kinds have in common, in the order in which it is written.
Json head_json(const orders::Order& order, const base::City& city) {
  const Json seller = {{"name", city.legal_name[order.lang]},  {"business_id", city.business_id},
                       {"street_address", city.street_address[order.lang]}, {"postal_code", city.postal_code},
                       {"town", city.town[order.lang]},        {"email", city.email},
                       {"phone", city.phone}};
  return {{"version", 1}, {"seller", seller}, {"ordered_utc", base::to_iso(order.created)}, {"payee", city.payee}};
}

}  // namespace

std::string receipt_content(const orders::Order& order, const base::City& city) {
  Json whole = head_json(order, city);
  Json lines = Json::array(), vat = Json::array();
  for (const auto& line : order.lines) lines.push_back(line_json(line));
  for (const auto& row : orders::vat_rows(order.lines)) vat.push_back(vat_json(row));
  whole["lines"] = std::move(lines);
  whole["vat"] = std::move(vat);
  whole["total_cents"] = order.total.value();
  if (order.cards > base::Cents(0)) whole["gift_card_cents"] = order.cards.value();
  return whole.dump();
}

std::string credit_content(const orders::Order& order, const Original& original, const Refunded& refunded, const base::City& city) {
  Json whole = head_json(order, city);
  whole["credits"] = {{"number", original.number}, {"issued_utc", base::to_iso(original.issued)}};
  Json lines = Json::array(), vat = Json::array();
  for (const auto& line : order.lines) {
    const base::Cents cents = credited(refunded.now, line.line_no);
    const int units = credited_units(refunded.now, line.line_no);
    if (cents.value() == 0 && units == 0) continue;
    Json json = line_json(line);
    json["quantity"] = -units;
    json["total_cents"] = -cents.value();
    lines.push_back(std::move(json));
  }
  for (auto& row : credited_vat(refunded)) {
    row.gross = row.gross * -1;
    row.vat = row.vat * -1;
    vat.push_back(vat_json(row));
  }
  whole["lines"] = std::move(lines);
  whole["vat"] = std::move(vat);
  whole["total_cents"] = -sum_of(refunded.now).value();
  if (refunded.to_cards > base::Cents(0)) whole["gift_card_cents"] = -refunded.to_cards.value();
  return whole.dump();
}

std::string receipt_hash(const std::string& previous, const Receipt& receipt) {
  std::string text = "receipt 1\n" + crypto::to_hex(previous) + "\n";
  for (const auto& field : {receipt_number(receipt.year, receipt.no), std::to_string(receipt.attempt_id), receipt.order_number,
                            base::to_iso(receipt.issued), std::string(base::to_string(receipt.lang)), receipt.reference,
                            receipt.transaction_id, receipt.provider, std::to_string(receipt.total.value())}) {
    text.append(field).append("\n");
  }
  text += receipt.content;
  return crypto::as_bytes(crypto::sha256(text));
}

}  // namespace payments
