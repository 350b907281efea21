#!/usr/bin/python3
"""Goal: a course is made wholly on pages, seen before it is shown, published, and a family signs up for a group of it and pays that group's own price; it is copied with its groups, hidden,
brought back as it was; who has participants reaches them also when it is closed; and no form that is sent twice does its work twice or tells of a clash with oneself."""
import html
import os
import re
import shutil
import threading
import unittest

from products_bed import wait_until
from signup_bed import BIN, CAMP, COMING, SWIM, TREE, SignupBed, answers
from visitor import wrong

LIST, NEW, ACTIVITIES = "/fi/tuotteet", "/fi/uusi-tuote", "/fi/kurssit"
COURSE = {f"{name}_{lang}": f"{words} {lang}" for name, words in (("name", "Savikurssi"), ("summary", "Savea"), ("description", "Teemme *kulhoja*.")) for lang in ("fi", "sv", "en")} | {
    "category": "all", "unit": "sports", "vat": "reduced", "withdrawal": "none_dated_leisure", "cost_centre": "4100", "ledger_account": "3000", "max_per_order": "5", "delivery_none": "1",
    "activity_type": "course", "form_code": "camp", "price_child": "65"}
GROUP = {"name_fi": "Maanantait", "name_sv": "Måndagar", "name_en": "Mondays", "place_fi": "Savitalo", "place_sv": "Lerhuset", "place_en": "The clay house", "address": "Savitie 1", "seats": "8", "waiting": "2", "minimum": "3",
         "age_min": "7", "age_max": "12", "age_on": "7.6.2027", "from": f"7.6.{COMING}", "monday": "1", "starts": "17.00", "ends": "18.30", "weeks": "3", "times": "1", "step": "1", "signup_from_day": "1.1.2026",
         "signup_from_clock": "8.00", "signup_until_day": f"1.6.{COMING}", "signup_until_clock": "23.59", "cancel_until_day": f"25.5.{COMING}", "cancel_until_clock": "23.59", "publish": "open"}


def setUpModule():
    global bed, manager, editor, saara
    bed = SignupBed()
    manager = bed.here(bed.member("shop_manager", "manager"))
    editor = bed.here(bed.member("product_editor", "editor", ("unit", "sports")))
    saara = bed.here(bed.member("activity_supervisor", "saara", ("unit", "sports")))
    for name in ("content", "static"):
        shutil.copytree(f"{TREE}/site/{name}", bed.path("share", name))
    shutil.copytree(f"{TREE}/schema", bed.path("share/schema"))
    bed._spawn("render", [f"{BIN}/render", "--instance", bed.path("etc/instance.toml"), "--watch"])
    assert wait_until(lambda: os.path.exists(bed.path("www/current/frame.json")), 60), bed.log("render")


def tearDownModule():
    bed.close()


def form(browser, page, action=None, number=0):
    shown = browser.get(page)
    assert shown.status == 200, (page, shown.status, bed.log("backoffice")[-800:])
    return [one for one in shown.forms() if one["action"] == (action or page)][number]["fields"]


def make(browser=None, **changed):
    browser = browser or manager
    return browser.post(NEW, {**form(browser, NEW + "?kind=activity", NEW), **COURSE, **changed})


def made(browser=None, **changed):
    done = make(browser, **changed)
    assert done.status == 303, (done.status, re.findall(r'-wrong">([^<]*)<', done.text), bed.log("backoffice")[-800:])
    return done.location.split("?")[0].rsplit("/", 1)[1]


def edit(code, browser=None, **changed):
    browser, page = browser or manager, f"{LIST}/{code}"
    return browser.post(page, {**form(browser, page), **changed})


def act(code, name, browser=None, **changed):
    browser, page = browser or manager, f"{LIST}/{code}"
    return browser.post(f"{page}/{name}", {**form(browser, page, f"{page}/{name}"), **changed})


def open_group(code, browser=None, **changed):
    browser, page = browser or manager, f"/fi/uudet-ryhmat/{code}"
    return browser.post(page, {**form(browser, page), **GROUP, **changed})


def sessions(code):
    return bed.sql(f"SELECT v.id, v.name_fi, v.starts_utc + INTERVAL 3 HOUR, v.active, s.state FROM variants v JOIN activity_sessions s ON s.variant_id = v.id JOIN products p ON p.id = v.product_id WHERE p.code = '{code}' ORDER BY v.starts_utc, v.id")


def prices_of(variant):
    return bed.sql(f"SELECT p.price_group, p.cents, CAST(c.valid_from AS CHAR), c.cents FROM prices p LEFT JOIN coming_prices c USING (product_id, variant_id, price_group) WHERE p.variant_id = {variant} ORDER BY 1")


def site(name):
    try:
        with open(bed.path("www/current", name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def twice(browser, page, fields):
    """The same form sent by two clicks at once, as a browser does: both answers."""
    out = []
    other = bed.browser()
    other.cookies = dict(browser.cookies)
    clicks = [threading.Thread(target=lambda one=one: out.append(one.post(page, fields))) for one in (browser, other)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    return out


class Making(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def test_a_course_made_on_pages_is_signed_up_for_and_paid_at_its_groups_own_price(self):
        code = made(editor, name_fi="Savikurssi", price_child="")
        page = editor.get(f"{LIST}/{code}")
        self.assertIn("luonnos", page.text.lower())
        self.assertEqual(wrong(act(code, "julkaise")), ["variants"], "an activity without groups isn't shown")
        self.assertEqual(wrong(open_group(code, price_child="kallis")), ["price_child"])
        self.assertEqual(open_group(code, price_child="72,50", next_child="80", from_child="2037-01-01").location, ACTIVITIES)
        [[variant, *_]] = sessions(code)
        self.assertEqual(prices_of(variant), [["child", "7250", "2037-01-01", "8000"]])
        self.assertEqual(bed.enter(bed.family(), variant).status, 404, "a draft")
        self.assertEqual(act(code, "julkaise").status, 303)
        slug = bed.one(f"SELECT slug FROM product_texts t JOIN products p ON p.id = t.product_id WHERE p.code = '{code}' AND lang = 'fi'")
        self.assertTrue(wait_until(lambda: "72,50" in (site(f"fi/tuote/{slug}.html") or "")), bed.log("render")[-800:])
        self.assertIn("Savitalo", site(f"fi/tuote/{slug}.html"))
        family = bed.family("sv")
        held = bed.enter(family, variant)
        self.assertEqual(held.status, 303)
        shown = family.get(held.location)
        done = family.post(held.location, {**shown.form(held.location)["fields"], **answers(1)})
        self.assertEqual(done.status, 303, re.findall(r'-wrong">([^<]*)<', done.text))
        token = bed.order(family)
        bed.pay(family, token)
        self.assertEqual(bed.sql(f"SELECT l.name, l.unit_cents, l.cost_centre, o.state FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.variant_id = {variant}"), [["Savikurssi sv", "7250", "4100", "paid"]])
        self.assertEqual(bed.one(f"SELECT state FROM registrations WHERE variant_id = {variant}"), "confirmed")
        self.assertEqual(bed.free(variant), 7)
        self.assertEqual(bed.misplaced(), [])
        self.assertIn("form_code", wrong(edit(code, form_code="adult")), "who signed up was asked by this form")

    def test_what_is_made_is_as_it_was_typed_and_what_is_wrong_is_told(self):
        code = made(activity_type="swimming_school", form_code="adult")
        shown = form(manager, f"{LIST}/{code}")
        self.assertEqual((shown["activity_type"], shown["form_code"], shown["delivery_none"], shown["price_child"]), ("swimming_school", "adult", "1", "65,00"))
        self.assertEqual(bed.sql(f"SELECT a.type, a.form_code FROM activities a JOIN products p ON p.id = a.product_id WHERE p.code = '{code}'"), [["swimming_school", "adult"]])
        for changed, field in (({"activity_type": ""}, "activity_type"), ({"activity_type": "party"}, "activity_type"), ({"form_code": "none"}, "form_code"), ({"form_code": ""}, "form_code"), ({"name_fi": ""}, "name_fi")):
            self.assertEqual(wrong(make(**changed)), [field], changed)
        self.assertEqual(make(editor, unit="library").status, 200)
        self.assertEqual(saara.get(NEW + "?kind=activity").status, 403)
        lacking = made(name_sv="", summary_sv="", description_sv="")
        self.assertEqual(manager.get(f"{LIST}/{lacking}").text.count('<span class="badge badge-warning">puuttuu</span>'), 3)
        self.assertEqual(wrong(act(lacking, "julkaise"))[:3], ["name_sv", "summary_sv", "description_sv"])

    def test_it_is_copied_with_its_groups_or_without(self):
        code = made()
        open_group(code, price_child="50", next_child="60", from_child="2037-01-01")
        open_group(code, **{"from": f"14.6.{COMING}", "publish": "draft"})
        plain = act(code, "kopioi").location.split("?")[0].rsplit("/", 1)[1]
        self.assertEqual((plain, sessions(plain)), (code + "-2", []))
        self.assertEqual(bed.sql(f"SELECT a.type, a.form_code, p.state FROM activities a JOIN products p ON p.id = a.product_id WHERE p.code = '{plain}'"), [["course", "camp", "draft"]])
        page = f"{LIST}/{code}"
        fields = {**form(manager, page, page + "/kopioi"), "sessions": "1", "weeks": "52"}
        whole = {one.location.split("?")[0].rsplit("/", 1)[1] for one in twice(manager, page + "/kopioi", fields)}
        self.assertEqual(whole, {code + "-3"}, "two clicks, one copy")
        [[variant, *rest]] = sessions(code + "-3")
        self.assertEqual(rest, ["Maanantait", f"{COMING + 1}-06-06 17:00:00", "0", "draft"])
        self.assertEqual(prices_of(variant), [["child", "5000", "2037-01-01", "6000"]])
        self.assertEqual(wrong(manager.post(page + "/kopioi", {**form(manager, page, page + "/kopioi"), "sessions": "1", "weeks": "x"})), ["weeks"])

    def test_who_sets_no_prices_copies_none_with_the_groups(self):
        code = made(name_fi="Savikurssi oma hinta")
        open_group(code, price_child="72,50")
        copied = lambda browser: act(code, "kopioi", browser, sessions="1", weeks="52").location.split("?")[0].rsplit("/", 1)[1]
        self.assertEqual([prices_of(sessions(copied(browser))[0][0]) for browser in (manager, editor)], [[["child", "7250", "NULL", "NULL"]], []])

    def test_it_is_hidden_shown_changed_and_brought_back(self):
        code = made()
        open_group(code)
        self.assertEqual(act(code, "julkaise").status, 303)
        [[variant, *_]] = sessions(code)
        self.assertEqual(edit(code, name_fi="Toinen nimi", form_code="adult", activity_type="event").status, 303)
        history = manager.get(f"{LIST}/{code}/historia")
        self.assertRegex(html.unescape(history.text), r"Savikurssi fi</td><td[^>]*>Toinen nimi</td>")
        changed = form(manager, f"/fi/kurssit/{variant}/muokkaa")
        self.assertEqual(manager.post(f"/fi/kurssit/{variant}/muokkaa", {**changed, "seats": "20", "name_fi": "Uusi ryhmä"}).status, 303)
        back = [one for one in history.forms() if one["fields"].get("version") == "2"][0]
        self.assertEqual(manager.post(back["action"], back["fields"]).status, 303)
        self.assertEqual(bed.sql(f"SELECT t.name, a.type, a.form_code, p.state FROM products p JOIN activities a ON a.product_id = p.id JOIN product_texts t ON t.product_id = p.id AND t.lang = 'fi' WHERE p.code = '{code}'"),
                         [["Savikurssi fi", "course", "camp", "published"]])
        self.assertEqual(bed.sql(f"SELECT v.name_fi, v.active, k.capacity FROM variants v JOIN stock k ON k.variant_id = v.id WHERE v.id = {variant}"), [["Uusi ryhmä", "1", "20"]], "its groups are changed on their own pages")
        self.assertNotIn("Uusi ryhmä", manager.get(f"{LIST}/{code}/historia").text)
        self.assertEqual(act(code, "piilota").status, 303)
        self.assertEqual(bed.enter(bed.family(), variant).status, 404)
        self.assertEqual(act(code, "julkaise").status, 303)

    def test_a_preview_is_the_page_with_its_groups(self):
        code = made(name_fi="Esikatseltu kurssi", price_child="")
        open_group(code, price_child="33")
        open_group(code, price_child="34", name_fi="Luonnosryhmä", publish="draft")
        page = f"{LIST}/{code}"
        for path, fields, words in ((page, {**form(manager, page), "description_fi": "Aivan uutta"}, ("Aivan uutta", "Savitalo", "33,00", "34,00", "Luonnosryhmä", "Ruoka")), (NEW, {**form(manager, NEW + "?kind=activity", NEW), **COURSE}, ("kulhoja", "Ruoka"))):
            done = manager.post(path + "/esikatselu", fields)
            self.assertEqual(done.status, 303)
            self.assertTrue(wait_until(lambda: manager.get(done.location).header("Refresh") is None), bed.log("render")[-800:])
            shown = manager.get(done.location)
            self.assertEqual([one for one in (*words, "preview-mark") if one not in shown.text], [])


class Editing(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def test_a_form_that_is_taken_into_use_is_a_version_and_an_older_page_undoes_it_not(self):
        code = made()
        page = f"{LIST}/{code}"
        early = form(manager, page)
        self.assertEqual(saara.post("/fi/lomakkeet/adult/kayttoon", {**form(saara, "/fi/lomakkeet/adult", "/fi/lomakkeet/adult/kayttoon"), "activity": code}).status, 303)
        self.assertEqual(bed.sql(f"SELECT v.version, s.login FROM product_versions v JOIN products p ON p.id = v.product_id JOIN staff s ON s.id = v.staff_id WHERE p.code = '{code}' ORDER BY 1"), [["1", "manager"], ["2", "saara"]])
        self.assertRegex(manager.get(page + "/historia").text, r"camp</td><td[^>]*>adult</td>")
        told = manager.post(page, {**early, "summary_fi": "Toinen"})
        fields = told.form(page)["fields"]
        self.assertEqual((told.status, fields["form_code"], fields["summary_fi"]), (409, "adult", "Toinen"))
        self.assertEqual(manager.post(page, fields).status, 303)
        self.assertEqual(bed.one(f"SELECT a.form_code FROM activities a JOIN products p ON p.id = a.product_id WHERE p.code = '{code}'"), "adult")

    def test_a_draft_without_any_price_is_not_published(self):
        code = made(price_child="")
        open_group(code, price_child="50")
        self.assertEqual(open_group(code, **{"from": f"14.6.{COMING}", "publish": "draft", "name_fi": "Hinnaton"}).status, 303)
        self.assertEqual(act(code, "julkaise").status, 303)
        draft = sessions(code)[1]
        publish = lambda: manager.post(ACTIVITIES + "/julkaise", [one["fields"] for one in manager.get(ACTIVITIES).forms() if one["action"] == ACTIVITIES + "/julkaise" and one["fields"]["product"] == code][0])
        told = publish()
        self.assertIn(f'<a href="#{code}">Anna ryhmälle hinta', told.text)
        self.assertIn(f'id="{code}"', told.text)
        self.assertEqual(sessions(code)[1], draft)
        page = f"/fi/kurssit/{draft[0]}/muokkaa"
        self.assertEqual(manager.post(page, {**form(manager, page), "price_child": "40"}).status, 303)
        self.assertEqual(publish().status, 303)
        self.assertEqual(sessions(code)[1][3:], ["1", "open"])


class OwnPrices(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def asked(self):
        """What a family is to pay for one in the paid group."""
        family = bed.family()
        held = bed.enter(family, SWIM)
        done = family.post(held.location, {**family.get(held.location).form(held.location)["fields"], **answers(1)})
        self.assertEqual(done.status, 303, re.findall(r'-wrong">([^<]*)<', done.text))
        token = bed.order(family)
        return bed.one(f"SELECT l.unit_cents FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.token = '{token}'")

    def test_they_are_changed_by_who_sets_prices_and_by_nobody_else(self):
        page = f"/fi/kurssit/{SWIM}/muokkaa"
        self.assertEqual(manager.post(page, {**form(manager, page), "price_child": "70", "next_child": "75", "from_child": "2037-05-01"}).status, 303)
        self.assertEqual(prices_of(SWIM), [["child", "7000", "2037-05-01", "7500"]])
        self.assertEqual(bed.sql("SELECT kind, product_id FROM changes ORDER BY seq DESC LIMIT 1"), [["product", str(SWIM)]])
        shown = form(manager, page)
        self.assertEqual((shown["price_child"], shown["next_child"], shown["from_child"]), ("70,00", "75,00", "2037-05-01"))
        fields = form(saara, page)
        self.assertNotIn("price_child", fields)
        self.assertEqual(saara.post(page, {**fields, "price_child": "1", "minimum": "2"}).status, 303)
        self.assertEqual(prices_of(SWIM), [["child", "7000", "2037-05-01", "7500"]])
        self.assertEqual(self.asked(), "7000")
        for changed, field in (({"price_child": "x"}, "price_child"), ({"next_child": "", "from_child": "2037-05-01"}, "next_child"), ({"from_child": "nyt"}, "from_child")):
            self.assertEqual(wrong(manager.post(page, {**form(manager, page), **changed})), [field], changed)
        bed.sql(f"UPDATE coming_prices SET valid_from = '2026-01-01' WHERE variant_id = {SWIM}")
        self.assertEqual(form(manager, page)["price_child"], "75,00", "a price that has begun is today's")
        self.assertEqual(self.asked(), "7500")
        self.assertEqual(manager.post(page, {**form(manager, page), "price_child": "", "next_child": "", "from_child": ""}).status, 303)
        self.assertEqual(prices_of(SWIM), [])

    def test_a_group_that_ends_later_than_a_year_after_an_order_is_pointed_out(self):
        code = made()
        open_group(code)
        [[variant, *_]] = sessions(code)
        ends_in = lambda days: bed.sql(f"UPDATE variants SET starts_utc = UTC_TIMESTAMP(), ends_utc = UTC_TIMESTAMP() + INTERVAL {days} DAY WHERE id = {variant}")
        told = lambda: [len(re.findall("yli vuoden pää(?:stä|ssä)", manager.get(page).text)) for page in (f"/fi/kurssit/{variant}/muokkaa", f"/fi/kurssit/{variant}", ACTIVITIES)]
        ends_in(300)
        *here, listed = told()
        self.assertEqual(here, [0, 0])
        ends_in(400)
        self.assertEqual(told(), [1, 1, listed + 1])


class Closed(unittest.TestCase):
    def test_who_has_participants_reaches_them_when_the_activity_is_closed_or_hidden(self):
        bed.new_season()
        bed.sign_up(bed.family(), CAMP, 2)
        for statement in ("UPDATE products SET state = 'closed' WHERE id = 1", "UPDATE products SET state = 'draft' WHERE id = 1", "UPDATE products SET state = 'closed' WHERE id = 1; UPDATE variants SET active = 0 WHERE id = 1"):
            bed.sql(statement)
            page = saara.get(ACTIVITIES)
            self.assertIn(f"/fi/kurssit/{CAMP}\"", page.text, statement)
            self.assertIn("2/10", page.text)
            self.assertEqual(saara.get(f"/fi/kurssit/{CAMP}").status, 200)
        bed.sql("UPDATE products SET state = 'published' WHERE id = 1; UPDATE variants SET active = 1 WHERE id = 1")


class Twice(unittest.TestCase):
    """A double click."""
    def setUp(self):
        bed.new_season()

    def test_a_new_activity_is_made_once(self):
        before = int(bed.one("SELECT COUNT(*) FROM products"))
        done = twice(manager, NEW, {**form(manager, NEW + "?kind=activity", NEW), **COURSE, "name_fi": "Kaksi napsautusta"})
        self.assertEqual([one.status for one in done], [303, 303], [one.text[:300] for one in done])
        self.assertEqual(done[0].location, done[1].location)
        self.assertEqual(int(bed.one("SELECT COUNT(*) FROM products")), before + 1)
        self.assertEqual(make(name_fi="Kaksi napsautusta").status, 303, "and the same again on purpose is another")
        self.assertEqual(int(bed.one("SELECT COUNT(*) FROM products")), before + 2)

    def test_a_product_is_saved_once(self):
        code = made()
        page = f"{LIST}/{code}"
        done = twice(manager, page, {**form(manager, page), "summary_fi": "Kerran"})
        self.assertEqual([one.status for one in done], [303, 303])
        self.assertEqual(bed.one(f"SELECT revision FROM products WHERE code = '{code}'"), "2")
        open_group(code)
        done = twice(manager, page + "/julkaise", form(manager, page, page + "/julkaise"))
        self.assertEqual([one.status for one in done], [303, 303])
        self.assertEqual(bed.one(f"SELECT revision FROM products WHERE code = '{code}'"), "3")

    def test_a_session_is_changed_once_and_its_families_get_one_mail(self):
        bed.sign_up(bed.family(), CAMP, 1)
        page = f"/fi/kurssit/{CAMP}/muokkaa"
        version = int(bed.one(f"SELECT version FROM activity_sessions WHERE variant_id = {CAMP}"))
        mails = bed.count("outbox WHERE kind = 'registration'")
        done = twice(manager, page, {**form(manager, page), "address": f"Uusi osoite {version}", "minimum": "1", "tell": "1", "price_everyone": "0"})
        self.assertEqual([one.status for one in done], [303, 303], [re.findall(r'-wrong">([^<]*)<', one.text) for one in done])
        self.assertEqual(int(bed.one(f"SELECT version FROM activity_sessions WHERE variant_id = {CAMP}")), version + 1)
        self.assertEqual(bed.count("outbox WHERE kind = 'registration'"), mails + 1)
        bed.sql(f"DELETE FROM prices WHERE variant_id = {CAMP}")

    def test_groups_are_opened_once(self):
        code = made()
        page = f"/fi/uudet-ryhmat/{code}"
        done = twice(manager, page, {**form(manager, page), **GROUP, "times": "2"})
        self.assertEqual([one.status for one in done], [303, 303])
        self.assertEqual(len(sessions(code)), 2)

    def test_a_question_is_added_once_and_changed_once(self):
        question = {"label_fi": "Paita?", "label_sv": "Tröja?", "label_en": "Shirt?", "purpose_fi": "Tilaamme.", "purpose_sv": "Vi beställer.", "purpose_en": "We order.", "class": "plain", "of": "participant", "type": "one_of",
                    "choices_fi": "pieni\nsuuri", "choices_sv": "liten\nstor", "choices_en": "small\nlarge"}
        page = "/fi/lomakkeet/adult/uusi-kysymys"
        done = twice(manager, page, {**form(manager, page), **question})
        self.assertEqual([one.status for one in done], [303, 303])
        self.assertEqual(bed.count("form_questions WHERE form_code = 'adult' AND label_fi = 'Paita?'"), 1)
        code = bed.one("SELECT code FROM form_questions WHERE form_code = 'adult' AND label_fi = 'Paita?'")
        page = f"/fi/kysymykset/adult.{code}"
        done = twice(manager, page, {**form(manager, page), "label_fi": "Paidan koko?"})
        self.assertEqual([one.status for one in done], [303, 303])
        other = form(editor, page)
        manager.post(page, {**form(manager, page), "label_fi": "Minkä kokoinen paita?"})
        self.assertIn("Joku muu muutti lomaketta", editor.post(page, {**other, "label_fi": "Mikä koko?"}).text, "and another's change is told")


class Forms(unittest.TestCase):
    def test_a_changed_question_makes_the_pages_of_its_activities_anew_and_no_others(self):
        own, other = "fi/tuote/a4-fi.html", "fi/tuote/a3-fi.html"  # nobody signs up for the latter here
        stamp = lambda name: os.stat(bed.path("www/current", name)).st_mtime_ns
        release, before = os.path.realpath(bed.path("www/current")), stamp(other)
        page = "/fi/kysymykset/adult.before"
        self.assertEqual(manager.post(page, {**form(manager, page), "label_fi": "Vain aikuisilta kysytty", "purpose_fi": "Syy", "purpose_sv": "Skäl", "purpose_en": "Reason"}).status, 303)
        self.assertTrue(wait_until(lambda: "Vain aikuisilta kysytty" in site(own)), bed.log("render")[-800:])
        self.assertEqual((os.path.realpath(bed.path("www/current")), stamp(other)), (release, before))
        self.assertEqual(bed.sql("SELECT kind, product_id FROM changes ORDER BY seq DESC LIMIT 1"), [["product", "4"]])


if __name__ == "__main__":
    unittest.main()
