#include "lib/web/guard.h"

namespace web {

bool from_own_page(const Request& request, const std::string& public_url) {
  if (request.origin.empty() && request.fetch_site.empty()) return false;
  if (!request.fetch_site.empty() && request.fetch_site != "same-origin") return false;
  return request.origin.empty() || request.origin == public_url;
}

FormGuard::Issued FormGuard::issue(const Request& request) const {
  const auto nonce = request.cookie("__Host-form");
  if (nonce && crypto::is_token(*nonce)) return {field_for(*nonce), {}};
  const std::string fresh = crypto::random_token();
  return {field_for(fresh), fresh};
}

bool FormGuard::valid(const Request& request, const Form& form) const {
  const auto nonce = request.cookie("__Host-form");
  if (!nonce || !crypto::is_token(*nonce)) return false;
  return crypto::equal(form.text(kFormField), field_for(*nonce));
}

std::string FormGuard::field_for(const std::string& nonce) const {
  return crypto::hmac_sha256_hex(key_.octets(), "form.1:" + nonce).substr(0, 40);
}

}  // namespace web
