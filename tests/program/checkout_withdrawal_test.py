#!/usr/bin/python3
"""Goal: every notice of withdrawal is taken, stored and told to staff; it and the order links answer the same for everyone, and no mailbox is flooded."""
import concurrent.futures
import json
import re
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed, beside, texts



def setUpModule():
    global bed, words
    bed = CheckoutBed()
    words = texts("errors")


def tearDownModule():
    bed.close()


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

    def without_right(self, visitor, number, token, words):
        """The order's withdrawal page says that there is no right, and takes the notice all the same."""
        tail = {"fi": "/peruuta", "sv": "/frantrad", "en": "/withdraw"}[visitor.lang]
        page = visitor.get(visitor.paths["order_page"] + token + tail)
        self.assertEqual(page.status, 200)
        self.assertIn(words, page.text)
        fields = page.form(visitor.paths["withdraw"])["fields"]
        self.assertEqual((fields["order_number"], fields["email"]), (number, "aino@example.com"))
        self.assertEqual(visitor.post(visitor.paths["withdraw"], {**fields, "lines": "kaikki", "step": "confirm"}).status, 200)
        self.assertEqual(bed.sql("SELECT order_id IS NOT NULL, lines_stated FROM withdrawals"), [["1", "kaikki"]])
        self.assertEqual(bed.sql("SELECT kind FROM staff_alerts"), [["withdrawal"]])

    def test_an_order_without_a_right_says_so_and_takes_the_notice_all_the_same(self):
        for lang, words_of_it in (("fi", "ei näytä olevan peruuttamisoikeutta"), ("sv", "verkar inte ha ångerrätt"), ("en", "does not seem to have a right of withdrawal")):
            bed.reset()
            visitor, number, token = self.order(lang, variant=shop.FEE, quantity=1)
            self.assertNotIn("withdraw-title", visitor.get(visitor.paths["order_page"] + token).text)
            self.without_right(visitor, number, token, words_of_it)

    def test_the_right_ends_but_a_notice_is_still_taken(self):
        visitor, number, token = self.order(variant=shop.LESSON, quantity=1)
        path = visitor.paths["order_page"] + token + "/peruuta"
        bed.set_clock(13 * 86400)
        form = visitor.get(path).form(path)["fields"]
        bed.set_clock(20 * 86400)  # a last day that is a Saturday or a holiday moves on
        late = visitor.post(path, {**form, "line_1": "1", "step": "confirm"})
        self.assertIn("state-success", late.text, "the form lay open when the days ended")
        bed.sql("DELETE FROM withdrawals; DELETE FROM staff_alerts")
        self.without_right(visitor, number, token, "ei näytä olevan peruuttamisoikeutta")

    def test_goods_that_came_late_can_still_be_withdrawn_from(self):
        visitor, _, token = self.order()
        path = visitor.paths["order_page"] + token + "/peruuta"
        for days, there in ((40, True), (58, True), (66, False)):
            bed.set_clock(days * 86400)
            page = visitor.get(path)
            self.assertEqual((page.status, 'name="line_1"' in page.text), (200, there), days)

    def test_a_withdrawal_form_whose_cookie_is_gone_is_shown_again_with_what_was_typed(self):
        visitor, _, token = self.order()
        for path, typed in ((visitor.paths["withdraw"], {"order_number": "X", "lines": "2 mukia"}), (visitor.paths["order_page"] + token + "/peruuta", {"line_1": "2"})):
            fields = {**visitor.get(path).form(path)["fields"], "name": "Oiva", "email": "oiva@example.com", **typed}
            del visitor.cookies["__Host-form"]
            page = visitor.post(path, {**fields, "step": "confirm"})
            self.assertEqual(page.status, 403)
            self.assertIn(words["fi"]["form_old"], page.text)
            self.assertEqual(bed.count("withdrawals"), 0)
            again = page.form(path)["fields"]
            self.assertEqual({name: again[name] for name in ("name", "email", *typed)}, {"name": "Oiva", "email": "oiva@example.com", **typed})

    def test_an_address_gets_three_acknowledgements_an_hour_and_every_statement_is_kept(self):
        answers = [self.withdraw(f"NUMBER{i}", "aino@example.com")[0] for i in range(5)]
        same = {self.without_codes(page, f"NUMBER{i}") for i, page in enumerate(answers)}
        self.assertEqual(len(same), 1, "the person is told the same")
        self.assertEqual((bed.count("withdrawals"), bed.count("staff_alerts"), bed.count("outbox")), (5, 5, 3))
        self.withdraw("NUMBER", "other@example.com")
        self.assertEqual(bed.count("outbox"), 4, "another address has its own limit")
        bed.set_clock(61 * 60)
        self.withdraw("NUMBER", "AINO@example.com")
        self.assertEqual(bed.count("outbox"), 5)

    def test_statements_at_once_do_not_pass_the_limit(self):
        visitor = bed.visitor()
        path = visitor.paths["withdraw"]
        fields = {**visitor.get(path).form(path)["fields"], "name": "Aino", "email": "aino@example.com", "lines": "2", "step": "confirm"}
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda i: visitor.post(path, {**fields, "order_number": f"N{i}"}).status, range(24)))
        self.assertEqual(set(answers), {200})
        self.assertEqual((bed.count("withdrawals"), bed.count("outbox")), (24, 3))


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

    def test_asking_many_times_at_once_is_one_mail(self):
        visitor = bed.visitor()
        path = visitor.paths["my_orders"]
        fields = {**visitor.get(path).form(path)["fields"], "email": "aino@example.com"}
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            self.assertEqual(set(pool.map(lambda _: visitor.post(path, fields).status, range(12))), {200})
        self.assertEqual(bed.count("outbox"), 1)

    def test_a_wrong_address_is_told(self):
        for lang in ("fi", "sv", "en"):
            self.assertEqual(beside(self.ask("x", lang), "email"), words[lang]["email_invalid"])


if __name__ == "__main__":
    unittest.main()
