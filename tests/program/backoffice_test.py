#!/usr/bin/python3
"""Goal: people, groups and approvals are changed by those who may, by two where two are needed, never for oneself, and all of it is written down."""
import csv
import io
import re
import unittest
import urllib.parse

from staff_bed import ORIGIN, PASSWORD, StaffBed

PEOPLE, INVITE, APPROVALS, VENDOR, LOG, CONFIRM = "/fi/henkilot", "/fi/kutsu", "/fi/hyvaksynnat", "/fi/yllapito", "/fi/kayttoloki", "/fi/vahvista"


def setUpModule():
    global bed
    bed = StaffBed()


def tearDownModule():
    bed.close()


def send(browser, page, action, **changed):
    """The form of a page, sent as a browser does."""
    return browser.post(action, {**browser.get(page).form(action)["fields"], **changed})


class People(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.chief, self.deputy = bed.person("chief"), bed.person("deputy")
        self.browser = bed.here(self.chief)

    def invite(self, **changed):
        return send(self.browser, INVITE, INVITE, **{"name": "Aino Mäkelä", "login": "aino", "email": "aino@example.com", "lang": "sv", **changed})

    def test_an_invited_person_gets_a_group_and_then_a_desk(self):
        page = self.invite()
        self.assertEqual(page.status, 200)
        link = re.search(r"<code>" + re.escape(ORIGIN) + r"(/sv/konto/\w{26})</code>", page.text).group(1)
        guest = bed.browser("sv")
        self.assertTrue(bed.is_enrolled(bed.enrol(guest, link, guest.get(link))))
        given = send(self.browser, PEOPLE + "/aino", PEOPLE + "/aino/ryhma", group="product_editor", scope="unit:sports", product="")
        self.assertEqual(given.status, 200, "the bed has no catalogue: such a unit is refused")
        self.assertIn("mihin oikeudet ulottuvat", given.text)
        self.assertEqual(send(self.browser, PEOPLE + "/aino", PEOPLE + "/aino/ryhma", group="cashier", scope="shop:", product="").status, 303)
        page = self.browser.get(PEOPLE + "/aino")
        self.assertIn("Kassa", page.text)
        self.assertIn("odottaa vastuuhenkilön hyväksyntää", page.text)
        self.assertIn(["grant", "staff", "cashier"], bed.sql("SELECT what, object_kind, result FROM use_log"))
        self.assertIn(["change", "staff", "invited"], bed.sql("SELECT what, object_kind, result FROM use_log"))

    def test_people_are_found_by_a_name_or_a_login_whatever_letters_are_typed(self):
        self.invite(name="Aino Mäkinen", login="aino")
        for typed, found in (("Mäkinen", True), ("mäk", True), ("ain", True), ("Mäkisalo", False), ("Ж", False), ("å%", False)):
            page = self.browser.get(PEOPLE + "?" + urllib.parse.urlencode({"q": typed}))
            self.assertEqual((page.status, PEOPLE + "/aino" in page.text), (200, found), typed)
        self.assertEqual(self.browser.get(PEOPLE + "?after=%C3%A4").status, 200)
        given = send(self.browser, PEOPLE + "/aino", PEOPLE + "/aino/ryhma", group="cashier", scope="", product="käsipyyhe")
        self.assertEqual(given.status, 200)
        self.assertIn("Tällaista tuotteen koodia ei ole", given.text)

    def test_what_is_wrong_with_an_invitation_is_told_and_nothing_typed_is_lost(self):
        for changed, words in (({"login": "Aino!"}, "Kirjoita käyttäjätunnus"), ({"name": ""}, "Kirjoita etu- ja sukunimi"), ({"email": "aino"}, "Kirjoita sähköpostiosoite"),
                               ({"login": "deputy"}, "on jo käytössä")):
            page = self.invite(**changed)
            self.assertEqual(page.status, 200)
            self.assertIn(words, page.text)
            self.assertEqual(page.form(INVITE)["fields"]["email"], changed.get("email", "aino@example.com"))
        self.assertEqual(bed.count("staff"), 2)

    def test_nobody_changes_what_concerns_themselves(self):
        own = self.browser.get(PEOPLE + "/chief")
        self.assertNotIn('/ryhma"', own.text)
        form = self.browser.get(PEOPLE + "/deputy").form(PEOPLE + "/deputy/ryhma")["fields"]
        for act in ("ryhma", "pois", "sulje", "linkki", "avaa"):
            self.assertEqual(self.browser.post(f"{PEOPLE}/chief/{act}", {**form, "group": "finance", "scope": "shop:", "membership": "1"}).status, 403, act)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM staff_memberships"), "2")

    def test_two_administrators_stay(self):
        for act in ("sulje", "pois"):
            page = send(self.browser, PEOPLE + "/deputy", f"{PEOPLE}/deputy/{act}")
            self.assertIn("vähintään kaksi", page.text)
        bed.person("third")
        self.assertEqual(send(self.browser, PEOPLE + "/deputy", PEOPLE + "/deputy/sulje").status, 303)
        self.assertEqual(bed.one("SELECT state FROM staff WHERE login = 'deputy'"), "disabled")

    def test_who_is_closed_is_out_at_once_and_comes_back_by_a_link(self):
        bed.person("third")
        deputy = bed.here(self.deputy)
        self.assertEqual(deputy.get("/fi/tyopoyta").status, 200)
        send(self.browser, PEOPLE + "/deputy", PEOPLE + "/deputy/sulje")
        self.assertEqual(deputy.get("/fi/tyopoyta").status, 303)
        page = send(self.browser, PEOPLE + "/deputy", PEOPLE + "/deputy/avaa")
        link = re.search(r"<code>" + re.escape(ORIGIN) + r"(/fi/tunnus/\w{26})</code>", page.text).group(1)
        self.assertEqual(deputy.get("/fi/tyopoyta").status, 303)
        self.assertEqual(bed.browser().get(link).status, 200)

    def test_A9_a_change_asks_for_a_fresh_second_factor_and_nothing_typed_is_lost(self):
        bed.later(6 * 60)
        answer = self.invite()
        self.assertEqual(answer.location.split("?")[0], CONFIRM)
        self.assertEqual(bed.count("staff"), 2)
        next_page = re.search("next=(/fi/jatka/\\w+)", answer.location).group(1)
        page = self.browser.get(answer.location)
        old = self.browser.cookies["__Host-staff"]
        self.assertEqual(self.browser.post(CONFIRM, {**page.form(CONFIRM)["fields"], "code": "000000"}).status, 200)
        done = self.browser.post(CONFIRM, {**page.form(CONFIRM)["fields"], "code": bed.code(self.chief.secret)})
        self.assertEqual(done.location, next_page)
        self.assertNotEqual(self.browser.cookies["__Host-staff"], old, "a new token at step-up")
        kept = self.browser.get(next_page)
        self.assertEqual(kept.form(INVITE)["fields"]["name"], "Aino Mäkelä")
        self.assertEqual(self.browser.post(INVITE, kept.form(INVITE)["fields"]).status, 200)
        self.assertEqual(bed.one("SELECT name FROM staff WHERE login = 'aino'"), "Aino Mäkelä")

    def test_a_form_sent_after_the_session_survives_the_new_login_of_the_same_person_only(self):
        form = {**self.browser.get(INVITE).form(INVITE)["fields"], "name": "Aino Mäkelä", "login": "aino", "email": "aino@example.com"}
        bed.later(20 * 60)
        answer = self.browser.post(INVITE, form)
        self.assertTrue(answer.location.startswith("/fi/kirjaudu?ended=1&next=/fi/jatka/"), answer.location)
        self.assertNotIn("Aino".encode(), bed.dump(), "kept under a key that only the link gives")
        page = self.browser.get(answer.location)
        self.assertIn("on tallessa", page.text)
        other = bed.here(self.deputy)
        self.assertEqual(other.get(answer.location.split("next=")[1]).status, 404)
        fields = {**page.form("/fi/kirjaudu")["fields"], "login": "chief", "password": PASSWORD, "code": bed.code(self.chief.secret)}
        done = self.browser.post("/fi/kirjaudu", fields)
        self.assertEqual(done.location, answer.location.split("next=")[1])
        self.assertEqual(self.browser.post(INVITE, self.browser.get(done.location).form(INVITE)["fields"]).status, 200)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM staff WHERE login = 'aino'"), "1")


class Registers(unittest.TestCase):
    def setUp(self):
        bed.reset()

    def test_a_right_on_a_register_waits_for_its_responsible_person_and_ends_after_a_year(self):
        cashier = bed.member("cashier", approved=False)
        responsible = bed.member("register_responsible", scope=("register", "shop"))
        desk, browser = bed.here(cashier), bed.here(responsible)
        self.assertIn("odottaa vastuuhenkilön", desk.get("/fi/tyopoyta").text)
        self.assertIn("odottavat hyväksyntääsi: 1", browser.get("/fi/tyopoyta").text)
        self.assertEqual(send(browser, APPROVALS, APPROVALS + "/hyvaksy").status, 303)
        self.assertIn("hyväksytty", desk.get("/fi/tyopoyta").text)
        self.assertEqual(bed.one("SELECT TIMESTAMPDIFF(DAY, approved_utc, ends_utc) FROM staff_register_approvals ORDER BY id DESC LIMIT 1"), "365")
        self.assertEqual(send(browser, APPROVALS, APPROVALS + "/peru").status, 303)
        self.assertIn("odottaa vastuuhenkilön", desk.get("/fi/tyopoyta").text)

    def test_nobody_approves_their_own_or_another_registers(self):
        responsible = bed.member("register_responsible", scope=("register", "recordings"))
        bed.put_in(responsible, "service_supervisor", approved=False)
        cashier = bed.member("cashier", approved=False)
        browser = bed.here(responsible)
        page = browser.get(APPROVALS)
        self.assertNotIn("Kassa", page.text, "another register's")
        form = bed.here(cashier).get("/fi/oma-tili")
        self.assertEqual(form.status, 200)
        token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        own = bed.one(f"SELECT MAX(id) FROM staff_memberships WHERE staff_id = {bed.id_of(responsible)}")
        others = bed.one(f"SELECT MAX(id) FROM staff_memberships WHERE staff_id = {bed.id_of(cashier)}")
        before = bed.count("staff_register_approvals")
        self.assertEqual(browser.post(APPROVALS + "/hyvaksy", {"form": token, "membership": own, "register": "recordings"}).status, 403)
        self.assertEqual(browser.post(APPROVALS + "/hyvaksy", {"form": token, "membership": others, "register": "shop"}).status, 403)
        self.assertEqual(bed.count("staff_register_approvals"), before)


class OwnGroups(unittest.TestCase):
    """A group that the city made: what it may is chosen, and whoever is in it may just that."""

    GROUPS, NEW = "/fi/ryhmat", "/fi/uusi-ryhma"

    def setUp(self):
        bed.reset()
        bed.sql("DELETE FROM staff_group_rights WHERE group_id IN (SELECT id FROM staff_groups WHERE NOT is_ready); DELETE FROM staff_groups WHERE NOT is_ready")
        self.chief = bed.person("chief")
        self.browser = bed.here(self.chief)

    def save(self, page, *rights, browser=None, **changed):
        browser = browser or self.browser
        fields = {**{name: value for name, value in browser.get(page).form(page)["fields"].items() if name != "right"}, "name_fi": "Lippumyymälä", "name_sv": "Biljettförsäljning", "name_en": "Ticket office", **changed}
        return browser.post(page, urllib.parse.urlencode([*fields.items(), *(("right", right) for right in rights)]).encode())

    def code(self):
        return bed.one("SELECT code FROM staff_groups WHERE NOT is_ready")

    def rights(self):
        return [row[0] for row in bed.sql("SELECT right_name FROM staff_group_rights r JOIN staff_groups g ON g.id = r.group_id WHERE NOT g.is_ready ORDER BY right_name")]

    def test_it_is_made_given_and_counts_once_its_register_agrees(self):
        self.assertEqual(self.save(self.NEW, "tickets_check", "orders_view").location, self.GROUPS)
        self.assertEqual(self.rights(), ["orders_view", "tickets_check"])
        seller = bed.member("", "seller")
        self.assertEqual(send(self.browser, PEOPLE + "/seller", PEOPLE + "/seller/ryhma", group=self.code(), scope="shop:", product="").status, 303)
        self.assertIn("odottaa vastuuhenkilön", bed.here(seller).get("/fi/tyopoyta").text)
        self.assertIn("Lippumyymälä", self.browser.get(self.GROUPS).text)
        self.assertEqual(bed.sql(f"SELECT what, result FROM use_log WHERE object_id = '{self.code()}' ORDER BY month, seq"), [["change", "made"], ["grant", "+tickets_check"], ["grant", "+orders_view"]], "in the order in which they were sent")

    def test_what_is_missing_is_told_and_what_was_chosen_stays(self):
        page = self.save(self.NEW, "tickets_check", name_sv="", name_en="x" * 61)
        self.assertEqual((page.status, bed.count("staff_groups")), (200, 12))
        for words in ("name_sv-wrong", "name_en-wrong", 'value="tickets_check" checked', 'value="Lippumyymälä"'):
            self.assertIn(words, page.text)
        self.assertIn("vähintään yksi oikeus", self.save(self.NEW).text)
        self.assertEqual(self.save(self.NEW, "tickets_check", name_fi="ä" * 60).status, 303, "sixty letters, whatever their bytes")
        bed.sql("DELETE FROM staff_group_rights WHERE group_id > 11; DELETE FROM staff_groups WHERE NOT is_ready")
        self.assertIn("vähintään yksi oikeus", self.save(self.NEW, "everything").text)

    def test_one_more_right_on_a_register_is_approved_anew(self):
        self.save(self.NEW, "orders_view")
        seller = bed.member("", "seller")
        bed.put_in(seller, self.code())
        desk, page = bed.here(seller), f"{self.GROUPS}/{self.code()}"
        self.assertNotIn("odottaa vastuuhenkilön", desk.get("/fi/tyopoyta").text)
        self.assertEqual(self.save(page, "orders_view", "tickets_check").status, 303)
        self.assertNotIn("odottaa vastuuhenkilön", desk.get("/fi/tyopoyta").text, "a right on no register")
        self.assertEqual(self.save(page, "orders_view", "health_open").status, 303)
        self.assertIn("odottaa vastuuhenkilön", desk.get("/fi/tyopoyta").text)
        self.assertIn(["grant", "-tickets_check"], bed.sql("SELECT what, result FROM use_log WHERE object_kind = 'group'"))

    def test_nobody_changes_their_own_group_and_of_two_editors_the_second_is_told(self):
        self.save(self.NEW, "tickets_check")
        page = f"{self.GROUPS}/{self.code()}"
        old = self.browser.get(page).form(page)["fields"]["seen"]
        self.assertEqual(self.save(page, "tickets_check", "prices_edit").status, 303)
        late = self.save(page, "reports_view", seen=old)
        self.assertIn("samaan aikaan", late.text)
        self.assertEqual(self.rights(), ["prices_edit", "tickets_check"])
        self.assertIn('value="reports_view" checked', late.text)
        bed.put_in(self.chief, self.code())
        self.assertEqual(self.save(page, "tickets_check", "health_open").status, 403)
        self.assertEqual(self.rights(), ["prices_edit", "tickets_check"])

    def test_it_ends_when_nobody_is_in_it_and_ready_groups_stay(self):
        self.save(self.NEW, "tickets_check")
        code, page = self.code(), f"{self.GROUPS}/{self.code()}"
        fields = self.browser.get(page).form(page + "/poista")["fields"]
        seller = bed.member("", "seller")
        bed.put_in(seller, code)
        self.assertEqual(self.browser.post(page + "/poista", fields).status, 409)
        bed.sql("UPDATE staff_memberships SET ended_utc = NOW(3) WHERE staff_id = " + bed.id_of(seller))
        self.assertEqual(self.browser.post(page + "/poista", fields).status, 303)
        self.assertNotIn("Lippumyymälä", self.browser.get(self.GROUPS).text)
        self.assertEqual(self.browser.get(page).status, 404)
        for ready in ("cashier", "administrator", "nothing"):
            self.assertEqual(self.browser.get(f"{self.GROUPS}/{ready}").status, 404)
            self.assertEqual(self.browser.post(f"{self.GROUPS}/{ready}", {**fields, "name_fi": "a", "name_sv": "b", "name_en": "c", "right": "health_open", "seen": ""}).status, 404)


class Activities(unittest.TestCase):
    """Sessions of one's own scope: seen with their numbers, their sign-up closed and opened."""

    PAGE = "/fi/kurssit"

    def setUp(self):
        bed.reset()
        bed.sql("SET FOREIGN_KEY_CHECKS = 0; DELETE FROM activity_sessions; DELETE FROM activities; DELETE FROM stock; DELETE FROM variants; DELETE FROM product_texts; DELETE FROM products; DELETE FROM changes;" + "".join(
            f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) "
            f"VALUES ({n}, 'p{n}', 'activity', 'c{n}', '{unit}', 'reduced', 'none_dated_leisure', '1', '1', 1, 'published', NOW());"
            f"INSERT INTO product_texts VALUES ({n}, 'fi', 'p{n}', 'Kurssi {unit}', '', ''); INSERT INTO activities VALUES ({n}, 'course', 'none');"
            f"INSERT INTO variants (id, product_id, code, name_fi, starts_utc, ends_utc) VALUES ({n}, {n}, 'a', 'Ryhmä {n}', UTC_TIMESTAMP() + INTERVAL {days} DAY, UTC_TIMESTAMP() + INTERVAL {days + 1} DAY);"
            f"INSERT INTO stock VALUES ({n}, 10, 7);"
            f"INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, waiting_places, minimum, signup_from_utc, signup_until_utc, cancel_until_utc) "
            f"VALUES ({n}, 'Sali', 'Salen', 'Hall', 'Katu 1', 0, 5, '2026-01-01', UTC_TIMESTAMP() + INTERVAL {days} DAY, '2026-01-02');" for n, unit, days in ((1, "sports", 30), (2, "library", 30), (3, "sports", -9))))
        self.editor = bed.here(bed.member("product_editor", scope=("unit", "sports")))

    def state(self, n=1):
        return bed.one(f"SELECT state FROM activity_sessions WHERE variant_id = {n}")

    def test_an_editor_sees_the_sessions_of_the_unit_that_are_not_over(self):
        page = self.editor.get(self.PAGE)
        self.assertIn("Ryhmä 1", page.text)
        self.assertIn("3/10 paikkaa varattu, vähintään 5 tarvitaan. Ilmoittautuminen on auki", page.text)
        self.assertNotIn("Ryhmä 2", page.text, "another unit's")
        self.assertNotIn("Ryhmä 3", page.text, "over")
        bed.sql("SET FOREIGN_KEY_CHECKS = 0; INSERT IGNORE INTO categories (code, parent_code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('c2', 'top', 'library', '', '', '', 'c2', 'c2', 'c2')")
        above = bed.here(bed.member("product_editor", "above", scope=("category", "top"))).get(self.PAGE)
        self.assertIn("Ryhmä 2", above.text, "a category's rights are those of the categories below it")
        self.assertNotIn("Ryhmä 1", above.text)
        manager = bed.here(bed.member("shop_manager")).get(self.PAGE)
        self.assertIn("Ryhmä 2", manager.text)

    def test_closing_and_opening_is_told_to_the_renderer_and_the_log(self):
        self.assertEqual(send(self.editor, self.PAGE, self.PAGE + "/sulje").location, self.PAGE)
        self.assertEqual(self.state(), "closed")
        self.assertEqual(bed.sql("SELECT kind, product_id FROM changes"), [["product", "1"]])
        self.assertIn("Ilmoittautuminen on suljettu", self.editor.get(self.PAGE).text)
        self.assertEqual(send(self.editor, self.PAGE, self.PAGE + "/avaa").status, 303)
        self.assertEqual(self.state(), "open")
        self.assertEqual(bed.sql("SELECT what, object_id, result FROM use_log WHERE object_kind = 'session' ORDER BY month DESC, seq DESC LIMIT 2"), [["change", "1", "open"], ["change", "1", "closed"]])

    def test_another_units_session_and_what_was_done_already_are_refused(self):
        fields = self.editor.get(self.PAGE).form(self.PAGE + "/sulje")["fields"]
        self.assertEqual(self.editor.post(self.PAGE + "/sulje", {**fields, "session": "2"}).status, 403)
        self.assertEqual(self.state(2), "open")
        self.assertEqual(self.editor.post(self.PAGE + "/avaa", fields).status, 409)
        for odd in ("99", "0", "x", ""):
            self.assertIn(self.editor.post(self.PAGE + "/sulje", {**fields, "session": odd}).status, (400, 404))
        bed.sql("UPDATE activity_sessions SET state = 'cancelled'")
        self.assertEqual(self.editor.post(self.PAGE + "/avaa", fields).status, 409, "what is cancelled stays so")


class Vendor(unittest.TestCase):
    def setUp(self):
        bed.reset()

    def test_the_vendor_is_in_for_the_hours_that_two_people_opened(self):
        vendor, one, other = bed.member("vendor"), bed.person("one"), bed.person("other")
        first, second, outside = bed.here(one), bed.here(other), bed.here(vendor)
        self.assertEqual(outside.get(VENDOR).status, 403)
        self.assertEqual(send(first, VENDOR, VENDOR + "/pyynto", hours="2", reason="häiriö 17").status, 303)
        opening = bed.one("SELECT MAX(id) FROM staff_vendor_openings")
        token = first.get(VENDOR).form(VENDOR + "/pyynto")["fields"]["form"]
        self.assertEqual(first.post(VENDOR + "/avaa", {"form": token, "opening": opening}).status, 409, "not by the one who asked")
        rights = "SELECT COUNT(*) FROM staff_vendor_openings WHERE approved_by IS NOT NULL"
        self.assertEqual(bed.one(rights), "0")
        self.assertEqual(send(second, VENDOR, VENDOR + "/avaa").status, 303)
        self.assertEqual(bed.one(rights), "1")
        for wrong in ({"hours": "13", "reason": "x"}, {"hours": "0", "reason": "x"}, {"hours": "2", "reason": ""}):
            self.assertEqual(send(first, VENDOR, VENDOR + "/pyynto", **wrong).status, 200)
        self.assertEqual(bed.sql("SELECT what, why, result FROM use_log WHERE object_kind = 'vendor' ORDER BY month, seq"), [["grant", "häiriö 17", "asked"], ["grant", "", "opened"]])


class Log(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.officer = bed.member("data_protection_officer")
        self.browser = bed.here(self.officer)

    def test_the_officer_searches_the_log_and_that_is_written_down(self):
        page = self.browser.get(LOG + "?person=data-protection-officer&act=login")
        self.assertIn("kirjautuminen", page.text)
        self.assertEqual(bed.sql("SELECT what, object_kind, result FROM use_log ORDER BY month DESC, seq DESC LIMIT 1"), [["search", "use_log", "by person act"]])
        for odd in ("?person=%27%22%3Cx", "?from=x&to=2026-13-99", "?after=2026-11-abc", "?act=nothing", "?from=2026-02-31"):
            self.assertEqual(self.browser.get(LOG + odd).status, 200, odd)

    def test_a_changed_row_is_named(self):
        self.assertIn("Loki on eheä", send(self.browser, LOG, LOG + "/tarkista").text)
        seq = bed.one("SELECT MIN(seq) FROM use_log WHERE what = 'login'")
        result = bed.one(f"SELECT result FROM use_log WHERE seq = {seq} AND what = 'login'")
        bed.sql(f"UPDATE use_log SET result = 'nothing' WHERE seq = {seq}")
        self.assertRegex(send(self.browser, LOG, LOG + "/tarkista").text, rf"ei ole eheä.*-{seq} \(riviä on muutettu\)")
        self.assertRegex(send(self.browser, "/sv/anvandningslogg", "/sv/anvandningslogg/kontrollera").text, rf"inte hel.*-{seq} \(raden har ändrats\)")
        bed.sql(f"UPDATE use_log SET result = '{result}' WHERE seq = {seq}")

    def test_the_export_is_what_was_searched_for_and_no_spreadsheet_runs_it(self):
        bed.sql("INSERT INTO use_log SELECT month, seq + 100000, at_utc, staff_id, address, 'open', 'probe', '-1+1', '=HYPERLINK(\"x\";\"y\")', '@x', hash FROM use_log ORDER BY month DESC, seq DESC LIMIT 1")
        try:
            page = self.browser.get(LOG + "?kind=probe&act=open")
            answer = self.browser.post(LOG + "/vie", page.form(LOG + "/vie")["fields"])
        finally:
            bed.sql("DELETE FROM use_log WHERE object_kind = 'probe'")
        self.assertEqual(answer.status, 200)
        self.assertEqual({name.lower(): value for name, value in answer.headers}["content-type"], "text/csv; charset=utf-8")
        self.assertRegex({name.lower(): value for name, value in answer.headers}["content-disposition"], r'^attachment; filename="use-log-\d{4}-\d\d-\d\d\.csv"$')
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
        self.assertEqual([(row["what"], row["object_id"], row["why"], row["result"]) for row in rows], [("open", "'-1+1", "'=HYPERLINK(\"x\";\"y\")", "'@x")])
        self.assertRegex(rows[0]["hash"], "^[0-9a-f]{64}$")
        self.assertIn(["export", "use_log", "1 rows"], bed.sql("SELECT what, object_kind, result FROM use_log"))

    def test_more_rows_than_a_file_takes_are_told_beside_the_days(self):
        bed.sql("INSERT INTO use_log SELECT '2020-01', s.seq, NOW(3), NULL, '', 'view', 'probe', '', '', '', REPEAT('x', 32) FROM seq_1_to_50001 s")
        try:
            page = self.browser.get(LOG + "?kind=probe")
            told = self.browser.post(LOG + "/vie", page.form(LOG + "/vie")["fields"])
        finally:
            bed.sql("DELETE FROM use_log WHERE object_kind = 'probe'")
        self.assertEqual(told.status, 200)
        self.assertIn('id="from-wrong"', told.text)
        self.assertIn("50000", told.text)

    def test_A9_the_export_asks_for_a_fresh_factor_and_the_auditor_only_reads(self):
        fields = self.browser.get(LOG).form(LOG + "/vie")["fields"]
        bed.later(6 * 60)
        self.assertTrue(self.browser.post(LOG + "/vie", fields).location.startswith(CONFIRM))
        auditor = bed.here(bed.member("auditor"))
        page = auditor.get(LOG)
        self.assertNotIn(LOG + "/vie", page.text)
        self.assertEqual(auditor.post(LOG + "/vie", page.form(LOG + "/tarkista")["fields"]).status, 403)

    def test_what_cannot_be_written_down_is_not_shown(self):
        bed.sql("RENAME TABLE use_log_heads TO use_log_heads_away")
        try:
            self.assertEqual(self.browser.get(LOG).status, 500)
        finally:
            bed.sql("RENAME TABLE use_log_heads_away TO use_log_heads")
        self.assertEqual(self.browser.get(LOG).status, 200)

    def test_H7_the_back_office_cannot_write_what_is_not_its(self):
        for statement in ("UPDATE staff_passwords SET salt = 'x'", "SELECT verifier FROM staff_passwords", "SELECT secret FROM staff_totp", "UPDATE staff_enrolments SET used_utc = NULL", "UPDATE staff SET login = 'x'",
                          "INSERT INTO staff_sessions (token_hash, staff_id, begun_utc, seen_utc, factor_utc) VALUES ('x', 1, NOW(), NOW(), NOW())", "UPDATE staff_sessions SET factor_utc = NOW()",
                          "UPDATE orders SET state = 'paid'", "UPDATE payment_attempts SET state = 'ok'", "UPDATE use_log SET why = 'x'", "DELETE FROM use_log", "INSERT INTO use_log_heads VALUES ('2027-01', 0, '', '')",
                          "INSERT INTO staff_groups (id, is_ready) SELECT 1, TRUE FROM staff_passwords", "UPDATE staff_groups SET is_ready = FALSE", "UPDATE staff_memberships SET group_id = 1", "UPDATE staff_vendor_openings SET hours = 12"):
            self.assertRegex(bed.as_process("backoffice", statement), r"ERROR (1142|1143)", statement)
        for statement in ("INSERT INTO staff_group_rights VALUES (1, 'health_open')", "DELETE FROM staff_group_rights WHERE group_id = 1", "UPDATE staff_groups SET ended_utc = NOW() WHERE code = 'auditor'"):
            self.assertIn("ERROR 1644 (45000)", bed.as_process("backoffice", statement), statement)


if __name__ == "__main__":
    unittest.main()
