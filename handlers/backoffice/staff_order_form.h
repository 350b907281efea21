// The form of an order that staff make for somebody: what was typed, checked; and as the page shows it again. A line is called by its variant and price group: "123_adult".
#pragma once

#include <nlohmann/json.hpp>
#include <set>

#include "backoffice/staff_order_store.h"
#include "lib/gift_cards/gift_card.h"
#include "lib/web/fields.h"

namespace backoffice {

struct WantedLine {
  std::string key, group, typed;  // typed: the quantity
  std::int64_t variant = 0;
};
// Lines that go the same way: their products have the same ways.
struct WayChoice {
  std::string field;              // "way_email_post"
  std::vector<Item::Way> ways;
  std::string names;              // of its products
};

// A gift card that pays. Its code was typed once and is kept nowhere: the row has the card's id, which the form names and only this row's own ids are taken from.
struct KeptCard {
  gift_cards::Card card;
  bool chosen = true;
};

struct OrderForm {
  web::Form typed;
  std::string key;                // of the form
  std::vector<WantedLine> lines;
  std::map<std::int64_t, Item> items;
  std::vector<Item> found;        // of a search
  bool searched = false;
  std::string asked_email;        // an address that was asked about once
  std::vector<KeptCard> cards;    // those that the row has
};

inline constexpr std::size_t kMostLines = 20;

// What was posted, with the button that was pressed carried out: a line added or taken away.
base::Result<OrderForm> read_order_form(const Call& call);
// The same from the row, to be changed. ERRORS: broken.
base::Result<OrderForm> order_form_of(const Call& call, const StaffOrder& order);
// ERRORS: denied: a product of others.
base::Result<std::vector<MakeOrders>> permissions_for(const Call& call, const std::map<std::int64_t, Item>& items);

// Contents for the row, or problems. REQUIRES: `items` are those of `lines`.
base::Result<std::string> check_order_form(const Call& call, const OrderForm& form, web::Problems& problems);
// What checkout said stands in the way, as problems of the form's fields.
void add_obstacles(const Call& call, const OrderForm& form, const std::string& answer, web::Problems& problems);

std::vector<WayChoice> way_choices(const OrderForm& form);
// Everything that backoffice/new_order.html wants.
void fill_order_form(const Call& call, const OrderForm& form, const web::Problems& problems, view::Object& data);

// The form's discount code and gift cards (staff_order_codes.cc). Fields: discount_code, gift_card (a code as typed), card (the id of each that stays).

// The cards of a row's contents, all of them chosen.
base::Result<std::vector<KeptCard>> cards_of(const Call& call, const std::string& contents);
// Of a posted form: the cards that its row has; chosen are those that the form names.
base::Result<std::vector<KeptCard>> posted_cards(const Call& call, const std::string& key);
// Into the contents, or problems; a gift card's code is found and forgotten here.
base::Status take_codes(const Call& call, const OrderForm& form, nlohmann::json& contents, web::Problems& problems);
void add_code_obstacles(const Call& call, const nlohmann::json& answer, web::Problems& problems);
view::List codes_view(const Call& call, const OrderForm& form, const web::Problems& problems);

}  // namespace backoffice
