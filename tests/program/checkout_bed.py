"""A test bed for checkout: the real program over FastCGI on a MariaDB of its own with the real grants, and a small shop."""
import os
import re
import secrets
import socket
import subprocess
import tempfile
import tomllib

from payments_bed import BIN, COMING, TREE, Bed, wait_until
from visitor import Visitor, over_fastcgi

ORIGIN = "http://localhost:1"
# Variant ids of the small shop (a product has the id of its first variant).
MUG, CONCERT, CHILD_ONLY, FREE, BOAT, FUTURE, PAST, CARD, LESSON, FEE, TWO_AT_MOST, CLOSED, EIGHT_MILLION, E_BOOK, COURSE = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
FIRST_OF_MANY, MANY = 100, 70


def shop_sql():
    out = ["SET FOREIGN_KEY_CHECKS = 0;",
           "INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('culture', 'Kulttuuri', 'Kultur', 'Culture');",
           "INSERT INTO categories (code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('all', 'culture', 'Kaikki', 'Allt', 'All', 'kaikki', 'allt', 'all');",
           "INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES "
           "('everyone', 0, 'Kaikki', 'Alla', 'Everyone', 0, '', '', ''), ('adult', 1, 'Aikuinen', 'Vuxen', 'Adult', 0, '', '', ''), "
           "('child', 2, 'Lapsi', 'Barn', 'Child', 1, 'Todistus kassalla', 'Intyg i kassan', 'Proof at the desk');",
           "INSERT INTO delivery_ways (code, kind, cents, vat_code, name_fi, name_sv, name_en) VALUES "
           "('collect', 'collect', 0, NULL, 'Nouto', 'Avhämtning', 'Collect'), ('post', 'post', 590, 'standard', 'Posti', 'Post', 'Post'), "
           "('email', 'email', 0, NULL, 'Sähköposti', 'E-post', 'E-mail'), ('none', 'none', 0, NULL, 'Ei toimitusta', 'Ingen', 'None');",
           "INSERT INTO postal_codes VALUES ('00100', 'Helsinki', 'Helsingfors'), ('06100', 'Porvoo', 'Borgå'), ('22100', 'Maarianhamina', 'Mariehamn');"]

    def product(variant, kind, cents, name, deliveries=("none",), groups=("everyone",), stock=None, product=None, **columns):
        row = dict(id=product or variant, code=f"p{variant}", kind=kind, category_code="all", unit_code="culture", vat_code="standard", withdrawal="goods_14d",
                   cost_centre="4100", ledger_account="3000", max_per_order=20, state="published", updated_utc="2026-01-01 00:00:00")
        times = {key: columns.pop(key) for key in ("starts_utc", "ends_utc") if key in columns}
        row.update(columns)
        quote = lambda v: "NULL" if v is None else str(v) if isinstance(v, int) else f"'{v}'"
        out.append(f"INSERT INTO products ({', '.join(row)}) VALUES ({', '.join(map(quote, row.values()))});")
        for lang in ("fi", "sv", "en"):
            out.append(f"INSERT INTO product_texts VALUES ({row['id']}, '{lang}', 'p{variant}-{lang}', '{name} {lang}', '', '');")
        out.append(f"INSERT INTO variants (id, product_id, code, starts_utc, ends_utc) VALUES ({variant}, {row['id']}, '-', {quote(times.get('starts_utc'))}, {quote(times.get('ends_utc'))});")
        if stock is not None:
            out.append(f"INSERT INTO stock VALUES ({variant}, {stock}, {stock});")
        for i, group in enumerate(groups):
            out.append(f"INSERT INTO prices VALUES ({row['id']}, 0, '{group}', {cents // (i + 1)});")
        for way in deliveries:
            out.append(f"INSERT INTO product_deliveries VALUES ({row['id']}, '{way}');")

    product(MUG, "goods", 1200, "Muki", deliveries=("collect", "post"), stock=10, minor_value=1)
    product(CONCERT, "ticket", 2250, "Konsertti", deliveries=("email",), groups=("adult", "child"), stock=3, vat_code="reduced", withdrawal="none_dated_leisure",
            starts_utc=f"{COMING}-06-15 16:00:00", ends_utc=f"{COMING}-06-15 18:00:00")
    product(CHILD_ONLY, "ticket", 700, "Lastenesitys", deliveries=("email",), groups=("child",), vat_code="reduced", withdrawal="none_dated_leisure")
    product(FREE, "service", 0, "Ilmainen", vat_code="zero", withdrawal="service_14d")
    product(BOAT, "service", 50_000_000, "Venepaikka")
    product(FUTURE, "goods", 500, "Tuleva", sale_from_utc="2037-01-01 10:00:00", sale_until_utc="2037-02-01 10:00:00")
    product(PAST, "goods", 500, "Mennyt", sale_until_utc="2026-01-01 10:00:00")
    product(CARD, "pass", 4500, "Kortti", deliveries=("email",), holder_name=1, days_valid=365)
    product(LESSON, "service", 3000, "Tunti", withdrawal="service_14d", vat_code="exempt_education")
    product(FEE, "service", 4500, "Maksu", consumer_contract=0, vat_code="exempt_authority")
    product(TWO_AT_MOST, "goods", 100, "Rajattu", max_per_order=2)
    product(COURSE, "activity", 6500, "Kurssi", deliveries=("email",), stock=12, withdrawal="none_dated_leisure", starts_utc=f"{COMING}-06-15 16:00:00", ends_utc=f"{COMING}-07-15 18:00:00")
    product(CLOSED, "goods", 100, "Suljettu", state="closed")
    product(EIGHT_MILLION, "service", 49_999_998, "Kallein")
    product(E_BOOK, "ticket", 900, "E-kirja", deliveries=("email",), withdrawal="digital")
    for i in range(FIRST_OF_MANY, FIRST_OF_MANY + MANY):
        product(i, "goods", i, f"Tavara {i}", max_per_order=999)
    return "\n".join(out)


def texts(area):
    """The texts of site/text/LANG/AREA.toml, by language."""
    out = {}
    for lang in ("fi", "sv", "en"):
        with open(f"{TREE}/site/text/{lang}/{area}.toml", "rb") as file:
            out[lang] = tomllib.load(file)
    return out


def beside(page, field):
    """The message beside a field, without entities."""
    found = re.search(rf'id="{field}-wrong">([^<]*)<', page.text)
    return None if found is None else found.group(1).replace("&#39;", "'").replace("&quot;", '"').replace("&amp;", "&")


class CheckoutBed(Bed):
    def __init__(self, threads=4, bin_folder=None, environment=None):
        self.dir = tempfile.mkdtemp(prefix="kk-co-")
        self.threads, self.bin, self.environment = threads, bin_folder or BIN, environment
        self.shop_port, self.sandbox_port, self.children, self.gateway = 1, 1, {}, None
        self._folders()
        for name in ("cart-key", "form-key"):
            self.new_key(name)
        self.start_database()
        self.reset()
        self.start_checkout()

    def new_key(self, name):
        path = self.path("secrets/checkout", name)
        if os.path.exists(path):
            os.unlink(path)
        with open(path, "wb") as file:
            file.write(secrets.token_bytes(32))
        os.chmod(path, 0o400)

    def reset(self):
        """The shop as it opens: nothing sold, nothing changed."""
        tables = [row[0] for row in self.sql("SHOW TABLES") if row[0] not in ("schema_migrations", "vat_codes", "catalogue_version")]
        self.sql("SET FOREIGN_KEY_CHECKS = 0; START TRANSACTION;" + "".join(f"DELETE FROM {table};" for table in tables) + shop_sql() + "COMMIT;")
        for name in ("clock", "fault"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))

    def start_checkout(self, settings="etc/instance.toml"):
        if not hasattr(self, "listener"):
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.path("run/checkout.sock"))
            self.listener.listen(128)
        log = self.path("log/checkout")
        before = os.path.getsize(log) if os.path.exists(log) else 0
        self._spawn("checkout", [f"{self.bin}/checkout", "--instance", self.path(settings), "--threads", str(self.threads)],
                    stdin=self.listener, env=self.environment)
        # What a test changes next must not meet a start half-way.
        wait_until(lambda: b"serving" in open(log, "rb").read()[before:] or self.children["checkout"].poll() is not None)

    def visitor(self, lang="fi"):
        return Visitor(over_fastcgi(self.path("run/checkout.sock")), ORIGIN, lang)

    def as_account(self, account, statement):
        """Runs SQL with an account's own password; the error's number, or None."""
        with open(self.path("secrets", account, "db-password")) as file:
            password = file.read()
        done = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.dir}/run/db.sock", f"--user=kuntakauppa-{account}", f"--password={password}",
                               "--batch", "--skip-column-names", "kuntakauppa"], input=statement, capture_output=True, text=True)
        return (int(done.stderr.split("ERROR ")[1].split()[0]) if done.returncode else None), done.stdout

    def count(self, table, where="1"):
        return int(self.one(f"SELECT COUNT(*) FROM {table} WHERE {where}"))


__all__ = ["BIN", "TREE", "CheckoutBed", "ORIGIN", "beside", "texts"]
