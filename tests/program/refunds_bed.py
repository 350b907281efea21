"""Refunds as the back office asks for them, on the payments process's bed; what must hold of them after every scenario."""
import json
import unittest

from payments_bed import Bed, wait_until
from payments_orders import Order, broken_invariants


class RefundBed(Bed):
    def ask(self, order, lines=None, cents=None, state="approved", stock_back=0, reason="customer_asked", outcome="settled"):
        """A request as the back office inserts it: `lines` are (line_no, quantity, cents). Its id."""
        total = cents if lines is None else sum(part[2] for part in lines)
        sql = (f"START TRANSACTION; INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state, stock_back) SELECT {order.id}, id, {total}, '{reason}', NOW(3), '{state}', {stock_back} "
               f"FROM payment_attempts WHERE order_id = {order.id} AND outcome = '{outcome}' LIMIT 1; SET @r = LAST_INSERT_ID();")
        for line_no, quantity, part in lines or []:
            sql += f"INSERT INTO refund_request_lines VALUES (@r, {line_no}, {quantity}, {part});"
        return int(self.sql(sql + "COMMIT; SELECT @r;")[-1][0])

    def paid(self, lines=None, provider="osuuspankki", **more):
        order = Order(self, lines, **more)
        order.begin()
        order.pay(provider=provider)
        assert order.state() == "paid", order.state()
        return order

    def refund(self, request):
        rows = self.sql(f"SELECT state, verdict, stamp, COALESCE(transaction_id, '') FROM refunds WHERE request_id = {request}")
        return rows[0] if rows else ["none", "", "", ""]

    def state(self, request):
        return self.refund(request)[0]

    def calls(self, stamp=None):
        """How often the service was asked to pay back."""
        requests = self.sandbox("requests?last=1000&operation=refund")["requests"]
        return len([r for r in requests if stamp is None or json.loads(r["body"])["refundStamp"] == stamp])

    def credits(self, order):
        return [(row[0], json.loads(row[1])) for row in self.sql(f"SELECT total_cents, content FROM receipts WHERE order_id = {order.id} AND refund_id IS NOT NULL ORDER BY id")]


class Scenario(unittest.TestCase):
    bed = None  # of the module, which sets it up

    def setUp(self):
        self.bed.sandbox("reset", {"ledger": False})
        self.bed.set_clock(0)
        if "sweep" not in self.bed.children:
            self.bed.start_sweep()

    def tearDown(self):
        self.bed.set_fault("")
        if self.bed.children["sweep"].poll() is not None:
            self.bed.stop("sweep")
        self.assertEqual(broken_invariants(self.bed), [])

    def fault(self, order, do, at="refund", times=1):
        """Of this order's refunds alone: many are on the way at a time, since a pass comes every two seconds."""
        self.bed.sandbox("faults", {"at": at, "do": do, "times": times, "match": {"reference": order.reference}})

    def becomes(self, request, wanted, seconds=30):
        self.assertTrue(wait_until(lambda: self.bed.state(request) == wanted, seconds, step=0.1), f"{self.bed.refund(request)}, not {wanted}: {self.bed.log('sweep')[-800:]}")
