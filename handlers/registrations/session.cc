#include "registrations/session.h"

#include <algorithm>
#include <array>

#include "lib/catalogue/campaign_store.h"
#include "lib/catalogue/closure_store.h"
#include "lib/catalogue/sale.h"

namespace registrations {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

template <typename Enum, std::size_t N>
Enum pick(const std::array<const char*, N>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

constexpr std::array<const char*, 8> kTypes = {"short_text", "long_text", "number", "date", "one_of", "many_of", "yes_no", "consent"};
constexpr std::array<const char*, 3> kOf = {"participant", "guardian", "contact"};
constexpr std::array<const char*, 4> kClasses = {"plain", "contact", "child", "health"};

std::string session_sql(const std::string& l) {
  return "SELECT v.id, p.id, p.unit_code, COALESCE(t.name, f.name), v.name_" + l + ", COALESCE(t.slug, f.slug), v.code, s.place_" + l + ", s.address, v.starts_utc, v.ends_utc, "
         "s.signup_from_utc, s.signup_until_utc, s.cancel_until_utc, s.age_min, s.age_max, s.age_on, st.free, s.waiting_places, s.state, p.state = 'published' AND v.active, a.form_code, p.code, p.shown_from_utc "
         "FROM variants v JOIN products p ON p.id = v.product_id JOIN activities a ON a.product_id = p.id JOIN activity_sessions s ON s.variant_id = v.id JOIN stock st ON st.variant_id = v.id "
         "LEFT JOIN product_texts t ON t.product_id = p.id AND t.lang = '" + l + "' JOIN product_texts f ON f.product_id = p.id AND f.lang = 'fi' WHERE v.id = ?";
}

// The state that staff gave, then the times.
Window window_of(const std::string& state, bool is_shown, const Session& session, base::UtcTime now) {
  if (!is_shown) return Window::gone;
  if (state == "cancelled") return Window::cancelled;
  if (state == "closed" || now >= session.signup_until) return Window::over;
  return now < session.signup_from ? Window::not_yet : Window::open;
}

void add_prices(const db::Rows& rows, const catalogue::Campaigns& campaigns, Session& out) {
  // A session's own prices stand instead of the activity's.
  const auto of = [&](std::int64_t wanted) {
    for (const auto& row : rows) {
      if (row.integer(0) == wanted) out.prices.push_back({row.text(1), row.text(2), row.text(3), campaigns.price({out.product, wanted, row.text(1)}, row.cents(4)).cents});
    }
  };
  of(out.variant);
  if (out.prices.empty()) of(0);
}

void add_questions(const db::Rows& questions, const db::Rows& choices, Lang lang, Session& out) {
  const std::size_t l = base::index(lang);
  for (const auto& row : questions) {
    Question one;
    one.code = row.text(0);
    one.of = pick<Question::Of>(kOf, row.text(1));
    one.type = pick<Question::Type>(kTypes, row.text(2));
    one.answer_class = pick<AnswerClass>(kClasses, row.text(3));
    one.required = row.boolean(4);
    one.label = row.text(5 + l);
    one.hint = row.text(8 + l);
    one.purpose = row.text(11 + l);
    for (const auto& choice : choices) {
      if (choice.text(0) == one.code) one.choices.push_back({choice.text(1), choice.text(2 + l)});
    }
    if (one.type == Question::Type::yes_no) one.choices = {{"yes", ""}, {"no", ""}};
    out.questions.push_back(std::move(one));
  }
}

}  // namespace

base::Result<Session> load_session(db::Connection& db, std::int64_t variant, Lang lang, base::UtcTime now) {
  const std::string l = base::to_string(lang);
  KK_LET(const db::Rows rows, db.run_query(session_sql(l), {variant}));
  if (rows.empty()) return fail(ErrorKind::not_found, "no such session");
  const auto& row = rows[0];
  const auto time = [&](std::size_t i) { return row.time(i).value_or(base::UtcTime{}); };
  const auto number = [&](std::size_t i) { return row.is_null(i) ? std::optional<int>() : static_cast<int>(row.integer(i)); };
  Session out;
  out.variant = row.integer(0);
  out.product = row.integer(1);
  out.unit = row.text(2);
  out.activity = row.text(3);
  out.name = row.text(4);
  out.slug = row.text(5);
  out.code = row.text(6);
  out.place = row.text(7);
  out.address = row.text(8);
  out.starts = time(9);
  out.ends = time(10);
  out.signup_from = time(11);
  out.signup_until = time(12);
  out.cancel_until = time(13);
  out.age_min = number(14);
  out.age_max = number(15);
  out.age_on = row.text(16);
  out.free = std::max(0, static_cast<int>(row.integer(17)));
  out.waiting_places = static_cast<int>(row.integer(18));
  out.window = window_of(row.text(19), row.boolean(20) && catalogue::is_shown(now, row.time(23)), out, now);
  const std::string form = row.text(21);
  out.product_code = row.text(22);
  KK_LET(const catalogue::Closures closures, catalogue::load_closures(db));
  if (const auto* why = closures.why({out.unit, out.product_code}); why != nullptr && out.window == Window::open) {
    out.window = Window::closed;
    out.closed = (*why)[lang];
  }
  KK_LET(const auto more, db.query_all({
      db::statement("SELECT pr.variant_id, pr.price_group, g.name_" + l + ", IF(g.proof, g.proof_" + l + ", ''), IF(c.valid_from <= ?, c.cents, pr.cents) FROM prices pr JOIN price_groups g ON g.code = pr.price_group "
                    "LEFT JOIN coming_prices c ON c.product_id = pr.product_id AND c.variant_id = pr.variant_id AND c.price_group = pr.price_group WHERE pr.product_id = ? ORDER BY g.sort_order, g.code", base::helsinki_date_iso(now), out.product),
      db::statement("SELECT code, of_whom, type, class, required, label_fi, label_sv, label_en, hint_fi, hint_sv, hint_en, purpose_fi, purpose_sv, purpose_en FROM form_questions WHERE form_code = ? AND retired_utc IS NULL ORDER BY sort_order", form),
      db::statement("SELECT question_code, code, label_fi, label_sv, label_en FROM form_choices WHERE form_code = ? ORDER BY sort_order", form)}));
  const std::vector<std::int64_t> products = {out.product};
  KK_LET(const auto campaigns, catalogue::Campaigns::load(db, &products, base::helsinki_date_iso(now)));
  add_prices(more[0], campaigns, out);
  add_questions(more[1], more[2], lang, out);
  return out;
}

std::string session_path(const Session& session, Lang lang) {
  return std::string(base::by_lang(lang, "/fi/tuote/", "/sv/produkt/", "/en/product/")) + session.slug + "#" + session.code;
}

std::string calendar_path(const Session& session, Lang lang) {
  return std::string(base::by_lang(lang, "/fi/tuote/", "/sv/produkt/", "/en/product/")) + session.slug + "/" + session.code + ".ics";
}

int age_on(const std::string& birth, const std::string& day) {
  const auto number = [](const std::string& text, std::size_t from, std::size_t length) { return std::stoi(text.substr(from, length)); };
  const int years = number(day, 0, 4) - number(birth, 0, 4);
  return day.substr(5) < birth.substr(5) ? years - 1 : years;  // born on 29 February: older on 1 March
}

}  // namespace registrations
