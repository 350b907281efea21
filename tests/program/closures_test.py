#!/usr/bin/python3
"""Goal: the sale of a product, a unit or the whole shop is closed and reopened at once by those who may, with a reason that residents read; nothing new is
sold from that moment, whoever races it, and what was begun before may be finished."""
import re
import threading
import unittest

from payments_bed import wait_until
from signup_bed import CAMP, OTHER, SWIM, SignupBed, answers

PAGE, WIDE, REOPEN, REOPEN_WIDE = "/fi/myynnin-sulku", "/fi/myynnin-sulku/laaja", "/fi/myynnin-sulku/avaa", "/fi/myynnin-sulku/avaa-laaja"
MUG = 50  # a product of the library
OWN = {"ready": "own", "reason_fi": "Hinta on väärä.", "reason_sv": "Priset är fel.", "reason_en": "The price is wrong."}


def setUpModule():
    global bed, manager, editor
    bed = SignupBed()
    bed.sql(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
            f"({MUG}, 'mug', 'goods', 'all', 'library', 'standard', 'goods_14d', '4100', '3000', 20, 'published', '2026-01-01'); INSERT INTO variants (id, product_id, code) VALUES ({MUG}, {MUG}, '-');"
            f"INSERT INTO prices VALUES ({MUG}, 0, 'everyone', 1200); INSERT INTO product_deliveries VALUES ({MUG}, 'collect'); INSERT INTO stock VALUES ({MUG}, 10, 10);"
            + "".join(f"INSERT INTO product_texts VALUES ({MUG}, '{lang}', 'mug-{lang}', 'Muki {lang}', '', '');" for lang in ("fi", "sv", "en")))
    manager = bed.here(bed.member("shop_manager", "manager"))
    editor = bed.here(bed.member("product_editor", "editor", ("unit", "library")))


def tearDownModule():
    bed.close()


def send(action, browser=None, **fields):
    browser = browser or manager
    return browser.post(action, {"form": browser.get(PAGE).form(PAGE)["fields"]["form"], "ready": "technical", **fields})


def reopen_all():
    for row, scope in bed.sql("SELECT id, scope FROM sale_closures WHERE standing IS NOT NULL"):
        assert send(REOPEN if scope.startswith("product:") else REOPEN_WIDE, closure=row).status == 303


class Closures(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def tearDown(self):
        reopen_all()
        self.assertEqual(bed.misplaced(), [])

    def ready(self, lang="fi"):
        visitor = bed.family(lang)
        self.assertEqual(visitor.add(MUG).status, 303)
        self.assertEqual(visitor.fill_details().location, visitor.paths["review"])
        return visitor, visitor.review()

    def test_a_product_is_closed_with_a_reason_in_the_buyers_language_and_reopened(self):
        visitor, form = self.ready("sv")
        self.assertEqual(send(PAGE, product="mug", **OWN).location, PAGE)
        self.assertEqual(visitor.order(form).location, visitor.paths["cart"])
        self.assertIn("Priset är fel.", visitor.get(visitor.paths["cart"]).text)
        self.assertEqual(bed.count("orders"), 0)
        self.assertEqual(visitor.get(visitor.paths["review"]).status, 303)
        other = bed.family("en")
        self.assertEqual(other.add(MUG).location, other.paths["cart"], "not told that it was added as if all were well")
        self.assertIn("The price is wrong.", other.get(other.paths["cart"]).text)
        page = manager.get(PAGE).text
        self.assertIn("Muki fi", page)
        self.assertIn("Hinta on väärä.", page)
        self.assertEqual(bed.sql("SELECT what, object_kind, object_id, why, result FROM use_log WHERE object_kind = 'sale' ORDER BY month DESC, seq DESC LIMIT 1"), [["change", "sale", "product:mug", "Hinta on väärä.", "closed"]])
        self.assertEqual(bed.sql("SELECT kind, product_id FROM changes ORDER BY seq DESC LIMIT 1"), [["product", str(MUG)]])
        reopen_all()
        self.assertTrue(visitor.order(visitor.review()).location.startswith("/sv/betalning/"))
        self.assertEqual(bed.sql("SELECT reopened_by IS NOT NULL, standing FROM sale_closures ORDER BY id DESC LIMIT 1"), [["1", "NULL"]])

    def test_mistakes_are_told_and_nothing_typed_is_lost(self):
        page = send(PAGE, product="no-such", **{**OWN, "reason_sv": ""})
        self.assertIn("Tällaista tuotetta ei ole", page.text)
        self.assertIn("Kirjoita syy tällä kielellä", page.text)
        self.assertIn("Hinta on väärä.", page.text)
        self.assertIn("Tällaista tuotetta ei ole", send(PAGE, product="räksä-1").text, "a name, where a code is meant")
        self.assertIn("Valitse, minkä myynti suljetaan", send(WIDE).text)
        self.assertEqual(bed.count("sale_closures WHERE standing IS NOT NULL"), 0)

    def test_an_order_made_before_may_be_paid(self):
        visitor, form = self.ready()
        token = visitor.order(form).location.rsplit("/", 1)[1]
        send(WIDE, scope="shop:")
        bed.pay(visitor, token)
        self.assertTrue(wait_until(lambda: bed.one("SELECT state FROM orders") == "paid"))

    def test_a_units_sign_ups_are_closed_and_one_that_was_begun_may_be_finished(self):
        family = bed.family()
        begun = bed.enter(family, SWIM, 1)
        bed.sql(f"UPDATE stock SET free = 0, capacity = 0 WHERE variant_id = {CAMP}")
        waiter = bed.family()
        full = bed.enter(waiter, CAMP, 1)
        queue = full.form("/fi/ilmoittaudu/jono")["fields"]
        waiting = waiter.post("/fi/ilmoittaudu/jono", {**queue, "email": "a@example.com"}).location
        self.assertEqual(send(WIDE, scope="unit:sports", **OWN).location, PAGE)
        for session in (CAMP, SWIM):
            page = bed.enter(bed.family("en"), session)
            self.assertEqual(page.status, 200)
            self.assertIn("The price is wrong.", page.text)
        self.assertIn("Hinta on väärä.", waiter.post("/fi/ilmoittaudu/jono", {**queue, "email": "b@example.com"}).text)
        self.assertEqual(bed.enter(bed.family(), OTHER).status, 303, "another unit's")
        # What waits is not offered; the form that was begun is filled in, ordered and paid.
        bed.sql(f"UPDATE stock SET free = 2, capacity = 2 WHERE variant_id = {CAMP}")
        bed.sweep()
        state = lambda path: bed.one(f"SELECT state FROM registrations WHERE token = '{path.rsplit('/', 1)[1]}'")  # noqa: E731
        self.assertEqual(state(waiting), "waiting")
        done = family.post(begun.location, {**family.get(begun.location).form(begun.location)["fields"], **answers(1, group="child")})
        self.assertEqual(done.status, 303)
        bed.pay(family, bed.order(family))
        self.assertTrue(wait_until(lambda: state(begun.location) == "confirmed"))
        reopen_all()
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: state(waiting) == "held"), "and offered again once it is open")
        finally:
            bed.stop("sweep")

    def test_only_in_ones_own_scope(self):
        page = editor.get(PAGE).text
        self.assertNotIn('value="shop:"', page)
        self.assertNotIn('value="unit:sports"', page)
        self.assertIn('value="unit:library"', page)
        self.assertEqual(send(WIDE, editor, scope="shop:").status, 403)
        self.assertEqual(send(WIDE, editor, scope="unit:sports").status, 403)
        self.assertEqual(send(PAGE, editor, product="a1").status, 403)
        self.assertEqual(bed.count("sale_closures WHERE standing IS NOT NULL"), 0)
        self.assertEqual(send(PAGE, editor, product="mug").status, 303)
        self.assertEqual(send(WIDE, scope="shop:").status, 303)
        shop = bed.one("SELECT id FROM sale_closures WHERE standing = 'shop:'")
        self.assertEqual(send(REOPEN_WIDE, editor, closure=shop).status, 403)
        self.assertEqual(send(REOPEN, closure=shop).status, 303)
        self.assertEqual(bed.count("sale_closures WHERE standing = 'shop:'"), 1, "by the way that asks for a second factor alone")

    def test_a_unit_or_the_shop_asks_for_a_second_factor(self):
        bed.later(400)
        self.assertTrue(send(WIDE, scope="shop:").location.startswith("/fi/vahvista"))
        self.assertEqual(send(PAGE, product="mug").location, PAGE)
        bed.later(0)

    def test_twice_is_once(self):
        for _ in range(2):
            self.assertEqual(send(PAGE, product="mug").status, 303)
        self.assertEqual(bed.count("sale_closures WHERE standing IS NOT NULL"), 1)

    def test_no_order_is_made_after_the_closing_whoever_races_it(self):
        for _ in range(6):
            buyers = [self.ready() for _ in range(6)]
            made = []

            def order(visitor, form):
                made.append(visitor.order(form).location)
            threads = [threading.Thread(target=order, args=one) for one in buyers]
            closing = threading.Thread(target=lambda: send(PAGE, product="mug"))
            for thread in (*threads[:3], closing, *threads[3:]):
                thread.start()
            for thread in (*threads, closing):
                thread.join()
            # The numbers of rows are given in the order of locks: an order's id is drawn before it locks the closing's place.
            orders = bed.count("orders")
            self.assertEqual(orders, len([one for one in made if one.startswith("/fi/maksu/")]))
            self.assertEqual(len(made), 6)
            self.assertEqual(self.ready_refused(), "/fi/ostoskori")
            self.assertEqual(bed.count("orders"), orders)
            reopen_all()
            bed.new_season()

    def ready_refused(self):
        visitor = bed.family()
        return visitor.add(MUG).location

    def test_who_closes_waits_for_who_is_selling(self):
        """The order's transaction stands still between its look at the closings and its COMMIT."""
        visitor, form = self.ready()
        bed.set_fault("order.after_insert stall 2")
        first = threading.Thread(target=visitor.order, args=(form,))
        first.start()
        wait_until(lambda: bed.one("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_rows_modified > 0") != "0")
        self.assertEqual(send(PAGE, product="mug").status, 303)
        self.assertEqual(bed.count("orders"), 1, "the closing was done only when the order was")
        first.join()
        self.assertEqual(bed.sql("SELECT COUNT(*) FROM orders"), [["1"]])


if __name__ == "__main__":
    unittest.main()
