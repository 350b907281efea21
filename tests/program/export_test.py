#!/usr/bin/python3
"""Goal: a catalogue goes out as files and comes in again whole, whoever made it: by the sample's files or on the back office's pages. Into an empty database the files bring every row,
out of it they come byte for byte the same, and into the database they came from they change nothing. Nothing of people or of what is sold is in them."""
import html
import os
import re
import subprocess
import unittest

from import_bed import ImportBed
from payments_bed import COMING
from products_bed import LIST, ProductsBed
from session_edit_test import GROUP
from staff_bed import BIN, TREE, StaffBed

SAMPLE = os.path.join(TREE, "site/catalogue")
FORM, ACTIVITY = "/fi/lomakkeet/day-camp", "autumn-art-camp"
QUESTION = {"label_fi": 'Mikä "paitakoko"?', "label_sv": "Vilken tröjstorlek?", "label_en": "Which shirt size?", "purpose_fi": "Tilaamme leiripaidat.", "purpose_sv": "Vi beställer lägertröjor.", "purpose_en": "We order camp shirts.",
            "class": "plain", "of": "participant", "type": "one_of", "choices_fi": "pieni\nsuuri", "choices_sv": "liten\nstor", "choices_en": "small\nlarge"}
# What is a catalogue's: each table with what it is keyed by in words, and the columns that are numbers or times of this database alone.
OF_PRODUCT = "JOIN products p ON p.id = t.product_id", ["p.code"]
OF_VARIANT = "JOIN variants v ON v.id = t.variant_id JOIN products p ON p.id = v.product_id", ["p.code", "v.code"]
PRICES = "LEFT JOIN variants v ON v.id = t.variant_id JOIN products p ON p.id = t.product_id", ["p.code", "v.code"]
NOTHING = "", []
TABLES = {
    "units": (NOTHING, ()), "categories": (NOTHING, ()), "price_groups": (NOTHING, ()), "delivery_ways": (NOTHING, ()), "products": (NOTHING, ("id", "updated_utc", "revision")),
    "product_texts": (OF_PRODUCT, ("product_id",)), "product_deliveries": (OF_PRODUCT, ("product_id",)), "activities": (OF_PRODUCT, ("product_id",)), "variants": (OF_PRODUCT, ("id", "product_id", "sort_order")),
    "stock": (OF_VARIANT, ("variant_id", "free")), "prices": (PRICES, ("product_id", "variant_id")), "coming_prices": (PRICES, ("product_id", "variant_id")),
    "activity_sessions": (OF_VARIANT, ("variant_id", "version", "made_key")), "activity_meetings": (OF_VARIANT, ("variant_id",)),
    "forms": (NOTHING, ("version",)), "form_questions": (NOTHING, ("retired_utc",)), "form_choices": (NOTHING, ()), "images": (NOTHING, ()),
}
# What has no column of its own above: times that are sold stand by their time, a question is retired whenever that was.
MORE = {"variants": ["IF(t.starts_utc IS NULL, t.sort_order, 0)"], "form_questions": ["t.retired_utc IS NULL"]}


def rows_of(bed):
    """All of a catalogue's rows, by table."""
    out = {}
    for table, ((join, keys), skipped) in TABLES.items():
        columns = bed.sql(f"SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'kuntakauppa' AND TABLE_NAME = '{table}' ORDER BY ORDINAL_POSITION")
        assert not set(skipped) - {name for name, _ in columns}, (table, skipped)
        said = {"text": "MD5(t.{})", "mediumblob": "MD5(t.{})", "binary": "HEX(t.{})"}
        picked = keys + [said.get(kind, "t.{}").format(name) for name, kind in columns if name not in skipped] + MORE.get(table, [])
        used = " WHERE sha256 IN (SELECT image_sha256 FROM products UNION SELECT image_sha256 FROM categories)" if table == "images" else ""
        out[table] = sorted(bed.sql(f"SELECT {', '.join(picked)} FROM {table} t {join}{used}"))
    return out


def run(bed, *arguments):
    done = subprocess.run([f"{BIN}/import", "--instance", bed.path("etc/instance.toml"), *arguments], capture_output=True, text=True, timeout=300)
    return done.returncode, (done.stdout + done.stderr).strip()


def files_in(folder):
    out = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                out[os.path.relpath(os.path.join(place, name), folder)] = file.read()
    return out


class ExportBed(ProductsBed):
    """The back office on the sample city's catalogue."""
    def __init__(self):
        StaffBed.__init__(self)
        self.taken = 0
        done = run(self, "--catalogue", SAMPLE)
        assert done[0] == 0, done
        self.manager = self.here(self.member("shop_manager", "manager"))


def setUpModule():
    global bed, empty
    bed, empty = ExportBed(), ImportBed()


def tearDownModule():
    bed.close()
    empty.close()


def export(of):
    folder = of.path(f"export-{len(os.listdir(of.dir))}")
    code, said = run(of, "--export", folder)
    assert code == 0, said
    return folder


def send(path, action=None, number=0, **changed):
    action = action or path
    forms = [form for form in bed.manager.get(path).forms() if form["action"] == action]
    assert forms, (path, action)
    done = bed.manager.post(action, {**forms[number]["fields"], **changed})
    assert done.status == 303, (path, done.status, re.findall(r"-wrong\">([^<]*)<", done.text), bed.log("backoffice")[-800:])
    return done


def variant(product, code):
    return bed.one(f"SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{product}' AND v.code = '{code}'")


class BothWays(unittest.TestCase):
    maxDiff = 2000

    def same_both_ways(self):
        """Out, into an empty database and out again; and into the database itself. Returns the files."""
        first = export(bed)
        before, whole = rows_of(bed), bed.sql("CHECKSUM TABLE " + ", ".join((*TABLES, "changes")))
        products = bed.one("SELECT COUNT(*) FROM products")
        empty.empty()
        empty.set_clock(86400)
        self.assertEqual(run(empty, "--catalogue", first), (0, f"lists or forms changed\n{products} new, 0 changed, 0 unchanged, 0 closed products"))
        after = rows_of(empty)
        for table in TABLES:
            self.assertEqual(after[table], before[table], table)
        files = files_in(first)
        self.assertEqual(files_in(export(empty)), files)
        for again in range(2):
            self.assertEqual(run(bed, "--catalogue", first), (0, f"0 new, 0 changed, {products} unchanged, 0 closed products"))
        self.assertEqual(bed.sql("CHECKSUM TABLE " + ", ".join((*TABLES, "changes"))), whole, "into the database that they came from they change nothing")
        return files

    def test_a_the_sample_catalogue(self):
        files = self.same_both_ways()
        for name, bytes in files_in(SAMPLE).items():
            if not name.endswith(".toml"):
                self.assertEqual(files.get(name), bytes, name)
        self.assertEqual(set(files), set(files_in(SAMPLE)), "the same files as those that were read")

    def test_b_what_the_back_office_made_of_it(self):
        bed.edit("gym-ten-visits", uses="12", next_adult="99", from_adult="2037-01-01", name_fi='Kuntosali "kympp\\i"')
        bed.edit("crest-cup", topical="1", shown_from="2026-10-25T03:00", sale_from="2026-10-25T03:30")
        bed.act("tea-towel-reeds", "lopeta")
        code = bed.made(kind="pass", withdrawal="service_14d", category="city-souvenirs", delivery_email="1", uses="7", days_valid="30", name_en="", summary_en="", description_en="", price_everyone="", name_fi="Kesän kortti", shown_from="2036-05-01T09:00")
        bed.act("poster-lighthouse", "piilota")
        shirt = bed.sql("SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = 'poster-harbour'")[0][0]
        send(f"/fi/vaihtoehto/{shirt}", active="", price_everyone="31", next_everyone="32", from_everyone="2036-02-29")
        ticket = bed.made(kind="ticket", withdrawal="none_dated_leisure", category="concerts", delivery_email="1", name_fi="Retki", stock="")
        times = f"{LIST}/{ticket}/vaihtoehdot"
        send(times, starts=f"{COMING}-05-01T10:00", minutes="60", stock="5")
        send(f"/fi/vaihtoehto/{variant(ticket, f'{COMING}0501t0700')}", active="", starts=f"{COMING}-05-01T10:00", ends=f"{COMING}-05-01T11:00")
        send(times, starts=f"{COMING}-05-01T10:00", minutes="90", stock="6")
        cup = bed.made(category="city-souvenirs", delivery_email="1", name_fi="Kuppi")
        send(f"{LIST}/{cup}/vaihtoehdot", name_fi="Iso", name_sv="Stor", name_en="Large", stock="4")
        send(f"/fi/uudet-ryhmat/{ACTIVITY}", **GROUP)
        send(f"/fi/uudet-ryhmat/{ACTIVITY}", **{**GROUP, "from": f"21.6.{COMING}"})
        drafts, page = [], "/fi/kurssit"
        while page:
            shown = bed.manager.get(page)
            drafts += [form for form in shown.forms() if form["action"].startswith("/fi/kurssit/julkaise") and form["fields"].get("product") == ACTIVITY]
            onwards = re.search(r'href="(/fi/kurssit\?after=[^"]+)"', shown.text)
            page = onwards and html.unescape(onwards[1])
        self.assertTrue(drafts, "a group was made")
        bed.sql(f"UPDATE activity_sessions SET state = 'closed' WHERE variant_id = {variant(ACTIVITY, 'week-1')}")
        send(FORM, FORM + "/kysyminen")
        send(FORM + "/uusi-kysymys", **QUESTION)
        made = send("/fi/lomakkeet", name="Retken lomake", unit="sports").location
        send(made + "/uusi-kysymys", **QUESTION)
        unsold = files_in(export(bed))
        bed.sql("UPDATE stock SET free = free - 1 WHERE capacity > 3")
        self.assertEqual(files_in(export(bed)), unsold, "what is sold is not in the files")

        files = {name: bytes.decode() for name, bytes in self.same_both_ways().items() if name.endswith(".toml")}
        for name, said in {
            "gym/gym-ten-visits.toml": ('uses = 12', 'next_from = "2037-01-01"\nnext_cents = 9900', r'name = { fi = "Kuntosali \"kympp\\i\"'), "city-souvenirs/tea-towel-reeds.toml": ("closed = true",),
            "city-souvenirs/crest-cup.toml": ('shown_from = "2026-10-25T03:00"\nsale_from = "2026-10-25T03:30"',), f"city-souvenirs/{code}.toml": ("draft = true", 'shown_from = "2036-05-01T09:00"', "days_valid = 30"), "city-souvenirs/poster-lighthouse.toml": ("draft = true",),
            "city-souvenirs/poster-harbour.toml": ("ended = true", "[[variant.price]]", 'next_from = "2036-02-29"'), f"concerts/{ticket}.toml": ("ended = true", f'code = "{COMING}0501t0700-2"'),
            f"city-souvenirs/{cup}.toml": ('code = "-"\nstock = 3\nended = true', 'code = "iso"'), f"camps/{ACTIVITY}.toml": (f'code = "{COMING}-06-14"', 'state = "draft"', "[[session.meeting]]", 'state = "closed"'),
            "forms.toml": ("retired = true", r'fi = "Mikä \"paitakoko\"?"', 'name = "Retken lomake"\nunit = "sports"'),
        }.items():
            for words in said:
                self.assertIn(words, files[name], name)
        for person in bed.sql("SELECT login, name FROM staff"):
            self.assertFalse([name for name, text in files.items() for words in person if words and words in text], person)

    def test_c_what_the_files_say_no_more_stays_for_whoever_reads_old_answers(self):
        folder = export(bed)
        path = os.path.join(folder, "forms.toml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        start = text.index('[[form.question]]\ncode = "health"', text.index('code = "swimming-school"'))
        end = text.index("[[form.question]]\n", start + 5)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:start] + text[end:])
        version = bed.one("SELECT version FROM forms WHERE code = 'swimming-school'")
        self.assertIn("lists or forms changed", run(bed, "--catalogue", folder)[1])
        self.assertEqual(bed.one("SELECT COUNT(*) FROM form_questions WHERE code = 'health' AND retired_utc IS NOT NULL AND form_code = 'swimming-school'"), "1")
        self.assertGreater(int(bed.one("SELECT COUNT(*) FROM form_choices WHERE question_code = 'health' AND form_code = 'swimming-school'")), 0)
        self.assertEqual(int(bed.one("SELECT version FROM forms WHERE code = 'swimming-school'")), int(version) + 1, "whoever edits it meanwhile is told")

    def test_d_a_session_keeps_the_state_that_staff_gave_it(self):
        folder, week = export(bed), variant(ACTIVITY, "week-2")
        draft = bed.one("SELECT variant_id FROM activity_sessions WHERE state = 'draft' LIMIT 1")
        bed.sql(f"UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = {week}")
        path = os.path.join(folder, f"camps/{ACTIVITY}.toml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('state = "draft"\n', "").replace("max_per_order = 5", "max_per_order = 4"))
        self.assertIn("0 new, 1 changed", run(bed, "--catalogue", folder)[1])
        self.assertEqual(bed.one(f"SELECT max_per_order FROM products WHERE code = '{ACTIVITY}'"), "4")
        self.assertEqual(bed.sql(f"SELECT s.state, v.active FROM activity_sessions s JOIN variants v ON v.id = s.variant_id WHERE v.id IN ({week}, {draft}) ORDER BY 1"), [["cancelled", "1"], ["draft", "0"]])

    def test_e_a_price_whose_day_has_come_is_the_price_in_the_files(self):
        bed.sql("DELETE c FROM coming_prices c JOIN products p ON p.id = c.product_id WHERE p.code = 'crest-cup'; INSERT INTO coming_prices SELECT r.product_id, r.variant_id, r.price_group, '2026-02-01', 777 FROM prices r JOIN products p ON p.id = r.product_id WHERE p.code = 'crest-cup'")
        folder = export(bed)
        files = files_in(folder)
        self.assertIn(b"cents = 777\n", files["city-souvenirs/crest-cup.toml"])
        self.assertNotIn(b"next_", files["city-souvenirs/crest-cup.toml"])
        empty.empty()
        self.assertEqual(run(empty, "--catalogue", folder)[0], 0)
        self.assertEqual(files_in(export(empty)), files)
        self.assertIn("0 new, 0 changed", run(bed, "--catalogue", folder)[1], "and it says what the database does")

    def test_e_a_folder_that_holds_something_is_left_alone(self):
        folder = export(bed)
        code, said = run(bed, "--export", folder)
        self.assertEqual((code, said), (1, f"import: {folder}: holds something already"))


if __name__ == "__main__":
    unittest.main()
