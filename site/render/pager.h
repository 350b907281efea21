// Paging by links: "/fi/osasto/konsertit", then ".../sivu-2".
#pragma once

#include <string>
#include <vector>

#include "render/site.h"

namespace render {

inline constexpr std::size_t kPerPage = 24;

// At least one page, also of nothing.
std::size_t page_count(std::size_t items, std::size_t per_page);

// The items of page `number` (from 1).
std::vector<std::size_t> page_of(const std::vector<std::size_t>& items, std::size_t number, std::size_t per_page = kPerPage);

std::string page_path(const Site& site, Lang lang, const std::string& path, std::size_t number);

// Values of partials/pager.html: none when there is one page. `path` is that of page 1.
view::List pager(const Site& site, Lang lang, const std::string& path, std::size_t items, std::size_t per_page,
                 std::size_t number);

}  // namespace render
