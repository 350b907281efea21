#!/usr/bin/env python3
"""Goal: whatever the payment service says, how often and in whatever order, an order is paid once, with one receipt and one mail."""
import concurrent.futures
import json
import re
import threading
import unittest

import payments_bed
from payments_bed import Bed
from payments_orders import Order, broken_invariants, line, ticket

bed = None


def setUpModule():
    global bed
    bed = Bed()


def tearDownModule():
    bed.close()


def sum_of_tables(but=("payment_events",)):
    """Everything in the database but the journal of what was received."""
    tables = [t[0] for t in bed.sql("SHOW TABLES") if t[0] not in but]
    return bed.sql("CHECKSUM TABLE " + ", ".join(tables))


class Scenario(unittest.TestCase):
    def setUp(self):
        bed.sandbox("reset", {"ledger": False})

    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class Starting(Scenario):
    def test_page_leads_on_by_link_and_refresh(self):
        """The page has a plain link and Refresh: 0 to the service, and is never a redirect."""
        for lang, words in (("fi", "Siirry maksamaan"), ("sv", "Gå till betalningen"), ("en", "Go to the payment")):
            order = Order(bed, lang=lang)
            status, headers, body = order.start()
            href = re.search(r"0; url=(.*)", headers["Refresh"]).group(1)
            self.assertEqual(status, 200)
            self.assertNotIn("Location", headers)
            self.assertIn(f'href="{href}"', body.decode())
            self.assertIn(words, body.decode())

    def test_request_holds_what_it_must_and_no_more(self):
        """Items make the sum exactly, VAT per line, contact data without an address, our addresses, no credit."""
        order = Order(bed, [line(quantity=3, unit_cents=999), ticket(quantity=2), line(kind="delivery", product_id=None, variant_id=None,
                      product_kind=None, code="post", name="Posti", detail="", unit_cents=590),
                      line(code="course/-", unit_cents=100, vat_code="exempt_education", vat_per_mille=None, vat_reason="Veroton koulutuspalvelu, AVL 39 §")],
                      lang="sv", company="Oy Ab", business_id="2744393-6")
        stamp = order.begin()
        body = json.loads(bed.sandbox("requests?last=1&operation=create")["requests"][0]["body"])
        self.assertEqual(sum(i["unitPrice"] * i["units"] for i in body["items"]), body["amount"])
        self.assertEqual(body["amount"], order.total)
        self.assertEqual([i["vatPercentage"] for i in body["items"]], [25.5, 13.5, 25.5, 0])
        self.assertEqual((body["stamp"], body["reference"], body["language"], body["currency"]), (stamp, order.reference, "SV", "EUR"))
        self.assertEqual(body["customer"], {"email": "aino@example.com", "firstName": "Aino", "lastName": "Mäkelä", "phone": "+358401234567",
                                            "companyName": "Oy Ab", "vatId": "FI27443936"})
        self.assertNotIn("credit", body["groups"])
        self.assertFalse({"deliveryAddress", "invoicingAddress"} & body.keys())
        self.assertEqual(body["redirectUrls"]["success"], f"http://localhost:{bed.shop_port}/sv/betalning/retur/{stamp}")
        self.assertEqual(body["callbackUrls"]["cancel"], f"http://localhost:{bed.shop_port}/maksu/cb/{stamp}")

    def test_two_tabs_lead_to_one_payment(self):
        order = Order(bed)
        hrefs = {order.start()[1]["Refresh"] for _ in range(3)}
        self.assertEqual(len(hrefs), 1)
        self.assertEqual(len(order.attempts()), 1)

    def test_many_tabs_at_once_lead_to_one_payment(self):
        order = Order(bed)
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: order.start(), range(12)))
        self.assertEqual({a[0] for a in answers}, {200})
        self.assertEqual(len(order.attempts()), 1)

    def test_order_that_is_not_payable_shows_its_page(self):
        for state in ("paid_no_stock", "cancelled", "expired", "confirmed"):
            order = Order(bed, state=state, **({"fulfilled_utc": None}))
            status, headers, _ = order.start()
            self.assertEqual((status, headers.get("Location")), (303, order.page()))
        late = Order(bed, hold_seconds=-1)
        self.assertEqual(late.start()[0], 303)

    def test_unknown_orders_are_not_found(self):
        for path in ("/fi/maksu/" + payments_bed.token(), "/fi/maksu/x", "/fi/maksu/" + "i" * 26, "/maksu/cb"):
            self.assertEqual(bed.get(path)[0], 404)

    def test_a_wrong_method_does_nothing_and_names_the_right_one(self):
        order = Order(bed)
        stamp = payments_bed.token()
        for method in ("HEAD", "POST", "PUT"):
            for path in (order.PATHS["fi"][0] + order.token, order.PATHS["fi"][2] + stamp, "/maksu/cb/" + stamp):
                status, headers, _ = bed.get(path, method=method)
                self.assertEqual((status, headers.get("Allow")), (405, "GET"), (method, path))
        self.assertEqual(order.attempts(), [])

    def test_page_of_the_service_and_way_back_are_in_the_payers_language(self):
        order = Order(bed, lang="fi")
        bed.get("/sv/betalning/" + order.token)
        body = json.loads(bed.sandbox("requests?last=1&operation=create")["requests"][0]["body"])
        self.assertEqual((body["language"], body["redirectUrls"]["cancel"]), ("SV", f"http://localhost:{bed.shop_port}/sv/betalning/retur/{order.last_stamp()}"))

    def test_no_order_is_tried_without_end(self):
        order = Order(bed)
        for _ in range(40):
            bed.sql(f"INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, created_utc) VALUES ({order.id}, "
                    f"'{payments_bed.token()}', '1', '1', 1, 'fail', NOW(3))")
        status, headers, _ = order.start()
        self.assertEqual((status, headers["Location"]), (303, order.page()), "whose page says why: see checkout_pages_test")


class Settling(Scenario):
    def test_P1_callback_before_redirect(self):
        order = Order(bed)
        order.begin()
        url = order.pay(how="both", do={"order": "callback-first"})["redirectUrl"]
        self.assertEqual(order.state(), "paid")
        status, headers, _ = bed.get("/" + url.split("/", 3)[3])
        self.assertEqual((status, headers["Location"]), (303, order.page()))
        self.assertEqual((order.mails(), order.receipts()), (["order_confirmation"], 1))

    def test_P2_redirect_before_callback(self):
        order = Order(bed, lang="en")
        order.begin()
        status, headers, _ = bed.get(order.callback_url("redirect"))
        self.assertEqual((status, headers["Location"]), (303, order.page()))
        self.assertEqual(order.state(), "paid")
        events = bed.sandbox("emit", {"transactionId": self.transaction(order), "events": [{"status": "ok"}], "wait": True})["events"]
        self.assertEqual(events[0]["answer"], 200)
        self.assertEqual((order.mails(), order.receipts()), (["order_confirmation"], 1))

    def transaction(self, order):
        return bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {order.id} ORDER BY id DESC LIMIT 1")

    def test_P3_all_at_the_same_instant(self):
        """2 to 20 copies of callback and redirect at once, 200 rounds: one transition, one mail, every answer good."""
        rounds = 200
        orders = []
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            for n in range(rounds):
                order = Order(bed, [ticket()])
                order.begin()
                url = order.callback_url()
                copies = 2 + n % 19
                paths = [url if i % 2 else url.replace("/maksu/cb/", "/fi/maksu/paluu/") for i in range(copies)]
                gate = threading.Barrier(copies)
                answers = list(pool.map(lambda path: (gate.wait(), bed.get(path)[0])[1], paths))
                self.assertEqual(sorted(set(answers)), [200, 303], (n, answers))
                orders.append(order)
        self.assertEqual(int(bed.one("SELECT COUNT(*) FROM payment_attempts WHERE state <> 'ok' AND order_id IN (%s)" % ",".join(str(o.id) for o in orders))), 0)

    def test_P5_duplicates_change_nothing(self):
        """A second, an hour and thirty days later: 200, and no row but the journal's changes."""
        order = Order(bed)
        order.begin()
        url = order.callback_url()
        self.assertEqual(bed.get(url)[0], 200)
        before = sum_of_tables()
        for offset in (1, 3600, 30 * 86400):
            bed.set_clock(offset)
            self.assertEqual(bed.get(url)[0], 200)
            self.assertEqual(bed.get(order.callback_url("redirect"))[0], 303)
        bed.set_clock(0)
        self.assertEqual(sum_of_tables(), before)

    def test_a_word_sent_again_and_again_does_not_fill_the_journal(self):
        order = Order(bed)
        order.begin()
        callback, back = order.callback_url(), order.callback_url("redirect")
        self.assertEqual({bed.get(callback)[0] for _ in range(30)} | {bed.get(back)[0] for _ in range(30)}, {200, 303})
        self.assertEqual(self.events(order), [["paid", "1"], ["repeated", "20"]])

    def test_nor_does_one_with_another_sum(self):
        order = Order(bed)
        order.begin()
        transaction = self.transaction(order)
        bed.sandbox("payment", {"transactionId": transaction, "setStatus": "fail"})
        bed.sandbox("emit", {"transactionId": transaction, "events": [{"status": "fail", "amount": 1}] * 30, "wait": True})
        self.assertEqual(self.events(order), [["sum_differs", "20"]])

    def events(self, order):
        return bed.sql(f"SELECT verdict, COUNT(*) FROM payment_events WHERE attempt_id IN (SELECT id FROM payment_attempts WHERE order_id = {order.id}) "
                       "GROUP BY verdict ORDER BY verdict")

    def test_P6_words_out_of_order(self):
        for words, state, attempt in ((["ok", "fail"], "paid", "ok"), (["ok", "pending"], "paid", "ok"), (["fail", "ok"], "paid", "ok"),
                                      (["delayed", "ok"], "paid", "ok"), (["pending", "fail"], "pending", "fail"),
                                      (["fail", "pending"], "pending", "fail"), (["pending", "delayed", "pending"], "pending", "pending")):
            order = Order(bed)
            order.begin()
            transaction = self.transaction(order)
            bed.sandbox("payment", {"transactionId": transaction, "setStatus": "ok" if state == "paid" else "fail"})
            events = bed.sandbox("emit", {"transactionId": transaction, "events": [{"status": w} for w in words], "wait": True})["events"]
            self.assertEqual({e["answer"] for e in events}, {200}, words)
            self.assertEqual((order.state(), order.attempts()[0][0]), (state, attempt), words)

    def test_pending_is_told_once_and_then_paid(self):
        order = Order(bed)
        order.begin()
        order.pay("pending")
        self.assertEqual((order.state(), order.mails()), ("pending", ["payment_delayed"]))
        self.assertEqual(order.start()[0], 303, "a payment under way is not begun again")
        order.pay("ok")
        self.assertEqual((order.state(), order.mails()), ("paid", ["payment_delayed", "order_confirmation"]))

    def test_failed_and_tried_again(self):
        order = Order(bed)
        first = order.begin()
        order.pay("fail")
        self.assertEqual(order.state(), "pending")
        self.assertNotEqual(order.begin(), first)
        order.pay()
        self.assertEqual((order.state(), order.attempts()), ("paid", [["fail", "none"], ["ok", "settled"]]))

    def test_P8_new_signed_parameters_and_settlement_reference(self):
        bed.sandbox("config", {"settlementReference": "45667372"})
        order = Order(bed)
        order.begin()
        order.pay(do={"forge": "extra-signed"})
        self.assertEqual(order.state(), "paid")
        self.assertEqual(bed.one(f"SELECT settlement_reference FROM payment_attempts WHERE order_id = {order.id}"), "45667372")

    def test_P17_largest_sum_and_many_rates(self):
        order = Order(bed, [line(unit_cents=99_999_998)])
        order.begin()
        order.pay()
        self.assertEqual(order.state(), "paid")
        odd = Order(bed, [line(unit_cents=1, quantity=7), ticket(unit_cents=333, quantity=3), line(unit_cents=0, ledger_account="3009"),
                          line(unit_cents=101, vat_code="press", vat_per_mille=100), line(unit_cents=77, vat_code="zero", vat_per_mille=0)])
        odd.begin()
        odd.pay()
        self.assertEqual(odd.state(), "paid")


class Forged(Scenario):
    """P7, P9: what is not signed, or not ours, is answered 4xx and changes nothing but the journal."""

    def refused(self, order, url, verdict=None, alert=False):
        but = ("payment_events", "staff_alerts") if alert else ("payment_events",)
        before = sum_of_tables(but)
        events = int(bed.one("SELECT COUNT(*) FROM payment_events"))
        self.assertEqual(bed.get(url)[0], 400, url)
        page = bed.get(url.replace("/maksu/cb/", "/fi/maksu/paluu/"))
        self.assertEqual(page[0], 400)
        self.assertIn("Emme voi vahvistaa maksua", page[2].decode())
        self.assertEqual(sum_of_tables(but), before)
        self.assertEqual(int(bed.one("SELECT COUNT(*) FROM payment_events")), events + 2, "both are journalled")
        self.assertEqual(order.state(), "pending")
        case = bed.one("SELECT case_code FROM payment_events ORDER BY id DESC LIMIT 1")
        self.assertRegex(case, "^[0-9A-Z]{9}$")
        self.assertIn("Tapauskoodi: " + case, page[2].decode(), "the page's code leads to the journal")
        self.assertRegex(bed.log("payments"), rf"callback_refused case={case} request=[0-9a-f]{{32}} ", "and to the access log")
        if verdict:
            self.assertEqual(bed.one("SELECT verdict FROM payment_events ORDER BY id DESC LIMIT 1"), verdict)

    def url(self, order, forge):
        status = "fail" if forge == "changed-status" else "ok"  # it makes an ok of what was signed
        transaction = bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {order.id}")
        event = bed.sandbox("emit", {"transactionId": transaction, "events": [{"status": status, "forge": forge, "drop": True}], "wait": True})["events"][0]
        return "/" + event["url"].split("/", 3)[3]

    def test_P7_wrong_signatures_and_forms(self):
        order = Order(bed)
        order.begin()
        for forge in ("wrong-signature", "no-signature", "two-signatures", "upper-case", "short-signature", "empty-secret", "wrong-algorithm",
                      "missing-parameter", "extra-parameter", "duplicate-parameter", "duplicate-other", "duplicate-signed", "changed-amount",
                      "changed-status", "other-algorithm", "other-account", "unknown-status", "missing-signed"):
            with self.subTest(forge):
                self.refused(order, self.url(order, forge))
        self.refused(order, f"/maksu/cb/{order.last_stamp()}?%zz", "malformed")
        self.refused(order, f"/maksu/cb/{order.last_stamp()}", "wrong_account")

    def test_P9_signed_but_of_another_payment(self):
        order = Order(bed)
        order.begin()
        for forge, verdict in (("other-transaction", "not_matching"), ("other-reference", "not_matching"), ("other-stamp", "other_address")):
            with self.subTest(forge):
                self.refused(order, self.url(order, forge), verdict, alert=True)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM staff_alerts WHERE kind = 'unknown_payment'"), "2", "two unknown transactions, one alert each")

    def test_P9_replay_of_another_orders_callback(self):
        paid, order = Order(bed), Order(bed)
        paid.begin()
        paid.pay()
        order.begin()
        query = paid.callback_url().split("?", 1)[1]
        self.refused(order, f"/maksu/cb/{order.last_stamp()}?{query}", "other_address")

    def test_stamp_that_nobody_made(self):
        order = Order(bed)
        order.begin()
        url = self.url(order, {"set": {"checkout-stamp": "a" * 26}})
        query = url.split("?", 1)[1]
        self.refused(order, f"/maksu/cb/{'a' * 26}?{query}", "unknown_stamp", alert=True)

    def test_journal_holds_no_signature_and_is_bounded(self):
        order = Order(bed)
        order.begin()
        self.refused(order, f"/maksu/cb/{order.last_stamp()}?checkout-account=1&checkout-x=" + "y" * 2900 + "&signature=abcdef0123&name=Aino")
        received = bed.one("SELECT received FROM payment_events ORDER BY id DESC LIMIT 1")
        self.assertNotIn("abcdef0123", received)
        self.assertNotIn("Aino", received)
        self.assertLessEqual(len(received), 1500)


class OtherSums(Scenario):
    def test_P10_another_sum_is_for_a_person(self):
        order = Order(bed)
        order.begin()
        order.pay(do={"amount": order.total - 1})
        self.assertEqual((order.state(), order.attempts()), ("pending", [["ok", "needs_review"]]))
        self.assertEqual(order.mails(), ["needs_review"])
        self.assertEqual(order.mail("needs_review")["received_cents"], order.total - 1)
        self.assertEqual(order.receipts(), 0)
        attempt = bed.one(f"SELECT id FROM payment_attempts WHERE order_id = {order.id}")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'needs_review' AND object_id = {attempt}"), "1")
        self.assertEqual(order.start()[0], 303, "money is there: nobody is sent to pay again")

    def test_P10_another_sum_without_money_changes_nothing(self):
        order = Order(bed)
        order.begin()
        order.pay("fail", do={"amount": 1})
        self.assertEqual((order.state(), order.attempts()), ("pending", [["new", "none"]]))

    def alerts(self, order):
        return bed.sql("SELECT kind, case_code FROM staff_alerts WHERE kind IN ('sum_differs', 'needs_review') AND object_id IN "
                       f"(SELECT id FROM payment_attempts WHERE order_id = {order.id}) ORDER BY id")

    def test_each_alert_of_a_payment_reaches_staff(self):
        """Another sum without money, resolved, then again, then with money: three alerts, the last with the buyer's code."""
        order = Order(bed)
        order.begin()
        transaction = bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {order.id}")
        say = lambda status: bed.sandbox("emit", {"transactionId": transaction, "events": [{"status": status, "amount": 1}], "wait": True})
        bed.sandbox("payment", {"transactionId": transaction, "setStatus": "ok"})
        say("fail")
        say("fail")
        self.assertEqual([a[0] for a in self.alerts(order)], ["sum_differs"], "one while it is open")
        bed.sql("UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'sum_differs'")
        say("fail")
        say("ok")
        alerts = self.alerts(order)
        self.assertEqual([a[0] for a in alerts], ["sum_differs", "sum_differs", "needs_review"])
        self.assertEqual(alerts[2][1], order.mail("needs_review")["case_code"])
        self.assertEqual(len({a[1] for a in alerts}), 3)

    def test_a_second_payment_of_another_sum_is_too_much_and_no_question(self):
        order = Order(bed)
        first = order.begin()
        bed.sql(f"UPDATE payment_attempts SET created_utc = created_utc - INTERVAL 1 HOUR WHERE stamp = '{first}'")
        second = order.begin()
        bed.sandbox("pay", {"stamp": first, "status": "ok", "how": "callback", "wait": True})
        bed.sandbox("pay", {"stamp": second, "status": "ok", "how": "callback", "wait": True, "do": {"amount": 77}})
        self.assertEqual(order.attempts(), [["ok", "settled"], ["ok", "overpaid"]])
        self.assertEqual(order.mails(), ["order_confirmation", "overpaid"], "not: your order is not confirmed yet")
        self.assertEqual(order.mail("overpaid")["received_cents"], 77)


if __name__ == "__main__":
    unittest.main(verbosity=2)
