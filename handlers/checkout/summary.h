// "Tilauksesi": the lines and sums beside a form.
#pragma once

#include "checkout/app.h"
#include "checkout/basket.h"
#include "lib/orders/order.h"
#include "lib/view/view.h"

namespace checkout {

// For the page Details: summary_lines (name, detail, sum), summary_total.
view::Object basket_summary(const Call& call, const Basket& basket);

// Order lines as the review, the order's page and the receipt show them: line_no, name, detail, quantity, unit_price, sum, taxed, vat,
// withdrawal, begin, appeal, delivery, holders.
view::List line_views(const Call& call, const std::vector<orders::Line>& lines);
// VAT by rate: taxed, rate (of an exempt row: its reason), net, vat, gross.
view::List vat_views(const Call& call, const std::vector<orders::VatRow>& rows);
// Words that were stored are in the language `stored`: in_other_lang, words_lang, for their lang attribute (WCAG 3.1.2).
view::Object language_of(const Call& call, base::Lang stored);
// What partials/order_lines.html and order_sums.html want: lines, vat_rows, products_sum, delivery_sum, total, by_cards, cards_sum, online_sum, language_of.
// `cards`: what gift cards pay.
view::Object order_sums(const Call& call, const std::vector<orders::Line>& lines, base::Lang stored, base::Cents cards);

}  // namespace checkout
