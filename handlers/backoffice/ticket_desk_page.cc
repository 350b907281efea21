// The desk where tickets are checked: typed or scanned, one form for both. A ticket that is valid is used at once, since a busy desk has no time
// for two presses, and a mistake is taken back by one. What was let in without network comes as a list.
#include <map>
#include <nlohmann/json.hpp>

#include "backoffice/ticket_store.h"
#include "backoffice/app.h"
#include "lib/base/check_code.h"
#include "lib/base/contact.h"
#include "lib/crypto/crypto.h"

namespace backoffice {

using base::ErrorKind;
using base::fail;
using view::List;
using view::Object;

namespace {

constexpr std::size_t kLongestPlace = 80, kLongestTyped = 300, kMostOfList = 200, kLeastKey = 8, kMostKey = 64;

Door door_of(const Call& call, std::string place) { return {call.db, call.rights, call.lang, call.now, call.person().id, std::nullopt, call.request.address, std::move(place)}; }

// When it is valid, in words.
std::string validity_words(const Call& call, const tickets::Ticket& ticket) {
  const auto validity = tickets::validity_of(ticket, call.lang);
  if (!validity.period.empty()) return validity.period;
  if (!validity.from.empty() && !validity.until.empty()) return call.say("tickets.between", {{"from", validity.from}, {"until", validity.until}});
  return validity.until.empty() ? validity.from.empty() ? std::string() : call.say("tickets.from", {{"from", validity.from}}) : call.say("tickets.until", {{"until", validity.until}});
}

std::string use_words(const Call& call, const std::optional<tickets::Use>& use) {
  return use ? call.say("tickets.used_at", {{"when", base::format_date_time(use->at, call.lang)}, {"place", use->place}}) : std::string();
}

// The sentence below the verdict's word.
std::string finding_words(const Call& call, const Answer& answer) {
  switch (answer.finding) {
    case Finding::unknown: return call.say("tickets.unknown_words");
    case Finding::other_unit: return call.say("tickets.other_unit_words", {{"unit", answer.unit}});
    case Finding::refunded: return call.say("tickets.refunded_words");
    case Finding::called_off: return call.say("tickets.called_off_words");
    case Finding::wrong_day: return call.say("tickets.valid_when", {{"when", validity_words(call, *answer.ticket)}});
    case Finding::used: return use_words(call, answer.ticket->last_use);
    case Finding::valid: break;
  }
  if (answer.use != 0) return call.say("tickets.let_in", {{"time", base::format_clock(answer.ticket->last_use ? answer.ticket->last_use->at : call.now, call.lang)}});
  return call.say("tickets.not_used_now");
}

void fill_ticket(const Call& call, const Answer& answer, Object& out) {
  const tickets::Ticket none;
  const tickets::Ticket& ticket = answer.ticket ? *answer.ticket : none;
  out.set("name", ticket.name).set("detail", ticket.variant + (ticket.variant.empty() || ticket.price_group.empty() ? "" : ", ") + ticket.price_group);
  List facts;
  const auto fact = [&](const char* key, const std::string& value) {
    if (!value.empty()) facts.push_back(Object().set("label", call.say(std::string("tickets.fact_") + key)).set("value", value));
  };
  fact("proof", ticket.proof);
  fact("holder", ticket.holder);
  if (answer.finding != Finding::wrong_day) fact("validity", validity_words(call, ticket));
  const auto left = ticket.uses_left();
  if (left && *ticket.uses_max > 1) fact("left", call.say("tickets.left_of", {{"left", std::to_string(*left)}, {"max", std::to_string(*ticket.uses_max)}}));
  if (answer.finding == Finding::valid && answer.use == 0) fact("last", use_words(call, ticket.last_use));
  out.set("facts", std::move(facts)).set("has_ticket", answer.ticket.has_value()).set("code", base::print_code(ticket.code));
}

Object verdict_view(const Call& call, const Answer& answer) {
  const std::string name = to_string(answer.finding);
  Object out;
  const bool good = answer.finding == Finding::valid;
  out.set("css", good ? "state-success" : answer.finding == Finding::unknown ? "state-warning" : "state-alert");
  out.set("title", call.say("tickets." + name)).set("words", finding_words(call, answer));
  fill_ticket(call, answer, out);
  // A card with visits left may let in the next of a family at once.
  const bool more = good && answer.use != 0 && answer.ticket->uses_left().value_or(0) > 0;
  out.set("may_use", (good && answer.use == 0) || more).set("use_words", call.say(more ? "tickets.use_more" : "tickets.use_now")).set("may_undo", good && answer.use != 0).set("use", std::to_string(answer.use));
  return out;
}

struct SentList {           // what became of it
  int taken = 0, valid = 0;
  List found{};             // of what was taken: let in, and not valid
  std::map<std::string, int> others{};  // of units, how many entries stay on the device
  std::string staying{};    // their places in the list
};

void fill_sent(const Call& call, SentList sent, Object& data) {
  List others;
  for (const auto& [unit, count] : sent.others) others.push_back(Object().set("words", call.say("tickets.others_wait", {{"unit", unit}, {"count", std::to_string(count)}})));
  data.set("has_sent", true).set("sent_css", !sent.found.empty() ? "state-alert" : others.empty() ? "state-success" : "state-warning").set("has_taken", sent.taken > 0);
  data.set("sent_title", call.say(sent.taken > 0 ? "tickets.sent_title" : "tickets.waiting")).set("sent_words", call.say("tickets.sent", {{"count", std::to_string(sent.taken)}, {"valid", std::to_string(sent.valid)}}));
  data.set("others", std::move(others)).set("staying", sent.staying).set("has_found", !sent.found.empty()).set("found", std::move(sent.found));
}

struct DeskPage {
  std::optional<Answer> answer{};
  bool undone = false;
  std::string typed{};
  web::Problems problems{};
  std::optional<SentList> sent{};
};

base::Result<web::Response> desk_page(const Call& call, DeskPage page) {
  const std::string url = in(call.lang, tickets_paths());
  Object data;
  data.set("action", url).set("undo_url", below(url, "peru", "angra", "undo", call.lang)).set("list_url", below(url, "lista", "lista", "list", call.lang));
  data.set("key", crypto::random_token()).set("place", call.form.text("place")).set("typed", page.typed).set("undone", page.undone);
  std::string title = call.say("tickets.title");
  List verdict;
  if (page.answer) {
    verdict.push_back(verdict_view(call, *page.answer));
    title = call.say("tickets." + std::string(to_string(page.answer->finding))) + " – " + title;
  }
  data.set("verdict", std::move(verdict));
  data.set("has_sent", false).set("staying", "");
  if (page.sent) fill_sent(call, std::move(*page.sent), data);
  page.problems.fill(data, call.templates, call.lang, {"code", "place"});
  if (!page.problems.empty()) title = call.say("checkout.error_prefix") + title;
  return staff::show(call, {"backoffice/ticket_desk", title, tickets_paths()}, std::move(data));
}

}  // namespace

base::Result<web::Response> show_ticket_desk(Call& call) { return desk_page(call, {}); }

base::Result<web::Response> post_ticket_desk(Call& call) {
  DeskPage page;
  page.typed = call.form.text("code");
  const std::string place = call.form.text("place"), key = call.form.text("key");
  const bool uses = call.form.text("act") != "check";
  if (page.typed.empty()) page.problems.add("code", "ticket_code_required");
  if (uses && !base::clean_text(place, kLongestPlace)) page.problems.add("place", place.empty() ? "ticket_place_required" : "ticket_place_too_long", {{"max", std::to_string(kLongestPlace)}});
  if (!page.problems.empty()) return desk_page(call, std::move(page));
  if (uses && key.size() < kLeastKey) return fail(ErrorKind::invalid, "the form has no number");
  const auto code = page.typed.size() > kLongestTyped ? std::nullopt : tickets::code_in(page.typed);
  const Door door = door_of(call, place);
  auto answer = uses ? use_ticket(door, code, {key, call.now}) : check_ticket(door, code);
  if (!answer) return fail(answer.error());
  if (answer->finding != Finding::unknown) page.typed.clear();  // what isn't known may be a slip of the finger
  page.answer = std::move(*answer);
  return desk_page(call, std::move(page));
}

base::Result<web::Response> post_undo_use(Call& call) {
  const auto use = call.form.number("use", 1, 9'000'000'000'000'000'000);
  if (!use) return fail(ErrorKind::invalid, "no use");
  KK_LET(Answer answer, undo_use(door_of(call, call.form.text("place")), *use));
  DeskPage page;
  page.answer = std::move(answer);
  page.undone = true;
  return desk_page(call, std::move(page));
}

namespace {

struct Waited {  // one of the list: let in without network
  std::string code, key, place;
  base::UtcTime at;
  bool is_sound() const { return !key.empty() && !place.empty() && code.size() <= kLongestTyped; }
};

// The page's script made it. An entry that isn't sound is answered as unknown and holds up no other: it can't be taken off the device's list by hand.
base::Result<std::vector<Waited>> read_list(const Call& call) {
  const auto json = nlohmann::json::parse(call.form.text("list"), nullptr, false);
  if (!json.is_array() || json.size() > kMostOfList) return fail(ErrorKind::invalid, "no list");
  std::vector<Waited> out;
  for (const auto& one : json) {
    const auto text = [&](const char* name) { return one.is_object() && one.contains(name) && one[name].is_string() ? one[name].get<std::string>() : std::string(); };
    const auto at = base::parse_utc(text("at"));
    Waited made{text("code"), text("key"), base::clean_text(text("place"), kLongestPlace).value_or(""), std::min(at.value_or(call.now), call.now)};
    if (!at || made.key.size() < kLeastKey || made.key.size() > kMostKey) made.key.clear();
    out.push_back(std::move(made));
  }
  return out;
}

// Its letters alone: what isn't a code may be anything.
std::string shown(const std::string& code) {
  constexpr std::size_t kMost = 40;
  std::string out;
  std::copy_if(code.begin(), code.end(), std::back_inserter(out), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return base::print_code(out.size() > kMost ? out.substr(out.size() - kMost) : out);
}

}  // namespace

// Each by itself: one that fails leaves the others written down, and the list sent again is the same list. What is another unit's stays on the device for
// somebody of that unit: the next shift may have another scope than who let them in.
base::Result<web::Response> post_ticket_list(Call& call) {
  KK_LET(const auto list, read_list(call));
  DeskPage page;
  SentList& sent = page.sent.emplace();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Waited& one = list[i];
    KK_LET(const Answer answer, one.is_sound() ? use_ticket(door_of(call, one.place), tickets::code_in(one.code), {one.key, one.at, true}) : base::Result<Answer>(Answer()));
    if (answer.finding == Finding::other_unit) {
      ++sent.others[answer.unit];
      sent.staying += (sent.staying.empty() ? "" : " ") + std::to_string(i);
      continue;
    }
    ++sent.taken;
    if (answer.finding == Finding::valid) ++sent.valid;
    else sent.found.push_back(Object().set("when", base::format_date_time(one.at, call.lang)).set("code", shown(one.code)).set("place", one.place)
                                 .set("name", answer.ticket ? answer.ticket->name : "").set("title", call.say("tickets." + std::string(to_string(answer.finding)))).set("words", answer.finding == Finding::unknown ? "" : finding_words(call, answer)));
  }
  return desk_page(call, std::move(page));
}

}  // namespace backoffice
