#!/usr/bin/python3
"""Goal: a passkey is a second factor for its owner, here and now, and nothing that looks like one is (A2); recovery codes work once."""
import re
import unittest

from authenticator import Authenticator
from staff_bed import ORIGIN, PASSWORD, StaffBed, codes_on, secret_on

ACCOUNT, LOGIN, ADD, CONFIRM, APP = "/fi/oma-tili", "/fi/kirjaudu", "/fi/oma-tili/avain", "/fi/vahvista", "/fi/todennussovellus"
RP = "staff.localhost"


def setUpModule():
    global bed
    bed = StaffBed()


def tearDownModule():
    bed.close()


def challenge_on(page):
    return re.search(r'data-challenge="([^"]+)"', page.text).group(1)


class Passkeys(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.person = bed.person("anna")
        self.browser = bed.here(self.person)
        self.key = Authenticator(ORIGIN, RP)

    def add(self, key=None, browser=None, name="Puhelin", **wrong):
        browser = browser or self.browser
        page = browser.get(ACCOUNT)
        return browser.post(ADD, {**page.form(ADD)["fields"], "name": name, **(key or self.key).make(challenge_on(page), **wrong)})

    def log_in(self, key=None, login="anna", change=lambda fields: fields, **wrong):
        bed.sql("DELETE FROM login_guards")
        browser = bed.browser()
        page = browser.get(LOGIN)
        fields = {**page.form(LOGIN)["fields"], "login": login, "password": PASSWORD, "code": "", **(key or self.key).use(challenge_on(page), **wrong)}
        return browser.post(LOGIN, change(fields))

    def test_a_passkey_is_added_and_logs_in_again_and_again(self):
        self.assertEqual(self.add().status, 303)
        self.assertIn("Puhelin", self.browser.get(ACCOUNT).text)
        for _ in range(3):
            self.assertEqual(self.log_in().location, "/fi/tyopoyta")
        self.assertEqual(bed.one("SELECT sign_count FROM staff_passkeys"), str(self.key.count))
        self.assertIn(["change", "credentials", "passkey added"], bed.sql("SELECT what, object_kind, result FROM use_log"))

    def test_one_that_knows_rsa_alone_works_too(self):
        self.key = Authenticator(ORIGIN, RP, is_rsa=True)
        self.assertEqual(self.add().status, 303)
        self.assertEqual(self.log_in().status, 303)
        other = Authenticator(ORIGIN, RP, is_rsa=True)
        other.id, other.count = self.key.id, self.key.count
        self.assertEqual(self.log_in(key=other).status, 200)

    def test_A2_what_is_not_right_at_the_registration_is_refused(self):
        for name, wrong in {"another origin": {"origin": "https://evil.example"}, "another type": {"type": "webauthn.get"}, "from within another page": {"crossOrigin": True}, "another relying party": {"rp_id": "evil.example"},
                            "user not verified": {"flags": 0x41}, "nobody present": {"flags": 0x44}, "another challenge": {"challenge": "A" * 43}}.items():
            with self.subTest(name):
                self.assertEqual(self.add(**wrong).status, 403)
        self.assertEqual(bed.count("staff_passkeys"), 0)
        page = self.browser.get(ACCOUNT)
        for attestation in ("", "AAAA", "oA", "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"):
            fields = {**page.form(ADD)["fields"], "name": "x", **self.key.make(challenge_on(page)), "passkey_attestation": attestation}
            self.assertIn(self.browser.post(ADD, fields).status, (400, 403), attestation)

    def test_A2_what_is_not_right_at_the_login_is_refused(self):
        self.add()
        self.assertEqual(self.log_in().status, 303)
        other = Authenticator(ORIGIN, RP)
        other.id = self.key.id
        for name, how in {"another origin": {"origin": "https://evil.example"}, "another type": {"type": "webauthn.create"}, "another relying party": {"rp_id": "evil.example"}, "user not verified": {"flags": 0x01},
                          "nobody present": {"flags": 0x04}, "another challenge": {"challenge": "A" * 43}, "another key": {"key": other}, "a key that is not registered": {"key": Authenticator(ORIGIN, RP)},
                          "an altered signature": {"change": lambda f: {**f, "passkey_signature": f["passkey_signature"][:-6] + "AAAAAA"}},
                          "altered data": {"change": lambda f: {**f, "passkey_data": f["passkey_data"][:-4] + "AAAA"}}, "no data": {"change": lambda f: {**f, "passkey_data": ""}}}.items():
            with self.subTest(name):
                answer = self.log_in(**how)
                self.assertEqual(answer.status, 200)
                self.assertIn("on väärä", answer.text)
        self.assertEqual(self.log_in().status, 303, "the passkey itself is none the worse")

    def test_A2_a_sign_count_that_goes_back_is_a_copy(self):
        self.add()
        self.assertEqual(self.log_in(step=5).status, 303)
        for step in (0, -2):
            self.assertEqual(self.log_in(step=step).status, 200, step)
        self.key.count = 5
        self.assertEqual(self.log_in(step=1).status, 303)

    def test_A2_a_challenge_works_once_and_not_for_long(self):
        self.add()
        browser = bed.browser()
        page = browser.get(LOGIN)
        fields = {**page.form(LOGIN)["fields"], "login": "anna", "password": PASSWORD, "code": ""}
        self.assertEqual(browser.post(LOGIN, {**fields, **self.key.use(challenge_on(page))}).status, 303)
        again = bed.browser()
        again.cookies["__Host-form"] = browser.cookies["__Host-form"]
        self.assertEqual(again.post(LOGIN, {**fields, **self.key.use(challenge_on(page))}).status, 200, "the same challenge again")
        page = again.get(LOGIN)
        bed.later(11 * 60)
        self.assertEqual(again.post(LOGIN, {**fields, "challenge": page.form(LOGIN)["fields"]["challenge"], **self.key.use(challenge_on(page))}).status, 200, "an old one")

    def test_A2_another_persons_passkey_is_no_factor(self):
        self.add()
        bed.person("bertil")
        self.assertEqual(self.log_in(login="bertil").status, 200)
        other = bed.here(bed.person("cecilia"))
        self.assertEqual(self.add(browser=other).status, 409, "it is somebody's already")

    def test_a_passkey_answers_where_a_factor_is_asked_anew_and_its_challenge_is_for_that_alone(self):
        self.add()
        login = bed.browser().get(LOGIN)
        page = self.browser.get(CONFIRM + "?next=/fi/avaimet")
        fields = page.form(CONFIRM)["fields"]
        wrong = self.browser.post(CONFIRM, {**fields, "challenge": login.form(LOGIN)["fields"]["challenge"], **self.key.use(challenge_on(login))})
        self.assertEqual(wrong.status, 200)
        self.assertEqual(self.browser.post(CONFIRM, {**fields, **self.key.use(challenge_on(page))}).location, "/fi/avaimet")

    def test_it_can_be_removed_and_a_new_enrolment_takes_all_away(self):
        self.add()
        self.browser.post(ACCOUNT + "/avain-pois", self.browser.get(ACCOUNT).form(ACCOUNT + "/avain-pois")["fields"])
        self.assertEqual(self.log_in().status, 200)
        self.add()
        link = bed.staff("reset", "anna").stdout.strip().removeprefix(ORIGIN)
        browser = bed.browser()
        self.assertTrue(bed.is_enrolled(bed.enrol(browser, link, browser.get(link))))
        self.assertEqual(self.log_in().status, 200)

    def test_without_script_the_form_says_so(self):
        page = self.browser.get(ACCOUNT)
        self.assertIn("JavaScript", self.browser.post(ADD, {**page.form(ADD)["fields"], "name": "Puhelin"}).text)


class EnrolmentWithAPasskey(unittest.TestCase):
    """An account that has a passkey and no app."""

    def setUp(self):
        bed.reset()
        self.key = Authenticator(ORIGIN, RP)
        self.link, self.browser = bed.invite("anna"), bed.browser()
        self.page = self.browser.get(self.link)

    def enrol(self, page=None, password=PASSWORD, **more):
        page = page or self.page
        return self.browser.post(self.link, {**page.form(self.link)["fields"], "password": password, "again": password, "code": "", **more})

    def log_in(self, **factor):
        browser = bed.browser()
        page = browser.get(LOGIN)
        more = factor or self.key.use(challenge_on(page))
        return browser, browser.post(LOGIN, {**page.form(LOGIN)["fields"], "login": "anna", "password": PASSWORD, "code": "", **more})

    def test_it_is_enough_alone_and_recovery_codes_are_shown_in_any_case(self):
        done = self.enrol(**self.key.make(challenge_on(self.page)))
        self.assertTrue(bed.is_enrolled(done), done)
        self.assertEqual((bed.count("staff_totp"), bed.count("staff_passkeys"), bed.count("staff_recovery_codes")), (0, 1, 10))
        self.assertEqual(self.log_in()[1].location, "/fi/tyopoyta")
        self.assertEqual(self.log_in(code="000000")[1].status, 200)
        self.assertEqual(self.log_in(code=codes_on(done)[0])[1].status, 303)

    def test_a_wrong_password_beside_it_costs_no_second_passkey(self):
        made = self.key.make(challenge_on(self.page))
        again = self.enrol(password="lyhyt", **made)
        self.assertIn("Pääsyavaimesi on valmis", again.text)
        self.assertNotIn('name="code"', again.text)
        self.assertTrue(bed.is_enrolled(self.enrol(again)))
        self.assertEqual(self.log_in()[1].status, 303)

    def test_what_another_link_made_ready_is_nothing_here(self):
        ready = self.enrol(password="lyhyt", **self.key.make(challenge_on(self.page))).form(self.link)["fields"]["passkey_ready"]
        other, browser = bed.invite("bertil"), bed.browser()
        fields = browser.get(other).form(other)["fields"]
        answer = browser.post(other, {**fields, "password": PASSWORD, "again": PASSWORD, "code": "", "passkey_ready": ready})
        self.assertIn('id="code-wrong"', answer.text)
        self.assertEqual(bed.count("staff_passkeys"), 0)

    def test_A2_what_is_not_right_enrols_nobody(self):
        for wrong in ({"origin": "https://evil.example"}, {"flags": 0x41}, {"challenge": "A" * 43}):
            page = self.browser.get(self.link)
            self.assertEqual(self.enrol(page, **self.key.make(challenge_on(page), **wrong)).status, 403, wrong)
        self.assertEqual(bed.one("SELECT state FROM staff WHERE login = 'anna'"), "invited")

    def test_the_last_second_factor_stays_and_an_app_can_take_its_place(self):
        self.enrol(**self.key.make(challenge_on(self.page)))
        browser = self.log_in()[0]
        account = browser.get(ACCOUNT)
        self.assertNotIn("avain-pois", account.text)
        token = account.form(ADD)["fields"]["form"]
        passkey = bed.one("SELECT id FROM staff_passkeys")
        self.assertEqual(browser.post(ACCOUNT + "/avain-pois", {"form": token, "passkey": passkey}).status, 409)
        page = browser.get(APP)
        fields, secret = page.form(APP)["fields"], secret_on(page)
        self.assertIn('id="code-wrong"', browser.post(APP, {**fields, "code": "000000"}).text)
        self.assertEqual(browser.post(APP, {**fields, "code": bed.code(secret, -1)}).location, ACCOUNT)
        self.assertEqual(self.log_in(code=bed.code(secret))[1].status, 303)
        account = browser.get(ACCOUNT)
        self.assertEqual(browser.post(ACCOUNT + "/avain-pois", account.form(ACCOUNT + "/avain-pois")["fields"]).status, 303)
        self.assertEqual(browser.post(ACCOUNT + "/sovellus-pois", {"form": token}).status, 409, "the app is the last one now")
        self.assertEqual(bed.count("staff_totp"), 1)


class AnotherApp(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.person = bed.person("anna")
        self.browser = bed.here(self.person)

    def change(self, browser, fields, secret):
        return browser.post(APP, {**fields, "code": bed.code(secret, -1)})

    def test_the_old_one_works_no_more_and_other_sessions_end(self):
        bed.later(60)
        other = bed.here(self.person)
        page = self.browser.get(APP)
        self.assertEqual(self.change(self.browser, page.form(APP)["fields"], secret_on(page)).location, ACCOUNT)
        self.assertEqual(other.get(ACCOUNT).location.split("?")[0], LOGIN)
        self.assertEqual(self.browser.get(ACCOUNT).status, 200)
        bed.later(120)
        self.assertEqual(bed.log_in(self.person).status, 200)
        self.person.secret = secret_on(page)
        self.assertEqual(bed.log_in(self.person).status, 303)
        self.assertIn(["change", "credentials", "app changed"], bed.sql("SELECT what, object_kind, result FROM use_log"))

    def test_a_secret_that_was_shown_to_another_is_refused(self):
        page = self.browser.get(APP)
        other = bed.here(bed.person("bertil"))
        fields = other.get(APP).form(APP)["fields"]
        self.assertEqual(self.change(other, {**fields, "shown": page.form(APP)["fields"]["shown"]}, secret_on(page)).status, 400)

    def test_it_asks_for_a_fresh_factor_and_comes_back(self):
        bed.later(6 * 60)
        to = self.browser.get(APP).location
        self.assertEqual(to, CONFIRM + "?next=" + APP)
        done = self.browser.post(CONFIRM, {**self.browser.get(to).form(CONFIRM)["fields"], "code": bed.code(self.person.secret)})
        self.assertEqual(done.location, APP)

    def test_one_of_several_sessions_can_be_ended(self):
        bed.later(60)
        other = bed.here(self.person)
        bed.later(120)
        third = bed.here(self.person)
        forms = [f for f in self.browser.get(ACCOUNT).forms() if f["action"] == ACCOUNT + "/istunto"]
        self.assertEqual(len(forms), 2, "one's own is ended by logging out")
        self.assertEqual(self.browser.post(ACCOUNT + "/istunto", forms[0]["fields"]).location, ACCOUNT)
        self.assertEqual(sorted(browser.get(ACCOUNT).status for browser in (self.browser, other, third)), [200, 200, 303])

    def test_nobody_ends_anothers_session(self):
        other = bed.here(bed.person("bertil"))
        hashed = bed.one("SELECT LOWER(HEX(token_hash)) FROM staff_sessions WHERE staff_id = (SELECT id FROM staff WHERE login = 'bertil')")
        token = self.browser.get(ACCOUNT).form(ADD)["fields"]["form"]
        for session in (hashed, "", "xyz", "00"):
            self.browser.post(ACCOUNT + "/istunto", {"form": token, "session": session})
        self.assertEqual(other.get(ACCOUNT).status, 200)


class RecoveryCodes(unittest.TestCase):
    def test_each_works_once_and_new_ones_end_the_old(self):
        bed.reset()
        person = bed.person("anna")
        browser = bed.here(person)

        def make():
            page = browser.post(ACCOUNT + "/koodit", browser.get(ACCOUNT).form(ACCOUNT + "/koodit")["fields"])
            return re.findall(r"<code>([0-9A-Z ]+)</code>", page.text)
        codes = make()
        self.assertEqual(len(set(codes)), 10)
        self.assertIn("Käyttämättömiä koodeja: 10", browser.get(ACCOUNT).text)
        self.assertEqual(bed.log_in(person, code=codes[0]).status, 303)
        self.assertEqual(bed.log_in(person, code=codes[0]).status, 200)
        self.assertEqual(bed.log_in(person, code=codes[1].replace(" ", "").lower()).status, 303)
        self.assertIn("Käyttämättömiä koodeja: 8", browser.get(ACCOUNT).text)
        for code in codes:
            self.assertNotIn(code.replace(" ", "").encode(), bed.dump())
        make()
        bed.sql("DELETE FROM login_guards")
        self.assertEqual(bed.log_in(person, code=codes[2]).status, 200)
        other = bed.person("bertil")
        self.assertEqual(bed.log_in(other, code=make()[0]).status, 200, "another's code")


if __name__ == "__main__":
    unittest.main()
