#!/usr/bin/python3
"""Goal: an å, ä or ö that somebody types or puts into an address is never our fault (500): columns of ASCII hold none, so nothing has such a code, and the page says so."""
import unittest

from signup_bed import CAMP, SignupBed
from staff_bed import routes_of

# What stands at a page's star, of the beginnings of its path.
KNOWN = {"/fi/henkilot": "other", "/fi/ryhmat": "own", "/fi/tuotteet": "a1", "/fi/uudet-ryhmat": "a1", "/fi/kurssit": str(CAMP), "/fi/osallistujat": str(CAMP), "/fi/lomakkeet": "camp", "/fi/kysymykset": "camp.diet",
         "/fi/vaihtoehto": "50", "/fi/alennukset": "code"}
# Forms that end this browser's session, or ask for more than a session.
NOT_SENT = ("/fi/oma-tili", "/fi/vahvista", "/fi/kirjaudu", "/fi/salasana", "/fi/avaimet")
ODD = "ä"


def setUpModule():
    global bed, everything, routes
    bed = SignupBed()
    bed.sql("INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
            "(50, 'mug', 'goods', 'all', 'library', 'standard', 'goods_14d', '4100', '3000', 20, 'published', '2026-01-01'); INSERT INTO variants (id, product_id, code) VALUES (50, 50, '-');"
            "INSERT INTO prices VALUES (50, 0, 'everyone', 1200); INSERT INTO product_deliveries VALUES (50, 'collect'); INSERT INTO stock VALUES (50, 10, 10);"
            "INSERT INTO staff_groups (code, is_ready, name_fi, name_sv, name_en) VALUES ('own', FALSE, 'Oma', 'Egen', 'Own');"
            + "".join(f"INSERT INTO product_texts VALUES (50, '{lang}', 'mug-{lang}', 'Muki {lang}', '', '');" for lang in ("fi", "sv", "en")))
    bed.person("other")
    person = bed.member("administrator", "everything")
    for group in ("shop_manager", "product_editor", "cashier", "finance", "data_protection_officer", "activity_supervisor"):
        bed.put_in(person, group)
    everything = bed.here(person)
    routes = [route for process in bed.processes for route in routes_of(bed, process)]


def tearDownModule():
    bed.close()


def page_of(route):
    path = route["paths"][0]
    return path.replace("*", next((known for begin, known in KNOWN.items() if path.startswith(begin)), "*"))


class Letters(unittest.TestCase):
    def test_nothing_has_such_an_address(self):
        starred = [path for route in routes for path in route["paths"] if "*" in path]
        self.assertGreater(len(starred), 100)
        for path in starred:
            for odd in ("%C3%A4", "%C3", "mug%E2%80%94"):
                self.assertEqual(everything.get(path.replace("*", odd)).status, 404, (path, odd))
        visitor = bed.family()
        for path in ("/fi/tilaus/*", "/fi/tilaus/*/peruuta", "/fi/ilmoittautuminen/*", "/sv/anmalan/*", "/fi/maksu/*", "/fi/maksu/paluu/*"):
            self.assertEqual(visitor.get(path.replace("*", "%C3%A4")).status, 404, path)
        for path in ("/maksu/cb/*", "/maksu/cb/hyvitys/*"):
            self.assertEqual(bed.get(path.replace("*", "%C3%A4") + "?a=b")[0], 404, path)

    def test_no_field_of_the_staffs_forms_takes_it_for_a_fault(self):
        sent = 0
        for path in sorted({page_of(route) for route in routes if route["method"] == "GET"}):
            shown = everything.get(path)
            if "*" in path or shown.status != 200 or path.startswith(NOT_SENT):
                continue
            for form in shown.forms():
                if form["action"].startswith(NOT_SENT):
                    continue
                token = everything.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
                for field in {**form["fields"], **form["choices"]}.keys() - {"form"}:
                    fields = {**form["fields"], **({"form": token} if form["method"] == "post" else {}), field: ODD}
                    with self.subTest(page=path, action=form["action"], field=field):
                        answer = everything.post(form["action"], fields) if form["method"] == "post" else everything.get(form["action"] + "?" + "&".join(f"{name}={'%C3%A4' if name == field else value}" for name, value in fields.items()))
                        self.assertLess(answer.status, 500, bed.log("backoffice")[-300:])
                        sent += 1
        self.assertEqual(everything.get("/fi/oma-tili").status, 200, "still here")
        self.assertGreater(sent, 300)


if __name__ == "__main__":
    unittest.main()
