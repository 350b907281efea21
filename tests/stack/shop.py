"""The whole shop as `deploy/up` starts it, and what must hold of it after every scenario (README.md in tests/: how to add one).

    from shop import Scenario, main
    class LastPiece(Scenario):
        def test_one_of_two_gets_it(self): ...
    main()

Each test ends with the six invariants. The shop is the one that `tests/stack/fixture up` left, or KK_INSTANCE=DIR/instance.json."""
import email
import email.policy
import glob
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "program"))
from database import HasDatabase  # noqa: E402
from payments_bed import wait_until  # noqa: E402
from payments_orders import all_broken  # noqa: E402
from visitor import PERSON, Visitor, over_http  # noqa: E402


class Shop(HasDatabase):
    def __init__(self, instance=None):
        with open(instance or os.environ["KK_INSTANCE"]) as file:
            self.instance = json.load(file)
        self.dir, ports = self.instance["dir"], self.instance["ports"]
        self.port, self.sandbox_port = ports["shop"], ports["sandbox"]
        self.origin = f"http://localhost:{self.port}"

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def answers(self):
        visitor = self.visitor()
        return visitor.get(visitor.paths["details"]).status in (200, 303)

    def check_receipts(self):
        command = [self.path("bin/payments"), "--instance", self.path("etc/instance.toml"), "--check-receipts"]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=kuntakauppa-payments", "--regid=kuntakauppa-payments", "--init-groups", "--"] + command
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    # --- the sandbox's control ---

    def sandbox(self, what, body=None, method=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox_port, timeout=60)
        try:
            connection.request(method or ("GET" if body is None else "POST"), "/_control/" + what, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        assert answer.status in (200, 201), (what, answer.status, text)
        return json.loads(text)

    def pay(self, reference, **more):
        return self.sandbox("pay", {"reference": reference, **more})

    # --- processes ---

    def service(self, *words):
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    def pid(self, service):
        found = subprocess.run(["s6-svstat", "-o", "pid", self.path("supervise", service)], capture_output=True, text=True).stdout.strip()
        return int(found) if found and int(found) > 1 else None

    def kill(self, service, sig=signal.SIGKILL):
        """Kills one service's process; its supervisor starts it again."""
        while True:
            pid = wait_until(lambda: self.pid(service), 10)
            try:
                os.kill(pid, sig)
            except ProcessLookupError:  # it was ending already
                continue
            return pid

    def runs_anew(self, service, killed):
        """Whether its next process has come as far as its program. Until then workers of a killed nginx may answer, and then nobody for a moment."""
        pid = self.pid(service)
        try:
            with open(f"/proc/{pid}/comm") as file:
                return pid != killed and file.read().strip() not in ("run", "env", "chrt", "setpriv")
        except OSError:
            return False

    def stop(self, service):
        self.service("s6-svc", "-d", "-wD", "-T", "30000", self.path("supervise", service))

    def start(self, service):
        self.service("s6-svc", "-u", "-wu", "-T", "30000", self.path("supervise", service))

    def stopped(self, *services):
        """with shop.stopped("db", "checkout"): ..."""
        shop = self

        class Stopped:
            def __enter__(self):
                for service in services:
                    shop.stop(service)

            def __exit__(self, *_):
                for service in reversed(services):
                    shop.start(service)
                if "db" in services:
                    assert wait_until(shop.database_answers), "the database does not come back"
        return Stopped()

    def open_files(self, service):
        return len(os.listdir(f"/proc/{self.pid(service)}/fd"))

    # --- test machinery of the programs: DIR/clock and DIR/fault ---

    def set_clock(self, seconds):
        self._put("clock", str(int(seconds)))

    def set_fault(self, lines):
        """Points, one line each: "settle.before_commit exit"; each is used once, by whichever process comes first."""
        self._put("fault", lines if not lines or lines.endswith("\n") else lines + "\n")

    def faults_left(self):
        try:
            with open(self.path("fault")) as file:
                return file.read().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def _put(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), 0o666)  # every process of this test instance takes lines out of it

    # --- visitors and mails ---

    def visitor(self, lang="fi", host=None):
        return Visitor(over_http(self.port, host), self.origin, lang)

    def product(self, *, kind="goods", free=None):
        """Variant, price group and cents of something on sale that asks for nothing special; with `free` pieces where given."""
        row = self.sql(f"""SELECT v.id, pr.price_group, pr.cents FROM variants v JOIN products p ON p.id = v.product_id JOIN prices pr ON pr.product_id = p.id AND pr.variant_id = 0
            JOIN stock s ON s.variant_id = v.id WHERE p.kind = '{kind}' AND p.state = 'published' AND v.active AND NOT p.holder_name AND pr.cents > 0 AND p.sale_from_utc IS NULL
            AND p.sale_until_utc IS NULL AND s.free > 2 AND (v.starts_utc IS NULL OR v.starts_utc > UTC_TIMESTAMP() + INTERVAL 30 DAY)
            AND NOT EXISTS (SELECT 1 FROM prices o WHERE o.product_id = p.id AND o.variant_id = v.id) ORDER BY p.id, v.id LIMIT 1""")[0]
        if free is not None:
            self.sql(f"UPDATE stock SET capacity = capacity - free + {free}, free = {free} WHERE variant_id = {row[0]}")
        return int(row[0]), row[1], int(row[2])

    def order_row(self, token):
        names = ("id", "number", "reference", "state", "total_cents", "holds_stock")
        return dict(zip(names, self.sql(f"SELECT {', '.join(names)} FROM orders WHERE token = '{token}'")[0]))

    def begin_payment(self, visitor, token):
        """The page that leads to the payment service: its answer."""
        return visitor.get(visitor.paths["pay"] + token)

    def buy(self, variant, group, quantity=1, lang="fi", **pay):
        """A whole purchase; the order's row once the payment service has been told to say `pay`."""
        visitor = self.visitor(lang)
        token = visitor.buy(variant, group, quantity)
        page = self.begin_payment(visitor, token)
        assert page.status == 200, page
        self.pay(self.order_row(token)["reference"], **pay)
        return token

    def settled(self, token, state="paid", seconds=30):
        return wait_until(lambda: self.order_row(token)["state"] == state, seconds)

    def mails(self):
        """Message-ID -> the mails that carry it (the same mail twice is allowed after a crash, with its own id)."""
        out = {}
        for name in glob.glob(self.path("mail", "*.eml")):
            with open(name, "rb") as file:
                mail = email.message_from_binary_file(file, policy=email.policy.default)
            out.setdefault(mail["Message-ID"], []).append(mail)
        return out

    def mails_have_gone(self, seconds=60):
        """Waits for all mails, and moves the clock to when they are due: one whose mailer or database died while it was sent
        waits until the claim lapses, and one that was queued while the clock was ahead waits for that time."""
        clock = 0
        end = time.monotonic() + seconds
        while waiting := self.one("SELECT MAX(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), next_try_utc)) FROM outbox WHERE state IN ('queued', 'sending') HAVING COUNT(*) > 0"):
            if time.monotonic() > end:
                return False
            if int(waiting) >= clock:
                clock = int(waiting) + 1
                self.set_clock(clock)
            time.sleep(0.2)
        return True

    # --- the six invariants ---

    def broken(self):
        out = list(all_broken(self, ledgers_agree=False))
        # Ours and the service's ledger, payment by payment (checks ii and vi).
        ours = {row[0]: (row[1], int(row[2])) for row in self.sql(
            "SELECT transaction_id, state, COALESCE(received_cents, 0) FROM payment_attempts WHERE transaction_id IS NOT NULL")}
        for theirs in self.sandbox("ledger")["payments"]:
            state, cents = ours.get(theirs["transactionId"], ("unknown to us", 0))
            if theirs["status"] == "ok" and (state != "ok" or cents != theirs["amount"]):
                out.append(f"{theirs['transactionId']} is paid with {theirs['amount']} at the service, {state} with {cents} here")
            if theirs["status"] != "ok" and state == "ok":
                out.append(f"{theirs['transactionId']} is {theirs['status']} at the service, ok here")
        for row in self.sql("SELECT variant_id, free, capacity FROM stock WHERE free > capacity"):
            out.append("more free than there are: " + " ".join(row))
        out += self.broken_mails()
        return out

    def broken_mails(self):
        out = []
        for row in self.sql("SELECT id, kind, state, tries FROM outbox WHERE state IN ('queued', 'sending', 'dead')"):
            out.append("a mail that has not gone: " + " ".join(row))
        files, wanted = self.mails(), {}
        for message_id, kind, order in self.sql("SELECT message_id, kind, COALESCE(order_id, 0) FROM outbox WHERE state = 'sent'"):
            wanted[message_id] = (kind, order)
        by_id = {}
        for header, copies in files.items():
            by_id[re.sub(r"[<>]", "", str(header)).split("@")[0]] = copies
        for message_id, (kind, order) in wanted.items():
            if message_id not in by_id:
                out.append(f"{kind} of order {order} is marked as sent and was not: {message_id}")
        for message_id in by_id:
            if message_id not in wanted:
                out.append(f"a mail went that no row knows: {message_id}")
        return out

    def check(self, seconds=45):
        """Waits until all that is under way is done; what is broken then, for ever."""
        end = time.monotonic() + seconds
        while (broken := self.broken()) and time.monotonic() < end:
            time.sleep(0.5)
            if all(problem.startswith("a mail that has not gone") for problem in broken):
                self.mails_have_gone(end - time.monotonic())
        return broken


class Scenario(unittest.TestCase):
    """A test whose shop is left as it was found, and whole: the invariants are checked after each."""
    shop = None

    @classmethod
    def setUpClass(cls):
        Scenario.shop = Scenario.shop or Shop()

    def setUp(self):
        self.shop.set_fault("")
        self.shop.set_clock(0)
        self.shop.sandbox("reset", {"ledger": False})

    def tearDown(self):
        self.shop.set_fault("")
        self.shop.set_clock(0)
        broken = self.shop.check()
        self.assertEqual(broken, [], "the invariants do not hold")


def main():
    unittest.main(verbosity=2)


__all__ = ["PERSON", "Scenario", "Shop", "main", "wait_until"]
