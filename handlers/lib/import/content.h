// Whether two things of a catalogue are the same.
#pragma once

#include "lib/import/model.h"

namespace import {

// SHA-256 of everything that a product's files say, of a form and of what else products share. They stay the same from release to release:
// the database remembers them, and what is new in the format counts only where it is used.
std::string hash_of(const Product& product);
std::string hash_of(const Form& form);
std::string hash_of_lists(const Catalogue& catalogue);

// What a product becomes that is stored over another: an address and a session's state stay as they are, whatever the file says; and no draft is sold, nor a time that was called off.
Product over(const Product& stored, Product product);
// Of what is stored that which storing the other over it can change: not variants that it lacks and that are sold no more, sessions that staff made on pages, or questions that it lacks and that are asked no more.
Product within_reach(Product stored, const Product& product);
Form within_reach(Form stored, const Form& form);
Catalogue within_reach(Catalogue lists, const Catalogue& said);

// With lists whose order says nothing in one order, so that what files say and what the database holds can be compared.
Product in_order(Product product);
Catalogue in_order(Catalogue lists);

}  // namespace import
