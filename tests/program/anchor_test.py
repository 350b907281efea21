#!/usr/bin/python3
"""Goal: whoever owns the database cannot rewrite the use log unseen, and what is sensitive waits until its row is known outside (A10)."""
import os
import re
import subprocess
import time
import unittest

from payments_bed import wait_until
from staff_bed import BIN, StaffBed

INVITE = "/fi/kutsu"


def setUpModule():
    global bed
    bed = StaffBed()


def tearDownModule():
    bed.close()


class Anchor(unittest.TestCase):
    def setUp(self):
        if bed.children["anchor"].poll() is not None:
            bed.start_anchor()
        bed.reset()
        self.chief = bed.person("chief")
        bed.person("deputy")
        self.browser = bed.here(self.chief)

    def lines(self):
        with open(bed.path("anchor/heads")) as file:
            return file.read().splitlines()

    def invite(self, login):
        form = self.browser.get(INVITE).form(INVITE)["fields"]
        return self.browser.post(INVITE, {**form, "name": "Aino", "login": login, "email": "aino@example.com"})

    def invited(self, login):
        """Done, and so known outside. On a busy machine the anchor may be too late for a page's patience: then it was refused, and is asked again."""
        self.assertTrue(wait_until(lambda: self.invite(login).status == 200, step=0.5))

    def check(self):
        return subprocess.run([f"{BIN}/anchor", "--instance", bed.path("etc/instance.toml"), "--check"], capture_output=True, text=True)

    def restore(self, what):
        """The log as it was, for the tests that come after."""
        bed.sql(what)
        bed.sql("UPDATE use_log_anchor SET broken_utc = NULL")
        self.assertEqual(self.check().returncode, 0, self.check().stderr)

    def test_a_sensitive_act_is_known_outside_before_it_is_done(self):
        before = len(self.lines())
        self.invited("aino")
        line = self.lines()[-1]
        self.assertGreater(len(self.lines()), before)
        _, month, seq, digest = line.split(" ")
        self.assertEqual(bed.one(f"SELECT LOWER(HEX(hash)) FROM use_log WHERE month = '{month}' AND seq = {seq}"), digest)
        self.assertEqual(bed.sql(f"SELECT object_kind, object_id, result FROM use_log WHERE month = '{month}' AND seq = {seq}"), [["page", "invite", "begun"]])
        self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d{4}-\d\d \d+ [0-9a-f]{64}$")
        self.assertEqual(os.stat(bed.path("anchor/heads")).st_mode & 0o777, 0o600)

    def test_without_the_anchor_what_is_sensitive_is_refused_within_seconds_and_the_rest_works(self):
        bed.stop("anchor")
        begun = time.monotonic()
        self.assertEqual(self.invite("olli").status, 503)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM staff WHERE login = 'olli'"), "0")
        self.assertEqual(self.browser.get("/fi/henkilot").status, 200)
        bed.start_anchor()
        self.invited("olli")

    def test_a_log_cut_off_together_with_its_head_is_seen(self):
        """The database's own check finds nothing: the owner of the database has made it whole."""
        self.invited("kerttu")
        month, seq = self.lines()[-1].split(" ")[1:3]  # the last row that is known outside, which others may have followed
        bed.sql("CREATE TABLE kept_log AS SELECT * FROM use_log; CREATE TABLE kept_heads AS SELECT * FROM use_log_heads")
        bed.sql(f"DELETE FROM use_log WHERE month = '{month}' AND seq > {int(seq) - 1}; "
                f"UPDATE use_log_heads SET last_seq = {int(seq) - 1}, head_hash = (SELECT hash FROM use_log WHERE month = '{month}' AND seq = {int(seq) - 1}) WHERE month = '{month}'")
        try:
            self.assertEqual(bed.sql("CALL check_use_log()"), [])
            done = self.check()
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"line \d+: .* is not in the log as it was")
            self.assertEqual(self.invite("pirkko").status, 503)
            self.assertTrue(wait_until(lambda: bed.one("SELECT broken_utc IS NOT NULL FROM use_log_anchor") == "1"))
            self.assertIn("not_anchored", bed.log("anchor"))
        finally:
            self.restore("DELETE FROM use_log; INSERT INTO use_log SELECT * FROM kept_log; DELETE FROM use_log_heads; INSERT INTO use_log_heads SELECT * FROM kept_heads; DROP TABLE kept_log, kept_heads")

    def test_a_rewritten_chain_is_seen(self):
        self.invited("leena")
        month, seq, digest = self.lines()[-1].split(" ")[1:]
        old = bed.one(f"SELECT HEX(hash) FROM use_log WHERE month = '{month}' AND seq = {seq}")
        bed.sql(f"UPDATE use_log SET hash = REPEAT('x', 32) WHERE month = '{month}' AND seq = {seq}")
        try:
            self.assertEqual(self.check().returncode, 1)
            self.assertEqual(self.invite("maija").status, 503)
        finally:
            self.restore(f"UPDATE use_log SET hash = X'{old}' WHERE month = '{month}' AND seq = {seq}")
        self.assertEqual(old.lower(), digest)

    def test_killed_at_any_moment_it_loses_no_line_that_was_acknowledged(self):
        for i in range(6):
            self.invited(f"guest{i}")
            bed.children["anchor"].kill()
            bed.children["anchor"].wait()
            row = bed.sql("SELECT month, seq FROM use_log WHERE object_id = 'invite' ORDER BY month DESC, seq DESC LIMIT 1")[0]
            self.assertIn(" ".join(row) + " ", "\n".join(self.lines()), "it was done, so it was known outside")
            bed.start_anchor()
        self.assertEqual(self.check().returncode, 0)

    def test_a_torn_line_is_taken_away_and_a_second_one_does_not_start(self):
        bed.stop("anchor")
        whole = len(self.lines())
        with open(bed.path("anchor/heads"), "a") as file:
            file.write("2026-11-27T12:00:00.000Z 2026-11 99")
        bed.start_anchor()
        self.invited("tuomas")
        self.assertGreater(len(self.lines()), whole)
        self.assertTrue(all(re.fullmatch(r"\S+ \S+ \d+ [0-9a-f]{64}", line) for line in self.lines()))
        second = subprocess.run([f"{BIN}/anchor", "--instance", bed.path("etc/instance.toml")], capture_output=True, text=True, timeout=10)
        self.assertEqual(second.returncode, 1)
        self.assertIn("another process keeps", second.stderr)

    def test_hourly_without_anybody_waiting(self):
        bed.browser().get("/fi/kirjaudu")
        bed.log_in(self.chief, bed.browser(), "000000")
        before = len(self.lines())
        time.sleep(0.4)
        self.assertEqual(len(self.lines()), before)
        bed.later(3700)
        self.assertTrue(wait_until(lambda: len(self.lines()) == before + 1))

    def test_H7_the_anchors_account_sees_hashes_only(self):
        for statement in ("SELECT staff_id FROM use_log", "SELECT * FROM use_log", "DELETE FROM use_log", "UPDATE use_log_heads SET last_seq = 0", "SELECT * FROM staff", "UPDATE use_log_anchor SET asked = 0"):
            self.assertRegex(bed.as_process("anchor", statement), r"ERROR (1142|1143)", statement)
        for process in ("opener", "backoffice"):
            self.assertRegex(bed.as_process(process, "UPDATE use_log_anchor SET answered = 99999"), r"ERROR 1143", process)


if __name__ == "__main__":
    unittest.main()
