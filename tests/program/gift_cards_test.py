#!/usr/bin/env python3
"""Goal: a gift card is money: what is sold, held, spent and given back is on the card, in the books and at the payment service to the cent, whoever is cut off or late."""
import json
import unittest

from payments_bed import wait_until
from payments_orders import Order, balance, broken_invariants, buy_card, gift_card, line, make_stock, ticket
from refunds_bed import RefundBed

bed = None
DAY = 86400


def setUpModule():
    global bed
    bed = RefundBed()


def tearDownModule():
    bed.close()


def created(order):
    """The last request to make a payment of this order."""
    bodies = [json.loads(r["body"]) for r in bed.sandbox("requests?last=50&operation=create")["requests"]]
    return [body for body in bodies if body["stamp"] == order.last_stamp()][-1]


def moves(card):
    return [(row[0], int(row[1])) for row in bed.sql(f"SELECT kind, cents FROM gift_card_moves WHERE card_id = {card} ORDER BY id")]


def booked(order, account):
    """Debit less credit of the order's sale."""
    return int(bed.one(f"SELECT COALESCE(SUM(CAST(l.debit_cents AS SIGNED) - CAST(l.credit_cents AS SIGNED)), 0) FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.order_id = {order.id} AND l.account = '{account}' AND l.refund_id IS NULL"))


def by_way(account="gift_card"):
    return int(bed.one(f"SELECT COALESCE(SUM(gross_cents), 0) FROM sales_days WHERE provider = '{account}'"))


class Scenario(unittest.TestCase):
    def setUp(self):
        bed.sandbox("reset", {"ledger": False})
        bed.set_clock(0)

    def tearDown(self):
        bed.set_fault("")
        bed.stop("sweep")
        bed.restart_payments_if_dead()
        bed.set_clock(0)
        self.assertEqual(broken_invariants(bed), [])

    def sweep_at(self, offset=0):
        bed.sandbox("config", {"clockOffsetMs": offset * 1000})
        bed.set_clock(offset)
        if "sweep" not in bed.children:
            bed.start_sweep()

    def becomes(self, order, state, seconds=30):
        self.assertTrue(wait_until(lambda: order.state() == state, seconds), order.state())


class Sold(Scenario):
    def test_a_sale_is_a_debt_without_vat_and_each_unit_a_card(self):
        order = Order(bed, [gift_card(quantity=2), line()])
        order.begin()
        order.pay()
        cards = bed.sql(f"SELECT g.original_cents, g.balance_cents, TIMESTAMPDIFF(DAY, g.issued_utc, g.valid_until_utc), c.code FROM gift_cards g JOIN gift_card_codes c ON c.card_id = g.id WHERE g.order_id = {order.id}")
        self.assertEqual([row[:2] for row in cards], [["2000", "2000"]] * 2)
        self.assertTrue(all(1095 <= int(row[2]) <= 1096 and len(row[3]) == 17 for row in cards), cards)
        self.assertEqual((booked(order, "2950"), booked(order, "1780")), (-4000, 5200))
        self.assertEqual(bed.one(f"SELECT SUM(vat_cents) FROM receipt_lines l JOIN receipts r ON r.id = l.receipt_id WHERE r.order_id = {order.id} AND l.vat_code = 'voucher'"), "0")
        self.assertEqual(order.mail("order_confirmation")["gift_cards"], 1)
        self.assertNotIn(cards[0][3], json.dumps(order.mail("order_confirmation")), "a code goes into no mail")


class Over(Scenario):
    def booked_over(self):
        return [tuple(row) for row in bed.sql("SELECT account, cost_centre, vat_code, SUM(debit_cents), SUM(credit_cents) FROM ledger_entries WHERE attempt_id IS NULL AND cost_centre = '5199' GROUP BY 1, 2, 3 ORDER BY 1")]

    def card_over(self, cents, days):
        card, _ = buy_card(bed, cents)
        bed.sql(f"UPDATE gift_cards SET valid_until_utc = UTC_TIMESTAMP() - INTERVAL {days} DAY WHERE id = {card}")
        return card

    def test_what_is_left_becomes_income_once_and_late_as_the_city_says(self):
        path = bed.path("etc/city.toml")
        with open(path, encoding="utf-8") as file:
            sample = file.read()
        fresh, stopped, partly = self.card_over(1000, 29), self.card_over(1000, 31), buy_card(bed, 3000)[0]
        held = Order(bed, [line()], cards=[(partly, 1000)], hold_seconds=1800)
        bed.sql(f"UPDATE gift_cards SET valid_until_utc = UTC_TIMESTAMP() - INTERVAL 31 DAY, cost_centre = '5199' WHERE id = {partly}; UPDATE gift_cards SET voided_utc = UTC_TIMESTAMP(), void_reason = 'lost' WHERE id = {stopped}")
        self.addCleanup(lambda: open(path, "w", encoding="utf-8").write(sample))
        try:
            late = Order(bed, [line()], hold_seconds=-60)
            self.sweep_at()
            self.becomes(late, "expired")
            self.assertEqual((balance(bed, partly), self.booked_over()), (2000, []), "the city names no account")
            bed.stop("sweep")
            with open(path, "w", encoding="utf-8") as file:
                file.write(sample.replace('over_account = ""', 'over_account = "3690"').replace("over_days = 365", "over_days = 30"))
            self.sweep_at()
            bed.start_sweep("other")
            self.assertTrue(wait_until(lambda: balance(bed, partly) == 0))
            self.assertEqual(moves(partly), [("issued", 3000), ("held", -1000), ("expired", -2000)])
            self.assertEqual(self.booked_over(), [("2950", "5199", "", "2000", "0"), ("3690", "5199", "", "0", "2000")])
            self.sweep_at(3700)  # the order's hold is over, and an hour
            self.becomes(held, "expired")
            self.sweep_at(7400)
            self.assertTrue(wait_until(lambda: balance(bed, partly) == 0))
            self.assertEqual(moves(partly)[3:], [("given_back", 1000), ("expired", -1000)])
            self.assertEqual(self.booked_over(), [("2950", "5199", "", "3000", "0"), ("3690", "5199", "", "0", "3000")])
            self.assertEqual((balance(bed, fresh), balance(bed, stopped)), (1000, 1000))
        finally:
            bed.stop("other")


class Spent(Scenario):
    def test_in_part_together_with_the_payment_service(self):
        card, _ = buy_card(bed, 5000)
        before = by_way()
        order = Order(bed, [line(quantity=3, unit_cents=1234), ticket()], cards=[(card, 1001)])
        order.begin()
        body = created(order)
        self.assertEqual(body["amount"], order.total - 1001)
        self.assertEqual(sum(item["unitPrice"] * item["units"] for item in body["items"]), body["amount"])
        self.assertEqual(len({item["stamp"] for item in body["items"]}), len(body["items"]))
        order.pay()
        self.assertEqual((order.state(), balance(bed, card)), ("paid", 3999))
        self.assertEqual(moves(card), [("issued", 5000), ("held", -1001), ("spent", 0)])
        self.assertEqual((booked(order, "2950"), booked(order, "1780")), (1001, order.total - 1001))
        receipt = json.loads(bed.one(f"SELECT content FROM receipts WHERE order_id = {order.id}"))
        self.assertEqual((receipt["total_cents"], receipt["gift_card_cents"]), (order.total, 1001))
        self.assertEqual(by_way() - before, 1001, "reports by way of payment")

    def test_the_whole_without_the_payment_service(self):
        card, _ = buy_card(bed, 3000)
        order = Order(bed, [line(quantity=2)], cards=[(card, 2400)])
        status, headers, _ = order.start()
        self.assertEqual((status, headers.get("Location")), (303, order.page()))
        self.assertEqual((order.state(), order.attempts(), order.receipts(), order.mails()), ("paid", [["ok", "settled"]], 1, ["order_confirmation"]))
        self.assertEqual((booked(order, "2950"), booked(order, "1780"), balance(bed, card)), (2400, 0, 600))
        self.assertEqual(bed.one(f"SELECT provider FROM receipts WHERE order_id = {order.id}"), "gift_card")
        order.start()
        self.assertEqual(order.receipts(), 1)

    def test_the_whole_though_the_buyer_never_came_to_the_page(self):
        card, _ = buy_card(bed, 2500)
        order = Order(bed, [line(quantity=2)], cards=[(card, 2400)], hold_seconds=-60)
        self.sweep_at()
        self.becomes(order, "paid")

    def test_killed_at_every_point_it_is_paid_once(self):
        for point in ("settle.before_receipt", "settle.after_receipt", "cards.before_commit", "cards.after_commit"):
            with self.subTest(point):
                card, _ = buy_card(bed, 2000)
                order = Order(bed, [line()], cards=[(card, 1200)])
                bed.set_fault(f"{point} exit\n")
                order.start()
                bed.set_fault("")
                self.assertTrue(wait_until(bed.restart_payments_if_dead), "it was killed")
                order.start()
                self.assertEqual((order.state(), order.receipts(), balance(bed, card)), ("paid", 1, 800))

    def test_two_cards_of_two_sales(self):
        first, second = buy_card(bed, 1000)[0], buy_card(bed, 1000)[0]
        order = Order(bed, [line(quantity=2)], cards=[(first, 1000), (second, 500)])
        order.begin()
        order.pay()
        self.assertEqual((order.state(), balance(bed, first), balance(bed, second)), ("paid", 0, 500))


class Given(Scenario):
    def test_back_when_the_hold_ends_or_the_buyer_cancels(self):
        card, _ = buy_card(bed, 2000)
        ended, cancelled = Order(bed, [line()], cards=[(card, 700)], hold_seconds=-1), Order(bed, [line()], cards=[(card, 300)])
        bed.sql(f"INSERT INTO cancel_requests (order_id, requested_utc) VALUES ({cancelled.id}, NOW(3))")
        self.sweep_at()
        self.becomes(ended, "expired")
        self.becomes(cancelled, "cancelled")
        self.assertEqual(balance(bed, card), 2000)

    def test_paid_late_takes_it_again(self):
        card, _ = buy_card(bed, 1000)
        order = Order(bed, [line()], cards=[(card, 1000)], hold_seconds=60)
        order.begin()
        self.sweep_at(70)
        self.becomes(order, "expired")
        self.assertEqual(balance(bed, card), 1000)
        order.pay()
        self.assertEqual((order.state(), balance(bed, card)), ("paid", 0))
        self.assertEqual([kind for kind, _ in moves(card)], ["issued", "held", "given_back", "held", "spent"])

    def test_paid_late_when_it_was_spent_meanwhile_is_told_and_keeps_the_rest(self):
        make_stock(bed, 61, 3)
        card, _ = buy_card(bed, 1000)
        order = Order(bed, [ticket(variant_id=61, counted=1)], cards=[(card, 1000)], hold_seconds=60)
        order.begin()
        self.sweep_at(70)
        self.becomes(order, "expired")
        other = Order(bed, [line()], cards=[(card, 600)], offset=70)
        other.begin()
        other.pay()
        order.pay()
        self.assertEqual((order.state(), order.attempts()[-1][1], balance(bed, card)), ("paid_no_stock", "no_stock", 400))
        self.assertEqual(bed.one("SELECT free FROM stock WHERE variant_id = 61"), "3")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id}"), "1")
        bed.sql(f"INSERT INTO decisions (kind, object_id, words, decided_by, decided_utc) VALUES ('deliver_anyway', {order.id}, 'x', 1, NOW(3)); UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'paid_no_stock'")
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT result FROM decisions WHERE object_id = {order.id}") == "gift_card_spent"))
        self.assertEqual(order.state(), "paid_no_stock")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id} AND resolved_utc IS NULL AND case_code <> ''"), "1", "it waits for a person again")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM order_events WHERE order_id = {order.id} AND event = 'gift_card_spent'"), "1")

    def test_void_or_over_while_it_is_held_pays_what_it_holds(self):
        stopped, over = buy_card(bed, 1500)[0], buy_card(bed, 1500)[0]
        orders = [Order(bed, [line()], cards=[(card, 1000)]) for card in (stopped, over)]
        for order in orders:
            order.begin()
        bed.sql(f"UPDATE gift_cards SET voided_utc = NOW(3), void_reason = 'lost' WHERE id = {stopped}; UPDATE gift_cards SET valid_until_utc = '2026-01-01' WHERE id = {over}")
        for order in orders:
            order.pay()
            self.assertEqual(order.state(), "paid")


class Refunded(Scenario):
    def setUp(self):
        super().setUp()
        self.sweep_at()

    def is_made(self, request, wanted="ok"):
        self.assertTrue(wait_until(lambda: bed.sql(f"SELECT state FROM refunds WHERE request_id = {request}") == [[wanted]]), bed.sql(f"SELECT state, verdict FROM refunds WHERE request_id = {request}"))

    def parts(self, request):
        return tuple(int(x) for x in bed.sql(f"SELECT cents, card_cents FROM refunds WHERE request_id = {request}")[0])

    def paid(self, card, cents, lines=None):
        order = Order(bed, lines or [line(quantity=2), line(unit_cents=600)], cards=[(card, cents)])
        if order.total > cents:
            order.begin()
            order.pay(provider="osuuspankki")
        else:
            order.start()
        self.assertEqual(order.state(), "paid")
        return order

    def test_first_what_the_card_paid_then_the_rest_and_all_parts_are_the_whole(self):
        card, _ = buy_card(bed, 1000)
        order = self.paid(card, 1000)
        before = by_way()
        for lines, parts, left in (([(2, 1, 600)], (600, 600), 600), ([(1, 1, 1200)], (1200, 400), 1000), ([(1, 1, 1200)], (1200, 0), 1000)):
            request = bed.ask(order, lines)
            self.is_made(request)
            self.assertEqual((self.parts(request), balance(bed, card)), (parts, left))
        calls = bed.sandbox("requests?last=50&operation=refund")["requests"]
        self.assertEqual([json.loads(r["body"])["amount"] for r in calls], [800, 1200], "the card's own part asks nobody")
        self.assertEqual(before - by_way(), 1000)
        left = bed.sql(f"SELECT l.account, SUM(CAST(l.debit_cents AS SIGNED) - CAST(l.credit_cents AS SIGNED)) AS s FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.order_id = {order.id} GROUP BY 1 HAVING s <> 0")
        self.assertEqual(left, [])
        self.is_made(bed.ask(order, [(2, 1, 600)]), "failed")

    def test_a_card_that_is_over_comes_back_as_a_new_one(self):
        card, _ = buy_card(bed, 900)
        order = self.paid(card, 900)
        bed.sql(f"UPDATE gift_cards SET valid_until_utc = '2026-01-01' WHERE id = {card}")
        self.is_made(bed.ask(order, [(2, 1, 600)]))
        (new, cents, code), = bed.sql(f"SELECT g.id, g.balance_cents, c.code FROM gift_cards g JOIN gift_card_codes c ON c.card_id = g.id WHERE g.order_id = {order.id}")
        self.assertEqual((cents, len(code), moves(new), balance(bed, card)), ("600", 17, [("refunded", 600)], 0))

    def test_a_failed_refund_gives_the_card_nothing(self):
        card, _ = buy_card(bed, 500)
        order = self.paid(card, 500)
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}})
        request = bed.ask(order, [(1, 2, 2400)])
        self.is_made(request, "failed")
        self.assertEqual(balance(bed, card), 0)

    def test_a_sold_card_is_paid_back_as_far_as_it_is_unspent(self):
        order = Order(bed, [gift_card(quantity=2)])
        order.begin()
        order.pay()
        first, second = (int(row[0]) for row in bed.sql(f"SELECT id FROM gift_cards WHERE order_id = {order.id} ORDER BY id"))
        self.paid(first, 700)
        self.is_made(bed.ask(order, [(1, 2, 4000)]), "failed")
        self.assertEqual((balance(bed, first), balance(bed, second)), (1300, 2000))
        request = bed.ask(order, [(1, 2, 3300)])
        self.is_made(request)
        self.assertEqual((self.parts(request), bed.sql(f"SELECT balance_cents, void_reason FROM gift_cards WHERE order_id = {order.id}")), ((3300, 0), [["0", "refunded"]] * 2))

    def test_a_sold_card_of_which_an_order_holds_a_part_waits_for_its_end(self):
        order = Order(bed, [gift_card()])
        order.begin()
        order.pay()
        card = int(bed.one(f"SELECT id FROM gift_cards WHERE order_id = {order.id}"))
        holder = Order(bed, [line()], cards=[(card, 700)])
        self.is_made(bed.ask(order, [(1, 1, 1300)]), "failed")
        bed.sql(f"UPDATE orders SET hold_until_utc = NOW(3) - INTERVAL 1 SECOND WHERE id = {holder.id}")
        self.becomes(holder, "expired")
        self.assertEqual(balance(bed, card), 2000)
        self.is_made(bed.ask(order, [(1, 1, 2000)]))

    def test_a_sold_card_whose_refund_fails_is_what_it_was(self):
        order = Order(bed, [gift_card()])
        order.begin()
        order.pay()
        card = bed.one(f"SELECT id FROM gift_cards WHERE order_id = {order.id}")
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}})
        self.is_made(bed.ask(order, [(1, 1, 2000)]), "failed")
        self.assertEqual(bed.sql(f"SELECT balance_cents, COALESCE(void_reason, '') FROM gift_cards WHERE id = {card}"), [["2000", ""]])

    def test_an_order_paid_by_a_card_that_was_itself_paid_back_gets_a_new_one(self):
        sale = Order(bed, [gift_card()])
        sale.begin()
        sale.pay()
        card = int(bed.one(f"SELECT id FROM gift_cards WHERE order_id = {sale.id}"))
        order = self.paid(card, 600)
        self.is_made(bed.ask(sale, [(1, 1, 1400)]))
        self.is_made(bed.ask(order, [(2, 1, 600)]))
        self.assertEqual(bed.sql(f"SELECT balance_cents FROM gift_cards WHERE order_id = {order.id}"), [["600"]])

    def test_killed_at_every_point_the_cards_part_comes_once(self):
        """The sweep dies, or the process that hears the service's callback, whichever comes to the point first."""
        for point in ("refund.before_begin", "refund.before_commit", "refund.after_commit"):
            with self.subTest(point):
                card, _ = buy_card(bed, 400)
                order = self.paid(card, 400)
                bed.set_fault(f"{point} exit\n")
                request = bed.ask(order, [(2, 1, 600)])
                self.assertTrue(wait_until(lambda: any(bed.children[name].poll() is not None for name in ("sweep", "payments"))), "something was killed")
                bed.set_fault("")
                bed.stop("sweep")
                bed.restart_payments_if_dead()
                self.sweep_at()
                self.is_made(request)  # by the service's own callback, where the call was cut off
                self.assertEqual(balance(bed, card), 400)


if __name__ == "__main__":
    unittest.main()
