#!/usr/bin/python3
"""Goal: whoever may sees every setting of the city with its value, its place in the file and what it does, in three languages; a change that is not in effect
yet is told; nothing secret is shown, wherever it lies; and the host's certificate doesn't end before somebody was told. OpenSSL makes the certificates."""
import html
import os
import re
import subprocess
import tomllib
import unittest
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

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


def desk(browser):
    return browser.get("/fi/tyopoyta").text.split("<main")[1]


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

    def test_the_end_of_the_hosts_certificate_is_told_in_time(self):
        cashier = bed.here(bed.member("cashier"))
        with open(bed.path("etc/instance.toml"), encoding="utf-8") as file:
            text = file.read().replace('certificate = ""', f'certificate = "{bed.path("etc/certificate.pem")}"')
        with open(bed.path("etc/with-certificate.toml"), "w", encoding="utf-8") as file:
            file.write(text)
        self.assertNotIn("varmenne", desk(chief) + chief.get(PAGES["fi"]).text, "plain http has none")
        bed.stop("backoffice")
        bed.start("backoffice", "etc/with-certificate.toml")
        self.addCleanup(bed.start, "backoffice")
        self.addCleanup(bed.stop, "backoffice")
        self.assertIn("varmennetta ei voi lukea", desk(chief))
        self.assertIn("Varmennetta ei voi lukea", chief.get(PAGES["fi"]).text)
        self.certify(22)
        self.assertNotIn("varmenne", desk(chief))
        ends = self.certify(20)
        self.assertRegex(desk(chief), f"varmenne päättyy [a-z]+ {re.escape(ends.split(' klo')[0])},")
        self.assertNotIn("varmenne", desk(cashier))
        day, month, year = ends.split(" klo")[0].split(".")
        for page, label, shown in ((PAGES["fi"], "Verkkokaupan varmenne päättyy.", f"{day}.{month}.{year}"), (PAGES["sv"], "Webbutikens certifikat går ut.", f"{day}.{month}.{year}"),
                                   (PAGES["en"], "The shop's certificate ends.", f"{day} [A-Z][a-z]+ {year}")):
            self.assertRegex(html.unescape(chief.get(page).text), f"<dt>{label}</dt><dd>[^<]*{shown}")
        earlier = self.certify(90, 5)
        self.assertRegex(desk(chief), f"varmenne päättyy [a-z]+ {re.escape(earlier.split(' klo')[0])},", "one between the host's and its root ends first")
        with open(bed.path("etc/certificate.pem"), "w", encoding="utf-8") as file:
            file.write("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
        self.assertIn("varmennetta ei voi lukea", desk(chief))

    def certify(self, *days):
        """A file of certificates that end after so many days; the first end, as Finns write it."""
        chain, ends = "", []
        for number in days:
            made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-days", str(number), "-subj", "/CN=shop"],
                                  capture_output=True, text=True, check=True).stdout
            told = subprocess.run(["openssl", "x509", "-noout", "-enddate"], input=made, capture_output=True, text=True, check=True).stdout
            ends.append(datetime.strptime(told.strip(), "notAfter=%b %d %H:%M:%S %Y GMT").replace(tzinfo=timezone.utc))
            chain += made
        with open(bed.path("etc/certificate.pem"), "w", encoding="utf-8") as file:
            file.write(chain)
        first = min(ends).astimezone(ZoneInfo("Europe/Helsinki"))
        return f"{first.day}.{first.month}.{first.year} klo {first.hour}.{first.minute:02}"


if __name__ == "__main__":
    unittest.main()
