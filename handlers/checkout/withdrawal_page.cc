#include "checkout/app.h"
#include "checkout/order_view.h"
#include "checkout/summary.h"
#include "checkout/withdrawal.h"
#include "lib/base/contact.h"
#include "lib/orders/order_store.h"

namespace checkout {

using base::ErrorKind;
using base::fail;
using base::Lang;

namespace {

constexpr std::size_t kMaxName = 101, kMaxStated = 1000;

// Both ways to withdraw: the public form and the order's own page. Step 1 states, step 2 confirms.
struct Page {
  std::string name, order_number, email, stated, key;
  std::string action;
  std::array<std::string, 3> paths;
  const orders::Order* order = nullptr;      // on the order's page
  std::vector<WithdrawnLine> chosen;
  bool without_right = false;                // of an order that gives none now: it is said, and the notice taken all the same
};

view::List line_choices(const Call& call, const Page& page) {
  view::List out;
  if (page.order == nullptr) return out;
  for (const auto& line : page.order->lines) {
    if (!orders::can_be_withdrawn(line)) continue;
    int chosen = 0;
    for (const auto& one : page.chosen) {
      if (one.line_no == line.line_no) chosen = one.quantity;
    }
    view::List options;
    for (int n = 0; n <= line.quantity; ++n) options.push_back(view::Object().set("value", std::to_string(n)).set("chosen", n == chosen));
    out.push_back(view::Object()
                      .set("one", line.quantity == 1)
                      .set("chosen", chosen > 0)
                      .set("options", std::move(options))
                      .set("field", "line_" + std::to_string(line.line_no))
                      .set("name", line.name)
                      .set("detail", line.detail)
                      .set("has_detail", !line.detail.empty())
                      .set("max", std::to_string(line.quantity))
                      .set("sum", base::format_money(line.total(), call.lang))
                      .set("quantity", std::to_string(chosen)));
  }
  return out;
}

base::Result<web::Response> withdrawal_page(Call& call, const Page& page, const web::Problems& problems, bool confirm) {
  view::Object data = language_of(call, page.order == nullptr ? call.lang : page.order->lang);
  data.set("typed", view::Object().set("name", page.name).set("order_number", page.order_number).set("email", page.email).set("lines_stated", page.stated));
  data.set("action", page.action).set("key", page.key).set("from_order", page.order != nullptr).set("from_form", page.order == nullptr);
  data.set("choices", line_choices(call, page)).set("without_right", page.without_right);
  data.set("back_url", page.order == nullptr ? std::string("/") + base::to_string(call.lang) + "/" : orders::order_path(call.lang, page.order->token));
  problems.fill(data, call.app.templates, call.lang, {"name", "order_number", "email", "lines"});
  const std::string cookie = fill_token(call, data);
  const std::string title = (problems.empty() ? "" : call.say("checkout.error_prefix")) + call.say(confirm ? "order.withdraw_confirm_title" : "order.withdraw_title");
  KK_LET(web::Response out, call.frame.page(confirm ? "order/withdraw_confirm" : "order/withdraw", call.lang, title, page.paths, data));
  set_token_cookie(out, cookie);
  return out;
}

// The form of a page whose token is not right any more: with all that was typed, to be sent again.
base::Result<web::Response> old_form(Call& call, const Page& page) {
  web::Problems problems;
  problems.add("main", "form_old");
  KK_LET(web::Response out, withdrawal_page(call, page, problems, false));
  out.status = 403;
  return out;
}

// What the person is told is the same whether an order was found or not.
base::Result<web::Response> done_page(Call& call, const Page& page, const Received& received) {
  view::Object data = language_of(call, page.order == nullptr ? call.lang : page.order->lang);
  data.set("received", call.say("order.withdraw_received", {{"time", base::format_date_time_seconds(received.at, call.lang)}, {"email", page.email}}));
  data.set("case_words", call.say("errors.case_code", {{"code", received.case_code}}));
  data.set("name", page.name).set("order_number", page.order_number).set("lines_stated", page.stated);
  return call.frame.page("order/withdraw_done", call.lang, call.say("order.withdraw_done_title"), page.paths, data);
}

void read_person(const web::Form& form, Page& page, web::Problems& problems) {
  page.name = form.text("name");
  page.email = form.text("email");
  if (form.has("key")) page.key = form.text("key");
  const auto name = base::clean_text(page.name, kMaxName);
  if (name) page.name = *name;
  else problems.add("name", std::string("name_") + (name.error() == base::TextProblem::missing ? "required" : base::to_string(name.error())), {{"max", std::to_string(kMaxName)}});
  const auto email = base::parse_email(page.email);
  if (email) page.email = *email;
  else problems.add("email", std::string("email_") + (email.error() == base::TextProblem::missing ? "required" : base::to_string(email.error())), {{"max", "200"}});
}

std::size_t characters(const std::string& text) {
  std::size_t out = 0;
  for (const char c : text) out += (c & 0xC0) != 0x80;
  return out;
}

base::Result<web::Response> store_and_tell(Call& call, const Page& page, Statement statement) {
  const auto key = crypto::from_hex(page.key);
  if (!key || key->size() != 16) return fail(ErrorKind::invalid, "the form is not whole");
  statement.form_key = *key;
  statement.name = page.name;
  statement.order_number = page.order_number;
  statement.email = page.email;
  statement.lines_stated = page.stated;
  statement.lang = call.lang;
  statement.withdraw_url = call.app.instance.public_url + orders::withdraw_path(call.lang);
  KK_LET(const Received received, store_statement(call.db, statement, call.now));
  return done_page(call, page, received);
}

std::string new_key() { return crypto::to_hex(crypto::random_bytes(16)); }

base::Result<OrderFacts> facts_of(Call& call) {
  if (!crypto::is_token(call.arg)) return fail(ErrorKind::not_found, "no such order");
  return load_facts(call.db, call.arg, call.now);
}

Page public_page(const Call& call) {
  Page out;
  out.key = new_key();
  out.action = orders::withdraw_path(call.lang);
  out.paths = in_all(orders::withdraw_path);
  return out;
}

void fill_person(Page& page, const orders::Order& order) {
  page.order_number = order.number;
  page.name = order.contact.first_name + " " + order.contact.last_name;
  page.email = order.contact.email;
}

// An order without a right of withdrawal, or whose days are over: the public form, filled in as far as we know, so that
// the notice still comes and staff look at it (domain rule 2.11).
Page page_without_right(const Call& call, const orders::Order& order) {
  Page out = public_page(call);
  fill_person(out, order);
  out.without_right = true;
  for (const auto lang : base::kLangs) out.paths[base::index(lang)] = order_tail(lang, order.token, Tail::withdraw);
  return out;
}

Page page_of_order(const Call& call, const orders::Order& order) {
  Page out;
  out.order = &order;
  out.key = new_key();
  out.order_number = order.number;
  out.action = order_tail(call.lang, order.token, Tail::withdraw);
  for (const auto lang : base::kLangs) out.paths[base::index(lang)] = order_tail(lang, order.token, Tail::withdraw);
  return out;
}

// The chosen lines in words: the statement that is acknowledged.
void read_choices(const web::Form& form, Page& page, web::Problems& problems) {
  for (const auto& line : page.order->lines) {
    if (!orders::can_be_withdrawn(line)) continue;
    const std::string field = "line_" + std::to_string(line.line_no);  // a tick box without its tick is not sent
    const auto quantity = form.has(field) ? form.number(field, 0, line.quantity) : std::optional<std::int64_t>(0);
    if (!quantity) {
      problems.add(field, "lines_invalid");
    } else if (*quantity > 0) {
      page.chosen.push_back({line.line_no, static_cast<int>(*quantity)});
      page.stated += (page.stated.empty() ? "" : "; ") + std::to_string(*quantity) + " × " + line.name + (line.detail.empty() ? "" : " (" + line.detail + ")");
    }
  }
  if (page.chosen.empty() && problems.empty()) problems.add("lines", "lines_required");
  while (characters(page.stated) > kMaxStated) page.stated.resize(page.stated.rfind(';') == std::string::npos ? 900 : page.stated.rfind(';'));
}

}  // namespace

base::Result<web::Response> show_withdrawal(Call& call) {
  return withdrawal_page(call, public_page(call), {}, false);
}

base::Result<web::Response> post_withdrawal(Call& call) {
  KK_LET(const Posted posted, own_form_or_old(call));
  const web::Form& form = posted.form;
  Page page = public_page(call);
  page.order_number = form.text("order_number");
  page.stated = form.text("lines");
  web::Problems problems;
  read_person(form, page, problems);
  if (!posted.fresh) return old_form(call, page);
  if (page.order_number.empty()) problems.add("order_number", "order_number_required");
  else if (characters(page.order_number) > 40) problems.add("order_number", "order_number_too_long");
  if (page.stated.empty()) problems.add("lines", "lines_required");
  else if (characters(page.stated) > kMaxStated) problems.add("lines", "lines_too_long", {{"max", std::to_string(kMaxStated)}});
  if (!problems.empty() || form.text("step") == "change") return withdrawal_page(call, page, problems, false);
  if (form.text("step") != "confirm") return withdrawal_page(call, page, {}, true);
  Statement statement;
  KK_LET(statement.order_id, match_order(call.db, page.order_number, page.email));
  return store_and_tell(call, page, std::move(statement));
}

base::Result<web::Response> show_order_withdrawal(Call& call) {
  KK_LET(const OrderFacts facts, facts_of(call));
  if (!facts.can_withdraw) return withdrawal_page(call, page_without_right(call, facts.order), {}, false);
  Page page = page_of_order(call, facts.order);
  fill_person(page, facts.order);
  return withdrawal_page(call, page, {}, false);
}

base::Result<web::Response> post_order_withdrawal(Call& call) {
  KK_LET(const Posted posted, own_form_or_old(call));
  KK_LET(const OrderFacts facts, facts_of(call));
  const web::Form& form = posted.form;
  const orders::Order& order = facts.order;
  // The days may have ended while the form lay open: it is taken, and staff look. Only where nothing was to be chosen from is there no form.
  if (line_choices(call, page_of_order(call, order)).empty()) return withdrawal_page(call, page_without_right(call, order), {}, false);
  Page page = page_of_order(call, order);
  web::Problems problems;
  read_person(form, page, problems);
  read_choices(form, page, problems);
  if (!posted.fresh) return old_form(call, page);
  if (!problems.empty() || form.text("step") == "change") return withdrawal_page(call, page, problems, false);
  if (form.text("step") != "confirm") return withdrawal_page(call, page, {}, true);
  Statement statement;
  statement.order_id = order.id;
  statement.from_order_page = true;
  statement.lines = page.chosen;
  statement.order_url = call.app.instance.public_url + orders::order_path(call.lang, order.token);
  return store_and_tell(call, page, std::move(statement));
}

}  // namespace checkout
