#!/usr/bin/python3
"""Goal: the cart is what the visitor made it and nobody else; prices and limits always come from the database."""
import time
import unittest

import checkout_bed as shop
from checkout_bed import CheckoutBed
from payments_bed import COMING


def setUpModule():
    global bed
    bed = CheckoutBed()


def tearDownModule():
    bed.close()


class Cart(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()

    def cart(self):
        return self.visitor.get(self.visitor.paths["cart"])

    def test_added_lines_are_shown_with_their_prices(self):
        self.assertEqual(self.visitor.add(shop.MUG, quantity=2).status, 303)
        self.visitor.add(shop.CONCERT, "child")
        text = self.cart().text
        self.assertIn("Muki fi", text)
        self.assertIn("24,00\u00a0€", text)
        self.assertIn("11,25\u00a0€", text)
        self.assertEqual(self.visitor.cookies["__Host-lines"], "2")

    def test_cookies_are_host_bound_secure_and_script_sees_the_count_only(self):
        page = self.visitor.add(shop.MUG)
        cookies = [value for name, value in page.headers if name == "Set-Cookie"]
        self.assertEqual(sorted(c.split("=")[0] for c in cookies), ["__Host-cart", "__Host-lines"])
        for cookie in cookies:
            self.assertIn("Secure", cookie)
            self.assertIn("SameSite=Lax", cookie)
            self.assertIn("Path=/", cookie)
            self.assertNotIn("Domain", cookie)
            self.assertEqual("HttpOnly" in cookie, cookie.startswith("__Host-cart"))

    def test_an_altered_cart_is_an_empty_cart(self):
        self.visitor.add(shop.MUG)
        sealed = self.visitor.cookies["__Host-cart"]
        for at in range(0, len(sealed), max(1, len(sealed) // 40)):
            other = "A" if sealed[at] != "A" else "B"
            self.visitor.cookies["__Host-cart"] = sealed[:at] + other + sealed[at + 1:]
            page = self.cart()
            self.assertEqual(page.status, 200)
            self.assertNotIn("Muki", page.text, f"letter {at} changed and the cart was believed")
        for broken in (sealed[:-1], sealed + "A", sealed[:20], "x", sealed + sealed, "%00"):
            self.visitor.cookies["__Host-cart"] = broken
            self.assertNotIn("Muki", self.cart().text)

    def test_a_cart_sealed_with_another_key_is_an_empty_cart(self):
        self.visitor.add(shop.MUG)
        bed.stop("checkout")
        bed.new_key("cart-key")
        bed.start_checkout()
        self.assertNotIn("Muki", self.cart().text)

    def test_details_cannot_stand_in_for_a_cart(self):
        self.visitor.add(shop.MUG)
        self.visitor.fill_details()
        self.visitor.cookies["__Host-cart"] = self.visitor.cookies["__Host-details"]
        self.assertNotIn("Muki", self.cart().text)

    def test_the_same_cookie_twice_counts_as_none(self):
        self.visitor.add(shop.MUG)
        sealed = self.visitor.cookies["__Host-cart"]
        page = bed.visitor().get(self.visitor.paths["cart"], Cookie=f"__Host-cart={sealed}; __Host-cart={sealed}")
        self.assertNotIn("Muki", page.text)

    def test_a_cart_holds_fifty_lines_and_says_so(self):
        for i in range(50):
            self.assertEqual(self.visitor.add(shop.FIRST_OF_MANY + i, back="/fi/x").location, "/fi/x#added", i)
        full = self.visitor.add(shop.FIRST_OF_MANY + 50)
        self.assertEqual(full.location, "/fi/ostoskori?full=1")
        self.assertEqual(self.visitor.cookies["__Host-lines"], "50")
        self.assertEqual(self.visitor.add(shop.FIRST_OF_MANY, back="/fi/x").location, "/fi/x#added", "a line that is there already may grow")
        self.assertLess(len(self.visitor.cookies["__Host-cart"]), 3900, "browsers keep 4,096 bytes")
        self.assertEqual(self.cart().status, 200)

    def test_a_cart_that_would_outgrow_its_cookie_is_full_in_words(self):
        group = "g" * 48
        bed.sql(f"INSERT INTO price_groups (code, sort_order, name_fi, name_sv, name_en, proof, proof_fi, proof_sv, proof_en) VALUES ('{group}', 9, 'G', 'G', 'G', 0, '', '', '');"
                f"UPDATE prices SET price_group = '{group}', cents = 1 WHERE product_id >= {shop.FIRST_OF_MANY}")
        added = 0
        while self.visitor.add(shop.FIRST_OF_MANY + added, group, back="/fi/x").location == "/fi/x#added":
            added += 1
        self.assertGreater(added, 30)
        form = self.cart().form(self.visitor.paths["change"])["fields"]
        page = self.visitor.post(self.visitor.paths["change"], {name: "999" if name.startswith("q_") else value for name, value in form.items()})
        self.assertEqual(page.location, "/fi/ostoskori?full=1")
        self.assertIn("Ostoskori on täynnä", self.visitor.get(page.location).text)
        bed.sql(f"UPDATE prices SET cents = 10000 WHERE product_id >= {shop.FIRST_OF_MANY}")
        page = self.cart()
        self.assertEqual(page.status, 200)
        self.assertIn("Ostoskori on täynnä", page.text, "longer prices")
        self.assertEqual(self.visitor.cookies["__Host-lines"], str(added))

    def test_quantities_change_and_zero_removes(self):
        self.visitor.add(shop.MUG, quantity=2)
        self.visitor.add(shop.CONCERT, "adult")
        form = self.cart().form(self.visitor.paths["change"])["fields"]
        page = self.visitor.post(self.visitor.paths["change"], {**form, "q_1_everyone": "5", "q_2_adult": "0"})
        self.assertEqual(page.location, "/fi/ostoskori")
        self.assertIn("60,00\u00a0€", self.cart().text)
        self.assertNotIn("Konsertti", self.cart().text)
        self.assertEqual(self.visitor.cookies["__Host-lines"], "1")

    def test_a_quantity_that_is_none_is_told_beside_its_field_and_stays_as_typed(self):
        self.visitor.add(shop.MUG)
        form = self.cart().form(self.visitor.paths["change"])["fields"]
        for typed in ("x", "-1", "1.5", "99999999999999999999", ""):
            page = self.visitor.post(self.visitor.paths["change"], {**form, "q_1_everyone": typed})
            self.assertEqual(page.status, 200, typed)
            self.assertIn("q_1_everyone-wrong", page.text)
            self.assertEqual(page.form(self.visitor.paths["change"])["fields"]["q_1_everyone"], typed)

    def test_nothing_odd_can_be_added(self):
        for fields, status in (({"variant": "0"}, 400), ({"variant": "999999"}, 404), ({"variant": "-1"}, 400), ({"variant": "1 OR 1=1"}, 400),
                               ({"quantity": "0"}, 400), ({"quantity": "-3"}, 400), ({"quantity": "1000"}, 400), ({"group": "nobody"}, 400),
                               ({"group": "../x"}, 400), ({"variant": "18446744073709551617"}, 400)):
            page = self.visitor.post(self.visitor.paths["add"], {"variant": "1", "group": "everyone", "quantity": "1", **fields})
            self.assertEqual(page.status, status, fields)
        self.assertNotIn("__Host-cart", self.visitor.cookies)

    def test_the_way_back_leads_to_our_own_pages_only(self):
        for back in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/fi/../../x y", "/fi//evil", "fi/x", "/de/x", "/fi/x#y"):
            self.assertEqual(self.visitor.add(shop.MUG, back=back).location, "/fi/ostoskori", back)
        self.assertEqual(self.visitor.add(shop.MUG, back="/fi/tuote/muki?koko=2").location, "/fi/tuote/muki?koko=2#added")

    def test_each_language_has_its_own_cart_page(self):
        for lang, words in (("fi", "Ostoskori"), ("sv", "Varukorg"), ("en", "Cart")):
            visitor = bed.visitor(lang)
            visitor.add(shop.MUG)
            page = visitor.get(visitor.paths["cart"])
            self.assertIn(f'<html lang="{lang}">', page.text)
            self.assertIn(words, page.text)
            self.assertIn(f"Muki {lang}", page.text)


class ForgedPosts(unittest.TestCase):
    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor()

    def test_a_post_from_elsewhere_is_refused_on_every_route(self):
        routes = [self.visitor.paths[name] for name in ("add", "change", "details", "order", "withdraw", "my_orders")]
        routes += [self.visitor.paths["order_page"] + "0" * 26 + tail for tail in ("/peru", "/peruuta")]
        for route in routes:
            for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                            {"Sec-Fetch-Site": "none"}, {"Origin": None, "Sec-Fetch-Site": None}, {"Origin": shop.ORIGIN + ".evil.example"},
                            {"Origin": shop.ORIGIN.upper()}):
                page = self.visitor.post(route, {"variant": shop.MUG, "group": "everyone", "quantity": 1}, headers)
                self.assertEqual(page.status, 403, (route, headers))

    def test_older_browsers_that_send_one_of_the_two_headers_can_buy(self):
        for headers in ({"Origin": None}, {"Sec-Fetch-Site": None}):
            self.assertEqual(self.visitor.post(self.visitor.paths["add"], {"variant": 1, "quantity": 1}, headers).status, 303)

    def test_a_form_without_its_token_is_refused(self):
        self.visitor.add(shop.MUG)
        fields = self.visitor.get(self.visitor.paths["cart"]).form(self.visitor.paths["change"])["fields"]
        stranger = bed.visitor()
        theirs = stranger.get(stranger.paths["my_orders"]).form(stranger.paths["my_orders"])["fields"]["form"]
        for token in ("", "x" * 40, theirs, fields["form"][:-1], fields["form"].upper() + "x"):
            self.assertEqual(self.visitor.post(self.visitor.paths["change"], {**fields, "form": token, "q_1_everyone": 3}).status, 403, token)
        without = self.visitor.cookies.pop("__Host-form")
        self.assertEqual(self.visitor.post(self.visitor.paths["change"], fields).status, 403, "the cookie is gone")
        self.visitor.cookies["__Host-form"] = without
        self.assertEqual(self.visitor.post(self.visitor.paths["change"], fields).status, 303)

    def test_another_content_type_is_refused(self):
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json", ""):
            self.assertEqual(self.visitor.post(self.visitor.paths["add"], {"variant": 1, "quantity": 1}, {"Content-Type": kind}).status, 400, kind)

    def test_no_get_changes_anything(self):
        self.visitor.add(shop.MUG)
        before = {name: bed.one(f"CHECKSUM TABLE {name}") for name in ("orders", "stock", "withdrawals", "outbox", "cancel_requests")}
        for name, path in self.visitor.paths.items():
            if name not in ("pay", "return", "product"):
                self.visitor.get(path)
        for name, sum_before in before.items():
            self.assertEqual(bed.one(f"CHECKSUM TABLE {name}"), sum_before)


class Offers(unittest.TestCase):
    """What stands in the way is told in the cart, line by line."""

    def setUp(self):
        bed.reset()
        self.visitor = bed.visitor("en")

    def told(self, words):
        page = self.visitor.get(self.visitor.paths["cart"])
        self.assertIn(words, page.text)
        self.assertIn(self.visitor.paths["cart"], self.visitor.get(self.visitor.paths["details"]).location or "", "checkout goes on all the same")

    def test_a_new_price_is_told_once_and_before_ordering(self):
        self.visitor.add(shop.MUG)
        bed.sql(f"UPDATE prices SET cents = 1300 WHERE product_id = {shop.MUG}")
        self.assertEqual(self.visitor.get(self.visitor.paths["details"]).location, "/en/cart")
        self.assertIn("€12.00", self.visitor.get(self.visitor.paths["cart"]).text)
        second = self.visitor.get(self.visitor.paths["cart"]).text
        self.assertNotIn("€12.00", second)
        self.assertIn("€13.00", second)
        self.assertEqual(self.visitor.get(self.visitor.paths["details"]).status, 200)

    def test_sold_out(self):
        self.visitor.add(shop.MUG)
        bed.sql(f"UPDATE stock SET free = 0 WHERE variant_id = {shop.MUG}")
        self.told("sold out")

    def test_fewer_left_than_wanted(self):
        self.visitor.add(shop.MUG, quantity=5)
        bed.sql(f"UPDATE stock SET free = 4 WHERE variant_id = {shop.MUG}")
        self.told("4")

    def test_price_groups_of_one_variant_share_its_stock(self):
        self.visitor.add(shop.CONCERT, "adult", 2)
        self.visitor.add(shop.CONCERT, "child", 2)
        self.told("3")

    def test_more_than_one_order_may_hold(self):
        self.visitor.add(shop.TWO_AT_MOST, quantity=3)
        self.told("2")

    def test_no_longer_sold(self):
        self.visitor.add(shop.MUG)
        for change in (f"UPDATE products SET state = 'closed' WHERE id = {shop.MUG}", f"UPDATE variants SET active = FALSE WHERE id = {shop.MUG}",
                       f"DELETE FROM prices WHERE product_id = {shop.MUG}"):
            bed.sql(change)
            self.told("no longer on sale")
            bed.sql(f"UPDATE products SET state = 'published' WHERE id = {shop.MUG}; UPDATE variants SET active = TRUE WHERE id = {shop.MUG}")

    def test_a_place_on_a_course_is_not_bought_by_the_cart(self):
        self.visitor.add(shop.COURSE)
        self.told("no longer on sale")
        self.assertEqual(bed.one(f"SELECT free FROM stock WHERE variant_id = {shop.COURSE}"), "12")

    def test_a_sale_begins_and_ends_with_the_clock(self):
        self.visitor.add(shop.FUTURE)
        self.told("The sale starts")
        starts = int(bed.one(f"SELECT UNIX_TIMESTAMP(CONVERT_TZ(sale_from_utc, '+00:00', @@time_zone)) FROM products WHERE id = {shop.FUTURE}"))
        for offset, words in ((starts - time.time() - 60, "The sale starts"), (starts - time.time() + 60, None), (starts - time.time() + 40 * 86400, "sale has ended")):
            bed.set_clock(int(offset))
            page = self.visitor.get(self.visitor.paths["cart"])
            if words:
                self.assertIn(words, page.text)
            else:
                self.assertEqual(self.visitor.get(self.visitor.paths["details"]).status, 200)

    def test_a_product_comes_into_the_shop_with_the_clock(self):
        """Until then it is told as one that isn't on sale, and no copy of its offer outlives the moment."""
        bed.sql(f"UPDATE products SET shown_from_utc = UTC_TIMESTAMP() + INTERVAL 1 HOUR WHERE id = {shop.MUG}")
        self.visitor.add(shop.MUG)
        self.told("no longer on sale")
        self.assertNotIn("/en/product/", self.visitor.get(self.visitor.paths["cart"]).text)
        bed.set_clock(2 * 3600)
        cart = self.visitor.get(self.visitor.paths["cart"]).text
        self.assertNotIn("no longer on sale", cart)
        self.assertIn("/en/product/", cart)
        self.assertEqual(self.visitor.get(self.visitor.paths["details"]).status, 200)

    def test_a_dated_ticket_ends_when_its_time_comes(self):
        self.visitor.add(shop.CONCERT, "adult")
        bed.set_clock(int(time.mktime(time.strptime(f"{COMING}-06-17", "%Y-%m-%d")) - time.time()))
        self.told("sale has ended")

    def test_a_dearer_cart_than_one_payment_takes(self):
        self.visitor.add(shop.BOAT, quantity=2)
        page = self.visitor.get(self.visitor.paths["cart"])
        self.assertIn("cart-lines", page.text)
        self.assertEqual(self.visitor.get(self.visitor.paths["details"]).location, "/en/cart")


if __name__ == "__main__":
    unittest.main()
