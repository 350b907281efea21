#!/usr/bin/python3
"""Goal: staff make an order for somebody at the counter or on the phone, with the shop's own rules: held within a moment, one order of one form whatever is
pressed, sent or killed; the customer alone agrees and pays from a link, with or without an e-mail; each sells only what is of their scope."""
import json
import subprocess
import threading
import unittest

from counter_bed import BUYER, COURSE, GIFT, NEW, SLOT, CounterBed
from office_bed import CARD, MUG, ORDERS, POSTER
from payments_bed import BIN, wait_until
from payments_orders import broken_invariants
from visitor import PATHS, wrong


def setUpModule():
    global bed, cashier, clerk, manager
    bed = CounterBed()
    cashier, clerk, manager, *_ = bed.day_staff()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(broken_invariants(bed), [])
        if "maker" not in bed.children or bed.children["maker"].poll() is not None:
            bed.start_maker()


class Making(Case):
    def test_from_search_to_payment(self):
        form = bed.form(cashier, email="veikko@example.com", channel="counter")
        found = form.send("search", q="mug")
        self.assertIn(f'value="add:{MUG}_everyone"', found.text)
        self.assertNotIn(f'value="add:{CARD}_everyone"', found.text)
        added = form.send(f"add:{MUG}_everyone", q="mug")
        self.assertEqual(added.form(NEW)["fields"][f"quantity_{MUG}_everyone"], "1")
        self.assertEqual(added.form(NEW)["fields"]["last_name"], "Lahtinen", "what was typed stays")
        form.lines = [(f"{MUG}_everyone", "2")]
        again = form.send("quote")
        self.assertEqual(wrong(again), ["way_library_post"])
        form.fields["way_library_post"] = "library"
        before = bed.free(MUG)
        review = form.review()
        self.assertIn("24,00", review.text)
        self.assertEqual(bed.free(MUG), before, "nothing is held before it is confirmed")
        order = form.order()
        self.assertEqual(bed.free(MUG), before - 2)
        self.assertEqual(order.state(), "pending")
        self.assertEqual(bed.sql(f"SELECT ROUND(TIMESTAMPDIFF(MINUTE, created_utc, hold_until_utc)), email, phone, age_confirmed, street_address FROM orders WHERE id = {order.id}"), [["1440", "veikko@example.com", "+358405551234", "0", ""]])
        self.assertEqual(order.mails(), ["pay_link"])
        self.assertTrue(order.mail("pay_link")["order_url"].endswith(order.page()))
        self.assertEqual(bed.sql(f"SELECT event, detail FROM order_events WHERE order_id = {order.id} ORDER BY id"), [["ordered", ""], ["made_by_staff", "counter"]])
        self.assertEqual(bed.sql(f"SELECT state, contents, answer, (SELECT login FROM staff WHERE id = staff_id) FROM staff_orders WHERE order_id = {order.id}"), [["made", "", "", "cashier"]])
        self.assertEqual(bed.sql(f"SELECT what, result FROM use_log WHERE object_id = '{form.key}' ORDER BY month, seq"), [["change", "asked"], ["change", "asked"], ["change", "confirmed counter"]], "looked at twice")
        shown = cashier.get(f"{ORDERS}/{order.id}").text
        self.assertIn("teki tilauksen asiakkaalle kassalla", shown)
        self.assertRegex(shown, "Henkilökunta teki tilauksen asiakkaalle</strong><span>[^<]*</span><span>Kassalla</span>", "what the journal says is said in the reader's language")
        self.assertIn("Maksua odotetaan", shown)
        self.assertIn(order.page(), shown)
        self.assertIn("Henkilökunta teki tilauksen", cashier.get(ORDERS).text)
        sheet = cashier.get(f"{ORDERS}/{order.id}/linkki")
        self.assertEqual(sheet.status, 200)
        self.assertIn("<svg", sheet.text)
        self.assertNotIn("Liisa", bed.resident().get(order.page()).text, "who made it is not the public's")
        order.pay_it()
        self.assertEqual(order.mails(), ["pay_link", "order_confirmation"])
        self.assertEqual(bed.one(f"SELECT age_confirmed FROM orders WHERE id = {order.id}"), "18")

    def test_a_campaigns_price_is_told_while_the_order_is_made_and_why(self):
        bed.sql("UPDATE price_days SET from_day = '2026-01-01'; INSERT INTO campaigns (name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc) VALUES ('Kesäale', 'Sommarrea', 'Summer sale', 'shop:', 20, "
                "CURDATE() - INTERVAL 1 DAY, CURDATE() + INTERVAL 9 DAY, RANDOM_BYTES(16), NOW(3))")
        self.addCleanup(bed.sql, "DELETE FROM campaigns")
        form = bed.form(cashier, (MUG, "2"), lang="sv", way_library_post="library")
        found = form.send("search", q="mug").text.replace("\xa0", " ")
        self.assertIn("9,60 €", found)
        self.assertNotIn("12,00 €", found)
        review = form.review().text.replace("\xa0", " ")
        self.assertIn("19,20 €", review)
        self.assertRegex(review, r'<th scope="row" lang="sv">mug sv.*Sommarrea\. Pris före rabatten 12,00 €')
        order = form.order()
        self.assertEqual(bed.sql(f"SELECT unit_cents, normal_cents, reduction FROM order_lines WHERE order_id = {order.id}"), [["960", "1200", "Sommarrea"]])

    def test_the_customer_agrees_before_anything_is_paid(self):
        order = bed.form(manager, (CARD, "1"), **{f"holder_{CARD}_everyone_1": "Anna Lahtinen"}).order()
        self.assertEqual((order.start()[0], order.start()[1]["Location"]), (303, order.page()), "the address of the payment leads back to the page that asks")
        self.assertEqual(order.attempts(), [])
        page = bed.resident().get(order.page())
        self.assertIn("Tilaa ja maksa", page.text)
        self.assertIn('href="/fi/toimitusehdot"', page.text)
        without = order.accept(terms="", age="")
        self.assertEqual((without.status, wrong(without)), (200, ["terms", "age"]))
        self.assertEqual(order.start()[0], 303)
        order.pay_it(begin_1="1")
        self.assertEqual(bed.sql(f"SELECT begin_now, holder_names FROM order_lines WHERE order_id = {order.id}"), [["1", '["Anna Lahtinen"]']])
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND holder_name = 'Anna Lahtinen' AND valid_from_utc <= UTC_TIMESTAMP() + INTERVAL 1 MINUTE"), "1", "a card that was asked for at once opens at once")
        self.assertNotIn("Tilaa ja maksa", bed.resident().get(order.page()).text)

    def test_free_of_charge_is_confirmed_at_once(self):
        order = bed.form(cashier, (GIFT, "1"), email="veikko@example.com").order()
        self.assertEqual(order.state(), "confirmed")
        self.assertTrue(wait_until(lambda: order.mails() == ["order_confirmation"]), order.mails())
        self.assertNotIn("Hyväksy ja maksa", bed.resident().get(order.page()).text)

    def test_a_gift_card_does_not_begin_and_its_codes_are_the_customers_alone(self):
        bed.sql(f"UPDATE products SET kind = 'gift_card', vat_code = 'voucher', ledger_account = '2950' WHERE id = {GIFT}; UPDATE prices SET cents = 2000 WHERE product_id = {GIFT}")
        try:
            order = bed.form(cashier, (GIFT, "1")).order()
            self.assertNotIn("begin_1", bed.resident().get(order.page()).text, "it is used when it pays")
            self.assertIn(order.page(), cashier.get(f"{ORDERS}/{order.id}/linkki").text)
            order.pay_it(begin_1="1")
            self.assertEqual(bed.one(f"SELECT begin_now FROM order_lines WHERE order_id = {order.id}"), "0")
            self.assertNotIn(order.page(), cashier.get(f"{ORDERS}/{order.id}").text, "a code is money")
            self.assertEqual(cashier.get(f"{ORDERS}/{order.id}/linkki").status, 404)
        finally:
            bed.sql(f"UPDATE products SET kind = 'service', vat_code = 'zero', ledger_account = '3000' WHERE id = {GIFT}; UPDATE prices SET cents = 0 WHERE product_id = {GIFT}")

    def test_a_time_is_held_no_longer_than_it_could_be_bought(self):
        order = bed.form(cashier, (SLOT, "1")).order()
        self.assertEqual(bed.one(f"SELECT ABS(TIMESTAMPDIFF(MINUTE, o.hold_until_utc, v.starts_utc)) <= 1 FROM orders o, variants v WHERE o.id = {order.id} AND v.id = {SLOT}"), "1")

    def test_an_address_is_asked_and_kept_only_where_something_is_posted(self):
        address = {"street_address": "Rantatie 1", "postal_code": "00100", "town": "Helsinki"}
        form = bed.form(cashier, (POSTER, "1"))
        self.assertEqual(wrong(form.send()), ["street_address", "postal_code", "town"])
        form.fields.update(address)
        self.assertEqual(bed.one(f"SELECT street_address FROM orders WHERE id = {form.order().id}"), "Rantatie 1")
        collected = bed.form(cashier, (MUG, "1"), way_library_post="library", **address).order()
        self.assertEqual(bed.one(f"SELECT CONCAT(street_address, postal_code, town) FROM orders WHERE id = {collected.id}"), "")

    def test_what_is_wrong_comes_back_beside_its_field_in_each_language(self):
        for lang, path in (("fi", NEW), ("sv", "/sv/ny-bestallning"), ("en", "/en/new-order")):
            token = cashier.get(path).form(path)["fields"]
            shown = cashier.post(path, {**token, "do": "quote", "channel": "x", "lang": "x"})
            self.assertEqual((shown.status, wrong(shown)), (200, ["q", "first_name", "last_name", "phone", "channel", "lang"]), lang)
        form = bed.form(cashier, (MUG, "0"), (CARD, "1"), phone="112", email="veikko@gmial.com", way_library_post="library")
        self.assertEqual(wrong(form.send()), [f"quantity_{MUG}_everyone", f"holder_{CARD}_everyone_1", "phone", "email"])


class NoEmail(Case):
    def mails_and_alerts(self, order):
        return bed.sql(f"SELECT kind FROM outbox WHERE order_id = {order.id} OR recipient = ''") + bed.sql("SELECT kind FROM staff_alerts WHERE kind = 'mail_dead'")

    def test_payment_refund_and_withdrawal_without_a_mail(self):
        order = bed.form(cashier, (MUG, "1"), way_library_post="library").order()
        page = bed.resident().get(order.page()).text
        self.assertNotIn("sähköpostiisi", page)
        order.pay_it()
        page = bed.resident().get(order.page()).text
        self.assertNotIn("sähköpostiisi", page)
        self.assertIn("Tämä sivu on tilausvahvistuksesi", page)
        at, browser = f"{ORDERS}/{order.id}", cashier
        fields = browser.get(at + "/hyvitys").form(at + "/hyvitys")["fields"]
        sent = browser.post(at + "/hyvitys", {**fields, "what": "all", "reason": "customer_asked", "words": "Pyysi puhelimitse"})
        self.assertEqual(sent.status, 303, (sent, wrong(sent)))
        self.assertTrue(bed.ends(order, "ok"), bed.refunds(order))
        self.assertEqual(self.mails_and_alerts(order), [])

    def test_it_expires_without_a_mail_and_gives_back(self):
        before = bed.free(MUG)
        order = bed.form(cashier, (MUG, "3"), way_library_post="library").order()
        bed.sql(f"UPDATE orders SET hold_until_utc = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE id = {order.id}")
        self.assertTrue(wait_until(lambda: order.state() == "expired"))
        self.assertEqual(bed.free(MUG), before)
        self.assertEqual(self.mails_and_alerts(order), [])

    def test_staff_cancel_it(self):
        order = bed.form(cashier, (MUG, "1"), way_library_post="library").order()
        at = f"{ORDERS}/{order.id}"
        self.assertEqual(cashier.post(at + "/peru", cashier.get(at).form(at + "/peru")["fields"]).status, 303)
        self.assertTrue(wait_until(lambda: order.state() == "cancelled"))
        self.assertEqual(self.mails_and_alerts(order), [])


class Once(Case):
    def orders(self):
        return int(bed.one("SELECT COUNT(*) FROM orders"))

    def test_whatever_is_sent_twice_makes_one_order(self):
        before = self.orders()
        form = bed.form(cashier, (MUG, "1"), way_library_post="library")
        form.send()
        review = form.review()
        done = [threading.Thread(target=form.confirm, args=(review,)) for _ in range(4)]
        for one in done:
            one.start()
        for one in done:
            one.join()
        self.assertTrue(wait_until(lambda: bed.made(form.key) > 0))
        where = f"{ORDERS}/{bed.made(form.key)}"
        form.lines = [(f"{MUG}_everyone", "5")]  # the browser's way back, and the form of an order that is made sent for the next customer
        form.fields["last_name"] = "Seuraava"
        told = form.send()
        self.assertIn("Tällä lomakkeella on jo tehty tilaus", told.text)
        self.assertEqual(told.form(NEW)["fields"]["last_name"], "Seuraava", "what was typed stays")
        self.assertNotEqual(told.form(NEW)["fields"]["key"], form.key)
        self.assertEqual(cashier.get(form.at).location, where)
        self.assertEqual(form.confirm(review).location, form.at)
        self.assertEqual(cashier.get(form.at + "/muuta").location, form.at)
        self.assertEqual(self.orders(), before + 1)

    def test_the_maker_is_killed_in_the_middle(self):
        before, free = self.orders(), bed.free(MUG)
        form = bed.form(cashier, (MUG, "1"), way_library_post="library")
        review = form.review()
        bed.set_fault("order.after_insert exit")
        form.confirm(review)
        self.assertTrue(wait_until(lambda: bed.children["maker"].poll() is not None))
        self.assertEqual((self.orders(), bed.free(MUG)), (before, free), "all or nothing")
        waiting = cashier.get(form.at)
        self.assertEqual((waiting.status, waiting.header("Refresh")), (200, "2"))
        bed.start_maker()
        self.assertTrue(wait_until(lambda: cashier.get(form.at).status == 303))
        self.assertEqual((self.orders(), bed.free(MUG)), (before + 1, free - 1))

    def test_a_price_that_changed_is_confirmed_anew(self):
        before = self.orders()
        form = bed.form(cashier, (MUG, "1"), way_library_post="library")
        review = form.review()
        bed.sql(f"UPDATE prices SET cents = 1300 WHERE product_id = {MUG}")
        form.confirm(review)
        again = cashier.get(form.at)
        self.assertIn("13,00", again.text)
        self.assertIn("on muuttunut", again.text)
        self.assertEqual(self.orders(), before)
        self.assertEqual(form.confirm(review).location, form.at)  # what is not shown any more is not confirmed
        self.assertEqual(bed.one(f"SELECT state FROM staff_orders WHERE form_key = '{form.key}'"), "quoted")
        form.confirm(again)
        self.assertEqual(bed.one(f"SELECT total_cents FROM orders WHERE id = {cashier.get(form.at).location.rsplit('/', 1)[1]}"), "1300")
        bed.sql(f"UPDATE prices SET cents = 1200 WHERE product_id = {MUG}")


class Stock(Case):
    def test_the_public_and_the_counter_race_for_the_last_piece(self):
        outcomes = set()
        for _ in range(6):
            bed.sql(f"UPDATE stock SET free = 1 WHERE variant_id = {SLOT}; UPDATE stock SET capacity = 1 + COALESCE((SELECT SUM(l.quantity) FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.holds_stock AND l.variant_id = {SLOT}), 0) WHERE variant_id = {SLOT}")
            form, resident, before = bed.form(cashier, (SLOT, "1")), bed.resident(), int(bed.one("SELECT COUNT(*) FROM orders"))
            review = form.review()
            bed.sql("INSERT IGNORE INTO postal_codes VALUES ('00100', 'Helsinki', 'Helsingfors')")
            resident.add(SLOT)
            self.assertEqual(resident.fill_details().location, PATHS["fi"]["review"])
            fields = resident.review()
            both = [threading.Thread(target=form.confirm, args=(review,)), threading.Thread(target=resident.order, args=(fields,))]
            for one in both:
                one.start()
            for one in both:
                one.join()
            shown = cashier.get(form.at)
            self.assertEqual(int(bed.one("SELECT COUNT(*) FROM orders")), before + 1, "one of the two has it")
            self.assertEqual(bed.free(SLOT), 0)
            if bed.made(form.key) == 0:
                self.assertEqual((shown.status, wrong(shown)), (200, [f"quantity_{SLOT}_everyone"]), "the form comes back and says which line")
                self.assertEqual({name: shown.form(NEW)["fields"][name] for name in ("first_name", "last_name", "key")}, {"first_name": "Veikko", "last_name": "Lahtinen", "key": form.key}, "nothing is lost")
            outcomes.add(bed.made(form.key) > 0)
        bed.sql(f"UPDATE stock SET capacity = capacity + 50, free = free + 50 WHERE variant_id = {SLOT}")

    def test_more_than_there_is_or_may_be_ordered(self):
        for variant, quantity, way, what in ((SLOT, bed.free(SLOT) + 1, {}, f"jäljellä {bed.free(SLOT)}"), (MUG, 21, {"way_library_post": "library"}, "enintään 20")):
            shown = bed.form(cashier, (variant, str(quantity)), **way).review()
            self.assertEqual(wrong(shown), [f"quantity_{variant}_everyone"])
            self.assertIn(what, shown.text)

    def test_a_sale_that_is_closed(self):
        bed.sql("INSERT INTO sale_closures (scope, reason_fi, reason_sv, reason_en, closed_by, closed_utc) SELECT 'product:mug', 'Syy', 'Skäl', 'Reason', id, UTC_TIMESTAMP(3) FROM staff WHERE login = 'cashier'")
        shown = bed.form(cashier, (MUG, "1"), way_library_post="library").review()
        self.assertEqual(wrong(shown), [f"quantity_{MUG}_everyone"])
        bed.sql("UPDATE sale_closures SET reopened_by = closed_by, reopened_utc = UTC_TIMESTAMP(3)")


class Scope(Case):
    def test_each_sells_only_what_is_theirs(self):
        form = bed.form(clerk)  # the library's
        found = form.send("search", q="g").text + form.send("search", q="m").text
        self.assertIn(f"add:{MUG}_everyone", found)
        self.assertNotIn(f"add:{CARD}_everyone", found)
        before = bed.count("staff_orders")
        for act, lines in (("quote", [(f"{CARD}_everyone", "1")]), (f"add:{CARD}_everyone", []), ("search", [(f"{MUG}_everyone", "1"), (f"{CARD}_everyone", "1")])):
            form.lines = lines
            self.assertEqual(form.send(act).status, 403, act)
        self.assertEqual(bed.count("staff_orders"), before)

    def test_a_product_that_left_the_scope_is_not_confirmed(self):
        form = bed.form(clerk, (MUG, "1"), way_library_post="library")
        review = form.review()
        bed.sql(f"UPDATE products SET unit_code = 'sports' WHERE id = {MUG}")
        self.assertEqual(form.confirm(review).status, 403)
        bed.sql(f"UPDATE products SET unit_code = 'library' WHERE id = {MUG}")
        self.assertEqual(bed.made(form.key), 0)

    def test_who_makes_orders_and_may_not_look_at_them_gets_the_customers_link(self):
        bed.sql("INSERT INTO staff_groups (code, is_ready, name_fi, name_sv, name_en) VALUES ('makers', FALSE, 'Tekijät', 'Görare', 'Makers'); INSERT INTO staff_group_rights SELECT id, 'orders_make' FROM staff_groups WHERE code = 'makers'")
        maker = bed.here(bed.member("makers"))
        form = bed.form(maker, (MUG, "1"), way_library_post="library")
        form.confirm()
        at = maker.get(form.at).location
        self.assertTrue(at.endswith("/linkki"), at)
        self.assertRegex(maker.get(at).text, f'(?s)/fi/tilaus/.*href="{NEW}"')
        self.assertEqual((maker.get(at.removesuffix("/linkki")).status, bed.here(bed.member("makers", "maker2")).get(at).status), (403, 404), "its maker, and nobody else who may not look")

    def test_a_form_is_its_makers_alone(self):
        form = bed.form(cashier, (MUG, "1"), way_library_post="library")
        review = form.review()
        self.assertEqual([manager.get(form.at).status, manager.get(form.at + "/muuta").status], [404, 404])
        other = manager.get(NEW).form(NEW)["fields"]
        self.assertEqual(manager.post(form.at, {**review.form(form.at)["fields"], "form": other["form"]}).status, 404)
        stolen = bed.form(manager, (MUG, "7"), way_library_post="library", key=form.key)
        stolen.key = form.key
        stolen.send()
        self.assertIn('"quantity":1', bed.one(f"SELECT contents FROM staff_orders WHERE form_key = '{form.key}'"))

    def test_a_sign_up_is_not_made_here(self):
        self.assertNotIn(f"add:{COURSE}_everyone", bed.form(cashier).send("search", q="course").text)
        self.assertEqual(wrong(bed.form(cashier, (COURSE, "1")).send()), ["q"])
        # Nor by a row that the form would not make.
        bed.sql(f"INSERT INTO staff_orders (form_key, staff_id, channel, lang, state, contents, changed_utc) SELECT '{'c' * 26}', id, 'counter', 'fi', 'asked', '{json.dumps({'lines': [{'variant': COURSE, 'group': 'everyone', 'quantity': 1, 'way': 'email', 'holders': []}], 'buyer': {name: 'x' for name in ('first_name', 'last_name', 'street_address', 'postal_code', 'town', 'phone', 'email')}})}', UTC_TIMESTAMP(3) FROM staff WHERE login = 'cashier'")
        self.assertTrue(wait_until(lambda: bed.one(f"SELECT state FROM staff_orders WHERE form_key = '{'c' * 26}'") == "quoted"))
        self.assertIn('"obstacle":"gone"', bed.one(f"SELECT answer FROM staff_orders WHERE form_key = '{'c' * 26}'"))


class Powers(Case):
    def test_the_back_office_makes_no_order_and_checkout_moves_none(self):
        for statement in ("INSERT INTO orders (number) VALUES ('A')", "UPDATE orders SET age_confirmed = 18", "UPDATE staff_orders SET order_id = 1", "UPDATE staff_orders SET staff_id = 1", "DELETE FROM staff_orders"):
            self.assertIn("denied", bed.as_process("backoffice", statement), statement)
        for statement in ("INSERT INTO staff_orders (form_key) VALUES ('A')", "UPDATE staff_orders SET staff_id = 1", "UPDATE orders SET state = 'paid'", "UPDATE order_lines SET unit_cents = 1"):
            self.assertIn("denied", bed.as_process("checkout", statement), statement)


class Retention(Case):
    def test_what_came_to_nothing_goes_after_a_day_and_what_was_made_stays_without_its_words(self):
        made = bed.form(cashier, (MUG, "1"), way_library_post="library").order()
        kept, old = bed.form(cashier, (MUG, "1"), way_library_post="library"), bed.form(cashier, (MUG, "1"), way_library_post="library")
        kept.review(), old.review()
        bed.sql(f"UPDATE staff_orders SET changed_utc = changed_utc - INTERVAL 25 HOUR WHERE form_key = '{old.key}' OR order_id = {made.id}")
        count = int(bed.one("SELECT COUNT(*) FROM staff_orders WHERE order_id IS NULL AND changed_utc < UTC_TIMESTAMP() - INTERVAL 24 HOUR"))
        run = lambda *more: subprocess.run([f"{BIN}/retention", "--instance", bed.path("etc/instance.toml"), *more], capture_output=True, text=True).stdout
        self.assertIn(f"staff_orders: {count} would go", run("--dry-run"))
        run()
        self.assertEqual(cashier.get(old.at).status, 404)
        self.assertEqual(cashier.get(kept.at).status, 200)
        self.assertEqual(bed.made(bed.one(f"SELECT form_key FROM staff_orders WHERE order_id = {made.id}")), made.id)


if __name__ == "__main__":
    unittest.main()
