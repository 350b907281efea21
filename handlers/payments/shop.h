// What every part of the payments process works with: settings, clock, the merchant's account.
#pragma once

#include <semaphore>
#include <string>

#include "lib/base/config.h"
#include "lib/base/time.h"
#include "lib/suomifi/signature.h"
#include "lib/view/view.h"
#include "lib/web/page.h"

namespace payments {

struct Shop {
  const base::Instance& instance;
  const base::City& city;
  const base::Clock& clock;
  const suomifi::Account& account;
};

// What only the serving process has.
struct Pages {
  const view::Templates& templates;
  const web::Frame& frame;
  std::counting_semaphore<64>& calls;  // threads that may wait for the payment service at once
};

}  // namespace payments
