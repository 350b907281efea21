#!/usr/bin/python3
"""Goal: after families signed up, an instructor read, and answers were changed and taken back, what they wrote is found nowhere on the machine but in the sealed rows: not in
the database's files, its binary and redo logs, the logs, the mails, temporary files, core dumps or swap (K9)."""
import glob
import importlib.machinery
import importlib.util
import json
import os
import re
import secrets
import subprocess
import time

from shop import HERE, Scenario, Visitor, main, over_http, wait_until

TREE = os.path.realpath(os.path.join(HERE, "../.."))


def demo_staff():
    loader = importlib.machinery.SourceFileLoader("demo_staff", f"{TREE}/deploy/demo-staff")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("demo_staff", loader))
    loader.exec_module(module)
    return module


def files_with(words, folders):
    """Files that hold one of the words, as they are, in hex, or in a form's encoding."""
    patterns = [pattern for word in words for pattern in (word.encode(), word.encode().hex().encode(), word.replace(" ", "+").encode())]
    out = {}
    for folder in folders:
        for path in glob.glob(folder + "/**", recursive=True, include_hidden=True):
            if not os.path.isfile(path) or os.path.islink(path):
                continue
            try:
                with open(path, "rb") as file:
                    data = file.read()
            except OSError:
                continue  # gone meanwhile
            found = [pattern.decode() for pattern in patterns if pattern in data]
            if found:
                out[path] = found
    return out


class Canary(Scenario):
    def form(self, page, path, **changed):
        return {**page.form(path)["fields"], **changed}

    def signed_up(self, session, words, email):
        visitor = Visitor(over_http(self.shop.port), self.shop.origin, "fi")
        held = visitor.post("/fi/ilmoittaudu", {"session": session, "seats": 1})
        self.assertEqual(held.status, 303, held)
        path = held.location
        fields = self.form(visitor.get(path), path, p1_first_name=words["name"], p1_last_name=words["last"], p1_birth=f"31.5.{time.gmtime().tm_year - 11}", p1_q_diet_nuts="1", p1_consent="1", adult_name=words["adult"],
                           adult_phone="040 765 4321", email=email, **{"p1_q_health-words": words["health"], "f_q_walks-home": "no"})
        wrong = visitor.post(path, {**fields, "p1_birth": "yesterday"})  # comes back with all of it in the page
        self.assertIn(words["health"], wrong.text)
        self.assertEqual(visitor.post(path, fields).status, 303)
        visitor.fill_details()
        order = visitor.post(visitor.paths["order"], visitor.review())
        token = order.location.rsplit("/", 1)[1]
        visitor.get(order.location)
        self.shop.pay(self.shop.one(f"SELECT reference FROM orders WHERE token = '{token}'"))
        self.assertTrue(wait_until(lambda: "on vahvistettu" in visitor.get(path).text))
        return visitor, path

    def test_K9_what_families_write_lies_nowhere_in_the_open(self):
        session = self.shop.one("SELECT id FROM variants WHERE code = 'robot-days'")
        self.shop.sql(f"UPDATE stock SET free = free + 20, capacity = capacity + 20 WHERE variant_id = {session}")
        letters = lambda: "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
        words = [{"name": "Nimi" + letters(), "last": "Suku" + letters(), "adult": "Aikuinen" + letters(), "health": f"Allergia {letters()} vakava"} for _ in range(5)]
        address = letters() + "@example.com"
        families = [self.signed_up(session, one, address) for one in words]
        # One answers anew, one takes its consent back, one cancels.
        visitor, path = families[0]
        words.append({"health": f"Uusi {letters()} tieto"})
        health = path + "/terveystiedot"
        self.assertEqual(visitor.post(health, self.form(visitor.get(health), health, p1_consent="1", **{"p1_q_health-words": words[-1]["health"]})).status, 303)
        for (visitor, path), act in ((families[1], "/suostumus"), (families[2], "/peru")):
            self.assertEqual(visitor.post(path + act, self.form(visitor.get(path), path + act)).status, 303)
        self.read_by_the_instructor(session, words)
        self.assertTrue(wait_until(lambda: files_with([address], [self.shop.instance["mail"]])), "the mails are sent")
        # All that is in memory of the database goes to its files.
        self.shop.sql("SET GLOBAL innodb_max_dirty_pages_pct = 0; FLUSH LOGS; FLUSH TABLES")
        time.sleep(2)
        folders = [self.shop.dir, "/var/crash", "/var/lib/systemd/coredump"]
        secret = [word for one in words for word in one.values()]
        self.assertEqual(files_with(secret, folders), {})
        seen = files_with([address], folders)
        self.assertTrue(any("/db/data/" in path for path in seen) and any("/mail/" in path for path in seen), ("what is not sealed is found: the search sees", seen))
        self.assertEqual([name for name in glob.glob(self.shop.dir + "/**/core*", recursive=True) if os.path.isfile(name) and not name.endswith((".py", ".html", ".conf"))], [])
        for service in ("registrations", "checkout", "payments", "opener", "backoffice", "mailer", "db"):
            with open(f"/proc/{self.shop.pid(service)}/status") as status:
                text = status.read()
            self.assertEqual(re.search(r"VmSwap:\s+(\d+)", text).group(1), "0", service)
            with open(f"/proc/{self.shop.pid(service)}/limits") as limits:
                self.assertRegex(limits.read(), r"Max core file size\s+0 ", service)

    def read_by_the_instructor(self, session, words):
        demo = demo_staff()
        with open(f"{self.shop.dir}/demo-staff.json", encoding="utf-8") as file:
            person = next(one for one in json.load(file) if one["login"] == "lauri.kirjasto")
        browser = demo.log_in(self.shop.instance["staff"].rstrip("/"), person)
        page = f"/fi/osallistujat/{session}"
        text = browser.ask("GET", page)[1]
        self.assertIn(words[3]["name"], text)
        text = browser.send(page, page + "/terveystiedot", purpose="safety")[1]
        self.assertIn(words[3]["health"], text)
        self.assertIn(words[-1]["health"], text)
        self.assertNotIn(words[0]["health"], text, "answered anew")
        self.assertNotIn(words[1]["health"], text, "consent withdrawn")


if __name__ == "__main__":
    main()
