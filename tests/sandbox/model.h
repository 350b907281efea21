#pragma once
// What the stand-in keeps. Money is integer cents, time is ISO text in UTC. Nothing of the payer is kept: names, e-mails
// and addresses are checked when they arrive and forgotten.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sandbox {

using Json = nlohmann::json;

struct Urls {
  std::string success, cancel;
};

struct Item {
  std::string stamp, productCode, description, category;
  std::int64_t unitPrice = 0, units = 0;
  int vatTenths = 0;          // 255 is 25.5 %
  std::int64_t refunded = 0;  // item-wise refunds, accepted or done
};

struct Refund {
  std::string transactionId, stamp, reference, status, createdAt;  // status: pending, ok, fail
  std::int64_t amount = 0;
  bool byEmail = false;
  bool withoutId = false;  // failed before it got a transaction: its callback has no transaction id
  Urls callbackUrls;
  std::vector<std::pair<std::string, std::int64_t>> items;  // item stamp, cents
};

struct Payment {
  std::string transactionId, account, algorithm, status;  // status: new, ok, fail, pending, delayed
  std::string stamp, reference, bankReference, currency, language;
  std::string provider, filingCode, settlementReference, settlementId, createdAt, paidAt;
  std::int64_t amount = 0;
  std::int64_t callbackDelay = 0;  // seconds
  bool cardExpired = false;        // refunds by API no longer work
  Urls redirectUrls, callbackUrls;
  std::vector<std::string> groups;
  std::vector<Item> items;
  std::vector<Refund> refunds;
};

// One word sent, or to be sent, to the shop. `state`: waiting, held, dropped, given (a redirect), delivered, refused (other than 20x, may be
// tried again), gave-up.
struct Event {
  std::uint64_t seq = 0;
  std::string kind;  // callback, redirect, refund-callback, replay
  std::string transactionId, refundId, status, state, url, at, forged;
  int attempts = 0;
  int answer = 0;  // last HTTP status of the shop; 0: none
};

struct Settlement {
  std::string id, createdAt, settledAt, settlementReference;
  std::int64_t amount = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Urls, success, cancel)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Item, stamp, productCode, description, category, unitPrice, units, vatTenths, refunded)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Refund, transactionId, stamp, reference, status, createdAt, amount, byEmail, withoutId, callbackUrls, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Payment, transactionId, account, algorithm, status, stamp, reference, bankReference, currency,
                                                language, provider, filingCode, settlementReference, settlementId, createdAt, paidAt, amount,
                                                callbackDelay, cardExpired, redirectUrls, callbackUrls, groups, items, refunds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Event, seq, kind, transactionId, refundId, status, state, url, at, forged, attempts, answer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Settlement, id, createdAt, settledAt, settlementReference, amount)

// Cents refunded or on their way.
std::int64_t refunded(const Payment& payment);

// Text of any JSON value; bytes that aren't UTF-8 become U+FFFD.
std::string print(const Json& value);

}  // namespace sandbox
