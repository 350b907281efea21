#!/usr/bin/python3
"""Goal: a campaign's price and a discount code make what is shown, ordered, paid, booked and paid back the same to the cent; a code's uses are counted through every end of an order,
and its last use is one buyer's, whoever races for it."""
import concurrent.futures
import datetime
import html
import json
import re
import unittest
import zoneinfo

from payments_bed import wait_until
from payments_orders import broken_invariants
from signup_bed import SWIM, SignupBed, answers

MUG, PLAY, FEE = 50, 51, 52  # goods at 25.5 %, a ticket at 13.5 % with two groups, a statutory fee
CODES = {"fi": "/fi/ostoskori/koodi", "sv": "/sv/varukorg/kod", "en": "/en/cart/code"}


def setUpModule():
    global bed
    bed = SignupBed()
    for number, code, kind, vat, more, cents in ((MUG, "mug", "goods", "standard", "", 1200), (PLAY, "play", "ticket", "reduced", "", 640), (FEE, "fee", "service", "exempt_authority", ", consumer_contract = 0", 4500)):
        bed.sql(f"INSERT INTO products SET id = {number}, code = '{code}', kind = '{kind}', category_code = 'all', unit_code = 'library', vat_code = '{vat}', withdrawal = 'goods_14d', cost_centre = '4100', "
                f"ledger_account = '3000', max_per_order = 100, state = 'published', updated_utc = '2026-01-01'{more}; INSERT INTO variants (id, product_id, code) VALUES ({number}, {number}, '-');"
                f"INSERT INTO prices VALUES ({number}, 0, 'everyone', {cents}), ({number}, 0, 'child', {cents // 2}); INSERT INTO product_deliveries VALUES ({number}, 'collect');"
                + "".join(f"INSERT INTO product_texts VALUES ({number}, '{lang}', '{code}-{lang}', '{code} {lang}', '', '');" for lang in ("fi", "sv", "en")))
    bed.sql(f"INSERT INTO stock VALUES ({MUG}, 1000, 1000); UPDATE price_days SET from_day = '2026-01-01'")


def tearDownModule():
    bed.close()


def day(offset=0):
    """A day of Finland, as SQL; 0: the shop's today."""
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Helsinki")) + datetime.timedelta(seconds=bed.offset)
    return f"'{(now.date() + datetime.timedelta(days=offset)).isoformat()}'"


def campaign(scope="shop:", percent=20, cents=None, group=None, first=0, last=9):
    return int(bed.sql(f"INSERT INTO campaigns (name_fi, name_sv, name_en, scope, price_group, percent, cents, from_day, until_day, form_key, made_utc) VALUES ('Kesäale', 'Sommarrea', 'Summer sale', '{scope}', "
                       f"{repr(group) if group else 'NULL'}, {percent or 'NULL'}, {cents if cents is not None else 'NULL'}, {day(first)}, {day(last)}, RANDOM_BYTES(16), NOW(3)); SELECT LAST_INSERT_ID()")[-1][0])


def code(text, scope="shop:", percent=None, cents=None, uses=None, minimum=0, first=-1, last=9, group=None):
    bed.sql(f"INSERT INTO discount_codes (code, name_fi, name_sv, name_en, scope, price_group, percent, cents, max_uses, minimum_cents, from_day, until_day, form_key, made_utc) VALUES ('{text}', 'Etu', 'Förmån', 'Benefit', '{scope}', "
            f"{repr(group) if group else 'NULL'}, {percent or 'NULL'}, {cents or 'NULL'}, {uses or 'NULL'}, {minimum}, {day(first)}, {day(last)}, RANDOM_BYTES(16), NOW(3))")


def used(text):
    return int(bed.one(f"SELECT used FROM discount_codes WHERE code = '{text}'"))


def lines(token):
    return [(row[0], int(row[1]), int(row[2]), row[3], row[4]) for row in bed.sql(f"SELECT l.code, l.quantity, l.unit_cents, COALESCE(l.normal_cents, '-'), l.reduction FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.token = '{token}' ORDER BY l.line_no")]


def words(page):
    return html.unescape(re.sub(r"<[^>]*>", " ", page.text)).replace("\xa0", " ")


class Discounts(unittest.TestCase):
    def setUp(self):
        bed.later(0)
        bed.sql("DELETE FROM campaigns; DELETE FROM discount_uses; DELETE FROM discount_codes")
        self.orders = bed.count("orders")
        self.visitor = bed.family()

    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])
        self.assertEqual(bed.misplaced(), [])

    def type(self, text, visitor=None, **more):
        visitor = visitor or self.visitor
        cart = visitor.get(visitor.paths["cart"])
        return visitor.post(CODES[visitor.lang], {**cart.form(CODES[visitor.lang])["fields"], "code": text, **more})

    def cart(self, visitor=None):
        visitor = visitor or self.visitor
        return visitor.get(visitor.paths["cart"])

    def ordered(self, visitor=None):
        visitor = visitor or self.visitor
        self.assertEqual(visitor.fill_details().location, visitor.paths["review"])
        done = visitor.order()
        self.assertIn(done.location.split("/")[2], ("maksu", "tilaus", "betalning", "payment"), done)
        return done.location.rsplit("/", 1)[1]

    def paid(self, token, visitor=None):
        bed.pay(visitor or self.visitor, token)
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT state FROM orders WHERE token = '{token}'") == "paid"))
        return json.loads(bed.one(f"SELECT r.content FROM receipts r JOIN orders o ON o.id = r.order_id WHERE o.token = '{token}' AND r.refund_id IS NULL"))

    # --- campaigns ---

    def test_page_cart_and_order_have_the_lowest_price_and_the_receipt_says_why(self):
        campaign(percent=20)
        campaign("product:play", percent=None, cents=500, group="everyone")
        self.visitor.add(PLAY, quantity=2)
        self.visitor.add(PLAY, "child")
        self.visitor.add(FEE)
        cart = words(self.cart())
        self.assertIn("Kesäale. Alin hinta 30 päivän aikana ennen alennusta: 6,40 €", cart)
        token = self.ordered()
        self.assertEqual(lines(token), [("play/-", 2, 500, "640", "Kesäale"), ("play/-", 1, 256, "320", "Kesäale"), ("fee/-", 1, 4500, "-", "")], "a statutory fee is never reduced")
        receipt = self.paid(token)
        self.assertEqual([(one["unit_cents"], one.get("normal_cents"), one.get("reduction")) for one in receipt["lines"]], [(500, 640, "Kesäale"), (256, 320, "Kesäale"), (4500, None, None)])
        self.assertEqual(receipt["total_cents"], 1256 + 4500)
        self.assertEqual(sum(row["gross_cents"] for row in receipt["vat"]), receipt["total_cents"])
        page = words(self.visitor.get(f"/fi/tilaus/{token}/kuitti"))
        self.assertIn("Kesäale . Hinta ennen alennusta 6,40 €", page)

    def test_a_campaign_that_ends_while_one_shops_is_told_before_the_order(self):
        number = campaign(percent=50)
        self.visitor.add(MUG)
        self.cart()
        self.visitor.fill_details()
        review = self.visitor.review()
        bed.sql(f"UPDATE campaigns SET ended_utc = NOW(3) - INTERVAL 1 SECOND WHERE id = {number}")
        self.assertEqual(self.visitor.order(review).location, self.visitor.paths["cart"])
        self.assertIn("Hinta oli 6,00 €, nyt se on 12,00 €", words(self.cart()))
        self.assertEqual(bed.count("orders"), self.orders)
        self.assertEqual(lines(self.ordered()), [("mug/-", 1, 1200, "-", "")])

    def test_a_campaign_begins_and_ends_with_its_days(self):
        campaign(percent=50, first=1, last=1)
        self.visitor.add(MUG)
        prices = []
        for day in (0, 1, 2):
            bed.later(day * 86400)
            prices.append(re.search(r'line-price num">([^<]*)<', self.cart().text).group(1).replace("\xa0", " "))
        self.assertEqual(prices, ["12,00 €", "6,00 €", "12,00 €"])

    def test_the_lowest_price_of_the_days_before_is_what_stood_then(self):
        bed.sql(f"UPDATE prices SET cents = 1100 WHERE product_id = {MUG} AND price_group = 'everyone'; UPDATE price_days SET from_day = {day(-20)} WHERE cents = 1100; UPDATE prices SET cents = 1200 WHERE product_id = {MUG} AND price_group = 'everyone'")
        try:
            self.assertEqual([row[0] for row in bed.sql(f"SELECT cents FROM price_days WHERE product_id = {MUG} AND price_group = 'everyone' ORDER BY from_day, cents")], ["1200", "1100", "1200"])
            campaign(percent=50)
            self.visitor.add(MUG)
            self.assertIn("ennen alennusta: 11,00 €", words(self.cart()))
        finally:
            bed.sql(f"DELETE FROM price_days WHERE product_id = {MUG} AND from_day > '2026-01-01'")

    def history(self, *days, variant=0):
        """What the mug cost: pairs of how many days ago and cents."""
        bed.sql(f"DELETE FROM price_days WHERE product_id = {MUG} AND variant_id = {variant} AND price_group = 'everyone'")
        for ago, cents in days:
            bed.sql(f"INSERT INTO price_days VALUES ({MUG}, {variant}, 'everyone', {day(-ago)}, {cents}, NOW(6))")
        self.addCleanup(bed.sql, f"DELETE FROM price_days WHERE product_id = {MUG} AND price_group = 'everyone'; INSERT INTO price_days VALUES ({MUG}, 0, 'everyone', '2026-01-01', 1200, '2026-01-01')")

    def test_what_was_not_sold_before_a_campaign_has_no_earlier_price(self):
        campaign(percent=50)
        self.visitor.add(MUG)
        self.assertIn("ennen alennusta: 12,00 €", words(self.cart()))
        self.history((0, 1200))
        bed.sql("UPDATE catalogue_version SET version = version + 1")
        cart = words(self.cart())
        self.assertIn("6,00 €", cart)
        self.assertNotIn("ennen alennusta", cart)

    def test_a_variant_cost_what_the_product_did_until_it_got_its_own_price(self):
        self.addCleanup(bed.sql, f"DELETE FROM prices WHERE product_id = {MUG} AND variant_id = {MUG}")
        self.history((300, 1200))
        bed.sql(f"INSERT INTO prices VALUES ({MUG}, {MUG}, 'everyone', 2400)")
        campaign(percent=25, first=1)
        self.visitor.add(MUG)
        bed.later(86400)
        cart = words(self.cart())
        self.assertIn("18,00 €", cart)
        self.assertNotIn("ennen alennusta", cart)
        bed.sql(f"UPDATE campaigns SET percent = 60")
        self.assertIn("ennen alennusta: 12,00 €", words(self.cart()))

    def test_what_is_ordered_tells_a_reduction_where_the_cart_may_and_no_other(self):
        for earlier, percent, with_code, told in ((600, 25, False, (900, "-", "")), (1100, 25, False, (900, "1100", "Kesäale")), (600, 25, True, (810, "900", "Etu")), (1100, 25, True, (810, "1100", "Kesäale, Etu"))):
            bed.sql("DELETE FROM campaigns; DELETE FROM discount_uses; DELETE FROM discount_codes")
            self.history((300, earlier), (10, 1200))
            campaign(percent=percent)
            visitor = bed.family()
            visitor.add(MUG)
            if with_code:
                code("KESA2027", percent=10)
                self.type("KESA2027", visitor)
            self.assertEqual("ennen alennusta" in words(self.cart(visitor)), earlier == 1100)
            visitor.fill_details()
            self.assertEqual("Kesäale" in words(visitor.get(visitor.paths["review"])), earlier == 1100)
            token = self.ordered(visitor)
            self.assertEqual(lines(token), [("mug/-", 1, *told)])
            receipt = self.paid(token, visitor)
            self.assertEqual([(str(one.get("normal_cents", "-")), one.get("reduction", "")) for one in receipt["lines"]], [told[1:]])
            mailed = json.loads(bed.one(f"SELECT data FROM outbox WHERE order_id = (SELECT id FROM orders WHERE token = '{token}') AND kind = 'order_confirmation'"))
            self.assertEqual([str(one["normal_cents"] or "-") for one in mailed["lines"]], [told[1]])

    def test_a_sign_up_pays_the_campaigns_price(self):
        campaign("unit:sports", percent=10)
        held = bed.enter(self.visitor, SWIM, 1)
        page = self.visitor.get(held.location)
        self.assertIn("58,50 €", words(page))
        self.visitor.post(held.location, {**page.form(held.location)["fields"], **answers(1, group="child")})
        token = bed.order(self.visitor)
        self.assertEqual(lines(token), [("a2/week-24", 1, 5850, "6500", "Kesäale")])
        bed.pay(self.visitor, token)
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT p.unit_cents FROM registration_participants p JOIN registrations r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id WHERE o.token = '{token}'") == "5850"))

    # --- codes ---

    def test_a_sum_is_shared_out_and_everything_after_is_equal_to_the_cent(self):
        code("KESA2027", cents=1000)
        self.visitor.add(MUG, quantity=3)
        self.visitor.add(PLAY, "child", 2)
        self.assertEqual(self.type("kesa-20 27").location, self.visitor.paths["cart"] + "#summary")
        self.assertIn("−10,00 €", words(self.cart()))
        token = self.ordered()
        made = lines(token)
        self.assertEqual(sum(quantity * cents for _, quantity, cents, *_ in made), 3600 + 640 - 1000)
        self.assertEqual([(one[0], one[1], one[3], one[4]) for one in made], [("mug/-", 3, "1200", "Etu"), ("play/-", 1, "320", "Etu"), ("play/-", 1, "320", "Etu")])
        self.assertEqual(made[1][2] - made[2][2], 1, "two units a cent apart are two lines")
        receipt = self.paid(token)
        sent = json.loads(bed.sandbox("requests?last=1&operation=create")["requests"][0]["body"])
        self.assertEqual((sent["amount"], sum(item["unitPrice"] * item["units"] for item in sent["items"])), (3240, 3240))
        self.assertEqual(receipt["total_cents"], 3240)
        debit, credit = bed.sql(f"SELECT SUM(debit_cents), SUM(credit_cents) FROM ledger_entries e JOIN payment_attempts a ON a.id = e.attempt_id JOIN orders o ON o.id = a.order_id WHERE o.token = '{token}'")[0]
        self.assertEqual((debit, credit), ("3240", "3240"))
        self.assertEqual(bed.one(f"SELECT SUM(l.gross_cents) FROM receipt_lines l JOIN receipts r ON r.id = l.receipt_id JOIN orders o ON o.id = r.order_id WHERE o.token = '{token}'"), "3240")
        self.assertEqual(used("KESA2027"), 1)
        self.assertEqual(bed.sql("SELECT cents, counted FROM discount_uses"), [["1000", "1"]])
        self.visitor.add(MUG)
        self.assertNotIn("KESA2027", self.cart().text, "the new cart begins without it")

    def test_a_refund_of_a_discounted_line_pays_back_what_was_paid(self):
        code("KESA2027", percent=15)
        self.visitor.add(MUG, quantity=2)
        self.type("KESA2027")
        token = self.ordered()
        self.paid(token)
        self.assertEqual(lines(token), [("mug/-", 2, 1020, "1200", "Etu")])
        credits = f"SELECT r.content FROM receipts r JOIN orders o ON o.id = r.order_id WHERE o.token = '{token}' AND r.refund_id IS NOT NULL"
        bed.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state) SELECT o.id, a.id, 1020, 'customer_asked', NOW(3), 'approved' FROM orders o JOIN payment_attempts a ON a.order_id = o.id "
                f"WHERE o.token = '{token}'; INSERT INTO refund_request_lines VALUES (LAST_INSERT_ID(), 1, 1, 1020)")
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: bed.one(credits) is not None))
        finally:
            bed.stop("sweep")
        credit = json.loads(bed.one(credits))
        self.assertEqual((credit["total_cents"], credit["lines"][0]["quantity"], credit["lines"][0]["normal_cents"]), (-1020, -1, 1200))
        self.assertEqual(used("KESA2027"), 1, "a use that was paid for stays used")

    def test_each_reason_that_a_code_takes_nothing_off_is_said_and_the_cart_stays(self):
        code("TOOSOON", percent=10, first=1)
        code("TOOLATE", percent=10, last=-1, first=-3)
        code("USEDUP", percent=10, uses=1)
        code("SPORTS", "unit:sports", percent=10)
        code("BIGCART", cents=500, minimum=10000)
        bed.sql("UPDATE discount_codes SET used = 1 WHERE code = 'USEDUP'")
        for lang, (unknown, late) in {"fi": ("Koodia ei löydy", "päättynyt"), "sv": ("hittas inte", "gäller inte längre"), "en": ("no such code", "no longer valid")}.items():
            visitor = bed.family(lang)
            visitor.add(MUG)
            self.assertIn(unknown, words(self.type("NO-SUCH-CODE", visitor)))
            self.assertIn(late, words(self.type("TOOLATE", visitor)))
        self.visitor.add(MUG)
        for typed, said in (("", "Kirjoita alennuskoodi"), ("TOOSOON", "voimassa vasta"), ("USEDUP", "käytetty loppuun"), ("SPORTS", "ei koske"), ("BIGCART", "vähintään 100,00 €"), ("<b>", "Koodia ei löydy")):
            page = self.type(typed)
            self.assertEqual(page.status, 200)
            self.assertIn(said, words(page))
            self.assertIn('href="#code"', page.text)
            self.assertIn(f'value="{html.escape(typed)}"', page.text)
        self.visitor.add(FEE)
        self.assertEqual(lines(self.ordered()), [("mug/-", 1, 1200, "-", ""), ("fee/-", 1, 4500, "-", "")])
        self.assertEqual(bed.count("discount_uses"), 0)

    def test_a_code_that_ends_after_the_review_makes_no_dearer_order(self):
        code("KESA2027", percent=50)
        self.visitor.add(MUG)
        self.type("KESA2027")
        self.visitor.fill_details()
        review = self.visitor.review()
        bed.sql("UPDATE discount_codes SET ended_utc = NOW(3), version = version + 1")
        self.assertEqual(self.visitor.order(review).location, self.visitor.paths["cart"])
        self.assertIn("päättynyt", words(self.cart()))
        self.assertEqual(self.visitor.get(self.visitor.paths["review"]).location, self.visitor.paths["cart"])
        cart = self.cart()
        self.visitor.post(CODES["fi"], {**cart.form(CODES["fi"])["fields"], "remove": "1"})
        self.assertEqual(lines(self.ordered()), [("mug/-", 1, 1200, "-", "")])

    def test_a_changed_code_is_not_ordered_at_the_old_price(self):
        code("KESA2027", percent=50)
        self.visitor.add(MUG)
        self.type("KESA2027")
        self.visitor.fill_details()
        review = self.visitor.review()
        bed.sql("UPDATE discount_codes SET percent = 10, version = version + 1")
        self.assertIn(self.visitor.paths["cart"], self.visitor.order(review).location)
        self.assertEqual(bed.count("orders"), self.orders)

    def test_two_buyers_and_one_use_left(self):
        for _ in range(3):
            bed.sql("DELETE FROM discount_uses; DELETE FROM discount_codes")
            code("LASTONE", percent=50, uses=1)
            ready = []
            for _ in range(4):
                visitor = bed.family()
                visitor.add(MUG)
                self.assertEqual(self.type("LASTONE", visitor).status, 303)
                visitor.fill_details()
                ready.append((visitor, visitor.review()))
            before = bed.count("orders")
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                answers_ = [one.result() for one in [pool.submit(visitor.order, form) for visitor, form in ready]]
            self.assertEqual(sorted(one.location.split("/")[2] for one in answers_), ["maksu", "ostoskori", "ostoskori", "ostoskori"])
            self.assertEqual((bed.count("orders") - before, used("LASTONE")), (1, 1))
            loser = next(visitor for (visitor, _), answer in zip(ready, answers_) if "ostoskori" in answer.location)
            self.assertIn("käytetty loppuun", words(self.cart(loser)))
            self.assertIn("mug fi", words(self.cart(loser)))

    def test_the_same_form_again_is_the_same_order_though_the_code_is_used_up(self):
        code("LASTONE", percent=50, uses=1)
        self.visitor.add(MUG)
        self.type("LASTONE")
        self.visitor.fill_details()
        review = self.visitor.review()
        first, again = self.visitor.order(review), self.visitor.order(review)
        self.assertEqual(first.location, again.location)
        self.assertEqual((bed.count("orders"), used("LASTONE")), (self.orders + 1, 1))

    def test_an_order_that_ends_unpaid_gives_its_use_back_and_one_paid_late_takes_it_again(self):
        code("LASTONE", percent=50, uses=1)
        self.visitor.add(MUG)
        self.type("LASTONE")
        token = self.ordered()
        self.visitor.get(self.visitor.paths["pay"] + token)
        bed.sql(f"UPDATE orders SET hold_until_utc = NOW(3) - INTERVAL 1 MINUTE WHERE token = '{token}'")
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: bed.one(f"SELECT state FROM orders WHERE token = '{token}'") == "expired"))
        finally:
            bed.stop("sweep")
        self.assertEqual((used("LASTONE"), bed.one("SELECT counted FROM discount_uses")), (0, "0"))
        other = bed.family()
        other.add(MUG)
        self.type("LASTONE", other)
        self.ordered(other)
        self.assertEqual(used("LASTONE"), 1)
        stamp = bed.one(f"SELECT a.stamp FROM payment_attempts a JOIN orders o ON o.id = a.order_id WHERE o.token = '{token}'")
        bed.sandbox("pay", {"stamp": stamp, "status": "ok", "how": "callback", "wait": True})
        self.assertEqual(bed.one(f"SELECT state FROM orders WHERE token = '{token}'"), "paid")
        self.assertEqual(used("LASTONE"), 2, "above the most: this buyer paid that price")

    def test_an_order_that_a_code_makes_free_is_confirmed_at_once(self):
        code("ALLFREE", percent=100)
        self.visitor.add(MUG)
        self.type("ALLFREE")
        token = self.ordered()
        self.assertEqual(bed.sql(f"SELECT state, total_cents FROM orders WHERE token = '{token}'"), [["confirmed", "0"]])
        self.assertEqual(used("ALLFREE"), 1)
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: bed.one(f"SELECT fulfilled_utc IS NOT NULL FROM orders WHERE token = '{token}'") == "1"))
        finally:
            bed.stop("sweep")

    def test_a_sign_up_that_a_code_makes_free_is_confirmed(self):
        code("ALLFREE", percent=100)
        held = bed.enter(self.visitor, SWIM, 1)
        page = self.visitor.get(held.location)
        self.assertEqual(self.visitor.post(held.location, {**page.form(held.location)["fields"], **answers(1), "p1_group": "child"}).status, 303)
        self.type("ALLFREE")
        token = self.ordered()
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: bed.one(f"SELECT r.state FROM registrations r JOIN orders o ON o.id = r.order_id WHERE o.token = '{token}'") == "confirmed"))
        finally:
            bed.stop("sweep")

    def test_participants_of_a_sign_up_are_paid_back_what_each_paid(self):
        code("FAMILY", cents=1001)
        held = bed.enter(self.visitor, SWIM, 2)
        page = self.visitor.get(held.location)
        self.assertEqual(self.visitor.post(held.location, {**page.form(held.location)["fields"], **answers(2), "p1_group": "child", "p2_group": "child"}).status, 303)
        self.assertEqual(self.type("FAMILY").status, 303)
        token = bed.order(self.visitor)
        self.assertEqual(sorted(one[2] for one in lines(token)), [5999, 6000])
        bed.pay(self.visitor, token)
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT SUM(p.unit_cents) FROM registration_participants p JOIN registrations r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id WHERE o.token = '{token}' AND r.state = 'confirmed'") == "11999"))

    def test_a_code_stands_in_no_address_and_no_log(self):
        code("SECRETCODE", percent=10)
        self.visitor.add(MUG)
        self.assertNotIn("SECRETCODE", self.type("SECRETCODE").location)
        self.type("SECRETCODE")
        for name in ("checkout",):
            self.assertNotIn("SECRETCODE", bed.log(name))


if __name__ == "__main__":
    unittest.main()
