#include "words.h"

#include <cstdlib>

namespace sandbox {
namespace {

constexpr Words kFi = {
    "fi", "Maksaminen", "Tämä on harjoitusmaksu. Rahaa ei siirry.", "Maksettavaa", "Viitenumero", "Valitse maksutapa", "Peruuta ja palaa kauppaan",
    "Maksutapa: %", "Tarkista summa ja hyväksy maksu.", "Hyväksy maksu", "Peruuta maksu", "Jätä maksu odottamaan", "Vaihda maksutapaa", "Maksun tila",
    "Maksu on maksettu. Sitä ei veloiteta uudelleen.", "Maksu on peruutettu. Rahaa ei veloitettu.", "Maksu odottaa vahvistusta.", "Palaa kauppaan",
    "Maksua ei löydy", "Osoite on vanhentunut tai väärin kirjoitettu. Palaa kauppaan ja aloita maksaminen uudelleen."};

constexpr Words kSv = {
    "sv", "Betalning", "Det här är en övningsbetalning. Inga pengar flyttas.", "Att betala", "Referensnummer", "Välj betalningssätt", "Avbryt och gå tillbaka till butiken",
    "Betalningssätt: %", "Kontrollera summan och godkänn betalningen.", "Godkänn betalningen", "Avbryt betalningen", "Låt betalningen vänta", "Byt betalningssätt", "Betalningens status",
    "Betalningen är betald. Den debiteras inte på nytt.", "Betalningen har avbrutits. Inga pengar debiterades.", "Betalningen väntar på bekräftelse.", "Tillbaka till butiken",
    "Betalningen hittades inte", "Adressen är föråldrad eller felskriven. Gå tillbaka till butiken och börja betalningen på nytt."};

constexpr Words kEn = {
    "en", "Payment", "This is a practice payment. No money moves.", "To pay", "Reference number", "Choose how to pay", "Cancel and return to the shop",
    "Payment method: %", "Check the sum and approve the payment.", "Approve the payment", "Cancel the payment", "Leave the payment pending", "Choose another method", "State of the payment",
    "The payment has been paid. You will not be charged again.", "The payment was cancelled. You were not charged.", "The payment waits for confirmation.", "Return to the shop",
    "Payment not found", "The address is out of date or mistyped. Return to the shop and start the payment again."};

}  // namespace

const Words& words(std::string_view language) { return language == "SV" ? kSv : language == "EN" ? kEn : kFi; }

std::string money(std::int64_t cents, std::string_view language) {
  const bool english = language == "EN";
  auto euros = std::to_string(std::abs(cents) / 100);
  const auto rest = std::to_string(100 + std::abs(cents) % 100).substr(1);
  for (int at = static_cast<int>(euros.size()) - 3; at > 0; at -= 3) euros.insert(static_cast<std::size_t>(at), english ? "," : "\u00A0");
  const std::string sign = cents < 0 ? "-" : "";
  return english ? sign + "€" + euros + "." + rest : sign + euros + "," + rest + "\u00A0€";
}

}  // namespace sandbox
