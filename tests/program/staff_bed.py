"""A test bed for the staff's host: opener and backoffice over FastCGI, each asked for its own paths as nginx/*.conf say; people in any
ready group, who got there by the pages' own way."""
import json
import os
import re
import subprocess

from opener_bed import BIN, ORIGIN, OpenerBed, PASSWORD, Person, SANITIZED, TREE, codes_on, secret_on  # noqa: F401 (for the tests)
from visitor import Visitor, over_fastcgi


def paths_of(process):
    with open(f"{TREE}/nginx/{process}.conf", encoding="utf-8") as file:
        return re.compile("|".join(re.findall(r"location ~ (\S+)", file.read())))


def routes_of(bed, process):
    """The process's own table of routes."""
    lines = subprocess.run([f"{BIN}/{process}", "--instance", bed.path("etc/instance.toml"), "--routes"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [{**json.loads(line), "process": process} for line in lines]


def memory(pid):
    """All that a process can write to and has written to: heap, stacks, and what it mapped."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            begin, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if rights.startswith("rw") and "[v" not in line:
                try:
                    mem.seek(int(begin, 16))
                    yield mem.read(int(end, 16) - int(begin, 16))
                except (OSError, ValueError):
                    continue  # guard pages, and keys that libsodium has put out of reach


def left_in_memory(pid, secrets):
    """Those of `secrets` of which ten letters in a row lie in the process's memory: what was freed loses its beginning to the allocator."""
    held = b"".join(memory(pid))
    return [secret for secret in secrets if any(secret[i:i + 10].encode() in held for i in range(max(1, len(secret) - 9)))]


def one_bit(column, at):
    """SQL: the column with one bit of its byte `at` turned. A byte put in its place would be the same one time in 256."""
    return f"CONCAT(LEFT({column}, {at - 1}), CHAR(ORD(SUBSTR({column}, {at}, 1)) ^ 1), SUBSTR({column}, {at + 1}))"


class StaffBed(OpenerBed):
    processes = ("opener", "backoffice")

    def __init__(self, threads=4):
        super().__init__(threads)
        os.makedirs(self.path("anchor"))
        self.start_anchor()

    def start_anchor(self):
        self._spawn("anchor", [f"{BIN}/anchor", "--instance", self.path("etc/instance.toml")])

    def browser(self, lang="fi", address="192.0.2.7"):
        table = [(paths_of(name), over_fastcgi(self.path(f"run/{name}.sock"), address)) for name in self.processes]

        def send(method, path, headers, body):
            for pattern, to in table:
                if pattern.match(path.split("?")[0]):
                    return to(method, path, headers, body)
            raise AssertionError(f"no process for {path}")
        return Visitor(send, ORIGIN, lang)

    def member(self, group, login=None, scope=("shop", ""), approved=True):
        """Somebody who can log in and is in the group alone; with the responsible person's approval."""
        person = self.person(login or group.replace("_", "-"))
        self.sql(f"UPDATE staff_memberships SET ended_utc = UTC_TIMESTAMP(3) WHERE staff_id = (SELECT id FROM staff WHERE login = '{person.login}')")
        if group:
            self.put_in(person, group, scope, approved)
        return person

    def put_in(self, person, group, scope=("shop", ""), approved=True):
        self.sql(f"INSERT INTO staff_memberships (staff_id, group_id, scope_kind, scope_id, given_utc) SELECT s.id, g.id, '{scope[0]}', '{scope[1]}', UTC_TIMESTAMP(3) "
                 f"FROM staff s, staff_groups g WHERE s.login = '{person.login}' AND g.code = '{group}'")
        for register in ("shop", "recordings") if approved else ():
            self.sql(f"INSERT INTO staff_register_approvals (membership_id, register_name, approved_by, approved_utc, ends_utc) "
                     f"SELECT MAX(id), '{register}', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 YEAR FROM staff_memberships")

    def here(self, person, lang="fi", address="192.0.2.7"):
        """A browser in which the person has just logged in."""
        browser = self.browser(lang, address)
        done = self.log_in(person, browser)
        assert done.status == 303, done
        return browser

    def dump_all(self):
        """All that both databases hold, as bytes."""
        return subprocess.run(["mariadb-dump", "--no-defaults", f"--socket={self.path('run/db.sock')}", f"--user={self.user}", "--hex-blob", "--databases", "kuntakauppa", "kuntakauppa_keys"],
                              capture_output=True, check=True).stdout

    def id_of(self, person):
        return self.one(f"SELECT id FROM staff WHERE login = '{person.login}'")
