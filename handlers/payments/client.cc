#include "payments/client.h"

#include <curl/curl.h>

#include <algorithm>

namespace payments {

using base::ErrorKind;
using base::fail;

namespace {

constexpr long kConnectMs = 5'000, kTotalMs = 15'000;
constexpr std::size_t kMaxBody = 256 * 1024, kMaxHeaders = 64 * 1024;

struct Incoming {
  suomifi::Answer answer;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& in = *static_cast<Incoming*>(to);
  if (in.answer.body.size() + count > kMaxBody) {
    in.too_large = true;
    return 0;  // ends the call
  }
  in.answer.body.append(bytes, count);
  return count;
}

struct Outgoing {
  std::string_view rest;
};

std::size_t give_body(char* to, std::size_t size, std::size_t count, void* from) {
  auto& out = *static_cast<Outgoing*>(from);
  const std::size_t some = std::min(out.rest.size(), size * count);
  out.rest.copy(to, some);
  out.rest.remove_prefix(some);
  return some;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& in = *static_cast<Incoming*>(to);
  const std::string_view line(bytes, count);
  in.header_bytes += count;
  if (in.header_bytes > kMaxHeaders) {
    in.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) in.answer.headers.clear();  // an interim answer came before
  const auto colon = line.find(':');
  if (colon != line.npos) in.answer.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  return count;
}

int look_up(void* give_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return (*static_cast<std::function<bool()>*>(give_up))() ? 1 : 0; }

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

void add(List& list, const std::string& line) {
  if (curl_slist* longer = curl_slist_append(list.get(), line.c_str()); longer != nullptr) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

}  // namespace

base::Status start_calls() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) return fail(ErrorKind::broken, "libcurl does not start");
  return {};
}

struct Client::Impl {
  std::string url;
  std::function<bool()> give_up;
  bool was_sent = false;
  CURL* handle = curl_easy_init();

  ~Impl() { curl_easy_cleanup(handle); }

  void set_up(Incoming& in) {
    const bool loopback = url.starts_with("http://");
    curl_easy_reset(handle);  // settings only: the connection stays open
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, loopback ? "http" : "https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (loopback) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kTotalMs);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (give_up) {
      curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, look_up);
      curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &give_up);
    }
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &in);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &in);
  }
};

Client::Client(std::string url, std::function<bool()> give_up) : impl_(std::make_unique<Impl>()) {
  impl_->url = std::move(url);
  impl_->give_up = std::move(give_up);
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

base::Result<suomifi::Answer> Client::send(const suomifi::Request& request) {
  CURL* const handle = impl_->handle;
  impl_->was_sent = false;
  if (handle == nullptr) return fail(ErrorKind::broken, "libcurl gave no handle");
  Incoming in;
  impl_->set_up(in);
  const std::string url = impl_->url + request.path;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  List headers;
  for (const auto& [name, value] : request.headers) add(headers, name + ": " + value);
  add(headers, "Expect:");  // no extra round trip
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  Outgoing body{request.body};
  if (request.method == "POST") {
    // Read once and not to be rewound: libcurl would send a POST again by itself when a kept connection breaks before
    // the answer, and the service would see one payment, nonce and stamp twice.
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(handle, CURLOPT_READDATA, &body);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  const CURLcode code = curl_easy_perform(handle);
  long sent_bytes = 0;
  impl_->was_sent = curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent_bytes) != CURLE_OK || sent_bytes > 0;
  if (in.too_large) return fail(ErrorKind::too_large, "the payment service's answer is too large");
  if (code != CURLE_OK) {
    return fail(ErrorKind::unavailable, "payment service: curl " + std::to_string(static_cast<int>(code)) + " " + curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  in.answer.status = static_cast<int>(status);
  return std::move(in.answer);
}

bool Client::was_sent() const { return impl_->was_sent; }

}  // namespace payments
