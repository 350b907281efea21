// mailer: sends what stands in the outbox. Power: the relay's password, the outbox's state (schema/grants/mailer.sql).
//   mailer --instance FILE               until SIGTERM
//   mailer --instance FILE --specimens   files every kind in every language as <kind>.<lang>.eml here, sends nothing
#include <fstream>

#include "lib/base/log.h"
#include "lib/web/serve.h"
#include "lib/web/start.h"
#include "mailer/kinds.h"
#include "mailer/work.h"

namespace {

base::Status file_specimens(const mailer::Tools& tools) {
  for (const auto& kind : mailer::kKinds) {
    for (const auto lang : base::kLangs) {
      const mailer::Claimed mail{1, 1, kind.name, lang, "asa.ohman@example.org", kind.specimen, "0123456789abcdefghjkmnpqrs"};
      KK_LET(const std::string message, mailer::compose(tools, mail));
      std::ofstream(std::string(kind.name) + "." + to_string(lang) + ".eml", std::ios::binary) << message;
    }
  }
  return {};
}

base::Status run(int argc, char** argv) {
  // 1. Settings.
  KK_LET(const web::Started started, web::start("mailer", argc, argv, {"--specimens"}));
  const auto& instance = started.instance;
  web::catch_stop_signals();

  // 2. Secrets.
  mailer::SmtpConfig relay{instance.smtp_url, instance.smtp_user, {}, mailer::host_of(instance.public_url)};
  if (!relay.user.empty()) {
    KK_LET(relay.password, base::read_text_secret(instance, "mailer", "smtp-password"));
  }
  KK_LET(mailer::Smtp smtp, mailer::Smtp::open(relay));

  // 3. Database: it may be away now; the work waits for it.
  KK_LET(const db::Config config, db::config_of(instance, "mailer"));
  db::Connection database(config);

  // 4. Templates.
  KK_LET(const mailer::Letters letters, mailer::Letters::load(instance, started.city));

  // 5. Work.
  const base::Clock clock(instance.state);
  const mailer::Tools tools{database, smtp, letters, instance, started.city, clock};
  if (started.has("--specimens")) return file_specimens(tools);
  base::log_info("started");
  mailer::run(tools);
  base::log_info("stopped");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto done = run(argc, argv); !done) return web::stop_with("mailer", done.error());
  return 0;
}
