#!/usr/bin/python3
"""Goal: staff with the right on prices make, change, copy and end campaigns and discount codes in their own scope and no other; each change is in the use log, a campaign's pages are made anew, and
what was promised of a campaign that has begun stays."""
import datetime
import html
import re
import unittest
import zoneinfo

from office_bed import OfficeBed
from visitor import history, wrong

LIST, CAMPAIGN, CODE = "/fi/alennukset", "/fi/alennukset/campaign", "/fi/alennukset/code"


def setUpModule():
    global bed, manager, sports, cashier
    bed = OfficeBed()
    # The city's own group: prices of a unit.
    bed.sql("INSERT INTO staff_groups (code, is_ready, name_fi, name_sv, name_en) VALUES ('pricers', FALSE, 'Hinnat', 'Priser', 'Prices'); INSERT INTO staff_group_rights SELECT id, 'prices_edit' FROM staff_groups WHERE code = 'pricers'")
    manager = bed.here(bed.member("shop_manager", "manager"))
    sports = bed.here(bed.member("pricers", "sports-pricer", ("unit", "sports")))
    cashier = bed.here(bed.member("cashier"))


def tearDownModule():
    bed.close()


def day(offset):
    date = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Helsinki")).date() + datetime.timedelta(days=offset)
    return f"{date.day}.{date.month}.{date.year}"


WHOLE = {"name_fi": "Kesäale", "name_sv": "Sommarrea", "name_en": "Summer sale", "percent": "20", "amount": "", "scope": "unit:library", "product": "", "group": "", "from": day(0), "until": day(9)}
ONE_CODE = WHOLE | {"code": "kesa-2027", "max_uses": "100", "minimum": "20"}


def send(at, fields, browser=None):
    browser = browser or manager
    page = browser.get(at)
    assert page.status == 200, page
    return browser.post(at, {**page.form(at)["fields"], **fields})


def words(page):
    return html.unescape(re.sub(r"<[^>]*>", " ", page.text)).replace("\xa0", " ")


def last(table):
    return bed.one(f"SELECT MAX(id) FROM {table}")


class Discounts(unittest.TestCase):
    def setUp(self):
        bed.sql("DELETE FROM discount_uses; DELETE FROM campaigns; DELETE FROM discount_codes")

    def test_a_campaign_is_previewed_made_logged_and_its_pages_are_made_anew(self):
        before = int(bed.one("SELECT COALESCE(MAX(seq), 0) FROM changes"))
        page = send(CAMPAIGN, {**WHOLE, "preview": "1"})
        self.assertIn("mug fi 12,00 € → 9,60 €", words(page))
        self.assertIn("Koskee 2 tuotetta.", words(page))
        self.assertEqual(bed.count("campaigns"), 0, "a preview saves nothing")
        self.assertIn('value="Sommarrea"', page.text)
        self.assertEqual(send(CAMPAIGN, WHOLE).location, LIST)
        self.assertEqual(bed.sql("SELECT name_sv, scope, percent, cents, price_group FROM campaigns"), [["Sommarrea", "unit:library", "20", "NULL", "NULL"]])
        self.assertEqual([row[0] for row in bed.sql(f"SELECT product_id FROM changes WHERE seq > {before} AND kind = 'product' ORDER BY product_id")], ["1", "3"])
        self.assertEqual(bed.sql("SELECT what, object_kind, result FROM use_log WHERE object_kind = 'campaign' ORDER BY month DESC, seq DESC LIMIT 1"), [["change", "campaign", "made"]])
        shown = words(manager.get(LIST))
        self.assertIn("−20 %", shown)
        self.assertIn("Kirjasto", shown)

    def test_a_code_is_offered_made_once_and_compared_as_it_is_typed(self):
        self.assertRegex(manager.get(CODE).form(CODE)["fields"]["code"], r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
        page = manager.get(CODE)
        fields = {**page.form(CODE)["fields"], **ONE_CODE}
        for _ in range(2):
            self.assertEqual(manager.post(CODE, fields).location, LIST)
        self.assertEqual(bed.sql("SELECT code, max_uses, minimum_cents, used FROM discount_codes"), [["KESA2027", "100", "2000", "0"]])
        again = send(CODE, ONE_CODE | {"code": "KESA 2027"})
        self.assertIn("Koodi on jo ollut käytössä", words(again))
        self.assertEqual(wrong(again), ["code"])
        self.assertIn("Käytetty 0 / 100", words(manager.get(LIST)))

    def test_a_form_that_is_sent_again_with_other_details_says_that_they_were_not_saved(self):
        for at, typed, table in ((CAMPAIGN, WHOLE, "campaigns"), (CODE, ONE_CODE, "discount_codes")):
            fields = {**manager.get(at).form(at)["fields"], **typed}
            for _ in range(2):
                self.assertEqual(manager.post(at, fields).location, LIST)
            again = manager.post(at, {**fields, "percent": "30"})
            self.assertEqual((again.status, wrong(again)), (200, ["percent"]))
            self.assertIn("on jo lähetetty", words(again))
            self.assertEqual(bed.sql(f"SELECT percent FROM {table}"), [["20"]])
            self.assertEqual(manager.post(at, fields).location, LIST, "what was saved is still said to be")

    def test_the_preview_counts_from_the_price_that_will_stand(self):
        def preview(first):
            return words(send(CAMPAIGN, {**WHOLE, "from": day(first), "preview": "1"}))
        self.addCleanup(bed.sql, "DELETE FROM coming_prices")
        bed.sql("INSERT INTO coming_prices SELECT product_id, variant_id, price_group, '2026-01-01', 1000 FROM prices WHERE product_id = 1")
        self.assertIn("mug fi 10,00 € → 8,00 €", preview(0))
        bed.sql("UPDATE coming_prices SET valid_from = CURDATE() + INTERVAL 4 DAY")
        self.assertIn("mug fi 12,00 € → 9,60 €", preview(0))
        self.assertIn("mug fi 10,00 € → 8,00 €", preview(7))

    def test_mistakes_are_told_and_nothing_typed_is_lost(self):
        for changed, field, said in (({"name_sv": ""}, "name_sv", "Kirjoita teksti tällä kielellä"), ({"amount": "5"}, "percent", "joko prosentti tai summa"), ({"percent": ""}, "percent", "joko prosentti tai summa"),
                                     ({"percent": "0"}, "percent", "1–100"), ({"percent": "", "amount": "viisi"}, "amount", "summa euroina"), ({"scope": ""}, "scope", "Valitse"), ({"scope": "unit:none"}, "scope", "Valitse"),
                                     ({"scope": "product:", "product": "none"}, "product", "Tällaista tuotetta ei ole"), ({"scope": "product:", "product": "räksä-1"}, "product", "Tällaista tuotetta ei ole"), ({"from": day(-1)}, "from", "alkaa tänään tai myöhemmin"), ({"from": day(3), "until": day(1)}, "until", "ennen ensimmäistä"),
                                     ({"from": "kesällä"}, "from", "Kirjoita päivä")):
            page = send(CAMPAIGN, WHOLE | changed)
            self.assertEqual((page.status, wrong(page)[:1]), (200, [field]), changed)
            self.assertIn(said, words(page))
            self.assertIn('value="Kesäale"', page.text)
        self.assertEqual(wrong(send(CODE, ONE_CODE | {"code": "ä"})), ["code"])
        self.assertEqual(bed.count("campaigns") + bed.count("discount_codes"), 0)

    def test_a_campaign_that_has_begun_keeps_its_price_and_may_be_ended_or_copied(self):
        send(CAMPAIGN, WHOLE)
        at = f"{LIST}/campaign-{last('campaigns')}"
        self.assertIn("on alkanut", words(send(at, {"percent": "50"})))
        self.assertEqual(send(at, {"name_fi": "Syysale", "until": day(5)}).location, LIST)
        self.assertEqual(bed.sql("SELECT name_fi, percent, version FROM campaigns"), [["Syysale", "20", "2"]])
        page = manager.get(at)
        self.assertEqual(manager.post(at + "/lopeta", page.form(at + "/lopeta")["fields"]).location, LIST)
        self.assertEqual(bed.one("SELECT ended_utc IS NOT NULL FROM campaigns"), "1")
        self.assertIn("Lopetettu", words(manager.get(LIST)))
        self.assertEqual(manager.post(at + "/lopeta", page.form(at + "/lopeta")["fields"]).location, LIST, "twice is once")
        over = manager.get(at)
        self.assertNotIn("Tallenna", words(over))
        copied = manager.get(re.search(r'href="([^"]*copy=[^"]*)"', over.text).group(1)).form(CAMPAIGN)["fields"]
        self.assertEqual((copied["name_fi"], copied["percent"], copied["scope"], copied["from"]), ("Syysale", "20", "unit:library", ""))

    def test_who_changed_what_stands_on_its_page_with_the_values_before(self):
        send(CAMPAIGN, WHOLE | {"from": day(2)})
        at = f"{LIST}/campaign-{last('campaigns')}"
        self.assertEqual(history(manager.get(at)), [], "it is as it was made")
        fields = {**manager.get(at).form(at)["fields"], "percent": "", "amount": "12,50", "name_sv": "Rea", "scope": "shop:"}
        for _ in range(2):
            manager.post(at, fields)  # a double click
        self.assertEqual(send(at, {"preview": "1", "percent": "7", "amount": ""}).status, 200)
        page = manager.get(at)
        self.assertEqual(manager.post(at + "/lopeta", page.form(at + "/lopeta")["fields"]).location, LIST)
        ended, changed = history(manager.get(at))
        self.assertEqual(ended, ("Liisa Åkerman", [("Tila", "Tulossa", "Lopetettu")]))
        self.assertEqual((changed[0], sorted(changed[1])), ("Liisa Åkerman", [("Alennus", "–", "Hinta 12,50 €"), ("Alennus", "−20 %", "–"), ("Mitä alennus koskee", "yksikkö: Kirjasto", "koko verkkokauppa"), ("Nimi, Ruotsiksi", "Sommarrea", "Rea")]))
        english = history(manager.get(at.replace(LIST, "/en/discounts")))
        self.assertIn(("Discount", "–", "Price €12.50"), [one for _, edits in english for one in edits])
        send(CODE, ONE_CODE)
        at = f"{LIST}/code-{last('discount_codes')}"
        send(at, {"max_uses": "5", "group": "everyone"})
        self.assertEqual(history(manager.get(at)), [("Liisa Åkerman", [("Hintaryhmä", "–", "Kaikki"), ("Käyttökertoja enintään", "100", "5")])])

    def test_of_two_who_change_one_at_once_the_second_sees_what_differs_and_loses_nothing(self):
        for at, typed, table in ((CAMPAIGN, WHOLE | {"from": day(2)}, "campaigns"), (CODE, ONE_CODE | {"from": day(2)}, "discount_codes")):
            send(at, typed)
            at = f"{LIST}/{at.rsplit('/')[-1]}-{last(table)}"
            first, second = (manager.get(at).form(at)["fields"] for _ in range(2))
            first = {**first, "percent": "", "amount": "5", "name_sv": "Rea", "until": day(8)}
            for _ in range(2):
                self.assertEqual(manager.post(at, first).location, LIST, "a form that is sent twice is saved once")
            mine = {"percent": "40", "name_en": "Big sale", "until": day(8)}
            page = manager.post(at, {**second, **mine})
            told = words(page)
            self.assertIn("Joku muu muutti tätä sillä välin", told)
            notice = re.search('(?s)<div class="notice notice-warning".*?</div>', page.text).group()
            self.assertEqual(sorted(re.findall("<li>([^:]*):", notice)), ["Alennus", "Nimi, Englanniksi", "Nimi, Ruotsiksi"])
            for theirs in ("5,00 €", "Nimi, Ruotsiksi: Rea", "Nimi, Englanniksi: Summer sale"):
                self.assertIn(theirs, told)
            self.assertEqual(bed.sql(f"SELECT percent, cents, version FROM {table}"), [["NULL", "500", "2"]])
            again = page.form(at)["fields"]
            self.assertEqual({field: again[field] for field in mine}, mine)
            self.assertEqual(manager.post(at, again).location, LIST, "saving again decides")
            self.assertEqual(bed.sql(f"SELECT percent, name_sv, name_en, version FROM {table}"), [["40", "Sommarrea", "Big sale", "3"]])

    def test_who_types_while_somebody_ends_it_loses_nothing(self):
        send(CAMPAIGN, WHOLE)
        at = f"{LIST}/campaign-{last('campaigns')}"
        page = manager.get(at)
        manager.post(at + "/lopeta", page.form(at + "/lopeta")["fields"])
        late = manager.post(at, {**page.form(at)["fields"], "name_fi": "Syysale"})
        self.assertEqual((wrong(late), late.form(at)["fields"]["name_fi"]), (["until"], "Syysale"))

    def test_only_in_ones_own_scope(self):
        page = sports.get(CAMPAIGN)
        for value, offered in (("shop:", False), ("unit:library", False), ("unit:sports", True), ("category:things", False), ("category:cards", False)):
            self.assertEqual(f'value="{value}"' in page.text, offered, value)
        for scope, product in (("shop:", ""), ("unit:library", ""), ("category:cards", ""), ("product:", "mug")):
            self.assertIn("Et voi muuttaa", words(send(CAMPAIGN, WHOLE | {"scope": scope, "product": product}, sports)))
        self.assertEqual(send(CAMPAIGN, WHOLE | {"scope": "product:", "product": "gym-card"}, sports).location, LIST)
        send(CAMPAIGN, WHOLE | {"name_fi": "Kirjaston ale"})
        theirs = f"{LIST}/campaign-{last('campaigns')}"
        self.assertNotIn("Kirjaston ale", words(sports.get(LIST)))
        self.assertEqual(sports.get(theirs).status, 403)
        self.assertEqual(sports.post(theirs + "/lopeta", {"form": page.form(CAMPAIGN)["fields"]["form"]}).status, 403)
        self.assertEqual(sports.post(theirs, {**page.form(CAMPAIGN)["fields"], **WHOLE, "scope": "unit:sports"}).status, 403)
        self.assertEqual(bed.one("SELECT ended_utc IS NULL AND scope = 'unit:library' FROM campaigns ORDER BY id DESC LIMIT 1"), "1")
        self.assertEqual(cashier.get(LIST).status, 403)

    def test_uses_and_takings_are_shown(self):
        send(CODE, ONE_CODE)
        order = bed.paid()
        bed.sql(f"INSERT INTO discount_uses VALUES ({order.id}, {last('discount_codes')}, 300, TRUE); UPDATE discount_codes SET used = 1")
        self.assertIn("Käytetty 1 / 100", words(manager.get(LIST)))
        self.assertIn("Myyty 12,00 €, alennettu 3,00 €", words(manager.get(LIST)))

    def test_what_is_none_is_not_found(self):
        for key in ("campaign-0", "code-999999", "campaign-x", "campaign-", "x", "code-1' OR 1"):
            self.assertEqual(manager.get(f"{LIST}/{key}".replace(" ", "%20")).status, 404, key)


if __name__ == "__main__":
    unittest.main()
