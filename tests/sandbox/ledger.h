#pragma once
// All payments, refunds, settlements and events, in memory; with a state file also on disk.
// The state file holds one JSON line per change (the last line of a thing counts, a torn last line is ignored). It is written
// anew, by temporary file and rename, at every start and whenever it has grown to many times its content.
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model.h"

namespace sandbox {

class Ledger {
 public:
  Ledger() = default;
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Loads and opens the file. Returns an empty text or what went wrong.
  std::string open(const std::string& path);

  // Pointers stay good until reset().
  Payment* by_id(std::string_view id);
  Payment* by_stamp(std::string_view account, std::string_view stamp);
  Payment* latest_by_reference(std::string_view reference);
  // By "transactionId", "stamp" or "reference" of a JSON object.
  Payment* by_selector(const Json& selector);
  std::pair<Payment*, Refund*> refund_by_id(std::string_view id);
  bool refund_stamp_used(std::string_view stamp) const { return refund_stamps_.contains(std::string(stamp)); }

  Payment& add(Payment payment);
  Refund& add(Payment& payment, Refund refund);
  Event& add(Event event);
  Settlement& settle_all();  // every ok payment that isn't settled yet
  Event* event(std::uint64_t seq);
  const std::vector<Settlement>& settlements() const { return settlements_; }
  const std::map<std::uint64_t, Event>& events() const { return events_; }
  std::vector<const Payment*> payments() const;  // in the order of their making

  // False when the account has used it before.
  bool use_nonce(const std::string& account, const std::string& nonce);

  // After a change of something already in the ledger.
  void changed(const Payment& payment);
  void changed(const Event& event);

  // Money that isn't settled and can pay refunds: the control's figure, else the sum of unsettled payments less refunds.
  std::int64_t balance() const;
  std::int64_t fixed_balance = -1;

  Json report() const;  // everything, with sums
  Json sums() const;
  void reset();

 private:
  // Writes the thing's line when there is a file.
  template <class T>
  void append(const char* kind, const T& value) {
    if (file_ >= 0) append_line(kind, Json(value));
  }
  void append_line(const char* kind, const Json& value);
  std::string rewrite();
  void load_line(const std::string& line);
  void index(Payment& payment);

  std::unordered_map<std::string, Payment> payments_;
  std::vector<std::string> order_;
  std::unordered_map<std::string, std::string> stamps_, references_, refunds_;
  std::unordered_set<std::string> refund_stamps_, nonces_;
  std::map<std::uint64_t, Event> events_;
  std::vector<Settlement> settlements_;
  std::uint64_t next_event_ = 0;

  std::string path_;
  int file_ = -1;
  std::size_t written_ = 0, compact_ = 0;
};

}  // namespace sandbox
