"""A test bed for the renderer: a MariaDB of its own with the real grants, a small catalogue, the real program."""
import html.parser
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../program"))
from payments_bed import BIN, TREE, Bed, wait_until  # noqa: E402

LANGS = ("fi", "sv", "en")
PORT_URL = "http://localhost:1"
# The year of what is to come, as in payments_bed.py; here 3 June is a Monday.
COMING = 2041
# Products of the fixture, by id.
MUG, CONCERT, COURT, SOON, ENDED, GONE, EVIL, NO_SWEDISH, NO_ENGLISH, DRAFT, CLOSED, FEE, CAMP = range(1, 14)
FIRST_OF_MANY, MANY = 100, 60
PICTURE = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 600\"><path d=\"M0 0h800v600H0z\" fill=\"#dcebf7\"/></svg>"
EVIL_NAME = "Muki </script><b>\"lihava\"</b> & {{t.common.cart}}"


def quote(value):
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, (int, bool)) else "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def product(number, name, *, kind="goods", category="mugs", prices=(("everyone", 1200),), variants=((None, None, None),), langs=LANGS, **columns):
    """`variants`: (starts_utc, ends_utc, free); the first has the product's own id, the others follow at 1000 * id."""
    row = dict(id=number, code=f"p{number}", kind=kind, category_code=category, unit_code="culture", vat_code="standard", withdrawal="goods_14d",
               cost_centre="4100", ledger_account="3000", max_per_order=20, state="published", updated_utc="2026-01-01 00:00:00")
    row.update(columns)
    out = [f"INSERT INTO products ({', '.join(row)}, image_sha256) VALUES ({', '.join(map(quote, row.values()))}, UNHEX(SHA2({quote(PICTURE)}, 256)));"]
    for lang in langs:
        out.append(f"INSERT INTO product_texts VALUES ({number}, '{lang}', 'p{number}-{lang}', {quote(name + ' ' + lang)}, {quote('Summary of ' + name)}, "
                   f"{quote('Some *Markdown* of ' + name + '. <script>alert(1)</script> [bad](javascript:alert(1))')});")
    for i, (starts, ends, free) in enumerate(variants):
        variant = number if i == 0 else 1000 * number + i
        out.append(f"INSERT INTO variants (id, product_id, code, starts_utc, ends_utc, sort_order) VALUES ({variant}, {number}, 'v{i}', {quote(starts)}, {quote(ends)}, {i});")
        if free is not None:
            out.append(f"INSERT INTO stock VALUES ({variant}, 500, {free});")
    out += [f"INSERT INTO prices VALUES ({number}, 0, {quote(group)}, {cents});" for group, cents in prices]
    out.append(f"INSERT INTO product_deliveries VALUES ({number}, 'collect');")
    return "\n".join(out)


def catalogue_sql():
    day = lambda n, hour: f"{COMING}-06-{n:02} {hour:02}:00:00"
    out = ["INSERT INTO units (code, name_fi, name_sv, name_en, email, phone) VALUES ('culture', 'Kulttuuri', 'Kultur', 'Culture', 'kulttuuri@example.org', '+358295550140');",
           f"INSERT INTO images VALUES (UNHEX(SHA2({quote(PICTURE)}, 256)), 'image/svg+xml', {quote(PICTURE)});",
           "INSERT INTO categories (code, parent_code, unit_code, sort_order, name_fi, name_sv, name_en, summary_fi, summary_sv, summary_en, slug_fi, slug_sv, slug_en) VALUES "
           "('all', NULL, 'culture', 1, 'Kaikki', 'Allt', 'All', 'Kaikkea', 'Allt möjligt', 'Everything', 'kaikki', 'allt', 'all'), "
           "('mugs', 'all', 'culture', 2, 'Mukit', 'Muggar', 'Mugs', 'Mukeja', 'Muggar av alla slag', 'Mugs of all kinds', 'mukit', 'muggar', 'mugs'), "
           "('many', 'all', 'culture', 3, 'Monta', 'Många', 'Many', 'Paljon', 'Mycket', 'A lot', 'monta', 'manga', 'many');",
           "INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES "
           "('everyone', 0, 'Kaikki', 'Alla', 'Everyone', 0, '', '', ''), ('adult', 1, 'Aikuinen', 'Vuxen', 'Adult', 0, '', '', ''), "
           "('child', 2, 'Lapsi', 'Barn', 'Child', 1, 'Todistus kassalla', 'Intyg i kassan', 'Proof at the desk');",
           "INSERT INTO delivery_ways (code, kind, name_fi, name_sv, name_en) VALUES ('collect', 'collect', 'Nouto', 'Avhämtning', 'Collect');",
           product(MUG, "Muki", topical=1, variants=((None, None, 12),)),
           product(CONCERT, "Konsertti", kind="ticket", vat_code="reduced", withdrawal="none_dated_leisure", prices=(("adult", 2250), ("child", 1100)),
                   variants=((day(15, 16), day(15, 18), 3),)),
           product(COURT, "Kenttävuoro", kind="ticket", vat_code="exempt_education", withdrawal="none_dated_leisure",
                   variants=tuple((day(d, h), day(d, h + 1), 1) for d in range(1, 15) for h in (8, 9, 10)) + (("2026-01-01 10:00:00", "2026-01-01 11:00:00", 5),)),
           product(SOON, "Tuleva", sale_from_utc=f"{COMING}-01-01 10:00:00"),
           product(ENDED, "Mennyt", sale_until_utc="2026-01-01 10:00:00"),
           product(GONE, "Loppunut", variants=((None, None, 0),)),
           product(EVIL, EVIL_NAME),
           product(NO_SWEDISH, "Ruotsitta", langs=("fi", "en")),
           product(NO_ENGLISH, "Englannitta", langs=("fi", "sv")),
           product(DRAFT, "Luonnos", state="draft"),
           product(CLOSED, "Suljettu", state="closed"),
           product(FEE, "Viranomaismaksu", kind="service", consumer_contract=0, vat_code="exempt_authority", appeal_fi="Hae oikaisua 14 päivässä.",
                   appeal_sv="Begär omprövning inom 14 dagar.", appeal_en="Ask for a review within 14 days."),
           product(CAMP, "Leiri", kind="activity", vat_code="reduced", withdrawal="none_dated_leisure", prices=(("child", 8500),),
                   variants=((day(3, 6), day(5, 13), 4), (day(10, 6), day(10, 8), 0))),
           "INSERT INTO forms (code) VALUES ('camp');",
           "INSERT INTO form_questions (form_code, code, sort_order, of_whom, type, class, required, label_fi, label_sv, label_en) VALUES "
           "('camp', 'diet', 1, 'participant', 'many_of', 'health', 0, 'Ruoka <b>', 'Mat <b>', 'Food <b>'), ('camp', 'home', 2, 'guardian', 'yes_no', 'child', 1, 'Kotiin yksin', 'Hem ensam', 'Home alone');",
           f"INSERT INTO activities VALUES ({CAMP}, 'camp', 'camp');",
           "INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, access_fi, access_sv, access_en, age_min, age_max, age_on, waiting_places, signup_from_utc, signup_until_utc, cancel_until_utc, state) VALUES "
           f"({CAMP}, 'Ranta, ylempi; sauna', 'Stranden', 'The shore', 'Rantatie 8, 06950 Lehtoranta', 'Esteetön', 'Tillgänglig', 'Accessible', 7, 12, '{COMING}-06-03', 5, '2026-01-01 06:00:00', '{COMING}-05-20 13:00:00', '{COMING}-05-13 13:00:00', 'open'), "
           f"({1000 * CAMP + 1}, 'Ranta', 'Stranden', 'The shore', 'Rantatie 8', '', '', '', NULL, NULL, NULL, 0, '{COMING}-01-10 06:00:00', '{COMING}-06-09 13:00:00', '{COMING}-06-01 13:00:00', 'cancelled');",
           "INSERT INTO activity_meetings VALUES " + ", ".join(f"({CAMP}, '{day(n, 6)}', '{day(n, 13)}')" for n in (3, 4, 5)) + f", ({1000 * CAMP + 1}, '{day(10, 6)}', '{day(10, 8)}');"]
    out += [product(n, f"Tavara {n}", category="many", prices=(("everyone", 100 * (n - 99)),), variants=((None, None, None), (None, None, 7))) for n in range(FIRST_OF_MANY, FIRST_OF_MANY + MANY)]
    return "\n".join(out)


class Page(html.parser.HTMLParser):
    """What a test wants to know of one page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.links, self.ids, self.problems, self.alternates, self.canonical = text, [], set(), [], {}, None
        self.noindex, self.lang, self.data, self.words, self._in, self.og = False, None, [], "", None, {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "html":
            self.lang = a.get("lang")
        if "id" in a:
            if a["id"] in self.ids:
                self.problems.append(f"id {a['id']} twice")
            self.ids.add(a["id"])
        self.problems += [f"inline {name} on {tag}" for name in a if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in a and a.get("type") != "application/ld+json"):
            self.problems.append(f"inline {tag}")
        for name in ("href", "src", "action"):
            if name in a and tag != "link":
                self.links.append(a[name])
        if tag == "link" and a.get("rel") == "canonical":
            self.canonical = a["href"]
        elif tag == "link" and a.get("rel") == "alternate":
            self.alternates[a["hreflang"]] = a["href"]
        elif tag == "link":
            self.links.append(a["href"])
        if tag == "meta" and a.get("property", "").startswith("og:"):
            self.og[a["property"]] = a["content"]
        if tag == "meta" and a.get("name") == "robots":
            self.noindex = "noindex" in a["content"]
        self._in = "data" if a.get("type") == "application/ld+json" else tag if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in == "data":
            self.data.append(data)
        elif self._in is None:
            self.words += data.replace("\u00a0", " ")


class SiteBed(Bed):
    def __init__(self):
        self.dir, self.children, self.gateway = tempfile.mkdtemp(prefix="kk-site-"), {}, None
        self.shop_port, self.sandbox_port, self.threads, self.listener = 1, 2, 1, socket.socket()
        self._folders()
        for name in ("content", "static"):
            shutil.copytree(os.path.join(TREE, "site", name), self.path("share", name))
        shutil.copytree(os.path.join(TREE, "schema"), self.path("share/schema"))
        shutil.copy(os.path.join(TREE, "site/crest.svg"), self.path("etc"))
        self.start_database()
        self.sql("START TRANSACTION;" + catalogue_sql() + "COMMIT;")

    def render(self):
        """(exit code, what it said)"""
        done = subprocess.run([f"{BIN}/render", "--instance", self.path("etc/instance.toml"), "--once"], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def watch(self):
        self._spawn("watch", [f"{BIN}/render", "--instance", self.path("etc/instance.toml"), "--watch"])

    def file(self, name):
        return self.path("www/current", name)

    def read(self, name):
        with open(self.file(name), encoding="utf-8") as f:
            return f.read()

    def page(self, name):
        return Page(self.read(name))

    def files(self, ending):
        root = os.path.realpath(self.path("www/current"))
        return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names if name.endswith(ending))

    def release(self):
        return os.readlink(self.path("www/current"))

    def set_clock(self, seconds):
        with open(self.path("clock"), "w") as f:
            f.write(str(seconds))

    def change_setting(self, pattern, replacement):
        path = self.path("etc/city.toml")
        with open(path) as f:
            before = f.read()
        after, n = re.subn(pattern, replacement, before, count=1, flags=re.M)
        assert n == 1, pattern
        with open(path, "w") as f:
            f.write(after)
        return before

    def put_settings(self, text):
        with open(self.path("etc/city.toml"), "w") as f:
            f.write(text)


__all__ = ["BIN", "TREE", "SiteBed", "Page", "wait_until"]
