"""A test bed for sign-ups: registrations, checkout and the staff's processes over FastCGI, the keys of two units' groups made and signed by the pages'
own way, and two activities: a free day camp with health questions and a paid swimming school."""
import os
import re
import secrets
import socket
import subprocess
import time
import urllib.parse

from opener_bed import BIN, TREE
from payments_bed import COMING, free_port, wait_until
from payments_orders import MISPLACED
from staff_bed import StaffBed
from visitor import Visitor, over_fastcgi

CAMP, SWIM, OTHER, ADULTS = 1, 2, 3, 4  # sessions: of sports (free), of sports (paid), of the library (free), of sports (adults, paid)
CLASSES = ("health", "child", "contact")
KEYS = "/fi/avaimet"
PAGES = {"fi": ("/fi/ilmoittaudu", "/fi/ilmoittautuminen/", "/peru"), "sv": ("/sv/anmal", "/sv/anmalan/", "/annullera"), "en": ("/en/sign-up", "/en/registration/", "/cancel")}
PROCESSES = {"registrations": re.compile(r"^/(?:fi/ilmoittau|sv/anmal|en/(?:sign-up|registration))"), "checkout": re.compile(r"^/(?:fi/(?:ostoskori|kassa|tilau)|sv/(?:varukorg|kassan|best|mina)|en/(?:cart|checkout|order|my))"),
             "payments": re.compile(r"^/(?:fi/maksu|sv/betalning|en/payment)")}


def catalogue_sql():
    out = ["SET FOREIGN_KEY_CHECKS = 0;",
           "INSERT INTO units (code, name_fi, name_sv, name_en) VALUES ('sports', 'Liikunta', 'Idrott', 'Sports'), ('library', 'Kirjasto', 'Bibliotek', 'Library');",
           "INSERT INTO categories (code, unit_code, name_fi, name_sv, name_en, slug_fi, slug_sv, slug_en) VALUES ('all', 'sports', 'Kaikki', 'Allt', 'All', 'kaikki', 'allt', 'all');",
           "INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES ('everyone', 0, 'Kaikki', 'Alla', 'Everyone', 0, '', '', ''), "
           "('child', 1, 'Lapsi', 'Barn', 'Child', 0, '', '', ''), ('sibling', 2, 'Sisarus', 'Syskon', 'Sibling', 0, '', '', '');",
           "INSERT INTO delivery_ways (code, kind, cents, vat_code, name_fi, name_sv, name_en) VALUES ('none', 'none', 0, NULL, 'Ei toimitusta', 'Ingen', 'None'), ('collect', 'collect', 0, NULL, 'Nouto', 'Avhämtning', 'Collect');",
           "INSERT INTO postal_codes VALUES ('00100', 'Helsinki', 'Helsingfors');", "INSERT INTO forms (code) VALUES ('camp'), ('adult');"]
    questions = [("diet", "participant", "many_of", "health", 0, "Ruoka"), ("health-words", "participant", "long_text", "health", 0, "Mitä muuta"), ("swims", "participant", "one_of", "child", 1, "Uintitaito"),
                 ("before", "participant", "short_text", "plain", 0, "Aiemmin"), ("walks-home", "guardian", "yes_no", "child", 1, "Saako lähteä yksin"), ("hours", "contact", "short_text", "contact", 0, "Milloin tavoittaa")]
    for i, (code, of, kind, data_class, required, label) in enumerate(questions):
        for form in ("camp", "adult"):
            if form == "camp" or of == "participant":
                out.append(f"INSERT INTO form_questions (form_code, code, sort_order, of_whom, type, class, required, label_fi, label_sv, label_en) VALUES ('{form}', '{code}', {i}, '{of}', '{kind}', '{data_class}', {required}, '{label}', '{label} sv', '{label} en');")
                for n, choice in enumerate({"diet": ("gluten", "nuts"), "swims": ("no", "yes")}.get(code, ())):
                    out.append(f"INSERT INTO form_choices VALUES ('{form}', '{code}', '{choice}', {n}, '{choice} fi', '{choice} sv', '{choice} en');")

    # What is to come lies far off, but a child who is old enough for it must be born already: ages are counted on a day that may pass.
    def activity(variant, unit, prices, seats, form="camp", ages="7, 12, '2027-06-07'", waiting=5, kind="camp"):
        out.append(f"INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES "
                   f"({variant}, 'a{variant}', 'activity', 'all', '{unit}', 'reduced', 'none_dated_leisure', '4100', '3000', 20, 'published', '2026-01-01');")
        for lang in ("fi", "sv", "en"):
            out.append(f"INSERT INTO product_texts VALUES ({variant}, '{lang}', 'a{variant}-{lang}', 'Leiri {variant} {lang}', '', '');")
        out.append(f"INSERT INTO variants (id, product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) VALUES ({variant}, {variant}, 'week-24', 'Viikko 24', 'Vecka 24', 'Week 24', '{COMING}-06-07 06:00:00', '{COMING}-06-11 13:00:00');")
        out.append(f"INSERT INTO stock VALUES ({variant}, {seats}, {seats}); INSERT INTO activities VALUES ({variant}, '{kind}', '{form}'); INSERT INTO product_deliveries VALUES ({variant}, 'none');")
        out.extend(f"INSERT INTO prices VALUES ({variant}, 0, '{group}', {cents});" for group, cents in prices.items())
        out.append(f"INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, age_min, age_max, age_on, waiting_places, minimum, signup_from_utc, signup_until_utc, cancel_until_utc) VALUES "
                   f"({variant}, 'Rantala', 'Strand', 'Shore', 'Rantatie 1', {ages}, {waiting}, 4, '2026-01-01 06:00:00', '{COMING}-06-01 21:00:00', '{COMING}-05-24 21:00:00');")
        for day in range(7, 12):
            out.append(f"INSERT INTO activity_meetings VALUES ({variant}, '{COMING}-06-{day:02} 06:00:00', '{COMING}-06-{day:02} 13:00:00');")

    activity(CAMP, "sports", {"everyone": 0}, 10)
    activity(SWIM, "sports", {"child": 6500, "sibling": 5000}, 6, kind="swimming_school")
    activity(OTHER, "library", {"everyone": 0}, 10)
    activity(ADULTS, "sports", {"everyone": 4000}, 10, form="adult", ages="18, NULL, '2027-06-07'", kind="course")
    return "\n".join(out)


class SignupBed(StaffBed):
    def __init__(self, threads=4):
        super().__init__(threads)
        for name in ("form-key", "cart-key"):
            key = secrets.token_bytes(32)
            for process in ("registrations", "checkout"):
                self.secret(process, name, key)
        for name in PROCESSES:
            self.start(name)
        self.start_sandbox()
        self._start_gateway()
        self.make_keys()

    def secret(self, process, name, key):
        path = self.path("secrets", process, name)
        with open(path, "wb") as file:
            file.write(key)
        os.chmod(path, 0o400)

    def _folders(self):
        self.shop_port, self.sandbox_port = free_port(), free_port()
        super()._folders()
        for name in PROCESSES:
            os.makedirs(self.path("secrets", name), exist_ok=True)

    def _fill(self):
        super()._fill()
        os.makedirs(self.path("etc/keys"))
        os.makedirs(self.path("offline"))
        self.keys("ceremony", "--out", self.path("offline"))
        self.sql(catalogue_sql())

    def keys(self, *words):
        subprocess.run([f"{TREE}/deploy/keys", "--bin", f"{BIN}/keys", "--keys", self.path("etc/keys"), "--database", self.path("run/db.sock"), *words], check=True, capture_output=True)

    def make_keys(self):
        """Two administrators, two instructors of sports and two of the library, who hold their unit's keys of all three classes."""
        self.chiefs = [self.person("one"), self.person("two")]
        self.instructors = {login: self.member("instructor", login, ("unit", unit)) for login, unit in (("anna", "sports"), ("bertil", "sports"), ("cecilia", "library"), ("daavid", "library"))}
        for chief in self.chiefs:
            self.keys("certify", chief.login, "--directory", self.path("offline/directory.secret"))
        self.chiefs_here = here = [self.here(chief) for chief in self.chiefs]
        self.sign_people()
        for unit, members in (("sports", ("anna", "bertil")), ("library", ("cecilia", "daavid"))):
            for data_class in CLASSES:
                self.act(here[0], "ryhma", [("group", f"unit:{unit}"), ("class", data_class), *(("member", self.id_of(self.instructors[one])) for one in members)])
        pattern = r'name="group" value="([^"]+)"><input type="hidden" name="class" value="([^"]+)"><input type="hidden" name="epoch" value="(\d+)"><input type="hidden" name="fingerprint" value="([^"]+)"'
        while (found := re.search(pattern, here[1].get(KEYS).text)) is not None:
            self.act(here[1], "allekirjoita", list(zip(("group", "class", "epoch", "fingerprint"), found.groups())))

    def join(self, member, login, unit):
        """The person gets the unit's keys: their key signed, joining asked for by one and done by a member who is here."""
        self.sign_people()
        number = self.one(f"SELECT id FROM staff WHERE login = '{login}'")
        for data_class in CLASSES:
            self.act(self.chiefs_here[0], "pyyda", [("group", f"unit:{unit}"), ("class", data_class), ("person", number)])
            self.act(member, "liita", [("request", self.one("SELECT MAX(id) FROM key_requests"))])

    def sign_people(self):
        for browser in self.chiefs_here:
            while (found := re.search(r'name="person" value="(\d+)"><input type="hidden" name="fingerprint" value="([^"]+)"', browser.get(KEYS).text)) is not None:
                self.act(browser, "allekirjoita", [("person", found.group(1)), ("fingerprint", found.group(2))])

    def act(self, browser, name, fields):
        token = browser.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        done = browser.post(f"{KEYS}/{name}", urllib.parse.urlencode([("form", token), *fields]).encode())
        assert done.status == 200, (name, fields, done.status)
        return done

    def new_season(self):
        """Nobody has signed up, all seats are free."""
        self.sql(f"DELETE FROM registrations; DELETE FROM payment_events; DELETE FROM ledger_entries; DELETE FROM receipt_buyers; DELETE FROM receipts; DELETE FROM refunds; DELETE FROM refund_guards; DELETE FROM payment_attempts; DELETE FROM refund_request_lines; DELETE FROM refund_requests; DELETE FROM orders; DELETE FROM outbox; DELETE FROM staff_alerts; DELETE FROM mail_guards; DELETE FROM session_staff; DELETE FROM kuntakauppa_keys.data_keys; UPDATE stock SET free = 0, capacity = IF(variant_id = {SWIM}, 6, 10); UPDATE stock SET free = capacity; "
                 "UPDATE activity_sessions SET state = 'open'")
        self.later(0)

    def family(self, lang="fi"):
        table = [(pattern, over_fastcgi(self.path(f"run/{name}.sock"))) for name, pattern in PROCESSES.items()]

        def send(method, path, headers, body):
            for pattern, to in table:
                if pattern.match(path.split("?")[0]):
                    return to(method, path, headers, body)
            raise AssertionError(f"no process for {path}")
        return Visitor(send, f"http://localhost:{self.shop_port}", lang)

    def enter(self, visitor, session=CAMP, seats=1):
        """From the activity's page: the answer, which leads to the form when the seats are held."""
        return visitor.post(PAGES[visitor.lang][0], {"session": session, "seats": seats})

    def move(self, session, days):
        """The session's five meetings begin so many days from now; its sign-up is open until then."""
        first = f"(UTC_TIMESTAMP() + INTERVAL {self.offset} SECOND + INTERVAL {int(days * 86400)} SECOND)"
        self.sql(f"UPDATE variants SET starts_utc = {first}, ends_utc = {first} + INTERVAL 4 DAY + INTERVAL 6 HOUR WHERE id = {session}; DELETE FROM activity_meetings WHERE variant_id = {session};"
                 + "".join(f"INSERT INTO activity_meetings SELECT id, starts_utc + INTERVAL {n} DAY, starts_utc + INTERVAL {n} DAY + INTERVAL 6 HOUR FROM variants WHERE id = {session};" for n in range(5))
                 + f"UPDATE activity_sessions SET age_min = 7, age_max = 12, age_on = '2026-11-28' WHERE variant_id = {session}")

    def hold(self, login, session):
        self.sql(f"INSERT INTO session_staff (variant_id, staff_id, given_by, given_utc) SELECT {session}, id, 1, UTC_TIMESTAMP(3) FROM staff WHERE login = '{login}'")

    def sign_up(self, visitor, session=CAMP, seats=1, **changed):
        """A family signed up free of charge: the path of its page."""
        held = self.enter(visitor, session, seats)
        assert held.status == 303, held
        page = visitor.get(held.location)
        done = visitor.post(held.location, {**page.form(held.location)["fields"], **answers(seats, **changed)})
        assert done.status == 303, re.findall(r'-wrong">([^<]*)<', done.text)
        return held.location

    def order(self, visitor):
        """From the cart to the order: its token."""
        visitor.fill_details()
        done = visitor.post(visitor.paths["order"], visitor.review())
        assert done.status == 303 and visitor.paths["pay"] in done.location, done
        return done.location.rsplit("/", 1)[1]

    def pay(self, visitor, token, status="ok"):
        page = visitor.get(visitor.paths["pay"] + token)
        assert page.status == 200, page
        stamp = self.one(f"SELECT a.stamp FROM payment_attempts a JOIN orders o ON o.id = a.order_id WHERE o.token = '{token}' ORDER BY a.id DESC LIMIT 1")
        self.sandbox("pay", {"stamp": stamp, "status": status, "how": "callback", "wait": True, "provider": "osuuspankki"})

    def sweep(self):
        """One pass of the sweep, whatever it is."""
        self.start_sweep()
        wait_until(lambda: self.one("SELECT COUNT(*) FROM registrations WHERE state IN ('held', 'filled') AND hold_until_utc <= UTC_TIMESTAMP(3) + INTERVAL " + str(self.offset) + " SECOND") == "0", 30)
        time.sleep(0.3)
        self.stop("sweep")

    def misplaced(self):
        """Sessions whose free seats are not what is held and sold: what must hold after every scenario."""
        return self.sql(MISPLACED)

    def free(self, session=CAMP):
        return int(self.one(f"SELECT free FROM stock WHERE variant_id = {session}"))


def answers(seats=1, health=True, group=None, **changed):
    """A family's form, filled in; all of it can be told apart from anything else."""
    out = {"adult_name": "Helena Huoltaja", "adult_phone": "040 123 4567", "email": "helena@example.com", "f_q_walks-home": "no", "f_q_hours": "klo 8-16 (kanarialintu-yhteys)"}
    for n in range(1, seats + 1):
        out |= {f"p{n}_first_name": "Kanariina", f"p{n}_last_name": "Lintunen", f"p{n}_birth": "31.5.2018", f"p{n}_q_swims": "yes", f"p{n}_q_before": "viime kesänä"}
        if group:
            out[f"p{n}_group"] = group
        if health:
            out |= {f"p{n}_q_diet_nuts": "1", f"p{n}_q_health-words": "kanarialintu-terveys", f"p{n}_consent": "1"}
    return out | changed


SEALED_WORDS = ("Helena Huoltaja", "+358401234567", "Kanariina", "Lintunen", "2018-05-31", "kanarialintu", "walks-home", "swims", "diet", "nuts")
