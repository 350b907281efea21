#!/usr/bin/env python3
"""How long a month's report of 100,000 orders takes, from request to page or file, and a year's of four times as many: report.py [ORDERS]. Figures only.
Yardstick: all lines read once (SELECT SUM over the table)."""
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "program"))
from finance_bed import PRODUCTS, VATS, catalogue_sql  # noqa: E402
from jobs_bed import fetched  # noqa: E402
from staff_bed import StaffBed  # noqa: E402

CONTENT = 1800  # bytes of a receipt's JSON


class Bench(StaffBed):
    def _fill(self):
        super()._fill()
        self.sql(catalogue_sql())


def fill(bed, orders, first, days):
    """Receipts with two or three lines each and four bookings, evenly over the days; through the server, not the network."""
    codes = ", ".join(f"({n}, '{unit}', '{code}', '{vat}', {VATS[vat] if VATS[vat] is not None else 'NULL'})" for n, (unit, code, vat, _, _) in enumerate(PRODUCTS))
    start = int(bed.one("SELECT COALESCE(MAX(id), 0) FROM receipts"))
    bed.sql(f"SET SESSION foreign_key_checks = 0, unique_checks = 0; CREATE TEMPORARY TABLE sold (n INT, unit VARCHAR(48), code VARCHAR(97), vat VARCHAR(24), rate SMALLINT); INSERT INTO sold VALUES {codes};"
            f"INSERT INTO receipts (id, year, no, attempt_id, order_number, issued_utc, lang, reference, transaction_id, provider, total_cents, content, prev_hash, hash) "
            f"SELECT {start} + seq, YEAR('{first}'), {start} + seq, {start} + seq, LPAD(seq, 9, '0'), '{first}' + INTERVAL FLOOR((seq - 1) * {days} / {orders}) DAY, 'fi', '1232', UUID(), ELT(1 + seq % 4, 'nordea', 'osuuspankki', 'creditcard', 'mobilepay'), 5000, REPEAT('x', {CONTENT}), '', '' FROM seq_1_to_{orders};"
            f"INSERT INTO receipt_lines (receipt_id, line_no, booked_on, unit_code, code, vat_code, vat_per_mille, quantity, gross_cents, vat_cents) SELECT r.id, l.seq, DATE(r.issued_utc), s.unit, s.code, s.vat, s.rate, 1, 1000 + r.id % 500, 100 FROM receipts r JOIN seq_1_to_3 l ON l.seq <= 2 + r.id % 2 JOIN sold s ON s.n = (r.id + l.seq) % {len(PRODUCTS)} WHERE r.id > {start};"
            f"INSERT INTO ledger_entries (attempt_id, booked_on, account, cost_centre, vat_code, debit_cents, credit_cents) SELECT r.id, DATE(r.issued_utc), ELT(e.seq, '1780', '3000', '3010', '2939'), ELT(e.seq, '', '4100', '5200', ''), ELT(e.seq, '', 'standard', 'reduced', 'standard'), IF(e.seq = 1, 5000, 0), ELT(e.seq, 0, 2000, 2500, 500) FROM receipts r JOIN seq_1_to_4 e WHERE r.id > {start};"
            "ANALYZE TABLE receipt_lines, sales_days, receipts, ledger_entries")


def seconds(ask):
    begin = time.monotonic()
    page = ask()
    assert page is None or page.status == 200, page
    return time.monotonic() - begin


def report(here, period, by, kind):
    """The page, or the whole file: of a long period by the job that makes it."""
    page = here.get(f"/fi/raportit{kind and '/' + kind}?{period}&by={by}")
    if page.status != 303:
        return page
    shown = here.get(f"/fi/raportit?{period}&by={by}")
    return fetched(here, here.post("/fi/raportit/tiedosto", {**shown.form("/fi/raportit/tiedosto")["fields"], "format": kind}))


def measure(bed, here, name, first, last):
    yardstick = statistics.median(seconds(lambda: bed.sql("SELECT SUM(gross_cents) FROM receipt_lines ") and None) for _ in range(3))
    for by in ("day", "product", "unit", "vat", "way"):
        for kind in ("", "csv", "xlsx"):
            took = sorted(seconds(lambda: report(here, f"from={first}&to={last}", by, kind)) for _ in range(3))
            print(f"report {name} by {by}, {kind or 'page'}: {took[1]:.2f} s (all lines read once: {yardstick:.2f} s)", flush=True)
    print(f"vouchers {name}: {seconds(lambda: here.get('/fi/tositteet?month=' + first[:7])):.2f} s; one day {seconds(lambda: here.get('/fi/tositteet/' + first)):.2f} s", flush=True)


def main():
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    bed = Bench()
    try:
        here = bed.here(bed.member("finance"))
        fill(bed, orders, "2025-11-01", 30)
        measure(bed, here, f"of a month of {orders:,} orders", "2025-11-01", "2025-11-30")
        fill(bed, 3 * orders, "2025-01-01", 300)
        measure(bed, here, f"of a year of {4 * orders:,} orders", "2025-01-01", "2025-12-31")
    finally:
        bed.close()


if __name__ == "__main__":
    main()
