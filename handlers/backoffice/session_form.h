// What is typed of a session: the page that makes some and the page that changes one share it.
#pragma once

#include <vector>

#include "backoffice/inputs.h"
#include "lib/catalogue/rules.h"
#include "lib/web/fields.h"

namespace backoffice {

struct TypedSession {
  base::Texts name;
  catalogue::Session session;
  int seats = 0;
  std::vector<catalogue::Price> prices;  // of its own; empty: the activity's
};

// All but the meetings, which each page asks in its own way; problems name the fields.
TypedSession check_session(const Call& call, web::Problems& problems);
// What only shows together with the meetings. REQUIRES: they are set.
void check_times(const TypedSession& typed, web::Problems& problems);
// Its own prices as typed; by who may set none, as they were. A published activity without prices needs them.
struct PricesOf {
  std::int64_t product = 0;
  bool published = false;
  OwnPrices own;
  std::vector<catalogue::Price> were = {};
};
base::Result<std::vector<catalogue::Price>> check_prices(const Call& call, const PricesOf& of, web::Problems& problems);
// A line each: "7.6.2027 9.00-16.00", "12.2.2027 17.00-14.2.2027 15.00".
std::vector<catalogue::Meeting> check_meetings(const Call& call, web::Problems& problems);

// As it would be typed.
web::Pairs to_pairs(const TypedSession& session, base::Lang lang);
// "Paikka, Suomeksi", "Uusi hinta, €, Aikuinen": of a field's name.
std::string session_label(const Call& call, const std::vector<Lists::Named>& groups, const std::string& field);
// The same so many days later: its times to sign up and to cancel too. Prices stay, and the days that others begin on.
TypedSession moved(const TypedSession& from, int days);

// For templates: the lists texts_name, texts_place, ..., numbers, times (partials/form_field.html).
void set_session_fields(const Call& call, const web::Form& typed, const web::Problems& problems, view::Object& data);
// One text in three languages, with what is missing.
struct Three {
  std::string field;
  bool required = true, is_long = false;
};
view::List three_fields(const Call& call, const web::Form& typed, const web::Problems& problems, const Three& three);

// Of a form: a text in each needed language. `max` in characters.
base::Texts check_texts(const Call& call, const std::string& field, std::size_t max, bool required, web::Problems& problems);
std::optional<base::UtcTime> check_time(const Call& call, const std::string& field, web::Problems& problems);
std::optional<int> check_number(const Call& call, const std::string& field, int least, int most, web::Problems& problems);
std::optional<std::chrono::sys_days> check_day(const Call& call, const std::string& field, web::Problems& problems);
std::string typed_day(base::UtcTime time);    // "7.6.2027"
std::string typed_clock(base::UtcTime time);  // "9.00"

}  // namespace backoffice
