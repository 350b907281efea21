"""A test bed for reports and vouchers: the staff's processes, payments and its sweep with the sandbox, a small catalogue of two units, and sales and refunds
that went the whole way."""
import datetime
import subprocess
import zoneinfo

from opener_bed import BIN
from payments_bed import free_port, wait_until
from payments_orders import Order, line
from staff_bed import StaffBed

DAY = 86400
VATS = {"standard": 255, "reduced": 135, "low": 100, "exempt": None}
# (unit, code, VAT code, cost centre, account): two products of the museum, one of the library, one that is in no catalogue any more, one fee.
PRODUCTS = (("museum", "mug/blue", "standard", "4100", "3000"), ("museum", "concert/1", "reduced", "5200", "3010"), ("library", "book/-", "reduced", "4200", "3020"),
            ("library", "gone/-", "low", "4200", "3000"), ("sports", "course/a", "exempt", "4300", "3030"), ("sports", "swim/b", "standard", "4300", "3030"))


def helsinki_day(utc):
    """The day in Finland of a moment as the database has it."""
    return datetime.datetime.fromisoformat(utc + "+00:00").astimezone(zoneinfo.ZoneInfo("Europe/Helsinki")).date().isoformat()


def catalogue_sql():
    out = ["SET FOREIGN_KEY_CHECKS = 0;",
           "INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('museum', 'Museo', 'Museet', 'Museum'), ('library', 'Kirjasto', 'Bibliotek', 'Library'), ('sports', 'Liikunta', 'Idrott', 'Sports');",
           "INSERT INTO categories (code, parent_code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('all', NULL, 'museum', 'Kaikki', 'Allt', 'All', 'kaikki', 'allt', 'all'), ('dear', 'all', 'museum', 'Kalliit', 'Dyra', 'Dear', 'kalliit', 'dyra', 'dear');",
           "INSERT INTO delivery_ways (code, kind, cents, vat_code, name_fi, name_sv, name_en) VALUES ('post', 'post', 590, 'standard', 'Posti', 'Post', 'Mail');"]
    for number, (unit, code, vat, centre, account) in enumerate(PRODUCTS, 1):
        product = code.split("/")[0]
        if product == "gone":
            continue
        out.append(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
                   f"({number}, '{product}', 'goods', '{'dear' if product == 'mug' else 'all' if unit == 'museum' else 'other'}', '{unit}', '{vat}', 'goods_14d', '{centre}', '{account}', 20, 'published', '2026-01-01');")
        for lang in ("fi", "sv", "en"):
            name = "=1+1" if product == "book" else f"{product} {lang}"
            out.append(f"INSERT INTO product_texts VALUES ({number}, '{lang}', '{product}-{lang}', '{name}', '', '');")
    return "\n".join(out)


def product_line(number, quantity=1, cents=1000):
    unit, code, vat, centre, account = PRODUCTS[number]
    return line(product_id=number + 1, variant_id=number + 1, unit_code=unit, code=code, name=code, quantity=quantity, unit_cents=cents, vat_code=vat, vat_per_mille=VATS[vat],
                vat_reason="vapautettu" if vat == "exempt" else "", cost_centre=centre, ledger_account=account)


def postage():
    return line(kind="delivery", product_id=None, variant_id=None, product_kind=None, unit_code="", code="post", name="Posti", detail="", unit_cents=590, withdrawal="none_dated_leisure", delivery_kind="post")


class FinanceBed(StaffBed):
    def _folders(self):
        self.shop_port, self.sandbox_port = free_port(), free_port()
        super()._folders()

    def _fill(self):
        super()._fill()
        self.sql(catalogue_sql())

    def __init__(self, threads=4):
        super().__init__(threads)
        self.start_sandbox()
        self.start("payments")
        self._start_gateway()
        self.start_sweep()

    def sell(self, lines, provider="osuuspankki", days_ago=0):
        """Begun now, since the service looks at the time; and paid so many days ago."""
        self.later(0)
        order = Order(self, lines)
        order.begin()
        self.later(-days_ago * DAY)
        order.pay(provider=provider)
        self.sql(f"UPDATE payment_attempts SET created_utc = settled_utc WHERE order_id = {order.id}")
        self.later(0)
        assert order.state() == "paid", order.state()
        return order

    def refund(self, order, credits):
        """credits: {line_no: (quantity, cents)}."""
        cents = sum(cents for _, cents in credits.values())
        rows = ", ".join(f"(@request, {number}, {quantity}, {part})" for number, (quantity, part) in credits.items())
        self.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, state, words, requested_utc) SELECT {order.id}, id, {cents}, 'customer_asked', 'approved', 'x', UTC_TIMESTAMP(3) "
                 f"FROM payment_attempts WHERE order_id = {order.id} AND outcome = 'settled'; SET @request = LAST_INSERT_ID(); INSERT INTO refund_request_lines VALUES {rows};")
        assert wait_until(lambda: self.one("SELECT COUNT(*) FROM refund_requests q LEFT JOIN refunds f ON f.request_id = q.id WHERE f.state IS NULL OR f.state <> 'ok'") == "0", 20), self.sql("SELECT * FROM refunds") + [[self.log("sweep")]]

    def here(self, person, lang="fi", address="192.0.2.7"):
        self.sql("DELETE FROM login_guards")  # of a time to come
        return super().here(person, lang, address)

    def run(self, process, *words):
        done = subprocess.run([f"{BIN}/{process}", "--instance", self.path("etc/instance.toml"), *words], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr
