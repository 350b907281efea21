// Parts of a product's page that take some thought: the form that puts it in the cart, and the data for search engines.
#pragma once

#include "lib/view/view.h"
#include "render/site.h"

namespace render {

// None when the product is not on sale now, else one: the form's values (templates/storefront/product.html).
view::List buy_form(const Site& site, Lang lang, std::size_t place);

// The notice that staff have closed the sale: none without a reason, else one.
view::List paused_view(Lang lang, const Texts* reason);

// Product and Offer of schema.org, as a script element of data; `<` never stands in it.
view::Html json_ld(const Site& site, Lang lang, std::size_t place);

// JSON as a script element of data; `<` never stands in it.
view::Html data_script(const std::string& json);

}  // namespace render
