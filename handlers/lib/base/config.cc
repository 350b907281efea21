#include "lib/base/config.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <toml++/toml.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "lib/base/finnish.h"

namespace base {
namespace {

// Reads one TOML file and remembers the first error and which keys were asked for.
class Reader {
 public:
  static Result<Reader> open(const std::string& path) {
    try {
      return Reader(path, toml::parse_file(path));
    } catch (const toml::parse_error& problem) {
      return fail(ErrorKind::invalid,
                  fmt::format("{}:{}: {}", path, problem.source().begin.line, std::string(problem.description())));
    }
  }

  std::string text(const std::string& key, bool may_be_empty = false) {
    const toml::node* node = find(key);
    if (node == nullptr) return {};
    const auto value = node->value<std::string>();
    if (!node->is_string() || !value) return wrong(*node, key, "a text in quotes"), std::string();
    if (value->empty() && !may_be_empty) wrong(*node, key, "a text that is not empty");
    return *value;
  }

  bool boolean(const std::string& key) {
    const toml::node* node = find(key);
    if (node == nullptr) return false;
    if (!node->is_boolean()) return wrong(*node, key, "true or false"), false;
    return *node->value<bool>();
  }

  int number(const std::string& key, int least, int most) {
    const toml::node* node = find(key);
    if (node == nullptr) return 0;
    const auto value = node->value<std::int64_t>();
    if (!node->is_integer() || !value || *value < least || *value > most) {
      return wrong(*node, key, fmt::format("a whole number from {} to {}", least, most)), 0;
    }
    return static_cast<int>(*value);
  }

  std::string day(const std::string& key) {
    const toml::node* node = find(key);
    if (node == nullptr) return {};
    if (!node->is_date()) return wrong(*node, key, "a date such as 2026-11-22"), std::string();
    const auto value = *node->value<toml::date>();
    return fmt::format("{:04}-{:02}-{:02}", value.year, value.month, value.day);
  }

  Texts texts(const std::string& key, bool may_be_empty = false) {
    Texts out;
    for (const auto lang : kLangs) out[lang] = text(key + "." + to_string(lang), may_be_empty);
    return out;
  }

  std::vector<std::string> keys_of(const std::string& key) {
    std::vector<std::string> out;
    if (const auto* table = table_.at_path(key).as_table()) {
      for (const auto& [name, node] : *table) out.emplace_back(name.str());
    }
    return out;
  }

  void require(bool holds, const std::string& key, const std::string& expected) {
    const toml::node* node = table_.at_path(key).node();
    if (!holds && node != nullptr) wrong(*node, key, expected);
  }

  // The first error; or an unknown setting, which is most often a misspelt one.
  Status done() {
    if (error_.empty()) look_for_unknown(table_, "");
    if (!error_.empty()) return fail(ErrorKind::invalid, error_);
    return {};
  }

 private:
  Reader(std::string path, toml::table table) : path_(std::move(path)), table_(std::move(table)) {}

  const toml::node* find(const std::string& key) {
    asked_.insert(key);
    const toml::node* node = table_.at_path(key).node();
    if (node == nullptr && error_.empty()) error_ = fmt::format("{}: the setting {} is missing", path_, key);
    return node;
  }

  void wrong(const toml::node& node, const std::string& key, const std::string& expected) {
    if (error_.empty()) error_ = fmt::format("{}:{}: {} must be {}", path_, node.source().begin.line, key, expected);
  }

  void look_for_unknown(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix + std::string(name.str());
      if (const auto* inner = node.as_table()) {
        look_for_unknown(*inner, key + ".");
      } else if (!asked_.contains(key) && error_.empty()) {
        error_ = fmt::format("{}:{}: {} is no setting", path_, node.source().begin.line, key);
      }
    }
  }

  std::string path_;
  toml::table table_;
  std::set<std::string> asked_;
  std::string error_;
};

Register read_register(Reader& in, const std::string& at) {
  Register out;
  out.name = in.texts(at + ".name");
  out.controller = in.texts(at + ".controller");
  out.responsible = in.texts(at + ".responsible");
  out.contact = in.texts(at + ".contact");
  out.dpo = in.texts(at + ".dpo");
  out.contact_email = in.text(at + ".contact_email");
  out.contact_phone = in.text(at + ".contact_phone");
  out.dpo_email = in.text(at + ".dpo_email");
  out.dpo_phone = in.text(at + ".dpo_phone");
  out.updated = in.day(at + ".updated");
  return out;
}

void read_identity(Reader& in, City& city) {
  city.name = in.texts("name");
  city.shop_name = in.texts("shop_name");
  city.legal_name = in.texts("city.legal_name");
  city.business_id = in.text("city.business_id");
  in.require(is_business_id(city.business_id), "city.business_id", "a Y-tunnus with the right check digit");
  city.street_address = in.texts("city.street_address");
  city.postal_code = in.text("city.postal_code");
  city.town = in.texts("city.town");
  city.email = in.text("city.email");
  city.phone = in.text("city.phone");
  city.help_hours = in.texts("city.help_hours");
  city.website = in.text("city.website");
  city.security_contact = in.text("city.security_contact");
  city.crest = in.text("look.crest");
  const auto colour = [&in](const std::string& key) {
    const std::string value = in.text(key);
    const bool plain = value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#%(), .") == std::string::npos;
    in.require(plain, key, "a colour such as hsl(214 100% 24%) or #00347a");
    return value;
  };
  city.brand = colour("look.brand");
  city.highlight = colour("look.highlight");
  city.brand_light = colour("look.brand_light");
  city.notice = in.texts("notice", true);
}

void read_retention(Reader& in, City& city) {
  static const std::map<std::string, std::pair<int, int>> kPeriods = {
      {"orders_months", {1, 120}},        {"receipts_years", {6, 30}},      {"mail_days", {1, 3650}},
      {"unpaid_orders_days", {1, 365}},   {"payment_events_months", {1, 120}}, {"technical_log_months", {1, 60}},
      {"use_log_years", {1, 20}},         {"recordings_months", {1, 24}}};
  for (const auto& [name, range] : kPeriods) {
    city.retention[name] = in.number("retention." + name, range.first, range.second);
  }
}

}  // namespace

Result<Instance> load_instance(const std::string& path) {
  KK_LET(Reader in, Reader::open(path));
  Instance out;
  out.public_url = in.text("public_url");
  in.require(!out.public_url.ends_with('/'), "public_url", "an address without a slash at its end");
  out.city = in.text("city");
  out.share = in.text("share");
  out.secrets = in.text("secrets");
  out.state = in.text("state");
  out.www = in.text("www");
  out.database_socket = in.text("database.socket");
  out.database_name = in.text("database.name");
  out.database_password = in.boolean("database.password");
  out.payment_url = in.text("payment.url");
  out.payment_merchant_id = in.text("payment.merchant_id");
  out.smtp_url = in.text("smtp.url");
  out.smtp_user = in.text("smtp.user", true);
  KK_TRY(in.done());
  return out;
}

Result<City> load_city(const std::string& path) {
  KK_LET(Reader in, Reader::open(path));
  City out;
  out.bilingual = in.boolean("bilingual");
  const auto lang = parse_lang(in.text("default_language"));
  in.require(lang.has_value(), "default_language", "fi, sv or en");
  out.default_language = lang.value_or(Lang::fi);
  read_identity(in, out);
  out.payee = in.text("payment.payee");
  out.hold_minutes = in.number("payment.hold_minutes", 5, 24 * 60);
  out.poll_first_minutes = in.number("payment.poll_first_minutes", 1, 60);
  out.poll_last_days = in.number("payment.poll_last_days", 1, 60);
  out.receivable_account = in.text("bookkeeping.receivable_account");
  out.vat_account = in.text("bookkeeping.vat_account");
  out.unallocated_account = in.text("bookkeeping.unallocated_account");
  out.mail_from = in.text("mail.from");
  out.mail_staff = in.text("mail.staff");
  out.age_full = in.number("age.full", 15, 21);
  out.age_minor_value = in.number("age.minor_value", 13, 18);
  read_retention(in, out);
  out.shop = read_register(in, "register.shop");
  out.recordings = read_register(in, "register.recordings");
  KK_TRY(in.done());
  return out;
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
