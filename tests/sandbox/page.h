#pragma once
// The payer's side: the page behind `href`. Plain HTML forms, no script; each method is a button, then approve, cancel or
// leave pending. One payment has one final state, whatever is reloaded or sent again.
#include "api.h"
#include "server.h"

namespace sandbox {

class Page {
 public:
  explicit Page(World& world) : world_(world) {}

  // Paths of the page: /pay/..., /icon/..., /style.css.
  static bool owns(const std::string& path);
  void handle(const Request& request, const Responder& to);

 private:
  Reply choose(const Payment& payment) const;
  Reply confirm(const Payment& payment, const std::string& method) const;
  Reply state(const Payment& payment);
  Reply not_found() const;
  void finish(Payment& payment, const Request& request, const Responder& to);
  Reply html(int status, const Payment* payment, const std::string& language, const std::string& title, const std::string& content) const;
  void send(const Request& request, const Responder& to, Reply reply, const std::string& verdict);

  World& world_;
};

}  // namespace sandbox
