#!/usr/bin/python3
"""Goal: after a month of sales and refunds the vouchers of its days, the receipts and the payment service's ledger agree to the cent, day by day and in all, also of what waits for its
receipt's number while a day, or a year, ends.
KK_MONTH=20000 sells so many (tests/run --long); else 90."""
import concurrent.futures
import datetime
import os
import random
import re
import threading
import time
import unittest
import zoneinfo

import pymysql

from finance_bed import DAY, PRODUCTS, FinanceBed, helsinki_day, postage, product_line
from payments_bed import wait_until
from payments_orders import Order, broken_invariants

ORDERS = int(os.environ.get("KK_MONTH", "20000" if os.environ.get("KK_LONG") else "90"))
DAYS = 30 if ORDERS > 1000 else 6


def setUpModule():
    global bed
    bed = FinanceBed(threads=8)
    bed.sandbox("config", {"requestLog": 10})


def tearDownModule():
    bed.close()


def at_day(offset):
    """The shop's clock and the service's, which refuses a request whose time isn't its own."""
    bed.later(offset)
    bed.sandbox("config", {"clockOffsetMs": bed.offset * 1000})


def sell(rng):
    lines = [product_line(rng.randrange(len(PRODUCTS)), rng.randint(1, 4), rng.randint(1, 9999)) for _ in range(rng.randint(1, 4))] + ([postage()] if rng.random() < 0.3 else [])
    order = Order(bed, lines, offset=bed.offset)
    order.begin()
    order.pay(provider=rng.choice(("osuuspankki", "creditcard", "mobilepay", "spankki")))
    assert order.state() == "paid", order.state()
    return order


def ask_back(rng, order, left):
    """Some of what is left of its lines: whole units, or a part of the price."""
    parts = {}
    for number, (units, cents) in left.items():
        if cents == 0 or rng.random() < 0.4:
            continue
        whole = rng.random() < 0.5
        parts[number] = (units, cents) if whole else (0, rng.randint(1, cents))
    if not parts:
        return None
    for number, (units, cents) in parts.items():
        left[number] = (left[number][0] - units, left[number][1] - cents)
    total = sum(cents for _, cents in parts.values())
    rows = ", ".join(f"(@r, {number}, {units}, {cents})" for number, (units, cents) in parts.items())
    return (f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, state, requested_utc) SELECT {order.id}, id, {total}, 'customer_asked', 'approved', UTC_TIMESTAMP(3) FROM payment_attempts "
            f"WHERE order_id = {order.id} AND outcome = 'settled'; SET @r = LAST_INSERT_ID(); INSERT INTO refund_request_lines VALUES {rows};")


class Month(unittest.TestCase):
    def test_vouchers_receipts_and_the_services_ledger_agree(self):
        rng = random.Random(20000)
        sold = []
        for day in range(DAYS):
            at_day(-(DAYS - day) * DAY)
            todays = ORDERS // DAYS
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                sold += [(order, {n: (x["quantity"], x["quantity"] * x["unit_cents"]) for n, x in enumerate(order.lines, 1)}) for order in pool.map(sell, [random.Random(rng.random()) for _ in range(todays)])]
            asked = [sql for sql in (ask_back(rng, *one) for one in rng.sample(sold, max(1, todays // 10))) if sql]
            bed.sql("".join(asked))
            self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM refund_requests q LEFT JOIN refunds f ON f.request_id = q.id WHERE f.state IS NULL OR f.state NOT IN ('ok', 'failed')") == "0", 120), bed.log("sweep"))
        bed.later(0)
        self.assertEqual(bed.sql("SELECT state, verdict FROM refunds WHERE state <> 'ok'"), [])
        self.assertEqual(broken_invariants(bed), [])
        sums = lambda query: {day: int(cents) for day, cents in bed.sql(query)}
        receipts = {}
        for issued, cents in bed.sql("SELECT issued_utc, total_cents FROM receipts"):
            day = helsinki_day(issued)
            receipts[day] = receipts.get(day, 0) + int(cents)
        ledger = sums("SELECT booked_on, SUM(debit_cents) - SUM(credit_cents) FROM ledger_entries WHERE account = '1780' GROUP BY 1")
        lines = sums("SELECT booked_on, SUM(gross_cents) FROM receipt_lines GROUP BY 1")
        self.assertEqual((len(receipts) >= DAYS, receipts), (True, ledger))
        self.assertEqual(receipts, lines)
        self.assertEqual(bed.sql("SELECT booked_on FROM ledger_entries GROUP BY 1 HAVING SUM(debit_cents) <> SUM(credit_cents)"), [])
        theirs = bed.sandbox("sums")
        self.assertEqual(theirs["paid"] - theirs["refunded"], sum(receipts.values()))
        # As a person of finance sees it: each day's voucher, and the month's report.
        finance = bed.here(bed.member("finance"))
        for day in list(receipts)[:5] + list(receipts)[-5:]:
            page = finance.get(f"/fi/tositteet/{day}")
            self.assertEqual(page.status, 200, day)
            self.assertNotIn("notice-warning", page.text, day)
        csv = finance.get(f"/fi/raportit/csv?from={min(receipts)}&to={max(receipts)}&by=day").text
        gross = sum(round(float(row.split(";")[-1].replace(",", ".").strip('"')) * 100) for row in csv.splitlines()[1:] if re.match(r'"?\d{4}-', row))
        self.assertEqual(gross, sum(receipts.values()), csv[:400])

    def over_midnight(self, midnight, order, do):
        """Begun before it, and held up by another receipt until after it: on which days the order's sale or refund is booked, and on which its receipt is."""
        with pymysql.connect(unix_socket=bed.path("run/db.sock"), user=bed.user, database="kuntakauppa") as other, other.cursor() as cursor:
            cursor.execute("SELECT last_no FROM receipt_series FOR UPDATE")
            doing = threading.Thread(target=do)
            doing.start()
            self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%receipt_series%' AND id <> CONNECTION_ID()") != "0"))
            bed.later(int(midnight.timestamp() - time.time()) + 600)
            other.rollback()
        doing.join()
        return [[row[0] for row in bed.sql(f"SELECT DISTINCT x.booked_on FROM {table} x JOIN {of} WHERE r.order_id = {order.id} AND r.id = (SELECT MAX(id) FROM receipts)")] for table, of in
                (("ledger_entries", "receipts r ON r.attempt_id = x.attempt_id AND r.refund_id <=> x.refund_id"), ("receipt_lines", "receipts r ON r.id = x.receipt_id"))]

    def test_what_waits_for_its_number_while_the_day_ends_is_booked_on_its_receipts_day(self):
        new_year = datetime.datetime(datetime.date.today().year + 2, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Helsinki"))
        at_day(0)
        bed.sell([product_line(0)])  # so that there is a series to wait for
        try:
            at_day(int(new_year.timestamp() - time.time()) - 600)
            order = Order(bed, [product_line(0)], offset=bed.offset)
            order.begin()
            self.assertEqual(self.over_midnight(new_year, order, order.pay), [[f"{new_year.year}-01-01"]] * 2)
            self.assertEqual(bed.one(f"SELECT year FROM receipts WHERE order_id = {order.id}"), str(new_year.year))
            next_day = new_year + datetime.timedelta(1)
            at_day(int(next_day.timestamp() - time.time()) - 600)
            self.assertEqual(self.over_midnight(next_day, order, lambda: bed.refund(order, {1: (0, 100)})), [[f"{new_year.year}-01-02"]] * 2)
        finally:
            at_day(0)
        self.assertEqual(broken_invariants(bed), [])


if __name__ == "__main__":
    unittest.main()
