#!/usr/bin/python3
"""Goal: who may edit the catalogue makes a product of every kind and sells it, in three languages, without anybody's help; an editor of a unit reaches no other unit and no
prices; nothing wrong is stored and nothing typed is lost."""
import re
import unittest

from products_bed import ALL, LIST, ProductsBed
from visitor import wrong


def setUpModule():
    global bed
    bed = ProductsBed()


def tearDownModule():
    bed.close()


class Making(unittest.TestCase):
    def test_each_kind_is_made_published_and_sold(self):
        for kind, withdrawal in (("goods", "goods_14d"), ("service", "service_14d"), ("pass", "service_14d")):
            with self.subTest(kind=kind):
                code = bed.made(kind=kind, withdrawal=withdrawal, name_fi=f"Tuote {kind}")
                variant = bed.variant(code)
                buyer = bed.buyer()
                buyer.add(variant)
                self.assertIn("Tuote ei ole enää myynnissä", buyer.get(buyer.paths["cart"]).text, "a draft isn't sold")
                self.assertEqual(bed.act(code, "julkaise").location, f"{LIST}/{code}?saved=1")
                buyer = bed.buyer("sv")
                buyer.buy(variant, quantity=2)
                self.assertEqual(bed.sql(f"SELECT name, unit_cents, cost_centre, ledger_account, vat_code FROM order_lines WHERE variant_id = {variant}"), [["Puinen lautanen sv", "1250", "4100", "3000", "standard"]])
                self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {variant}"), "1")

    def test_what_is_made_is_as_it_was_typed(self):
        code = bed.made(name_fi="Näin se on", topical="1", minor_value="1", order="-5", sale_from="2027-01-01T08:00", sale_until="2027-06-01T20:00", price_child="6.25")
        fields = bed.manager.get(bed.page(code)).form(bed.page(code))["fields"]
        for name, value in {**ALL, "name_fi": "Näin se on", "topical": "1", "order": "-5", "sale_from": "2027-01-01T08:00", "sale_until": "2027-06-01T20:00", "price_child": "6,25"}.items():
            if name != "stock":
                self.assertEqual(fields.get(name), value, name)
        self.assertEqual(bed.sql(f"SELECT slug FROM product_texts t JOIN products p ON p.id = t.product_id WHERE p.code = '{code}' AND lang = 'fi'"), [["nain-se-on"]])
        self.assertEqual(bed.one(f"SELECT sale_from_utc FROM products WHERE code = '{code}'"), "2027-01-01 06:00:00")
        self.assertEqual(bed.one("SELECT what FROM use_log ORDER BY month DESC, seq DESC LIMIT 1"), "change")

    def test_a_ticket_is_a_draft_until_it_has_times(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        page = bed.act(code, "julkaise")
        self.assertEqual((page.status, wrong(page)), (200, ["variants"]))
        self.assertEqual(bed.one(f"SELECT state FROM products WHERE code = '{code}'"), "draft")

    def test_an_address_is_its_own_and_outlives_the_name(self):
        first, second = bed.made(name_fi="Sama nimi"), bed.made(name_fi="Sama nimi")
        slug = lambda code: bed.one(f"SELECT slug FROM product_texts t JOIN products p ON p.id = t.product_id WHERE p.code = '{code}' AND lang = 'fi'")
        self.assertEqual((first, slug(first), slug(second)), ("sama-nimi", "sama-nimi", "sama-nimi-2"))
        bed.edit(first, name_fi="Toinen nimi")
        self.assertEqual(slug(first), "sama-nimi")

    def test_a_pass_that_outlasts_the_data_of_its_order_warns(self):
        shown = [bed.manager.get(bed.page(bed.made(kind="pass", withdrawal="service_14d", days_valid=days))).text for days in ("", "365", "730")]
        self.assertEqual(["notice-warning" in text for text in shown], [False, False, True])

    def test_what_is_wrong_is_told_and_nothing_typed_is_lost(self):
        before = bed.one("SELECT COUNT(*) FROM products")
        page = bed.make(vat="no-such-code", name_fi="", max_per_order="monta", price_everyone="halpa", sale_from="huomenna", cost_centre="1" * 17, delivery_collect="")
        self.assertEqual(wrong(page), ["name_fi", "vat", "cost_centre", "max_per_order", "sale_from", "delivery", "price_everyone"])
        fields = page.form("/fi/uusi-tuote")["fields"]
        for name, value in (("max_per_order", "monta"), ("price_everyone", "halpa"), ("sale_from", "huomenna"), ("cost_centre", "1" * 17), ("name_sv", ALL["name_sv"]), ("stock", "3")):
            self.assertEqual(fields[name], value)
        for changes, field in (({"vat": ""}, "vat"), ({"category": "nowhere"}, "category"), ({"withdrawal": "never"}, "withdrawal"), ({"name_sv": "x" * 161}, "name_sv"), ({"name_sv": "", "summary_sv": "Utan namn"}, "name_sv"),
                               ({"sale_from": "2027-02-01T00:00", "sale_until": "2027-01-01T00:00"}, "sale_until"), ({"price_everyone": "1000000"}, "price_everyone"), ({"next_everyone": "5"}, "from_everyone")):
            self.assertEqual(wrong(bed.make(**changes)), [field], changes)
        self.assertEqual(wrong(bed.make(kind="pass", withdrawal="none_dated_leisure")), ["withdrawal"])
        self.assertEqual(bed.manager.get("/fi/uusi-tuote?kind=nothing").status, 404)
        gift = {"kind": "gift_card", "vat": "voucher", "withdrawal": "service_14d", "delivery_collect": "", "delivery_email": "1"}
        for changes, field in (({"vat": "standard"}, "vat"), ({"withdrawal": "goods_14d"}, "withdrawal"), ({"benefit": "sports"}, "benefit"), ({"price_everyone": "0"}, "prices")):
            self.assertEqual(wrong(bed.make(**{**gift, **changes})), [field], changes)
        self.assertEqual(wrong(bed.make(vat="voucher")), ["vat"])
        self.assertEqual(wrong(bed.make(benefit="lunch")), ["benefit"])
        self.assertEqual(bed.one("SELECT COUNT(*) FROM products"), before)

    def test_a_gift_card_and_a_benefit_are_made_and_stay(self):
        gift = bed.made(kind="gift_card", vat="voucher", withdrawal="service_14d", delivery_collect="", delivery_email="1", stock="")
        self.assertEqual(bed.sql(f"SELECT kind, vat_code, benefit FROM products WHERE code = '{gift}'"), [["gift_card", "voucher", "none"]])
        code = bed.made(benefit="culture")
        bed.edit(code, summary_fi="Toinen")
        self.assertEqual(bed.one(f"SELECT benefit FROM products WHERE code = '{code}'"), "culture")
        bed.edit(code, benefit="none")
        self.assertEqual(bed.one(f"SELECT benefit FROM products WHERE code = '{code}'"), "none")

    def test_what_is_missing_is_shown_and_keeps_it_from_being_published(self):
        code = bed.made(name_en="", summary_en="", description_en="", price_everyone="")
        page = bed.manager.get(bed.page(code))
        self.assertEqual(page.text.count('<span class="badge badge-warning">puuttuu</span>'), 3)
        self.assertEqual(wrong(bed.act(code, "julkaise")), ["name_en", "summary_en", "description_en", "prices"])
        bed.edit(code, name_en="Plate", summary_en="A plate", description_en="Made here", price_everyone="3")
        self.assertEqual(bed.act(code, "julkaise").status, 303)
        self.assertEqual(wrong(bed.edit(code, summary_en="")), ["summary_en"], "and what is published stays whole")

    def test_published_hidden_and_ended(self):
        code = bed.on_sale()
        state = lambda: bed.one(f"SELECT state FROM products WHERE code = '{code}'")
        self.assertEqual(state(), "published")
        bed.act(code, "lopeta")
        self.assertEqual(state(), "closed")
        bed.act(code, "piilota")
        self.assertEqual(state(), "draft")
        self.assertEqual(int(bed.one(f"SELECT COUNT(*) FROM changes c JOIN products p ON p.id = c.product_id WHERE p.code = '{code}'")), 4)

    def test_a_copy_is_a_draft_of_its_own(self):
        code = bed.on_sale(name_fi="Alkuperäinen", price_child="4")
        copy = bed.act(code, "kopioi").location.split("?")[0].rsplit("/", 1)[1]
        self.assertNotEqual(copy, code)
        fields = lambda one, browser=bed.manager: browser.get(bed.page(one)).form(bed.page(one))["fields"]
        mine, other = fields(code), fields(copy)
        self.assertEqual(other["name_fi"], "Alkuperäinen (kopio)")
        self.assertEqual({name for name in mine if mine[name] != other[name]} - {"seen", "once"}, {"name_fi", "name_sv", "name_en"})
        self.assertEqual(bed.sql(f"SELECT state FROM products WHERE code = '{copy}'"), [["draft"]])
        unpriced = bed.act(code, "kopioi", bed.editor).location.split("?")[0].rsplit("/", 1)[1]
        self.assertEqual(bed.count(f"prices WHERE product_id = (SELECT id FROM products WHERE code = '{unpriced}')"), 0, "who sets no prices copies none")


class Scopes(unittest.TestCase):
    def test_an_editor_of_a_unit_reaches_no_other(self):
        other = bed.on_sale(unit="sports")
        self.assertEqual(bed.editor.get(bed.page(other)).status, 403)
        token = bed.editor.get("/fi/uusi-tuote?kind=goods").form("/fi/uusi-tuote")["fields"]
        for path in (bed.page(other), *(f"{bed.page(other)}/{act}" for act in ("julkaise", "piilota", "lopeta", "kopioi"))):
            self.assertEqual(bed.editor.post(path, {**token, **ALL, "seen": "2"}).status, 403, path)
        self.assertNotIn(f"{LIST}/{other}\"", bed.editor.get(f"{LIST}?q=lautanen").text)
        self.assertIn(f"{LIST}/{other}\"", bed.manager.get(f"{LIST}?q=lautanen").text)
        self.assertEqual(bed.make(bed.editor, unit="sports").status, 200, "nor makes one there")
        self.assertEqual(wrong(bed.make(bed.editor, unit="sports", price_everyone="")), ["unit"])
        own = bed.made(browser=bed.editor)
        self.assertEqual(wrong(bed.edit(own, bed.editor, unit="sports")), ["unit"], "nor moves one there")

    def test_who_may_edit_may_not_price(self):
        code = bed.on_sale()
        page = bed.editor.get(bed.page(code))
        self.assertIn("12,50 €", page.text)
        self.assertNotIn('name="price_everyone"', page.text)
        self.assertEqual(bed.edit(code, bed.editor, price_everyone="0,01", price_child="1", next_everyone="1", from_everyone="2027-01-01", summary_fi="Uusi").status, 303)
        self.assertEqual(bed.sql(f"SELECT price_group, cents FROM prices WHERE product_id = (SELECT id FROM products WHERE code = '{code}')"), [["everyone", "1250"]])
        self.assertEqual(bed.edit(code, price_everyone="0,01").status, 303)
        self.assertEqual(bed.sql(f"SELECT price_group, cents FROM prices WHERE product_id = (SELECT id FROM products WHERE code = '{code}')"), [["everyone", "1"]])
        unpriced = bed.made(browser=bed.editor)
        self.assertEqual(wrong(bed.act(unpriced, "julkaise", bed.editor)), ["prices"])

    def test_scopes_of_a_category_and_of_one_product(self):
        code = bed.made()
        of_product = bed.here(bed.member("product_editor", "one-product", ("product", code)))
        of_category = bed.here(bed.member("product_editor", "one-category", ("category", "all")))
        self.assertEqual(of_product.get(bed.page(code)).status, 200)
        self.assertEqual(of_product.get(bed.page("p1")).status, 403)
        self.assertEqual(of_product.get("/fi/uusi-tuote?kind=goods").status, 403)
        self.assertEqual(re.findall(rf'{LIST}/([\w-]+)"', of_product.get(LIST).text), [code])
        self.assertEqual(of_category.get(bed.page("p1")).status, 200)
        self.assertEqual(bed.make(of_category, unit="sports", price_everyone="").status, 303)


class Lists(unittest.TestCase):
    def test_products_are_found_and_paged(self):
        names = lambda page: re.findall(rf'{LIST}/([\w-]+)"', page.text)
        first = bed.manager.get(LIST)
        self.assertEqual(len(names(first)), 50)
        more = re.search(r'href="(/fi/tuotteet\?[^"]+)"', first.text).group(1).replace("&amp;", "&")
        second = bed.manager.get(more)
        self.assertFalse(set(names(first)) & set(names(second)))
        self.assertEqual(names(bed.manager.get(f"{LIST}?q=konsertti")), ["p2"])
        self.assertEqual(names(bed.manager.get(f"{LIST}?kind=pass&q=kortti")), ["p8"])
        self.assertEqual(names(bed.manager.get(f"{LIST}?state=closed")), ["p12"])
        self.assertEqual(names(bed.manager.get(f"{LIST}?q=%25")), [])


if __name__ == "__main__":
    unittest.main()
