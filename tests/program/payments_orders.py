"""Orders made by SQL, and what must hold of them after every scenario."""
import json
import random
import secrets
import time

from payments_bed import COMING, reference, token

# Variants whose free pieces are not what orders and sign-ups leave: a paid sign-up's seats are its own again.
MISPLACED = ("SELECT s.variant_id, s.capacity - s.free AS taken, COALESCE(r.seats, 0) + COALESCE(o.pieces, 0) AS known FROM stock s "
             "LEFT JOIN (SELECT variant_id, SUM(seats) AS seats FROM registrations WHERE holds_seats GROUP BY 1) r ON r.variant_id = s.variant_id "
             "LEFT JOIN (SELECT l.variant_id, SUM(l.quantity) - COALESCE(SUM((SELECT SUM(b.quantity) FROM refund_request_lines b JOIN refund_requests r ON r.id = b.request_id AND r.stock_back "
             "JOIN refunds f ON f.request_id = r.id AND f.state = 'ok' WHERE r.order_id = l.order_id AND b.line_no = l.line_no)), 0) AS pieces FROM order_lines l JOIN orders o ON o.id = l.order_id "
             "WHERE o.holds_stock AND l.counted AND (l.product_kind <> 'activity' OR o.state = 'pending') GROUP BY 1) o ON o.variant_id = s.variant_id HAVING taken <> known")
EXPECTED_STATES = ("pending", "confirmed", "paid", "paid_no_stock", "cancelled", "expired")


def line(**more):
    out = dict(kind="product", product_id=1, variant_id=1, product_kind="goods", code="mug/-", name="Muki", detail="sininen", quantity=1,
               unit_cents=1200, vat_code="standard", vat_per_mille=255, vat_reason="", cost_centre="4100", ledger_account="3000",
               withdrawal="goods_14d", begin_now=0, counted=0, delivery_kind="collect", starts_utc=None, ends_utc=None, days_valid=None,
               holder_names=None)
    out.update(more)
    return out


def ticket(**more):
    out = dict(product_kind="ticket", code="concert/1", name="Konsertti", detail="Aikuinen", unit_cents=2250, vat_code="reduced", vat_per_mille=135,
               cost_centre="5200", ledger_account="3010", withdrawal="none_dated_leisure", delivery_kind="email",
               starts_utc=f"{COMING}-01-15 17:00:00", ends_utc=f"{COMING}-01-15 19:00:00")
    out.update(more)
    return line(**out)


def gift_card(**more):
    out = dict(product_kind="gift_card", code="gift/20", name="Lahjakortti", detail="20 €", unit_cents=2000, vat_code="voucher", vat_per_mille=None, vat_reason="Arvoseteli",
               cost_centre="5130", ledger_account="2950", withdrawal="service_14d", delivery_kind="email")
    out.update(more)
    return line(**out)


def buy_card(bed, cents):
    """A gift card as it comes into the world: bought and paid. Its (id, code)."""
    order = Order(bed, [gift_card(unit_cents=cents)])
    order.begin()
    order.pay()
    (card, code), = bed.sql(f"SELECT card_id, code FROM gift_card_codes WHERE order_id = {order.id}")
    return int(card), code


def balance(bed, card):
    return int(bed.one(f"SELECT balance_cents FROM gift_cards WHERE id = {card}"))


def quoted(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def insert(bed, table, row):
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(quoted(v) for v in row.values())});"


def make_stock(bed, variant, capacity, free=None):
    bed.sql(f"""SET FOREIGN_KEY_CHECKS = 0;
      REPLACE INTO variants (id, product_id, code) VALUES ({variant}, {variant}, '-');
      REPLACE INTO stock (variant_id, capacity, free) VALUES ({variant}, {capacity}, {capacity if free is None else free});""")


class Order:
    def __init__(self, bed, lines=None, state="pending", hold_seconds=1800, lang="fi", offset=0, cards=(), **contact):
        self.bed, self.token, self.reference, self.lang = bed, token(), reference(), lang
        self.lines = lines if lines is not None else [line(quantity=2)]
        self.total = sum(x["quantity"] * x["unit_cents"] for x in self.lines)
        self.number = "".join(random.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(9))
        now = time.time() + offset
        stamp = lambda t: time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(t))
        row = dict(number=self.number, token=self.token, idempotency_key=None, content_hash=None, reference=self.reference, lang=lang, state=state,
                   total_cents=self.total, cards_cents=sum(c for _, c in cards), holds_stock=int(any(x["counted"] for x in self.lines) and state in ("pending", "paid")),
                   created_utc=stamp(now), hold_until_utc=stamp(now + hold_seconds), first_name="Aino", last_name="Mäkelä",
                   street_address="Rantatie 1", postal_code="06950", town="Lehtoranta", country="FI", phone="+358401234567",
                   email="aino@example.com", age_confirmed=18, company=None, business_id=None)
        row.update(contact)
        sql = insert(bed, "orders", row).replace("NULL", f"UNHEX('{secrets.token_hex(16)}')", 1).replace("NULL", f"UNHEX('{secrets.token_hex(32)}')", 1)
        sql += "SET @id = LAST_INSERT_ID();"
        for number, fields in enumerate(self.lines, 1):
            fields = dict(fields)
            fields["holder_names"] = json.dumps(fields["holder_names"]) if fields["holder_names"] else None
            sql += insert(bed, "order_lines", {"line_no": number, **fields}).replace("(line_no", "(order_id, line_no", 1).replace("VALUES (", "VALUES (@id, ", 1)
            if fields["counted"] and state == "pending":
                sql += f"UPDATE stock SET free = free - {fields['quantity']} WHERE variant_id = {fields['variant_id']};"
        for card, cents in cards:  # as checkout holds them
            sql += (f"UPDATE gift_cards SET balance_cents = balance_cents - {cents} WHERE id = {card}; INSERT INTO order_gift_cards (order_id, card_id, cents, state) VALUES (@id, {card}, {cents}, 'held');"
                    f"INSERT INTO gift_card_moves (card_id, at_utc, kind, cents, order_id) VALUES ({card}, NOW(3), 'held', -{cents}, @id);")
        self.id = int(bed.sql(sql + "SELECT @id;")[-1][0])

    PATHS = {"fi": ("/fi/maksu/", "/fi/tilaus/", "/fi/maksu/paluu/"), "sv": ("/sv/betalning/", "/sv/bestallning/", "/sv/betalning/retur/"),
             "en": ("/en/payment/", "/en/order/", "/en/payment/return/")}

    def start(self, **more):
        """The payment page's (status, headers, body)."""
        return self.bed.get(self.PATHS[self.lang][0] + self.token, **more)

    def page(self):
        return self.PATHS[self.lang][1] + self.token

    def begin(self):
        """Starts a payment; its stamp."""
        status, headers, body = self.start()
        assert status == 200 and headers.get("Refresh", "").startswith("0; url="), (status, headers, body[-600:])
        return self.last_stamp()

    def last_stamp(self):
        return self.bed.one(f"SELECT stamp FROM payment_attempts WHERE order_id = {self.id} ORDER BY id DESC LIMIT 1")

    def state(self):
        return self.bed.one(f"SELECT state FROM orders WHERE id = {self.id}")

    def attempts(self):
        return self.bed.sql(f"SELECT state, outcome FROM payment_attempts WHERE order_id = {self.id} ORDER BY id")

    def mails(self):
        return [row[0] for row in self.bed.sql(f"SELECT kind FROM outbox WHERE order_id = {self.id} ORDER BY id")]

    def mail(self, kind):
        return json.loads(self.bed.one(f"SELECT data FROM outbox WHERE order_id = {self.id} AND kind = '{kind}'"))

    def receipts(self):
        return int(self.bed.one(f"SELECT COUNT(*) FROM receipts WHERE order_id = {self.id}"))

    def pay(self, status="ok", how="callback", wait=True, **more):
        return self.bed.sandbox("pay", {"stamp": self.last_stamp(), "status": status, "how": how, "wait": wait, **more})

    def callback_url(self, kind="callback"):
        """What the service would call, as path and query."""
        url = self.bed.sandbox("pay", {"stamp": self.last_stamp(), "status": "ok", "how": "redirect"})["redirectUrl"]
        path = url.split("/", 3)[3]
        query = path.split("?", 1)[1]
        stamp = self.last_stamp()
        return (f"/maksu/cb/{stamp}" if kind == "callback" else self.PATHS[self.lang][2] + stamp) + "?" + query


def broken_invariants(bed, ledgers_agree=True):
    """What is wrong in the whole database and was not before, one line each."""
    seen = bed.__dict__.setdefault("seen_broken", set())
    out = [problem for problem in all_broken(bed, ledgers_agree) if problem not in seen]
    seen.update(out)
    return out


def all_broken(bed, ledgers_agree):
    out = []

    def none(sentence, statement):
        for row in bed.sql(statement):
            out.append(sentence + ": " + " ".join(row))

    none("a paid order without exactly one settled attempt of its sum",
         "SELECT o.id FROM orders o LEFT JOIN payment_attempts a ON a.order_id = o.id AND a.outcome = 'settled' AND a.state = 'ok' AND a.received_cents + a.cards_cents = o.total_cents AND a.cards_cents = o.cards_cents "
         "WHERE o.state = 'paid' GROUP BY o.id HAVING COUNT(a.id) <> 1")
    none("a settled attempt whose order is not paid",
         "SELECT a.id FROM payment_attempts a JOIN orders o ON o.id = a.order_id WHERE a.outcome = 'settled' AND o.state <> 'paid'")
    none("an ok attempt without outcome", "SELECT id FROM payment_attempts WHERE (state = 'ok') <> (outcome <> 'none')")
    none("a paid order without exactly one receipt",
         "SELECT o.id FROM orders o LEFT JOIN receipts r ON r.order_id = o.id AND r.refund_id IS NULL GROUP BY o.id, o.state HAVING COUNT(r.id) <> (o.state = 'paid')")
    none("a fulfilled order without exactly one confirmation mail, or one of a buyer without an address with one",
         "SELECT o.id FROM orders o LEFT JOIN outbox m ON m.order_id = o.id AND m.kind = 'order_confirmation' GROUP BY o.id, o.fulfilled_utc, o.email "
         "HAVING COUNT(m.id) <> (o.fulfilled_utc IS NOT NULL AND o.email <> '')")
    none("a paid order that is not fulfilled", "SELECT id FROM orders WHERE state = 'paid' AND fulfilled_utc IS NULL")
    none("debit and credit differ", "SELECT attempt_id FROM ledger_entries GROUP BY attempt_id HAVING SUM(debit_cents) <> SUM(credit_cents)")
    none("the ledger differs from what was received",
         "SELECT a.id FROM payment_attempts a LEFT JOIN ledger_entries l ON l.attempt_id = a.id AND l.refund_id IS NULL WHERE a.state = 'ok' "
         "GROUP BY a.id, a.received_cents HAVING COALESCE(SUM(IF(l.account = '1780', CAST(l.debit_cents AS SIGNED) - CAST(l.credit_cents AS SIGNED), 0)), 0) <> a.received_cents")
    none("ledger entries of an attempt that is not ok", "SELECT l.id FROM ledger_entries l JOIN payment_attempts a ON a.id = l.attempt_id WHERE a.state <> 'ok'")
    none("stock and what is held and sold differ", MISPLACED)
    none("a ticket too many or too few",
         "SELECT l.order_id, l.line_no FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN tickets t ON t.order_id = l.order_id AND t.line_no = l.line_no "
         "WHERE l.product_kind IN ('ticket', 'pass') AND l.delivery_kind = 'email' GROUP BY l.order_id, l.line_no, l.quantity, o.fulfilled_utc "
         "HAVING COUNT(t.id) <> IF(o.fulfilled_utc IS NULL, 0, l.quantity)")
    none("more was paid back than was received",
         "SELECT a.id FROM payment_attempts a JOIN refunds f ON f.attempt_id = a.id AND f.state <> 'failed' GROUP BY a.id, a.received_cents, a.cards_cents "
         "HAVING SUM(f.card_cents) > a.cards_cents OR SUM(f.cents - f.card_cents) > a.received_cents")
    none("a refund's books are not its sum, or it has books though it was not made",
         "SELECT f.id FROM refunds f LEFT JOIN ledger_entries l ON l.refund_id = f.id GROUP BY f.id, f.state, f.cents, f.card_cents "
         "HAVING COALESCE(SUM(l.credit_cents), 0) <> COALESCE(SUM(l.debit_cents), 0) OR COALESCE(SUM(IF(l.account = '1780', l.credit_cents, 0)), 0) <> IF(f.state = 'ok', f.cents - f.card_cents, 0)")
    none("a refund without exactly the credit receipt that it should have",
         "SELECT f.id FROM refunds f JOIN payment_attempts a ON a.id = f.attempt_id LEFT JOIN receipts r ON r.refund_id = f.id "
         "GROUP BY f.id, f.state, f.cents, a.outcome HAVING COUNT(r.id) <> (f.state = 'ok' AND a.outcome = 'settled') OR COALESCE(SUM(r.total_cents), 0) <> IF(COUNT(r.id), -f.cents, 0)")
    none("a receipt's lines do not make its sum", "SELECT r.id FROM receipts r LEFT JOIN receipt_lines l ON l.receipt_id = r.id GROUP BY r.id, r.total_cents HAVING COALESCE(SUM(l.gross_cents), 0) <> r.total_cents")
    none("the days' sums are not their receipts'",
         "SELECT l.day FROM (SELECT x.booked_on AS day, SUM(x.quantity) AS q, SUM(x.gross_cents) AS g, SUM(x.vat_cents) AS v FROM receipt_lines x GROUP BY 1) l "
         "LEFT JOIN (SELECT booked_on AS day, SUM(quantity) AS q, SUM(gross_cents) AS g, SUM(vat_cents) AS v FROM sales_days GROUP BY 1) s ON s.day = l.day WHERE NOT (l.q <=> s.q AND l.g <=> s.g AND l.v <=> s.v)")
    none("the receipts' VAT is not the ledger's",
         "SELECT r.attempt_id, r.vat, l.vat FROM (SELECT x.attempt_id, SUM(y.vat_cents) AS vat FROM receipts x JOIN receipt_lines y ON y.receipt_id = x.id GROUP BY 1) r "
         "LEFT JOIN (SELECT attempt_id, SUM(credit_cents) - SUM(debit_cents) AS vat FROM ledger_entries WHERE account = '2939' GROUP BY 1) l ON l.attempt_id = r.attempt_id WHERE r.vat <> COALESCE(l.vat, 0)")
    none("a refund that failed keeps its tickets", "SELECT f.id FROM refunds f JOIN tickets t ON t.refund_id = f.id WHERE f.state = 'failed'")
    none("a failed or silent refund that nobody is told of",
         "SELECT f.id FROM refunds f LEFT JOIN staff_alerts s ON s.object_id = f.id AND s.kind = IF(f.state = 'failed', 'refund_failed', 'refund_unknown') WHERE f.state IN ('failed', 'unknown') AND s.id IS NULL")
    none("a gift card whose moves are not its balance", "SELECT g.id, g.balance_cents, SUM(m.cents) AS moved FROM gift_cards g LEFT JOIN gift_card_moves m ON m.card_id = g.id GROUP BY g.id, g.balance_cents HAVING NOT (moved <=> g.balance_cents)")
    none("an order whose gift cards are not its part, or stand otherwise than it does",
         "SELECT o.id, o.state FROM orders o LEFT JOIN order_gift_cards c ON c.order_id = o.id GROUP BY o.id, o.state, o.cards_cents HAVING COALESCE(SUM(c.cents), 0) <> o.cards_cents OR SUM(c.state <> CASE o.state WHEN 'pending' THEN 'held' WHEN 'paid' THEN 'spent' ELSE 'given_back' END) > 0")
    none("the accounts of gift cards are not what they owe",
         "SELECT l.owed, c.left_there FROM (SELECT COALESCE(SUM(CAST(credit_cents AS SIGNED) - CAST(debit_cents AS SIGNED)), 0) AS owed FROM ledger_entries WHERE account = '2950') l, "
         "(SELECT COALESCE((SELECT SUM(balance_cents) FROM gift_cards), 0) + COALESCE((SELECT SUM(cents) FROM order_gift_cards WHERE state = 'held'), 0) AS left_there) c WHERE l.owed <> c.left_there")
    none("a gift card too many or too few",
         "SELECT l.order_id, l.line_no FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN gift_cards g ON g.order_id = l.order_id AND g.line_no = l.line_no WHERE l.product_kind = 'gift_card' "
         "GROUP BY l.order_id, l.line_no, l.quantity, o.fulfilled_utc HAVING COUNT(g.id) <> IF(o.fulfilled_utc IS NULL, 0, l.quantity)")
    none("what gift cards paid of receipts is not what they paid of orders",
         "SELECT a.id FROM payment_attempts a JOIN receipts r ON r.attempt_id = a.id AND r.refund_id IS NULL JOIN receipt_lines l ON l.receipt_id = r.id GROUP BY a.id, a.cards_cents HAVING SUM(l.card_cents) <> a.cards_cents")
    none("what goes back to gift cards is not in the credit receipt",
         "SELECT f.id FROM refunds f JOIN receipts r ON r.refund_id = f.id JOIN receipt_lines l ON l.receipt_id = r.id GROUP BY f.id, f.card_cents HAVING SUM(l.card_cents) <> -CAST(f.card_cents AS SIGNED)")
    code, words = bed.check_receipts()
    if code != 0:
        out.append("the receipts' chain: " + words)
    paid_there = {p["transactionId"]: p["amount"] for p in bed.sandbox("ledger")["payments"] if p["status"] == "ok"}
    paid_here = {row[0]: (int(row[1]), row[2]) for row in bed.sql("SELECT transaction_id, received_cents, outcome FROM payment_attempts WHERE state = 'ok' AND received_cents > 0")}
    for transaction in paid_there.keys() ^ paid_here.keys() if ledgers_agree else ():
        out.append("paid at one side only: " + transaction)
    back_there = {p["transactionId"]: sum(r["amount"] for r in p["refunds"] if r["status"] != "fail") for p in bed.sandbox("ledger")["payments"]}
    back_here = {row[0]: (int(row[1]), int(row[2])) for row in bed.sql("SELECT a.transaction_id, SUM(IF(f.state = 'ok' AND f.verdict <> 'outside', f.cents - f.card_cents, 0)), SUM(IF(f.state <> 'failed', f.cents - f.card_cents, 0)) FROM refunds f JOIN payment_attempts a ON a.id = f.attempt_id GROUP BY 1")}
    for transaction, there in back_there.items():
        least, most = back_here.get(transaction, (0, 0))
        if not least <= there <= most:
            out.append(f"paid back {there} there and {least} to {most} here: {transaction}")
    for transaction in paid_there.keys() & paid_here.keys():
        received, outcome = paid_here[transaction]
        if received != paid_there[transaction] and outcome not in ("needs_review", "overpaid"):  # it told us another than it knows
            out.append("another sum than the service's: " + transaction)
    return out
