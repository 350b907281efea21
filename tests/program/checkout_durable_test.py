#!/usr/bin/python3
"""Goal (D2): an order that was answered is on the disk, and a database that could lose it gets none."""
import os
import re
import subprocess
import tempfile
import time
import unittest

import checkout_bed as shop
from checkout_bed import BIN, CheckoutBed


def setUpModule():
    global bed
    # On a disk: a log in /dev/shm the server takes for memory that outlives the machine, and syncs nothing.
    tempfile.tempdir = "/var/tmp"
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


class Durable(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()

    def ready(self):
        self.visitor.add(shop.MUG)
        self.assertEqual(self.visitor.fill_details().status, 303)
        return self.visitor.review()

    def test_D2_an_orders_commit_is_on_the_disk_before_the_answer(self):
        """Seen from outside: the database's thread that takes the order hears the COMMIT, syncs its log, and only then answers."""
        fields, trace = self.ready(), bed.path("log/strace")
        tracer = subprocess.Popen(["strace", "-f", "-ttt", "-e", "trace=fdatasync,fsync,recvfrom,sendto", "-o", trace, "-p", str(bed.children["db"].pid)],
                                  stderr=subprocess.PIPE, text=True)
        try:
            if "attached" not in tracer.stderr.readline():
                self.assertNotEqual(os.environ.get("CI"), "true", "strace may not look at processes here")
                self.skipTest("strace may not look at processes here")
            began = time.time()
            self.assertEqual(self.visitor.order(fields).status, 303)
            ended = time.time()
        finally:
            tracer.terminate()
            tracer.communicate()
        with open(trace) as file:
            calls = re.findall(r"^(\d+) +([\d.]+) (?:<\.\.\. )?(\w+)", file.read(), re.M)
        ways = {}
        for thread, at, call in calls:
            if began < float(at) < ended:
                ways[thread] = ways.get(thread, "") + {"recvfrom": "h", "sendto": "a"}.get(call, "s")
        # h: heard, s: synced, a: answered. Threads that only sync keep the files in order behind.
        synced = [way for way in ways.values() if "s" in way and "h" in way]
        self.assertEqual(len(synced), 1, ways)
        self.assertRegex(synced[0], r"hs+a", "the sync lies between the statement and its answer")

    def test_D2_a_database_that_loses_commits_is_refused(self):
        bed.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 2")
        try:
            done = subprocess.run([f"{BIN}/checkout", "--instance", bed.path("etc/instance.toml")], stdin=bed.listener, capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, 1)
            self.assertIn("innodb_flush_log_at_trx_commit", done.stderr)
        finally:
            bed.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")

    def test_D2_a_database_that_came_later_and_loses_commits_gets_no_order(self):
        """Checkout starts without its database; what comes then is looked at before the first statement."""
        fields = self.ready()
        bed.stop("checkout")
        bed.stop("db")
        bed.start_checkout()
        self.assertEqual(self.visitor.order(fields).status, 503)
        bed.start_database()
        bed.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 2")
        try:
            self.assertEqual({self.visitor.order(fields).status for _ in range(8)}, {500})
        finally:
            bed.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")
        self.assertEqual(bed.count("orders"), 0)
        self.assertEqual(self.visitor.order(fields).status, 303)


if __name__ == "__main__":
    unittest.main()
