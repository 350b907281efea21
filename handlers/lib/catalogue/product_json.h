// A product as JSON, as its versions keep it and a preview is made from it. Lists of things with a code are objects by code, so that two versions can be
// compared field by field. Times are ISO 8601 in UTC; stock and what sessions have of their own isn't in it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/catalogue/product.h"

namespace catalogue {

std::string to_json(const Product& product);
// ERRORS: broken: not what to_json made.
base::Result<Product> from_json(const std::string& json);

// Where two differ: "/name/fi", "/prices/adult/cents"; a value is empty where one of them has none. Sessions of activities are changed elsewhere: they aren't looked at.
struct Difference {
  std::string path, one, other;
};
std::vector<Difference> differences(const Product& one, const Product& other);

// What was changed from `base` to `mine`, put onto `theirs`; where both changed the same, mine. Sessions are theirs.
// ERRORS: broken: what comes of it is no product.
base::Result<Product> merge(const Product& base, const Product& mine, const Product& theirs);

}  // namespace catalogue
