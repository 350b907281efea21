#pragma once
// The query of a redirect or callback: signed as it should be, or wrong in one chosen way.
#include <string>

#include "model.h"
#include "text.h"

namespace sandbox {

// `params` are the checkout-* pairs; `forge` is a preset's name or an object (README.md); null or empty: an honest query.
// Returns the query without '?', values percent-encoded.
std::string signed_query(Pairs params, const std::string& algorithm, const std::string& secret, const Json& forge);

// The address with the query behind its own, which is kept.
std::string with_query(const std::string& url, const std::string& query);

bool known_forgery(const std::string& preset);

}  // namespace sandbox
