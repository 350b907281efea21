#!/usr/bin/python3
"""Goal: whoever may sees every setting of the city with its value, its place in the file and what it does, in three languages; a change that is not in effect
yet is told; and nothing secret is shown, wherever it lies."""
import os
import re
import tomllib
import unittest

from payments_bed import MERCHANT
from staff_bed import StaffBed

PAGES = {"fi": "/fi/asetukset", "sv": "/sv/installningar", "en": "/en/settings"}
CANARY = "kanarialintu"


def setUpModule():
    global bed, chief
    bed = StaffBed()
    chief = bed.here(bed.person("chief"))


def tearDownModule():
    bed.close()


def leaves(table, at=()):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*at, name))
        else:
            yield (*at, name), value


def replace(old, new):
    with open(bed.path("etc/city.toml"), encoding="utf-8") as file:
        text = file.read()
    assert old in text, old
    with open(bed.path("etc/city.toml"), "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


class Settings(unittest.TestCase):
    def test_every_setting_of_the_file_stands_there_with_its_value_and_line(self):
        with open(bed.path("etc/city.toml"), encoding="utf-8") as file:
            text = file.read()
        for lang, path in PAGES.items():
            page = chief.get(path)
            self.assertEqual(page.status, 200)
            self.assertLess(len(page.text), 100_000)
            rows = dict(re.findall(r'<span class="hint">([\w.]+), [^<]*</span></dt><dd class="code-like">([^<]*)<', page.text))
            for keys, value in leaves(tomllib.loads(text)):
                key = ".".join(keys[:-1] if keys[-1] in ("fi", "sv", "en") else keys)
                shown = ", ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
                self.assertIn(shown, rows[key], (lang, key))
        line = 1 + text[:text.index("offer_hours")].count("\n")
        self.assertIn(f"signup.offer_hours, line {line}<", chief.get(PAGES["en"]).text)

    def test_what_is_in_the_file_and_not_in_effect_yet_is_told(self):
        self.assertNotIn("Tiedostossa nyt", chief.get(PAGES["fi"]).text)
        replace("offer_hours = 24", "offer_hours = 48")
        try:
            page = chief.get(PAGES["fi"]).text
            self.assertIn("Tiedostossa on uudempia arvoja", page)
            self.assertEqual(re.findall(r"signup.offer_hours.*?</div>", page)[0].count("code-like"), 2)
            replace("offer_hours = 48", "offer_hours = x")
            self.assertIn("Tiedostossa on nyt virhe", chief.get(PAGES["fi"]).text)
        finally:
            replace("offer_hours = x", "offer_hours = 24")
        self.assertNotIn("Tiedostossa nyt", chief.get(PAGES["fi"]).text)

    def test_nothing_secret_is_shown(self):
        paths = []
        for folder, _, names in os.walk(bed.path("secrets")):
            for name in names:
                paths.append(os.path.join(folder, name))
        self.assertGreater(len(paths), 5)
        secrets = [bed.dir, MERCHANT, CANARY]
        for path in paths:
            with open(path, "rb") as file:
                secrets.append(file.read().decode("latin-1"))
        with open(bed.path("etc/city.toml"), encoding="utf-8") as file:
            text = file.read()
        # Whatever else lies in the city's file (a comment, a key that no program asks for) is not taken along.
        with open(bed.path("etc/city.toml"), "a", encoding="utf-8") as file:
            file.write(f'# {CANARY}\n[smtp]\npassword = "{CANARY}"\n')
        try:
            for path in PAGES.values():
                page = chief.get(path).text
                for secret in secrets:
                    self.assertNotIn(secret, page)
        finally:
            with open(bed.path("etc/city.toml"), "w", encoding="utf-8") as file:
                file.write(text)


if __name__ == "__main__":
    unittest.main()
