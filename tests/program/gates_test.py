#!/usr/bin/python3
"""Goal: a gate with its token asks and uses as a desk does, each of its requests once however often it is sent; nobody gets in without a token that
stands, nor a browser; whoever is in charge makes and ends gates, and the token is seen once and stands nowhere."""
import re
import unittest

from ticket_bed import CONCERT, NOW, TEN, TicketBed, new_code
from tickets_test import at_once

PAGE = "/fi/portit"


def setUpModule():
    global bed, manager, token
    bed = TicketBed()
    manager = bed.here(bed.member("shop_manager", "vastaava"))
    token = make("Pääportti", "sports")


def tearDownModule():
    bed.close()


def make(name, unit, browser=None):
    """A gate's token, by the page."""
    page = press(PAGE + "/uusi", browser, name=name, unit=unit)
    found = re.search(r'class="secret"><code>([0-9a-z]{26})<', page.text)
    assert found, page.text
    return found.group(1)


def press(action, browser=None, number=0, **fields):
    browser = browser or manager
    form = [form for form in browser.get(PAGE).forms() if form["action"] == action][number]["fields"]
    return browser.post(action, {**form, **fields})


class Gates(unittest.TestCase):
    def test_it_learns_what_a_ticket_is_and_uses_it_once(self):
        code = bed.ticket(TEN, 2, holder_name="'Salainen Haltija'")
        status, said = bed.gate(token, "check", {"code": f"http://localhost:1/fi/lippu/{code}"})
        self.assertEqual((status, said), (200, {"verdict": "valid", "used": False, "repeated": False, "product": "p3", "valid_from": None, "valid_until": None, "uses": 0, "uses_left": 2, "last_use": None}))
        status, said = bed.gate(token, "use", {"code": code, "request": new_code()})
        self.assertEqual((status, said["verdict"], said["used"], said["uses_left"], said["last_use"]["place"]), (200, "valid", True, 1, "Pääportti"))
        self.assertEqual(bed.last_log(), [["change", "ticket", "use 1 by gate 1"]])
        bed.gate(token, "use", {"code": code, "request": new_code()})
        status, said = bed.gate(token, "use", {"code": code, "request": new_code()})
        self.assertEqual((status, said["verdict"], said["used"], bed.uses(code)), (200, "used", False, 2))

    def test_every_other_verdict(self):
        bed.sql("INSERT INTO variants (id, product_id, code) VALUES (50, 1, 'off'); INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) SELECT 50, 'Sairaana', id, NOW(3) FROM staff LIMIT 1")
        for expected, code in (("called_off", bed.ticket(variant_id=50)), ("wrong_day", bed.ticket(valid_from_utc=f"{NOW} + INTERVAL 3 DAY")), ("refunded", bed.ticket(refund_id=1)), ("other_unit", bed.ticket(CONCERT)), ("unknown", new_code()), ("unknown", "?")):
            for what in ("check", "use"):
                status, said = bed.gate(token, what, {"code": code, "request": new_code()})
                self.assertEqual((status, said["verdict"], said["used"]), (200, expected, False))

    def test_a_request_sent_again_is_one_use_and_of_another_ticket_is_refused(self):
        code, request = bed.ticket(TEN, 10), new_code()
        answers = at_once(8, lambda i: bed.gate(token, "use", {"code": code, "request": request}))
        self.assertEqual({(status, said["verdict"], said["used"]) for status, said in answers}, {(200, "valid", True)})
        self.assertEqual((sorted(said["repeated"] for _, said in answers), bed.uses(code)), ([False] + [True] * 7, 1))
        self.assertEqual(bed.gate(token, "use", {"code": bed.ticket(), "request": request}), (409, {"error": "request_taken"}))
        second = make("Toinen portti", "sports")
        self.assertEqual(bed.gate(second, "use", {"code": code, "request": request})[1]["repeated"], False, "its numbers are its own")
        self.assertEqual(bed.uses(code), 2)

    def test_of_many_gates_and_desks_at_once_one_wins(self):
        desk = bed.here(bed.member("cashier", "kassa", ("unit", "sports")))
        tokens = [make(f"Portti {i}", "sports") for i in range(5)]
        for _ in range(5):
            code = bed.ticket()
            won = at_once(6, lambda i: bed.gate(tokens[i], "use", {"code": code, "request": new_code()})[1]["used"] if i < 5 else "Peru käyttö" in bed.check(desk, code).text)
            self.assertEqual((sum(won), bed.uses(code)), (1, 1))

    def test_nobody_without_a_token_that_stands(self):
        body = {"code": bed.ticket(), "request": new_code()}
        for wrong, error in ((None, "token_required"), ("", "token_required"), ("x' OR 1", "token_required"), (new_code(), "token_unknown"), (token.upper(), "token_required")):
            for what in ("check", "use"):
                self.assertEqual(bed.gate(wrong, what, body), (401, {"error": error}), wrong)
        self.assertEqual(bed.gate(None, "use", body, {"Authorization": f"Basic {token}"})[0], 401)
        gone = make("Poistuva", "sports")
        self.assertEqual(bed.gate(gone, "check", body)[0], 200)
        ids = re.findall(r'name="gate" value="(\d+)"', manager.get(PAGE).text)
        names = re.findall(r"<li><strong>([^<]*)</strong>", manager.get(PAGE).text)
        self.assertEqual(press(PAGE + "/poista", gate=ids[names.index("Poistuva")]).location, PAGE)
        self.assertEqual(bed.gate(gone, "use", body), (401, {"error": "token_unknown"}))
        self.assertNotIn("Poistuva", manager.get(PAGE).text)
        make("Poistuva", "sports")

    def test_a_browser_is_refused_whatever_it_has(self):
        body = {"code": bed.ticket(), "request": new_code()}
        for headers in ({"Cookie": "__Host-staff=x"}, {"Origin": "http://staff.localhost:1"}, {"Sec-Fetch-Site": "same-origin"}):
            self.assertEqual(bed.gate(token, "use", body, headers), (403, {"error": "browser"}))

    def test_what_is_not_asked_rightly_is_told_by_kind(self):
        code = bed.ticket()
        for body, error in ((b"code=x", "not_json"), (b"[]", "not_json"), (b"{", "not_json"), (b"\xff\xfe", "not_json"), ({}, "code_missing"), ({"code": 7}, "code_missing"), ({"code": ""}, "code_missing"), ({"code": "x" * 301}, "code_missing"),
                            ({"code": code}, "request_missing"), ({"code": code, "request": "short"}, "request_missing"), ({"code": code, "request": "x" * 65}, "request_missing")):
            self.assertEqual(bed.gate(token, "use", body), (400, {"error": error}), body)
        self.assertEqual(bed.gate(token, "use", b"code=1", {"Content-Type": "application/x-www-form-urlencoded"})[0], 400)
        self.assertEqual(bed.uses(code), 0)

    def test_when_the_database_is_away_the_gate_is_told_so_in_json(self):
        bed.stop("db")
        try:
            status, said = bed.gate(token, "check", {"code": new_code()})
            self.assertEqual((status, said["error"], len(said["case"])), (503, "unavailable", 9))
        finally:
            bed.start_database()


class Making(unittest.TestCase):
    def test_the_token_is_seen_once_and_stands_nowhere(self):
        made = make("Hiljainen portti", "culture")
        self.assertNotIn(made, manager.get(PAGE).text)
        self.assertNotIn(made.encode(), bed.dump_all())
        self.assertEqual(bed.gate(made, "check", {"code": bed.ticket(CONCERT)})[1]["verdict"], "valid")
        self.assertIn("Viimeksi yhteydessä", manager.get(PAGE).text)
        self.assertEqual(bed.sql("SELECT what, object_kind, result FROM use_log WHERE object_kind = 'gate' ORDER BY month DESC, seq DESC LIMIT 1"), [["grant", "gate", "made for culture"]])

    def test_a_form_sent_twice_makes_one_gate_and_shows_its_token_both_times(self):
        form = [form for form in manager.get(PAGE).forms() if form["action"] == PAGE + "/uusi"][0]["fields"] | {"name": "Kahdesti", "unit": "sports"}
        tokens = [re.search(r'class="secret"><code>([0-9a-z]{26})<', manager.post(PAGE + "/uusi", form).text)[1] for _ in range(2)]
        self.assertEqual(tokens[0], tokens[1])
        self.assertEqual(bed.gate(tokens[1], "check", {"code": bed.ticket()})[1]["verdict"], "valid")
        self.assertEqual(bed.one("SELECT COUNT(*) FROM ticket_gates WHERE name = 'Kahdesti'"), "1")
        self.assertEqual(bed.one("SELECT COUNT(*) FROM use_log WHERE object_kind = 'gate' AND object_id = (SELECT id FROM ticket_gates WHERE name = 'Kahdesti')"), "1", "and it is written down once")

    def test_the_same_form_with_other_content_is_told_and_comes_back(self):
        form = [form for form in manager.get(PAGE).forms() if form["action"] == PAGE + "/uusi"][0]["fields"] | {"name": "Ensin näin", "unit": "sports"}
        self.assertEqual(manager.post(PAGE + "/uusi", form).status, 200)
        told = manager.post(PAGE + "/uusi", {**form, "name": "Sitten näin", "unit": "culture"})
        self.assertEqual((told.status, bed.one("SELECT COUNT(*) FROM ticket_gates WHERE name = 'Sitten näin'")), (409, "0"))
        self.assertIn("on jo lähetetty", told.text)
        self.assertNotIn(form["key"], told.text)
        again = told.form(PAGE + "/uusi")["fields"]
        self.assertEqual((again["name"], again["unit"]), ("Sitten näin", "culture"))
        self.assertEqual(manager.post(PAGE + "/uusi", again).status, 200, "the form that came back makes another")
        self.assertEqual(bed.one("SELECT unit_code FROM ticket_gates WHERE name = 'Sitten näin'"), "culture")
        made = bed.one("SELECT id FROM ticket_gates WHERE name = 'Ensin näin'")
        self.assertEqual(press(PAGE + "/poista", gate=made).location, PAGE)
        self.assertEqual(manager.post(PAGE + "/uusi", form).status, 409, "a gate that was ended is not shown as if it stood")

    def test_what_is_wrong_is_said_beside_the_field(self):
        self.assertIn("Anna portille nimi", press(PAGE + "/uusi", name="", unit="sports").text)
        self.assertIn("Valitse yksikkö", press(PAGE + "/uusi", name="Nimi", unit="").text)
        make("Sama nimi", "sports")
        self.assertIn("on jo tämän niminen", press(PAGE + "/uusi", name="Sama nimi", unit="sports").text)
        make("Sama nimi", "culture")

    def test_who_answers_for_a_unit_makes_and_ends_its_gates_alone(self):
        unit = bed.here(bed.member("shop_manager", "yksikon", ("unit", "culture")))
        page = unit.get(PAGE)
        self.assertNotIn("Pääportti", page.text)
        self.assertNotIn('value="sports"', page.text)
        self.assertEqual(press(PAGE + "/uusi", unit, name="Luvaton", unit="sports").status, 403)
        make("Kulttuurin portti", "culture", unit)
        self.assertEqual(press(PAGE + "/poista", unit, gate=1).status, 403)
        self.assertEqual(press(PAGE + "/poista", unit, gate=999).status, 404)
        self.assertEqual(bed.gate(token, "check", {"code": new_code()})[0], 200)


if __name__ == "__main__":
    unittest.main()
