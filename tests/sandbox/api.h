#pragma once
// The service's own interface: checks of the request, then payments, refunds, methods, reports and settlements.
#include <string>

#include "callbacks.h"
#include "check.h"
#include "http.h"
#include "request_log.h"

namespace sandbox {

// Everything that the parts share. One thread.
struct World {
  World(Loop& l, Settings s) : loop(l), initial(s), settings(std::move(s)), deliverer(l), callbacks(l, ledger, settings, deliverer) {}
  Loop& loop;
  const Settings initial;  // as the command line said
  Settings settings;
  Ledger ledger;
  Faults faults;
  Deliverer deliverer;
  Callbacks callbacks;
  RequestLog log;
};

// An answer of the API before it is signed: JSON and status, and one word for the request log.
struct Answer {
  int status = 200;
  Json body;
  std::string verdict;
  std::string text = {};  // when not empty: the body, printed already
};
Answer refuse(int status, const std::string& message, const Findings& meta = {});

class Api {
 public:
  explicit Api(World& world) : world_(world) {}

  // Whether the path belongs to the API (or to nothing at all, which the API then answers with 404).
  Reply handle(const Request& request);

 private:
  struct Route {
    std::string operation;  // create, get, refund, providers, grouped, report, settlements, settlement-report; empty: none
    std::string id;         // transaction or settlement of the path
    const char* point = "";
  };
  static Route route(const Request& request);
  // Headers, signature, time and nonce. Nothing when all is well.
  std::optional<Answer> authenticate(const Request& request, const Route& route);
  std::optional<Answer> check_headers(const Request& request, const Route& route) const;
  Answer run(const Request& request, const Route& route, const Json& body, const Json& act);
  Reply finish(const Request& request, const Route& route, Answer answer, const Json& act);
  void sign_reply(Reply& reply, const Request& request, const std::string& transaction_id, const std::string& how) const;

  Answer create(const Json& body, const std::string& algorithm, const Json& act);
  Answer get(const std::string& id, const Json& act);
  Answer refund(const std::string& id, const Json& body, const Json& act);
  Answer providers(const Request& request, bool grouped);
  Answer report(const Json& body, const std::string& algorithm, const std::string& settlement);
  Answer settlements(const Request& request);

  World& world_;
};

// Accepts the refund's outcome into the ledger and sends its callback.
void finish_refund(World& world, Payment& payment, Refund& refund, const std::string& status, const Json& act, Callbacks::Done done = {});

}  // namespace sandbox
