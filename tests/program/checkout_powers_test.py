#!/usr/bin/python3
"""Goal: what checkout's account may do is what its grant file says, its secrets are its own, and its log tells of nobody."""
import os
import re
import subprocess
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed


def setUpModule():
    global bed
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


class Powers(unittest.TestCase):
    """H7: what the account may do is what its grant file says, and the database holds it to that."""

    def test_checkout_cannot_move_an_order_or_see_what_is_not_its_own(self):
        for statement in ("UPDATE orders SET state = 'paid'", "DELETE FROM orders", "UPDATE payment_attempts SET state = 'ok'", "INSERT INTO receipts (id) VALUES (1)",
                          "UPDATE stock SET capacity = 5", "SELECT data FROM outbox", "SELECT href FROM payment_attempts", "SELECT * FROM withdrawal_lines",
                          "SELECT * FROM ledger_entries", "UPDATE prices SET cents = 1", "INSERT INTO tickets (code) VALUES ('x')", "DROP TABLE orders",
                          "CREATE TABLE x (a INT)", "SELECT * FROM mysql.user", "SELECT LOAD_FILE('/etc/passwd') IS NOT NULL FROM orders INTO OUTFILE '/tmp/x'"):
            error, _ = bed.as_account("checkout", statement)
            self.assertIn(error, (1142, 1143, 1044, 1045, 1227), statement)

    def test_shown_grants_are_the_files(self):
        for account in ("checkout", "payments", "mailer", "render", "import"):
            with open(f"{shop.TREE}/schema/grants/{account}.sql") as file:
                text = re.sub(r"--[^\n]*", "", file.read())
            wanted = set()
            for statement in filter(None, (" ".join(s.split()) for s in text.split(";"))):
                rights, table = re.fullmatch(r"GRANT (.+) ON (?:PROCEDURE )?kuntakauppa\.(\w+) TO .*", statement).groups()
                for right in re.findall(r"\w+(?: ?\([^)]*\))?", rights):
                    wanted.add((table, right.replace(" (", "(").replace(", ", ",")))
            error, shown = bed.as_account(account, "SHOW GRANTS")
            self.assertIsNone(error)
            has = set()
            for line in shown.splitlines():
                found = re.fullmatch(r"GRANT (.+) ON (?:PROCEDURE )?`kuntakauppa`\.`(\w+)` TO .*", line)
                if not found:
                    self.assertIn("GRANT USAGE ON *.* TO", line)
                    continue
                for right in re.findall(r"\w+(?: ?\([^)]*\))?", found.group(1)):
                    has.add((found.group(2), right.replace(" (", "(").replace(", ", ",").replace("`", "")))
            same = lambda pairs: {(t, re.sub(r"\(([^)]*)\)", lambda m: "(" + ",".join(sorted(m.group(1).split(","))) + ")", r)) for t, r in pairs}
            self.assertEqual(same(has), same(wanted), account)

    def test_a_secret_that_others_may_read_stops_the_start(self):
        path = bed.path("secrets/checkout/cart-key")
        os.chmod(path, 0o444)
        try:
            done = subprocess.run([f"{bed.bin}/checkout", "--instance", bed.path("etc/instance.toml")], stdin=bed.listener, capture_output=True, text=True, timeout=20)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertIn("cart-key", done.stderr)
        finally:
            os.chmod(path, 0o400)

    def test_logs_hold_nothing_personal(self):
        visitor = bed.visitor()
        token = visitor.buy(shop.MUG)
        visitor.add(shop.MUG)
        visitor.fill_details(email="x")
        visitor.fill_details()
        bed.set_fault("order.after_insert throw\n")
        self.assertEqual(visitor.order().status, 500)
        log = bed.log("checkout")
        self.assertNotEqual(log, "")
        self.assertNotIn(token, log)
        for word in ("Aino", "Mäkelä", "example.com", "Rantatie", "+358"):
            self.assertNotIn(word, log)


if __name__ == "__main__":
    unittest.main()
