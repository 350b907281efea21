// Settings: the instance (where things lie; made by deploy/up or the package) and the city (what its people
// decide; site/city.toml explains each). A missing, wrong or unknown setting is an error with file and line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/lang.h"
#include "lib/base/result.h"
#include "lib/base/time.h"

namespace base {

struct Instance {
  std::string public_url;  // "https://shop.example", no trailing slash
  std::string staff_url;   // "https://staff.shop.example": a host name of its own, since cookies of one are seen by all its ports
  std::string city;        // path of city.toml
  std::string share;       // templates, text, content, static, catalogue
  std::string secrets;     // secrets/<process>/<name>
  std::string state;       // where test builds look for `clock` and `fault`
  std::string www;         // releases and `current`
  std::string certificate; // path of the certificate (PEM) that nginx shows to browsers; empty where it shows none
  std::string keys;        // directory.pub and recovery.pub, which only root writes (deploy/README.md: Keys)
  std::string database_socket;
  std::string database_name;
  bool database_password = false;
  std::string payment_url;
  std::string payment_merchant_id;
  std::string smtp_url;
  std::string smtp_user;
};

struct Register {  // what a privacy notice begins with
  Texts name, controller, responsible, contact, dpo;
  std::string contact_email, contact_phone, dpo_email, dpo_phone;
  std::string updated;  // "2026-11-22"
};

struct City {
  bool bilingual = false;
  Lang default_language = Lang::fi;
  Texts name, shop_name, legal_name, street_address, town, help_hours;
  std::string business_id, postal_code, email, phone, website, security_contact;
  std::string crest, brand, highlight, brand_light;  // the colours as CSS; text in them can be read
  Texts notice;
  std::string payee;
  int staff_openings_per_hour = 0;  // sealed records that one person may open
  int staff_idle_minutes = 0;  // a session of the staff ends after so long without a request
  int hold_minutes = 0, staff_hold_hours = 0, poll_first_minutes = 0, poll_last_days = 0;
  std::map<std::string, std::vector<std::string>> benefit_ways;  // "sports", "culture" -> providers of the payment service that may pay what has this benefit
  int gift_card_years = 0;        // a card is valid for, from the day of its sale
  int gift_card_over_days = 0;    // after its last day, until what is left of it is income
  std::string gift_card_over_account;  // of that income; empty: it stays a debt
  int stock_low_pieces = 0;  // of goods: so many left, or fewer, are told to staff
  int second_person_above_cents = 0;  // refunds of one payment, all together
  int signup_hold_minutes = 0, signup_offer_hours = 0, signup_lists_days_before = 0, signup_minimum_days_before = 0;
  bool families_that_fit_first = true, family_sees_names = false;
  bool health_by_consent = true;  // false: by a statutory task
  std::string consent_version;
  std::string receivable_account, vat_account, unallocated_account;
  std::string mail_from, mail_staff;
  int age_full = 0, age_minor_value = 0;
  std::map<std::string, int> retention;  // "orders_months" -> 12; all names are checked
  Register shop, recordings;
};

// One setting, as its file says it.
struct Setting {
  std::string key;    // "payment.hold_minutes", "name.fi"
  std::string value;  // without quotes; a list's items with commas
  int line = 0;       // of the file
};

Result<Instance> load_instance(const std::string& path);
Result<City> load_city(const std::string& path);

// The city's file as its people may see it: what load_city asks for, and nothing else. Secrets stand in files of their own.
struct CityFile {
  std::vector<Setting> settings;
  UtcTime changed{};
};
// ERRORS: as load_city's.
Result<CityFile> read_city_file(const std::string& path);

// A secret's bytes: SECRETS/<process>/<name>, or $CREDENTIALS_DIRECTORY/<name> under systemd.
// ERRORS: broken: not there, or readable by others.
Result<std::string> read_secret(const Instance& instance, const std::string& process, const std::string& name);
// The same without one newline at its end: for secrets that people typed.
Result<std::string> read_text_secret(const Instance& instance, const std::string& process, const std::string& name);

}  // namespace base
