#!/usr/bin/python3
"""Goal: every field says in three languages what is wrong with it and forgets nothing; withdrawals and order links answer the same for everyone."""
import concurrent.futures
import html
import json
import re
import tomllib
import unittest

import checkout_bed as shop
from checkout_bed import TREE, CheckoutBed


def texts(lang, area):
    with open(f"{TREE}/site/text/{lang}/{area}.toml", "rb") as file:
        return tomllib.load(file)


def setUpModule():
    global bed, words
    bed = CheckoutBed()
    words = {lang: texts(lang, "errors") for lang in ("fi", "sv", "en")}


def tearDownModule():
    bed.close()


# field, typed, key of the message
WRONG = [
    ("first_name", "", "first_name_required"), ("first_name", "A" * 51, "first_name_too_long"), ("first_name", "<b>", "first_name_invalid"),
    ("last_name", " ", "last_name_required"), ("last_name", "B" * 51, "last_name_too_long"), ("last_name", "123", "last_name_invalid"),
    ("street_address", "", "street_address_required"), ("street_address", "C" * 51, "street_address_too_long"),
    ("postal_code", "", "postal_code_required"), ("postal_code", "123", "postal_code_invalid"), ("postal_code", "99999", "postal_code_unknown"),
    ("town", "", "town_required"), ("town", "D" * 31, "town_too_long"),
    ("country", "", "country_required"), ("country", "XX", "country_invalid"),
    ("phone", "", "phone_required"), ("phone", "abc", "phone_invalid"), ("phone", "112", "phone_emergency"),
    ("email", "", "email_required"), ("email", "aino", "email_invalid"), ("email", "aino@", "email_invalid"), ("email", "a b@example.com", "email_invalid"),
    ("email", "x" * 199 + "@example.com", "email_too_long"), ("email", "aino@gmial.com", "email_typo"),
    ("company", "E" * 101, "company_too_long"), ("business_id", "1234567-8", "business_id_check_digit"), ("business_id", "12", "business_id_invalid"),
]


def beside(page, field):
    """The message beside a field, without entities."""
    found = re.search(rf'id="{field}-wrong">([^<]*)<', page.text)
    return None if found is None else found.group(1).replace("&#39;", "'").replace("&quot;", '"').replace("&amp;", "&")


class Details(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        bed.reset()

    def visitor(self, lang, variant=shop.MUG, **more):
        visitor = bed.visitor(lang)
        visitor.add(variant, **more)
        return visitor

    def test_each_wrong_field_says_so_beside_it_and_in_a_summary_with_a_link(self):
        for lang in ("fi", "sv", "en"):
            visitor = self.visitor(lang)
            for field, typed, key in WRONG:
                page = visitor.fill_details(**{field: typed})
                self.assertEqual(page.status, 200, (lang, field, typed, page))
                pattern = re.sub(r"\\\{\\\{\w+\\\}\\\}", ".+", re.escape(words[lang][key]))
                self.assertRegex(beside(page, field) or "", f"^{pattern}$", (lang, field, typed))
                self.assertIn(f'href="#{field}"', page.text, "the summary leads to the field")
                self.assertRegex(page.text, r"<title>[^<]{2,12}:", "the title begins with the word for an error")
                if field not in ("country", "phone"):
                    self.assertEqual(page.form(visitor.paths["details"])["fields"][field], typed.strip(), "what was typed stays")

    def test_several_wrong_fields_are_all_told_at_once_and_the_rest_stays(self):
        visitor = self.visitor("en")
        page = visitor.fill_details(first_name="", email="x", postal_code="1", company="Yritys Oy")
        for field in ("first_name", "email", "postal_code"):
            self.assertIsNotNone(beside(page, field))
        fields = page.form(visitor.paths["details"])["fields"]
        self.assertEqual((fields["last_name"], fields["company"], fields["town"]), ("Mäkelä-Åberg", "Yritys Oy", "Helsinki"))

    def test_what_is_right_is_kept_in_its_normal_form(self):
        visitor = self.visitor("fi")
        page = visitor.fill_details(first_name="  Aino  Maria ", phone="0401234567", business_id="FI07375462", company="Nokia  Oyj", town="Helsinki")
        self.assertEqual(page.location, visitor.paths["review"], page)
        visitor.order()
        row = bed.sql("SELECT first_name, phone, business_id, company, country FROM orders ORDER BY id DESC LIMIT 1")[0]
        self.assertEqual(row[1:], ["+358401234567", "0737546-2", "Nokia Oyj", "FI"])
        self.assertRegex(row[0], r"^Aino +Maria$")

    def test_a_likely_slip_in_an_address_is_asked_about_once(self):
        visitor = self.visitor("en")
        page = visitor.fill_details(email="aino@gmial.com")
        self.assertIn("gmail.com", beside(page, "email"))
        again = page.form(visitor.paths["details"])["fields"]
        self.assertEqual(visitor.post(visitor.paths["details"], {**again, "delivery_collect_post": "collect"}).location, visitor.paths["review"])

    def test_an_address_abroad_needs_no_finnish_postal_code(self):
        visitor = self.visitor("sv")
        self.assertEqual(visitor.fill_details(country="SE", postal_code="114 55", town="Stockholm").location, visitor.paths["review"])
        self.assertEqual(visitor.fill_details(country="SE", postal_code="<>", town="Stockholm").status, 200)

    def test_delivery_and_holders_are_asked_for(self):
        visitor = self.visitor("en")
        form = visitor.get(visitor.paths["details"]).form(visitor.paths["details"])
        self.assertEqual(form["choices"]["delivery_collect_post"], ["collect", "post"])
        page = visitor.fill_details(delivery_collect_post="")
        self.assertEqual(beside(page, "delivery_collect_post"), words["en"]["delivery_required"])
        self.assertEqual(visitor.fill_details(delivery_collect_post="pigeon").status, 200)
        visitor = self.visitor("en", shop.CARD, quantity=2)
        page = visitor.fill_details(holder_8_everyone_1="Aino")
        self.assertIsNone(beside(page, "holder_8_everyone_1"))
        self.assertEqual(beside(page, "holder_8_everyone_2"), words["en"]["holder_name_required"])

    def test_beginning_before_the_fourteen_days_is_kept_only_when_ticked(self):
        for ticked in (False, True):
            visitor = self.visitor("fi", shop.LESSON)
            visitor.fill_details(**({"begin_9_everyone": "1"} if ticked else {}))
            visitor.order()
            self.assertEqual(bed.one("SELECT begin_now FROM order_lines ORDER BY order_id DESC LIMIT 1"), str(int(ticked)))

    def test_details_are_sealed_and_end_after_two_hours(self):
        visitor = self.visitor("fi")
        visitor.fill_details()
        for word in ("Aino", "example.com", "QWlubw"):
            self.assertNotIn(word, visitor.cookies["__Host-details"])
        self.assertEqual(visitor.get(visitor.paths["review"]).status, 200)
        bed.set_clock(2 * 3600 + 5)
        self.assertEqual(visitor.get(visitor.paths["review"]).location, visitor.paths["details"])
        bed.set_clock(0)

    def test_everything_typed_is_escaped_when_it_is_shown_again(self):
        visitor = self.visitor("en")
        page = visitor.fill_details(street_address='"><script>x</script>', email="'><img src=x>", company="&lt;b&gt;")
        self.assertNotIn("<script>x", page.text)
        self.assertNotIn("<img src=x", page.text)


class Withdrawals(unittest.TestCase):
    def setUp(self):
        bed.reset()

    def order(self, lang="fi", variant=shop.MUG, quantity=2):
        visitor = bed.visitor(lang)
        visitor.add(variant, quantity=quantity)
        visitor.fill_details()
        visitor.order()
        number, token = bed.sql("SELECT number, token FROM orders ORDER BY id DESC LIMIT 1")[0]
        bed.sql("UPDATE orders SET state = 'paid', settled_utc = created_utc, fulfilled_utc = created_utc")
        return visitor, number, token

    def withdraw(self, number, email, lang="fi", visitor=None):
        visitor = visitor or bed.visitor(lang)
        path = visitor.paths["withdraw"]
        form = visitor.get(path).form(path)["fields"]
        asked = visitor.post(path, {**form, "name": "Aino Mäkelä", "order_number": number, "email": email, "lines": "2 mukia"})
        assert asked.status == 200, asked
        forms = [f for f in asked.forms() if f["action"] == path and "step" in f["fields"]]
        fields = next((f["fields"] for f in forms if f["fields"]["step"] == "confirm"), {**asked.form(path)["fields"], "step": "confirm"})
        return visitor.post(path, fields), fields, visitor

    @staticmethod
    def without_codes(page, *given):
        text = page.text
        for value in given:
            text = text.replace(value, "X")
        text = re.sub(r"\d{1,2}[.:]\d{2}[.:]\d{2}", "TIME", text)
        return re.sub(r"\b[0-9A-Z]{9}\b", "CODE", re.sub(r'value="[^"]{20,}"', 'value=""', text))

    def test_the_answer_is_the_same_whether_an_order_matches_or_not(self):
        _, number, _ = self.order()
        right, *_ = self.withdraw(number, "aino@example.com")
        wrong_number, *_ = self.withdraw("AAAAAAAAA", "aino@example.com")
        wrong_email, *_ = self.withdraw(number, "other@example.com")
        same = self.without_codes(right, number)
        self.assertEqual(right.status, 200)
        self.assertEqual(same, self.without_codes(wrong_number, "AAAAAAAAA"))
        self.assertEqual(same, self.without_codes(wrong_email, number).replace("other@", "aino@"))
        self.assertEqual([h for h in right.headers if h[0] != "Set-Cookie"], [h for h in wrong_number.headers if h[0] != "Set-Cookie"])

    def test_each_statement_is_stored_acknowledged_and_told_to_staff(self):
        _, number, _ = self.order()
        self.withdraw(number.lower(), "AINO@example.com")
        self.withdraw("nothing", "other@example.com")
        self.assertEqual(bed.sql("SELECT order_id IS NOT NULL, via, lines_stated FROM withdrawals ORDER BY id"), [["1", "form", "2 mukia"], ["0", "form", "2 mukia"]])
        self.assertEqual(bed.sql("SELECT kind FROM staff_alerts ORDER BY id"), [["withdrawal"], ["withdrawal_unmatched"]])
        mails = bed.sql("SELECT kind, recipient, data FROM outbox ORDER BY id")
        self.assertEqual([m[:2] for m in mails], [["withdrawal_received", "AINO@example.com"], ["withdrawal_received", "other@example.com"]])
        self.assertRegex(json.loads(mails[0][2])["received_utc"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

    def test_the_same_form_twice_or_at_once_is_one_statement(self):
        _, number, _ = self.order()
        page, fields, visitor = self.withdraw(number, "aino@example.com")
        again = visitor.post(visitor.paths["withdraw"], fields)
        self.assertEqual(self.without_codes(again), self.without_codes(page))
        self.assertEqual(bed.count("withdrawals"), 1)
        fields = {**fields, "key": "ab" * 16}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: visitor.post(visitor.paths["withdraw"], fields).status, range(8)))
        self.assertEqual(set(answers), {200})
        self.assertEqual(bed.count("withdrawals"), 2)
        self.assertEqual(bed.count("outbox", "kind = 'withdrawal_received'"), 2)

    def test_a_form_changed_after_going_back_is_a_statement_of_its_own(self):
        _, number, _ = self.order()
        _, fields, visitor = self.withdraw(number, "aino@example.com")
        self.assertEqual(visitor.post(visitor.paths["withdraw"], {**fields, "lines": "1 muki"}).status, 200)
        self.assertEqual(bed.sql("SELECT lines_stated FROM withdrawals ORDER BY id"), [["2 mukia"], ["1 muki"]])

    def test_an_order_number_in_other_letters_is_taken_too(self):
        for number in ("en tiedä", "ÄÖÅ–12345", "日本語"):
            done, *_ = self.withdraw(number, "aino@example.com")
            self.assertEqual(done.status, 200, number)
        self.assertEqual(bed.count("withdrawals", "order_id IS NULL"), 3)

    def test_lines_are_chosen_on_the_orders_own_page_while_there_is_a_right(self):
        for lang, step1, step2 in (("fi", "Peruuta sopimus tästä", "Vahvista peruuttaminen"), ("sv", None, None), ("en", None, None)):
            bed.reset()
            visitor, _, token = self.order(lang)
            tail = {"fi": "/peruuta", "sv": "/frantrad", "en": "/withdraw"}[lang]
            path = visitor.paths["order_page"] + token + tail
            page = visitor.get(visitor.paths["order_page"] + token)
            self.assertIn(path, page.text)
            if step1:
                self.assertIn(step1, page.text)
            form = visitor.get(path).form(path)["fields"]
            self.assertEqual(visitor.post(path, {**form, "name": "Aino", "email": "aino@example.com", "line_1": "3"}).status, 200, "more than was bought")
            asked = visitor.post(path, {**form, "name": "Aino", "email": "aino@example.com", "line_1": "1"})
            if step2:
                self.assertIn(step2, asked.text)
            confirm = next(f["fields"] for f in asked.forms() if f["action"] == path and f["fields"].get("step", "confirm") == "confirm")
            done = visitor.post(path, {**confirm, "step": "confirm"})
            self.assertEqual(done.status, 200, done)
            self.assertEqual(bed.sql("SELECT line_no, quantity FROM withdrawal_lines"), [["1", "1"]])
            self.assertEqual(bed.one("SELECT via FROM withdrawals"), "order_page")

    def test_no_right_no_page(self):
        visitor, _, token = self.order(variant=shop.FEE, quantity=1)
        path = visitor.paths["order_page"] + token
        self.assertNotIn("/peruuta", visitor.get(path).text.split("<footer")[0].replace("/fi/peruuta", ""))
        self.assertEqual(visitor.get(path + "/peruuta").status, 404)

    def test_the_right_ends(self):
        visitor, _, token = self.order(variant=shop.LESSON, quantity=1)
        path = visitor.paths["order_page"] + token + "/peruuta"
        for days, status in ((13, 200), (16, 404)):
            bed.set_clock(days * 86400)
            self.assertEqual(visitor.get(path).status, status, days)


class MyOrders(unittest.TestCase):
    def setUp(self):
        bed.reset()
        visitor = bed.visitor()
        visitor.add(shop.MUG)
        visitor.fill_details()
        visitor.order()

    def ask(self, email, lang="fi"):
        visitor = bed.visitor(lang)
        path = visitor.paths["my_orders"]
        return visitor.post(path, {**visitor.get(path).form(path)["fields"], "email": email})

    def test_the_answer_is_the_same_for_everyone_and_only_the_address_gets_a_mail(self):
        known, unknown = self.ask("aino@example.com"), self.ask("nobody@example.com")
        self.assertEqual(known.status, 200)
        self.assertEqual(Withdrawals.without_codes(known), Withdrawals.without_codes(unknown).replace("nobody@", "aino@"))
        self.assertEqual(bed.sql("SELECT kind, recipient FROM outbox"), [["order_links", "aino@example.com"]])
        data = json.loads(bed.one("SELECT data FROM outbox"))
        self.assertEqual(len(data["orders"]), 1)
        self.assertIn("/fi/tilaus/", data["orders"][0]["order_url"])

    def test_a_mailbox_cannot_be_flooded(self):
        for _ in range(5):
            self.ask("aino@example.com")
        self.assertEqual(bed.count("outbox"), 1)
        bed.set_clock(11 * 60)
        self.ask("aino@example.com")
        self.assertEqual(bed.count("outbox"), 2)

    def test_a_wrong_address_is_told(self):
        for lang in ("fi", "sv", "en"):
            self.assertEqual(beside(self.ask("x", lang), "email"), words[lang]["email_invalid"])


class OrderPages(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()
        self.visitor.add(shop.MUG)
        self.visitor.fill_details()
        self.token = self.visitor.order().location.rsplit("/", 1)[1]

    def test_an_unpaid_order_offers_payment_and_cancelling(self):
        page = self.visitor.get("/fi/tilaus/" + self.token)
        self.assertIn("/fi/maksu/" + self.token, page.text)
        form = page.form(f"/fi/tilaus/{self.token}/peru")["fields"]
        self.assertEqual(self.visitor.post(f"/fi/tilaus/{self.token}/peru", form).location, "/fi/tilaus/" + self.token)
        self.visitor.post(f"/fi/tilaus/{self.token}/peru", form)
        self.assertEqual(bed.count("cancel_requests"), 1)
        self.assertEqual(bed.one("SELECT state FROM orders"), "pending", "checkout asks; payments does")

    def test_a_cancelling_that_came_to_nothing_leaves_the_order_payable(self):
        form = self.visitor.get("/fi/tilaus/" + self.token).form(f"/fi/tilaus/{self.token}/peru")["fields"]
        self.visitor.post(f"/fi/tilaus/{self.token}/peru", form)
        self.assertNotIn("/fi/maksu/" + self.token, self.visitor.get("/fi/tilaus/" + self.token).text)
        bed.sql("UPDATE cancel_requests SET done_utc = requested_utc")
        self.assertIn("/fi/maksu/" + self.token, self.visitor.get("/fi/tilaus/" + self.token).text)

    def test_a_paid_order_cannot_be_cancelled(self):
        form = self.visitor.get("/fi/tilaus/" + self.token).form(f"/fi/tilaus/{self.token}/peru")["fields"]
        bed.sql("UPDATE orders SET state = 'paid', settled_utc = created_utc, fulfilled_utc = created_utc")
        self.assertEqual(self.visitor.post(f"/fi/tilaus/{self.token}/peru", form).status, 303)
        self.assertEqual(bed.count("cancel_requests"), 0)
        self.assertNotIn(f"/fi/tilaus/{self.token}/peru\"", self.visitor.get("/fi/tilaus/" + self.token).text)

    def test_every_state_has_its_words_in_three_languages(self):
        """State of the order, its attempts' states and outcomes, is cancelling asked for: and the title that the page has then."""
        cases = [("pending", [], False, "pending"), ("pending", [], True, "cancelling"), ("pending", ["new none"], False, "pending"),
                 ("pending", ["fail none"], False, "payment_failed"), ("pending", ["refused none"], False, "payment_failed"),
                 ("pending", ["unknown none"], False, "payment_unknown"), ("pending", ["unknown none", "fail none"], False, "payment_failed"),
                 ("pending", ["fail none", "unknown none"], False, "payment_unknown"), ("pending", ["fail none", "pending none"], False, "payment_pending"),
                 ("pending", ["pending none"], True, "payment_pending"), ("pending", ["ok needs_review"], False, "needs_review"),
                 ("paid", ["ok settled"], False, "paid"), ("paid", ["fail none", "ok settled"], True, "paid"), ("paid", ["ok settled", "ok overpaid"], False, "overpaid"),
                 ("paid_no_stock", ["ok no_stock"], False, "paid_no_stock"), ("confirmed", [], False, "confirmed"),
                 ("cancelled", [], True, "cancelled"), ("cancelled", ["fail none"], True, "cancelled"), ("cancelled", ["ok needs_review"], False, "needs_review"),
                 ("expired", [], False, "expired"), ("expired", ["fail none"], False, "expired"), ("expired", ["unknown none"], False, "expired"),
                 ("expired", ["pending none"], False, "payment_pending"), ("expired", ["ok needs_review"], False, "needs_review")]
        titles = {lang: texts(lang, "order") for lang in ("fi", "sv", "en")}
        for state, attempts, cancelling, key in cases:
            bed.sql("DELETE FROM payment_attempts; DELETE FROM cancel_requests;"
                    f"UPDATE orders SET state = '{state}', settled_utc = created_utc, fulfilled_utc = created_utc;" +
                    "".join("INSERT INTO payment_attempts (order_id, stamp, account, reference, amount_cents, state, outcome, created_utc) "
                            f"SELECT id, '{n:026}', '1', reference, total_cents, '{how.split()[0]}', '{how.split()[1]}', created_utc FROM orders;" for n, how in enumerate(attempts)) +
                    ("INSERT INTO cancel_requests (order_id, requested_utc) SELECT id, created_utc FROM orders;" if cancelling else ""))
            for lang, path in (("fi", "/fi/tilaus/"), ("sv", "/sv/bestallning/"), ("en", "/en/order/")):
                page = self.visitor.get(path + self.token)
                shown = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
                self.assertEqual((page.status, html.unescape(shown.group(1))), (200, titles[lang][key + "_title"]), (state, attempts, cancelling, lang))

    def test_wrong_links_are_not_found_in_words(self):
        for path in ("/fi/tilaus/" + "0" * 26, "/fi/tilaus/x", "/sv/bestallning/" + self.token[:-1], "/en/order/" + self.token + "x", "/fi/tilaus/%00", "/fi/kassa", "/xx/y",
                     "/fi/tilaus/" + self.token + "/kuitti", "/fi/tilaus/" + self.token.upper()):
            page = self.visitor.get(path)
            self.assertEqual(page.status, 404, path)
            self.assertIn("<html lang=", page.text)

    def test_pages_are_never_stored_and_say_noindex(self):
        page = self.visitor.get("/fi/tilaus/" + self.token)
        self.assertEqual(page.header("Cache-Control"), "no-store")
        self.assertIn('name="robots" content="noindex"', page.text)

    def test_a_database_that_is_gone_is_a_calm_page_and_the_basket_stays(self):
        self.visitor.add(shop.MUG)
        cart = self.visitor.cookies["__Host-cart"]
        bed.stop("db")
        try:
            for path in ("/fi/ostoskori", "/fi/kassa/tiedot", "/fi/tilaus/" + self.token):
                page = self.visitor.get(path)
                self.assertEqual(page.status, 503, path)
                self.assertIn(words["fi"]["p503_title"], page.text)
            self.assertEqual(self.visitor.cookies["__Host-cart"], cart)
        finally:
            bed.start_database()
        self.assertEqual(self.visitor.get("/fi/ostoskori").status, 200, "it comes back by itself")


if __name__ == "__main__":
    unittest.main()
