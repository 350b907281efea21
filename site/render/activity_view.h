// What an activity's page shows besides a product's: its sessions, what a sign-up asks, events for search engines, and a calendar file.
#pragma once

#include "lib/view/view.h"
#include "render/site.h"

namespace render {

// Sessions that are not over, by time (templates/storefront/session.html); none for other products.
view::List sessions(const Site& site, Lang lang, std::size_t place);
// The questions of its form.
view::List asked(const Site& site, Lang lang, const Product& product);

// "/fi/tuote/lasten-uimakoulu/monday.ics"
std::string calendar_path(const Site& site, Lang lang, const Product& product, const Variant& session);
// Its meetings (RFC 5545). REQUIRES: a session.
std::string calendar(const Site& site, Lang lang, const Product& product, const Variant& session);

// Event of schema.org for each session, as a script element of data.
view::Html events_json_ld(const Site& site, Lang lang, std::size_t place);

}  // namespace render
