#!/usr/bin/python3
"""Goal (D7): what staff do is done once and written down once, also when the answer to its COMMIT is lost: the second run finds it done."""
import unittest

from commit_eater import CommitEater
from office_bed import OfficeBed, card, mug, page, send
from payments_bed import wait_until
from payments_orders import Order, broken_invariants

REFUNDS, APPROVE = "/fi/hyvitykset", "/fi/hyvaksyttavat-hyvitykset"


def setUpModule():
    global bed, cashier, finance, eater
    bed = OfficeBed()
    cashier, _, _, finance, _ = bed.day_staff()
    eater = CommitEater(bed.path("run/eaten.sock"), bed.path("run/db.sock"))
    with open(bed.path("etc/instance.toml")) as file, open(bed.path("etc/eaten.toml"), "w") as eaten:
        eaten.write(file.read().replace("run/db.sock", "run/eaten.sock"))
    bed.stop("backoffice")
    bed.start("backoffice", "etc/eaten.toml")


def tearDownModule():
    bed.stop("backoffice")
    eater.close()
    bed.close()


class Lost(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])

    def lost(self, of, act, result):
        """Does `act`; the COMMIT of the transaction with the words `of` is not answered. The use log has `result` once more."""
        def rows():
            return int(bed.one(f"SELECT COUNT(*) FROM use_log WHERE what = 'change' AND result = '{result}'"))
        eaten, before = eater.eaten, rows()
        eater.eat(1, of.encode())
        answer = act()
        eater.eat(0)
        self.assertEqual((answer.status, eater.eaten - eaten, rows() - before), (303, 1, 1), (of, answer))

    def requested(self):
        """An order with a request that waits for a second person: the order and the request."""
        order = bed.paid(card(quantity=3))
        at = page(order) + "/hyvitys"
        self.lost("refund_guards", lambda: send(cashier, at, at, {"what": "all", "reason": "mistake", "words": "Kaikki"}), "refund requested")
        self.assertEqual(bed.refunds(order), [("requested", None, 30000)])
        return order, bed.one(f"SELECT id FROM refund_requests WHERE order_id = {order.id}")

    def answer(self, request, **fields):
        return send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, **fields})

    def test_a_second_persons_yes_and_no(self):
        order, request = self.requested()
        self.lost("decided_words", lambda: self.answer(request, answer="yes"), "refund agreed")
        self.assertTrue(bed.ends(order, "ok"))
        other, request = self.requested()
        form = finance.get(APPROVE).form(APPROVE + "/vastaa")["fields"]
        self.lost("decided_words", lambda: self.answer(request, answer="no", words="Ei perustetta"), "refund declined")
        self.assertEqual(bed.refunds(other), [("declined", None, 30000)])
        self.assertEqual(finance.post(APPROVE + "/vastaa", {**form, "request": request, "answer": "no", "words": "Ei perustetta"}).status, 303, "a double click")
        self.assertEqual(finance.post(APPROVE + "/vastaa", {**form, "request": request, "answer": "yes"}).status, 409, "the answer stands")
        self.assertEqual(bed.refunds(other), [("declined", None, 30000)])

    def test_what_a_family_asked(self):
        order = bed.paid(mug())
        asked = bed.sql(f"INSERT INTO refund_requests (order_id, cents, reason, requested_utc, state) VALUES ({order.id}, 1200, 'family_cancelled', NOW(3), 'asked'); SELECT LAST_INSERT_ID();")[0][0]
        self.lost("decided_words", lambda: send(cashier, REFUNDS, REFUNDS + "/hylkaa", {"request": asked, "words": "Myöhässä"}), "refund declined")
        self.assertEqual(bed.refunds(order), [("declined", None, 1200)])
        self.assertEqual([(mail["about"], mail["words"], mail["refund_cents"]) for mail in bed.mails_to(order, "refund")], [("declined", "Myöhässä", 1200)])

    def test_a_withdrawal_tied_and_answered(self):
        order = bed.paid(mug())
        one = bed.sql(f"INSERT INTO withdrawals (case_code, form_key, via, name, order_number, email, lines_stated, lang, received_utc) SELECT LEFT(MD5(RAND()), 9), UNHEX(MD5(RAND())), 'form', 'Aino', 'X', email, '', lang, NOW(3) "
                      f"FROM orders WHERE id = {order.id}; SELECT LAST_INSERT_ID();")[0][0]
        act = REFUNDS + "/peruutus"
        self.lost("SET order_id = (SELECT", lambda: send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": order.number}), "tied to an order")
        self.lost("declined_words", lambda: send(cashier, REFUNDS, act, {"withdrawal": one, "words": "Lipulla oli päivä"}), "declined")
        self.assertEqual(len(bed.mails_to(order, "withdrawal_declined")), 1)

    def test_a_mail_sent_again_a_note_and_a_parcel(self):
        order = bed.paid(mug())
        mail = bed.one(f"SELECT id FROM outbox WHERE order_id = {order.id}")
        self.lost("INTO outbox", lambda: send(cashier, page(order), page(order) + "/viesti", {"mail": mail}), "mail again")
        self.assertEqual(len(bed.mails_to(order, "order_confirmation")), 2)
        bed.sql(f"DELETE FROM outbox WHERE order_id = {order.id} ORDER BY id DESC LIMIT 1")
        self.lost("order_notes", lambda: send(cashier, page(order), page(order) + "/muistiinpano", {"note": "Soitti"}), "note")
        self.lost("UPDATE deliveries", lambda: send(cashier, page(order), page(order) + "/toimitus", {"to": "ready"}), "ready")
        self.assertEqual((bed.one(f"SELECT COUNT(*) FROM order_notes WHERE order_id = {order.id}"), len(bed.mails_to(order, "order_delivery"))), ("1", 1))
        unpaid = Order(bed, [mug()])
        self.lost("cancel_requests", lambda: send(cashier, page(unpaid), page(unpaid) + "/peru", {}), "cancel asked")
        self.assertTrue(wait_until(lambda: unpaid.state() == "cancelled"))

    def test_a_decision_and_an_alert(self):
        order, other = bed.too_late(), bed.too_late()
        token = cashier.get(page(order)).form(page(order) + "/ratkaisu")["fields"]["form"]
        self.lost("INTO decisions", lambda: cashier.post(page(order) + "/ratkaisu", {"form": token, "what": "deliver_anyway", "words": "Mahtuu"}), "deliver_anyway")
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM decisions WHERE object_id = {order.id}"), "1")
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {other.id}")
        self.lost("resolved_words", lambda: cashier.post(page(other) + "/ratkaisu", {"form": token, "what": "resolve", "object": alert, "words": "Soitettu"}), "alert resolved")


if __name__ == "__main__":
    unittest.main()
