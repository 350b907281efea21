#!/usr/bin/python3
"""Goal: a family's seats are held, its answers leave the page sealed and in no other way, all of a family comes in or none, and a
form that is wrong comes back whole (A9, A11, K1, P16)."""
import concurrent.futures
import html
import re
import threading
import unittest

from payments_bed import wait_until
from signup_bed import CAMP, COMING, OTHER, PAGES, SEALED_WORDS, SWIM, SignupBed, answers


def setUpModule():
    global bed
    bed = SignupBed()


def tearDownModule():
    bed.close()


def message(page, field):
    found = re.search(rf'id="{re.escape(field)}-wrong">([^<]*)<', page.text)
    return html.unescape(found.group(1)) if found else None


class Case(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def tearDown(self):
        self.assertEqual(bed.misplaced(), [])

    def entered(self, visitor, session=CAMP, seats=1):
        held = bed.enter(visitor, session, seats)
        self.assertEqual(held.status, 303, held)
        page = visitor.get(held.location)
        self.assertEqual(page.status, 200)
        return held.location, page

    def send(self, visitor, path, page, fields):
        return visitor.post(path, {**page.form(path)["fields"], **fields})

    def state(self, path):
        return bed.one(f"SELECT state FROM registrations WHERE token = '{path.rsplit('/', 1)[1]}'")


class SigningUp(Case):
    def test_a_free_sign_up_is_confirmed_and_mailed_in_each_language(self):
        for lang in ("fi", "sv", "en"):
            with self.subTest(lang):
                visitor = bed.family(lang)
                path, page = self.entered(visitor, CAMP, 2)
                self.assertTrue(path.startswith(PAGES[lang][1]))
                done = self.send(visitor, path, page, answers(2))
                self.assertEqual((done.status, done.location), (303, path), message(done, "p1_birth"))
                self.assertEqual(self.state(path), "confirmed")
                mail = bed.sql("SELECT kind, lang, recipient, data FROM outbox ORDER BY id DESC LIMIT 1")[0]
                self.assertEqual(mail[:3], ["registration", lang, "helena@example.com"])
                self.assertIn(path, mail[3])
                page = visitor.get(path)
                self.assertEqual(page.status, 200)
                self.assertIn("week-24.ics", page.text)
        self.assertEqual(bed.free(), 10 - 6)

    def test_what_was_answered_stands_nowhere_but_sealed(self):
        visitor = bed.family()
        path, page = self.entered(visitor, CAMP, 2)
        self.send(visitor, path, page, answers(2))
        shown, dump = visitor.get(path).text, bed.dump_all().decode("utf-8", "replace")
        rows = [line for line in dump.splitlines() if line.startswith("INSERT INTO") and not re.match(r"INSERT INTO `(form|product|variant|activit|unit|categor|price|stock|staff|vat|schema)", line)]
        self.assertGreater(len(rows), 5)
        for word in SEALED_WORDS:
            self.assertNotIn(word, shown)
            self.assertFalse([row[:60] for row in rows if word in row], word)
            self.assertNotIn(word, bed.log("registrations"))
        self.assertEqual(bed.sql("SELECT participant, class FROM registration_records ORDER BY 1, 2"), [["0", "2"], ["0", "3"], ["1", "2"], ["2", "2"]])
        self.assertEqual(bed.sql("SELECT participant FROM health_answers ORDER BY 1"), [["1"], ["2"]])
        self.assertEqual(bed.sql("SELECT DISTINCT group_name, COUNT(*) FROM kuntakauppa_keys.data_keys GROUP BY 1"), [["unit:sports", "6"]])
        self.assertEqual(bed.sql("SELECT participant, text_version, lang, withdrawn_utc FROM registration_consents"), [["1", "2026-11", "fi", "NULL"], ["2", "2026-11", "fi", "NULL"]])
        self.assertEqual(bed.sql("SELECT no, price_group, answers FROM registration_participants WHERE no = 1"), [["1", "everyone", '{"before":["viime kesänä"]}']])

    def test_another_units_activity_is_sealed_to_that_unit(self):
        visitor = bed.family()
        path, page = self.entered(visitor, OTHER)
        self.send(visitor, path, page, answers())
        self.assertEqual(bed.sql("SELECT DISTINCT group_name FROM kuntakauppa_keys.data_keys"), [["unit:library"]])

    def test_K1_the_accounts_of_the_public_processes_read_nothing_sealed(self):
        for process in ("registrations", "checkout", "payments"):
            for statement in ("SELECT words FROM health_answers", "SELECT words FROM registration_records", "SELECT COUNT(*) FROM health_answers", "SELECT wrap FROM key_wraps", "SELECT sealed FROM kuntakauppa_keys.data_keys",
                              "DELETE FROM health_answers", "UPDATE health_answers SET row_version = 1", "DELETE FROM kuntakauppa_keys.data_keys"):
                if process != "registrations" and not statement.startswith("SELECT"):
                    continue
                self.assertRegex(bed.as_process(process, statement), r"ERROR (1142|1143)", (process, statement))


class WrongForms(Case):
    def test_a_wrong_form_comes_back_with_all_that_was_typed_and_stores_nothing(self):
        visitor = bed.family()
        path, page = self.entered(visitor)
        for fields, field in [({"p1_first_name": ""}, "p1_first_name"), ({"p1_birth": "31.2.2018"}, "p1_birth"), ({"p1_birth": "1.1.2010"}, "p1_birth"), ({"p1_birth": "8.6.2020"}, "p1_birth"),
                              ({"p1_q_swims": ""}, "p1_q_swims"), ({"p1_q_swims": "perhaps"}, "p1_q_swims"), ({"email": "nobody"}, "email"), ({"adult_name": ""}, "adult_name"), ({"adult_phone": "112"}, "adult_phone"),
                              ({"f_q_walks-home": ""}, "f_q_walks-home"), ({"reach_phone": "0401234567"}, "reach_name"), ({"p1_q_health-words": "x" * 501}, "p1_q_health-words"),
                              ({"p1_consent": ""}, "p1_consent")]:
            with self.subTest(field=field, fields=str(fields)[:60]):
                back = self.send(visitor, path, page, answers(**fields))
                self.assertEqual(back.status, 200)
                self.assertTrue(message(back, field), re.findall(r'-wrong">([^<]*)<', back.text))
                typed = back.form(path)["fields"]
                for name in ("p1_last_name", "p1_q_before", "f_q_hours"):
                    self.assertEqual(typed[name], answers()[name])
                self.assertIn(f'href="#{field}"', back.text)
                self.assertEqual(self.state(path), "held")
                self.assertEqual((bed.count("registration_records"), bed.count("health_answers"), bed.count("kuntakauppa_keys.data_keys")), (0, 0, 0))

    def test_the_ages_are_of_the_day_that_the_session_names(self):
        visitor = bed.family()
        for birth, fits in (("7.6.2020", True), ("8.6.2020", False), ("8.6.2014", True), ("7.6.2014", False)):
            path, page = self.entered(visitor)
            back = self.send(visitor, path, page, answers(p1_birth=birth))
            self.assertEqual(back.status, 303 if fits else 200, birth)

    def test_without_the_consent_health_answers_are_not_taken_and_without_answers_no_consent_is_asked(self):
        visitor = bed.family()
        path, page = self.entered(visitor)
        self.assertEqual(self.send(visitor, path, page, answers(health=False)).status, 303)
        self.assertEqual((bed.count("health_answers"), bed.count("registration_consents")), (0, 0))

    def test_with_a_statutory_task_there_is_an_information_and_no_consent(self):
        settings = bed.path("etc/city.toml")
        with open(settings) as file:
            before = file.read()
        try:
            with open(settings, "w") as file:
                file.write(before.replace('health_basis = "consent"', 'health_basis = "statutory_task"'))
            bed.stop("registrations")
            bed.start("registrations")
            visitor = bed.family()
            path, page = self.entered(visitor)
            self.assertNotIn("p1_consent", page.text)
            self.assertIn("oikeus vastustaa", page.text)
            self.assertEqual(self.send(visitor, path, page, answers(p1_consent="")).status, 303)
            self.assertEqual((bed.count("health_answers"), bed.count("registration_consents")), (1, 0))
        finally:
            with open(settings, "w") as file:
                file.write(before)
            bed.stop("registrations")
            bed.start("registrations")

    def test_under_address_protection_contacts_are_voluntary(self):
        visitor = bed.family()
        path, page = self.entered(visitor)
        self.assertEqual(self.send(visitor, path, page, answers(protected="1", email="", adult_phone="")).status, 303)
        self.assertEqual(bed.count("outbox"), 0)
        self.assertEqual(bed.one("SELECT email FROM registrations"), "")

    def test_a_form_from_elsewhere_or_without_its_token_does_nothing(self):
        visitor = bed.family()
        path, page = self.entered(visitor)
        self.assertEqual(visitor.post(path, answers(), headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}).status, 403)
        old = visitor.post(path, answers())
        self.assertEqual(old.status, 403)
        self.assertEqual(old.form(path)["fields"]["p1_first_name"], "Kanariina", "what was typed is there still")
        self.assertEqual(bed.enter(bed.family(), CAMP, 0).status, 400)
        self.assertEqual(bed.enter(bed.family(), CAMP, 7).status, 400)
        self.assertEqual(bed.enter(bed.family(), 999, 1).status, 404)
        self.assertEqual(self.state(path), "held")


class Seats(Case):
    def test_seats_are_held_on_entry_and_time_may_be_asked_for_ten_times(self):
        visitor = bed.family()
        path, page = self.entered(visitor, CAMP, 3)
        self.assertEqual(bed.free(), 7)
        for _ in range(10):
            self.assertIn('name="extend"', page.text)
            bed.later(bed.offset - bed.at_reset + 60)
            page = self.send(visitor, path, page, {**answers(3), "extend": "1"})
            self.assertEqual(page.status, 200)
            self.assertEqual(page.form(path)["fields"]["p3_last_name"], "Lintunen", "nothing typed is lost")
            self.assertNotIn("-wrong", page.text)
        self.assertNotIn('name="extend"', page.text)
        self.assertEqual(bed.one("SELECT TIMESTAMPDIFF(SECOND, created_utc, hold_until_utc) FROM registrations"), str(600 + 1200))

    def test_all_of_a_family_or_none(self):
        bed.sql(f"UPDATE stock SET free = 2, capacity = 2 WHERE variant_id = {CAMP}")
        page = bed.enter(bed.family(), CAMP, 3)
        self.assertEqual(page.status, 200)
        self.assertIn("Vapaana on vain 2", page.text)
        self.assertEqual((bed.free(), bed.count("registrations")), (2, 0))
        self.assertEqual(bed.enter(bed.family(), CAMP, 2).status, 303)
        self.assertIn("Kaikki paikat on varattu", bed.enter(bed.family(), CAMP, 1).text)

    def test_the_last_seats_go_once_however_many_come_at_once(self):
        bed.sql(f"UPDATE stock SET free = 7, capacity = 7 WHERE variant_id = {CAMP}")
        gate = threading.Barrier(16)

        def one(_):
            visitor = bed.family()
            gate.wait()
            return bed.enter(visitor, CAMP, 2).status
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(one, range(16)))
        self.assertEqual((statuses.count(303), statuses.count(200)), (3, 13))
        self.assertEqual(bed.free(), 1)

    def test_the_window_and_the_state_that_staff_gave_are_obeyed(self):
        for change, words in (("state = 'closed'", "on päättynyt"), ("state = 'cancelled'", "on peruttu"), (f"signup_from_utc = '{COMING}-05-01'", "avautuu"), ("signup_until_utc = '2026-02-01'", "on päättynyt")):
            with self.subTest(change):
                before = bed.sql(f"SELECT state, signup_from_utc, signup_until_utc FROM activity_sessions WHERE variant_id = {CAMP}")[0]
                bed.sql(f"UPDATE activity_sessions SET {change} WHERE variant_id = {CAMP}")
                page = bed.enter(bed.family())
                bed.sql(f"UPDATE activity_sessions SET state = '{before[0]}', signup_from_utc = '{before[1]}', signup_until_utc = '{before[2]}' WHERE variant_id = {CAMP}")
                self.assertEqual(page.status, 200)
                self.assertIn(words, page.text)
                self.assertEqual(bed.count("registrations"), 0)

    def test_an_activity_that_comes_later_is_signed_up_for_from_then_on(self):
        bed.sql(f"UPDATE products p JOIN variants v ON v.product_id = p.id SET p.shown_from_utc = UTC_TIMESTAMP() + INTERVAL 1 HOUR WHERE v.id = {CAMP}")
        self.assertEqual(bed.enter(bed.family()).status, 404)
        self.assertEqual(bed.count("registrations"), 0)
        bed.set_clock(2 * 3600)
        self.assertEqual(bed.enter(bed.family()).status, 303)
        bed.set_clock(0)
        bed.sql("UPDATE products SET shown_from_utc = NULL")

    def test_the_family_may_give_its_seats_up(self):
        visitor = bed.family()
        path, page = self.entered(visitor, CAMP, 2)
        given_up = visitor.post(path + "/peru", page.form(path + "/peru")["fields"])
        self.assertEqual(given_up.location, path)
        self.assertEqual((self.state(path), bed.free()), ("cancelled", 10))
        visitor.post(path + "/peru", page.form(path + "/peru")["fields"])
        self.assertEqual(bed.free(), 10, "twice is once")
        self.assertIn("on peruttu", visitor.get(path).text)

    def test_a_form_that_comes_after_its_hold_gets_the_seats_if_they_are_free_still(self):
        for free in (True, False):
            bed.new_season()
            visitor = bed.family()
            path, page = self.entered(visitor, CAMP, 2)
            bed.later(21 * 60)
            bed.sweep()
            self.assertEqual((self.state(path), bed.free()), ("expired", 10))
            if not free:
                bed.sql(f"UPDATE stock SET free = 1, capacity = 1 WHERE variant_id = {CAMP}")
            done = self.send(visitor, path, page, answers(2))
            if free:
                self.assertEqual((done.status, self.state(path), bed.free()), (303, "confirmed", 8))
            else:
                self.assertEqual((done.status, self.state(path), bed.count("health_answers")), (200, "expired", 0))
                self.assertIn("ehtivät mennä muille", done.text)

    def test_a_form_sent_twice_at_once_signs_up_once(self):
        visitor = bed.family()
        path, page = self.entered(visitor, CAMP, 2)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _: self.send(visitor, path, page, answers(2)).status, range(4)))
        self.assertEqual(done, [303] * 4)
        self.assertEqual((bed.free(), bed.count("registration_participants"), bed.count("health_answers"), bed.count("outbox")), (8, 2, 2, 1))

    def test_where_no_key_counts_nothing_is_asked_and_staff_are_told(self):
        bed.stop("registrations")
        bed.sql("CREATE TABLE kept AS SELECT * FROM key_signatures; DELETE FROM key_signatures")
        bed.start("registrations")
        try:
            page = bed.enter(bed.family())
            self.assertEqual(page.status, 503)
            self.assertIn("ei voi juuri nyt ilmoittautua", page.text)
            self.assertEqual((bed.count("registrations"), bed.free()), (0, 10))
            self.assertEqual(bed.sql("SELECT DISTINCT kind FROM staff_alerts"), [["untrusted_key"]])
        finally:
            bed.sql("INSERT INTO key_signatures SELECT * FROM kept; DROP TABLE kept")


class Paid(Case):
    def signed_up(self, visitor, seats=2, **changed):
        path, page = self.entered(visitor, SWIM, seats)
        done = self.send(visitor, path, page, answers(seats, group="child", **{f"p{seats}_group": "sibling"} | changed))
        self.assertEqual((done.status, done.location), (303, visitor.paths["cart"]), re.findall(r'-wrong">([^<]*)<', done.text))
        return path

    def test_a_paid_sign_up_goes_through_cart_order_payment_and_receipt(self):
        for lang in ("fi", "sv", "en"):
            bed.new_season()
            visitor = bed.family(lang)
            path = self.signed_up(visitor)
            cart = visitor.get(visitor.paths["cart"])
            self.assertEqual(len(re.findall(r'<li class="line">', cart.text)), 2, "a line for each price group")
            self.assertNotIn('name="q_', cart.text, "their number is the sign-up's")
            token = bed.order(visitor)
            self.assertEqual(self.state(path), "ordered")
            self.assertEqual(bed.sql("SELECT product_kind, price_group, quantity, unit_cents FROM order_lines ORDER BY line_no"), [["activity", "child", "1", "6500"], ["activity", "sibling", "1", "5000"]])
            self.assertEqual(bed.free(SWIM), 4, "the order took the seats over")
            bed.pay(visitor, token)
            self.assertEqual(self.state(path), "confirmed")
            self.assertEqual(bed.one("SELECT state FROM orders"), "paid")
            self.assertEqual(sorted(row[0] for row in bed.sql("SELECT kind FROM outbox")), ["order_confirmation", "registration"])
            self.assertEqual((bed.count("receipts"), bed.count("tickets"), bed.count("health_answers"), bed.free(SWIM)), (1, 0, 2, 4))
            order_page = visitor.get(visitor.paths["order_page"] + token).text
            for word in SEALED_WORDS:
                self.assertNotIn(word, order_page, "who pays sees no answers")
            self.assertNotIn(path, order_page, "nor the family's page")

    def test_goods_and_a_sign_up_are_one_order(self):
        bed.sql("INSERT IGNORE INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES (50, 'mug', 'goods', 'all', 'sports', 'standard', 'goods_14d', '4100', '3000', 20, 'published', '2026-01-01');"
                "INSERT IGNORE INTO product_texts VALUES (50, 'fi', 'mug', 'Muki', '', ''); INSERT IGNORE INTO variants (id, product_id, code) VALUES (50, 50, '-'); INSERT IGNORE INTO prices VALUES (50, 0, 'everyone', 1200); INSERT IGNORE INTO product_deliveries VALUES (50, 'collect')")
        visitor = bed.family()
        visitor.add(50)
        path = self.signed_up(visitor)
        bed.pay(visitor, bed.order(visitor))
        self.assertEqual((self.state(path), bed.one("SELECT total_cents FROM orders")), ("confirmed", str(6500 + 5000 + 1200)))

    def test_a_hold_that_is_over_is_told_in_the_cart_and_loses_its_health_answers(self):
        visitor = bed.family()
        path = self.signed_up(visitor)
        bed.later(21 * 60)
        self.assertIn("eivät ole enää varattuina", visitor.get(visitor.paths["cart"]).text)
        self.assertEqual(visitor.get(visitor.paths["details"]).status, 303, "no way to order it")
        bed.sweep()
        self.assertEqual((self.state(path), bed.free(SWIM), bed.count("health_answers")), ("expired", 6, 0))
        self.assertEqual(bed.sql("SELECT DISTINCT table_name FROM kuntakauppa_keys.data_keys"), [["registration_records"]])
        self.assertIn("aika päättyi", visitor.get(path).text)
        self.assertEqual(visitor.post(path, answers(2)).location, path, "what was filled in once is not filled in again")

    def test_an_order_that_is_not_paid_takes_its_sign_up_with_it(self):
        visitor = bed.family()
        path = self.signed_up(visitor)
        bed.order(visitor)
        bed.later(61 * 60)
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(lambda: self.state(path) == "expired"))
        finally:
            bed.stop("sweep")
        self.assertEqual((bed.free(SWIM), bed.count("health_answers")), (6, 0))

    def test_P11_paid_late_with_the_seats_free_still_is_confirmed_and_with_the_seats_gone_it_waits_for_staff(self):
        for gone in (False, True):
            with self.subTest(gone=gone):
                bed.new_season()
                visitor = bed.family()
                path = self.signed_up(visitor)
                token = bed.order(visitor)
                page = visitor.get(visitor.paths["pay"] + token)
                self.assertEqual(page.status, 200)
                bed.later(61 * 60)
                bed.start_sweep()
                self.assertTrue(wait_until(lambda: self.state(path) == "expired"))
                bed.stop("sweep")
                if gone:
                    bed.sql(f"UPDATE stock SET free = 1, capacity = 1 WHERE variant_id = {SWIM}")
                stamp = bed.one("SELECT stamp FROM payment_attempts ORDER BY id DESC LIMIT 1")
                bed.sandbox("pay", {"stamp": stamp, "status": "ok", "how": "callback", "wait": True})
                self.assertEqual((self.state(path), bed.one("SELECT state FROM orders")), ("no_seat", "paid_no_stock") if gone else ("confirmed", "paid"))
                self.assertIn("paikat olivat jo menneet" if gone else "on vahvistettu", visitor.get(path).text)
                self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["paid_no_stock"]] if gone else [])
                bed.sql(f"UPDATE stock SET capacity = 6, free = free + 5 WHERE variant_id = {SWIM} AND capacity = 1")

    def test_one_sign_up_is_ordered_once_in_two_browsers(self):
        one, two = bed.family(), bed.family()
        self.signed_up(one)
        two.cookies = dict(one.cookies)
        # The other browser's cart is another cart with the same seats.
        two.add(50) if bed.one("SELECT COUNT(*) FROM variants WHERE id = 50") != "0" else None
        for visitor in (one, two):
            visitor.fill_details()
        first, second = one.review(), two.review()
        done = [one.post(one.paths["order"], first), two.post(two.paths["order"], second)]
        self.assertEqual(bed.count("orders"), 1, done)
        self.assertEqual(bed.free(SWIM), 4)


if __name__ == "__main__":
    unittest.main()
