"""A test bed for the import: a MariaDB of its own with the real grants, and a small catalogue in files that a test changes."""
import os
import shutil
import socket
import subprocess
import tempfile

from payments_bed import BIN, TREE, Bed

LANGS = ("fi", "sv", "en")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><path d="M0 0h800v600H0z" fill="#dcebf7"/></svg>\n'
LISTS = """[[unit]]
code = "culture"
name = { fi = "Kulttuuri", sv = "Kultur", en = "Culture" }
email = "kulttuuri@example.org"
phone = "029 555 0140"

[[price_group]]
code = "everyone"
name = { fi = "Kaikille", sv = "För alla", en = "Everyone" }

[[delivery]]
code = "collect"
kind = "collect"
name = { fi = "Nouto", sv = "Avhämtning", en = "Collect" }

[[delivery]]
code = "post"
kind = "post"
cents = 590
vat = "standard"
name = { fi = "Posti", sv = "Post", en = "Post" }
detail = { fi = "Kahdessa viikossa", sv = "Inom två veckor", en = "Within two weeks" }

[[category]]
code = "things"
unit = "culture"
name = { fi = "Tavarat", sv = "Saker", en = "Things" }

[[category]]
code = "mugs"
parent = "things"
unit = "culture"
name = { fi = "Mukit", sv = "Muggar", en = "Mugs" }
summary = { fi = "Mukeja", sv = "Muggar", en = "Mugs of all kinds" }
"""
MUG = """kind = "goods"
unit = "culture"
vat = "standard"
withdrawal = "goods_14d"
cost_centre = "4510"
ledger_account = "3010"
max_per_order = 10
delivery = ["collect", "post"]
name = { fi = "Sininen muki", sv = "Blå mugg", en = "Blue mug" }
summary = { fi = "Muki", sv = "Mugg", en = "A mug" }
alt = { fi = "Muki", sv = "Mugg", en = "A mug" }
stock = 10
[[price]]
group = "everyone"
cents = 1200
"""
TOUR = MUG.replace('"goods"', '"ticket"').replace("goods_14d", "none_dated_leisure").replace("Sininen muki", "Opastus").replace("Blå mugg", "Guidning").replace(
    "Blue mug", "Guided tour").replace("stock = 10\n", "") + """[[slot]]
starts = "+14d 18:00"
minutes = 60
quota = 20
"""


FORMS = """[[form]]
code = "short"
[[form.question]]
code = "diet"
type = "many_of"
class = "health"
of = "participant"
label = { fi = "Ruoka", sv = "Mat", en = "Food" }
[[form.question.choice]]
code = "nuts"
label = { fi = "Pähkinä", sv = "Nötter", en = "Nuts" }
[[form.question]]
code = "home"
type = "yes_no"
class = "child"
of = "guardian"
required = true
label = { fi = "Kotiin yksin", sv = "Hem ensam", en = "Home alone" }
"""
COURSE = MUG.replace('"goods"', '"activity"').replace("goods_14d", "none_dated_leisure").replace("Sininen muki", "Kurssi").replace("Blå mugg", "Kurs").replace("Blue mug", "Course").replace(
    "stock = 10\n", 'activity = "course"\nform = "short"\n') + """[[session]]
code = "mondays"
place = { fi = "Sali", sv = "Salen", en = "The hall" }
address = "Katu 1"
name = { fi = "Maanantait", sv = "Måndagar", en = "Mondays" }
seats = 10
waiting = 5
age_min = 7
minimum = 3

age_max = 12
age_on = "+30d"
weekdays = ["mon"]
from = "+30d"
weeks = 4
time = "17:00"
minutes = 60
signup_from = "+1d 08:00"
signup_until = "+20d 16:00"
cancel_until = "+15d 16:00"

[[session]]
code = "once"
place = { fi = "Talo", sv = "Huset", en = "The house" }
address = "Katu 2"
seats = 8
waiting = 0
starts = "+25d 18:00"
minutes = 120
signup_from = "+0d 00:00"
signup_until = "+25d 12:00"
cancel_until = "+24d 16:00"
"""


class ImportBed(Bed):
    def __init__(self):
        self.dir, self.children, self.gateway, self.listener = tempfile.mkdtemp(prefix="kk-import-"), {}, None, socket.socket()
        self.shop_port, self.sandbox_port, self.threads = 1, 2, 1
        self._folders()
        self.start_database()
        self.restore()

    def restore(self):
        """The small catalogue as it stands above."""
        shutil.rmtree(self.path("catalogue"), ignore_errors=True)
        self.put("catalogue.toml", LISTS)
        self.put_product("mugs/blue-mug", MUG)
        self.put_product("mugs/tour", TOUR)

    def put(self, name, text):
        path = self.path("catalogue", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def put_product(self, stem, toml, picture=SVG):
        self.put(stem + ".toml", toml)
        self.put(stem + ".svg", picture)
        for lang in LANGS:
            self.put(f"{stem}.{lang}.md", "A *description*.\n")

    def put_activity(self):
        """The small catalogue with a course beside it."""
        self.put("forms.toml", FORMS)
        self.put_product("mugs/course", COURSE)

    def remove(self, stem):
        for ending in (".toml", ".svg", ".fi.md", ".sv.md", ".en.md"):
            os.unlink(self.path("catalogue", stem + ending))

    def change(self, name, before, after, count=1):
        with open(self.path("catalogue", name), encoding="utf-8") as file:
            text = file.read()
        assert text.count(before) >= count, (name, before)
        self.put(name, text.replace(before, after, count))

    def run_import(self, *more, catalogue=None):
        """(exit code, what it said), the catalogue's folder written as DIR"""
        catalogue = catalogue or self.path("catalogue")
        done = subprocess.run([f"{BIN}/import", "--instance", self.path("etc/instance.toml"), "--catalogue", catalogue, *more], capture_output=True, text=True, timeout=300)
        return done.returncode, (done.stdout + done.stderr).replace(catalogue, "DIR").strip()

    def imported(self, *more, **options):
        code, said = self.run_import(*more, **options)
        assert code == 0, said
        return said

    def content(self):
        """All that an import writes, to compare."""
        tables = ("units", "images", "categories", "price_groups", "delivery_ways", "products", "product_texts", "variants", "stock", "prices", "product_deliveries",
                  "postal_codes", "forms", "form_questions", "form_choices", "activities", "activity_sessions", "activity_meetings", "changes", "catalogue_imports", "catalogue_version")
        return self.sql("CHECKSUM TABLE " + ", ".join(tables))

    def empty(self):
        tables = ("changes", "catalogue_imports", "activity_meetings", "activity_sessions", "activities", "form_choices", "form_questions", "forms", "product_deliveries", "prices", "stock", "variants", "product_texts", "products", "delivery_ways", "price_groups", "categories", "images", "units")
        self.sql("SET FOREIGN_KEY_CHECKS = 0; START TRANSACTION;" + "".join(f"DELETE FROM {table};" for table in tables) + "COMMIT;")


__all__ = ["BIN", "TREE", "ImportBed", "LISTS", "MUG", "SVG", "TOUR"]
