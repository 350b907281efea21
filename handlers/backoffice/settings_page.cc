// The city's settings: what its file says, what each does, and since when it is in effect. What the programs keep secret stands in other files, and
// what is shown is what base::read_city_file asked for by name.
#include <algorithm>

#include "backoffice/app.h"
#include "backoffice/tls_certificate.h"

namespace backoffice {

namespace {

struct Shown {
  std::string key;    // "payment.hold_minutes"; of texts in three languages without the language
  std::string group;  // "payment"; "general" for what stands in no table
  int line = 0;
  std::string value;
  std::array<std::string, 3> by_lang{};  // of texts: "fi: ..."
  std::string words() const { return by_lang[0].empty() ? value : by_lang[0] + "; " + by_lang[1] + "; " + by_lang[2]; }
};

// "signup.hold_minutes": "signup_hold_minutes"; each register asks for the same, so its name goes.
std::string words_key(const std::string& key) {
  std::string out = key.starts_with("register.") ? "register" + key.substr(key.rfind('.')) : key;
  std::replace(out.begin(), out.end(), '.', '_');
  return out;
}

std::vector<Shown> rows_of(const std::vector<base::Setting>& settings) {
  std::vector<Shown> out;
  for (const auto& one : settings) {
    const auto dot = one.key.rfind('.');
    const auto lang = base::parse_lang(one.key.substr(dot == std::string::npos ? 0 : dot + 1));
    const std::string key = lang ? one.key.substr(0, dot) : one.key;
    const auto cut = key.rfind('.');
    const std::string group = cut == std::string::npos ? "general" : key.substr(0, cut);
    auto known = std::find_if(out.begin(), out.end(), [&](const auto& row) { return row.key == key; });
    if (known == out.end()) known = out.insert(out.end(), {key, group, one.line, one.value});
    if (lang) known->by_lang[base::index(*lang)] = std::string(base::to_string(*lang)) + ": " + (one.value.empty() ? "–" : one.value);
  }
  return out;
}

std::string value_now(const std::vector<Shown>& file, const std::string& key) {
  const auto found = std::find_if(file.begin(), file.end(), [&](const auto& row) { return row.key == key; });
  return found == file.end() ? "" : found->words();
}

std::string certificate_words(const Call& call) {
  if (call.instance.certificate.empty()) return "";
  const auto ends = certificate_ends(call.instance.certificate);
  return ends ? base::format_date_time(*ends, call.lang) : call.say("backoffice.settings_certificate_unread");
}

}  // namespace

base::Result<web::Response> show_settings(Call& call) {
  KK_TRY(call.rights.permit<staff::Right::settings_view>({}));
  const auto file = base::read_city_file(call.instance.city);
  const auto in_effect = rows_of(call.app.city_file.settings);
  const auto in_file = file ? rows_of(file->settings) : in_effect;
  view::List groups;
  std::vector<std::string> names;
  bool differs = false;
  for (const auto& row : in_effect) {
    if (std::find(names.begin(), names.end(), row.group) == names.end()) names.push_back(row.group);
  }
  for (const auto& name : names) {
    view::List rows;
    for (const auto& row : in_effect) {
      if (row.group != name) continue;
      const std::string now = value_now(in_file, row.key);
      const bool waits = now != row.words();
      differs |= waits;
      rows.push_back(view::Object().set("words", call.say("settings." + words_key(row.key))).set("key", row.key).set("value", row.words())
                         .set("line", call.say("backoffice.settings_line", {{"line", std::to_string(row.line)}})).set("waits", waits).set("value_in_file", now));
    }
    std::string id = name;
    std::replace(id.begin(), id.end(), '.', '_');
    groups.push_back(view::Object().set("id", id).set("name", call.say("settings.group_" + id)).set("rows", std::move(rows)));
  }
  view::Object data;
  data.set("groups", std::move(groups)).set("differs", differs).set("broken", !file.has_value());
  data.set("changed", call.say("backoffice.settings_changed", {{"time", base::format_date_time(call.app.city_file.changed, call.lang)}}));
  data.set("since", call.say("backoffice.settings_since", {{"time", base::format_date_time(call.app.started, call.lang)}}));
  data.set("has_certificate", !call.instance.certificate.empty()).set("certificate", certificate_words(call));
  data.set("shop_url", call.instance.public_url).set("staff_url", call.instance.staff_url);
  return staff::show(call, {"backoffice/settings", call.say("backoffice.settings_title"), settings_paths()}, std::move(data));
}

}  // namespace backoffice
