#include "checkout/app.h"

namespace checkout {

base::Result<web::Response> show_receipt(Call&) { return base::fail(base::ErrorKind::not_found, "no receipt"); }

}  // namespace checkout
