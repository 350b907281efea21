#!/usr/bin/python3
"""Goal: a desk learns in one act what a ticket is: valid, used (when, where), wrong day, refunded, another unit's, unknown; of many desks at once one
wins; cards count down; a mistake is taken back; and what was let in without network is written down later, with what it was."""
import json
import re
import threading
import time
import unittest

from ticket_bed import CONCERT, DESK, NOW, PASS, TEN, TicketBed, new_code


def setUpModule():
    global bed, desk, other, elsewhere
    bed = TicketBed()
    desk = bed.here(bed.member("cashier", "kassa", ("unit", "sports")))
    other = bed.here(bed.member("cashier", "toinen", ("unit", "sports")))
    elsewhere = bed.here(bed.member("cashier", "muualla", ("unit", "library")))


def tearDownModule():
    bed.close()


def said(page):
    """The verdict's word."""
    assert page.status == 200, page
    found = re.search(r'id="verdict-title">([^<]*)<', page.text)
    return found and found.group(1)


def at_once(count, work):
    """work(0) to work(count - 1), all in one moment; what they returned."""
    start, out = threading.Barrier(count), [None] * count

    def run(i):
        start.wait()
        out[i] = work(i)
    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


def call_off(variant):
    bed.sql(f"INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) SELECT {variant}, 'Sairaana', id, {NOW} FROM staff LIMIT 1")


class Verdicts(unittest.TestCase):
    def test_a_time_that_was_called_off_lets_nobody_in_before_its_refund(self):
        bed.sql("INSERT INTO variants (id, product_id, code) VALUES (50, 1, 'off')")
        code, used = bed.ticket(variant_id=50), bed.ticket(variant_id=50)
        bed.check(desk, used)
        call_off(50)
        page = bed.check(desk, code)
        self.assertEqual(said(page), "Peruttu")
        self.assertIn("eikä lipulla pääse sisään", page.text)
        self.assertEqual((said(bed.check(desk, used)), bed.uses(code)), ("Peruttu", 0))
        self.assertEqual(bed.last_log(), [["view", "ticket", "called_off"]])
        for path, words in (("/sv/biljettkontroll", "Inställd"), ("/en/ticket-check", "Cancelled")):
            self.assertEqual(said(bed.check(desk, code, path=path)), words)

    def test_a_valid_ticket_is_used_in_one_act_and_then_it_says_when_and_where(self):
        code = bed.ticket(price_group="'student'", holder_name="'Åsa Öhman'", valid_from_utc=NOW, valid_until_utc=f"{NOW} + INTERVAL 1 MINUTE")
        page = bed.check(desk, code, place="Uimahallin ovi")
        self.assertEqual(said(page), "Kelpaa")
        for words in ("Iltauinti", "Opiskelija", "Opiskelijakortti", "Åsa Öhman", "Peru käyttö", 'value="Uimahallin ovi"'):
            self.assertIn(words, page.text)
        self.assertEqual(bed.last_log(), [["change", "ticket", "use 1"]])
        page = bed.check(other, code)
        self.assertEqual(said(page), "Jo käytetty")
        self.assertRegex(page.text, r"klo \d+\.\d\d, Uimahallin ovi")
        self.assertEqual(bed.last_log(), [["view", "ticket", "used"]])
        self.assertEqual(bed.uses(code), 1)

    def test_only_checking_uses_nothing(self):
        code = bed.ticket()
        for _ in range(2):
            page = bed.check(desk, code, act="check", place="")
            self.assertEqual(said(page), "Kelpaa")
        self.assertIn("Lippua ei käytetty nyt", page.text)
        self.assertEqual((bed.uses(code), bed.last_log()), (0, [["view", "ticket", "valid"]]))
        form = next(form for form in bed.check(desk, code, act="check").forms() if form["fields"].get("act") == "use")
        self.assertIn("Käyttö kirjattiin", desk.post(DESK, form["fields"]).text)
        self.assertEqual(bed.uses(code), 1)

    def test_every_other_verdict(self):
        for expected, words, code in (
                ("Väärä päivä", "Voimassa", bed.ticket(PASS, None, valid_from_utc=f"{NOW} + INTERVAL 3 DAY", valid_until_utc=f"{NOW} + INTERVAL 33 DAY")),
                ("Väärä päivä", "klo", bed.ticket(valid_from_utc=f"{NOW} - INTERVAL 50 HOUR", valid_until_utc=f"{NOW} - INTERVAL 49 HOUR")),
                ("Maksu palautettu", "maksettu takaisin", bed.ticket(refund_id=1)),
                ("Maksu palautettu", "maksettu takaisin", bed.ticket(refund_id=1, uses=1)),
                ("Toisen yksikön lippu", "Kulttuuri", bed.ticket(CONCERT)),
                ("Tuntematon koodi", "Tällaista lippua ei ole", new_code()), ("Tuntematon koodi", "Tällaista lippua ei ole", "x" * 250)):
            for act in ("use", "check"):
                with self.subTest(expected=expected, act=act):
                    page = bed.check(desk, code, act=act)
                    self.assertEqual(said(page), expected)
                    self.assertIn(words, page.text)
                    self.assertNotIn("Peru käyttö", page.text)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM ticket_uses u JOIN tickets t ON t.id = u.ticket_id WHERE t.product_id = 4"), "0")

    def test_a_ticket_of_another_unit_tells_nothing_but_whose_it_is(self):
        code = bed.ticket(CONCERT, holder_name="'Salainen Haltija'")
        page = bed.check(desk, code, act="check")
        self.assertNotIn("Salainen", page.text)
        self.assertNotIn("Konsertti", page.text)
        self.assertEqual(bed.last_log(), [["search", "ticket", "other_unit"]])
        for scope in (("category", "concerts"), ("product", "p4"), ("shop", "")):
            person = bed.member("cashier", f"k-{scope[0]}", scope)
            self.assertEqual(said(bed.check(bed.here(person), code, act="check")), "Kelpaa", scope)

    def test_doors_open_before_a_concert_begins_and_a_night_counts_for_both_its_days(self):
        for begins, ends, expected in (("2027-06-15 19:00:00", "2027-06-15 21:00:00", "Kelpaa"), ("2027-06-14 19:00:00", "2027-06-14 22:30:00", "Kelpaa"),
                                       ("2027-06-14 19:00:00", "2027-06-14 21:00:00", "Väärä päivä"), ("2027-06-15 21:00:00", "2027-06-16 01:00:00", "Väärä päivä")):
            with self.subTest(begins=begins):  # 12 o'clock of 15 June in Finland
                code = bed.ticket(valid_from_utc=f"'{begins}'", valid_until_utc=f"'{ends}'")
                bed.later(0)
                bed.sql("UPDATE staff_sessions SET begun_utc = '2027-06-15 08:00:00', seen_utc = '2027-06-15 08:59:59'")
                before = bed.at_reset
                try:
                    with open(bed.path("clock"), "w") as file:
                        file.write(str(int(1813050000 - time.time())))
                    self.assertEqual(said(bed.check(desk, code, act="check")), expected)
                finally:
                    bed.at_reset = before
                    bed.later(0)
                    bed.sql(f"UPDATE staff_sessions SET begun_utc = {NOW}, seen_utc = {NOW}")

    def test_a_code_is_taken_as_it_comes_typed_or_scanned(self):
        for how in (str.upper, lambda c: " ".join(c[i:i + 4] for i in range(0, 26, 4)), lambda c: c.upper().replace("1", "l").replace("0", "O"), lambda c: "-".join((c[:13], c[13:])),
                    lambda c: f"http://localhost:1/fi/lippu/{c}", lambda c: f"HTTPS://KAUPPA.EXAMPLE/EN/TICKET/{c.upper()}", lambda c: f"https://kauppa.example/sv/biljett/{c}/?x=1#y"):
            code = bed.ticket()
            self.assertEqual(said(bed.check(desk, how(code))), "Kelpaa", how(code))
            self.assertEqual(bed.uses(code), 1)

    def test_what_is_missing_is_said_beside_the_field_and_nothing_is_done(self):
        code = bed.ticket()
        self.assertIn("Kirjoita tai lue lipun koodi", bed.check(desk, "").text)
        page = bed.check(desk, code, place="")
        self.assertIn("Kirjoita paikka", page.text)
        self.assertIn(f'value="{code}"', page.text, "what was typed is there still")
        self.assertIn("enintään 80", bed.check(desk, code, place="x" * 81).text)
        form = [form for form in desk.get(DESK).forms() if form["action"] == DESK][-1]["fields"]
        self.assertEqual(desk.post(DESK, {**form, "code": code, "place": "Ovi", "act": "use", "key": ""}).status, 400)
        self.assertEqual(bed.uses(code), 0)


class Uses(unittest.TestCase):
    def test_of_many_desks_at_once_one_wins(self):
        browsers = [bed.here(bed.member("cashier", f"ovi-{i}", ("unit", "sports"))) for i in range(8)]
        for _ in range(5):
            code = bed.ticket()
            forms = [[f for f in b.get(DESK).forms() if f["action"] == DESK][-1]["fields"] for b in browsers]
            words = [said(page) for page in at_once(8, lambda i: browsers[i].post(DESK, {**forms[i], "code": code, "place": f"Ovi {i}", "act": "use"}))]
            self.assertEqual((words.count("Kelpaa"), words.count("Jo käytetty")), (1, 7), words)
            self.assertEqual(bed.uses(code), 1)
        code = bed.ticket(TEN, 3)
        words = [said(page) for page in at_once(8, lambda i: browsers[i].post(DESK, {**forms[i], "key": new_code(), "code": code, "place": f"Ovi {i}", "act": "use"}))]
        self.assertEqual((words.count("Kelpaa"), bed.uses(code)), (3, 3))
        self.assertEqual(bed.sql(f"SELECT u.no FROM ticket_uses u JOIN tickets t ON t.id = u.ticket_id WHERE t.code = '{code}' ORDER BY u.no"), [["1"], ["2"], ["3"]])

    def test_a_card_counts_down_and_one_without_a_number_does_not(self):
        ten, year = bed.ticket(TEN, 10, uses=8), bed.ticket(PASS, None)
        bed.sql("INSERT INTO ticket_uses (ticket_id, request_hash, no, finding, used_utc, written_utc, place) SELECT t.id, RANDOM_BYTES(32), n.no, 'valid', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 'Ovi' "
                f"FROM tickets t JOIN (SELECT 1 AS no UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8) n WHERE t.code = '{ten}'")
        for left in ("1 / 10", "0 / 10"):
            page = bed.check(desk, ten)
            self.assertEqual(said(page), "Kelpaa")
            self.assertIn(left, page.text)
        self.assertEqual(said(bed.check(desk, ten)), "Jo käytetty")
        family = bed.ticket(TEN, 3)
        page = bed.check(desk, family)
        for _ in range(2):
            self.assertIn("Käytä vielä yksi käynti", page.text)
            page = desk.post(DESK, next(form for form in page.forms() if form["action"] == DESK and "act" in form["fields"])["fields"])
            self.assertEqual(said(page), "Kelpaa")
        self.assertNotIn("Käytä vielä", page.text)
        self.assertEqual(bed.uses(family), 3)
        for _ in range(3):
            self.assertEqual(said(bed.check(desk, year)), "Kelpaa")
        self.assertIn("Viimeksi käytetty", bed.check(desk, year, act="check").text, "a card lent to the next in the queue shows")
        self.assertEqual((bed.uses(ten), bed.uses(year)), (10, 3))

    def test_the_same_form_sent_twice_is_one_use(self):
        code = bed.ticket(TEN, 10)
        key = new_code()
        pages = at_once(4, lambda i: bed.check(desk, code, key=key))
        self.assertEqual([said(page) for page in pages], ["Kelpaa"] * 4)
        self.assertEqual(bed.uses(code), 1)
        self.assertEqual(said(bed.check(desk, bed.ticket(), key=key)), "Kelpaa", "another ticket by the same form: scanned while the first hung")

    def test_a_mistake_is_taken_back_by_who_made_it_within_ten_minutes(self):
        code = bed.ticket()
        form = next(f for f in bed.check(desk, code).forms() if f["action"] == DESK + "/peru")["fields"]
        token = other.get(DESK).forms()[-1]["fields"]["form"]
        self.assertEqual(other.post(DESK + "/peru", {**form, "form": token}).status, 409, "somebody else's")
        page = desk.post(DESK + "/peru", form)
        self.assertIn("Käyttö on peruttu", page.text)
        self.assertEqual((said(page), bed.uses(code), bed.last_log()), ("Kelpaa", 0, [["change", "ticket", "use taken back"]]))
        self.assertIn("Käyttö on peruttu", desk.post(DESK + "/peru", form).text, "twice is the same as once")
        self.assertEqual(said(bed.check(other, code)), "Kelpaa")
        self.assertIn("Käyttö on peruttu", desk.post(DESK + "/peru", form).text)
        self.assertEqual(bed.uses(code), 1, "and takes nobody else's use")
        late = next(f for f in bed.check(desk, bed.ticket()).forms() if f["action"] == DESK + "/peru")["fields"]
        bed.sql("UPDATE ticket_uses SET written_utc = written_utc - INTERVAL 11 MINUTE")
        self.assertEqual(desk.post(DESK + "/peru", late).status, 409)

    def test_uses_taken_back_at_once_by_many_presses_are_one(self):
        code = bed.ticket(TEN, 10)
        bed.check(desk, code)
        form = next(f for f in bed.check(desk, code).forms() if f["action"] == DESK + "/peru")["fields"]
        at_once(6, lambda i: desk.post(DESK + "/peru", form))
        self.assertEqual(bed.uses(code), 1)

    def test_a_form_used_before_and_taken_back_says_what_the_ticket_is_now(self):
        code, key = bed.ticket(), new_code()
        form = next(f for f in bed.check(desk, code, key=key).forms() if f["action"] == DESK + "/peru")["fields"]
        desk.post(DESK + "/peru", form)
        self.assertIn("Lippua ei käytetty nyt", bed.check(desk, code, key=key).text)
        self.assertEqual(bed.uses(code), 0)


class WithoutNetwork(unittest.TestCase):
    def send(self, entries, browser=None):
        browser = browser or desk
        form = next(f for f in browser.get(DESK).forms() if f["action"] == DESK + "/lista")["fields"]
        return browser.post(DESK + "/lista", {**form, "list": json.dumps(entries)})

    def staying(self, page):
        """The places of the entries that the device is to keep."""
        return [int(place) for place in re.search(r'id="sent"[^>]*data-staying="([^"]*)"', page.text).group(1).split()]

    def entry(self, code, minutes=0, key=None):
        return {"code": code, "at": bed.one(f"SELECT DATE_FORMAT({NOW} - INTERVAL {minutes} MINUTE, '%Y-%m-%dT%H:%i:%s.000Z')"), "key": key or new_code(), "place": "Takaovi"}

    def test_who_came_in_before_the_time_was_called_off_has_used_the_ticket(self):
        bed.sql("INSERT INTO variants (id, product_id, code) VALUES (51, 1, 'off later')")
        before, after = bed.ticket(variant_id=51), bed.ticket(variant_id=51)
        entries = [self.entry(before, 30), self.entry(after)]
        call_off(51)
        bed.sql(f"UPDATE called_off_times SET called_off_utc = {NOW} - INTERVAL 10 MINUTE WHERE variant_id = 51")
        self.assertIn("Lähetettiin 2, niistä kelpasi 1.", self.send(entries).text)
        self.assertEqual((bed.uses(before), bed.uses(after)), (1, 0))

    def test_each_is_written_down_with_its_time_as_not_checked_and_what_was_not_valid_is_told(self):
        good, used, refunded, late, foreign = bed.ticket(), bed.ticket(), bed.ticket(refund_id=1), bed.ticket(valid_until_utc=f"{NOW} - INTERVAL 3 DAY"), bed.ticket(CONCERT)
        bed.check(other, used, place="Pääovi")
        unknown = new_code()
        entries = [self.entry(code, 30) for code in (good, used, refunded, late, foreign, unknown)]
        page = self.send(entries)
        self.assertIn("Lähetettiin 5, niistä kelpasi 1.", page.text)
        self.assertEqual(re.findall(r"<li><strong>([^<]*)", page.text), ["Jo käytetty", "Maksu palautettu", "Väärä päivä", "Tuntematon koodi"])
        self.assertEqual(self.staying(page), [4], "what is another unit's isn't taken")
        self.assertEqual(bed.sql(f"SELECT u.finding, u.no, u.unchecked, u.place, TIMESTAMPDIFF(MINUTE, u.used_utc, {NOW}) BETWEEN 29 AND 32 FROM ticket_uses u JOIN tickets t ON t.id = u.ticket_id WHERE t.code IN ('{good}', '{refunded}', '{late}') ORDER BY t.id"),
                         [["valid", "1", "1", "Takaovi", "1"], ["refunded", "NULL", "1", "Takaovi", "1"], ["wrong_day", "NULL", "1", "Takaovi", "1"]])
        self.assertEqual((bed.uses(good), bed.uses(used)), (1, 1))
        again = self.send(entries)
        self.assertIn("Lähetettiin 5, niistä kelpasi 1.", again.text, "the same list again is the same list")
        self.assertEqual((bed.uses(good), bed.uses(used)), (1, 1))
        self.assertIn("Takaovi", bed.check(other, good).text)

    def test_what_a_second_desk_let_in_meanwhile_is_found(self):
        code = bed.ticket()
        at_once(2, lambda i: self.send([self.entry(code, i)], (desk, other)[i]))
        self.assertEqual(bed.sql(f"SELECT u.finding FROM ticket_uses u JOIN tickets t ON t.id = u.ticket_id WHERE t.code = '{code}' ORDER BY u.finding"), [["valid"], ["used"]])

    def test_a_clock_that_is_fast_writes_no_use_of_the_future(self):
        code = bed.ticket()
        self.send([self.entry(code, -600)])
        self.assertEqual(bed.one(f"SELECT used_utc <= written_utc FROM ticket_uses u JOIN tickets t ON t.id = u.ticket_id WHERE t.code = '{code}'"), "1")

    def test_a_list_sent_again_by_the_next_person_on_the_device_counts_once(self):
        ten = bed.ticket(TEN, 10)
        entries = [self.entry(ten, 5)]
        self.send(entries)
        self.assertIn("niistä kelpasi 1", self.send(entries, other).text)
        self.assertEqual(self.staying(self.send(entries, elsewhere)), [0], "also when it was written down before: somebody of the unit learns that")
        self.assertEqual(bed.uses(ten), 1)

    def test_what_is_another_units_stays_for_somebody_of_that_unit_and_holds_up_nothing(self):
        swim, concert, missing = bed.ticket(), bed.ticket(CONCERT), new_code()
        entries = [self.entry(code, 30) for code in (swim, missing, concert)]
        page = self.send(entries, elsewhere)
        self.assertEqual(self.staying(page), [0, 2])
        self.assertIn("Lähetettiin 1, niistä kelpasi 0.", page.text)
        for words in ("Toisen yksikön lippuja: 1 (Liikunta).", "Toisen yksikön lippuja: 1 (Kulttuuri)."):
            self.assertIn(words, page.text)
        page = self.send([entries[0], entries[2]], elsewhere)
        self.assertEqual((self.staying(page), "Lähetettiin" in page.text), ([0, 1], False))
        self.assertEqual((bed.uses(swim), bed.uses(concert)), (0, 0))
        page = self.send([entries[0], entries[2]])
        self.assertEqual((self.staying(page), bed.uses(swim)), ([1], 1))
        self.assertIn("Lähetettiin 1, niistä kelpasi 1.", page.text)

    def test_two_that_were_let_in_while_one_request_hung_are_both_written(self):
        first, second = bed.ticket(), bed.ticket()
        key = new_code()
        self.assertIn("Lähetettiin 2, niistä kelpasi 2.", self.send([self.entry(first, 5, key), self.entry(second, 4, key)]).text)
        self.assertEqual((bed.uses(first), bed.uses(second)), (1, 1))

    def test_an_entry_that_makes_no_sense_holds_up_no_other(self):
        entry = self.entry(bed.ticket())
        odd = [7, {**entry, "at": "eilen"}, {**entry, "key": "x"}, {**entry, "place": ""}, {**entry, "place": "x" * 400}, {**entry, "code": 7}, {**entry, "code": "BEGIN:VCARD " + "å" * 400, "key": new_code()}]
        page = self.send([*odd, entry])
        self.assertIn("Lähetettiin 8, niistä kelpasi 1.", page.text)
        self.assertEqual(re.findall(r"<li><strong>([^<]*)", page.text), ["Tuntematon koodi"] * 7)
        self.assertEqual(bed.uses(entry["code"]), 1)

    def test_what_is_no_list_of_ours_is_refused_whole(self):
        entry = self.entry(bed.ticket())
        for wrong in ("x", "{}", json.dumps([entry] * 201)):
            form = next(f for f in desk.get(DESK).forms() if f["action"] == DESK + "/lista")["fields"]
            self.assertEqual(desk.post(DESK + "/lista", {**form, "list": wrong}).status, 400, wrong[:60])
        self.assertEqual(bed.uses(entry["code"]), 0)


if __name__ == "__main__":
    unittest.main()
