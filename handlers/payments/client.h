// The calls to Suomi.fi Payments: libcurl with bounds on time and size. The only user of <curl/curl.h> here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/suomifi/answer.h"
#include "lib/suomifi/message.h"

namespace payments {

// To be called once, before threads are made, and before Client. ERRORS: broken.
base::Status start_calls();

// One thread's connection, kept open between calls. Connecting takes at most 5 s, a call 15 s in all, an answer has at
// most 256 kB with 64 kB of headers. TLS is always verified; plain http goes to loopback only; redirects are not followed.
class Client {
 public:
  // `url`: the service's address, as suomifi::is_safe_url has it, without a slash at its end. `give_up` is asked about once
  // a second during a call, and ends it.
  explicit Client(std::string url, std::function<bool()> give_up = nullptr);
  ~Client();
  Client(Client&&) noexcept;

  // ERRORS: unavailable: no whole answer (whether the service acted is not known); too_large; broken.
  base::Result<suomifi::Answer> send(const suomifi::Request& request);
  // Whether any of the last request left this machine. If not (no address, no connection, no TLS), the service did nothing.
  bool was_sent() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace payments
