// Failed logins cost time: for one account from one address soon and more each time, for a whole address (an office) late, and for an
// account, whoever tries, never more than a few seconds, so that nobody can shut its owner out.
// Every try is counted as a failure before it is looked at; a success takes its count back.
#pragma once

#include <string>

#include "opener/app.h"

namespace opener {

struct Tried {
  std::string login, address;
};

// 0, and the try is counted; or how many seconds are to be waited. The same for names that nobody has.
base::Result<int> count_try(const Call& call, const Tried& tried);
base::Status forgive(const Call& call, const Tried& tried);
// The try was not looked at after all: its one count goes back.
base::Status uncount(const Call& call, const Tried& tried);

}  // namespace opener
