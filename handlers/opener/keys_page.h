// The page of the keys, which its forms come back to.
#pragma once

#include "lib/custody/custody.h"
#include "opener/app.h"

namespace opener {

std::array<std::string, 3> keys_paths();

struct KeysPage {
  web::Problems problems;
  std::string told;  // what has just been done
};
base::Result<web::Response> keys_page(const Call& call, const KeysPage& page);

// ERRORS: unavailable: no ceremony of keys has been held yet.
base::Result<crypto::Administrators> administrators(const Call& call);
// The keys of who is here. ERRORS: denied: a session without keys.
base::Result<custody::Unlocked> own_keys(const Call& call);
std::optional<crypto::DataClass> parse_class(std::string_view name);
// Who may open a class, and where a group of that name stands.
staff::Right right_of(crypto::DataClass data_class);
staff::Place place_of(const std::string& group);

}  // namespace opener
