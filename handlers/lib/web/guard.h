// Against forged posts: the Origin and Sec-Fetch-Site of every POST, and a token in every form of ours.
//
// The token is HMAC(form key, nonce); the nonce lies in the cookie __Host-form, which nginx also counts
// requests by, so that a school behind one address can buy.
#pragma once

#include <string>

#include "lib/crypto/crypto.h"
#include "lib/web/form.h"
#include "lib/web/request.h"
#include "lib/web/response.h"

namespace web {

// True when the browser says that the request comes from a page of `public_url`. A request that says
// nothing (neither header) is refused: every current browser says it on a POST.
bool from_own_page(const Request& request, const std::string& public_url);

class FormGuard {
 public:
  explicit FormGuard(crypto::Key key) : key_(std::move(key)) {}

  // The hidden field's value for this browser; `response` gets the cookie when the browser has none.
  struct Issued {
    std::string field;
    std::string new_cookie;  // empty: the browser has one
  };
  Issued issue(const Request& request) const;
  bool valid(const Request& request, const Form& form) const;

 private:
  std::string field_for(const std::string& nonce) const;
  crypto::Key key_;
};

inline constexpr const char* kFormCookie = "form";
inline constexpr const char* kFormField = "form";

}  // namespace web
