// The cookie of a session, and who it says is here.
#pragma once

#include <optional>
#include <string>

#include "opener/app.h"

namespace opener {

// Nobody: no cookie, or one that is worth nothing any more.
base::Result<std::optional<Session>> who_is_here(const Call& call);
std::string token_of(const Call& call);  // empty: none
void put_session(web::Response& response, const std::string& token);
void drop_session(web::Response& response);

}  // namespace opener
