#include "backoffice/group_store.h"

#include <algorithm>
#include <set>

#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;

namespace {

base::Result<std::vector<Group>> groups(db::Connection& db, const std::string& where, const std::vector<db::Param>& params) {
  KK_LET(const db::Rows rows, db.run_query("SELECT g.id, g.code, g.name_fi, g.name_sv, g.name_en, g.is_ready, (SELECT COUNT(*) FROM staff_memberships m WHERE m.group_id = g.id AND m.ended_utc IS NULL), r.right_name "
                                           "FROM staff_groups g LEFT JOIN staff_group_rights r ON r.group_id = g.id WHERE g.ended_utc IS NULL" + where + " ORDER BY g.id, r.right_name", params));
  std::vector<Group> out;
  for (const auto& row : rows) {
    if (out.empty() || out.back().id != row.integer(0)) {
      out.push_back({row.integer(0), row.text(1), {{row.text(2), row.text(3), row.text(4)}}, row.boolean(5), {}, static_cast<int>(row.integer(6))});
    }
    if (!row.is_null(7)) out.back().rights.push_back(row.text(7));
  }
  return out;
}

// Locks it against whoever changes it, or gives it to somebody, at the same moment.
base::Result<Group> own_group(db::Connection& db, const std::string& code) {
  KK_TRY(db.query("SELECT id FROM staff_groups WHERE code = ? AND NOT is_ready AND ended_utc IS NULL FOR UPDATE", code));
  KK_LET(const auto found, groups(db, " AND g.code = ? AND NOT g.is_ready", {code}));
  if (found.empty()) return fail(ErrorKind::not_found, "no group of the city's own");
  return found[0];
}

base::Status give_right(db::Connection& db, std::int64_t group, const char* name) {
  return db.write("INSERT INTO staff_group_rights (group_id, right_name) SELECT id, ? FROM staff_groups WHERE id = ? AND NOT is_ready", name, group);
}

}  // namespace

base::Result<std::vector<Group>> find_groups(db::Connection& db) { return groups(db, "", {}); }

std::string state_of(const Group& group) {
  std::string text;
  for (const auto lang : base::kLangs) text += group.name[lang] + "\n";
  for (const auto& right : group.rights) text += right + "\n";
  return crypto::to_hex(crypto::as_bytes(crypto::sha256(text))).substr(0, 16);
}

base::Result<std::string> add_group(const GroupsChange&, db::Connection& db, const GroupWish& wish) {
  const std::string code = "own-" + crypto::random_token().substr(0, 8);
  KK_TRY(db.write("INSERT INTO staff_groups (code, is_ready, name_fi, name_sv, name_en) VALUES (?, FALSE, ?, ?, ?)", code, wish.name[base::Lang::fi], wish.name[base::Lang::sv], wish.name[base::Lang::en]));
  KK_LET(const Group made, own_group(db, code));
  for (const auto right : wish.rights) KK_TRY(give_right(db, made.id, staff::info(right).name));
  return code;
}

base::Result<RightsChanged> change_group(const GroupsChange&, db::Connection& db, const std::string& code, const GroupWish& wish, const std::string& seen, std::int64_t by, base::UtcTime now) {
  KK_LET(const Group group, own_group(db, code));
  KK_LET(const db::Rows mine, db.query("SELECT 1 FROM staff_memberships WHERE group_id = ? AND staff_id = ? AND ended_utc IS NULL", group.id, by));
  if (!mine.empty()) return fail(ErrorKind::denied, "nobody changes what concerns themselves");
  if (state_of(group) != seen) return fail(ErrorKind::conflict, "the group has changed meanwhile");
  KK_TRY(db.write("UPDATE staff_groups SET name_fi = ?, name_sv = ?, name_en = ? WHERE id = ?", wish.name[base::Lang::fi], wish.name[base::Lang::sv], wish.name[base::Lang::en], group.id));
  RightsChanged out;
  std::set<std::string> wished, registers;
  for (const auto right : wish.rights) {
    const auto& info = staff::info(right);
    wished.insert(info.name);
    if (std::find(group.rights.begin(), group.rights.end(), info.name) != group.rights.end()) continue;
    KK_TRY(give_right(db, group.id, info.name));
    out.given.push_back(info.name);
    if (info.of != staff::Register::none) registers.insert(staff::to_string(info.of));
  }
  for (const auto& had : group.rights) {
    if (wished.contains(had)) continue;
    KK_TRY(db.write("DELETE FROM staff_group_rights WHERE group_id = ? AND right_name = ?", group.id, had));
    out.taken.push_back(had);
  }
  for (const auto& reg : registers) {
    KK_TRY(db.write("UPDATE staff_register_approvals SET ended_utc = ? WHERE register_name = ? AND ended_utc IS NULL AND membership_id IN (SELECT id FROM staff_memberships WHERE group_id = ?)", now, reg, group.id));
  }
  return out;
}

base::Status end_group(const GroupsChange&, db::Connection& db, const std::string& code, base::UtcTime now) {
  KK_LET(const Group group, own_group(db, code));
  if (group.members > 0) return fail(ErrorKind::conflict, "somebody is still in the group");
  return db.write("UPDATE staff_groups SET ended_utc = ? WHERE id = ?", now, group.id);
}

}  // namespace backoffice
