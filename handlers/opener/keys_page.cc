#include "opener/keys_page.h"

#include <algorithm>

namespace opener {

using base::ErrorKind;
using base::fail;
using crypto::DataClass;
using staff::Right;

namespace {

std::string fingerprint_of(const crypto::PersonKeys& keys) { return crypto::fingerprint(crypto::person_text(keys)); }

std::string group_words(const Call& call, const std::string& group) {
  if (group == "register:recordings") return call.say("keys.group_recordings");
  const auto rows = call.db.query("SELECT name_fi, name_sv, name_en FROM units WHERE code = ?", group.substr(std::min(group.size(), group.find(':') + 1)));
  return rows && !rows->empty() ? rows->at(0).text(base::index(call.lang)) : group;
}

struct PersonKeysRow {
  staff::Person person;
  crypto::PersonKeys keys;
  int signatures = 0;
  bool by_me = false, is_administrator = false;
};

base::Result<std::vector<PersonKeysRow>> people(const Call& call, const crypto::Administrators& administrators) {
  KK_LET(const db::Rows rows, call.db.query(std::string("SELECT ") + staff::kPersonColumns + " FROM staff s JOIN staff_keys k ON k.staff_id = s.id WHERE s.state = 'active' ORDER BY s.name, s.id"));
  std::vector<PersonKeysRow> out;
  for (const auto& row : rows) {
    const staff::Person person = staff::person_of(row);
    KK_LET(const auto keys, custody::find_keys(call.db, person.id));
    if (!keys) continue;
    const std::string text = crypto::person_text(*keys);
    KK_LET(const auto signatures, keys::signatures_of(call.db, text));
    const bool mine = std::any_of(signatures.begin(), signatures.end(), [&](const auto& one) { return one.staff_id == call.person().id; });
    out.push_back({person, *keys, administrators.count(text, signatures), mine, administrators.is_one(person.id, keys->sign)});
  }
  return out;
}

view::Object epoch_view(const Call& call, const custody::Epoch& epoch, const std::vector<PersonKeysRow>& persons, bool is_newest) {
  const auto& id = epoch.key.id;
  view::List members;
  bool is_member = false;
  for (const auto member : epoch.members) {
    is_member = is_member || member == call.person().id;
    const auto found = std::find_if(persons.begin(), persons.end(), [&](const auto& one) { return one.person.id == member; });
    members.push_back(view::Object().set("id", std::to_string(member)).set("name", found == persons.end() ? "#" + std::to_string(member) : found->person.name));
  }
  const std::string state = epoch.signatures >= 2 ? "keys.epoch_counts" : "keys.epoch_waits";
  return view::Object()
      .set("group", id.group).set("group_name", group_words(call, id.group)).set("class", crypto::to_string(id.data_class)).set("class_name", call.say(std::string("keys.class_") + crypto::to_string(id.data_class)))
      .set("epoch", std::to_string(id.epoch)).set("fingerprint", crypto::fingerprint(crypto::group_text(epoch.key))).set("members", std::move(members)).set("state", call.say(state))
      .set("records", std::to_string(epoch.data_keys)).set("may_sign", epoch.signatures < 2 && call.rights.any(Right::keys_manage) && std::find(epoch.signers.begin(), epoch.signers.end(), call.person().id) == epoch.signers.end()).set("is_newest", is_newest)
      .set("has_left", is_newest && static_cast<int>(epoch.members.size()) + 1 < epoch.members_made).set("may_reseal", !is_newest && is_member)
      .set("may_open", is_newest && epoch.signatures >= 2 && call.rights.on(right_of(id.data_class), place_of(id.group)))
      .set("may_prove", is_newest && epoch.signatures >= 2 && (is_member || call.rights.any(Right::keys_manage)));
}

base::Result<view::List> requests(const Call& call, const std::vector<custody::Epoch>& epochs) {
  KK_LET(const db::Rows rows, call.db.query("SELECT r.id, r.group_name, r.class, n.name, a.name, r.asked_by FROM key_requests r JOIN staff n ON n.id = r.staff_id JOIN staff a ON a.id = r.asked_by "
                                            "WHERE r.done_utc IS NULL ORDER BY r.id"));
  view::List out;
  for (const auto& row : rows) {
    const bool member = std::any_of(epochs.begin(), epochs.end(), [&](const custody::Epoch& one) {
      return one.key.id.group == row.text(1) && static_cast<int>(one.key.id.data_class) == row.integer(2) && std::find(one.members.begin(), one.members.end(), call.person().id) != one.members.end();
    });
    out.push_back(view::Object().set("id", std::to_string(row.integer(0))).set("group_name", group_words(call, row.text(1)))
                      .set("class_name", call.say(std::string("keys.class_") + crypto::to_string(static_cast<DataClass>(row.integer(2))))).set("newcomer", row.text(3)).set("asked_by", row.text(4))
                      .set("may_join", member && row.integer(5) != call.person().id));
  }
  return out;
}

}  // namespace

std::array<std::string, 3> keys_paths() { return {"/fi/avaimet", "/sv/nycklar", "/en/keys"}; }

std::optional<DataClass> parse_class(std::string_view name) {
  for (const auto one : {DataClass::health, DataClass::child, DataClass::contact, DataClass::recording}) {
    if (name == crypto::to_string(one)) return one;
  }
  return std::nullopt;
}

Right right_of(DataClass data_class) {
  switch (data_class) {
    case DataClass::health: return Right::health_open;
    case DataClass::child:
    case DataClass::contact: return Right::contacts_open;
    case DataClass::recording: return Right::recordings_play;
  }
  return Right::health_open;
}

staff::Place place_of(const std::string& group) {
  staff::Place out;
  if (group.starts_with("unit:")) out.unit = group.substr(5);
  if (group.starts_with("register:")) out.reg = group.substr(9);
  return out;
}

base::Result<crypto::Administrators> administrators(const Call& call) {
  if (!call.app.anchors) return fail(ErrorKind::unavailable, "no ceremony of keys has been held");
  return keys::administrators(call.db, *call.app.anchors, call.now);
}

base::Result<custody::Unlocked> own_keys(const Call& call) {
  KK_LET(auto keys, custody::of_session(call.db, token_of(call.request), call.person().id));
  if (!keys) return fail(ErrorKind::denied, "a session without keys");
  return std::move(*keys);
}

base::Result<web::Response> keys_page(const Call& call, const KeysPage& page) {
  view::Object data;
  const std::string here = keys_paths()[base::index(call.lang)];
  const auto url = [&](const char* name, const char* fi, const char* sv, const char* en) { data.set(name, here + "/" + std::string(base::by_lang(call.lang, fi, sv, en))); };
  url("sign_url", "allekirjoita", "signera", "sign");
  url("group_url", "ryhma", "grupp", "group");
  url("ask_url", "pyyda", "begar", "ask");
  url("join_url", "liita", "anslut", "join");
  url("leave_url", "poista", "ta-bort", "leave");
  url("reseal_url", "salaa", "forsegla", "reseal");
  url("probe_url", "koe", "prov", "probe");
  url("open_url", "avaa", "oppna", "open");
  const bool manages = call.rights.any(Right::keys_manage);
  data.set("no_ceremony", !call.app.anchors).set("manages", manages && call.app.anchors).set("told", page.told).set("is_told", !page.told.empty());
  KK_LET(const auto own, custody::find_keys(call.db, call.person().id));
  data.set("own_fingerprint", own ? fingerprint_of(*own) : "").set("has_own", own.has_value());
  view::List persons, epochs, waiting, choices, classes, units;
  std::string own_state = call.say("keys.own_none");
  if (call.app.anchors) {
    KK_LET(const auto admins, administrators(call));
    KK_LET(const auto rows, people(call, admins));
    for (const auto& one : rows) {
      const std::string state = one.signatures >= 2 ? call.say("keys.person_counts") : call.say("keys.person_waits", {{"count", std::to_string(one.signatures)}});
      if (one.person.id == call.person().id) own_state = one.is_administrator ? call.say("keys.own_certified") : state;
      persons.push_back(view::Object().set("id", std::to_string(one.person.id)).set("name", one.person.name).set("login", one.person.login).set("fingerprint", fingerprint_of(one.keys)).set("state", state)
                            .set("is_administrator", one.is_administrator).set("may_sign", one.signatures < 2 && !one.by_me));
      if (one.signatures >= 2) choices.push_back(view::Object().set("id", std::to_string(one.person.id)).set("name", one.person.name).set("login", one.person.login));
    }
    KK_LET(const auto all, custody::find_epochs(call.db, admins));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool newest = i == 0 || all[i - 1].key.id.group != all[i].key.id.group || all[i - 1].key.id.data_class != all[i].key.id.data_class;
      epochs.push_back(epoch_view(call, all[i], rows, newest));
    }
    KK_LET(waiting, requests(call, all));
  }
  for (const auto one : {DataClass::health, DataClass::child, DataClass::contact, DataClass::recording}) {
    classes.push_back(view::Object().set("value", crypto::to_string(one)).set("name", call.say(std::string("keys.class_") + crypto::to_string(one))));
  }
  KK_LET(const db::Rows rows, call.db.query("SELECT code, name_fi, name_sv, name_en FROM units ORDER BY code"));
  for (const auto& row : rows) units.push_back(view::Object().set("value", "unit:" + row.text(0)).set("name", row.text(1 + base::index(call.lang))));
  units.push_back(view::Object().set("value", "register:recordings").set("name", call.say("keys.group_recordings")));
  data.set("own_state", own_state).set("nobody_waits", waiting.empty()).set("waiting", std::move(waiting)).set("no_groups", epochs.empty()).set("epochs", std::move(epochs));
  data.set("persons", std::move(persons)).set("choices", std::move(choices)).set("classes", std::move(classes)).set("units", std::move(units));
  page.problems.fill(data, call.templates, call.lang, {"members", "purpose"});
  const std::string title = (page.problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say("keys.title");
  return staff::show(call, {"opener/keys", title, keys_paths()}, std::move(data));
}

base::Result<web::Response> show_keys(Call& call) { return keys_page(call, {}); }

}  // namespace opener
