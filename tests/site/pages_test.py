"""Goal: a full render of a small catalogue makes a whole site: every link leads somewhere, the three languages find each
other, nothing is inline, foreign text stays text, and a render that fails leaves the site as it was."""
import datetime
import gzip
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from site_bed import CAMP, COMING, EVIL_NAME, LANGS, PORT_URL, TREE, SiteBed

# On the staff's host its handlers answer (nginx/backoffice.conf).
STAFF = {"/fi/tyopoyta", "/sv/arbetsbord", "/en/desk"}
# Paths that handlers answer (nginx/checkout.conf); the rest are files.
HANDLERS = {"/fi/ostoskori", "/fi/ilmoittaudu", "/sv/anmal", "/en/sign-up", "/sv/varukorg", "/en/cart", "/fi/ostoskori/lisaa", "/sv/varukorg/lagg-till", "/en/cart/add", "/fi/tilaukseni",
            "/sv/mina-bestallningar", "/en/my-orders", "/fi/peruuta", "/sv/frantrad", "/en/withdraw", "/fi/lahjakortti", "/sv/presentkort", "/en/gift-card"}
PRODUCT = {"fi": "fi/tuote/p{}-fi.html", "sv": "sv/produkt/p{}-sv.html", "en": "en/product/p{}-en.html"}


class PagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = SiteBed()
        code, said = cls.bed.render()
        assert code == 0, said
        cls.pages = {name: cls.bed.page(name) for name in cls.bed.files(".html")}

    @classmethod
    def tearDownClass(cls):
        cls.bed.close()

    def file_of(self, path):
        path = path.split("#")[0].split("?")[0]
        if path.endswith("/"):
            path += "index.html"
        return path[1:] if re.search(r"\.\w+$", path) else path[1:] + ".html"

    def test_every_link_leads_somewhere(self):
        for name, page in self.pages.items():
            for link in page.links:
                if link.startswith(("mailto:", "tel:", "https://")) or link.startswith(PORT_URL):
                    continue
                path, _, fragment = link.partition("#")
                with self.subTest(page=name, link=link):
                    if not path:
                        self.assertIn(fragment, page.ids)
                    elif path not in STAFF if "/henkilosto/" in name else path.split("?")[0] not in HANDLERS:
                        self.assertTrue(os.path.exists(self.bed.file(self.file_of(path))))

    def test_languages_find_each_other(self):
        """Each indexed page names itself and its twins, and they name it; x-default is the default language's."""
        by_url = {page.canonical: page for page in self.pages.values() if page.canonical}
        self.assertGreater(len(by_url), 3 * 70)
        for url, page in by_url.items():
            self.assertEqual(page.alternates.get(page.lang), url)
            for code, twin in page.alternates.items():
                self.assertIn(twin, by_url, url)
                if code != "x-default":
                    self.assertEqual(by_url[twin].lang, code)
                    self.assertEqual(by_url[twin].alternates, page.alternates)
                else:
                    self.assertEqual(twin, page.alternates["fi"])

    def test_sitemap_lists_the_indexed_pages(self):
        space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
        index = ElementTree.fromstring(self.bed.read("sitemap.xml"))
        self.assertEqual([e.text for e in index.findall("s:sitemap/s:loc", space)], [f"{PORT_URL}/sitemap-{lang}.xml" for lang in LANGS])
        for lang in LANGS:
            root = ElementTree.fromstring(self.bed.read(f"sitemap-{lang}.xml"))
            self.assertEqual(root.tag, "{%s}urlset" % space["s"])
            listed = {e.find("s:loc", space).text: {x.get("hreflang"): x.get("href") for x in e.findall("x:link", space)} for e in root.findall("s:url", space)}
            indexed = {p.canonical: p for p in self.pages.values() if p.canonical and p.lang == lang and not re.search(r"/(sivu|sida|page)-\d+$", p.canonical)}
            self.assertEqual(set(listed), set(indexed))
            for url, twins in listed.items():
                self.assertEqual(twins, {code: to for code, to in indexed[url].alternates.items() if code != "x-default"})

    def test_filters_orders_errors_and_search_are_not_indexed(self):
        for name in ("fi/osasto/mukit/saatavilla.html", "sv/avdelning/muggar/namn.html", "en/category/many/cheapest-first.html", "fi/osasto/mukit/hinta-child.html",
                     "fi/haku.html", "en/virhe/404.html", "en/category/many/under-10.html"):
            page = self.pages[name]
            self.assertTrue(page.noindex and not page.canonical, name)

    def test_nothing_inline_and_nothing_foreign(self):
        for name, page in self.pages.items():
            self.assertEqual(page.problems, [], name)
            for link in page.links:
                self.assertFalse(link.startswith(("http://", "//", "data:", "javascript:")) and not link.startswith(PORT_URL), (name, link))
        for css in [f for f in self.bed.files(".css")]:
            self.assertNotRegex(self.bed.read(css), r"url\((?!\"/assets/)")

    def test_foreign_text_stays_text(self):
        for lang in LANGS:
            page = self.bed.page(PRODUCT[lang].format(7))
            self.assertIn(f"{EVIL_NAME} {lang}", page.words)
            self.assertEqual(json.loads(page.data[0])["name"], f"{EVIL_NAME} {lang}")
            self.assertNotIn("<b>\"lihava", page.text)
            self.assertNotIn("<script>", page.text)
            self.assertNotIn("javascript:", page.text)
            self.assertIn("<em>Markdown</em>", page.text)

    def test_a_bilingual_shop_needs_swedish(self):
        self.assertNotIn(PRODUCT["fi"].format(8), self.pages)
        self.assertIn(PRODUCT["fi"].format(9), self.pages)
        self.assertNotIn(PRODUCT["en"].format(9), self.pages)
        self.assertEqual(set(self.pages[PRODUCT["fi"].format(9)].alternates), {"fi", "sv", "x-default"})
        self.assertNotIn(PRODUCT["fi"].format(10), self.pages)

    def test_availability_in_words(self):
        said = {1: "12 jäljellä", 2: "3 paikkaa jäljellä", 3: "Vapaita aikoja", 4: f"Myynti alkaa ti 1.1.{COMING}", 5: "Myynti on päättynyt", 6: "Loppuunmyyty", 11: "Ei myynnissä"}
        states = {1: "on_sale", 2: "on_sale", 3: "on_sale", 4: "not_yet", 5: "ended", 6: "sold_out", 11: "closed"}
        for number, words in said.items():
            page = self.pages[PRODUCT["fi"].format(number)]
            self.assertIn(words, page.words)
            self.assertRegex(page.words, r"Tilanne (ma|ti|ke|to|pe|la|su) \d+\.\d+\.\d{4} klo \d+\.\d\d")
            self.assertEqual("/fi/ostoskori/lisaa" in page.links, states[number] == "on_sale", number)
            file = json.loads(self.bed.read(f"saatavuus/{number}.json"))
            self.assertEqual((file["product"], file["state"]), (number, states[number]))
            self.assertRegex(file["as_of"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(json.loads(self.bed.read("saatavuus/2.json"))["variants"], [{"id": 2, "sold_out": False, "free": 3}])
        self.assertEqual(len(json.loads(self.bed.read("saatavuus/3.json"))["variants"]), 42)  # the one of last January has passed

    def test_product_page_says_what_the_law_wants(self):
        mug, concert, fee = (self.pages[PRODUCT["fi"].format(n)].words for n in (1, 2, 12))
        self.assertIn("12,00 €", mug)
        self.assertIn("arvonlisäveron 25,5 %", mug)
        self.assertIn("14 päivän kuluessa siitä, kun sait tuotteen", mug)
        self.assertIn("Ei peruuttamisoikeutta", concert)
        self.assertIn("Todistus kassalla", concert)
        self.assertIn("Hae oikaisua 14 päivässä.", fee)
        self.assertNotIn("Peruuttamisoikeus", fee)

    def test_what_search_engines_read_of_a_product(self):
        """JSON-LD: one price or the lowest and the highest, and an availability for each state."""
        wanted = {1: ("12.00", "InStock"), 2: (("11.00", "22.50"), "InStock"), 4: ("12.00", "PreSale"), 5: ("12.00", "OutOfStock"), 6: ("12.00", "SoldOut"), 11: ("12.00", "OutOfStock")}
        for number, (price, state) in wanted.items():
            for lang in LANGS:
                page = self.pages[PRODUCT[lang].format(number)]
                data = json.loads(page.data[0])
                offer = data["offers"]
                with self.subTest(product=number, lang=lang):
                    self.assertEqual((data["@type"], data["sku"], data["name"]), ("Product", f"p{number}", page.og["og:title"]))
                    self.assertEqual((offer["availability"], offer["priceCurrency"], offer["url"]), (f"https://schema.org/{state}", "EUR", page.canonical))
                    self.assertTrue(os.path.exists(self.bed.file(data["image"].removeprefix(PORT_URL + "/"))))
                    if isinstance(price, str):
                        self.assertEqual((offer["@type"], offer["price"]), ("Offer", price))
                    else:
                        self.assertEqual((offer["@type"], (offer["lowPrice"], offer["highPrice"]), offer["offerCount"]), ("AggregateOffer", price, 2))

    def test_an_activity_shows_its_sessions_and_is_not_put_in_the_cart(self):
        words = {"fi": ("Ranta, ylempi; sauna", "7–12-vuotiaille", "klo 9.00–16.00", "3 kertaa", f"Auki ma 20.5.{COMING} klo 16.00 asti", "Täynnä", "Tämä on peruttu", "Kotiin yksin"),
                 "sv": ("Stranden", "7–12-åringar", "3 gånger", "Öppen till", "inställt", "Hem ensam"), "en": ("The shore", "Ages 7 to 12", "3 times", "Open until", "cancelled", "Home alone")}
        for lang, said in words.items():
            page = self.pages[PRODUCT[lang].format(CAMP)]
            for one in said:
                self.assertIn(one, page.words)
            self.assertIn("Rantatie 8, 06950 Lehtoranta", page.words)
            self.assertNotIn('name="variant"', page.text)
            self.assertEqual(re.findall(r'name="session" value="(\d+)"', page.text), [str(CAMP)], "none of the one that is cancelled")
            self.assertIn("Ruoka <b>" if lang == "fi" else "Mat <b>" if lang == "sv" else "Food <b>", page.words, "as text")

    def test_lists_of_activities_are_filtered_by_age_weekday_hours_and_place(self):
        """3 June is a Monday; the camp has Monday to Wednesday by day for ages 7 to 12, and a session on a Monday without an age."""
        there = set(self.bed.files(".html"))
        found = {name for name in ("ika-7-12", "aikuiset", "maanantai", "tiistai", "keskiviikko", "torstai", "paivalla", "illalla", "paikka-1", "paikka-2") if f"fi/osasto/mukit/{name}.html" in there}
        self.assertEqual(found, {"ika-7-12", "aikuiset", "maanantai", "tiistai", "keskiviikko", "paivalla", "paikka-1", "paikka-2"})
        self.assertIn("Leiri fi", self.bed.page("fi/osasto/mukit/tiistai.html").words)
        self.assertNotIn("Muki fi", self.bed.page("fi/osasto/mukit/tiistai.html").words)
        self.assertIn("Leiri sv", self.bed.page("sv/avdelning/muggar/tisdag.html").words)

    def test_search_engines_read_an_activity_as_events(self):
        events = json.loads(self.pages[PRODUCT["fi"].format(CAMP)].data[0])
        self.assertEqual([(e["startDate"], e["endDate"], e["eventStatus"].rsplit("/", 1)[1]) for e in events],
                         [(f"{COMING}-06-03T06:00:00.000Z", f"{COMING}-06-05T13:00:00.000Z", "EventScheduled"), (f"{COMING}-06-10T06:00:00.000Z", f"{COMING}-06-10T08:00:00.000Z", "EventCancelled")])
        self.assertEqual((events[0]["location"]["address"], events[0]["offers"][0]["price"], events[0]["offers"][0]["priceCurrency"]), ("Rantatie 8, 06950 Lehtoranta", "85.00", "EUR"))

    def test_a_session_has_a_calendar_file_by_rfc_5545(self):
        name = PRODUCT["fi"].format(CAMP).removesuffix(".html") + "/v0.ics"
        self.assertIn(f'href="/{name}"', self.pages[PRODUCT["fi"].format(CAMP)].text)
        with open(self.bed.file(name), "rb") as file:
            raw = file.read()
        lines = raw.split(b"\r\n")
        self.assertEqual(lines.pop(), b"", "every line ends by CRLF")
        self.assertNotIn(b"\n", b"".join(lines))
        self.assertTrue(all(len(line) <= 75 for line in lines), "3.1: folded")
        whole = raw.decode().replace("\r\n ", "").split("\r\n")
        self.assertEqual((whole[0], whole[1], whole[-2]), ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR"))
        self.assertTrue(any(line.startswith("PRODID:") for line in whole))
        self.assertEqual([line for line in whole if line.startswith("DTSTART")], [f"DTSTART:{COMING}060{n}T060000Z" for n in (3, 4, 5)])
        self.assertEqual([line for line in whole if line.startswith("DTEND")], [f"DTEND:{COMING}060{n}T130000Z" for n in (3, 4, 5)])
        self.assertEqual(len({line for line in whole if line.startswith("UID:")}), 3)
        self.assertIn("LOCATION:Ranta\\, ylempi\\; sauna\\, Rantatie 8\\, 06950 Lehtoranta", whole)
        self.assertEqual(sum(line.startswith("DTSTAMP:") for line in whole), 3)

    def test_link_previews(self):
        """Every indexed page has its own title, words and address; the picture is no SVG, which previews don't show."""
        locales = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
        for name, page in self.pages.items():
            if not page.canonical:
                self.assertEqual(page.og, {}, name)
                continue
            self.assertEqual((page.og["og:url"], page.og["og:locale"], page.og["og:type"]), (page.canonical, locales[page.lang], "website"), name)
            self.assertTrue(page.og["og:title"] and page.og["og:description"] and page.og["og:site_name"], name)
            picture = page.og["og:image"]
            self.assertTrue(picture.startswith(PORT_URL + "/assets/"), name)
            with open(self.bed.file(picture.removeprefix(PORT_URL + "/")), "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n", name)

    def test_lists_are_paged_and_sorted(self):
        first = self.pages["fi/osasto/monta.html"]
        self.assertIn("60 tuotetta", first.words)
        self.assertIn("/fi/osasto/monta/sivu-3", first.links)
        self.assertEqual(len(re.findall(r'<li class="card">', first.text)), 24)
        self.assertEqual(len(re.findall(r'<li class="card">', self.bed.read("fi/osasto/monta/sivu-3.html"))), 12)
        names = re.findall(r'card-name"><a[^>]*>Tavara (\d+) fi<', self.bed.read("fi/osasto/monta/nimi.html"))
        self.assertEqual(names, sorted(names))

    def test_copies_are_the_same(self):
        for ending in (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt"):
            for name in self.bed.files(ending):
                if os.path.basename(name) in (".state.json", "frame.json"):
                    continue
                with open(self.bed.file(name), "rb") as f:
                    plain = f.read()
                with gzip.open(self.bed.file(name + ".gz")) as f:
                    self.assertEqual(f.read(), plain, name)
                self.assertTrue(os.path.exists(self.bed.file(name + ".br")), name)

    def test_search_files_are_small_and_stems_are_the_browsers(self):
        """Every word of every name, stemmed by the script's stemmer, is a key of the index that libstemmer made."""
        for lang in LANGS:
            terms = {}
            for name in self.bed.files(".json"):
                if name.startswith(f"search/{lang}/"):
                    self.assertLessEqual(os.path.getsize(self.bed.file(name)), 100_000)
                    if "/terms-" in name:
                        terms.update(json.loads(self.bed.read(name)))
            text = " ".join(p.words for n, p in self.pages.items() if n.startswith(PRODUCT[lang].split("{")[0])).lower()
            words = sorted({w for w in re.findall(r"[a-z0-9åäöé]+", text) if len(w) >= 3})
            content = []
            for file in os.listdir(os.path.join(TREE, "site/content", lang)):
                with open(os.path.join(TREE, "site/content", lang, file), encoding="utf-8") as f:
                    content += re.findall(r"[a-zåäöé]{3,}", f.read().lower())
            script = (f"import {{stemmer}} from '{TREE}/site/static/stem/{lang}.js';"
                      "import fs from 'node:fs'; const words = JSON.parse(fs.readFileSync(0, 'utf8')); console.log(JSON.stringify(words.map(w => stemmer(w))));")
            stem = lambda list_: json.loads(subprocess.run(["node", "--input-type=module", "-e", script], input=json.dumps(list_), capture_output=True, text=True, check=True).stdout)
            name_words = ["tavara", "muki", "konsertti"]
            self.assertTrue(set(stem(name_words)) <= set(terms), (lang, stem(name_words)))
            self.assertGreater(len(words) + len(content), 100)
            ours = json.loads(subprocess.run([os.environ["KK_STEMS"], lang], input=json.dumps(sorted(set(words + content))), capture_output=True, text=True, check=True).stdout)
            self.assertEqual(ours, stem(sorted(set(words + content))), lang)

    def test_old_rows_of_changes_are_not_read(self):
        """A full render looks at the last 2,000 numbers alone, however many there are."""
        self.bed.sql("INSERT INTO changes (kind, product_id, at_utc) SELECT 'availability', 1, UTC_TIMESTAMP(3) FROM seq_1_to_20000;"
                     "SET GLOBAL userstat = 1; FLUSH TABLE_STATISTICS;")
        code, said = self.bed.render()
        self.assertEqual(code, 0, said)
        read = int(self.bed.one("SELECT rows_read FROM information_schema.table_statistics WHERE table_name = 'changes'"))
        self.assertLess(read, 2100)
        state = json.loads(self.bed.read(".state.json"))
        self.assertEqual(state["last"], int(self.bed.one("SELECT MAX(seq) FROM changes")))
        self.assertGreater(len(state["seen"]), 1000)

    def test_machine_files(self):
        self.assertIn(f"Sitemap: {PORT_URL}/sitemap.xml", self.bed.read("robots.txt"))
        fields = dict(line.split(": ", 1) for line in self.bed.read(".well-known/security.txt").splitlines())
        expires = datetime.datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
        self.assertTrue(datetime.timedelta(days=30) < expires - datetime.datetime.now(datetime.timezone.utc) < datetime.timedelta(days=365))
        self.assertTrue(fields["Contact"].startswith(("mailto:", "https://")))
        frame = json.loads(self.bed.read("frame.json"))
        for name in ("css_url", "city_css_url", "js_url", "staff_js_url", "icons_url", "crest_url", "font_400_url", "font_600_url"):
            self.assertTrue(os.path.exists(self.bed.file(frame[name][1:])), name)

    def test_pages_are_valid_html(self):
        modules = os.path.join(TREE, "tests/browser/node_modules")
        if not os.path.isdir(os.path.join(modules, "html-validate")):
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=os.path.dirname(modules), check=True, stdout=subprocess.DEVNULL)
        config = self.bed.path("html-validate.json")
        with open(config, "w") as f:
            json.dump({"root": True, "extends": ["html-validate:standard"], "rules": {name: "off" for name in ("no-trailing-whitespace", "void-style", "no-raw-characters", "long-title", "require-sri")}}, f)
        kinds = ["fi/index.html", "sv/index.html", "fi/osasto/kaikki.html", "fi/osasto/mukit.html", "en/category/many/page-2.html", "en/search.html", "sv/leveransvillkor.html",
                 "fi/tietosuojaseloste-verkkokauppa.html", "sv/virhe/503.html"] + [PRODUCT["fi"].format(n) for n in range(1, 8)] + [PRODUCT["en"].format(n) for n in (11, 12)]
        done = subprocess.run(["node", os.path.join(modules, "html-validate/bin/html-validate.mjs"), "--config", config, "--formatter", "text"] + [os.path.realpath(self.bed.file(k)) for k in kinds],
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, ""), done.stderr)


if __name__ == "__main__":
    unittest.main()
