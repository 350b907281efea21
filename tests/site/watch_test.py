"""Goal: what changes in the database or by time alone is on the pages within 10 s and nothing else is written again; a
render that fails, a database that is away or two renderers at once never leave a broken site."""
import json
import os
import re
import signal
import time
import unittest

from site_bed import CAMP, COMING, FIRST_OF_MANY, SiteBed, wait_until

WITHIN = 30


class WatchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = SiteBed()
        code, said = cls.bed.render()
        assert code == 0, said
        cls.bed.watch()

    @classmethod
    def tearDownClass(cls):
        cls.bed.close()

    def change(self, sql, product, kind="availability"):
        self.bed.sql(f"START TRANSACTION; {sql}; INSERT INTO changes (kind, product_id, at_utc) VALUES ('{kind}', {product}, UTC_TIMESTAMP(3)); COMMIT;")

    def says(self, name, words):
        self.assertTrue(wait_until(lambda: words in self.bed.page(name).words, WITHIN), f"{name} does not say {words}: " + self.bed.log("watch"))

    def times(self):
        return {name: os.stat(self.bed.file(name)).st_mtime_ns for name in self.bed.files(".html") + self.bed.files(".json") if not name.startswith(".")}

    def test_0_new_settings_of_another_process_stand(self):
        """The one that watches ends instead of putting its old settings back; started again it goes on from theirs."""
        self.change("UPDATE stock SET free = 13 WHERE variant_id = 1", 1)
        self.says("fi/tuote/p1-fi.html", "13 jäljellä")  # it has read its settings
        settings = self.bed.change_setting(r'^fi = "Lehtorannan verkkokauppa"$', 'fi = "Uusittu verkkokauppa"')
        code, said = self.bed.render()
        self.assertEqual(code, 0, said)
        release = self.bed.release()
        self.assertTrue(wait_until(lambda: self.bed.children["watch"].poll() is not None, WITHIN), self.bed.log("watch"))
        self.assertEqual(self.bed.stop("watch"), 0, self.bed.log("watch"))
        self.bed.watch()
        self.change("UPDATE stock SET free = 12 WHERE variant_id = 1", 1)
        time.sleep(5)
        self.assertEqual(self.bed.release(), release)
        self.says("fi/index.html", "Uusittu verkkokauppa")
        self.bed.stop("watch")
        self.bed.put_settings(settings)
        self.bed.watch()
        self.says("fi/index.html", "Lehtorannan verkkokauppa")

    def test_1_a_sale_rewrites_its_own_pages_alone(self):
        self.says("fi/tuote/p1-fi.html", "12 jäljellä")
        time.sleep(3)
        before, release = self.times(), self.bed.release()
        self.change("UPDATE stock SET free = 11 WHERE variant_id = 1", 1)
        self.says("fi/tuote/p1-fi.html", "11 jäljellä")
        self.says("fi/index.html", "11 jäljellä")
        self.says("sv/avdelning/muggar.html", "11 kvar")
        self.assertTrue(wait_until(lambda: json.loads(self.bed.read("saatavuus/1.json"))["variants"][0]["free"] == 11, WITHIN))
        self.assertEqual(self.bed.release(), release)
        written = {name for name, when in self.times().items() if before.get(name) != when}
        allowed = re.compile(r"(fi|sv|en)/(index\.html|(tuote|produkt|product)/p1-|(osasto|avdelning|category)/(mukit|muggar|mugs))|saatavuus/1\.json|search/\w+/(docs|facets|order)")
        self.assertEqual({name for name in written if not allowed.match(name)}, set())

    def test_2_the_last_one_sold_and_a_new_price(self):
        self.change(f"UPDATE stock SET free = 0 WHERE variant_id = {1000 * FIRST_OF_MANY + 1}", FIRST_OF_MANY)
        self.says(f"en/product/p{FIRST_OF_MANY}-en.html", "Sold out")
        self.change(f"UPDATE prices SET cents = 98765 WHERE product_id = {FIRST_OF_MANY}", FIRST_OF_MANY, "product")
        self.says(f"en/product/p{FIRST_OF_MANY}-en.html", "€987.65")
        self.assertIn(f"p{FIRST_OF_MANY}-fi", self.bed.read("fi/osasto/monta/yli-100.html"))

    def test_3_rows_that_commit_out_of_order_are_both_seen(self):
        """The later number commits first, by a sleep inside the earlier transaction."""
        self.bed.sql("UPDATE stock SET free = 9 WHERE variant_id = 1; UPDATE stock SET free = 2 WHERE variant_id = 2;")
        import threading
        late = threading.Thread(target=lambda: self.bed.sql("START TRANSACTION; INSERT INTO changes (kind, product_id, at_utc) VALUES ('availability', 2, UTC_TIMESTAMP(3)); DO SLEEP(5); COMMIT;"))
        late.start()
        time.sleep(0.5)
        self.change("DO 0", 1)
        self.says("fi/tuote/p1-fi.html", "9 jäljellä")
        late.join()
        self.says("fi/tuote/p2-fi.html", "2 paikkaa jäljellä")

    def test_4_a_product_comes_and_goes(self):
        self.change("UPDATE products SET state = 'published' WHERE id = 10", 10, "product")
        self.assertTrue(wait_until(lambda: os.path.exists(self.bed.file("fi/tuote/p10-fi.html")), WITHIN))
        self.assertTrue(wait_until(lambda: "/fi/tuote/p10-fi" in self.bed.read("sitemap-fi.xml"), WITHIN))
        self.change("UPDATE products SET state = 'draft' WHERE id = 10", 10, "product")
        self.assertTrue(wait_until(lambda: not os.path.exists(self.bed.file("fi/tuote/p10-fi.html")), WITHIN))
        self.assertTrue(wait_until(lambda: "/fi/tuote/p10-fi" not in self.bed.read("sitemap-fi.xml"), WITHIN))
        self.assertFalse(os.path.exists(self.bed.file("fi/tuote/p10-fi.html.br")))

    def test_5_a_change_of_all_is_a_new_release_and_two_are_kept(self):
        release = self.bed.release()
        self.bed.sql("START TRANSACTION; UPDATE categories SET name_fi = 'Kupit' WHERE code = 'mugs'; INSERT INTO changes (kind, at_utc) VALUES ('all', UTC_TIMESTAMP(3)); COMMIT;")
        self.assertTrue(wait_until(lambda: self.bed.release() != release))
        self.says("fi/osasto/mukit.html", "Kupit")
        self.assertTrue(wait_until(lambda: len(os.listdir(self.bed.path("www/releases"))) <= 2, WITHIN))
        self.assertTrue(os.path.isdir(self.bed.path("www", release)))

    def test_6_the_database_goes_and_comes_back(self):
        self.bed.stop("db", signal.SIGKILL)
        time.sleep(5)
        self.assertIsNone(self.bed.children["watch"].poll())
        self.says("fi/tuote/p1-fi.html", "Muki fi")
        self.bed.start_database()
        self.change("UPDATE stock SET free = 8 WHERE variant_id = 1", 1)
        self.says("fi/tuote/p1-fi.html", "8 jäljellä")

    def close(self, scope, changes):
        self.bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; START TRANSACTION; INSERT INTO sale_closures (scope, reason_fi, reason_sv, reason_en, closed_by, closed_utc) VALUES ('{scope}', 'Hinta <b>väärin', 'Fel pris', 'Wrong price', 1, UTC_TIMESTAMP(3)); {changes}; COMMIT;")

    def reopen(self, changes):
        self.bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; START TRANSACTION; UPDATE sale_closures SET reopened_by = 1, reopened_utc = UTC_TIMESTAMP(3) WHERE reopened_utc IS NULL; {changes}; COMMIT;")

    def test_6b_a_closed_sale_is_told_with_its_reason_and_sold_nowhere_until_it_is_reopened(self):
        of = lambda number: f"INSERT INTO changes (kind, product_id, at_utc) VALUES ('product', {number}, UTC_TIMESTAMP(3))"  # noqa: E731
        self.close("product:p1", of(1))
        self.says("fi/tuote/p1-fi.html", "Hinta <b>väärin")
        self.says("sv/produkt/p1-sv.html", "Fel pris")
        self.assertNotIn("ostoskori/lisaa", self.bed.read("fi/tuote/p1-fi.html"))
        self.says("fi/osasto/kupit.html" if os.path.exists(self.bed.file("fi/osasto/kupit.html")) else "fi/osasto/mukit.html", "Myynti on nyt suljettu")
        self.assertTrue(wait_until(lambda: json.loads(self.bed.read("saatavuus/1.json"))["state"] == "paused", WITHIN))
        self.assertNotIn("Hinta", self.bed.page("fi/index.html").words)
        self.reopen(of(1))
        self.assertTrue(wait_until(lambda: "ostoskori/lisaa" in self.bed.read("fi/tuote/p1-fi.html"), WITHIN))
        everything = "INSERT INTO changes (kind, product_id, at_utc) SELECT 'product', id, UTC_TIMESTAMP(3) FROM products WHERE unit_code = 'culture'"
        self.close("unit:culture", everything)
        self.says(f"en/product/p{CAMP}-en.html", "Wrong price")
        self.assertNotIn("/en/sign-up", self.bed.read(f"en/product/p{CAMP}-en.html"))
        self.reopen(everything)
        self.assertTrue(wait_until(lambda: "/en/sign-up" in self.bed.read(f"en/product/p{CAMP}-en.html"), WITHIN))
        self.close("shop:", "INSERT INTO changes (kind, at_utc) VALUES ('all', UTC_TIMESTAMP(3))")
        self.says("fi/index.html", "Verkkokaupan myynti on nyt suljettu")
        self.says(f"fi/tuote/p{FIRST_OF_MANY}-fi.html", "Hinta <b>väärin")
        self.reopen("INSERT INTO changes (kind, at_utc) VALUES ('all', UTC_TIMESTAMP(3))")
        self.assertTrue(wait_until(lambda: "myynti on nyt suljettu" not in self.bed.page("fi/index.html").words, WITHIN))

    def test_6c_a_question_tells_why_it_is_asked_and_a_retired_one_is_gone(self):
        self.change("UPDATE form_questions SET purpose_fi = 'Että lapsi pääsee kotiin', purpose_sv = 'x', purpose_en = 'y' WHERE code = 'home'; UPDATE form_questions SET retired_utc = UTC_TIMESTAMP(3) WHERE code = 'diet'", CAMP, "product")
        self.says(f"fi/tuote/p{CAMP}-fi.html", "Että lapsi pääsee kotiin")
        self.assertNotIn("Ruoka <b>", self.bed.page(f"fi/tuote/p{CAMP}-fi.html").words)

    def test_7_killed_and_started_again_it_catches_up(self):
        release = self.bed.release()
        self.bed.stop("watch", signal.SIGKILL)
        self.change("UPDATE stock SET free = 7 WHERE variant_id = 1", 1)
        self.bed.watch()
        self.says("fi/tuote/p1-fi.html", "7 jäljellä")
        self.assertEqual(self.bed.release(), release)

    def test_7b_a_sign_up_opens_and_closes_on_its_page_by_time_and_by_hand(self):
        """One session stays open all along, so that only the other one's words change."""
        page, other = f"fi/tuote/p{CAMP}-fi.html", 1000 * CAMP + 1
        self.change(f"UPDATE activity_sessions SET state = 'open', signup_from_utc = UTC_TIMESTAMP() + INTERVAL 1 HOUR WHERE variant_id = {other}", CAMP, "product")
        self.says(page, "Avautuu")
        self.bed.set_clock(2 * 3600)
        self.assertTrue(wait_until(lambda: "Avautuu" not in self.bed.read(page), WITHIN))
        self.change(f"UPDATE activity_sessions SET state = 'closed'", CAMP, "product")
        self.assertTrue(wait_until(lambda: "status-none" in self.bed.read(page) and "On päättynyt" in self.bed.page(page).words, WITHIN))
        self.bed.set_clock(0)

    def test_7c_a_product_comes_into_the_shop_by_time_alone(self):
        """Before it there is nothing of it in any file, also for one who starts meanwhile."""
        def says_something(name):
            try:
                with open(self.bed.file(name), "rb") as file:
                    content = name.encode() + file.read()
            except FileNotFoundError:  # just now
                return False
            return any(words in content for words in (b"/p10-", b"saatavuus/10.", b"Luonnos fi"))

        anywhere = lambda: [name for name in self.bed.files("") if not name.startswith(".") and says_something(name)]

        self.bed.sql("UPDATE stock SET free = 6 WHERE variant_id = 1")
        self.change("UPDATE products SET state = 'published', shown_from_utc = UTC_TIMESTAMP() + INTERVAL 5 MINUTE WHERE id = 10; INSERT INTO changes (kind, product_id, at_utc) VALUES ('availability', 1, UTC_TIMESTAMP(3))", 10, "product")
        self.says("fi/tuote/p1-fi.html", "6 jäljellä")
        self.assertEqual(anywhere(), [])
        self.bed.stop("watch")
        self.bed.watch()
        self.bed.set_clock(6 * 60)
        self.assertTrue(wait_until(lambda: {"fi/tuote/p10-fi.html", "sitemap-sv.xml", "en/category/mugs.html", "saatavuus/10.json"} <= set(anywhere()), WITHIN), anywhere())
        self.assertTrue(wait_until(lambda: [name for name in anywhere() if name.startswith("search/fi/")], WITHIN), "it is found")
        self.change("UPDATE products SET shown_from_utc = UTC_TIMESTAMP() + INTERVAL 30 DAY WHERE id = 10", 10, "product")
        self.assertTrue(wait_until(lambda: anywhere() == [], WITHIN), anywhere())
        self.bed.set_clock(0)

    def test_8_a_failed_render_leaves_the_site_and_names_the_page(self):
        self.bed.stop("watch")
        release, before = self.bed.release(), self.times()
        self.bed.set_fault("render.page throw\n")
        code, said = self.bed.render()
        self.assertEqual(code, 1)
        self.assertRegex(said, r"render: \S+\.(html|json|xml|txt): ")
        template = self.bed.path("share/templates/storefront/product.html")
        with open(template) as f:
            good = f.read()
        data_map = self.bed.path("share/schema/data_map.toml")
        with open(data_map) as f:
            whole = f.read()
        os.unlink(data_map)
        code, said = self.bed.render()
        self.assertEqual(code, 1, said)
        self.assertIn("data_map.toml", said)
        with open(data_map, "w") as f:
            f.write(whole.replace('sv = "Telefonnummer", ', ""))
        code, said = self.bed.render()
        self.assertEqual(code, 1, said)
        self.assertRegex(said, r"data_map\.toml:\d+: no label\.sv")
        with open(data_map, "w") as f:
            f.write(whole)
        for bad in (good + "{{no_such_value}}", good + "{{t.storefront.no_such_text}}", good + "{{#open}}"):
            with open(template, "w") as f:
                f.write(bad)
            code, said = self.bed.render()
            self.assertEqual(code, 1, said)
            self.assertIn("product", said)
        with open(template, "w") as f:
            f.write(good)
        settings = self.bed.change_setting(r'^brand = .*$', 'brand = "hsl(60 100% 80%)"')
        code, said = self.bed.render()
        self.assertIn("look.brand", said)
        self.assertEqual(code, 1)
        self.bed.put_settings(settings)
        self.assertEqual((self.bed.release(), self.times()), (release, before))
        self.bed.watch()

    def test_9_what_time_alone_changes(self):
        """A sale begins, a time slot passes: with no row in `changes`, and the day's turn makes a new release."""
        self.bed.set_clock(int(self.seconds_until(f"{COMING}-01-01 09:59:50")))
        self.says("fi/tuote/p4-fi.html", "Myynti alkaa")
        self.assertTrue(wait_until(lambda: "Saatavilla" in self.bed.page("fi/tuote/p4-fi.html").words), self.bed.log("watch"))
        self.bed.set_clock(int(self.seconds_until(f"{COMING}-06-01 07:00:00")))
        self.assertTrue(wait_until(lambda: json.loads(self.bed.read("saatavuus/3.json"))["as_of"].startswith(f"{COMING}-06")))
        self.assertEqual(len(json.loads(self.bed.read("saatavuus/3.json"))["variants"]), 42)
        self.bed.set_clock(int(self.seconds_until(f"{COMING}-06-01 07:59:58")))
        self.assertTrue(wait_until(lambda: len(json.loads(self.bed.read("saatavuus/3.json"))["variants"]) == 41, 45), self.bed.log("watch"))
        self.says("fi/tuote/p3-fi.html", f"la 1.6.{COMING}")

    def seconds_until(self, utc):
        import datetime
        return datetime.datetime.fromisoformat(utc + "+00:00").timestamp() - time.time()


if __name__ == "__main__":
    unittest.main()
