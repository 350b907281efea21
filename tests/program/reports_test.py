#!/usr/bin/python3
"""Goal: the figures of a report are those of the receipts and of the ledger to the cent, whatever was sold and paid back and however they are grouped;
nobody sees a line outside of one's scope; files can be opened by a spreadsheet and do nothing there."""
import csv
import datetime
import io
import json
import os
import random
import unittest
from collections import defaultdict

import openpyxl

from finance_bed import PRODUCTS, FinanceBed, helsinki_day, postage, product_line
from jobs_bed import fetched

HERE = {"fi": "/fi/raportit", "sv": "/sv/rapporter", "en": "/en/reports"}
GROUPS = ("day", "month", "product", "unit", "vat", "way")


def setUpModule():
    global bed, boss, orders
    bed = FinanceBed()
    seed = int(os.environ.get("KK_SEED", random.randrange(10**6)))
    print("seed", seed)
    make_mix(random.Random(seed))
    boss = bed.here(bed.member("shop_manager"))


def tearDownModule():
    bed.close()


def make_mix(rng):
    """Random orders over days gone by, with postage, exempt lines and odd cents; then refunds of units and of parts of prices, up to all of it, today."""
    global orders
    orders = []
    for i in range(14):
        picked = rng.sample(range(len(PRODUCTS)), rng.randint(1, 4))
        lines = [product_line(number, rng.randint(1, 3), rng.randint(1, 9999)) for number in picked] + ([postage()] if rng.random() < 0.5 else [])
        orders.append(bed.sell(lines, rng.choice(("osuuspankki", "creditcard", "mobilepay")), 9 - i // 2))
    for _ in range(10):
        order = rng.choice(orders)
        left = {n: one["quantity"] * one["unit_cents"] - paid_back(order, n) for n, one in enumerate(order.lines, 1)}
        credits = {}
        for n, cents in left.items():
            if cents > 0 and rng.random() < 0.7:
                whole = rng.random() < 0.4
                credits[n] = (order.lines[n - 1]["quantity"] if whole and paid_back(order, n) == 0 else 0, cents if whole else rng.randint(1, cents))
        if credits:
            bed.refund(order, credits)


def paid_back(order, number):
    return int(bed.one(f"SELECT COALESCE(SUM(l.cents), 0) FROM refund_requests q JOIN refund_request_lines l ON l.request_id = q.id WHERE q.order_id = {order.id} AND l.line_no = {number}"))


def days(back):
    return (datetime.date.fromisoformat(bed.one("SELECT MAX(booked_on) FROM receipt_lines")) - datetime.timedelta(back)).isoformat()


def query(by, **more):
    return "?" + "&".join(f"{k}={v}" for k, v in {"from": days(30), "to": days(-3), "by": by, **more}.items())


def cents(text):
    return round(float(text.replace(",", ".")) * 100)


def table(browser, by, lang="fi", **more):
    page = browser.get(HERE[lang] + "/csv" + query(by, **more))
    if page.status == 303:  # of a long time
        action = {"fi": "/fi/raportit/tiedosto", "en": "/en/reports/file"}[lang]
        page = fetched(browser, browser.post(action, {**browser.get(page.location).form(action)["fields"], "format": "csv"}))
    assert page.status == 200, page
    rows = list(csv.reader(io.StringIO(page.text.lstrip("\ufeff"), newline=""), delimiter=";"))
    return rows[0], rows[1:]


def sums(rows):
    """(quantity, net, VAT, gross) of the last four columns."""
    return [sum(int(row[-4]) for row in rows), *(sum(cents(row[i]) for row in rows) for i in (-3, -2, -1))]


class Figures(unittest.TestCase):
    def test_every_grouping_adds_up_to_the_receipts(self):
        total = int(bed.one("SELECT SUM(total_cents) FROM receipts"))
        vat = -sum(-row["vat_cents"] for text, in bed.sql("SELECT content FROM receipts") for row in json.loads(text)["vat"])
        quantity = sum(row["quantity"] for text, in bed.sql("SELECT content FROM receipts") for row in json.loads(text)["lines"])
        self.assertGreater(total, 0)
        for by in GROUPS:
            with self.subTest(by=by):
                self.assertEqual(sums(table(boss, by)[1]), [quantity, total - vat, vat, total])

    def test_days_are_those_of_the_receipts(self):
        _, rows = table(boss, "day")
        told = {row[0]: cents(row[-1]) for row in rows if row[-1] != "0,00"}
        on = defaultdict(int)
        for issued, total in bed.sql("SELECT issued_utc, total_cents FROM receipts"):
            on[helsinki_day(issued)] += int(total)
        self.assertEqual(told, {day: total for day, total in on.items() if total})

    def test_vat_codes_are_those_of_the_receipts_and_of_the_ledger(self):
        _, rows = table(boss, "vat")
        here = {row[1]: (cents(row[-3]), cents(row[-2])) for row in rows}
        self.assertEqual(set(here), {one["vat_code"] for order in orders for one in order.lines})
        account = bed.one("SELECT account FROM ledger_entries WHERE vat_code = 'standard' AND cost_centre = '' LIMIT 1")
        for code, (net, vat) in here.items():
            told = [(row["base_cents"], row["vat_cents"]) for text, in bed.sql("SELECT content FROM receipts") for row in json.loads(text)["vat"] if row["vat_code"] == code]
            self.assertEqual((net, vat), (sum(n for n, _ in told), sum(v for _, v in told)), code)
            booked = bed.sql(f"SELECT COALESCE(SUM(IF(account <> '{account}', CAST(credit_cents AS SIGNED) - CAST(debit_cents AS SIGNED), 0)), 0), "
                             f"COALESCE(SUM(IF(account = '{account}', CAST(credit_cents AS SIGNED) - CAST(debit_cents AS SIGNED), 0)), 0) FROM ledger_entries WHERE vat_code = '{code}'")[0]
            self.assertEqual([str(net), str(vat)], booked, code)

    def test_payment_ways_units_and_products_are_those_of_the_orders(self):
        by_way, by_unit, by_product = (table(boss, by)[1] for by in ("way", "unit", "product"))
        for code, gross in ((row[1], cents(row[-1])) for row in by_way):
            self.assertEqual(gross, int(bed.one(f"SELECT SUM(total_cents) FROM receipts WHERE provider = '{code}'")))
        # From what was ordered and asked back, not from receipts.
        left = defaultdict(int)
        for order in orders:
            for n, one in enumerate(order.lines, 1):
                left[one["unit_code"], one["code"].split("/")[0]] += one["quantity"] * one["unit_cents"] - paid_back(order, n)
        for unit, gross in ((row[1], cents(row[-1])) for row in by_unit):
            self.assertEqual(gross, sum(c for (u, _), c in left.items() if u == unit), unit)
        self.assertEqual({row[1]: cents(row[-1]) for row in by_product}, {code: c for (_, code), c in left.items()})

    def test_a_filter_and_a_period_cut_out_their_part(self):
        first, last = days(30), days(-3)
        whole = sums(table(boss, "product")[1])
        middle = days(1)
        before = (datetime.date.fromisoformat(middle) - datetime.timedelta(1)).isoformat()
        parts = [sums(table(boss, "product", **{"from": a, "to": b})[1]) for a, b in ((first, before), (middle, last))]
        self.assertEqual([a + b for a, b in zip(*parts)], whole)
        units = {row[1]: sums([row]) for row in table(boss, "unit")[1] if row[1]}
        for unit, figures in units.items():
            self.assertEqual(sums(table(boss, "day", unit=unit)[1]), figures)
            self.assertEqual(sums(table(boss, "way", unit=unit)[1]), figures)
        self.assertEqual(sums(table(boss, "vat", product="mug", way="creditcard")[1]), sums(table(boss, "unit", product="mug", way="creditcard")[1]))

    def test_the_page_has_the_same_numbers(self):
        page = boss.get(HERE["fi"] + query("unit"))
        self.assertEqual(page.status, 200)
        total = sums(table(boss, "unit")[1])[3]
        words = f"{total // 100:,},{total % 100:02}".replace(",", "\u00a0", f"{total // 100:,}".count(",")) + "\u00a0€"
        self.assertGreaterEqual(page.text.count(words), 2, "the sum above and below the table")
        self.assertIn('role="img"', page.text)
        self.assertIn("Museo", page.text)
        self.assertNotIn(" style=", page.text)


class Scopes(unittest.TestCase):
    def rows(self, group, scope, by="product"):
        login = f"{group.replace('_', '-')}-{scope[1] or 'all'}"
        browser = bed.here(bed.member(group, login, scope))
        return browser, {row[1] for row in table(browser, by)[1]}

    def test_each_sees_ones_own(self):
        everything = {row[1] for row in table(boss, "product")[1]}
        for scope, own in ((("unit", "library"), {"book", "gone"}), (("product", "mug"), {"mug"}), (("category", "all"), {"mug", "concert"}), (("category", "dear"), {"mug"}), (("unit", "nowhere"), set())):
            browser, seen = self.rows("finance", scope)
            self.assertEqual(seen, own & everything, scope)
            other = "concert" if "concert" not in own else "swim"
            self.assertEqual(sums(table(browser, "day", product=other)[1])[3], 0, "a filter opens nothing")
            self.assertNotIn("Posti", browser.get(HERE["fi"] + query("product")).text)

    def test_the_desk_shows_ones_own_and_nothing_to_whoever_has_no_reports(self):
        browser = bed.here(bed.member("finance", "finance-desk", ("unit", "library")))
        library = [row for row in table(boss, "unit")[1] if row[1] == "library"]
        total = cents(library[0][-1]) if library else 0
        self.assertIn(f"{total % 100:02}\u00a0€</strong>", browser.get("/fi/tyopoyta").text)
        self.assertIn('class="chart"', browser.get("/fi/tyopoyta").text)
        self.assertNotIn('class="chart"', bed.here(bed.member("cashier")).get("/fi/tyopoyta").text)


class Files(unittest.TestCase):
    def test_a_spreadsheet_opens_the_xlsx_with_typed_cells(self):
        for by in GROUPS:
            page = boss.get(HERE["en"] + "/xlsx" + query(by))
            self.assertEqual(page.status, 200)
            self.assertIn(".xlsx", page.header("Content-Disposition"))
            sheet = openpyxl.load_workbook(io.BytesIO(page.body)).active
            rows = list(sheet.iter_rows(values_only=True))
            head, as_csv = table(boss, by, "en")
            self.assertEqual(list(rows[0]), head)
            self.assertEqual(len(rows) - 1, len(as_csv))
            for row, text in zip(rows[1:], as_csv):
                self.assertEqual([row[-4], *(round(one * 100) for one in row[-3:])], sums([text]))
                self.assertTrue(all(isinstance(one, (int, float)) for one in row[-4:]))
            if by == "day":
                self.assertIsInstance(rows[1][0], datetime.datetime)
            self.assertEqual({cell.data_type for column in sheet.iter_cols() for cell in column} & {"f"}, set(), "no formulas")

    def test_names_that_are_formulas_are_texts(self):
        bed.sql("UPDATE product_texts SET name = '=HYPERLINK(\"http://x\")' WHERE slug = 'mug-fi'; UPDATE product_texts SET name = '+1' WHERE slug = 'concert-fi'; "
                "UPDATE product_texts SET name = '@x' WHERE slug = 'course-fi'; UPDATE product_texts SET name = '-x' WHERE slug = 'swim-fi'; UPDATE product_texts SET name = '\\tx' WHERE slug = 'book-fi'")
        for name in (row[0] for row in table(boss, "product")[1]):
            self.assertNotIn(name[0], "=+-@\t\r", name)
        body = boss.get(HERE["fi"] + "/xlsx" + query("product")).body
        for row in openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(min_row=2):
            self.assertEqual(row[0].data_type, "s")

    def test_a_number_below_zero_stays_a_number(self):
        head, rows = table(boss, "day", **{"from": days(0), "to": days(0)})
        below = [one for row in rows for one in row if "-" in one and "," in one]
        self.assertTrue(below, "a day on which more was paid back than sold")
        self.assertFalse([one for one in below if one.startswith("'")])


class Asking(unittest.TestCase):
    def test_periods_that_cannot_be_are_said_and_files_of_them_refused(self):
        for asked, field in (({"from": "2026-02-30"}, "from"), ({"to": "x"}, "to"), ({"from": "2026-02-02", "to": "2026-02-01"}, "to"), ({"from": "2005-01-01", "to": "2026-01-01"}, "to"),
                             ({"from": "9999-12-31", "to": "9999-12-31"}, "from"), ({"to": "9999-12-31"}, "to")):
            page = boss.get(HERE["sv"] + query("day", **asked))
            self.assertEqual(page.status, 200)
            self.assertIn(f'href="#{field}"', page.text)
            self.assertEqual(boss.get(HERE["sv"] + "/csv" + query("day", **asked)).status, 400)

    def test_a_long_period_is_shown_by_month_and_its_file_by_day(self):
        page = boss.get(HERE["en"] + query("day", **{"from": days(400), "to": days(0)}))
        self.assertIn("so it is shown by month", page.text)
        self.assertEqual(len(table(boss, "day", **{"from": days(400), "to": days(0)})[1]), 401)
        self.assertLess(len(page.body), 100_000)

    def test_what_no_page_of_ours_asks_does_nothing(self):
        for asked in ("?by=x", "?unit=%27%20OR%201", "?product=" + "a" * 400, "?from=%00", "?by=day&unit=" + "%", ""):
            self.assertEqual(boss.get(HERE["fi"] + asked).status, 200, asked)


if __name__ == "__main__":
    unittest.main()
