#!/usr/bin/python3
"""Goal: an instructor sees what is needed for her own group, from a week before to the end; another session is refused by rights, another unit's by
rights and by keys; every opening is written down before it is shown; what somebody changed opens for nobody (K2, K4, K10)."""
import html
import json
import re
import unittest

from payments_bed import wait_until
from signup_bed import CAMP, OTHER, SWIM, SignupBed
from staff_bed import one_bit

LIST = f"/fi/osallistujat/{CAMP}"


def setUpModule():
    global bed, here, supervisor
    bed = SignupBed()
    supervisor = bed.member("activity_supervisor", "saara", ("unit", "sports"))
    here = {login: bed.here(person) for login, person in bed.instructors.items()}
    here["saara"] = bed.here(supervisor)


def tearDownModule():
    bed.close()


def post(browser, path, **fields):
    token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
    return browser.post(path, {"form": token, **fields})


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()
        for session in (CAMP, OTHER):
            bed.move(session, 2)
        bed.hold("anna", CAMP)
        self.visitor = bed.family()
        self.path = bed.sign_up(self.visitor, CAMP, 2, p2_first_name="Sisko", p2_q_diet_nuts="", p2_q_diet_gluten="1")
        self.number = bed.one("SELECT number FROM registrations")

    def uses(self):
        return bed.sql("SELECT what, object_kind, object_id, why, result FROM use_log WHERE object_kind IN ('session', 'registration', 'record') ORDER BY month, seq")[self.before:]

    def mark_uses(self):
        self.before = 0
        self.before = len(self.uses())


class Instructor(Case):
    def test_the_list_has_names_ages_phones_and_what_is_not_of_health(self):
        self.mark_uses()
        page = here["anna"].get(LIST)
        self.assertEqual(page.status, 200, page)
        text = html.unescape(page.text)
        for words in ("Kanariina Lintunen", "Sisko Lintunen", "Helena Huoltaja", 'href="tel:+358401234567"', "yes fi", "viime kesänä", "klo 8-16", "SALASSA PIDETTÄVÄ", "Hävitä tuloste viimeistään"):
            self.assertIn(words, text)
        self.assertNotIn("kanarialintu-terveys", text)
        self.assertNotIn("gluten fi", text)
        self.assertEqual(self.uses(), [["view", "session", str(CAMP), "list", "2"]])
        self.assertEqual(bed.sql("SELECT class, role_sv FROM registration_views"), [["2", "Ledare"]])
        here["anna"].get(LIST)
        self.assertEqual(bed.count("registration_views"), 1, "once a day for one role")
        self.assertIn("osallistujan tiedot", self.visitor.get(self.path).text)

    def test_health_answers_stand_behind_a_purpose_and_the_family_sees_who_looked(self):
        self.mark_uses()
        self.assertIn("Valitse käyttötarkoitus", post(here["anna"], LIST + "/terveystiedot").text)
        self.assertEqual([row[0] for row in self.uses()], ["view"])
        page = post(here["anna"], LIST + "/terveystiedot", purpose="safety")
        for words in ("kanarialintu-terveys", "nuts fi", "gluten fi"):
            self.assertIn(words, html.unescape(page.text))
        self.assertEqual(self.uses()[1:], [["open", "session", str(CAMP), "safety", "2"], ["open", "registration", self.number, "safety", "health"], ["open", "registration", self.number, "safety", "health"]])
        seen = self.visitor.get(self.path).text
        self.assertIn("Ohjaaja", seen)
        self.assertIn("terveystiedot</li>", seen)
        self.assertNotIn("Åkerman", seen, "a role, no name")

    def test_an_answer_is_shown_though_its_question_is_asked_no_more(self):
        bed.sql("SET FOREIGN_KEY_CHECKS = 0; UPDATE form_questions SET code = 'new-words' WHERE code = 'health-words'; DELETE FROM form_choices WHERE code = 'nuts'")
        try:
            page = post(here["anna"], LIST + "/terveystiedot", purpose="safety")
            for words in ("health-words", "kanarialintu-terveys", "nuts"):
                self.assertIn(words, page.text)
        finally:
            bed.sql("SET FOREIGN_KEY_CHECKS = 0; UPDATE form_questions SET code = 'health-words' WHERE code = 'new-words'; INSERT INTO form_choices SELECT form_code, 'diet', 'nuts', 1, 'nuts fi', 'nuts sv', 'nuts en' FROM form_questions WHERE code = 'diet'")

    def test_by_setting_the_family_sees_names(self):
        settings = bed.path("etc/city.toml")
        with open(settings) as file:
            before = file.read()
        for names in (True, False):
            with open(settings, "w") as file:
                file.write(before.replace("family_sees_names = false", f"family_sees_names = {str(names).lower()}"))
            bed.stop("opener")
            bed.start("opener")
            bed.sql("DELETE FROM registration_views")
            post(here["anna"], LIST + "/terveystiedot", purpose="safety")
            self.assertEqual("Åkerman" in self.visitor.get(self.path).text, names)

    def test_in_an_emergency_one_participant_is_two_taps_away_with_protected_contacts_too(self):
        visitor = bed.family()
        bed.sign_up(visitor, CAMP, 1, p1_first_name="Turva", adult_name="Salainen Huoltaja", protected="1")
        text = here["anna"].get(LIST).text
        self.assertIn("Turva Lintunen", text)
        self.assertNotIn("Salainen Huoltaja", text)
        form = [f for f in here["anna"].get(LIST).forms() if f["action"] == LIST + "/hatatilanne"][2]
        self.mark_uses()
        page = here["anna"].post(form["action"], form["fields"])
        for words in ("Turva Lintunen", "Salainen Huoltaja", "tel:+358401234567", "kanarialintu-terveys"):
            self.assertIn(words, page.text)
        self.assertNotIn("Sisko", page.text)
        self.assertEqual([row[3] for row in self.uses()], ["emergency", "emergency"])

    def test_the_kitchen_gets_numbers_and_no_names(self):
        page = post(here["anna"], LIST + "/ruoka")
        self.assertEqual(re.findall(r"<tr><td>(\w+) fi</td><td class=\"num\">(\d+)</td>", page.text), [("gluten", "1"), ("nuts", "1")])
        self.assertEqual(len(re.findall(r'<tr><td>\w+ \d+\.\d+\.\d+</td><td class="num">2</td>', page.text)), 5, "a row for each meeting")
        for name in ("Kanariina", "Sisko", "Lintunen", "kanarialintu"):
            self.assertNotIn(name, page.text)

    def test_from_a_week_before_to_the_end_and_no_longer(self):
        for days, open_now in ((8, False), (6.9, True), (0, True), (-4, True), (-4.3, False), (-10, False)):
            bed.move(CAMP, days)
            page = here["anna"].get(LIST)
            self.assertEqual(page.status, 200)
            self.assertEqual("Kanariina" in page.text, open_now, days)
            health = post(here["anna"], LIST + "/terveystiedot", purpose="safety")
            self.assertEqual(health.status, 200 if open_now else 403, days)
            row, starts = bed.one("SELECT id FROM registrations"), bed.one(f"SELECT DATE_FORMAT(MIN(starts_utc), '%Y-%m-%dT%H:%i:%s') FROM activity_meetings WHERE variant_id = {CAMP}")
            mark = post(here["anna"], LIST + "/lasna", registration=row, participant="1", starts=starts, present="1", quiet="1")
            self.assertEqual(mark.status, {8: 403, -10: 409}.get(days, 200), f"{days}: a phone that has found no connection may come a day later; what can't be taken any more is dropped")

    def test_attendance_is_the_last_tap_whenever_it_comes(self):
        row = bed.one("SELECT id FROM registrations")
        starts = bed.one(f"SELECT DATE_FORMAT(MIN(starts_utc), '%Y-%m-%dT%H:%i:%s') FROM activity_meetings WHERE variant_id = {CAMP}")
        tap = lambda present, tapped, **more: post(here["anna"], LIST + "/lasna", registration=row, participant="1", starts=starts, present=present, tapped=tapped, quiet="1", **more)
        state = lambda: bed.one("SELECT present FROM attendance WHERE participant = 1")
        self.assertEqual(tap("1", "2026-11-28T08:00:00.000Z").status, 200)
        self.assertEqual(state(), "1")
        tap("0", "2026-11-28T09:00:00.000Z")
        tap("1", "2026-11-28T08:30:00.000Z")
        self.assertEqual(state(), "0", "an older tap that came later changes nothing")
        self.assertEqual(bed.count("attendance"), 1)
        self.assertEqual(post(here["anna"], LIST + "/lasna", registration=row, participant="9", starts=starts, present="1").status, 404)
        by_form = [f for f in here["anna"].get(LIST).forms() if f["action"] == LIST + "/lasna"][1]
        done = here["anna"].post(by_form["action"], {**by_form["fields"], "present": "1"})
        self.assertEqual((done.status, done.location), (303, f"{LIST}#p{row}-2"))
        self.assertIn("Paikalla 1 / 2", here["anna"].get(LIST).text)

    def test_a_withdrawn_consent_is_seen_on_the_list(self):
        self.visitor.post(self.path + "/suostumus", self.visitor.get(self.path).form(self.path + "/suostumus")["fields"])
        text = here["anna"].get(LIST).text
        self.assertEqual(text.count("ei enää vastausta"), 2)
        self.assertNotIn("kanarialintu", post(here["anna"], LIST + "/terveystiedot", purpose="safety").text)


class Refused(Case):
    def test_K4_another_session_is_refused_by_rights_and_another_unit_by_rights_and_by_keys(self):
        self.assertEqual(here["bertil"].get(LIST).status, 403, "of the same unit, not of this session")
        self.assertEqual(here["cecilia"].get(LIST).status, 403, "another unit's")
        # Somebody gives the library's instructor every right: there is no key.
        bed.sql("INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_utc) SELECT s.id, g.id, 'unit', 'sports', UTC_TIMESTAMP(3) FROM staff s, staff_groups g WHERE s.login = 'cecilia' AND g.code = 'instructor';"
                "INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) SELECT MAX(id), 'shop', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 YEAR FROM staff_memberships")
        bed.hold("cecilia", CAMP)
        try:
            for answer in (here["cecilia"].get(LIST), post(here["cecilia"], LIST + "/terveystiedot", purpose="safety")):
                self.assertEqual(answer.status, 403)
                self.assertNotIn("Kanariina", answer.text)
            self.assertEqual(bed.count("staff_alerts"), 0, "who has no key alarms nobody")
        finally:
            bed.sql("UPDATE staff_memberships SET ended_utc = UTC_TIMESTAMP(3) WHERE id = (SELECT * FROM (SELECT MAX(id) FROM staff_memberships) AS last)")

    def test_K2_K10_what_was_changed_opens_for_nobody_and_staff_are_told(self):
        other = bed.family()
        bed.sign_up(other, CAMP, 1, p1_first_name="Toinen")
        keys, rows = "kuntakauppa_keys.data_keys", "registration_records"
        first, second = [row[0] for row in bed.sql("SELECT row_id FROM registration_records WHERE class = 2 AND participant = 1 ORDER BY registration_id")]
        swap = lambda table, columns: "; ".join(f"UPDATE {table} a JOIN {table} b ON a.row_id = '{first}' AND b.row_id = '{second}' SET {', '.join(f'a.{c} = b.{c}' for c in columns)}" for _ in (1,))
        for what, change in [("swapped words", swap(rows, ["words"])), ("swapped owners", f"UPDATE {rows} SET registration_id = (SELECT * FROM (SELECT registration_id FROM {rows} WHERE row_id = '{second}') AS o) WHERE row_id = '{first}'"),
                             ("another participant's", f"UPDATE {rows} SET participant = 2 WHERE row_id = '{first}'"), ("replayed version", f"UPDATE {rows} SET row_version = row_version - 1 WHERE row_id = '{first}'"),
                             ("truncated", f"UPDATE {rows} SET words = LEFT(words, 40) WHERE row_id = '{first}'"), ("one bit", f"UPDATE {rows} SET words = {one_bit('words', 31)} WHERE row_id = '{first}'"),
                             ("another's key", f"UPDATE {keys} a JOIN {keys} b ON a.row_id = '{first}' AND b.row_id = '{second}' SET a.sealed = b.sealed"),
                             ("another group's", f"UPDATE {keys} SET group_name = 'unit:library' WHERE row_id = '{first}'"), ("another class", f"UPDATE {rows} SET class = 3 WHERE row_id = '{first}'")]:
            with self.subTest(what):
                kept = bed.sql(f"SELECT HEX(words), registration_id, participant, row_version, class FROM {rows} WHERE row_id = '{first}'")[0]
                key = bed.sql(f"SELECT HEX(sealed), group_name FROM {keys} WHERE row_id = '{first}'")[0]
                bed.sql("DELETE FROM staff_alerts")
                bed.sql(change)
                try:
                    page = here["anna"].get(LIST)
                    self.assertNotIn("Lintunen", page.text)
                    self.assertEqual(page.status, 500)
                    self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["sealed_record"]])
                    self.assertEqual(bed.sql("SELECT what, object_kind, result FROM use_log ORDER BY month DESC, seq DESC LIMIT 1"), [["refused", "record", "broken"]])
                finally:
                    bed.sql(f"UPDATE {rows} SET words = UNHEX('{kept[0]}'), registration_id = {kept[1]}, participant = {kept[2]}, row_version = {kept[3]}, class = {kept[4]} WHERE row_id = '{first}'; UPDATE {keys} SET sealed = UNHEX('{key[0]}'), group_name = '{key[1]}' WHERE row_id = '{first}'")
        self.assertIn("Toinen", here["anna"].get(LIST).text)

    def test_K2_changed_health_answers_open_for_nobody(self):
        bed.sign_up(bed.family(), CAMP, 1)
        first, second = [row[0] for row in bed.sql("SELECT row_id FROM health_answers WHERE participant = 1 ORDER BY registration_id")]
        for what, change in [("swapped words", f"UPDATE health_answers a JOIN health_answers b ON a.row_id = '{first}' AND b.row_id = '{second}' SET a.words = b.words"),
                             ("another's", f"UPDATE health_answers SET registration_id = (SELECT * FROM (SELECT registration_id FROM health_answers WHERE row_id = '{second}') AS o) WHERE row_id = '{first}'"),
                             ("a sibling's", f"UPDATE health_answers SET participant = 2 WHERE row_id = '{first}'"), ("an older version", f"UPDATE health_answers SET row_version = row_version - 1 WHERE row_id = '{first}'"),
                             ("truncated", f"UPDATE health_answers SET words = LEFT(words, 60) WHERE row_id = '{first}'"), ("without its key", f"DELETE FROM kuntakauppa_keys.data_keys WHERE row_id = '{first}' AND class = 1")]:
            with self.subTest(what):
                kept = bed.sql(f"SELECT HEX(words), registration_id, participant, row_version FROM health_answers WHERE row_id = '{first}'")[0]
                bed.sql("DELETE FROM staff_alerts; " + change)
                try:
                    for path, fields in ((LIST + "/terveystiedot", {"purpose": "safety"}), (LIST + "/ruoka", {})):
                        answer = post(here["anna"], path, **fields)
                        self.assertEqual(answer.status, 500, path)
                        self.assertNotIn("kanarialintu-terveys", answer.text)
                    self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["sealed_record"]])
                    self.assertIn("Kanariina", here["anna"].get(LIST).text, "names are other records")
                finally:
                    bed.sql(f"UPDATE health_answers SET words = UNHEX('{kept[0]}'), registration_id = {kept[1]}, participant = {kept[2]}, row_version = {kept[3]} WHERE row_id = '{first}'")

    def test_what_cannot_be_written_down_is_not_shown(self):
        bed.sql("RENAME TABLE use_log TO use_log_away")
        try:
            for answer in (here["anna"].get(LIST), here["anna"].get(LIST)):
                self.assertIn(answer.status, (500, 503))
                self.assertNotIn("Kanariina", answer.text)
        finally:
            bed.sql("RENAME TABLE use_log_away TO use_log")

    def test_glass_is_broken_with_a_reason_for_an_hour_and_the_data_protection_officer_is_told(self):
        page = here["saara"].get(LIST)
        self.assertEqual(page.status, 200)
        self.assertNotIn("Kanariina", page.text)
        self.assertIn("Avaa hätätilanteessa", page.text)
        self.assertEqual(post(here["saara"], LIST + "/terveystiedot", purpose="safety").status, 403)
        self.assertIn("vähintään kymmenellä", post(here["saara"], LIST + "/avaa-hatatilassa", reason="lyhyt").text)
        self.assertEqual(bed.count("staff_alerts"), 0)
        done = post(here["saara"], LIST + "/avaa-hatatilassa", reason="Ohjaaja sairastui kesken leirin")
        self.assertEqual((done.status, done.location), (303, LIST))
        self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["break_glass"]])
        self.assertEqual(bed.sql("SELECT what, object_kind, why, result FROM use_log ORDER BY month DESC, seq DESC LIMIT 1"), [["grant", "session", "Ohjaaja sairastui kesken leirin", "break-glass"]])
        self.assertEqual(bed.one("SELECT TIMESTAMPDIFF(MINUTE, given_utc, ends_utc) FROM session_staff WHERE ends_utc IS NOT NULL"), "60")
        self.assertEqual(here["saara"].get(LIST).status, 403, "the right for an hour; without keys nothing opens all the same")
        bed.join(here["anna"], "saara", "sports")
        self.assertIn("Kanariina", here["saara"].get(LIST).text)
        bed.sql("UPDATE session_staff SET ends_utc = given_utc WHERE reason <> ''")
        self.assertNotIn("Kanariina", here["saara"].get(LIST).text, "the hour is over")
        self.assertEqual(post(here["bertil"], LIST + "/avaa-hatatilassa", reason="Haluan vain katsoa listaa").status, 403, "an instructor breaks no glass")
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: bed.count("outbox WHERE kind = 'staff_digest' AND recipient = 'tietosuoja@lehtoranta.example'") == 1))
        finally:
            bed.stop("sweep")
        self.assertEqual(json.loads(bed.one("SELECT data FROM outbox WHERE recipient = 'tietosuoja@lehtoranta.example'"))["items"][0]["kind"], "break_glass")

    def test_the_family_sees_the_role_by_which_the_person_is_at_its_session(self):
        bed.sql("UPDATE staff_memberships m JOIN staff s ON s.id = m.staff_id SET m.scope_id = 'library' WHERE s.login = 'anna' AND m.scope_id = 'sports';"
                "INSERT INTO staff_groups (code, name_fi, name_sv, name_en, is_ready) VALUES ('guide', 'Opas', 'Guide', 'Guide', FALSE);"
                "INSERT INTO staff_group_rights (group_id, right_name) SELECT g.id, r.right_name FROM staff_groups g, staff_group_rights r JOIN staff_groups i ON i.id = r.group_id AND i.code = 'instructor' WHERE g.code = 'guide';"
                "INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_utc) SELECT s.id, g.id, 'unit', 'sports', UTC_TIMESTAMP(3) FROM staff s, staff_groups g WHERE s.login = 'anna' AND g.code = 'guide';"
                "INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) SELECT MAX(id), 'shop', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 YEAR FROM staff_memberships")
        try:
            self.assertEqual(here["anna"].get(LIST).status, 200)
            self.assertEqual(bed.sql("SELECT DISTINCT role_fi FROM registration_views"), [["Opas"]])
        finally:
            bed.sql("DELETE a FROM staff_register_approvals a JOIN staff_memberships m ON m.id = a.membership_id JOIN staff_groups g ON g.id = m.group_id WHERE g.code = 'guide';"
                    "DELETE m FROM staff_memberships m JOIN staff_groups g ON g.id = m.group_id WHERE g.code = 'guide';"
                    "DELETE FROM staff_groups WHERE code = 'guide';"
                    "UPDATE staff_memberships m JOIN staff s ON s.id = m.staff_id SET m.scope_id = 'sports' WHERE s.login = 'anna' AND m.scope_id = 'library'")

    def test_another_units_session_is_sealed_to_that_unit_and_opens_there(self):
        bed.hold("cecilia", OTHER)
        bed.sign_up(bed.family(), OTHER, 1, p1_first_name="Kirja")
        self.assertIn("Kirja Lintunen", here["cecilia"].get(f"/fi/osallistujat/{OTHER}").text)
        self.assertIn("<p>1 osallistuja.", here["cecilia"].get("/fi/osallistujat").text)
        self.assertIn("<p>2 osallistujaa", here["anna"].get("/fi/osallistujat").text)
        self.assertEqual(here["anna"].get(f"/fi/osallistujat/{OTHER}").status, 403)
        self.assertEqual(here["anna"].get(f"/fi/osallistujat/{SWIM}").status, 403)
        self.assertEqual(here["anna"].get("/fi/osallistujat/999999").status, 404)

    def test_one_person_opens_so_many_an_hour(self):
        bed.sql(f"INSERT INTO use_log SELECT '1999-01', seq_200.seq, UTC_TIMESTAMP(3) + INTERVAL {bed.offset} SECOND, {bed.id_of(bed.instructors['anna'])}, '', 'open', 'key', '', '', '', REPEAT('x', 32) "
                "FROM (WITH RECURSIVE n AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM n WHERE seq < 199) SELECT seq FROM n) AS seq_200")
        try:
            page = post(here["anna"], LIST + "/terveystiedot", purpose="safety")
            self.assertNotIn("kanarialintu-terveys", page.text)
            self.assertIn("niin monta tietoa kuin saa", page.text)
        finally:
            bed.sql("DELETE FROM use_log WHERE month = '1999-01'")


if __name__ == "__main__":
    unittest.main()
