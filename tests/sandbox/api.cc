#include "api.h"

#include <algorithm>
#include <set>

#include "clock.h"
#include "sign.h"
#include "strict_json.h"

namespace sandbox {
namespace {

bool plain(std::string_view s, std::size_t max) {
  return !s.empty() && s.size() <= max && std::all_of(s.begin(), s.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

bool json_type(const std::string& value) {
  auto text = lower(value);
  std::erase(text, ' ');
  return text == "application/json;charset=utf-8";
}

// Checks of one transaction name it twice, in the path and in a header.
bool on_transaction(const std::string& operation) { return operation == "get" || operation == "refund"; }

}  // namespace

Answer refuse(int status, const std::string& message, const Findings& meta) {
  Json body = {{"status", "error"}, {"message", message}};
  if (!meta.empty()) body["meta"] = meta;
  return {status, body, "refused: " + message};
}

Api::Route Api::route(const Request& request) {
  const auto& path = request.path;
  const bool get = request.method == "GET", post = request.method == "POST";
  if (path == "/payments" && post) return {"create", "", "create"};
  if (path == "/payments/report" && post) return {"report", "", "report"};
  if (path == "/merchants/payment-providers" && get) return {"providers", "", "providers"};
  if (path == "/merchants/grouped-payment-providers" && get) return {"grouped", "", "providers"};
  if (path == "/settlements" && get) return {"settlements", "", "settlements"};
  if (path.starts_with("/settlements/") && path.ends_with("/payments/report") && post) {
    const auto id = path.substr(13, path.size() - 13 - 16);
    if (!id.empty() && id.find('/') == id.npos) return {"settlement-report", id, "report"};
  }
  if (path.starts_with("/payments/")) {
    const auto rest = path.substr(10);
    const auto slash = rest.find('/');
    if (slash == rest.npos && get && !rest.empty()) return {"get", rest, "get"};
    if (slash != rest.npos && slash > 0 && rest.substr(slash) == "/refund" && post) return {"refund", rest.substr(0, slash), "refund"};
  }
  return {};
}

std::optional<Answer> Api::check_headers(const Request& request, const Route& route) const {
  static const std::set<std::string> kKnown = {"checkout-account", "checkout-algorithm", "checkout-method", "checkout-nonce", "checkout-timestamp", "checkout-transaction-id"};
  Findings findings;
  for (const auto* name : {"checkout-account", "checkout-algorithm", "checkout-method", "checkout-nonce", "checkout-timestamp", "signature"})
    if (const int n = request.count(name); n != 1) findings.push_back(std::string(name) + (n == 0 ? ": is missing" : ": given more than once"));
  for (const auto& [name, value] : request.headers)
    if (name.starts_with("checkout-") && !kKnown.contains(name)) findings.push_back(name.substr(0, 50) + ": is not a known header");
  const int named = request.count("checkout-transaction-id");
  if (on_transaction(route.operation) ? named != 1 : named != 0)
    findings.emplace_back("checkout-transaction-id: belongs to calls on one transaction, once");
  if (!plain(request.header("checkout-nonce"), 128)) findings.emplace_back("checkout-nonce: must be 1 to 128 visible characters");
  if (request.method == "POST" && !json_type(request.header("content-type"))) findings.emplace_back("content-type: must be application/json; charset=utf-8");
  if (request.method == "GET" && !request.body.empty()) findings.emplace_back("a GET has no body");
  if (findings.empty()) return std::nullopt;
  return refuse(400, "Header validation failed", findings);
}

std::optional<Answer> Api::authenticate(const Request& request, const Route& route) {
  if (auto bad = check_headers(request, route)) return bad;
  const auto& settings = world_.settings;
  const auto account = request.header("checkout-account"), algorithm = request.header("checkout-algorithm");
  if (account != settings.merchant_id) return refuse(401, "Merchant not found");
  if (!known_algorithm(algorithm)) return refuse(400, "Algorithm must be sha256 or sha512");
  const auto expected = sign(settings.secret, algorithm, signing_text(request.headers, request.body));
  if (!same_signature(expected, request.header("signature"))) return refuse(401, "Signature mismatch");
  if (request.header("checkout-method") != request.method) return refuse(400, "checkout-method doesn't match the request");
  const auto at = parse_iso(request.header("checkout-timestamp"));
  if (!at) return refuse(400, "checkout-timestamp must be like 2018-07-06T10:01:31.904Z");
  if (std::abs(*at - now_ms()) > settings.skew_ms) return refuse(401, "checkout-timestamp is too far from now");
  if (!world_.ledger.use_nonce(account, request.header("checkout-nonce"))) return refuse(401, "checkout-nonce has been used before");
  if (on_transaction(route.operation) && request.header("checkout-transaction-id") != route.id)
    return refuse(400, "checkout-transaction-id doesn't match the path");
  return std::nullopt;
}

Reply Api::handle(const Request& request) {
  const auto where = route(request);
  if (where.operation.empty()) return finish(request, where, refuse(404, "Not found"), Json::object());
  if (auto bad = authenticate(request, where)) return finish(request, where, std::move(*bad), Json::object());
  Json body = Json::object();
  if (request.method == "POST") {
    std::string why;
    auto parsed = parse_strict(request.body, why);
    if (!parsed) return finish(request, where, refuse(400, "Validation failed", {why}), Json::object());
    body = std::move(*parsed);
  }
  const auto* payment = where.id.empty() ? nullptr : world_.ledger.by_id(where.id);
  const auto stamp = payment ? payment->stamp : text_in(body, "stamp"), reference = payment ? payment->reference : text_in(body, "reference");
  const auto act = world_.faults.take(where.point, {where.id, stamp, reference});
  // Cut or late replies are of calls that have been done; an ordered status comes in place of the work, unless said otherwise.
  const bool processed = bool_in(act, "processed", !act.contains("status"));
  Answer answer = processed ? run(request, where, body, act) : refuse(500, "Ordered by a rule");
  if (!processed) answer.verdict = "not processed";
  return finish(request, where, std::move(answer), act);
}

Answer Api::run(const Request& request, const Route& route, const Json& body, const Json& act) {
  const auto algorithm = request.header("checkout-algorithm");
  const auto& operation = route.operation;
  if (!request.query.empty() && operation != "providers" && operation != "grouped" && operation != "settlements")
    return refuse(400, "This call has no query");
  if (operation == "create") return create(body, algorithm, act);
  if (operation == "get") return get(route.id, act);
  if (operation == "refund") return refund(route.id, body, act);
  if (operation == "report") return report(body, algorithm, "");
  if (operation == "settlement-report") return report(body, algorithm, route.id);
  if (operation == "settlements") return settlements(request);
  return providers(request, operation == "grouped");
}

void Api::sign_reply(Reply& reply, const Request& request, const std::string& transaction_id, const std::string& how) const {
  const bool known = request.header("checkout-account") == world_.settings.merchant_id && known_algorithm(request.header("checkout-algorithm"));
  reply.headers.emplace_back("request-id", random_uuid());
  if (!known) return;  // nobody to sign for
  auto algorithm = request.header("checkout-algorithm");
  if (how == "other-algorithm") algorithm = algorithm == "sha256" ? "sha512" : "sha256";
  Pairs names = {{"checkout-account", world_.settings.merchant_id},
                 {"checkout-algorithm", how == "wrong-algorithm" ? "md5" : algorithm},
                 {"checkout-method", request.method},
                 {"checkout-nonce", random_uuid()},
                 {"checkout-timestamp", iso_now()}};
  if (!transaction_id.empty()) names.emplace_back("checkout-transaction-id", transaction_id);
  if (how == "extra-signed") names.emplace_back("checkout-zeta-new", "1");
  auto signature = sign(how == "empty-secret" ? "" : world_.settings.secret, algorithm, signing_text(names, reply.body));
  if (how == "extra-header") names.emplace_back("checkout-zeta-new", "1");
  if (how == "wrong-signature") signature[0] = signature[0] == '0' ? '1' : '0';
  if (how == "upper-case") signature = upper(signature);
  if (how == "missing-header") std::erase_if(names, [](const auto& pair) { return pair.first == "checkout-nonce"; });
  for (auto& [name, value] : names) {
    name[0] = 'C';  // header names have no case: a client that thinks so shall find out here
    name[9] = static_cast<char>(name[9] - 'a' + 'A');
    reply.headers.emplace_back(name, value);
  }
  if (how != "no-signature") reply.headers.emplace_back("Signature", signature);
  if (how == "changed-body" && reply.body.size() > 1) reply.body.insert(reply.body.size() - 1, " ");
}

Reply Api::finish(const Request& request, const Route& route, Answer answer, const Json& act) {
  Reply reply;
  if (const auto status = int_in(act, "status", 0); status != 0) {
    const auto was = answer.verdict;
    answer = refuse(static_cast<int>(std::clamp<std::int64_t>(status, 200, 599)), "Ordered by a rule");
    answer.verdict = "rule: status " + std::to_string(status) + " (" + was + ")";
  }
  reply.status = answer.status;
  reply.body = answer.text.empty() ? print(answer.body) : std::move(answer.text);
  const bool one = on_transaction(route.operation);
  sign_reply(reply, request, one ? route.id : text_in(answer.body, "transactionId"), text_in(act, "response"));
  reply.fate.delay_ms = int_in(act, "delay_ms", 0);
  reply.fate.hang = bool_in(act, "timeout", false);
  reply.fate.cut_after = int_in(act, "cut_after", -1);
  reply.fate.reset = bool_in(act, "reset", false);
  if (reply.fate.hang) answer.verdict += "; rule: never answered";
  if (reply.fate.cut_after >= 0) answer.verdict += "; rule: cut after " + std::to_string(reply.fate.cut_after);
  world_.log.add(request, route.operation.empty() ? "unknown" : route.operation, reply.status, answer.verdict);
  return reply;
}

}  // namespace sandbox
