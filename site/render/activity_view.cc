#include "render/activity_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "render/product_view.h"
#include "render/words.h"

namespace render {
namespace {

using view::List;
using view::Object;

bool is_over(const Site& site, const Variant& v) { return !v.session || v.session->meetings.empty() || v.session->meetings.back().ends <= site.catalogue.as_of; }

std::string days_of(const Session& s, Lang lang) {
  const auto first = base::format_date(s.meetings.front().starts, lang), last = base::format_date(s.meetings.back().ends, lang);
  return first == last ? first : first + " – " + last;
}

std::string hours_of(const Meeting& m, Lang lang) { return base::format_clock(m.starts, lang) + "–" + clock_alone(m.ends, lang); }

std::string ages_of(const Site& site, Lang lang, const Session& s) {
  if (!s.age_min && !s.age_max) return {};
  const std::string from = std::to_string(s.age_min.value_or(0)), to = std::to_string(s.age_max.value_or(0));
  const char* key = s.age_min && s.age_max ? "activity.ages_between" : s.age_min ? "activity.ages_from" : "activity.ages_to";
  const auto day = base::parse_utc(s.age_on + "T12:00");
  return site.say(lang, key, {{"from", from}, {"to", to}}) + (day ? ", " + site.say(lang, "activity.ages_on", {{"day", base::format_date(*day, lang)}}) : "");
}

// When one may sign up, as of now.
std::string window_of(const Site& site, Lang lang, const Product& product, const Session& s) {
  const auto now = site.catalogue.as_of;
  if (s.state == "cancelled") return site.say(lang, "activity.cancelled");
  if (s.state == "closed" || s.signup_until <= now) return site.say(lang, "activity.signup_over");
  if (s.signup_from > now) return site.say(lang, "activity.signup_opens", {{"when", base::format_date_time(s.signup_from, lang)}});
  if (product.paused) return site.say(lang, "storefront.sale_paused");
  return site.say(lang, "activity.signup_until", {{"when", base::format_date_time(s.signup_until, lang)}});
}

List price_rows(const Site& site, Lang lang, const Product& product, const Variant& v) {
  List out;
  const auto prices = prices_of(product, v.id);
  for (const auto& group : site.catalogue.shared.groups) {
    for (const auto* price : prices) {
      if (price->group != group.code) continue;
      out.push_back(Object().set("group", prices.size() > 1 ? group.name[lang] + " " : std::string()).set("reduced", price->before.has_value()).set("before", price->before ? base::format_money(*price->before, lang) : std::string()).set("price", price->cents.value() == 0 ? site.say(lang, "signup.free") : base::format_money(price->cents, lang)));
    }
  }
  return out;
}

// The form that leads to the sign-up, or to the waiting list where all is taken; none while there is no signing up.
List signup_form(const Site& site, Lang lang, const Product& product, const Variant& v, const std::string& name) {
  const Session& s = *v.session;
  const auto now = site.catalogue.as_of;
  if (product.paused || s.state != "open" || s.signup_from > now || s.signup_until <= now) return {};
  const bool is_full = v.free.value_or(1) <= 0;
  if (is_full && s.waiting == 0) return {};
  return {Object().set("id", std::to_string(v.id)).set("button", site.say(lang, is_full ? "signup.join" : "signup.send_free")).set("for_whom", name)};
}

List one_if(const std::string& words) {
  List out;
  if (!words.empty()) out.push_back(Object().set("words", words));
  return out;
}

Object session(const Site& site, Lang lang, const Product& product, const Variant& v) {
  const Session& s = *v.session;
  List meetings;
  if (s.meetings.size() > 1) {
    for (const auto& meeting : s.meetings) meetings.push_back(Object().set("day", base::format_date(meeting.starts, lang)).set("hours", hours_of(meeting, lang)));
  }
  const bool many = !meetings.empty();
  const std::string name = v.name[lang].empty() ? days_of(s, lang) : v.name[lang];
  const std::string count = site.say(lang, "activity.meetings", {{"n", std::to_string(s.meetings.size())}});
  return Object()
      .set("code", v.code).set("name", name).set("days", days_of(s, lang)).set("hours", hours_of(s.meetings.front(), lang))
      .set("many", many).set("count", count).set("meetings", std::move(meetings)).set("place", s.place[lang]).set("address", s.address).set("access", one_if(s.access[lang]))
      .set("ages", one_if(ages_of(site, lang, s))).set("skill", one_if(s.skill[lang])).set("left", v.free.value_or(1) <= 0 ? site.say(lang, "activity.full") : left_words(site.context.templates, lang, product, v)).set("window", window_of(site, lang, product, s))
      .set("cancel_words", site.say(lang, "activity.cancel_until", {{"when", base::format_date_time(s.cancel_until, lang)}})).set("calendar_url", calendar_path(site, lang, product, v))
      .set("prices", price_rows(site, lang, product, v)).set("signup_form", signup_form(site, lang, product, v, name));
}

std::string compact(UtcTime time) {  // "20270607T060000Z"
  std::string out;
  for (const char c : base::to_iso(time).substr(0, 19)) {
    if (c != '-' && c != ':') out += c;
  }
  return out + "Z";
}

// RFC 5545, 3.3.11 and 3.1: commas, semicolons and backslashes escaped; lines of at most 75 octets, never cut within a letter.
std::string calendar_line(const std::string& name, const std::string& value, bool is_text = true) {
  std::string line = name + ":";
  for (const char c : value) {
    if (is_text && (c == ',' || c == ';' || c == '\\')) line += '\\';
    line += c == '\n' ? ' ' : c;
  }
  std::string out;
  std::size_t room = 75;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t length = 1;
    while (i + length < line.size() && (static_cast<unsigned char>(line[i + length]) & 0xC0) == 0x80) ++length;
    if (length > room) {
      out += "\r\n ";
      room = 74;
    }
    out += line.substr(i, length);
    room -= length;
    i += length;
  }
  return out + "\r\n";
}

}  // namespace

List sessions(const Site& site, Lang lang, std::size_t place) {
  const Product& product = site.product(place);
  List out;
  for (const auto& v : product.variants) {
    if (!is_over(site, v)) out.push_back(session(site, lang, product, v));
  }
  return out;
}

List asked(const Site& site, Lang lang, const Product& product) {
  List out;
  const auto form = site.catalogue.shared.forms.find(product.form);
  if (form == site.catalogue.shared.forms.end()) return out;
  for (const auto& question : form->second) {
    out.push_back(Object().set("label", question.label[lang]).set("is_health", question.data_class == "health").set("purpose", one_if(question.purpose[lang])));
  }
  return out;
}

std::string calendar_path(const Site& site, Lang lang, const Product& product, const Variant& session) { return site.product_path(lang, product) + "/" + session.code + ".ics"; }

std::string calendar(const Site& site, Lang lang, const Product& product, const Variant& v) {
  const Session& s = *v.session;
  const auto& url = site.context.instance.public_url;
  const std::string name = product.text(lang).name + (v.name[lang].empty() ? "" : ": " + v.name[lang]);
  std::string out = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kuntakauppa//fi\r\nMETHOD:PUBLISH\r\n";
  for (std::size_t i = 0; i < s.meetings.size(); ++i) {
    out += "BEGIN:VEVENT\r\n";
    out += calendar_line("UID", "session-" + std::to_string(v.id) + "-" + compact(s.meetings[i].starts) + "@" + url.substr(url.find("//") + 2));
    out += calendar_line("DTSTAMP", compact(site.catalogue.as_of), false) + calendar_line("DTSTART", compact(s.meetings[i].starts), false) + calendar_line("DTEND", compact(s.meetings[i].ends), false);
    out += calendar_line("SUMMARY", name) + calendar_line("LOCATION", s.place[lang] + ", " + s.address) + calendar_line("URL", url + site.product_path(lang, product), false);
    if (s.state == "cancelled") out += "STATUS:CANCELLED\r\n";
    out += "END:VEVENT\r\n";
  }
  return out + "END:VCALENDAR\r\n";
}

view::Html events_json_ld(const Site& site, Lang lang, std::size_t place) {
  const Product& product = site.product(place);
  const auto& url = site.context.instance.public_url;
  auto all = nlohmann::ordered_json::array();
  for (const auto& v : product.variants) {
    if (is_over(site, v)) continue;
    const Session& s = *v.session;
    const auto prices = prices_of(product, v.id);
    nlohmann::ordered_json one = {{"@context", "https://schema.org"}, {"@type", product.activity == "event" ? "Event" : "EducationEvent"},
                                  {"name", product.text(lang).name + (v.name[lang].empty() ? "" : ": " + v.name[lang])}, {"description", product.text(lang).summary},
                                  {"startDate", base::to_iso(s.meetings.front().starts)}, {"endDate", base::to_iso(s.meetings.back().ends)},
                                  {"eventStatus", s.state == "cancelled" ? "https://schema.org/EventCancelled" : "https://schema.org/EventScheduled"},
                                  {"eventAttendanceMode", "https://schema.org/OfflineEventAttendanceMode"},
                                  {"location", {{"@type", "Place"}, {"name", s.place[lang]}, {"address", s.address}}},
                                  {"organizer", {{"@type", "GovernmentOrganization"}, {"name", site.context.city.legal_name[lang]}, {"url", url}}}, {"image", url + site.card(lang, place).picture}};
    auto offers = nlohmann::ordered_json::array();
    for (const auto* price : prices) {
      offers.push_back({{"@type", "Offer"}, {"price", base::plain_decimal(price->cents)}, {"priceCurrency", "EUR"}, {"validFrom", base::to_iso(s.signup_from)},
                        {"availability", product.paused ? "https://schema.org/OutOfStock" : v.free.value_or(1) > 0 ? "https://schema.org/InStock" : "https://schema.org/SoldOut"}, {"url", url + site.product_path(lang, product)}});
    }
    one["offers"] = std::move(offers);
    all.push_back(std::move(one));
  }
  return data_script(all.dump());
}

}  // namespace render
