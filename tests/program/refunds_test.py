#!/usr/bin/env python3
"""Goal: what staff have agreed to pay back goes back once, whatever the payment service does, with a credit receipt that makes the books whole to the cent (P15)."""
import json
import random
import unittest

from payments_bed import wait_until
from payments_orders import Order, broken_invariants, line, make_stock, ticket
from refunds_bed import RefundBed, Scenario

bed = None


def setUpModule():
    global bed
    bed = Scenario.bed = RefundBed()


def tearDownModule():
    bed.close()


class Made(Scenario):
    def test_the_whole_goes_back_with_a_receipt_stock_tickets_and_a_mail(self):
        make_stock(bed, 41, 5)
        order = bed.paid([ticket(variant_id=41, counted=1, quantity=2), line(quantity=1)])
        request = bed.ask(order, [(1, 2, 4500), (2, 1, 1200)], stock_back=1)
        self.becomes(request, "ok")
        (total, content), = bed.credits(order)
        original = bed.one(f"SELECT CONCAT(year, '-', LPAD(no, 6, '0')) FROM receipts WHERE order_id = {order.id} AND refund_id IS NULL")
        self.assertEqual((total, content["credits"]["number"], content["total_cents"], [x["quantity"] for x in content["lines"]]), ("-5700", original, -5700, [-2, -1]))
        self.assertEqual([(x["per_mille"], x["gross_cents"], x["vat_cents"]) for x in content["vat"]], [(255, -1200, -244), (135, -4500, -535)])
        self.assertEqual(bed.one("SELECT free FROM stock WHERE variant_id = 41"), "5")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NULL"), "0")
        self.assertEqual((order.state(), order.mail("refund")["about"], order.mail("refund")["refund_cents"]), ("paid", "made", 5700))
        self.assertEqual(bed.one(f"SELECT state FROM refund_requests WHERE id = {request}"), "taken")

    def test_parts_make_the_whole_to_the_cent(self):
        """Any number of parts, by line or by cents: VAT and every account end at nothing."""
        rng = random.Random(5)
        asked = []
        for _ in range(4):
            order = bed.paid([line(quantity=3, unit_cents=rng.randrange(1, 999)), line(unit_cents=rng.randrange(100, 2000), cost_centre="4200", ledger_account="3001"),
                          ticket(unit_cents=rng.randrange(100, 3000)), line(unit_cents=500, vat_code="exempt", vat_per_mille=None, vat_reason="Veroton", delivery_kind="none")])
            left = {no: x["quantity"] * x["unit_cents"] for no, x in enumerate(order.lines, 1)}
            while any(left.values()):
                parts = {no: rng.randint(1, rest) for no, rest in left.items() if rest and rng.random() < 0.7}
                if sum(parts.values()) == 0:
                    continue
                asked.append((order, bed.ask(order, [(no, 0, part) for no, part in parts.items()])))
                for no, part in parts.items():
                    left[no] -= part
        for order, request in asked:
            self.becomes(request, "ok", 30)
        for order in {one[0] for one in asked}:
            of_order = f"FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.order_id = {order.id}"
            self.assertEqual(bed.sql(f"SELECT l.account, l.cost_centre, l.vat_code {of_order} GROUP BY 1, 2, 3 HAVING SUM(debit_cents) <> SUM(credit_cents)"), [])
            self.assertEqual(bed.sql(f"SELECT SUM(y.gross_cents), SUM(y.vat_cents) FROM receipts x JOIN receipt_lines y ON y.receipt_id = x.id WHERE x.order_id = {order.id}"), [["0", "0"]])

    def test_a_bank_that_pays_back_once_says_no_to_the_rest(self):
        order = bed.paid(provider="nordea")
        self.becomes(bed.ask(order, [(1, 1, 1200)]), "ok")
        self.becomes(bed.ask(order, [(1, 1, 1200)]), "failed")

    def test_what_cannot_go_back_by_its_way_goes_by_email(self):
        order = bed.paid(provider="spankki")
        self.fault(order, {"hold": True}, at="refund-callback")
        request = bed.ask(order, [(1, 2, 2400)])
        self.becomes(request, "pending")
        bed.sandbox("release", {})
        self.becomes(request, "ok")
        asked = json.loads(bed.sandbox("requests?last=1&operation=refund")["requests"][-1]["body"])
        self.assertEqual(asked["email"], "aino@example.com")
        self.assertEqual([bed.sql(f"SELECT COUNT(*) FROM outbox WHERE order_id = {order.id} AND kind = 'refund'")[0][0], order.mail("refund")["about"]], ["2", "under_way"])

    def test_money_without_a_receipt_goes_back_without_a_credit_receipt(self):
        make_stock(bed, 42, 0)
        late = Order(bed, [ticket(variant_id=42, counted=1)])
        bed.sql(f"UPDATE stock SET free = 0 WHERE variant_id = 42; UPDATE orders SET holds_stock = FALSE WHERE id = {late.id}")
        late.begin()
        bed.sql(f"UPDATE orders SET state = 'expired', hold_until_utc = NOW(3) - INTERVAL 1 HOUR WHERE id = {late.id}")
        late.pay()
        self.assertEqual(late.state(), "paid_no_stock")
        request = bed.ask(late, cents=2250, outcome="no_stock", reason="no_stock")
        self.becomes(request, "ok")
        self.assertEqual((bed.credits(late), late.mail("refund")["receipt_number"]), ([], ""))


class Never(Scenario):
    def test_more_than_was_paid(self):
        order = bed.paid()
        requests = [bed.ask(order, [(1, 1, 1200)]) for _ in range(4)]
        self.assertTrue(wait_until(lambda: all(bed.state(r) in ("ok", "failed") for r in requests)))
        self.assertEqual(sorted(bed.state(r) for r in requests), ["failed", "failed", "ok", "ok"])
        self.assertEqual(bed.calls(), 2, "what is too much never reaches the service")
        self.assertEqual({bed.refund(r)[1] for r in requests if bed.state(r) == "failed"}, {"more_than_left"})

    def test_lines_that_do_not_make_the_sum(self):
        order = bed.paid()
        request = bed.ask(order, [(1, 1, 1200)])
        wrong = bed.ask(order, cents=1200)
        self.becomes(request, "ok")
        self.becomes(wrong, "failed")

    def test_two_sweeps_call_once(self):
        bed.start_sweep("sweep2")
        try:
            orders = [bed.paid() for _ in range(6)]
            requests = [bed.ask(order, [(1, 1, 1200)]) for order in orders]
            self.assertTrue(wait_until(lambda: all(bed.state(r) == "ok" for r in requests)))
        finally:
            bed.stop("sweep2")
        self.assertEqual(bed.calls(), 6)

    def test_without_agreement(self):
        order = bed.paid()
        asked, requested, declined = (bed.ask(order, [(1, 0, 100)], state=s) for s in ("asked", "requested", "declined"))
        agreed = bed.ask(order, [(1, 0, 100)])
        self.becomes(agreed, "ok")
        self.assertEqual([bed.state(r) for r in (asked, requested, declined)], ["none"] * 3)


class Believed(Scenario):
    def pending(self):
        order = bed.paid()
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending"}})
        request = bed.ask(order, [(1, 1, 1200)])
        self.becomes(request, "pending")
        return order, request

    def test_forged_and_foreign_words_change_nothing(self):
        order, request = self.pending()
        for forge in ("wrong-signature", "no-signature", "upper-case", "empty-secret", "duplicate-parameter", "changed-amount", "changed-status", "other-account"):
            bed.sandbox("refund", {"refundStamp": bed.refund(request)[2], "status": "pending", "do": {"forge": forge, "retry": False, **({} if forge == "changed-status" else {"answer_status": "ok"})}, "wait": True})
            self.assertEqual(bed.state(request), "pending", forge)
        other, other_request = self.pending()
        events = bed.sandbox("ledger")["events"]
        # Another payment's good word at this refund's address, and a sum that is neither's.
        payment_word = [e for e in events if e["kind"] == "callback" and e["status"] == "ok"][-1]["url"].split("?", 1)[1]
        status, _, _ = bed.get(f"/maksu/cb/hyvitys/{bed.refund(request)[2]}?{payment_word}")
        self.assertEqual((status, bed.state(request)), (400, "pending"))
        bed.sandbox("refund", {"refundStamp": bed.refund(request)[2], "status": "pending", "do": {"amount": 7, "answer_status": "ok", "retry": False}, "wait": True})
        self.assertEqual(bed.state(request), "pending")
        self.assertEqual(bed.get("/maksu/cb/hyvitys/" + "z" * 26 + "?" + payment_word)[0], 400)
        for one in (request, other_request):
            bed.sandbox("refund", {"refundStamp": bed.refund(one)[2], "status": "ok", "wait": True})
            self.assertEqual(bed.state(one), "ok")

    def test_what_contradicts_the_end_is_told_to_a_person(self):
        """Told as not made, and paid by the service after all: the books stay, somebody looks."""
        order, request = self.pending()
        bed.sql(f"INSERT INTO decisions (kind, object_id, words, decided_by, decided_utc) SELECT 'refund_was_not_made', id, 'Katsottu', 1, NOW(3) FROM refunds WHERE request_id = {request}")
        self.becomes(request, "failed")
        bed.sandbox("refund", {"refundStamp": bed.refund(request)[2], "status": "ok", "wait": True})
        self.assertEqual(bed.state(request), "failed")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts s JOIN refunds f ON f.id = s.object_id WHERE f.request_id = {request} AND s.kind = 'refund_unknown' AND s.resolved_utc IS NULL"), "1")
        bed.seen_broken.update(broken_invariants(bed))

    def test_a_failure_never_takes_back_what_was_made(self):
        order, request = self.pending()
        bed.sandbox("refund", {"refundStamp": bed.refund(request)[2], "status": "ok", "wait": True})
        bed.sandbox("refund", {"refundStamp": bed.refund(request)[2], "status": "ok", "do": {"answer_status": "fail"}, "wait": True})
        self.assertEqual(bed.state(request), "ok")


class OddCases(Scenario):
    def late(self, variant, lines):
        order = Order(bed, lines)
        order.begin()
        bed.sql(f"UPDATE stock SET free = 0, capacity = {lines[0]['quantity'] - 1} WHERE variant_id = {variant}")
        bed.sql(f"UPDATE orders SET state = 'expired', holds_stock = FALSE, hold_until_utc = NOW(3) - INTERVAL 1 HOUR WHERE id = {order.id}")
        bed.sql(f"UPDATE stock SET free = capacity WHERE variant_id = {variant}")
        order.pay()
        self.assertEqual(order.state(), "paid_no_stock")
        return order

    def decide(self, order):
        bed.sql(f"INSERT INTO decisions (kind, object_id, words, decided_by, decided_utc) VALUES ('deliver_anyway', {order.id}, 'Mahtuu', 1, NOW(3))")
        self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM decisions WHERE done_utc IS NULL") == "0"))
        return bed.one(f"SELECT result FROM decisions WHERE object_id = {order.id} AND kind = 'deliver_anyway' ORDER BY id DESC LIMIT 1")

    def test_paid_too_late_is_delivered_all_the_same(self):
        make_stock(bed, 51, 5)
        order = self.late(51, [ticket(variant_id=51, counted=1, quantity=2)])
        self.assertEqual(self.decide(order), "done")
        self.assertEqual((order.state(), bed.one("SELECT free FROM stock WHERE variant_id = 51"), order.receipts()), ("paid", "-1", 1))
        self.assertEqual(bed.sql(f"SELECT SUM(debit_cents) - SUM(credit_cents) FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.order_id = {order.id} AND l.account = '2990'"), [["0"]])
        self.assertIn("order_confirmation", order.mails())

    def test_not_once_its_refund_is_asked(self):
        make_stock(bed, 52, 5)
        order = self.late(52, [ticket(variant_id=52, counted=1, quantity=2)])
        bed.ask(order, cents=4500, outcome="no_stock", reason="no_stock", state="requested")
        self.assertEqual((self.decide(order), order.state()), ("refund_asked", "paid_no_stock"))


if __name__ == "__main__":
    unittest.main()
