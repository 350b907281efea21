// Reads what products share: units, categories, price groups, VAT rates of a day, delivery ways.
#pragma once

#include <string>
#include <string_view>

#include "lib/db/db.h"
#include "render/model.h"

namespace render {

// `day` is "2026-11-22", in Finland.
base::Result<Shared> load_shared(db::Connection& connection, const std::string& day);

std::string to_hex(std::string_view bytes);

}  // namespace render
