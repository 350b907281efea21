// A new secret for an authenticator app: the page shows it as a picture and as letters, and it comes back with the page's form, sealed
// together with whom it was shown to. Nothing is stored until a code of the app has shown that it was taken in.
#pragma once

#include <string>

#include "opener/app.h"
#include "opener/totp.h"

namespace opener {

std::string new_totp_secret();
// For partials/totp_field.html.
base::Status show_secret(const Call& call, view::Object& page, const std::string& shown_to, const std::string& secret, const std::string& login);
// ERRORS: invalid: not what was shown to them.
base::Result<std::string> shown_secret(const Call& call, const web::Form& form, const std::string& shown_to);

// As the database keeps it.
std::string seal_totp_secret(const Call& call, const std::string& secret);
std::optional<std::string> open_totp_secret(const Call& call, const std::string& sealed);

}  // namespace opener
