#pragma once
// HTTP/1.1 as far as a stand-in needs it: one parser for requests, one printer for replies. Bounded, and strict where
// laxness would let two readers disagree (lengths, line ends, duplicate lengths).
#include <cstdint>
#include <string>
#include <string_view>

#include "text.h"

namespace sandbox {

inline constexpr std::size_t kMaxHead = 32 * 1024;
inline constexpr std::size_t kMaxBody = 1024 * 1024;

struct Request {
  std::string method;
  std::string path;   // as sent, not decoded, without the query
  std::string query;  // as sent
  Pairs headers;      // names lower-cased, values trimmed, in the order of arrival
  std::string body;
  std::string peer;   // numeric address of the other side
  bool keep_alive = true;

  std::string header(std::string_view name) const { return value_of(headers, name); }
  int count(std::string_view name) const;
};

// How a reply reaches the wire.
struct Fate {
  std::int64_t delay_ms = 0;
  bool hang = false;            // never answered; the connection stays open
  std::int64_t cut_after = -1;  // this many bytes of the reply, then the connection is closed; -1: whole
  bool reset = false;           // a cut ends with RST in place of FIN
};

struct Reply {
  int status = 200;
  std::string body;
  std::string type = "application/json; charset=utf-8";
  Pairs headers;
  bool no_body = false;  // answer to HEAD
  Fate fate;
};

enum class Parsed { complete, incomplete, bad };

// Takes one request off the front of `in`. `bad`: answer `error` (an HTTP status) and close.
// `wants_continue`: the head is there, the body is awaited, and the client waits for "100 Continue".
struct ParseResult {
  Parsed parsed = Parsed::incomplete;
  int error = 0;
  bool wants_continue = false;
};
ParseResult take_request(std::string& in, Request& out);

std::string print_reply(const Reply& reply, bool keep_alive);
const char* reason(int status);

}  // namespace sandbox
