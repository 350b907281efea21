#!/usr/bin/python3
"""Goal: whatever dies and whenever, again and again under load, no paid order is lost, nothing is paid, receipted or mailed twice,
and buying goes on. Takes minutes (tests/run --long); faults_test has one of each kind."""
import re
import signal
import time

from load import Load
from shop import Scenario, main, wait_until


class Killed(Scenario):
    def buy_and_pay(self, **more):
        variant, group, _ = self.shop.product()
        visitor = self.shop.visitor()
        token = visitor.buy(variant, group)
        self.shop.begin_payment(visitor, token)
        self.shop.pay(self.shop.order_row(token)["reference"], **{"how": "callback", "wait": True, **more})
        return visitor, token

    def confirmations(self, token):
        number = self.shop.order_row(token)["number"]
        return {mid: copies for mid, copies in self.shop.mails().items() if any(number in str(m["Subject"]) for m in copies)}

    def test_P14_payments_dies_at_every_point_of_settling(self):
        for point in ("settle.locked", "settle.before_receipt", "settle.after_receipt", "settle.before_commit", "settle.after_commit", "serve.before_answer"):
            with self.subTest(point):
                variant, group, _ = self.shop.product()
                visitor = self.shop.visitor()
                token = visitor.buy(variant, group)
                self.shop.begin_payment(visitor, token)
                self.shop.set_fault(f"{point} exit")
                # The service tries again: the second call finds the handler restarted on the same socket.
                self.shop.pay(self.shop.order_row(token)["reference"], how="callback")
                self.assertTrue(self.shop.settled(token, seconds=60), point)
                self.assertTrue(wait_until(lambda: not self.shop.faults_left(), 10), "the fault happened")
                wait_until(lambda: self.confirmations(token))
                self.assertEqual(len(self.confirmations(token)), 1)

    def test_the_creating_of_a_payment_dies_at_every_point(self):
        variant, group, _ = self.shop.product()
        begun = []
        for point in ("create.committed", "create.before_call", "create.after_call", "create.kept"):
            visitor = self.shop.visitor()
            token = visitor.buy(variant, group)
            self.shop.set_fault(f"{point} exit")
            self.shop.begin_payment(visitor, token)
            self.assertEqual(self.shop.faults_left(), [], point)
            begun.append((point, visitor, token))
        for point, visitor, token in begun:
            with self.subTest(point):
                # The page says "a moment", asks again by itself, and leads on once the dead attempt counts as such.
                transaction = wait_until(lambda: re.search(r"/pay/([\w-]+)", self.shop.begin_payment(visitor, token).header("Refresh") or ""), 60, 0.5)
                self.assertTrue(transaction, "the buyer's next tries lead on")
                self.shop.sandbox("pay", {"transactionId": transaction.group(1), "how": "callback", "wait": True})
                self.assertTrue(self.shop.settled(token))

    def test_the_sweep_dies_in_the_middle(self):
        variant, group, _ = self.shop.product()
        visitor = self.shop.visitor()
        token = visitor.buy(variant, group)
        self.shop.set_fault("sweep.before_commit exit\nsweep.after_commit exit")
        self.shop.set_clock(31 * 60)
        self.assertTrue(self.shop.settled(token, "expired", 60))
        self.assertEqual(self.shop.order_row(token)["holds_stock"], "0")

    def test_the_mailer_dies_before_sending(self):
        self.shop.set_fault("mailer.after_claim exit")
        _, token = self.buy_and_pay()
        self.assertTrue(wait_until(lambda: not self.shop.faults_left()))
        self.shop.set_clock(20 * 60)
        self.assertTrue(wait_until(lambda: self.confirmations(token), 60))
        self.assertEqual(sum(map(len, self.confirmations(token).values())), 1)

    def test_a_mail_relay_that_is_away_delays_mails_and_nothing_else(self):
        with self.shop.stopped("mail"):
            _, token = self.buy_and_pay()
            self.assertTrue(self.shop.settled(token))
            time.sleep(2)
        self.shop.set_clock(30 * 60)
        self.assertTrue(wait_until(lambda: self.confirmations(token), 60))

    def test_every_process_is_killed_in_turn_under_load(self):
        with Load(self.shop) as load:
            for _ in range(3):
                for service in ("checkout", "payments", "payments-sweep", "mailer", "nginx", "render"):
                    time.sleep(0.4)
                    self.shop.kill(service)
            time.sleep(2)
        load.check(self)

    def test_D1_the_database_is_killed_twenty_times_under_load(self):
        with Load(self.shop) as load:
            for _ in range(20):
                time.sleep(0.5)
                self.shop.kill("db")
                began = time.monotonic()
                self.assertTrue(wait_until(self.shop.database_answers, 10, 0.02), "recovery takes less than 10 s")
                self.assertLess(time.monotonic() - began, 10)
            time.sleep(2)
        load.check(self)

    def test_a_killed_handler_leaves_its_socket_and_requests_wait(self):
        visitor = self.shop.visitor()
        self.shop.kill("checkout")
        self.assertEqual(visitor.get(visitor.paths["cart"]).status, 200, "a request right after the kill waits and is answered")
        for _ in range(10):
            self.shop.kill("checkout", signal.SIGTERM)
            self.assertEqual(visitor.get(visitor.paths["cart"]).status, 200)


if __name__ == "__main__":
    main()
