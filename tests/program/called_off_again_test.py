#!/usr/bin/python3
"""Goal: of a time that was called off nobody's money stays where it is: what a refund before it was to bring and didn't is asked back after all, while the buyer is told once; and an order
that can't be asked back holds up no other, is tried again, and is told to staff."""
import unittest

import called_off_test as off
from office_bed import page, send
from payments_bed import wait_until
from payments_orders import Order, broken_invariants


def setUpModule():
    off.setUpModule()


def tearDownModule():
    off.tearDownModule()


class Again(unittest.TestCase):
    def setUp(self):
        off.new_friday()

    def tearDown(self):
        self.assertEqual(broken_invariants(off.bed), [])

    def ask(self, order, units):
        at = page(order) + "/hyvitys"
        self.assertEqual(send(off.cashier, at, at, {"what": "lines", "units_1": str(units), "reason": "customer_asked", "words": "Soitti"}).status, 303)
        return off.bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")

    def answer(self, request, answer):
        approve = "/fi/hyvaksyttavat-hyvitykset"
        self.assertEqual(send(off.manager, approve, approve + "/vastaa", {"request": request, "answer": answer, "words": "Ei nyt"}).status, 303)

    def in_an_hour(self, condition):
        """What was under way is looked at again then."""
        self.after(3601, condition)

    def after(self, seconds, condition):
        off.bed.later(seconds)
        try:
            self.assertTrue(wait_until(condition), off.bed.log("sweep"))
        finally:
            off.bed.later(0)

    def failures(self):
        with open(off.bed.path("log/sweep"), encoding="utf-8", errors="replace") as log:
            return log.read().count("called_off_time")

    def sums_told(self, order):
        return [one["refund_cents"] for one in off.bed.mails_to(order, "refund") if one["about"].startswith("called_off")]

    def test_who_waits_for_a_second_person_is_told_once_and_a_no_leaves_nothing_unasked(self):
        whole, some, gone = off.bed.paid(off.seat(quantity=9)), off.bed.paid(off.seat(quantity=12)), off.bed.paid(off.seat())
        requests = [self.ask(whole, 9), self.ask(some, 9)]
        self.ask(gone, 1)
        self.assertTrue(off.bed.ends(gone, "ok"))
        self.assertEqual(off.call_off().status, 303)
        self.assertTrue(off.all_asked())
        waits, why = ["requested", "customer_asked", "Soitti", "20250", "1 9 20250"], ["session_cancelled", "Esiintyjä on sairas"]
        self.assertEqual([off.asked(order) for order in (whole, some)], [[waits], [waits, ["asked", *why, "6750", "1 3 6750"]]])
        self.assertEqual([self.sums_told(order) for order in (whole, some, gone)], [[20250], [27000], []], "all that comes back; of the third it had come back")
        for request in requests:
            self.answer(request, "no")
        self.assertEqual(off.pay(some).status, 303)
        self.assertTrue(wait_until(lambda: ("taken", "ok", 6750) in off.bed.refunds(some)))
        self.in_an_hour(lambda: [off.asked(order)[-1] for order in (whole, some)] == [["asked", *why, "20250", "1 9 20250"]] * 2)
        self.assertEqual([self.sums_told(order) for order in (whole, some)], [[20250], [27000]], "once")
        request = off.bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {whole.id}")
        send(off.cashier, off.REFUNDS, off.REFUNDS + "/hylkaa", {"request": request, "words": "Siirtyi lauantaille"})
        self.after(2 * 3601, lambda: off.bed.one(f"SELECT again_utc FROM called_off_orders WHERE order_id = {whole.id}") == "NULL")
        self.assertEqual([one[0] for one in off.asked(whole)], ["declined", "declined"], "what staff declined of it isn't asked again")

    def test_what_staff_asked_meanwhile_and_a_second_person_declined_is_asked_again(self):
        order = off.bed.paid(off.seat(quantity=12))
        self.assertEqual(off.call_off().status, 303)
        self.assertTrue(off.all_asked())
        meanwhile = self.ask(order, 9)
        off.pay(order)
        own = off.bed.one(f"SELECT id FROM refund_requests WHERE order_id = {order.id} AND reason = 'session_cancelled'")
        self.answer(own, "yes")
        self.assertTrue(wait_until(lambda: ("taken", "ok", 6750) in off.bed.refunds(order)), "less what somebody else was about to pay back")
        self.answer(meanwhile, "no")
        self.in_an_hour(lambda: off.asked(order)[-1] == ["asked", "session_cancelled", "Esiintyjä on sairas", "20250", "1 9 20250"])
        self.assertEqual(self.sums_told(order), [27000])

    def test_a_part_of_the_price_that_does_not_come_back_is_asked_with_it(self):
        order = off.bed.paid(off.seat(unit_cents=30000))
        at = page(order) + "/hyvitys"
        self.assertEqual(send(off.cashier, at, at, {"what": "sum", "sum": "250,00", "reason": "customer_asked", "words": "Soitti"}).status, 303)
        request = off.bed.one(f"SELECT id FROM refund_requests WHERE order_id = {order.id}")
        self.assertEqual(off.call_off().status, 303)
        self.assertTrue(off.all_asked())
        self.assertEqual((off.asked(order)[-1][3:], self.sums_told(order)), (["5000", "1 1 5000"], [30000]))
        self.answer(request, "no")
        self.assertEqual(off.pay(order).status, 303)
        self.assertTrue(wait_until(lambda: ("taken", "ok", 5000) in off.bed.refunds(order)))
        self.in_an_hour(lambda: off.asked(order)[-1][3:] == ["25000", "1 0 25000"])

    def test_a_refund_that_was_on_its_way_and_fails_is_asked_again(self):
        order = off.bed.paid(off.seat())
        off.bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending"}, "times": 1, "match": {"reference": order.reference}})
        self.ask(order, 1)
        self.assertTrue(off.bed.ends(order, "pending"))
        self.assertEqual(off.call_off().status, 303)
        self.assertTrue(off.all_asked())
        self.assertEqual((len(off.asked(order)), self.sums_told(order)), (1, [2250]))
        (refund, stamp), = off.bed.sql(f"SELECT f.id, f.stamp FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = {order.id}")
        off.bed.sandbox("refund", {"refundStamp": stamp, "status": "fail", "wait": True})
        self.assertTrue(off.bed.ends(order, "failed"))
        self.in_an_hour(lambda: off.asked(order)[-1] == ["asked", "session_cancelled", "Esiintyjä on sairas", "2250", "1 1 2250"])
        self.assertEqual(self.sums_told(order), [2250])
        self.assertEqual(off.pay(order).status, 303)
        self.assertTrue(wait_until(lambda: off.bed.refunds(order) == [("taken", "failed", 2250), ("taken", "ok", 2250)]))
        self.assertEqual(off.bed.count(f"staff_alerts WHERE kind = 'refund_failed' AND object_id = {refund} AND resolved_utc IS NULL"), 0)

    def test_an_order_that_fails_holds_up_no_other_and_is_told_to_staff(self):
        fails, other = off.bed.paid(off.seat()), off.bed.paid(off.seat())
        alerts = lambda: off.bed.sql(f"SELECT resolved_utc IS NULL FROM staff_alerts WHERE kind = 'called_off_failed' AND object_id = {fails.id}")
        off.bed.sql(f"CREATE TRIGGER of_the_test BEFORE INSERT ON refund_requests FOR EACH ROW IF NEW.order_id = {fails.id} THEN SIGNAL SQLSTATE '45000'; END IF")
        try:
            self.assertEqual(off.call_off().status, 303)
            self.assertTrue(off.all_asked())
            self.assertEqual(([len(off.asked(order)) for order in (fails, other)], self.sums_told(other), alerts()), ([0, 1], [2250], [["1"]]))
            self.assertIn("Perutun ajan tilausta ei saatu hyvitettäviin", off.cashier.get(page(fails)).text)
            self.assertIn("Perutun ajan tilausta ei saatu hyvitettäviin", off.cashier.get("/fi/halytykset").text)
            digest = lambda: off.bed.count("outbox WHERE kind = 'staff_digest' AND data LIKE '%called_off_failed%'")
            self.assertTrue(wait_until(lambda: digest() == 1))
            tries = self.failures()
            later = off.bed.paid(off.seat())
            self.assertTrue(wait_until(lambda: self.sums_told(later) == [2250]), "passes went on")
            self.assertEqual(self.failures(), tries, "it waits for its time")
        finally:
            off.bed.sql("DROP TRIGGER of_the_test")
        self.after(61, lambda: self.sums_told(fails) == [2250])
        self.assertEqual((off.asked(fails)[0][4], alerts()), ("1 1 2250", [["0"]]))

    def test_an_order_that_waits_for_its_buyers_word_is_ended_after_all(self):
        order = Order(off.bed, [off.seat()])
        off.bed.sql(f"UPDATE orders SET age_confirmed = 0 WHERE id = {order.id}; CREATE TRIGGER of_the_test BEFORE UPDATE ON orders FOR EACH ROW IF NEW.id = {order.id} THEN SIGNAL SQLSTATE '45000'; END IF")
        try:
            self.assertEqual(off.call_off().status, 303)
            self.assertTrue(off.all_asked())
            self.assertEqual(order.state(), "pending")
        finally:
            off.bed.sql("DROP TRIGGER of_the_test")
        self.after(61, lambda: order.state() == "cancelled")
        self.after(122, lambda: off.bed.sql(f"SELECT c.again_utc, s.resolved_utc IS NULL FROM called_off_orders c JOIN staff_alerts s ON s.kind = 'called_off_failed' AND s.object_id = c.order_id WHERE c.order_id = {order.id}") == [["NULL", "0"]])
        self.assertEqual(off.told(order), ["called_off_unpaid"])


if __name__ == "__main__":
    unittest.main()
