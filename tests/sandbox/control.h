#pragma once
// The control interface under /_control: JSON, loopback only. README.md describes it.
#include "api.h"
#include "server.h"

namespace sandbox {

class Control {
 public:
  explicit Control(World& world) : world_(world) {}

  static bool owns(const std::string& path) { return path.starts_with("/_control/"); }
  void handle(const Request& request, const Responder& to);

 private:
  Reply get(const std::string& what, const Pairs& query);
  Reply post(const std::string& what, const Json& body, const Responder& to, bool& later);
  void pay(Payment& payment, const Json& body, const Responder& to);
  Reply set_payment(const Json& body);
  Reply refund(const Json& body, const Responder& to, bool& later);
  Reply emit(const Json& body, const Responder& to, bool& later);
  Reply replay(const Json& body, const Responder& to, bool& later);
  Reply configure(const Json& body);
  Json config() const;

  World& world_;
};

// What every call answers.
Reply json_reply(int status, const Json& body);

}  // namespace sandbox
