#!/usr/bin/python3
"""Goal: what the payment service says that it paid out is fetched, believed only when it is signed, stored once, and matched with our own books: whatever differs
on either side is told to finance, and nothing else is."""
import hashlib
import hmac
import http.client
import json
import unittest
import uuid

from finance_bed import FinanceBed, product_line
from payments_bed import MERCHANT, SECRET, wait_until

HERE = "/fi/tilitykset"


def setUpModule():
    global bed, orders, finance
    bed = FinanceBed()
    orders = [bed.sell([product_line(0, 2, 1255), product_line(2, 1, 999)]) for _ in range(3)]
    bed.refund(orders[0], {1: (0, 455)})
    finance = bed.here(bed.member("finance"))


def tearDownModule():
    bed.close()


def fetched(count):
    """A sweep that begins asks at once."""
    bed.stop("sweep")
    bed.start_sweep()
    assert wait_until(lambda: int(bed.one("SELECT COUNT(*) FROM settlements WHERE received_utc IS NOT NULL")) == count, 20), (bed.sql("SELECT * FROM settlements"), bed.log("sweep"), bed.log("payments"))


def signed(body, **changed):
    headers = {"checkout-account": MERCHANT, "checkout-algorithm": "sha256", "checkout-method": "POST", "checkout-nonce": uuid.uuid4().hex, "checkout-timestamp": "2026-11-28T10:00:00.000Z", **changed}
    text = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items())) + body
    return {**headers, "signature": hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()}


def post(token, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", bed.shop_port, timeout=30)
    connection.request("POST", f"/maksu/cb/tilitys/{token}", body.encode(), {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


class Settlements(unittest.TestCase):
    def test_1_a_settlement_is_fetched_and_matches(self):
        self.assertIn("Tilityksiä ei ole vielä tullut", finance.get(HERE).text)
        bed.sandbox("settle", {})
        fetched(1)
        self.assertEqual(bed.sql("SELECT kind, SUM(cents), COUNT(*) FROM settlement_rows GROUP BY kind ORDER BY kind"), [["payment", str(3 * 3509), "3"], ["refund", "-455", "1"]])
        page = finance.get(HERE)
        self.assertEqual(page.status, 200)
        self.assertIn("Kaikki täsmää.", page.text)
        self.assertIn("105,27\u00a0€", page.text)
        self.assertIn("100,72\u00a0€", page.text)

    def test_2_the_report_is_stored_once(self):
        token, rows = bed.one("SELECT token FROM settlements"), bed.sql("SELECT * FROM settlement_rows ORDER BY row_no")
        body = json.dumps([{"id": str(uuid.uuid4()), "amount": 1.5, "reference": "1232", "stamp": "another"}])
        self.assertEqual(post(token, body, signed(body)), 200, "a repeated word is answered as the first was")
        self.assertEqual(bed.sql("SELECT * FROM settlement_rows ORDER BY row_no"), rows)
        fetched(1)
        self.assertEqual(bed.one("SELECT token FROM settlements"), token, "what is here is not asked for again")

    def test_3_nothing_unsigned_or_unasked_is_believed(self):
        bed.sql("INSERT INTO settlements (id, reference, created_utc, token, asked_utc) VALUES (77, '1232', UTC_TIMESTAMP(3), REPEAT('a', 26), UTC_TIMESTAMP(3))")
        row = {"id": str(uuid.uuid4()), "amount": 1.5, "reference": "1232", "stamp": "x"}
        body, token = json.dumps([row]), "a" * 26
        right = signed(body)
        for name, sent, headers in (("no signature", body, {}), ("another body", body + " ", right), ("another header", body, {**right, "checkout-nonce": "x"}), ("another account", body, signed(body, **{"checkout-account": "1"})),
                                    ("another algorithm", body, signed(body, **{"checkout-algorithm": "sha512"})), ("an odd row", "[{}]", signed("[{}]")), ("no JSON", "x", signed("x")), ("one more header", body, {**right, "checkout-x": "y"})):
            self.assertEqual(post(token, sent, headers), 400, name)
        self.assertEqual(post("b" * 26, body, right), 400, "nobody ordered it")
        self.assertEqual(bed.one("SELECT COUNT(*) FROM settlement_rows WHERE settlement_id = 77"), "0")
        self.assertEqual(bed.sql("SELECT COUNT(*) FROM payment_events WHERE verdict IN ('bad_signature', 'unknown_report', 'bad_value')"), [["6"]])
        new = signed(body, **{"checkout-zz-new": "unannounced"})
        self.assertEqual(post(token, body, new), 200)
        self.assertEqual(bed.sql("SELECT kind, cents FROM settlement_rows WHERE settlement_id = 77"), [["payment", "150"]])
        self.assertIn("Maksua ei ole meillä", finance.get(HERE).text)
        bed.sql("DELETE FROM settlements WHERE id = 77")

    def test_4_a_large_report_comes_through(self):
        bed.sql("INSERT INTO settlements (id, reference, created_utc, token, asked_utc) VALUES (78, '1232', UTC_TIMESTAMP(3), REPEAT('c', 26), UTC_TIMESTAMP(3))")
        body = json.dumps([{"id": str(uuid.uuid4()), "amount": n / 100, "reference": "1232", "stamp": f"s{n}"} for n in range(1, 3001)])
        self.assertGreater(len(body), 64 * 1024)
        self.assertEqual(post("c" * 26, body, signed(body)), 200)
        self.assertEqual(bed.one("SELECT SUM(cents) FROM settlement_rows WHERE settlement_id = 78"), str(3000 * 3001 // 2))
        self.assertIn("Näkyvissä on 100 ensimmäistä eroa, kaikkiaan 3000.", finance.get(HERE).text)
        self.assertLess(len(finance.get(HERE).body), 100_000)
        bed.sql("DELETE FROM settlements WHERE id = 78")

    def test_5_every_kind_of_difference_is_told(self):
        def differs(change, back, words):
            bed.sql(change)
            page = finance.get(HERE).text
            bed.sql(back)
            self.assertIn(words, page)
            self.assertNotIn("Kaikki täsmää", page)
            self.assertIn("Kaikki täsmää", finance.get(HERE).text)
        row = "(SELECT MIN(row_no) FROM (SELECT * FROM settlement_rows) x WHERE kind = '{}')"
        payment, refund = row.format("payment"), row.format("refund")
        differs(f"UPDATE settlement_rows SET cents = cents + 1 WHERE row_no = {payment}", f"UPDATE settlement_rows SET cents = cents - 1 WHERE row_no = {payment}", "Maksun summa eroaa")
        differs(f"UPDATE settlement_rows SET stamp = CONCAT(stamp, 'x') WHERE row_no = {payment}", f"UPDATE settlement_rows SET stamp = LEFT(stamp, 26) WHERE row_no = {payment}", "Maksun tunniste eroaa")
        differs(f"UPDATE settlement_rows SET cents = cents - 1 WHERE row_no = {refund}", f"UPDATE settlement_rows SET cents = cents + 1 WHERE row_no = {refund}", "Hyvityksen summa eroaa")
        differs("UPDATE refunds SET state = 'failed'", "UPDATE refunds SET state = 'ok'", "Hyvitystä ei ole meillä")
        differs(f"UPDATE settlement_rows SET transaction_id = UUID() WHERE row_no = {payment}", f"UPDATE settlement_rows w JOIN payment_attempts a ON a.stamp = w.stamp SET w.transaction_id = a.transaction_id WHERE row_no = {payment}", "Maksua ei ole meillä")
        # Ours that stand in none: only when they are a week old, and since the first settlement that is known.
        old, older = "UPDATE settlements SET created_utc = created_utc - INTERVAL 20 DAY", "UPDATE settlements SET created_utc = created_utc + INTERVAL 20 DAY"
        bed.sql("CREATE TABLE kept_rows AS SELECT * FROM settlement_rows; DELETE FROM settlement_rows; " + old)
        self.assertIn("Kaikki täsmää", finance.get(HERE).text)
        bed.sql("UPDATE payment_attempts SET settled_utc = settled_utc - INTERVAL 8 DAY; UPDATE refunds SET ended_utc = ended_utc - INTERVAL 8 DAY")
        page = finance.get(HERE).text
        self.assertEqual((page.count("Maksu ei ole missään tilityksessä"), page.count("Hyvitys ei ole missään tilityksessä")), (3, 1))
        bed.sql(older)
        self.assertIn("Kaikki täsmää", finance.get(HERE).text, "before the first settlement nothing is known")
        bed.sql("UPDATE payment_attempts SET settled_utc = settled_utc + INTERVAL 8 DAY; UPDATE refunds SET ended_utc = ended_utc + INTERVAL 8 DAY; INSERT INTO settlement_rows SELECT * FROM kept_rows; DROP TABLE kept_rows")

    def test_6_a_report_that_does_not_come_is_asked_for_again(self):
        bed.sandbox("settle", {})
        bed.sql("INSERT INTO settlements (id, reference, created_utc, token, asked_utc) SELECT MAX(id) + 1, '1', UTC_TIMESTAMP(3), REPEAT('d', 26), UTC_TIMESTAMP(3) FROM settlements")
        fetched(1)
        self.assertEqual(bed.one("SELECT token FROM settlements ORDER BY id DESC LIMIT 1"), "d" * 26, "not before six hours")
        self.assertIn("Erittelyä odotetaan", finance.get(HERE).text)
        bed.sql("UPDATE settlements SET asked_utc = asked_utc - INTERVAL 7 HOUR WHERE received_utc IS NULL")
        fetched(2)
        self.assertNotIn("Erittelyä odotetaan", finance.get(HERE).text)

    def test_7_it_is_the_whole_shops(self):
        self.assertEqual(bed.here(bed.member("finance", "finance-unit", ("unit", "museum"))).get(HERE).status, 403)


if __name__ == "__main__":
    unittest.main()
