// A product's form: its fields as text, as they stand in the page and come back from it, and what they mean.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "backoffice/product_store.h"
#include "lib/base/config.h"

namespace backoffice {

// By the name of the field; of ticks "1" or nothing.
class FormFields {
 public:
  const std::string& text(const std::string& name) const;
  bool ticked(const std::string& name) const { return text(name) == "1"; }
  const std::map<std::string, std::string>& all() const { return values_; }
  void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }

 private:
  std::map<std::string, std::string> values_;
};

FormFields fields_of(const catalogue::Product& product, base::Lang lang);
FormFields fields_of(const std::vector<catalogue::Price>& prices, base::Lang lang);
FormFields fields_of(const web::Form& form);
// As they were sent. Those of prices only where the sender may change prices: else they are `product`'s.
FormFields typed_fields(const web::Form& form, const catalogue::Product& product, bool with_prices, base::Lang lang);

// "12,50", as a field shows it and base::parse_money reads it.
std::string money_field(base::Cents cents, base::Lang lang);
// "2026-12-06T18:00" in Finland, as <input type="datetime-local"> has it.
std::string time_field(const std::optional<base::UtcTime>& time);
// Prices of `price_<group>`, `next_<group>` and `from_<group>`. A change that has begun counts from today.
std::vector<catalogue::Price> read_prices(const Call& call, const std::vector<Lists::Named>& groups, const FormFields& fields, web::Problems& problems);
// name_fi, name_sv, name_en: one line each.
base::Texts read_texts(const Call& call, const std::string& name, std::size_t most, const FormFields& fields, web::Problems& problems);
// A whole number, or nothing where nothing stands.
std::optional<int> read_number(const Call& call, const std::string& name, int least, int most, const FormFields& fields, web::Problems& problems);
std::optional<base::UtcTime> read_time(const Call& call, const std::string& name, const FormFields& fields, web::Problems& problems);

// Into `product`, whose variants, picture and state stay. What is wrong goes to `problems`, in the order of the page.
void read_fields(const Call& call, const Lists& lists, const FormFields& fields, catalogue::Product& product, web::Problems& problems);
// What it lacks to be shown to residents.
void find_missing(const Call& call, const catalogue::Product& product, web::Problems& problems);

// "Nimi suomeksi", "Arvonlisävero": of a field's name.
std::string label_of(const Call& call, const std::string& field);

}  // namespace backoffice
