#include "lib/cart/cart.h"

#include <algorithm>
#include <charconv>

namespace cart {

namespace {

constexpr const char* kCartLabel = "cart.3";

template <typename Number>
bool take_number(std::string_view& text, char end, Number& out) {
  const auto stop = text.find(end);
  if (stop == std::string_view::npos) return false;
  const auto [last, error] = std::from_chars(text.data(), text.data() + stop, out);
  if (error != std::errc() || last != text.data() + stop) return false;
  text.remove_prefix(stop + 1);
  return true;
}

bool is_group_code(std::string_view text) {
  return !text.empty() && text.size() <= 48 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool is_discount_code(std::string_view text) {
  return !text.empty() && text.size() <= 24 && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
}

}  // namespace

std::string CartLine::key() const {
  return std::to_string(variant) + "_" + group + (registration == 0 ? "" : "_r" + std::to_string(registration));
}

bool Cart::add(const CartLine& line) {
  for (auto& known : lines) {
    if (known.key() == line.key()) {
      known.quantity = std::min(known.quantity + line.quantity, kMaxQuantity);
      known.seen = line.seen;
      return true;
    }
  }
  if (lines.size() >= kMaxLines) return false;
  lines.push_back(line);
  return true;
}

bool Cart::set_registration(std::int64_t registration, const std::vector<CartLine>& lines_of_it) {
  std::erase_if(lines, [&](const CartLine& line) { return line.registration == registration; });
  return std::all_of(lines_of_it.begin(), lines_of_it.end(), [&](const CartLine& line) { return add(line); });
}

void Cart::set_quantity(const std::string& key, int quantity) {
  for (auto& line : lines) {
    if (line.key() == key) line.quantity = std::min(quantity, kMaxQuantity);
  }
  std::erase_if(lines, [](const CartLine& line) { return line.quantity <= 0; });
}

std::string print_cart(const Cart& cart) {
  std::string out = cart.id + (cart.code.empty() ? "" : "," + cart.code);
  for (const auto& code : cart.gift_cards) out += "+" + code;
  out += ";";
  for (const auto& line : cart.lines) {
    out += std::to_string(line.variant) + ":" + line.group + ":" + std::to_string(line.quantity) + ":" +
           std::to_string(line.seen.value()) + ":" + std::to_string(line.registration) + ";";
  }
  return out;
}

std::optional<Cart> parse_cart(std::string_view text) {
  Cart out;
  const auto id_end = text.find(';');
  if (id_end == std::string_view::npos) return std::nullopt;
  std::string_view head = text.substr(0, id_end);
  for (auto plus = head.rfind('+'); plus != std::string_view::npos; plus = head.rfind('+')) {
    if (out.gift_cards.size() == kMaxGiftCards) return std::nullopt;
    out.gift_cards.insert(out.gift_cards.begin(), std::string(head.substr(plus + 1)));
    head = head.substr(0, plus);
  }
  if (const auto comma = head.find(','); comma != std::string_view::npos) {
    if (!is_discount_code(head.substr(comma + 1))) return std::nullopt;
    out.code = std::string(head.substr(comma + 1));
    head = head.substr(0, comma);
  }
  if (!head.empty() && !crypto::is_token(head)) return std::nullopt;
  out.id = std::string(head);
  text.remove_prefix(id_end + 1);
  while (!text.empty()) {
    CartLine line;
    std::int64_t cents = 0;
    if (out.lines.size() == kMaxLines || !take_number(text, ':', line.variant)) return std::nullopt;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_group_code(text.substr(0, colon))) return std::nullopt;
    line.group = std::string(text.substr(0, colon));
    text.remove_prefix(colon + 1);
    if (!take_number(text, ':', line.quantity) || !take_number(text, ':', cents) || !take_number(text, ';', line.registration)) return std::nullopt;
    if (line.variant <= 0 || line.quantity < 1 || line.quantity > kMaxQuantity || cents < 0 || line.registration < 0) return std::nullopt;
    line.seen = base::Cents(cents);
    out.lines.push_back(std::move(line));
  }
  return out;
}

Cart cart_of(const web::Request& request, const crypto::Key& key) {
  const auto cookie = request.cookie("__Host-cart");
  if (!cookie || cookie->empty()) return {};
  const auto text = crypto::open_text(key, kCartLabel, *cookie);
  if (!text) return {};
  return parse_cart(*text).value_or(Cart{});
}

bool put_cart(web::Response& response, const crypto::Key& key, const Cart& cart) {
  const std::string id = cart.id.empty() ? crypto::random_token() : cart.id;
  const std::string sealed = cart.lines.empty() ? std::string() : crypto::seal_text(key, kCartLabel, print_cart({cart.lines, id, cart.code, cart.gift_cards}));
  if (sealed.size() > kMaxSealed) return false;
  const int max_age = cart.lines.empty() ? 0 : -1;
  response.cookie({.name = "cart", .value = sealed, .max_age = max_age});
  response.cookie({.name = "lines", .value = std::to_string(cart.lines.size()), .http_only = false, .max_age = max_age});
  return true;
}

}  // namespace cart
