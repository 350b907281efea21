"""A test bed for editing the catalogue: the staff's processes and checkout over FastCGI on one database with the real grants, the small shop of checkout_bed.py, and the
renderer's program, which is run when a test wants to see the pages."""
import os
import re
import secrets
import shutil

from checkout_bed import shop_sql
from payments_bed import wait_until
from staff_bed import BIN, TREE, StaffBed
from visitor import Visitor, over_fastcgi

LIST = "/fi/tuotteet"
# What a product needs, besides its kind.
WORDS = {f"{name}_{lang}": f"{words} {lang}" for name, words in (("name", "Puinen lautanen"), ("summary", "Lautanen"), ("description", "Tehty *täällä*."), ("alt", "Lautanen pöydällä")) for lang in ("fi", "sv", "en")}
BASICS = {"category": "all", "unit": "culture", "vat": "standard", "withdrawal": "goods_14d", "cost_centre": "4100", "ledger_account": "3000", "max_per_order": "5", "delivery_collect": "1"}
ALL = {**WORDS, **BASICS, "price_everyone": "12,50", "stock": "3"}


class ProductsBed(StaffBed):
    def __init__(self, threads=4):
        super().__init__(threads)
        os.makedirs(self.path("secrets/checkout"), exist_ok=True)
        for name in ("form-key", "cart-key"):
            with open(self.path("secrets/checkout", name), "wb") as file:
                file.write(secrets.token_bytes(32))
            os.chmod(self.path("secrets/checkout", name), 0o400)
        self.sql(shop_sql())
        self.sql("INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('sports', 'Liikunta', 'Idrott', 'Sports')")
        self.start("checkout")
        self.manager = self.here(self.member("shop_manager", "manager"))
        self.editor = self.here(self.member("product_editor", "editor", ("unit", "culture")))

    def buyer(self, lang="fi"):
        return Visitor(over_fastcgi(self.path("run/checkout.sock")), "http://localhost:1", lang)

    def here_again(self):
        """The manager's session in another browser: one thread's own."""
        browser = self.browser()
        browser.cookies = dict(self.manager.cookies)
        return browser

    def page(self, code):
        return f"{LIST}/{code}"

    def make(self, browser=None, kind="goods", **changed):
        """A new product's form, sent: the answer."""
        browser = browser or self.manager
        path = f"/fi/uusi-tuote"
        form = browser.get(f"{path}?kind={kind}").form(path)
        return browser.post(path, {**form["fields"], **ALL, **changed})

    def made(self, **changed):
        """The code of a product that was made."""
        done = self.make(**changed)
        assert done.status == 303, (done.status, re.findall(r"-wrong\">([^<]*)<", done.text), self.log("backoffice")[-800:])
        return done.location.split("?")[0].rsplit("/", 1)[1]

    def edit(self, code, browser=None, page=None, **changed):
        """The product's form, sent with these changes; `page`: as it was opened."""
        browser, path = browser or self.manager, self.page(code)
        return browser.post(path, {**(page or browser.get(path)).form(path)["fields"], **changed})

    def act(self, code, act, browser=None, page=None):
        """A button of the product's page."""
        browser, path = browser or self.manager, self.page(code)
        return browser.post(f"{path}/{act}", (page or browser.get(path)).form(f"{path}/{act}")["fields"])

    def on_sale(self, **changed):
        code = self.made(**changed)
        done = self.act(code, "julkaise")
        assert done.status == 303, (done.status, re.findall(r"-wrong\">([^<]*)<", done.text), self.log("backoffice")[-800:])
        return code

    def variant(self, code):
        return int(self.one(f"SELECT MIN(v.id) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}'"))

    def content(self, code):
        """All of a product's rows but its revision and times."""
        tables = {"products": "id", "product_texts": "product_id", "variants": "product_id", "prices": "product_id", "coming_prices": "product_id", "product_deliveries": "product_id"}
        number = self.one(f"SELECT id FROM products WHERE code = '{code}'")
        return {table: [row for row in self.sql(f"SELECT * FROM {table} WHERE {column} = {number}")] for table, column in tables.items()}

    def start_render(self):
        """The site's pages, and the renderer that keeps them."""
        for name in ("content", "static"):
            shutil.copytree(f"{TREE}/site/{name}", self.path("share", name))
        shutil.copytree(f"{TREE}/schema", self.path("share/schema"))
        self._spawn("render", [f"{BIN}/render", "--instance", self.path("etc/instance.toml"), "--watch"])
        assert wait_until(lambda: os.path.exists(self.path("www/current/frame.json"))), self.log("render")

    def site(self, name):
        """A page of the site; None: there is none."""
        try:
            with open(self.path("www/current", name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None


__all__ = ["ALL", "LIST", "ProductsBed", "wait_until"]
