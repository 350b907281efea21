#!/usr/bin/python3
"""Goal: however much waits, a page of the staff stays light (100 kB), and the links at the end of a list lead through all of it, each row once."""
import html
import re
import unittest

from lists_bed import CROWDED, FULL_ORDER, MANY, ORDERS, REQUESTS, SESSIONS, ListsBed
from visitor import wrong

HEAVIEST = 100_000
REFUNDS, APPROVE, ALERTS, DELIVERIES, ACTIVITIES, SETTLEMENTS = "/fi/hyvitykset", "/fi/hyvaksyttavat-hyvitykset", "/fi/halytykset", "/fi/toimitukset", "/fi/kurssit", "/fi/tilitykset"


def setUpModule():
    global bed, somebody
    bed = ListsBed()
    somebody = bed.everybody


def tearDownModule():
    bed.close()


def ids(sql):
    return [row[0] for row in bed.sql(sql)]


class Lists(unittest.TestCase):
    def light(self, path):
        page = somebody.get(path)
        self.assertEqual(page.status, 200, (path, bed.log("backoffice")[-800:]))
        self.assertLessEqual(len(page.text.encode()), HEAVIEST, path)
        return page.text

    def all_of(self, path, pattern, onward="Näytä seuraavat", section=None):
        """The rows of a list from page to page; of a page of several lists of the section that is about `section`."""
        found, pages = [], 0
        while path:
            text = self.light(path)
            if section:
                text = re.search(rf'(?s)<section aria-labelledby="{section}".*?</section>', text).group()
            rows = re.findall(pattern, text)
            self.assertTrue(rows, path)
            found += rows
            link = re.search(rf'<a href="([^"]*)">{onward}', text)
            path = link and html.unescape(link.group(1)).split("#")[0]
            pages += 1
            self.assertLess(pages, 200)
        self.assertGreater(pages, 1)
        return found

    def test_refunds_and_withdrawals(self):
        requests = lambda i: ids(f"SELECT id FROM refund_requests WHERE id > {REQUESTS + i * 1000} AND id <= {REQUESTS + i * 1000 + MANY} ORDER BY requested_utc, id")
        self.assertEqual(self.all_of(REFUNDS, r'type="hidden" name="request" value="(\d+)"', section="a"), requests(0))
        orders_of = lambda i: [str(ORDERS + int(one) - REQUESTS - i * 1000) for one in requests(i)]
        for i, section in ((1, "r"), (2, "u"), (3, "f")):
            self.assertEqual(self.all_of(REFUNDS, r'/fi/tilaukset/(\d+)"', section=section), orders_of(i))
        self.assertEqual(self.all_of(REFUNDS, r'name="withdrawal" value="(\d+)"', section="w"), ids("SELECT id FROM withdrawals ORDER BY received_utc, id"))
        self.assertEqual(self.all_of(APPROVE, r'name="request" value="(\d+)"'), requests(1))

    def test_a_later_page_that_was_emptied_does_not_say_that_nothing_waits(self):
        for path, after, nothing in ((ALERTS, "999999999", "Avoimia hälytyksiä ei ole"), (DELIVERIES, "999999999+culture+post", "Mikään ei odota luovutusta"), (REFUNDS + "?list=asked", "999999999", "Mikään ei odota hyvitystä"), (APPROVE, "999999999", "Mikään ei odota hyväksyntääsi")):
            with self.subTest(path):
                page = somebody.get(f"{path}{'&' if '?' in path else '?'}after={after}").text
                self.assertNotIn(nothing, page)
                self.assertIn("Takaisin alkuun", page)

    def test_a_form_of_a_later_page_comes_back_to_it(self):
        later = f"{REFUNDS}?list=asked&after={REQUESTS + 100}"
        page = somebody.get(later)
        action = next(one["action"] for one in page.forms() if "/hylkaa" in one["action"])
        fields = page.form(action)["fields"]
        answer = somebody.post(action, {**fields, "words": ""})
        self.assertEqual(wrong(answer), [f"why_{fields['request']}"])
        self.assertLessEqual(len(answer.text.encode()), HEAVIEST)
        self.assertEqual(somebody.post(action, {**fields, "words": "Ei"}).location, later)
        bed.sql(f"UPDATE refund_requests SET state = 'asked' WHERE id = {fields['request']}")
        self.assertIn("Takaisin alkuun", somebody.get(f"{REFUNDS}?list=asked&after=1").text, "nobody knows that row: an empty page leads back")

    def test_alerts_and_any_one_of_them(self):
        expected = ids("SELECT id FROM staff_alerts WHERE resolved_utc IS NULL AND kind IN ('paid_no_stock', 'refund_failed', 'session_short') ORDER BY id")
        self.assertEqual(self.all_of(ALERTS, r'name="alert" value="(\d+)"'), expected)
        self.assertIn(f"Hälytyksiä: {len(expected)}<", somebody.get("/fi/tyopoyta").text, "the desk counts all")
        last = expected[-1]
        form = somebody.get(ALERTS).form(ALERTS + "/kuittaa")["fields"]
        self.assertEqual(wrong(somebody.post(ALERTS + "/kuittaa", {**form, "alert": last, "words": ""})), [f"words_{last}"])
        self.assertEqual(somebody.post(ALERTS + "/kuittaa", {**form, "alert": last, "words": "Soitettu"}).status, 303)
        self.assertEqual(bed.one(f"SELECT resolved_words FROM staff_alerts WHERE id = {last}"), "Soitettu")
        self.assertEqual(somebody.post(ALERTS + "/kuittaa", {**form, "alert": last, "words": "Uudestaan"}).status, 303, "a form sent twice")
        self.assertEqual(bed.one(f"SELECT resolved_words FROM staff_alerts WHERE id = {last}"), "Soitettu")

    def test_an_alert_of_others_is_nobodys_by_its_number(self):
        alert = bed.one("SELECT MAX(id) FROM staff_alerts WHERE kind = 'paid_no_stock'")
        coach = bed.here(bed.member("cashier", "coach", ("unit", "sports")))
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(coach.post(ALERTS + "/kuittaa", {"form": token, "alert": alert, "words": "Minä"}).status, 404)

    def test_deliveries_and_the_pick_list(self):
        parcels = [" ".join(row) for row in bed.sql("SELECT order_id, unit_code, delivery_code FROM deliveries ORDER BY order_id, unit_code, delivery_code")]
        self.assertEqual(self.all_of(DELIVERIES, r'name="parcel" value="([^"]*)"'), parcels)
        wanted = int(bed.one("SELECT SUM(l.quantity) FROM deliveries d JOIN order_lines l ON l.order_id = d.order_id AND l.delivery_code = d.delivery_code WHERE d.state = 'waiting'"))
        self.assertEqual(sum(map(int, self.all_of(DELIVERIES + "/kerailylista", r'<td class="num">(\d+)</td>'))), wanted)
        numbers = self.all_of(DELIVERIES + "/kerailylista", r"(\w+[ -]\w+) \(\d")
        self.assertEqual(len(set(numbers)), int(bed.one("SELECT COUNT(DISTINCT order_id) FROM deliveries WHERE state = 'waiting'")))

    def test_the_slips_of_all_parcels_of_a_page(self):
        page = somebody.get(DELIVERIES)
        parcels = re.findall(r'name="parcel" value="([^"]*)"', page.text)
        done = somebody.post(DELIVERIES + "/merkitse", [("form", page.form(DELIVERIES + "/merkitse")["fields"]["form"]), ("to", "slips"), *(("parcel", one) for one in parcels)])
        self.assertEqual(len(re.findall(r'<article class="receipt slip"', self.light(done.location))), len(parcels))
        most = [row[0] for row in bed.sql("SELECT CONCAT_WS(' ', order_id, unit_code, delivery_code) FROM deliveries ORDER BY order_id DESC LIMIT 50")]
        self.light(f"{DELIVERIES}/lahetteet?" + "&".join("parcel=" + one.replace(" ", "+") for one in most))

    def test_marks_on_a_later_page(self):
        last = bed.one("SELECT MAX(order_id) FROM deliveries")
        form = somebody.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]
        answer = somebody.post(DELIVERIES + "/merkitse", {"form": form["form"], "to": "ready", "parcel": f"{last} culture post"})
        self.assertEqual(wrong(answer), ["parcel"])
        self.assertLessEqual(len(answer.text.encode()), HEAVIEST)
        later = f"{DELIVERIES}/merkitse?after={last}+culture+collect"
        done = somebody.post(later, {"form": form["form"], "to": "delivered", "parcel": f"{last} culture post"})
        self.assertEqual((done.status, done.location.split("?")[0]), (303, DELIVERIES))
        self.assertIn("after=", done.location)
        bed.sql(f"UPDATE deliveries SET state = 'waiting' WHERE order_id = {last}")

    def test_activities_with_their_sessions(self):
        found = self.all_of(ACTIVITIES, r'href="/fi/kurssit/(\d+)"')
        self.assertEqual(sorted(found), sorted(ids(f"SELECT variant_id FROM activity_sessions WHERE variant_id >= {SESSIONS}")))
        without = self.all_of(ACTIVITIES, r'<section class="group-card" id="([^"]*)"')
        self.assertEqual(set(without), set(ids(f"SELECT code FROM products WHERE kind = 'activity' AND id >= {CROWDED}")) | set(ids("SELECT p.code FROM products p JOIN activities a ON a.product_id = p.id")))
        signed = self.all_of(f"{ACTIVITIES}/{SESSIONS + 2}", r'<li><strong>(\w+)</strong>', section="signed")
        self.assertEqual(sorted(signed), sorted(ids("SELECT number FROM registrations WHERE state = 'confirmed'")))
        waiting = self.all_of(f"{ACTIVITIES}/{SESSIONS + 2}", r'<li><strong>(\d+)\. ', section="waiting")
        self.assertEqual(waiting, [str(n) for n in range(1, len(waiting) + 1)])
        self.assertEqual(len(waiting), int(bed.one("SELECT COUNT(*) FROM registrations WHERE state = 'waiting'")))

    def test_lists_of_several_parts(self):
        self.light("/fi/alennukset")
        for part in ("on", "coming", "over"):
            found = self.all_of(f"/fi/alennukset?list={part}", r'href="/fi/alennukset/((?:code|campaign)-\d+)"')
            self.assertEqual((len(found), len(set(found))), (2 * MANY, 2 * MANY), part)
        for part in ("waiting", "review", "standing"):
            found = self.all_of(f"/fi/hyvaksynnat?list={part}", r'href="/fi/henkilot/person-(\d+)"')
            self.assertEqual(len(found), len(set(found)))
            self.assertAlmostEqual(len(found), MANY / 3, delta=1)
        self.light("/fi/hyvaksynnat")
        self.light("/fi/ryhmat")
        found = self.all_of("/fi/ryhmat?list=cashier", r'href="/fi/henkilot/person-(\d+)"')
        self.assertEqual(sorted(map(int, found)), list(range(1, MANY + 1)))

    def test_lists_of_one_part(self):
        for path, pattern, onward, count in (("/fi/tuotteet?q=thing", r'href="/fi/tuotteet/(thing-\d+)"', "Näytä", MANY), ("/fi/lomakkeet", r'href="/fi/lomakkeet/(form-\d+)"', "Näytä seuraavat", MANY), ("/fi/portit", r'name="gate" value="(\d+)"', "Näytä seuraavat", MANY),
                                             ("/fi/myynnin-sulku", r'name="closure" value="(\d+)"', "Näytä seuraavat", MANY), ("/fi/henkilot?q=Kukka", r'href="/fi/henkilot/(person-\d+)"', "Näytä", MANY), ("/fi/tilaukset", r'href="/fi/tilaukset/(\d+)"', "Näytä", MANY + 2),
                                             (f"/fi/tilaukset/{FULL_ORDER}", r"<span>Soitti (että)", "Näytä", MANY), (f"/fi/tuotteet/thing-1/vaihtoehdot", r'href="/fi/vaihtoehto/(\d+)"', "Näytä", MANY)):
            with self.subTest(path):
                found = self.all_of(path, pattern, onward)
                self.assertEqual(len(found), count)
                if found[0] != "että":
                    self.assertEqual(len(set(found)), count)

    def test_histories(self):
        newest_first = [str(n) for n in range(MANY, 0, -1)]
        for path in (f"{ACTIVITIES}/{SESSIONS + 2}", "/fi/lomakkeet/form-1", "/fi/alennukset/campaign-1", "/fi/alennukset/code-1"):
            with self.subTest(path):
                self.assertEqual(self.all_of(path, r">Numero (\d+)</td>", section="history"), newest_first)
        self.assertEqual(self.all_of("/fi/vaihtoehto/1", r">\+(\d+)</td>"), newest_first)
        versions = ids(f"SELECT v.version FROM product_versions v JOIN products p ON p.id = v.product_id WHERE p.code = '{bed.historic}' AND v.version <> p.revision ORDER BY v.version DESC")
        self.assertGreaterEqual(len(versions), MANY)
        self.assertEqual(self.all_of(f"/fi/tuotteet/{bed.historic}/historia", r'name="version" value="(\d+)"'), versions)

    def test_an_edit_of_more_than_a_page_says_how_much_more_it_changed(self):
        edit = bed.one(f"SELECT id FROM edit_history WHERE subject = 'form' AND JSON_LENGTH(changes) > 60 ORDER BY id LIMIT 1")
        text = self.light(f"/fi/lomakkeet/form-1?list=history&after={int(edit) + 1}")
        first = re.search(r'(?s)<ol class="versions"><li>.*?</li>', text).group()
        shown, more = first.count('<tr><th scope="row"') - 1, int(re.search(r">ja (\d+) muuta<", first).group(1))
        self.assertEqual(shown + more, 61)

    def test_settlements_and_their_differences(self):
        self.light(SETTLEMENTS)
        self.assertEqual(self.all_of(SETTLEMENTS + "?list=open", r'name="difference" value="(\d+)"'), ids("SELECT id FROM settlement_differences WHERE explained_utc IS NULL ORDER BY id"))
        self.assertEqual(self.all_of(SETTLEMENTS + "?list=explained", r'class="code-like"[^>]*>([^<]+)<'), ids("SELECT transaction_id FROM settlement_differences WHERE explained_utc IS NOT NULL ORDER BY explained_utc DESC, id DESC"))
        self.assertEqual(self.all_of(SETTLEMENTS + "?list=settlements", r'data-label="Viite tiliotteella">(\d+)</td><td class="num" data-label="Maksut"'), ids("SELECT reference FROM settlements ORDER BY created_utc DESC, id DESC"))
        later = SETTLEMENTS + "?list=open&after=100"
        form = next(one for one in somebody.get(later).forms() if one["action"].startswith(SETTLEMENTS))
        answer = somebody.post(form["action"], {**form["fields"], "words": ""})
        self.assertEqual((wrong(answer), form["fields"]["difference"]), (["words_101"], "101"))
        self.assertLessEqual(len(answer.text.encode()), HEAVIEST)
        self.assertEqual(somebody.post(form["action"], {**form["fields"], "words": "Sovittu"}).location, later)
        bed.sql("UPDATE settlement_differences SET explained_by = NULL, explained_utc = NULL, explained_words = '' WHERE id = 101")

    def test_what_shows_its_newest_rows_only(self):
        for path in ("/fi/kayttoloki", "/fi/luettelon-tiedostot", "/fi/raportit", "/fi/kauden-kopiointi", "/fi/tyopoyta", "/fi/uusi-tilaus"):
            with self.subTest(path):
                self.light(path)


if __name__ == "__main__":
    unittest.main()
