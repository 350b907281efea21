#include "page.h"

#include "flow.h"
#include "page_style.h"
#include "providers.h"
#include "words.h"

namespace sandbox {
namespace {

std::string summary(const Payment& payment, const Words& w) {
  return std::string("<dl class=\"sum\"><div><dt>") + w.amount + "</dt><dd class=\"amount\">" + money(payment.amount, payment.language) + "</dd></div><div><dt>" + w.reference +
         "</dt><dd>" + html_escape(payment.reference) + "</dd></div></dl>";
}

// A form with one hidden choice and one button.
std::string button(const Payment& payment, const char* outcome, const std::string& method, const char* label, const char* style) {
  return "<form method=\"post\" action=\"/pay/" + payment.transactionId + "/finish\"><input type=\"hidden\" name=\"outcome\" value=\"" + outcome +
         "\"><input type=\"hidden\" name=\"provider\" value=\"" + html_escape(method) + "\"><button class=\"" + style + "\">" + label + "</button></form>";
}

// Forms end in a redirect to the shop, which form-action must allow by name.
std::string policy(const Payment* payment) {
  std::string form = "'self'";
  if (payment != nullptr) {
    for (const auto* url : {&payment->redirectUrls.success, &payment->redirectUrls.cancel})
      if (const auto address = parse_address(*url); address && form.find(address->origin) == form.npos) form += " " + address->origin;
  }
  return "default-src 'none'; style-src 'self'; img-src 'self'; form-action " + form + "; base-uri 'none'; frame-ancestors 'none'";
}

Reply asset(const std::string& body, const char* type) {
  Reply reply;
  reply.body = body;
  reply.type = type;
  reply.headers = {{"Cache-Control", "max-age=3600"}, {"X-Content-Type-Options", "nosniff"}};
  return reply;
}

Reply see_other(const std::string& url) {
  Reply reply;
  reply.status = 303;
  reply.headers = {{"Location", url}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}};
  return reply;
}

// A plain square with the first letter of the method or group.
std::string icon(const std::string& file) {
  const auto letter = file.empty() ? "?" : upper(file.substr(0, 1));
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><rect width=\"48\" height=\"48\" rx=\"6\" fill=\"#00347a\"/>"
         "<text x=\"24\" y=\"33\" font-family=\"sans-serif\" font-size=\"26\" fill=\"#fff\" text-anchor=\"middle\">" +
         html_escape(letter) + "</text></svg>";
}

}  // namespace

bool Page::owns(const std::string& path) { return path.starts_with("/pay/") || path.starts_with("/icon/") || path == "/style.css"; }

Reply Page::html(int status, const Payment* payment, const std::string& language, const std::string& title, const std::string& content) const {
  const auto& w = words(language);
  Reply reply;
  reply.status = status;
  reply.type = "text/html; charset=utf-8";
  reply.headers = {{"Content-Security-Policy", policy(payment)}, {"Cache-Control", "no-store"},  {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"},           {"X-Robots-Tag", "noindex"}};
  reply.body = std::string("<!doctype html>\n<html lang=\"") + w.lang + "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
               html_escape(title) + "</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body><main><p class=\"test\">" + w.test + "</p><h1>" + html_escape(title) +
               "</h1>" + content + "</main></body></html>\n";
  return reply;
}

Reply Page::choose(const Payment& payment) const {
  const auto& w = words(payment.language);
  const auto list = providers_in(payment.groups);
  std::string out = summary(payment, w) + "<h2>" + w.choose + "</h2><form method=\"get\" action=\"/pay/" + payment.transactionId + "/confirm\">";
  for (const auto& group : groups_of(list)) {
    out += "<fieldset><legend>" + html_escape(group_name(group, payment.language)) + "</legend><div class=\"methods\">";
    for (const auto* one : list)
      if (one->group == group) out += std::string("<button class=\"method\" name=\"provider\" value=\"") + one->id + "\">" + html_escape(one->name) + "</button>";
    out += "</div></fieldset>";
  }
  out += "</form>" + button(payment, "cancel", "", w.cancel_all, "quiet");
  return html(200, &payment, payment.language, w.title, out);
}

Reply Page::confirm(const Payment& payment, const std::string& method) const {
  const auto& w = words(payment.language);
  const auto* one = provider(method);
  std::string title = w.confirm;
  title.replace(title.find('%'), 1, one->name);
  const auto out = summary(payment, w) + "<p>" + w.confirm_text + "</p>" + button(payment, "approve", method, w.approve, "main") +
                   button(payment, "pending", method, w.pending, "quiet") + button(payment, "cancel", method, w.cancel, "quiet") + "<p><a href=\"/pay/" +
                   payment.transactionId + "\">" + w.back + "</a></p>";
  return html(200, &payment, payment.language, title, out);
}

Reply Page::state(const Payment& payment) {
  const auto& w = words(payment.language);
  const char* text = payment.status == "ok" ? w.state_ok : payment.status == "fail" ? w.state_fail : w.state_waiting;
  const auto url = world_.callbacks.redirect(payment, payment.status, Json::object());
  return html(200, &payment, payment.language, w.state,
              summary(payment, w) + "<p>" + text + "</p><p><a class=\"main\" href=\"" + html_escape(url) + "\">" + w.to_shop + "</a></p>");
}

Reply Page::not_found() const {
  std::string out;
  for (const auto* language : {"FI", "SV", "EN"}) {
    const auto& w = words(language);
    out += std::string("<section lang=\"") + w.lang + "\"><h2>" + w.gone + "</h2><p>" + w.gone_text + "</p></section>";
  }
  return html(404, nullptr, "FI", words("FI").gone, out);
}

void Page::send(const Request& request, const Responder& to, Reply reply, const std::string& verdict) {
  world_.log.add(request, "page", reply.status, verdict);
  to.send(std::move(reply));
}

void Page::finish(Payment& payment, const Request& request, const Responder& to) {
  const auto form = parse_query(request.body).value_or(Pairs{});
  const auto outcome = value_of(form, "outcome"), method = value_of(form, "provider");
  const bool cancel = outcome == "cancel";
  if ((!cancel && outcome != "approve" && outcome != "pending") || (provider(method) == nullptr && !(cancel && method.empty())))
    return send(request, to, not_found(), "refused: unknown choice");
  const std::string status = cancel ? "fail" : outcome == "approve" ? "ok" : "pending";
  settle(world_, payment, {status, method}, Json::object(), false, [this, request, to](const Told& told) { send(request, to, see_other(told.redirect_url), "sent to the shop"); });
}

void Page::handle(const Request& request, const Responder& to) {
  const auto& path = request.path;
  const bool get = request.method == "GET" || request.method == "HEAD", post = request.method == "POST";
  if (path == "/style.css" && get) return send(request, to, asset(kPageStyle, "text/css; charset=utf-8"), "style");
  if (path.starts_with("/icon/") && get) return send(request, to, asset(icon(path.substr(6)), "image/svg+xml"), "icon");
  const auto rest = path.size() > 5 ? path.substr(5) : std::string{};
  const auto slash = rest.find('/');
  auto* payment = world_.ledger.by_id(rest.substr(0, slash));
  const auto step = slash == rest.npos ? std::string{} : rest.substr(slash);
  if (payment == nullptr) return send(request, to, not_found(), "no such payment");
  if (step.empty() && get) return send(request, to, payment->status == "new" ? choose(*payment) : state(*payment), "shown: " + payment->status);
  if (step == "/confirm" && (get || post)) {
    const auto method = value_of(parse_query(post ? request.body : request.query).value_or(Pairs{}), "provider");
    if (provider(method) == nullptr) return send(request, to, not_found(), "refused: unknown method");
    return send(request, to, payment->status == "new" ? confirm(*payment, method) : state(*payment), "shown: " + payment->status);
  }
  if (step == "/finish" && post) return finish(*payment, request, to);
  send(request, to, not_found(), "no such page");
}

}  // namespace sandbox
