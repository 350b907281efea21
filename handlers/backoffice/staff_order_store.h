// Orders that staff make for somebody: what can be ordered, and the rows of `staff_orders` that ask checkout for it (schema/README.md: Orders made by staff).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backoffice/order_access.h"

namespace backoffice {

using MakeOrders = staff::Permission<staff::Right::orders_make>;

struct Item {  // a variant that is sold; sign-ups to activities are not
  struct Price {
    std::string group, name;
    base::Cents cents;          // with campaigns
  };
  struct Way {
    std::string code, kind, name, detail;
    base::Cents cents;
  };
  std::int64_t variant = 0, product = 0;
  std::string name, detail;
  staff::Place place;
  bool holder_name = false;
  std::optional<int> free;      // nothing: not counted
  std::vector<Price> prices;    // as they are today
  std::vector<Way> ways;
};
inline constexpr std::size_t kItemsShown = 40;
// Within the reach, every word in its name or code; at most kItemsShown.
base::Result<std::vector<Item>> search_items(const Call& call, const Reach& reach, const std::string& words);
// By variant, those that exist, wherever they stand.
base::Result<std::map<std::int64_t, Item>> load_items(const Call& call, const std::vector<std::int64_t>& variants);

struct StaffOrder {  // the row as its maker sees it
  std::string key, channel, state, contents, answer;
  base::Lang lang = base::Lang::fi;
  std::int64_t order = 0;  // 0: not made yet
};
// ERRORS: not_found: none of this person.
base::Result<StaffOrder> load_staff_order(const Call& call, const std::string& key);
// The same, once checkout has answered, and payments where gift cards pay it whole; else, after a moment, as it still is.
base::Result<StaffOrder> await_staff_order(const Call& call, const std::string& key);
// Asks what it comes to; the same form again asks anew, until it is confirmed. REQUIRES: a permission for each of its products.
// False: this form has made another order already.
base::Result<bool> ask_staff_order(const Call& call, const StaffOrder& wanted, const std::vector<MakeOrders>& may);
// `seen`: the fingerprint of the answer that was confirmed; another answer meanwhile is not. REQUIRES: as above.
base::Status confirm_staff_order(const Call& call, const StaffOrder& order, const std::string& seen, const std::vector<MakeOrders>& may);
std::string fingerprint(const std::string& answer);

}  // namespace backoffice
