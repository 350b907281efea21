#include "mailer/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

namespace mailer {

using base::ErrorKind;
using base::fail;

namespace {

constexpr long kConnectSeconds = 10;
constexpr long kAnswerSeconds = 30;
constexpr long kMailSeconds = 60;
constexpr long kIdleSeconds = 50;  // older connections are not used again: relays hang up after a minute or more

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

base::Result<std::string> relay_host(const std::string& text) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  char* host = nullptr;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return fail(ErrorKind::invalid, "smtp.url is no smtp://host:port or smtps://host:port");
  }
  std::string out(host);
  curl_free(host);
  return out;
}

}  // namespace

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
           return c == '.' || (c >= '0' && c <= '9');
         });
}

struct Smtp::Impl {
  CURL* curl = nullptr;
  std::string url;
  const std::string* message = nullptr;
  std::size_t at = 0;
  std::string step;  // the last command that we sent: its verb only

  Impl() : curl(curl_easy_init()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { curl_easy_cleanup(curl); }

  static std::size_t read(char* to, std::size_t size, std::size_t count, void* self) {
    auto& impl = *static_cast<Impl*>(self);
    const std::size_t bytes = std::min(size * count, impl.message->size() - impl.at);
    std::memcpy(to, impl.message->data() + impl.at, bytes);
    impl.at += bytes;
    return bytes;
  }

  // Keeps the verb of what we say to the relay: it tells a recipient's 550 from a login's 535. QUIT is what
  // libcurl says after any refusal.
  static int watch(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    if (type != CURLINFO_HEADER_OUT) return 0;
    std::string verb;
    for (std::size_t i = 0; i < size && i < 8 && data[i] >= 'A' && data[i] <= 'Z'; ++i) verb += data[i];
    if (verb != "QUIT") static_cast<Impl*>(self)->step = verb;
    return 0;
  }

  static std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

  CURLcode perform(const std::string& from, const std::string& to, const std::string& bytes, bool fresh) {
    message = &bytes;
    at = 0;
    step = "CONNECT";
    curl_slist* recipients = curl_slist_append(nullptr, ("<" + to + ">").c_str());
    if (recipients == nullptr) return CURLE_OUT_OF_MEMORY;
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    const CURLcode code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, nullptr);
    curl_slist_free_all(recipients);
    return code;
  }
};

Smtp::Smtp() : impl_(std::make_unique<Impl>()) {}
Smtp::Smtp(Smtp&&) noexcept = default;
Smtp& Smtp::operator=(Smtp&&) noexcept = default;
Smtp::~Smtp() = default;

base::Result<Smtp> Smtp::open(const SmtpConfig& config) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Smtp out;
  CURL* curl = out.impl_->curl;
  if (curl == nullptr) return fail(ErrorKind::broken, "libcurl did not start");
  if (!config.url.starts_with("smtp://") && !config.url.starts_with("smtps://")) {
    return fail(ErrorKind::invalid, "smtp.url is no smtp://host:port or smtps://host:port");
  }
  KK_LET(const std::string host, relay_host(config.url));
  // libcurl takes EHLO's name from the path.
  out.impl_->url = config.url.substr(0, config.url.find('/', config.url.find("//") + 2)) + "/" + config.own_name;
  Impl* self = out.impl_.get();
  curl_easy_setopt(curl, CURLOPT_URL, self->url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  if (!is_loopback(host)) curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!config.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, config.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, config.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // a proxy of the environment is none of ours
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, kAnswerSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kMailSeconds);
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, kIdleSeconds);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Impl::read);
  curl_easy_setopt(curl, CURLOPT_READDATA, self);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Impl::ignore);
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &Impl::watch);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, self);
  return out;
}

Sending Smtp::send(const std::string& from, const std::string& to, const std::string& message) {
  using Verdict = Sending::Verdict;
  CURLcode code = impl_->perform(from, to, message, false);
  const auto answer = [this] {
    long response = 0;
    curl_easy_getinfo(impl_->curl, CURLINFO_RESPONSE_CODE, &response);
    return response;
  };
  long connects = 0;
  curl_easy_getinfo(impl_->curl, CURLINFO_NUM_CONNECTS, &connects);
  // The relay hung up on the kept connection before it saw the message: once more on a new one.
  if (code != CURLE_OK && connects == 0 && impl_->at == 0 && (answer() < 400 || answer() == 421)) {
    code = impl_->perform(from, to, message, true);
  }
  if (code == CURLE_OK) return {Verdict::sent, {}};
  const long response = answer();
  const bool about_this_mail = impl_->step == "RCPT" || impl_->step == "DATA";
  std::string why = impl_->step + " " + (response >= 400 ? std::to_string(response) : curl_easy_strerror(code));
  if (!about_this_mail || response < 400 || response == 421) return {Verdict::relay_away, std::move(why)};
  return {response >= 500 ? Verdict::refused : Verdict::later, std::move(why)};
}

}  // namespace mailer
