// Earlier values of what has no versions: who changed which field of a session, a form, a campaign or a discount code from what to what. Products have versions of their own (product_store.h).
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "backoffice/app.h"

namespace backoffice {

struct Subject {
  const char* kind;  // session, form, campaign, discount_code
  std::string id;
};
struct FieldEdit {
  std::string field, before, after;  // the field's name in the form, and what is typed there in Finnish
};
// What stands `now` where something else was typed, field by field; empty: nothing stands there any more.
web::Pairs differing(const web::Pairs& now, const web::Pairs& typed);
std::vector<FieldEdit> edits_of(const web::Pairs& before, const web::Pairs& after);

// Within the transaction of the change. Where nothing differs, nothing is kept.
base::Status keep_edits(const Call& call, const Subject& subject, const std::vector<FieldEdit>& edits);

// "Paikka, Suomeksi" of the field place_fi: the word of the label that its name begins with, and which language or part it is. Empty: no label's.
std::string label_of(const Call& call, std::initializer_list<std::pair<const char*, const char*>> labels, const std::string& field);
// How a subject's fields are called, and what stands in them, in the reader's language.
struct EditWords {
  std::function<std::string(const std::string& field)> name;
  std::function<std::string(const std::string& field, const std::string& value)> value;
};
// A sum as it is typed in the reader's language; what is no sum as it is.
std::string sum_words(const Call& call, const std::string& typed);
struct History {
  Subject subject;
  Paths paths;  // of its page
  EditWords words;
};
// For partials/staff_history.html: the newest, as many as fit beside the rest of a page, and a link to those before them.
base::Status set_history(const Call& call, const History& of, view::Object& data);

}  // namespace backoffice
