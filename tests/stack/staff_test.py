#!/usr/bin/python3
"""Goal: the sample city's people are there in one command, each in one ready group, and log in through nginx to exactly their duties."""
import importlib.machinery
import importlib.util
import json
import os
import stat
import subprocess
import time

from shop import Scenario, main

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DUTIES = {"administrator": {"henkilot", "ryhmat", "yllapito"}, "cashier": set(), "auditor": {"henkilot", "ryhmat", "kayttoloki"}, "register_responsible": {"hyvaksynnat"}, "vendor": set()}
ALL = {"henkilot", "ryhmat", "hyvaksynnat", "yllapito", "kayttoloki"}


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
        demo = demo_staff()
        time.sleep(31 - time.time() % 30)  # the codes of this half minute are used up
        for person in people:
            if person["group"] in DUTIES:
                desk = demo.log_in(staff, person).ask("GET", "/fi/tyopoyta")[1]
                self.assertEqual({duty for duty in ALL if f'href="/fi/{duty}"' in desk}, DUTIES[person["group"]], person["login"])


if __name__ == "__main__":
    main()
