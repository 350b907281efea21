#!/usr/bin/python3
"""Goal: who answers for courses opens groups, many at once, copies a season as drafts, and changes a group; two editors lose nothing of each other's; what was
promised to families who have signed up stays, and a new time or place is mailed to them."""
import json
import re
import unittest

from signup_bed import CAMP, COMING, OTHER, SignupBed
from visitor import history

NEW, SEASON, LIST = "/fi/uudet-ryhmat/a1", "/fi/kauden-kopiointi", "/fi/kurssit"
EDIT = f"/fi/kurssit/{CAMP}/muokkaa"
GROUP = {"name_fi": "Viikko {week}", "name_sv": "Vecka {week}", "name_en": "Week {week}", "place_fi": "Rantala", "place_sv": "Strand", "place_en": "Shore", "address": "Rantatie 1", "seats": "12", "waiting": "3", "minimum": "4",
         "from": f"14.6.{COMING}", "monday": "1", "tuesday": "1", "starts": "9.00", "ends": "16.00", "weeks": "1", "times": "1", "step": "1", "signup_from_day": f"1.2.{COMING}", "signup_from_clock": "8.00",
         "signup_until_day": f"7.6.{COMING}", "signup_until_clock": "23.59", "cancel_until_day": f"31.5.{COMING}", "cancel_until_clock": "23.59"}


def setUpModule():
    global bed, saara, other, boss
    bed = SignupBed()
    bed.member("activity_supervisor", "saara", ("unit", "sports"))
    saara = bed.here(bed.member("activity_supervisor", "saara2", ("unit", "sports")))
    other = bed.here(bed.member("activity_supervisor", "otto", ("unit", "sports")))
    boss = bed.here(bed.member("shop_manager", "boss"))
    bed.sql("UPDATE staff SET name = login")


def tearDownModule():
    bed.close()


def send(page, browser=None, action=None, **fields):
    browser = browser or saara
    shown = browser.get(page)
    assert shown.status == 200, shown
    return browser.post(action or page, {**shown.form(action or page)["fields"], **fields})


def wrong(page):
    return re.findall(r'-wrong">([^<]*)<', page.text)


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()
        bed.sql("DELETE m FROM activity_meetings m WHERE variant_id > 10; DELETE FROM activity_sessions WHERE variant_id > 10; DELETE FROM stock WHERE variant_id > 10; DELETE FROM prices WHERE variant_id > 10; DELETE FROM variants WHERE id > 10; "
                f"UPDATE variants SET starts_utc = '{COMING}-06-07 06:00:00', ends_utc = '{COMING}-06-11 13:00:00', name_fi = 'Viikko 24' WHERE id = 1; DELETE FROM activity_meetings WHERE variant_id = 1;"
                + "".join(f"INSERT INTO activity_meetings VALUES (1, '{COMING}-06-{day:02} 06:00:00', '{COMING}-06-{day:02} 13:00:00');" for day in range(7, 12)))
        bed.sql(f"UPDATE activity_sessions SET place_fi = 'Rantala', place_sv = 'Strand', place_en = 'Shore', address = 'Rantatie 1', age_min = 7, age_max = 12, age_on = '2027-06-07', waiting_places = 5, minimum = 4, "
                f"signup_until_utc = '{COMING}-06-01 21:00:00', cancel_until_utc = '{COMING}-05-24 21:00:00' WHERE variant_id = 1")
        bed.sql("ALTER TABLE variants AUTO_INCREMENT = 11")

    def made(self):
        return bed.sql("SELECT v.name_fi, v.code, v.starts_utc + INTERVAL 3 HOUR, v.active, s.state, (SELECT COUNT(*) FROM activity_meetings m WHERE m.variant_id = v.id) FROM variants v "
                       "JOIN activity_sessions s ON s.variant_id = v.id WHERE v.id > 10 ORDER BY v.starts_utc, v.id")


class New(Case):
    def test_camp_weeks_are_opened_at_once_as_drafts_and_published(self):
        self.assertEqual(send(NEW, **{**GROUP, "times": "3", "wednesday": "1"}).location, LIST)
        self.assertEqual(self.made(), [["Viikko 24", f"{COMING}-06-14", f"{COMING}-06-14 09:00:00", "0", "draft", "3"], ["Viikko 25", f"{COMING}-06-21", f"{COMING}-06-21 09:00:00", "0", "draft", "3"],
                                       ["Viikko 26", f"{COMING}-06-28", f"{COMING}-06-28 09:00:00", "0", "draft", "3"]])
        self.assertEqual(bed.sql("SELECT signup_until_utc FROM activity_sessions WHERE variant_id > 10 ORDER BY variant_id"), [[f"{COMING}-06-07 20:59:00"], [f"{COMING}-06-14 20:59:00"], [f"{COMING}-06-21 20:59:00"]], "moved with the group")
        self.assertEqual(bed.sql("SELECT DISTINCT signup_from_utc FROM activity_sessions WHERE variant_id > 10"), [[f"{COMING}-02-01 06:00:00"]], "it opens for all at once")
        bed.sql(f"CALL note_short_sessions('{COMING}-06-13', 7)")
        self.assertEqual(bed.count("staff_alerts WHERE kind = 'session_short'"), 0, "a draft is short of nobody")
        draft = bed.one("SELECT MIN(variant_id) FROM activity_sessions WHERE state = 'draft'")
        self.assertEqual(bed.enter(bed.family(), draft).status, 404)
        page = saara.get(LIST)
        self.assertIn("Luonnoksia: 3", page.text)
        forms = [form for form in page.forms() if form["action"] == LIST + "/julkaise" and form["fields"].get("product") == "a1"]
        self.assertEqual(saara.post(LIST + "/hylkaa", forms[-1]["fields"]).location, LIST)
        self.assertEqual(saara.post(LIST + "/julkaise", forms[0]["fields"]).location, LIST)
        self.assertEqual([(row[3], row[4]) for row in self.made()], [("1", "open"), ("1", "open"), ("0", "cancelled")])
        last = bed.one("SELECT MAX(variant_id) FROM activity_sessions")
        self.assertEqual([history(saara.get(f"{LIST}/{session}"))[0][1] for session in (draft, last)], [[("Tila", "Luonnos: ei näy asukkaille", words)] for words in ("Ilmoittautuminen on auki", "Peruttu")])
        self.assertEqual(bed.sql("SELECT kind, product_id FROM changes ORDER BY seq DESC LIMIT 1"), [["product", "1"]])
        bed.sql(f"UPDATE activity_sessions SET signup_from_utc = '2026-01-01' WHERE variant_id = {draft}")
        self.assertEqual(bed.enter(bed.family(), draft).status, 303)

    def test_a_group_for_each_weekday_over_the_change_of_clocks(self):
        send(NEW, **{**GROUP, "name_fi": "{day}-ryhmä", "from": f"20.9.{COMING}", "weeks": "8", "split": "weekday", "publish": "open", "starts": "17.30", "ends": "18.15", "signup_until_day": f"25.9.{COMING}", "cancel_until_day": f"10.9.{COMING}"})
        self.assertEqual([(row[0], row[3], row[5]) for row in self.made()], [("ma-ryhmä", "1", "8"), ("ti-ryhmä", "1", "8")])
        times = [row[0][11:] for row in bed.sql("SELECT starts_utc FROM activity_meetings WHERE variant_id > 10 ORDER BY starts_utc")]
        self.assertEqual(set(times[:12]), {"14:30:00"})
        self.assertEqual(set(times[12:]), {"15:30:00"}, "half past five on the wall all autumn")

    def test_mistakes_are_told_and_a_form_sent_twice_makes_its_groups_once(self):
        page = send(NEW, **{**GROUP, "place_sv": "", "monday": "", "tuesday": "", "seats": "x", "signup_until_day": f"1.1.{COMING}", "name_en": ""})
        self.assertEqual(page.status, 200)
        for words in ("Kirjoita teksti tällä kielellä", "Valitse ainakin yksi viikonpäivä", "Kirjoita luku", "jätä kaikki kielet tyhjiksi"):
            self.assertIn(words, page.text)
        self.assertIn("Rantatie 1", page.text)
        self.assertIn("ennen viimeisen kerran loppua", send(NEW, **{**GROUP, "signup_until_day": f"1.1.{COMING}"}).text)
        shown = saara.get(NEW)
        fields = {**shown.form(NEW)["fields"], **GROUP}
        for _ in range(2):
            self.assertEqual(saara.post(NEW, fields).location, LIST)
        self.assertEqual(len(self.made()), 1)
        self.assertEqual(saara.get("/fi/uudet-ryhmat/a3").status, 403, "another unit's activity")
        self.assertEqual(saara.get("/fi/uudet-ryhmat/none").status, 404)


class Season(Case):
    def test_a_season_is_copied_by_whole_weeks_with_its_own_prices(self):
        bed.sql(f"INSERT INTO prices VALUES (1, {CAMP}, 'everyone', 900); UPDATE activity_sessions SET age_on = '{COMING}-06-07'")
        try:
            self.assertEqual(send(SEASON, what="unit:sports", **{"from": f"1.6.{COMING}", "until": f"30.6.{COMING}", "weeks": "52"}).location, LIST)
        finally:
            bed.sql(f"DELETE FROM prices WHERE variant_id = {CAMP}; UPDATE activity_sessions SET age_on = '2027-06-07' WHERE variant_id < 10")
        rows = bed.sql("SELECT v.product_id, v.starts_utc + INTERVAL 3 HOUR, s.state, CAST(s.age_on AS CHAR), s.minimum, k.capacity FROM variants v JOIN activity_sessions s ON s.variant_id = v.id JOIN stock k ON k.variant_id = v.id WHERE v.id > 10 ORDER BY v.product_id")
        self.assertEqual(rows, [[product, f"{COMING + 1}-06-06 09:00:00", "draft", f"{COMING + 1}-06-06", "4", seats] for product, seats in (("1", "10"), ("2", "6"), ("4", "10"))], "the library's is not sports'")
        self.assertEqual(bed.sql("SELECT cents FROM prices WHERE variant_id > 10"), [["900"]])
        self.assertNotIn('value="a3"', saara.get(SEASON).text)

    def test_or_to_a_given_day(self):
        self.assertEqual(send(SEASON, what="a1", **{"from": f"1.6.{COMING}", "until": f"30.6.{COMING}", "weeks": "", "first": f"20.6.{COMING + 1}"}).location, LIST)
        self.assertEqual([row[2] for row in self.made()], [f"{COMING + 1}-06-20 09:00:00"])

    def test_mistakes_are_told(self):
        page = send(SEASON, what="a3", **{"from": f"1.7.{COMING}", "until": f"30.6.{COMING}", "weeks": "52", "first": f"20.6.{COMING + 1}"})
        self.assertEqual(len(wrong(page)) + page.text.count('id="what-wrong"') > 2, True)
        self.assertIn("Näinä päivinä ei ala", send(SEASON, what="a1", **{"from": f"1.7.{COMING}", "until": f"30.7.{COMING}", "weeks": "52"}).text)
        self.assertIn("myöhemmin kuin", send(SEASON, what="a1", **{"from": f"1.6.{COMING}", "until": f"30.6.{COMING}", "weeks": "", "first": f"7.6.{COMING}"}).text)
        self.assertEqual(self.made(), [])


class Edit(Case):
    def mails(self):
        return [(row[0], json.loads(row[1])["words"]) for row in bed.sql("SELECT lang, data FROM outbox WHERE kind = 'registration' ORDER BY id") if json.loads(row[1])["about"] == "message"]

    def test_what_is_changed_stands_and_the_page_shows_what_stood(self):
        shown = saara.get(EDIT).form(EDIT)["fields"]
        self.assertEqual((shown["place_sv"], shown["seats"], shown["age_on"], shown["signup_from_day"], shown["signup_from_clock"]), ("Strand", "10", "7.6.2027", "1.1.2026", "8.00"))
        self.assertEqual(shown["meetings"].splitlines()[:2], [f"7.6.{COMING} 9.00–16.00", f"8.6.{COMING} 9.00–16.00"])
        self.assertEqual(saara.post(EDIT, {**shown, "seats": "15", "meetings": f"8.6.{COMING} 10:00-12:00\n7.6.{COMING} 9–16".replace("9–16", "9.00 – 16.00"), "minimum": "2"}).location, f"/fi/kurssit/{CAMP}")
        self.assertEqual(bed.sql(f"SELECT starts_utc, ends_utc FROM activity_meetings WHERE variant_id = {CAMP} ORDER BY 1"), [[f"{COMING}-06-07 06:00:00", f"{COMING}-06-07 13:00:00"], [f"{COMING}-06-08 07:00:00", f"{COMING}-06-08 09:00:00"]])
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {CAMP}"), [["15", "15"]])
        self.assertEqual(bed.one(f"SELECT ends_utc FROM variants WHERE id = {CAMP}"), f"{COMING}-06-08 09:00:00")
        self.assertEqual(saara.get(f"/fi/kurssit/{OTHER}/muokkaa").status, 403)
        self.assertEqual(saara.post(f"/fi/kurssit/{OTHER}/muokkaa", shown).status, 403)

    def test_who_changed_what_stands_on_its_page_with_the_values_before(self):
        page = f"{LIST}/{CAMP}"
        self.addCleanup(bed.sql, f"DELETE FROM edit_history; DELETE FROM prices WHERE variant_id = {CAMP}; DELETE FROM coming_prices WHERE variant_id = {CAMP}; UPDATE activity_sessions SET state = 'open' WHERE variant_id = {CAMP}")
        bed.sql("DELETE FROM edit_history")
        typed = {**saara.get(EDIT).form(EDIT)["fields"], "seats": "15", "place_sv": "Hamnen", "age_max": "", "age_min": "", "age_on": "", "signup_from_clock": "9.30", "meetings": f"7.6.{COMING} 9.00–16.00\n8.6.{COMING} 9.00–15.00"}
        for _ in range(2):
            self.assertEqual(saara.post(EDIT, typed).status, 303)  # a double click
        self.assertEqual(send(EDIT, boss, price_everyone="9", next_everyone="12,5", from_everyone="2037-01-01").status, 303)
        self.assertEqual(send(EDIT, boss).status, 303)  # nothing new
        for action in ("/sulje", "/avaa"):
            form = [form for form in saara.get(LIST).forms() if form["action"] == LIST + action and form["fields"].get("session") == str(CAMP)][0]["fields"]
            self.assertEqual(saara.post(LIST + action, form).location, LIST)
        opened, closed, priced, changed = history(saara.get(page))
        self.assertEqual((opened, closed), (("saara2", [("Tila", "Ilmoittautuminen on suljettu", "Ilmoittautuminen on auki")]), ("saara2", [("Tila", "Ilmoittautuminen on auki", "Ilmoittautuminen on suljettu")])))
        self.assertEqual((priced[0], sorted(priced[1])), ("boss", [("Hinta nyt, €, Kaikki", "–", "9,00"), ("Uusi hinta alkaen, Kaikki", "–", "to 1.1.2037"), ("Uusi hinta, €, Kaikki", "–", "12,50")]))
        self.assertEqual((changed[0], sorted(changed[1])), ("saara2", [("Enintään, vuotta", "12", "–"), ("Ikä lasketaan päivänä", "7.6.2027", "–"), ("Ilmoittautuminen alkaa, Kellonaika", "8.00", "9.30"),
            ("Kerrat", ", ".join(f"{day}.6.{COMING} 9.00–16.00" for day in range(7, 12)), f"7.6.{COMING} 9.00–16.00, 8.6.{COMING} 9.00–15.00"), ("Paikka, Ruotsiksi", "Strand", "Hamnen"), ("Paikkoja", "10", "15"), ("Vähintään, vuotta", "7", "–")]))
        self.assertIn(("New price, €, Everyone", "–", "12.50"), [one for _, edits in history(boss.get(f"/en/activities/{CAMP}")) for one in edits])

    def test_a_second_editor_is_told_and_loses_nothing(self):
        mine, theirs = (browser.get(EDIT).form(EDIT)["fields"] for browser in (saara, other))
        other.post(EDIT, {**theirs, "seats": "20", "address": "Uusikatu 5"})
        page = saara.post(EDIT, {**mine, "minimum": "1", "place_fi": "Satama"})
        self.assertEqual(page.status, 200)
        self.assertIn("Joku muu muutti ryhmää", page.text)
        self.assertIn("Paikkoja: 20", page.text)
        self.assertIn("Uusikatu 5", page.text)
        again = page.form(EDIT)["fields"]
        self.assertEqual((again["place_fi"], again["minimum"], again["seats"]), ("Satama", "1", "10"))
        self.assertEqual(bed.one(f"SELECT place_fi FROM activity_sessions WHERE variant_id = {CAMP}"), "Rantala", "nothing was written over")
        self.assertEqual(saara.post(EDIT, {**again, "seats": "20", "address": "Uusikatu 5"}).status, 303)
        self.assertEqual(bed.sql(f"SELECT place_fi, address, minimum FROM activity_sessions WHERE variant_id = {CAMP}"), [["Satama", "Uusikatu 5", "1"]])

    def test_a_price_and_a_field_that_another_set_or_cleared_are_told(self):
        self.addCleanup(bed.sql, f"DELETE FROM prices WHERE variant_id = {CAMP}")
        bed.sql(f"INSERT INTO prices VALUES (1, {CAMP}, 'everyone', 900)")
        mine = boss.get(EDIT).form(EDIT)["fields"]
        self.assertEqual(boss.post(EDIT, {**mine, "next_everyone": "12", "from_everyone": "2037-01-01", "age_min": "", "age_max": ""}).status, 303)
        page = boss.post(EDIT, {**mine, "minimum": "1"})
        for words in ("Joku muu muutti ryhmää", "<li>Uusi hinta, €, Kaikki: 12,00</li>", "<li>Uusi hinta alkaen, Kaikki: 2037-01-01</li>", "<li>Vähintään, vuotta: –</li>"):
            self.assertIn(words, page.text)
        self.assertNotIn("<li>Hinta nyt", page.text, "what is the same is not told")
        self.assertEqual(boss.post(EDIT, {**page.form(EDIT)["fields"], "next_everyone": "12", "from_everyone": "2037-01-01"}).status, 303)
        self.assertEqual(bed.sql(f"SELECT cents FROM coming_prices WHERE variant_id = {CAMP}"), [["1200"]])

    def test_a_meeting_over_days_keeps_its_days(self):
        times = lambda: bed.sql(f"SELECT starts_utc, ends_utc FROM activity_meetings WHERE variant_id = {CAMP} ORDER BY 1")
        over_days = [[f"{COMING}-06-11 14:00:00", f"{COMING}-06-13 12:00:00"]]
        bed.sql(f"DELETE FROM activity_meetings WHERE variant_id = {CAMP}; INSERT INTO activity_meetings VALUES ({CAMP}, '{over_days[0][0]}', '{over_days[0][1]}')")
        shown = saara.get(EDIT).form(EDIT)["fields"]
        self.assertEqual(shown["meetings"].strip(), f"11.6.{COMING} 17.00–13.6.{COMING} 15.00")
        self.assertEqual(saara.post(EDIT, {**shown, "minimum": "2"}).status, 303)
        self.assertEqual(times(), over_days)
        for typed, stands in ((f"11.6.{COMING} 17.00 - 13.6.{COMING} 15.00", over_days[0]), (f"{COMING}-06-11 17.00–{COMING}-06-13 15.00", over_days[0]), (f"11.6.{COMING} 22.00–6.00", [f"{COMING}-06-11 19:00:00", f"{COMING}-06-12 03:00:00"]),
                              (f"11.6.{COMING} 17.00–12.6.{COMING} 17.00", [f"{COMING}-06-11 14:00:00", f"{COMING}-06-12 14:00:00"])):
            self.assertEqual(send(EDIT, meetings=typed).status, 303, typed)
            self.assertEqual(times(), [stands], typed)
        for typed in (f"11.6.{COMING} 17.00–10.6.{COMING} 15.00", f"11.6.{COMING} 17.00–31.6.{COMING} 15.00", f"11.6.{COMING} 17.00–12.6.{COMING}", f"11.6.{COMING} 17.00–13.6.{COMING} 15.00 18.00"):
            self.assertIn("Tarkista rivi", send(EDIT, meetings=typed).text, typed)

    def test_what_was_promised_to_families_stays(self):
        bed.sign_up(bed.family(), CAMP, 3)
        for changed, words in (({"seats": "2"}, "Paikkoja on varattu jo 3"), ({"age_max": "10"}, "Ikärajaa ei voi muuttaa"), ({"cancel_until_day": f"1.5.{COMING}"}, "ei voi aikaistaa"),
                               ({"meetings": f"8.6.{COMING} 9.00-16.00"}, "Vahvista, että perheille lähtee viesti")):
            self.assertIn(words, send(EDIT, **{"minimum": "0", **changed}).text)
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {CAMP}"), [["10", "7"]])
        self.assertEqual(send(EDIT, seats="3", minimum="3").status, 303)
        self.assertEqual(bed.free(CAMP), 0)
        self.assertEqual(bed.misplaced(), [])

    def test_one_sign_up_is_told_as_one(self):
        bed.sign_up(bed.family(), CAMP, 1)
        for path, words in ((EDIT, ("yksi paikka on varattu", "(yksi ilmoittautuminen)")), (f"/sv/kurser/{CAMP}/redigera", ("en plats är reserverad", "(en anmälan)")), (f"/en/activities/{CAMP}/edit", ("one place is taken", "(one sign-up)"))):
            shown = saara.get(path).text
            for one in words:
                self.assertIn(one, shown)
        self.assertIn("Yksi paikka on varattu jo", send(EDIT, seats="0", minimum="0").text)

    def test_a_new_time_or_place_is_mailed_to_the_families_in_their_language(self):
        for lang in ("fi", "sv"):
            bed.sign_up(bed.family(lang), CAMP, 1, email=f"{lang}@example.com")
        self.assertEqual(send(EDIT, minimum="2").status, 303)
        self.assertEqual(self.mails(), [])
        self.assertEqual(send(EDIT, meetings=f"8.6.{COMING} 9.00-16.00", place_sv="Hamnen", tell="1").status, 303)
        fi, sv = self.mails()
        self.assertIn(f"ti 8.6.{COMING} klo 9.00", fi[1])
        self.assertIn("Ny plats: Hamnen, Rantatie 1", sv[1])
        self.assertIn(f"tis 8.6.{COMING}", sv[1])

    def test_meetings_that_have_begun_stay(self):
        bed.sql(f"DELETE FROM activity_meetings WHERE variant_id = {CAMP};" + "".join(f"INSERT INTO activity_meetings SELECT {CAMP}, DATE(UTC_TIMESTAMP()) + INTERVAL {days} DAY + INTERVAL 6 HOUR, DATE(UTC_TIMESTAMP()) + INTERVAL {days} DAY + INTERVAL 9 HOUR;" for days in (-1, 1, 2)))
        page = saara.get(EDIT)
        first, second, *rest = page.form(EDIT)["fields"]["meetings"].splitlines()
        over = {"signup_until_day": "2.1.2026", "cancel_until_day": "1.1.2026"}
        self.assertIn("Jo alkaneita", send(EDIT, meetings="\n".join((second, *rest)), **over).text)
        self.assertEqual(send(EDIT, meetings="\n".join((first, second)), **over).status, 303)
        self.assertIn("Tarkista rivi: huomenna", send(EDIT, meetings="huomenna").text)


if __name__ == "__main__":
    unittest.main()
