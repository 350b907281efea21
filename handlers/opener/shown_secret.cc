#include "opener/shown_secret.h"

#include "lib/view/qr.h"

namespace opener {

namespace {

constexpr const char* kShownLabel = "enrol.1";
constexpr const char* kStoredLabel = "totp.1";

}  // namespace

std::string new_totp_secret() { return crypto::random_bytes(kTotpSecretBytes); }

base::Status show_secret(const Call& call, view::Object& page, const std::string& shown_to, const std::string& secret, const std::string& login) {
  KK_LET(view::Html picture, view::qr_picture(totp_uri(secret, call.city.shop_name[call.lang], login), call.say("staff.qr_label")));
  page.set("shown", crypto::seal_text(call.app.totp_key, kShownLabel, secret + shown_to)).set("qr", std::move(picture)).set("secret_words", totp_words(secret));
  return {};
}

base::Result<std::string> shown_secret(const Call& call, const web::Form& form, const std::string& shown_to) {
  const auto shown = crypto::open_text(call.app.totp_key, kShownLabel, form.text("shown"));
  if (!shown || shown->size() <= kTotpSecretBytes || shown->substr(kTotpSecretBytes) != shown_to) return base::fail(base::ErrorKind::invalid, "the form's secret is not whole");
  return shown->substr(0, kTotpSecretBytes);
}

std::string seal_totp_secret(const Call& call, const std::string& secret) { return crypto::seal_text(call.app.totp_key, kStoredLabel, secret); }

std::optional<std::string> open_totp_secret(const Call& call, const std::string& sealed) { return crypto::open_text(call.app.totp_key, kStoredLabel, sealed); }

}  // namespace opener
