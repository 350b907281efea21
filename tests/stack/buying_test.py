#!/usr/bin/python3
"""Goal: a purchase goes through the whole stack in each language, whichever of callback and return comes first, and mails exist."""
import concurrent.futures
import re

from shop import Scenario, main, wait_until


class Buying(Scenario):
    def test_P1_callback_first_then_the_buyer_comes_back(self):
        for lang in ("fi", "sv", "en"):
            variant, group, cents = self.shop.product()
            visitor = self.shop.visitor(lang)
            token = visitor.buy(variant, group)
            page = self.shop.begin_payment(visitor, token)
            self.assertEqual(page.status, 200)
            self.assertTrue(page.header("Refresh").startswith("0; url="), "the page leads on by itself, and is no redirect")
            order = self.shop.order_row(token)
            self.shop.pay(order["reference"], how="callback", wait=True)
            self.assertEqual(self.shop.order_row(token)["state"], "paid", "paid before the buyer is back")
            self.assertEqual(visitor.get(visitor.paths["order_page"] + token).status, 200)
            mail = wait_until(lambda: [m for copies in self.shop.mails().values() for m in copies if order["number"] in str(m["Subject"])])
            self.assertTrue(mail, "the confirmation came")
            text = mail[0].get_body(("plain",)).get_content()
            self.assertIn(token, text, "it leads to the order's page")
            receipt = visitor.get(visitor.paths["order_page"] + token + {"fi": "/kuitti", "sv": "/kvitto", "en": "/receipt"}[lang])
            self.assertEqual(receipt.status, 200)
            self.assertRegex(receipt.text, r"20\d\d-\d{6}")

    def test_P2_the_buyer_is_back_before_the_callback(self):
        variant, group, _ = self.shop.product()
        visitor = self.shop.visitor()
        token = visitor.buy(variant, group)
        self.shop.begin_payment(visitor, token)
        self.shop.sandbox("faults", {"at": "callback", "do": {"hold": True}, "times": 1})
        paid = self.shop.pay(self.shop.order_row(token)["reference"])
        back = visitor.get("/" + paid["redirectUrl"].split("/", 3)[3])
        self.assertIn(back.status, (200, 303))
        self.assertEqual(self.shop.order_row(token)["state"], "paid")
        self.shop.sandbox("release", {})

    def test_P3_callback_and_return_at_the_same_instant(self):
        variant, group, _ = self.shop.product()

        def purchase(copies):
            visitor = self.shop.visitor()
            token = visitor.buy(variant, group)
            self.shop.begin_payment(visitor, token)
            paid = self.shop.pay(self.shop.order_row(token)["reference"], how="redirect")
            path = "/" + paid["redirectUrl"].split("/", 3)[3]
            stamp, query = re.fullmatch(r"/fi/maksu/paluu/([^?]+)\?(.*)", path).groups()
            with concurrent.futures.ThreadPoolExecutor(copies) as pool:
                answers = [f.result().status for f in [pool.submit(visitor.get, path if i % 2 else f"/maksu/cb/{stamp}?{query}") for i in range(copies)]]
            self.assertLessEqual(set(answers), {200, 303})
            return token
        for copies in (2, 5, 10, 20):
            self.assertTrue(self.shop.settled(purchase(copies)))

    def test_P5_the_same_callback_again_changes_nothing(self):
        variant, group, _ = self.shop.product()
        token = self.shop.buy(variant, group, how="callback", wait=True)
        self.assertTrue(self.shop.settled(token))
        self.assertEqual(self.shop.check(), [])
        tables = ("orders", "order_events", "payment_attempts", "receipts", "ledger_entries", "tickets", "outbox", "stock")
        sums = {t: self.shop.one(f"CHECKSUM TABLE {t}") for t in tables}
        event = [e for e in self.shop.sandbox("ledger")["events"] if e["kind"] == "callback"][-1]["seq"]
        with self.shop.stopped("payments-sweep"):  # which would end other tests' unpaid orders
            for offset in (1, 3600, 30 * 86400):
                self.shop.set_clock(offset)
                self.shop.sandbox("replay", {"event": event})
            self.shop.set_clock(0)
        self.assertEqual({t: self.shop.one(f"CHECKSUM TABLE {t}") for t in tables}, sums)

    def test_a_cancelled_payment_can_be_tried_again_and_an_unpaid_order_cancelled(self):
        variant, group, _ = self.shop.product()
        visitor = self.shop.visitor("en")
        token = visitor.buy(variant, group)
        self.shop.begin_payment(visitor, token)
        reference = self.shop.order_row(token)["reference"]
        self.shop.pay(reference, status="fail", how="callback", wait=True)
        page = visitor.get(visitor.paths["order_page"] + token)
        self.assertIn(visitor.paths["pay"] + token, page.text, "pay again")
        self.assertEqual(self.shop.begin_payment(visitor, token).status, 200)
        visitor.post(visitor.paths["order_page"] + token + "/cancel", page.form(visitor.paths["order_page"] + token + "/cancel")["fields"])
        self.assertTrue(self.shop.settled(token, "cancelled", 20), "its hold goes within seconds")
        self.assertEqual(self.shop.order_row(token)["holds_stock"], "0")

    def test_a_hold_that_ends_gives_its_pieces_back(self):
        variant, group, _ = self.shop.product()
        visitor = self.shop.visitor()
        token = visitor.buy(variant, group)
        self.assertEqual(self.shop.order_row(token)["holds_stock"], "1")
        self.shop.set_clock(31 * 60)
        self.assertTrue(self.shop.settled(token, "expired", 20))
        self.assertEqual(self.shop.order_row(token)["holds_stock"], "0")  # that the stock agrees is an invariant

    def test_availability_is_live_within_ten_seconds(self):
        variant, group, _ = self.shop.product(free=3)  # few enough to be told in numbers
        product = self.shop.one(f"SELECT product_id FROM variants WHERE id = {variant}")
        read = lambda: self.shop.visitor().get(f"/saatavuus/{product}.json").text
        try:
            for _ in range(2):
                before = read()
                self.shop.buy(variant, group, how="callback", wait=True)
                self.assertTrue(wait_until(lambda: read() != before, 15), "the file beside the page changed")
        finally:
            self.shop.sql(f"UPDATE stock SET capacity = capacity + 200, free = free + 200 WHERE variant_id = {variant}")


if __name__ == "__main__":
    main()
