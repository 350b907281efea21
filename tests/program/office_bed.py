"""A test bed for the shop's daily work: the staff's processes, payments with its sweep, the sandbox; two units with a product each, and orders of them
that were paid by the payment service's own word."""
import json

from payments_bed import free_port, wait_until
from payments_orders import Order, line, make_stock, ticket
from staff_bed import StaffBed
from visitor import wrong

ORDERS = "/fi/tilaukset"
MUG, CARD, POSTER = 1, 2, 3  # of the library: goods; of sports: a pass by e-mail; of the library: goods by post


def catalogue_sql():
    out = ["SET FOREIGN_KEY_CHECKS = 0;", "INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('sports', 'Liikunta', 'Idrott', 'Sports'), ('library', 'Kirjasto', 'Bibliotek', 'Library');",
           "INSERT INTO categories (code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('things', 'library', 'Tavarat', 'Varor', 'Things', 'tavarat', 'varor', 'things'), "
           "('cards', 'sports', 'Kortit', 'Kort', 'Cards', 'kortit', 'kort', 'cards');",
           "INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES ('everyone', 0, 'Kaikki', 'Alla', 'Everyone', 0, '', '', '');"]
    for number, code, kind, category, unit in ((MUG, "mug", "goods", "things", "library"), (CARD, "gym-card", "pass", "cards", "sports"), (POSTER, "poster", "goods", "things", "library")):
        out.append(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
                   f"({number}, '{code}', '{kind}', '{category}', '{unit}', 'standard', 'goods_14d', '4100', '3000', 20, 'published', '2026-01-01');")
        for lang in ("fi", "sv", "en"):
            out.append(f"INSERT INTO product_texts VALUES ({number}, '{lang}', '{code}-{lang}', '{code} {lang}', '', '');")
        out.append(f"INSERT INTO variants (id, product_id, code) VALUES ({number}, {number}, '-');")
        out.append(f"INSERT INTO prices (product_id, variant_id, price_group, cents) VALUES ({number}, 0, 'everyone', 1200);")
    return "\n".join(out)


def mug(**more):
    return line(product_id=MUG, variant_id=MUG, unit_code="library", delivery_code="library", delivery_kind="collect", delivery_name="Nouto kirjastosta", **more)


def poster(**more):
    return line(product_id=POSTER, variant_id=POSTER, code="poster/-", name="Juliste", unit_code="library", delivery_code="post", delivery_kind="post", delivery_name="Posti", unit_cents=1500, **more)


def card(**more):
    return ticket(product_id=CARD, variant_id=CARD, unit_code="sports", product_kind="pass", code="gym-card/-", name="Salikortti", starts_utc=None, ends_utc=None, days_valid=100, withdrawal="service_14d", unit_cents=10000, **more)


def page(order):
    return f"{ORDERS}/{order.id}"


def send(browser, at, action, fields):
    """A form of the page `at`, filled in and sent."""
    shown = browser.get(at)
    assert shown.status == 200, (at, shown.status)
    return browser.post(action, {**shown.form(action)["fields"], **fields})


class OfficeBed(StaffBed):
    def __init__(self, threads=4):
        super().__init__(threads)
        self.start("payments")
        self.start_sandbox()
        self._start_gateway()
        self.start_sweep()

    def _folders(self):
        self.shop_port, self.sandbox_port = free_port(), free_port()
        super()._folders()

    def _fill(self):
        super()._fill()
        self.sql(catalogue_sql())

    def day_staff(self):
        """The browsers of a cashier, the library's clerk, a shop manager, a finance person and the sports' coach."""
        people = (self.member("cashier"), self.member("cashier", "clerk", ("unit", "library")), self.member("shop_manager"), self.member("finance"), self.member("cashier", "coach", ("unit", "sports")))
        return [self.here(person) for person in people]

    def paid(self, *lines, provider="osuuspankki", **more):
        order = Order(self, list(lines) or [mug()], **more)
        order.begin()
        order.pay(provider=provider)
        assert order.state() == "paid", order.state()
        return order

    def too_late(self, tabs=1, **more):
        """Paid in the last of these tabs when its hold was over and the pieces were gone."""
        self.variants = getattr(self, "variants", 100) + 1
        variant = self.variants
        make_stock(self, variant, 0)
        order = Order(self, [mug(counted=1) | {"variant_id": variant}], **more)
        self.sql(f"UPDATE stock SET free = 0 WHERE variant_id = {variant}; UPDATE orders SET holds_stock = FALSE WHERE id = {order.id}")
        for _ in range(tabs):
            self.sql(f"UPDATE payment_attempts SET created_utc = created_utc - INTERVAL 1 HOUR WHERE order_id = {order.id}")
            order.begin()
        self.sql(f"UPDATE orders SET state = 'expired', hold_until_utc = NOW(3) - INTERVAL 1 HOUR WHERE id = {order.id}")
        order.pay()
        assert order.state() == "paid_no_stock", order.state()
        return order

    def twice(self, **more):
        """Paid in two tabs: the second payment is too much."""
        order = Order(self, [mug()], **more)
        order.begin()
        first = order.last_stamp()
        self.sql(f"UPDATE payment_attempts SET created_utc = created_utc - INTERVAL 1 HOUR WHERE stamp = '{first}'")
        order.begin()
        order.pay()
        self.sandbox("pay", {"stamp": first, "status": "ok", "how": "callback", "wait": True, "provider": "osuuspankki"})
        assert ["ok", "overpaid"] in order.attempts(), order.attempts()
        return order

    def refunds(self, order):
        """Of one order: (state of the request, state of the refund or None, cents)."""
        return [(row[0], None if row[1] == "NULL" else row[1], int(row[2])) for row in
                self.sql(f"SELECT r.state, f.state, r.cents FROM refund_requests r LEFT JOIN refunds f ON f.request_id = r.id WHERE r.order_id = {order.id} ORDER BY r.id")]

    def ends(self, order, *states):
        return wait_until(lambda: self.refunds(order) and all(one[1] in states for one in self.refunds(order)))

    def mails_to(self, order, kind):
        return [json.loads(row[0]) for row in self.sql(f"SELECT data FROM outbox WHERE order_id = {order.id} AND kind = '{kind}' ORDER BY id")]

    def state_of_delivery(self, order):
        return self.one(f"SELECT state FROM deliveries WHERE order_id = {order.id}")


def ask_back(cashier, order, **fields):
    """The cashier's form of a refund, of all unless `fields` say otherwise."""
    at = page(order) + "/hyvitys"
    return send(cashier, at, at, {"what": "all", "reason": "customer_asked", "words": "Pyysi", **fields})


LONG = "Pitkä perustelu " * 80


def comes_back(test, answer, element, typed):
    """The page again: its error summary leads to the one element, what was typed stands in it, and what is wrong is said truly."""
    test.assertEqual((answer.status, wrong(answer)), (200, [element]))
    test.assertRegex(answer.text, rf'(?s)id="{element}" name="words"[^>]*(value="|>){typed}')
    test.assertIn("saa olla enintään" if typed else "Kirjoita syy", answer.text)
    test.assertEqual(answer.text.count(f'id="{element}-wrong"'), 1)
    test.assertTrue(f'<details class="more" open' in answer.text or element.startswith("words"), "it is shown")
