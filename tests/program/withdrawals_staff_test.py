#!/usr/bin/python3
"""Goal: a statement of withdrawal waits with its clock until it is refunded, refused with a reason or dealt with, by those whose lines it names."""
import re
import unittest

from office_bed import LONG, OfficeBed, card, comes_back, mug, page, poster, send
from payments_bed import wait_until
from payments_orders import Order, broken_invariants
from visitor import wrong

REFUNDS, APPROVE = "/fi/hyvitykset", "/fi/hyvaksyttavat-hyvitykset"


def setUpModule():
    global bed, cashier, clerk, finance, coach
    bed = OfficeBed()
    cashier, clerk, _, finance, coach = bed.day_staff()


def tearDownModule():
    bed.close()


class Withdrawing(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])

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

    def form_of(self, order, one, browser=None, **fields):
        """The refund's form as it is now: (the page, what the form would send)."""
        at = page(order) + "/hyvitys"
        shown = (browser or cashier).get(f"{at}?withdrawal={one}")
        return shown, {**shown.form(at)["fields"], "what": "lines", "reason": "withdrawal", "words": "Peruutti ajoissa", **fields}

    def answered_already(self, answer, words="on jo vastattu"):
        self.assertEqual((answer.status, wrong(answer)), (200, ["what"]))
        self.assertIn(words, answer.text)
        self.assertIn('value="Peruutti ajoissa"', answer.text, "what was typed is there still")

    def test_two_who_answer_it_at_once_refund_it_once(self):
        """A form of before the answer refunds nothing, however often it is sent; so with one that was declined meanwhile."""
        order = bed.paid(mug(quantity=5))
        at = page(order) + "/hyvitys"
        one, two = self.withdraw(order, [(1, 1)]), self.withdraw(order, [(1, 1)])
        first, second, late = (self.form_of(order, *of)[1] for of in ((one,), (one, clerk), (two, clerk)))
        self.assertEqual([cashier.post(at, first).status for _ in range(2)], [303, 303], "a double click")
        answer = clerk.post(at, second)
        self.answered_already(answer)
        self.answered_already(clerk.post(at, {**answer.form(at)["fields"], "what": "lines", "reason": "withdrawal", "words": "Peruutti ajoissa"}))
        self.assertEqual(send(cashier, REFUNDS, REFUNDS + "/peruutus", {"withdrawal": two, "words": "Ei oikeutta"}).status, 303)
        self.answered_already(clerk.post(at, late))
        self.assertIn("on jo vastattu", clerk.get(f"{at}?withdrawal={two}").text)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((bed.refunds(order), self.state_of(one), self.state_of(two)), ([("taken", "ok", 1200)], "refunded", "declined"))

    def test_what_was_refunded_of_it_meanwhile_is_told_and_not_preset_again(self):
        order = bed.paid(mug(quantity=5))
        at = page(order) + "/hyvitys"
        one = self.withdraw(order, [(1, 2)])
        first, second = self.form_of(order, one, units_1="1")[1], self.form_of(order, one, clerk)[1]
        self.assertEqual((cashier.post(at, first).status, self.state_of(one)), (303, "received"))
        self.assertRegex(self.form_of(order, one)[0].text, r'name="units_1"[^>]*value="1"')
        answer = clerk.post(at, {**second, "reason": ""})
        self.assertEqual(wrong(answer), ["reason"])
        answer = clerk.post(at, {**answer.form(at)["fields"], "reason": "withdrawal"})
        self.answered_already(answer, "Joku ehti hyvittää")
        self.assertEqual(clerk.post(at, {**answer.form(at)["fields"], "what": "lines", "reason": "withdrawal", "words": "Peruutti ajoissa", "units_1": "1"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(([refund[2] for refund in bed.refunds(order)], self.state_of(one)), ([1200, 1200], "refunded"))

    def test_what_posting_cost_goes_back_with_all_that_was_posted(self):
        """KSL 6:17 §: it stands in the form with all goods of its delivery, and staff may leave it out."""
        posting = lambda: mug(kind="delivery", product_kind=None, code="post", name="Postimaksu", unit_cents=590) | {"product_id": None, "variant_id": None, "delivery_code": "post", "delivery_kind": "post"}
        preset = lambda order, lines: re.findall(r'name="units_\d"[^>]*value="(\d)"', self.form_of(order, self.withdraw(order, lines))[0].text)
        order = bed.paid(poster(quantity=2), mug(), posting())
        self.assertEqual([preset(order, lines) for lines in ([(1, 2)], [(1, 1)], [(2, 1)], [(1, 1), (2, 1)])], [["2", "0", "1"], ["1", "0", "0"], ["0", "1", "0"], ["1", "1", "0"]])
        bed.sql(f"DELETE FROM withdrawals WHERE order_id = {order.id}; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")
        one = self.withdraw(order, [(1, 2)])
        shown, fields = self.form_of(order, one, clerk)
        self.assertIn("myös toimituskulu palautetaan", shown.text)
        self.assertEqual(clerk.post(page(order) + "/hyvitys", fields).status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((bed.refunds(order), self.state_of(one)), ([("taken", "ok", 3590)], "refunded"))
        self.assertEqual(bed.sql(f"SELECT l.line_no, l.quantity, l.cents FROM refund_request_lines l JOIN refund_requests r ON r.id = l.request_id WHERE r.order_id = {order.id} ORDER BY l.line_no"), [["1", "2", "3000"], ["3", "1", "590"]])

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
        self.assertRegex(cashier.get(f"{page(order)}/hyvitys?withdrawal={one}").text, r"Laskettu päivistä: käytetty 1[01]/100 \(1 kpl\). Suhteellinen hyvitys on (90|89),00")

    def test_a_card_of_visits_is_counted_by_its_visits_or_its_days_whichever_is_more_used(self):
        def words(uses, days_ago=0, named=1, **of_card):
            order = bed.paid(card(begin_now=1, uses=10, quantity=len(uses)) | of_card)
            for unit, used in enumerate(uses, 1):
                bed.sql(f"UPDATE tickets SET uses = {used} WHERE order_id = {order.id} AND unit_no = {unit}")
            bed.sql(f"UPDATE orders SET settled_utc = settled_utc - INTERVAL {days_ago} DAY + INTERVAL 1 HOUR WHERE id = {order.id}")
            one = self.withdraw(order, [(1, named)])
            return cashier.get(f"{page(order)}/hyvitys?withdrawal={one}").text
        self.assertIn("Laskettu käynneistä: käytetty 3/10 (1 kpl). Suhteellinen hyvitys on 70,00", words([3], days_ago=10))
        self.assertIn("Laskettu päivistä: käytetty 10/100 (1 kpl). Suhteellinen hyvitys on 90,00", words([0], days_ago=10))
        self.assertIn("Laskettu käynneistä: käytetty 10/10 (1 kpl). Suhteellinen hyvitys on 0,00", words([10]))
        self.assertIn("Laskettu käynneistä: käytetty 4/10 (1 kpl). Suhteellinen hyvitys on 60,00", words([4], days_valid=None))
        self.assertIn("Laskettu päivistä: käytetty 10/100 (1 kpl). Laskettu käynneistä: käytetty 3/10 (1 kpl). Suhteellinen hyvitys on 160,00", words([3, 6, 0], days_ago=10, named=2), "those that go back are the least used")

    def test_what_another_request_waits_for_is_not_counted_again(self):
        order = bed.paid(card(begin_now=1, uses=10, quantity=3))
        bed.sql(f"UPDATE tickets SET uses = 3 * (unit_no - 1) WHERE order_id = {order.id}")
        bed.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, words, requested_by, requested_utc, state) SELECT {order.id}, id, 10000, 'mistake', 'x', 1, NOW(3), 'requested' FROM payment_attempts WHERE order_id = {order.id};"
                f"INSERT INTO refund_request_lines (request_id, line_no, quantity, cents) SELECT id, 1, 1, 10000 FROM refund_requests WHERE order_id = {order.id}")
        one = self.withdraw(order, [(1, 1)])
        self.assertIn("Laskettu käynneistä: käytetty 3/10 (1 kpl). Suhteellinen hyvitys on 70,00", cashier.get(f"{page(order)}/hyvitys?withdrawal={one}").text)

    def test_whoever_refunds_sees_what_was_used(self):
        order = bed.paid(mug(), card(uses=10, quantity=7), card() | {"product_kind": "ticket", "name": "Konsertti"})
        at = page(order) + "/hyvitys"
        self.assertNotIn("on jo käytetty", cashier.get(at).text)
        self.assertNotIn("käytetty", cashier.get(page(order)).text)
        bed.sql(f"INSERT INTO ticket_uses (ticket_id, request_hash, no, finding, used_utc, written_utc, place, undone_utc) SELECT id, UNHEX(SHA2(CONCAT(id, seq), 256)), seq, 'valid', TIMESTAMP(CONCAT('2026-11-0', seq, ' 10:00')), NOW(3), 'Ovi', IF(seq = 4, NOW(3), NULL) "
                f"FROM tickets JOIN seq_1_to_4 WHERE order_id = {order.id} AND (uses_max = 10 OR seq = 1); UPDATE tickets SET uses = IF(uses_max = 10, 3, 1) WHERE order_id = {order.id}")
        for shown in (cashier.get(at).text, cashier.get(page(order)).text):
            self.assertRegex(shown, r"Lippu \d: käyntejä käytetty 3/10, viimeksi ti 3.11.2026 klo 12.00.")
            self.assertEqual((shown.count("käytetty 3/10"), "Muita käytettyjä lippuja: 2." in shown, "Lippu 1: käytetty su 1.11.2026 klo 12.00." in shown), (5, True, True))
        self.assertIn("Tilauksen lippuja on jo käytetty", cashier.get(at).text)
        send(cashier, at, at, {"what": "lines", "units_3": "1", "reason": "mistake", "words": "Virhe"})
        self.assertTrue(bed.ends(order, "ok"))
        self.assertIn("Lippu 1: käytetty su 1.11.2026 klo 12.00. Lippu on hyvitetty.", cashier.get(page(order)).text)
        self.assertNotIn("käytetty", clerk.get(page(order)).text, "of another unit's lines nothing")

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
        self.assertTrue(wait_until(lambda: bed.refunds(order)[-1][1] == "ok"))

    def clocks(self, browser, at, order):
        """The ends of the 14 days that the page tells of with the order's refunds."""
        rows = [row for row in re.findall(r"(?s)<li>.*?</li>", browser.get(at).text.split("<main")[1]) if order.number[:4] in row]
        return [found[1] for row in rows if (found := re.search(r"Peruuttamisen 14 päivää päättyy ([^<]+)<", row))]

    def promised(self, browser):
        found = re.search(r"peruuttamisilmoitukseen ja joita ei ole vielä maksettu: ([0-9]+). Ensimmäisen määräaika päättyy ([^<]+)<", browser.get("/fi/tyopoyta").text)
        return found and (int(found[1]), found[2])

    def test_its_clock_runs_until_the_refund_is_made_whoever_that_waits_for(self):
        later, order = bed.paid(card(quantity=3)), bed.paid(card(quantity=3))
        for one, days_ago in ((later, 3), (order, 9)):
            at = page(one) + "/hyvitys"
            form = cashier.get(f"{at}?withdrawal={self.withdraw(one, [(1, 3)], days_ago)}").form(at)["fields"]
            cashier.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Kaikki"})
            self.assertEqual(bed.refunds(one), [("requested", None, 30000)])
        clock, = self.clocks(cashier, REFUNDS, order)
        self.assertEqual(self.clocks(finance, APPROVE, order), [clock])
        self.assertNotEqual(self.clocks(cashier, REFUNDS, later), [clock])
        self.assertEqual([self.promised(browser) for browser in (cashier, coach, clerk)], [(2, clock), (2, clock), None])
        answer = lambda one, yes: send(finance, APPROVE, APPROVE + "/vastaa", {"request": bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {one.id}"), "answer": yes, "words": "Ei"})
        answer(later, "no")
        bed.sql(f"DELETE FROM withdrawals WHERE order_id = {later.id}; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")
        bed.stop("sweep")
        try:
            answer(order, "yes")
            self.assertEqual((self.clocks(cashier, REFUNDS, order), self.promised(cashier)), ([clock], (1, clock)), "it has not been made yet")
            bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}, "match": {"reference": order.reference}})
        finally:
            bed.start_sweep()
        self.assertTrue(bed.ends(order, "failed"))
        self.assertEqual((self.clocks(cashier, REFUNDS, order), self.promised(cashier)), ([clock], (1, clock)))
        at = page(order) + "/hyvitys"
        cashier.post(at, {**cashier.get(at).form(at)["fields"], "what": "all", "reason": "withdrawal", "words": "Uudelleen"})
        self.assertEqual((self.clocks(cashier, REFUNDS, order), self.promised(cashier)), ([clock], (1, clock)), "what is asked for again has it")
        answer(order, "yes")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 30000)]))
        self.assertEqual((self.clocks(cashier, REFUNDS, order), self.promised(cashier)), ([], None))

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
        self.assertEqual(len(wrong(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": "Mäkinen"}))), 1)
        self.assertEqual(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": order.number.lower()}).status, 303)
        self.assertEqual(bed.one(f"SELECT order_id FROM withdrawals WHERE id = {one}"), str(order.id))
        bed.sql(f"DELETE FROM withdrawals WHERE id = {one}; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")

    def test_a_reasoned_no_goes_by_mail(self):
        order = bed.paid(mug())
        one = self.withdraw(order)
        act = REFUNDS + "/peruutus"
        for words in ("", LONG):
            comes_back(self, send(clerk, REFUNDS, act, {"withdrawal": one, "words": words}), f"no_{one}", words[:900].strip())
        self.assertEqual(send(clerk, REFUNDS, act, {"withdrawal": one, "words": "Lipulla oli päivä"}).status, 303)
        self.assertEqual((self.state_of(one), bed.mails_to(order, "withdrawal_declined")[0]["words"]), ("declined", "Lipulla oli päivä"))
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        again = self.withdraw(order)
        self.assertEqual((coach.post(act, {"form": token, "withdrawal": again, "words": "Ei"}).status, self.state_of(again)), (403, "received"))
        bed.sql("DELETE FROM withdrawals WHERE state = 'received'; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")


if __name__ == "__main__":
    unittest.main()
