// What a gate asks, as JSON over POST (README.md of this folder): is this ticket valid, and use it. For machines alone: a request that a browser
// makes by itself, with its cookies or an origin, is refused.
#include "backoffice/gate_api.h"

#include <nlohmann/json.hpp>

#include "backoffice/gate_store.h"
#include "backoffice/ticket_store.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kLongestCode = 300, kLeastRequest = 8, kLongestRequest = 64;

web::Response json_answer(int status, const Json& body) {
  web::Response out;
  out.status = status;
  out.content_type = "application/json";
  out.body = body.dump() + "\n";
  return out;
}
web::Response refuse_with(int status, const char* error) { return json_answer(status, {{"error", error}}); }

struct GateCall {
  Gate gate;
  Json asked;
};
// Who asks and what; or what is answered instead.
base::Result<std::variant<GateCall, web::Response>> admit_gate(const Call& call) {
  using Out = std::variant<GateCall, web::Response>;
  const web::Request& request = call.request;
  if (!request.cookies.empty() || !request.origin.empty() || !request.fetch_site.empty()) return Out(refuse_with(403, "browser"));
  constexpr std::string_view kBearer = "Bearer ";
  const std::string token = request.authorization.starts_with(kBearer) ? request.authorization.substr(kBearer.size()) : std::string();
  if (!crypto::is_token(token)) return Out(refuse_with(401, "token_required").header("WWW-Authenticate", "Bearer"));
  KK_LET(auto gate, find_gate_by_token(call.db, token, call.now));
  if (!gate) return Out(refuse_with(401, "token_unknown").header("WWW-Authenticate", "Bearer error=\"invalid_token\""));
  if (!request.content_type.starts_with("application/json")) return Out(refuse_with(400, "not_json"));
  auto asked = Json::parse(request.body, nullptr, false);
  if (!asked.is_object()) return Out(refuse_with(400, "not_json"));
  return Out(GateCall{std::move(*gate), std::move(asked)});
}

// A text of the request; nothing: it is missing, no text, too short or too long.
std::optional<std::string> text_of(const Json& asked, const char* name, std::size_t least, std::size_t most) {
  const auto found = asked.find(name);
  if (found == asked.end() || !found->is_string()) return std::nullopt;
  auto text = found->get<std::string>();
  return text.size() >= least && text.size() <= most ? std::optional<std::string>(std::move(text)) : std::nullopt;
}

Json time_of(const std::optional<base::UtcTime>& time) { return time ? Json(base::to_iso(*time)) : Json(nullptr); }

Json answer_json(const Answer& answer) {
  Json out = {{"verdict", to_string(answer.finding)}, {"used", answer.use != 0}, {"repeated", answer.repeated}};
  if (!answer.ticket) return out;
  const tickets::Ticket& ticket = *answer.ticket;
  out["product"] = ticket.product_code;
  out["valid_from"] = time_of(ticket.from);
  out["valid_until"] = time_of(ticket.until);
  out["uses"] = ticket.uses;
  out["uses_left"] = ticket.uses_left() ? Json(*ticket.uses_left()) : Json(nullptr);
  out["last_use"] = ticket.last_use ? Json{{"at", base::to_iso(ticket.last_use->at)}, {"place", ticket.last_use->place}} : Json(nullptr);
  return out;
}

// Both questions: with a number of the request it is a use.
base::Result<web::Response> answer_gate(const Call& call, bool uses) {
  KK_LET(auto admitted, admit_gate(call));
  if (auto* instead = std::get_if<web::Response>(&admitted)) return std::move(*instead);
  const auto& [gate, asked] = std::get<GateCall>(admitted);
  const auto typed = text_of(asked, "code", 1, kLongestCode);
  if (!typed) return refuse_with(400, "code_missing");
  const staff::Rights rights({{staff::Right::tickets_check, {staff::Scope::Kind::unit, gate.unit}}});
  const Door door{call.db, rights, base::Lang::en, call.now, std::nullopt, gate.id, call.request.address, gate.name};
  const auto code = tickets::code_in(*typed);
  if (!uses) {
    KK_LET(const Answer answer, check_ticket(door, code));
    return json_answer(200, answer_json(answer));
  }
  const auto request = text_of(asked, "request", kLeastRequest, kLongestRequest);
  if (!request) return refuse_with(400, "request_missing");
  const auto answer = use_ticket(door, code, {*request, call.now});
  if (!answer && answer.error().kind == base::ErrorKind::conflict) return refuse_with(409, "request_taken");
  if (!answer) return base::fail(answer.error());
  return json_answer(200, answer_json(*answer));
}

}  // namespace

bool is_gate_path(std::string_view path) { return path.starts_with("/api/gate/"); }

web::Response gate_error(base::ErrorKind kind, const std::string& case_code) {
  return json_answer(web::http_status(kind), {{"error", base::to_string(kind)}, {"case", case_code}});
}

base::Result<web::Response> post_gate_check(Call& call) { return answer_gate(call, false); }
base::Result<web::Response> post_gate_use(Call& call) { return answer_gate(call, true); }

}  // namespace backoffice
