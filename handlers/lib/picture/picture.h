// A picture that somebody sends: checked by its content, turned as its camera held it, made no larger than pages need, without metadata. The only user of libvips.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace picture {

inline constexpr std::size_t kMostBytes = 10'000'000;
inline constexpr int kMostPixels = 25'000'000, kMostSide = 12'000, kWidth = 1600, kHeight = 1200;  // before; and at most, after

// Once, before any thread begins. ERRORS: broken.
base::Status init();

// A WebP picture. ERRORS: invalid: neither JPEG, PNG nor WebP, or broken; too_large: bytes, pixels or a side.
base::Result<std::string> clean(std::string_view bytes);

}  // namespace picture
