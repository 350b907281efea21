#!/usr/bin/python3
"""Goal: the sample city's people are there in one command, each in one ready group, and log in through nginx to exactly their duties."""
import hashlib
import http.client
import importlib.machinery
import importlib.util
import json
import os
import stat
import subprocess
import time
import urllib.parse

from shop import Scenario, main

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DUTIES = {"administrator": {"henkilot", "ryhmat", "yllapito"}, "cashier": {"lipputarkastus"}, "auditor": {"henkilot", "ryhmat", "kayttoloki"}, "register_responsible": {"hyvaksynnat"}, "vendor": set(),
          "instructor": {"osallistujat"}, "activity_supervisor": {"osallistujat", "kurssit"}, "shop_manager": {"henkilot", "ryhmat", "yllapito", "kurssit", "lipputarkastus", "portit"}}
ALL = {"henkilot", "ryhmat", "hyvaksynnat", "yllapito", "kayttoloki", "osallistujat", "kurssit", "lipputarkastus", "portit"}


def demo_staff():
    """deploy/demo-staff as a module: its browser and its codes."""
    loader = importlib.machinery.SourceFileLoader("demo_staff", f"{TREE}/deploy/demo-staff")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("demo_staff", loader))
    loader.exec_module(module)
    return module


class Staff(Scenario):
    def test_one_in_each_ready_group_logs_in_to_their_duties(self):
        with open(f"{self.shop.dir}/instance.json", encoding="utf-8") as file:
            staff = json.load(file)["staff"]
        for _ in range(2):
            done = subprocess.run([f"{TREE}/deploy/demo-staff", self.shop.dir], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        path = f"{self.shop.dir}/demo-staff.json"
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="utf-8") as file:
            people = json.load(file)
        groups = {row[0] for row in self.shop.sql("SELECT code FROM staff_groups WHERE is_ready")}
        self.assertEqual({person["group"] for person in people}, groups)
        self.assertEqual(self.shop.one("SELECT COUNT(*) FROM staff_passwords"), str(len(people)))
        self.keys_from_a_terminal({person["login"]: person for person in people}, staff)
        demo = demo_staff()
        time.sleep(31 - time.time() % 30)  # the codes of this half minute are used up
        for person in people:
            if person["group"] in DUTIES:
                desk = demo.log_in(staff, person).ask("GET", "/fi/tyopoyta")[1]
                self.assertEqual({duty for duty in ALL if f'href="/fi/{duty}"' in desk}, DUTIES[person["group"]], person["login"])


    def test_a_gate_asks_through_nginx_and_is_answered_in_json_whatever_happens(self):
        with open(f"{self.shop.dir}/instance.json", encoding="utf-8") as file:
            staff = urllib.parse.urlsplit(json.load(file)["staff"])
        token = "0123456789abcdefghjkmnpqrs"
        self.shop.sql(f"INSERT INTO ticket_gates (name, unit_code, token_hash, made_utc) SELECT 'Portti', code, UNHEX('{hashlib.sha256(b'gate.1 ' + token.encode()).hexdigest()}'), UTC_TIMESTAMP(3) FROM units LIMIT 1")

        def ask(body, method="POST", path="/api/gate/check", **headers):
            connection = http.client.HTTPConnection("127.0.0.1", staff.port, timeout=30)
            connection.request(method, path, body=body, headers={"Host": staff.netloc, "Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, answer, text
        status, answer, text = ask('{"code": "?"}', Authorization=f"Bearer {token}")
        self.assertEqual((status, json.loads(text)["verdict"], answer.getheader("Cache-Control")), (200, "unknown", "no-store"))
        self.assertEqual(ask('{"code": "?"}')[0], 401)
        for status, answer, text in (ask("x" * 70000, Authorization=f"Bearer {token}"),):
            self.assertEqual((status, json.loads(text), answer.getheader("Content-Type")), (413, {"error": "too_large"}, "application/json"))
        self.assertEqual(ask(None, "GET", Authorization=f"Bearer {token}")[0], 405)
        refused = next((found for found in (ask("{}", Authorization="Bearer somebody-who-never-stops") for _ in range(1000)) if found[0] == 429), None)
        self.assertTrue(refused, "above the rate")
        self.assertEqual((json.loads(refused[2]), refused[1].getheader("Retry-After")), ({"error": "too_many"}, "10"))
        self.assertEqual(ask('{"code": "?"}', Authorization=f"Bearer {token}")[0], 200, "of one token alone")

    def keys_from_a_terminal(self, people, staff):
        """deploy/keys does by its words what the page Keys does, with two people for each change and the same refusals."""
        demo = demo_staff()

        def keys(login, *words, more="", ok=True):
            self.shop.sql("UPDATE staff_totp SET last_step = 0")  # no half minute of waiting between two logins
            person = people[login]
            done = subprocess.run([f"{TREE}/deploy/keys", "--dir", self.shop.dir, *words], input=f"{login}\n{person['password']}\n{demo.code(person['totp_secret'])}\n{more}", capture_output=True, text=True)
            self.assertEqual(done.returncode == 0, ok, (words, done.stdout, done.stderr))
            return done.stdout + done.stderr
        unit = self.shop.one("SELECT scope_id FROM staff_memberships m JOIN staff s ON s.id = m.staff_id WHERE s.login = 'ossi.ohjaaja'")
        group = (f"unit:{unit}", "recording")
        one = {login: self.shop.one(f"SELECT id FROM staff WHERE login = '{login}'") for login in people}
        self.assertIn("health details", keys("bertil.admin", "status"))
        self.assertEqual(self.shop.sql("SELECT group_name, class, COUNT(*) FROM key_wraps WHERE epoch = 1 GROUP BY group_name, class ORDER BY group_name, class"),
                         [[f"unit:{name}", data_class, held] for name, held in (("culture", "3"), ("library", "3"), ("sports", "4")) for data_class in "123"],
                         "two instructors, the supervisor of sports, and recovery hold each class of their unit")
        chief = demo.log_in(staff, people["anna.admin"])
        form = chief.form("/en/keys", "/en/keys/group")
        chief.ask("POST", "/en/keys/group", [*(form["fields"] | {"group": group[0], "class": group[1]}).items(), ("member", one["ossi.ohjaaja"]), ("member", one["satu.shop"])])
        self.assertIn("Members: ", keys("bertil.admin", "status"))
        self.assertIn("nothing waits", keys("bertil.admin", "sign", more="no\n"))
        self.assertIn("signed", keys("bertil.admin", "sign", more="yes\n"))
        self.assertIn("nobody waits", keys("ossi.ohjaaja", "join"))
        self.assertIn("no key that counts", keys("anna.admin", "join", *group, "nobody", ok=False))
        keys("anna.admin", "join", *group, "tuija.tuote")
        self.assertIn("nobody waits", keys("anna.admin", "join"), "who asked is no member")
        keys("ossi.ohjaaja", "join")
        members = lambda epoch: {row[0] for row in self.shop.sql(f"SELECT member FROM key_wraps WHERE group_name = '{group[0]}' AND class = 4 AND epoch = {epoch}")}
        everybody = {"recovery"} | {f"person:{one[login]}" for login in ("ossi.ohjaaja", "satu.shop", "tuija.tuote")}
        self.assertEqual(members(1), everybody)
        self.assertIn("you are no administrator", keys("ossi.ohjaaja", "rotate", *group, ok=False))
        keys("anna.admin", "rotate", *group)
        keys("bertil.admin", "sign", more="yes\n")
        self.assertEqual(members(2), everybody)
        self.assertIn("nothing is sealed", keys("anna.admin", "reseal", *group))
        keys("ossi.ohjaaja", "reseal", *group)
        self.assertEqual(members(1), set(), "what was wrapped for the old epoch is gone")
        keys("anna.admin", "leave", *group, "tuija.tuote")
        keys("bertil.admin", "sign", more="yes\n")
        self.assertEqual(members(3), everybody - {f"person:{one['tuija.tuote']}"})
        self.assertIn("no such member", keys("anna.admin", "leave", *group, "tuija.tuote", ok=False))
        self.assertIn("fewer", keys("anna.admin", "leave", *group, "satu.shop", ok=False).replace("at least two", "fewer"))
        self.assertRegex(keys("anna.admin", "forgotten", "tuija.tuote"), r"http://\S+/(fi/tunnus|sv/konto|en/enrol)/\w{26}\n")
        self.assertEqual(self.shop.one("SELECT state FROM staff WHERE login = 'tuija.tuote'"), "invited")
        for wrong in (("kalle.kassa", "forgotten", "tuija.tuote"), ("ossi.ohjaaja", "join", *group), ("anna.admin", "leave", "unit:none", "health", "satu.shop"), ("anna.admin", "rotate", group[0], "blood")):
            self.assertRegex(keys(*wrong, ok=False), "^keys: |\nkeys: ", wrong)
        people["anna.admin"] = {**people["anna.admin"], "password": "wrong but long enough"}
        self.assertIn("is wrong", keys("anna.admin", "status", ok=False))
        self.shop.sql("DELETE FROM login_guards")


if __name__ == "__main__":
    main()
