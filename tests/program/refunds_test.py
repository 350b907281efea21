#!/usr/bin/env python3
"""Goal: what staff have agreed to pay back goes back once, whatever the payment service does, with a credit receipt that makes the books whole to the cent (P15)."""
import concurrent.futures
import json
import random
import unittest

from payments_bed import Bed, SECRET, wait_until
from payments_orders import Order, broken_invariants, line, make_stock, ticket

bed = None
DAY = 86400


def setUpModule():
    global bed
    bed = Bed()


def tearDownModule():
    bed.close()


def ask(order, lines=None, cents=None, state="approved", stock_back=0, reason="customer_asked", outcome="settled"):
    """A request as the back office inserts it: `lines` are (line_no, quantity, cents). Its id."""
    total = cents if lines is None else sum(part[2] for part in lines)
    sql = (f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state, stock_back) SELECT {order.id}, id, {total}, '{reason}', NOW(3), '{state}', {stock_back} "
           f"FROM payment_attempts WHERE order_id = {order.id} AND outcome = '{outcome}' LIMIT 1; SET @r = LAST_INSERT_ID();")
    for line_no, quantity, part in lines or []:
        sql += f"INSERT INTO refund_request_lines VALUES (@r, {line_no}, {quantity}, {part});"
    return int(order.bed.sql(sql + "SELECT @r;")[-1][0])


def paid(lines=None, provider="osuuspankki", **more):
    order = Order(bed, lines, **more)
    order.begin()
    order.pay(provider=provider)
    assert order.state() == "paid", order.state()
    return order


def refund(request):
    rows = bed.sql(f"SELECT state, verdict, stamp, COALESCE(transaction_id, '') FROM refunds WHERE request_id = {request}")
    return rows[0] if rows else ["none", "", "", ""]


def state(request):
    return refund(request)[0]


def calls(stamp=None):
    """How often the service was asked to pay back."""
    requests = bed.sandbox("requests?last=1000&operation=refund")["requests"]
    return len([r for r in requests if stamp is None or json.loads(r["body"])["refundStamp"] == stamp])


def credits(order):
    return [(row[0], json.loads(row[1])) for row in bed.sql(f"SELECT total_cents, content FROM receipts WHERE order_id = {order.id} AND refund_id IS NOT NULL ORDER BY id")]


class Scenario(unittest.TestCase):
    def setUp(self):
        bed.sandbox("reset", {"ledger": False})
        bed.set_clock(0)
        if "sweep" not in bed.children:
            bed.start_sweep()

    def tearDown(self):
        bed.set_fault("")
        if bed.children["sweep"].poll() is not None:
            bed.stop("sweep")
        self.assertEqual(broken_invariants(bed), [])

    def becomes(self, request, wanted, seconds=10):
        self.assertTrue(wait_until(lambda: state(request) == wanted, seconds), f"{refund(request)}, not {wanted}: {bed.log('sweep')[-800:]}")


class Made(Scenario):
    def test_the_whole_goes_back_with_a_receipt_stock_tickets_and_a_mail(self):
        make_stock(bed, 41, 5)
        order = paid([ticket(variant_id=41, counted=1, quantity=2), line(quantity=1)])
        request = ask(order, [(1, 2, 4500), (2, 1, 1200)], stock_back=1)
        self.becomes(request, "ok")
        (total, content), = credits(order)
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
            order = paid([line(quantity=3, unit_cents=rng.randrange(1, 999)), line(unit_cents=rng.randrange(100, 2000), cost_centre="4200", ledger_account="3001"),
                          ticket(unit_cents=rng.randrange(100, 3000)), line(unit_cents=500, vat_code="exempt", vat_per_mille=None, vat_reason="Veroton", delivery_kind="none")])
            left = {no: x["quantity"] * x["unit_cents"] for no, x in enumerate(order.lines, 1)}
            while any(left.values()):
                parts = {no: rng.randint(1, rest) for no, rest in left.items() if rest and rng.random() < 0.7}
                if sum(parts.values()) == 0:
                    continue
                asked.append((order, ask(order, [(no, 0, part) for no, part in parts.items()])))
                for no, part in parts.items():
                    left[no] -= part
        for order, request in asked:
            self.becomes(request, "ok", 30)
        for order in {one[0] for one in asked}:
            of_order = f"FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.order_id = {order.id}"
            self.assertEqual(bed.sql(f"SELECT l.account, l.cost_centre, l.vat_code {of_order} GROUP BY 1, 2, 3 HAVING SUM(debit_cents) <> SUM(credit_cents)"), [])
            self.assertEqual(bed.sql(f"SELECT SUM(y.gross_cents), SUM(y.vat_cents) FROM receipts x JOIN receipt_lines y ON y.receipt_id = x.id WHERE x.order_id = {order.id}"), [["0", "0"]])

    def test_a_bank_that_pays_back_once_says_no_to_the_rest(self):
        order = paid(provider="nordea")
        self.becomes(ask(order, [(1, 1, 1200)]), "ok")
        self.becomes(ask(order, [(1, 1, 1200)]), "failed")

    def test_what_cannot_go_back_by_its_way_goes_by_email(self):
        order = paid(provider="spankki")
        request = ask(order, [(1, 2, 2400)])
        self.becomes(request, "ok")
        asked = json.loads(bed.sandbox("requests?last=1&operation=refund")["requests"][-1]["body"])
        self.assertEqual(asked["email"], "aino@example.com")
        self.assertEqual([bed.sql(f"SELECT COUNT(*) FROM outbox WHERE order_id = {order.id} AND kind = 'refund'")[0][0], order.mail("refund")["about"]], ["2", "under_way"])

    def test_money_without_a_receipt_goes_back_without_a_credit_receipt(self):
        late = Order(bed, [ticket(variant_id=42, counted=1)], hold_seconds=-1)
        make_stock(bed, 42, 0)
        bed.sql(f"UPDATE orders SET hold_until_utc = NOW(3) + INTERVAL 1 HOUR, holds_stock = FALSE WHERE id = {late.id}")
        late.begin()
        bed.sql(f"UPDATE orders SET state = 'expired', hold_until_utc = NOW(3) - INTERVAL 1 HOUR WHERE id = {late.id}")
        late.pay()
        self.assertEqual(late.state(), "paid_no_stock")
        request = ask(late, cents=2250, outcome="no_stock", reason="no_stock")
        self.becomes(request, "ok")
        self.assertEqual((credits(late), late.mail("refund")["receipt_number"]), ([], ""))


class Never(Scenario):
    def test_more_than_was_paid(self):
        order = paid()
        requests = [ask(order, [(1, 1, 1200)]) for _ in range(4)]
        self.assertTrue(wait_until(lambda: all(state(r) in ("ok", "failed") for r in requests)))
        self.assertEqual(sorted(state(r) for r in requests), ["failed", "failed", "ok", "ok"])
        self.assertEqual(calls(), 2, "what is too much never reaches the service")
        self.assertEqual({refund(r)[1] for r in requests if state(r) == "failed"}, {"more_than_left"})

    def test_lines_that_do_not_make_the_sum(self):
        order = paid()
        request = ask(order, [(1, 1, 1200)])
        wrong = ask(order, cents=1200)
        self.becomes(request, "ok")
        self.becomes(wrong, "failed")

    def test_two_sweeps_call_once(self):
        bed.start_sweep("sweep2")
        try:
            orders = [paid() for _ in range(6)]
            requests = [ask(order, [(1, 1, 1200)]) for order in orders]
            self.assertTrue(wait_until(lambda: all(state(r) == "ok" for r in requests), 20))
        finally:
            bed.stop("sweep2")
        self.assertEqual(calls(), 6)

    def test_without_agreement(self):
        order = paid()
        asked, requested, declined = (ask(order, [(1, 0, 100)], state=s) for s in ("asked", "requested", "declined"))
        agreed = ask(order, [(1, 0, 100)])
        self.becomes(agreed, "ok")
        self.assertEqual([state(r) for r in (asked, requested, declined)], ["none"] * 3)


class Answers(Scenario):
    def test_no(self):
        for outcome in ({"outcome": "fail"}, {"outcome": "pending-fail"}, {"outcome": "fail-without-id"}, {"status": 422, "processed": False}):
            order = paid([ticket(quantity=2)])
            bed.sandbox("faults", {"at": "refund", "do": outcome})
            request = ask(order, [(1, 1, 2250)])
            self.becomes(request, "failed")
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NOT NULL"), "0", "its ticket is good again")
            again = ask(order, [(1, 2, 4500)])
            self.becomes(again, "ok")

    def test_silence_is_no_second_call(self):
        """Time-outs and half answers leave it unknown; a callback ends it."""
        for do in ({"status": 500, "processed": True}, {"cut_after": 20}, {"response": "wrong-signature"}):
            order = paid()
            bed.sandbox("faults", {"at": "refund-callback", "do": {"hold": True}})
            bed.sandbox("faults", {"at": "refund", "do": do})
            request = ask(order, [(1, 1, 1200)])
            self.becomes(request, "unknown")
            more = ask(order, [(1, 2, 2400)])
            self.becomes(more, "failed")
            self.assertEqual(calls(refund(request)[2]), 1)
            bed.sandbox("release", {})
            self.becomes(request, "ok")
            self.assertNotEqual(refund(request)[3], "", "the refund's own id came with the callback")

    def test_a_person_ends_what_nobody_answered(self):
        for kind, wanted in (("refund_was_made", "ok"), ("refund_was_not_made", "failed")):
            order = paid()
            bed.sandbox("faults", {"at": "refund-callback", "do": {"drop": True}})
            bed.sandbox("faults", {"at": "refund", "do": {"status": 500, "processed": kind == "refund_was_made"}})
            request = ask(order, [(1, 1, 1200)])
            self.becomes(request, "unknown")
            bed.sql(f"INSERT INTO decisions (kind, object_id, words, decided_by, decided_utc) SELECT '{kind}', id, 'Katsottu', 1, NOW(3) FROM refunds WHERE request_id = {request}")
            self.becomes(request, wanted)
            self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM decisions WHERE done_utc IS NULL") == "0"))

    def test_callbacks_many_at_once_and_late(self):
        order = paid()
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending-ok", "callback_delay_ms": 300}})
        bed.sandbox("faults", {"at": "refund-callback", "do": {"copies": 20}})
        request = ask(order, [(1, 1, 1200)])
        self.becomes(request, "ok")
        self.assertEqual((len(credits(order)), [m for m in order.mails() if m == "refund"]), (1, ["refund"] * 2))

    def test_the_service_may_use_its_own_names_or_ours(self):
        for names in (True, False):
            bed.sandbox("config", {"refundNames": names})
            order = paid()
            bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending-ok"}})
            request = ask(order, [(1, 1, 1200)])
            self.becomes(request, "ok")


class Believed(Scenario):
    def pending(self):
        order = paid()
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending"}})
        request = ask(order, [(1, 1, 1200)])
        self.becomes(request, "pending")
        return order, request

    def test_forged_and_foreign_words_change_nothing(self):
        order, request = self.pending()
        for forge in ("wrong-signature", "no-signature", "upper-case", "empty-secret", "duplicate-parameter", "changed-amount", "changed-status", "other-account"):
            bed.sandbox("refund", {"refundStamp": refund(request)[2], "status": "pending", "do": {"forge": forge, "retry": False, **({} if forge == "changed-status" else {"answer_status": "ok"})}, "wait": True})
            self.assertEqual(state(request), "pending", forge)
        other, other_request = self.pending()
        events = bed.sandbox("ledger")["events"]
        # Another payment's good word at this refund's address, and a sum that is neither's.
        payment_word = [e for e in events if e["kind"] == "callback" and e["status"] == "ok"][-1]["url"].split("?", 1)[1]
        status, _, _ = bed.get(f"/maksu/cb/hyvitys/{refund(request)[2]}?{payment_word}")
        self.assertEqual((status, state(request)), (400, "pending"))
        bed.sandbox("refund", {"refundStamp": refund(request)[2], "status": "pending", "do": {"amount": 7, "answer_status": "ok", "retry": False}, "wait": True})
        self.assertEqual(state(request), "pending")
        self.assertEqual(bed.get("/maksu/cb/hyvitys/" + "z" * 26 + "?" + payment_word)[0], 400)
        for one in (request, other_request):
            bed.sandbox("refund", {"refundStamp": refund(one)[2], "status": "ok", "wait": True})
            self.assertEqual(state(one), "ok")

    def test_what_contradicts_the_end_is_told_to_a_person(self):
        """Told as not made, and paid by the service after all: the books stay, somebody looks."""
        order, request = self.pending()
        bed.sql(f"INSERT INTO decisions (kind, object_id, words, decided_by, decided_utc) SELECT 'refund_was_not_made', id, 'Katsottu', 1, NOW(3) FROM refunds WHERE request_id = {request}")
        self.becomes(request, "failed")
        bed.sandbox("refund", {"refundStamp": refund(request)[2], "status": "ok", "wait": True})
        self.assertEqual(state(request), "failed")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts s JOIN refunds f ON f.id = s.object_id WHERE f.request_id = {request} AND s.kind = 'refund_unknown' AND s.resolved_utc IS NULL"), "1")
        bed.seen_broken.update(broken_invariants(bed))

    def test_a_failure_never_takes_back_what_was_made(self):
        order, request = self.pending()
        bed.sandbox("refund", {"refundStamp": refund(request)[2], "status": "ok", "wait": True})
        bed.sandbox("refund", {"refundStamp": refund(request)[2], "status": "ok", "do": {"answer_status": "fail"}, "wait": True})
        self.assertEqual(state(request), "ok")


class Killed(Scenario):
    def test_at_any_point(self):
        """The sweep dies; a second one ends what can be ended, and never calls twice."""
        for point in ("refund.before_begin", "refund.committed", "refund.before_call", "refund.after_call", "refund.locked", "refund.before_commit", "refund.after_commit"):
            order = paid()
            bed.set_fault(f"{point} exit\n")
            request = ask(order, [(1, 1, 1200)])
            self.assertTrue(wait_until(lambda: bed.children["sweep"].poll() is not None), f"nothing comes by {point}")
            bed.stop("sweep")
            bed.set_fault("")
            bed.restart_payments_if_dead()
            bed.start_sweep()
            if not wait_until(lambda: state(request) in ("ok", "unknown"), 4):
                # Nobody knows whether it was called: unknown, once the call can't be under way any more.
                self.assertEqual(state(request), "calling", point)
                bed.set_clock(90)
                bed.sandbox("config", {"clockOffsetMs": 90_000})
                self.becomes(request, "unknown")
                bed.set_clock(0)
                bed.sandbox("config", {"clockOffsetMs": 0})
            self.assertLessEqual(calls(refund(request)[2]), 1, point)


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
        ask(order, cents=4500, outcome="no_stock", reason="no_stock", state="requested")
        self.assertEqual((self.decide(order), order.state()), ("refund_asked", "paid_no_stock"))


if __name__ == "__main__":
    unittest.main()
