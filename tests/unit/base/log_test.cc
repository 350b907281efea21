// Goal: whatever a value holds, a log line stays one line of ASCII with its fields apart.
#include <unistd.h>

#include <string>

#include "lib/base/log.h"
#include "unit/catch.h"

TEST_CASE("log: a value can't begin a line, add a field or break a reader of UTF-8") {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const int standard_error = ::dup(STDERR_FILENO);
  ::dup2(pipe[1], STDERR_FILENO);
  base::log_info("tried", {{"detail", "a b\nc\t\x7f\xda\xc3\xa4" + std::string(300, 'x')}, {"next", "1"}});
  ::dup2(standard_error, STDERR_FILENO);
  ::close(standard_error);
  ::close(pipe[1]);
  std::string line(2000, '\0');
  const auto length = ::read(pipe[0], line.data(), line.size());
  ::close(pipe[0]);
  REQUIRE(length > 0);
  line.resize(static_cast<std::size_t>(length));
  CHECK(line.substr(line.find(" info ")) == " info tried detail=a_b_c_____" + std::string(190, 'x') + " next=1\n");
}
