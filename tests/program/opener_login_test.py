#!/usr/bin/python3
"""Goal: staff come in with password and one-time code and by nothing less; sessions end when they should (A1, A3, A4, A6, A7)."""
import base64
import concurrent.futures
import fcntl
import re
import statistics
import time
import unittest

from opener_bed import ACCOUNT, DESK, LOGIN, ORIGIN, PASSWORD, SANITIZED, OpenerBed, Person, secret_on

WRONG = "Käyttäjätunnus, salasana tai koodi on väärä"
POSTS = ("/fi/kirjaudu", "/fi/oma-tili/ulos", "/fi/oma-tili/istunnot")


def setUpModule():
    global bed
    bed = OpenerBed()


def tearDownModule():
    bed.close()


class Enrolment(unittest.TestCase):
    def setUp(self):
        bed.reset()

    def test_a_link_works_once_and_for_a_day(self):
        link, browser = bed.invite(), bed.browser()
        page = browser.get(link)
        fields = {**page.form(link)["fields"], "password": PASSWORD, "again": PASSWORD, "code": bed.code(secret_on(page))}
        self.assertTrue(bed.is_enrolled(browser.post(link, fields)))
        self.assertEqual(browser.post(link, fields).status, 404)
        self.assertEqual(browser.get(link).status, 404)
        late = bed.invite("olli")
        bed.later(86400 + 60)
        self.assertEqual(browser.get(late).status, 404)
        self.assertEqual(browser.get("/fi/tunnus/" + "0" * 26).status, 404)

    def test_a_link_used_twenty_times_at_once_sets_one_password(self):
        link = bed.invite()
        browsers = [bed.browser() for _ in range(20)]
        pages = [browser.get(link) for browser in browsers]
        forms = [{**page.form(link)["fields"], "password": PASSWORD + str(i), "again": PASSWORD + str(i), "code": bed.code(secret_on(page))} for i, page in enumerate(pages)]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda i: browsers[i].post(link, forms[i]).status, range(20)))
        self.assertEqual(answers.count(200), 1, answers)
        self.assertLessEqual(set(answers), {200, 404, 409, 503}, answers)

    def test_what_is_wrong_is_told_beside_its_field_and_the_secret_stays(self):
        link, browser = bed.invite(), bed.browser()
        page = browser.get(link)
        fields, secret = page.form(link)["fields"], secret_on(page)
        for changed, field, words in (({"password": "lyhyt", "again": "lyhyt"}, "password", "vähintään 12"),
                                      ({"password": "x" * 129, "again": "x" * 129}, "password", "enintään 128"),
                                      ({"password": "salasana12345678", "again": "salasana12345678"}, "password", "helppo arvata"),
                                      ({"password": "qwertyuiopasdf", "again": "qwertyuiopasdf"}, "password", "helppo arvata"),
                                      ({"password": "abcabcabcabcabc", "again": "abcabcabcabcabc"}, "password", "helppo arvata"),
                                      ({"again": PASSWORD + "x"}, "again", "eivät ole samat"),
                                      ({"code": "000000" if bed.code(secret) != "000000" else "111111"}, "code", "Koodi on väärä"),
                                      ({"code": ""}, "code", "Kirjoita kertakäyttökoodi")):
            again = browser.post(link, {**fields, "password": PASSWORD, "again": PASSWORD, "code": bed.code(secret), **changed})
            self.assertEqual(again.status, 200, changed)
            self.assertIn(words, re.search(rf'id="{field}-wrong">([^<]*)<', again.text).group(1))
            self.assertEqual(secret_on(again), secret, "the app has it already")
        self.assertEqual(bed.one("SELECT state FROM staff"), "invited")

    def test_a_password_is_taken_as_it_was_typed(self):
        link, browser = bed.invite(), bed.browser()
        page, password = browser.get(link), " sininen ovi\taukeaa hitaasti "
        fields = {**page.form(link)["fields"], "password": password, "again": password, "code": bed.code(secret_on(page), -1)}
        self.assertTrue(bed.is_enrolled(browser.post(link, fields)))
        person = Person("liisa", secret_on(page))
        for near in (password.strip(), password.replace("\t", ""), password.replace("\t", " ")):
            self.assertIn(WRONG, bed.log_in(person, password=near).text)
        bed.sql("DELETE FROM login_guards")
        self.assertEqual(bed.log_in(person, code=bed.code(person.secret, 1), password=password).status, 303)

    def test_a_reset_between_the_page_and_its_form_ends_the_link(self):
        link, browser = bed.invite(), bed.browser()
        page = browser.get(link)
        bed.staff("reset", "liisa")
        self.assertEqual(bed.enrol(browser, link, page).status, 404)

    def test_the_pages_form_belongs_to_its_link(self):
        first, second, browser = bed.invite(), bed.invite("olli"), bed.browser()
        page = browser.get(first)
        fields = {**page.form(first)["fields"], "password": PASSWORD, "again": PASSWORD, "code": bed.code(secret_on(page))}
        self.assertEqual(browser.post(second, fields).status, 400)

    def test_a_reset_makes_the_old_password_and_link_worthless(self):
        person = bed.person()
        browser = bed.browser()
        self.assertEqual(bed.log_in(person, browser).status, 303)
        link = bed.staff("reset", person.login).stdout.strip().removeprefix(ORIGIN)
        self.assertEqual(browser.get(ACCOUNT["fi"]).location, LOGIN["fi"] + "?ended=1&next=" + ACCOUNT["fi"])
        self.assertIn(WRONG, bed.log_in(person, code=bed.code(person.secret, 1)).text)
        again = bed.staff("reset", person.login).stdout.strip().removeprefix(ORIGIN)
        self.assertEqual(browser.get(link).status, 404)
        self.assertEqual(browser.get(again).status, 200)


class Login(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.person = bed.person()

    def test_the_right_three_lead_to_ones_account_in_ones_language(self):
        for i, lang in enumerate(("sv", "en")):
            person, browser = bed.person(f"person{i}", lang), bed.browser(lang)
            self.assertEqual(bed.log_in(person, browser).location, DESK[lang])
            self.assertIn("Liisa Åkerman", browser.get(ACCOUNT[lang]).text)

    def test_whatever_is_wrong_the_answer_is_the_same(self):
        texts = set()
        for i, changed in enumerate(({"password": PASSWORD + "x"}, {"code": "123456"}, {"login": "nobody"}, {"login": "liisa'--"}, {"login": "käyttäjä"}, {"login": "ä" * 200})):
            answer = bed.log_in(self.person, bed.browser(address=f"192.0.2.{i}"), **changed)
            self.assertEqual(answer.status, 200)
            texts.add(re.sub(r'name="form" value="\w+"|name="challenge" value="[^"]+"|data-challenge="[^"]+"|id="login" name="login" type="text" value="[^"]*"', "", answer.text))
            self.assertIn(WRONG, answer.text)
        self.assertEqual(len(texts), 1)
        self.assertEqual(bed.count("staff_sessions"), 0)

    def test_an_unknown_name_takes_as_long_as_a_known_one(self):
        times = {"liisa": [], "nobody": []}
        for i in range(24):
            for login, taken in times.items():
                begin = time.monotonic()
                bed.log_in(self.person, bed.browser(address=f"198.51.100.{i}"), login=login, password="wrong but long enough", code="000000")
                taken.append(time.monotonic() - begin)
            bed.sql("DELETE FROM login_guards")
        known, unknown = (statistics.median(times[login]) for login in ("liisa", "nobody"))
        self.assertLess(abs(known - unknown), 0.5 * known, "stretching a password is most of the time, for both")

    def test_a_code_works_once_also_for_eight_at_once(self):
        code = bed.code(self.person.secret)
        browsers = [bed.browser(address=f"203.0.113.{i}") for i in range(8)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda browser: bed.log_in(self.person, browser, code).status, browsers))
        self.assertEqual(statuses.count(303), 1, statuses)
        bed.sql("DELETE FROM login_guards")
        self.assertIn(WRONG, bed.log_in(self.person, code=code).text)

    def test_codes_of_the_step_before_and_after_are_taken_and_no_others(self):
        for steps, right in ((-1, False), (0, True), (1, True), (2, False), (-2, False)):  # -1 was used by the enrolment
            bed.sql("DELETE FROM login_guards")
            self.assertEqual(bed.log_in(self.person, code=bed.code(self.person.secret, steps)).status == 303, right, steps)

    def test_failures_cost_time_and_nobody_can_shut_another_out(self):
        attacker = bed.browser(address="192.0.2.66")
        statuses = []
        while 429 not in statuses and len(statuses) < 12:  # on a slow machine a short wait is over before the next try
            statuses.append(bed.log_in(self.person, attacker, "000000").status)
        self.assertEqual(statuses[:3], [200, 200, 200])
        self.assertIn(429, statuses)
        bed.sql("UPDATE login_guards SET wait_until_utc = wait_until_utc + INTERVAL 10 MINUTE WHERE wait_until_utc > last_utc")
        bed.stop("opener")
        bed.start_opener()
        self.assertEqual(bed.log_in(self.person, attacker).status, 429, "a restart forgets nothing, and the right code doesn't help")
        self.assertEqual(bed.log_in(self.person).status, 303, "its owner comes in from elsewhere")

    def test_a_network_of_ipv6_is_one_address(self):
        statuses = [bed.log_in(self.person, bed.browser(address=f"2001:db8:0:1:{i}::{i}"), "000000").status for i in range(1, 7)]
        self.assertIn(429, statuses)
        self.assertEqual(bed.log_in(self.person, bed.browser(address="2001:db8:0:2::1")).status, 303)

    def test_what_could_not_be_tried_is_not_counted(self):
        """Both slots are taken: the page asks to try again, and the wait of the next failure is not longer for it."""
        slots = [open(bed.path(f"opener/stretch.{i}"), "a") for i in range(2)]
        for slot in slots:
            fcntl.flock(slot, fcntl.LOCK_EX)
        self.assertEqual(bed.log_in(self.person).status, 503)
        for slot in slots:
            slot.close()
        self.assertEqual(bed.sql("SELECT DISTINCT failures FROM login_guards"), [["0"]])
        self.assertEqual(bed.log_in(self.person).status, 303)

    def test_A5_a_flood_of_logins_takes_the_memory_of_two(self):
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            statuses = list(pool.map(lambda i: bed.log_in(self.person, bed.browser(address=f"198.51.100.{i}"), "000000").status, range(50)))
        self.assertLessEqual(set(statuses), {200, 429, 503})
        with open(f"/proc/{bed.children['opener'].pid}/status") as file:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", file.read()).group(1))
        if not SANITIZED:
            self.assertLess(peak, 2 * 65536 + 40000)

    def test_the_longest_wait_of_an_account_under_attack_is_short(self):
        for i in range(40):
            bed.sql("UPDATE login_guards SET wait_until_utc = last_utc")
            bed.log_in(self.person, bed.browser(address=f"203.0.113.{i}"), "000000")
        waits = bed.one("SELECT MAX(TIMESTAMPDIFF(SECOND, last_utc, wait_until_utc)) FROM login_guards WHERE failures > 10")
        self.assertLessEqual(int(waits), 5)


class Sessions(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.person, self.browser = bed.person(), bed.browser()
        bed.log_in(self.person, self.browser)

    def alive(self, browser=None):
        return (browser or self.browser).get(ACCOUNT["fi"]).status == 200

    def test_the_cookie_is_strict_and_the_table_holds_its_hash_alone(self):
        browser = bed.browser()
        cookie = next(value for name, value in bed.log_in(self.person, browser, bed.code(self.person.secret, 1)).headers if value.startswith("__Host-staff"))
        self.assertEqual(set(cookie.split("; ")[1:]), {"Path=/", "Secure", "SameSite=Strict", "HttpOnly"})
        token = browser.cookies["__Host-staff"]
        self.assertEqual(len(token), 26, "130 bits in base32")
        self.assertNotIn(token.encode().hex(), bed.one("SELECT GROUP_CONCAT(HEX(token_hash)) FROM staff_sessions").lower())
        self.assertFalse(self.alive(self.with_cookie("0" * 26)))

    def with_cookie(self, token):
        browser = bed.browser()
        browser.cookies["__Host-staff"] = token
        return browser

    def test_idle_for_a_quarter_of_an_hour_it_ends(self):
        bed.later(14 * 60)
        self.assertTrue(self.alive())
        bed.later(28 * 60)
        self.assertTrue(self.alive(), "it was used in between")
        bed.later(44 * 60)
        self.assertFalse(self.alive())

    def test_after_eight_hours_it_ends_however_busy(self):
        for minutes in range(0, 8 * 60, 14):
            bed.later(minutes * 60)
            self.assertTrue(self.alive(), minutes)
        bed.later(8 * 3600 + 5)
        self.assertFalse(self.alive())

    def test_logging_out_ends_it_on_the_server(self):
        token = self.browser.cookies["__Host-staff"]
        form = self.browser.get(ACCOUNT["fi"]).form("/fi/oma-tili/ulos")
        self.assertEqual(self.browser.post("/fi/oma-tili/ulos", form["fields"]).location, LOGIN["fi"] + "?out=1")
        self.assertNotIn("__Host-staff", self.browser.cookies)
        self.assertFalse(self.alive(self.with_cookie(token)))

    def test_a_new_login_makes_the_browsers_old_token_worthless(self):
        old = self.browser.cookies["__Host-staff"]
        path = LOGIN["fi"]
        outside = bed.browser()
        fields = outside.get(path).form(path)["fields"]
        self.browser.cookies["__Host-form"] = outside.cookies["__Host-form"]
        self.browser.post(path, {**fields, "login": "liisa", "password": PASSWORD, "code": bed.code(self.person.secret, 1)})
        self.assertTrue(self.alive())
        self.assertFalse(self.alive(self.with_cookie(old)))

    def test_all_ones_sessions_can_be_seen_and_ended(self):
        other = bed.browser()
        bed.log_in(self.person, other, bed.code(self.person.secret, 1))
        page = self.browser.get(ACCOUNT["fi"])
        self.assertEqual(page.text.count("viimeksi käytetty"), 2)
        self.browser.post("/fi/oma-tili/istunnot", page.form("/fi/oma-tili/istunnot")["fields"])
        self.assertFalse(self.alive() or self.alive(other))

    def test_who_is_disabled_is_out_at_once(self):
        bed.staff("disable", "liisa")
        self.assertFalse(self.alive())
        self.assertIn(WRONG, bed.log_in(self.person, code=bed.code(self.person.secret, 1)).text)

    def test_a_post_from_elsewhere_or_without_its_token_is_refused(self):
        form = self.browser.get(ACCOUNT["fi"]).form("/fi/oma-tili/ulos")["fields"]
        foreign = bed.browser()
        bed.log_in(bed.person("matti"), foreign)
        for path in POSTS:
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": None, "Sec-Fetch-Site": None}):
                self.assertEqual(self.browser.post(path, form, headers).status, 403, (path, headers))
            self.assertEqual(self.browser.post(path, {**form, "form": ""}).status, 403)
            self.assertEqual(foreign.post(path, form).status, 403, "another session's token")
        self.assertTrue(self.alive())

    def test_nothing_that_is_asked_for_changes_anything(self):
        before = bed.one("SELECT COUNT(*) FROM staff_sessions")
        for path in (*POSTS, *ACCOUNT.values(), *LOGIN.values()):
            self.browser.get(path)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM staff_sessions"), before)


class Secrets(unittest.TestCase):
    def test_neither_database_nor_log_holds_a_password_a_secret_or_a_token(self):
        bed.reset()
        person, browser = bed.person(), bed.browser()
        bed.log_in(person, browser)
        held = bed.dump() + bed.log("opener").encode()
        self.assertIn(b"liisa", held)
        for secret in (PASSWORD, person.secret, browser.cookies["__Host-staff"]):
            self.assertNotIn(secret.encode(), held)
            self.assertNotIn(base64.b32decode(secret) if secret == person.secret else secret.encode().hex().encode(), held)
        self.assertNotIn("liisa", bed.log("opener"))

    def test_H7_openers_account_may_do_no_more_than_it_must(self):
        for statement in ("SELECT * FROM orders", "INSERT INTO staff (login, name, email, lang, state, created_utc) VALUES ('x', 'x', 'x', 'fi', 'active', NOW())",
                          "UPDATE staff SET login = 'x'", "DELETE FROM staff", "INSERT INTO staff_enrolments VALUES ('x', 1, NOW(), NOW(), NULL)", "DELETE FROM login_guards",
                          "UPDATE staff_enrolments SET expires_utc = NOW()", "UPDATE staff_sessions SET staff_id = 1"):
            self.assertRegex(bed.as_opener(statement), r"ERROR (1142|1143)", statement)


if __name__ == "__main__":
    unittest.main()
