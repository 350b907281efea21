#!/usr/bin/python3
"""Goal: an editor says when a product comes into the shop; until then there is nothing of it for anybody but staff, and from then on all of it, by the clock alone, with the back office
stopped."""
import datetime
import glob
import html
import os
import time
import unittest
import zoneinfo

from import_bed import ImportBed
from products_bed import LIST, ProductsBed, wait_until
from visitor import wrong

HELSINKI = zoneinfo.ZoneInfo("Europe/Helsinki")


def setUpModule():
    global bed
    bed = ProductsBed()


def tearDownModule():
    bed.close()


def in_days(days):
    """Noon of a day."""
    return (datetime.datetime.now(HELSINKI) + datetime.timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


def typed(when):
    return when.strftime("%Y-%m-%dT%H:%M")


def in_words(when):
    return f"{('ma', 'ti', 'ke', 'to', 'pe', 'la', 'su')[when.weekday()]} {when.day}.{when.month}.{when.year} klo {when.hour}.{when:%M}"


def shown(code):
    return html.unescape(bed.manager.get(bed.page(code)).text)


def listed(**query):
    """The rows of the list, by name."""
    return [row.split("</tr>")[0] for row in html.unescape(bed.manager.get(LIST + "?" + "&".join(f"{name}={value}" for name, value in query.items())).text).split("<tr>")[2:]]


def files_with(words):
    """Files of the site, but compressed ones, whose name or content has them."""
    out = []
    for name in glob.glob(bed.path("www/current/**/*"), recursive=True):
        if os.path.isfile(name) and not name.endswith((".gz", ".br", ".woff2", ".png")):
            with open(name, "rb") as file:
                if words in name or words.encode() in file.read():
                    out.append(os.path.relpath(name, bed.path("www/current")))
    return sorted(out)


class ByTheClock(unittest.TestCase):
    def tearDown(self):
        bed.set_clock(0)

    def test_there_is_nothing_of_it_before_and_all_of_it_after(self):
        when = in_days(40)
        code = bed.on_sale(name_fi="Aarrearkku", name_sv="Skattkista", name_en="Aarrearkku chest", shown_from=typed(when))
        other = bed.on_sale(name_fi="Tavallinen")
        variant = bed.variant(code)
        bed.start_render()
        self.assertTrue(wait_until(lambda: bed.site("fi/tuote/tavallinen.html")), bed.log("render")[-800:])
        buyer = bed.buyer()
        buyer.add(variant)

        def absent():
            for words in ("aarrearkku", "Aarrearkku", "skattkista", "Skattkista"):
                self.assertEqual(files_with(words), [], words)
            cart = buyer.get(buyer.paths["cart"]).text
            self.assertIn("Tuote ei ole enää myynnissä", cart)
            self.assertNotIn("/fi/tuote/aarrearkku", cart)
            self.assertEqual(buyer.get(buyer.paths["details"]).location, buyer.paths["cart"])

        absent()
        bed.stop("backoffice")
        until = when.timestamp() - time.time()
        releases = bed.log("render").count("release_made")
        bed.set_clock(int(until) - 60)
        self.assertTrue(wait_until(lambda: bed.log("render").count("release_made") > releases), "a new day")
        absent()
        bed.set_clock(int(until) + 60)
        self.assertTrue(wait_until(lambda: bed.site("fi/tuote/aarrearkku.html")), bed.log("render")[-800:])
        for name in ("fi/tuote/aarrearkku.html", "sv/produkt/skattkista.html", "en/product/aarrearkku-chest.html", "fi/osasto/kaikki/nimi.html", "fi/haku.html", "sitemap-fi.xml"):
            self.assertIn(name, files_with("aarrearkku") + files_with("skattkista"))
        self.assertTrue([name for name in files_with("Aarrearkku") if name.startswith("search/fi/")], "it is found")
        self.assertNotIn("enää myynnissä", buyer.get(buyer.paths["cart"]).text)
        bed.buyer().buy(variant)
        self.assertEqual(bed.count(f"order_lines WHERE variant_id = {variant}"), 1)
        self.assertEqual(bed.sql(f"SELECT state, revision FROM products WHERE code = '{code}'"), [["published", "2"]], "nobody has done anything")
        bed.set_clock(0)
        bed.start("backoffice")
        self.assertEqual(bed.edit(other, shown_from=typed(when)).status, 303)
        self.assertTrue(wait_until(lambda: bed.site("fi/tuote/tavallinen.html") is None), "what was in the shop leaves it until then")


class Staff(unittest.TestCase):
    def test_its_pages_say_when_it_comes(self):
        when = in_days(30)
        code = bed.made(name_fi="Ajastettu", shown_from=typed(when))
        self.assertIn(f"Se tulee kauppaan {in_words(when)}, jos julkaiset sen sitä ennen.", shown(code), "the time alone publishes nothing")
        self.assertEqual(bed.act(code, "julkaise").status, 303)
        page = shown(code)
        self.assertIn(f"<strong>Julkaistaan {in_words(when)}</strong>", page)
        self.assertNotIn("Se tulee kauppaan", page)
        self.assertNotIn("/fi/tuote/ajastettu", page, "it has no page yet")
        self.assertNotIn(f"{bed.page(code)}/lopeta", page, "a sale that hasn't begun isn't ended")
        self.assertNotIn("Muutos näkyy", html.unescape(bed.manager.get(bed.page(code) + "?saved=1").text))
        plain = bed.on_sale(name_fi="Ajaton")
        self.assertIn("/fi/tuote/ajaton", shown(plain))
        [row] = listed(q="Ajastettu")
        self.assertIn(f"Julkaistaan {in_words(when)}", row)
        for state, found in (("coming", True), ("published", False), ("draft", False), ("closed", False)):
            self.assertEqual([len(listed(q=name, state=state)) for name in ("Ajastettu", "Ajaton")], [int(found), int(state == "published")], state)
        self.assertEqual(listed(state="nonsense"), [])
        bed.sql(f"UPDATE products SET state = 'closed' WHERE code = '{code}'")
        self.assertIn(f"Näkyy {in_words(when)} alkaen, ei myynnissä", shown(code))

    def test_it_is_kept_as_typed_and_what_is_wrong_is_told(self):
        code = bed.made(shown_from="2036-12-01T09:00", sale_from="2036-11-01T09:00", sale_until="2036-12-24T12:00")
        self.assertEqual(bed.one(f"SELECT shown_from_utc FROM products WHERE code = '{code}'"), "2036-12-01 07:00:00")
        self.assertEqual(bed.manager.get(bed.page(code)).form(bed.page(code))["fields"]["shown_from"], "2036-12-01T09:00")
        for changes, field in (({"shown_from": "ensi viikolla"}, "shown_from"), ({"shown_from": "2036-12-24T12:00"}, "sale_until"), ({"shown_from": "2037-01-01T00:00", "sale_from": ""}, "sale_until")):
            page = bed.edit(code, summary_fi="Juuri kirjoitettu", **changes)
            self.assertEqual((page.status, wrong(page)), (200, [field]), changes)
            fields = page.form(bed.page(code))["fields"]
            self.assertEqual((fields["shown_from"], fields["summary_fi"]), (changes["shown_from"], "Juuri kirjoitettu"))
        self.assertEqual(bed.edit(code, shown_from="2026-01-01T00:00").status, 303, "a time that has passed is at once")
        self.assertEqual(bed.act(code, "julkaise").status, 303)
        self.assertIn("<strong>Julkaistu</strong>", shown(code))

    def test_its_history_tells_the_time_and_a_copy_has_none(self):
        code = bed.on_sale(name_fi="Muistava")
        self.assertEqual(bed.edit(code, shown_from="2036-12-01T09:00").status, 303)
        self.assertRegex(html.unescape(bed.manager.get(bed.page(code) + "/historia").text), r"Näkyy kaupassa alkaen</t[dh]>.*1\.12\.2036 klo 9\.00")
        copy = bed.act(code, "kopioi").location.split("?")[0].rsplit("/", 1)[1]
        self.assertEqual(bed.sql(f"SELECT state, shown_from_utc FROM products WHERE code = '{copy}'"), [["draft", "NULL"]])

    def test_to_go_back_to_older_words_does_not_publish_it(self):
        for name, first in (("Ennen aikaansa", ""), ("Uudelleen ennen aikaansa", "2026-01-01T00:00")):
            with self.subTest(name):
                self.goes_back(bed.on_sale(name_fi=name, shown_from=first))

    def goes_back(self, code):
        self.assertEqual(bed.edit(code, shown_from=typed(in_days(9))).status, 303)
        history = f"{LIST}/{code}/historia"
        oldest = min((form["fields"] for form in bed.manager.get(history).forms() if "version" in form["fields"]), key=lambda fields: int(fields["version"]))
        action = next(form["action"] for form in bed.manager.get(history).forms() if "version" in form["fields"])
        self.assertEqual(bed.manager.post(action, oldest).status, 303)
        self.assertEqual(bed.sql(f"SELECT state, COALESCE(shown_from_utc > UTC_TIMESTAMP(), 0) FROM products WHERE code = '{code}'"), [["published", "1"]])

    def test_it_is_not_ordered_for_anybody_before(self):
        at = "/fi/uusi-tilaus"
        offered = lambda: f'value="add:{bed.variant(code)}_everyone"' in bed.manager.post(at, {**bed.manager.get(at).form(at)["fields"], "q": "Kassalla", "do": "search"}).text
        code = bed.on_sale(name_fi="Kassalla kysytty", shown_from=typed(in_days(20)))
        self.assertFalse(offered())
        bed.sql("UPDATE products SET shown_from_utc = UTC_TIMESTAMP()")
        self.assertTrue(offered())


class Files(unittest.TestCase):
    FILE = "mugs/blue-mug.toml"

    @classmethod
    def setUpClass(cls):
        cls.bed = ImportBed()

    @classmethod
    def tearDownClass(cls):
        cls.bed.close()

    def setUp(self):
        self.bed.restore()

    def test_one_that_goes_before_its_time_has_come_never_comes(self):
        state = lambda: self.bed.sql("SELECT state, shown_from_utc > UTC_TIMESTAMP() + INTERVAL 2 DAY FROM products WHERE code = 'blue-mug'")
        self.bed.change(self.FILE, "stock = 10", 'shown_from = "+3d 09:00"\nstock = 10')
        self.bed.imported()
        self.assertEqual(state(), [["published", "1"]])
        self.bed.remove("mugs/blue-mug")
        self.assertIn("1 closed", self.bed.imported())
        self.assertEqual(state()[0][0], "draft")
        self.bed.restore()
        self.bed.imported()
        self.assertEqual(state(), [["published", "NULL"]])

    def test_a_sale_that_nobody_would_see_is_named_by_file_and_line(self):
        self.bed.change(self.FILE, "stock = 10", 'shown_from = "2026-12-06T18:00"\nsale_until = "2026-12-06T18:00"\nstock = 10')
        self.assertEqual(self.bed.run_import(), (1, "import: DIR/mugs/blue-mug.toml:13: sale_until: expected a time after shown_from"))


if __name__ == "__main__":
    unittest.main()
