// Codes that people read out or copy by hand: order numbers, case codes.
//
// The alphabet is Crockford's base32 (crockford.com/base32.html): no I, L, O or U. The check character
// is a weighted sum in the field GF(32), where the weights are the powers of x modulo x^5 + x^2 + 1.
// A sum modulo 32 would not do: no weights find both every wrong character and every swap there, since
// values 16 apart look alike to any even difference of weights. In the field each weight has an inverse and
// any two of up to 31 places differ in weight, so that every single wrong character and every swap of two
// characters, neighbours or not, is found. A test tries them all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

inline constexpr std::string_view kCodeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The code and its check character. REQUIRES: characters of kCodeAlphabet, at most 30.
std::string with_check_character(std::string_view code);

// True for `length` characters of the alphabet and their right check character, length + 1 in all.
bool is_code(std::string_view text, std::size_t length);

// The code as people read it: upper case, in groups of four with a plain space between, which copies as it is seen and lets
// a narrow phone break the line between groups. A ticket's code is stored as crypto::random_token made it and printed so.
std::string print_code(std::string_view code);

// What a person typed or a scanner read, as it should be: upper case, no spaces or hyphens, O for 0, I and L for 1.
std::string normalise_code(std::string_view typed);

}  // namespace base
