#include "lib/tickets/ticket.h"

#include "lib/base/check_code.h"
#include "lib/crypto/crypto.h"

namespace tickets {

namespace {

constexpr std::chrono::hours kOneEvent{48};  // what lasts longer is told by its days

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::used: return "used";
    case Verdict::wrong_day: return "wrong_day";
    case Verdict::refunded: return "refunded";
    case Verdict::called_off: return "called_off";
  }
  return "refunded";
}

Day day_of(base::UtcTime now) {
  const auto day = base::helsinki_day(now);
  const auto next = std::chrono::year_month_day(std::chrono::sys_days(day) + std::chrono::days(1));
  return {base::helsinki_to_utc(day, std::chrono::minutes(0)), base::helsinki_to_utc(next, std::chrono::minutes(0))};
}

Verdict verdict_of(const Ticket& ticket, base::UtcTime now) {
  if (ticket.refunded) return Verdict::refunded;
  if (ticket.called_off && now >= *ticket.called_off) return Verdict::called_off;
  if (ticket.uses_max && ticket.uses >= *ticket.uses_max) return Verdict::used;
  const Day today = day_of(now);
  if ((ticket.from && *ticket.from >= today.ends) || (ticket.until && *ticket.until <= today.begins)) return Verdict::wrong_day;
  return Verdict::valid;
}

bool lets_in_yet(const Ticket& ticket, base::UtcTime now) {
  const Verdict verdict = verdict_of(ticket, now);
  return verdict == Verdict::valid || (verdict == Verdict::wrong_day && !(ticket.until && *ticket.until < now));
}

Validity validity_of(const Ticket& ticket, base::Lang lang) {
  if (ticket.from && ticket.until && *ticket.until - *ticket.from < kOneEvent) return {base::format_period(*ticket.from, *ticket.until, lang), "", ""};
  return {"", ticket.from ? base::format_date(*ticket.from, lang) : "", ticket.until ? base::format_date(*ticket.until, lang) : ""};
}

std::optional<std::string> code_in(std::string_view typed) {
  typed = typed.substr(0, typed.find_first_of("?#"));
  while (typed.ends_with('/')) typed.remove_suffix(1);
  if (const auto slash = typed.rfind('/'); slash != std::string_view::npos) typed.remove_prefix(slash + 1);
  std::string code = base::normalise_code(typed);
  for (char& c : code) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return crypto::is_token(code) ? std::optional<std::string>(std::move(code)) : std::nullopt;
}

}  // namespace tickets
