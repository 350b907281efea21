// What pages say of prices, availability and times.
#pragma once

#include <string>

#include "lib/base/lang.h"
#include "lib/view/view.h"
#include "render/model.h"
#include "render/state.h"

namespace render {

std::string price_words(const view::Templates& templates, Lang lang, Cents cents);

// "12 jäljellä", "Loppuunmyyty", "Myynti alkaa ti 1.12.2026".
std::string status_words(const view::Templates& templates, Lang lang, const Product& product, const State& state);
// The look's name of it: ok, few, none, soon.
std::string status_name(const State& state);
// Of one variant.
std::string left_words(const view::Templates& templates, Lang lang, const Product& product, const Variant& variant);

// "16.00", without the word before it: the second end of a span.
std::string clock_alone(UtcTime time, Lang lang);

std::string vat_words(const view::Templates& templates, Lang lang, const Vat& vat);

// For order by name: å ä ö stand last, other marks are ignored, case too.
std::string sort_key(std::string_view name);

}  // namespace render
