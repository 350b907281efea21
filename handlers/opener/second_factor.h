// The second factor of somebody who is known: at the login and where one is asked for anew.
#pragma once

#include <string>

#include "opener/app.h"

namespace opener {

// A one-time code of now that was not taken before, by whichever process. REQUIRES: the try is counted (login_guard.h).
base::Result<bool> is_second_factor(const Call& call, std::int64_t staff_id, const std::string& code);

}  // namespace opener
