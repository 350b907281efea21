#include "checkout/details.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "checkout/countries.h"
#include "lib/base/contact.h"
#include "lib/base/finnish.h"

namespace checkout {

using nlohmann::json;

namespace {

constexpr const char* kDetailsLabel = "details.2";
// What our columns hold. Names have the Paytrail Payment API's limit (customer), so that a payment is never refused for length.
constexpr std::size_t kMaxStreet = 100, kMaxTown = 60, kMaxPostalCode = 15, kMaxCompany = 100, kMaxName = 50;

// Where Finland's postal codes are, and where its post is sold.
bool is_finland(const std::string& country) { return country == "FI" || country == "AX"; }

std::string take(const tl::expected<std::string, base::TextProblem>& parsed, const std::string& field, std::size_t max,
                 const std::string& typed, web::Problems& problems) {
  if (parsed) return *parsed;
  const std::string key = parsed.error() == base::TextProblem::missing ? "required" : base::to_string(parsed.error());
  problems.add(field, field + "_" + key, {{"max", std::to_string(max)}});
  return typed;
}

// Abroad there may be no postal code.
void check_abroad(orders::Contact& c, web::Problems& problems) {
  const auto code = base::clean_text(c.postal_code, kMaxPostalCode);
  if (code) c.postal_code = *code;
  const bool odd = c.postal_code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -") != std::string::npos;
  if (!code && code.error() == base::TextProblem::too_long) problems.add("postal_code", "postal_code_too_long", {{"max", std::to_string(kMaxPostalCode)}});
  else if (odd) problems.add("postal_code", "postal_code_abroad");
  c.town = take(base::clean_text(c.town, kMaxTown), "town", kMaxTown, c.town, problems);
}

// A town that is not the postal code's is asked about once; the same again means that it is right.
void check_town(const db::Rows& known, base::Lang lang, const web::Form& form, orders::Contact& c, web::Problems& problems) {
  const std::string right = known.empty() ? std::string() : known[0].text(lang == base::Lang::sv ? 1 : 0);
  if (c.town.empty() && !right.empty()) {
    c.town = right;
    return;
  }
  const auto town = base::clean_text(c.town, kMaxTown);
  c.town = take(town, "town", kMaxTown, c.town, problems);
  if (!town || right.empty() || known[0].boolean(2) || form.text("town_asked") == town_key(c)) return;
  problems.add("town", "town_other", {{"code", c.postal_code}, {"town", right}});
}

base::Status check_place(db::Connection& db, base::Lang lang, const web::Form& form, orders::Contact& c, web::Problems& problems) {
  if (!is_finland(c.country)) {
    check_abroad(c, problems);
    return {};
  }
  const auto code = base::clean_text(c.postal_code, kMaxPostalCode);
  c.postal_code = take(code, "postal_code", kMaxPostalCode, c.postal_code, problems);
  db::Rows known;
  if (code && !base::is_postal_code(*code)) {
    problems.add("postal_code", "postal_code_invalid");
  } else if (code) {
    KK_LET(known, db.query("SELECT town_fi, town_sv, ? IN (town_fi, town_sv) FROM postal_codes WHERE code = ?", c.town, *code));
    if (known.empty()) problems.add("postal_code", "postal_code_unknown");
  }
  check_town(known, lang, form, c, problems);
  return {};
}

void check_email(const web::Form& form, orders::Contact& contact, web::Problems& problems) {
  const std::string typed = form.text("email");
  const auto parsed = base::parse_email(typed);
  contact.email = take(parsed, "email", 200, typed, problems);
  if (!parsed) return;
  // A likely slip of the finger is asked about once; the same address again means that it is right.
  const auto better = base::email_suggestion(*parsed);
  if (better && form.text("email_asked") != *parsed) problems.add("email", "email_typo", {{"suggestion", *better}});
}

void check_phone(const web::Form& form, orders::Contact& contact, web::Problems& problems) {
  const std::string typed = form.text("phone");
  const auto parsed = base::parse_phone(typed);
  contact.phone = parsed ? *parsed : typed;
  if (parsed) return;
  switch (parsed.error()) {
    case base::PhoneProblem::missing: return problems.add("phone", "phone_required");
    case base::PhoneProblem::emergency: return problems.add("phone", "phone_emergency");
    case base::PhoneProblem::too_long: return problems.add("phone", "phone_too_long");
    case base::PhoneProblem::invalid:
    case base::PhoneProblem::too_short: return problems.add("phone", "phone_invalid");
  }
}

void check_company(const web::Form& form, orders::Contact& contact, web::Problems& problems) {
  const std::string company = form.text("company"), id = form.text("business_id");
  contact.company = company;
  contact.business_id = id;
  if (company.empty() && id.empty()) return;
  contact.company = take(base::clean_text(company, kMaxCompany), "company", kMaxCompany, company, problems);
  if (id.empty()) return;
  const auto normal = base::normalise_business_id(id);
  if (normal) {
    contact.business_id = *normal;
  } else {
    const auto digits = std::count_if(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
    problems.add("business_id", digits == 8 ? "business_id_check_digit" : "business_id_invalid");
  }
}

const DeliveryWay* find_way(const DeliveryChoice& choice, const std::string& code) {
  const auto way = std::find_if(choice.ways.begin(), choice.ways.end(), [&](const auto& one) { return one.code == code; });
  return way == choice.ways.end() ? nullptr : &*way;
}

bool reaches(const DeliveryWay& way, const std::string& country) { return way.kind != "post" || is_finland(country); }

void check_choices(const web::Form& form, const Basket& basket, Details& out, web::Problems& problems) {
  for (const auto& choice : delivery_choices(basket)) {
    const std::string key = choice_key(choice);
    const std::string chosen = choice.ways.size() == 1 ? choice.ways[0].code : form.text(key);
    out.delivery[key] = chosen;
    const DeliveryWay* way = find_way(choice, chosen);
    if (chosen.empty()) {
      problems.add(key, "delivery_required");
    } else if (way == nullptr) {
      problems.add(key, "delivery_invalid");
    } else if (!out.contact.country.empty() && !reaches(*way, out.contact.country)) {
      problems.add("country", "country_no_post");
      problems.add(key, "delivery_no_post");
    }
  }
  for (auto& [line, names] : out.holders) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string field = "holder_" + line + "_" + std::to_string(i + 1);
      const auto parsed = base::parse_name(names[i]);
      if (parsed) names[i] = *parsed;
      else problems.add(field, parsed.error() == base::TextProblem::missing ? "holder_name_required"
                                                                            : std::string("holder_name_") + base::to_string(parsed.error()),
                        {{"max", std::to_string(kMaxName)}});
    }
  }
}

}  // namespace

std::string town_key(const orders::Contact& contact) { return contact.postal_code + " " + contact.town; }

std::string choice_key(const DeliveryChoice& choice) {
  std::string out = "delivery";
  for (const auto& way : choice.ways) out += "_" + way.code;
  return out;
}

bool may_begin_now(const BasketLine& line) {
  using orders::Withdrawal;
  return line.offer != nullptr && line.offer->kind != "gift_card" && (line.offer->withdrawal == Withdrawal::service_14d || line.offer->withdrawal == Withdrawal::digital);
}

Details details_typed(const web::Form& form, const Basket& basket) {
  Details out;
  auto& c = out.contact;
  c = {form.text("first_name"), form.text("last_name"), form.text("street_address"), form.text("postal_code"), form.text("town"),
       form.text("country"),    form.text("phone"),     form.text("email"),          form.text("company"),     form.text("business_id")};
  for (const auto& choice : delivery_choices(basket)) out.delivery[choice_key(choice)] = form.text(choice_key(choice));
  for (const auto& line : basket.lines) {
    const std::string key = line.cart.key();
    if (may_begin_now(line) && form.ticked("begin_" + key)) out.begin_now.push_back(key);
    if (line.offer == nullptr || !line.offer->holder_name) continue;
    auto& names = out.holders[key];
    for (int i = 1; i <= line.cart.quantity; ++i) names.push_back(form.text("holder_" + key + "_" + std::to_string(i)));
  }
  return out;
}

base::Result<Details> check_details(db::Connection& db, base::Lang lang, const web::Form& form, const Basket& basket, web::Problems& problems) {
  Details out = details_typed(form, basket);
  auto& c = out.contact;
  c.first_name = take(base::parse_name(c.first_name), "first_name", kMaxName, c.first_name, problems);
  c.last_name = take(base::parse_name(c.last_name), "last_name", kMaxName, c.last_name, problems);
  c.street_address = take(base::clean_text(c.street_address, kMaxStreet), "street_address", kMaxStreet, c.street_address, problems);
  if (!is_country(c.country)) problems.add("country", c.country.empty() ? "country_required" : "country_invalid");
  KK_TRY(check_place(db, lang, form, c, problems));
  check_phone(form, c, problems);
  check_email(form, c, problems);
  check_company(form, c, problems);
  check_choices(form, basket, out, problems);
  out.checked = problems.empty();
  return out;
}

bool details_fit(const Details& details, const Basket& basket) {
  if (!details.checked) return false;
  for (const auto& choice : delivery_choices(basket)) {
    const auto chosen = details.delivery.find(choice_key(choice));
    const DeliveryWay* way = chosen == details.delivery.end() ? nullptr : find_way(choice, chosen->second);
    if (way == nullptr || !reaches(*way, details.contact.country)) return false;
  }
  for (const auto& line : basket.lines) {
    if (line.offer == nullptr || !line.offer->holder_name) continue;
    const auto names = details.holders.find(line.cart.key());
    if (names == details.holders.end() || names->second.size() != static_cast<std::size_t>(line.cart.quantity)) return false;
  }
  return true;
}

std::string print_details(const Details& details) {
  const auto& c = details.contact;
  return json{{"c", {c.first_name, c.last_name, c.street_address, c.postal_code, c.town, c.country, c.phone, c.email, c.company, c.business_id}},
              {"b", details.begin_now},
              {"d", details.delivery},
              {"h", details.holders},
              {"k", details.checked}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Details> parse_details(std::string_view text) {
  // Sealed by us; the shape is checked all the same, since an older version may have made it.
  const json in = json::parse(text, nullptr, false);
  if (!in.is_object() || !in.contains("c") || !in["c"].is_array() || in["c"].size() != 10) return std::nullopt;
  try {
    Details out;
    const auto& c = in["c"];
    out.contact = {c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]};
    in.at("b").get_to(out.begin_now);
    in.at("d").get_to(out.delivery);
    in.at("h").get_to(out.holders);
    in.at("k").get_to(out.checked);
    return out;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::optional<Details> details_of(const web::Request& request, const crypto::Key& key, base::UtcTime now) {
  const auto cookie = request.cookie("__Host-details");
  if (!cookie) return std::nullopt;
  const auto text = crypto::open_text(key, kDetailsLabel, *cookie);
  if (!text) return std::nullopt;
  std::int64_t sealed_at = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), sealed_at);
  const auto age = now.time_since_epoch() / std::chrono::seconds{1} - sealed_at;
  if (error != std::errc() || age < 0 || age > kDetailsSeconds) return std::nullopt;
  return parse_details(std::string_view(end, static_cast<std::size_t>(text->data() + text->size() - end)));
}

bool put_details(web::Response& response, const crypto::Key& key, const Details& details, base::UtcTime now) {
  const auto seconds = now.time_since_epoch() / std::chrono::seconds{1};
  const std::string sealed = crypto::seal_text(key, kDetailsLabel, std::to_string(seconds) + print_details(details));
  if (sealed.size() > kMaxSealed) return false;
  response.cookie({.name = "details", .value = sealed, .max_age = kDetailsSeconds});
  return true;
}

void drop_details(web::Response& response) { response.cookie({.name = "details", .value = "", .max_age = 0}); }

}  // namespace checkout
