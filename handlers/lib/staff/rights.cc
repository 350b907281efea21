#include "lib/staff/rights.h"

#include <algorithm>
#include <set>
#include <utility>

namespace staff {

const std::vector<RightInfo>& all_rights() {
  static const std::vector<RightInfo> kRights = {
      {Right::people_view, "people_view", Register::none, false},
      {Right::people_change, "people_change", Register::none, false},
      {Right::groups_change, "groups_change", Register::none, false},
      {Right::vendor_open, "vendor_open", Register::none, false},
      {Right::register_approve, "register_approve", Register::none, false},
      {Right::log_read, "log_read", Register::none, false},
      {Right::log_export, "log_export", Register::none, false},
      {Right::keys_manage, "keys_manage", Register::none, false},
      {Right::settings_view, "settings_view", Register::none, false},
      {Right::notices_edit, "notices_edit", Register::none, false},
      {Right::requests_handle, "requests_handle", Register::shop, true},
      {Right::catalogue_edit, "catalogue_edit", Register::none, false},
      {Right::prices_edit, "prices_edit", Register::none, false},
      {Right::activities_edit, "activities_edit", Register::none, false},
      {Right::orders_view, "orders_view", Register::shop, false},
      {Right::orders_make, "orders_make", Register::shop, false},
      {Right::orders_deliver, "orders_deliver", Register::shop, false},
      {Right::refunds_request, "refunds_request", Register::shop, false},
      {Right::refunds_approve, "refunds_approve", Register::shop, false},
      {Right::tickets_check, "tickets_check", Register::none, false},
      {Right::gates_manage, "gates_manage", Register::none, false},
      {Right::reports_view, "reports_view", Register::none, false},
      {Right::finance_view, "finance_view", Register::none, false},
      {Right::participants_view, "participants_view", Register::shop, false},
      {Right::contacts_open, "contacts_open", Register::shop, true},
      {Right::health_open, "health_open", Register::shop, true},
      {Right::recordings_search, "recordings_search", Register::recordings, false},
      {Right::recordings_play, "recordings_play", Register::recordings, true},
      {Right::recordings_export, "recordings_export", Register::recordings, true},
      {Right::recordings_hold, "recordings_hold", Register::recordings, false},
      {Right::maintenance, "maintenance", Register::none, false},
  };
  return kRights;
}

const RightInfo& info(Right right) {
  const auto& all = all_rights();
  return *std::find_if(all.begin(), all.end(), [&](const RightInfo& one) { return one.right == right; });
}

std::optional<Right> parse_right(std::string_view name) {
  for (const auto& one : all_rights()) {
    if (one.name == name) return one.right;
  }
  return std::nullopt;
}

const char* to_string(Register of) {
  switch (of) {
    case Register::none: return "";
    case Register::shop: return "shop";
    case Register::recordings: return "recordings";
  }
  return "";
}

const char* to_string(Scope::Kind kind) {
  switch (kind) {
    case Scope::Kind::shop: return "shop";
    case Scope::Kind::unit: return "unit";
    case Scope::Kind::category: return "category";
    case Scope::Kind::product: return "product";
    case Scope::Kind::reg: return "register";
  }
  return "";
}

std::optional<Scope::Kind> parse_scope_kind(std::string_view name) {
  for (const auto kind : {Scope::Kind::shop, Scope::Kind::unit, Scope::Kind::category, Scope::Kind::product, Scope::Kind::reg}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

bool contains(const Scope& scope, const Place& place) {
  switch (scope.kind) {
    case Scope::Kind::shop: return true;
    case Scope::Kind::unit: return !place.unit.empty() && scope.id == place.unit;
    case Scope::Kind::category: return std::find(place.categories.begin(), place.categories.end(), scope.id) != place.categories.end();
    case Scope::Kind::product: return !place.product.empty() && scope.id == place.product;
    case Scope::Kind::reg: return !place.reg.empty() && scope.id == place.reg;
  }
  return false;
}

bool Rights::any(Right right) const {
  return std::any_of(grants_.begin(), grants_.end(), [&](const Grant& one) { return one.right == right; });
}

bool Rights::on(Right right, const Place& place) const {
  return std::any_of(grants_.begin(), grants_.end(), [&](const Grant& one) { return one.right == right && contains(one.scope, place); });
}

std::vector<Scope> Rights::scopes(Right right) const {
  std::vector<Scope> out;
  for (const auto& one : grants_) {
    if (one.right == right) out.push_back(one.scope);
  }
  return out;
}

base::Result<Rights> rights_of(db::Connection& db, std::int64_t staff_id, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query("SELECT r.right_name, m.scope_kind, m.scope_id, a.register_name, g.code FROM staff_memberships m JOIN staff_groups g ON g.id = m.group_id "
                                       "JOIN staff_group_rights r ON r.group_id = g.id "
                                       "LEFT JOIN staff_register_approvals a ON a.membership_id = m.id AND a.ended_utc IS NULL AND a.ends_utc > ? "
                                       "WHERE m.staff_id = ? AND m.ended_utc IS NULL AND (g.code <> 'vendor' OR EXISTS "
                                       "(SELECT 1 FROM staff_vendor_openings v WHERE v.approved_by IS NOT NULL AND v.closed_utc IS NULL AND v.ends_utc > ?))",
                                       now, staff_id, now));
  std::vector<Rights::Grant> out;
  for (const auto& row : rows) {
    const auto right = parse_right(row.text(0));
    const auto kind = parse_scope_kind(row.text(1));
    if (!right || !kind) continue;  // of a newer release
    if (row.text(4) == "vendor" && info(*right).opens_sealed) continue;  // whatever a row says
    const Register of = info(*right).of;
    if (of == Register::none || row.text(3) == to_string(of)) out.push_back({*right, {*kind, row.text(2)}});
  }
  return Rights(std::move(out));
}

}  // namespace staff
