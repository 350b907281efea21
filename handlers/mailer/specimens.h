// One row's data of each kind, with everything that may stand in it: the kinds' format by example.
// The start writes every mail from them once (letter.h), `mailer --specimens` files them as .eml.
#pragma once

namespace mailer {

inline constexpr const char* kConfirmationSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
  "created_utc": "2026-11-22T12:30:00.000Z", "state": "paid", "first_name": "Åsa-Maija", "total_cents": 24290,
  "lines": [
    {"kind": "product", "code": "swim-ticket/-", "name": "Uimahallin kertalippu", "detail": "su 6.12.2026 klo 18.00–20.00, aikuinen",
     "quantity": 2, "unit_cents": 750, "total_cents": 1500, "vat_per_mille": 135, "vat_reason": "", "withdrawal": "none_dated_leisure",
     "begin_now": false, "appeal": "", "delivery_kind": "email", "delivery_name": "Sähköpostiin", "delivery_detail": "Lippu tulee sähköpostiisi muutamassa minuutissa maksun jälkeen."},
    {"kind": "product", "code": "gym-year/-", "name": "Kuntosalin vuosikortti", "detail": "aikuinen",
     "quantity": 1, "unit_cents": 16000, "total_cents": 16000, "normal_cents": 20000, "reduction": "Syysalennus", "vat_per_mille": 135, "vat_reason": "", "withdrawal": "service_14d",
     "begin_now": true, "appeal": "", "delivery_kind": "email", "delivery_name": "Sähköpostiin", "delivery_detail": ""},
    {"kind": "product", "code": "gym-ten/-", "name": "Kuntosalin kymppikortti", "detail": "",
     "quantity": 1, "unit_cents": 2100, "total_cents": 2100, "vat_per_mille": 135, "vat_reason": "", "withdrawal": "service_14d",
     "begin_now": false, "appeal": "", "delivery_kind": "none", "delivery_name": "", "delivery_detail": ""},
    {"kind": "product", "code": "mug/blue", "name": "Kahvimuki <Lehto & ranta>", "detail": "sininen",
     "quantity": 1, "unit_cents": 1200, "total_cents": 1200, "vat_per_mille": 255, "vat_reason": "", "withdrawal": "goods_14d",
     "begin_now": false, "appeal": "", "delivery_kind": "post", "delivery_name": "Posti", "delivery_detail": "Lähetämme tilauksen Suomeen 2–5 arkipäivässä."},
    {"kind": "product", "code": "map/-", "name": "Lähiluonnon kartta, tiedosto", "detail": "",
     "quantity": 1, "unit_cents": 200, "total_cents": 200, "vat_per_mille": 255, "vat_reason": "", "withdrawal": "digital",
     "begin_now": true, "appeal": "", "delivery_kind": "email", "delivery_name": "Sähköpostiin", "delivery_detail": ""},
    {"kind": "product", "code": "map-2/-", "name": "Historiallinen kartta, tiedosto", "detail": "",
     "quantity": 1, "unit_cents": 200, "total_cents": 200, "vat_per_mille": 255, "vat_reason": "", "withdrawal": "digital",
     "begin_now": false, "appeal": "", "delivery_kind": "email", "delivery_name": "Sähköpostiin", "delivery_detail": ""},
    {"kind": "product", "code": "permit/-", "name": "Maa-aineslupa", "detail": "",
     "quantity": 1, "unit_cents": 2500, "total_cents": 2500, "vat_per_mille": null, "vat_reason": "Veroton viranomaismaksu",
     "withdrawal": "none_statutory", "begin_now": false, "appeal": "Voit vaatia maksuun oikaisua 14 päivän kuluessa ympäristölautakunnalta.",
     "delivery_kind": "none", "delivery_name": "", "delivery_detail": ""},
    {"kind": "delivery", "code": "post", "name": "Posti", "detail": "", "quantity": 1, "unit_cents": 590, "total_cents": 590,
     "vat_per_mille": 255, "vat_reason": "", "withdrawal": "goods_14d", "begin_now": false, "appeal": "",
     "delivery_kind": "post", "delivery_name": "Posti", "delivery_detail": ""}],
  "vat": [{"per_mille": 255, "reason": "", "gross_cents": 2190, "vat_cents": 445, "base_cents": 1745},
          {"per_mille": 135, "reason": "", "gross_cents": 19600, "vat_cents": 2331, "base_cents": 17269},
          {"per_mille": null, "reason": "Veroton viranomaismaksu", "gross_cents": 2500, "vat_cents": 0, "base_cents": 2500}],
  "receipt": {"number": "2026-000123", "url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs/kuitti",
              "issued_utc": "2026-11-22T12:31:00.000Z", "provider": "OP", "transaction_id": "5770642a-9a02-4ca2-8eaa-cc6260a78eb6",
              "reference": "20260 00011"},
  "tickets": [{"code": "0h3k9w2mzq7v5t8rnx4c6pjdye", "url": "http://localhost/fi/lippu/0h3k9w2mzq7v5t8rnx4c6pjdye", "name": "Uimahallin kertalippu", "detail": "aikuinen", "holder_name": "",
               "valid_from_utc": "2026-12-06T16:00:00.000Z", "valid_until_utc": "2026-12-06T18:00:00.000Z"},
              {"code": "1h3k9w2mzq7v5t8rnx4c6pjdye", "name": "Kuntosalin vuosikortti", "detail": "", "holder_name": "Åsa-Maija Öhman",
               "valid_from_utc": null, "valid_until_utc": "2027-11-22T21:59:00.000Z"},
              {"code": "2h3k9w2mzq7v5t8rnx4c6pjdye", "name": "Kuntosalin kymppikortti", "detail": "", "holder_name": "",
               "valid_from_utc": "2026-12-06T22:00:00.000Z", "valid_until_utc": null}]
})json";

// payment_delayed needs no received_cents. In overpaid it is the payment that was too much.
inline constexpr const char* kPaymentSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
  "first_name": "Åsa-Maija", "received_cents": 4500, "total_cents": 4500})json";

// about: benefit (an employee benefit that may not pay the order), or nothing.
inline constexpr const char* kReviewSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
  "first_name": "Åsa-Maija", "received_cents": 4500, "total_cents": 4500, "about": "benefit"})json";

inline constexpr const char* kPayLinkSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
  "first_name": "Åsa-Maija", "total_cents": 4500, "to_pay_cents": 1500, "until_utc": "2026-11-23T12:30:05.000Z"})json";

// lines_stated: one line of text each; order_url only where the person has shown to know the order's link.
inline constexpr const char* kWithdrawalSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "name": "Åsa-Maija Öhman", "order_number": "T4W8ZC2NR", "email": "asa.ohman@example.org",
  "lines_stated": "1 × Kahvimuki\n1 × Kuntosalin vuosikortti", "received_utc": "2026-11-22T12:30:05.000Z",
  "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs"})json";

inline constexpr const char* kDeclinedSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "name": "Åsa-Maija Öhman", "order_number": "T4W8ZC2NR", "received_utc": "2026-11-22T12:30:05.000Z",
  "words": "Lipulla on päivä, ja sellaisessa vapaa-ajan palvelussa ei ole peruuttamisoikeutta."})json";

// about: under_way, made, to_card, outside, otherwise, free, declined, called_off, called_off_free and called_off_unpaid (with item). A payment that had no receipt has no credit receipt: receipt_number and receipt_url are empty.
inline constexpr const char* kRefundSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
  "first_name": "Åsa-Maija", "total_cents": 4500, "about": "made", "refund_cents": 1200, "receipt_number": "2026-000124",
  "receipt_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs/kuitti"})json";

// about: ready, sent.
inline constexpr const char* kDeliverySpecimen = R"json({
  "case_code": "K7M2Q9XHP", "order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
  "first_name": "Åsa-Maija", "total_cents": 4500, "about": "ready", "way": "Nouto pääkirjastosta", "detail": "Kirjastokatu 1, ma–pe 9–20",
  "items": [{"quantity": 2, "name": "Kahvimuki <Lehto & ranta>, sininen"}]})json";

inline constexpr const char* kLinksSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "orders": [
    {"order_number": "T4W8ZC2NR", "order_url": "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs",
     "created_utc": "2026-11-22T12:30:00.000Z", "total_cents": 4500},
    {"order_number": "R2N8ZC4WT", "order_url": "http://localhost/fi/tilaus/1123456789abcdefghjkmnpqrs",
     "created_utc": "2026-11-20T08:05:00.000Z", "total_cents": 0}],
  "sign_ups": [{"activity": "Uimakoulu alkeet", "page_url": "http://localhost/fi/ilmoittautuminen/0123456789abcdefghjkmnpqrs", "created_utc": "2026-11-21T09:00:00.000Z"}]})json";

inline constexpr const char* kRegistrationSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "number": "K7M2Q9XHP", "about": "confirmed", "until_utc": "2027-05-31T20:59:00.000Z", "refund_cents": 0, "words": "", "page_url": "http://localhost/fi/ilmoittautuminen/0123456789abcdefghjkmnpqrs", "activity": "Uimakoulu alkeet",
  "session": "Aamuryhmä", "starts_utc": "2027-06-07T06:00:00.000Z", "ends_utc": "2027-06-11T07:00:00.000Z", "place": "Rantalan uimahalli", "address": "Uimarinkatu 3",
  "cancel_until_utc": "2027-05-31T20:59:00.000Z", "seats": 2})json";

inline constexpr const char* kDigestSpecimen = R"json({
  "case_code": "K7M2Q9XHP", "date": "2026-11-22", "items": [
    {"kind": "paid_no_stock", "count": 1, "cases": ["AAAAAAAA1"]}, {"kind": "overpaid", "count": 2, "cases": ["AAAAAAAA2", "AAAAAAAA3"]},
    {"kind": "needs_review", "count": 1, "cases": []}, {"kind": "benefit_refused", "count": 1, "cases": []}, {"kind": "sum_differs", "count": 1, "cases": ["AAAAAAAA4"]}, {"kind": "unknown_payment", "count": 1, "cases": []},
    {"kind": "withdrawal", "count": 3, "cases": []}, {"kind": "withdrawal_unmatched", "count": 1, "cases": []},
    {"kind": "mail_dead", "count": 1, "cases": []}]})json";

}  // namespace mailer
