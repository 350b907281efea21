#pragma once
// What the command line says, and what the control interface may change while running.
#include <cstdint>
#include <string>
#include <vector>

namespace sandbox {

struct Settings {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string public_url;  // without a slash at its end
  std::string merchant_id;
  std::string secret;
  std::string settlement_reference;  // not empty: sent in the callback of a paid payment (never in the redirect)
  std::string state_file;
  int callback_via = 0;  // local port through which all callbacks go; 0: each to its own address

  // By control:
  std::int64_t skew_ms = 10 * 60 * 1000;
  bool negative_prices = false;
  bool refund_names = true;  // a refund's callback carries the refund's own stamp and reference, where it has them
  std::vector<std::int64_t> retry_ms = {1'000, 2'000, 5'000, 10'000, 30'000, 60'000, 300'000, 900'000, 3'600'000};
};

}  // namespace sandbox
