// The form of an order that staff make for somebody: what was typed, checked; and as the page shows it again. A line is called by its variant and price group: "123_adult".
#pragma once

#include <set>

#include "backoffice/staff_order_store.h"
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

struct OrderForm {
  web::Form typed;
  std::string key;                // of the form
  std::vector<WantedLine> lines;
  std::map<std::int64_t, Item> items;
  std::vector<Item> found;        // of a search
  bool searched = false;
  std::string asked_email;        // an address that was asked about once
};

inline constexpr std::size_t kMostLines = 20;

// What was posted, with the button that was pressed carried out: a line added or taken away.
base::Result<OrderForm> read_order_form(const Call& call);
// The same from the row, to be changed. ERRORS: broken.
base::Result<OrderForm> order_form_of(const Call& call, const StaffOrder& order);
// ERRORS: denied: a product of others.
base::Result<std::vector<MakeOrders>> permissions_for(const Call& call, const std::map<std::int64_t, Item>& items);

// Contents for the row, or problems. REQUIRES: `items` are those of `lines`.
std::string check_order_form(const OrderForm& form, web::Problems& problems);
// What checkout said stands in the way, as problems of the form's fields.
void add_obstacles(const OrderForm& form, const std::string& answer, web::Problems& problems);

std::vector<WayChoice> way_choices(const OrderForm& form);
// Everything that backoffice/new_order.html wants.
void fill_order_form(const Call& call, const OrderForm& form, const web::Problems& problems, view::Object& data);

}  // namespace backoffice
