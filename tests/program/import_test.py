#!/usr/bin/env python3
"""Goal: a catalogue comes into the shop whole or not at all; a fault is named by file, line and field; and importing again
changes what differs in the files and nothing else: no date, no address, no seat that was sold."""
import os
import unittest

from import_bed import FORMS, LISTS, MUG, SVG, TOUR, TREE, ImportBed

bed = None
DAY = 86400


def setUpModule():
    global bed
    bed = ImportBed()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def setUp(self):
        bed.set_clock(0)
        bed.empty()
        bed.restore()


class Sample(Case):
    def test_the_sample_city_sells_150_products_in_12_categories_and_more(self):
        sample = os.path.join(TREE, "site/catalogue")
        postal = os.path.join(TREE, "site/postal/postal_codes.csv")
        bed.imported("--postal", postal, catalogue=sample)
        products, pictures, categories, kinds = map(int, bed.sql(
            "SELECT COUNT(*), COUNT(DISTINCT image_sha256), COUNT(DISTINCT category_code), COUNT(DISTINCT kind) FROM products WHERE state = 'published'")[0])
        self.assertGreaterEqual(products, 150)
        self.assertGreaterEqual(categories, 12)
        self.assertEqual(pictures, products, "each product has a picture of its own")
        self.assertEqual(kinds, 6)
        self.assertEqual(int(bed.one("SELECT COUNT(*) FROM product_texts WHERE name <> '' AND summary <> '' AND description <> ''")), 3 * products)
        self.assertGreater(int(bed.one("SELECT COUNT(*) FROM postal_codes")), 3000)
        self.assertEqual(bed.sql("SELECT code, uses FROM products WHERE uses > 1 AND kind = 'pass' AND state = 'published' ORDER BY code"),
                         [["gym-ten-visits", "10"], ["public-skating-ten-visits", "10"], ["swim-ten-visits", "10"], ["theatre-four-card", "4"]])
        before = bed.content()
        bed.set_clock(40 * DAY)
        self.assertIn(f"0 new, 0 changed, {products} unchanged, 0 closed", bed.imported("--postal", postal, catalogue=sample))
        self.assertEqual(bed.content(), before)
        self.assertIn("300 new", bed.imported("--generate", "300", catalogue=sample), "activities bring their forms")

    def test_generated_products_take_the_place_of_the_files_and_back(self):
        bed.imported()
        self.assertIn("5 new, 0 changed, 0 unchanged, 2 closed", bed.imported("--generate", "5"))
        self.assertEqual(bed.one("SELECT GROUP_CONCAT(code ORDER BY code) FROM products WHERE state = 'published'"), ",".join(f"generated-{i}" for i in range(1, 6)))
        bed.set_clock(3 * DAY)
        self.assertIn("0 new, 0 changed, 5 unchanged, 0 closed", bed.imported("--generate", "5"))
        self.assertIn("0 new, 2 changed, 0 unchanged, 5 closed", bed.imported())


class Activities(Case):
    def test_a_course_has_sessions_with_their_meetings_and_a_form(self):
        bed.put_activity()
        self.assertIn("3 new", bed.imported())
        self.assertEqual(bed.sql("SELECT type, form_code FROM activities"), [["course", "short"]])
        rows = bed.sql("SELECT v.code, place_sv, age_min, age_max, waiting_places, minimum, state, k.free, TIMESTAMPDIFF(DAY, v.starts_utc, v.ends_utc), (SELECT COUNT(*) FROM activity_meetings m WHERE m.variant_id = v.id) "
                       "FROM activity_sessions s JOIN variants v ON v.id = s.variant_id JOIN stock k ON k.variant_id = v.id ORDER BY v.starts_utc")
        self.assertEqual(rows, [["once", "Huset", "NULL", "NULL", "0", "0", "open", "8", "0", "1"], ["mondays", "Salen", "7", "12", "5", "3", "open", "10", "21", "4"]])
        days = {row[0] for row in bed.sql("SELECT DAYNAME(m.starts_utc) FROM activity_meetings m JOIN variants v ON v.id = m.variant_id WHERE v.code = 'mondays'")}
        self.assertEqual(days, {"Monday"})
        self.assertEqual(bed.sql("SELECT code, of_whom, type, class, required FROM form_questions ORDER BY sort_order"),
                         [["diet", "participant", "many_of", "health", "0"], ["home", "guardian", "yes_no", "child", "1"]])
        self.assertEqual(bed.sql("SELECT code, label_fi FROM form_choices"), [["nuts", "Pähkinä"]])

    def test_what_staff_opened_on_pages_stays_open_when_the_file_changes(self):
        bed.put_activity()
        bed.imported()
        bed.sql("INSERT INTO variants (product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) SELECT id, '2037-01-05', 'Lisäryhmä', 'Extra', 'Extra', '2037-01-05 15:00:00', '2037-01-05 16:00:00' FROM products WHERE code = 'course'; "
                "INSERT INTO stock SELECT id, 5, 5 FROM variants WHERE code = '2037-01-05'; INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, waiting_places, minimum, signup_from_utc, signup_until_utc, cancel_until_utc, made_key) "
                "SELECT id, 'Sali', 'Salen', 'Hall', 'Katu 1', 0, 0, '2026-01-01', '2037-01-01', '2036-12-01', 'aform.1' FROM variants WHERE code = '2037-01-05'")
        bed.change("mugs/course.toml", 'code = "once"', 'code = "twice"')
        bed.imported()
        self.assertEqual(bed.sql("SELECT code, active FROM variants WHERE code IN ('2037-01-05', 'mondays', 'once', 'twice') ORDER BY code"), [["2037-01-05", "1"], ["mondays", "1"], ["once", "0"], ["twice", "1"]])

    def test_a_form_that_earlier_imports_knew_with_the_lists_stays_as_staff_made_it(self):
        bed.put_activity()
        bed.imported()
        bed.sql("DELETE FROM catalogue_imports WHERE name LIKE 'form/%'; UPDATE form_questions SET label_fi = 'Ruokavalio' WHERE code = 'diet'")
        self.assertNotIn("lists or forms changed", bed.imported())
        self.assertEqual(bed.one("SELECT label_fi FROM form_questions WHERE code = 'diet'"), "Ruokavalio")
        bed.change("forms.toml", "Kotiin yksin", "Kotiin itse")
        self.assertIn("lists or forms changed", bed.imported())
        self.assertEqual(bed.one("SELECT label_fi FROM form_questions WHERE code = 'diet'"), "Ruoka")

    def test_what_people_rely_on_no_file_changes(self):
        bed.put_activity()
        bed.imported()
        bed.sql("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc) SELECT 'AAAAAAAA1', REPEAT('a', 26), id, 'fi', 'confirmed', 1, TRUE, UTC_TIMESTAMP(3), "
                "UTC_TIMESTAMP(3) FROM variants WHERE code = 'mondays'; UPDATE stock k JOIN variants v ON v.id = k.variant_id JOIN products p ON p.id = v.product_id SET k.free = k.free - 1 WHERE p.code = 'tour'")
        self.addCleanup(bed.sql, "DELETE FROM registrations")
        before = bed.content()
        for name, was, wish, words in (("mugs/course.toml", 'time = "17:00"', 'time = "18:00"', "mugs/course.toml: mondays: families have signed up"), ("mugs/course.toml", "Salen", "Huset", "mondays: families have signed up"),
                                       ("mugs/course.toml", "age_max = 12", "age_max = 13", "mondays: age_min: expected the same ages"), ("mugs/course.toml", '"+15d 16:00"', '"+14d 16:00"', "mondays: cancel_until: expected no earlier"),
                                       ("forms.toml", 'of = "guardian"', 'of = "contact"', "forms.toml: short, home: of: expected guardian"), ("forms.toml", 'code = "nuts"', 'code = "milk"', "forms.toml: short, diet: choices: "),
                                       ("mugs/tour.toml", "minutes = 60", "minutes = 90", "expected the time for which tickets have been sold")):
            with self.subTest(words=words):
                bed.change(name, was, wish)
                code, said = bed.run_import()
                self.assertEqual(code, 1)
                self.assertIn(words, said)
                bed.restore()
                bed.put_activity()
        self.assertEqual(bed.content(), before)
        for name, was, wish in (("mugs/course.toml", '"+25d 18:00"', '"+25d 19:00"'), ("mugs/course.toml", "seats = 10", "seats = 12"), ("forms.toml", "Kotiin yksin", "Kotiin itse")):
            bed.change(name, was, wish)
        self.assertIn("1 changed", bed.imported())

    def test_an_activity_keeps_the_form_by_which_somebody_has_signed_up(self):
        bed.put_activity()
        bed.put("forms.toml", FORMS + FORMS.replace('"short"', '"other"'))
        bed.imported()
        bed.sql("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc) SELECT 'AAAAAAAA1', REPEAT('a', 26), id, 'fi', 'cancelled', 1, FALSE, UTC_TIMESTAMP(3), "
                "UTC_TIMESTAMP(3) FROM variants WHERE code = 'mondays'")
        self.addCleanup(bed.sql, "DELETE FROM registrations")
        bed.change("mugs/course.toml", 'form = "short"', 'form = "other"')
        self.assertEqual(bed.run_import(), (1, "import: DIR/mugs/course.toml: form: expected short, since somebody has signed up by it"))
        self.assertEqual(bed.one("SELECT form_code FROM activities"), "short")
        bed.sql("DELETE FROM registrations")
        bed.imported()
        self.assertEqual(bed.one("SELECT form_code FROM activities"), "other")

    def test_what_staff_closed_stays_closed_when_its_texts_change(self):
        bed.put_activity()
        bed.imported()
        bed.sql("UPDATE activity_sessions SET state = 'cancelled'; UPDATE stock SET free = free - 2")
        bed.change("mugs/course.toml", "Salen", "Stora salen")
        self.assertIn("1 changed", bed.imported())
        self.assertEqual(bed.sql("SELECT DISTINCT state FROM activity_sessions"), [["cancelled"]])
        self.assertEqual(bed.sql("SELECT k.capacity, k.free FROM stock k JOIN activity_sessions s ON s.variant_id = k.variant_id ORDER BY capacity"), [["8", "6"], ["10", "8"]])
        self.assertEqual(bed.one("SELECT COUNT(*) FROM activity_meetings"), "5")
        bed.change("forms.toml", "Pähkinä", "Pähkinät")
        bed.imported()
        self.assertEqual(bed.sql("SELECT label_fi FROM form_choices"), [["Pähkinät"]])


# (what is wrong, [(file, before, after)], what it says after "import: DIR/")
ACTIVITY_FAULTS = [
    ("a health question that is required", [("forms.toml", 'class = "health"', 'class = "health"\nrequired = true')], "forms.toml:6: class: expected health answers of participants, never required"),
    ("a health question of the guardian", [("forms.toml", 'of = "participant"', 'of = "guardian"')], "forms.toml:6: class: expected health answers of participants, never required"),
    ("choices where there is nothing to choose", [("forms.toml", '"many_of"', '"long_text"')], "forms.toml:5: type: expected no choices for long_text"),
    ("nothing to choose from", [("forms.toml", '"yes_no"', '"one_of"')], "forms.toml:14: type: expected a [[form.question.choice]] or more for one_of"),
    ("no such form", [("mugs/course.toml", 'form = "short"', 'form = "long"')], "mugs/course.toml:13: form: expected the code of a [[form]] in forms.toml"),
    ("a sign-up that ends before it begins", [("mugs/course.toml", 'signup_until = "+20d 16:00"', 'signup_until = "+0d 16:00"')], "mugs/course.toml:35: signup_until: expected a time after signup_from"),
    ("a sign-up after all is over", [("mugs/course.toml", 'signup_until = "+20d 16:00"', 'signup_until = "+300d 16:00"')], "mugs/course.toml:35: signup_until: expected a time before the last meeting ends"),
    ("cancelling after the start", [("mugs/course.toml", 'cancel_until = "+15d 16:00"', 'cancel_until = "+60d 16:00"')], "mugs/course.toml:36: cancel_until: expected a time before the first meeting"),
    ("ages the wrong way round", [("mugs/course.toml", "age_max = 12", "age_max = 6")], "mugs/course.toml:27: age_max: expected age_min or more"),
    ("ages without a day", [("mugs/course.toml", 'age_on = "+30d"\n', "")], "mugs/course.toml:17: age_on: is missing"),
    ("more needed than fit", [("mugs/course.toml", "minimum = 3", "minimum = 11")], "mugs/course.toml:25: minimum: expected not more than the seats"),
    ("a session twice", [("mugs/course.toml", 'code = "once"', 'code = "mondays"')], "mugs/course.toml:39: code: expected a code that no other session has"),
    ("no session", [("mugs/course.toml", "[[session]]", "[[slot]]"), ], "mugs/course.toml:17: slot: is no field here"),
]
MONDAYS = 'weekdays = ["mon"]\nfrom = "+30d"\nweeks = 4\ntime = "17:00"\nminutes = 60\n'
ONE = '[[session.meeting]]\nstarts = "+30d 18:00"\nends = "+30d {}"\n'
UNTIL = 'cancel_until = "+15d 16:00"\n'
ACTIVITY_FAULTS += [
    ("a meeting that ends first", [("mugs/course.toml", MONDAYS, ""), ("mugs/course.toml", UNTIL, UNTIL + ONE.format("17:00"))], "mugs/course.toml:34: ends: expected a time after starts"),
    ("a meeting within another", [("mugs/course.toml", MONDAYS, ""), ("mugs/course.toml", UNTIL, UNTIL + 2 * ONE.format("19:00"))], "mugs/course.toml:36: starts: expected a time after the meeting before it"),
    ("a state that no session has", [("mugs/course.toml", 'code = "once"', 'code = "once"\nstate = "full"')], "mugs/course.toml:40: state: expected one of open, closed, cancelled, draft"),
    ("a form of no unit", [("forms.toml", 'code = "short"', 'code = "short"\nunit = "cultur"')], "forms.toml:3: unit: expected the code of a [[unit]] in catalogue.toml"),
]
LIST_FAULTS = [
    ("no such file", [("catalogue.toml", None, None)], "catalogue.toml:1: the file is missing"),
    ("not TOML", [("catalogue.toml", 'code = "post"', "code = post")], "catalogue.toml:17: Error while parsing value: could not determine value type"),
    ("a unit twice", [("catalogue.toml", LISTS, LISTS + '[[unit]]\ncode = "culture"\nname = { fi = "a", sv = "b", en = "c" }\n')],
     "catalogue.toml:36: code: expected a code that no other has"),
    ("a price group twice", [("catalogue.toml", LISTS, LISTS + '[[price_group]]\ncode = "everyone"\nname = { fi = "a", sv = "b", en = "c" }\n')],
     "catalogue.toml:36: code: expected a code that no other has"),
    ("a delivery twice", [("catalogue.toml", 'code = "post"', 'code = "collect"')], "catalogue.toml:17: code: expected a code that no other has"),
    ("a category twice", [("catalogue.toml", 'code = "mugs"', 'code = "things"'), ("catalogue.toml", 'name = { fi = "Mukit"', 'slug = { fi = "x" }\nname = { fi = "Mukit"')],
     "catalogue.toml:30: code: expected a code that no other has"),
    ("a misspelt field", [("catalogue.toml", 'kind = "collect"', 'kind = "collect"\ncosts = 3')], "catalogue.toml:14: costs: is no field here"),
    ("a wrong e-mail", [("catalogue.toml", "kulttuuri@example.org", "kulttuuri(at)example.org")], "catalogue.toml:4: email: expected an e-mail address"),
    ("a wrong phone", [("catalogue.toml", "029 555 0140", "soita!")], 'catalogue.toml:5: phone: expected a telephone number such as "+358 29 555 0100"'),
    ("a proof without words", [("catalogue.toml", 'code = "everyone"', 'code = "everyone"\nproof = true')], "catalogue.toml:7: proof_text.fi: is missing"),
    ("a delivery without VAT", [("catalogue.toml", 'vat = "standard"\n', "")], "catalogue.toml:16: vat: expected a VAT code, since the delivery costs something"),
    ("a delivery's unknown VAT code", [("catalogue.toml", 'vat = "standard"', 'vat = "standart"')], "catalogue.toml:20: vat: there is no VAT code standart"),
    ("a delivery's detail without Swedish", [("catalogue.toml", 'sv = "Inom två veckor", ', "")], "catalogue.toml:22: detail.sv: is missing"),
    ("a category's summary without Swedish", [("catalogue.toml", 'summary = { fi = "Mukeja", sv = "Muggar", ', 'summary = { fi = "Mukeja", ')], "catalogue.toml:34: summary.sv: is missing"),
    ("a category of an unknown unit", [("catalogue.toml", 'parent = "things"\nunit = "culture"', 'parent = "things"\nunit = "cultur"')],
     "catalogue.toml:32: unit: expected the code of a [[unit]]"),
    ("an unknown parent", [("catalogue.toml", 'parent = "things"', 'parent = "thing"')], "catalogue.toml:31: parent: expected a category that has no parent itself"),
    ("its own parent", [("catalogue.toml", 'code = "things"\n', 'code = "things"\nparent = "things"\n')], "catalogue.toml:26: parent: expected a category that has no parent itself"),
    ("parents in a ring", [("catalogue.toml", 'code = "things"\n', 'code = "things"\nparent = "mugs"\n')], "catalogue.toml:26: parent: expected a category that has no parent itself"),
    ("a third level", [("catalogue.toml", LISTS, LISTS + '[[category]]\ncode = "cups"\nparent = "mugs"\nunit = "culture"\nname = { fi = "Kupit", sv = "Koppar", en = "Cups" }\n')],
     "catalogue.toml:37: parent: expected a category that has no parent itself"),
    ("two categories with one address", [("catalogue.toml", 'sv = "Muggar", en = "Mugs" }', 'sv = "Saker", en = "Mugs" }')],
     "catalogue.toml:33: name.sv: expected an address that no other category has, and not saker: give one of them a slug"),
    ("a category's address that leaves its folder", [("catalogue.toml", 'parent = "things"', 'parent = "things"\nslug = { fi = "../x" }')],
     "catalogue.toml:32: slug.fi: expected a part of an address: a-z, 0-9 and -"),
]
MUG_FILE = "mugs/blue-mug.toml"
PRODUCT_FAULTS = [
    ("a draft that is closed", [(MUG_FILE, "stock = 10", "draft = true\nclosed = true\nstock = 10")], "mugs/blue-mug.toml:13: closed: expected draft or closed, not both"),
    ("a coming price without its day", [(MUG_FILE, "cents = 1200", "cents = 1200\nnext_cents = 1300")], "mugs/blue-mug.toml:13: next_from: is missing"),
    ("a slot's code that is none", [("mugs/tour.toml", "quota = 20", 'quota = 20\ncode = "A B"')], "mugs/tour.toml:19: code: expected a code of a-z, 0-9 and - (at most 48)"),
    ("an unknown VAT code", [(MUG_FILE, 'vat = "standard"', 'vat = "standart"')], "mugs/blue-mug.toml:3: vat: there is no VAT code standart"),
    ("no VAT code", [(MUG_FILE, 'vat = "standard"\n', "")], "mugs/blue-mug.toml:1: vat: is missing"),
    ("an unknown unit", [(MUG_FILE, 'unit = "culture"', 'unit = "cultur"')], "mugs/blue-mug.toml:2: unit: expected the code of a [[unit]] in catalogue.toml"),
    ("an unknown price group", [(MUG_FILE, 'group = "everyone"', 'group = "nobody"')], "mugs/blue-mug.toml:14: group: expected the code of a [[price_group]] in catalogue.toml"),
    ("a price group twice", [(MUG_FILE, MUG, MUG + '[[price]]\ngroup = "everyone"\ncents = 1\n')], "mugs/blue-mug.toml:17: group: expected each price group once"),
    ("an unknown delivery", [(MUG_FILE, '"post"]', '"pigeon"]')], "mugs/blue-mug.toml:8: delivery: expected codes of [[delivery]] in catalogue.toml, which has no pigeon"),
    ("a delivery twice", [(MUG_FILE, '"post"]', '"collect"]')], "mugs/blue-mug.toml:8: delivery: expected no code twice"),
    ("a price that is no number of cents", [(MUG_FILE, "cents = 1200", "cents = 12.00")], "mugs/blue-mug.toml:15: cents: expected a whole number from 0 to 99999998"),
    ("no price", [(MUG_FILE, '[[price]]\ngroup = "everyone"\ncents = 1200\n', "")], "mugs/blue-mug.toml:1: price: expected a [[price]] for the product, or for each of its variants"),
    ("a misspelt field", [(MUG_FILE, "stock = 10", "stok = 10")], "mugs/blue-mug.toml:12: stok: is no field here"),
    ("no Swedish name", [(MUG_FILE, 'sv = "Blå mugg", ', "")], "mugs/blue-mug.toml:9: name.sv: is missing"),
    ("no Swedish description", [("mugs/blue-mug.sv.md", None, None)], "mugs/blue-mug.sv.md:1: description: the file is missing"),
    ("a name that is too long", [(MUG_FILE, "Sininen muki", "m" * 161)], "mugs/blue-mug.toml:9: name.fi: expected at most 160 characters"),
    ("an address that leaves its folder", [(MUG_FILE, "stock = 10", 'slug = { fi = "../x" }\nstock = 10')], "mugs/blue-mug.toml:12: slug.fi: expected a part of an address: a-z, 0-9 and -"),
    ("an address of another product in the files", [(MUG_FILE, 'fi = "Sininen muki"', 'fi = "Opastus"')],
     "mugs/tour.toml:9: name.fi: expected an address that no other product has, and not opastus: give one of them a slug"),
    ("a sale that ends before it begins", [(MUG_FILE, "stock = 10", 'sale_from = "2026-12-06T18:00"\nsale_until = "2026-12-06T10:00"\nstock = 10')],
     "mugs/blue-mug.toml:13: sale_until: expected a time after sale_from"),
    ("a time that isn't one", [(MUG_FILE, "stock = 10", 'sale_from = "6.12.2026"\nstock = 10')], 'mugs/blue-mug.toml:12: sale_from: expected a time such as "2026-12-06T18:00" or "+14d 18:00"'),
    ("a variant twice", [(MUG_FILE, "stock = 10\n", ""), (MUG_FILE, "[[price]]", "".join(
        f'[[variant]]\ncode = "big"\nname = {{ fi = "{n}", sv = "{n}", en = "{n}" }}\n' for n in "ab") + "[[price]]")], "mugs/blue-mug.toml:16: code: expected a code that no other variant has"),
    ("stock of the product beside variants", [(MUG_FILE, "[[price]]", '[[variant]]\ncode = "big"\nname = { fi = "a", sv = "b", en = "c" }\n[[price]]')],
     "mugs/blue-mug.toml:12: stock: expected the stock of each variant, not of the product"),
    ("two slots at one time", [("mugs/tour.toml", TOUR, TOUR + '[[slot]]\nstarts = "+14d 18:00"\nminutes = 30\nquota = 1\n')], "mugs/tour.toml:20: starts: expected no two slots at the same time"),
    ("a series over a slot", [("mugs/tour.toml", TOUR, TOUR + '[[series]]\nweekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "+13d"\nweeks = 1\ntime = "18:00"\nminutes = 30\nquota = 1\n')],
     "mugs/tour.toml:23: time: expected no two slots at the same time"),
    ("a slot's name without Swedish", [("mugs/tour.toml", "quota = 20", 'quota = 20\nname = { fi = "Ilta", en = "Evening" }')], "mugs/tour.toml:19: name.sv: is missing"),
    ("a series' day that isn't one", [("mugs/tour.toml", TOUR, TOUR + '[[series]]\nweekdays = ["mon"]\nfrom = "+1x"\nweeks = 1\ntime = "18:00"\nminutes = 30\nquota = 1\n')],
     'mugs/tour.toml:21: from: expected a day such as "+1d" or "2026-12-06"'),
    ("a number of uses of what is no card", [(MUG_FILE, "stock = 10", "uses = 10\nstock = 10")], "mugs/blue-mug.toml:12: uses: expected uses on passes only: a ticket lets in once"),
    ("a pass with a date's withdrawal class", [(MUG_FILE, '"goods"', '"pass"'), (MUG_FILE, "goods_14d", "none_dated_leisure")],
     "mugs/blue-mug.toml:4: withdrawal: expected service_14d or digital for a pass without a date"),
    ("a gift card with VAT", [(MUG_FILE, '"goods"', '"gift_card"'), (MUG_FILE, "goods_14d", "service_14d")], "mugs/blue-mug.toml:3: vat: expected voucher for a gift card, and for nothing else"),
    ("a voucher's VAT on a mug", [(MUG_FILE, '"standard"', '"voucher"')], "mugs/blue-mug.toml:3: vat: expected voucher for a gift card, and for nothing else"),
    ("a gift card that is worth nothing", [(MUG_FILE, '"goods"', '"gift_card"'), (MUG_FILE, "goods_14d", "service_14d"), (MUG_FILE, '"standard"', '"voucher"'), (MUG_FILE, "cents = 1200", "cents = 0")],
     "mugs/blue-mug.toml:13: price: expected more than 0 for a gift card"),
    ("a benefit that nobody gives", [(MUG_FILE, "stock = 10", 'benefit = "lunch"\nstock = 10')], "mugs/blue-mug.toml:12: benefit: expected one of none, sports, culture"),
]
PICTURE_FAULTS = [
    ("a script", "<script>alert(1)</script>"),
    ("a script by another name", '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>'),
    ("an event", '<g onload="x()"/>'), ("an event after a tab", '<g\tonload="x()"/>'), ("an event after a line's end", '<g\nonload="x()"/>'),
    ("an event after a slash", '<g/onload="x()"/>'), ("an event after a quote", '<g id="a"onload="x()"/>'), ("an event with space", '<g onload = "x()"/>'),
    ("a reference", '<a href="https://example.org/"/>'), ("an old reference", '<g xlink:href ="#a"/>'),
    ("an address of a colour", '<g fill="url(https://example.org/a.svg#b)"/>'), ("an address in a style", "<g style=\"fill: URL( 'http://example.org' )\"/>"),
    ("a hidden address", '<g fill="ur&#108;(a)"/>'), ("an escaped address", '<g style="fill: ur\\6c (a)"/>'),
    ("a page within", "<foreignObject/>"), ("a style sheet", "<style>@import 'https://example.org'</style>"), ("an animation", '<set attributeName="onload" to="x()"/>'),
    ("an entity", '<!DOCTYPE svg [<!ENTITY a "b">]>'), ("a style sheet beside", '<?xml-stylesheet href="a.css"?>'), ("no end", '<g id="'),
]


class Faults(Case):
    def check(self, faults):
        bed.imported()
        before = bed.content()
        for what, edits, expected in faults:
            bed.restore()
            with self.subTest(what):
                for name, old, new in edits:
                    if old is None:
                        os.unlink(bed.path("catalogue", name))
                    else:
                        bed.change(name, old, new)
                self.assertEqual(bed.run_import(), (1, f"import: DIR/{expected}"))
                self.assertEqual(bed.content(), before, "something was imported")

    def test_of_what_products_share(self):
        self.check(LIST_FAULTS)

    def test_of_activities(self):
        for what, edits, expected in ACTIVITY_FAULTS:
            bed.restore()
            bed.put_activity()
            with self.subTest(what):
                for name, old, new in edits:
                    bed.change(name, old, new)
                self.assertEqual(bed.run_import(), (1, f"import: DIR/{expected}"))
        bed.restore()

    def test_of_products(self):
        self.check(PRODUCT_FAULTS)

    def test_of_file_names(self):
        for stem, expected in [("mugs/Blue", "mugs/Blue.toml:1: code: expected a file name of a-z, 0-9 and - (at most 48)"),
                               ("mugs/" + "m" * 49, f"mugs/{'m' * 49}.toml:1: code: expected a file name of a-z, 0-9 and - (at most 48)"),
                               ("cups/red", "cups/red.toml:1: category: catalogue.toml has no category cups"),
                               ("things/red", "things/red.toml:1: category: things has categories below it, and products lie in those")]:
            with self.subTest(stem):
                bed.put_product(stem, MUG)
                self.assertEqual(bed.run_import(), (1, f"import: DIR/{expected}"))
            bed.restore()
        bed.change("catalogue.toml", LISTS, LISTS + '[[category]]\ncode = "cups"\nunit = "culture"\nname = { fi = "Kupit", sv = "Koppar", en = "Cups" }\n')
        bed.put_product("cups/blue-mug", MUG)
        self.assertEqual(bed.run_import(), (1, "import: DIR/mugs/blue-mug.toml:1: code: another product has the code blue-mug"))

    def test_of_pictures(self):
        for what, inside in PICTURE_FAULTS:
            with self.subTest(what):
                bed.put("mugs/blue-mug.svg", SVG.replace("</svg>", inside + "</svg>"))
                code, said = bed.run_import("--check")
                self.assertEqual(code, 1, said)
                self.assertIn("import: DIR/mugs/blue-mug.svg:1: image: expected SVG of shapes and texts alone", said)
        bed.put("mugs/blue-mug.svg", '<?xml version="1.0" encoding="UTF-8"?>\n<!-- on="a" href= -->\n' + SVG.replace(
            "<path", '<defs><linearGradient id="a"/></defs><text font-family="serif">once = more</text><path stroke="url(#a)"'))
        self.assertEqual(bed.run_import("--check"), (0, "2 products are in order"))

    def test_a_fault_that_only_the_database_sees_leaves_nothing_of_the_rest(self):
        bed.imported()
        bed.change("catalogue.toml", "Mugs of all kinds", "Mugs and cups")
        bed.change(MUG_FILE, "cents = 1200", "cents = 1300")
        bed.put_product("mugs/zebra", MUG.replace("Sininen muki", "Seepra").replace("Blue mug", "Zebra"))  # its Swedish address is the blue mug's in the files
        before = bed.content()
        self.assertEqual(bed.run_import()[0], 1)
        bed.change("mugs/zebra.toml", "Blå mugg", "Zebra")
        bed.change("mugs/zebra.toml", 'vat = "standard"', 'vat = "none"')
        self.assertEqual(bed.run_import(), (1, "import: DIR/mugs/zebra.toml:3: vat: there is no VAT code none"))
        self.assertEqual(bed.content(), before)


class Addresses(Case):
    def test_an_address_that_another_product_holds_is_refused_and_that_product_keeps_its_texts(self):
        bed.imported()
        # The mug is called otherwise now, and keeps its old address; a new product takes the old name.
        bed.change(MUG_FILE, "Sininen muki", "Taivaansininen muki")
        bed.imported()
        self.assertEqual(bed.one("SELECT slug FROM product_texts t JOIN products p ON p.id = t.product_id WHERE code = 'blue-mug' AND lang = 'fi'"), "sininen-muki")
        bed.put_product("mugs/other", MUG.replace("Blå mugg", "Annan").replace("Blue mug", "Other"))
        before = bed.content()
        self.assertEqual(bed.run_import(), (1, "import: DIR/mugs/other.toml:9: name.fi: the address sininen-muki belongs to product blue-mug"))
        self.assertEqual(bed.content(), before)
        bed.change("mugs/other.toml", "stock = 10", 'slug = { fi = "toinen" }\nstock = 10')
        bed.imported()
        self.assertEqual(bed.one("SELECT GROUP_CONCAT(CONCAT(slug, '=', name) ORDER BY slug) FROM product_texts WHERE lang = 'fi'"),
                         "opastus=Opastus,sininen-muki=Taivaansininen muki,toinen=Sininen muki")

    def test_categories_may_swap_their_addresses_and_take_none_of_one_that_went(self):
        more = '[[category]]\ncode = "cups"\nunit = "culture"\nname = { fi = "Kupit", sv = "Koppar", en = "Cups" }\n'
        bed.change("catalogue.toml", LISTS, LISTS + more)
        bed.imported()
        bed.change("catalogue.toml", '"Kupit"', '"X"')
        bed.change("catalogue.toml", '"Tavarat"', '"Kupit"')
        bed.change("catalogue.toml", '"X"', '"Tavarat"')
        bed.imported()
        self.assertEqual(bed.sql("SELECT code, slug_fi FROM categories ORDER BY code"), [["cups", "tavarat"], ["mugs", "mukit"], ["things", "kupit"]])
        bed.restore()
        before = bed.content()
        self.assertEqual(bed.run_import(), (1, "import: DIR/catalogue.toml:27: name.fi: the address tavarat belongs to category cups, which was imported earlier"))
        self.assertEqual(bed.content(), before)


class Again(Case):
    def state(self, code):
        return bed.one(f"SELECT state FROM products WHERE code = '{code}'")

    def test_a_product_that_goes_is_closed_and_opens_when_it_comes_back(self):
        bed.imported()
        bed.remove("mugs/blue-mug")
        self.assertIn("0 new, 0 changed, 1 unchanged, 1 closed", bed.imported())
        self.assertEqual((self.state("blue-mug"), self.state("tour")), ("closed", "published"))
        self.assertEqual(bed.sql("SELECT c.kind, code FROM changes c JOIN products p ON p.id = c.product_id ORDER BY seq DESC LIMIT 1"), [["product", "blue-mug"]])
        self.assertIn("1 unchanged, 0 closed", bed.imported())
        bed.restore()
        self.assertIn("0 new, 1 changed, 1 unchanged, 0 closed", bed.imported())
        self.assertEqual(self.state("blue-mug"), "published")
        self.assertEqual(bed.sql("SELECT COUNT(*) FROM changes c JOIN products p ON p.id = c.product_id WHERE code = 'blue-mug'"), [["3"]])

    def test_a_draft_that_goes_is_not_shown_and_what_others_made_is_left_alone(self):
        bed.change(MUG_FILE, "stock = 10", "draft = true\nstock = 10")
        bed.imported()
        bed.sql("INSERT INTO products (code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) "
                "VALUES ('by-hand', 'goods', 'mugs', 'culture', 'standard', 'goods_14d', '1', '1', 1, 'published', UTC_TIMESTAMP())")
        bed.remove("mugs/blue-mug")
        bed.imported()
        self.assertEqual((self.state("blue-mug"), self.state("by-hand")), ("draft", "published"))

    def test_dates_count_from_the_first_import(self):
        bed.imported()
        slot = bed.sql("SELECT id, starts_utc FROM variants WHERE active AND starts_utc IS NOT NULL")
        bed.set_clock(3 * DAY)
        bed.change("mugs/tour.toml", "quota = 20", "quota = 25")
        bed.put_product("mugs/later", TOUR.replace("Opastus", "Myöhempi").replace("Guidning", "Senare").replace("Guided tour", "Later"))
        self.assertIn("1 new, 1 changed", bed.imported())
        self.assertEqual(bed.sql("SELECT v.id, starts_utc FROM variants v JOIN products p ON p.id = product_id WHERE active AND p.code = 'tour'"), slot)
        days = bed.one(f"SELECT DATEDIFF(starts_utc, '{slot[0][1]}') FROM variants v JOIN products p ON p.id = product_id WHERE p.code = 'later'")
        self.assertEqual(days, "3", "a new product counts from its own first import")

    def test_stock_follows_a_changed_quota_by_the_difference(self):
        bed.imported()
        bed.sql("UPDATE stock SET free = free - 8 WHERE capacity = 10")
        for capacity, free in ((5, -3), (12, 4), (8, 0), (10, 2)):
            bed.put_product("mugs/blue-mug", MUG.replace("stock = 10", f"stock = {capacity}"))
            bed.imported()
            self.assertEqual(bed.sql("SELECT capacity, free FROM stock s JOIN variants v ON v.id = variant_id WHERE starts_utc IS NULL"), [[str(capacity), str(free)]])


if __name__ == "__main__":
    unittest.main()
