// A handler in miniature for fastcgi_test.py: everything that lib/web does with a request's bytes, and nothing else.

#include <string>

#include "lib/crypto/crypto.h"
#include "lib/web/form.h"
#include "lib/web/serve.h"

namespace {

base::Result<web::Response> echo(const web::Request& request) {
  std::string out = request.path + "\n" + request.origin + "\n" + request.cookie("__Host-cart").value_or("-") + "\n";
  if (request.method == web::Method::post) {
    KK_LET(const web::Form form, web::Form::parse(request));
    for (const auto& [name, value] : form.pairs()) out += name + "=" + value + "\n";
  }
  out += base::to_string(request.lang(base::Lang::fi));
  return web::plain(200, out);
}

}  // namespace

int main() {
  if (!crypto::init()) return 2;
  web::ServeOptions options;
  options.threads = 4;
  options.make_worker = [] { return echo; };
  options.error_page = [](const web::Request&, base::ErrorKind kind, const std::string&) { return web::plain(web::http_status(kind), "no"); };
  return web::serve(options) ? 0 : 1;
}
