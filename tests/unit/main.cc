#define CATCH_CONFIG_RUNNER
#include "unit/catch.h"

#include "lib/crypto/crypto.h"

int main(int count, char** words) {
  if (!crypto::init()) return 2;
  return Catch::Session().run(count, words);
}
