// Goal: a wrong setting of the city or of the instance stops the start with its file and line; a right one is read.
#include "lib/base/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/catch.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void put(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::trunc) << text; }

// A folder with a crest, gone at the end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "kk-config-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    put(path / "crest.svg", "<svg/>");
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

struct Fault {
  std::string before, after;  // of the sample city's file
  std::string says;           // behind "FILE:LINE: "; LINE is where `after` begins, or ends when it is all blank
};

const std::vector<Fault> kFaults = {
    {R"(bilingual = true)", R"(bilingual = "yes")", "bilingual must be true or false"},
    {R"(languages = ["fi", "sv", "en"])", R"(languages = ["fi", "sv", "de"])", R"(languages must be fi, sv and en: the shop has no texts in "de")"},
    {R"(languages = ["fi", "sv", "en"])", R"(languages = ["fi", "en"])", "languages must be fi, sv and en, each once"},
    {R"(languages = ["fi", "sv", "en"])", R"(languages = ["fi", "sv", "en", "en"])", "languages must be fi, sv and en, each once"},
    {R"(languages = ["fi", "sv", "en"])", R"(languages = "fi")", "languages must be a list of texts in [ ]"},
    {R"(default_language = "fi")", R"(default_language = "de")", "default_language must be fi, sv or en"},
    {R"(default_language = "fi")", R"(default_langage = "fi")", ""},
    {R"(business_id = "2744393-6")", R"(business_id = "2744393-5")", "city.business_id must be a Y-tunnus with the right check digit"},
    {R"(postal_code = "06950")", R"(postal_code = "6950")", "city.postal_code must be five digits in quotes"},
    {R"(postal_code = "06950")", R"(postal_code = 06950)", ""},
    {R"(email = "verkkokauppa@lehtoranta.example")", R"(email = "verkkokauppa")", "city.email must be an e-mail address"},
    {R"(phone = "+358295550100")", R"(phone = "12")", R"(city.phone must be a telephone number such as "+358 29 555 0100")"},
    {R"(website = "https://www.)", R"(website = "www.)", "city.website must be an address that begins with https:// or http://"},
    {R"(website = "https://www.)", R"(website = "https://www .)", "city.website must be an address that begins with https:// or http://"},
    {R"(security_contact = "mailto:)", R"(security_contact = ")", "city.security_contact must be an address that begins with mailto: or https:// or tel:"},
    {R"(crest = "crest.svg")", R"(crest = "arms.svg")", "look.crest must be a file beside this one; DIR/arms.svg is none"},
    {R"-(brand = "hsl(214 100% 24%)")-", R"-(brand = "blue")-", "look.brand must be a colour such as hsl(214 100% 24%) or #00347a"},
    {R"-(brand = "hsl(214 100% 24%)")-", R"-(brand = "hsl(214 100% 74%)")-", "look.brand must be a colour whose contrast with white is at least 4.5:1, so that text can be read"},
    {R"-(highlight = "hsl(212 63% 45%)")-", R"-(highlight = "#ffff00")-", "look.highlight must be a colour whose contrast with white is at least 4.5:1, so that text can be read"},
    {R"-(brand_light = "hsl(214 60% 96%)")-", R"-(brand_light = "hsl(214 60% 40%)")-", "look.brand_light must be a colour whose contrast with look.brand is at least 4.5:1, so that text can be read"},
    {R"(hold_minutes = 30)", R"(hold_minutes = 2)", "payment.hold_minutes must be a whole number from 5 to 1440"},
    {R"(hold_minutes = 30)", R"(hold_minutes = 30.5)", "payment.hold_minutes must be a whole number from 5 to 1440"},
    {R"(vat_account = "2939")", R"(vat_account = "")", "bookkeeping.vat_account must be a text that is not empty"},
    {R"(vat_account = "2939")", R"(vat_account = 2939)", "bookkeeping.vat_account must be a text in quotes"},
    {R"(from = "verkkokauppa@lehtoranta.example")", R"(from = "Shop <a@b.example>")", "mail.from must be an e-mail address"},
    {R"(staff = "verkkokauppa-henkilosto@lehtoranta.example")", R"(staff = "staff")", "mail.staff must be an e-mail address"},
    {R"(minor_value = 15)", R"(minor_value = 12)", "age.minor_value must be a whole number from 13 to 18"},
    {R"(receipts_years = 6)", R"(receipts_years = 5)", "retention.receipts_years must be a whole number from 6 to 30"},
    {R"(mail_days = 90)", "mails_days = 90", ""},
    {R"(contact_email = "palvelupiste@lehtoranta.example")", R"(contact_email = "palvelupiste")", "register.recordings.contact_email must be an e-mail address"},
    {R"(dpo_phone = "+358295550120")", R"(dpo_phone = "none")", R"(register.shop.dpo_phone must be a telephone number such as "+358 29 555 0100")"},
    {R"(updated = 2026-11-22)", R"(updated = "22.11.2026")", "register.shop.updated must be a date such as 2026-11-22"},
    {R"([age])", "[ages]", ""},
    {R"(payee = ")", R"(payee = )", ""},
};

std::size_t line_of(const std::string& text, std::size_t at) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}  // namespace

TEST_CASE("the sample city's settings are right, in either kind of quotes") {
  const Folder folder;
  std::string text = text_of(fs::path(KK_SITE) / "city.toml");
  put(folder.path / "city.toml", text);
  const auto city = base::load_city((folder.path / "city.toml").string());
  REQUIRE(city);
  CHECK(city->bilingual);
  CHECK(city->default_language == base::Lang::fi);
  CHECK(city->name[base::Lang::sv] == "Lövstrand");
  CHECK(city->retention.at("receipts_years") == 6);
  const std::string before = R"(default_language = "fi")", phone = R"(phone = "+358295550100")";
  text.replace(text.find(before), before.size(), "default_language = 'sv'");
  text.replace(text.find(phone), phone.size(), R"(phone = "029 555 0100")");
  put(folder.path / "city.toml", text);
  const auto other = base::load_city((folder.path / "city.toml").string());
  REQUIRE(other);
  CHECK(other->default_language == base::Lang::sv);
  CHECK(other->phone == "+358295550100");
}

TEST_CASE("a wrong setting of the city is told with its line") {
  const Folder folder;
  const std::string path = (folder.path / "city.toml").string(), sample = text_of(fs::path(KK_SITE) / "city.toml");
  for (const auto& fault : kFaults) {
    INFO(fault.after);
    const auto at = sample.find(fault.before);
    REQUIRE(at != std::string::npos);
    std::string text = sample;
    text.replace(at, fault.before.size(), fault.after);
    put(path, text);
    const auto city = base::load_city(path);
    REQUIRE_FALSE(city);
    CHECK(city.error().kind == base::ErrorKind::invalid);
    const std::string& said = city.error().detail;
    if (fault.says.empty()) {
      // Something is missing then, or not TOML: a line is named all the same.
      CHECK(said.starts_with(path + ":"));
      CHECK(std::isdigit(static_cast<unsigned char>(said[path.size() + 1])));
      continue;
    }
    std::string says = fault.says;
    if (const auto dir = says.find("DIR"); dir != std::string::npos) says.replace(dir, 3, folder.path.string());
    CHECK(said == path + ":" + std::to_string(line_of(text, at + fault.after.size())) + ": " + says);
  }
}

TEST_CASE("the younger age is not above the full one") {
  const Folder folder;
  const std::string path = (folder.path / "city.toml").string();
  std::string text = text_of(fs::path(KK_SITE) / "city.toml");
  text.replace(text.find("full = 18"), 9, "full = 15");
  put(path, text);
  CHECK(base::load_city(path));
  text.replace(text.find("minor_value = 15"), 16, "minor_value = 16");
  put(path, text);
  const auto city = base::load_city(path);
  REQUIRE_FALSE(city);
  CHECK(city.error().detail == path + ":" + std::to_string(line_of(text, text.find("minor_value = 16"))) + ": age.minor_value must be at most age.full");
}

TEST_CASE("what is missing is told with the line of the table where it should stand") {
  const Folder folder;
  const std::string path = (folder.path / "city.toml").string();
  std::string text = text_of(fs::path(KK_SITE) / "city.toml");
  const std::string gone = "unpaid_orders_days = 30\n";
  text.erase(text.find(gone), gone.size());
  put(path, text);
  const auto city = base::load_city(path);
  REQUIRE_FALSE(city);
  CHECK(city.error().detail == path + ":" + std::to_string(line_of(text, text.find("[retention]"))) + ": the setting retention.unpaid_orders_days is missing");
}

TEST_CASE("a wrong setting of the instance is told with its line") {
  const Folder folder;
  const std::string path = (folder.path / "instance.toml").string();
  const std::string right =
      "public_url = \"http://localhost:1\"\nstaff_url = \"http://staff.localhost:1\"\ncity = \"c\"\nshare = \"s\"\nsecrets = \"s\"\nstate = \"s\"\nwww = \"w\"\ncertificate = \"\"\nkeys = \"k\"\n[database]\nsocket = \"s\"\nname = \"n\"\npassword = true\n"
      "[payment]\nurl = \"http://127.0.0.1:2\"\nmerchant_id = \"1\"\n[smtp]\nurl = \"smtp://127.0.0.1:3\"\nuser = \"\"\n";
  put(path, right);
  CHECK(base::load_instance(path));
  const std::vector<Fault> faults = {
      {"localhost:1\"", "localhost:1/\"", "1: public_url must be an address that begins with https:// or http://, without a slash at its end"},
      {"\"http://localhost:1\"", "\"localhost:1\"", "1: public_url must be an address that begins with https:// or http://"},
      {"password = true", "password = 1", "13: database.password must be true or false"},
      {"url = \"http://127.0.0.1:2\"", "url = \"\"", "15: payment.url must be a text that is not empty"},
      {"url = \"http://127.0.0.1:2\"", "url = \"127.0.0.1:2\"", "15: payment.url must be an address that begins with https:// or http://"},
      {"url = \"smtp://127.0.0.1:3\"", "url = \"127.0.0.1:3\"", "18: smtp.url must be an address that begins with smtps:// or smtp://"},
      {"merchant_id = \"1\"", "merchant_id = 1", "16: payment.merchant_id must be a text in quotes"},
      {"user = \"\"\n", "", "17: the setting smtp.user is missing"},
      {"user = \"\"\n", "user = \"\"\npass = \"\"\n", "20: smtp.pass is no setting"},
  };
  for (const auto& fault : faults) {
    INFO(fault.says);
    std::string text = right;
    text.replace(text.find(fault.before), fault.before.size(), fault.after);
    put(path, text);
    const auto instance = base::load_instance(path);
    REQUIRE_FALSE(instance);
    CHECK(instance.error().detail == path + ":" + fault.says);
  }
  const auto none = base::load_instance((folder.path / "none.toml").string());
  REQUIRE_FALSE(none);
}
