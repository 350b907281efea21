#!/usr/bin/python3
"""Goal: a ticket's time that isn't held is called off in one act: nobody buys it any more, whoever paid is told and waits for the refund, and the orders of the time are found."""
import re
import unittest

from office_bed import ORDERS, OfficeBed, mug, page, send
from payments_orders import Order, broken_invariants, ticket
from payments_bed import COMING, wait_until
from visitor import wrong

CONCERT, FRIDAY, SATURDAY = 7, 70, 71
REFUNDS, TIME = "/fi/hyvitykset", f"/fi/vaihtoehto/{FRIDAY}"
TIMES = {FRIDAY: (f"{COMING}-01-15 17:00:00", f"{COMING}-01-15 19:00:00"), SATURDAY: (f"{COMING}-01-16 17:00:00", f"{COMING}-01-16 19:00:00")}


def setUpModule():
    global bed, cashier, manager, coach
    bed = OfficeBed()
    cashier, _, manager, _, coach = bed.day_staff()
    bed.sql(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
            f"({CONCERT}, 'concert', 'ticket', 'cards', 'sports', 'standard', 'none_dated_leisure', '5200', '3010', 20, 'published', '2026-01-01');"
            + "".join(f"INSERT INTO product_texts VALUES ({CONCERT}, '{lang}', 'concert-{lang}', 'Konsertti {lang}', '', '');" for lang in ("fi", "sv", "en"))
            + "".join(f"INSERT INTO variants (id, product_id, code, starts_utc, ends_utc) VALUES ({time}, {CONCERT}, '{time}', '{TIMES[time][0]}', '{TIMES[time][1]}');" for time in TIMES)
            + f"INSERT INTO prices (product_id, variant_id, price_group, cents) VALUES ({CONCERT}, 0, 'everyone', 2250);")


def tearDownModule():
    bed.close()


def seat(time=FRIDAY, **more):
    return ticket(product_id=CONCERT, variant_id=time, unit_cents=2250, unit_code="sports", code=f"concert/{time}", starts_utc=TIMES[time][0], ends_utc=TIMES[time][1]) | more


def call_off(reason="Esiintyjä on sairas", browser=None):
    return send(browser or manager, TIME, TIME + "/peru", {"words": reason})


def asked(order):
    return bed.sql(f"SELECT r.state, r.reason, r.words, r.cents, GROUP_CONCAT(CONCAT(l.line_no, ' ', l.quantity, ' ', l.cents) ORDER BY l.line_no SEPARATOR ', ') FROM refund_requests r "
                   f"JOIN refund_request_lines l ON l.request_id = r.id WHERE r.order_id = {order.id} GROUP BY r.id ORDER BY r.id")


def pay(*orders):
    requests = [bed.one(f"SELECT id FROM refund_requests WHERE order_id = {order.id} AND state = 'asked'") for order in orders]
    fields = cashier.get(REFUNDS).form(REFUNDS + "/maksa")["fields"]
    return cashier.post(REFUNDS + "/maksa", [("form", fields["form"]), ("chosen", "1"), *(("request", one) for one in requests)])


class CalledOff(unittest.TestCase):
    def setUp(self):
        bed.sql(f"UPDATE variants SET active = TRUE WHERE product_id = {CONCERT}; UPDATE products SET state = 'published' WHERE id = {CONCERT}")

    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])

    def test_all_that_was_paid_for_it_is_asked_back_and_told(self):
        two = bed.paid(seat(quantity=2), seat(unit_cents=0), lang="sv")
        both, other = bed.paid(mug(), seat()), bed.paid(seat(SATURDAY))
        half = bed.paid(seat(quantity=2))
        free = Order(bed, [seat(unit_cents=0)], state="confirmed")
        at = page(half) + "/hyvitys"
        send(cashier, at, at, {"what": "lines", "units_1": "1", "reason": "customer_asked", "words": "Pyysi"})
        self.assertTrue(bed.ends(half, "ok"))
        self.assertIn("palautettavaksi: 3, yhteensä 90,00", manager.get(TIME).text)
        self.assertEqual(wrong(call_off("")), ["why_off"])
        self.assertEqual(asked(two), [])
        page_before = manager.get(TIME)
        fields = {**page_before.form(TIME + "/peru")["fields"], "words": "Esiintyjä on sairas"}
        self.assertEqual([manager.post(TIME + "/peru", fields).status for _ in range(2)], [303, 303], "sent twice")
        why = ["asked", "session_cancelled", "Esiintyjä on sairas"]
        self.assertEqual([asked(order) for order in (two, both, other, half)], [[why + ["4500", "1 2 4500, 2 1 0"]], [why + ["2250", "2 1 2250"]], [], [["taken", "customer_asked", "Pyysi", "2250", "1 1 2250"], why + ["2250", "1 1 2250"]]])
        told = lambda order: [one["about"] for one in bed.mails_to(order, "refund") if one["about"].startswith("called_off")]
        self.assertEqual([told(order) for order in (two, both, other, half, free)], [["called_off"], ["called_off"], [], ["called_off"], ["called_off_free"]])
        self.assertEqual(bed.one(f"SELECT GROUP_CONCAT(active ORDER BY id) FROM variants WHERE product_id = {CONCERT}"), "0,1")
        self.assertEqual(bed.one(f"SELECT state FROM products WHERE id = {CONCERT}"), "published")
        self.assertIn("Aika peruttu", manager.get("/fi/tuotteet/concert/historia").text)
        self.assertNotIn(TIME + "/peru", manager.get(TIME).text, "nothing is left of it")

        self.assertEqual(pay(two, both, half).status, 303)
        for order, cents in ((two, 4500), (both, 2250)):
            self.assertTrue(bed.ends(order, "ok"))
            self.assertEqual(bed.refunds(order), [("taken", "ok", cents)])
        self.assertTrue(bed.ends(half, "ok"))
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id IN ({two.id}, {both.id}, {half.id}) AND refund_id IS NULL"), "0")
        self.assertEqual(bed.state_of_delivery(both), "waiting", "of the rest of the order nothing is touched")

    def test_above_the_limit_a_second_person_agrees(self):
        order = bed.paid(seat(quantity=9))
        self.assertEqual(call_off().status, 303)
        self.assertEqual(pay(order).status, 303)
        self.assertEqual(bed.refunds(order), [("requested", None, 20250)])

    def test_a_no_of_the_second_person_leaves_what_was_promised_waiting(self):
        order = bed.paid(seat(quantity=9))
        call_off()
        pay(order)
        request = bed.one(f"SELECT id FROM refund_requests WHERE order_id = {order.id}")
        approve = "/fi/hyvaksyttavat-hyvitykset"
        form = manager.get(approve).form(approve + "/vastaa")["fields"]
        self.assertEqual([manager.post(approve + "/vastaa", {**form, "request": request, "answer": "no", "words": "Tarkista summa"}).status for _ in range(2)], [303, 303], "sent twice")
        self.assertEqual(bed.refunds(order), [("asked", None, 20250)])
        self.assertIn("Toinen henkilö ei hyväksynyt: Tarkista summa", cashier.get(REFUNDS).text)
        pay(order)
        self.assertNotIn("Tarkista summa", cashier.get(page(order)).text, "asked anew")
        send(manager, approve, approve + "/vastaa", {"request": request, "answer": "yes"})
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(asked(order), [["taken", "session_cancelled", "Esiintyjä on sairas", "20250", "1 9 20250"]])

    def test_what_has_come_back_meanwhile_is_not_paid_again(self):
        some, all_of_it = bed.paid(seat(quantity=3), seat(quantity=1)), bed.paid(seat())
        call_off()
        for order, units in ((some, {"units_1": "2", "units_2": "1"}), (all_of_it, {"units_1": "1"})):
            at = page(order) + "/hyvitys"
            send(cashier, at, at, {"what": "lines", **units, "reason": "customer_asked", "words": "Soitti"})
            self.assertTrue(wait_until(lambda: ("taken", "ok") in [one[:2] for one in bed.refunds(order)]))
        self.assertEqual(pay(some).status, 303)
        self.assertTrue(wait_until(lambda: bed.refunds(some) == [("taken", "ok", 2250), ("taken", "ok", 6750)] or bed.refunds(some) == [("taken", "ok", 6750), ("taken", "ok", 2250)]), bed.refunds(some))
        self.assertEqual(sorted(one[4] for one in asked(some)), ["1 1 2250", "1 2 4500, 2 1 2250"])
        self.assertEqual(wrong(pay(all_of_it)), ["asked"])

    def test_a_time_that_was_called_off_does_not_come_back_with_an_older_version(self):
        history = "/fi/tuotteet/concert/historia"
        call_off()
        form = next(one["fields"] for one in manager.get(history).forms() if "version" in one["fields"])
        manager.post(history, form)
        self.assertEqual(bed.one(f"SELECT active FROM variants WHERE id = {FRIDAY}"), "0")

    def test_what_is_paid_afterwards_is_asked_for_by_doing_it_again(self):
        early = bed.paid(seat())
        self.assertEqual(call_off().status, 303)
        late = bed.paid(seat())
        self.assertIn("palautettavaksi: 1, yhteensä 22,50", manager.get(TIME).text)
        self.assertEqual(call_off("Myöhästynyt").status, 303)
        self.assertEqual([len(asked(order)) for order in (early, late)], [1, 1])
        request = bed.one(f"SELECT id FROM refund_requests WHERE order_id = {late.id}")
        send(cashier, REFUNDS, REFUNDS + "/hylkaa", {"request": request, f"words": "Siirtyi lauantaille"})
        self.assertEqual(asked(late)[0][0], "declined")
        self.assertNotIn(TIME + "/peru", manager.get(TIME).text, "what staff declined isn't asked again")

    def test_the_last_time_ends_the_products_sale(self):
        bed.sql(f"UPDATE variants SET active = FALSE WHERE id = {SATURDAY}")
        self.assertEqual(call_off().status, 303)
        self.assertEqual(bed.one(f"SELECT state FROM products WHERE id = {CONCERT}"), "closed")

    def test_the_orders_of_a_time_are_listed(self):
        friday, saturday = bed.paid(seat()), bed.paid(seat(SATURDAY))
        link = re.search(r'href="(/fi/tilaukset\?[^"]*)"', manager.get(TIME).text).group(1).replace("&amp;", "&")
        for browser in (manager, coach):
            listed = browser.get(link).text
            self.assertIn(f'{ORDERS}/{friday.id}"', listed)
            self.assertNotIn(f'{ORDERS}/{saturday.id}"', listed)
            self.assertRegex(listed, rf'name="variant" type="checkbox" value="{FRIDAY}" checked')
            self.assertIn(f"pe 15.1.{COMING}", listed)
        self.assertIn(f'{ORDERS}/{saturday.id}"', manager.get(ORDERS + "?product=concert").text)
        self.assertIn(f'{ORDERS}/{saturday.id}"', manager.get(ORDERS + f"?product=&variant={FRIDAY}").text, "of another product than the time's it says nothing")
        self.assertEqual(manager.get(link + "&delivery=waiting&state=paid&from=2026-01-01").status, 200)


if __name__ == "__main__":
    unittest.main()
