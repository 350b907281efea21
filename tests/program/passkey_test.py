#!/usr/bin/python3
"""Goal: a passkey is a second factor for its owner, here and now, and nothing that looks like one is (A2); recovery codes work once."""
import re
import unittest

from authenticator import Authenticator
from staff_bed import ORIGIN, PASSWORD, StaffBed

ACCOUNT, LOGIN, ADD, CONFIRM = "/fi/oma-tili", "/fi/kirjaudu", "/fi/oma-tili/avain", "/fi/vahvista"
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
        self.assertEqual(bed.enrol(browser, link, browser.get(link)).status, 303)
        self.assertEqual(self.log_in().status, 200)

    def test_without_script_the_form_says_so(self):
        page = self.browser.get(ACCOUNT)
        self.assertIn("JavaScript", self.browser.post(ADD, {**page.form(ADD)["fields"], "name": "Puhelin"}).text)


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
