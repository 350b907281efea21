// Finnish numbers: reference numbers, business ids, postal codes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

// Reference number (viitenumero): 3 to 19 base digits and a check digit, weights 7, 3, 1 from the right
// (Finance Finland, "Suomalaisen viitenumeron rakenne"). No leading zero: banks drop it.
// Nothing when the base is not 3 to 19 digits or begins with 0.
std::optional<std::string> make_reference(std::string_view base_digits);
bool is_reference(std::string_view reference);
// "1234561" -> "12 34561": groups of five from the right.
std::string print_reference(std::string_view reference);

// The same as a creditor reference (ISO 11649): "1234561" -> "RF341234561".
// REQUIRES: is_reference(reference).
std::string rf_reference(std::string_view reference);
// True for "RF", two check digits and 1 to 21 of 0-9 A-Z whose remainder by 97 is 1.
bool is_rf_reference(std::string_view rf);
// "RF341234561" -> "1234561", without the zeros that it may be filled up with. Nothing: no creditor reference, or another country's.
std::optional<std::string> reference_of_rf(std::string_view rf);
// "RF34 1234 561": groups of four from the left.
std::string print_rf_reference(std::string_view rf);

// Business id (Y-tunnus), "1061512-1": weights 7 9 10 5 8 4 2, sum modulo 11, remainder 1 is never given
// (Finnish Tax Administration, "Yritys- ja yhteisötunnuksen tarkistusmerkki").
bool is_business_id(std::string_view id);
// Reads also "10615121", "FI10615121" and spaces; an old six-digit id gets a leading 0.
// Nothing when the id is not a right one.
std::optional<std::string> normalise_business_id(std::string_view typed);

// Five digits; whether the code is in use is for the postal table (site/postal) to say.
bool is_postal_code(std::string_view code);

}  // namespace base
