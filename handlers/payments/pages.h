// The process's routes.
#pragma once

#include <string>
#include <vector>

#include "lib/db/db.h"
#include "lib/web/route.h"
#include "payments/client.h"
#include "payments/shop.h"

namespace payments {

// One request and what it may use.
struct Call {
  const web::Request& request;
  const Shop& shop;
  const Pages& pages;
  db::Connection& db;
  Client& client;
  std::string arg;
  base::Lang lang = base::Lang::fi;
};

// Our own page with a link and `Refresh: 0` to the payment service: a redirect of the order's POST to another site
// would be blocked by form-action 'self'.
base::Result<web::Response> show_start(Call& call);

// The browser coming back. Confirms, if the callback has not, then shows the order. A signature that is not right
// changes nothing and is answered by a calm page.
base::Result<web::Response> show_return(Call& call);

// The service's own call, without cookies. 200 when done or done before, 4xx when not believed, 5xx when to be said again.
base::Result<web::Response> get_callback(Call& call);

// The service's call about a refund, at that refund's own address; answered as get_callback.
base::Result<web::Response> get_refund_callback(Call& call);

// The service's report of a settlement, at the address that its order gave.
base::Result<web::Response> post_report(Call& call);

const std::vector<web::Route<Call>>& routes();

}  // namespace payments
