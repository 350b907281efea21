#include "lib/staff/kept_form.h"

#include "lib/crypto/crypto.h"

namespace staff {

namespace {

constexpr std::chrono::hours kKept{1};
constexpr const char* kLabel = "kept.1";

base::Result<crypto::Key> key_of(const std::string& token) { return crypto::Key::from_bytes(crypto::as_bytes(crypto::sha256("kept.1 " + token))); }

// Whose session this is or was.
base::Result<std::optional<std::int64_t>> owner(const Call& call) {
  if (call.here) return std::optional<std::int64_t>(call.person().id);
  KK_LET(const db::Rows rows, call.db.query("SELECT staff_id FROM staff_sessions WHERE token_hash = ?", hash_of(token_of(call.request))));
  if (rows.empty()) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(rows[0].integer(0));
}

}  // namespace

std::string continue_path(base::Lang lang, const std::string& token) { return std::string(base::by_lang(lang, "/fi/jatka/", "/sv/fortsatt/", "/en/continue/")) + token; }

base::Result<std::string> keep_form(const Call& call) {
  KK_LET(const auto staff_id, owner(call));
  if (!staff_id || !is_own_path(call.request.path)) return std::string();
  const std::string token = crypto::random_token();
  KK_LET(const crypto::Key key, key_of(token));
  KK_TRY(call.db.write("DELETE FROM staff_kept_forms WHERE made_utc < ?", call.now - kKept));
  KK_TRY(call.db.write("INSERT INTO staff_kept_forms (token_hash, staff_id, path, body, made_utc) VALUES (?, ?, ?, ?, ?)", hash_of(token), *staff_id, call.request.path,
                       crypto::seal_text(key, kLabel, web::urlencoded(call.form.pairs())), call.now));
  return continue_path(call.lang, token);
}

base::Result<std::optional<KeptForm>> find_kept_form(const Call& call, const std::string& token) {
  using Found = std::optional<KeptForm>;
  if (!crypto::is_token(token)) return Found();
  KK_LET(const db::Rows rows, call.db.query("SELECT path, body FROM staff_kept_forms WHERE token_hash = ? AND staff_id = ? AND made_utc > ?", hash_of(token), call.person().id,
                                            call.now - kKept));
  if (rows.empty()) return Found();
  KK_LET(const crypto::Key key, key_of(token));
  const auto body = crypto::open_text(key, kLabel, rows[0].text(1));
  if (!body) return base::fail(base::ErrorKind::denied, "a kept form that its link doesn't open");
  KK_LET(web::Pairs pairs, web::parse_urlencoded(*body));
  return Found(KeptForm{rows[0].text(0), web::Form::from_pairs(std::move(pairs))});
}

}  // namespace staff
