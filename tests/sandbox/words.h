#pragma once
// The texts of the payment page in Finnish, Swedish and English.
#include <string>
#include <string_view>

namespace sandbox {

struct Words {
  const char* lang;  // of the html element
  const char* title;
  const char* test;  // that no money moves
  const char* amount;
  const char* reference;
  const char* choose;
  const char* cancel_all;
  const char* confirm;  // heading of the second step; "%" stands for the method
  const char* confirm_text;
  const char* approve;
  const char* cancel;
  const char* pending;
  const char* back;
  const char* state;  // heading of a payment that is over or waits
  const char* state_ok;
  const char* state_fail;
  const char* state_waiting;
  const char* to_shop;
  const char* gone;  // no such payment
  const char* gone_text;
};

// By FI, SV or EN; others give Finnish.
const Words& words(std::string_view language);

// "45,00 €", "45,00 €", "€45.00", with no-break spaces.
std::string money(std::int64_t cents, std::string_view language);

}  // namespace sandbox
