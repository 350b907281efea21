// Goal (P12): an answer of the payment service that is cut off anywhere is no answer, for the making of a payment and for the
// question after it; only the whole one is believed. What never left is told apart from what was sent and not answered. payments_client_test.py starts the sandbox and gives its KK_SANDBOX_PORT.
#include "payments/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "lib/crypto/crypto.h"
#include "lib/suomifi/answer.h"
#include "lib/suomifi/message.h"
#include "unit/catch.h"

namespace {

const suomifi::Account kAccount{"375917", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha256};

sockaddr_in loopback(int port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

void send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Reads a message with a Content-Length; what came, if the other side closed first.
std::string receive(int from) {
  std::string out;
  std::size_t whole = std::string::npos;
  char buffer[16384];
  while (out.size() < whole) {
    const auto count = ::recv(from, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    out.append(buffer, static_cast<std::size_t>(count));
    const auto head = out.find("\r\n\r\n");
    if (head == std::string::npos || whole != std::string::npos) continue;
    const auto length = std::min(out.find("Content-Length:"), out.find("content-length:"));
    whole = head + 4 + (length > head ? 0 : std::stoul(out.substr(length + 15)));
  }
  return out;
}

// Stands before the sandbox and passes on only the first bytes of each answer.
class Cutter {
 public:
  explicit Cutter(int server) : server_(server), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Cutter() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::atomic<std::size_t> after{std::string::npos};  // bytes
  std::atomic<std::size_t> seen{0};                   // bytes of the last answer

 private:
  void serve() {
    while (true) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      const std::string request = receive(client);
      const int server = ::socket(AF_INET, SOCK_STREAM, 0);
      const auto address = loopback(server_);
      ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
      send_all(server, request);
      const std::string answer = receive(server);
      ::close(server);
      seen = answer.size();
      send_all(client, std::string_view(answer).substr(0, after));
      if (after % 2 == 1) {  // by RST, which a busy network does too
        const linger hard{1, 0};
        ::setsockopt(client, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      }
      ::close(client);
    }
  }

  int server_, listener_, port_ = 0;
  std::thread thread_;
};

suomifi::CreatePayment payment() {
  suomifi::CreatePayment out;
  out.stamp = crypto::random_token();
  out.reference = "3759170";
  out.amount = base::Cents(4500);
  out.items = {{base::Cents(1500), 3, 255, "swim-towel", "Pyyhe", ""}};
  out.customer = {"maija@example.fi", "Maija", "Meikäläinen", "+358401234567", "", ""};
  out.return_url = "http://localhost:1/fi/maksu/paluu/x";
  out.callback_url = "http://localhost:1/maksu/cb/x";
  return out;
}

base::UtcTime now() { return base::Clock("").now(); }

}  // namespace

TEST_CASE("P12: every cut of the answer to create and to get") {
  REQUIRE(payments::start_calls());
  Cutter cutter(std::atoi(std::getenv("KK_SANDBOX_PORT")));
  payments::Client client(cutter.url());

  const auto create = [&]() -> base::Result<suomifi::Created> {
    KK_LET(const auto request, suomifi::create_request(kAccount, payment(), crypto::random_token(), now()));
    KK_LET(const auto answer, client.send(request));
    return suomifi::read_created(answer, kAccount);
  };
  std::string transaction;
  const auto get = [&]() -> base::Result<suomifi::VerifiedState> {
    KK_LET(const auto request, suomifi::state_request(kAccount, transaction, crypto::random_token(), now()));
    KK_LET(const auto answer, client.send(request));
    return suomifi::read_state(answer, kAccount);
  };
  // The whole answer's length may change by a byte or two with the service's random parts: the shortest counts.
  const auto cut_everywhere = [&](const auto& call) {
    std::size_t size = std::string::npos, bytes = 0;
    for (; bytes < size; ++bytes) {
      cutter.after = bytes;
      const auto cut = call();
      INFO("cut after " << bytes << " bytes of " << cutter.seen);
      if (bytes >= cutter.seen) break;
      REQUIRE_FALSE(cut);
      size = std::min(size, cutter.seen.load());
    }
    CHECK(bytes > 400);
    cutter.after = std::string::npos;
    return call();
  };
  const auto created = cut_everywhere(create);
  REQUIRE(created);
  transaction = created->transaction_id;
  const auto state = cut_everywhere(get);
  REQUIRE(state);
  CHECK(state->status() == suomifi::PaymentStatus::created);
}

TEST_CASE("what never left is known, and what left is never taken for it") {
  REQUIRE(payments::start_calls());
  const auto request = suomifi::create_request(kAccount, payment(), crypto::random_token(), now());
  REQUIRE(request);
  const std::string port = std::getenv("KK_SANDBOX_PORT");
  // Nobody listens; there is no such name; a connection, but no TLS and so no request on it.
  for (const auto& nobody : {std::string("http://127.0.0.1:1"), std::string("https://nobody.invalid"), "https://127.0.0.1:" + port}) {
    payments::Client client(nobody);
    INFO(nobody);
    CHECK_FALSE(client.send(*request));
    CHECK_FALSE(client.was_sent());
  }
  Cutter cutter(std::stoi(port));
  payments::Client client(cutter.url());
  for (const std::size_t after : {std::size_t{0}, std::size_t{1}, std::size_t{20}}) {
    cutter.after = after;
    CHECK_FALSE(client.send(*request));
    CHECK(client.was_sent());
  }
  cutter.after = std::string::npos;
  CHECK(client.send(*request));
  CHECK(client.was_sent());
}
