#!/usr/bin/python3
"""Goal: health answers go on their day and for good, data keys first, backups of the rows included; the rest a year after; a dry run says what would go, a second
run does nothing more, and a run that was cut off is finished by the next (B4)."""
import os
import re
import subprocess
import unittest

from signup_bed import BIN, CAMP, OTHER, SWIM, SignupBed, answers

DAY = 86400


def setUpModule():
    global bed, anna
    bed = SignupBed()
    anna = bed.here(bed.instructors["anna"])


def tearDownModule():
    bed.close()


def retention(*words):
    done = subprocess.run([f"{BIN}/retention", "--instance", bed.path("etc/instance.toml"), *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class Retention(unittest.TestCase):
    def setUp(self):
        bed.new_season()
        for session in (CAMP, OTHER, SWIM):
            bed.move(session, 1)

    def tearDown(self):
        bed.set_fault("")
        bed.later(0)

    def health(self):
        return bed.count("health_answers"), int(bed.one("SELECT COUNT(*) FROM kuntakauppa_keys.data_keys WHERE table_name = 'health_answers'"))

    def test_health_answers_go_fourteen_days_after_the_last_meeting(self):
        bed.sign_up(bed.family(), CAMP, 2)
        ends = 1 + 4.25
        for days, left in ((ends + 13.9, 2), (ends + 14.1, 0)):
            bed.later(int(days * DAY))
            self.assertIn(f"health_answers: {1 if left == 0 else 0} would go", retention("--dry-run")[1])
            self.assertEqual(self.health(), (2, 2), "a dry run destroys nothing")
            self.assertEqual(retention()[0], 0)
            self.assertEqual(self.health(), (left, left))
        self.assertEqual(bed.count("registration_records"), 4, "the rest stays for its year")
        log = bed.sql("SELECT what, object_kind, why, result, staff_id FROM use_log WHERE object_kind = 'data_keys' ORDER BY month, seq")
        self.assertEqual(log[-2:], [["delete", "data_keys", "retention", "destroyed", "NULL"]] * 2, "a ledger entry, without a person's data")
        before = bed.count("use_log")
        code, said = retention()
        self.assertEqual((code, said, bed.count("use_log")), (0, "", before), "twice does nothing more")

    def test_called_off_and_ended_sign_ups_keep_none(self):
        bed.sign_up(bed.family(), CAMP, 1)
        bed.sign_up(bed.family(), OTHER, 1)
        bed.sql(f"UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = {CAMP}")
        retention()
        self.assertEqual(self.health(), (1, 1))
        bed.sql(f"UPDATE registrations SET state = 'expired' WHERE variant_id = {OTHER}; UPDATE activity_sessions SET state = 'open' WHERE variant_id = {CAMP}")
        retention()
        self.assertEqual(self.health(), (0, 0))

    def test_B4_what_was_erased_opens_from_no_copy_of_the_rows(self):
        bed.hold("anna", CAMP)
        bed.sign_up(bed.family(), CAMP, 1)
        page = lambda: anna.post(f"/fi/osallistujat/{CAMP}/terveystiedot", {"form": anna.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"], "purpose": "safety"})
        self.assertIn("kanarialintu-terveys", page().text)
        dump = subprocess.run(["mariadb-dump", "--no-defaults", f"--socket={bed.path('run/db.sock')}", f"--user={bed.user}", "--hex-blob", "kuntakauppa", "health_answers"], capture_output=True, check=True, text=True).stdout
        bed.sql(f"UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = {CAMP}")
        retention()
        bed.sql(f"UPDATE activity_sessions SET state = 'open' WHERE variant_id = {CAMP}; SET FOREIGN_KEY_CHECKS = 0; {dump}")
        self.assertEqual(bed.count("health_answers"), 1, "the backup's row is back")
        answer = page()
        self.assertNotIn("kanarialintu-terveys", answer.text)
        self.assertEqual(answer.status, 500)

    def test_a_year_after_the_rest_goes_but_what_is_owed_stays(self):
        visitor = bed.family()
        free = bed.sign_up(visitor, CAMP, 1)
        paid = bed.family()
        held = bed.enter(paid, SWIM, 1)
        paid.post(held.location, {**paid.get(held.location).form(held.location)["fields"], **answers(1, group="child")})
        bed.pay(paid, bed.order(paid))
        paid.post(held.location + "/peru", paid.get(held.location).form(held.location + "/peru")["fields"])
        self.assertEqual(bed.count("refund_requests"), 1)
        bed.later(364 * DAY)
        retention()
        self.assertEqual(bed.count("registrations"), 2)
        bed.later(366 * DAY)
        retention()
        self.assertEqual(bed.sql("SELECT variant_id FROM registrations"), [[str(SWIM)]], "money is owed for it")
        self.assertEqual(bed.one("SELECT COUNT(*) FROM kuntakauppa_keys.data_keys k WHERE k.row_id NOT IN (SELECT row_id FROM registration_records)"), "0")
        self.assertEqual(visitor.get(free).status, 404)

    def test_a_sign_up_that_came_to_nothing_goes_after_a_month(self):
        bed.enter(bed.family(), CAMP, 1)
        bed.sql("UPDATE registrations SET state = 'expired', holds_seats = FALSE; UPDATE stock SET free = capacity")
        bed.later(29 * DAY)
        retention()
        self.assertEqual(bed.count("registrations"), 1)
        bed.later(31 * DAY)
        retention()
        self.assertEqual(bed.count("registrations"), 0)

    def test_a_run_that_was_cut_off_is_finished_by_the_next(self):
        bed.sql(f"UPDATE stock SET free = 100, capacity = 100 WHERE variant_id = {CAMP}")
        visitor = bed.family()
        for _ in range(60):
            bed.sign_up(visitor, CAMP, 1)
        bed.sql(f"UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = {CAMP}")
        bed.set_fault("retention.after_purge exit\n")
        try:
            self.assertNotEqual(retention()[0], 0)
            self.assertEqual(self.health(), (10, 10), "whole registrations, keys and rows alike")
            bed.set_fault("")
            self.assertEqual(retention()[0], 0)
            self.assertEqual(self.health(), (0, 0))
        finally:
            bed.sql(f"UPDATE activity_sessions SET state = 'open' WHERE variant_id = {CAMP}; UPDATE stock SET free = 10, capacity = 10 WHERE variant_id = {CAMP}")

    def test_the_account_reads_nothing_and_deletes_nothing_itself(self):
        for statement in ("SELECT * FROM registrations", "SELECT * FROM health_answers", "DELETE FROM registrations", "SELECT * FROM kuntakauppa_keys.data_keys", "CALL destroy_health_answers(1, 255, NULL, '')"):
            self.assertRegex(bed.as_process("retention", statement), r"ERROR (1142|1370)", statement)

    def test_what_is_only_for_a_moment_goes(self):
        bed.sql("INSERT INTO staff_kept_forms (token_hash, staff_id, path, body, made_utc) SELECT REPEAT('x', 32), MIN(id), '/fi/x', 'sealed', UTC_TIMESTAMP(3) - INTERVAL 2 HOUR FROM staff")
        self.assertIn("staff_moments: 1 would go", retention("--dry-run")[1])
        retention()
        self.assertEqual(bed.count("staff_kept_forms"), 0)


if __name__ == "__main__":
    unittest.main()
