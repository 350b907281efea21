#!/usr/bin/python3
"""Goal: from the ceremony to an opened record and back from a lost key: what the operators' command and the staff's pages do with keys
(K4, K5, K7, K8), each by as many people as it takes, and all of it written down."""
import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from staff_bed import BIN, PASSWORD, SANITIZED, StaffBed, TREE, left_in_memory, memory, one_bit

KEYS = "/fi/avaimet"
TEST_UNIT = "INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('sports', 'Liikunta', 'Idrott', 'Sports'), ('library', 'Kirjasto', 'Bibliotek', 'Library')"


class KeysBed(StaffBed):
    def _fill(self):
        super()._fill()
        os.makedirs(self.path("etc/keys"))
        self.out = self.path("offline")
        os.makedirs(self.out)
        done = self.keys("ceremony", "--out", self.out)
        assert done.returncode == 0, done.stderr
        self.sql(TEST_UNIT)

    def keys(self, *words):
        return subprocess.run([f"{TREE}/deploy/keys", "--bin", f"{BIN}/keys", "--keys", self.path("etc/keys"), "--database", self.path("run/db.sock"), *words], capture_output=True, text=True)

    def share(self, number):
        return os.path.join(self.out, f"recovery-share-{number}.txt")


def setUpModule():
    global bed
    bed = KeysBed()


def tearDownModule():
    bed.close()


def act(browser, name, **fields):
    """A form of the page Keys, whichever it stands in, as a browser would send it."""
    token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
    return browser.post(f"{KEYS}/{name}", {"form": token, **fields})


class Ceremony(unittest.TestCase):
    def test_the_public_halves_are_for_all_and_the_rest_is_for_its_owner(self):
        for name in ("directory.pub", "recovery.pub"):
            with open(bed.path("etc/keys", name)) as file:
                self.assertRegex(file.read(), r"^kuntakauppa-(directory|recovery)-key 1 [0-9a-f]{64}\n$")
        for name in os.listdir(bed.out):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(bed.out, name)).st_mode), 0o600, name)
        again = bed.keys("ceremony", "--out", tempfile.mkdtemp(dir=bed.dir))
        self.assertEqual(again.returncode, 1)
        self.assertIn("a ceremony was held", again.stderr)

    def test_any_two_shares_fit_and_one_does_not(self):
        for pair in ((1, 2), (2, 3), (3, 1)):
            done = bed.keys("combine", "--share", bed.share(pair[0]), "--share", bed.share(pair[1]))
            self.assertIn("the shares fit", done.stdout, done.stderr)
        for pair, words in (((1, 1), "two different shares"), ((1,), "two different shares")):
            done = bed.keys("combine", *(word for n in pair for word in ("--share", bed.share(n))))
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stderr)

    def test_a_mistyped_share_and_one_of_another_set_are_told(self):
        with open(bed.share(1)) as file:
            line = re.search(r"KK1-[\s\S]*?\n\n", file.read()).group(0)
        typed = os.path.join(bed.dir, "typed.txt")
        for change, words in ((lambda t: t.upper().replace("-", " - "), None), (lambda t: t[:20] + ("0" if t[20] != "0" else "1") + t[21:], "mistyped|not four"), (lambda t: t[:-12], "KK1|mistyped"),
                              (lambda t: re.sub(r"(KK1-\d-)\w{8}", r"\g<1>00000000", t), "mistyped")):
            with open(typed, "w") as file:
                file.write(change(line))
            done = bed.keys("combine", "--share", typed, "--share", bed.share(2))
            if words is None:
                self.assertEqual(done.returncode, 0, done.stderr)
            else:
                self.assertRegex(done.stderr, words)
        other = tempfile.mkdtemp(dir=bed.dir)
        subprocess.run([f"{BIN}/keys", "ceremony", "--keys", other, "--out", other], check=True, stdout=subprocess.DEVNULL)
        self.assertIn("different sets", bed.keys("combine", "--share", bed.share(1), "--share", os.path.join(other, "recovery-share-2.txt")).stderr)


class Life(unittest.TestCase):
    def setUp(self):
        bed.sql("DELETE FROM kuntakauppa_keys.data_keys; DELETE FROM key_probes; DELETE FROM key_groups; DELETE FROM key_signatures; DELETE FROM key_requests; DELETE FROM staff_alerts")
        bed.reset()
        self.one, self.two = bed.person("one"), bed.person("two")
        self.ohjaaja, self.toinen = bed.member("instructor", "anna", ("unit", "sports")), bed.member("instructor", "bertil", ("unit", "sports"))
        self.people = {"one": self.one, "two": self.two, "anna": self.ohjaaja, "bertil": self.toinen}
        for login in ("one", "two"):
            done = bed.keys("certify", login, "--directory", os.path.join(bed.out, "directory.secret"))
            self.assertEqual(done.returncode, 0, done.stderr)
        self.a, self.b = bed.here(self.one), bed.here(self.two)
        self.anna, self.bertil = bed.here(self.ohjaaja), bed.here(self.toinen)
        for login in self.people:
            self.sign_person(login)

    def id(self, login):
        return bed.one(f"SELECT id FROM staff WHERE login = '{login}'")

    def sign_person(self, login):
        for browser in (self.a, self.b):
            prints = dict(re.findall(r'name="person" value="(\d+)"><input type="hidden" name="fingerprint" value="([^"]+)"', browser.get(KEYS).text))
            if self.id(login) in prints:
                self.assertEqual(act(browser, "allekirjoita", person=self.id(login), fingerprint=prints[self.id(login)]).status, 200)

    def sign_group(self, browser):
        page = browser.get(KEYS)
        found = re.search(r'name="epoch" value="(\d+)"><input type="hidden" name="fingerprint" value="([^"]+)"', page.text)
        return act(browser, "allekirjoita", group="unit:sports", **{"class": "health"}, epoch=found.group(1), fingerprint=found.group(2))

    def make_group(self, *logins):
        fields = [("group", "unit:sports"), ("class", "health")] + [("member", self.id(login)) for login in logins]
        token = self.a.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        import urllib.parse
        made = self.a.post(KEYS + "/ryhma", urllib.parse.urlencode([("form", token), *fields]).encode())
        self.assertEqual(made.status, 200)
        return made

    def prove(self, browser):
        return act(browser, "koe", group="unit:sports", **{"class": "health"})

    def open(self, browser, purpose="harjoitus"):
        return act(browser, "avaa", group="unit:sports", **{"class": "health"}, purpose=purpose)

    def last_log(self):
        return bed.sql("SELECT what, object_kind, why, result FROM use_log ORDER BY month DESC, seq DESC LIMIT 1")[0]

    def test_a_record_opens_for_the_member_with_the_right_and_the_log_knows_why(self):
        made = self.make_group("anna", "bertil")
        self.assertIn("odottaa toisen", made.text)
        self.assertNotIn("Allekirjoita ryhmän avain", made.text, "who made it has signed it")
        self.assertEqual(self.prove(self.anna).status, 403, "not sealed to before the second signature")
        self.assertIn("on allekirjoitettu", self.sign_group(self.b).text)
        self.assertIn("on salattu", self.prove(self.anna).text)
        self.assertIn("Kirjoita, miksi", self.open(self.anna, "").text)
        page = self.open(self.anna)
        self.assertIn("Koetieto, salattu", page.text)
        self.assertEqual(self.last_log(), ["open", "key", "harjoitus", "opened"])
        self.assertNotIn(b"Koetieto, salattu", bed.dump_all())

    def test_K4_without_the_right_or_without_the_key_nothing_opens(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        other = bed.member("instructor", "cecilia", ("unit", "library"))
        self.assertEqual(self.open(bed.here(other)).status, 403, "another unit's: no right")
        same = bed.member("instructor", "daavid", ("unit", "sports"))
        refused = self.open(bed.here(same))
        self.assertEqual(refused.status, 403, "the right, and no key")
        self.assertIn(["refused", "key", "harjoitus", "denied"], bed.sql("SELECT what, object_kind, why, result FROM use_log"))
        self.assertEqual(self.open(self.a).status, 403, "administrators manage keys and open nothing")

    def test_K10_a_changed_record_opens_for_nobody_and_staff_are_told(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        for change in ("UPDATE key_probes SET row_version = 2", "UPDATE key_probes SET words = " + one_bit("words", 41), "UPDATE key_probes SET words = LEFT(words, 60)",
                       "UPDATE kuntakauppa_keys.data_keys SET sealed = " + one_bit("sealed", 41), "UPDATE key_wraps SET wrap = " + one_bit("wrap", 41)):
            with self.subTest(change):
                bed.sql("DELETE FROM key_probes; DELETE FROM kuntakauppa_keys.data_keys; DELETE FROM staff_alerts")
                self.prove(self.anna)
                self.assertEqual(bed.count("staff_alerts"), 0)
                bed.sql(change)
                answer = self.open(self.anna)
                self.assertIn("on muutettu", answer.text)
                self.assertNotIn("Koetieto, salattu", answer.text)
                self.assertEqual(self.last_log(), ["refused", "key", "harjoitus", "broken"])
                self.open(self.anna)
                self.assertEqual(bed.sql("SELECT kind, mailed_on FROM staff_alerts"), [["sealed_record", "NULL"]], "once, however often it is tried")

    def test_who_has_no_key_alarms_nobody(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        self.assertEqual(self.open(bed.here(bed.member("instructor", "daavid", ("unit", "sports")))).status, 403)
        self.assertEqual(bed.count("staff_alerts"), 0)

    def test_K3_a_key_that_nobody_signed_is_not_sealed_to_and_staff_are_told(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        bed.sql("UPDATE key_groups SET public_key = REPEAT('x', 32)")
        self.assertEqual(self.prove(self.anna).status, 403)
        self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["untrusted_key"]])

    def test_one_person_opens_so_many_an_hour(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        bed.sql(f"INSERT INTO use_log SELECT '1999-01', seq_200.seq, UTC_TIMESTAMP(3) + INTERVAL {bed.offset} SECOND, {self.id('anna')}, '', 'open', 'key', '', '', '', REPEAT('x', 32) "
                "FROM (WITH RECURSIVE n AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM n WHERE seq < 199) SELECT seq FROM n) AS seq_200")
        try:
            self.assertIn("Koetieto, salattu", self.open(self.anna).text)
            self.assertIn("niin monta tietoa kuin saa", self.open(self.anna).text)
        finally:
            bed.sql("DELETE FROM use_log WHERE month = '1999-01'")

    def test_what_cannot_be_written_down_does_not_open(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        token = self.anna.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        bed.sql("RENAME TABLE use_log TO use_log_away")
        try:
            answer = self.anna.post(KEYS + "/avaa", {"form": token, "group": "unit:sports", "class": "health", "purpose": "x"})
            self.assertEqual(answer.status, 500)
            self.assertNotIn("Koetieto, salattu", answer.text)
        finally:
            bed.sql("RENAME TABLE use_log_away TO use_log")

    def test_joining_takes_two_and_a_signed_key(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        new = bed.member("instructor", "eeva", ("unit", "sports"))
        eeva = bed.here(new)
        self.assertEqual(act(self.a, "pyyda", group="unit:sports", **{"class": "health"}, person=self.id("eeva")).status, 200)
        request = bed.one("SELECT MAX(id) FROM key_requests")
        self.assertEqual(act(self.anna, "liita", request=request).status, 403, "her key is not signed yet")
        self.sign_person("eeva")
        self.assertEqual(act(self.a, "liita", request=request).status, 403, "the asker is no member")
        self.assertEqual(self.open(eeva).status, 403)
        self.assertEqual(act(self.anna, "liita", request=request).status, 200)
        self.assertIn("Koetieto, salattu", self.open(eeva).text)

    def test_K5_leaving_ends_sessions_and_wraps_and_all_is_sealed_anew(self):
        self.make_group("anna", "bertil", "one")
        self.sign_group(self.b)
        for _ in range(3):
            self.prove(self.anna)
        self.assertIn("on poistettu", act(self.a, "poista", group="unit:sports", **{"class": "health"}, person=self.id("bertil")).text)
        self.assertEqual(self.bertil.get(KEYS).status, 303, "out at once")
        self.sign_group(self.b)
        done = act(self.anna, "salaa", group="unit:sports", **{"class": "health"})
        self.assertIn("Vanha avain on hävitetty", done.text)
        self.assertEqual(bed.sql("SELECT DISTINCT epoch FROM kuntakauppa_keys.data_keys"), [["2"]])
        self.assertEqual(bed.sql("SELECT DISTINCT epoch FROM key_wraps"), [["2"]])
        self.assertIn("Koetieto, salattu", self.open(self.anna).text)
        bed.later(31)
        self.assertEqual(self.open(bed.here(self.toinen)).status, 403)
        page = act(self.a, "poista", group="unit:sports", **{"class": "health"}, person=self.id("one"))
        self.assertIn("vähintään kaksi jäsentä", page.text)

    def test_K7_a_forgotten_password_makes_a_new_key_that_opens_when_two_have_signed_and_one_has_let_in(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        bed.later(31)
        link = bed.staff("reset", "anna").stdout.strip().split("localhost:1")[1]
        browser = bed.browser()
        page = browser.get(link)
        self.assertTrue(bed.is_enrolled(bed.enrol(browser, link, page)))
        self.ohjaaja.secret = re.search(r'class="secret"><code>([A-Z2-7 ]+)<', page.text).group(1).replace(" ", "")
        anna = bed.here(self.ohjaaja)
        self.assertEqual(self.open(anna).status, 403)
        act(self.a, "pyyda", group="unit:sports", **{"class": "health"}, person=self.id("anna"))
        request = bed.one("SELECT MAX(id) FROM key_requests")
        self.assertEqual(act(self.bertil, "liita", request=request).status, 403)
        self.sign_person("anna")
        self.assertEqual(act(self.bertil, "liita", request=request).status, 200)
        self.assertIn("Koetieto, salattu", self.open(anna).text)

    def test_a_new_password_keeps_the_keys_and_ends_other_sessions(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        bed.later(31)
        other = bed.here(self.ohjaaja)
        form = self.anna.get("/fi/salasana").form("/fi/salasana")["fields"]
        new = "punainen talo seisoo rannalla"
        for changed, words in (({"old": PASSWORD + "x"}, "Nykyinen salasana on väärä"), ({"again": new + "x"}, "eivät ole samat"), ({"password": "salasana12345", "again": "salasana12345"}, "helppo arvata")):
            self.assertIn(words, self.anna.post("/fi/salasana", {**form, "old": PASSWORD, "password": new, "again": new, **changed}).text)
        self.assertEqual(self.anna.post("/fi/salasana", {**form, "old": PASSWORD, "password": new, "again": new}).location, "/fi/oma-tili")
        self.assertEqual(other.get(KEYS).status, 303)
        self.assertIn("Koetieto, salattu", self.open(self.anna).text)
        bed.later(62)
        self.assertEqual(bed.log_in(self.ohjaaja).status, 200, "the old one")
        self.ohjaaja.password = new
        bed.sql("DELETE FROM login_guards")
        bed.later(93)
        self.assertIn("Koetieto, salattu", self.open(bed.here(self.ohjaaja)).text)

    def test_a_second_factor_anew_keeps_the_keys_under_the_new_token(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        bed.later(6 * 60)
        page = self.anna.get("/fi/vahvista?next=/fi/avaimet")
        done = self.anna.post("/fi/vahvista", {**page.form("/fi/vahvista")["fields"], "code": bed.code(self.ohjaaja.secret)})
        self.assertEqual(done.location, KEYS)
        self.assertIn("Koetieto, salattu", self.open(self.anna).text)

    def test_K8_two_papers_open_a_restored_copy_and_one_does_not(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        dump = subprocess.run(["mariadb-dump", "--no-defaults", f"--socket={bed.path('run/db.sock')}", f"--user={bed.user}", "--databases", "kuntakauppa", "kuntakauppa_keys", "--routines", "--triggers"],
                              capture_output=True, check=True).stdout
        restored = StaffBed.__new__(StaffBed)
        restored.dir, restored.children, restored.gateway, restored.listeners = tempfile.mkdtemp(prefix="kk-restored-"), {}, None, {}
        for name in ("db/tmp", "run", "log"):
            os.makedirs(restored.path(name))
        try:
            restored.start_database(empty=True)
            subprocess.run(["mariadb", "--no-defaults", f"--socket={restored.path('run/db.sock')}", f"--user={restored.user}"], input=dump, check=True)
            row, report = bed.one("SELECT row_id FROM key_probes LIMIT 1"), os.path.join(restored.dir, "report.txt")
            words = ("break-glass", "--report", report, "--row", row, "--class", "health", "--table", "key_probes", "--column", "words")
            tool = [f"{BIN}/keys"]
            access = ["--database", restored.path("run/db.sock"), "--user", restored.user]
            one = subprocess.run([*tool, *words, *access, "--share", bed.share(1)], capture_output=True, text=True)
            self.assertEqual((one.returncode, one.stdout), (1, ""))
            done = subprocess.run([*tool, *words, *access, "--share", bed.share(1), "--share", bed.share(3)], capture_output=True, text=True)
            self.assertIn("Koetieto, salattu", done.stdout, done.stderr)
            with open(report) as file:
                text = file.read()
            self.assertIn("unit:sports health epoch 1: 1 records, opens", text)
            self.assertNotIn("Koetieto", text)
        finally:
            for child in restored.children.values():
                child.kill()
                child.wait()
            shutil.rmtree(restored.dir, ignore_errors=True)

    def test_a_new_recovery_key_takes_the_old_ones_place(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        row, new = bed.one("SELECT row_id FROM key_probes LIMIT 1"), tempfile.mkdtemp(dir=bed.dir)

        def opens(*shares):
            words = [word for share in shares for word in ("--share", share)]
            done = bed.keys("break-glass", *words, "--report", tempfile.mktemp(dir=bed.dir), "--row", row, "--class", "health", "--table", "key_probes", "--column", "words")
            return "Koetieto, salattu" in done.stdout
        self.assertTrue(opens(bed.share(1), bed.share(2)))
        self.assertEqual(bed.keys("renew", "--share", bed.share(1), "--out", new).returncode, 1, "one paper")
        done = bed.keys("renew", "--share", bed.share(1), "--share", bed.share(2), "--out", new)
        self.assertIn("1 group keys are wrapped to it", done.stdout, done.stderr)
        self.assertFalse(opens(bed.share(1), bed.share(2)))
        self.assertTrue(opens(os.path.join(new, "recovery-share-2.txt"), os.path.join(new, "recovery-share-3.txt")))
        self.assertIn("Koetieto, salattu", self.open(self.anna).text)

    def test_K9_no_dump_and_no_log_holds_a_secret(self):
        self.make_group("anna", "bertil")
        self.sign_group(self.b)
        self.prove(self.anna)
        opened = re.search(r"Koetieto, salattu ([^<]+)<", self.open(self.anna).text).group(1)
        held = bed.dump_all() + b"".join(bed.log(name).encode() for name in bed.processes)
        with open(os.path.join(bed.out, "directory.secret")) as file:
            directory = file.read().split()[2]
        for secret in (directory, PASSWORD, self.ohjaaja.secret, self.anna.cookies["__Host-staff"], "Koetieto, salattu"):
            for form in (secret.encode(), secret.encode().hex().encode(), bytes.fromhex(secret) if re.fullmatch("[0-9a-f]{64}", secret) else secret.encode()):
                self.assertNotIn(form, held, secret[:4])
        if SANITIZED:
            return
        bed.browser().get("/fi/kirjaudu")
        for process in bed.processes:
            self.assertEqual(left_in_memory(bed.children[process].pid, [PASSWORD, self.ohjaaja.secret]), [], process)
            self.assertNotIn(opened[-20:].encode(), b"".join(memory(bed.children[process].pid)), process)


if __name__ == "__main__":
    unittest.main()
