#!/usr/bin/python3
"""Goal: a cashier finds an order, hands it out and asks for a refund, a second person agrees above the limit, odd cases are settled; each sees and does only what is
of their scope, and every look at a person is written down."""
import concurrent.futures
import re
import unittest

from office_bed import OfficeBed, card, mug, poster
from payments_bed import wait_until
from payments_orders import Order, broken_invariants

ORDERS, REFUNDS, APPROVE, DELIVERIES = "/fi/tilaukset", "/fi/hyvitykset", "/fi/hyvaksyttavat-hyvitykset", "/fi/toimitukset"


def setUpModule():
    global bed, cashier, clerk, manager, finance, coach
    bed = OfficeBed()
    people = {"cashier": bed.member("cashier"), "clerk": bed.member("cashier", "clerk", ("unit", "library")), "manager": bed.member("shop_manager"), "finance": bed.member("finance"), "coach": bed.member("cashier", "coach", ("unit", "sports"))}
    cashier, clerk, manager, finance, coach = (bed.here(people[name]) for name in ("cashier", "clerk", "manager", "finance", "coach"))


def tearDownModule():
    bed.close()


def page(order):
    return f"{ORDERS}/{order.id}"


def send(browser, at, action, fields):
    """A form of the page `at`, filled in and sent."""
    shown = browser.get(at)
    assert shown.status == 200, (at, shown.status)
    return browser.post(action, {**shown.form(action)["fields"], **fields})


def wrong(answer):
    return re.findall(r'<a href="#[a-z_0-9]+">([^<]*)</a>', answer.text)


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

    def test_picking_adds_up_and_a_slip_has_no_prices(self):
        orders = [bed.paid(mug(quantity=3)), bed.paid(mug(quantity=4))]
        waiting = int(bed.one("SELECT SUM(l.quantity) FROM deliveries d JOIN order_lines l ON l.order_id = d.order_id AND l.delivery_code = d.delivery_code WHERE d.state = 'waiting' AND l.code = 'mug/-'"))
        picking = clerk.get(DELIVERIES + "/kerailylista").text
        self.assertIn(f'<td class="num">{waiting}</td>', picking)
        slip = clerk.get(page(orders[0]) + "/lahete").text
        self.assertIn("Rantatie 1", slip)
        self.assertNotIn("€", slip)

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
        self.assertIn(">2</td>", clerk.get(page(part) + "/lahete").text)

    def test_nobody_is_told_to_collect_what_is_posted(self):
        order = bed.paid(poster())
        form = clerk.get(DELIVERIES).form(DELIVERIES + "/merkitse")["fields"]["form"]
        clerk.post(DELIVERIES + "/merkitse", f"form={form}&to=ready&parcel={order.id}+library+post".encode())
        self.assertEqual((bed.state_of_delivery(order), bed.mails_to(order, "order_delivery")), ("waiting", []))

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
        self.assertEqual(len(wrong(send(cashier, page(order), page(order) + "/muistiinpano", {"note": " "}))), 1)
        send(cashier, page(order), page(order) + "/viesti", {"mail": bed.one(f"SELECT id FROM outbox WHERE order_id = {order.id}")})
        self.assertEqual(bed.sql(f"SELECT COUNT(*), COUNT(DISTINCT message_id), COUNT(DISTINCT data) FROM outbox WHERE order_id = {order.id}"), [["2", "2", "1"]])
        bed.sql(f"DELETE FROM outbox WHERE order_id = {order.id} ORDER BY id DESC LIMIT 1")
        unpaid = Order(bed, [mug()])
        self.assertEqual(send(clerk, page(unpaid), page(unpaid) + "/peru", {}).status, 303)
        self.assertTrue(wait_until(lambda: unpaid.state() == "cancelled"))


class Refunding(Case):
    def ask(self, order, browser=None, **fields):
        at = page(order) + "/hyvitys"
        return send(browser or cashier, at, at, {"what": "all", "reason": "customer_asked", "words": "Pyysi puhelimitse", **fields})

    def test_all_units_and_a_sum(self):
        order = bed.paid(mug(quantity=3), poster())
        self.assertEqual(self.ask(order, what="lines", units_1="1").status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.ask(order, what="sum", sum="5,01")
        self.assertTrue(bed.ends(order, "ok"))
        self.ask(order, stock_back="1")
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 1200), ("taken", "ok", 501), ("taken", "ok", 5100 - 1701)])
        self.assertEqual(len(bed.mails_to(order, "refund")), 3)
        self.assertIn("Hyvityskuitti", cashier.get(page(order)).text)

    def test_wrong_forms_come_back_with_their_values(self):
        order = bed.paid(mug(quantity=2))
        for fields, count in (({"what": "lines", "units_1": "3"}, 1), ({"what": "lines", "units_1": "0"}, 1), ({"what": "sum", "sum": "24,01"}, 1), ({"what": "sum", "sum": "abc"}, 1), ({"what": "sum", "sum": "-5,00"}, 1),
                              ({"words": ""}, 1), ({"reason": ""}, 1), ({"reason": "family_cancelled"}, 1), ({"words": "", "reason": "", "what": "sum", "sum": ""}, 3)):
            with self.subTest(fields):
                answer = self.ask(order, **fields)
                self.assertEqual((answer.status, len(wrong(answer))), (200, count), wrong(answer))
        self.assertIn('value="24,01"', self.ask(order, what="sum", sum="24,01").text)
        self.assertEqual(bed.refunds(order), [])

    def test_P15_double_clicks_and_two_staff_at_once(self):
        order = bed.paid(mug(quantity=2))
        at = page(order) + "/hyvitys"
        form = cashier.get(at).form(at)["fields"] | {"what": "all", "reason": "mistake", "words": "Virhe"}
        other = manager.get(at).form(at)["fields"] | {"what": "lines", "units_1": "1", "reason": "mistake", "words": "Virhe"}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: cashier.post(at, form) if n % 2 else manager.post(at, other), range(16)))
        self.assertTrue(all(a.status in (200, 303) for a in answers))
        self.assertIn(len(bed.refunds(order)), (1, 2))
        self.assertLessEqual(sum(one[2] for one in bed.refunds(order)), 2400)
        self.assertTrue(bed.ends(order, "ok"))

    def test_above_the_limit_a_second_person_agrees(self):
        order = bed.paid(card(quantity=3))
        self.assertEqual(self.ask(order, what="lines", units_1="2").status, 303)
        self.assertTrue(bed.ends(order, "ok"), "200,00 € is not above")
        self.ask(order, what="lines", units_1="1")
        self.assertEqual(bed.refunds(order)[1], ("requested", None, 10000), "small parts of one payment add up")
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        self.assertIn("odottaa toisen", cashier.get(page(order)).text)
        self.assertEqual(cashier.get(APPROVE).status, 403)
        agree = APPROVE + "/vastaa"
        self.assertEqual(send(finance, APPROVE, agree, {"request": request, "answer": "no", "words": ""}).status, 200, "a no has a reason")
        self.assertEqual(send(finance, APPROVE, agree, {"request": request, "answer": "yes"}).status, 303)
        self.assertTrue(bed.ends(order, "ok"))

    def test_nobody_agrees_to_their_own_and_a_no_gives_the_sum_back(self):
        order = bed.paid(card(quantity=3))
        at = page(order) + "/hyvitys"
        send(manager, at, at, {"what": "all", "reason": "mistake", "words": "Kaikki"})
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        token = manager.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(manager.post(APPROVE + "/vastaa", {"form": token, "request": request, "answer": "yes"}).status, 403)
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "no", "words": "Ei perustetta"})
        self.assertEqual(bed.refunds(order), [("declined", None, 30000)])
        self.assertIn("Ei perustetta", manager.get(page(order)).text)
        self.ask(order, what="lines", units_1="1")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 10000)], 12))

    def test_only_lines_of_ones_scope(self):
        order = bed.paid(mug(), card())
        self.ask(order, clerk)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 1200)])
        self.assertIn("ei ole hyvitettävää", clerk.get(page(order) + "/hyvitys").text)

    def test_a_failed_one_can_be_asked_again(self):
        order = bed.paid(mug())
        bed.sandbox("faults", {"at": "refund", "do": {"outcome": "fail"}})
        self.ask(order)
        self.assertTrue(bed.ends(order, "failed"))
        self.assertIn("ei onnistunut", cashier.get(page(order)).text)
        self.assertIn(f'{ORDERS}/{order.id}"', cashier.get(REFUNDS).text)
        self.ask(order)
        self.assertTrue(wait_until(lambda: bed.refunds(order)[1:] == [("taken", "ok", 1200)], 12))

    def test_a_silent_one_is_ended_by_a_person(self):
        for what, wanted in (("refund_was_made", "ok"), ("refund_was_not_made", "failed")):
            order = bed.paid(mug())
            bed.sandbox("faults", {"at": "refund-callback", "do": {"drop": True}})
            bed.sandbox("faults", {"at": "refund", "do": {"status": 500, "processed": what == "refund_was_made"}})
            self.ask(order)
            self.assertTrue(bed.ends(order, "unknown"))
            refund = bed.one(f"SELECT f.id FROM refunds f JOIN refund_requests r ON r.id = f.request_id WHERE r.order_id = {order.id}")
            act = page(order) + "/ratkaisu"
            token = cashier.get(page(order)).form(act)["fields"]["form"]
            self.assertEqual(len(wrong(cashier.post(act, {"form": token, "what": what, "object": refund, "words": ""}))), 1)
            self.assertEqual(cashier.post(act, {"form": token, "what": what, "object": refund, "words": "Katsoin maksupalvelusta"}).status, 303)
            self.assertTrue(bed.ends(order, wanted))
            self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'refund_unknown' AND object_id = {refund} AND resolved_utc IS NULL"), "0")


class OddCases(Case):
    def settle(self, order, what, object_="0"):
        act = page(order) + "/ratkaisu"
        token = cashier.get(page(order)).form(act)["fields"]["form"]
        return cashier.post(act, {"form": token, "what": what, "object": object_, "words": "Sovittu asiakkaan kanssa"})

    def open_alerts(self, order):
        return bed.sql(f"SELECT kind FROM staff_alerts WHERE resolved_utc IS NULL AND ((kind = 'paid_no_stock' AND object_id = {order.id}) OR (kind IN ('overpaid', 'needs_review') AND object_id IN (SELECT id FROM payment_attempts WHERE order_id = {order.id})))")

    def test_paid_too_late_delivered_all_the_same(self):
        order = bed.too_late()
        self.assertEqual(self.open_alerts(order), [["paid_no_stock"]])
        self.assertEqual(self.settle(order, "deliver_anyway").status, 303)
        self.assertTrue(wait_until(lambda: order.state() == "paid"))
        self.assertEqual(self.open_alerts(order), [])

    def test_paid_too_late_or_twice_goes_back_whole(self):
        for order, sum_ in ((bed.too_late(), 1200), (bed.twice(), 1200)):
            at = page(order) + "/hyvitys"
            forms = [form for form in cashier.get(at).forms() if form["action"] == at and "reason" not in form["fields"] and "what" not in form["fields"]]
            self.assertEqual(cashier.post(at, {**forms[-1]["fields"], "words": "Ylimääräinen"}).status, 303)
            self.assertTrue(bed.ends(order, "ok"))
            self.assertEqual((bed.refunds(order), self.open_alerts(order)), ([("taken", "ok", sum_)], []))
            self.assertEqual(bed.mails_to(order, "refund")[0]["receipt_number"], "")

    def test_dealt_with_otherwise(self):
        order = bed.too_late()
        alert = bed.one(f"SELECT id FROM staff_alerts WHERE kind = 'paid_no_stock' AND object_id = {order.id}")
        other = bed.too_late()
        self.assertEqual(self.settle(other, "resolve", alert).status, 404, "not an alert of this order")
        self.assertEqual(self.settle(order, "resolve", alert).status, 303)
        self.assertEqual(bed.sql(f"SELECT resolved_by IS NOT NULL, resolved_words FROM staff_alerts WHERE id = {alert}"), [["1", "Sovittu asiakkaan kanssa"]])


class Withdrawing(Case):
    def state_of(self, withdrawal):
        return bed.one(f"SELECT state FROM withdrawals WHERE id = {withdrawal}")

    def withdraw(self, order, lines=(), days_ago=0):
        # As checkout writes it.
        rows = bed.sql(f"INSERT INTO withdrawals (case_code, form_key, order_id, via, name, order_number, email, lines_stated, lang, received_utc) SELECT LEFT(MD5(RAND()), 9), UNHEX(MD5(RAND())), id, 'form', 'Aino Mäkelä', number, email, "
                       f"'1 × Muki', lang, UTC_TIMESTAMP() - INTERVAL {days_ago} DAY FROM orders WHERE id = {order.id}; SET @w = LAST_INSERT_ID();"
                       + "".join(f"INSERT INTO withdrawal_lines VALUES (@w, {no}, {quantity});" for no, quantity in lines)
                       + "INSERT INTO staff_alerts (kind, object_id, created_utc) VALUES ('withdrawal', @w, NOW(3)); SELECT @w;")
        return rows[-1][0]

    def test_leads_to_a_refund_with_its_clock(self):
        order = bed.paid(mug(quantity=2), poster())
        one = self.withdraw(order, [(1, 2)], days_ago=10)
        shown = clerk.get(REFUNDS).text
        self.assertRegex(shown, r"Päiviä jäljellä: [34]")
        at = f"{page(order)}/hyvitys?withdrawal={one}"
        form = clerk.get(at)
        self.assertRegex(form.text, r'name="units_1"[^>]*value="2"')
        done = clerk.post(page(order) + "/hyvitys", {**form.form(page(order) + "/hyvitys")["fields"], "what": "lines", "reason": "withdrawal", "words": "Peruutti ajoissa"})
        self.assertEqual(done.status, 303)
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual((self.state_of(one), bed.refunds(order)), ("refunded", [("taken", "ok", 2400)]))
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM staff_alerts WHERE kind = 'withdrawal' AND object_id = {one} AND resolved_utc IS NULL"), "0")

    def test_use_that_began_on_request_is_paid_for(self):
        order = bed.paid(card(begin_now=1))
        bed.sql(f"UPDATE orders SET settled_utc = settled_utc - INTERVAL 10 DAY WHERE id = {order.id}")
        one = self.withdraw(order, [(1, 1)])
        self.assertRegex(cashier.get(f"{page(order)}/hyvitys?withdrawal={one}").text, r"käytetty 1[01] päivää 100 päivästä. Suhteellinen hyvitys on (90|89),00")

    def test_a_part_of_a_cards_price_ends_the_card(self):
        order = bed.paid(card(), mug())
        at = page(order) + "/hyvitys"
        send(cashier, at, at, {"what": "lines", "units_1": "1", "part_1": "89,00", "reason": "withdrawal", "words": "Käytetty 11 päivää"})
        self.assertTrue(bed.ends(order, "ok"))
        self.assertEqual(bed.refunds(order), [("taken", "ok", 8900)])
        self.assertEqual(bed.sql(f"SELECT l.line_no, l.quantity, l.cents FROM refund_request_lines l JOIN refund_requests r ON r.id = l.request_id WHERE r.order_id = {order.id}"), [["1", "1", "8900"]])
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM tickets WHERE order_id = {order.id} AND refund_id IS NULL"), "0")

    def test_a_declined_refund_leaves_the_withdrawal_waiting(self):
        order = bed.paid(card(quantity=3))
        one = self.withdraw(order, [(1, 3)])
        at = page(order) + "/hyvitys"
        form = cashier.get(f"{at}?withdrawal={one}").form(at)["fields"]
        cashier.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Kaikki"})
        self.assertEqual((bed.refunds(order), self.state_of(one)), ([("requested", None, 30000)], "received"))
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "no", "words": "Käytetty"})
        self.assertEqual(self.state_of(one), "received")
        form = cashier.get(f"{at}?withdrawal={one}").form(at)["fields"]
        cashier.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Sittenkin"})
        request = bed.one(f"SELECT MAX(id) FROM refund_requests WHERE order_id = {order.id}")
        send(finance, APPROVE, APPROVE + "/vastaa", {"request": request, "answer": "yes"})
        self.assertEqual(self.state_of(one), "refunded")
        self.assertTrue(wait_until(lambda: bed.refunds(order)[-1][1] == "ok", 12))

    def test_each_unit_answers_for_its_own_lines(self):
        order = bed.paid(mug(), card())
        one = self.withdraw(order, [(1, 1), (2, 1)])
        token = clerk.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        self.assertEqual(clerk.post(REFUNDS + "/peruutus", {"form": token, "withdrawal": one, "words": "Ei"}).status, 403)
        for browser, wanted in ((clerk, "received"), (coach, "refunded")):
            at = page(order) + "/hyvitys"
            form = browser.get(f"{at}?withdrawal={one}").form(at)["fields"]
            browser.post(at, {**form, "what": "all", "reason": "withdrawal", "words": "Omat rivit"})
            self.assertEqual(self.state_of(one), wanted)
        self.assertTrue(bed.ends(order, "ok"))

    def test_one_that_names_no_order_is_tied_to_it(self):
        order = bed.paid(mug())
        one = self.withdraw(order)
        bed.sql(f"UPDATE withdrawals SET order_id = NULL WHERE id = {one}")
        act = REFUNDS + "/peruutus"
        self.assertEqual(len(wrong(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": "AAAAAAAAA"}))), 1)
        self.assertEqual(send(cashier, REFUNDS, act, {"withdrawal": one, "what": "tie", "number": order.number.lower()}).status, 303)
        self.assertEqual(bed.one(f"SELECT order_id FROM withdrawals WHERE id = {one}"), str(order.id))
        bed.sql(f"DELETE FROM withdrawals WHERE id = {one}; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")

    def test_a_reasoned_no_goes_by_mail(self):
        order = bed.paid(mug())
        one = self.withdraw(order)
        act = REFUNDS + "/peruutus"
        self.assertEqual(len(wrong(send(clerk, REFUNDS, act, {"withdrawal": one, "words": ""}))), 1)
        self.assertEqual(send(clerk, REFUNDS, act, {"withdrawal": one, "words": "Lipulla oli päivä"}).status, 303)
        self.assertEqual((self.state_of(one), bed.mails_to(order, "withdrawal_declined")[0]["words"]), ("declined", "Lipulla oli päivä"))
        token = coach.get("/fi/oma-tili").form("/fi/oma-tili/ulos")["fields"]["form"]
        again = self.withdraw(order)
        self.assertEqual((coach.post(act, {"form": token, "withdrawal": again, "words": "Ei"}).status, self.state_of(again)), (403, "received"))
        bed.sql("DELETE FROM withdrawals WHERE state = 'received'; UPDATE staff_alerts SET resolved_utc = NOW(3) WHERE kind = 'withdrawal'")


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
