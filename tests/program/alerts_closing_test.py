#!/usr/bin/python3
"""Goal: staff find what an alert is about, close what is theirs to close, and a mail that did not arrive is sent to the right address."""
import unittest
import uuid

from office_bed import ORDERS, OfficeBed, card, mug, page, send
from payments_bed import wait_until
from payments_orders import Order, broken_invariants
from visitor import wrong

ALERTS = "/fi/halytykset"
DEAL = ALERTS + "/kuittaa"


def setUpModule():
    global bed, cashier, clerk, manager, finance, coach
    bed = OfficeBed()
    cashier, clerk, manager, finance, coach = bed.day_staff()


def tearDownModule():
    bed.close()


def token_of(browser):
    return browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]


def search(browser, q):
    return send(browser, ORDERS, ORDERS + "/haku", {"q": q, "purpose": ""})


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class Strangers(Case):
    """A payment that the service tells of and the shop does not know."""
    def word(self, order, forge):
        transaction = bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {order.id}")
        return bed.sandbox("emit", {"transactionId": transaction, "events": [{"status": "ok", "forge": forge, "drop": True}], "wait": True})["events"][0]["url"].split("?", 1)[1]

    def newest(self):
        return bed.sql("SELECT id, object_id, case_code FROM staff_alerts WHERE kind = 'unknown_payment' ORDER BY id DESC LIMIT 1")[0]

    def test_one_of_nobody_is_shown_with_all_that_is_known_and_found_by_each_of_its_codes(self):
        order = Order(bed, [mug(quantity=3)])
        order.begin()
        transaction = str(uuid.uuid4())
        query = self.word(order, {"set": {"checkout-stamp": "a" * 26, "checkout-transaction-id": transaction}})
        self.assertEqual(bed.get(f"/maksu/cb/{'a' * 26}?{query}")[0], 400)
        alert, number, code = self.newest()
        self.assertEqual(int(number) >> 32, 1 << 30, "no row has such an id")
        listed = cashier.get(ALERTS).text
        for known in (transaction, "a" * 26, "36,00", f"{page(order)}\">{order.number[:4]}"):
            self.assertIn(known, listed)
        self.assertEqual(bed.get(f"/fi/maksu/paluu/{'a' * 26}?{query}")[0], 400)
        again = bed.one("SELECT case_code FROM payment_events WHERE verdict = 'unknown_stamp' ORDER BY id DESC LIMIT 1")
        self.assertNotEqual(again, code)
        for told in (code, again, transaction):
            self.assertEqual(search(cashier, told).location, f"{ALERTS}?alert={alert}")
            self.assertEqual(search(clerk, told).status, 200, "a matter of the whole shop")
        self.assertNotIn(transaction, clerk.get(ALERTS).text)
        self.assertEqual(clerk.get(f"{ALERTS}?alert={alert}").status, 404)
        registrar = bed.here(bed.member("cashier", "registrar", ("register", "shop")))
        self.assertIn(transaction, registrar.get(ALERTS).text, "a right on the shop's register is one on all that is of it")
        self.assertIn("Hälytyksiä: ", registrar.get("/fi/tyopoyta").text)
        self.assertEqual(search(registrar, code).location, f"{ALERTS}?alert={alert}")
        self.assertIn(transaction, cashier.get(f"{ALERTS}?alert={alert}").text)
        self.assertNotIn('id="odd"', cashier.get(page(order)).text, "its stamp is not this order's")
        self.assertEqual(send(cashier, f"{ALERTS}?alert={alert}", DEAL, {"alert": alert, "words": "Palautettu palvelussa"}).status, 303)
        self.assertNotIn(transaction, cashier.get(ALERTS).text)
        self.assertEqual(search(cashier, code).location, f"{ALERTS}?alert={alert}")
        self.assertRegex(cashier.get(f"{ALERTS}?alert={alert}").text, "Hoidettu [^<]*Palautettu palvelussa")

    def test_one_with_a_stamp_of_ours_stands_at_its_order_however_much_was_said_before(self):
        order = Order(bed, [mug()])
        stamp = order.begin()
        bed.sql(f"INSERT INTO payment_events (attempt_id, at_utc, source, verdict) SELECT id, NOW(3), 'redirect', 'repeated' FROM payment_attempts, seq_1_to_30 WHERE order_id = {order.id}")
        query = self.word(order, "other-transaction")
        self.assertEqual(bed.get(f"/maksu/cb/{stamp}?{query}")[0], 400)
        alert, _, code = self.newest()
        stranger = bed.one(f"SELECT REGEXP_SUBSTR(received, '[0-9a-f-]{{36}}') FROM payment_events WHERE case_code = '{code}'")
        self.assertEqual(search(cashier, code).location, page(order))
        for at in (ALERTS, page(order)):
            self.assertIn(stranger, clerk.get(at).text)
        self.assertNotIn(stranger, coach.get(ALERTS).text)
        self.assertEqual(send(clerk, page(order), page(order) + "/ratkaisu", {"what": "resolve", "object": alert, "words": "Selvitetty"}).status, 303)


class Closing(Case):
    def needs_review(self, *lines):
        order = Order(bed, list(lines))
        order.begin()
        order.pay(do={"amount": order.total - 1})
        return order, bed.one(f"SELECT s.id FROM staff_alerts s JOIN payment_attempts a ON a.id = s.object_id WHERE s.kind = 'needs_review' AND a.order_id = {order.id}")

    def test_money_of_an_order_of_two_units_is_closed_by_whoever_may_decide_about_all_of_it(self):
        order, alert = self.needs_review(mug(), card())
        words = {"form": token_of(clerk), "words": "Minä", "alert": alert, "object": alert, "what": "resolve"}
        for at in (ALERTS, page(order)):
            shown = clerk.get(at).text
            self.assertIn("Maksun summa ei täsmää", shown)
            self.assertIn("muiden rivien rahoista", shown)
        for at in (DEAL, page(order) + "/ratkaisu"):
            self.assertEqual(clerk.post(at, words).status, 403)
        self.assertEqual(bed.one(f"SELECT resolved_utc IS NULL FROM staff_alerts WHERE id = {alert}"), "1")
        self.assertEqual(send(cashier, page(order), page(order) + "/ratkaisu", {"what": "resolve", "object": alert, "words": "Sovittu"}).status, 303)
        own, alert = self.needs_review(mug(), mug(kind="delivery", product_kind=None, code="library", name="Nouto", unit_cents=100))
        self.assertEqual(clerk.post(DEAL, {**words, "alert": alert}).status, 303, "all of it is the library's, the cost of delivery too")

    def test_a_refund_that_failed_is_closed_by_whoevers_lines_it_names(self):
        order = bed.paid(mug(), card())
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}, "match": {"reference": order.reference}})
        send(clerk, page(order) + "/hyvitys", page(order) + "/hyvitys", {"what": "all", "reason": "mistake", "words": "Virhe"})
        self.assertTrue(bed.ends(order, "failed"))
        alert = bed.one(f"SELECT s.id FROM staff_alerts s JOIN refunds f ON f.id = s.object_id JOIN refund_requests r ON r.id = f.request_id WHERE s.kind = 'refund_failed' AND r.order_id = {order.id}")
        self.assertEqual(coach.post(DEAL, {"form": token_of(coach), "alert": alert, "words": "Minä"}).status, 403)
        self.assertIn("muiden rivien rahoista", coach.get(page(order)).text)
        self.assertEqual(clerk.post(DEAL, {"form": token_of(clerk), "alert": alert, "words": "Maksettu tilille"}).status, 303)


class Silence(Case):
    """A payment of which the service had told nothing for so long that it is asked no more."""
    def abandoned(self, *lines, **paid):
        order = Order(bed, list(lines))
        order.begin()
        if paid:
            order.pay(**paid)
        attempt = bed.one(f"SELECT id FROM payment_attempts WHERE order_id = {order.id}")
        bed.sql(f"UPDATE payment_attempts SET state = 'abandoned', next_poll_utc = NULL, created_utc = created_utc - INTERVAL 20 DAY WHERE id = {attempt}; "
                f"INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES ('unknown_payment', {attempt}, LPAD({attempt}, 9, 'A'), NOW(3))")
        return order, attempt

    def ask(self, order, attempt, words="Asiakas sanoo maksaneensa"):
        return send(cashier, page(order), page(order) + "/ratkaisu", {"what": "ask_again", "object": attempt, "words": words})

    def open_alerts(self, attempt):
        return bed.count(f"staff_alerts WHERE kind = 'unknown_payment' AND object_id = {attempt} AND resolved_utc IS NULL")

    def test_the_service_is_asked_once_more_and_what_it_says_counts(self):
        order, attempt = self.abandoned(mug(), status="ok", how="none")
        self.assertEqual(wrong(self.ask(order, attempt, "")), [f"ask_{attempt}"])
        bed.stop("sweep")
        try:
            self.assertEqual(self.ask(order, attempt).status, 303)
            self.assertEqual(self.open_alerts(attempt), 0)
            shown = cashier.get(page(order)).text
            self.assertIn("kysytään maksun tilaa uudelleen", shown)
            self.assertNotIn('value="ask_again"', shown, "it is under way")
        finally:
            bed.start_sweep()
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        self.assertEqual(bed.sql(f"SELECT result FROM decisions WHERE kind = 'ask_again' AND object_id = {attempt}"), [["asked"]])
        self.assertNotIn("kysytään maksun tilaa uudelleen", cashier.get(page(order)).text)

    def test_when_it_tells_nothing_again_a_person_is_asked_again(self):
        order, attempt = self.abandoned(mug())
        self.assertEqual(self.ask(order, attempt).status, 303)
        self.assertTrue(wait_until(lambda: self.open_alerts(attempt) == 1))
        self.assertEqual(bed.sql(f"SELECT state, next_poll_utc IS NULL FROM payment_attempts WHERE id = {attempt}"), [["abandoned", "1"]])
        shown = cashier.get(page(order)).text
        self.assertNotIn("kysytään maksun tilaa uudelleen", shown)
        self.assertIn('value="ask_again"', shown)

    def test_it_is_asked_of_money_of_ones_own_alone_and_of_what_nobody_answered(self):
        order, attempt = self.abandoned(mug(), card())
        act, token = page(order) + "/ratkaisu", token_of(clerk)
        self.assertNotIn('value="ask_again"', clerk.get(page(order)).text)
        self.assertEqual(clerk.post(act, {"form": token, "what": "ask_again", "object": attempt, "words": "Minä"}).status, 403)
        paid = bed.paid(mug())
        for other in (attempt, bed.one(f"SELECT id FROM payment_attempts WHERE order_id = {paid.id}")):
            self.assertEqual(cashier.post(page(paid) + "/ratkaisu", {"form": token_of(cashier), "what": "ask_again", "object": other, "words": "Minä"}).status, 409)


class Mails(Case):
    def died(self, *lines):
        """An order whose confirmation did not arrive, the mail's id and its alert's."""
        order = bed.paid(*lines)
        mail = bed.one(f"SELECT id FROM outbox WHERE order_id = {order.id}")
        alert = bed.sql(f"UPDATE outbox SET state = 'dead' WHERE id = {mail}; INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES ('mail_dead', {mail}, 'ABCDEFGH1', NOW(3)); SELECT LAST_INSERT_ID();")[0][0]
        return order, mail, alert

    def again(self, browser, order, mail, **fields):
        return browser.post(page(order) + "/viesti", {"form": token_of(browser), "mail": mail, **fields})

    def sent(self, order):
        return [row[0] for row in bed.sql(f"SELECT recipient FROM outbox WHERE order_id = {order.id} ORDER BY id")]

    def only_first(self, order):
        bed.sql(f"DELETE FROM outbox WHERE order_id = {order.id} AND id > (SELECT * FROM (SELECT MIN(id) FROM outbox WHERE order_id = {order.id}) first)")

    def test_it_goes_to_the_corrected_address_and_its_alert_is_closed(self):
        order, mail, alert = self.died(mug())
        shown = clerk.get(page(order)).text
        self.assertIn("odottaa käsittelyä, tapaus", shown)
        self.assertIn(f'id="email_{mail}" name="email" type="email" value="aino@example.com"', shown)
        back = self.again(clerk, order, mail, key="a", email="uusi osoite")
        self.assertEqual((wrong(back), 'value="uusi osoite"' in back.text), ([f"email_{mail}"], True))
        self.assertEqual(wrong(self.again(clerk, order, mail, key="a", email="")), [f"email_{mail}"])
        for _ in range(2):
            self.assertEqual(self.again(clerk, order, mail, key="a", email="uusi@example.com").status, 303)
        self.assertEqual(self.sent(order), ["aino@example.com", "uusi@example.com"])
        self.assertEqual(bed.sql(f"SELECT resolved_by IS NOT NULL FROM staff_alerts WHERE id = {alert} AND resolved_utc IS NOT NULL"), [["1"]])
        self.assertEqual(bed.one(f"SELECT email FROM orders WHERE id = {order.id}"), "aino@example.com")
        self.assertNotIn("uusi@", bed.log("backoffice") + bed.one("SELECT GROUP_CONCAT(object_id, why, result) FROM use_log"))
        self.assertEqual(bed.one("SELECT COUNT(*) FROM use_log WHERE result = 'mail again, to a corrected address'"), "1")
        self.only_first(order)

    def test_nobodys_mailbox_is_flooded(self):
        order, mail, _ = self.died(mug())
        answers = [self.again(clerk, order, mail, key=str(n), email="tulva@example.com") for n in range(5)]
        self.assertEqual([answer.status for answer in answers], [303, 303, 303, 200, 200])
        self.assertIn("jo lähetetty monta viestiä", answers[-1].text)
        self.assertEqual(self.sent(order).count("tulva@example.com"), 3)
        self.only_first(order)

    def test_the_address_of_what_arrived_or_shows_more_than_ones_own_stays(self):
        went = bed.paid(mug())
        self.assertEqual(self.again(cashier, went, bed.one(f"SELECT id FROM outbox WHERE order_id = {went.id}"), key="a", email="uusi@example.com").status, 403)
        both, mail, alert = self.died(mug(), card())
        self.assertEqual(self.again(clerk, both, mail, key="a", email="uusi@example.com").status, 403)
        shown = clerk.get(page(both)).text
        self.assertNotIn('name="email"', shown)
        self.assertIn("osoitetta ei voi korjata", shown)
        self.assertEqual(self.again(clerk, both, mail, key="a").status, 303, "where it went before it may go again")
        self.assertEqual(bed.one(f"SELECT resolved_utc IS NOT NULL FROM staff_alerts WHERE id = {alert}"), "1")
        self.only_first(both)
        ordered, mail, _ = self.died(mug())
        bed.sql(f"UPDATE order_lines SET product_kind = 'gift_card' WHERE order_id = {ordered.id}")
        self.assertEqual(self.again(cashier, ordered, mail, key="a", email="uusi@example.com").status, 403, "its page will show codes once it is paid")
        self.assertNotIn('name="email"', cashier.get(page(ordered)).text)
        bed.sql(f"UPDATE order_lines SET product_kind = 'goods' WHERE order_id = {ordered.id}")
        cards, mail, _ = self.died(mug())
        bed.sql(f"INSERT INTO gift_cards (code_hash, order_id, product_id, unit_code, original_cents, balance_cents, issued_utc, valid_until_utc, ledger_account, cost_centre) SELECT UNHEX(SHA2('x', 256)), {cards.id}, product_id, unit_code, 100, 0, NOW(3), NOW() + INTERVAL 1 YEAR, '2950', '1' FROM order_lines WHERE order_id = {cards.id} LIMIT 1")
        self.assertEqual(self.again(cashier, cards, mail, key="a", email="uusi@example.com").status, 403, "its page shows codes that are money")
        self.assertNotIn('name="email"', cashier.get(page(cards)).text)
        bed.sql("DELETE FROM gift_cards")


if __name__ == "__main__":
    unittest.main()
