// One SMTP relay, through libcurl; the connection is kept between mails.
#pragma once

#include <memory>
#include <string>

#include "lib/base/result.h"

namespace mailer {

struct SmtpConfig {
  std::string url;        // smtp://host:port or smtps://host:port
  std::string user;       // empty: no login
  std::string password;
  std::string own_name;   // what EHLO says
};

struct Sending {
  enum class Verdict {
    sent,
    refused,      // this mail will never be taken: a 5xx to its recipient or to its content
    later,        // this mail was not taken now (4xx)
    relay_away,   // the relay itself: no connection, no TLS, no login, sender refused
  };
  Verdict verdict;
  std::string why;  // "RCPT 550": the step and the code or libcurl's error, nobody's data
};

class Smtp {
 public:
  // Outside loopback the connection is TLS with a checked certificate, or there is none (smtp: STARTTLS).
  // ERRORS: invalid: the URL.
  static base::Result<Smtp> open(const SmtpConfig& config);

  // At most 2 minutes. REQUIRES: valid_recipient(from) and of to.
  Sending send(const std::string& from, const std::string& to, const std::string& message);

  Smtp(Smtp&&) noexcept;
  Smtp& operator=(Smtp&&) noexcept;
  ~Smtp();

 private:
  Smtp();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// localhost, 127.x.x.x and [::1].
bool is_loopback(const std::string& host);

}  // namespace mailer
