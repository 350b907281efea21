#!/usr/bin/python3
"""Goal: an employee benefit pays what has it and nothing else, and what it paid goes back to no account."""
import json
import unittest

from office_bed import OfficeBed, ask_back, card, mug, page
from payments_bed import wait_until
from payments_orders import Order, broken_invariants
from visitor import wrong


def setUpModule():
    global bed, cashier, finance
    bed = OfficeBed()
    cashier, _, _, finance, _ = bed.day_staff()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class Benefits(Case):
    """ePassi is a benefit by the city's settings; only the pass is a sports product."""
    def pass_line(self, **more):
        return card(benefit="sports", **more)

    def refund_calls(self):
        return len(bed.sandbox("requests?last=1000&operation=refund")["requests"])

    def test_what_has_the_benefit_is_paid_with_it(self):
        order = bed.paid(self.pass_line(), provider="epassi")
        self.assertEqual(order.state(), "paid")

    def test_with_anything_else_a_person_looks(self):
        for lines in ([self.pass_line(), mug()], [card()], [card(benefit="none"), self.pass_line()],
                      [self.pass_line(), mug(kind="delivery", product_kind=None, code="post", name="Posti", unit_cents=590, benefit="none")]):
            order = Order(bed, lines)
            order.begin()
            order.pay(provider="epassi")
            self.assertEqual((order.state(), order.attempts()[-1]), ("pending", ["ok", "needs_review"]))
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts s JOIN payment_attempts a ON a.id = s.object_id WHERE s.kind = 'needs_review' AND a.order_id = {order.id}"), "1")
            self.assertEqual(bed.one(f"SELECT detail FROM order_events WHERE order_id = {order.id} AND event = 'benefit_not_allowed'").split(",")[0], "epassi")
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM order_events WHERE order_id = {order.id} AND event = 'needs_review'"), "0", "its sum was right")
            self.assertEqual(order.mail("needs_review")["about"], "benefit")
        self.assertIn("työsuhde-etu ei kelpaa", cashier.get(page(order)).text)
        self.assertRegex(cashier.get(page(order)).text, "<span>ePassi, tapaus [0-9A-Z]{4}.[0-9A-Z]{4}.[0-9A-Z]</span>")
        for at in (page(order), "/fi/halytykset"):
            shown = cashier.get(at).text
            self.assertIn("Sovi etuyhtiön kanssa, miten summa palaa", shown)
            self.assertNotIn("Maksun summa ei täsmää", shown)

    def test_the_digest_tells_it_apart_from_another_sum(self):
        order = Order(bed, [mug()])
        order.begin()
        order.pay(provider="epassi")
        bed.sql("UPDATE staff_alerts SET mailed_on = NULL WHERE kind = 'needs_review'")
        case = bed.one(f"SELECT s.case_code FROM staff_alerts s JOIN payment_attempts a ON a.id = s.object_id WHERE s.kind = 'needs_review' AND a.order_id = {order.id}")
        told = lambda: [item["kind"] for row in bed.sql("SELECT data FROM outbox WHERE kind = 'staff_digest'") for item in json.loads(row[0])["items"] if case in item["cases"]]
        self.assertTrue(wait_until(lambda: set(told()) == {"benefit_refused"}), told())

    def test_it_is_credited_outside_and_nobody_is_called(self):
        order = bed.paid(self.pass_line(), provider="epassi")
        before = self.refund_calls()
        self.assertIn("ePassi", cashier.get(page(order) + "/hyvitys").text)
        self.assertEqual(wrong(ask_back(cashier, order)), ["outside"])
        self.assertEqual(bed.refunds(order), [])
        self.assertEqual(ask_back(cashier, order, outside="1").status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.refund_calls() - before, bed.one(f"SELECT verdict FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = {order.id}")), (0, "outside"))
        self.assertEqual(bed.mails_to(order, "refund")[0]["about"], "outside")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM receipts WHERE order_id = {order.id} AND refund_id IS NOT NULL"), "1")

    def test_the_second_person_sees_that_nobody_will_be_called(self):
        order, ordinary = bed.paid(self.pass_line(quantity=3), provider="epassi"), bed.paid(self.pass_line(quantity=3))
        self.assertEqual([ask_back(cashier, order, outside="1").status, ask_back(cashier, ordinary).status], [303, 303])
        self.assertEqual(bed.refunds(order)[0][0], "requested")
        rows = [row for row in finance.get("/fi/hyvaksyttavat-hyvitykset").text.split("<li>") if 'name="request"' in row]
        self.assertEqual(["maksupalvelua ei kutsuta" in row for row in rows], [True, False])

    def test_without_that_word_it_fails_without_a_call(self):
        order = bed.paid(self.pass_line(), provider="epassi")
        before = self.refund_calls()
        bed.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state) SELECT {order.id}, id, 10000, 'customer_asked', NOW(3), 'approved' FROM payment_attempts WHERE order_id = {order.id};"
                "INSERT INTO refund_request_lines VALUES (LAST_INSERT_ID(), 1, 1, 10000);")
        self.assertTrue(bed.ends(order, "failed"))
        self.assertEqual((self.refund_calls() - before, bed.one(f"SELECT verdict FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = {order.id}")), (0, "benefit"))

    def test_a_familys_cancelled_sign_up_goes_back_once_somebody_has_agreed_with_the_company(self):
        order = bed.paid(self.pass_line() | {"product_kind": "activity"}, provider="epassi")
        request = bed.sql(f"INSERT INTO refund_requests (order_id, cents, reason, requested_utc, state) VALUES ({order.id}, {order.total}, 'family_cancelled', NOW(3), 'asked'); SELECT LAST_INSERT_ID();")[0][0]
        fields = {**cashier.get("/fi/hyvitykset").form("/fi/hyvitykset/maksa")["fields"], "request": request}
        back = cashier.post("/fi/hyvitykset/maksa", fields)
        self.assertEqual((wrong(back), bed.refunds(order)), ([f"outside_{request}"], [("asked", None, 10000)]))
        self.assertEqual(cashier.post("/fi/hyvitykset/maksa", {**fields, f"outside_{request}": "1"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.mails_to(order, "refund")[0]["about"], "outside")

    def test_what_a_card_paid_goes_back_by_the_service_whatever_the_form_says(self):
        order = bed.paid(self.pass_line() | {"product_kind": "activity"})
        request = bed.sql(f"INSERT INTO refund_requests (order_id, cents, reason, requested_utc, state) VALUES ({order.id}, {order.total}, 'family_cancelled', NOW(3), 'asked'); SELECT LAST_INSERT_ID();")[0][0]
        before = self.refund_calls()
        fields = {**cashier.get("/fi/hyvitykset").form("/fi/hyvitykset/maksa")["fields"], "request": request, f"outside_{request}": "1"}
        self.assertEqual(cashier.post("/fi/hyvitykset/maksa", fields).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(self.refund_calls() - before, 1)

    def refused_and_paid_back(self, **more):
        order = Order(bed, [mug()], **more)
        order.begin()
        order.pay(provider="epassi")
        self.assertEqual(order.start()[0], 303, "its money is there: nobody is sent to pay again")
        at = page(order) + "/hyvitys"
        self.assertEqual(cashier.post(at, {**cashier.get(at).form(at)["fields"], "words": "Ei kelpaa", "outside": "1"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        return order

    def test_once_it_went_back_the_order_can_be_paid_otherwise(self):
        order = self.refused_and_paid_back()
        order.begin()
        order.pay(provider="osuuspankki")
        self.assertEqual((order.state(), order.receipts()), ("paid", 1))

    def test_once_it_went_back_the_order_can_be_cancelled(self):
        order = self.refused_and_paid_back()
        bed.sql(f"INSERT INTO cancel_requests (order_id, requested_utc) VALUES ({order.id}, NOW(3))")
        self.assertTrue(wait_until(lambda: order.state() == "cancelled"))

    def test_once_it_went_back_the_order_ends_with_its_hold(self):
        order = self.refused_and_paid_back()
        bed.sql(f"UPDATE orders SET hold_until_utc = NOW(3) - INTERVAL 1 MINUTE WHERE id = {order.id}")
        self.assertTrue(wait_until(lambda: order.state() == "expired"))

    def test_a_refused_benefit_goes_back_outside_too(self):
        order = Order(bed, [mug()])
        order.begin()
        order.pay(provider="epassi")
        at = page(order) + "/hyvitys"
        form = cashier.get(at).form(at)["fields"]
        self.assertEqual(wrong(cashier.post(at, {**form, "words": "Ei kelpaa"})), ["outside"])
        self.assertEqual(cashier.post(at, {**form, "words": "Ei kelpaa", "outside": "1"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.one("SELECT SUM(CAST(debit_cents AS SIGNED) - CAST(credit_cents AS SIGNED)) FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.order_id = " + str(order.id) + " AND l.account = '2990'"), "0")


if __name__ == "__main__":
    unittest.main()
