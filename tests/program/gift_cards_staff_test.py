#!/usr/bin/python3
"""Goal: staff find a gift card only by its code, see what became of it, stop it, and pay back of a sold one what is unspent."""
import unittest

from office_bed import MUG, OfficeBed, ask_back, mug, page, send
from payments_orders import Order, balance, broken_invariants, buy_card, gift_card
from visitor import wrong

CARDS = "/fi/lahjakortit"


def setUpModule():
    global bed, cashier, clerk, coach
    bed = OfficeBed()
    cashier, clerk, _, _, coach = bed.day_staff()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class AtTheDesk(Case):
    def card(self, cents=2000):
        """Of the library's shop, and a code."""
        number, code = buy_card(bed, cents)
        bed.sql(f"UPDATE gift_cards SET product_id = {MUG}, unit_code = 'library' WHERE id = {number}")
        return number, code

    def test_found_by_code_and_written_down(self):
        number, code = self.card()
        order = bed.paid(mug(), cards=[(number, 700)])
        found = send(cashier, CARDS, CARDS, {"code": code.lower()})
        self.assertEqual((found.status, found.location), (303, f"{CARDS}/{number}"))
        self.assertNotIn(code, cashier.get(found.location).text)
        text = cashier.get(found.location).text.replace("\u00a0", " ")
        for words in ("13,00 €", "20,00 €", "Varattu tilaukselle", "Tilaus maksettu", page(order)):
            self.assertIn(words, text)
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM use_log WHERE object_kind = 'gift_card' AND object_id = '{number}'"), "1")
        self.assertEqual(wrong(send(cashier, CARDS, CARDS, {"code": "nonsense"})), ["code"])

    def test_of_another_unit_it_is_refused(self):
        number, code = self.card()
        self.assertEqual(send(coach, CARDS, CARDS, {"code": code}).status, 403)
        self.assertEqual((coach.get(f"{CARDS}/{number}").status, clerk.get(f"{CARDS}/{number}").status, cashier.get(f"{CARDS}/999999").status), (403, 200, 404))

    def test_stopped_with_a_reason_it_pays_no_more(self):
        number, _ = self.card()
        at = f"{CARDS}/{number}"
        self.assertEqual(sorted(wrong(send(cashier, at, at + "/mitatoi", {"reason": "", "words": ""}))), ["reason", "words"])
        self.assertEqual(send(cashier, at, at + "/mitatoi", {"reason": "fraud", "words": "Koodi kalasteltu"}).status, 303)
        self.assertEqual(bed.sql(f"SELECT void_reason, balance_cents FROM gift_cards WHERE id = {number}"), [["fraud", "2000"]])
        self.assertEqual(bed.sql(f"SELECT kind, words, staff_id IS NOT NULL FROM gift_card_moves WHERE card_id = {number} ORDER BY id DESC LIMIT 1"), [["voided", "Koodi kalasteltu", "1"]])
        self.assertIn("Koodi kalasteltu", cashier.get(at).text)
        self.assertNotIn("/mitatoi", cashier.get(at).text)

    def test_the_order_says_what_cards_paid_and_got_back(self):
        number, _ = self.card()
        order = bed.paid(mug(quantity=2), cards=[(number, 900)])
        text = cashier.get(page(order)).text.replace("\u00a0", " ")
        self.assertIn("Lahjakortti 9,00 €, OP 15,00 €", text)
        self.assertEqual(ask_back(cashier, order, what="lines", units_1="1").status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertIn("Lahjakortille 9,00 €", cashier.get(page(order)).text.replace("\u00a0", " "))
        self.assertEqual(balance(bed, number), 2000)


class SoldBack(Case):
    def sold(self, **more):
        return bed.paid(gift_card(product_id=MUG, variant_id=MUG, unit_code="library", **more), mug())

    def test_only_what_is_unspent(self):
        order = self.sold(quantity=2)
        first = int(bed.one(f"SELECT MIN(id) FROM gift_cards WHERE order_id = {order.id}"))
        bed.paid(mug(), cards=[(first, 500)])
        text = cashier.get(page(order) + "/hyvitys").text.replace("\u00a0", " ")
        self.assertIn("35,00 €", text)
        self.assertEqual(ask_back(cashier, order, what="lines", units_1="2").status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 3500)])
        self.assertEqual(wrong(ask_back(cashier, order, what="lines", units_1="1")), ["units_1"])

    def test_one_of_two_is_the_fuller_one(self):
        order = self.sold(quantity=2)
        first = int(bed.one(f"SELECT MIN(id) FROM gift_cards WHERE order_id = {order.id}"))
        bed.paid(mug(), cards=[(first, 500)])
        ask_back(cashier, order, what="lines", units_1="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((bed.refunds(order), balance(bed, first)), ([("taken", "ok", 2000)], 1500))

    def test_a_sum_is_of_the_other_lines(self):
        order = self.sold()
        self.assertEqual(wrong(ask_back(cashier, order, what="sum", sum="12,01")), ["sum"])
        ask_back(cashier, order, what="sum", sum="12,00")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.one(f"SELECT balance_cents FROM gift_cards WHERE order_id = {order.id}"), "2000")


class TheCustomersLink(Case):
    """Of an order that staff made, as checkout leaves it."""

    def made(self, order):
        bed.sql(f"INSERT INTO staff_orders (form_key, staff_id, channel, lang, state, contents, order_id, changed_utc) SELECT LEFT(SHA2({order.id}, 256), 26), id, 'counter', 'fi', 'made', '', {order.id}, NOW(3) FROM staff WHERE login = 'cashier'")
        return order

    def shown(self, order, browser=None):
        """Whether the order's page shows it; whether a page of its own does, which is a look at it; how many looks there were."""
        here = browser or cashier
        return (order.page() in here.get(page(order)).text, here.get(page(order) + "/linkki").status == 200,
                int(bed.one(f"SELECT COUNT(*) FROM use_log WHERE object_kind = 'order' AND object_id = '{order.id}' AND result = 'customer''s link'")))

    def test_of_gift_cards_each_look_is_told_and_there_is_none_once_it_shows_codes(self):
        order = self.made(Order(bed, [gift_card(product_id=MUG, variant_id=MUG, unit_code="library")]))
        self.assertNotIn("avasi asiakkaan linkin", cashier.get(page(order)).text)
        self.assertEqual(self.shown(order), (False, True, 1))
        order.begin()
        order.pay()
        self.assertEqual(self.shown(order), (False, False, 1))
        self.assertRegex(clerk.get(page(order)).text, "Henkilökunta avasi asiakkaan linkin</strong><span>[^<]*</span><span>Liisa")

    def test_a_card_that_a_refund_gave_instead_of_one_that_is_over_ends_the_link_too(self):
        card, _ = buy_card(bed, 500)
        order = self.made(bed.paid(mug(), cards=[(card, 500)]))
        self.assertEqual(self.shown(order), (True, True, 1))
        bed.sql(f"UPDATE gift_cards SET valid_until_utc = UTC_TIMESTAMP() - INTERVAL 1 DAY WHERE id = {card}")
        self.assertEqual(ask_back(cashier, order).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM gift_card_codes WHERE order_id = {order.id}"), "1")
        self.assertEqual(self.shown(order), (False, False, 1))


if __name__ == "__main__":
    unittest.main()
