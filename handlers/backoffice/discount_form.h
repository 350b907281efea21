// The form of a campaign or a discount code: its fields, what they mean, and a sentence of what it does.
#pragma once

#include "backoffice/discount_store.h"
#include "backoffice/product_form.h"

namespace backoffice {

// "campaign" and "code" begin a new one, "campaign-12" is one that was made.
Paths discount_paths(const std::string& key);

FormFields fields_of(const Discount& one, base::Lang lang);
FormFields typed_discount(const web::Form& form);

// What was typed. `was`: what it changes; of a campaign that has begun only names and the last day may change, so that what residents were told of prices stays true.
// ERRORS: those of the database.
base::Result<Discount> check_discount(const Call& call, const Discount& was, web::Problems& problems);

// What a change of it changed, for its history. Within its transaction.
base::Status keep_discount_edits(const Call& call, const Discount& was, const Discount& one);
base::Status keep_discount_end(const Call& call, const Discount& was);

// What `now` has where something else was typed: lines of a name and a value, none where both say the same.
base::Result<view::List> discount_differences(const Call& call, const Discount& now, const Discount& typed);

// For templates: names, facts, days and, of a code, code_fields (partials/staff_field.html), and its history (partials/staff_history.html).
base::Result<view::Object> discount_view(const Call& call, const Discount& was, const FormFields& fields, const web::Problems& problems);

// "20 %", "5,00 €", and where: "Koko kauppa", "Uimahallit, Aikuinen".
std::string amount_words(const Call& call, const Discount& one);
std::string scope_words(const Call& call, const Discount& one);
// "Uimahalliliput 6,40 € → 5,12 €", a sentence for each of a few products, and how many there are.
base::Result<std::vector<std::string>> effect_words(const Call& call, const Discount& one);

}  // namespace backoffice
