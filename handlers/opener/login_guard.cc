#include "opener/login_guard.h"

#include <arpa/inet.h>

#include <algorithm>

namespace opener {

namespace {

struct Rule {
  const char* of;       // what is counted
  bool per_account, per_address;
  int free;             // failures without a wait
  int longest;          // seconds
};
constexpr std::array<Rule, 3> kRules = {{{"account and address", true, true, 3, 900}, {"account", true, false, 10, 5}, {"address", false, true, 30, 60}}};
constexpr std::chrono::hours kForgotten{24};

// A network of IPv6 is one address: whoever has one has 2^64 (RFC 6177).
std::string block_of(const std::string& address) {
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return address;
  return crypto::to_hex({reinterpret_cast<const char*>(parsed.s6_addr), 8});
}

struct Counted {
  Rule rule;
  std::string key;
};

// What a try is counted as, in the order in which the rows are locked.
std::array<Counted, kRules.size()> counted(const Call& call, const Tried& tried) {
  std::array<Counted, kRules.size()> out;
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    const Rule& rule = kRules[i];
    const std::string text = std::string(rule.of) + '\n' + (rule.per_account ? tried.login : "") + '\n' + (rule.per_address ? block_of(tried.address) : "");
    out[i] = {rule, crypto::from_hex(crypto::hmac_sha256_hex(call.app.guard_key.octets(), text))->substr(0, 16)};
  }
  std::sort(out.begin(), out.end(), [](const Counted& a, const Counted& b) { return a.key < b.key; });
  return out;
}

// Makes sure that there is a row, and locks it.
db::Statement touch(const Counted& one, base::UtcTime now) {
  return db::statement("INSERT INTO login_guards (guard_key, failures, last_utc, wait_until_utc) VALUES (?, 0, ?, ?) ON DUPLICATE KEY UPDATE failures = failures", one.key, now, now);
}

// Each wait is twice the one before it.
db::Statement count(const Counted& one, base::UtcTime now) {
  return db::statement("UPDATE login_guards SET "
                       "wait_until_utc = TIMESTAMPADD(SECOND, IF(failures < ? OR last_utc < ?, 0, LEAST(?, POW(2, LEAST(failures - ?, 20)))), ?), "
                       "failures = IF(last_utc < ?, 1, LEAST(failures + 1, 1000)), last_utc = ? WHERE guard_key = ?",
                       one.rule.free, now - kForgotten, one.rule.longest, one.rule.free, now, now - kForgotten, now, one.key);
}

base::Status take_back(const Call& call, const Tried& tried, bool all_of_the_account) {
  return call.db.transact([&]() -> base::Status {
    for (const auto& one : counted(call, tried)) {
      const bool whole = all_of_the_account && one.rule.per_account;
      KK_TRY(call.db.write(std::string("UPDATE login_guards SET failures = ") + (whole ? "0" : "GREATEST(failures, 1) - 1") +
                           ", wait_until_utc = last_utc WHERE guard_key = ?", one.key));
    }
    return {};
  });
}

}  // namespace

base::Result<int> count_try(const Call& call, const Tried& tried) {
  const auto all = counted(call, tried);
  return call.db.transact([&]() -> base::Result<int> {
    // Locked first, so that of tries at once each sees those before it.
    for (const auto& one : all) KK_TRY(call.db.run_write(touch(one, call.now)));
    KK_LET(const db::Rows rows, call.db.query("SELECT MAX(wait_until_utc) FROM login_guards WHERE guard_key IN (?, ?, ?)", all[0].key, all[1].key, all[2].key));
    const auto left = std::chrono::ceil<std::chrono::seconds>(rows[0].time(0).value_or(call.now) - call.now).count();
    if (left > 0) return static_cast<int>(left);
    for (const auto& one : all) KK_TRY(call.db.run_write(count(one, call.now)));
    return 0;
  });
}

// An address has its one try taken back: with a password of one's own nobody buys tries at others'.
base::Status forgive(const Call& call, const Tried& tried) { return take_back(call, tried, true); }

base::Status uncount(const Call& call, const Tried& tried) { return take_back(call, tried, false); }

}  // namespace opener
