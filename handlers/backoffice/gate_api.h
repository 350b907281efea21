// The gates' endpoint (README.md of this folder).
#pragma once

#include <string>
#include <string_view>

#include "backoffice/app.h"
#include "lib/web/serve.h"

namespace backoffice {

bool is_gate_path(std::string_view path);
// What a gate gets where a person gets the page of an error.
web::Response gate_error(base::ErrorKind kind, const std::string& case_code);

base::Result<web::Response> post_gate_check(Call& call);
base::Result<web::Response> post_gate_use(Call& call);

}  // namespace backoffice
