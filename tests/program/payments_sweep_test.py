#!/usr/bin/env python3
"""Goal: without anybody's help holds end, lost payments are found, free orders are fulfilled, staff are told, and the receipts' chain proves."""
import concurrent.futures
import itertools
import json
import time
import unittest

from payments_bed import Bed, wait_until
from payments_orders import Order, broken_invariants, line, make_stock, ticket

bed = None
DAY = 86400


def setUpModule():
    global bed
    bed = Bed()


def tearDownModule():
    bed.close()


class Scenario(unittest.TestCase):
    def setUp(self):
        bed.sandbox("reset", {"ledger": False})
        bed.set_clock(0)

    def tearDown(self):
        bed.stop("sweep")
        bed.stop("sweep2")
        bed.set_clock(0)
        bed.set_fault("")
        self.assertEqual(broken_invariants(bed), [])

    def sweep_at(self, offset):
        # First the sandbox: it refuses a request whose time is not its own.
        bed.sandbox("config", {"clockOffsetMs": offset * 1000})
        bed.set_clock(offset)
        if "sweep" not in bed.children:
            bed.start_sweep()


class Holds(Scenario):
    def test_hold_ends_and_its_pieces_go_back(self):
        make_stock(bed, 21, 3)
        kept, ended = Order(bed, [ticket(variant_id=21, counted=1)]), Order(bed, [ticket(variant_id=21, counted=1, quantity=2)], hold_seconds=-1)
        bed.start_sweep()
        bed.start_sweep("sweep2")
        self.assertTrue(wait_until(lambda: ended.state() == "expired"))
        time.sleep(2.5)
        self.assertEqual((kept.state(), bed.one("SELECT free FROM stock WHERE variant_id = 21")), ("pending", "2"))
        self.assertEqual(bed.one("SELECT COUNT(*) FROM changes WHERE product_id = 21"), "1")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM order_events WHERE order_id = {ended.id} AND event = 'expired'"), "1")

    def test_payment_under_way_keeps_the_hold_for_a_week(self):
        make_stock(bed, 22, 1)
        order, free = Order(bed, [ticket(variant_id=22, counted=1)]), Order(bed)
        order.begin()
        order.pay("pending")
        self.sweep_at(3600)
        self.assertTrue(wait_until(lambda: free.state() == "expired"))
        self.assertEqual(order.state(), "pending")
        self.sweep_at(7 * DAY + 60)
        self.assertTrue(wait_until(lambda: order.state() == "expired"))
        bed.sandbox("pay", {"stamp": order.last_stamp(), "status": "ok", "how": "callback", "wait": True})
        self.assertEqual(order.state(), "paid", "late, and the piece was still there")

    def test_cancelling(self):
        make_stock(bed, 23, 5)
        unpaid, paid, under_way = (Order(bed, [ticket(variant_id=23, counted=1)]) for _ in range(3))
        paid.begin()
        paid.pay()
        under_way.begin()
        under_way.pay("delayed")
        for order in (unpaid, paid, under_way):
            bed.sql(f"INSERT INTO cancel_requests (order_id, requested_utc) VALUES ({order.id}, NOW(3))")
        bed.start_sweep()
        bed.start_sweep("sweep2")
        self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM cancel_requests WHERE done_utc IS NULL") == "0"))
        self.assertEqual([o.state() for o in (unpaid, paid, under_way)], ["cancelled", "paid", "pending"])
        self.assertEqual(bed.one("SELECT free FROM stock WHERE variant_id = 23"), "3")
        self.assertEqual(unpaid.start()[0], 303)

    def test_sweep_killed_in_the_middle(self):
        make_stock(bed, 24, 9)
        orders = [Order(bed, [ticket(variant_id=24, counted=1)], hold_seconds=-1) for _ in range(3)]
        for point in ("sweep.before_commit", "db.before_commit", "sweep.after_commit"):
            bed.set_fault(point + " exit\n")
            bed.start_sweep()
            self.assertTrue(wait_until(lambda: bed.children["sweep"].poll() == 137))
            bed.children.pop("sweep")
        bed.start_sweep()
        self.assertTrue(wait_until(lambda: {o.state() for o in orders} == {"expired"}))
        self.assertEqual(bed.one("SELECT free FROM stock WHERE variant_id = 24"), "9")


class Polls(Scenario):
    def test_P4_lost_callback_and_closed_tab(self):
        """Nobody tells us anything; a quarter of an hour later it is known."""
        order = Order(bed)
        order.begin()
        order.pay(how="none")
        self.sweep_at(240)
        time.sleep(3)
        self.assertEqual(order.state(), "pending")
        self.sweep_at(15 * 60)
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        self.assertEqual(order.mails(), ["order_confirmation"])
        self.assertEqual(bed.one(f"SELECT source FROM payment_events e JOIN payment_attempts a ON a.id = e.attempt_id WHERE a.order_id = {order.id}"), "poll")

    def test_polls_back_off_and_end(self):
        order = Order(bed)
        stamp = order.begin()
        polls = lambda: int(bed.one(f"SELECT polls FROM payment_attempts WHERE stamp = '{stamp}'"))
        for count, offset in ((1, 360), (2, 2 * 3600), (3, 2 * DAY)):
            self.sweep_at(offset)
            self.assertTrue(wait_until(lambda: polls() == count), (count, polls()))
        wait = bed.one(f"SELECT TIMESTAMPDIFF(MINUTE, created_utc, next_poll_utc) FROM payment_attempts WHERE stamp = '{stamp}'")
        self.assertAlmostEqual(int(wait), 48 * 60 + 360, delta=3)
        self.sweep_at(14 * DAY + 60)
        self.assertTrue(wait_until(lambda: order.attempts()[0][0] == "abandoned"))
        bed.stop("sweep")
        bed.sandbox("pay", {"stamp": stamp, "status": "ok", "how": "callback", "wait": True})
        self.assertEqual(order.state(), "paid", "an ok counts whenever it comes")

    def test_service_is_away_or_lies_while_polling(self):
        order = Order(bed)
        order.begin()
        order.pay(how="none")
        transaction = bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {order.id}")
        asked = lambda: [request for request in bed.sandbox("requests?last=1000&operation=get")["requests"] if request["path"].endswith("/" + transaction)]
        faults = ({"status": 500}, {"status": 404}, {"response": "wrong-signature"}, {"cut_after": 100})
        for n, fault in enumerate(faults, 1):
            bed.sandbox("faults", {"at": "get", "do": fault, "match": {"stamp": order.last_stamp()}})
            self.sweep_at(n * 1800)
            # A poll is counted before it is made: the clock stands until the service has heard it.
            self.assertTrue(wait_until(lambda: int(bed.one(f"SELECT MAX(polls) FROM payment_attempts WHERE order_id = {order.id}")) == n and len(asked()) == n), (n, [request["verdict"] for request in asked()]))
            self.assertNotEqual(order.state(), "paid", (n, [request["verdict"] for request in asked()]))
        self.sweep_at(5 * 1800)
        self.assertTrue(wait_until(lambda: order.state() == "paid"))

    def test_service_that_lets_us_wait_keeps_no_cancelling_waiting(self):
        """While a poll hangs, a cancelling goes through within seconds, and the sweep can be stopped."""
        order, other = Order(bed), Order(bed)
        stamp = order.begin()
        bed.sandbox("faults", {"at": "get", "do": {"timeout": True}, "match": {"stamp": stamp}})
        self.sweep_at(15 * 60)
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT polls FROM payment_attempts WHERE stamp = '{stamp}'") == "1"))
        bed.sql(f"INSERT INTO cancel_requests (order_id, requested_utc) VALUES ({other.id}, NOW(3))")
        self.assertTrue(wait_until(lambda: other.state() == "cancelled"))
        began = time.monotonic()
        self.assertEqual(bed.stop("sweep"), 0)
        self.assertLess(time.monotonic() - began, 15)

    def test_creating_that_nobody_finished(self):
        order = Order(bed)
        bed.set_fault("create.before_call exit\n")
        order.start()
        self.assertTrue(wait_until(bed.restart_payments_if_dead))
        self.sweep_at(61)
        self.assertTrue(wait_until(lambda: order.attempts() == [["unknown", "none"]]))

    def test_two_sweeps_ask_once(self):
        orders = [Order(bed) for _ in range(5)]
        for order in orders:
            order.begin()
        bed.set_clock(400)
        bed.sandbox("config", {"clockOffsetMs": 400_000})
        before = bed.sandbox("requests")["counts"]
        bed.start_sweep()
        bed.start_sweep("sweep2")
        ids = ",".join(str(o.id) for o in orders)
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT MIN(polls) FROM payment_attempts WHERE order_id IN ({ids})") == "1"))
        time.sleep(2.5)
        asked = bed.sandbox("requests?operation=get&last=100")["requests"]
        self.assertEqual(len(asked), 5, before)


class FreeAndStaff(Scenario):
    def test_free_order_gets_tickets_and_mail_without_receipt(self):
        order = Order(bed, [ticket(unit_cents=0, quantity=2, product_kind="pass", holder_names=["Aino", "Eino"], uses=10, price_group="adult")], state="confirmed")
        bed.start_sweep()
        bed.start_sweep("sweep2")
        self.assertTrue(wait_until(lambda: order.mails() == ["order_confirmation"]))
        data = order.mail("order_confirmation")
        self.assertEqual((data["state"], data["receipt"], [t["holder_name"] for t in data["tickets"]]), ("confirmed", None, ["Aino", "Eino"]))
        self.assertEqual([t["url"].split("/fi/lippu/")[1] for t in data["tickets"]], [t["code"] for t in data["tickets"]])
        self.assertEqual(bed.sql(f"SELECT uses, uses_max, price_group FROM tickets WHERE code IN ('{data['tickets'][0]['code']}', '{data['tickets'][1]['code']}')"), [["0", "10", "adult"]] * 2)
        self.assertEqual(order.receipts(), 0)

    def test_one_mail_a_day_and_kind(self):
        sql = "INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES ('%s', %d, '%s', NOW(3))"
        bed.sql("UPDATE staff_alerts SET resolved_utc = NOW(3)")
        for kind, number in (("overpaid", 9001), ("overpaid", 9002), ("withdrawal", 9003)):
            bed.sql(sql % (kind, number, f"CASE0{number}"))
        digests = lambda: [row[0] for row in bed.sql("SELECT data FROM outbox WHERE kind = 'staff_digest' ORDER BY id")]
        bed.start_sweep()
        bed.start_sweep("sweep2")
        self.assertTrue(wait_until(lambda: len(digests()) == 2))
        bed.sql(sql % ("overpaid", 9004, "CASE09004"))
        time.sleep(2.5)
        self.assertEqual(len(digests()), 2, "the same kind waits for tomorrow")
        self.assertIn('"kind":"overpaid","count":2,"cases":["CASE09001","CASE09002"]', digests()[0])
        bed.set_clock(DAY)
        self.assertTrue(wait_until(lambda: len(digests()) == 4))
        self.assertIn('"count":3', digests()[2])
        bed.sql("UPDATE staff_alerts SET resolved_utc = NOW(3)")


    def test_K10_what_tells_of_changed_records_is_mailed_at_once_each_time(self):
        sql = "INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES ('%s', %d, '', NOW(3))"
        bed.sql("UPDATE staff_alerts SET resolved_utc = NOW(3)")
        digests = lambda: [json.loads(row[0])["items"] for row in bed.sql("SELECT data FROM outbox WHERE kind = 'staff_digest' ORDER BY id")]
        before = len(digests())
        bed.start_sweep()
        bed.start_sweep("sweep2")
        for number, kind in ((1, "sealed_record"), (2, "sealed_record"), (3, "untrusted_key")):
            bed.sql(sql % (kind, number))
            self.assertTrue(wait_until(lambda: len(digests()) == before + number))
            time.sleep(2.5)
            self.assertEqual(len(digests()), before + number, "each once")
        self.assertEqual([items[0]["kind"] for items in digests()[before:]], ["sealed_record", "sealed_record", "untrusted_key"])
        bed.sql("DELETE FROM outbox WHERE kind = 'staff_digest'; UPDATE staff_alerts SET resolved_utc = NOW(3)")

    def test_a_right_on_a_register_that_ends_soon_is_told_until_it_is_renewed(self):
        bed.sql("INSERT INTO staff (id, login, name, email, lang, state, created_utc) VALUES (71, 'olli', 'Olli', 'olli@example.com', 'fi', 'active', NOW(3)); "
                "INSERT INTO staff_memberships (id, staff_id, group_id, scope_kind, scope_id, given_utc) VALUES (71, 71, 4, 'shop', '', NOW(3)), (72, 71, 3, 'shop', '', NOW(3)); "
                "INSERT INTO staff_register_approvals (id, membership_id, register_name, approved_by, approved_utc, ends_utc) VALUES (71, 71, 'shop', 1, NOW(3), UTC_TIMESTAMP(3) + INTERVAL 10 DAY), "
                "(72, 72, 'shop', 1, NOW(3), UTC_TIMESTAMP(3) + INTERVAL 20 DAY)")
        try:
            open_ones = lambda: [row[0] for row in bed.sql("SELECT object_id FROM staff_alerts WHERE kind = 'approval_ends' AND resolved_utc IS NULL ORDER BY 1")]
            bed.start_sweep()
            self.assertTrue(wait_until(lambda: open_ones() == ["71"]))
            bed.sql("INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) VALUES (71, 'shop', 1, NOW(3), UTC_TIMESTAMP(3) + INTERVAL 1 YEAR)")
            # They are looked at once an hour: the hour of the pass that just told may have begun after the clock was moved.
            hour = itertools.count(7 * 24)
            later = lambda: (bed.set_clock(next(hour) * 3600), open_ones())[1]
            self.assertTrue(wait_until(lambda: later() == ["72"], step=3))
            bed.sql("UPDATE staff_memberships SET ended_utc = NOW(3) WHERE id = 72")
            self.assertTrue(wait_until(lambda: later() == [], step=3))
        finally:
            bed.sql("DELETE FROM staff WHERE id = 71; DELETE FROM outbox WHERE kind = 'staff_digest'; UPDATE staff_alerts SET resolved_utc = NOW(3)")


class Receipts(Scenario):
    def paid(self, **more):
        order = Order(bed, **more)
        order.begin()
        order.pay()
        return order

    def test_sixteen_over_the_turn_of_the_year(self):
        """Numbers stay gapless in both years, and the new year is anchored to the old one's head."""
        self.paid()
        year = int(bed.one("SELECT MAX(year) FROM receipt_series"))
        orders = [Order(bed) for _ in range(16)]
        for order in orders:
            order.begin()
        urls = [o.callback_url() for o in orders]
        bed.set_clock(400 * DAY)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual({a[0] for a in pool.map(bed.get, urls)}, {200})
        newest = int(bed.one("SELECT MAX(year) FROM receipt_series"))
        self.assertGreater(newest, year)
        self.assertEqual(bed.sql(f"SELECT last_no FROM receipt_series WHERE year = {newest}"), [["16"]])
        bed.set_clock(0)
        self.paid()
        self.assertEqual(bed.one("SELECT MAX(last_no) FROM receipt_series WHERE year = (SELECT MAX(year) FROM receipt_series)"), "17", "the old year is closed")
        self.assertEqual(bed.check_receipts()[0], 0)

    def test_check_names_the_first_bad_receipt(self):
        for _ in range(3):
            self.paid()
        number, year = (int(x) for x in bed.sql("SELECT no, year FROM receipts ORDER BY id DESC LIMIT 1")[0])
        at = f"WHERE year = {year} AND no = {number - 1}"
        for change, undo, says in (
                (f"UPDATE receipts SET total_cents = total_cents + 1 {at}", f"UPDATE receipts SET total_cents = total_cents - 1 {at}", "was changed"),
                (f"UPDATE receipts SET content = CONCAT(content, ' ') {at}", f"UPDATE receipts SET content = TRIM(content) {at}", "was changed"),
                (f"UPDATE receipts SET no = 99999 {at}", f"UPDATE receipts SET no = {number - 1} WHERE no = 99999", "is missing"),
                (f"UPDATE receipt_series SET last_no = last_no + 1 WHERE year = {year}", f"UPDATE receipt_series SET last_no = last_no - 1 WHERE year = {year}", "is missing")):
            bed.sql(change)
            code, words = bed.check_receipts()
            bed.sql(undo)
            self.assertEqual(code, 1)
            self.assertIn(f"{year}-{number + 1 if 'last_no' in change else number - 1:06d}", words)
            self.assertIn(says, words)
        self.assertEqual(bed.check_receipts()[0], 0)

    def test_name_and_order_may_go(self):
        order = self.paid()
        bed.sql("UPDATE receipts SET order_id = NULL; DELETE FROM receipt_buyers;")
        self.assertEqual(bed.check_receipts()[0], 0)
        bed.sql("UPDATE receipts r JOIN orders o ON o.number = r.order_number SET r.order_id = o.id")
        self.assertEqual(order.receipts(), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
