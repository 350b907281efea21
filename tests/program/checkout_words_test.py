#!/usr/bin/python3
"""Goal: an order's page says what is true of this order, in words that fit it: of a fee, of too many tries, of words in another language."""
import json
import re
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed


def setUpModule():
    global bed
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


class OrderPages(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()
        self.visitor.add(shop.MUG)
        self.visitor.fill_details()
        self.token = self.visitor.order().location.rsplit("/", 1)[1]

    def test_stored_words_name_their_language_on_a_page_in_another(self):
        bed.sql("UPDATE orders SET state = 'paid', settled_utc = created_utc, fulfilled_utc = created_utc; "
                "UPDATE order_lines SET vat_per_mille = NULL, vat_reason = 'Veroton myynti', detail = 'Sininen'")
        content = {"seller": {}, "lines": [{"name": "Muki fi", "detail": "Sininen", "vat_per_mille": None, "vat_reason": "Veroton myynti"}],
                   "vat": [{"per_mille": None, "reason": "Veroton myynti"}]}
        bed.sql("INSERT INTO receipts (year, no, attempt_id, order_id, order_number, issued_utc, lang, reference, transaction_id, provider, total_cents, content, prev_hash, hash) "
                f"SELECT 2026, 1, 1, id, number, NOW(), 'fi', '1', 'x', 'x', 1200, '{json.dumps(content)}', '', '' FROM orders")
        for lang, order, receipt, withdraw in (("fi", "/fi/tilaus/", "/kuitti", "/peruuta"), ("sv", "/sv/bestallning/", "/kvitto", "/frantrad"),
                                               ("en", "/en/order/", "/receipt", "/withdraw")):
            for tail, said in (("", ("Muki fi", "Sininen", "Veroton myynti", "Nouto")), (receipt, ("Muki fi", "Veroton myynti")), (withdraw, ("Muki fi", "Sininen"))):
                main = self.visitor.get(order + self.token + tail).text.split("<main")[1].split("</main>")[0]
                for text in said:
                    marked = re.findall(rf'lang="fi">{text}', main)
                    self.assertEqual(len(marked), 0 if lang == "fi" else main.count(">" + text), (lang, tail, text))
                    self.assertIn(">" + text, main)

    def test_a_fees_pages_speak_of_no_order_and_no_withdrawal(self):
        wrong = {"fi": "tilau|tilaa|tilat|peruut", "sv": "beställ|ånger|frånträd", "en": r"\border|withdraw"}
        for lang, pattern in wrong.items():
            visitor = bed.visitor(lang)
            visitor.add(shop.FEE)
            visitor.fill_details()
            pages = {"review": visitor.get(visitor.paths["review"])}
            path = visitor.paths["order_page"] + visitor.order().location.rsplit("/", 1)[1]
            for state in ("pending", "cancelled", "expired", "paid"):
                bed.sql(f"UPDATE orders SET state = '{state}', settled_utc = created_utc ORDER BY id DESC LIMIT 1")
                pages[state] = visitor.get(path)
            for name, page in pages.items():
                main = re.sub(r"<[^>]*>", " ", page.text.split("<main")[1].split("</main>")[0])
                self.assertEqual(re.findall(f".{{0,40}}(?:{pattern}).{{0,20}}", main, re.I), [], (lang, name))

    def test_after_too_many_tries_the_page_offers_help_and_no_payment(self):
        insert = "INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, created_utc) SELECT id, '%026d', '1', '1', 1, 'fail', NOW(3) FROM orders;"
        bed.sql("".join(insert % n for n in range(39)))
        self.assertIn("/fi/maksu/" + self.token, self.visitor.get("/fi/tilaus/" + self.token).text)
        bed.sql(insert % 39)
        for path, pay in (("/fi/tilaus/", "/fi/maksu/"), ("/sv/bestallning/", "/sv/betalning/"), ("/en/order/", "/en/payment/")):
            page = self.visitor.get(path + self.token)
            self.assertNotIn(pay + self.token, page.text)
            self.assertRegex(page.text, r"<li>(Ota meihin yhteyttä|Kontakta oss|Contact us)")


if __name__ == "__main__":
    unittest.main()
