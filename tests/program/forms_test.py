#!/usr/bin/python3
"""Goal: who answers for courses builds the forms of sign-ups: each question says who may see its answer and why it is asked, and a form that families have
answered changes only so that what they answered stays readable."""
import unittest

from signup_bed import CAMP, OTHER, SignupBed
from visitor import history

FORMS, CAMP_FORM, ADULT = "/fi/lomakkeet", "/fi/lomakkeet/camp", "/fi/lomakkeet/adult"
QUESTION = {"label_fi": "Mikä paitakoko?", "label_sv": "Vilken tröjstorlek?", "label_en": "Which shirt size?", "purpose_fi": "Tilaamme leiripaidat.", "purpose_sv": "Vi beställer lägertröjor.", "purpose_en": "We order camp shirts.",
            "class": "plain", "of": "participant", "type": "one_of", "choices_fi": "pieni\nsuuri", "choices_sv": "liten\nstor", "choices_en": "small\nlarge"}


def setUpModule():
    global bed, manager, saara, anna
    bed = SignupBed()
    manager = bed.here(bed.member("shop_manager", "manager"))
    saara = bed.here(bed.member("activity_supervisor", "saara", ("unit", "sports")))
    anna = bed.here(bed.instructors["anna"])


def tearDownModule():
    bed.close()


def send(page, action=None, browser=None, number=0, **fields):
    browser = browser or manager
    forms = [form for form in browser.get(page).forms() if form["action"] == (action or page)]
    assert forms, (page, action, browser.get(page))
    return browser.post(action or page, {**forms[number]["fields"], **fields})


def asked(lang="fi"):
    visitor = bed.family(lang)
    held = bed.enter(visitor, CAMP)
    return visitor.get(held.location).text


class Forms(unittest.TestCase):
    def setUp(self):
        bed.new_season()
        for statement in ("UPDATE activities SET form_code = IF(product_id = 4, 'adult', 'camp')", "DELETE c FROM form_choices c WHERE form_code NOT IN ('camp', 'adult') OR question_code LIKE 'q%' OR code LIKE 'c%'",
                          "DELETE FROM form_questions WHERE form_code NOT IN ('camp', 'adult') OR code LIKE 'q%'", "DELETE FROM forms WHERE code NOT IN ('camp', 'adult')", "UPDATE form_questions SET retired_utc = NULL"):
            bed.sql(statement)

    def make(self, **fields):
        return send(FORMS, **{"name": "Leirin lomake", "unit": "sports", **fields}).location

    def test_a_form_is_built_previewed_and_taken_into_use(self):
        form = self.make()
        self.assertEqual(send(form + "/uusi-kysymys", **QUESTION).location, form)
        page = manager.get(form).text
        for words in ("Mikä paitakoko?", "Kaikki, jotka käsittelevät ilmoittautumisia, näkevät vastauksen", "Miksi kysymme: Tilaamme leiripaidat.", "ei käytössä"):
            self.assertIn(words, page)
        preview = manager.get(form + "/esikatselu")
        self.assertEqual((preview.status, len([f for f in preview.forms() if f["method"] == "post"])), (200, 0))
        self.assertIn("suuri", preview.text)
        self.assertIn("nuts fi", manager.get(CAMP_FORM + "/esikatselu").text, "with health questions too")
        self.assertEqual(send(form, form + "/kayttoon", activity="a1").location, form)
        self.assertIn("Leiri 1 fi", manager.get(form).text)
        for lang, words in (("fi", "Miksi kysymme: Tilaamme leiripaidat."), ("sv", "Varför vi frågar: Vi beställer lägertröjor."), ("en", "Why we ask: We order camp shirts.")):
            self.assertIn(words, asked(lang))
        self.assertIn(["product", "1"], bed.sql("SELECT kind, product_id FROM changes"))

    def test_mistakes_are_told(self):
        form = self.make()
        page = send(form + "/uusi-kysymys", **{**QUESTION, "purpose_fi": "", "purpose_sv": "", "purpose_en": "", "choices_sv": "liten", "class": "health", "required": "1"})
        self.assertEqual(page.status, 200)
        self.assertEqual(page.text.count("Kirjoita teksti tällä kielellä"), 6, "in the summary and beside the field, in each language")
        self.assertIn("Kirjoita yhtä monta riviä", page.text)
        self.assertIn("Terveystietoa voi kysyä vain osallistujasta", page.text)
        self.assertIn("Kirjoita lomakkeen nimi", send(FORMS, name="", unit="").text)
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM form_questions WHERE form_code = '{form.rsplit('/', 1)[1]}'"), "0")

    def test_choices_are_kept_as_a_file_would_bring_them(self):
        form = self.make()
        page = send(form + "/uusi-kysymys", **{**QUESTION, "choices_fi": "pieni\nsuu\u202eri", "choices_en": "small\n" + "ä" * 121})
        self.assertEqual(page.status, 200)
        self.assertIn("merkki, jota ei voi käyttää", page.text)
        self.assertIn("enintään 120 merkkiä", page.text)
        self.assertEqual(send(form + "/uusi-kysymys", **{**QUESTION, "choices_fi": " pieni \t koko\n\u00a0\nsuuri", "choices_sv": "liten\n" + "ä" * 120}).location, form)
        self.assertEqual(bed.sql(f"SELECT label_fi, label_sv FROM form_choices WHERE form_code = '{form.rsplit('/', 1)[1]}' ORDER BY sort_order"), [["pieni koko", "liten"], ["suuri", "ä" * 120]])

    def test_what_was_answered_stays_readable_when_its_question_is_asked_no_more(self):
        bed.move(CAMP, 2)
        bed.hold("anna", CAMP)
        bed.sign_up(bed.family(), CAMP)
        self.assertIn("Aiemmin", asked())
        number = [n for n, form in enumerate(f for f in manager.get(CAMP_FORM).forms() if f["action"] == CAMP_FORM + "/kysyminen") if form["fields"]["question"] == "before"][0]
        self.assertEqual(send(CAMP_FORM, CAMP_FORM + "/kysyminen", number=number).location, CAMP_FORM)
        self.assertNotIn("Aiemmin", asked())
        self.assertIn("Ei kysytä enää", manager.get(CAMP_FORM).text)
        page = anna.get(f"/fi/osallistujat/{CAMP}").text
        self.assertIn("Aiemmin", page)
        self.assertIn("viime kesänä", page)
        visitor = bed.family()
        bed.sign_up(visitor, CAMP)

    def test_a_form_in_use_keeps_what_its_answers_are_read_by(self):
        bed.sign_up(bed.family(), CAMP)
        swims = "/fi/kysymykset/camp.swims"
        self.assertIn("Lomakkeeseen on vastattu", manager.get(swims).text)
        texts = {f"purpose_{lang}": "Valitsemme altaan." for lang in ("fi", "sv", "en")}
        for changed in ({"class": "plain"}, {"type": "many_of"}, {"of": "guardian"}):
            self.assertIn("tätä ei voi muuttaa", send(swims, **texts, **changed).text)
        self.assertIn("voi vain lisätä", send(swims, **texts, choices_fi="ei", choices_sv="nej", choices_en="no").text)
        self.assertEqual(send(swims, **texts, label_fi="Uiko lapsi?", choices_fi="ei\nkyllä\nvähän", choices_sv="nej\nja\nlite", choices_en="no\nyes\na little").location, CAMP_FORM)
        self.assertEqual(bed.sql("SELECT code, label_fi FROM form_choices WHERE form_code = 'camp' AND question_code = 'swims' ORDER BY sort_order"), [["no", "ei"], ["yes", "kyllä"], ["c3", "vähän"]])
        self.assertIn("Uiko lapsi?", asked())
        self.assertIn("ilmoittauduttu toisella lomakkeella", send(ADULT, ADULT + "/kayttoon", activity="a1").text)

    def test_two_editors_lose_nothing(self):
        diet = "/fi/kysymykset/camp.diet"
        texts = {f"purpose_{lang}": "Keittiö laittaa ruoan." for lang in ("fi", "sv", "en")}
        mine = manager.get(diet).form(diet)["fields"]
        self.assertEqual(send(diet, **texts, label_fi="Ruokarajoitukset").status, 303)
        page = manager.post(diet, {**mine, **texts, "hint_fi": "Vain allergiat", "hint_sv": "Bara allergier", "hint_en": "Allergies only"})
        self.assertIn("Joku muu muutti lomaketta", page.text)
        self.assertIn("Vain allergiat", page.text)
        self.assertIn("<li>Kysymys, Suomeksi: Ruokarajoitukset</li>", page.text, "what the other wrote, which the next save would write over")
        self.assertIn("<li>Ohje, Suomeksi: –</li>", page.text)
        self.assertNotIn("<li>Miksi", page.text)
        self.assertEqual(bed.one("SELECT label_fi FROM form_questions WHERE form_code = 'camp' AND code = 'diet'"), "Ruokarajoitukset")
        self.assertEqual(manager.post(diet, {**page.form(diet)["fields"], "label_fi": "Ruoka"}).status, 303)

    def test_a_button_of_an_older_page_does_nothing_and_says_so(self):
        copy = send(CAMP_FORM, CAMP_FORM + "/kopioi", name="Kopio", unit="sports").location
        code = copy.rsplit("/", 1)[1]
        row = lambda question: bed.sql(f"SELECT retired_utc IS NOT NULL, sort_order FROM form_questions WHERE form_code = '{code}' AND code = '{question}'")[0]
        for action, question in (("/kysyminen", "before"), ("/ylos", "walks-home")):
            old = [form["fields"] for form in manager.get(copy).forms() if form["action"] == copy + action and form["fields"]["question"] == question][0]
            before = row(question)
            self.assertEqual(send(copy, copy + "/kysyminen", number=0).location, copy)
            told = manager.post(copy + action, old)
            self.assertEqual((told.status, row(question)), (409, before), action)
            self.assertIn("Joku muu muutti lomaketta", told.text)
            self.assertIn("Mitään ei muutettu", told.text)
            again = [form["fields"] for form in told.forms() if form["action"] == copy + action and form["fields"]["question"] == question][0]
            self.assertEqual([manager.post(copy + action, again).status for _ in range(2)], [303, 303], "and a button that is pressed twice is no clash with oneself")
            self.assertNotEqual(row(question), before)

    def test_who_changed_what_stands_on_its_page_with_the_values_before(self):
        copy = send(CAMP_FORM, CAMP_FORM + "/kopioi", name="Kopio", unit="sports").location
        code = copy.rsplit("/", 1)[1]
        self.assertEqual(history(manager.get(copy)), [], "it is as it was made")
        self.assertEqual(send(copy + "/uusi-kysymys", **QUESTION).status, 303)
        one = f"/fi/kysymykset/{code}.q7"
        typed = {**manager.get(one).form(one)["fields"], **QUESTION, "label_fi": "Minkä kokoinen paita?", "type": "many_of", "required": "1", "choices_fi": "pieni\niso"}
        for _ in range(2):
            self.assertEqual(manager.post(one, typed).status, 303)  # a double click
        number = [form["fields"]["question"] for form in manager.get(copy).forms() if form["action"] == copy + "/kysyminen"].index("q7")
        self.assertEqual(send(copy, copy + "/kysyminen", number=number).location, copy)
        self.assertEqual(send(copy, copy + "/ylos").location, copy)
        raised, retired, changed, added = history(manager.get(copy))
        self.assertEqual({who for who, _ in (raised, retired, changed, added)}, {"Liisa Åkerman"})
        label = "Minkä kokoinen paita?: "
        self.assertEqual([after for _, _, after in raised[1]], ["1", "2"])
        self.assertEqual((retired[1], added[1]), ([(label + "Kysytään", "Kyllä", "Ei")], [(label + "Kysytään", "Ei", "Kyllä")]))
        self.assertEqual(sorted(changed[1]), [(label + "Kysymys, Suomeksi", "Mikä paitakoko?", "Minkä kokoinen paita?"), (label + "Millainen vastaus", "Yksi vaihtoehdoista", "Monta vaihtoehdoista"), (label + "Vaihtoehdot, Suomeksi", "pieni, suuri", "pieni, iso"),
                                              (label + "Vastaus on pakollinen", "Ei", "Kyllä")])

    def test_a_form_sent_twice_is_made_once(self):
        fields = [form for form in manager.get(CAMP_FORM).forms() if form["action"] == CAMP_FORM + "/kopioi"][0]["fields"] | {"name": "Kahdesti", "unit": "sports"}
        first, second = (manager.post(CAMP_FORM + "/kopioi", fields).location for _ in range(2))
        self.assertEqual((first, bed.one("SELECT COUNT(*) FROM forms WHERE name = 'Kahdesti'")), (second, "1"))
        code = first.rsplit("/", 1)[1]
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM form_questions WHERE form_code = '{code}'"), "6")
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM use_log WHERE object_kind = 'form' AND object_id = '{code}'"), "1", "and it is written down once")

    def test_the_same_page_with_other_content_is_told_and_comes_back(self):
        for page, action in ((FORMS, FORMS), (CAMP_FORM, CAMP_FORM + "/kopioi")):
            fields = [form for form in manager.get(page).forms() if form["action"] == action][0]["fields"] | {"name": "Ensin näin", "unit": "sports"}
            first = manager.post(action, fields).location
            told = manager.post(action, {**fields, "name": "Sitten näin"})
            self.assertEqual((told.status, bed.one("SELECT COUNT(*) FROM forms WHERE name = 'Sitten näin'")), (409, "0"), action)
            self.assertIn("on jo lähetetty", told.text)
            again = [form for form in told.forms() if form["action"] == action][0]["fields"]
            self.assertEqual((again["name"], again["unit"]), ("Sitten näin", "sports"))
            self.assertNotIn(manager.post(action, again).location, (None, first), "the form that came back makes another")
            bed.sql("DELETE FROM form_choices WHERE form_code LIKE 'form-%'; DELETE FROM form_questions WHERE form_code LIKE 'form-%'; DELETE FROM forms WHERE code LIKE 'form-%'")

    def test_a_copy_is_its_makers_and_a_shared_form_is_changed_by_who_may_change_all_that_use_it(self):
        page = saara.get(CAMP_FORM)
        self.assertEqual(page.status, 200)
        self.assertNotIn("uusi-kysymys", page.text, "the library uses it too")
        self.assertEqual(saara.get("/fi/kysymykset/camp.diet").status, 403)
        token = page.form(CAMP_FORM + "/kopioi")["fields"]["form"]
        self.assertEqual(saara.post(CAMP_FORM + "/kysyminen", {"form": token, "question": "diet", "version": "1"}).status, 403)
        copy = send(CAMP_FORM, CAMP_FORM + "/kopioi", saara, name="Oma", unit="sports").location
        code = copy.rsplit("/", 1)[1]
        self.assertEqual(bed.sql(f"SELECT code FROM form_questions WHERE form_code = '{code}' ORDER BY sort_order"), [[c] for c in ("diet", "health-words", "swims", "before", "walks-home", "hours")])
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM form_choices WHERE form_code = '{code}'"), "4")
        self.assertEqual(send(copy, copy + "/ylos", saara).location, copy)
        self.assertEqual([row[0] for row in bed.sql(f"SELECT code FROM form_questions WHERE form_code = '{code}' ORDER BY sort_order LIMIT 2")], ["health-words", "diet"])
        self.assertEqual(saara.post(copy + "/kayttoon", {"form": token, "activity": "a3"}).status, 403)
        self.assertEqual(saara.post(CAMP_FORM + "/kopioi", {"form": token, "name": "x", "unit": "library"}).status, 403)
        self.assertIn("kerää helposti enemmän", saara.get(copy).text)
        self.assertEqual(bed.enter(bed.family(), OTHER).status, 303)
        self.assertIn("Salattu terveystieto", saara.get(copy).text)


if __name__ == "__main__":
    unittest.main()
