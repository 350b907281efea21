#!/usr/bin/python3
"""Goal: an order that staff make takes a discount code and gift cards as a resident's cart does: the same prices to the cent, the same refusals in words beside the field, one last
use and one balance for whoever comes first; and the code of a gift card, which is money, is kept nowhere."""
import glob
import html
import json
import re
import threading
import unittest

from counter_bed import GIFT, NEW, Made, CounterBed
from office_bed import CARD, MUG, ORDERS
from payments_bed import wait_until
from payments_orders import balance, broken_invariants, buy_card
from visitor import PATHS, wrong

FORMS = {"fi": NEW, "sv": "/sv/ny-bestallning", "en": "/en/new-order"}
LIBRARY = {"way_library_post": "library"}
SLIP = "4F7K2MZD9QXAT3WB9"  # its check character is another


def setUpModule():
    global bed, cashier
    bed = CounterBed()
    cashier, *_ = bed.day_staff()
    bed.sql("INSERT IGNORE INTO postal_codes VALUES ('00100', 'Helsinki', 'Helsingfors')")


def tearDownModule():
    bed.close()


def discount(text, scope="shop:", percent=None, cents=None, uses=None, minimum=0, first=-1, last=9):
    bed.sql(f"INSERT INTO discount_codes (code, name_fi, name_sv, name_en, scope, percent, cents, max_uses, minimum_cents, from_day, until_day, form_key, made_utc) VALUES ('{text}', 'Etu', 'Förmån', 'Benefit', '{scope}', "
            f"{percent or 'NULL'}, {cents or 'NULL'}, {uses or 'NULL'}, {minimum}, CURDATE() + INTERVAL {first} DAY, CURDATE() + INTERVAL {last} DAY, RANDOM_BYTES(16), NOW(3))")


def used(text):
    return int(bed.one(f"SELECT used FROM discount_codes WHERE code = '{text}'"))


def lines(order):
    return bed.sql(f"SELECT code, quantity, unit_cents, COALESCE(normal_cents, '-'), reduction FROM order_lines WHERE order_id = {order.id} ORDER BY line_no")


def words(page):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.text)).replace("\xa0", " "))


def said(page, field):
    """What the page says beside a field."""
    found = re.search(rf'id="{field}-wrong">([^<]*)<', page.text)
    return html.unescape(found.group(1)).replace("\xa0", " ") if found else ""


def receipt(order):
    return json.loads(bed.one(f"SELECT content FROM receipts WHERE order_id = {order.id} AND refund_id IS NULL"))


def mugs(quantity="1", **fields):
    return bed.form(cashier, (MUG, quantity), **LIBRARY, **fields)


def sold_as_gift_card(test):
    bed.sql(f"UPDATE products SET kind = 'gift_card', vat_code = 'voucher', ledger_account = '2950' WHERE id = {GIFT}; UPDATE prices SET cents = 2000 WHERE product_id = {GIFT}")
    test.addCleanup(bed.sql, f"UPDATE products SET kind = 'service', vat_code = 'zero', ledger_account = '3000' WHERE id = {GIFT}; UPDATE prices SET cents = 0 WHERE product_id = {GIFT}")


def confirmed_together(*forms):
    """Both see what it comes to, and confirm at the same moment: (orders made, the page of whoever came second)."""
    pages = [form.review() for form in forms]
    both = [threading.Thread(target=form.confirm, args=(page,)) for form, page in zip(forms, pages)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    shown = [form.browser.get(form.at) for form in forms]
    return [bed.made(form.key) for form in forms if bed.made(form.key)], [page for form, page in zip(forms, shown) if not bed.made(form.key)]


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class Codes(Case):
    def setUp(self):
        bed.sql("DELETE FROM discount_uses; DELETE FROM discount_codes")

    def as_resident(self, text, quantity):
        """A visitor's own order of the same."""
        visitor = bed.resident()
        visitor.add(MUG, quantity=quantity)
        at = "/fi/ostoskori/koodi"
        visitor.post(at, {**visitor.get(visitor.paths["cart"]).form(at)["fields"], "code": text})
        visitor.fill_details()
        done = visitor.order()
        return Made(bed, int(bed.one(f"SELECT id FROM orders WHERE token = '{done.location.rsplit('/', 1)[1]}'")))

    def test_the_prices_are_those_of_a_residents_order_and_of_its_receipt(self):
        discount("KESA", "product:mug", cents=500)
        form = mugs("3", discount_code=" ke-sa ")
        review = form.review()
        self.assertRegex(words(review), r"Ennen alennuskoodia 36,00 € Etu -?−?5,00 € Yhteensä 31,00 €")
        self.assertIn("Vahvista tilaus, 31,00 €", words(review))
        order, resident = form.order(), self.as_resident("KESA", 3)
        self.assertEqual(lines(order), [["mug/-", "1", "1034", "1200", "Etu"], ["mug/-", "2", "1033", "1200", "Etu"]])
        self.assertEqual(sorted(lines(order)), sorted(lines(resident)))
        self.assertEqual((used("KESA"), bed.sql(f"SELECT cents, counted FROM discount_uses WHERE order_id = {order.id}")), (2, [["500", "1"]]))
        order.pay_it()
        content = receipt(order)
        self.assertEqual(([(one["quantity"], one["unit_cents"], one["normal_cents"], one["reduction"]) for one in content["lines"]], content["total_cents"]), ([(1, 1034, 1200, "Etu"), (2, 1033, 1200, "Etu")], 3100))
        self.assertEqual(bed.one(f"SELECT SUM(l.gross_cents) FROM receipt_lines l JOIN receipts r ON r.id = l.receipt_id WHERE r.order_id = {order.id}"), "3100")
        self.assertEqual(bed.one(f"SELECT SUM(debit_cents) FROM ledger_entries WHERE attempt_id IN (SELECT id FROM payment_attempts WHERE order_id = {order.id})"), "3100")

    def test_the_discount_is_named_in_the_buyers_language(self):
        discount("KESA", percent=25)
        self.assertRegex(mugs(lang="sv", discount_code="kesa").review().text, r'<dt lang="sv">Förmån</dt><dd>[^<]*3,00')

    def test_a_code_that_makes_it_free_of_charge(self):
        discount("KAIKKI", percent=100)
        order = mugs(discount_code="KAIKKI").order()
        self.assertEqual((order.state(), used("KAIKKI")), ("confirmed", 1))

    def test_what_is_wrong_is_said_beside_the_field_in_each_language_and_nothing_is_lost(self):
        discount("TOOSOON", percent=10, first=3)
        discount("ITSOVER", percent=10, last=-1, first=-9)
        discount("USEDUP", percent=10, uses=1)
        discount("SPORTS", "unit:sports", percent=10)
        discount("BIGCART", percent=10, minimum=5000)
        bed.sql("UPDATE discount_codes SET used = 1 WHERE code = 'USEDUP'")
        expected = {"fi": ("ei löydy", "ei löydy", "voimassa vasta", "päättynyt", "käytetty loppuun", "ei koske", "vähintään 50,00 €"), "sv": ("hittas inte", "hittas inte", "gäller först", "gäller inte längre", "förbrukad", "gäller inte de här", "minst 50,00 €"),
                    "en": ("no such code", "no such code", "valid from", "no longer valid", "used up", "not for these", "at least €50.00")}
        for lang, sentences in expected.items():
            for typed, sentence in zip(("NOSUCH", "!", "toosoon", "ITSOVER", "USEDUP", "SPORTS", "BIGCART"), sentences):
                form = mugs(discount_code=typed)
                shown = cashier.post(FORMS[lang], {**form.fields, "line": f"{MUG}_everyone", f"quantity_{MUG}_everyone": "1", "do": "quote"})
                shown = cashier.get(shown.location) if shown.status == 303 else shown
                self.assertEqual((shown.status, wrong(shown)), (200, ["discount_code"]), (lang, typed))
                self.assertIn(sentence, said(shown, "discount_code"), (lang, typed))
                kept = shown.form(FORMS[lang])["fields"]
                self.assertEqual((kept["discount_code"].upper(), kept["last_name"], kept[f"quantity_{MUG}_everyone"]), (typed.upper(), "Lahtinen", "1"))

    def test_two_orders_at_once_for_the_last_use(self):
        discount("LAST", percent=50, uses=1)
        for _ in range(4):
            made, late = confirmed_together(mugs(discount_code="LAST"), mugs("2", discount_code="LAST", last_name="Toinen"))
            self.assertEqual((len(made), len(late), used("LAST")), (1, 1, 1))
            self.assertEqual(wrong(late[0]), ["discount_code"])
            self.assertIn("käytetty loppuun", said(late[0], "discount_code"))
            self.assertEqual(late[0].form(NEW)["fields"]["discount_code"], "LAST")
            bed.sql("DELETE FROM discount_uses; UPDATE discount_codes SET used = 0")

    def test_the_use_comes_back_with_an_order_that_is_cancelled_or_expires(self):
        discount("BACK", percent=50, uses=2)
        cancelled, expired = mugs(discount_code="BACK").order(), mugs(discount_code="BACK").order()
        self.assertEqual(used("BACK"), 2)
        at = f"{ORDERS}/{cancelled.id}"
        cashier.post(at + "/peru", cashier.get(at).form(at + "/peru")["fields"])
        bed.sql(f"UPDATE orders SET hold_until_utc = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE id = {expired.id}")
        self.assertTrue(wait_until(lambda: (cancelled.state(), expired.state()) == ("cancelled", "expired")))
        self.assertEqual(used("BACK"), 0)

    def test_a_code_that_ends_before_it_is_confirmed_is_told_and_taken_out(self):
        discount("ENDS", percent=50)
        form = mugs(discount_code="ENDS")
        review = form.review()
        bed.sql("UPDATE discount_codes SET ended_utc = NOW(3) - INTERVAL 1 SECOND, version = version + 1")
        form.confirm(review)
        self.assertEqual(wrong(cashier.get(form.at)), ["discount_code"])
        form.fields["discount_code"] = ""
        self.assertEqual(bed.one(f"SELECT total_cents FROM orders WHERE id = {form.order().id}"), "1200")


class GiftCards(Case):
    def stored(self, code):
        """Where the code stands, in any spelling, in what the shop has written of staff's orders, the journals and the logs."""
        spellings = [code, code.lower(), " ".join(re.findall(".{1,4}", code))]
        tables = {table: json.dumps(bed.sql(f"SELECT {columns} FROM {table}")) for table, columns in (("staff_orders", "contents, answer"), ("use_log", "object_id, result"), ("order_events", "detail"), ("outbox", "data"))}
        logs = {path: open(path, errors="replace").read() for path in glob.glob(bed.path("log", "*"))}
        return [where for where, text in {**tables, **logs}.items() if any(one in text for one in spellings)]

    def test_a_part_is_held_and_the_customer_pays_the_rest(self):
        card, code = buy_card(bed, 1000)
        form = mugs("2", gift_card=f" {code[:4].lower()}-{code[4:9]} {code[9:]} ", email="veikko@example.com")
        sent = form.send()
        self.assertNotIn(code, sent.text + str(sent.headers))
        review = cashier.get(form.at)
        self.assertIn("Lahjakortti Kortille jää 0,00 €. −10,00 € Maksettavaa verkossa 14,00 €", words(review))
        self.assertIn("Vahvista tilaus, 14,00 €", words(review))
        self.assertEqual(json.loads(bed.one(f"SELECT contents FROM staff_orders WHERE form_key = '{form.key}'"))["cards"], [card])
        self.assertEqual((balance(bed, card), self.stored(code)), (1000, []), "nothing is held before it is confirmed")
        change = cashier.get(form.at + "/muuta")
        self.assertIn("Lahjakortti 1: jäljellä 10,00 €", words(change))
        for page in (review, change):
            self.assertNotIn(code, page.text)
            self.assertNotIn(code[-5:], page.text)
        form.confirm(review)
        order = Made(bed, int(cashier.get(form.at).location.rsplit("/", 1)[1]))
        self.assertEqual(self.stored(code), [])
        self.assertEqual((balance(bed, card), bed.sql(f"SELECT total_cents, cards_cents FROM orders WHERE id = {order.id}"), bed.sql(f"SELECT card_id, cents, state FROM order_gift_cards WHERE order_id = {order.id}")),
                         (0, [["2400", "1000"]], [[str(card), "1000", "held"]]))
        self.assertEqual((order.mails(), order.mail("pay_link")["total_cents"], order.mail("pay_link")["to_pay_cents"]), (["pay_link"], 2400, 1400))
        self.assertIn("maksa 14,00 €", words(cashier.get(f"{ORDERS}/{order.id}/linkki")))
        page = words(bed.resident().get(order.page()))
        self.assertIn("Tilaa ja maksa 14,00 €", page)
        self.assertIn("Maksettavaa verkossa 14,00 €", page)
        order.pay_it()
        content = receipt(order)
        self.assertEqual((content["total_cents"], content["gift_card_cents"]), (2400, 1000))
        self.assertEqual(bed.one(f"SELECT SUM(card_cents) FROM receipt_lines l JOIN receipts r ON r.id = l.receipt_id WHERE r.order_id = {order.id}"), "1000")
        self.assertEqual(bed.sql(f"SELECT received_cents, cards_cents FROM payment_attempts WHERE order_id = {order.id} AND outcome = 'settled'"), [["1400", "1000"]])
        self.assertEqual(bed.one(f"SELECT SUM(debit_cents) - SUM(credit_cents) FROM ledger_entries WHERE attempt_id IN (SELECT id FROM payment_attempts WHERE order_id = {order.id})"), "0")

    def test_a_card_that_covers_all_pays_at_once_without_a_link(self):
        card, code = buy_card(bed, 5000)
        form = mugs("2", gift_card=code, email="veikko@example.com")
        review = words(form.review())
        self.assertIn("tilaus on heti maksettu", review)
        self.assertIn("Vahvista tilaus, maksu lahjakortilla", review)
        order = form.order()
        self.assertEqual(order.state(), "paid", "the page that follows says so")
        self.assertEqual((order.mails(), order.attempts(), balance(bed, card)), (["order_confirmation"], [["ok", "settled"]], 2600))
        self.assertEqual((receipt(order)["total_cents"], receipt(order)["gift_card_cents"]), (2400, 2400))
        self.assertNotIn("Maksua odotetaan", words(cashier.get(f"{ORDERS}/{order.id}")))
        self.assertEqual(bed.one(f"SELECT begin_now FROM order_lines WHERE order_id = {order.id}"), "0")

    def test_what_only_the_buyer_can_ask_to_begin_at_once_waits_for_the_buyer(self):
        card, code = buy_card(bed, 5000)
        form = bed.form(cashier, (CARD, "1"), gift_card=code, email="veikko@example.com", **{f"holder_{CARD}_everyone_1": "Anna Lahtinen"})
        self.assertIn("vain asiakkaan omasta pyynnöstä", words(form.review()))
        order = form.order()
        self.assertFalse(wait_until(lambda: order.state() != "pending", 1.5), "the sweep leaves it")
        self.assertEqual((order.start()[0], order.start()[1]["Location"]), (303, order.page()))
        self.assertEqual((order.state(), order.mails(), balance(bed, card)), ("pending", ["pay_link"], 3800))
        self.assertEqual((order.mail("pay_link")["total_cents"], order.mail("pay_link")["to_pay_cents"]), (1200, 0))
        self.assertIn("Asiakkaan hyväksyntää odotetaan", words(cashier.get(f"{ORDERS}/{order.id}")))
        page = words(bed.resident().get(order.page()))
        self.assertIn("Tilaa ja maksa lahjakortilla", page)
        self.assertIn("Hyväksy tilaus viimeistään", page)
        self.assertNotIn("Maksa 12", page)
        self.assertIn("Tarkista tilaus ja hyväksy se viimeistään", words(cashier.get(f"{ORDERS}/{order.id}/linkki")))
        self.assertIn("Maksettavaa verkossa 0,00 €", page)
        self.assertEqual(order.accept(begin_1="1").location, PATHS["fi"]["pay"] + order.token)
        order.start()
        self.assertEqual((order.state(), bed.one(f"SELECT begin_now FROM order_lines WHERE order_id = {order.id}")), ("paid", "1"))

    def test_a_code_and_two_cards_together(self):
        bed.sql("DELETE FROM discount_uses; DELETE FROM discount_codes")
        discount("PUOLET", "product:mug", percent=50)
        (first, one), (second, two) = buy_card(bed, 500), buy_card(bed, 3000)
        form = mugs("2", discount_code="puolet", gift_card=one)
        form.review()
        form.fields = {**cashier.get(form.at + "/muuta").form(NEW)["fields"], "gift_card": two}
        self.assertEqual(form.fields["card"], str(first))
        self.assertRegex(words(form.review()), "−5,00 € Lahjakortti Kortille jää 23,00 €. −7,00 € Maksettavaa verkossa 0,00 €")
        order = form.order()
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        self.assertEqual((balance(bed, first), balance(bed, second), receipt(order)["total_cents"], receipt(order)["gift_card_cents"]), (0, 2300, 1200, 1200))

    def test_what_is_wrong_is_said_beside_the_field_in_each_language_and_nothing_is_lost(self):
        codes = {}
        codes["empty"] = buy_card(bed, 500)[1]
        mugs(gift_card=codes["empty"]).order()
        for kind, change in (("expired", "valid_until_utc = '2026-01-01'"), ("voided", "voided_utc = NOW(3), void_reason = 'lost'")):
            card, codes[kind] = buy_card(bed, 500)
            bed.sql(f"UPDATE gift_cards SET {change} WHERE id = {card}")
        expected = {"fi": ("ei löydy", "ei löydy", "loppuun", "voimassa", "poistettu"), "sv": ("Inget presentkort", "Inget presentkort", "förbrukat", "gäller inte", "ur bruk"), "en": ("No gift card", "No gift card", "used up", "no longer", "out of use")}
        for lang, sentences in expected.items():
            for typed, sentence in zip(("1234", SLIP, *codes.values()), sentences):
                form = mugs(gift_card=typed)
                shown = cashier.post(FORMS[lang], {**form.fields, "line": f"{MUG}_everyone", f"quantity_{MUG}_everyone": "1", "do": "quote"})
                self.assertEqual((shown.status, wrong(shown)), (200, ["gift_card"]), (lang, typed))
                self.assertIn(sentence, said(shown, "gift_card"))
                self.assertEqual((shown.form(FORMS[lang])["fields"]["gift_card"], shown.form(FORMS[lang])["fields"]["first_name"]), (typed, "Veikko"))

    def test_the_same_card_twice_and_a_sixth_one(self):
        codes = [buy_card(bed, 100)[1] for _ in range(6)]
        form = mugs()
        for code in codes[:5]:
            self.assertEqual(form.send(gift_card=code).status, 303)
            form.fields["card"] = re.findall(r'name="card" value="(\d+)" checked', cashier.get(form.at + "/muuta").text)
            self.assertIn("jo käytössä", said(form.send(gift_card=code), "gift_card"))
        self.assertEqual(len(form.fields["card"]), 5)
        self.assertIn("enintään viidellä", said(form.send(gift_card=codes[5]), "gift_card"))
        form.fields["card"].pop(0)
        self.assertEqual(form.send(gift_card=codes[5]).status, 303, "one is taken out, another comes in")

    def test_a_gift_card_is_not_bought_with_one(self):
        sold_as_gift_card(self)
        card, code = buy_card(bed, 5000)
        form = bed.form(cashier, (GIFT, "1"), gift_card=code)
        shown = form.review()
        self.assertEqual(wrong(shown), ["card"])
        self.assertIn("ei voi ostaa lahjakortilla", said(shown, "card"))
        order = bed.form(cashier, (GIFT, "1"), (MUG, "1"), gift_card=code, **LIBRARY).order()
        self.assertEqual((bed.sql(f"SELECT total_cents, cards_cents FROM orders WHERE id = {order.id}"), balance(bed, card)), ([["3200", "1200"]], 3800))

    def test_a_cards_number_opens_nothing(self):
        card, code = buy_card(bed, 1000)
        form = mugs(card=str(card))  # of a form that staff made up
        form.review()
        self.assertEqual(json.loads(bed.one(f"SELECT contents FROM staff_orders WHERE form_key = '{form.key}'"))["cards"], [])
        other = mugs(gift_card=code)
        other.review()
        self.assertEqual(cashier.get(other.at + "/muuta").form(NEW)["fields"]["card"], str(card))
        form.review()
        self.assertEqual(json.loads(bed.one(f"SELECT contents FROM staff_orders WHERE form_key = '{form.key}'"))["cards"], [], "nor one of another form")

    def test_two_orders_at_once_for_one_balance(self):
        for _ in range(4):
            card, code = buy_card(bed, 1500)
            made, late = confirmed_together(mugs(gift_card=code), mugs(gift_card=code, last_name="Toinen"))
            self.assertEqual((len(made), len(late), balance(bed, card)), (1, 1, 300))
            self.assertIn("on muuttunut", words(late[0]))
            self.assertIn("Kortille jää 0,00 €. −3,00 € Maksettavaa verkossa 9,00 €", words(late[0]))

    def test_a_card_that_is_emptied_meanwhile_comes_back_to_be_taken_out(self):
        card, code = buy_card(bed, 1000)
        form = mugs(gift_card=code)
        review = form.review()
        other = mugs(gift_card=code)
        other.order()
        form.confirm(review)
        shown = cashier.get(form.at)
        self.assertEqual(wrong(shown), ["card"])
        self.assertIn("loppuun", said(shown, "card"))
        form.fields = {name: value for name, value in shown.form(NEW)["fields"].items() if name != "card"}
        order = form.order()
        self.assertEqual(bed.one(f"SELECT cards_cents FROM orders WHERE id = {order.id}"), "0")

    def test_the_balance_comes_back_with_an_order_that_is_cancelled_or_expires(self):
        card, code = buy_card(bed, 1000)
        for act in ("cancel", "expire"):
            order = mugs(gift_card=code).order()
            self.assertEqual(balance(bed, card), 0)
            at = f"{ORDERS}/{order.id}"
            if act == "cancel":
                cashier.post(at + "/peru", cashier.get(at).form(at + "/peru")["fields"])
            else:
                bed.sql(f"UPDATE orders SET hold_until_utc = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE id = {order.id}")
            self.assertTrue(wait_until(lambda: order.state() in ("cancelled", "expired")))
            self.assertEqual(balance(bed, card), 1000, act)


if __name__ == "__main__":
    unittest.main()
