#!/usr/bin/python3
"""Goal: an alert about a group or about keys reaches those whose scope it is of, says which group it is about, and leads to the page where something can be done."""
import re
import unittest

from signup_bed import CAMP, COMING, OTHER, SWIM, SignupBed

ALERTS, DESK, SESSIONS, LOG, KEYS = "/fi/halytykset", "/fi/tyopoyta", "/fi/kurssit", "/fi/kayttoloki", "/fi/avaimet"


def setUpModule():
    global bed, sports, pools, library, manager, officer, chief
    bed = SignupBed()
    bed.sql("INSERT INTO categories (code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('pools', 'sports', 'Altaat', 'Bassänger', 'Pools', 'altaat', 'bassanger', 'pools')")
    bed.sql(f"UPDATE products SET category_code = 'pools' WHERE id = {SWIM}")
    sports = bed.here(bed.member("product_editor", "sports", ("unit", "sports")))
    pools = bed.here(bed.member("product_editor", "pools", ("category", "pools")))
    library = bed.here(bed.member("product_editor", "library", ("unit", "library")))
    manager = bed.here(bed.member("shop_manager", "manager"))
    officer = bed.here(bed.member("data_protection_officer", "officer"))
    chief = bed.chiefs_here[0]


def tearDownModule():
    bed.close()


def alert(kind, about):
    return bed.sql(f"INSERT INTO staff_alerts (kind, object_id, created_utc) VALUES ('{kind}', {about}, UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID();")[0][0]


def listed(browser):
    return set(re.findall(r'name="alert" value="(\d+)"', browser.get(ALERTS).text))


def counted(browser, words):
    found = re.search(f">{words}: ([0-9]+)", browser.get(DESK).text)
    return int(found[1]) if found else 0


def close(browser, one, words="Hoidettu"):
    token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
    return browser.post(ALERTS + "/kuittaa", {"form": token, "alert": one, "words": words}).status


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()
        bed.sql(f"UPDATE variants SET starts_utc = '{COMING}-06-07 06:00:00' + INTERVAL id DAY")


class Sessions(Case):
    def test_a_session_that_is_short_reaches_those_whose_activity_it_is_with_its_name_day_and_page(self):
        camp, swim, other = (alert("session_short", session) for session in (CAMP, SWIM, OTHER))
        for browser, seen in ((sports, {camp, swim}), (pools, {swim}), (library, {other}), (manager, {camp, swim, other}), (officer, set()), (chief, set())):
            self.assertEqual((listed(browser), counted(browser, "Hälytyksiä")), (seen, len(seen)))
        shown = sports.get(ALERTS).text
        for session, day in ((CAMP, f"ti 8.6.{COMING}"), (SWIM, f"ke 9.6.{COMING}")):
            self.assertIn(f"Leiri {session} fi, Viikko 24, {day}", shown)
            self.assertIn(f'href="{SESSIONS}/{session}"', shown)
            self.assertEqual(sports.get(f"{SESSIONS}/{session}").status, 200)
        self.assertNotIn(f"Leiri {OTHER}", shown)
        self.assertEqual([close(sports, other), close(pools, camp), close(sports, camp)], [404, 404, 303])
        self.assertEqual((listed(manager), listed(sports)), ({swim, other}, {swim}))
        self.assertEqual(sports.get(f"{ALERTS}?alert={camp}").status, 200, "one that is dealt with")
        self.assertEqual(sports.get(f"{ALERTS}?alert={other}").status, 404)

    def test_a_consent_that_was_withdrawn_reaches_those_whose_session_the_sign_up_is_of(self):
        bed.sign_up(bed.family(), CAMP)
        one = alert("consent_withdrawn", bed.one("SELECT MAX(id) FROM registrations"))
        self.assertEqual([listed(browser) for browser in (sports, pools, library, manager)], [{one}, set(), set(), {one}])
        self.assertIn(f"Leiri {CAMP} fi, Viikko 24, ti 8.6.{COMING}", sports.get(ALERTS).text)
        bed.sql("DELETE FROM registrations")
        self.assertEqual([listed(browser) for browser in (sports, manager)], [set(), {one}], "of a sign-up that is gone nobody knows whose it was")
        self.assertEqual(close(manager, one), 303)


class Keys(Case):
    def test_each_leads_to_where_it_can_be_looked_into(self):
        bed.hold("anna", CAMP)
        broken = alert("break_glass", bed.one("SELECT MAX(id) FROM session_staff"))
        record, key = alert("sealed_record", 12345), alert("untrusted_key", 54321)
        self.assertEqual([listed(browser) for browser in (officer, chief, sports, manager)], [{broken}, {record, key}, set(), set()])
        shown = officer.get(ALERTS).text
        self.assertIn(f"Leiri {CAMP} fi, Viikko 24", shown)
        to_log = re.search(rf'href="({LOG}[^"]*)"', shown.split("<main")[1])[1].replace("&amp;", "&")
        self.assertEqual(officer.get(to_log).status, 200)
        self.assertEqual(chief.get(ALERTS).text.split("<main")[1].count(f'href="{KEYS}"'), 2)

    def test_the_desk_counts_certificates_about_to_end_of_those_who_are_here(self):
        words = "Avainvarmenteita, jotka päättyvät 60 päivän kuluessa"
        two, until = bed.id_of(bed.chiefs[1]), bed.one("SELECT MIN(until_day) FROM key_certificates")
        self.addCleanup(bed.sql, f"UPDATE staff SET state = 'active' WHERE id = {two}; UPDATE key_certificates SET until_day = '{until}'")
        bed.sql("UPDATE key_certificates SET until_day = CURRENT_DATE + INTERVAL 90 DAY")
        self.assertEqual(counted(chief, words), 0)
        bed.sql("UPDATE key_certificates SET until_day = CURRENT_DATE + INTERVAL 30 DAY")
        self.assertEqual((counted(chief, words), counted(manager, words)), (2, 0))
        bed.sql(f"UPDATE staff SET state = 'disabled' WHERE id = {two}")
        self.assertEqual(counted(chief, words), 1, "one whose account is closed needs no new one")


if __name__ == "__main__":
    unittest.main()
