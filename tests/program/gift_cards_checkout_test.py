#!/usr/bin/python3
"""Goal: a buyer pays with codes that stand in no address; what was shown is what is held, and one balance is never spent twice, however many orders race for it."""
import concurrent.futures
import hashlib
import re
import secrets
import unittest

import checkout_bed as shop
import payments_bed
from checkout_bed import CheckoutBed, beside

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GIFT = 90
PATH = {"fi": ("/fi/kassa/lahjakortti", "/fi/lahjakortti"), "sv": ("/sv/kassan/presentkort", "/sv/presentkort"), "en": ("/en/checkout/gift-card", "/en/gift-card")}


def setUpModule():
    global bed
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


def card(cents, balance=None, until="2036-12-31 21:59:59", void="NULL"):
    """A card as payments makes it: its id and code."""
    code = payments_bed.code(16)
    left = cents if balance is None else balance
    number = bed.sql(f"INSERT INTO gift_cards (code_hash, product_id, unit_code, original_cents, balance_cents, issued_utc, valid_until_utc, voided_utc, void_reason, ledger_account, cost_centre) VALUES "
                     f"(UNHEX('{hashlib.sha256(('gift card ' + code).encode()).hexdigest()}'), 1, 'culture', {cents}, {left}, NOW(3), '{until}', IF({void} IS NULL, NULL, NOW(3)), {void}, '2950', '5130');"
                     f"SET @c = LAST_INSERT_ID(); INSERT INTO gift_card_moves (card_id, at_utc, kind, cents) VALUES (@c, NOW(3), 'issued', {left}); SELECT @c;")[-1][0]
    return int(number), code


def balance(number):
    return int(bed.one(f"SELECT balance_cents FROM gift_cards WHERE id = {number}"))


class GiftCards(unittest.TestCase):
    def setUp(self):
        bed.reset()
        bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
                f"({GIFT}, 'gift', 'gift_card', 'all', 'culture', 'voucher', 'service_14d', '5130', '2950', 20, 'published', '2026-01-01');"
                f"INSERT INTO product_texts VALUES ({GIFT}, 'fi', 'gift', 'Lahjakortti', '', ''); INSERT INTO variants (id, product_id, code) VALUES ({GIFT}, {GIFT}, '-');"
                f"INSERT INTO prices VALUES ({GIFT}, 0, 'everyone', 2000); INSERT INTO product_deliveries VALUES ({GIFT}, 'email');")
        self.visitor = bed.visitor()

    def tearDown(self):
        self.assertEqual(bed.sql("SELECT g.id FROM gift_cards g LEFT JOIN gift_card_moves m ON m.card_id = g.id GROUP BY g.id, g.balance_cents HAVING g.balance_cents <> COALESCE(SUM(m.cents), 0)"), [])

    def at_review(self, variant=shop.MUG, quantity=1, visitor=None):
        visitor = visitor or self.visitor
        visitor.add(variant, "everyone", quantity)
        self.assertEqual(visitor.fill_details().location, visitor.paths["review"])
        return visitor

    def give(self, code, visitor=None, lang="fi"):
        visitor = visitor or self.visitor
        fields = visitor.get(visitor.paths["review"]).form(PATH[lang][0])["fields"]
        return visitor.post(PATH[lang][0], {**fields, "code": code})

    def test_a_card_is_not_sold_below_its_value_by_a_code(self):
        common = "(name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc"
        row = "('Etu', 'Förmån', 'Benefit', 'shop:', 50, CURDATE() - INTERVAL 1 DAY, CURDATE() + INTERVAL 9 DAY, UNHEX(MD5(RAND())), NOW(3)"
        bed.sql(f"INSERT INTO discount_codes {common}, code, minimum_cents) VALUES {row}, 'HALFPRICE', 0)")
        self.addCleanup(bed.sql, "DELETE FROM discount_codes")
        self.visitor.add(GIFT, "everyone", 1)
        fields = self.visitor.get("/fi/ostoskori").form("/fi/ostoskori/koodi")["fields"]
        self.assertIn("ei koske", self.visitor.post("/fi/ostoskori/koodi", {**fields, "code": "HALFPRICE"}).text)

    def test_a_card_is_not_sold_below_its_value_by_a_campaign(self):
        bed.sql("INSERT INTO campaigns (name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc) SELECT 'Ale', 'Rea', 'Sale', scope, 50, CURDATE() - INTERVAL 1 DAY, CURDATE() + INTERVAL 9 DAY, RANDOM_BYTES(16), NOW(3) "
                "FROM (SELECT 'shop:' AS scope UNION ALL SELECT 'unit:culture' UNION ALL SELECT 'category:all' UNION ALL SELECT 'product:gift') s")
        self.addCleanup(bed.sql, "DELETE FROM campaigns")
        self.visitor.add(GIFT, "everyone", 1)
        self.at_review()
        self.assertTrue(self.visitor.order().location.startswith("/fi/maksu/"))
        self.assertEqual(bed.sql("SELECT product_id, unit_cents FROM order_lines WHERE product_id > 0 ORDER BY product_id"), [[str(shop.MUG), "600"], [str(GIFT), "2000"]])

    def text(self):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.visitor.get(self.visitor.paths["review"]).text)).replace("\u00a0", " ")

    def test_a_part_is_held_with_the_order_and_the_button_says_what_is_left(self):
        number, code = card(1000)
        self.at_review(quantity=2)
        answer = self.give(f" {code[:4].lower()}-{code[4:9]} {code[9:]} ")
        self.assertEqual(answer.location, "/fi/kassa/vahvistus#gift-cards")
        self.assertNotIn(code, answer.text + str(answer.headers))
        words = self.text()
        self.assertIn("Tilaa ja maksa 14,00 €", words)
        self.assertIn("−10,00 €", words)
        placed = self.visitor.order()
        self.assertTrue(placed.location.startswith("/fi/maksu/"), placed)
        self.assertEqual(bed.sql("SELECT state, total_cents, cards_cents FROM orders"), [["pending", "2400", "1000"]])
        self.assertEqual((balance(number), bed.sql("SELECT cents, state FROM order_gift_cards")), (0, [["1000", "held"]]))

    def test_the_whole_leads_to_our_own_page_and_waits_for_payments(self):
        number, code = card(5000)
        self.at_review()
        self.give(code)
        self.assertIn("Tilaa ja maksa lahjakortilla", self.text())
        self.assertTrue(self.visitor.order().location.startswith("/fi/maksu/"))
        self.assertEqual((bed.sql("SELECT state, cards_cents FROM orders"), balance(number)), ([["pending", "1200"]], 3800))

    def test_what_is_wrong_is_said_at_the_field(self):
        self.at_review()
        good = card(100)[1]
        slip = good[:-1] + ALPHABET[(ALPHABET.index(good[-1]) + 1) % 32]
        for code, words in (("1234", "ei löydy"), (slip, "ei löydy"), (card(500, balance=0)[1], "loppuun"), (card(500, until="2026-01-01")[1], "voimassa"), (card(500, void="'lost'")[1], "poistettu")):
            page = self.give(code)
            self.assertEqual(page.status, 200)
            self.assertIn(words, beside(page, "gift_card"))
        code = card(100)[1]
        self.give(code)
        self.assertIn("jo käytössä", beside(self.give(code), "gift_card"))

    def test_a_card_is_taken_off_again(self):
        self.at_review()
        self.give(card(100)[1])
        form = next(f for f in self.visitor.get(self.visitor.paths["review"]).forms() if f["action"] == PATH["fi"][0])
        self.visitor.post(PATH["fi"][0], {"form": form["fields"]["form"], "remove": "1"})
        self.assertIn("Tilaa ja maksa 12,00 €", self.text())

    def test_a_gift_card_is_not_bought_with_one(self):
        number, code = card(5000)
        self.visitor.add(GIFT, "everyone", 1)
        self.at_review()
        self.give(code)
        self.assertIn("Tilaa ja maksa 20,00 €", self.text())
        self.visitor.order()
        self.assertEqual(bed.sql("SELECT total_cents, cards_cents FROM orders"), [["3200", "1200"]])

    def test_alone_in_the_cart_it_offers_no_gift_card(self):
        self.at_review(GIFT)
        self.assertNotIn(PATH["fi"][0], self.visitor.get(self.visitor.paths["review"]).text)

    def test_spent_in_another_order_meanwhile_the_review_comes_again(self):
        number, code = card(1000)
        self.at_review()
        self.give(code)
        fields = self.visitor.review()
        bed.sql(f"UPDATE gift_cards SET balance_cents = 300 WHERE id = {number}; INSERT INTO gift_card_moves (card_id, at_utc, kind, cents) VALUES ({number}, NOW(3), 'held', -700)")
        self.assertEqual(self.visitor.order(fields).location, "/fi/kassa/vahvistus?card=1")
        self.assertIn("saldo on muuttunut", self.visitor.get("/fi/kassa/vahvistus?card=1").text)
        self.assertEqual(bed.count("orders"), 0)
        self.assertTrue(self.visitor.order().location.startswith("/fi/maksu/"))
        self.assertEqual(bed.sql("SELECT cards_cents FROM orders"), [["300"]])

    def test_twenty_orders_race_for_one_balance_and_it_is_spent_once(self):
        number, code = card(2500)
        visitors, forms = [bed.visitor() for _ in range(12)], []
        for visitor in visitors:
            self.at_review(shop.TWO_AT_MOST, visitor=visitor)
            self.at_review(shop.LESSON, visitor=visitor)
            self.give(code, visitor)
            forms.append(visitor.review())
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda pair: pair[0].order(pair[1]).location, zip(visitors, forms)))
        self.assertEqual(len([a for a in answers if a.startswith("/fi/maksu/")]), 1, answers)
        self.assertEqual({a for a in answers if not a.startswith("/fi/maksu/")}, {"/fi/kassa/vahvistus?card=1"})
        self.assertEqual((balance(number), bed.one("SELECT SUM(cents) FROM order_gift_cards")), (0, "2500"))
        self.assertEqual(bed.count("orders"), 1, "what was not made leaves nothing")

    def test_the_balance_page_tells_by_form_alone(self):
        for lang in ("fi", "sv", "en"):
            visitor = bed.visitor(lang)
            path = PATH[lang][1]
            fields = visitor.get(path).form(path)["fields"]
            page = visitor.post(path, {**fields, "code": card(1234, balance=834)[1]})
            self.assertRegex(page.text, r"8[,.]34")
            self.assertEqual(visitor.post(path, {**fields, "code": "0000"}).status, 200)
            self.assertEqual(visitor.post(path, {"code": "x"}).status, 403, "a form from elsewhere")

    def test_the_codes_are_on_the_orders_page_while_it_lives(self):
        number, code = card(2000, balance=500)
        token = "".join(secrets.choice(ALPHABET.lower()) for _ in range(26))
        bed.sql(f"INSERT INTO orders (number, token, idempotency_key, content_hash, reference, lang, state, total_cents, holds_stock, created_utc, hold_until_utc, settled_utc, fulfilled_utc, first_name, last_name, street_address, postal_code, town, country, phone, email, age_confirmed) "
                f"VALUES ('ABCDEFGH1', '{token}', UNHEX('{secrets.token_hex(16)}'), UNHEX('{secrets.token_hex(32)}'), '1232', 'fi', 'paid', 2000, 0, NOW(3), NOW(3), NOW(3), NOW(3), 'A', 'B', 'K 1', '00100', 'H', 'FI', '+358401234567', 'a@b.fi', 18); SET @o = LAST_INSERT_ID();"
                f"INSERT INTO order_lines (order_id, line_no, kind, product_id, variant_id, product_kind, code, name, quantity, unit_cents, vat_code, vat_reason, cost_centre, ledger_account, withdrawal, delivery_kind) VALUES (@o, 1, 'product', {GIFT}, {GIFT}, 'gift_card', 'gift/-', 'Lahjakortti', 1, 2000, 'voucher', 'x', '5130', '2950', 'service_14d', 'email');"
                f"UPDATE gift_cards SET order_id = @o, line_no = 1 WHERE id = {number}; INSERT INTO gift_card_codes VALUES ({number}, @o, '{code}');")
        page = self.visitor.get("/fi/tilaus/" + token).text
        self.assertIn(" ".join(code[i:i + 4] for i in range(0, 17, 4)), page)
        self.assertRegex(page, "Jäljellä 5,00")
        bed.sql("DELETE FROM orders")
        self.assertEqual((bed.count("gift_card_codes"), bed.sql("SELECT balance_cents, order_id FROM gift_cards")), (0, [["500", "NULL"]]), "the money stays, the code goes")


if __name__ == "__main__":
    unittest.main()
