#include "opener/login_guard.h"

#include <algorithm>

namespace opener {

namespace {

struct Rule {
  const char* of;       // what is counted
  int free;             // failures without a wait
  int longest;          // seconds
};
constexpr std::array<Rule, 3> kRules = {{{"account and address", 3, 900}, {"account", 10, 5}, {"address", 30, 60}}};
constexpr std::chrono::hours kForgotten{24};

std::string key_of(const Call& call, const Rule& rule, const Tried& tried) {
  const std::string_view of = rule.of;
  std::string text = std::string(of) + '\n';
  if (of.starts_with("account")) text += tried.login;
  text += '\n';
  if (of.ends_with("address")) text += tried.address;
  const std::string_view key(reinterpret_cast<const char*>(call.app.guard_key.data()), crypto::Key::kBytes);
  return crypto::from_hex(crypto::hmac_sha256_hex(key, text))->substr(0, 16);
}

// Each wait is twice the one before it.
db::Statement count(const Rule& rule, const std::string& key, base::UtcTime now) {
  return db::statement("INSERT INTO login_guards (guard_key, failures, last_utc, wait_until_utc) VALUES (?, 1, ?, ?) ON DUPLICATE KEY UPDATE "
                       "failures = IF(last_utc < ?, 1, LEAST(failures + 1, 1000)), last_utc = ?, "
                       "wait_until_utc = TIMESTAMPADD(SECOND, IF(failures <= ?, 0, LEAST(?, POW(2, LEAST(failures - ? - 1, 20)))), ?)",
                       key, now, now, now - kForgotten, now, rule.free, rule.longest, rule.free, now);
}

}  // namespace

base::Result<int> count_try(const Call& call, const Tried& tried) {
  std::array<std::string, kRules.size()> keys;
  for (std::size_t i = 0; i < kRules.size(); ++i) keys[i] = key_of(call, kRules[i], tried);
  return call.db.transact([&]() -> base::Result<int> {
    // Counted first: the rows are locked, so that of tries at once each sees those before it.
    KK_LET(const db::Rows rows, call.db.query("SELECT wait_until_utc FROM login_guards WHERE guard_key IN (?, ?, ?) ORDER BY guard_key FOR UPDATE", keys[0], keys[1], keys[2]));
    int wait = 0;
    for (const auto& row : rows) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(row.time(0).value_or(call.now) - call.now).count();
      wait = std::max(wait, static_cast<int>(left));
    }
    if (wait > 0) return wait;
    for (std::size_t i = 0; i < kRules.size(); ++i) KK_TRY(call.db.run_write(count(kRules[i], keys[i], call.now)));
    return 0;
  });
}

base::Status forgive(const Call& call, const Tried& tried) {
  return call.db.transact([&]() -> base::Status {
    for (const auto& rule : kRules) {
      // An address has its one try taken back: with a password of one's own nobody buys tries at others'.
      const bool whole = std::string_view(rule.of).starts_with("account");
      KK_TRY(call.db.write(std::string("UPDATE login_guards SET failures = ") + (whole ? "0" : "GREATEST(failures, 1) - 1") +
                           ", wait_until_utc = last_utc WHERE guard_key = ?", key_of(call, rule, tried)));
    }
    return {};
  });
}

}  // namespace opener
