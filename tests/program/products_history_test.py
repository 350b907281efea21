#!/usr/bin/python3
"""Goal: two who edit a product at once both keep what they typed, who changed what and when is seen, and an older version comes back whole."""
import html
import re
import unittest

from products_bed import LIST, ProductsBed


def setUpModule():
    global bed
    bed = ProductsBed()


def tearDownModule():
    bed.close()


def versions(code):
    return bed.sql(f"SELECT v.version, s.login FROM product_versions v JOIN products p ON p.id = v.product_id LEFT JOIN staff s ON s.id = v.staff_id WHERE p.code = '{code}' ORDER BY v.version")


def back(code, version, browser=None, **changed):
    path = f"{LIST}/{code}/historia"
    page = (browser or bed.manager).get(path)
    form = [one for one in page.forms() if one["fields"].get("version") == str(version)][0]
    return (browser or bed.manager).post(form["action"], {**form["fields"], **changed})


def field(code, name, browser=None):
    return (browser or bed.manager).get(bed.page(code)).form(bed.page(code))["fields"][name]


class TwoEditors(unittest.TestCase):
    def test_the_second_is_told_and_nothing_is_lost(self):
        code = bed.on_sale()
        early = bed.editor.get(bed.page(code))
        self.assertEqual(bed.edit(code, summary_fi="Kauppiaan teksti", name_en="The manager's").status, 303)
        told = bed.edit(code, bed.editor, early, summary_fi="Toimittajan teksti", description_sv="Redaktörens")
        self.assertEqual(told.status, 409)
        text = html.unescape(told.text)
        self.assertIn("Joku muu muutti tuotetta samaan aikaan", text)
        self.assertRegex(text, r"<td[^>]*>Toimittajan teksti</td><td[^>]*>Kauppiaan teksti</td>", "both are shown where they differ")
        fields = told.form(bed.page(code))["fields"]
        self.assertEqual((fields["summary_fi"], fields["description_sv"], fields["name_en"]), ("Toimittajan teksti", "Redaktörens", "The manager's"), "what the second typed, with what the first changed besides")
        self.assertEqual(field(code, "summary_fi"), "Kauppiaan teksti", "and nothing is saved yet")
        self.assertEqual(bed.editor.post(bed.page(code), fields).status, 303)
        self.assertEqual([field(code, name) for name in ("summary_fi", "description_sv", "name_en")], ["Toimittajan teksti", "Redaktörens", "The manager's"])

    def test_a_state_that_somebody_changed_is_a_clash_too(self):
        code = bed.on_sale()
        early = bed.editor.get(bed.page(code))
        bed.act(code, "lopeta")
        self.assertEqual(bed.edit(code, bed.editor, early, summary_fi="Myöhäinen").status, 409)
        self.assertEqual(bed.one(f"SELECT state FROM products WHERE code = '{code}'"), "closed")

    def test_what_the_form_trims_is_no_change(self):
        code = bed.made()
        bed.sql(f"UPDATE product_texts t JOIN products p ON p.id = t.product_id SET t.description = CONCAT(t.description, '\n'), p.revision = 2 WHERE p.code = '{code}'")
        bed.edit(code, summary_fi="Toinen")
        found = re.findall(r'<th scope="row">([^<]*kuvaus, fi)<', bed.manager.get(f"{LIST}/{code}/historia").text, re.I)
        self.assertEqual(found, ["Lyhyt kuvaus, fi", "Kuvaus, fi"], "the person's, and what changed it before")

    def test_the_same_form_twice_saves_one_version(self):
        code = bed.made()
        page = bed.manager.get(bed.page(code))
        self.assertEqual(bed.edit(code, page=page, summary_fi="Yksi").status, 303)
        self.assertEqual(bed.edit(code, page=page, summary_fi="Yksi").status, 303, "a double click is no clash with oneself")
        self.assertEqual(len(versions(code)), 2)
        self.assertEqual(bed.edit(code, page=page, summary_fi="Kaksi").status, 409, "and other words from an old page are one")

    def test_a_choice_that_was_typed_outlives_a_clash(self):
        code = bed.on_sale()
        path = f"{LIST}/{code}/vaihtoehdot"
        early = bed.editor.get(path).form(path)["fields"]
        bed.edit(code, summary_fi="Toinen")
        typed = {"name_fi": "Iso", "name_sv": "Stor", "name_en": "Large", "stock": "9"}
        told = bed.editor.post(path, {**early, **typed})
        self.assertEqual(told.status, 409)
        self.assertIn("Joku muu muutti tuotetta samaan aikaan", told.text)
        fields = told.form(path)["fields"]
        self.assertEqual({name: fields[name] for name in typed}, typed)
        self.assertEqual([bed.editor.post(path, fields).status for _ in range(2)], [303, 303])
        self.assertEqual(bed.sql(f"SELECT v.name_fi, v.active FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}' ORDER BY v.id"), [["", "0"], ["Iso", "1"]])
        variant = bed.one(f"SELECT MAX(v.id) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}'")
        url = f"/fi/vaihtoehto/{variant}"
        early = bed.manager.get(url).form(url)["fields"]
        bed.edit(code, bed.editor, summary_fi="Kolmas")
        told = bed.manager.post(url, {**early, "name_fi": "Suurin", "price_everyone": "77"})
        again = told.form(url)["fields"]
        self.assertEqual((told.status, again["name_fi"], again["price_everyone"]), (409, "Suurin", "77,00"))
        self.assertEqual(bed.manager.post(url, again).status, 303)
        self.assertEqual(bed.sql(f"SELECT v.name_fi, r.cents, t.summary FROM variants v JOIN prices r ON r.variant_id = v.id JOIN product_texts t ON t.product_id = v.product_id AND t.lang = 'fi' WHERE v.id = {variant}"), [["Suurin", "7700", "Kolmas"]])

    def test_another_s_price_of_a_choice_is_neither_written_over_nor_put_back(self):
        code = bed.on_sale()
        path = f"{LIST}/{code}/vaihtoehdot"
        self.assertEqual(bed.manager.post(path, {**bed.manager.get(path).form(path)["fields"], "name_fi": "Iso", "name_sv": "Stor", "name_en": "Large", "stock": "9"}).status, 303)
        url = "/fi/vaihtoehto/" + bed.one(f"SELECT MAX(v.id) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}'")
        for price, typo in (("20", {}), ("30", {"name_sv": ""})):
            early = bed.manager.get(url).form(url)["fields"]
            self.assertEqual(bed.manager.post(url, {**early, "price_everyone": price}).status, 303)
            fields = {**early, "name_fi": "Suuri " + price}
            if typo:
                wrong = bed.manager.post(url, {**fields, **typo})
                self.assertEqual(wrong.status, 200)
                fields = {**wrong.form(url)["fields"], "name_sv": "Stor"}
            told = bed.manager.post(url, fields)
            self.assertEqual(told.status, 409, "a mistake on the way hides nobody's change")
            fields = told.form(url)["fields"]
            self.assertEqual((fields["name_fi"], fields["price_everyone"]), ("Suuri " + price, price + ",00"))
            self.assertEqual(bed.manager.post(url, fields).status, 303)
            self.assertEqual(bed.sql(f"SELECT v.name_fi, r.cents FROM variants v JOIN prices r ON r.variant_id = v.id WHERE v.id = {url.rsplit('/', 1)[1]}"), [["Suuri " + price, price + "00"]])

    def test_what_both_took_away_undoes_nothing_else(self):
        code = bed.made(price_child="5", delivery_post="1")
        early = bed.manager.get(bed.page(code))
        self.assertEqual(bed.edit(code, price_child="", delivery_post="", name_en="The manager's").status, 303)
        told = bed.edit(code, page=early, price_child="", delivery_post="", summary_fi="Toinen")
        fields = told.form(bed.page(code))["fields"]
        self.assertEqual((told.status, fields["summary_fi"], fields["name_en"], fields["price_child"], fields.get("delivery_post")), (409, "Toinen", "The manager's", "", None))

    def test_times_that_were_sent_twice_are_made_once(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        path = f"{LIST}/{code}/vaihtoehdot"
        one = {**bed.manager.get(path).form(path)["fields"], "starts": "2037-01-05T18:00", "minutes": "60", "stock": "10"}
        self.assertEqual([bed.manager.post(path, one).status for _ in range(2)], [303, 303])
        many = {**bed.manager.get(path).form(f"{LIST}/{code}/ajat")["fields"], "first": "2037-02-01", "weeks": "2", "clock": "18.00", "length": "60", "quota": "5", "day_mon": "1"}
        self.assertEqual([bed.manager.post(f"{LIST}/{code}/ajat", many).status for _ in range(2)], [303, 303])
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}'"), "3")

    def test_what_is_brought_back_from_an_old_page_is_told_there(self):
        code = bed.made()
        bed.edit(code, summary_fi="Toinen")
        page = bed.manager.get(f"{LIST}/{code}/historia")
        bed.edit(code, bed.editor, summary_fi="Kolmas")
        form = [one for one in page.forms() if one["fields"].get("version") == "1"][0]
        told = bed.manager.post(form["action"], form["fields"])
        self.assertEqual(told.status, 409)
        self.assertIn("Mitään ei palautettu", told.text)
        self.assertEqual(field(code, "summary_fi"), "Kolmas")
        self.assertEqual(back(code, 1).status, 303)
        self.assertEqual(field(code, "summary_fi"), "Lautanen fi")

    def test_an_import_meanwhile_is_a_clash(self):
        page = bed.manager.get(bed.page("p1"))
        bed.sql("UPDATE product_texts SET summary = 'Tuotu' WHERE product_id = 1 AND lang = 'fi'; UPDATE products SET revision = revision + 1 WHERE id = 1")
        told = bed.edit("p1", page=page, summary_fi="Minun", summary_sv="Min", summary_en="Mine", **{f"description_{lang}": "Muki" for lang in ("fi", "sv", "en")})
        self.assertEqual(told.status, 409)
        self.assertIn("Tuotu", told.text)
        self.assertEqual(bed.manager.post(bed.page("p1"), told.form(bed.page("p1"))["fields"]).status, 303)


class History(unittest.TestCase):
    def test_who_changed_what_and_when(self):
        code = bed.made()
        bed.edit(code, bed.editor, summary_fi="Toinen", max_per_order="7")
        self.assertEqual(versions(code), [["1", "manager"], ["2", "editor"]])
        text = html.unescape(bed.manager.get(f"{LIST}/{code}/historia").text)
        self.assertRegex(text, r"Lyhyt kuvaus, fi</th><td[^>]*>Lautanen fi</td><td[^>]*>Toinen</td>")
        self.assertRegex(text, r"Enintään tilauksessa, kpl</th><td[^>]*>5</td><td[^>]*>7</td>")
        self.assertEqual(bed.editor.get(f"{LIST}/{bed.made(unit='sports')}/historia").status, 403)

    def test_what_was_before_the_first_edit_is_kept(self):
        words = {f"{name}_{lang}": "Sanoja" for name in ("summary", "description") for lang in ("fi", "sv", "en")}
        self.assertEqual(bed.edit("p12", **words).status, 303)
        self.assertEqual(versions("p12"), [["1", "NULL"], ["2", "manager"]])
        self.assertIn("Tuonti tai järjestelmä", bed.manager.get(f"{LIST}/p12/historia").text)

    def test_an_older_version_comes_back_as_a_new_one(self):
        code = bed.on_sale(price_child="5", topical="1")
        path = f"{LIST}/{code}/vaihtoehdot"
        before = bed.content(code)
        bed.edit(code, summary_fi="Toinen", topical="", price_child="6", next_child="7", from_child="2037-01-01", delivery_post="1")
        form = bed.manager.get(path).form(path)["fields"]
        self.assertEqual(bed.manager.post(path, {**form, "name_fi": "Iso", "name_sv": "Stor", "name_en": "Large", "stock": "9"}).status, 303)
        variant = bed.variant(code)
        bed.sql(f"UPDATE stock SET free = 1 WHERE variant_id = {variant}")
        self.assertEqual(back(code, 2).status, 303)
        after = bed.content(code)
        for table in ("product_texts", "prices", "coming_prices", "product_deliveries"):
            self.assertEqual(after[table], before[table], table)
        self.assertEqual([row[:3] + row[9:] for row in after["variants"]][:1], [row[:3] + row[9:] for row in before["variants"]])
        self.assertEqual(after["variants"][1][9], "0", "what was made since is no longer sold")
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {variant}"), [["3", "1"]], "pieces stay as they are")
        self.assertEqual(len(versions(code)), 5)
        self.assertIn("Palautettu versio 2", bed.manager.get(f"{LIST}/{code}/historia").text)

    def test_an_older_version_moves_no_time_for_which_tickets_are_sold(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        path = f"{LIST}/{code}/vaihtoehdot"
        for day in ("05", "12"):
            self.assertEqual(bed.manager.post(path, {**bed.manager.get(path).form(path)["fields"], "starts": f"2037-01-{day}T18:00", "minutes": "60", "stock": "10"}).status, 303)
        sold = bed.variant(code)
        for variant, day in ((sold, "06"), (sold + 1, "13")):
            url = f"/fi/vaihtoehto/{variant}"
            self.assertEqual(bed.manager.post(url, {**bed.manager.get(url).form(url)["fields"], "starts": f"2037-01-{day}T18:00", "ends": f"2037-01-{day}T19:00"}).status, 303)
        bed.sql(f"UPDATE stock SET free = 9 WHERE variant_id = {sold}")
        self.assertEqual(back(code, 3).status, 303)
        self.assertEqual(bed.sql(f"SELECT starts_utc, ends_utc FROM variants WHERE id IN ({sold}, {sold + 1}) ORDER BY id"), [["2037-01-06 16:00:00", "2037-01-06 17:00:00"], ["2037-01-12 16:00:00", "2037-01-12 17:00:00"]])

    def test_times_flags_and_kinds_are_told_in_words(self):
        code = bed.made()
        bed.edit(code, sale_until="2036-12-06T18:00", topical="1", withdrawal="service_14d", delivery_post="1", next_everyone="14", from_everyone="2037-01-01")
        text = html.unescape(bed.manager.get(f"{LIST}/{code}/historia").text)
        for field, one, other in (("Myynti päättyy", "–", "la 6.12.2036 klo 18.00"), ("Nostetaan etusivulle", "Ei", "Kyllä"), ("Peruuttamisoikeus", "Tavara, 14 päivää", "Palvelu, 14 päivää"), ("Toimitustavat, post", "–", "Kyllä"),
                                  ("Uusi hinta alkaen, Kaikki", "–", "to 1.1.2037"), ("Uusi hinta, Kaikki", "–", "14,00.€")):
            self.assertRegex(text, f"{field}</th><td[^>]*>{one}</td><td[^>]*>{other}</td>")

    def test_many_differences_are_cut_and_counted(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        path = f"{LIST}/{code}/vaihtoehdot"
        days = {f"day_{day}": "1" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        for first in ("2037-01-05", "2038-03-01"):
            many = {**bed.manager.get(path).form(f"{LIST}/{code}/ajat")["fields"], "first": first, "weeks": "60", "clock": "18.00", "length": "60", "quota": "5", **days}
            self.assertEqual(bed.manager.post(f"{LIST}/{code}/ajat", many).status, 303)
        page = bed.manager.get(f"{LIST}/{code}/historia")
        self.assertEqual(page.text.count("ja 1210 muuta"), 2)
        self.assertLess(len(page.body), 100_000)

    def test_since_when_a_coming_price_stood_is_known_after_the_product_is_saved(self):
        code = bed.on_sale()
        self.assertEqual(bed.edit(code, next_everyone="8", from_everyone="2037-01-01").status, 303)
        of = f"JOIN products p ON p.id = product_id AND p.code = '{code}'"
        bed.sql(f"UPDATE price_days {of} SET from_day = '2026-01-01'; UPDATE coming_prices {of} SET valid_from = '2026-02-01'")
        days = lambda: bed.sql(f"SELECT from_day, cents FROM price_days {of} ORDER BY from_day, written_utc")
        for summary in ("Uusi teksti", "Uudempi teksti"):
            self.assertEqual(bed.edit(code, summary_fi=summary).status, 303)
            self.assertEqual(bed.sql(f"SELECT pr.cents FROM prices pr {of}"), [["800"]])
            self.assertEqual(days(), [["2026-01-01", "1250"], ["2026-02-01", "800"]])
        self.assertEqual(bed.edit(code, price_everyone="9").status, 303)
        self.assertEqual([row[1] for row in days()], ["1250", "800", "900"])

    def test_an_older_version_brings_back_no_price_that_a_coming_one_has_replaced(self):
        code = bed.on_sale()
        path = f"{LIST}/{code}/vaihtoehdot"
        self.assertEqual(bed.manager.post(path, {**bed.manager.get(path).form(path)["fields"], "name_fi": "Iso", "name_sv": "Stor", "name_en": "Large", "stock": "9"}).status, 303)
        url = "/fi/vaihtoehto/" + bed.one(f"SELECT MAX(v.id) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}'")
        self.assertEqual(bed.manager.post(url, {**bed.manager.get(url).form(url)["fields"], "price_everyone": "20", "next_everyone": "25", "from_everyone": "2037-01-01"}).status, 303)
        with_price = versions(code)[-1][0]
        bed.edit(code, summary_fi="Toinen")
        of = f"JOIN products p ON p.id = product_id AND p.code = '{code}'"
        bed.sql(f"UPDATE product_versions {of} SET content = REPLACE(content, '2037-01-01', '2026-02-01'); UPDATE coming_prices {of} SET valid_from = '2026-02-01'; UPDATE price_days {of} SET from_day = '2026-01-01'")
        self.assertEqual(back(code, with_price).status, 303)
        self.assertEqual(bed.sql(f"SELECT r.cents FROM prices r {of} WHERE variant_id > 0"), [["2500"]])
        self.assertEqual(bed.sql(f"SELECT from_day, cents FROM price_days {of} WHERE variant_id > 0 ORDER BY from_day, written_utc"), [["2026-01-01", "2000"], ["2026-02-01", "2500"]])

    def test_who_sets_no_prices_brings_none_back(self):
        code = bed.on_sale()
        bed.edit(code, price_everyone="20", summary_fi="Toinen")
        self.assertEqual(back(code, 2, bed.editor).status, 303)
        self.assertEqual((bed.sql(f"SELECT cents FROM prices p JOIN products q ON q.id = p.product_id WHERE q.code = '{code}'"), field(code, "summary_fi")), ([["2000"]], "Lautanen fi"))

    def test_a_product_may_go_back_only_to_what_is_valid_now(self):
        code = bed.made(vat="press")
        bed.edit(code, vat="standard")
        bed.sql("UPDATE vat_codes SET valid_to = '2026-01-01' WHERE code = 'press'")
        page = back(code, 1, seen="1")
        bed.sql("UPDATE vat_codes SET valid_to = NULL WHERE code = 'press'")
        self.assertEqual((page.status, re.findall(r'<a href="#(vat)">', page.text)), (200, ["vat"]))
        self.assertEqual(page.form(bed.page(code))["fields"]["seen"], "1", "what was changed since the history was opened is told at the next save")


if __name__ == "__main__":
    unittest.main()
