#include "lib/suomifi/facts.h"

#include <algorithm>

#include "lib/suomifi/field.h"

namespace suomifi {

const char* to_string(PaymentStatus status) {
  switch (status) {
    case PaymentStatus::created: return "new";
    case PaymentStatus::ok: return "ok";
    case PaymentStatus::pending: return "pending";
    case PaymentStatus::delayed: return "delayed";
    case PaymentStatus::fail: return "fail";
  }
  return "fail";
}

std::optional<PaymentStatus> parse_status(std::string_view word) {
  for (const auto status : {PaymentStatus::created, PaymentStatus::ok, PaymentStatus::pending, PaymentStatus::delayed,
                            PaymentStatus::fail}) {
    if (word == to_string(status)) return status;
  }
  return std::nullopt;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

std::string journal_text(const Pairs& received) {
  constexpr std::size_t kMaxBytes = 1500;
  Pairs sorted;
  for (const auto& pair : received) {
    if (pair.first.starts_with("checkout-")) sorted.push_back(pair);
  }
  std::sort(sorted.begin(), sorted.end());
  std::string out;
  for (const auto& [name, value] : sorted) {
    if (out.size() >= kMaxBytes) break;
    out.append(plain(name, 200)).append("=").append(plain(value, 300)).append("\n");
  }
  out.resize(std::min(out.size(), kMaxBytes));
  return out;
}

}  // namespace suomifi
