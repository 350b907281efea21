// Work that is the same for many things, on the cores that a small host has.
#pragma once

#include <cstddef>
#include <functional>

#include "lib/base/result.h"

namespace render {

// Does `work` for each number below `count`, on two threads; stops at the first error and answers with it.
// REQUIRES: `work` doesn't throw, and its calls don't disturb each other.
base::Status for_each_of(std::size_t count, const std::function<base::Status(std::size_t)>& work);

}  // namespace render
