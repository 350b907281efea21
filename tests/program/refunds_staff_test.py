#!/usr/bin/python3
"""Goal: a cashier asks for a refund, a second person agrees above the limit, odd cases and withdrawals are settled; each does only what is of their scope."""
import concurrent.futures
import json
import re
import unittest

from office_bed import ORDERS, OfficeBed, ask_back, card, mug, page, poster, send
from payments_bed import wait_until
from payments_orders import Order, broken_invariants, make_stock
from visitor import wrong

REFUNDS, APPROVE = "/fi/hyvitykset", "/fi/hyvaksyttavat-hyvitykset"


def setUpModule():
    global bed, cashier, clerk, manager, finance, coach
    bed = OfficeBed()
    cashier, clerk, manager, finance, coach = bed.day_staff()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])

    def comes_back(self, answer, element, typed):
        """The page again: its error summary leads to the one element, what was typed stands in it, and what is wrong is said truly."""
        self.assertEqual((answer.status, wrong(answer)), (200, [element]))
        self.assertRegex(answer.text, rf'(?s)id="{element}" name="words"[^>]*(value="|>){typed}')
        self.assertIn("saa olla enintään" if typed else "Kirjoita syy", answer.text)
        self.assertEqual(answer.text.count(f'id="{element}-wrong"'), 1)
        self.assertTrue(f'<details class="more" open' in answer.text or element.startswith("words"), "it is shown")


LONG = "Pitkä perustelu " * 80


class Refunding(Case):
    def ask(self, order, browser=None, **fields):
        at = page(order) + "/hyvitys"
        return send(browser or cashier, at, at, {"what": "all", "reason": "customer_asked", "words": "Pyysi puhelimitse", **fields})

    def test_all_units_and_a_sum(self):
        order = bed.paid(mug(quantity=3), poster())
        self.assertEqual(self.ask(order, what="lines", units_1="1").status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.ask(order, what="sum", sum="5,01")
        self.assertTrue(bed.ends(order, "ok"))
        self.ask(order, stock_back="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 1200), ("taken", "ok", 501), ("taken", "ok", 5100 - 1701)])
        self.assertEqual(len(bed.mails_to(order, "refund")), 3)
        self.assertIn("Hyvityskuitti", cashier.get(page(order)).text)

    def test_wrong_forms_come_back_with_their_values(self):
        order = bed.paid(mug(quantity=2))
        for fields, count in (({"what": "lines", "units_1": "3"}, 1), ({"what": "lines", "units_1": "0"}, 1), ({"what": "sum", "sum": "24,01"}, 1), ({"what": "sum", "sum": "abc"}, 1), ({"what": "sum", "sum": "-5,00"}, 1),
                              ({"words": ""}, 1), ({"reason": ""}, 1), ({"reason": "family_cancelled"}, 1), ({"words": "", "reason": "", "what": "sum", "sum": ""}, 3)):
            with self.subTest(fields):
                answer = self.ask(order, **fields)
                self.assertEqual((answer.status, len(wrong(answer))), (200, count), wrong(answer))
        self.assertIn('value="24,01"', self.ask(order, what="sum", sum="24,01").text)
        self.assertEqual(bed.refunds(order), [])
        self.comes_back(self.ask(order, words=LONG[:201]), "words", LONG[:200].strip())
        self.assertEqual(wrong(self.ask(order, what="lines", units_1="9")), ["units_1"])
        self.assertEqual(wrong(self.ask(order, what="lines", units_1="0", part_1="99,00")), ["part_1"])
        twice = bed.twice()
        at = page(twice) + "/hyvitys"
        form = [one for one in cashier.get(at).forms() if one["action"] == at and "what" not in one["fields"]][-1]["fields"]
        element = "words_" + form["attempt"]
        for words in ("", LONG):
            answer = cashier.post(at, {**form, "words": words})
            self.comes_back(answer, element, words[:200].strip())
        bed.sql("UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'overpaid'")

    def test_a_form_in_a_row_comes_back_with_what_was_typed_in_it(self):
        asked, late, open_ = bed.paid(mug()), bed.too_late(), bed.paid(card(quantity=3))
        request = bed.sql(f"INSERT INTO refund_requests (order_id, cents, reason, requested_utc, state) VALUES ({asked.id}, 1200, 'family_cancelled', NOW(3), 'asked'); SELECT LAST_INSERT_ID();")[0][0]
        self.ask(open_)
        waits = bed.one(f"SELECT id FROM refund_requests WHERE order_id = {open_.id}")
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {late.id}")
        settle = page(late) + "/ratkaisu"
        for words in ("", LONG):
            for answer, element in ((send(cashier, REFUNDS, REFUNDS + "/hylkaa", {"request": request, "words": words}), f"why_{request}"),
                                    (send(finance, APPROVE, APPROVE + "/vastaa", {"request": waits, "answer": "no", "words": words}), f"why_{waits}"),
                                    (send(cashier, "/fi/halytykset", "/fi/halytykset/kuittaa", {"alert": alert, "words": words}), f"words_{alert}"),
                                    (send(cashier, page(late), settle, {"what": "deliver_anyway", "words": words}), "words_order"),
                                    (send(cashier, page(late), settle, {"what": "resolve", "object": alert, "words": words}), f"words_{alert}")):
                with self.subTest(element, words=words[:9]):
                    self.comes_back(answer, element, words[:200].strip())
        form = cashier.get(REFUNDS).form(REFUNDS + "/maksa")["fields"]
        form.pop("request")
        self.assertEqual(wrong(cashier.post(REFUNDS + "/maksa", form)), ["asked"])
        self.assertNotRegex(cashier.post(REFUNDS + "/maksa", form).text, f'id="ask_{request}"[^>]*checked')
        self.assertRegex(cashier.get(REFUNDS).text, f'id="ask_{request}"[^>]*checked')
        send(cashier, REFUNDS, REFUNDS + "/hylkaa", {"request": request, "words": "Ei"})
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": waits, "answer": "no", "words": "Ei"})

    def test_pages_read_no_more_rows_the_more_refunds_are_over(self):
        """As the database counts them itself, of this process alone."""
        order = bed.paid(mug())
        bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; INSERT INTO refund_requests (id, order_id, attempt_id, cents, reason, requested_utc, state) SELECT 100000 + seq, {order.id}, 1, 1, 'mistake', '2026-01-01', 'taken' FROM seq_1_to_5000;"
                f"INSERT INTO refunds (request_id, attempt_id, stamp, cents, state, created_utc) SELECT 100000 + seq, 1, LPAD(seq, 26, '0'), 1, IF(seq % 5, 'ok', 'failed'), '2026-01-01' FROM seq_1_to_5000; ANALYZE TABLE refunds, refund_requests; SET GLOBAL userstat = 1; FLUSH USER_STATISTICS;")
        try:
            self.assertEqual(cashier.get(REFUNDS).status, 200)
            rows = bed.one("SELECT ROWS_READ FROM information_schema.USER_STATISTICS WHERE USER = 'kuntakauppa-backoffice'")
            self.assertLess(int(rows), 2500)
        finally:
            bed.sql("SET GLOBAL userstat = 0; DELETE FROM refunds WHERE request_id > 100000; DELETE FROM refund_requests WHERE id > 100000")

    def test_P15_double_clicks_and_two_staff_at_once(self):
        order = bed.paid(mug(quantity=2))
        at = page(order) + "/hyvitys"
        form = cashier.get(at).form(at)["fields"] | {"what": "all", "reason": "mistake", "words": "Virhe"}
        other = manager.get(at).form(at)["fields"] | {"what": "lines", "units_1": "1", "reason": "mistake", "words": "Virhe"}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: cashier.post(at, form) if n % 2 else manager.post(at, other), range(16)))
        self.assertTrue(all(a.status in (200, 303) for a in answers))
        self.assertIn(len(bed.refunds(order)), (1, 2))
        self.assertLessEqual(sum(one[2] for one in bed.refunds(order)), 2400)
        self.assertTrue(bed.ends(order, "ok"))

    def test_above_the_limit_a_second_person_agrees(self):
        order = bed.paid(card(quantity=3))
        self.assertEqual(self.ask(order, what="lines", units_1="2").status, 303)
        self.assertTrue(bed.ends(order, "ok"), "200,00 € is not above")
        self.ask(order, what="lines", units_1="1")
        self.assertEqual(bed.refunds(order)[1], ("requested", None, 10000), "small parts of one payment add up")
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        self.assertIn("odottaa toisen", cashier.get(page(order)).text)
        self.assertEqual(cashier.get(APPROVE).status, 403)
        agree = APPROVE + "/vastaa"
        self.assertEqual(send(finance, APPROVE, agree, {"request": request, "answer": "no", "words": ""}).status, 200, "a no has a reason")
        self.assertEqual(send(finance, APPROVE, agree, {"request": request, "answer": "yes"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))

    def test_nobody_agrees_to_their_own_and_a_no_gives_the_sum_back(self):
        order = bed.paid(card(quantity=3))
        at = page(order) + "/hyvitys"
        send(manager, at, at, {"what": "all", "reason": "mistake", "words": "Kaikki"})
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        token = manager.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(manager.post(APPROVE + "/vastaa", {"form": token, "request": request, "answer": "yes"}).status, 403)
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "no", "words": "Ei perustetta"})
        self.assertEqual(bed.refunds(order), [("declined", None, 30000)])
        self.assertIn("Ei perustetta", manager.get(page(order)).text)
        self.ask(order, what="lines", units_1="1")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 10000)], 12))

    def test_only_lines_of_ones_scope(self):
        order = bed.paid(mug(), card())
        self.ask(order, clerk)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 1200)])
        self.assertIn("ei ole hyvitettävää", clerk.get(page(order) + "/hyvitys").text)

    def test_a_failed_one_can_be_asked_again(self):
        order = bed.paid(mug())
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}})
        self.ask(order)
        self.assertTrue(bed.ends(order, "failed"))
        self.assertIn("ei onnistunut", cashier.get(page(order)).text)
        self.assertIn(f'{ORDERS}/{order.id}"', cashier.get(REFUNDS).text)
        self.ask(order)
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)], 12))

    def test_a_silent_one_is_ended_by_a_person(self):
        for what, wanted in (("refund_was_made", "ok"), ("refund_was_not_made", "failed")):
            order = bed.paid(mug())
            bed.sandbox("faults", {"at": "refund-callback", "do": {"drop": True}})
            bed.sandbox("faults", {"at": "refund", "do": {"status": 500, "processed": what == "refund_was_made"}})
            self.ask(order)
            self.assertTrue(bed.ends(order, "unknown"))
            refund = bed.one(f"SELECT f.id FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = {order.id}")
            act = page(order) + "/ratkaisu"
            token = cashier.get(page(order)).form(act)["fields"]["form"]
            self.assertEqual(len(wrong(cashier.post(act, {"form": token, "what": what, "object": refund, "words": ""}))), 1)
            self.assertEqual(cashier.post(act, {"form": token, "what": what, "object": refund, "words": "Katsoin maksupalvelusta"}).status, 303)
            self.assertTrue(bed.ends(order, wanted))
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'refund_unknown' AND object_id = {refund} AND resolved_utc IS NULL"), "0")


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
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)], 12))
        self.assertEqual((self.calls(), bed.one(f"SELECT COUNT(*) FROM receipts WHERE order_id = {order.id} AND refund_id IS NOT NULL")), (before + 1, "1"))
        ask_back(cashier, order)
        self.assertTrue(wait_until(lambda: bed.refunds(order)[2:] == [("taken", "ok", 1200)], 12))
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
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)], 12))
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

    def test_one_that_was_moved_takes_any_activity_of_its_order(self):
        order = bed.paid(self.course("child", 2000))
        self.assertEqual(self.pay(order, self.cancelled(order, [("child", 2000)], variant=71)), [(1, 1, 2000)])


class OddCases(Case):
    def settle(self, order, what, object_="0"):
        act = page(order) + "/ratkaisu"
        token = cashier.get(page(order)).form(act)["fields"]["form"]
        return cashier.post(act, {"form": token, "what": what, "object": object_, "words": "Sovittu asiakkaan kanssa"})

    def open_alerts(self, order):
        return bed.sql(f"SELECT kind FROM staff_alerts WHERE resolved_utc IS NULL AND ((kind = 'paid_no_stock' AND object_id = {order.id}) OR (kind IN ('overpaid', 'needs_review') AND object_id IN (SELECT id FROM payment_attempts WHERE order_id = {order.id})))")

    def test_paid_too_late_delivered_all_the_same(self):
        order = bed.too_late()
        self.assertEqual(self.open_alerts(order), [["paid_no_stock"]])
        self.assertEqual(self.settle(order, "deliver_anyway").status, 303)
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        self.assertEqual(self.open_alerts(order), [])

    def test_paid_too_late_or_twice_goes_back_whole(self):
        for order, sum_ in ((bed.too_late(), 1200), (bed.twice(), 1200)):
            at = page(order) + "/hyvitys"
            forms = [form for form in cashier.get(at).forms() if form["action"] == at and "reason" not in form["fields"] and "what" not in form["fields"]]
            self.assertEqual(cashier.post(at, {**forms[-1]["fields"], "words": "Ylimääräinen"}).status, 303)
            self.assertTrue(bed.ends(order, "ok"))
            self.assertEqual((bed.refunds(order), self.open_alerts(order)), ([("taken", "ok", sum_)], []))
            self.assertEqual(bed.mails_to(order, "refund")[0]["receipt_number"], "")

    def test_a_decision_hangs_on_the_order_not_on_its_alert(self):
        order = bed.too_late()
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id}")
        self.assertEqual(self.settle(order, "resolve", alert).status, 303)
        self.assertEqual(send(cashier, page(order), page(order) + "/ratkaisu", {"what": "deliver_anyway", "words": "Mahtuu"}).status, 303)
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        shown = cashier.get(page(order))
        self.assertNotIn("deliver_anyway", shown.text)
        token = cashier.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(cashier.post(page(order) + "/ratkaisu", {"form": token, "what": "deliver_anyway", "words": "Uudelleen"}).status, 409)
        back = bed.too_late()
        at = page(back) + "/hyvitys"
        form = [one for one in cashier.get(at).forms() if one["action"] == at and "what" not in one["fields"]][-1]["fields"]
        cashier.post(at, {**form, "words": "Palautus"})
        self.assertNotIn("deliver_anyway", cashier.get(page(back)).text, "its money goes back")
        self.assertTrue(bed.ends(back, "ok"))

    def test_dealt_with_otherwise(self):
        order = bed.too_late()
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id}")
        other = bed.too_late()
        self.assertEqual(self.settle(other, "resolve", alert).status, 404, "not an alert of this order")
        self.assertEqual(self.settle(order, "resolve", alert).status, 303)
        self.assertEqual(bed.sql(f"SELECT resolved_by IS NOT NULL, resolved_words FROM staff_alerts WHERE id = {alert}"), [["1", "Sovittu asiakkaan kanssa"]])


class Withdrawing(Case):
    def state_of(self, withdrawal):
        return bed.one(f"SELECT state FROM withdrawals WHERE id = {withdrawal}")

    def withdraw(self, order, lines=(), days_ago=0):
        # As checkout writes it.
        rows = bed.sql(f"INSERT INTO withdrawals (case_code, form_key, order_id, via, name, order_number, email, lines_stated, lang, received_utc) SELECT LEFT(MD5(RAND()), 9), UNHEX(MD5(RAND())), id, 'form', 'Aino Mäkelä', number, email, "
                       f"'1 × Muki', lang, UTC_TIMESTAMP() - INTERVAL {days_ago} DAY FROM orders WHERE id = {order.id}; SET @w = LAST_INSERT_ID();"
                       + "".join(f"INSERT INTO withdrawal_lines VALUES (@w, {no}, {quantity});" for no, quantity in lines)
                       + "INSERT INTO staff_alerts (kind, object_id, created_utc) VALUES ('withdrawal', @w, NOW(3)); SELECT @w;")
        return rows[-1][0]

    def test_leads_to_a_refund_with_its_clock(self):
        order = bed.paid(mug(quantity=2), poster())
        one = self.withdraw(order, [(1, 2)], days_ago=10)
        shown = clerk.get(REFUNDS).text
        self.assertRegex(shown, r"Päiviä jäljellä: [34]")
        at = f"{page(order)}/hyvitys?withdrawal={one}"
        form = clerk.get(at)
        self.assertRegex(form.text, r'name="units_1"[^>]*value="2"')
        done = clerk.post(page(order) + "/hyvitys", {**form.form(page(order) + "/hyvitys")["fields"], "what": "lines", "reason": "withdrawal", "words": "Peruutti ajoissa"})
        self.assertEqual(done.status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.state_of(one), bed.refunds(order)), ("refunded", [("taken", "ok", 2400)]))
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'withdrawal' AND object_id = {one} AND resolved_utc IS NULL"), "0")

    def refund(self, order, one=None, **fields):
        at = page(order) + "/hyvitys"
        form = cashier.get(at + (f"?withdrawal={one}" if one else "")).form(at)["fields"]
        self.assertEqual(cashier.post(at, {**form, "what": "lines", "reason": "withdrawal", "words": "Peruutti", **fields}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))

    def close(self, one):
        token = cashier.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        return cashier.post(REFUNDS + "/peruutus", {"form": token, "withdrawal": one, "what": "close"}).status

    def may_close(self, one):
        return bool(re.search(rf'name="withdrawal" value="{one}">(?:(?!</form>).)*value="close"', cashier.get(REFUNDS).text, re.S))

    def test_what_came_back_before_counts(self):
        order = bed.paid(mug(quantity=2), poster())
        self.refund(order, units_1="1")
        one = self.withdraw(order, [(1, 2)])
        self.refund(order, one, units_1="1")
        self.assertEqual(self.state_of(one), "refunded")

    def test_what_came_back_before_is_no_answer_while_pieces_are_left(self):
        order = bed.paid(mug(quantity=3))
        self.refund(order, units_1="1")
        one = self.withdraw(order, [(1, 2)])
        self.assertEqual((self.may_close(one), self.close(one), self.state_of(one)), (False, 409, "received"))
        self.refund(order, one, units_1="2")
        self.assertEqual(self.state_of(one), "refunded")

    def test_a_line_without_a_price_waits_for_nothing(self):
        order = bed.paid(mug(), card() | {"unit_cents": 0})
        one = self.withdraw(order, [(1, 1), (2, 1)])
        self.refund(order, one, units_1="1", units_2="0")
        self.assertEqual(self.state_of(one), "refunded")

    def test_a_part_in_proportion_is_closed_by_a_person_without_a_mail(self):
        order = bed.paid(card(begin_now=1))
        one = self.withdraw(order, [(1, 1)])
        self.assertEqual((self.may_close(one), self.close(one)), (False, 409))
        self.refund(order, one, units_1="0", part_1="89,00")
        self.assertEqual((self.state_of(one), self.may_close(one)), ("received", True))
        self.assertEqual([self.close(one), self.close(one)], [303, 303])
        self.assertEqual((self.state_of(one), bed.mails_to(order, "withdrawal_declined")), ("refunded", []))
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'withdrawal' AND object_id = {one} AND resolved_utc IS NULL"), "0")
        self.assertEqual(bed.one(f"SELECT handled_by IS NOT NULL FROM withdrawals WHERE id = {one}"), "1")

    def test_one_whose_money_went_back_otherwise_or_never_came_is_closed(self):
        by_phone = bed.paid(mug(), poster())
        one = self.withdraw(by_phone, [(1, 1)])
        self.refund(by_phone, units_1="1")
        unpaid = Order(bed, [mug()])
        two = self.withdraw(unpaid, [(1, 1)])
        for withdrawal in (one, two):
            self.assertEqual((self.may_close(withdrawal), self.close(withdrawal), self.state_of(withdrawal)), (True, 303, "refunded"))

    def test_use_that_began_on_request_is_paid_for(self):
        order = bed.paid(card(begin_now=1))
        bed.sql(f"UPDATE orders SET settled_utc = settled_utc - INTERVAL 10 DAY WHERE id = {order.id}")
        one = self.withdraw(order, [(1, 1)])
        self.assertRegex(cashier.get(f"{page(order)}/hyvitys?withdrawal={one}").text, r"käytetty 1[01] päivää 100 päivästä. Suhteellinen hyvitys on (90|89),00")

    def test_a_part_of_a_cards_price_ends_the_card(self):
        order = bed.paid(card(), mug())
        at = page(order) + "/hyvitys"
        send(cashier, at, at, {"what": "lines", "units_1": "1", "part_1": "89,00", "reason": "withdrawal", "words": "Käytetty 11 päivää"})
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 8900)])
        self.assertEqual(bed.sql(f"SELECT l.line_no, l.quantity, l.cents FROM refund_request_lines l JOIN refund_requests r ON r.id = l.request_id WHERE r.order_id = {order.id}"), [["1", "1", "8900"]])
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NULL"), "0")

    def test_a_declined_refund_leaves_the_withdrawal_waiting(self):
        order = bed.paid(card(quantity=3))
        one = self.withdraw(order, [(1, 3)])
        at = page(order) + "/hyvitys"
        form = cashier.get(f"{at}?withdrawal={one}").form(at)["fields"]
        cashier.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Kaikki"})
        self.assertEqual((bed.refunds(order), self.state_of(one)), ([("requested", None, 30000)], "received"))
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "no", "words": "Käytetty"})
        self.assertEqual(self.state_of(one), "received")
        form = cashier.get(f"{at}?withdrawal={one}").form(at)["fields"]
        cashier.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Sittenkin"})
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "yes"})
        self.assertEqual(self.state_of(one), "refunded")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[-1][1] == "ok", 12))

    def test_each_unit_answers_for_its_own_lines(self):
        order = bed.paid(mug(), card())
        one = self.withdraw(order, [(1, 1), (2, 1)])
        token = clerk.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(clerk.post(REFUNDS + "/peruutus", {"form": token, "withdrawal": one, "words": "Ei"}).status, 403)
        for browser, wanted in ((clerk, "received"), (coach, "refunded")):
            at = page(order) + "/hyvitys"
            form = browser.get(f"{at}?withdrawal={one}").form(at)["fields"]
            browser.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Omat rivit"})
            self.assertEqual(self.state_of(one), wanted)
        self.assertTrue(bed.ends(order, "ok"))

    def test_each_unit_sees_the_withdrawals_of_its_own_lines(self):
        order = bed.paid(mug(), card())
        one = self.withdraw(order, [(2, 1)])
        self.assertNotIn(f'value="{one}"', clerk.get(REFUNDS).text)
        self.assertIn(f'value="{one}"', coach.get(REFUNDS).text)
        bed.sql(f"DELETE FROM withdrawals WHERE id = {one}; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")

    def test_one_that_names_no_order_is_tied_to_it(self):
        order = bed.paid(mug())
        one = self.withdraw(order)
        bed.sql(f"UPDATE withdrawals SET order_id = NULL WHERE id = {one}")
        act = REFUNDS + "/peruutus"
        self.assertEqual(len(wrong(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": "AAAAAAAAA"}))), 1)
        self.assertRegex(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": "AAAAAAAAA"}).text, f'id="number_{one}"[^>]*value="AAAAAAAAA"')
        self.assertEqual(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": order.number.lower()}).status, 303)
        self.assertEqual(bed.one(f"SELECT order_id FROM withdrawals WHERE id = {one}"), str(order.id))
        bed.sql(f"DELETE FROM withdrawals WHERE id = {one}; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")

    def test_a_reasoned_no_goes_by_mail(self):
        order = bed.paid(mug())
        one = self.withdraw(order)
        act = REFUNDS + "/peruutus"
        for words in ("", LONG):
            self.comes_back(send(clerk, REFUNDS, act, {"withdrawal": one, "words": words}), f"no_{one}", words[:900].strip())
        self.assertEqual(send(clerk, REFUNDS, act, {"withdrawal": one, "words": "Lipulla oli päivä"}).status, 303)
        self.assertEqual((self.state_of(one), bed.mails_to(order, "withdrawal_declined")[0]["words"]), ("declined", "Lipulla oli päivä"))
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        again = self.withdraw(order)
        self.assertEqual((coach.post(act, {"form": token, "withdrawal": again, "words": "Ei"}).status, self.state_of(again)), (403, "received"))
        bed.sql("DELETE FROM withdrawals WHERE state = 'received'; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")


if __name__ == "__main__":
    unittest.main()
