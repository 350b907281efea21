#!/usr/bin/python3
"""Goal: a cashier finds an order and hands it out; each sees and does only what is of their scope, and every look at a person is written down."""
import html
import re
import unittest

from office_bed import CARD, ORDERS, OfficeBed, card, mug, page, poster, send
from payments_bed import wait_until
from payments_orders import Order, broken_invariants
from visitor import wrong

DELIVERIES = "/fi/toimitukset"


def setUpModule():
    global bed, cashier, clerk, manager, finance, coach
    bed = OfficeBed()
    cashier, clerk, manager, finance, coach = bed.day_staff()


def tearDownModule():
    bed.close()


def slip_of(order, unit="library", code="library"):
    return page(order) + f"/lahete?unit={unit}&code={code}"


def logged(what):
    return int(bed.one(f"SELECT COUNT(*) FROM use_log WHERE what = '{what}' AND object_kind IN ('order', 'orders')"))


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])


class Finding(Case):
    @classmethod
    def setUpClass(cls):
        cls.one = bed.paid(mug(), first_name="Kaarina", last_name="Kanarialintu", email="kaarina@example.com", phone="+358401112223")
        cls.other = bed.paid(card(), first_name="Reino", last_name="Rasti", email="reino@example.com")

    def search(self, browser, q, purpose=""):
        return send(browser, ORDERS, ORDERS + "/haku", {"q": q, "purpose": purpose})

    def test_by_number_and_reference_straight_to_the_order(self):
        number = self.one.number
        # A code with its check character, as the programs make them.
        bed.too_late()
        code = bed.one("SELECT case_code FROM staff_alerts WHERE kind = 'paid_no_stock' ORDER BY id DESC LIMIT 1")
        bed.sql(f"UPDATE payment_events SET case_code = '' WHERE case_code = '{code}'; UPDATE orders SET number = '{code}' WHERE id = {self.one.id}")
        for typed in (code, f"{code[:4]} {code[4:8]} {code[8:]}".lower(), self.one.reference, f"{self.one.reference[:5]} {self.one.reference[5:]}"):
            found = self.search(cashier, typed)
            self.assertEqual((found.status, found.location), (303, page(self.one)), typed)
        bed.sql(f"UPDATE orders SET number = '{number}' WHERE id = {self.one.id}")

    def test_people_are_found_with_a_purpose_only_and_it_is_written_down(self):
        for typed in ("kaarina@example.com", "040 111 2223", "Kanarialintu", "kanaria", "Kaarina Kanarialintu", "kanarialintu kaarina"):
            without = self.search(cashier, typed)
            self.assertEqual(without.status, 200)
            self.assertNotIn("Kaarina Kanarialintu</td>", without.text)
            self.assertEqual(len(wrong(without)), 1, typed)
            before = logged("search")
            found = self.search(cashier, typed, "contact")
            self.assertIn("Kaarina Kanarialintu</td>", found.text, typed)
            self.assertEqual(logged("search"), before + 1)
        self.assertEqual(bed.one("SELECT CONCAT(why, ' ', result) FROM use_log ORDER BY month DESC, seq DESC LIMIT 1"), "contact 1 shown")
        self.assertNotIn("anarialintu", bed.log("backoffice") + bed.one("SELECT GROUP_CONCAT(object_id, why, result) FROM use_log"))

    def test_a_name_that_could_be_a_code_is_a_name(self):
        order = bed.paid(mug(), first_name="Eeva", last_name="Niemi")
        self.assertEqual(wrong(self.search(cashier, "Niemi Eeva")), ["purpose"])
        self.assertIn(f'{ORDERS}/{order.id}"', self.search(cashier, "Niemi Eeva", "contact").text)

    def test_an_event_is_found_by_its_case_code(self):
        late = bed.too_late()
        code = bed.one(f"SELECT case_code FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {late.id}")
        self.assertEqual(self.search(cashier, code).location, page(late))

    def test_each_finds_only_what_is_of_their_scope(self):
        self.assertIn("Kaarina", self.search(clerk, "Kanarialintu", "contact").text)
        self.assertNotIn("Kaarina Kanarialintu", self.search(coach, "Kanarialintu", "contact").text)
        self.assertEqual(coach.get(page(self.one)).status, 403)
        self.assertEqual((clerk.get(page(self.one)).status, clerk.get(page(self.other)).status), (200, 403))
        listed = clerk.get(ORDERS).text
        self.assertIn(f'{ORDERS}/{self.one.id}"', listed)
        self.assertNotIn(f'{ORDERS}/{self.other.id}"', listed)
        self.assertEqual(finance.get(ORDERS).status, 403)

    def test_an_order_of_two_units_shows_each_its_own_lines(self):
        both = bed.paid(mug(), card())
        self.assertTrue(all(word in cashier.get(page(both)).text for word in ("Muki", "Salikortti")))
        seen = clerk.get(page(both)).text
        self.assertIn("Muki", seen)
        self.assertNotIn("Salikortti", seen)

    def test_a_list_shows_the_first_line_of_ones_scope(self):
        both = bed.paid(card(), card(), mug(), poster())
        row = re.search(f'{ORDERS}/{both.id}".*?</tr>', clerk.get(ORDERS).text, re.S).group()
        self.assertIn("Muki ja 1 muuta", row)
        self.assertNotIn("Salikortti", row)
        self.assertIn("odottaa luovutusta", row)
        row = re.search(f'{ORDERS}/{both.id}".*?</tr>', coach.get(ORDERS).text, re.S).group()
        self.assertIn("Salikortti ja 1 muuta", row)
        self.assertNotIn("odottaa luovutusta", row)
        self.assertIn(f'{ORDERS}/{both.id}"', clerk.get(ORDERS + "?delivery=waiting&product=poster").text)
        self.assertNotIn(f'{ORDERS}/{both.id}"', clerk.get(ORDERS + "?delivery=waiting&product=gym-card").text, "both filters count")
        self.assertIn("Salikortti ja 3 muuta", re.search(f'{ORDERS}/{both.id}".*?</tr>', cashier.get(ORDERS).text, re.S).group())
        self.assertNotIn("Nouto kirjastosta", coach.get(page(both)).text, "what another unit hands out")

    def test_looking_at_an_order_is_written_down_and_lists_hold_no_names(self):
        before = logged("view")
        self.assertIn("Kanarialintu", cashier.get(page(self.one)).text)
        self.assertEqual(logged("view"), before + 1)
        self.assertNotIn("Kanarialintu", cashier.get(ORDERS).text)

    def test_filters_and_pages(self):
        expired = Order(bed, [mug()], hold_seconds=-1)
        self.assertTrue(wait_until(lambda: expired.state() == "expired"))
        listed = cashier.get(ORDERS + "?state=expired").text
        self.assertIn(f'{ORDERS}/{expired.id}"', listed)
        self.assertNotIn(f'{ORDERS}/{self.one.id}"', listed)
        self.assertNotIn(f'{ORDERS}/{self.other.id}"', cashier.get(ORDERS + "?product=mug").text)
        self.assertIn(f'{ORDERS}/{self.other.id}"', cashier.get(ORDERS + "?product=gym-card").text)
        self.assertNotIn(f'{ORDERS}/{self.one.id}"', cashier.get(ORDERS + "?from=2031-01-01").text)
        many = [Order(bed, [mug()]) for _ in range(60)]
        seen, at = [], ORDERS + "?product=mug"
        while at:
            text = cashier.get(at).text
            seen += re.findall(ORDERS + r'/(\d+)"', text)
            more = re.search(r'href="(' + ORDERS + r'\?[^"]*before=\d+)"', text)
            at = more and more.group(1).replace("&amp;", "&")
        self.assertEqual(len(seen), len(set(seen)))
        self.assertTrue({str(order.id) for order in many} <= set(seen))
        bed.sql("UPDATE orders SET state = 'cancelled' WHERE state = 'pending'")
        self.assertEqual(cashier.get(ORDERS + "?state=x&from=%00&before=-1&product=';--").status, 200)

    def test_a_product_that_moved_to_another_unit_keeps_its_orders(self):
        """Those made before the move are its old unit's, and found by product by whoever may see them, without reading the unit's other orders or all of its own."""
        keeper = bed.here(bed.member("cashier", "postcards", ("category", "cards")))
        moved = {"product_id": 50, "variant_id": 50, "code": "stamp/-", "name": "Merkki"}
        bed.sql("INSERT INTO products (id, code, kind, category_code, unit_code, vat_code, withdrawal, cost_centre, ledger_account, max_per_order, state, updated_utc) VALUES (50, 'stamp', 'pass', 'cards', 'library', 'standard', 'goods_14d', '4100', '3000', 20, 'published', '2026-01-01')")
        old = bed.paid(card() | moved | {"unit_code": "library"})
        bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; UPDATE products SET unit_code = 'sports' WHERE id = 50;"
                "INSERT INTO order_lines (order_id, line_no, kind, product_id, variant_id, unit_code, product_kind, code, name, quantity, unit_cents, vat_code, cost_centre, ledger_account, withdrawal) "
                "SELECT 1000000 + seq DIV 2, 1 + seq % 2, 'product', IF(seq < 10000, 51, 50), 50, 'library', 'goods', 'stamp/-', 'Merkki', 1, 100, 'standard', '', '', 'goods_14d' FROM seq_2_to_19999;"
                "INSERT INTO orders (id, number, token, idempotency_key, content_hash, reference, lang, state, total_cents, holds_stock, created_utc, hold_until_utc, first_name, last_name, street_address, postal_code, town, country, phone, email, age_confirmed) "
                "SELECT 1000000 + seq, LPAD(seq, 9, 'B'), LPAD(seq, 26, '0'), UNHEX(LPAD(HEX(seq), 32, '0')), '', LPAD(seq, 12, '0'), 'fi', 'expired', 200, 0, NOW(3), NOW(3), '', '', '', '', '', 'FI', '', '', 18 FROM seq_1_to_9999; ANALYZE TABLE orders, order_lines")
        try:
            new = bed.paid(card() | moved)
            bed.sql("SET GLOBAL userstat = 1; FLUSH USER_STATISTICS")
            listed = lambda browser, query="?product=stamp": (f'{ORDERS}/{old.id}"' in browser.get(ORDERS + query).text, f'{ORDERS}/{new.id}"' in browser.get(ORDERS + query).text)
            before = "&before=1000000"
            self.assertEqual((listed(cashier), listed(coach), listed(clerk)), ((False, True), (False, True), (False, False)), "the newest page")
            self.assertEqual((listed(cashier, "?product=stamp" + before), listed(coach, "?product=stamp" + before), listed(clerk, "?product=stamp" + before)), ((True, False), (False, False), (True, False)))
            self.assertEqual((listed(keeper, "?" + before), listed(keeper, "?")), ((True, False), (False, True)), "whose scope is the product, with both units")
            rows = bed.one("SELECT ROWS_READ FROM information_schema.USER_STATISTICS WHERE USER = 'kuntakauppa-backoffice'")
            self.assertLess(int(rows), 16 * 1500)
        finally:
            bed.sql("SET GLOBAL userstat = 0; SET FOREIGN_KEY_CHECKS = 0; DELETE FROM order_lines WHERE order_id BETWEEN 1000001 AND 1009999; DELETE FROM orders WHERE id BETWEEN 1000001 AND 1009999")


class HandingOut(Case):
    def test_collected_goods(self):
        order = bed.paid(mug(quantity=2))
        self.assertEqual(bed.sql(f"SELECT unit_code, kind, state FROM deliveries WHERE order_id = {order.id}"), [["library", "collect", "waiting"]])
        self.assertIn(f'{ORDERS}/{order.id}"', clerk.get(ORDERS + "?delivery=waiting").text)
        act = page(order) + "/toimitus"
        done = send(clerk, page(order), act, {"to": "ready"})
        self.assertEqual((done.status, bed.mails_to(order, "order_delivery")[0]["about"]), (303, "ready"))
        send(clerk, page(order), act, {"to": "delivered"})
        self.assertEqual(bed.sql(f"SELECT state, changed_by IS NOT NULL FROM deliveries WHERE order_id = {order.id}"), [["delivered", "1"]])
        self.assertEqual(len(bed.mails_to(order, "order_delivery")), 1, "nobody is told of what they took themselves")
        self.assertNotIn(f'{ORDERS}/{order.id}"', clerk.get(ORDERS + "?delivery=waiting").text)

    def test_many_at_once_and_what_was_posted(self):
        orders = [bed.paid(poster()) for _ in range(3)]
        form = clerk.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]
        self.assertEqual(len(wrong(clerk.post(DELIVERIES + "/merkitse", {"form": form["form"], "to": "ready"}))), 1)
        body = "&".join([f"form={form['form']}", "to=delivered", *(f"parcel={order.id}+library+post" for order in orders)]).encode()
        self.assertEqual(clerk.post(DELIVERIES + "/merkitse", body).status, 303)
        for order in orders:
            self.assertEqual([mail["about"] for mail in bed.mails_to(order, "order_delivery")], ["sent"])
        clerk.post(DELIVERIES + "/merkitse", body)
        self.assertEqual([len(bed.mails_to(order, "order_delivery")) for order in orders], [1, 1, 1], "twice is the same as once")

    def test_not_by_another_unit(self):
        order = bed.paid(mug())
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(coach.post(page(order) + "/toimitus", {"form": token, "to": "delivered", "unit": "library", "code": "library"}).status, 403)
        both = bed.paid(mug(), card())
        self.assertEqual(coach.post(page(both) + "/toimitus", {"form": token, "to": "delivered", "unit": "library", "code": "library"}).status, 403)

    def test_another_units_objects_by_their_ids(self):
        """Whatever somebody of sports names of the library's is refused, in an order of theirs too, and nothing is written."""
        def standing():
            return bed.sql("SELECT (SELECT COUNT(*) FROM order_notes), (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM decisions), (SELECT COUNT(*) FROM refund_requests WHERE state <> 'asked'), (SELECT COUNT(*) FROM cancel_requests), "
                           "(SELECT COUNT(*) FROM staff_alerts WHERE resolved_utc IS NOT NULL), (SELECT COUNT(*) FROM withdrawals WHERE state <> 'received'), (SELECT COUNT(*) FROM deliveries WHERE state <> 'waiting')")
        order, late, both = bed.paid(mug()), bed.too_late(), bed.paid(mug(), card())
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {late.id}")
        mail = bed.one(f"SELECT MIN(id) FROM outbox WHERE order_id = {order.id}")
        attempt = bed.one(f"SELECT id FROM payment_attempts WHERE order_id = {order.id}")
        asked = bed.sql(f"INSERT INTO refund_requests (order_id, cents, reason, requested_utc, state) VALUES ({order.id}, 1200, 'family_cancelled', NOW(3), 'asked'); SELECT LAST_INSERT_ID();")[0][0]
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "pending"}, "match": {"reference": both.reference}})
        at = page(both) + "/hyvitys"
        send(clerk, at, at, {"what": "all", "reason": "mistake", "words": "Virhe"})
        self.assertTrue(bed.ends(both, "pending"))
        refund = bed.one(f"SELECT f.id FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = {both.id}")
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        before, words = standing(), {"words": "Minä"}
        for path, fields in ((page(order) + "/muistiinpano", {"note": "x"}), (page(order) + "/viesti", {"mail": mail}), (page(order) + "/peru", {}), (page(order) + "/toimitus", {"to": "ready", "unit": "library", "code": "library"}),
                             (page(both) + "/toimitus", {"to": "ready", "unit": "library", "code": "library"}), (page(late) + "/ratkaisu", {"what": "deliver_anyway", **words}), (page(late) + "/ratkaisu", {"what": "resolve", "object": alert, **words}),
                             (page(order) + "/hyvitys", {"what": "all", "reason": "mistake", "attempt": attempt, "key": "x", **words}), (page(both) + "/ratkaisu", {"what": "refund_was_made", "object": refund, **words}),
                             ("/fi/hyvitykset/maksa", {"request": asked, "chosen": "1"}), ("/fi/hyvitykset/hylkaa", {"request": asked, **words}), (DELIVERIES + "/merkitse", {"to": "delivered", "parcel": f"{order.id} library library"})):
            with self.subTest(path, **fields):
                self.assertEqual(coach.post(path, {"form": token, **fields}).status, 403)
        self.assertEqual(coach.post(page(both) + "/viesti", {"form": token, "mail": mail}).status, 404, "a mail of another order")
        self.assertNotIn(f'value="{asked}"', coach.get("/fi/hyvitykset").text)
        self.assertEqual(standing(), before)
        bed.sandbox("refund", {"refundStamp": bed.one(f"SELECT stamp FROM refunds WHERE id = {refund}"), "status": "ok", "wait": True})
        bed.sql(f"DELETE FROM refund_requests WHERE id = {asked}")

    def test_picking_adds_up_and_a_slip_has_no_prices(self):
        orders = [bed.paid(mug(quantity=3)), bed.paid(mug(quantity=4))]
        waiting = int(bed.one("SELECT SUM(l.quantity) FROM deliveries d JOIN order_lines l ON l.order_id = d.order_id AND l.delivery_code = d.delivery_code WHERE d.state = 'waiting' AND l.code = 'mug/-'"))
        picking = clerk.get(DELIVERIES + "/kerailylista").text
        self.assertIn(f'<td class="num">{waiting}</td>', picking)
        slip = clerk.get(slip_of(orders[0])).text
        self.assertIn("Rantatie 1", slip)
        self.assertNotIn("€", slip)

    def test_each_parcel_has_a_slip_of_its_own(self):
        order = bed.paid(mug(quantity=2), poster(), mug() | {"name": "Pallo", "code": "ball/-", "product_id": CARD, "variant_id": CARD, "unit_code": "sports", "delivery_code": "hall", "delivery_name": "Nouto hallista"})
        parcels = {("library", "library"): "Muki", ("library", "post"): "Juliste", ("sports", "hall"): "Pallo"}
        for browser, own in ((cashier, parcels), (clerk, list(parcels)[:2]), (coach, list(parcels)[2:])):
            shown = {html.unescape(link) for where in (page(order), DELIVERIES) for link in re.findall(r'href="([^"]*/lahete[^"]*)"', browser.get(where).text) if link.startswith(page(order) + "/")}
            self.assertEqual(shown, {slip_of(order, *one) for one in own})
            for one, name in parcels.items():
                with self.subTest(own=len(own), parcel=one):
                    slip = browser.get(slip_of(order, *one))
                    self.assertEqual(slip.status, 200 if one in own else 404)
                    if one in own:
                        self.assertEqual([other for other in parcels.values() if other in slip.text], [name])
        self.assertEqual([cashier.get(path).status for path in (page(order) + "/lahete", slip_of(order, "library", "hall"))], [404, 404], "it is of a parcel")
        self.assertEqual(cashier.get(page(order).replace("/tilaukset/", "/tilaukset/0")).status, 404, "an order has one address, by which the use log knows it")
        bed.sql(f"UPDATE deliveries SET state = 'delivered' WHERE order_id = {order.id}")

    def test_a_slip_names_its_sender_in_the_words_of_whoever_ordered(self):
        order = bed.paid(mug(), lang="sv")
        slip = clerk.get(slip_of(order)).text
        article = re.search(r'(?s)<article [^>]*lang="sv".*?</article>', slip).group()
        for words in ('class="receipt-crest"', "Lövstrands stad", "Bibliotek", "Strandgatan 12", "Avsändare", "Mottagare", "Följesedel"):
            self.assertIn(words, article)
        for words in ("Lähete", "Kirjasto<", "Lähettäjä"):
            self.assertNotIn(words, article)
        self.assertIn("Lehtorannan kaupunki", clerk.get(DELIVERIES + "/kerailylista").text)
        bed.sql(f"UPDATE deliveries SET state = 'delivered' WHERE order_id = {order.id}")

    def test_the_slips_of_chosen_parcels_are_printed_together(self):
        one, other, of_sports = bed.paid(mug(), poster(), lang="sv"), bed.paid(mug()), bed.paid(card() | {"product_kind": "goods", "delivery_kind": "collect", "delivery_code": "hall", "delivery_name": "Nouto hallista"})
        fields = clerk.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]
        choose = lambda *parcels: clerk.post(DELIVERIES + "/merkitse", [("form", fields["form"]), ("to", "slips"), *(("parcel", one) for one in parcels)])
        before = logged("view")
        answer = choose(f"{one.id} library library", f"{one.id} library post", f"{other.id} library library")
        self.assertEqual(answer.status, 303)
        slips = clerk.get(answer.location)
        self.assertEqual(re.findall(r'<article class="receipt slip" lang="(..)" aria-labelledby="slip_([^"]*)"', slips.text),
                         [("sv", f"{one.id}_library_library"), ("sv", f"{one.id}_library_post"), ("fi", f"{other.id}_library_library")])
        self.assertEqual(logged("view") - before, 3, "each is a look at a person")
        self.assertEqual([bed.state_of_delivery(order) for order in (other, of_sports)], ["waiting", "waiting"], "nothing is handed out by that")
        self.assertEqual(wrong(choose()), ["parcel"])
        self.assertEqual(choose(*[f"{one.id} library library"] * 51).status, 400)
        self.assertEqual(clerk.get(choose(f"{one.id} library library", f"{of_sports.id} sports hall").location).status, 403, "of others")
        self.assertEqual(clerk.get(DELIVERIES + "/lahetteet").status, 404)
        bed.sql(f"UPDATE deliveries SET state = 'delivered' WHERE order_id IN ({one.id}, {other.id}, {of_sports.id})")

    def test_what_is_paid_back_is_not_handed_out(self):
        part, whole = bed.paid(mug(quantity=3)), bed.paid(mug(quantity=2))
        for order, units in ((part, "1"), (whole, "2")):
            at = page(order) + "/hyvitys"
            send(cashier, at, at, {"what": "lines", "units_1": units, "reason": "mistake", "words": "Virhe"})
            self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((bed.state_of_delivery(part), bed.state_of_delivery(whole)), ("waiting", "refunded"))
        waiting = clerk.get(DELIVERIES).text
        self.assertIn(f'{ORDERS}/{part.id}"', waiting)
        self.assertNotIn(f'{ORDERS}/{whole.id}"', waiting)
        self.assertIn(">2</td>", clerk.get(slip_of(part)).text)

    def test_somebody_of_one_category_sees_theirs_behind_any_number_of_others(self):
        keeper = bed.here(bed.member("cashier", "keeper", ("category", "cards")))
        first = bed.paid(mug())
        bed.sql(f"INSERT INTO deliveries (order_id, unit_code, delivery_code, kind, state, changed_utc) SELECT {first.id}, 'library', CONCAT('x', seq), 'collect', 'waiting', NOW(3) FROM seq_1_to_2100")
        try:
            own = bed.paid(card() | {"product_kind": "goods", "delivery_kind": "collect", "delivery_code": "hall", "delivery_name": "Nouto hallista"})
            self.assertIn(f'{ORDERS}/{own.id}"', keeper.get(DELIVERIES).text)
            self.assertNotIn(f'{ORDERS}/{first.id}"', keeper.get(DELIVERIES).text)
            send(keeper, page(own), page(own) + "/toimitus", {"to": "delivered"})
            self.assertEqual(bed.state_of_delivery(own), "delivered")
            both = bed.paid(mug(), card() | {"product_kind": "goods", "unit_code": "library", "delivery_kind": "collect", "delivery_code": "library"})
            self.assertNotIn(f'{ORDERS}/{both.id}"', keeper.get(DELIVERIES).text, "a parcel goes out whole")
            self.assertNotIn("luovutettavana", keeper.get("/fi/tyopoyta").text, "the desk counts what the list lists")
            self.assertNotIn('value="delivered"', keeper.get(page(both)).text)
            token = keeper.get(page(both)).forms()[0]["fields"]["form"]
            self.assertEqual(keeper.post(page(both) + "/toimitus", {"form": token, "to": "delivered", "unit": "library", "code": "library"}).status, 403)
        finally:
            bed.sql("DELETE FROM deliveries WHERE delivery_code LIKE 'x%'")

    def test_nobody_is_told_to_collect_what_is_posted(self):
        order = bed.paid(poster())
        form = clerk.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]["form"]
        told = clerk.post(DELIVERIES + "/merkitse", f"form={form}&to=ready&parcel={order.id}+library+post".encode()).text
        self.assertEqual((bed.state_of_delivery(order), bed.mails_to(order, "order_delivery")), ("waiting", []))
        self.assertIn("Postitettavaa ei merkitä noudettavaksi (1)", told)

    def test_an_older_page_makes_nothing_ready_that_a_colleague_has_handed_out(self):
        order = bed.paid(mug())
        form = clerk.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]["form"]
        send(clerk, page(order), page(order) + "/toimitus", {"to": "delivered"})
        clerk.post(DELIVERIES + "/merkitse", f"form={form}&to=ready&parcel={order.id}+library+library".encode())
        self.assertEqual((bed.state_of_delivery(order), bed.mails_to(order, "order_delivery")), ("delivered", []))

    def test_an_older_page_marks_the_rest_when_the_goods_of_one_were_refunded(self):
        """Of that parcel it is told, be its refund made or only agreed to: it is nobody's attempt at what isn't theirs."""
        orders = [bed.paid(mug()) for _ in range(4)]
        form = clerk.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]["form"]
        mark = lambda *these: clerk.post(DELIVERIES + "/merkitse", [("form", form), ("to", "delivered"), *(("parcel", f"{order.id} library library") for order in these)])
        refused = bed.count("use_log WHERE what = 'refused'")
        ask = lambda order: send(cashier, page(order) + "/hyvitys", page(order) + "/hyvitys", {"what": "all", "reason": "mistake", "words": "Virhe"})
        ask(orders[0])
        self.assertTrue(bed.ends(orders[0], "ok"))
        bed.stop("sweep")
        try:
            ask(orders[1])
            answer = mark(*orders[:3])
            self.assertEqual((answer.status, wrong(answer)), (200, ["parcel"]))
            self.assertIn("Osaa ei merkitty (2)", answer.text)
            self.assertEqual([bed.state_of_delivery(order) for order in orders[1:3]], ["waiting", "delivered"])
            self.assertEqual(clerk.post(page(orders[1]) + "/toimitus", {"form": form, "to": "delivered", "unit": "library", "code": "library"}).status, 409)
            ask(orders[2])
            self.assertEqual(mark(orders[2]).status, 303, "it was handed out before that")
        finally:
            bed.start_sweep()
        self.assertEqual((mark(orders[3]).status, bed.count("use_log WHERE what = 'refused'")), (303, refused))

    def test_an_order_of_two_units_is_cancelled_by_whoever_has_all_of_it(self):
        both = Order(bed, [mug(), card()])
        token = clerk.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(clerk.post(page(both) + "/peru", {"form": token}).status, 403)
        bed.sql(f"INSERT INTO cancel_requests (order_id, requested_utc, done_utc) VALUES ({both.id}, NOW(3), NOW(3))")  # one that was refused while a payment was under way
        self.assertEqual(send(cashier, page(both), page(both) + "/peru", {}).status, 303)
        self.assertTrue(wait_until(lambda: both.state() == "cancelled"))

    def test_notes_mails_again_and_an_unpaid_order_cancelled(self):
        order = bed.paid(mug())
        send(cashier, page(order), page(order) + "/muistiinpano", {"note": "Soitti <b>huomenna</b>"})
        self.assertIn("Soitti &lt;b&gt;huomenna&lt;/b&gt;", cashier.get(page(order)).text)
        form = cashier.get(page(order)).form(page(order) + "/muistiinpano")["fields"]
        for _ in range(2):
            cashier.post(page(order) + "/muistiinpano", {**form, "note": "Ei vastannut"})
        send(cashier, page(order), page(order) + "/muistiinpano", {"note": "Ei vastannut"})
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM order_notes WHERE order_id = {order.id} AND words = 'Ei vastannut'"), "2", "a double click is one note, the same words later another")
        long = cashier.post(page(order) + "/muistiinpano", {**form, "note": "x" * 1001})
        self.assertEqual((wrong(long), "x" * 1001 + "</textarea>" in long.text, "enintään 1000" in long.text), (["note"], True, True))
        self.assertEqual(len(wrong(send(cashier, page(order), page(order) + "/muistiinpano", {"note": " "}))), 1)
        send(cashier, page(order), page(order) + "/viesti", {"mail": bed.one(f"SELECT id FROM outbox WHERE order_id = {order.id}")})
        self.assertEqual(bed.sql(f"SELECT COUNT(*), COUNT(DISTINCT message_id), COUNT(DISTINCT data) FROM outbox WHERE order_id = {order.id}"), [["2", "2", "1"]])
        bed.sql(f"DELETE FROM outbox WHERE order_id = {order.id} ORDER BY id DESC LIMIT 1")
        unpaid = Order(bed, [mug()])
        self.assertEqual(send(clerk, page(unpaid), page(unpaid) + "/peru", {}).status, 303)
        self.assertTrue(wait_until(lambda: unpaid.state() == "cancelled"))


class Today(Case):
    def test_the_desk_tells_what_waits_in_ones_scope_and_alerts_are_closed_with_a_reason(self):
        order = bed.too_late()
        waiting = bed.paid(mug())
        self.assertIn("Hälytyksiä: ", clerk.get("/fi/tyopoyta").text)
        self.assertRegex(clerk.get("/fi/tyopoyta").text, r"luovutettavana tai lähetettävänä: \d")
        self.assertNotIn("luovutettavana", coach.get("/fi/tyopoyta").text)
        self.assertIn(page(order), clerk.get("/fi/halytykset").text)
        self.assertNotIn(page(order), coach.get("/fi/halytykset").text)
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id}")
        deal = "/fi/halytykset/kuittaa"
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(coach.post(deal, {"form": token, "alert": alert, "words": "Minä"}).status, 404)
        form = clerk.get("/fi/halytykset").form(deal)["fields"]["form"]
        self.assertEqual(len(wrong(clerk.post(deal, {"form": form, "alert": alert, "words": ""}))), 1)
        self.assertEqual(clerk.post(deal, {"form": form, "alert": alert, "words": "Soitettu"}).status, 303)
        self.assertEqual(bed.one(f"SELECT resolved_words FROM staff_alerts WHERE id = {alert}"), "Soitettu")
        self.assertEqual(bed.state_of_delivery(waiting), "waiting")


if __name__ == "__main__":
    unittest.main()
