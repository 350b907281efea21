// What the city's people may. A right is named in one table (rights.cc); a group has rights (rows), a person is in a group on a scope.
// A right on a register (GDPR Art. 4(6); the city's notices name two) counts only while the register's responsible person has approved it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/time.h"
#include "lib/db/db.h"

namespace staff {

enum class Right {
  people_view, people_change, groups_change, vendor_open, register_approve, log_read, log_export, keys_manage, settings_view, notices_edit, requests_handle,
  catalogue_edit, prices_edit, activities_edit, orders_view, orders_make, orders_deliver, refunds_request, refunds_approve, tickets_check, gates_manage, reports_view, finance_view,
  participants_view, contacts_open, health_open, recordings_search, recordings_play, recordings_export, recordings_hold, maintenance,
};

enum class Register { none, shop, recordings };
const char* to_string(Register of);

struct RightInfo {
  Right right;
  const char* name;    // in rows, and in site/text as rights.<name>
  Register of;         // whose responsible person approves it
  bool opens_sealed;   // opens what is sealed: never for the vendor
};
const std::vector<RightInfo>& all_rights();
const RightInfo& info(Right right);
std::optional<Right> parse_right(std::string_view name);

// On what a membership is given.
struct Scope {
  enum class Kind { shop, unit, category, product, reg };
  Kind kind = Kind::shop;
  std::string id;  // a code, or a register's name; empty for the shop
};
const char* to_string(Scope::Kind kind);
std::optional<Scope::Kind> parse_scope_kind(std::string_view name);

// Where an object stands: what it belongs to. Empty: it doesn't.
struct Place {
  std::string unit;
  std::vector<std::string> categories;
  std::string product;
  std::string reg;
};
bool contains(const Scope& scope, const Place& place);

// That somebody may do this to the object at a place. Only Rights makes one.
template <Right R>
class Permission {
 public:
  const Place& place() const { return place_; }

 private:
  friend class Rights;
  explicit Permission(Place place) : place_(std::move(place)) {}
  Place place_;
};

class Rights {
 public:
  struct Grant {
    Right right;
    Scope scope;
  };
  explicit Rights(std::vector<Grant> grants = {}) : grants_(std::move(grants)) {}

  bool any(Right right) const;                        // on something
  bool on(Right right, const Place& place) const;
  std::vector<Scope> scopes(Right right) const;
  // ERRORS: denied.
  template <Right R>
  base::Result<Permission<R>> permit(Place place) const {
    if (!on(R, place)) return base::fail(base::ErrorKind::denied, std::string("no right ") + info(R).name);
    return Permission<R>(std::move(place));
  }

 private:
  std::vector<Grant> grants_;
};

// What counts now: standing memberships, approved where a register asks for it, the vendor's only while it is open.
base::Result<Rights> rights_of(db::Connection& db, std::int64_t staff_id, base::UtcTime now);

}  // namespace staff
