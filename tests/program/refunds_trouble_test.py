#!/usr/bin/env python3
"""Goal: a refund that fails, is not answered, or whose process dies is made once or not at all, and a person is told until it is settled (P15, D7)."""
import concurrent.futures
import subprocess
import time
import unittest

from commit_eater import CommitEater
from payments_bed import BIN, wait_until
from payments_orders import line, ticket
from refunds_bed import RefundBed, Scenario

bed = None


def setUpModule():
    global bed
    bed = Scenario.bed = RefundBed()


def tearDownModule():
    bed.close()


class Answers(Scenario):
    def test_no(self):
        asked = []
        for outcome in ({"outcome": "fail"}, {"outcome": "pending-fail"}, {"outcome": "fail-without-id"}, {"status": 422, "processed": False}):
            order = bed.paid([ticket(quantity=2)])
            self.fault(order, outcome)
            asked.append((order, bed.ask(order, [(1, 1, 2250)])))
        for order, request in asked:
            self.becomes(request, "failed")
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NOT NULL"), "0", "its ticket is good again")
        for again in [bed.ask(order, [(1, 2, 4500)]) for order, _ in asked]:
            self.becomes(again, "ok")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts s JOIN refunds f ON f.id = s.object_id WHERE s.kind = 'refund_failed' AND s.resolved_utc IS NULL AND f.request_id IN ({', '.join(str(r) for _, r in asked)})"), "0",
                         "what failed is made after all: nobody need look")

    def test_a_success_closes_the_alert_of_what_it_stands_for_alone(self):
        order = bed.paid([line(quantity=2), line(quantity=1, unit_cents=500)])
        self.fault(order, {"outcome": "fail"}, times=3)
        failed = [bed.ask(order, [(1, 1, 1200)]), bed.ask(order, [(1, 1, 1200)]), bed.ask(order, [(2, 1, 500)])]
        for request in failed:
            self.becomes(request, "failed")
        waits = lambda: [row[0] == "1" for row in bed.sql(f"SELECT s.resolved_utc IS NULL FROM refunds f JOIN staff_alerts s ON s.kind = 'refund_failed' AND s.object_id = f.id WHERE f.request_id IN ({', '.join(map(str, failed))}) ORDER BY f.id")]
        self.assertEqual(waits(), [True, True, True])
        self.becomes(bed.ask(order, [(1, 1, 1200)]), "ok")
        self.assertEqual(waits(), [False, True, True])
        self.becomes(bed.ask(order, [(1, 1, 1200), (2, 1, 500)]), "ok")
        self.assertEqual(waits(), [False, False, False])

    def test_silence_is_no_second_call(self):
        """Time-outs and half answers leave it unknown; a callback ends it."""
        asked = []
        for do in ({"status": 500, "processed": True}, {"cut_after": 20}, {"response": "wrong-signature"}):
            order = bed.paid()
            self.fault(order, {"hold": True}, at="refund-callback")
            self.fault(order, do)
            asked.append((order, bed.ask(order, [(1, 1, 1200)])))
        for _, request in asked:
            self.becomes(request, "unknown")
        for more in [bed.ask(order, [(1, 2, 2400)]) for order, _ in asked]:
            self.becomes(more, "failed", 20)
        bed.sandbox("release", {})
        for _, request in asked:
            self.becomes(request, "ok")
            self.assertEqual(bed.calls(bed.refund(request)[2]), 1)
            self.assertNotEqual(bed.refund(request)[3], "", "the refund's own id came with the callback")

    def test_a_person_ends_what_nobody_answered(self):
        asked = []
        for kind, wanted in (("refund_was_made", "ok"), ("refund_was_not_made", "failed")):
            order = bed.paid()
            self.fault(order, {"drop": True}, at="refund-callback")
            self.fault(order, {"status": 500, "processed": wanted == "ok"})
            asked.append((kind, wanted, bed.ask(order, [(1, 1, 1200)])))
        for kind, _, request in asked:
            self.becomes(request, "unknown")
            bed.sql(f"INSERT INTO decisions (kind, object_id, words, decided_by, decided_utc) SELECT '{kind}', id, 'Katsottu', 1, NOW(3) FROM refunds WHERE request_id = {request}")
        for _, wanted, request in asked:
            self.becomes(request, wanted)
        self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM decisions WHERE done_utc IS NULL") == "0"))

    def test_a_callback_during_the_call_ends_it(self):
        """The service calls back before it answers; what it answers then changes nothing."""
        order = bed.paid()
        self.fault(order, {"outcome": "pending-ok", "delay_ms": 1500})
        request = bed.ask(order, [(1, 1, 1200)])
        self.becomes(request, "ok")
        self.assertEqual(bed.refund(request)[1], "callback")
        next_one = bed.paid()
        self.becomes(bed.ask(next_one, [(1, 1, 1200)]), "ok")  # the sweep has come out of that call
        self.assertEqual((bed.refund(request)[:2], len(bed.credits(order)), order.mails().count("refund"), bed.calls(bed.refund(request)[2])), (["ok", "callback"], 1, 1, 1))

    def test_callbacks_many_at_once_and_late(self):
        order = bed.paid()
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending-ok", "callback_delay_ms": 3000}})
        bed.sandbox("faults", {"at": "refund-callback", "do": {"copies": 20}})
        request = bed.ask(order, [(1, 1, 1200)])
        self.becomes(request, "ok")
        self.assertEqual((len(bed.credits(order)), [m for m in order.mails() if m == "refund"]), (1, ["refund"] * 2))

    def test_the_service_may_use_its_own_names_or_ours(self):
        for names in (True, False):
            bed.sandbox("config", {"refundNames": names})
            order = bed.paid()
            bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending-ok"}})
            request = bed.ask(order, [(1, 1, 1200)])
            self.becomes(request, "ok")


class Away(Scenario):
    def states(self, requests):
        return sorted(bed.state(request) for request in requests)

    def test_a_service_that_is_down_leaves_one_waiting_and_none_unknown(self):
        orders = [bed.paid([ticket()]) for _ in range(5)]
        bed.stop("sandbox")
        try:
            requests = [bed.ask(order, [(1, 1, 2250)]) for order in orders]
            self.becomes(requests[0], "waiting")
            tried = bed.one(f"SELECT called_utc FROM refunds WHERE request_id = {requests[0]}")
            self.assertTrue(wait_until(lambda: bed.one(f"SELECT called_utc FROM refunds WHERE request_id = {requests[0]}") > tried), "it is tried again by itself")
            states = self.states(requests)
            self.assertEqual((states.count("none"), set(states) - {"none", "waiting", "calling"}), (4, set()))
        finally:
            bed.start_sandbox()
        self.assertTrue(wait_until(lambda: self.states(requests) == ["ok"] * 5, 40, step=0.2), self.states(requests))
        self.assertEqual([bed.calls(bed.refund(request)[2]) for request in requests], [1] * 5)
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts s JOIN refunds f ON f.id = s.object_id WHERE s.kind LIKE 'refund%' AND f.request_id IN ({', '.join(map(str, requests))})"), "0", "nobody had to look")

    def test_one_that_takes_no_more_calls_for_now_is_asked_again(self):
        order = bed.paid()
        self.fault(order, {"status": 429, "processed": False})
        request = bed.ask(order, [(1, 1, 1200)])
        self.becomes(request, "waiting")
        self.becomes(request, "ok")
        self.assertEqual((bed.calls(bed.refund(request)[2]), len(bed.credits(order))), (2, 1))

    def test_one_that_answers_nonsense_is_left_alone_for_longer_and_longer(self):
        orders = [bed.paid() for _ in range(8)]
        for order in orders:
            self.fault(order, {"status": 500, "processed": False})
        requests = [bed.ask(order, [(1, 1, 1200)]) for order in orders]
        time.sleep(12)
        # How many passes fit into that time is the machine's; that not all eight were called is the rule.
        self.assertIn(self.states(requests).count("unknown"), (1, 2, 3), self.states(requests))
        bed.sandbox("reset", {"ledger": False})
        self.assertTrue(wait_until(lambda: "none" not in self.states(requests), 40, step=0.2), self.states(requests))
        self.assertGreaterEqual(self.states(requests).count("ok"), 4)

    def test_a_stop_waits_for_the_call_under_way(self):
        order = bed.paid()
        self.fault(order, {"hold": True}, at="refund-callback")
        self.fault(order, {"delay_ms": 3000})
        request = bed.ask(order, [(1, 1, 1200)])
        self.becomes(request, "calling")
        time.sleep(0.3)
        self.assertEqual(bed.stop("sweep"), 0)
        bed.start_sweep()
        self.assertEqual((bed.state(request), bed.calls(bed.refund(request)[2])), ("ok", 1))


class Killed(Scenario):
    def test_at_any_point(self):
        """The sweep dies, or the process that hears the callback, whichever comes to the point first; a second one ends what can be ended, and never calls twice."""
        for point in ("refund.before_begin", "refund.committed", "refund.before_call", "refund.after_call", "refund.locked", "refund.before_commit", "refund.after_commit"):
            order = bed.paid()
            bed.stop("sweep")
            request = bed.ask(order, [(1, 1, 1200)])
            bed.set_fault(f"{point} exit\n")
            bed.start_sweep()
            self.assertTrue(wait_until(lambda: any(bed.children[name].poll() is not None for name in ("sweep", "payments"))), f"nothing comes by {point}")
            bed.stop("sweep")
            bed.set_fault("")
            bed.restart_payments_if_dead()
            # Whether it was called nobody knows but the service, whose callback tells: unknown, once the call can't be under way any more.
            bed.set_clock(90)
            bed.sandbox("config", {"clockOffsetMs": 90_000})
            bed.start_sweep()
            self.assertTrue(wait_until(lambda: bed.state(request) in ("ok", "unknown")), (point, bed.refund(request)))
            bed.stop("sweep")
            bed.set_clock(0)
            bed.sandbox("config", {"clockOffsetMs": 0})
            self.assertLessEqual(bed.calls(bed.refund(request)[2]), 1, point)
            bed.start_sweep()

    def test_D7_a_lost_answer_to_the_first_commit_is_one_refund_and_one_call(self):
        order = bed.paid([ticket(quantity=2)])
        eater = CommitEater(bed.path("run/eaten.sock"), bed.path("run/db.sock"))
        with open(bed.path("etc/instance.toml")) as file, open(bed.path("etc/eaten.toml"), "w") as eaten:
            eaten.write(file.read().replace("run/db.sock", "run/eaten.sock"))
        bed.stop("sweep")
        try:
            request = bed.ask(order, [(1, 1, 2250)])
            eater.eat(1, of=b"SET state = 'taken'")
            bed._spawn("sweep", [f"{BIN}/payments", "--instance", bed.path("etc/eaten.toml"), "--sweep"])
            self.becomes(request, "ok")
            self.assertEqual((eater.eaten, bed.calls(bed.refund(request)[2]), bed.one(f"SELECT COUNT(*) FROM refunds WHERE request_id = {request}")), (1, 1, "1"))
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NOT NULL"), "1")
        finally:
            bed.stop("sweep")
            eater.close()
            bed.start_sweep()


class Locks(Scenario):
    def test_a_failure_takes_the_alerts_before_the_tickets(self):
        """Somebody holds the failure's alert and asks for its ticket: no deadlock, since whoever waits for the alert holds no ticket yet (schema/README.md: Lock order)."""
        order = bed.paid([ticket()])
        self.fault(order, {"outcome": "pending"})
        request = bed.ask(order, [(1, 1, 2250)])
        self.becomes(request, "pending")
        one = bed.one(f"SELECT id FROM refunds WHERE request_id = {request}")
        holder = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={bed.path('run/db.sock')}", f"--user={bed.user}", "--batch", "--skip-column-names", "--unbuffered", "kuntakauppa"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def say(sql):
            holder.stdin.write(sql + "\n")
            holder.stdin.flush()
        try:
            say(f"START TRANSACTION; INSERT INTO staff_alerts (kind, object_id, case_code, created_utc) VALUES ('refund_failed', {one}, 'held', NOW(3)); SELECT 'held';")
            self.assertEqual(holder.stdout.readline().strip(), "held")
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                word = pool.submit(bed.sandbox, "refund", {"refundStamp": bed.refund(request)[2], "status": "fail", "wait": True})
                self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM information_schema.innodb_lock_waits") != "0", step=0.2), "the failure doesn't wait for its alert")
                say(f"SET innodb_lock_wait_timeout = 2; UPDATE tickets SET uses = uses WHERE order_id = {order.id}; SELECT 'ticket'; ROLLBACK;")
                self.assertEqual(holder.stdout.readline().strip(), "ticket", "it held the ticket already")
                word.result()
        finally:
            holder.stdin.close()
            holder.wait(10)
        self.becomes(request, "failed")


if __name__ == "__main__":
    unittest.main()
