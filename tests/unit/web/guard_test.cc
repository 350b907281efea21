// Goal: a form is taken only from our own page and with this browser's token.
#include "lib/web/guard.h"

#include "unit/catch.h"

namespace {

web::FormGuard guard(char byte = 'k') {
  return web::FormGuard(std::move(crypto::Key::from_bytes(std::string(32, byte)).value()));
}

web::Request from(std::string origin, std::string site) {
  web::Request out;
  out.origin = std::move(origin);
  out.fetch_site = std::move(site);
  return out;
}

}  // namespace

TEST_CASE("only our own pages post") {
  const std::string shop = "https://shop.example";
  CHECK(web::from_own_page(from(shop, "same-origin"), shop));
  CHECK(web::from_own_page(from(shop, ""), shop));
  CHECK(web::from_own_page(from("", "same-origin"), shop));
  for (const auto& [origin, site] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", ""}, {"null", ""}, {"null", "same-origin"}, {"https://evil.example", "same-origin"}, {"https://shop.example", "cross-site"},
           {"https://shop.example", "same-site"}, {"http://shop.example", ""}, {"https://shop.example.evil", ""}, {"", "none"}}) {
    INFO(origin << " " << site);
    CHECK_FALSE(web::from_own_page(from(origin, site), shop));
  }
}

TEST_CASE("a form's token fits the browser's cookie and our key alone") {
  const auto guard_a = guard();
  web::Request request;
  const auto issued = guard_a.issue(request);
  REQUIRE_FALSE(issued.new_cookie.empty());
  request.cookies = "__Host-form=" + issued.new_cookie;
  const auto form = web::Form::from_pairs({{web::kFormField, issued.field}});
  CHECK(guard_a.valid(request, form));
  CHECK(guard_a.issue(request).field == issued.field);
  CHECK(guard_a.issue(request).new_cookie.empty());
  CHECK_FALSE(guard('l').valid(request, form));
  CHECK_FALSE(guard_a.valid(request, web::Form::from_pairs({})));
  CHECK_FALSE(guard_a.valid({}, form));
  request.cookies = "__Host-form=" + crypto::random_token();
  CHECK_FALSE(guard_a.valid(request, form));
  request.cookies = "__Host-form=";
  CHECK_FALSE(guard_a.valid(request, form));
}
