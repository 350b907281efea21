#include "backoffice/people_store.h"

#include <algorithm>

#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using base::Lang;
using staff::Scope;

namespace {

constexpr std::chrono::hours kLinkWorks{24};
constexpr std::chrono::hours kIdle{1};

std::string name_column(Lang lang) { return std::string("name_") + base::to_string(lang); }

std::string like(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

std::string people_columns(Lang lang) {
  return "SELECT s.id, s.login, s.name, s.email, s.state, s.lang, "
         "(SELECT COUNT(*) FROM staff_sessions n WHERE n.staff_id = s.id AND n.seen_utc > ?), "
         "(SELECT GROUP_CONCAT(DISTINCT g." + name_column(lang) + " ORDER BY g.id SEPARATOR ', ') FROM staff_memberships m JOIN staff_groups g ON g.id = m.group_id "
         "WHERE m.staff_id = s.id AND m.ended_utc IS NULL) FROM staff s ";
}

PersonRow person_of(const db::Row& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), base::parse_lang(row.text(5)).value_or(Lang::fi), static_cast<int>(row.integer(6)), row.text(7)};
}

base::Result<std::vector<Membership>> memberships(db::Connection& db, const char* where, const std::vector<db::Param>& params, base::UtcTime now) {
  db::Statement statement = db::statement(std::string("SELECT m.id, m.staff_id, g.code, g.name_fi, g.name_sv, g.name_en, p.name, p.login, m.scope_kind, m.scope_id, m.given_utc, "
                                                      "COALESCE(u.name_fi, c.name_fi, t.name, ''), r.right_name, "
                                                      "(SELECT MAX(a.ends_utc) FROM staff_register_approvals a WHERE a.membership_id = m.id AND a.ended_utc IS NULL AND a.ends_utc > ? "
                                                      "AND a.register_name = 'shop'), "
                                                      "(SELECT MAX(a.ends_utc) FROM staff_register_approvals a WHERE a.membership_id = m.id AND a.ended_utc IS NULL AND a.ends_utc > ? "
                                                      "AND a.register_name = 'recordings') "
                                                      "FROM staff_memberships m JOIN staff_groups g ON g.id = m.group_id JOIN staff p ON p.id = m.staff_id "
                                                      "LEFT JOIN staff_group_rights r ON r.group_id = g.id "
                                                      "LEFT JOIN units u ON m.scope_kind = 'unit' AND u.code = m.scope_id "
                                                      "LEFT JOIN categories c ON m.scope_kind = 'category' AND c.code = m.scope_id "
                                                      "LEFT JOIN products d ON m.scope_kind = 'product' AND d.code = m.scope_id LEFT JOIN product_texts t ON t.product_id = d.id AND t.lang = 'fi' "
                                                      "WHERE m.ended_utc IS NULL ") + where + " ORDER BY p.name, m.id, r.right_name", now, now);
  for (const auto& param : params) statement.params.push_back(param);
  KK_LET(const db::Rows rows, db.run_query(statement.sql, statement.params));
  std::vector<Membership> out;
  for (const auto& row : rows) {
    if (out.empty() || out.back().id != row.integer(0)) {
      out.push_back({row.integer(0), row.integer(1), row.text(2), {{row.text(3), row.text(4), row.text(5)}}, row.text(6), row.text(7),
                     {staff::parse_scope_kind(row.text(8)).value_or(Scope::Kind::shop), row.text(9)}, row.text(11), row.time(10).value_or(now), {}});
    }
    const auto right = staff::parse_right(row.text(12));
    if (!right) continue;
    const std::string reg = staff::to_string(staff::info(*right).of);
    auto& registers = out.back().registers;
    const bool known = std::any_of(registers.begin(), registers.end(), [&](const auto& one) { return one.reg == reg; });
    if (!reg.empty() && !known) registers.push_back({reg, row.time(reg == "shop" ? 13 : 14)});
  }
  return out;
}

base::Result<int> standing_administrators(db::Connection& db, std::int64_t without_staff, std::int64_t without_membership) {
  KK_LET(const db::Rows rows, db.query("SELECT COUNT(DISTINCT m.staff_id) FROM staff_memberships m JOIN staff_groups g ON g.id = m.group_id JOIN staff s ON s.id = m.staff_id "
                                       "WHERE g.code = 'administrator' AND m.scope_kind = 'shop' AND m.ended_utc IS NULL AND s.state = 'active' AND m.staff_id <> ? AND m.id <> ? FOR UPDATE",
                                       without_staff, without_membership));
  return static_cast<int>(rows[0].integer(0));
}

}  // namespace

base::Result<std::vector<PersonRow>> find_people(db::Connection& db, Lang lang, const std::string& search, const std::string& after, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query(people_columns(lang) + "WHERE (s.name LIKE ? OR s.login LIKE ?) AND s.login > ? ORDER BY s.login LIMIT " + std::to_string(kPeoplePerPage + 1),
                                       now - kIdle, like(search), like(db::in_ascii(search)), db::in_ascii(after)));
  std::vector<PersonRow> out;
  for (const auto& row : rows) out.push_back(person_of(row));
  return out;
}

base::Result<std::optional<PersonRow>> find_person(db::Connection& db, Lang lang, const std::string& login, base::UtcTime now) {
  KK_LET(const db::Rows rows, db.query(people_columns(lang) + "WHERE s.login = ?", now - kIdle, login));
  if (rows.empty()) return std::optional<PersonRow>();
  return std::optional<PersonRow>(person_of(rows[0]));
}

base::Result<std::vector<Membership>> memberships_of(db::Connection& db, std::int64_t staff_id, base::UtcTime now) { return memberships(db, "AND m.staff_id = ?", {staff_id}, now); }
base::Result<std::vector<Membership>> all_memberships(db::Connection& db, base::UtcTime now) { return memberships(db, "AND p.state <> 'disabled'", {}, now); }

std::string state_words(const Call& call, const PersonRow& person) {
  if (person.state == "active") return call.say("backoffice.state_active");
  return call.say(person.state == "invited" ? "backoffice.state_invited" : "backoffice.state_disabled");
}

view::Object membership_view(const Call& call, const Membership& one) {
  view::List registers;
  for (const auto& reg : one.registers) {
    const std::string name = call.say("backoffice.register_" + reg.reg);
    registers.push_back(view::Object().set("words", reg.ends ? call.say("backoffice.approved_until", {{"register", name}, {"day", base::format_date(*reg.ends, call.lang)}})
                                                             : call.say("backoffice.not_approved", {{"register", name}}))
                            .set("waits", !reg.ends));
  }
  const std::string kind = staff::to_string(one.scope.kind);
  const std::string scope = one.scope.kind == Scope::Kind::reg ? call.say("backoffice.register_" + one.scope.id)
                            : one.scope.kind == Scope::Kind::shop ? call.say("backoffice.scope_shop")
                                                                  : call.say("backoffice.scope_" + kind, {{"name", one.scope_name.empty() ? one.scope.id : one.scope_name}});
  return view::Object().set("id", std::to_string(one.id)).set("group", one.group_name[call.lang]).set("person", one.person_name).set("person_url", in(call.lang, person_paths(one.person_login)))
      .set("scope", scope).set("given", base::format_date(one.given, call.lang)).set("registers", std::move(registers));
}

base::Result<std::vector<Named>> find_scopes(db::Connection& db, Scope::Kind kind, Lang lang) {
  std::string query;
  if (kind == Scope::Kind::unit) query = "SELECT code, " + name_column(lang) + " FROM units ORDER BY 2";
  if (kind == Scope::Kind::category) query = "SELECT code, " + name_column(lang) + " FROM categories ORDER BY 2";
  if (query.empty()) return std::vector<Named>();
  KK_LET(const db::Rows rows, db.query(query));
  std::vector<Named> out;
  for (const auto& row : rows) out.push_back({row.text(0), row.text(1)});
  return out;
}

base::Result<Waiting> waiting_for(db::Connection& db, const staff::Rights& rights, std::int64_t self, base::UtcTime now) {
  Waiting out;
  if (rights.any(staff::Right::register_approve)) {
    KK_LET(const auto all, all_memberships(db, now));
    for (const auto& one : all) {
      for (const auto& reg : one.registers) {
        if (one.staff_id == self || !rights.on(staff::Right::register_approve, {.unit = "", .categories = {}, .product = "", .reg = reg.reg})) continue;
        if (!reg.ends) ++out.approvals;
        else if (*reg.ends < now + kReview) ++out.reviews;
      }
    }
  }
  if (rights.on(staff::Right::vendor_open, {})) {
    KK_LET(const db::Rows rows, db.query("SELECT COUNT(*) FROM staff_vendor_openings WHERE approved_by IS NULL AND closed_utc IS NULL AND asked_by <> ? AND asked_utc > ?", self, now - std::chrono::hours(24)));
    out.vendor = static_cast<int>(rows[0].integer(0));
  }
  return out;
}

base::Result<std::int64_t> add_person(const Change&, db::Connection& db, const NewPerson& person, base::UtcTime now) {
  KK_TRY(db.write("INSERT INTO staff (login, name, email, lang, state, created_utc) VALUES (?, ?, ?, ?, 'invited', ?)", person.login, person.name, person.email,
                  base::to_string(person.lang), now));
  KK_LET(const db::Rows rows, db.query("SELECT id FROM staff WHERE login = ?", person.login));
  return rows[0].integer(0);
}

base::Result<std::string> make_link(const Change&, db::Connection& db, std::int64_t staff_id, base::UtcTime now) {
  const std::string token = crypto::random_token();
  KK_TRY(db.write("UPDATE staff SET state = 'invited' WHERE id = ? AND state = 'active'", staff_id));
  KK_TRY(staff::end_sessions(db, staff_id));
  KK_TRY(db.write("UPDATE staff_enrolments SET expires_utc = ? WHERE staff_id = ? AND used_utc IS NULL AND expires_utc > ?", now, staff_id, now));
  KK_TRY(db.write("INSERT INTO staff_enrolments (token_hash, staff_id, made_utc, expires_utc) VALUES (?, ?, ?, ?)", staff::hash_of(token), staff_id, now, now + kLinkWorks));
  return token;
}

base::Status give(const Change&, db::Connection& db, std::int64_t staff_id, std::int64_t group_id, const Scope& scope, std::int64_t by, base::UtcTime now) {
  return db.write("INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_by, given_utc) VALUES (?, ?, ?, ?, ?, ?)", staff_id, group_id,
                  staff::to_string(scope.kind), scope.id, by, now);
}

base::Status end_membership(const Change&, db::Connection& db, std::int64_t staff_id, std::int64_t id, std::int64_t by, base::UtcTime now) {
  KK_LET(const int others, standing_administrators(db, 0, id));
  if (others < 2) return fail(ErrorKind::conflict, "fewer than two administrators would be left");
  KK_LET(const db::Done done, db.execute("UPDATE staff_memberships SET ended_utc = ?, ended_by = ? WHERE id = ? AND staff_id = ? AND ended_utc IS NULL", now, by, id, staff_id));
  if (done.affected != 1) return fail(ErrorKind::not_found, "no such membership");
  return {};
}

base::Status disable(const Change&, db::Connection& db, std::int64_t staff_id) {
  KK_LET(const int others, standing_administrators(db, staff_id, 0));
  if (others < 2) return fail(ErrorKind::conflict, "fewer than two administrators would be left");
  KK_TRY(db.write("UPDATE staff SET state = 'disabled' WHERE id = ?", staff_id));
  return staff::end_sessions(db, staff_id);
}

base::Status enable(const Change&, db::Connection& db, std::int64_t staff_id) {
  return db.write("UPDATE staff SET state = 'invited' WHERE id = ? AND state = 'disabled'", staff_id);
}

}  // namespace backoffice
