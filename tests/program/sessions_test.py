#!/usr/bin/python3
"""Goal: who answers for a unit's courses puts a substitute on a session in a minute, moves a family, writes to all in their language, changes the waiting
list's order with a reason, and calls a session off in one act; without ever seeing a name."""
import json
import re
import threading
import unittest

from payments_bed import wait_until
from signup_bed import CAMP, COMING, OTHER, SEALED_WORDS, SWIM, SignupBed, answers
from visitor import wrong

PAGE = f"/fi/kurssit/{CAMP}"
SECOND = 21  # another session of the camp


def setUpModule():
    global bed, saara, anna, cashier
    bed = SignupBed()
    saara = bed.here(bed.member("activity_supervisor", "saara", ("unit", "sports")))
    anna = bed.here(bed.instructors["anna"])
    cashier = bed.here(bed.member("cashier", "kaisa", ("unit", "sports")))
    bed.sql(f"INSERT INTO variants (id, product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) SELECT {SECOND}, product_id, 'week-25', 'Viikko 25', 'Vecka 25', 'Week 25', starts_utc + INTERVAL 7 DAY, ends_utc + INTERVAL 7 DAY FROM variants WHERE id = {CAMP};"
            f"INSERT INTO stock VALUES ({SECOND}, 10, 10); INSERT INTO activity_sessions SELECT {SECOND}, place_fi, place_sv, place_en, address, access_fi, access_sv, access_en, skill_fi, skill_sv, skill_en, age_min, age_max, age_on, waiting_places, minimum, signup_from_utc, signup_until_utc, cancel_until_utc, state, 1, NULL FROM activity_sessions WHERE variant_id = {CAMP}")


def tearDownModule():
    bed.close()


def send(action, page=PAGE, number=0, browser=None, **fields):
    """The page's form, as a browser sends it."""
    browser = browser or saara
    forms = [form for form in browser.get(page).forms() if form["action"] == action]
    assert forms, (action, [form["action"] for form in browser.get(page).forms()])
    return browser.post(action, {**forms[number]["fields"], **fields})


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def tearDown(self):
        self.assertEqual(bed.misplaced(), [])

    def state(self, path):
        return bed.one(f"SELECT state FROM registrations WHERE token = '{path.rsplit('/', 1)[1]}'")

    def mails(self, about):
        return [(row[0], row[1], json.loads(row[2])) for row in bed.sql("SELECT lang, recipient, data FROM outbox WHERE kind = 'registration' ORDER BY id") if json.loads(row[2])["about"] == about]

    def last_use(self):
        return bed.sql("SELECT what, object_kind, why, result FROM use_log ORDER BY month DESC, seq DESC LIMIT 1")[0]


class Sessions(Case):
    def test_the_page_tells_numbers_and_never_a_name(self):
        bed.sign_up(bed.family(), CAMP, 2)
        page = saara.get(PAGE)
        self.assertEqual(page.status, 200)
        self.assertIn("vahvistettu 2", page.text)
        self.assertIn("vähintään 4 tarvitaan", page.text)
        self.assertIn(bed.one("SELECT number FROM registrations"), page.text)
        for word in SEALED_WORDS:
            self.assertNotIn(word, page.text)
        self.assertEqual(saara.get(f"/fi/kurssit/{OTHER}").status, 403, "another unit's")
        self.assertEqual(saara.get("/fi/kurssit/99999").status, 404)

    def test_a_substitute_of_the_units_pool_is_on_the_session_at_once(self):
        bed.move(CAMP, 2)
        bed.sign_up(bed.family(), CAMP)
        self.assertEqual(anna.get(f"/fi/osallistujat/{CAMP}").status, 403)
        page = saara.get(PAGE)
        pool = re.findall(r'<option value="(\d+)">', page.text)
        self.assertIn(bed.id_of(bed.instructors["anna"]), pool)
        self.assertNotIn(bed.id_of(bed.instructors["cecilia"]), pool, "the library's")
        self.assertIn("Valitse ohjaaja", send(PAGE + "/ohjaaja", staff="").text)
        self.assertEqual(send(PAGE + "/ohjaaja", staff=bed.id_of(bed.instructors["cecilia"])).status, 403)
        form = {**saara.get(PAGE).form(PAGE + "/ohjaaja")["fields"], "staff": bed.id_of(bed.instructors["anna"])}
        self.assertEqual([saara.post(PAGE + "/ohjaaja", form).location for _ in range(2)], [PAGE, PAGE], "a double click")
        self.assertEqual((self.last_use()[0], bed.count("session_staff WHERE ends_utc IS NULL"), bed.count("use_log WHERE result LIKE 'held by %'")), ("grant", 1, 1))
        self.assertIn("Kanariina", anna.get(f"/fi/osallistujat/{CAMP}").text)
        send(PAGE + "/ohjaaja-pois")
        self.assertEqual(anna.get(f"/fi/osallistujat/{CAMP}").status, 403, "and off it at once")

    def test_a_family_is_moved_with_its_seats_or_not_at_all(self):
        path = bed.sign_up(bed.family("sv"), CAMP, 3)
        bed.sql(f"UPDATE stock SET free = 2, capacity = 2 WHERE variant_id = {SECOND}")
        self.assertIn("ei ole tarpeeksi paikkoja", send(PAGE + "/siirra", to=SECOND).text)
        bed.sql(f"UPDATE stock SET free = 10, capacity = 10 WHERE variant_id = {SECOND}")
        self.assertEqual(send(PAGE + "/siirra", to=SECOND).location, PAGE)
        self.assertEqual((bed.free(CAMP), bed.free(SECOND), self.state(path)), (10, 7, "confirmed"))
        self.assertEqual([(lang, data["session"]) for lang, _, data in self.mails("moved")], [("sv", "Vecka 25")])
        self.assertIn("Valitse ryhmä", send(f"/fi/kurssit/{SECOND}/siirra", f"/fi/kurssit/{SECOND}", to=SWIM).text, "of another activity")

    def test_what_is_wrong_with_a_move_stands_beside_the_family_s_own_field(self):
        for email in ("a@example.com", "b@example.com"):
            bed.sign_up(bed.family(), CAMP, 2, email=email)
        bed.sql(f"UPDATE stock SET free = 1, capacity = 1 WHERE variant_id = {SECOND}")
        second = bed.one("SELECT MAX(id) FROM registrations")
        page = send(PAGE + "/siirra", number=1, to=SECOND)
        self.assertEqual(wrong(page), ["to_" + second])
        opened = re.findall(r'<details class="more" open>.*?</details>', page.text)
        self.assertEqual(len(opened), 1)
        for words in (f'id="to_{second}-wrong">Ryhmässä ei ole tarpeeksi paikkoja<', f'<select class="input" id="to_{second}"', f'<option value="{SECOND}" selected>'):
            self.assertIn(words, opened[0])
        forms = [form for form in page.forms() if form["action"] == PAGE + "/siirra"]
        bed.sql(f"UPDATE registrations SET state = 'cancelled', holds_seats = FALSE WHERE id = {second}; UPDATE stock SET free = free + 2 WHERE variant_id = {CAMP}")
        self.assertEqual(saara.post(PAGE + "/siirra", {**forms[1]["fields"], "to": SWIM}).status, 404, "no field of theirs is there to be mended")

    def test_what_was_paid_is_asked_back_from_the_session_that_a_family_was_moved_to(self):
        visitor = bed.family()
        held = bed.enter(visitor, SWIM, 2)
        visitor.post(held.location, {**visitor.get(held.location).form(held.location)["fields"], **answers(2, group="child", p2_group="sibling")})
        bed.pay(visitor, bed.order(visitor))
        bed.sql(f"UPDATE registrations SET variant_id = {CAMP} WHERE variant_id = {SWIM}; UPDATE stock SET free = free - 2 WHERE variant_id = {CAMP}; "
                f"UPDATE stock SET free = free + 2 WHERE variant_id = {SWIM}")
        form = visitor.get(held.location).form(held.location + "/peru")["fields"]
        visitor.post(held.location + "/peru", form)
        self.assertEqual((self.state(held.location), bed.sql("SELECT cents FROM refund_requests")), ("cancelled", [["11500"]]))

    def paid(self, lang="fi", groups=("child",)):
        """A family's paid sign-up of the swimming school, with somebody waiting for its seats: the path of its page, its order's, and the waiting one's."""
        visitor = bed.family(lang)
        held = bed.enter(visitor, SWIM, len(groups))
        visitor.post(held.location, {**visitor.get(held.location).form(held.location)["fields"], **answers(len(groups), **{f"p{n}_group": group for n, group in enumerate(groups, 1)})})
        bed.pay(visitor, bed.order(visitor))
        self.assertEqual(self.state(held.location), "confirmed")
        bed.sql(f"UPDATE stock SET free = 0, capacity = {len(groups)} WHERE variant_id = {SWIM}")
        waiter = bed.family()
        full = bed.enter(waiter, SWIM, 1)
        waiting = waiter.post("/fi/ilmoittaudu/jono", {**full.form("/fi/ilmoittaudu/jono")["fields"], "email": "waits@example.com"}).location
        return held.location, "/fi/tilaukset/" + bed.one("SELECT MAX(id) FROM orders"), waiting

    def test_one_family_is_cancelled_for_it_with_a_reason_even_when_it_can_not_any_more(self):
        path, order, waiting = self.paid("sv", ("child", "sibling"))
        bed.sql(f"UPDATE activity_sessions SET cancel_until_utc = '2026-01-01 21:00:00' WHERE variant_id = {SWIM}")
        url = f"/fi/kurssit/{SWIM}"
        act = url + "/peru-ilmoittautuminen"
        try:
            registration = bed.one(f"SELECT id FROM registrations WHERE state = 'confirmed'")
            self.assertEqual(wrong(send(act, url, words="")), [f"end_{registration}"])
            fields = next(form["fields"] for form in saara.get(url).forms() if form["action"] == act)
            self.assertEqual(saara.post(act, {**fields, "registration": bed.one("SELECT MAX(id) FROM registrations"), "words": "Soitti"}).status, 409, "who waits has nothing to be cancelled here")
            self.assertEqual(saara.post(f"/fi/kurssit/{CAMP}/peru-ilmoittautuminen", {**fields, "words": "Soitti"}).status, 404, "of another session")
            for _ in range(2):
                self.assertEqual(saara.post(act, {**fields, "words": "Lapsi sairastui"}).location, url)
        finally:
            bed.sql(f"UPDATE activity_sessions SET cancel_until_utc = '{COMING}-05-24 21:00:00' WHERE variant_id = {SWIM}")
        self.assertEqual((self.state(path), bed.count("health_answers"), bed.free(SWIM)), ("cancelled", 0, 2))
        self.assertEqual(bed.sql(f"SELECT why, result FROM use_log WHERE object_kind = 'registration' AND object_id = '{registration}'"), [["Lapsi sairastui", "cancelled"]])
        self.assertEqual(bed.sql("SELECT cents, reason, words, requested_by IS NOT NULL, state FROM refund_requests"), [["11500", "family_cancelled", "Lapsi sairastui", "1", "asked"]])
        self.assertEqual([(lang, data["refund_cents"]) for lang, _, data in self.mails("cancelled_refund")], [("sv", 11500)])
        shown = cashier.get("/fi/hyvitykset").text
        self.assertIn("Lapsi sairastui", shown)
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: self.state(waiting) == "held"), "the seat is offered to who waits")
            send("/fi/hyvitykset/maksa", "/fi/hyvitykset", browser=cashier)
            self.assertTrue(wait_until(lambda: bed.count("refunds WHERE state = 'ok'") == 1))
        finally:
            bed.stop("sweep")
        self.assertEqual(bed.one("SELECT words FROM refund_requests"), "Lapsi sairastui", "it says why to the end")

    def test_a_refund_by_staff_ends_the_sign_up_where_they_say_so_and_all_its_units_come_back(self):
        path, order, waiting = self.paid("sv", ("child", "sibling"))
        at = order + "/hyvitys"
        self.assertIn("Päätä ilmoittautuminen ja vapauta paikka", cashier.get(at).text)
        asks = {"reason": "customer_asked", "words": "Soitti"}
        made = lambda count: wait_until(lambda: bed.count("refunds WHERE state = 'ok'") == count)
        bed.start_sweep()
        try:
            self.assertEqual(send(at, at, browser=cashier, what="lines", units_1="1", stock_back="1", **asks).status, 303)
            self.assertTrue(made(1))
            self.assertEqual((self.state(path), bed.free(SWIM)), ("confirmed", 0), "nobody knows which of the two stays")
            self.assertEqual(send(at, at, browser=cashier, what="all", stock_back="1", **asks).status, 303)
            self.assertTrue(made(2))
            self.assertTrue(wait_until(lambda: self.state(waiting) == "held"), "the seat is offered to who waits")
        finally:
            bed.stop("sweep")
        self.assertEqual((self.state(path), bed.count("health_answers"), bed.free(SWIM)), ("cancelled", 0, 1))
        self.assertEqual([lang for lang, _, _ in self.mails("cancelled")], ["sv"])
        self.assertEqual(bed.count("refund_requests"), 2, "nothing is asked back once more")

    def test_a_refund_by_staff_leaves_the_sign_up_where_they_do_not_say_so(self):
        path, order, waiting = self.paid()
        at = order + "/hyvitys"
        bed.start_sweep()
        try:
            send(at, at, browser=cashier, what="all", reason="mistake", words="Hyvitys")
            self.assertTrue(wait_until(lambda: bed.count("refunds WHERE state = 'ok'") == 1))
        finally:
            bed.stop("sweep")
        self.assertEqual((self.state(path), self.state(waiting), self.mails("cancelled")), ("confirmed", "waiting", []))
        url = f"/fi/kurssit/{SWIM}"
        send(url + "/peru-ilmoittautuminen", url, words="Unohtui")
        self.assertEqual((self.state(path), len(self.mails("cancelled")), bed.count("refund_requests")), ("cancelled", 1, 1), "what has gone back is not promised again")

    def test_of_two_sign_ups_of_one_order_none_gets_what_the_other_has_paid(self):
        visitor = bed.family()
        paths = []
        for _ in range(2):
            held = bed.enter(visitor, SWIM, 1)
            visitor.post(held.location, {**visitor.get(held.location).form(held.location)["fields"], **answers(1, p1_group="child")})
            paths.append(held.location)
        bed.pay(visitor, bed.order(visitor))
        at, url = "/fi/tilaukset/" + bed.one("SELECT MAX(id) FROM orders") + "/hyvitys", f"/fi/kurssit/{SWIM}"
        bed.start_sweep()
        try:
            send(at, at, browser=cashier, what="lines", units_1="1", reason="customer_asked", words="Toinen ei tule")
            self.assertTrue(wait_until(lambda: bed.count("refunds WHERE state = 'ok'") == 1))
        finally:
            bed.stop("sweep")
        first, second = (row[0] for row in bed.sql("SELECT id FROM registrations WHERE state = 'confirmed' ORDER BY id"))
        send(url + "/peru-ilmoittautuminen", url, registration=first, words="Ei tule")
        self.assertEqual(([self.state(path) for path in paths], bed.count("refund_requests WHERE state = 'asked'")), (["cancelled", "confirmed"], 0), "its money has gone back")
        send(url + "/peru-ilmoittautuminen", url, registration=second, words="Ei tule")
        self.assertEqual(bed.sql("SELECT cents FROM refund_requests WHERE state = 'asked'"), [[bed.one("SELECT MIN(unit_cents) FROM order_lines")]])

    def test_of_an_order_whose_sign_up_was_moved_one_ends_when_all_has_come_back(self):
        path, order, waiting = self.paid()
        bed.sql(f"UPDATE registrations SET variant_id = {CAMP} WHERE state = 'confirmed'; UPDATE stock SET free = free - 1 WHERE variant_id = {CAMP}; UPDATE stock SET free = 1 WHERE variant_id = {SWIM}")
        at = order + "/hyvitys"
        bed.start_sweep()
        try:
            send(at, at, browser=cashier, what="all", stock_back="1", reason="customer_asked", words="Soitti")
            self.assertTrue(wait_until(lambda: self.state(path) == "cancelled"))
        finally:
            bed.stop("sweep")
        self.assertEqual(bed.free(CAMP), 10)

    def test_a_message_goes_to_each_in_their_language(self):
        self.assertIn("ei ole ketään", send(PAGE + "/viesti", words_fi="Hei").text)
        for lang, email in (("fi", "a@example.com"), ("sv", "b@example.com")):
            bed.sign_up(bed.family(lang), CAMP, email=email)
        back = send(PAGE + "/viesti", words_fi="Tuo sadetakki")
        self.assertIn("tällä kielellä", back.text)
        self.assertIn("Tuo sadetakki", back.text)
        send(PAGE + "/viesti", words_fi="Tuo sadetakki\nja eväät", words_sv="Ta med regnkläder")
        self.assertEqual([(lang, to, data["words"]) for lang, to, data in self.mails("message")], [("fi", "a@example.com", "Tuo sadetakki\nja eväät"), ("sv", "b@example.com", "Ta med regnkläder")])

    def test_a_message_that_is_sent_by_two_clicks_goes_out_once(self):
        bed.sign_up(bed.family(), CAMP, email="a@example.com")
        bed.sign_up(bed.family(), CAMP, email="b@example.com")
        uses = lambda: bed.count("use_log WHERE result = 'message'")
        before = uses()
        fields = {**[form for form in saara.get(PAGE).forms() if form["action"] == PAGE + "/viesti"][0]["fields"], "words_fi": "Tuo sadetakki"}
        clicks, browsers = [], [bed.browser() for _ in range(2)]
        for browser in browsers:
            browser.cookies = dict(saara.cookies)
        threads = [threading.Thread(target=lambda one=browser: clicks.append(one.post(PAGE + "/viesti", fields).status)) for browser in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(clicks, [303, 303])
        self.assertEqual([to for _, to, _ in self.mails("message")], ["a@example.com", "b@example.com"])
        self.assertEqual(uses(), before + 1)
        self.assertEqual(saara.post(PAGE + "/viesti", {**fields, "words_fi": "Tuo myös eväät"}).status, 303)
        self.assertEqual(len(self.mails("message")), 4, "other words of the same page are another message")
        send(PAGE + "/viesti", words_fi="Tuo sadetakki")
        self.assertEqual(len(self.mails("message")), 6, "and so are the same words on purpose")

    def test_the_waiting_lists_order_is_changed_with_a_reason_and_it_says_why_somebody_was_not_offered(self):
        bed.sql(f"UPDATE stock SET free = 1, capacity = 1 WHERE variant_id = {CAMP}")
        numbers = []
        for seats in (3, 2):
            visitor = bed.family()
            full = bed.enter(visitor, CAMP, seats)
            visitor.post("/fi/ilmoittaudu/jono", {**full.form("/fi/ilmoittaudu/jono")["fields"], "email": "a@example.com"})
            numbers.append(bed.one("SELECT number FROM registrations ORDER BY id DESC LIMIT 1"))
        page = saara.get(PAGE).text
        self.assertIn("Ei mahdu: vapaana 1", page)
        self.assertEqual(re.findall(r"<strong>\d\. (\w+)</strong>", page), numbers)
        self.assertIn("Kirjoita syy", send(PAGE + "/jonon-alkuun", words="").text)
        self.assertIn(f'value="{"x" * 500}"', send(PAGE + "/jonon-alkuun", words="x" * 500).text, "what was typed stays")
        send(PAGE + "/jonon-alkuun", words="Sisarus on jo ryhmässä")
        self.assertEqual(re.findall(r"<strong>\d\. (\w+)</strong>", saara.get(PAGE).text), numbers[::-1])
        self.assertEqual(self.last_use(), ["change", "registration", "Sisarus on jo ryhmässä", "first in line"])

    def test_who_was_offered_a_place_and_did_not_come_is_seen(self):
        bed.sql(f"UPDATE stock SET free = 0, capacity = 0 WHERE variant_id = {CAMP}")
        visitor = bed.family()
        full = bed.enter(visitor, CAMP, 1)
        path = visitor.post("/fi/ilmoittaudu/jono", {**full.form("/fi/ilmoittaudu/jono")["fields"], "email": "a@example.com"}).location
        bed.sql(f"UPDATE stock SET free = 1, capacity = 1 WHERE variant_id = {CAMP}")
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: self.state(path) == "held"))
            self.assertIn("on tarjottu jonosta", saara.get(PAGE).text)
            bed.sql("UPDATE registrations SET hold_until_utc = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE")
            self.assertTrue(wait_until(lambda: self.state(path) == "expired"))
        finally:
            bed.stop("sweep")
        self.assertIn("Ei vastannut tarjoukseen", saara.get(PAGE).text)

    def test_a_session_is_called_off_in_one_act(self):
        visitor = bed.family("en")
        held = bed.enter(visitor, SWIM, 2)
        page = visitor.get(held.location)
        visitor.post(held.location, {**page.form(held.location)["fields"], **answers(2, group="child")})
        bed.pay(visitor, bed.order(visitor))
        holding = bed.enter(bed.family(), SWIM, 2).location
        bed.sql(f"UPDATE stock SET free = 0, capacity = 4 WHERE variant_id = {SWIM}")
        waiter = bed.family()
        full = bed.enter(waiter, SWIM, 1)
        waiting = waiter.post("/fi/ilmoittaudu/jono", {**full.form("/fi/ilmoittaudu/jono")["fields"], "email": "waits@example.com"}).location
        url = f"/fi/kurssit/{SWIM}"
        self.assertIn("Kirjoita syy", send(url + "/peru", url, reason="").text)
        self.assertEqual(send(url + "/peru", url, reason="Ohjaaja sairastui").location, url)
        self.assertEqual([self.state(path) for path in (held.location, holding, waiting)], ["cancelled"] * 3)
        self.assertEqual(bed.sql("SELECT cents, reason, requested_by IS NOT NULL FROM refund_requests"), [["13000", "session_cancelled", "1"]])
        self.assertEqual((bed.count("health_answers"), bed.free(SWIM)), (0, 4))
        self.assertEqual([(lang, to, data["refund_cents"]) for lang, to, data in self.mails("called_off_refund")], [("en", "helena@example.com", 13000)])
        self.assertEqual([to for _, to, _ in self.mails("called_off")], ["waits@example.com"])
        self.assertEqual(self.last_use()[2:], ["Ohjaaja sairastui", "called off 3"])
        self.assertEqual(bed.one(f"SELECT state FROM activity_sessions WHERE variant_id = {SWIM}"), "cancelled")
        self.assertEqual(bed.enter(bed.family(), SWIM).status, 200)
        self.assertNotIn(url + "/peru", saara.get(url).text, "once")

    def test_what_is_paid_after_the_session_was_called_off_is_asked_back(self):
        visitor = bed.family()
        held = bed.enter(visitor, SWIM, 1)
        page = visitor.get(held.location)
        visitor.post(held.location, {**page.form(held.location)["fields"], **answers(1, group="child")})
        token = bed.order(visitor)
        url = f"/fi/kurssit/{SWIM}"
        send(url + "/peru", url, reason="Halli suljettiin")
        self.assertEqual(self.state(held.location), "ordered")
        bed.pay(visitor, token)
        self.assertEqual((self.state(held.location), bed.sql("SELECT cents, reason FROM refund_requests")), ("cancelled", [["6500", "session_cancelled"]]))

    def test_a_sign_up_confirmed_while_its_session_is_called_off_is_cancelled_by_the_sweep(self):
        path = bed.sign_up(bed.family(), CAMP)
        bed.sql(f"UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = {CAMP}")  # as a transaction that saw the one and not the other
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: self.state(path) == "cancelled"))
        finally:
            bed.stop("sweep")
        self.assertEqual(len(self.mails("called_off")), 1)

    def test_a_session_with_too_few_is_told_before_it_begins(self):
        for days, alerts in ((8, 0), (6, 1)):
            bed.move(CAMP, days)
            bed.start_sweep()
            try:
                self.assertTrue(wait_until(lambda: bed.count(f"staff_alerts WHERE kind = 'session_short' AND object_id = {CAMP}") == alerts, 30 if alerts else 2))
            finally:
                bed.stop("sweep")
        for n in range(4):
            bed.sign_up(bed.family(), CAMP)
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: bed.count(f"staff_alerts WHERE kind = 'session_short' AND object_id = {CAMP} AND resolved_utc IS NULL") == 0))
        finally:
            bed.stop("sweep")


if __name__ == "__main__":
    unittest.main()
