// Goal: what a family writes becomes typed values or a problem that names its field, whatever is sent; and no health answer passes without its consent.
#include "registrations/answers.h"

#include <algorithm>
#include <rapidcheck.h>

#include "unit/catch.h"

namespace {

using registrations::AnswerClass;
using registrations::Question;
using registrations::Session;

constexpr base::UtcTime kSignUpNow{std::chrono::milliseconds{1'795'000'000'000}};  // 2026-11-18

Question question(const char* code, Question::Type type, AnswerClass answer_class, std::vector<Question::Choice> choices = {}, bool required = false) {
  Question out;
  out.code = code;
  out.label = code;
  out.type = type;
  out.answer_class = answer_class;
  out.choices = std::move(choices);
  out.required = required;
  return out;
}

Session camp() {
  Session out;
  out.starts = kSignUpNow + std::chrono::hours{24 * 30};
  out.age_min = 7;
  out.age_max = 12;
  out.age_on = "2027-06-07";
  out.prices = {{"child", "Child", "", base::Cents(6500)}, {"sibling", "Sibling", "", base::Cents(5000)}};
  out.questions = {question("diet", Question::Type::many_of, AnswerClass::health, {{"nuts", "Nuts"}, {"egg", "Egg"}}), question("words", Question::Type::long_text, AnswerClass::health),
                   question("swims", Question::Type::one_of, AnswerClass::child, {{"yes", "Yes"}, {"no", "No"}}, true), question("shoe", Question::Type::number, AnswerClass::plain)};
  return out;
}

web::Pairs filled() {
  return {{"p1_first_name", "Aino"}, {"p1_last_name", "Mäkinen"}, {"p1_birth", "31.5.2018"}, {"p1_group", "child"}, {"p1_q_swims", "yes"}, {"adult_name", "Liisa Mäkinen"}, {"adult_phone", "040 123 4567"},
          {"email", "liisa@example.com"}};
}

web::Form with(web::Pairs pairs, const std::string& name, const std::string& value) {
  std::erase_if(pairs, [&](const auto& one) { return one.first == name; });
  pairs.emplace_back(name, value);
  return web::Form::from_pairs(std::move(pairs));
}

struct Checked {
  registrations::Filled filled;
  web::Problems problems;
};
Checked check_of(const web::Form& form, bool by_consent = true) {
  Checked out;
  out.filled = registrations::check_form(form, camp(), 1, by_consent, kSignUpNow, out.problems);
  return out;
}

}  // namespace

TEST_CASE("a day as people in Finland write it, or as machines do, and no day that isn't") {
  CHECK(base::parse_typed_day("31.5.2017") == "2017-05-31");
  CHECK(base::parse_typed_day("31. 5. 2017") == "2017-05-31");
  CHECK(base::parse_typed_day("1.12.1999") == "1999-12-01");
  CHECK(base::parse_typed_day("2017-05-31") == "2017-05-31");
  CHECK(base::parse_typed_day("29.2.2016") == "2016-02-29");
  for (const char* none : {"", "31.5", "31.5.17", "30.2.2017", "29.2.2017", "31/5/2017", "31.13.2017", "2017-31-05", "31.5.2017x", "x31.5.2017", "-1.5.2017", "31.5.", "99999999999.1.2017", "2017-05-3"}) CHECK_FALSE(base::parse_typed_day(none).has_value());
}

TEST_CASE("whatever is typed for a day, it is a day of the calendar or none") {
  CHECK(rc::check([](const std::string& noise) {
    const auto day = base::parse_typed_day(noise);
    if (day) RC_ASSERT(base::parse_typed_day(*day) == day);
  }));
}

TEST_CASE("years are full on the birthday, and of a 29 February on 1 March") {
  using registrations::age_on;
  CHECK(age_on("2018-06-07", "2027-06-07") == 9);
  CHECK(age_on("2018-06-08", "2027-06-07") == 8);
  CHECK(age_on("2016-02-29", "2027-02-28") == 10);
  CHECK(age_on("2016-02-29", "2027-03-01") == 11);
}

TEST_CASE("a whole form is whole, with its sum") {
  const auto checked = check_of(web::Form::from_pairs(filled()));
  CHECK(checked.problems.empty());
  REQUIRE(checked.filled.participants.size() == 1);
  const auto& aino = checked.filled.participants[0];
  CHECK(aino.birth == "2018-05-31");
  CHECK(aino.answers.at(AnswerClass::child).at("swims") == std::vector<std::string>{"yes"});
  CHECK(checked.filled.adult_phone == "+358401234567");
  CHECK(checked.filled.total(camp()) == base::Cents(6500));
  CHECK_FALSE(checked.filled.has_health());
}

TEST_CASE("an answer about health without its tick is no part of what comes back") {
  auto pairs = filled();
  pairs.emplace_back("p1_q_diet_nuts", "1");
  pairs.emplace_back("p1_q_words", "Epipen");
  auto refused = check_of(web::Form::from_pairs(pairs));
  CHECK(refused.problems.count() == 1);
  CHECK_FALSE(refused.filled.has_health());
  CHECK_FALSE(check_of(web::Form::from_pairs(pairs), false).filled.participants[0].consents);
  CHECK(check_of(web::Form::from_pairs(pairs), false).filled.has_health());  // a statutory task asks no consent
  pairs.emplace_back("p1_consent", "1");
  const auto taken = check_of(web::Form::from_pairs(pairs));
  CHECK(taken.problems.empty());
  CHECK(taken.filled.participants[0].answers.at(AnswerClass::health).at("diet") == std::vector<std::string>{"nuts"});
}

TEST_CASE("each field that is wrong is one problem") {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"p1_first_name", ""}, {"p1_birth", "1.1.2010"}, {"p1_birth", "1.1.2030"}, {"p1_group", "adult"}, {"p1_q_swims", "perhaps"}, {"p1_q_swims", ""},
                                                                                    {"p1_q_shoe", "large"}, {"adult_name", ""}, {"adult_phone", "112"}, {"email", "liisa"}, {"email", ""}}) {
    INFO(name << " " << value);
    CHECK(check_of(with(filled(), name, value)).problems.count() == 1);
  }
}

TEST_CASE("whatever is sent, there is an answer, and nothing of health without consent") {
  CHECK(rc::check([](const std::vector<std::pair<std::string, std::string>>& noise) {
    auto pairs = filled();
    const std::vector<std::string> names = {"p1_q_words", "p1_q_diet_nuts", "p1_q_swims", "p1_birth", "email", "adult_phone", "p1_q_shoe", "protected"};
    for (std::size_t i = 0; i < noise.size(); ++i) pairs.emplace_back(names[i % names.size()], noise[i].second);
    const auto checked = check_of(web::Form::from_pairs(pairs));
    RC_ASSERT(!checked.filled.has_health());
  }));
}
