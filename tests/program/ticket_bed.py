"""A test bed for tickets at the door: the staff's host with two units, some products, and tickets as they are sold."""
import json
import secrets

from opener_bed import ORIGIN
from staff_bed import StaffBed
from visitor import over_fastcgi

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SWIM, PASS, TEN, CONCERT = 1, 2, 3, 4
NOW = "UTC_TIMESTAMP(3)"
DESK = "/fi/lipputarkastus"


def new_code():
    return secrets.choice("01234567") + "".join(secrets.choice(ALPHABET) for _ in range(25))


class TicketBed(StaffBed):
    def __init__(self, threads=8):
        super().__init__(threads)
        names = lambda word: f"'{word}', '{word}', '{word}'"
        self.sql(f"INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('sports', 'Liikunta', 'Idrott', 'Sports'), ('culture', 'Kulttuuri', 'Kultur', 'Culture');"
                 f"INSERT INTO categories (code, parent_code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('leisure', NULL, 'sports', {names('Vapaa')}, 'vapaa', 'fritid', 'leisure'), "
                 f"('swimming', 'leisure', 'sports', {names('Uinti')}, 'uinti', 'simning', 'swimming'), ('concerts', NULL, 'culture', {names('Konsertit')}, 'konsertit', 'konserter', 'concerts');"
                 "INSERT INTO price_groups (code, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES ('everyone', 'Kaikki', 'Alla', 'Everyone', 0, '', '', ''), "
                 "('student', 'Opiskelija', 'Studerande', 'Student', 1, 'Opiskelijakortti', 'Studiekort', 'Student card')")
        for product, kind, unit, category, name in ((SWIM, "ticket", "sports", "swimming", "Iltauinti"), (PASS, "pass", "sports", "swimming", "Vuosikortti"),
                                                    (TEN, "pass", "sports", "swimming", "Kymppikortti"), (CONCERT, "ticket", "culture", "concerts", "Konsertti")):
            self.sql(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) "
                     f"VALUES ({product}, 'p{product}', '{kind}', '{category}', '{unit}', 'reduced', 'none_dated_leisure', '1', '1', 9, 'published', {NOW});"
                     f"INSERT INTO product_texts VALUES ({product}, 'fi', 'p{product}', '{name}', '', ''); INSERT INTO variants (id, product_id, code) VALUES ({product}, {product}, '-')")

    def ticket(self, product=SWIM, uses_max=1, **columns):
        code = new_code()
        row = {"code": f"'{code}'", "line_no": 1, "unit_no": 1, "product_id": product, "variant_id": product, "issued_utc": NOW, "uses_max": "NULL" if uses_max is None else uses_max, **columns}
        self.sql(f"INSERT INTO tickets ({', '.join(row)}) VALUES ({', '.join(map(str, row.values()))})")
        return code

    def uses(self, code):
        """The ticket's counter, and how many uses stand: they are to be equal."""
        counted, standing = self.sql(f"SELECT t.uses, (SELECT COUNT(*) FROM ticket_uses u WHERE u.ticket_id = t.id AND u.no IS NOT NULL AND u.undone_utc IS NULL) FROM tickets t WHERE t.code = '{code}'")[0]
        assert counted == standing, (counted, standing)
        return int(counted)

    def last_log(self, count=1):
        return self.sql(f"SELECT what, object_kind, result FROM use_log ORDER BY month DESC, seq DESC LIMIT {count}")

    # The desk's form, as a browser sends it; `key`: of a form sent before.
    def check(self, browser, code, act="use", place="Pääovi", key=None, path=DESK):
        fields = [form for form in browser.get(path).forms() if form["action"] == path][-1]["fields"]
        return browser.post(path, {**fields, "code": code, "place": place, "act": act, **({"key": key} if key else {})})

    # A gate, as its maker would write it.
    def gate(self, token, what, body, headers=None):
        """(status, what the JSON says)."""
        send = over_fastcgi(self.path("run/backoffice.sock"), "192.0.2.99")
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", "Host": ORIGIN.removeprefix("http://"), **({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        status, lines, text = send("POST", f"/api/gate/{what}", given, data)
        assert dict(lines)["Content-Type"] == "application/json", (status, lines, text)
        return status, json.loads(text)
