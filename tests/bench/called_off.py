#!/usr/bin/env python3
"""How long it takes to call off a ticket's time with thousands of orders, and what other purchases notice of it: called_off.py [ORDERS]. Figures only.
Yardstick: payments settled one after another before anything is called off."""
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "program"))
from office_bed import OfficeBed, send  # noqa: E402
from payments_bed import wait_until  # noqa: E402
from payments_orders import Order, ticket  # noqa: E402

TIME = 70
WHEN = ("2038-01-15 17:00:00", "2038-01-15 19:00:00")


def fill(bed, orders):
    """A concert with so many paid orders, two seats each."""
    bed.sql(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
            f"(7, 'concert', 'ticket', 'cards', 'sports', 'standard', 'none_dated_leisure', '5200', '3010', 20, 'published', '2026-01-01'); INSERT INTO product_texts VALUES (7, 'fi', 'konsertti', 'Konsertti', '', '');"
            f"INSERT INTO variants (id, product_id, code, starts_utc, ends_utc) VALUES ({TIME}, 7, 'fri', '{WHEN[0]}', '{WHEN[1]}'), (71, 7, 'sat', '{WHEN[0]}' + INTERVAL 1 DAY, '{WHEN[1]}' + INTERVAL 1 DAY);"
            f"INSERT INTO prices (product_id, variant_id, price_group, cents) VALUES (7, 0, 'everyone', 2250); INSERT INTO stock VALUES ({TIME}, {2 * orders}, 0);"
            f"INSERT INTO orders (id, number, token, idempotency_key, content_hash, reference, lang, state, total_cents, holds_stock, created_utc, hold_until_utc, settled_utc, fulfilled_utc, first_name, last_name, street_address, postal_code, town, country, phone, email, "
            f"age_confirmed) SELECT 1000 + seq, LPAD(seq, 9, '0'), LPAD(seq, 26, '0'), UNHEX(LPAD(HEX(seq), 32, '0')), '', LPAD(seq, 12, '0'), 'fi', 'paid', 4500, 1, NOW(3), NOW(3), NOW(3), NOW(3), 'Aino', 'Virtanen', 'Rantatie 1', '06950', 'Lehtoranta', 'FI', "
            f"'+358401234567', CONCAT('a', seq, '@example.com'), 18 FROM seq_1_to_{orders};"
            f"INSERT INTO order_lines (order_id, line_no, kind, product_id, variant_id, unit_code, product_kind, code, name, quantity, unit_cents, vat_code, cost_centre, ledger_account, withdrawal, counted, delivery_kind, starts_utc, ends_utc) "
            f"SELECT 1000 + seq, 1, 'product', 7, {TIME}, 'sports', 'ticket', 'concert/fri', 'Konsertti', 2, 2250, 'reduced', '5200', '3010', 'none_dated_leisure', 1, 'email', '{WHEN[0]}', '{WHEN[1]}' FROM seq_1_to_{orders};"
            f"INSERT INTO payment_attempts (order_id, stamp, reference, account, amount_cents, state, outcome, received_cents, provider, transaction_id, created_utc, settled_utc) "
            f"SELECT 1000 + seq, LPAD(seq, 26, '0'), LPAD(seq, 12, '0'), '375917', 4500, 'ok', 'settled', 4500, 'osuuspankki', LPAD(seq, 36, '0'), NOW(3), NOW(3) FROM seq_1_to_{orders}; ANALYZE TABLE orders, order_lines")


def settle(bed, times):
    order = Order(bed, [ticket(product_id=7, variant_id=71, unit_code="sports", starts_utc="2038-01-16 17:00:00", ends_utc="2038-01-16 19:00:00")])
    order.begin()
    begin = time.monotonic()
    order.pay()
    times.append(time.monotonic() - begin)
    assert order.state() == "paid"


def main():
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    bed = OfficeBed(threads=8)
    try:
        fill(bed, orders)
        manager = bed.here(bed.member("shop_manager"))
        alone, meanwhile, stop = [], [], threading.Event()
        for _ in range(60):
            settle(bed, alone)

        def sell():
            while not stop.is_set():
                settle(bed, meanwhile)

        seller = threading.Thread(target=sell)
        seller.start()
        begin = time.monotonic()
        answer = send(manager, f"/fi/vaihtoehto/{TIME}", f"/fi/vaihtoehto/{TIME}/peru", {"words": "Sairaana"})
        acted = time.monotonic() - begin
        assert answer.status == 303, answer.status
        assert wait_until(lambda: bed.count("called_off_times WHERE unasked > 0") == 0, seconds=600, step=0.2)
        asked = time.monotonic() - begin
        stop.set()
        seller.join()
        assert bed.count("refund_requests WHERE state = 'asked'") == orders and bed.count("outbox WHERE kind = 'refund'") == orders
        yardstick = statistics.median(alone)
        print(f"yardstick, a payment alone: p50 {1000 * yardstick:.0f} ms, most {1000 * max(alone):.0f} ms")
        print(f"calling off {orders:,} orders: the act {acted:.2f} s, all asked back and told after {asked:.1f} s ({asked / orders / yardstick:.2f} payments an order)")
        print(f"payments meanwhile: {len(meanwhile)}, p50 {1000 * statistics.median(meanwhile):.0f} ms ({statistics.median(meanwhile) / yardstick:.2f} times the yardstick), most {1000 * max(meanwhile):.0f} ms")
        cashier, rounds, begin = bed.here(bed.member("cashier")), 0, time.monotonic()
        while forms := [form for form in cashier.get("/fi/hyvitykset").forms() if form["fields"].get("session") == str(TIME)]:
            cashier.post("/fi/hyvitykset/maksa-ryhma", forms[0]["fields"])
            rounds += 1
        print(f"agreeing to all refunds in one act: {time.monotonic() - begin:.1f} s in {rounds} presses, {1000 * (time.monotonic() - begin) / orders:.1f} ms a refund")
    finally:
        bed.close()


if __name__ == "__main__":
    main()
