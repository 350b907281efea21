// A form that came when its session had ended, or before a second factor: kept for an hour, for the same person, under a key that
// only the link back to it gives. Nothing that was typed is lost, and nothing of it can be read from the database.
#pragma once

#include <optional>
#include <string>

#include "lib/staff/page.h"

namespace staff {

// The path to come back to; empty: nobody knows whose form it is. REQUIRES: a POST of one of our own forms.
base::Result<std::string> keep_form(const Call& call);

std::string continue_path(base::Lang lang, const std::string& token);

struct KeptForm {
  std::string path;
  web::Form form;
};
// Nothing: not this person's, or too old.
base::Result<std::optional<KeptForm>> find_kept_form(const Call& call, const std::string& token);

}  // namespace staff
