#!/usr/bin/python3
"""Goal: what the payment service says that it paid out is fetched, believed only when it is signed, stored once, and matched with our own books: whatever differs
on either side is told to finance, and nothing else is."""
import hashlib
import hmac
import http.client
import json
import re
import unittest
import uuid

from finance_bed import FinanceBed, product_line
from opener_bed import DESK as DESKS
from payments_bed import MERCHANT, SECRET, wait_until

HERE, EXPLAIN, DESK = "/fi/tilitykset", "/fi/tilitykset/selita", DESKS["fi"]


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


def matched():
    """A sweep that begins looks at all: it is done once it has found what is planted here."""
    bed.sql("INSERT INTO settlements (id, reference, created_utc, received_utc) VALUES (99, 'x', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); INSERT INTO settlement_rows VALUES (99, 1, 'payment', UUID(), 'planted', 'x', 1)")
    bed.stop("sweep")
    bed.start_sweep()
    assert wait_until(lambda: bed.one("SELECT COUNT(*) FROM settlement_differences WHERE settlement_id = 99") == "1", 20), bed.log("sweep")
    forget(99)


def forget(settlement):
    bed.sql(f"DELETE FROM settlements WHERE id = {settlement}; DELETE FROM settlement_differences WHERE settlement_id = {settlement}")


def report(settlement, token, rows, days_ago=0):
    bed.sql(f"INSERT INTO settlements (id, reference, created_utc, token, asked_utc) VALUES ({settlement}, '{settlement}', UTC_TIMESTAMP(3) - INTERVAL {days_ago} DAY, '{token}', UTC_TIMESTAMP(3))")
    body = json.dumps([{"id": str(uuid.uuid4()), "amount": cents / 100, "reference": "1232", "stamp": f"s{n}"} for n, cents in enumerate(rows)])
    assert post(token, body, signed(body)) == 200
    return body


class Settlements(unittest.TestCase):
    def test_1_a_settlement_is_fetched_and_matches(self):
        self.assertIn("Tilityksiä ei ole vielä tullut", finance.get(HERE).text)
        bed.sandbox("settle", {})
        fetched(1)
        self.assertEqual(bed.sql("SELECT kind, SUM(cents), COUNT(*) FROM settlement_rows GROUP BY kind ORDER BY kind"), [["payment", str(3 * 3509), "3"], ["refund", "-455", "1"]])
        page = finance.get(HERE)
        self.assertEqual(page.status, 200)
        self.assertIn("Kaikki täsmää tai on selitetty.", page.text)
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
        self.assertNotIn("Kaikki täsmää", finance.get(HERE).text)
        forget(77)

    def test_4_a_large_report_comes_through(self):
        self.assertGreater(len(report(78, "c" * 26, range(1, 3001))), 64 * 1024)
        self.assertEqual(bed.one("SELECT SUM(cents) FROM settlement_rows WHERE settlement_id = 78"), str(3000 * 3001 // 2))
        self.assertIn("Selittämättömiä eroja on kaikkiaan 3000.", finance.get(HERE).text)
        self.assertIn("selittämättä: 3000<", finance.get(DESK).text)
        self.assertLess(len(finance.get(HERE).body), 100_000)
        forget(78)

    def test_5_every_kind_of_difference_is_told_until_it_matches(self):
        def differs(change, back, *words):
            for statement, told in ((change, True), (back, False)):
                bed.sql(statement)
                matched()
                page = finance.get(HERE).text
                for one in words:
                    self.assertEqual(page.count(f'<th scope="row">{one}</th>'), int(told), one)
                self.assertEqual("Kaikki täsmää" in page, not told)
        first, second, third = (row[0] for row in bed.sql("SELECT row_no FROM settlement_rows WHERE kind = 'payment' ORDER BY row_no"))
        differs(f"UPDATE settlement_rows SET cents = cents + 1 WHERE row_no = {first}; UPDATE settlement_rows SET stamp = CONCAT(stamp, 'x') WHERE row_no = {second}; "
                f"UPDATE settlement_rows SET transaction_id = UUID() WHERE row_no = {third}; UPDATE settlement_rows SET cents = cents - 1 WHERE kind = 'refund'",
                f"UPDATE settlement_rows SET cents = cents - 1 WHERE row_no = {first}; UPDATE settlement_rows SET stamp = LEFT(stamp, 26) WHERE row_no = {second}; "
                f"UPDATE settlement_rows w JOIN payment_attempts a ON a.stamp = w.stamp SET w.transaction_id = a.transaction_id WHERE row_no = {third}; UPDATE settlement_rows SET cents = cents + 1 WHERE kind = 'refund'",
                "Maksun summa eroaa", "Maksun tunniste eroaa", "Maksua ei ole meillä", "Hyvityksen summa eroaa")
        differs("UPDATE refunds SET state = 'failed'", "UPDATE refunds SET state = 'ok'", "Hyvitystä ei ole meillä")

    def test_5_ours_that_stands_in_none_is_told_when_it_is_a_week_old(self):
        bed.sql("CREATE TABLE kept_rows AS SELECT * FROM settlement_rows; DELETE FROM settlement_rows; UPDATE settlements SET created_utc = created_utc - INTERVAL 20 DAY")
        matched()
        self.assertIn("Kaikki täsmää", finance.get(HERE).text)
        bed.sql("UPDATE settlements SET created_utc = created_utc + INTERVAL 20 DAY; UPDATE payment_attempts SET settled_utc = settled_utc - INTERVAL 8 DAY; UPDATE refunds SET ended_utc = ended_utc - INTERVAL 8 DAY")
        matched()
        self.assertIn("Kaikki täsmää", finance.get(HERE).text, "before the first settlement nothing is known")
        bed.sql("UPDATE settlements SET created_utc = created_utc - INTERVAL 20 DAY")
        paid_by = bed.one("SELECT provider FROM payment_attempts WHERE state = 'ok' ORDER BY id LIMIT 1")
        bed.sql("UPDATE payment_attempts SET provider = 'epassi' WHERE state = 'ok' ORDER BY id LIMIT 1")
        matched()
        self.assertEqual(finance.get(HERE).text.count('row">Maksu ei ole missään tilityksessä'), 2, "a benefit's company pays the city itself")
        bed.sql(f"UPDATE payment_attempts SET provider = '{paid_by}' WHERE provider = 'epassi'")
        for _ in range(2):
            matched()
            page = finance.get(HERE).text
            self.assertEqual((page.count('row">Maksu ei ole missään tilityksessä'), page.count('row">Hyvitys ei ole missään tilityksessä')), (3, 1), "once, however often it is looked at")
        bed.sql("UPDATE settlements SET created_utc = created_utc + INTERVAL 20 DAY; UPDATE payment_attempts SET settled_utc = settled_utc + INTERVAL 8 DAY; UPDATE refunds SET ended_utc = ended_utc + INTERVAL 8 DAY; "
                "INSERT INTO settlement_rows SELECT * FROM kept_rows; DROP TABLE kept_rows")
        matched()
        self.assertIn("Kaikki täsmää", finance.get(HERE).text)

    def test_5_a_difference_names_the_order_that_our_books_know_it_by(self):
        first, second, third = orders
        payment, unknown = (bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {first.id}"), "00000000-0000-4000-8000-00000000000")
        third_stamp = bed.one(f"SELECT stamp FROM payment_attempts WHERE order_id = {third.id}")
        rows = (("payment", payment, "x", "payment_stamp", first), ("payment", unknown + "1", third_stamp, "payment_missing_here", third), ("payment", unknown + "2", "x", "payment_missing_here", second), ("refund", payment, "x", "refund_missing_here", first), ("payment", unknown + "3", "x", "payment_sum", None))
        bed.sql("INSERT INTO settlements (id, reference, created_utc, received_utc) VALUES (90, 'r90', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))")
        for number, (kind, transaction, stamp, what, order) in enumerate(rows, 1):
            bed.sql(f"INSERT INTO settlement_rows VALUES (90, {number}, '{kind}', '{transaction}', '{stamp}', '{order.reference if order is second else 'none'}', 100);"
                    f"INSERT INTO settlement_differences (settlement_id, number, what, transaction_id, found_utc) VALUES (90, {number}, '{what}', '{transaction}', NOW(3))")
        bed.sql(f"INSERT INTO settlement_differences (settlement_id, number, what, transaction_id, found_utc) SELECT 0, id, 'payment_missing_there', transaction_id, NOW(3) FROM payment_attempts WHERE order_id = {second.id};"
                f"INSERT INTO settlement_differences (settlement_id, number, what, transaction_id, found_utc) SELECT 0, id, 'refund_missing_there', COALESCE(transaction_id, ''), NOW(3) FROM refunds")
        expected = [row[4] for row in rows] + [second, first]
        both = bed.member("finance", "finance-and-orders")
        bed.put_in(both, "cashier")
        library = bed.member("finance", "finance-and-library")
        bed.put_in(library, "cashier", ("unit", "library"))
        bed.put_in(keeper := bed.member("finance", "finance-and-sports"), "cashier", ("unit", "sports"))
        grouped = lambda text, size: " ".join(text[at:at + size] for at in range(0, len(text), size))
        told = lambda browser: re.findall(r'<td data-label="Tilaus">(.*?)</td>', browser.get(HERE).text)
        for browser, links in ((finance, False), (bed.here(both), True), (bed.here(library), True), (bed.here(keeper), False)):
            cells = told(browser)
            self.assertEqual(len(cells), len(expected))
            for cell, order in zip(cells, expected):
                self.assertEqual(cell.split("<br>")[0], "–" if order is None else f'<a href="/fi/tilaukset/{order.id}">{grouped(order.number, 4)}</a>' if links else grouped(order.number, 4))
                self.assertEqual("".join(cell.split("Viite ")[-1].split()), "–" if order is None else order.reference)
        bed.sql(f"UPDATE payment_attempts SET order_id = NULL WHERE order_id = {second.id}")
        self.assertTrue(told(finance)[5].startswith(grouped(second.number, 4)), "its receipt knows it when the order has gone")
        bed.sql(f"UPDATE payment_attempts SET order_id = {second.id} WHERE reference = '{second.reference}'; DELETE FROM settlement_differences")
        forget(90)

    def test_6_a_report_that_does_not_come_is_asked_for_again(self):
        bed.sandbox("settle", {})
        bed.sql("INSERT INTO settlements (id, reference, created_utc, token, asked_utc) SELECT MAX(id) + 1, '1', UTC_TIMESTAMP(3), REPEAT('d', 26), UTC_TIMESTAMP(3) FROM settlements")
        matched()  # by then it has asked for what it asks for
        self.assertEqual(bed.one("SELECT token FROM settlements ORDER BY id DESC LIMIT 1"), "d" * 26, "not before six hours")
        self.assertIn("Erittelyä odotetaan", finance.get(HERE).text)
        bed.sql("UPDATE settlements SET asked_utc = asked_utc - INTERVAL 7 HOUR WHERE received_utc IS NULL")
        fetched(2)
        self.assertNotIn("Erittelyä odotetaan", finance.get(HERE).text)

    def test_7_it_is_the_whole_shops(self):
        report(79, "e" * 26, [150])
        browser = bed.here(bed.member("finance", "finance-unit", ("unit", "museum")))
        self.assertEqual(browser.get(HERE).status, 403)
        self.assertNotIn("Tilitysten eroja", browser.get(DESK).text)
        form = finance.get(HERE).form(EXPLAIN)["fields"]
        own = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]
        self.assertEqual(browser.post(EXPLAIN, {**form, **own, "words": "Ei minun"}).status, 403)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM settlement_differences WHERE explained_utc IS NOT NULL"), "0")
        forget(79)

    def test_8_what_differs_stands_however_old_until_somebody_says_what_it_is(self):
        report(80, "f" * 26, [12345], days_ago=400)
        matched()
        page = finance.get(HERE)
        self.assertIn("Maksua ei ole meillä", page.text)
        self.assertIn("Selittämättömiä eroja: 1", page.text, "the settlement is among those that are shown")
        for lang, person in (("fi", finance), ("sv", None), ("en", None)):
            desk = (person or bed.here(bed.member("finance", "finance-" + lang), lang)).get(DESKS[lang]).text
            self.assertRegex(desk, {"fi": r'href="/fi/tilitykset">Tilitysten eroja selittämättä: 1<', "sv": r'href="/sv/redovisningar">Oförklarade skillnader i redovisningarna: 1<', "en": r'href="/en/settlements">Differences in the settlements to explain: 1<'}[lang])
        form = page.form(EXPLAIN)["fields"]
        answer = finance.post(EXPLAIN, {**form, "words": " "})
        self.assertIn(f'href="#words_{form["difference"]}"', answer.text)
        self.assertIn("Selittämättömiä eroja: 1", answer.text)
        for _ in range(2):
            self.assertEqual(finance.post(EXPLAIN, {**form, "words": "Palvelun testimaksu, sovittu heidän kanssaan"}).status, 303)
        log = bed.sql(f"SELECT what, why, result FROM use_log WHERE object_kind = 'settlement_difference' AND object_id = '{form['difference']}'")
        self.assertEqual(log, [["change", "Palvelun testimaksu, sovittu heidän kanssaan", "explained"]], "once")
        matched()
        page = finance.get(HERE).text
        self.assertIn("Kaikki täsmää tai on selitetty.", page)
        self.assertRegex(page, r"Selitetty [^<]+ Selitti [^<]+<br>Palvelun testimaksu")
        self.assertIn("Selitettyjä eroja: 1", page)
        self.assertNotIn("Tilitysten eroja", finance.get(DESK).text)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM settlement_differences"), "1", "what is explained is not found again")


if __name__ == "__main__":
    unittest.main()
