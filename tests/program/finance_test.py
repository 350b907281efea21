#!/usr/bin/python3
"""Goal: each day has one voucher that is even and agrees with the day's receipts to the cent, as page, CSV and a file that is written once; receipts go only when
their time is over and a person of finance has said so, a year at a time, and what is left of the chain is proved all the same (A16)."""
import csv
import datetime
import io
import json
import os
import random
import stat
import unittest
import zoneinfo
from collections import defaultdict

from finance_bed import DAY, PRODUCTS, FinanceBed, postage, product_line

HELSINKI = zoneinfo.ZoneInfo("Europe/Helsinki")
OVER = "Vuosia, joiden kuittien säilytysaika on päättynyt"
HERE, KEPT = "/fi/tositteet", "/fi/kuittien-sailytys"
VAT_ACCOUNT, RECEIVABLE = "2939", "1780"


def now():
    return datetime.datetime.now(HELSINKI)


def days_since(year):
    return (now().date() - datetime.date(year, 7, 1)).days


def setUpModule():
    global bed, finance, years, old
    bed = FinanceBed()
    seed = int(os.environ.get("KK_SEED", random.randrange(10**6)))
    print("seed", seed)
    rng = random.Random(seed)
    # Two years whose time is over, one whose time is not, and this one.
    years = [now().year - 8, now().year - 7, now().year - 6]
    old = {year: [sale(rng, days_since(year) - n) for n in range(5 if year == years[0] else 2)] for year in years}
    orders = [sale(rng, ago) for ago in (5, 5, 4, 3, 3, 2)]
    bed.refund(old[years[1]][0], {1: (0, 1)})
    for order in rng.sample(orders, 4):
        bed.refund(order, {n: (0, rng.randint(1, one["quantity"] * one["unit_cents"])) for n, one in enumerate(order.lines, 1) if rng.random() < 0.8 or n == 1})
    finance = bed.here(bed.member("finance"))


def tearDownModule():
    bed.close()


def sale(rng, days_ago):
    lines = [product_line(number, rng.randint(1, 3), rng.randint(1, 9999)) for number in rng.sample(range(len(PRODUCTS)), rng.randint(1, 4))]
    return bed.sell(lines + ([postage()] if rng.random() < 0.5 else []), days_ago=days_ago)


def cents(text):
    return round(float(text.replace(",", ".")) * 100)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";"))


def booked_days():
    return [row[0] for row in bed.sql("SELECT DISTINCT booked_on FROM ledger_entries ORDER BY 1")]


def day_of(issued):
    return datetime.datetime.fromisoformat(issued + "+00:00").astimezone(HELSINKI).date().isoformat()


def folder():
    return bed.path("vouchers")


def write_files():
    os.makedirs(folder(), exist_ok=True)
    return bed.run("backoffice", "--vouchers")


class Books(unittest.TestCase):
    def test_each_day_is_even_and_is_what_the_receipts_say(self):
        total, vat = defaultdict(int), defaultdict(lambda: defaultdict(int))
        for issued, content in bed.sql("SELECT issued_utc, content FROM receipts"):
            told = json.loads(content)
            total[day_of(issued)] += told["total_cents"]
            for row in told["vat"]:
                vat[day_of(issued)][row["vat_code"]] += row["vat_cents"]
        self.assertEqual(set(booked_days()), set(total))
        for day in booked_days():
            rows = rows_of(finance.get(f"{HERE}/{day}/csv").text)
            side = lambda name, **only: sum(cents(row[name]) for row in rows if all(row[k] == v for k, v in only.items()))
            self.assertEqual(side("debit"), side("credit"), day)
            self.assertEqual(side("debit", account=RECEIVABLE) - side("credit", account=RECEIVABLE), total[day], day)
            for code, sum_of_code in vat[day].items():
                self.assertEqual(side("credit", account=VAT_ACCOUNT, vat_code=code) - side("debit", account=VAT_ACCOUNT, vat_code=code), sum_of_code, (day, code))
            self.assertEqual({(row["voucher"], row["day"]) for row in rows}, {(f"KK-{day}", day)})
            self.assertEqual(len({(row["account"], row["cost_centre"], row["vat_code"]) for row in rows}), len(rows), "one line a group")

    def test_the_pages_say_the_same(self):
        day = booked_days()[-1]
        debit = sum(cents(row["debit"]) for row in rows_of(finance.get(f"{HERE}/{day}/csv").text))
        words = f"{debit // 100:,}".replace(",", "\u00a0") + f",{debit % 100:02}\u00a0€"
        for path in (HERE, f"{HERE}/{day}"):
            page = finance.get(path)
            self.assertEqual(page.status, 200)
            self.assertGreaterEqual(page.text.count(words), 2, "debit and credit")
            self.assertNotIn("state-alert", page.text)
            self.assertNotIn(" style=", page.text)
        self.assertIn("Päivä on kesken", finance.get(f"{HERE}/{day}").text)
        for path in (f"{HERE}/2001-01-01", f"{HERE}/2026-13-01", f"{HERE}/x", f"{HERE}/x/csv"):
            self.assertEqual(finance.get(path).status, 404, path)

    def test_vouchers_are_the_whole_shops(self):
        browser = bed.here(bed.member("finance", "finance-unit", ("unit", "museum")))
        for path in (HERE, f"{HERE}/{booked_days()[-1]}", f"{HERE}/{booked_days()[-1]}/csv", KEPT):
            self.assertEqual(browser.get(path).status, 403, path)

    def test_a_file_a_day_is_written_once(self):
        self.assertEqual(write_files(), (0, ""))
        today = now().date().isoformat()
        expected = [f"voucher-{day}.csv" for day in booked_days() if day < today]
        self.assertEqual(sorted(os.listdir(folder())), expected, "not of the day that is not over")
        before = {name: (os.stat(os.path.join(folder(), name)).st_mtime_ns, open(os.path.join(folder(), name), "rb").read()) for name in expected}
        for name, (_, body) in before.items():
            self.assertEqual(body, finance.get(f"{HERE}/{name[8:18]}/csv").body)
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder(), name)).st_mode), 0o640)
        self.assertEqual(write_files(), (0, ""))
        self.assertEqual({name: (os.stat(os.path.join(folder(), name)).st_mtime_ns, open(os.path.join(folder(), name), "rb").read()) for name in os.listdir(folder())}, before)

    def test_a_day_that_is_wrong_is_said_and_not_written_and_the_others_are(self):
        day, other = booked_days()[-3], booked_days()[-2]
        bed.sql(f"INSERT INTO ledger_entries (attempt_id, booked_on, account, debit_cents) VALUES (999999, '{day}', '9999', 7)")
        try:
            for name in os.listdir(folder()) if os.path.exists(folder()) else []:
                os.unlink(os.path.join(folder(), name))
            code, said = write_files()
            self.assertEqual(code, 1)
            self.assertIn("debit_and_credit_differ", said)
            self.assertFalse(os.path.exists(os.path.join(folder(), f"voucher-{day}.csv")))
            self.assertTrue(os.path.exists(os.path.join(folder(), f"voucher-{other}.csv")))
            page = finance.get(f"{HERE}/{day}")
            self.assertIn("state-alert", page.text)
            self.assertIn("0,07", page.text)
            self.assertIn("Ei täsmää", finance.get(HERE + "?month=" + day[:7]).text)
        finally:
            bed.sql("DELETE FROM ledger_entries WHERE attempt_id = 999999")
        self.assertEqual(write_files(), (0, ""))
        bed.sql(f"INSERT INTO ledger_entries (attempt_id, booked_on, account, debit_cents, credit_cents) VALUES (999999, '{day}', '9999', 7, 7)")
        try:
            body = open(os.path.join(folder(), f"voucher-{day}.csv"), "rb").read()
            code, said = write_files()
            self.assertEqual(code, 1, "what was written is not what the ledger says")
            self.assertEqual(open(os.path.join(folder(), f"voucher-{day}.csv"), "rb").read(), body)
        finally:
            bed.sql("DELETE FROM ledger_entries WHERE attempt_id = 999999")

    def test_a_day_is_over_an_hour_after_midnight(self):
        today = now().date().isoformat()
        self.assertEqual(booked_days()[-1], today, "today's refunds")
        midnight = datetime.datetime.combine(now().date() + datetime.timedelta(1), datetime.time(), HELSINKI)
        try:
            for minutes, written in ((30, False), (65, True)):
                bed.later(int((midnight - now()).total_seconds()) + 60 * minutes)
                write_files()
                self.assertEqual(os.path.exists(os.path.join(folder(), f"voucher-{today}.csv")), written, minutes)
        finally:
            bed.later(0)
            os.unlink(os.path.join(folder(), f"voucher-{today}.csv"))


class Receipts(unittest.TestCase):
    """In the order of a life: kept, over, confirmed, gone."""

    def here(self, login, at=None):
        bed.later(0 if at is None else int((at - now()).total_seconds()))
        return bed.here(bed.member("finance", login))

    def confirm(self, browser, year, reason="Säilytysaika päättyi"):
        fields = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]
        return browser.post(KEPT + "/havita", {**fields, "year": year, "reason": reason})

    def standing(self):
        return {int(year): int(count) for year, count in bed.sql("SELECT year, COUNT(*) FROM receipts GROUP BY year")}

    def tearDown(self):
        bed.later(0)

    def test_1_none_is_offered_before_its_time(self):
        first = years[0]
        last_moment = datetime.datetime(first + 6, 12, 31, 23, 58, tzinfo=HELSINKI)
        browser = self.here("before", last_moment)
        page = browser.get(KEPT)
        self.assertIn(f"Säilytetään 31.12.{first + 6} asti.", page.text)
        self.assertNotIn(KEPT + "/havita", page.text)
        self.assertNotIn(OVER, browser.get("/fi/tyopoyta").text)
        self.assertEqual(self.confirm(browser, first).status, 409)
        browser = self.here("after", last_moment + datetime.timedelta(minutes=4))
        page = browser.get(KEPT)
        self.assertIn(f"Säilytysaika päättyi 31.12.{first + 6}. Saa hävittää.", page.text)
        self.assertEqual(page.form(KEPT + "/havita")["fields"]["year"], str(first))
        self.assertIn(f'href="{KEPT}">{OVER}: 1<', browser.get("/fi/tyopoyta").text, "the desk says so")
        self.assertNotIn(OVER, bed.here(bed.member("finance", "after-unit", ("unit", "museum"))).get("/fi/tyopoyta").text)
        self.assertEqual(bed.count("receipt_destructions"), 0)

    def test_2_nothing_goes_that_nobody_has_confirmed(self):
        before = self.standing()
        bed.later(20 * 365 * DAY)
        self.assertIn("receipts: 0 would go", bed.run("retention", "--dry-run")[1])
        self.assertEqual(bed.run("retention")[0], 0)
        self.assertEqual(self.standing(), before)

    def test_3_it_is_a_years_turn_and_a_reason_is_asked(self):
        browser = self.here("asks")
        for year in (years[1], years[2], now().year, 1999, "x"):
            self.assertIn(self.confirm(browser, year).status, (400, 409), year)
        page = self.confirm(browser, years[0], " ")
        self.assertIn('href="#reason"', page.text)
        self.assertEqual(bed.count("receipt_destructions"), 0)

    def test_4_a_year_goes_in_pieces_and_the_rest_is_proved_at_every_moment(self):
        first, stamp = years[0], datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        attempts = [row[0] for row in bed.sql(f"SELECT attempt_id FROM receipts WHERE year = {first}")]
        browser = self.here("confirms")
        for _ in range(2):
            self.assertEqual(self.confirm(browser, first).status, 303)
        self.assertEqual(bed.sql("SELECT year, destroyed_no FROM receipt_destructions"), [[str(first), "0"]])
        self.assertIn(f"{OVER}: 1<", browser.get("/fi/tyopoyta").text, "the next year, but none that is confirmed")
        before = self.standing()
        bed.sql(f"CALL purge_receipts(FALSE, 2, '{stamp}', 6)")
        self.assertEqual(self.standing(), {**before, first: before[first] - 2})
        self.assertEqual(bed.check_receipts()[0], 0, bed.check_receipts())
        self.assertIn(f"2/{before[first]}", browser.get(KEPT).text)
        bed.sql(f"CREATE TABLE kept AS SELECT id, content FROM receipts WHERE year = {first}; UPDATE receipts SET content = '{{}}' WHERE year = {first} AND no = 4")
        self.assertIn("0004: was changed", bed.check_receipts()[1])
        bed.sql("UPDATE receipts r JOIN kept k ON k.id = r.id SET r.content = k.content; DROP TABLE kept")
        self.assertEqual(bed.check_receipts()[0], 0)
        self.assertEqual(bed.run("retention")[0], 0)
        del before[first]
        self.assertEqual(self.standing(), before)
        self.assertEqual(bed.check_receipts()[0], 0, bed.check_receipts())
        self.assertIn("5 destroyed after their time", bed.check_receipts()[1])
        for table, where in (("ledger_entries", f"booked_on < '{first + 1}-01-01'"), ("receipt_lines", f"booked_on < '{first + 1}-01-01'"), ("payment_attempts", f"id IN ({','.join(attempts)})"), ("receipt_buyers", "receipt_id NOT IN (SELECT id FROM receipts)")):
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM {table} WHERE {where}"), "0", table)
        log = bed.sql(f"SELECT what, why, result, staff_id IS NOT NULL FROM use_log WHERE object_kind = 'receipts' AND object_id = '{first}' ORDER BY month, seq")
        self.assertEqual(log, [["delete", "Säilytysaika päättyi", result, "1"] for result in ("confirmed", "destroyed")])
        self.assertIn("Hävitetty", browser.get(KEPT).text)

    def test_5_a_credit_of_a_later_year_keeps_its_payment(self):
        second = years[1]
        browser = self.here("second")
        kept = bed.one(f"SELECT attempt_id FROM receipts WHERE refund_id IS NOT NULL AND attempt_id IN (SELECT attempt_id FROM receipts WHERE year = {second})")
        self.assertEqual(self.confirm(browser, second).status, 303)
        self.assertEqual(bed.run("retention")[0], 0)
        self.assertNotIn(second, self.standing())
        self.assertEqual(bed.sql(f"SELECT COUNT(*) FROM payment_attempts WHERE id = {kept}"), [["1"]])
        self.assertEqual(bed.one("SELECT COUNT(*) FROM refunds"), bed.one("SELECT COUNT(*) FROM refund_requests"))
        self.assertEqual(bed.check_receipts()[0], 0, bed.check_receipts())

    def test_6_none_goes_before_its_time_whoever_says_so(self):
        third, before = years[2], self.standing()
        bed.sql(f"INSERT INTO receipt_destructions (year, confirmed_by, confirmed_utc, words) VALUES ({third}, 1, UTC_TIMESTAMP(3), 'planted')")
        far = "2999-01-01 00:00:00"
        for statement in ("CALL purge_receipts(FALSE, 100, UTC_TIMESTAMP(3), 6)", f"CALL purge_receipts(FALSE, 100, '{far}', 6)", "CALL purge_receipts(FALSE, 100, UTC_TIMESTAMP(3), 0)", f"CALL purge_receipts(FALSE, 100, '{far}', 0)"):
            self.assertEqual(bed.as_process("retention", statement), "")
            self.assertEqual(self.standing(), before, statement)
        bed.later(3 * 365 * DAY)
        bed.run("retention")
        self.assertEqual(self.standing(), before, "a clock that runs ahead destroys nothing")
        self.assertIn("denied", bed.as_process("backoffice", "CALL purge_receipts(FALSE, 100, UTC_TIMESTAMP(3), 6)"))
        self.assertIn("denied", bed.as_process("backoffice", "UPDATE receipt_destructions SET destroyed_no = 1"))
        self.assertIn("denied", bed.as_process("backoffice", "DELETE FROM receipts"))
        self.assertNotEqual(bed.as_process("retention", f"SET timestamp = UNIX_TIMESTAMP('2037-01-01'); CALL purge_receipts(FALSE, 100, '{far}', 6)"), "")
        self.assertEqual(self.standing(), before)


if __name__ == "__main__":
    unittest.main()
