#include "mailer/work.h"

#include <algorithm>

#include "lib/base/fault.h"
#include "lib/base/log.h"
#include "lib/web/serve.h"
#include "mailer/mime.h"

namespace mailer {

using base::ErrorKind;
using base::fail;

namespace {

constexpr int kPauseMs = 1000;      // between looks
constexpr int kIdlePauseMs = 2000;  // when nothing has come for a while
constexpr int kIdleAfter = 30;      // empty looks
constexpr int kAwayPauseMs = 5000;  // the database or the relay is away

enum class Step { idle, worked, away };

std::string id_of(const Claimed& mail) { return std::to_string(mail.id); }

// The mail has gone: that must be written down, however long the database is away, or it goes twice.
void record_sent(const Tools& tools, const Claimed& mail, const std::string& message) {
  const auto sha256 = crypto::sha256(message);
  while (true) {
    const auto marked = mark_sent(tools.db, mail, tools.clock.now(), sha256);
    if (marked) {
      if (*marked) base::log_info("sent", {{"mail", id_of(mail)}, {"kind", mail.kind}, {"try", std::to_string(mail.tries)}});
      else base::log_error("sent_after_lease", {{"mail", id_of(mail)}});
      return;
    }
    base::log_error("mark_failed", {{"mail", id_of(mail)}, {"error", marked.error().detail}});
    if (marked.error().kind != ErrorKind::unavailable || web::stop_requested(kPauseMs)) return;
  }
}

base::Status give_up(const Tools& tools, const Claimed& mail, const std::string& why) {
  base::log_error("dead", {{"mail", id_of(mail)}, {"kind", mail.kind}, {"why", why}});
  if (auto done = mark_dead(tools.db, mail, tools.clock.now(), why); !done) return fail(std::move(done).error());
  return {};
}

base::Status put_back(const Tools& tools, const Claimed& mail, const std::string& why) {
  const auto pause = pause_after(mail.tries);
  if (!pause) return give_up(tools, mail, why);
  base::log_error("later", {{"mail", id_of(mail)}, {"kind", mail.kind}, {"try", std::to_string(mail.tries)}, {"why", why}});
  if (auto done = try_again(tools.db, mail, tools.clock.now() + *pause, why); !done) return fail(std::move(done).error());
  return {};
}

// A mail that cannot be written is our own fault: a new version may mend it, so it is tried again, but staff
// hear of it at once.
base::Status not_written(const Tools& tools, const Claimed& mail, const base::Error& error) {
  if (error.kind == ErrorKind::invalid) return give_up(tools, mail, error.detail);
  KK_TRY(tell_staff(tools.db, mail, tools.clock.now()));
  return put_back(tools, mail, error.detail);
}

base::Result<Step> deliver(const Tools& tools, const Claimed& mail) {
  FAULT("mailer.after_claim");
  const auto message = compose(tools, mail);
  if (!message) {
    KK_TRY(not_written(tools, mail, message.error()));
    return Step::worked;
  }
  const Sending sending = tools.smtp.send(tools.city.mail_from, mail.recipient, *message);
  switch (sending.verdict) {
    case Sending::Verdict::sent:
      FAULT("mailer.after_send");
      record_sent(tools, mail, *message);
      return Step::worked;
    case Sending::Verdict::refused:
      KK_TRY(give_up(tools, mail, sending.why));
      return Step::worked;
    case Sending::Verdict::later:
      KK_TRY(put_back(tools, mail, sending.why));
      return Step::worked;
    case Sending::Verdict::relay_away:
      KK_TRY(put_back(tools, mail, sending.why));
      return Step::away;
  }
  return Step::worked;
}

base::Result<Step> step(const Tools& tools) {
  KK_LET(const auto mail, claim(tools.db, tools.clock.now()));
  if (!mail) return Step::idle;
  return deliver(tools, *mail);
}

}  // namespace

std::string host_of(const std::string& public_url) {
  const auto scheme = public_url.find("://");
  const auto start = scheme == std::string::npos ? 0 : scheme + 3;
  const auto host = public_url.substr(start, public_url.find('/', start) - start);
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

base::Result<std::string> compose(const Tools& tools, const Claimed& mail) {
  if (!valid_recipient(mail.recipient)) return fail(ErrorKind::invalid, "the recipient is no address");
  KK_LET(Letter letter, tools.letters.write(mail.kind, mail.lang, mail.data));
  return to_mime(Mail{
      .from_name = tools.city.shop_name[mail.lang],
      .from = tools.city.mail_from,
      .to = mail.recipient,
      .subject = std::move(letter.subject),
      .message_id = mail.message_id + "@" + host_of(tools.instance.public_url),
      .date = tools.clock.now(),
      .lang = mail.lang,
      .text = std::move(letter.text),
      .html = std::move(letter.html),
  });
}

void run(const Tools& tools) {
  int empty_looks = 0;
  bool database_away = false;
  for (int pause = 0; !web::stop_requested(pause);) {
    const auto done = step(tools);
    if (!done) {
      // One line when it goes away, not one every pause.
      if (!database_away) base::log_error("database", {{"error", done.error().detail}});
      database_away = true;
      pause = kAwayPauseMs;
      continue;
    }
    if (database_away) base::log_info("database_back");
    database_away = false;
    empty_looks = *done == Step::idle ? std::min(empty_looks + 1, kIdleAfter) : 0;
    if (*done == Step::worked) pause = 0;
    else if (*done == Step::away) pause = kAwayPauseMs;
    else pause = empty_looks < kIdleAfter ? kPauseMs : kIdlePauseMs;
  }
}

}  // namespace mailer
