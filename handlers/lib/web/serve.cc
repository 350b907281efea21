#include "lib/web/serve.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/crypto/crypto.h"

namespace web {

using base::ErrorKind;
using base::fail;

namespace {

int stop_event() {
  static const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd;
}

void on_stop_signal(int) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_event(), &one, sizeof one);
}

int listening_socket() {
  const char* fds = std::getenv("LISTEN_FDS");
  const char* pid = std::getenv("LISTEN_PID");
  const int fd = (fds != nullptr && pid != nullptr && std::atoi(fds) >= 1 && std::atoi(pid) == ::getpid()) ? 3 : 0;
  int listening = 0;
  socklen_t length = sizeof listening;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || listening == 0) return -1;
  return fd;
}

std::string param(const FCGX_Request& fcgi, const char* name, std::size_t most = 8192) {
  const char* value = FCGX_GetParam(name, fcgi.envp);
  return value == nullptr ? std::string() : std::string(value).substr(0, most);
}

Method method_of(const std::string& name) {
  if (name == "GET") return Method::get;
  if (name == "HEAD") return Method::head;
  if (name == "POST") return Method::post;
  return Method::other;
}

// Names as they were before CGI put them in capitals. More or longer ones than anybody signs are no signed message's.
Pairs signed_headers(FCGX_Request& fcgi) {
  Pairs out;
  for (char** one = fcgi.envp; one != nullptr && *one != nullptr; ++one) {
    const std::string_view text(*one);
    if (!text.starts_with("HTTP_CHECKOUT_") && !text.starts_with("HTTP_SIGNATURE=")) continue;
    const auto equal = text.find('=');
    if (equal == text.npos || text.size() > 1000 || out.size() == 30) return {};
    std::string name(text.substr(5, equal - 5));
    for (char& c : name) c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    out.emplace_back(std::move(name), text.substr(equal + 1));
  }
  return out;
}

base::Result<Request> read_request(FCGX_Request& fcgi, const ServeOptions& options) {
  Request out;
  out.method = method_of(param(fcgi, "REQUEST_METHOD"));
  out.path = param(fcgi, "DOCUMENT_URI");
  out.query = param(fcgi, "QUERY_STRING");
  out.content_type = param(fcgi, "CONTENT_TYPE");
  out.host = param(fcgi, "HTTP_HOST");
  out.origin = param(fcgi, "HTTP_ORIGIN");
  out.fetch_site = param(fcgi, "HTTP_SEC_FETCH_SITE");
  out.cookies = param(fcgi, "HTTP_COOKIE", 32 * 1024);
  out.authorization = param(fcgi, "HTTP_AUTHORIZATION");
  out.accept_language = param(fcgi, "HTTP_ACCEPT_LANGUAGE");
  out.id = param(fcgi, "REQUEST_ID");
  out.address = param(fcgi, "REMOTE_ADDR");
  out.signed_headers = signed_headers(fcgi);
  const std::size_t max_body = options.max_body_at ? options.max_body_at(out.path) : options.max_body;
  const long length = std::strtol(param(fcgi, "CONTENT_LENGTH").c_str(), nullptr, 10);
  if (length < 0 || length > static_cast<long>(max_body)) return fail(ErrorKind::too_large, "body too large");
  out.body.resize(static_cast<std::size_t>(length));
  int done = 0;
  while (done < length) {
    const int n = FCGX_GetStr(out.body.data() + done, static_cast<int>(length) - done, fcgi.in);
    if (n <= 0) return fail(ErrorKind::invalid, "body shorter than said");
    done += n;
  }
  return out;
}

Response answer_error(const ServeOptions& options, const Request& request, const base::Error& error) {
  const std::string case_code = crypto::random_code(8);
  const auto log = error.kind == ErrorKind::broken || error.kind == ErrorKind::unavailable ? base::log_error : base::log_info;
  log("request_failed", {{"case", case_code}, {"request", request.id}, {"kind", base::to_string(error.kind)}, {"detail", error.detail}});
  Response page = options.error_page(request, error.kind, case_code);
  if (error.kind == ErrorKind::wrong_method) page.header("Allow", error.detail);
  return page;
}

// Whatever a library throws becomes a page and a line in the log.
Response answer(const ServeOptions& options, const Worker& worker, const Request& request) {
  Response out;
  const auto done = caught([&]() -> base::Status {
    KK_LET(out, worker(request));
    return {};
  });
  return done ? out : answer_error(options, request, done.error());
}

// The rest of what the peer sends with a request: without it the next request would not be found on a connection that stays.
void read_to_end(FCGX_Request& fcgi, std::size_t most) {
  std::array<char, 1024> rest;
  int n = 0;
  while ((n = FCGX_GetStr(rest.data(), static_cast<int>(rest.size()), fcgi.in)) > 0 && most > 0) most -= std::min(most, static_cast<std::size_t>(n));
  if (n > 0) fcgi.keepConnection = 0;
}

void handle(FCGX_Request& fcgi, const ServeOptions& options, const Worker& worker) {
  auto request = read_request(fcgi, options);
  Response response = request ? answer(options, worker, *request) : answer_error(options, Request{}, request.error());
  FAULT("serve.before_answer");
  const std::string bytes = request && request->method == Method::head ? response.head() : response.to_cgi();
  FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), fcgi.out);
  read_to_end(fcgi, options.max_body);
  FCGX_Finish_r(&fcgi);
}

// The connections from nginx, which keeps some for its next requests (fastcgi_keep_conn): libfcgi would wait for those
// inside its accept, so all of them and the listening socket are waited for together, and a thread takes what is ready.
class Connections {
 public:
  explicit Connections(int socket) : socket_(socket), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    watch(EPOLL_CTL_ADD, socket, EPOLLIN, nullptr);
    watch(EPOLL_CTL_ADD, stop_event(), EPOLLIN, this);
  }
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections() { ::close(epoll_); }

  // One with a request on it. Null: the process stops.
  std::unique_ptr<FCGX_Request> next() {
    while (true) {
      epoll_event event{};
      if (::epoll_wait(epoll_, &event, 1, -1) != 1) continue;
      if (event.data.ptr == this) return nullptr;
      auto fcgi = event.data.ptr == nullptr ? fresh() : take(static_cast<FCGX_Request*>(event.data.ptr));
      // Reads the request; where nginx has closed the connection, it takes another from the listening socket, which doesn't block.
      const int accepted = FCGX_Accept_r(fcgi.get());
      if (accepted == 0) return fcgi;
      // Another thread was faster, or a peer went away: wait again. Without descriptors left the wait would end at once.
      if (accepted == -EMFILE || accepted == -ENFILE) ::poll(nullptr, 0, 10);
    }
  }

  // One that had a request on it when the process stopped: nginx has sent it, and nobody else could answer. Null: none.
  std::unique_ptr<FCGX_Request> last() {
    while (!waiting_.empty()) {
      auto fcgi = take(waiting_.begin()->first);
      pollfd input = {fcgi->ipcFd, POLLIN, 0};
      if (::poll(&input, 1, 0) == 1 && FCGX_Accept_r(fcgi.get()) == 0) return fcgi;
      end(*fcgi);
    }
    return nullptr;
  }

  // At once: libfcgi would wait for two seconds that the peer closes its end, too.
  static void end(FCGX_Request& fcgi) {
    if (fcgi.ipcFd >= 0) ::close(fcgi.ipcFd);
    fcgi.ipcFd = -1;
    FCGX_Free(&fcgi, 0);
  }

  // After its answer.
  void give_back(std::unique_ptr<FCGX_Request> fcgi) {
    const int fd = fcgi->ipcFd;
    if (fd < 0) return;
    FCGX_Request* const key = fcgi.get();
    {
      const std::lock_guard lock(mutex_);  // not while it is watched: the thread that hears of it would wait here
      waiting_.emplace(key, std::move(fcgi));
    }
    // Once: only one thread hears of the next request.
    if (!watch(EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT, key)) watch(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT, key);
  }

 private:
  bool watch(int how, int fd, std::uint32_t what, void* whose) const {
    epoll_event event{};
    event.events = what;
    event.data.ptr = whose;
    return ::epoll_ctl(epoll_, how, fd, &event) == 0;
  }
  std::unique_ptr<FCGX_Request> fresh() const {
    auto out = std::make_unique<FCGX_Request>();
    FCGX_InitRequest(out.get(), socket_, FCGI_FAIL_ACCEPT_ON_INTR);
    return out;
  }
  std::unique_ptr<FCGX_Request> take(FCGX_Request* key) {
    const std::lock_guard lock(mutex_);
    auto node = waiting_.extract(key);
    return std::move(node.mapped());
  }

  int socket_;
  int epoll_;
  std::mutex mutex_;
  std::unordered_map<FCGX_Request*, std::unique_ptr<FCGX_Request>> waiting_;  // between two requests
};

void run_thread(const ServeOptions& options, Connections& connections) {
  const Worker worker = options.make_worker();
  while (auto fcgi = connections.next()) {
    handle(*fcgi, options, worker);
    connections.give_back(std::move(fcgi));
  }
}

}  // namespace

// The one catch of the tree.
base::Status caught(const std::function<base::Status()>& work) {
  try {
    return work();
  } catch (const std::exception& problem) {
    return fail(ErrorKind::broken, problem.what());
  }
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::denied: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::wrong_method: return 405;
    case ErrorKind::conflict: return 409;
    case ErrorKind::too_large: return 413;
    case ErrorKind::unavailable: return 503;
    case ErrorKind::broken: return 500;
  }
  return 500;
}

void catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGUSR1, SIG_IGN);
}

bool stop_requested(int milliseconds) {
  pollfd event = {stop_event(), POLLIN, 0};
  return ::poll(&event, 1, milliseconds) > 0;
}

base::Status serve(const ServeOptions& options) {
  const int socket = listening_socket();
  if (socket < 0) return fail(ErrorKind::broken, "no listening socket was handed over (fd 3 with LISTEN_FDS, or fd 0)");
  if (::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK) != 0) return fail(ErrorKind::broken, "the listening socket blocks");
  if (FCGX_Init() != 0) return fail(ErrorKind::broken, "libfcgi does not start");
  catch_stop_signals();  // after FCGX_Init, which installs handlers of its own
  base::log_info("serving", {{"threads", std::to_string(options.threads)}});
  Connections connections(socket);
  std::vector<std::thread> threads;
  for (int i = 0; i < options.threads; ++i) threads.emplace_back([&] { run_thread(options, connections); });
  for (auto& thread : threads) thread.join();
  if (auto fcgi = connections.last()) {
    const Worker worker = options.make_worker();
    for (; fcgi; fcgi = connections.last()) {
      handle(*fcgi, options, worker);
      Connections::end(*fcgi);
    }
  }
  base::log_info("stopped");
  return {};
}

}  // namespace web
