// The cart: what the visitor chose, in a sealed cookie; no server state. Prices in it are only those
// last shown, so that a change can be told. checkout orders from it; registrations puts in the seats that a sign-up holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/money.h"
#include "lib/crypto/crypto.h"
#include "lib/web/request.h"
#include "lib/web/response.h"

namespace cart {

struct CartLine {
  std::int64_t variant = 0;
  std::string group;          // price group
  int quantity = 0;
  base::Cents seen;           // unit price last shown
  std::int64_t registration = 0;  // the sign-up that holds these seats; 0: not of one

  std::string key() const;    // "123_adult", "123_child_r7": its name in forms
};

inline constexpr std::size_t kMaxLines = 50;
inline constexpr std::size_t kMaxGiftCards = 5;
inline constexpr int kMaxQuantity = 999;
// Browsers keep 4,096 bytes of a cookie; the name and attributes need some.
inline constexpr std::size_t kMaxSealed = 3800;

struct Cart {
  std::vector<CartLine> lines;
  // A random token, which lasts until something is ordered from the cart: one cart makes one order, in however many tabs.
  std::string id = {};
  std::string code = {};  // a discount code as catalogue::plain_code has it; empty: none
  std::vector<std::string> gift_cards = {};  // codes that are to pay, in their order

  // Adds to the line of the same key, or makes one. False: the cart is full.
  bool add(const CartLine& line);
  void set_quantity(const std::string& key, int quantity);  // 0 removes
  // A sign-up's lines instead of those that it had. False: the cart is full.
  bool set_registration(std::int64_t registration, const std::vector<CartLine>& lines_of_it);
};

// One text for the cookie and for what an order's form carries; parse takes only what print makes.
std::string print_cart(const Cart& cart);
std::optional<Cart> parse_cart(std::string_view text);

// An absent, foreign or altered cookie is an empty cart.
Cart cart_of(const web::Request& request, const crypto::Key& key);
// Sets the sealed cart, with an id when it has none, and the number of its lines, which static pages show. False: too
// large for a cookie.
bool put_cart(web::Response& response, const crypto::Key& key, const Cart& cart);

}  // namespace cart
