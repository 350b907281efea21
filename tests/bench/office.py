#!/usr/bin/env python3
"""How fast the staff's daily pages are with a million orders behind them and 16 staff at once, while payments are settled: office.py [ORDERS]. Figures only.
Yardstick: one order read by its number, in the same minute over the same connections' worth of staff."""
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "program"))
from office_bed import OfficeBed, mug  # noqa: E402
from payments_orders import Order  # noqa: E402

STAFF, SECONDS = 16, 20


def fill(bed, orders):
    """Orders over two years, a tenth of them of sports, with two lines each; a thousand parcels wait."""
    bed.sql(f"SET SESSION foreign_key_checks = 0, unique_checks = 0; "
            f"INSERT INTO orders (id, number, token, idempotency_key, content_hash, reference, lang, state, total_cents, holds_stock, created_utc, hold_until_utc, settled_utc, fulfilled_utc, first_name, last_name, street_address, "
            f"postal_code, town, country, phone, email, age_confirmed) SELECT seq, LPAD(seq, 9, '0'), LPAD(seq, 26, '0'), UNHEX(LPAD(HEX(seq), 32, '0')), '', LPAD(seq, 12, '0'), 'fi', ELT(1 + seq % 20, 'expired', 'cancelled', 'paid', 'paid', 'paid', 'paid', 'paid', "
            f"'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'confirmed'), 2400, 0, NOW(3) - INTERVAL ({orders} - seq) * 60 SECOND, NOW(3), NOW(3), NOW(3), ELT(1 + seq % 7, 'Aino', 'Eino', 'Liisa', 'Matti', 'Kaarina', 'Olavi', 'Sofia'), "
            f"CONCAT(ELT(1 + seq % 13, 'Virtanen', 'Korhonen', 'Nieminen', 'Mäkinen', 'Laine', 'Heikkinen', 'Koskinen', 'Järvinen', 'Lehtonen', 'Saarinen', 'Salminen', 'Niemi', 'Öhman'), seq DIV 13 % 150), 'Rantatie 1', '06950', 'Lehtoranta', 'FI', CONCAT('+35840', LPAD(seq % 900000, 7, '0')), "
            f"CONCAT('a', seq % 500000, '@example.com'), 18 FROM seq_1_to_{orders};"
            f"INSERT INTO order_lines (order_id, line_no, kind, product_id, variant_id, unit_code, product_kind, code, name, quantity, unit_cents, vat_code, cost_centre, ledger_account, withdrawal, delivery_code, delivery_kind) "
            f"SELECT o.seq, l.seq, 'product', IF(o.seq % 10, 1, 2), IF(o.seq % 10, 1, 2), IF(o.seq % 10, 'library', 'sports'), IF(o.seq % 10, 'goods', 'pass'), 'mug/-', 'Muki', 1, 1200, 'standard', '4100', '3000', 'goods_14d', 'library', 'collect' FROM seq_1_to_{orders} o JOIN seq_1_to_2 l;"
            f"INSERT INTO deliveries SELECT seq * 10 + 1, 'library', 'library', 'collect', IF(seq > {orders} / 10 - 1000, 'waiting', 'delivered'), NULL, NOW(3) FROM seq_1_to_{orders // 10 - 1};"
            f"INSERT INTO receipts (year, no, attempt_id, order_id, order_number, issued_utc, lang, reference, transaction_id, provider, total_cents, content, prev_hash, hash) SELECT 2026, seq, seq, seq, '', NOW() - INTERVAL seq % 43200 MINUTE, 'fi', '', '', 'nordea', 2400, '', '', '' FROM seq_1_to_100000;"
            f"INSERT INTO receipt_lines (receipt_id, line_no, booked_on, unit_code, code, vat_code, vat_per_mille, quantity, gross_cents, vat_cents) SELECT r.id, 1, DATE(r.issued_utc), IF(r.id % 10, 'library', 'sports'), 'mug/-', 'standard', 255, 2, 2400, 488 FROM receipts r;"
            "DELETE FROM receipts WHERE id = 0; ANALYZE TABLE orders, order_lines, deliveries, receipts, receipt_lines")


def p(times, share):
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ask_all(here, asks, seconds):
    """Each of the staff asks one after another; the times by kind."""
    times = {name: [] for name, _ in asks}
    end = time.monotonic() + seconds

    def one(browser, start):
        n = start
        while time.monotonic() < end:
            name, ask = asks[n % len(asks)]
            n += 1
            begin = time.monotonic()
            answer = ask(browser)
            times[name].append(time.monotonic() - begin)
            assert answer.status in (200, 303), (name, answer.status)

    threads = [threading.Thread(target=one, args=(browser, i)) for i, browser in enumerate(here)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return times


def main():
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    bed = OfficeBed(threads=8)
    try:
        begin = time.monotonic()
        fill(bed, orders)
        print(f"filled with {orders:,} orders in {time.monotonic() - begin:.0f} s", flush=True)
        people = [bed.member("shop_manager", f"m{i}") for i in range(STAFF // 2)] + [bed.member("cashier", f"c{i}", ("unit", "sports")) for i in range(STAFF // 2)]
        here = [bed.here(person) for person in people]
        tokens = {browser: browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"] for browser in here}

        def search(q, purpose="contact"):
            return lambda browser: browser.post("/fi/tilaukset/haku", {"form": tokens[browser], "q": q, "purpose": purpose})

        asks = [("order list", lambda b: b.get("/fi/tilaukset")), ("list, one state", lambda b: b.get("/fi/tilaukset?state=expired")), ("list, parcels waiting", lambda b: b.get("/fi/tilaukset?delivery=waiting")),
                ("list, older page", lambda b: b.get(f"/fi/tilaukset?before={orders // 2}")), ("list, some days", lambda b: b.get("/fi/tilaukset?from=2026-03-01&to=2026-03-07")),
                ("list, one product", lambda b: b.get("/fi/tilaukset?product=gym-card")), ("list, one product's older page", lambda b: b.get(f"/fi/tilaukset?product=mug&before={orders // 2}")),
                ("search, e-mail", search("a4711@example.com")), ("search, phone", search("0400004711")), ("search, last name", search("Öhman17")), ("search, whole name", search("Saarinen17 Liisa")), ("deliveries", lambda b: b.get("/fi/toimitukset")), ("front page", lambda b: b.get("/fi/tyopoyta"))]
        stop = threading.Event()
        sold = []

        def sell():
            while not stop.is_set():
                order = Order(bed, [mug()])
                order.begin()
                order.pay()
                sold.append(order.state())

        seller = threading.Thread(target=sell)
        seller.start()
        yardstick = ask_all(here, [("by number", search("00000471" + "X", ""))], 5)["by number"]
        times = ask_all(here, asks, SECONDS)
        stop.set()
        seller.join()
        print(f"yardstick, a number that nobody has: p50 {p(yardstick, 0.5):.0f} ms, p99 {p(yardstick, 0.99):.0f} ms; orders paid meanwhile: {len(sold)}")
        for name, took in times.items():
            print(f"{name}: p50 {p(took, 0.5):.0f} ms, p99 {p(took, 0.99):.0f} ms of {len(took)} by {STAFF} staff at once ({statistics.median(took) / statistics.median(yardstick):.1f} times the yardstick)")
    finally:
        bed.close()


if __name__ == "__main__":
    main()
