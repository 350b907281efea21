#!/usr/bin/python3
"""Goal: every field of the details says in three languages what is wrong with it and forgets nothing; right ones are kept in their normal form."""
import re
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed, beside, texts
from visitor import PERSON



def setUpModule():
    global bed, words
    bed = CheckoutBed()
    words = texts("errors")


def tearDownModule():
    bed.close()


# field, typed, key of the message
WRONG = [
    ("first_name", "", "first_name_required"), ("first_name", "A" * 51, "first_name_too_long"), ("first_name", "<b>", "first_name_invalid"),
    ("last_name", " ", "last_name_required"), ("last_name", "B" * 51, "last_name_too_long"), ("last_name", "123", "last_name_invalid"),
    ("street_address", "", "street_address_required"), ("street_address", "C" * 101, "street_address_too_long"),
    ("postal_code", "", "postal_code_required"), ("postal_code", "123", "postal_code_invalid"), ("postal_code", "99999", "postal_code_unknown"),
    ("town", "D" * 61, "town_too_long"), ("town", "Porvoo", "town_other"),
    ("country", "", "country_required"), ("country", "XX", "country_invalid"),
    ("phone", "", "phone_required"), ("phone", "abc", "phone_invalid"), ("phone", "112", "phone_emergency"),
    ("email", "", "email_required"), ("email", "aino", "email_invalid"), ("email", "aino@", "email_invalid"), ("email", "a b@example.com", "email_invalid"),
    ("email", "x" * 199 + "@example.com", "email_too_long"), ("email", "aino@gmial.com", "email_typo"),
    ("company", "E" * 101, "company_too_long"), ("business_id", "1234567-8", "business_id_check_digit"), ("business_id", "12", "business_id_invalid"),
]


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

    def test_an_address_abroad_needs_no_finnish_postal_code_or_none_at_all(self):
        visitor = self.visitor("sv")
        for country, code, town in (("SE", "114 55", "Stockholm"), ("AE", "", "Dubai"), ("ZW", "", "Harare"), ("GB", "SW1A 1AA", "London")):
            self.assertEqual(visitor.fill_details(country=country, postal_code=code, town=town).location, visitor.paths["review"], country)
        self.assertEqual(beside(visitor.fill_details(country="SE", postal_code="<>", town="Stockholm"), "postal_code"), words["sv"]["postal_code_abroad"])
        self.assertEqual(beside(visitor.fill_details(country="SE", postal_code="1" * 16, town="Stockholm"), "postal_code"), words["sv"]["postal_code_too_long"].replace("{{max}}", "15"))
        self.assertEqual(beside(visitor.fill_details(country="SE", postal_code="", town=""), "town"), words["sv"]["town_required"])

    def test_every_country_can_be_chosen_in_the_order_of_the_alphabet(self):
        for lang, first, last in (("fi", ["Suomi", "Afganistan"], "Yhdysvaltain Neitsytsaaret"), ("sv", ["Finland", "Afghanistan"], "Österrike"), ("en", ["Finland", "Afghanistan", "Åland Islands", "Albania"], "Zimbabwe")):
            visitor = self.visitor(lang)
            select = re.search(r'<select[^>]* name="country".*?</select>', visitor.get(visitor.paths["details"]).text, re.S).group(0)
            names = re.findall(r"<option[^>]*>([^<]*)<", select)
            self.assertEqual(len(names), 249)
            self.assertEqual(names[:len(first)], first)
            self.assertIn(last, names[-8:])

    def test_the_town_of_a_postal_code_is_filled_in_or_asked_about_once(self):
        for lang, code, town in (("fi", "00100", "Helsinki"), ("sv", "00100", "Helsingfors"), ("en", "06100", "Porvoo")):
            visitor = self.visitor(lang)
            self.assertEqual(visitor.fill_details(postal_code=code, town="").location, visitor.paths["review"])
            visitor.order()
            self.assertEqual(bed.one("SELECT town FROM orders ORDER BY id DESC LIMIT 1"), town)
        for typed in ("HELSINKI", "helsingfors"):
            visitor = self.visitor("en")
            self.assertEqual(visitor.fill_details(town=typed).location, visitor.paths["review"])
        page = visitor.fill_details(town="Munkkiniemi")
        self.assertIn("Helsinki", beside(page, "town"))
        again = page.form(visitor.paths["details"])["fields"]
        self.assertEqual(visitor.post(visitor.paths["details"], {**again, "town": "Porvoo"}).status, 200, "another one is asked about again")
        self.assertEqual(visitor.post(visitor.paths["details"], again).location, visitor.paths["review"])

    def test_post_is_sold_within_finland_only(self):
        for lang in ("fi", "sv", "en"):
            visitor = self.visitor(lang)
            page = visitor.fill_details(country="SE", postal_code="114 55", town="Stockholm", delivery_collect_post="post")
            self.assertEqual(page.status, 200)
            self.assertEqual(beside(page, "delivery_collect_post"), words[lang]["delivery_no_post"])
            self.assertEqual(beside(page, "country"), words[lang]["country_no_post"])
            self.assertEqual(visitor.get(visitor.paths["review"]).location, visitor.paths["details"])
            self.assertEqual(visitor.fill_details(country="SE", postal_code="114 55", town="Stockholm", delivery_collect_post="collect").location, visitor.paths["review"])
            self.assertEqual(visitor.fill_details(country="AX", postal_code="22100", town="Mariehamn", delivery_collect_post="post").location, visitor.paths["review"])

    def test_what_was_typed_wrong_stays_also_in_another_language_but_cannot_be_ordered_with(self):
        visitor = self.visitor("fi")
        visitor.fill_details()
        visitor.fill_details(first_name="", email="aino@", company="Yritys Oy", delivery_collect_post="post")
        fields = visitor.get("/sv/kassan/uppgifter").form("/sv/kassan/uppgifter")["fields"]
        self.assertEqual((fields["first_name"], fields["email"], fields["last_name"], fields["company"], fields["delivery_collect_post"]), ("", "aino@", "Mäkelä-Åberg", "Yritys Oy", "post"))
        self.assertEqual(visitor.get(visitor.paths["review"]).location, visitor.paths["details"])

    def test_a_form_whose_cookie_is_gone_is_shown_again_with_what_was_typed(self):
        for lang in ("fi", "sv", "en"):
            visitor = self.visitor(lang)
            fields = {**visitor.get(visitor.paths["details"]).form(visitor.paths["details"])["fields"], "first_name": "Oiva", "delivery_collect_post": "post"}
            del visitor.cookies["__Host-form"]
            page = visitor.post(visitor.paths["details"], fields)
            self.assertEqual(page.status, 403)
            self.assertIn(words[lang]["form_old"], page.text)
            self.assertNotIn("__Host-details", visitor.cookies, "nothing is done")
            again = page.form(visitor.paths["details"])["fields"]
            self.assertEqual((again["first_name"], again["delivery_collect_post"]), ("Oiva", "post"))
            self.assertEqual(visitor.fill_details(**{**again, **PERSON}).location, visitor.paths["review"])

    def test_what_was_typed_can_be_cleared(self):
        visitor = self.visitor("en")
        visitor.fill_details()
        form = visitor.get(visitor.paths["details"]).form(visitor.paths["details"])["fields"]
        self.assertEqual(visitor.post(visitor.paths["details"], {**form, "clear": "1"}).location, visitor.paths["details"])
        self.assertNotIn("__Host-details", visitor.cookies)
        self.assertEqual(visitor.get(visitor.paths["details"]).form(visitor.paths["details"])["fields"]["first_name"], "")

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

    def test_digital_content_at_once_ends_the_right_to_withdraw(self):
        for lang, label, gone in (("fi", "menetän silloin peruuttamisoikeuden", "Ei peruuttamisoikeutta, koska pyysit"), ("sv", "förlorar ångerrätten", "Ingen ångerrätt, eftersom du bad"),
                                  ("en", "lose my right of withdrawal", "No right of withdrawal, because you asked")):
            for ticked in (False, True):
                visitor = self.visitor(lang, shop.E_BOOK)
                self.assertIn(label, visitor.get(visitor.paths["details"]).text)
                visitor.fill_details(**({f"begin_{shop.E_BOOK}_everyone": "1"} if ticked else {}))
                self.assertEqual(gone in visitor.get(visitor.paths["review"]).text, ticked)
                token = visitor.order().location.rsplit("/", 1)[1]
                self.assertEqual(bed.one(f"SELECT begin_now FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.token = '{token}'"), str(int(ticked)))
                bed.sql("UPDATE orders SET state = 'paid', settled_utc = created_utc, fulfilled_utc = created_utc")
                self.assertEqual("withdraw-title" in visitor.get(visitor.paths["order_page"] + token).text, not ticked)

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


if __name__ == "__main__":
    unittest.main()
