"""A test bed for orders that staff make: the office's, and checkout with its sweep; a small shop of two units."""
import os
import secrets
import time
import urllib.parse

from office_bed import CARD, MUG, ORDERS, POSTER, OfficeBed
from payments_bed import BIN
from payments_orders import Order
from visitor import PATHS, Visitor, over_fastcgi, wrong

NEW = "/fi/uusi-tilaus"
SLOT, GIFT, COURSE = 4, 5, 6  # a ticket for a time; free of charge; an activity
BUYER = {"first_name": "Veikko", "last_name": "Lahtinen", "phone": "040 555 1234", "email": ""}
SHOP = f"""SET FOREIGN_KEY_CHECKS = 0;
  INSERT INTO delivery_ways (code, kind, cents, vat_code, name_fi, name_sv, name_en) VALUES ('library', 'collect', 0, NULL, 'Nouto kirjastosta', 'Hämtas i biblioteket', 'Collect'), ('post', 'post', 590, 'standard', 'Posti', 'Post', 'Post'),
    ('email', 'email', 0, NULL, 'Sähköposti', 'E-post', 'E-mail'), ('none', 'none', 0, NULL, 'Ei toimitusta', 'Ingen', 'None');
  INSERT INTO product_deliveries VALUES ({MUG}, 'library'), ({MUG}, 'post'), ({CARD}, 'email'), ({POSTER}, 'post'), ({SLOT}, 'email'), ({GIFT}, 'none'), ({COURSE}, 'email');
  UPDATE products SET withdrawal = 'service_14d', days_valid = 100, holder_name = TRUE WHERE id = {CARD};
  INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES
    ({SLOT}, 'concert', 'ticket', 'cards', 'sports', 'reduced', 'none_dated_leisure', '4100', '3000', 20, 'published', '2026-01-01'), ({GIFT}, 'talk', 'service', 'cards', 'sports', 'zero', 'service_14d', '4100', '3000', 20, 'published', '2026-01-01'),
    ({COURSE}, 'course', 'activity', 'cards', 'sports', 'standard', 'none_dated_leisure', '4100', '3000', 20, 'published', '2026-01-01');
  INSERT INTO product_texts SELECT p.id, l.lang, CONCAT(p.code, '-', l.lang), CONCAT(p.code, ' ', l.lang), '', '' FROM products p, (SELECT 'fi' AS lang UNION ALL SELECT 'sv' UNION ALL SELECT 'en') l WHERE p.id IN ({SLOT}, {GIFT}, {COURSE});
  INSERT INTO variants (id, product_id, code, starts_utc, ends_utc) VALUES ({SLOT}, {SLOT}, '-', UTC_TIMESTAMP() + INTERVAL 3 HOUR, UTC_TIMESTAMP() + INTERVAL 4 HOUR), ({GIFT}, {GIFT}, '-', NULL, NULL), ({COURSE}, {COURSE}, '-', NULL, NULL);
  INSERT INTO prices VALUES ({SLOT}, 0, 'everyone', 2250), ({GIFT}, 0, 'everyone', 0), ({COURSE}, 0, 'everyone', 6500);
  INSERT INTO stock (variant_id, capacity, free) VALUES ({MUG}, 1000, 1000), ({SLOT}, 50, 50);"""


class Counter:
    """A form as one person fills it in."""

    def __init__(self, bed, browser, *lines, **fields):
        self.bed, self.browser, page = bed, browser, browser.get(NEW)
        self.fields = {**page.form(NEW)["fields"], **BUYER, "channel": "phone", **fields}
        self.key, self.lines = self.fields["key"], [(f"{variant}_everyone", quantity) for variant, quantity in lines]

    def send(self, do="quote", **more):
        pairs = [(name, one) for name, value in {**self.fields, **more, "do": do}.items() for one in (value if isinstance(value, list) else [value])]
        for key, quantity in self.lines:
            pairs += [("line", key), (f"quantity_{key}", quantity)]
        return self.browser.post(NEW, urllib.parse.urlencode(pairs).encode())

    @property
    def at(self):
        return f"{NEW}/{self.key}"

    def review(self):
        sent = self.send()
        assert (sent.status, sent.location) == (303, self.at), (sent, wrong(sent))
        return self.answered()

    def answered(self):
        """Its page, once checkout has answered: till then the page asks to be loaded again."""
        shown = self.browser.get(self.at)
        while "Refresh" in dict(shown.headers):
            time.sleep(0.2)
            shown = self.browser.get(self.at)
        return shown

    def confirm(self, page=None):
        return self.browser.post(self.at, (page or self.review()).form(self.at)["fields"])

    def order(self):
        """To the end: the order's id, from where the page leads."""
        done = self.confirm()
        assert (done.status, done.location) == (303, self.at), done
        shown = self.answered()
        assert shown.status == 303 and shown.location.startswith(ORDERS + "/"), (shown, shown.text)
        return Made(self.bed, int(shown.location.rsplit("/", 1)[1]))


class Made(Order):
    def __init__(self, bed, id):
        self.bed, self.id = bed, id
        self.token, self.lang, self.number = bed.sql(f"SELECT token, lang, number FROM orders WHERE id = {id}")[0]

    def accept(self, **fields):
        """As the customer presses the page's button."""
        browser, action = self.bed.resident(self.lang), self.page() + "/hyvaksy"
        return browser.post(action, {**browser.get(self.page()).form(action)["fields"], "terms": "1", "age": "1", **fields})

    def pay_it(self, **fields):
        done = self.accept(**fields)
        assert done.location == PATHS[self.lang]["pay"] + self.token, (done, done.text)
        self.begin()
        self.pay(provider="osuuspankki")
        assert self.state() == "paid", self.state()


class CounterBed(OfficeBed):
    def __init__(self):
        super().__init__()
        self.sql(SHOP)
        for name in ("form-key", "cart-key"):
            os.makedirs(self.path("secrets/checkout"), exist_ok=True)
            with open(self.path("secrets/checkout", name), "wb") as file:
                file.write(secrets.token_bytes(32))
            os.chmod(self.path("secrets/checkout", name), 0o400)
        self.start("checkout")
        self.start_maker()

    def start_maker(self):
        self._spawn("maker", [f"{BIN}/checkout", "--instance", self.path("etc/instance.toml"), "--sweep"])

    def resident(self, lang="fi"):
        return Visitor(over_fastcgi(self.path("run/checkout.sock")), f"http://localhost:{self.shop_port}", lang)

    def free(self, variant):
        return int(self.one(f"SELECT free FROM stock WHERE variant_id = {variant}"))

    def made(self, key):
        return int(self.one(f"SELECT COALESCE(MAX(order_id), 0) FROM staff_orders WHERE form_key = '{key}'"))

    def form(self, browser, *lines, **fields):
        return Counter(self, browser, *lines, **fields)
