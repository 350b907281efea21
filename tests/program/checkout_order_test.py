#!/usr/bin/python3
"""Goal: one form makes one order, whatever is clicked, repeated or raced (P16); sums are whole cents (P17); stock is never oversold."""
import concurrent.futures
import re
import subprocess
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed
from commit_eater import CommitEater
from visitor import PERSON


def setUpModule():
    global bed
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


def together(calls, workers=20):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return [f.result() for f in [pool.submit(call) for call in calls]]


class Orders(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()

    def ready(self, variant=shop.MUG, group="everyone", quantity=1, visitor=None, **details):
        """A visitor at the review; the form's fields."""
        visitor = visitor or self.visitor
        visitor.add(variant, group, quantity)
        filled = visitor.fill_details(**details)
        self.assertEqual(filled.location, visitor.paths["review"], filled)
        return visitor.review()

    # --- P16 ---

    def test_the_same_form_twice_is_one_order(self):
        fields = self.ready(quantity=2)
        first = self.visitor.order(fields)
        self.assertEqual(first.status, 303)
        self.assertTrue(first.location.startswith("/fi/maksu/"))
        self.assertEqual(self.visitor.order(fields).location, first.location)
        self.assertEqual(bed.count("orders"), 1)
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "8")

    def test_twenty_posts_at_once_are_one_order(self):
        for variant, leads_to in ((shop.MUG, "/fi/maksu/"), (shop.FREE, "/fi/tilaus/")):
            bed.reset()
            visitor = bed.visitor()
            fields = self.ready(variant, visitor=visitor)
            cookies = dict(visitor.cookies)

            def post():
                twin = bed.visitor()
                twin.cookies = dict(cookies)
                return twin.order(fields)
            answers = together([post] * 20)
            self.assertEqual({a.status for a in answers}, {303}, answers)
            self.assertEqual(len({a.location for a in answers}), 1)
            self.assertTrue(answers[0].location.startswith(leads_to))
            self.assertEqual(bed.count("orders"), 1)
            self.assertEqual(bed.count("order_lines"), 1)
            self.assertEqual(bed.count("order_events", "event = 'ordered'"), 1)

    def test_two_tabs_with_the_same_review_are_one_order(self):
        first, second = self.ready(), self.visitor.review()
        placed = self.visitor.order(first)
        self.assertEqual(placed.status, 303)
        self.assertEqual(self.visitor.order(second).location, placed.location)
        self.assertEqual(bed.count("orders"), 1)
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "9", "one hold")

    def test_a_tab_whose_cart_or_details_changed_is_told_of_the_order_that_stands(self):
        for lang, words in (("fi", "Olet jo tilannut"), ("sv", "Du har redan beställt"), ("en", "You have already ordered")):
            bed.reset()
            visitor = bed.visitor(lang)
            early = self.ready(visitor=visitor)
            visitor.add(shop.TWO_AT_MOST)
            visitor.fill_details(first_name="Oiva")
            late = visitor.review()
            token = visitor.order(late).location.rsplit("/", 1)[1]
            page = visitor.order(early)
            self.assertEqual(page.status, 409)
            self.assertIn(words, page.text)
            self.assertIn(visitor.paths["order_page"] + token, page.text)
            self.assertRegex(page.text, r'class="case">[^<]*[0-9A-Z]{9}', "a case code")
            self.assertEqual(bed.count("orders"), 1)
            self.assertEqual(bed.count("order_lines"), 2)

    def test_what_stays_in_the_cart_and_what_comes_later_is_a_new_order(self):
        early = self.ready()
        self.visitor.add(shop.TWO_AT_MOST)
        self.visitor.fill_details()
        both = self.visitor.review()
        self.visitor.order(early)
        self.assertEqual(self.visitor.order(both).status, 409, "the mug is ordered")
        self.visitor.fill_details()
        self.assertEqual(self.visitor.order().status, 303)
        self.assertEqual(bed.sql("SELECT code FROM order_lines ORDER BY order_id"), [["p1/-"], ["p11/-"]])
        again = self.visitor.order(self.ready())
        self.assertEqual(again.status, 303)
        self.visitor.add(shop.MUG)
        self.assertEqual(self.visitor.order(early).status, 303, "an old form answers as it did")
        self.assertEqual(self.visitor.cookies.get("__Host-lines"), "1", "and takes nothing out of the new cart")
        self.assertEqual(bed.count("orders"), 3)

    def test_a_cart_whose_orders_answer_was_lost_is_told_once_and_can_be_ordered_again(self):
        fields, cookies = self.ready(), dict(self.visitor.cookies)
        self.visitor.order(fields)
        self.visitor.cookies = cookies  # the answer never came
        self.visitor.add(shop.MUG)
        self.assertEqual(self.visitor.order().status, 409)
        self.assertEqual(self.visitor.cookies["__Host-lines"], "1")
        self.assertEqual(self.visitor.order().status, 303, "who has been told may still want it")
        self.assertEqual(bed.sql("SELECT quantity FROM order_lines ORDER BY order_id"), [["1"], ["2"]])

    def test_an_order_that_stands_answers_though_prices_and_stock_changed_since(self):
        fields = self.ready()
        first = self.visitor.order(fields)
        bed.sql(f"UPDATE prices SET cents = 9900 WHERE product_id = {shop.MUG}; UPDATE stock SET free = 0 WHERE variant_id = {shop.MUG}")
        self.assertEqual(self.visitor.order(fields).location, first.location)

    def test_what_is_ordered_is_what_was_shown_whatever_happened_in_another_tab(self):
        fields = self.ready()
        self.visitor.add(shop.TWO_AT_MOST)
        self.visitor.order(fields)
        self.assertEqual(bed.sql("SELECT code FROM order_lines"), [["p1/-"]])

    def test_the_reviews_form_cannot_be_altered(self):
        fields = self.ready()
        shown = fields["shown"]
        altered = shown[:40] + ("B" if shown[40] == "A" else "A") + shown[41:]
        for name, value in (("shown", altered), ("shown", ""), ("shown", self.visitor.cookies["__Host-details"]), ("shown", self.visitor.cookies["__Host-cart"])):
            self.assertEqual(self.visitor.order({**fields, name: value}).status, 400, name)
        self.assertEqual(bed.count("orders"), 0)

    def test_terms_and_age_are_asked_and_what_was_ticked_stays(self):
        fields = self.ready(shop.CONCERT, "adult")
        page = self.visitor.order({k: v for k, v in fields.items() if k != "terms"})
        self.assertEqual(page.status, 200)
        again = page.form(self.visitor.paths["order"])
        self.assertEqual(again["fields"].get("age"), "1")
        self.assertNotIn("terms", again["fields"])
        self.assertIn('id="terms-wrong"', page.text)
        self.assertIn("18", self.visitor.order({k: v for k, v in fields.items() if k != "age"}).text)
        self.assertEqual(bed.count("orders"), 0)
        self.assertEqual(self.visitor.order({**again["fields"], "terms": "1"}).status, 303)
        self.assertEqual(bed.one("SELECT age_confirmed FROM orders"), "18")

    def test_minor_value_asks_for_fifteen_years(self):
        self.visitor.order(self.ready(shop.MUG))
        self.assertEqual(bed.one("SELECT age_confirmed FROM orders"), "15")

    # --- P17: sums ---

    def test_a_free_order_is_confirmed_and_never_meets_the_payment(self):
        page = self.visitor.get(self.visitor.paths["review"]) if not self.ready(shop.FREE) else self.visitor.get(self.visitor.paths["review"])
        self.assertRegex(page.text, r">\s*Vahvista tilaus\s*</button>")
        answer = self.visitor.order()
        self.assertTrue(answer.location.startswith("/fi/tilaus/"), answer)
        self.assertEqual(bed.sql("SELECT state, total_cents, settled_utc IS NOT NULL FROM orders"), [["confirmed", "0", "1"]])

    def test_the_buttons_words_and_sums_in_three_languages(self):
        for lang, paid, free, fee in (("fi", "Tilaa ja maksa 45,00\u00a0€", "Vahvista tilaus", "Maksa 45,00\u00a0€"),
                                      ("sv", "Beställ och betala 45,00\u00a0€", "Bekräfta beställningen", "Betala 45,00\u00a0€"),
                                      ("en", "Order and pay €45.00", "Confirm order", "Pay €45.00")):
            for variant, words in ((shop.CARD, paid), (shop.FREE, free), (shop.FEE, fee)):
                visitor = bed.visitor(lang)
                visitor.add(variant)
                holders = {"holder_8_everyone_1": "Aino Mäkelä"} if variant == shop.CARD else {}
                visitor.fill_details(**holders)
                page = visitor.get(visitor.paths["review"])
                self.assertIn(f">{words}</button>", page.text)

    def test_the_dearest_order_that_one_payment_takes(self):
        self.visitor.add(shop.BOAT)
        self.visitor.add(shop.EIGHT_MILLION)
        self.visitor.fill_details()
        self.assertEqual(self.visitor.order().status, 303)
        self.assertEqual(bed.one("SELECT total_cents FROM orders"), "99999998")
        self.visitor.add(shop.BOAT)
        self.visitor.add(shop.EIGHT_MILLION)
        self.visitor.add(shop.FIRST_OF_MANY)
        self.assertEqual(self.visitor.get(self.visitor.paths["details"]).location, "/fi/ostoskori")

    def test_lines_make_the_total_with_delivery_and_rates_as_they_were(self):
        self.visitor.add(shop.MUG, quantity=3)
        self.visitor.add(shop.CONCERT, "child", 2)
        self.visitor.fill_details(delivery_collect_post="post")
        self.visitor.order()
        self.assertEqual(bed.one("SELECT total_cents FROM orders"), str(3 * 1200 + 2 * 1125 + 590))
        self.assertEqual(bed.one("SELECT SUM(quantity * unit_cents) FROM order_lines"), str(3 * 1200 + 2 * 1125 + 590))
        self.assertEqual(bed.sql("SELECT kind, quantity, unit_cents, vat_per_mille, price_group FROM order_lines ORDER BY line_no"),
                         [["product", "3", "1200", "255", "everyone"], ["product", "2", "1125", "135", "child"], ["delivery", "1", "590", "255", "NULL"]])
        bed.sql("UPDATE prices SET cents = 1; UPDATE vat_codes SET per_mille = 300 WHERE code = 'standard' AND valid_to IS NULL")
        self.assertEqual(bed.one("SELECT SUM(quantity * unit_cents) FROM order_lines"), str(3 * 1200 + 2 * 1125 + 590))
        bed.sql("UPDATE vat_codes SET per_mille = 255 WHERE code = 'standard' AND valid_to IS NULL")

    def test_references_numbers_and_tokens(self):
        for _ in range(5):
            visitor = bed.visitor()
            self.ready(shop.TWO_AT_MOST, visitor=visitor)
            visitor.order()
        for number, token, reference in bed.sql("SELECT number, token, reference FROM orders"):
            self.assertRegex(number, r"^[0-9A-Z]{9}$")
            self.assertRegex(token, r"^[0-9a-z]{26}$")
            digits = reference[:-1]
            total = sum(int(d) * (7, 3, 1)[i % 3] for i, d in enumerate(reversed(digits)))
            self.assertEqual(reference[-1], str(-total % 10), "the Finnish reference number's check digit")

    # --- stock ---

    def test_a_price_that_changed_after_the_review_is_told_before_ordering(self):
        fields = self.ready()
        bed.sql(f"UPDATE prices SET cents = 1500 WHERE product_id = {shop.MUG}")
        self.assertEqual(self.visitor.order(fields).location, "/fi/ostoskori")
        self.assertEqual(bed.count("orders"), 0)
        self.assertIn("15,00\u00a0€", self.visitor.get("/fi/ostoskori").text)

    def test_a_price_that_changes_just_before_the_details_are_sent_is_told_before_ordering(self):
        self.visitor.add(shop.TWO_AT_MOST)
        details, review, cart = (self.visitor.paths[name] for name in ("details", "review", "cart"))
        form = self.visitor.get(details).form(details)
        bed.sql(f"UPDATE prices SET cents = cents + 100 WHERE product_id = {shop.TWO_AT_MOST}")
        fields = {**form["fields"], **PERSON, **{name: values[0] for name, values in form["choices"].items()}}
        self.assertEqual(self.visitor.post(details, fields).location, review)
        self.assertEqual(self.visitor.get(review).location, cart)
        self.assertIn("muuttunut", self.visitor.get(cart).text)
        self.assertEqual(self.visitor.order().status, 303, "it has been told")
        self.assertEqual(bed.one("SELECT total_cents FROM orders"), bed.one(f"SELECT cents FROM prices WHERE product_id = {shop.TWO_AT_MOST}"))

    def test_delivery_that_changed_after_the_review_is_told_before_ordering(self):
        for lang, words in (("fi", "Toimitustapa tai sen hinta on muuttunut"), ("sv", "Leveranssättet eller dess pris har ändrats"), ("en", "The delivery or its price has changed")):
            bed.reset()
            visitor = bed.visitor(lang)
            fields = self.ready(visitor=visitor, delivery_collect_post="post")
            bed.sql("UPDATE delivery_ways SET cents = 690 WHERE code = 'post'")
            location = visitor.order(fields).location
            self.assertEqual(location, visitor.paths["cart"] + "?changed=1")
            self.assertIn(words, visitor.get(location).text)
            self.assertEqual(visitor.order().status, 303, "the review shows the new price")
            self.assertEqual(bed.one("SELECT total_cents FROM orders"), "1890")

    def test_somebody_took_the_last_piece_after_the_review(self):
        fields = self.ready(shop.CONCERT, "adult", 2)
        other = bed.visitor()
        other.order(self.ready(shop.CONCERT, "child", 2, visitor=other))
        self.assertEqual(self.visitor.order(fields).location, "/fi/ostoskori")
        self.assertIn("1", re.search(r'id="q_2_adult-wrong">([^<]*)<', self.visitor.get("/fi/ostoskori").text).group(1))
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.CONCERT}"), "1")
        self.assertEqual(bed.count("orders"), 1)

    def test_sixteen_buyers_and_the_last_piece(self):
        bed.sql(f"UPDATE stock SET capacity = 1, free = 1 WHERE variant_id = {shop.MUG}")
        visitors = [bed.visitor() for _ in range(16)]
        forms = [self.ready(visitor=v) for v in visitors]
        answers = together([lambda v=v, f=f: v.order(f) for v, f in zip(visitors, forms)], 16)
        won = [a for a in answers if a.location.startswith("/fi/maksu/")]
        self.assertEqual(len(won), 1, answers)
        self.assertEqual({a.location for a in answers if a not in won}, {"/fi/ostoskori"})
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "0")
        self.assertEqual(bed.count("orders"), 1)

    def test_an_order_of_several_lines_takes_all_or_nothing(self):
        self.visitor.add(shop.MUG, quantity=4)
        fields = self.ready(shop.CONCERT, "adult", 3)
        bed.sql(f"UPDATE stock SET free = 2 WHERE variant_id = {shop.CONCERT}")
        # Past the cart's own look: the guard row decides.
        self.assertEqual(self.visitor.order(fields).location, "/fi/ostoskori")
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "10")
        self.assertEqual(bed.count("orders"), 0)

    def test_crossing_carts_do_not_deadlock_into_an_error(self):
        bed.sql("UPDATE stock SET capacity = 1000, free = 1000")
        visitors, forms = [bed.visitor() for _ in range(16)], []
        for i, visitor in enumerate(visitors):
            for variant, group in ((shop.MUG, "everyone"), (shop.CONCERT, "adult"))[:: 1 if i % 2 else -1]:
                visitor.add(variant, group)
            visitor.fill_details()
            forms.append(visitor.review())
        answers = together([lambda v=v, f=f: v.order(f) for v, f in zip(visitors, forms)], 16)
        self.assertEqual({a.location.rsplit("/", 1)[0] for a in answers}, {"/fi/maksu"}, answers)
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "984")

    # --- faults ---

    def test_killed_before_commit_leaves_nothing_and_the_same_form_orders_after(self):
        for point in ("order.after_insert", "db.before_commit"):
            bed.reset()
            self.visitor = bed.visitor()
            fields = self.ready()
            bed.set_fault(f"{point} exit\n")
            self.assertEqual(self.visitor.order(fields).status, 0)
            bed.children["checkout"].wait(5)
            bed.start_checkout()
            self.assertEqual(bed.count("orders"), 0)
            self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "10")
            self.assertEqual(self.visitor.order(fields).status, 303)

    def test_killed_after_commit_the_same_form_finds_its_order(self):
        for point in ("db.after_commit", "serve.before_answer"):
            bed.reset()
            self.visitor = bed.visitor()
            fields = self.ready()
            bed.set_fault(f"{point} exit\n")
            self.assertEqual(self.visitor.order(fields).status, 0)
            bed.children["checkout"].wait(5)
            bed.start_checkout()
            self.assertEqual(self.visitor.order(fields).status, 303)
            self.assertEqual(bed.count("orders"), 1)
            self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), "9")

    def test_D7_the_answer_to_commit_is_lost(self):
        """200 rounds in which checkout can't know whether the order was made: one order each, no piece taken twice."""
        rounds = 200
        bed.sql("UPDATE stock SET capacity = 1000, free = 1000")
        eater = CommitEater(bed.path("run/eaten.sock"), bed.path("run/db.sock"))
        with open(bed.path("etc/instance.toml")) as file:
            settings = file.read()
        with open(bed.path("etc/eaten.toml"), "w") as file:
            file.write(settings.replace("run/db.sock", "run/eaten.sock"))
        bed.stop("checkout")
        try:
            bed.start_checkout("etc/eaten.toml")
            for i in range(rounds):
                fields = self.ready()
                eater.eat(1)
                answer = self.visitor.order(fields)
                self.assertTrue((answer.location or "").startswith("/fi/maksu/"), (i, answer))
            self.assertEqual(eater.eaten, rounds)
            self.assertEqual(bed.count("orders"), rounds)
            self.assertEqual(bed.count("order_lines"), rounds)
            self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.MUG}"), str(1000 - rounds))
        finally:
            bed.stop("checkout")
            bed.start_checkout()
            eater.close()

    def test_something_thrown_is_a_page_with_a_case_code_and_nothing_ordered(self):
        fields = self.ready()
        bed.set_fault("order.after_insert throw\n")
        page = self.visitor.order(fields)
        self.assertEqual(page.status, 500)
        self.assertRegex(page.text, r"[0-9A-HJ-NP-Z]{9}")
        self.assertEqual(bed.count("orders"), 0)
        self.assertEqual(self.visitor.order(fields).status, 303)


if __name__ == "__main__":
    unittest.main()
