// The FastCGI loop: reads requests, calls the process's worker, writes answers. The only user of libfcgi,
// and the one place in the tree that catches exceptions.
#pragma once

#include <functional>

#include "lib/base/result.h"
#include "lib/web/request.h"
#include "lib/web/response.h"

namespace web {

using Worker = std::function<base::Result<Response>(const Request&)>;
// What a person sees instead, with the code by which staff find the event in the technical log.
using ErrorPage = std::function<Response(const Request&, base::ErrorKind, const std::string& case_code)>;

struct ServeOptions {
  int threads = 4;
  std::function<Worker()> make_worker;  // called once in each thread
  ErrorPage error_page;
  std::size_t max_body = kMaxBody;  // of a request, in bytes
  std::function<std::size_t(const std::string& path)> max_body_at = {};  // where a path has another
};

// Work outside of a request: what a library throws is an error of it. ERRORS: its own; broken: thrown.
base::Status caught(const std::function<base::Status()>& work);

// The one switch from kinds to statuses.
int http_status(base::ErrorKind kind);

// Serves on the listening socket that the supervisor handed over (fd 3 with LISTEN_FDS, else fd 0) until
// SIGTERM or SIGINT; then finishes the requests in hand. ERRORS: broken: no listening socket.
base::Status serve(const ServeOptions& options);

// Blocks SIGTERM and SIGINT for this thread and those it makes; resident programs wait on stop_requested.
void catch_stop_signals();
// Waits at most `milliseconds`; true once a stop signal has come.
bool stop_requested(int milliseconds);

}  // namespace web
