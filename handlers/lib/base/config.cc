#include "lib/base/config.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/base/colour.h"
#include "lib/base/finnish.h"
#include "lib/base/settings_reader.h"

namespace base {
namespace {

Register read_register(SettingsReader& in, const std::string& at) {
  Register out;
  out.name = in.texts(at + ".name");
  out.controller = in.texts(at + ".controller");
  out.responsible = in.texts(at + ".responsible");
  out.contact = in.texts(at + ".contact");
  out.dpo = in.texts(at + ".dpo");
  out.contact_email = in.email(at + ".contact_email");
  out.contact_phone = in.phone(at + ".contact_phone");
  out.dpo_email = in.email(at + ".dpo_email");
  out.dpo_phone = in.phone(at + ".dpo_phone");
  out.updated = in.day(at + ".updated");
  return out;
}

void read_identity(SettingsReader& in, City& city) {
  city.name = in.texts("name");
  city.shop_name = in.texts("shop_name");
  city.legal_name = in.texts("city.legal_name");
  city.business_id = in.text("city.business_id");
  in.require(is_business_id(city.business_id), "city.business_id", "a Y-tunnus with the right check digit");
  city.street_address = in.texts("city.street_address");
  city.postal_code = in.text("city.postal_code");
  in.require(is_postal_code(city.postal_code), "city.postal_code", "five digits in quotes");
  city.town = in.texts("city.town");
  city.email = in.email("city.email");
  city.phone = in.phone("city.phone");
  city.help_hours = in.texts("city.help_hours");
  city.website = in.address("city.website", {"https://", "http://"});
  city.security_contact = in.address("city.security_contact", {"mailto:", "https://", "tel:"});
  city.notice = in.texts("notice", true);
}

// Text in these colours can be read: 4.5:1 (WCAG 2.2, 1.4.3).
void read_colours(SettingsReader& in, City& city) {
  const auto colour = [&in](const std::string& key, std::string& css) {
    css = in.text(key);
    const auto value = parse_colour(css);
    in.require(value.has_value(), key, "a colour such as hsl(214 100% 24%) or #00347a");
    return value.value_or(Colour{});
  };
  const auto readable = [&in](const std::string& key, const Colour& ink, const Colour& paper, const std::string& other) {
    in.require(contrast(ink, paper) >= kTextContrast, key, "a colour whose contrast with " + other + " is at least 4.5:1, so that text can be read");
  };
  const Colour white{0, 0, 100};
  const Colour brand = colour("look.brand", city.brand);
  readable("look.brand", brand, white, "white");
  readable("look.highlight", colour("look.highlight", city.highlight), white, "white");
  readable("look.brand_light", colour("look.brand_light", city.brand_light), brand, "look.brand");
}

// The crest lies beside the settings' file.
void read_look(SettingsReader& in, const std::string& path, City& city) {
  city.crest = in.text("look.crest");
  const auto crest = std::filesystem::path(path).parent_path() / city.crest;
  std::error_code problem;
  in.require(std::filesystem::is_regular_file(crest, problem), "look.crest", "a file beside this one; " + crest.string() + " is none");
  read_colours(in, city);
}

// The pages are made in these three; the setting says so, for whoever looks for another.
void read_languages(SettingsReader& in, City& city) {
  auto languages = in.list("languages");
  for (const auto& language : languages) {
    in.require(parse_lang(language).has_value(), "languages", "fi, sv and en: the shop has no texts in \"" + language + "\"");
  }
  std::sort(languages.begin(), languages.end());
  in.require(languages == std::vector<std::string>{"en", "fi", "sv"}, "languages", "fi, sv and en, each once");
  city.bilingual = in.boolean("bilingual");
  const auto lang = parse_lang(in.text("default_language"));
  in.require(lang.has_value(), "default_language", "fi, sv or en");
  city.default_language = lang.value_or(Lang::fi);
}

void read_retention(SettingsReader& in, City& city) {
  static const std::map<std::string, std::pair<int, int>> kPeriods = {
      {"orders_months", {1, 120}},        {"receipts_years", {6, 30}},      {"mail_days", {1, 3650}},
      {"unpaid_orders_days", {1, 365}},   {"payment_events_months", {1, 120}}, {"technical_log_months", {1, 60}},
      {"use_log_years", {1, 20}},         {"recordings_months", {1, 24}},   {"health_answers_days", {0, 365}}};
  for (const auto& [name, range] : kPeriods) {
    city.retention[name] = in.number("retention." + name, range.first, range.second);
  }
}

void read_signup(SettingsReader& in, City& city) {
  city.signup_hold_minutes = in.number("signup.hold_minutes", 5, 120);
  city.signup_offer_hours = in.number("signup.offer_hours", 1, 7 * 24);
  city.signup_lists_days_before = in.number("signup.lists_days_before", 1, 60);
  city.signup_minimum_days_before = in.number("signup.minimum_days_before", 1, 60);
  city.family_sees_names = in.boolean("signup.family_sees_names");
  city.families_that_fit_first = in.boolean("signup.families_that_fit_first");
  const std::string basis = in.text("signup.health_basis");
  in.require(basis == "consent" || basis == "statutory_task", "signup.health_basis", "consent or statutory_task");
  city.health_by_consent = basis == "consent";
  city.consent_version = in.text("signup.consent_version");
  in.require(city.consent_version.size() <= 20, "signup.consent_version", "at most 20 characters");
}

}  // namespace

Result<Instance> load_instance(const std::string& path) {
  KK_LET(SettingsReader in, SettingsReader::open(path));
  Instance out;
  out.public_url = in.address("public_url", {"https://", "http://"});
  in.require(!out.public_url.ends_with('/'), "public_url", "an address that begins with https:// or http://, without a slash at its end");
  out.staff_url = in.address("staff_url", {"https://", "http://"});
  in.require(!out.staff_url.ends_with('/') && out.staff_url != out.public_url, "staff_url", "an address of its own, without a slash at its end");
  out.city = in.text("city");
  out.share = in.text("share");
  out.secrets = in.text("secrets");
  out.state = in.text("state");
  out.www = in.text("www");
  out.certificate = in.text("certificate", true);
  out.keys = in.text("keys");
  out.database_socket = in.text("database.socket");
  out.database_name = in.text("database.name");
  out.database_password = in.boolean("database.password");
  out.payment_url = in.address("payment.url", {"https://", "http://"});
  out.payment_merchant_id = in.text("payment.merchant_id");
  out.smtp_url = in.address("smtp.url", {"smtps://", "smtp://"});
  out.smtp_user = in.text("smtp.user", true);
  KK_TRY(in.done());
  return out;
}

namespace {

Result<City> read_city(SettingsReader& in, const std::string& path) {
  City out;
  read_languages(in, out);
  read_identity(in, out);
  read_look(in, path, out);
  out.payee = in.text("payment.payee");
  out.staff_openings_per_hour = in.number("staff.openings_per_hour", 1, 10000);
  out.staff_idle_minutes = in.number("staff.idle_minutes", 5, 60);
  out.hold_minutes = in.number("payment.hold_minutes", 5, 24 * 60);
  out.staff_hold_hours = in.number("payment.staff_hold_hours", 1, 24 * 7);
  out.poll_first_minutes = in.number("payment.poll_first_minutes", 1, 60);
  out.poll_last_days = in.number("payment.poll_last_days", 1, 60);
  read_signup(in, out);
  for (const char* kind : {"sports", "culture"}) out.benefit_ways[kind] = in.list(std::string("benefits.") + kind);
  out.gift_card_years = in.number("gift_cards.valid_years", 1, 10);
  out.gift_card_over_days = in.number("gift_cards.over_days", 0, 3650);
  out.gift_card_over_account = in.text("gift_cards.over_account", true);
  out.stock_low_pieces = in.number("stock.low_pieces", 0, 10000);
  out.second_person_above_cents = in.number("refunds.second_person_above_cents", 0, 99'999'998);
  out.receivable_account = in.text("bookkeeping.receivable_account");
  out.vat_account = in.text("bookkeeping.vat_account");
  out.unallocated_account = in.text("bookkeeping.unallocated_account");
  out.mail_from = in.email("mail.from");
  out.mail_staff = in.email("mail.staff");
  out.age_full = in.number("age.full", 15, 21);
  out.age_minor_value = in.number("age.minor_value", 13, 18);
  in.require(out.age_minor_value <= out.age_full, "age.minor_value", "at most age.full");
  read_retention(in, out);
  out.shop = read_register(in, "register.shop");
  out.recordings = read_register(in, "register.recordings");
  KK_TRY(in.done());
  return out;
}

}  // namespace

Result<City> load_city(const std::string& path) {
  KK_LET(SettingsReader in, SettingsReader::open(path));
  return read_city(in, path);
}

Result<CityFile> read_city_file(const std::string& path) {
  KK_LET(SettingsReader in, SettingsReader::open(path));
  KK_TRY(read_city(in, path));
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return fail(ErrorKind::broken, "the settings' file is gone");
  return CityFile{in.settings(), std::chrono::sys_seconds(std::chrono::seconds(info.st_mtime))};
}

Result<std::string> read_secret(const Instance& instance, const std::string& process, const std::string& name) {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  const std::string path = credentials != nullptr ? std::string(credentials) + "/" + name
                                                  : instance.secrets + "/" + process + "/" + name;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return fail(ErrorKind::broken, "the secret " + path + " is not there");
  if (credentials == nullptr && (info.st_mode & 077) != 0) {
    return fail(ErrorKind::broken, "the secret " + path + " is readable by others than its owner");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.str().empty()) return fail(ErrorKind::broken, "the secret " + path + " cannot be read");
  return bytes.str();
}

Result<std::string> read_text_secret(const Instance& instance, const std::string& process, const std::string& name) {
  KK_LET(std::string text, read_secret(instance, process, name));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace base
