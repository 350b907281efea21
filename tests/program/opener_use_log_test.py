#!/usr/bin/python3
"""Goal: what staff do is written down with it or not done, nobody with an account of ours can change what is written, and whoever does
is found out (A10)."""
import concurrent.futures
import hashlib
import unittest

from opener_bed import ACCOUNT, OpenerBed

COLUMNS = "month, seq, at_utc, staff_id, address, what, object_kind, object_id, why, result"


def setUpModule():
    global bed
    bed = OpenerBed()


def tearDownModule():
    bed.close()


def append(at="2026-11-27 14:30:05.250", staff="NULL", why="''", object_id="''"):
    # The month is the database's time, which only its administrator can set.
    bed.sql(f"SET timestamp = UNIX_TIMESTAMP('{at}'); CALL append_use_log('{at}', {staff}, '192.0.2.7', 'view', 'order', {object_id}, {why}, 'done')")


def problems():
    return bed.sql("CALL check_use_log()")


class UseLog(unittest.TestCase):
    def setUp(self):
        bed.sql("DELETE FROM use_log; DELETE FROM use_log_heads WHERE month <> '0000-00'")
        bed.reset()

    def test_the_hashes_are_what_the_paper_says(self):
        append(staff="17", why="'ä\nb'", object_id="'a1'")
        append(staff="NULL")
        append(at="2026-12-01 00:00:00.001")
        head = "00" * 32
        for row in bed.sql(f"SELECT {COLUMNS}, LOWER(HEX(hash)) FROM use_log ORDER BY month, seq"):
            month, seq, at, staff, address, what, kind, object_id, why, result, made = row
            lines = ["use 1", head, f"{month}-{seq}", at.replace(" ", "T") + "000", "" if staff == "NULL" else staff, address, what, kind, object_id, why, result]
            head = hashlib.sha256("\n".join(lines).encode()).hexdigest()
            self.assertEqual(made, head)
        self.assertEqual(bed.sql("SELECT month, last_seq, LOWER(HEX(head_hash)) FROM use_log_heads ORDER BY month")[-1], ["2026-12", "1", head])
        self.assertEqual(bed.one("SELECT why FROM use_log LIMIT 1"), "ä b", "a line end would let one row look like two")
        self.assertEqual(problems(), [])

    def test_each_change_from_outside_is_found_at_its_first_row(self):
        changes = {"an altered word": ("UPDATE use_log SET result = 'nothing' WHERE seq = 4", ["2026-11", "4", "changed"]),
                   "an altered hash": ("UPDATE use_log SET hash = REPEAT('x', 32) WHERE seq = 4", ["2026-11", "4", "changed"]),
                   "another person": ("UPDATE use_log SET staff_id = 2 WHERE seq = 6", ["2026-11", "6", "changed"]),
                   "a deleted row": ("DELETE FROM use_log WHERE seq = 3", ["2026-11", "3", "missing"]),
                   "the first row deleted": ("DELETE FROM use_log WHERE seq = 1", ["2026-11", "1", "missing"]),
                   "two rows in the other order": ("UPDATE use_log SET seq = 99 WHERE seq = 5; UPDATE use_log SET seq = 5 WHERE seq = 6; UPDATE use_log SET seq = 6 WHERE seq = 99", ["2026-11", "5", "changed"]),
                   "the end cut off": ("DELETE FROM use_log WHERE seq > 6", ["2026-11", "7", "cut off"]),
                   "all of it cut off": ("DELETE FROM use_log", ["2026-11", "1", "cut off"]),
                   "one row more": ("INSERT INTO use_log SELECT month, 9, at_utc, staff_id, address, what, object_kind, object_id, why, result, hash FROM use_log WHERE seq = 8", ["2026-11", "9", "more than the head knows"]),
                   "a head away": ("DELETE FROM use_log_heads WHERE month = '2026-11'", ["2026-11", "1", "without a head"]),
                   "another head": ("UPDATE use_log_heads SET head_hash = REPEAT('x', 32) WHERE month = '2026-11'", ["2026-11", "8", "not the head"])}
        for name, (change, found) in changes.items():
            with self.subTest(name):
                self.setUp()
                for i in range(8):
                    append(staff=str(i))
                self.assertEqual(problems(), [])
                bed.sql(change)
                self.assertIn(found, problems())

    def test_a_month_goes_whole_and_the_rest_still_proves(self):
        for at in ("2026-10-31 23:59:59.999", "2026-11-01 00:00:00.000", "2026-11-30 12:00:00.000", "2026-12-02 12:00:00.000"):
            append(at)
        bed.sql("DELETE FROM use_log WHERE month = '2026-10'; DELETE FROM use_log_heads WHERE month = '2026-10'")
        self.assertEqual(problems(), [])
        bed.sql("DELETE FROM use_log WHERE month = '2026-11'; DELETE FROM use_log_heads WHERE month = '2026-11'; UPDATE use_log_heads SET anchor_hash = REPEAT('x', 32) WHERE month = '2026-12'")
        self.assertEqual(problems(), [["2026-12", "1", "changed"]])

    def test_a_clock_that_goes_back_opens_no_old_month(self):
        append("2026-12-02 12:00:00.000")
        append("2026-11-30 12:00:00.000")
        self.assertEqual(bed.sql("SELECT month, seq FROM use_log ORDER BY month, seq"), [["2026-12", "1"], ["2026-12", "2"]])
        self.assertEqual(problems(), [])

    def test_no_account_of_ours_opens_a_month_to_come(self):
        """A row of the far future would hold the newest month for ever."""
        call = "CALL append_use_log('2199-01-01', 1, '192.0.2.7', 'view', 'order', '1', '', 'done')"
        self.assertEqual(bed.as_opener(call), "")
        self.assertIn("ERROR", bed.as_opener(f"SET timestamp = 7226582400; {call}"))
        self.assertEqual(bed.sql("SELECT month = DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m'), at_utc FROM use_log"), [["1", "2199-01-01 00:00:00.000"]])

    def test_what_would_end_a_line_is_a_blank_in_every_column(self):
        bed.sql("CALL append_use_log(UTC_TIMESTAMP(3), 1, '192.0.2.7\\n', 'view', 'or\\nder', 'a\\r1', 'b\\t2', 'do\\nne')")
        self.assertEqual(bed.sql("SELECT HEX(CONCAT(address, object_kind, object_id, why, result)) FROM use_log"), [["192.0.2.7 or dera 1b 2do ne".encode().hex().upper()]])

    def test_each_step_of_a_login_is_written_with_it(self):
        person, browser = bed.person(), bed.browser()
        bed.log_in(person, browser, "000000")
        bed.log_in(person, browser)
        form = browser.get(ACCOUNT["fi"]).form("/fi/oma-tili/ulos")["fields"]
        browser.post("/fi/oma-tili/ulos", form)
        bed.log_in(person, browser, login="nobody")
        staff = bed.one("SELECT id FROM staff")
        self.assertEqual(bed.sql("SELECT staff_id, address, what, object_kind, object_id, result FROM use_log ORDER BY seq"),
                         [["NULL", "", "change", "staff", staff, "deploy/staff add"], [staff, "192.0.2.7", "change", "credentials", staff, "enrolled"], ["NULL", "192.0.2.7", "refused", "login", staff, "wrong"],
                          [staff, "192.0.2.7", "login", "session", "", "begun"], [staff, "192.0.2.7", "login", "session", "", "ended"],
                          ["NULL", "192.0.2.7", "refused", "login", "", "wrong"]])
        self.assertEqual(problems(), [])

    def test_what_cannot_be_written_down_is_not_done(self):
        person, browser = bed.person(), bed.browser()
        link = bed.invite("olli")
        page = browser.get(link)
        bed.sql("RENAME TABLE use_log TO use_log_away")
        try:
            self.assertEqual(bed.log_in(person, browser).status, 500)
            self.assertEqual(bed.count("staff_sessions"), 0)
            self.assertEqual(bed.enrol(browser, link, page).status, 500)
            self.assertEqual(bed.sql("SELECT s.state, p.staff_id FROM staff s LEFT JOIN staff_passwords p ON p.staff_id = s.id WHERE s.login = 'olli'"), [["invited", "NULL"]])
        finally:
            bed.sql("RENAME TABLE use_log_away TO use_log")
        self.assertTrue(bed.is_enrolled(bed.enrol(browser, link, page)))

    def test_openers_account_can_neither_read_nor_change_the_log(self):
        append()
        for statement in ("SELECT * FROM use_log", "INSERT INTO use_log_heads VALUES ('2027-01', 0, '', '')", "UPDATE use_log SET result = 'x'", "DELETE FROM use_log", "DELETE FROM use_log_heads",
                          "CALL check_use_log()", "DROP PROCEDURE append_use_log"):
            self.assertRegex(bed.as_opener(statement), r"ERROR (114[23]|1370)", statement)
        self.assertEqual(bed.as_opener("CALL append_use_log(UTC_TIMESTAMP(3), 1, '192.0.2.7', 'view', 'order', '1', '', 'done')"), "")
        self.assertEqual(bed.one("SELECT account_locked FROM (SELECT JSON_VALUE(Priv, '$.account_locked') AS account_locked FROM mysql.global_priv WHERE User = 'kuntakauppa-use_log') a"), "1")

    def test_fifty_at_once_make_one_chain(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda i: append(staff=str(i)), range(50)))
        self.assertEqual(bed.one("SELECT MAX(seq) FROM use_log"), "50")
        self.assertEqual(problems(), [])


if __name__ == "__main__":
    unittest.main()
