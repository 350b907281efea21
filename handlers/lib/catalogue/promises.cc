#include "lib/catalogue/promises.h"

#include <algorithm>

namespace catalogue {

namespace {

std::vector<Meeting> begun(const std::vector<Meeting>& meetings, base::UtcTime now) {
  std::vector<Meeting> out;
  std::copy_if(meetings.begin(), meetings.end(), std::back_inserter(out), [&](const auto& one) { return one.starts <= now; });
  return out;
}

// An answer names its choice by a code.
bool keeps_choices(const std::vector<Choice>& was, const std::vector<Choice>& is) {
  return std::all_of(was.begin(), was.end(), [&](const Choice& old) {
    const bool stays = std::any_of(is.begin(), is.end(), [&](const Choice& one) { return one.code == old.code; });
    return stays && std::none_of(is.begin(), is.end(), [&](const Choice& one) { return one.code != old.code && one.label[base::Lang::fi] == old.label[base::Lang::fi]; });
  });
}

}  // namespace

std::vector<FieldFault> broken_by(const Question& was, const Question& is) {
  std::vector<FieldFault> out;
  if (was.of != is.of) out.push_back({"of", was.of + ", since it has been answered"});
  if (was.type != is.type) out.push_back({"type", was.type + ", since it has been answered"});
  if (was.data_class != is.data_class) out.push_back({"class", was.data_class + ", since it has been answered"});
  if (!keeps_choices(was.choices, is.choices)) out.push_back({"choices", "those that were answered, each with its code, and new ones after them"});
  return out;
}

bool moves(const Session& from, const Session& to) { return from.meetings != to.meetings || from.place.by_lang != to.place.by_lang || from.address != to.address; }

std::vector<FieldFault> broken_by(const Session& was, const Session& is, const Relied& relied) {
  std::vector<FieldFault> out;
  if (begun(was.meetings, relied.now) != begun(is.meetings, relied.now)) out.push_back({"meetings", "those that have begun as they were"});
  if (relied.sign_ups == 0) return out;
  if (was.age_min != is.age_min || was.age_max != is.age_max || was.age_on != is.age_on) out.push_back({"age_min", "the same ages, since somebody has signed up"});
  if (is.cancel_until < was.cancel_until) out.push_back({"cancel_until", "no earlier time, since somebody has signed up"});
  return out;
}

bool breaks_time(const Variant& was, const Variant& is, bool sold) { return sold && was.starts && (was.starts != is.starts || was.ends != is.ends); }

}  // namespace catalogue
