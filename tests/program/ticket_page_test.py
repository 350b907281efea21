#!/usr/bin/python3
"""Goal: a ticket's page says in three languages what the ticket is now, shows a code that another program's scanner reads, and tells nothing of
the order or the buyer."""
import os
import re
import subprocess
import tempfile
import unittest

import checkout_bed as shop
from checkout_bed import ORIGIN, CheckoutBed

CODE = "0h3k9w2mzq7v5t8rnx4c6pjdye"
LANGS = {"fi": "/fi/lippu/", "sv": "/sv/biljett/", "en": "/en/ticket/"}


def setUpModule():
    global bed
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


def scanned(svg):
    """What zbarimg reads in the page's picture, drawn here in black and white."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg)}
    scale = 6
    rows = [bytes(0 if (x // scale, y // scale) in dark else 255 for x in range(size * scale)) for y in range(size * scale)]
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
        file.write(b"P5 %d %d 255\n" % (size * scale, size * scale) + b"".join(rows))
        file.flush()
        return subprocess.run(["zbarimg", "--quiet", "--raw", file.name], capture_output=True, text=True, check=True, env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}).stdout.strip()


class TicketPages(unittest.TestCase):
    def setUp(self):
        bed.reset()
        bed.sql("UPDATE price_groups SET proof_en = 'Bring proof' WHERE code = 'child'")

    def ticket(self, variant=shop.CONCERT, **columns):
        row = {"code": f"'{CODE}'", "line_no": 1, "unit_no": 1, "product_id": variant, "variant_id": variant, "issued_utc": "UTC_TIMESTAMP(3)", "uses_max": 1, **columns}
        bed.sql(f"INSERT INTO tickets ({', '.join(row)}) VALUES ({', '.join(map(str, row.values()))})")

    def page(self, lang="en"):
        page = bed.visitor(lang).get(LANGS[lang] + CODE)
        self.assertEqual(page.status, 200, page.text)
        return page.text

    def test_the_picture_leads_to_the_page_and_the_code_stands_beside_it(self):
        self.ticket()
        for lang, path in LANGS.items():
            with self.subTest(lang=lang):
                page = self.page(lang)
                self.assertEqual(scanned(page), ORIGIN + path + CODE)
                self.assertIn("0H3K 9W2M ZQ7V 5T8R NX4C 6PJD YE", page)
                self.assertIn(f"Konsertti {lang}", page)

    def test_what_it_is_now(self):
        today = "UTC_TIMESTAMP()"
        for expected, columns in {
            "The ticket has not been used.": {"valid_from_utc": today, "valid_until_utc": f"{today} + INTERVAL 1 HOUR"},
            "The ticket was used": {"uses": 1},
            "You can use the card as often as you like.": {"uses_max": "NULL"},
            "7 visits are left. The card has 10 visits.": {"uses_max": 10, "uses": 3},
            "Not valid yet": {"valid_from_utc": f"{today} + INTERVAL 3 DAY", "valid_until_utc": f"{today} + INTERVAL 73 HOUR"},
            "You can use the card from": {"uses_max": "NULL", "valid_from_utc": f"{today} + INTERVAL 3 DAY"},
            "No longer valid": {"valid_from_utc": f"{today} - INTERVAL 9 DAY", "valid_until_utc": f"{today} - INTERVAL 3 DAY"},
            "its price has been paid back": {"refund_id": 1, "uses": 1},
        }.items():
            with self.subTest(expected=expected):
                bed.sql("DELETE FROM tickets")
                self.ticket(**columns)
                self.assertIn(expected, self.page())

    def test_of_a_time_that_was_called_off_it_is_not_valid_in_each_language(self):
        self.ticket(valid_from_utc="UTC_TIMESTAMP()", valid_until_utc="UTC_TIMESTAMP() + INTERVAL 1 HOUR")
        bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) VALUES ({shop.CONCERT}, 'Syy vain henkilöstölle', 1, UTC_TIMESTAMP(3))")
        for lang, words in (("fi", "tapahtuma tai aika on peruttu"), ("sv", "evenemanget eller tiden är inställd"), ("en", "the event or time is cancelled")):
            page = self.page(lang)
            self.assertIn(words, page)
            self.assertNotIn("Syy vain", page)
            self.assertNotIn("state-success", page)

    def test_the_last_use_that_stands_is_told(self):
        self.ticket(uses_max=2, uses=2)
        bed.sql("SET FOREIGN_KEY_CHECKS = 0; INSERT INTO ticket_uses (ticket_id, request_hash, no, finding, used_utc, written_utc, place, staff_id, undone_utc) "
                "SELECT id, UNHEX(REPEAT('01', 32)), 1, 'valid', '2026-05-01 10:00:00', '2026-05-01 10:00:00', 'Ovi 1', 1, NULL FROM tickets UNION ALL "
                "SELECT id, UNHEX(REPEAT('02', 32)), 2, 'valid', '2026-05-03 10:00:00', '2026-05-03 10:00:00', 'Ovi 2', 1, '2026-05-03 10:01:00' FROM tickets UNION ALL "
                "SELECT id, UNHEX(REPEAT('03', 32)), NULL, 'used', '2026-05-04 10:00:00', '2026-05-04 10:00:00', 'Ovi 3', 1, NULL FROM tickets")
        self.assertIn("the last one Fri 1 May 2026, 13:00", self.page())

    def test_a_holder_and_what_the_price_asks_for_are_shown_and_nobody_else(self):
        self.ticket(shop.CARD, holder_name="'Åsa Öhman'", price_group="'child'")
        page = self.page()
        for words in ("Åsa Öhman", "Child", "Bring proof"):
            self.assertIn(words, page)
        self.assertNotIn("/en/order/", page)

    def test_an_order_keeps_how_often_its_card_lets_in(self):
        bed.sql(f"UPDATE products SET uses = 10, holder_name = 0 WHERE id = {shop.CARD}")
        visitor = bed.visitor()
        visitor.add(shop.CARD)
        visitor.fill_details()
        visitor.order()
        bed.sql(f"UPDATE products SET uses = 9 WHERE id = {shop.CARD}")
        self.assertEqual(bed.one("SELECT uses FROM order_lines"), "10")

    def test_what_is_no_ticket_is_not_found(self):
        self.ticket()
        for wrong in (CODE[:-1] + "f", CODE[:-1], "x" * 26, CODE + "0"):
            self.assertEqual(bed.visitor().get("/fi/lippu/" + wrong).status, 404, wrong)
        self.assertEqual(bed.visitor().get("/fi/lippu/" + CODE.upper()).status, 200, "typed from paper")


if __name__ == "__main__":
    unittest.main()
