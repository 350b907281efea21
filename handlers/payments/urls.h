// The addresses of payments' own pages.
#pragma once

#include <array>
#include <string>

#include "lib/base/lang.h"
#include "lib/web/route.h"

namespace payments {

inline constexpr web::Paths kStartPaths = {"/fi/maksu/*", "/sv/betalning/*", "/en/payment/*"};
inline constexpr web::Paths kReturnPaths = {"/fi/maksu/paluu/*", "/sv/betalning/retur/*", "/en/payment/return/*"};
inline constexpr web::Paths kCallbackPaths = {"/maksu/cb/*", "/maksu/cb/*", "/maksu/cb/*"};
inline constexpr web::Paths kRefundPaths = {"/maksu/cb/hyvitys/*", "/maksu/cb/hyvitys/*", "/maksu/cb/hyvitys/*"};

inline constexpr web::Paths kReportPaths = {"/maksu/cb/tilitys/*", "/maksu/cb/tilitys/*", "/maksu/cb/tilitys/*"};

inline std::string fill(std::string_view pattern, const std::string& arg) {
  return std::string(pattern.substr(0, pattern.size() - 1)) + arg;  // the star stands last
}
inline std::string return_path(base::Lang lang, const std::string& stamp) { return fill(kReturnPaths[base::index(lang)], stamp); }
inline std::string callback_path(const std::string& stamp) { return fill(kCallbackPaths[0], stamp); }
inline std::string refund_callback_path(const std::string& stamp) { return fill(kRefundPaths[0], stamp); }

inline std::string report_path(const std::string& token) { return fill(kReportPaths[0], token); }

}  // namespace payments
