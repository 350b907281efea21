// The second factor of somebody who is known: at the login and where one is asked for anew.
#pragma once

#include <string>

#include "opener/app.h"

namespace opener {

// What a form says of it: a passkey's assertion ("passkey_id" and what goes with it), else "code": a one-time code of now that was not taken
// before, or a recovery code; by whichever process, each counts once. `purpose`: of the form's challenge.
// REQUIRES: the try is counted (login_guard.h).
base::Result<bool> is_second_factor(const Call& call, std::int64_t staff_id, const web::Form& form, const std::string& purpose);
// Something was sent at all.
bool has_second_factor(const web::Form& form);
// What a page's script needs to ask for a passkey.
void put_challenge(const Call& call, view::Object& page, const std::string& purpose);

}  // namespace opener
