#include "ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "clock.h"
#include "faults.h"
#include "text.h"

namespace sandbox {
namespace {

constexpr std::size_t kGrowth = 32 * 1024 * 1024;

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::write(fd, text.data(), text.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string line_of(const char* kind, const Json& value) { return print(Json{{"kind", kind}, {"value", value}}) + "\n"; }

}  // namespace

std::int64_t refunded(const Payment& payment) {
  std::int64_t sum = 0;
  for (const auto& refund : payment.refunds)
    if (refund.status != "fail") sum += refund.amount;
  return sum;
}

std::string print(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Ledger::~Ledger() {
  if (file_ >= 0) close(file_);
}

std::string Ledger::open(const std::string& path) {
  path_ = path;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) load_line(line);
  return rewrite();
}

void Ledger::load_line(const std::string& line) {
  const auto parsed = Json::parse(line, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("value")) return;
  const auto kind = text_in(parsed, "kind");
  try {
    if (kind == "payment") {
      auto payment = parsed["value"].get<Payment>();
      const auto id = payment.transactionId;
      if (!payments_.contains(id)) order_.push_back(id);
      index(payments_[id] = std::move(payment));
    } else if (kind == "event") {
      auto event = parsed["value"].get<Event>();
      next_event_ = std::max(next_event_, event.seq);
      events_[event.seq] = std::move(event);
    } else if (kind == "settlement") {
      settlements_.push_back(parsed["value"].get<Settlement>());
    } else if (kind == "nonce") {
      nonces_.insert(parsed["value"].get<std::string>());
    }
  } catch (const Json::exception&) {
    // A line of another make: the rest of the file still counts.
  }
}

std::string Ledger::rewrite() {
  const auto temporary = path_ + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return temporary + ": " + std::strerror(errno);
  std::string text;
  for (const auto& id : order_) text += line_of("payment", payments_[id]);
  for (const auto& settlement : settlements_) text += line_of("settlement", settlement);
  for (const auto& [seq, event] : events_) text += line_of("event", event);
  for (const auto& nonce : nonces_) text += line_of("nonce", nonce);
  if (!write_all(fd, text) || fsync(fd) != 0 || std::rename(temporary.c_str(), path_.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    close(fd);
    return path_ + ": " + why;
  }
  if (file_ >= 0) close(file_);
  file_ = fd;
  written_ = compact_ = text.size();
  return {};
}

void Ledger::append_line(const char* kind, const Json& value) {
  const auto line = line_of(kind, value);
  if (!write_all(file_, line)) return;
  written_ += line.size();
  if (written_ > compact_ * 4 + kGrowth) rewrite();
}

void Ledger::index(Payment& payment) {
  stamps_[payment.account + ":" + payment.stamp] = payment.transactionId;
  references_[payment.reference] = payment.transactionId;
  for (const auto& refund : payment.refunds) {
    refunds_[refund.transactionId] = payment.transactionId;
    if (!refund.stamp.empty()) refund_stamps_.insert(refund.stamp);
  }
}

Payment* Ledger::by_id(std::string_view id) {
  const auto found = payments_.find(std::string(id));
  return found == payments_.end() ? nullptr : &found->second;
}

Payment* Ledger::by_stamp(std::string_view account, std::string_view stamp) {
  const auto found = stamps_.find(std::string(account) + ":" + std::string(stamp));
  return found == stamps_.end() ? nullptr : by_id(found->second);
}

Payment* Ledger::latest_by_reference(std::string_view reference) {
  const auto found = references_.find(std::string(reference));
  return found == references_.end() ? nullptr : by_id(found->second);
}

Payment* Ledger::by_selector(const Json& selector) {
  if (!selector.is_object()) return nullptr;
  if (const auto id = text_in(selector, "transactionId"); !id.empty()) return by_id(id);
  if (const auto reference = text_in(selector, "reference"); !reference.empty()) return latest_by_reference(reference);
  const auto stamp = text_in(selector, "stamp");
  if (stamp.empty()) return nullptr;
  for (auto& [id, payment] : payments_)
    if (payment.stamp == stamp) return &payment;
  return nullptr;
}

std::pair<Payment*, Refund*> Ledger::refund_by_id(std::string_view id) {
  const auto found = refunds_.find(std::string(id));
  Payment* payment = found == refunds_.end() ? nullptr : by_id(found->second);
  if (payment != nullptr)
    for (auto& refund : payment->refunds)
      if (refund.transactionId == id) return {payment, &refund};
  return {nullptr, nullptr};
}

Payment& Ledger::add(Payment payment) {
  const auto id = payment.transactionId;
  auto& kept = payments_[id] = std::move(payment);
  order_.push_back(id);
  index(kept);
  append("payment", kept);
  return kept;
}

Refund& Ledger::add(Payment& payment, Refund refund) {
  payment.refunds.push_back(std::move(refund));
  index(payment);
  changed(payment);
  return payment.refunds.back();
}

Event& Ledger::add(Event event) {
  event.seq = ++next_event_;
  event.at = iso_now();
  auto& kept = events_[event.seq] = std::move(event);
  append("event", kept);
  return kept;
}

Event* Ledger::event(std::uint64_t seq) {
  const auto found = events_.find(seq);
  return found == events_.end() ? nullptr : &found->second;
}

std::vector<const Payment*> Ledger::payments() const {
  std::vector<const Payment*> out;
  out.reserve(order_.size());
  for (const auto& id : order_) out.push_back(&payments_.at(id));
  return out;
}

bool Ledger::use_nonce(const std::string& account, const std::string& nonce) {
  const auto key = account + ":" + nonce;
  if (!nonces_.insert(key).second) return false;
  append("nonce", key);
  return true;
}

void Ledger::changed(const Payment& payment) { append("payment", payment); }
void Ledger::changed(const Event& event) { append("event", event); }

}  // namespace sandbox
