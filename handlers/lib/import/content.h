// Whether two things of a catalogue are the same.
#pragma once

#include "lib/import/model.h"

namespace import {

// SHA-256 of everything that a product's files say, of a form and of what else products share. They stay the same from release to release:
// the database remembers them, and what is new in the format counts only where it is used.
std::string hash_of(const Product& product);
std::string hash_of(const Form& form);
std::string hash_of_lists(const Catalogue& catalogue);

// With lists whose order says nothing in one order, so that what files say and what the database holds can be compared.
Product in_order(Product product);
Catalogue in_order(Catalogue lists);

}  // namespace import
