"""A test bed for opener: the real program over FastCGI on a MariaDB of its own with the real grants, people made by deploy/staff,
one-time codes by oathtool."""
import os
import re
import secrets
import socket
import subprocess
import tempfile
import time

from payments_bed import BIN, TREE, Bed, wait_until
from visitor import Visitor, over_fastcgi

ORIGIN = "http://staff.localhost:1"
LOGIN = {"fi": "/fi/kirjaudu", "sv": "/sv/logga-in", "en": "/en/login"}
DESK = {"fi": "/fi/tyopoyta", "sv": "/sv/arbetsbord", "en": "/en/desk"}
ACCOUNT = {"fi": "/fi/oma-tili", "sv": "/sv/mitt-konto", "en": "/en/account"}
PASSWORD = "sininen ovi aukeaa hitaasti"


# Sanitizers keep what is freed, to find its use, and take memory of their own.
SANITIZED = os.path.basename(os.path.dirname(BIN)).startswith(("asan", "tsan"))


class Person:
    """Somebody with an account that is set up."""

    def __init__(self, login, secret):
        self.login, self.secret, self.password = login, secret, PASSWORD


class OpenerBed(Bed):
    def __init__(self, threads=4):
        self.dir = tempfile.mkdtemp(prefix="kk-op-")
        self.threads, self.offset = threads, 0
        self.shop_port, self.sandbox_port, self.children, self.gateway = 1, 1, {}, None
        self._folders()
        os.makedirs(self.path("opener"))
        os.makedirs(self.path("secrets/opener"), exist_ok=True)
        with open(self.path("secrets/opener/pepper"), "wb") as file:
            file.write(secrets.token_bytes(32))
        os.chmod(self.path("secrets/opener/pepper"), 0o400)
        self.start_database()
        self._fill()
        self.later(0)
        self.listeners = {}
        for name in self.processes:
            self.start(name)

    processes = ("opener",)

    def start_opener(self):
        self.start("opener")

    def start(self, name, settings="etc/instance.toml"):
        if name not in self.listeners:
            self.listeners[name] = socket.socket(socket.AF_UNIX)
            self.listeners[name].bind(self.path(f"run/{name}.sock"))
            self.listeners[name].listen(128)
        before = len(self.log(name)) if os.path.exists(self.path("log", name)) else 0
        self._spawn(name, [f"{BIN}/{name}", "--instance", self.path(settings), "--threads", str(self.threads)], stdin=self.listeners[name])
        wait_until(lambda: "serving" in self.log(name)[before:] or self.children[name].poll() is not None)

    def count(self, table):
        return int(self.one(f"SELECT COUNT(*) FROM {table}"))

    def dump(self):
        """All that the staff's tables hold, as bytes."""
        tables = [row[0] for row in self.sql("SHOW TABLES") if row[0].startswith(("staff", "login"))]
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.dir}/run/db.sock", f"--user={self.user}", "--raw", "kuntakauppa",
                               "-e", "; ".join(f"SELECT * FROM {table}" for table in tables)], capture_output=True, check=True).stdout

    def as_opener(self, statement):
        return self.as_process("opener", statement)

    def as_process(self, process, statement):
        """What the database says to a process's account; empty: it was done."""
        with open(self.path(f"secrets/{process}/db-password")) as file:
            password = file.read()
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.dir}/run/db.sock", f"--user=kuntakauppa-{process}", f"--password={password}", "kuntakauppa"],
                              input=statement, capture_output=True, text=True).stderr

    def reset(self):
        self.sql("DELETE FROM staff; DELETE FROM login_guards")
        self.later(0)

    def later(self, seconds):
        """So much later than at the reset, when a code's half minute has just begun: no test meets its end by chance."""
        if seconds == 0:
            self.at_reset = (1 - int(time.time())) % 30
        self.offset = self.at_reset + seconds
        with open(self.path("clock"), "w") as file:
            file.write(str(self.offset))

    def browser(self, lang="fi", address="192.0.2.7"):
        return Visitor(over_fastcgi(self.path("run/opener.sock"), address), ORIGIN, lang)

    def staff(self, *words, check=True):
        """deploy/staff, as the database's administrator."""
        return subprocess.run([f"{TREE}/deploy/staff", "--database", self.path("run/db.sock"), "--url", ORIGIN, *words], capture_output=True, text=True, check=check)

    def invite(self, login="liisa", lang="fi"):
        """The path of a new enrolment link."""
        done = self.staff("add", login, "--name", "Liisa Åkerman", "--email", f"{login}@example.com", "--lang", lang)
        return done.stdout.strip().removeprefix(ORIGIN)

    def code(self, secret, steps=0):
        """What the person's app shows, `steps` half minutes from now. At the end of a half minute it waits for the next, as people do."""
        left = 30 - (time.time() + self.offset) % 30
        if left < 3:
            time.sleep(left)
        now = int(time.time()) + self.offset + 30 * steps
        return subprocess.run(["oathtool", "--totp", "-b", secret, "--now", f"@{now}"], capture_output=True, text=True, check=True).stdout.strip()

    def person(self, login="liisa", lang="fi"):
        link, browser = self.invite(login, lang), self.browser(lang)
        page = browser.get(link)
        done = self.enrol(browser, link, page)
        assert self.is_enrolled(done), done
        return Person(login, secret_on(page))

    def enrol(self, browser, link, page):
        # The code of the step before: so the present one is still unused when the test logs in.
        return browser.post(link, {**page.form(link)["fields"], "password": PASSWORD, "again": PASSWORD, "code": self.code(secret_on(page), -1)})

    @staticmethod
    def is_enrolled(answer):
        return answer.status == 200 and len(codes_on(answer)) == 10

    def log_in(self, person, browser=None, code=None, **changed):
        browser = browser or self.browser()
        path = LOGIN[browser.lang]
        fields = browser.get(path).form(path)["fields"]
        return browser.post(path, {**fields, "login": person.login, "password": person.password, "code": code or self.code(person.secret), **changed})


def codes_on(page):
    return re.findall(r"<li><code>([0-9A-Z ]+)</code>", page.text)


def secret_on(page):
    return re.search(r'class="secret"><code>([A-Z2-7 ]+)<', page.text).group(1).replace(" ", "")
