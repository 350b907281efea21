#include "backoffice/staff_order_form.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "lib/base/contact.h"
#include "lib/base/finnish.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using nlohmann::json;

namespace {

constexpr int kMostUnits = 99;
// What the order's columns hold.
constexpr std::size_t kLongestName = 50, kLongestStreet = 100, kLongestTown = 60;

// "123_adult". ERRORS: invalid.
base::Result<WantedLine> line_of(const std::string& key, std::string typed) {
  WantedLine out{key, "", std::move(typed), 0};
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), out.variant);
  if (error != std::errc() || out.variant <= 0 || end == key.data() + key.size() || *end != '_') return fail(ErrorKind::invalid, "no line");
  out.group = std::string(end + 1, key.data() + key.size());
  if (out.group.empty() || out.group.size() > 48 || out.group.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) return fail(ErrorKind::invalid, "no price group");
  return out;
}

int units_of(const WantedLine& line) {
  int out = 0;
  const auto [end, error] = std::from_chars(line.typed.data(), line.typed.data() + line.typed.size(), out);
  return error == std::errc() && end == line.typed.data() + line.typed.size() && out >= 1 && out <= kMostUnits ? out : 0;
}

base::Status load_lines(const Call& call, OrderForm& form) {
  std::vector<std::int64_t> variants;
  for (const auto& line : form.lines) variants.push_back(line.variant);
  KK_LET(form.items, load_items(call, variants));
  // A product that is no more has no name to show: its line goes.
  std::erase_if(form.lines, [&](const auto& line) { return !form.items.contains(line.variant); });
  return {};
}

const Item::Price* price_of(const OrderForm& form, const WantedLine& line) {
  const auto& prices = form.items.at(line.variant).prices;
  const auto price = std::find_if(prices.begin(), prices.end(), [&](const auto& one) { return one.group == line.group; });
  return price == prices.end() ? nullptr : &*price;
}

std::string field_of_ways(const std::vector<Item::Way>& ways) {
  std::string out = "way";
  for (const auto& way : ways) out += "_" + way.code;
  return out;
}

// The one that is chosen; nothing: none is yet.
const Item::Way* way_of(const OrderForm& form, const std::vector<Item::Way>& ways) {
  if (ways.size() == 1) return &ways[0];
  const std::string chosen = form.typed.text(field_of_ways(ways));
  const auto way = std::find_if(ways.begin(), ways.end(), [&](const auto& one) { return one.code == chosen; });
  return way == ways.end() ? nullptr : &*way;
}

bool is_by_post(const OrderForm& form) {
  return std::any_of(form.items.begin(), form.items.end(), [&](const auto& one) {
    const auto* way = way_of(form, one.second.ways);
    return way != nullptr && way->kind == "post";
  });
}

std::string holder_field(const WantedLine& line, int unit) { return "holder_" + line.key + "_" + std::to_string(unit); }

std::string take_text(const OrderForm& form, const std::string& field, std::size_t max, web::Problems& problems) {
  const bool is_name = field == "first_name" || field == "last_name" || field.starts_with("holder_");
  const auto text = is_name ? base::parse_name(form.typed.text(field)) : base::clean_text(form.typed.text(field), max);
  if (text) return *text;
  const std::string what = text.error() == base::TextProblem::missing ? "required" : base::to_string(text.error());
  problems.add(field, field.starts_with("holder_") ? "holder_name_" + what : "buyer_" + field, {{"max", std::to_string(max)}});
  return {};
}

// A telephone number or an e-mail address, or both: how to reach them is needed, which of the two isn't.
void take_reach(const OrderForm& form, json& buyer, web::Problems& problems) {
  const std::string phone = form.typed.text("phone"), email = form.typed.text("email");
  buyer["phone"] = "";
  buyer["email"] = "";
  if (phone.empty() && email.empty()) return problems.add("phone", "buyer_reach_required");
  if (!phone.empty()) {
    const auto parsed = base::parse_phone(phone);
    if (parsed) buyer["phone"] = *parsed;
    else problems.add("phone", parsed.error() == base::PhoneProblem::emergency ? "phone_emergency" : "phone_invalid");
  }
  if (email.empty()) return;
  const auto parsed = base::parse_email(email);
  if (!parsed) return problems.add("email", parsed.error() == base::TextProblem::too_long ? "email_too_long" : "email_invalid", {{"max", "200"}});
  buyer["email"] = *parsed;
  // A likely slip of the finger is asked about once; the same address again means that it is right.
  const auto better = base::email_suggestion(*parsed);
  if (better && form.asked_email != *parsed) problems.add("email", "email_typo", {{"suggestion", *better}});
}

json take_buyer(const OrderForm& form, web::Problems& problems) {
  json out = {{"street_address", ""}, {"postal_code", ""}, {"town", ""}};
  out["first_name"] = take_text(form, "first_name", kLongestName, problems);
  out["last_name"] = take_text(form, "last_name", kLongestName, problems);
  take_reach(form, out, problems);
  if (!is_by_post(form)) return out;  // an address that nobody needs is not kept
  out["street_address"] = take_text(form, "street_address", kLongestStreet, problems);
  out["postal_code"] = form.typed.text("postal_code");
  if (!base::is_postal_code(form.typed.text("postal_code"))) problems.add("postal_code", "buyer_postal_code");
  out["town"] = take_text(form, "town", kLongestTown, problems);
  return out;
}

}  // namespace

base::Result<OrderForm> read_order_form(const Call& call) {
  OrderForm out;
  out.typed = call.form;
  out.key = call.form.text("key");
  out.asked_email = call.form.text("asked_email");
  std::string act = call.form.text("do");
  for (const auto& [name, value] : call.form.pairs()) {
    if (name != "line" || act == "remove:" + value) continue;
    KK_LET(auto line, line_of(value, call.form.text("quantity_" + value)));
    if (std::none_of(out.lines.begin(), out.lines.end(), [&](const auto& one) { return one.key == line.key; }) && out.lines.size() < kMostLines) out.lines.push_back(std::move(line));
  }
  if (act.starts_with("add:")) {
    KK_LET(auto added, line_of(act.substr(4), "1"));
    const auto known = std::find_if(out.lines.begin(), out.lines.end(), [&](const auto& one) { return one.key == added.key; });
    if (known != out.lines.end()) known->typed = std::to_string(std::min(units_of(*known) + 1, kMostUnits));
    else if (out.lines.size() < kMostLines) out.lines.push_back(std::move(added));
  }
  KK_TRY(load_lines(call, out));
  KK_LET(out.cards, posted_cards(call, out.key));
  return out;
}

base::Result<OrderForm> order_form_of(const Call& call, const StaffOrder& order) {
  const json in = json::parse(order.contents, nullptr, false);
  if (!in.is_object()) return fail(ErrorKind::broken, "contents of a staff order");
  web::Pairs pairs = {{"channel", order.channel}, {"lang", base::to_string(order.lang)}, {"discount_code", in.value("code", "")}};
  OrderForm out;
  for (const auto& one : in.at("lines")) {
    const std::string key = std::to_string(one.at("variant").get<std::int64_t>()) + "_" + one.at("group").get<std::string>();
    KK_LET(auto line, line_of(key, std::to_string(one.at("quantity").get<int>())));
    int unit = 0;
    for (const auto& name : one.at("holders")) pairs.emplace_back(holder_field(line, ++unit), name);
    out.lines.push_back(std::move(line));
  }
  for (const auto& [name, value] : in.at("buyer").items()) pairs.emplace_back(name, value);
  KK_TRY(load_lines(call, out));
  for (const auto& one : in.at("lines")) {
    if (const auto item = out.items.find(one.at("variant")); item != out.items.end()) pairs.emplace_back(field_of_ways(item->second.ways), one.at("way"));
  }
  out.typed = web::Form::from_pairs(std::move(pairs));
  out.key = order.key;
  out.asked_email = out.typed.text("email");
  KK_LET(out.cards, cards_of(call, order.contents));
  return out;
}

base::Result<std::vector<MakeOrders>> permissions_for(const Call& call, const std::map<std::int64_t, Item>& items) {
  std::vector<MakeOrders> out;
  for (const auto& [variant, item] : items) {
    KK_LET(auto may, call.rights.permit<staff::Right::orders_make>(item.place));
    out.push_back(std::move(may));
  }
  return out;
}

base::Result<std::string> check_order_form(const Call& call, const OrderForm& form, web::Problems& problems) {
  json lines = json::array();
  if (form.lines.empty()) problems.add("q", "new_order_empty");
  for (const auto& line : form.lines) {
    const Item& item = form.items.at(line.variant);
    const int units = units_of(line);
    if (units == 0) problems.add("quantity_" + line.key, "quantity_invalid");
    json holders = json::array();
    for (int unit = 1; item.holder_name && unit <= units; ++unit) holders.push_back(take_text(form, holder_field(line, unit), kLongestName, problems));
    const auto* way = way_of(form, item.ways);
    lines.push_back({{"variant", line.variant}, {"group", line.group}, {"quantity", units}, {"way", way == nullptr ? "" : way->code}, {"holders", std::move(holders)}});
  }
  for (const auto& choice : way_choices(form)) {
    if (choice.ways.size() > 1 && way_of(form, choice.ways) == nullptr) problems.add(choice.field, "delivery_required");
  }
  json contents = {{"buyer", take_buyer(form, problems)}, {"lines", std::move(lines)}};
  KK_TRY(take_codes(call, form, contents, problems));
  if (form.typed.text("channel") != "counter" && form.typed.text("channel") != "phone") problems.add("channel", "new_order_channel");
  if (!base::parse_lang(form.typed.text("lang"))) problems.add("lang", "new_order_lang");
  return problems.empty() ? contents.dump() : std::string();
}

void add_obstacles(const Call& call, const OrderForm& form, const std::string& answer, web::Problems& problems) {
  const json in = json::parse(answer, nullptr, false);
  if (!in.is_object() || !in.at("order").is_null()) return;
  const auto& lines = in.at("lines");
  for (std::size_t i = 0; i < lines.size() && i < form.lines.size(); ++i) {
    const std::string obstacle = lines[i].at("obstacle");
    if (!obstacle.empty()) problems.add("quantity_" + form.lines[i].key, "new_order_" + obstacle, {{"left", std::to_string(lines[i].at("left").get<int>())}, {"name", form.items.at(form.lines[i].variant).name}});
  }
  add_code_obstacles(call, in, problems);
  const std::string problem = in.at("problem");
  if (problem == "too_large") problems.add("q", "new_order_too_large");
  else if (problem == "address") problems.add("street_address", "buyer_street_address");
  else if (!problem.empty() || problems.empty()) problems.add("q", "new_order_unfit");
}

std::vector<WayChoice> way_choices(const OrderForm& form) {
  std::vector<WayChoice> out;
  for (const auto& line : form.lines) {
    const Item& item = form.items.at(line.variant);
    const std::string field = field_of_ways(item.ways);
    auto known = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.field == field; });
    if (known == out.end()) known = out.insert(out.end(), {field, item.ways, ""});
    if (known->names.find(item.name) == std::string::npos) known->names += (known->names.empty() ? "" : ", ") + item.name;
  }
  return out;
}

namespace {

std::string price_words(const Call& call, base::Cents cents) { return cents.value() == 0 ? call.say("checkout.free_of_charge") : base::format_money(cents, call.lang); }

view::List found_view(const Call& call, const OrderForm& form) {
  view::List out;
  for (const auto& item : form.found) {
    view::List prices;
    for (const auto& price : item.prices) {
      prices.push_back(view::Object().set("value", "add:" + std::to_string(item.variant) + "_" + price.group).set("words", call.say("sales.add", {{"group", price.name}, {"price", price_words(call, price.cents)}})));
    }
    out.push_back(view::Object().set("name", item.name).set("detail", item.detail).set("has_detail", !item.detail.empty()).set("is_counted", item.free.has_value())
                      .set("left", item.free ? call.say("sales.pieces_left", {{"left", std::to_string(*item.free)}}) : "").set("prices", std::move(prices)));
  }
  return out;
}

view::List lines_of(const Call& call, const OrderForm& form, const web::Problems& problems) {
  view::List out;
  for (const auto& line : form.lines) {
    const Item& item = form.items.at(line.variant);
    const auto* price = price_of(form, line);
    const std::string field = "quantity_" + line.key, message = problems.message(call.templates, call.lang, field);
    web::Fields holders(call.templates, call.lang, &form.typed, problems);
    for (int unit = 1; item.holder_name && unit <= units_of(line); ++unit) {
      holders.text({.id = holder_field(line, unit), .label = call.say("checkout.holder_label", {{"product", item.name}, {"n", std::to_string(unit)}}), .hint = ""});
    }
    const std::string detail = item.detail + (item.detail.empty() ? "" : ", ") + (price == nullptr ? line.group : price->name + ", " + price_words(call, price->cents));
    out.push_back(view::Object().set("key", line.key).set("field", field).set("name", item.name).set("detail", detail).set("quantity", line.typed).set("wrong", !message.empty()).set("message", message).set("holders", holders.take()));
  }
  return out;
}

view::List ways_view(const Call& call, const OrderForm& form, const web::Problems& problems) {
  web::Fields fields(call.templates, call.lang, &form.typed, problems);
  for (const auto& choice : way_choices(form)) {
    std::vector<web::Fields::Choice> ways;
    for (const auto& way : choice.ways) {
      const bool chosen = choice.ways.size() == 1 || form.typed.text(choice.field) == way.code;
      ways.push_back({choice.field + "_" + way.code, choice.field, way.code, way.name, way.detail, price_words(call, way.cents), chosen});
    }
    fields.choices({.id = choice.field, .label = call.say("sales.delivery") + ": " + choice.names, .hint = ""}, ways);
  }
  return fields.take();
}

}  // namespace

void fill_order_form(const Call& call, const OrderForm& form, const web::Problems& problems, view::Object& data) {
  web::Fields who(call.templates, call.lang, &form.typed, problems), address(call.templates, call.lang, &form.typed, problems), how(call.templates, call.lang, &form.typed, problems);
  who.text({.id = "first_name", .label = call.say("checkout.first_name"), .hint = ""});
  who.text({.id = "last_name", .label = call.say("checkout.last_name"), .hint = ""});
  who.text({.id = "phone", .label = call.say("checkout.phone"), .hint = "", .type = "tel", .inputmode = "tel", .required = false});
  who.text({.id = "email", .label = call.say("checkout.email"), .hint = call.say("sales.buyer_email_hint"), .type = "email", .inputmode = "email", .required = false});
  address.text({.id = "street_address", .label = call.say("checkout.street_address"), .hint = "", .required = false});
  address.text({.id = "postal_code", .label = call.say("checkout.postal_code"), .hint = "", .inputmode = "numeric", .required = false, .is_short = true});
  address.text({.id = "town", .label = call.say("checkout.town"), .hint = "", .required = false});
  const auto choice = [&](const char* field, const std::string& value, std::string label) { return web::Fields::Choice{field + ("_" + value), field, value, std::move(label), "", "", form.typed.text(field) == value}; };
  how.choices({.id = "channel", .label = call.say("sales.channel"), .hint = ""}, {choice("channel", "counter", call.say("sales.channel_counter")), choice("channel", "phone", call.say("sales.channel_phone"))});
  std::vector<web::Fields::Choice> langs;
  for (const auto lang : base::kLangs) langs.push_back(choice("lang", base::to_string(lang), call.templates.say(lang, "common.language_name")));
  how.choices({.id = "lang", .label = call.say("sales.buyer_language"), .hint = ""}, langs);
  data.set("who", who.take()).set("address", address.take()).set("codes", codes_view(call, form, problems)).set("how", how.take()).set("ways", ways_view(call, form, problems)).set("has_lines", !form.lines.empty()).set("lines", lines_of(call, form, problems));
  data.set("key", form.key).set("q", form.typed.text("q")).set("asked_email", form.typed.text("email")).set("searched", form.searched).set("none", form.found.empty()).set("many", form.found.size() >= kItemsShown).set("found", found_view(call, form));
  problems.fill(data, call.templates, call.lang, {"q"});
}

}  // namespace backoffice
