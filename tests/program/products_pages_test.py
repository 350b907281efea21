#!/usr/bin/python3
"""Goal: what staff publish is on the site within seconds, in three languages; a preview is the very page that the site will have; a price that begins on a day begins by itself."""
import datetime
import re
import time
import unittest
import zoneinfo

from products_bed import ALL, LIST, ProductsBed, wait_until

SECONDS = 30
HELSINKI = zoneinfo.ZoneInfo("Europe/Helsinki")


def setUpModule():
    global bed
    bed = ProductsBed()
    bed.start_render()


def tearDownModule():
    bed.close()


def preview(code=None, lang="fi", kind="goods", browser=None, **changed):
    """The page that a preview ends in."""
    browser, path = browser or bed.manager, bed.page(code) if code else "/fi/uusi-tuote"
    form = browser.get(path if code else f"{path}?kind={kind}").form(path)
    fields = {**form["fields"], **({} if code else ALL), **changed}
    answer = browser.post(f"{path}/esikatselu", fields)
    if answer.status != 303:
        return answer
    at = {"fi": "/fi/esikatselu/", "sv": "/sv/forhandsvisning/", "en": "/en/preview/"}[lang] + answer.location.rsplit("/", 1)[1]
    page = None

    def there():
        nonlocal page
        page = browser.get(at)
        return page.header("Refresh") is None
    assert wait_until(there, SECONDS), bed.log("render")
    return page


class Publishing(unittest.TestCase):
    def test_what_is_published_is_on_the_site_and_what_is_hidden_is_not(self):
        code = bed.made(name_fi="Uusi näkyy", name_sv="Nytt syns", name_en="New is seen")
        files = {"fi": "fi/tuote/uusi-nakyy.html", "sv": "sv/produkt/nytt-syns.html", "en": "en/product/new-is-seen.html"}
        time.sleep(3)
        self.assertEqual([bed.site(name) for name in files.values()], [None] * 3, "a draft")
        bed.act(code, "julkaise")
        for name, words in zip(files.values(), ("Uusi näkyy", "Nytt syns", "New is seen")):
            self.assertTrue(wait_until(lambda: words in (bed.site(name) or ""), SECONDS), name)
        bed.edit(code, summary_fi="Aivan uusi teksti")
        self.assertTrue(wait_until(lambda: "Aivan uusi teksti" in bed.site(files["fi"]), SECONDS))
        bed.act(code, "piilota")
        self.assertTrue(wait_until(lambda: [bed.site(name) for name in files.values()] == [None] * 3, SECONDS))

    def test_pieces_that_came_are_on_the_site(self):
        code = bed.on_sale(name_fi="Loppunut laatikko", stock="0")
        page = "fi/tuote/loppunut-laatikko.html"
        self.assertTrue(wait_until(lambda: "Loppu" in (bed.site(page) or ""), SECONDS))
        url = f"/fi/vaihtoehto/{bed.variant(code)}"
        bed.manager.post(url + "/saldo", {**bed.manager.get(url).form(url + "/saldo")["fields"], "pieces": "2", "reason": "Tuli lisää"})
        self.assertTrue(wait_until(lambda: "2 jäljellä" in bed.site(page), SECONDS))


class Preview(unittest.TestCase):
    def test_it_is_the_page_that_the_site_will_have(self):
        code = bed.on_sale(name_fi="Ennen kuin näkyy", description_fi="Alkuteksti")
        page = "fi/tuote/ennen-kuin-nakyy.html"
        self.assertTrue(wait_until(lambda: bed.site(page), SECONDS))
        changed = dict(name_fi="Toinen nimi", description_fi="### Otsikko\n\n- yksi\n- <b>kaksi</b>", price_everyone="99", withdrawal="digital", delivery_post="1")
        seen = preview(code, **changed)
        mark = re.search(r'<p class="preview-mark"[^\n]*\n', seen.text)
        self.assertTrue(mark)
        self.assertNotIn("99,00", bed.site(page), "and the site has it not")
        self.assertEqual(bed.edit(code, **changed).status, 303)
        self.assertTrue(wait_until(lambda: "99,00" in bed.site(page), SECONDS))
        without = lambda text: re.sub(r"[^<>]*klo \d+\.\d\d[^<>]*", "TIME", text)  # the moment that it was made at
        self.assertEqual(without(seen.text.replace(mark.group(), "")), without(bed.site(page)))

    def test_a_draft_and_one_that_is_not_there_yet_in_each_language(self):
        draft = bed.made(summary_en="", name_en="", description_en="")
        self.assertIn("Puinen lautanen sv", preview(draft, "sv").text)
        self.assertIn("has no texts in this language", preview(draft, "en").text)
        self.assertIn("Puinen lautanen sv", preview(bed.on_sale(shown_from="2036-12-01T09:00"), "sv").text, "nor one whose time comes later")
        before = bed.one("SELECT COUNT(*) FROM products")
        for lang in ("fi", "sv", "en"):
            self.assertIn(f"Puinen lautanen {lang}", preview(lang=lang).text)
        self.assertEqual(bed.one("SELECT COUNT(*) FROM products"), before)

    def test_only_who_may_edit_it_sees_it_and_for_an_hour(self):
        seen = bed.made(unit="sports")
        path = f"{LIST}/{seen}"
        answer = bed.manager.post(path + "/esikatselu", bed.manager.get(path).form(path)["fields"])
        self.assertEqual(bed.editor.get(answer.location).status, 403)
        self.assertEqual(bed.manager.get(answer.location).status, 200)
        bed.sql("UPDATE previews SET made_utc = made_utc - INTERVAL 2 HOUR")
        self.assertIn("Esikatselua ei ole enää", bed.manager.get(answer.location).text)
        self.assertEqual(preview(price_everyone="halpa").status, 200)

    def test_one_that_could_not_be_made_is_tried_again(self):
        code = bed.made()
        bed.set_fault("preview.page throw\npreview.page throw\n")
        self.assertIn("Puinen lautanen fi", preview(code).text)
        self.assertEqual(bed.log("render").count("preview_failed"), 2)

    def test_an_editor_previews_with_the_prices_that_are(self):
        code = bed.made()
        self.assertIn("12,50", preview(code, browser=bed.editor, price_everyone="0,01").text)


class Prices(unittest.TestCase):
    def test_a_price_begins_on_its_day_in_finland_by_itself(self):
        now = datetime.datetime.now(HELSINKI)
        tomorrow = datetime.datetime.combine(now.date() + datetime.timedelta(days=1), datetime.time(), HELSINKI)
        code = bed.on_sale(name_fi="Hinta vaihtuu")
        self.assertEqual(bed.edit(code, next_everyone="20", from_everyone=tomorrow.date().isoformat()).status, 303)
        page, variant = "fi/tuote/hinta-vaihtuu.html", bed.variant(code)
        self.assertTrue(wait_until(lambda: "12,50" in (bed.site(page) or ""), SECONDS))
        cart = lambda buyer: buyer.get(buyer.paths["cart"]).text
        buyer = bed.buyer()
        buyer.add(variant)
        buyer.fill_details()
        review = buyer.review()
        seconds = int(tomorrow.timestamp() - now.timestamp())
        bed.later(seconds - bed.at_reset - 40)
        try:
            self.assertIn("12,50", cart(buyer), "half a minute before midnight")
            bed.later(seconds - bed.at_reset + 5)
            self.assertIn("20,00", cart(buyer), "and after it")
            self.assertEqual((buyer.order(review).location, bed.count(f"order_lines WHERE variant_id = {variant}")), (buyer.paths["cart"], 0), "what was agreed to before midnight isn't ordered at another price")
            buyer.get(buyer.paths["cart"])
            buyer.fill_details()
            self.assertEqual(buyer.order().status, 303)
            self.assertEqual(bed.one(f"SELECT unit_cents FROM order_lines WHERE variant_id = {variant}"), "2000", "the price at the order's moment counts")
            self.assertTrue(wait_until(lambda: "20,00" in bed.site(page) and "12,50" not in bed.site(page)), "and the page followed")
        finally:
            bed.later(0)

    def test_one_that_begins_today_is_todays(self):
        code = bed.on_sale()
        bed.edit(code, next_everyone="8", from_everyone=datetime.datetime.now(HELSINKI).date().isoformat())
        self.assertEqual(bed.sql(f"SELECT cents FROM prices p JOIN products q ON q.id = p.product_id WHERE q.code = '{code}'"), [["800"]])
        self.assertEqual(bed.count(f"coming_prices c JOIN products q ON q.id = c.product_id WHERE q.code = '{code}'"), 0)


if __name__ == "__main__":
    unittest.main()
