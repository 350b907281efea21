#!/usr/bin/env python3
"""Goal: migrate brings a database to this release and no other way: a released file that changed, a gap, a newer database and a file that
was begun and not finished are refused in words and change nothing; each account ends with exactly its grants."""
import os
import shutil
import socket
import tempfile
import unittest

from database import TREE, migrate
from payments_bed import Bed

bed = None


class MigrateBed(Bed):
    def __init__(self):
        self.dir, self.children, self.gateway, self.listener = tempfile.mkdtemp(prefix="kk-migrate-"), {}, None, socket.socket()
        self.shop_port, self.sandbox_port, self.threads = 1, 2, 1
        self._folders()
        self.start_database(empty=True)
        self.restore()
        self.pristine = None

    def restore(self):
        shutil.rmtree(self.path("schema"), ignore_errors=True)
        shutil.copytree(os.path.join(TREE, "schema"), self.path("schema"))

    def migrate(self):
        """(exit code, what it did, what it says)"""
        done = migrate(self.path("run/db.sock"), self.path("secrets"), self.path("schema"))
        return done.returncode, done.stdout.split("\n")[:-1], done.stderr.strip()

    def put(self, name, text):
        with open(self.path("schema", name), "w") as file:
            file.write(text)

    def state(self):
        tables = self.sql("SHOW TABLES")
        return tables, self.sql("SELECT * FROM schema_migrations"), self.sql("SELECT User, Host FROM mysql.user ORDER BY User"), self.grants("checkout")

    def grants(self, process):
        return sorted(row[0] for row in self.sql(f"SHOW GRANTS FOR `kuntakauppa-{process}`@localhost"))


def setUpModule():
    global bed
    bed = MigrateBed()


def tearDownModule():
    bed.close()


class Migrate(unittest.TestCase):
    def setUp(self):
        bed.restore()
        self.files = sorted(name for name in os.listdir(bed.path("schema")) if name.endswith(".sql"))
        if bed.pristine and bed.state() == bed.pristine:
            return
        bed.sql("DROP DATABASE IF EXISTS kuntakauppa; DROP DATABASE IF EXISTS kuntakauppa_keys", database="")
        code, did, said = bed.migrate()
        self.assertEqual((code, said), (0, ""))
        keys = sorted(os.listdir(bed.path("schema/keys")))
        self.assertEqual([line for line in did if line.startswith("applied")], [f"applied {name}" for name in self.files + keys])
        bed.pristine = bed.state()

    def refused(self, words):
        before = bed.state()
        self.assertEqual(bed.migrate(), (1, [], f"migrate: {words}"))
        self.assertEqual(bed.state(), before)

    def test_again_does_nothing(self):
        before = bed.state()
        self.assertEqual(bed.migrate(), (0, [], ""))
        self.assertEqual(bed.state(), before)

    def test_a_new_file_is_applied_and_recorded(self):
        name = f"{len(self.files) + 1:04}_more.sql"
        bed.put(name, "CREATE TABLE more (id INT PRIMARY KEY);\n")
        self.assertEqual(bed.migrate(), (0, [f"applied {name}"], ""))
        self.assertEqual(bed.sql(f"SELECT finished_utc >= begun_utc FROM schema_migrations WHERE name = '{name}'"), [["1"]])
        self.assertEqual(bed.migrate(), (0, [], ""))

    def test_a_released_file_that_changed(self):
        with open(bed.path("schema", self.files[1]), "a") as file:
            file.write("-- a comment\n")
        self.refused(f"{self.files[1]} changed after it was applied: released migrations are never edited")

    def test_a_gap(self):
        bed.put(f"{len(self.files) + 2:04}_more.sql", "CREATE TABLE more (id INT PRIMARY KEY);\n")
        self.refused(f"{len(self.files) + 2:04}_more.sql: number {len(self.files) + 1:04} is missing or double")

    def test_a_number_twice_and_a_name_that_is_none(self):
        bed.put(f"{len(self.files):04}_zz.sql", "CREATE TABLE more (id INT PRIMARY KEY);\n")
        self.refused(f"{len(self.files):04}_zz.sql: number {len(self.files) + 1:04} is missing or double")
        os.unlink(bed.path("schema", f"{len(self.files):04}_zz.sql"))
        bed.put("6-more.sql", "CREATE TABLE more (id INT PRIMARY KEY);\n")
        self.refused("6-more.sql: a migration is named NNNN_what.sql")

    def test_a_database_of_a_newer_release(self):
        os.unlink(bed.path("schema", self.files[-1]))
        self.refused(f"the database has {self.files[-1]} and this release doesn't: it belongs to a newer release")

    def test_a_file_that_was_begun_and_not_finished(self):
        name = f"{len(self.files) + 1:04}_more.sql"
        bed.put(name, "CREATE TABLE more (id INT PRIMARY KEY);\nCREATE TABLE more (id INT PRIMARY KEY);\n")
        code, did, said = bed.migrate()
        self.assertEqual((code, did), (1, []))
        self.assertIn(f"migrate: {name} failed half-way", said)
        bed.put(name, "CREATE TABLE more (id INT PRIMARY KEY);\n")
        self.refused(f"{name} was begun and not finished: look what it changed, then delete its row in schema_migrations")
        bed.sql(f"DROP TABLE more; DELETE FROM schema_migrations WHERE name = '{name}'")
        self.assertEqual(bed.migrate(), (0, [f"applied {name}"], ""))

    def test_grants_are_set_back_and_accounts_of_no_process_go(self):
        right = bed.grants("checkout")
        bed.sql("GRANT UPDATE ON kuntakauppa.orders TO `kuntakauppa-checkout`@localhost; REVOKE SELECT ON kuntakauppa.products FROM `kuntakauppa-checkout`@localhost;"
                "CREATE USER `kuntakauppa-stranger`@localhost; GRANT SELECT ON kuntakauppa.* TO `kuntakauppa-stranger`@localhost")
        self.assertNotEqual(bed.grants("checkout"), right)
        self.assertEqual(bed.migrate(), (0, ["granted kuntakauppa-checkout", "dropped kuntakauppa-stranger"], ""))
        self.assertEqual(bed.grants("checkout"), right)
        self.assertEqual(bed.sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE '%shadow' OR User LIKE '%stranger'"), [["0"]])

    def test_a_grant_file_that_grants_nothing(self):
        bed.put("grants/mailer.sql", "-- nothing\n")
        code, did, said = bed.migrate()
        self.assertEqual((code, did, said), (1, [], "migrate: grants/mailer.sql grants nothing to kuntakauppa-mailer"))


if __name__ == "__main__":
    unittest.main()
