#!/usr/bin/python3
"""Goal (P13): wherever the connection to the database is cut while a callback is settled, and wherever the database itself dies,
nothing is done by halves, the answer is good or tells the service to call again, and the next call succeeds: one receipt, one mail."""
import os
import signal
import unittest

from commit_eater import CommitEater
from payments_bed import Bed, wait_until
from payments_orders import Order, broken_invariants, make_stock, ticket


class PacketCutter(CommitEater):
    """Counts what passes between a process and its database, either way, and cuts the connection at the n-th packet instead of
    passing it on: a statement that never arrives, or one whose answer is lost."""

    def __init__(self, path, server):
        super().__init__(path, server)
        self.count, self.at, self.then, self.standing = 0, 0, None, []

    def cut_at(self, at, then=None):
        """`then` is called before the cut."""
        with self.lock:
            self.count, self.at, self.then = 0, at, then

    def reached(self):
        return self.at != 0 and self.count >= self.at

    def drop(self):
        """Cuts all connections that stand."""
        with self.lock:
            standing, self.standing = self.standing, []
        for pair in standing:
            self._cut(*pair)

    def _pass(self, source, target, state, to_server):
        with self.lock:
            self.standing.append((source, target))
        try:
            while data := source.recv(65536):
                with self.lock:
                    self.count += 1
                    if self.count == self.at:
                        if self.then:
                            self.then()
                        break
                target.sendall(data)
        except OSError:
            pass
        self._cut(source, target)


def setUpModule():
    global bed, cutter
    bed = Bed(threads=1)
    cutter = PacketCutter(bed.path("run/cutter.sock"), bed.path("run/db.sock"))
    bed.stop("payments")
    with open(bed.path("etc/instance.toml")) as file:
        text = file.read()
    bed.through_cutter = bed.path("etc/through_cutter.toml")
    with open(bed.through_cutter, "w") as file:
        file.write(text.replace("run/db.sock", "run/cutter.sock"))
    bed.start_payments(bed.through_cutter)
    make_stock(bed, 21, 10_000)


def tearDownModule():
    cutter.close()
    bed.close()


class Cuts(unittest.TestCase):
    def tearDown(self):
        cutter.cut_at(0)
        self.assertEqual(broken_invariants(bed), [])

    def settle_cut_everywhere(self, warm, then=None, after=lambda: None, late=False):
        """Each n in turn until one is not reached; the answers to the first call."""
        answers = []
        for n in range(1, 200):
            if warm:  # every thread's connection stands, and what it asks is prepared
                for _ in range(2):
                    self.order(late).pay()
            order = self.order(late)
            url = order.callback_url()
            if not warm:
                cutter.drop()
            cutter.cut_at(n, then)
            answer = bed.get(url)[0]
            reached = cutter.reached()
            cutter.cut_at(0)
            after()
            with self.subTest(n=n):
                self.assertIn(answer, (200, 500, 503))
                self.assertIn((order.state(), order.receipts(), order.mails()), [("paid", 1, ["order_confirmation"])] + [(s, 0, []) for s in ("pending", "expired")])
                if answer == 200:
                    self.assertEqual(order.state(), "paid", "what was acknowledged is done")
                self.assertEqual(bed.get(url)[0], 200)
                self.assertEqual((order.state(), order.receipts(), order.mails()), ("paid", 1, ["order_confirmation"]))
                self.assertEqual(order.attempts(), [["ok", "settled"]])
            if not reached:
                return answers
            answers.append(answer)  # of a call that was cut
        self.fail("it never ends")

    def order(self, late):
        order = Order(bed, [ticket(variant_id=21, counted=1, quantity=2)])
        order.begin()
        if late:
            bed.sql(f"UPDATE orders SET state = 'expired', holds_stock = 0 WHERE id = {order.id}; UPDATE stock SET free = free + 2 WHERE variant_id = 21;")
        return order

    def test_one_connection_is_cut_and_the_next_one_stands(self):
        for warm, least in ((True, 4), (False, 10)):
            answers = self.settle_cut_everywhere(warm)
            self.assertGreaterEqual(len(answers), least, "the callback met the database so many times")
            self.assertEqual(set(answers), {200}, "it is run again inside")

    def test_a_late_payment_that_takes_its_pieces_again(self):
        self.assertEqual(set(self.settle_cut_everywhere(True, late=True)), {200})

    def test_the_database_itself_dies_at_every_packet(self):
        def die():
            child = bed.children.pop("db")
            os.kill(child.pid, signal.SIGKILL)
            child.wait()

        def live():
            if "db" not in bed.children:
                bed.start_database()
                self.assertTrue(wait_until(lambda: bed.sql("SELECT 1", check=False)))
        answers = self.settle_cut_everywhere(True, die, live)
        self.assertGreaterEqual(len(answers), 4)
        self.assertLessEqual(set(answers), {500, 503}, "the service is told to call again")


if __name__ == "__main__":
    unittest.main()
