#!/usr/bin/python3
"""Goal: an order's page says in three languages how the order stands and offers what can be done with it, to whoever has its link."""
import html
import re
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed, texts


def setUpModule():
    global bed, words
    bed = CheckoutBed()
    words = texts("errors")


def tearDownModule():
    bed.close()


class OrderPages(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()
        self.visitor.add(shop.MUG)
        self.visitor.fill_details()
        self.token = self.visitor.order().location.rsplit("/", 1)[1]

    def test_an_unpaid_order_offers_payment_and_cancelling(self):
        page = self.visitor.get("/fi/tilaus/" + self.token)
        self.assertIn("/fi/maksu/" + self.token, page.text)
        form = page.form(f"/fi/tilaus/{self.token}/peru")["fields"]
        self.assertEqual(self.visitor.post(f"/fi/tilaus/{self.token}/peru", form).location, "/fi/tilaus/" + self.token)
        self.visitor.post(f"/fi/tilaus/{self.token}/peru", form)
        self.assertEqual(bed.count("cancel_requests"), 1)
        self.assertEqual(bed.one("SELECT state FROM orders"), "pending", "checkout asks; payments does")

    def test_a_cancelling_that_came_to_nothing_leaves_the_order_payable(self):
        form = self.visitor.get("/fi/tilaus/" + self.token).form(f"/fi/tilaus/{self.token}/peru")["fields"]
        self.visitor.post(f"/fi/tilaus/{self.token}/peru", form)
        self.assertNotIn("/fi/maksu/" + self.token, self.visitor.get("/fi/tilaus/" + self.token).text)
        bed.sql("UPDATE cancel_requests SET done_utc = requested_utc")
        self.assertIn("/fi/maksu/" + self.token, self.visitor.get("/fi/tilaus/" + self.token).text)

    def test_a_paid_order_cannot_be_cancelled(self):
        form = self.visitor.get("/fi/tilaus/" + self.token).form(f"/fi/tilaus/{self.token}/peru")["fields"]
        bed.sql("UPDATE orders SET state = 'paid', settled_utc = created_utc, fulfilled_utc = created_utc")
        self.assertEqual(self.visitor.post(f"/fi/tilaus/{self.token}/peru", form).status, 303)
        self.assertEqual(bed.count("cancel_requests"), 0)
        self.assertNotIn(f"/fi/tilaus/{self.token}/peru\"", self.visitor.get("/fi/tilaus/" + self.token).text)

    def test_every_state_has_its_words_in_three_languages(self):
        """State of the order, its attempts' states and outcomes, is cancelling asked for: and the title that the page has then."""
        cases = [("pending", [], False, "pending"), ("pending", [], True, "cancelling"), ("pending", ["new none"], False, "pending"),
                 ("pending", ["fail none"], False, "payment_failed"), ("pending", ["refused none"], False, "payment_failed"),
                 ("pending", ["unknown none"], False, "payment_unknown"), ("pending", ["unknown none", "fail none"], False, "payment_failed"),
                 ("pending", ["fail none", "unknown none"], False, "payment_unknown"), ("pending", ["fail none", "pending none"], False, "payment_pending"),
                 ("pending", ["pending none"], True, "payment_pending"), ("pending", ["ok needs_review"], False, "needs_review"),
                 ("paid", ["ok settled"], False, "paid"), ("paid", ["fail none", "ok settled"], True, "paid"), ("paid", ["ok settled", "ok overpaid"], False, "overpaid"),
                 ("paid_no_stock", ["ok no_stock"], False, "paid_no_stock"), ("confirmed", [], False, "confirmed"),
                 ("cancelled", [], True, "cancelled"), ("cancelled", ["fail none"], True, "cancelled"), ("cancelled", ["ok needs_review"], False, "needs_review"),
                 ("expired", [], False, "expired"), ("expired", ["fail none"], False, "expired"), ("expired", ["unknown none"], False, "expired"),
                 ("expired", ["pending none"], False, "payment_pending"), ("expired", ["ok needs_review"], False, "needs_review")]
        titles = texts("order")
        for state, attempts, cancelling, key in cases:
            bed.sql("DELETE FROM payment_attempts; DELETE FROM cancel_requests;"
                    f"UPDATE orders SET state = '{state}', settled_utc = created_utc, fulfilled_utc = created_utc;" +
                    "".join("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, outcome, created_utc) "
                            f"SELECT id, '{n:026}', '1', reference, total_cents, '{how.split()[0]}', '{how.split()[1]}', created_utc FROM orders;" for n, how in enumerate(attempts)) +
                    ("INSERT INTO cancel_requests (order_id, requested_utc) SELECT id, created_utc FROM orders;" if cancelling else ""))
            for lang, path in (("fi", "/fi/tilaus/"), ("sv", "/sv/bestallning/"), ("en", "/en/order/")):
                page = self.visitor.get(path + self.token)
                shown = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
                self.assertEqual((page.status, html.unescape(shown.group(1))), (200, titles[lang][key + "_title"]), (state, attempts, cancelling, lang))

    def test_a_payment_that_needs_a_review_is_told_as_it_is_until_its_money_went_back(self):
        titles = texts("order")["fi"]
        shown = lambda: (lambda text: (html.unescape(re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S).group(1)), f"/fi/maksu/{self.token}" in text, f"/fi/tilaus/{self.token}/peru\"" in text))(self.visitor.get("/fi/tilaus/" + self.token).text)
        bed.sql("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, outcome, received_cents, created_utc) SELECT id, REPEAT('7', 26), '1', reference, total_cents, 'ok', 'needs_review', 500, created_utc FROM orders")
        self.assertEqual(shown(), (titles["needs_review_title"], False, False))
        bed.sql("INSERT INTO order_events (order_id, at_utc, event, detail) SELECT id, NOW(3), 'benefit_not_allowed', 'epassi' FROM orders")
        self.assertEqual(shown(), (titles["needs_review_title"], False, False), "a benefit that was refused before is another payment")
        bed.sql("UPDATE payment_attempts SET amount_cents = received_cents")
        self.assertEqual(shown(), (titles["benefit_refused_title"], False, False))
        for number, cents in enumerate((300, 200)):
            bed.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state) SELECT order_id, id, {cents}, 'sum_differs', NOW(3), 'taken' FROM payment_attempts;"
                    f"INSERT INTO refunds (request_id, attempt_id, stamp, cents, state, created_utc) SELECT LAST_INSERT_ID(), id, REPEAT('{number}', 26), {cents}, 'ok', NOW(3) FROM payment_attempts")
            self.assertEqual(shown()[1:], (number == 1, number == 1), "a part is not all")
        self.assertEqual(shown()[0], titles["pending_title"])

    def test_the_last_attempt_to_pay_is_what_the_page_tells_of(self):
        attempt = ("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, created_utc, next_poll_utc) "
                   "SELECT id, '{stamp}', 'x', reference, total_cents, '{state}', created_utc, NULL FROM orders")
        path = "/fi/tilaus/" + self.token
        failed, waiting = "Maksu ei onnistunut", "odottaa maksua"
        bed.sql(attempt.format(stamp="1" * 26, state="fail"))
        self.assertIn(failed, self.visitor.get(path).text)
        bed.sql(attempt.format(stamp="2" * 26, state="new"))
        self.assertNotIn(failed, self.visitor.get(path).text, "a payment page is open")
        self.assertIn(waiting, self.visitor.get(path).text)

    def test_a_wrong_method_names_the_right_ones(self):
        paths = self.visitor.paths
        for method, path, allow in (("POST", paths["review"], "GET, HEAD"), ("DELETE", paths["details"], "GET, HEAD, POST"),
                                    ("PUT", paths["cart"], "GET, HEAD"), ("POST", "/fi/tilaus/" + self.token, "GET, HEAD")):
            page = self.visitor.request(method, path)
            self.assertEqual((page.status, page.header("Allow")), (405, allow), (method, path))
            self.assertIn(words["fi"]["p405_title"], page.text)

    def test_head_tells_the_length_of_the_page_and_sends_none_of_it(self):
        for path in ("/fi/tilaus/" + self.token, "/fi/tilaus/" + "0" * 26):
            page, head = self.visitor.get(path), self.visitor.request("HEAD", path)
            self.assertEqual((head.status, head.text), (page.status, ""))
            self.assertEqual(head.header("Content-Length"), page.header("Content-Length"))
            self.assertEqual(int(page.header("Content-Length")), len(page.text.encode()))

    def test_wrong_links_are_not_found_in_words(self):
        for path in ("/fi/tilaus/" + "0" * 26, "/fi/tilaus/x", "/sv/bestallning/" + self.token[:-1], "/en/order/" + self.token + "x", "/fi/tilaus/%00", "/fi/kassa", "/xx/y",
                     "/fi/tilaus/" + self.token + "/kuitti", "/fi/tilaus/" + self.token.upper()):
            page = self.visitor.get(path)
            self.assertEqual(page.status, 404, path)
            self.assertIn("<html lang=", page.text)

    def test_pages_are_never_stored_and_say_noindex(self):
        page = self.visitor.get("/fi/tilaus/" + self.token)
        self.assertEqual(page.header("Cache-Control"), "no-store")
        self.assertIn('name="robots" content="noindex"', page.text)

    def test_a_database_that_is_gone_is_a_calm_page_and_the_basket_stays(self):
        self.visitor.add(shop.MUG)
        cart = self.visitor.cookies["__Host-cart"]
        bed.stop("db")
        try:
            for path in ("/fi/ostoskori", "/fi/kassa/tiedot", "/fi/tilaus/" + self.token):
                page = self.visitor.get(path)
                self.assertEqual(page.status, 503, path)
                self.assertIn(words["fi"]["p503_title"], page.text)
            self.assertEqual(self.visitor.cookies["__Host-cart"], cart)
        finally:
            bed.start_database()
        self.assertEqual(self.visitor.get("/fi/ostoskori").status, 200, "it comes back by itself")


PATHS = {"fi": "/fi/tilaus/", "sv": "/sv/bestallning/", "en": "/en/order/"}


class AfterTheSale(unittest.TestCase):
    """What a paid order's page says once some of it isn't so any more."""

    def setUp(self):
        bed.reset()
        self.say, self.visitor = texts("order"), bed.visitor()

    def paid(self, variant, group="everyone", quantity=1, outcome="settled", state="paid"):
        self.token = self.visitor.buy(variant, group, quantity)
        bed.sql(f"UPDATE orders SET state = '{state}', settled_utc = created_utc, fulfilled_utc = created_utc")
        self.attempt("1", "settled" if outcome == "overpaid" else outcome)
        if outcome == "overpaid":
            self.attempt("2", outcome)

    def attempt(self, number, outcome):
        bed.sql("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, outcome, received_cents, created_utc) "
                f"SELECT id, REPEAT('{number}', 26), '1', reference, total_cents, 'ok', '{outcome}', total_cents, created_utc FROM orders")

    def ticket(self, number, **columns):
        row = {"code": f"REPEAT('{number}', 26)", "line_no": 1, "unit_no": number, "product_id": shop.CONCERT, "variant_id": shop.CONCERT, "issued_utc": "UTC_TIMESTAMP(3)", "uses_max": 1,
               "valid_from_utc": f"'{shop.COMING}-06-15 16:00:00'", "valid_until_utc": f"'{shop.COMING}-06-15 18:00:00'", **columns}
        bed.sql(f"INSERT INTO tickets (order_id, {', '.join(row)}) SELECT id, {', '.join(map(str, row.values()))} FROM orders")

    def refund(self, cents, quantity=None, number="0", state="ok"):
        """Of the last payment; where it has a receipt, of so many units of the order's first line."""
        bed.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state) SELECT order_id, id, {cents}, 'mistake', NOW(3), 'taken' FROM payment_attempts ORDER BY id DESC LIMIT 1;"
                + (f"INSERT INTO refund_request_lines (request_id, line_no, quantity, cents) VALUES (LAST_INSERT_ID(), 1, {quantity}, {cents});" if quantity is not None else "")
                + f"INSERT INTO refunds (request_id, attempt_id, stamp, cents, state, created_utc) SELECT MAX(r.id), MAX(a.id), REPEAT('{number}', 26), {cents}, '{state}', NOW(3) FROM refund_requests r, payment_attempts a")

    def shown(self, lang="fi"):
        page = self.visitor.get(PATHS[lang] + self.token)
        self.assertEqual(page.status, 200)
        return html.unescape(page.text)

    def test_a_ticket_that_lets_nobody_in_says_why_and_is_not_to_be_shown(self):
        tickets = texts("ticket")
        cases = [("refunded", "refunded_words", {"refund_id": 1}), ("used", "used", {"uses": 1}), ("over", "over_words", {"valid_from_utc": "'2026-01-01 16:00:00'", "valid_until_utc": "'2026-01-01 18:00:00'"}),
                 ("called_off", "called_off_words", {"variant_id": shop.CHILD_ONLY})]
        self.paid(shop.CONCERT, "adult", 2)
        bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) VALUES ({shop.CHILD_ONLY}, 'Sairaana', 1, UTC_TIMESTAMP(3))")
        codes = lambda page: re.findall(r'class="ticket-code">.*?</span>([0-9 ]+)<', page)
        for title, words, columns in cases:
            for lang, texts_of in tickets.items():
                with self.subTest(title=title, lang=lang):
                    bed.sql("DELETE FROM tickets")
                    self.ticket(1, **columns)
                    page = self.shown(lang)
                    self.assertIn(f"<strong>{texts_of[title]}.</strong>", page)
                    self.assertIn(texts_of[words], page)
                    self.assertEqual(codes(page), [])
                    for invitation in ("next_tickets", "tickets_words"):
                        self.assertNotIn(self.say[lang][invitation], page)
            self.ticket(2)
            page = self.shown()
            self.assertEqual(codes(page), ["2222 2222 2222 2222 2222 2222 22"], "the other of the same order is shown")
            self.assertIn(self.say["fi"]["next_tickets"], page)

    def test_when_a_ticket_was_used_is_told_as_on_its_own_page(self):
        self.paid(shop.CONCERT, "adult")
        self.ticket(1, uses=1)
        bed.sql("SET FOREIGN_KEY_CHECKS = 0; INSERT INTO ticket_uses (ticket_id, request_hash, no, finding, used_utc, written_utc, place, staff_id) SELECT id, UNHEX(REPEAT('01', 32)), 1, 'valid', '2026-05-01 10:00:00', '2026-05-01 10:00:00', 'Ovi', 1 FROM tickets")
        self.assertIn("The ticket was used Fri 1 May 2026, 13:00.", self.shown("en"))

    def test_goods_that_came_back_are_neither_collected_nor_sent(self):
        self.paid(shop.MUG, quantity=2)
        bed.sql("UPDATE order_lines SET delivery_code = 'collect', delivery_kind = 'collect' WHERE line_no = 1")
        way = lambda kind: [self.say[lang]["next_" + kind] in self.shown(lang) for lang in PATHS]
        for number, (quantity, state) in enumerate(((0, "ok"), (1, "ok"), (1, "pending"))):
            self.refund(100, quantity, str(number), state)
            self.assertEqual(way("collect"), [True] * 3, "one of them is still to be handed out")
        bed.sql("UPDATE order_lines SET delivery_kind = 'post' WHERE line_no = 1")
        self.assertEqual(way("post"), [True] * 3)
        bed.sql("UPDATE refunds SET state = 'ok'")
        self.assertEqual(way("post") + way("collect") + way("mail"), [False] * 9)

    def test_an_extra_or_late_payment_that_went_back_is_told_so(self):
        for outcome, state, key, promise in (("overpaid", "paid", "overpaid", "next_overpaid"), ("no_stock", "paid_no_stock", "paid_no_stock", "next_no_stock")):
            bed.reset()
            self.visitor = bed.visitor()
            self.paid(shop.MUG, outcome=outcome, state=state)
            total = int(bed.one("SELECT total_cents FROM orders"))
            told = lambda lang: (lambda page: (re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S).group(1), self.say[lang][promise] in page))(self.shown(lang))
            self.refund(total - 100)
            for lang in PATHS:
                self.assertEqual(told(lang), (self.say[lang][key + "_title"], True), "a part is not all")
            self.refund(100, number="1")
            for lang in PATHS:
                self.assertEqual(told(lang), (self.say[lang][key + "_back_title"], False))
        self.assertIn(self.say["fi"]["next_order_again"], self.shown())


if __name__ == "__main__":
    unittest.main()
