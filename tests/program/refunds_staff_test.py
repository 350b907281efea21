#!/usr/bin/python3
"""Goal: a cashier asks for a refund, a second person agrees above the limit, odd cases are settled; each does only what is of their scope."""
import concurrent.futures
import re
import unittest

from office_bed import LONG, ORDERS, OfficeBed, card, comes_back, mug, page, poster, send
from payments_bed import wait_until
from payments_orders import broken_invariants
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

    comes_back = comes_back


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

    def test_who_agrees_sees_what_is_given_back_and_of_the_order_what_their_rights_open(self):
        order = bed.paid(card(quantity=3), mug(quantity=2))
        self.ask(order, what="lines", units_1="3", units_2="0", part_2="5,00")
        self.assertEqual(bed.refunds(order), [("requested", None, 30500)])
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        whole, part, others, link = "3 × Salikortti, Aikuinen: 300,00", "Muki, sininen: osa hinnasta, 5,00", "Toisen yksikön rivejä tässä tilauksessa: 1.", f'href="{page(order)}"'
        sports = bed.here(bed.member("finance", "money", ("unit", "sports")))
        for browser, shown in ((finance, [True, True, False, False]), (manager, [True, True, False, True]), (sports, [True, False, True, False])):
            text = browser.get(APPROVE).text
            self.assertEqual([words in text for words in (whole, part, others, link)], shown)
            self.assertNotIn("maksupalvelua ei kutsuta", text)
        bed.sql(f"UPDATE refund_requests SET outside = 1 WHERE id = {request}")
        self.assertIn("maksupalvelua ei kutsuta", finance.get(APPROVE).text)
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "no", "words": "Ei"})

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
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 10000)]))

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
        for verdict, words in ((None, "maksupalvelu ilmoitti, ettei hyvitys onnistunut"), ("more_than_left", "pyydetty enemmän kuin maksusta on jäljellä"), ("gift_card_spent", "lahjakorttia on jo käytetty"),
                               ("decided", "henkilökunta kertoi, ettei hyvitystä maksettu"), ("answer_422", "maksupalvelu ei ottanut pyyntöä vastaan (answer_422)"), ("odd_word", "Järjestelmän viesti: odd_word")):
            if verdict:
                bed.sql(f"UPDATE refunds f JOIN refund_requests r ON r.id = f.request_id SET f.verdict = '{verdict}' WHERE r.order_id = {order.id}")
            shown = cashier.get(page(order)).text
            self.assertIn("ei onnistunut", shown)
            self.assertIn(f"<small>{words}</small>", shown)
        self.assertIn(f'{ORDERS}/{order.id}"', cashier.get(REFUNDS).text)
        self.ask(order)
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)]))

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


class Desk(Case):
    """What the desk counts, of one's scope and all of it, however long the list that it leads to."""

    def counted(self, browser, words):
        found = re.search(f">{words}: ([^<.]*)[.<]", browser.get("/fi/tyopoyta").text)
        return found and found[1]

    def test_what_the_payment_service_has_not_answered(self):
        order = bed.paid(mug())
        bed.sandbox("faults", {"at": "refund-callback", "do": {"drop": True}})
        bed.sandbox("faults", {"at": "refund", "do": {"status": 500, "processed": True}})
        Refunding.ask(self, order)
        self.assertTrue(bed.ends(order, "unknown"))
        words, where = "Hyvityksiä, joista maksupalvelu ei ole vastannut", f"request_id = (SELECT id FROM refund_requests WHERE order_id = {order.id})"
        bed.stop("sweep")
        try:
            for state, count in (("unknown", "1"), ("pending", "1"), ("waiting", "1"), ("calling", None), ("failed", None), ("ok", None)):
                bed.sql(f"UPDATE refunds SET state = '{state}' WHERE {where}")
                self.assertEqual([self.counted(browser, words) for browser in (cashier, clerk, coach, finance)], [count, count, None, None], state)
            bed.sql(f"UPDATE refunds SET state = 'unknown' WHERE {where}")
            self.assertIn(f'href="{REFUNDS}">{words}: 1<', cashier.get("/fi/tyopoyta").text)
        finally:
            bed.start_sweep()
        refund = bed.one(f"SELECT id FROM refunds WHERE {where}")
        act = page(order) + "/ratkaisu"
        token = cashier.get(page(order)).form(act)["fields"]["form"]
        self.assertEqual(cashier.post(act, {"form": token, "what": "refund_was_made", "object": refund, "words": "Katsoin"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertIsNone(self.counted(cashier, words))

    def test_more_than_a_list_shows(self):
        order = bed.paid(mug())
        asked, approve, withdrawn = "Peruttuja ilmoittautumisia ja aikoja, joiden maksu on palauttamatta", "Hyvityksiä, jotka odottavat hyväksyntääsi", "Peruuttamisilmoituksia vastaamatta"
        bed.stop("sweep")
        try:
            me = bed.one("SELECT id FROM staff WHERE login = 'finance'")
            bed.sql(f"INSERT INTO refund_requests (order_id, cents, reason, words, requested_by, requested_utc, state) SELECT {order.id}, 1, 'mistake', 'many', IF(seq > 230, IF(seq > 470, {me}, 1), NULL), '2026-01-01', IF(seq > 230, 'requested', 'asked') FROM seq_1_to_500;"
                    f"INSERT INTO withdrawals (case_code, form_key, order_id, via, name, order_number, email, lines_stated, lang, received_utc) SELECT LPAD(seq, 9, '0'), LPAD(seq, 16, '0'), {order.id}, 'form', 'N', '1', 'n@example.com', '', 'fi', '2026-11-20' FROM seq_1_to_240;"
                    "INSERT INTO staff_alerts (kind, object_id, created_utc) SELECT 'withdrawal_unmatched', 900000 + seq, '2026-01-01' FROM seq_1_to_210")
            self.assertEqual([self.counted(browser, asked) for browser in (cashier, clerk, coach)], ["230", "230", None])
            self.assertEqual(self.counted(finance, approve), "240", "not one's own")
            bed.sql(f"UPDATE refund_requests SET requested_utc = '2025-11-03' WHERE words = 'many' AND state = 'asked' LIMIT 1")
            for browser, task, day in ((cashier, asked, "3.11.2025"), (finance, approve, "1.1.2026")):
                self.assertRegex(browser.get("/fi/tyopoyta").text, f">{task}: [0-9]+. Vanhin on odottanut [a-z]+ {day} alkaen<")
            self.assertIn(f">{withdrawn}: 240. ", cashier.get("/fi/tyopoyta").text)
            self.assertGreaterEqual(int(self.counted(cashier, "Hälytyksiä")), 210)
        finally:
            bed.sql("DELETE FROM refund_requests WHERE words = 'many'; DELETE FROM withdrawals WHERE name = 'N'; DELETE FROM staff_alerts WHERE object_id > 900000")
            bed.start_sweep()


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

    def test_what_was_paid_once_too_often_takes_no_decision_away(self):
        """Paid too late and, in another tab, once more: when the second payment goes back, the first one can be delivered still."""
        order = bed.too_late(tabs=2)
        bed.sandbox("pay", {"stamp": bed.one(f"SELECT stamp FROM payment_attempts WHERE order_id = {order.id} ORDER BY id LIMIT 1"), "status": "ok", "how": "callback", "wait": True, "provider": "osuuspankki"})
        self.assertEqual(order.attempts(), [["ok", "overpaid"], ["ok", "no_stock"]])
        attempt, at = bed.one(f"SELECT MIN(id) FROM payment_attempts WHERE order_id = {order.id}"), page(order) + "/hyvitys"
        second = next(form["fields"] for form in cashier.get(at).forms() if form["action"] == at and form["fields"].get("attempt") == attempt)
        self.assertEqual(cashier.post(at, {**second, "words": "Kahdesti"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertIn("deliver_anyway", cashier.get(page(order)).text)
        self.assertEqual(self.settle(order, "deliver_anyway").status, 303)
        self.assertTrue(wait_until(lambda: order.state() == "paid"))

    def test_dealt_with_otherwise(self):
        order = bed.too_late()
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id}")
        other = bed.too_late()
        self.assertEqual(self.settle(other, "resolve", alert).status, 404, "not an alert of this order")
        self.assertEqual(self.settle(order, "resolve", alert).status, 303)
        self.assertEqual(bed.sql(f"SELECT resolved_by IS NOT NULL, resolved_words FROM staff_alerts WHERE id = {alert}"), [["1", "Sovittu asiakkaan kanssa"]])


if __name__ == "__main__":
    unittest.main()
