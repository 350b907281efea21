#!/usr/bin/python3
"""Goal: who waits is offered a free seat in the stated order and in time; a family cancels, answers anew and withdraws its consent on its own page, and what it takes back is gone."""
import concurrent.futures
import json
import unittest

from payments_bed import wait_until
from signup_bed import CAMP, COMING, PAGES, SWIM, SignupBed, answers


def setUpModule():
    global bed
    bed = SignupBed()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def tearDown(self):
        self.assertEqual(bed.misplaced(), [])

    def signed_up(self, visitor, session=CAMP, seats=1, **changed):
        held = bed.enter(visitor, session, seats)
        self.assertEqual(held.status, 303, held)
        page = visitor.get(held.location)
        done = visitor.post(held.location, {**page.form(held.location)["fields"], **answers(seats, **changed)})
        self.assertEqual(done.status, 303, done)
        return held.location

    def state(self, path):
        return bed.one(f"SELECT state FROM registrations WHERE token = '{path.rsplit('/', 1)[1]}'")

    def press(self, visitor, path, act):
        return visitor.post(path + act, visitor.get(path).form(path + act)["fields"])

    def mails(self):
        return [json.loads(row[0])["about"] for row in bed.sql("SELECT data FROM outbox WHERE kind = 'registration' ORDER BY id")]


class WaitingList(Case):
    def fill(self, free=0, session=CAMP, waiting=5):
        bed.sql(f"UPDATE stock SET free = {free}, capacity = {free} WHERE variant_id = {session}; UPDATE activity_sessions SET waiting_places = {waiting} WHERE variant_id = {session}")

    def joined(self, seats=1, email="odottaja@example.com", lang="fi"):
        visitor = bed.family(lang)
        full = bed.enter(visitor, CAMP, seats)
        self.assertEqual(full.status, 200)
        path = PAGES[lang][0] + {"fi": "/jono", "sv": "/ko", "en": "/queue"}[lang]
        self.assertEqual(set(full.form(path)["fields"]), {"form", "session", "seats", "email"}, "nothing else is asked")
        done = visitor.post(path, {**full.form(path)["fields"], "email": email})
        self.assertEqual(done.status, 303, done)
        return visitor, done.location

    def freed(self, seats, session=CAMP):
        bed.sql(f"UPDATE stock SET free = free + {seats}, capacity = capacity + {seats} WHERE variant_id = {session}")

    def swept(self, condition):
        bed.start_sweep()
        try:
            return wait_until(condition)
        finally:
            bed.stop("sweep")

    def test_joining_is_told_in_each_language_and_asks_an_address_only(self):
        self.fill()
        for n, lang in enumerate(("fi", "sv", "en"), 1):
            visitor, path = self.joined(lang=lang)
            self.assertEqual(self.state(path), "waiting")
            page = visitor.get(path)
            self.assertIn(f": {n}", page.text, "the place in line")
        self.assertEqual(self.mails(), ["waiting"] * 3)
        self.assertEqual((bed.count("registration_records"), bed.count("registration_participants")), (0, 0))
        wrong = bed.family()
        full = bed.enter(wrong)
        back = wrong.post("/fi/ilmoittaudu/jono", {**full.form("/fi/ilmoittaudu/jono")["fields"], "email": "nobody"})
        self.assertEqual((back.status, back.form("/fi/ilmoittaudu/jono")["fields"]["email"]), (200, "nobody"))

    def test_the_list_has_its_length_even_when_many_join_at_once(self):
        self.fill(waiting=5)
        visitors = [bed.family() for _ in range(8)]
        forms = [visitor.post("/fi/ilmoittaudu", {"session": CAMP, "seats": 2}).form("/fi/ilmoittaudu/jono")["fields"] for visitor in visitors]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda pair: pair[0].post("/fi/ilmoittaudu/jono", {**pair[1], "email": "a@example.com"}).status, zip(visitors, forms)))
        self.assertEqual((done.count(303), bed.one("SELECT SUM(seats) FROM registrations WHERE state = 'waiting'")), (2, "4"))
        self.assertEqual(bed.enter(bed.family(), CAMP, 1).status, 200)
        self.assertNotIn("/fi/ilmoittaudu/jono", bed.enter(bed.family(), CAMP, 2).text, "no room for two")

    def test_a_free_seat_is_offered_to_the_first_and_nobody_passes_the_line(self):
        self.fill()
        one, first = self.joined(email="one@example.com")
        _, second = self.joined(email="two@example.com")
        self.freed(1)
        self.assertEqual(bed.enter(bed.family(), CAMP, 1).status, 200, "a newcomer doesn't take what others wait for")
        self.assertTrue(self.swept(lambda: self.state(first) == "held"))
        self.assertEqual(self.state(second), "waiting")
        self.assertEqual(bed.one("SELECT TIMESTAMPDIFF(MINUTE, offered_utc, hold_until_utc) FROM registrations WHERE state = 'held'"), str(24 * 60))
        self.assertEqual(self.mails()[-1], "offer")
        page = one.get(first)
        self.assertIn("odottavat sinua", page.text)
        self.assertNotIn('name="extend"', page.text, "there is a day's time")
        self.assertIn("p1_q_health-words", page.text, "health is asked now that the seat is held")
        done = one.post(first, {**page.form(first)["fields"], **answers()})
        self.assertEqual((done.status, self.state(first)), (303, "confirmed"))

    def test_who_does_not_come_in_time_is_passed_and_the_next_is_offered(self):
        self.fill()
        _, first = self.joined()
        _, second = self.joined()
        self.freed(1)
        self.swept(lambda: self.state(first) == "held")
        bed.later(23 * 3600)
        bed.start_sweep()
        self.assertFalse(wait_until(lambda: self.state(first) != "held", 3))
        bed.later(24 * 3600 + 60)
        self.assertTrue(wait_until(lambda: (self.state(first), self.state(second)) == ("expired", "held")))
        bed.stop("sweep")

    def test_families_that_fit_go_first_or_by_setting_nobody_passes(self):
        settings = bed.path("etc/city.toml")
        with open(settings) as file:
            before = file.read()
        for fit in (True, False):
            bed.new_season()
            self.fill()
            with open(settings, "w") as file:
                file.write(before.replace("families_that_fit_first = true", f"families_that_fit_first = {str(fit).lower()}"))
            _, three = self.joined(seats=3)
            _, one = self.joined(seats=1)
            self.freed(2)
            if fit:
                self.assertTrue(self.swept(lambda: (self.state(three), self.state(one)) == ("waiting", "held")))
            else:
                bed.start_sweep()
                self.assertFalse(wait_until(lambda: self.state(one) == "held", 3))
                bed.stop("sweep")
        with open(settings, "w") as file:
            file.write(before)

    def test_whom_staff_put_before_comes_first(self):
        self.fill()
        _, first = self.joined()
        _, second = self.joined()
        bed.sql(f"UPDATE registrations SET queue_rank = 1 WHERE token = '{second.rsplit('/', 1)[1]}'")
        self.freed(1)
        self.assertTrue(self.swept(lambda: (self.state(first), self.state(second)) == ("waiting", "held")))

    def test_where_staff_closed_the_sign_up_nobody_is_offered_and_who_leaves_is_not(self):
        self.fill()
        visitor, first = self.joined()
        _, second = self.joined()
        self.press(visitor, first, "/peru")
        self.assertEqual(self.state(first), "cancelled")
        bed.sql(f"UPDATE activity_sessions SET state = 'closed' WHERE variant_id = {CAMP}")
        self.freed(1)
        bed.start_sweep()
        self.assertFalse(wait_until(lambda: self.state(second) != "waiting", 3))
        bed.sql(f"UPDATE activity_sessions SET state = 'open' WHERE variant_id = {CAMP}")
        self.assertTrue(wait_until(lambda: self.state(second) == "held"))
        bed.stop("sweep")


class Mails(Case):
    def test_nobodys_mailbox_is_flooded_by_whoever_types_its_address(self):
        visitor = bed.family()
        for _ in range(8):
            path = self.signed_up(visitor, email="victim@example.com")
            self.press(visitor, path, "/peru")
            self.assertEqual(self.state(path), "cancelled", "what was asked is done")
        self.assertEqual(len(self.mails()), 6)
        bed.later(61 * 60)
        self.signed_up(visitor, email="victim@example.com")
        self.assertEqual(len(self.mails()), 7)


class FamilysPage(Case):
    def test_a_free_sign_up_is_cancelled_until_its_deadline(self):
        visitor = bed.family()
        path = self.signed_up(visitor, CAMP, 2)
        self.assertEqual((bed.count("health_answers"), bed.free()), (2, 8))
        self.press(visitor, path, "/peru")
        self.assertEqual((self.state(path), bed.free(), bed.count("health_answers"), bed.count("refund_requests")), ("cancelled", 10, 0, 0))
        self.assertEqual(self.mails(), ["confirmed", "cancelled"])
        self.assertEqual(bed.sql("SELECT table_name FROM kuntakauppa_keys.data_keys WHERE table_name = 'health_answers'"), [], "keys first")
        late = self.signed_up(visitor)
        form = visitor.get(late).form(late + "/peru")["fields"]
        bed.sql(f"UPDATE activity_sessions SET cancel_until_utc = '2026-02-01' WHERE variant_id = {CAMP}")
        try:
            visitor.post(late + "/peru", form)
            self.assertEqual(self.state(late), "confirmed")
            self.assertIn("aika on ohi", visitor.get(late).text)
        finally:
            bed.sql(f"UPDATE activity_sessions SET cancel_until_utc = '{COMING}-05-24 21:00:00' WHERE variant_id = {CAMP}")

    def test_what_was_paid_is_asked_back_once(self):
        visitor = bed.family()
        path = self.signed_up(visitor, SWIM, 2, group="child", p2_group="sibling")
        bed.pay(visitor, bed.order(visitor))
        form = visitor.get(path).form(path + "/peru")["fields"]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: visitor.post(path + "/peru", form), range(4)))
        self.assertEqual(bed.sql("SELECT cents, reason, state FROM refund_requests"), [["11500", "family_cancelled", "asked"]])
        self.assertEqual((self.state(path), bed.free(SWIM), bed.count("health_answers")), ("cancelled", 6, 0))
        self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["refund_waits"]])
        self.assertEqual(self.mails()[-1], "cancelled_refund")
        self.assertEqual(bed.one("SELECT state FROM orders"), "paid", "the receipt stands until the refund")

    def test_who_lost_the_link_asks_for_it_by_mail(self):
        visitor = bed.family()
        path = self.signed_up(visitor)
        page = visitor.get(visitor.paths["my_orders"])
        visitor.post(visitor.paths["my_orders"], {**page.form(visitor.paths["my_orders"])["fields"], "email": "helena@example.com"})
        mail = json.loads(bed.one("SELECT data FROM outbox WHERE kind = 'order_links'"))
        self.assertEqual(([one["page_url"] for one in mail["sign_ups"]], mail["orders"]), ([f"http://localhost:{bed.shop_port}{path}"], []))

    def test_the_consent_is_withdrawn_as_easily_as_given(self):
        visitor = bed.family()
        path = self.signed_up(visitor, CAMP, 2)
        self.press(visitor, path, "/suostumus")
        self.assertEqual((self.state(path), bed.count("health_answers"), bed.count("registration_records")), ("confirmed", 0, 4))
        self.assertEqual(bed.sql("SELECT participant, withdrawn_utc IS NOT NULL FROM registration_consents"), [["1", "1"], ["2", "1"]], "the proof stays")
        self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["consent_withdrawn"]])
        self.assertNotIn("/suostumus", visitor.get(path).text)
        log = bed.sql("SELECT what, object_kind, why, result FROM use_log WHERE object_kind = 'data_keys' ORDER BY month DESC, seq DESC LIMIT 1")
        self.assertEqual(log, [["delete", "data_keys", "consent withdrawn", "destroyed"]])

    def test_health_answers_are_typed_anew_and_the_old_ones_are_gone(self):
        visitor = bed.family()
        path = self.signed_up(visitor, CAMP, 2)
        before = {row[0] for row in bed.sql("SELECT row_id FROM health_answers")}
        page = visitor.get(path + "/terveystiedot")
        self.assertNotIn("kanarialintu", page.text, "what was answered is not shown")
        forms = [form for form in page.forms() if form["action"] == path + "/terveystiedot"]
        self.assertEqual(len(forms), 2)
        wrong = visitor.post(path + "/terveystiedot", {**forms[1]["fields"], "p2_q_health-words": "uusi vastaus"})
        self.assertEqual(wrong.status, 200)
        self.assertIn("uusi vastaus", wrong.text, "typed words come back")
        done = visitor.post(path + "/terveystiedot", {**forms[1]["fields"], "p2_q_health-words": "uusi vastaus", "p2_consent": "1"})
        self.assertEqual(done.location, path)
        rows = bed.sql("SELECT row_id, participant FROM health_answers ORDER BY participant")
        self.assertEqual([row[1] for row in rows], ["1", "2"])
        self.assertEqual(len(before & {row[0] for row in rows}), 1)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM kuntakauppa_keys.data_keys WHERE table_name = 'health_answers'"), "2")
        self.assertEqual(bed.sql("SELECT participant, withdrawn_utc IS NULL FROM registration_consents ORDER BY participant, given_utc"), [["1", "1"], ["2", "0"], ["2", "1"]])
        visitor.post(path + "/terveystiedot", forms[1]["fields"])
        self.assertEqual(bed.sql("SELECT participant FROM health_answers"), [["1"]], "nothing typed, nothing kept")

    def test_when_it_has_begun_answers_change_no_more(self):
        visitor = bed.family()
        path = self.signed_up(visitor)
        form = visitor.get(path + "/terveystiedot").form(path + "/terveystiedot")["fields"]
        bed.sql(f"UPDATE variants SET starts_utc = '2026-02-01' WHERE id = {CAMP}")
        try:
            self.assertEqual(visitor.get(path + "/terveystiedot").location, path)
            visitor.post(path + "/terveystiedot", {**form, "p1_q_health-words": "myöhässä", "p1_consent": "1"})
            self.assertEqual(bed.count("registration_consents"), 1)
        finally:
            bed.sql(f"UPDATE variants SET starts_utc = '{COMING}-06-07 06:00:00' WHERE id = {CAMP}")


if __name__ == "__main__":
    unittest.main()
