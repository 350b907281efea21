#!/usr/bin/python3
"""Goal: staff give back also what has no price, what the payment service can't send, and a cancelled sign-up on its own lines."""
import json
import re
import unittest

from office_bed import OfficeBed, ask_back, card, mug, page, send
from payments_bed import wait_until
from payments_orders import broken_invariants, make_stock
from visitor import wrong

REFUNDS = "/fi/hyvitykset"


def setUpModule():
    global bed, cashier, clerk
    bed = OfficeBed()
    cashier, clerk = bed.day_staff()[:2]


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class Free(Case):
    """Units without a price come back as others do."""
    def family(self, variant, **more):
        make_stock(bed, variant, 5)
        return bed.paid(card(counted=1, detail="Aikuinen") | {"variant_id": variant, "unit_cents": 1000}, card(counted=1, quantity=2, detail="Lapsi") | {"variant_id": variant, "unit_cents": 0}, **more)

    def left(self, order, variant):
        return (bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NULL"), bed.one(f"SELECT free FROM stock WHERE variant_id = {variant}"))

    def credit_lines(self, order):
        return [[(one["detail"], one["quantity"], one["total_cents"]) for one in json.loads(row[0])["lines"]] for row in bed.sql(f"SELECT content FROM receipts WHERE order_id = {order.id} AND refund_id IS NOT NULL ORDER BY id")]

    def test_all_that_is_left(self):
        order = self.family(81)
        ask_back(cashier, order, stock_back="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.left(order, 81), self.credit_lines(order)), (("0", "5"), [[("Aikuinen", -1, -1000), ("Lapsi", -2, 0)]]))
        self.assertIn("ei ole hyvitettävää", cashier.get(page(order) + "/hyvitys").text)

    def test_chosen_units_of_no_price_alone(self):
        order = self.family(82)
        calls = len(bed.sandbox("requests?last=1000&operation=refund")["requests"])
        ask_back(cashier, order, what="lines", units_2="1", stock_back="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.left(order, 82), self.credit_lines(order), bed.refunds(order)), (("2", "3"), [[("Lapsi", -1, 0)]], [("taken", "ok", 0)]))
        self.assertEqual((bed.mails_to(order, "refund")[0]["about"], len(bed.sandbox("requests?last=1000&operation=refund")["requests"])), ("free", calls))
        self.assertEqual(wrong(ask_back(cashier, order, what="lines", units_2="2")), ["units_2"])
        ask_back(cashier, order, stock_back="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.left(order, 82), bed.refunds(order)[1]), (("0", "5"), ("taken", "ok", 1000)))

    def test_units_whose_price_has_come_back_in_parts(self):
        order = self.family(83)
        ask_back(cashier, order, what="lines", units_1="0", part_1="10,00")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(self.left(order, 83)[0], "3")
        ask_back(cashier, order, what="lines", units_1="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.left(order, 83)[0], self.credit_lines(order)[1]), ("2", [("Aikuinen", -1, 0)]))


class InParts(Case):
    def test_what_was_kept_of_one_unit_is_not_paid_back_with_the_last(self):
        """A pass that was used in part comes back for less than its price; what was kept of it is no part of the other one's."""
        order = bed.paid(card(quantity=2))
        for part, left in (("60,00", "140,00"), ("", "40,00")):
            ask_back(cashier, order, what="lines", units_1="1", part_1=part)
            self.assertTrue(bed.ends(order, "ok"))
            self.assertIn(f"Jäljellä {left}", cashier.get(page(order) + "/hyvitys").text.replace("\xa0", " "))
        self.assertEqual([one[2] for one in bed.refunds(order)], [6000, 10000])
        ask_back(cashier, order)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order)[2][2], 4000, "all that is left is that too")


class ByOtherMeans(Case):
    OFFER = "Olen maksanut tämän takaisin muulla tavalla"

    def calls(self):
        return len(bed.sandbox("requests?last=1000&operation=refund")["requests"])

    def test_what_the_service_could_not_pay_back_staff_do(self):
        order = bed.paid(mug(quantity=2), email="")
        self.assertNotIn(self.OFFER, cashier.get(page(order) + "/hyvitys").text)
        bed.sandbox("faults", {"at": "refund", "do": {"status": 422, "processed": False}, "match": {"reference": order.reference}})
        before = self.calls()
        ask_back(cashier, order, outside="1")
        self.assertTrue(bed.ends(order, "failed"))
        self.assertEqual(self.calls(), before + 1, "the tick counts only where it is offered")
        shown = cashier.get(page(order) + "/hyvitys").text
        self.assertIn(self.OFFER, shown)
        self.assertIn("ei ole sähköpostiosoitetta", shown)
        self.assertEqual(wrong(ask_back(cashier, order, reason="", outside="1")), ["reason"])
        self.assertRegex(ask_back(cashier, order, reason="", outside="1").text, r'id="outside_\d+"[^>]* checked')
        ask_back(cashier, order, what="lines", units_1="1", outside="1")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)]))
        self.assertEqual((self.calls(), bed.one(f"SELECT COUNT(*) FROM receipts WHERE order_id = {order.id} AND refund_id IS NOT NULL")), (before + 1, "1"))
        ask_back(cashier, order)
        self.assertTrue(wait_until(lambda: bed.refunds(order)[2:] == [("taken", "ok", 1200)]))
        self.assertEqual(self.calls(), before + 2, "without the tick the service is asked again")

    def test_the_mail_says_that_it_comes_otherwise(self):
        order = bed.paid(mug())
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}, "match": {"reference": order.reference}})
        ask_back(cashier, order)
        self.assertTrue(bed.ends(order, "failed"))
        shown = cashier.get(page(order) + "/hyvitys").text
        self.assertIn("Hyvitys ei onnistunut maksupalvelussa", shown)
        self.assertNotIn("ei ole sähköpostiosoitetta", shown)
        ask_back(cashier, order, outside="1")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)]))
        self.assertEqual([one["about"] for one in bed.mails_to(order, "refund")], ["otherwise"])


class SignUps(Case):
    def cancelled(self, order, participants, variant=70):
        """As the family's page writes it."""
        registration = bed.sql("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc, order_id) "
                               f"VALUES (LEFT(MD5(RAND()), 9), LEFT(MD5(RAND()), 26), {variant}, 'fi', 'cancelled', {len(participants)}, FALSE, NOW(3), NOW(3), {order.id}); SELECT LAST_INSERT_ID();")[0][0]
        for no, (group, cents) in enumerate(participants, 1):
            bed.sql(f"INSERT INTO registration_participants (registration_id, no, price_group, unit_cents, answers) VALUES ({registration}, {no}, '{group}', {cents}, '{{}}')")
        return bed.sql(f"INSERT INTO refund_requests (order_id, registration_id, cents, reason, requested_utc, state) VALUES ({order.id}, {registration}, {sum(c for _, c in participants)}, 'family_cancelled', NOW(3), 'asked'); SELECT LAST_INSERT_ID();")[0][0]

    def pay(self, order, request):
        fields = {**cashier.get(REFUNDS).form(REFUNDS + "/maksa")["fields"], "request": request}
        self.assertEqual(cashier.post(REFUNDS + "/maksa", fields).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        return [(int(row[0]), int(row[1]), int(row[2])) for row in bed.sql(f"SELECT line_no, quantity, cents FROM refund_request_lines WHERE request_id = {request} ORDER BY line_no")]

    def test_paid_twice_by_a_double_click_is_paid_once_and_nothing_is_wrong(self):
        order = bed.paid(self.course("child", 2000))
        request = self.cancelled(order, [("child", 2000)])
        fields = {**cashier.get(REFUNDS).form(REFUNDS + "/maksa")["fields"], "request": request}
        self.assertEqual([cashier.post(REFUNDS + "/maksa", fields).status for _ in range(2)], [303, 303])
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 2000)])

    def test_one_whose_money_went_back_by_hand_is_closed_without_a_mail(self):
        order = bed.paid(self.course("child", 2000), self.course("adult", 3000))
        request = self.cancelled(order, [("child", 2000)])
        closes = lambda: re.search(rf'name="request" value="{request}">(?:(?!</form>).)*value="close"', cashier.get(REFUNDS).text, re.S)
        self.assertIsNone(closes())
        ask_back(cashier, order)
        self.assertIsNotNone(closes())
        self.assertEqual(send(cashier, REFUNDS, REFUNDS + "/hylkaa", {"request": request, "what": "close"}).status, 303)
        self.assertEqual(bed.one(f"SELECT state FROM refund_requests WHERE id = {request}"), "declined")
        self.assertTrue(wait_until(lambda: ("taken", "ok", 5000) in bed.refunds(order)))
        self.assertNotIn("declined", [one["about"] for one in bed.mails_to(order, "refund")])

    def course(self, group, cents, **more):
        return mug(product_kind="activity", price_group=group, unit_cents=cents, name="Uimakoulu", detail=group, **more) | {"variant_id": 70, "delivery_kind": "none"}

    def test_a_cancelled_one_is_credited_on_its_own_lines(self):
        order = bed.paid(self.course("child", 2000), self.course("adult", 3000), self.course("baby", 0))
        self.assertEqual(self.pay(order, self.cancelled(order, [("adult", 3000), ("baby", 0)])), [(2, 1, 3000), (3, 1, 0)])
        self.assertEqual(self.pay(order, self.cancelled(order, [("child", 2000)])), [(1, 1, 2000)])

    def test_one_whose_line_was_credited_in_part_takes_what_is_left(self):
        order = bed.paid(self.course("child", 2000, quantity=2), self.course("adult", 3000))
        ask_back(cashier, order, what="lines", units_1="0", units_2="0", part_2="10,00")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(self.pay(order, self.cancelled(order, [("adult", 3000)])), [(1, 0, 3000)])

    def test_no_more_units_are_credited_than_the_line_had(self):
        order = bed.paid(self.course("child", 3000, quantity=2))
        ask_back(cashier, order, what="lines", units_1="2", part_1="30,00")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(self.pay(order, self.cancelled(order, [("child", 3000)])), [(1, 0, 3000)])

    def test_one_that_was_moved_takes_any_activity_of_its_order(self):
        order = bed.paid(self.course("child", 2000))
        self.assertEqual(self.pay(order, self.cancelled(order, [("child", 2000)], variant=71)), [(1, 1, 2000)])

    def test_all_of_a_session_go_back_in_one_act(self):
        bed.sql("INSERT INTO variants (id, product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) VALUES (72, 1, 'week-24', 'Viikko 24', 'Vecka 24', 'Week 24', '2027-06-07 06:00:00', '2027-06-11 13:00:00'), (73, 1, 'week-25', 'Viikko 25', 'Vecka 25', 'Week 25', '2027-06-14 06:00:00', '2027-06-18 13:00:00')")
        of = lambda variant, cents=2000, provider="osuuspankki", **more: bed.paid(self.course("child", cents, **more) | {"variant_id": variant}, provider=provider)
        small, large, benefit, other, elsewhere = [of(72) for _ in range(11)], of(72, 25000), of(72, benefit="sports", provider="epassi"), of(73), of(72)
        bed.sql(f"UPDATE order_lines SET unit_code = 'sports', product_id = 2 WHERE order_id = {elsewhere.id}")
        for order in (*small, large, benefit, other, elsewhere):
            self.cancelled(order, [("child", order.total)], variant=other is order and 73 or 72)
        asked = lambda: bed.count("refund_requests WHERE state = 'asked'")
        pay = REFUNDS + "/maksa-ryhma"
        page = clerk.get(REFUNDS)
        self.assertIn("Hyvitä ryhmän kaikki: 13 kpl, 490,00", page.text.replace("\xa0", " "), "of one's own scope, on this page or a later one")
        self.assertEqual([form["action"] for form in page.forms()].count(pay), 1, "one of another session is a row as any")
        fields = page.form(pay)["fields"]
        later = of(72)
        self.cancelled(later, [("child", 2000)], variant=72)
        before, uses = asked(), bed.count("use_log WHERE result LIKE 'refund %'")
        answer = clerk.post(pay, fields)
        self.assertEqual(wrong(answer), ["asked"])
        self.assertIn("työsuhde-edulla", answer.text)
        for order in small:
            self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual([bed.refunds(order) for order in (large, benefit, other, elsewhere, later)], [[("requested", None, 25000)]] + [[("asked", None, 2000)]] * 4, "a second person, a benefit's company, and what is none of this or came later")
        self.assertEqual((before - asked(), bed.count("use_log WHERE result LIKE 'refund %'") - uses), (12, 12))
        again = clerk.post(pay, fields)
        self.assertEqual(wrong(again), ["asked"], "the benefit waits still")
        self.assertEqual((before - asked(), bed.count("use_log WHERE result LIKE 'refund %'") - uses), (12, 12), "sent twice is done once")


if __name__ == "__main__":
    unittest.main()
