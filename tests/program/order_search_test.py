#!/usr/bin/python3
"""Goal: whatever number, code or reference somebody tells the shop leads staff to its order, or to what it was; people and companies are found with a purpose, and nobody finds what is not of their scope."""
import json
import re
import unittest

from office_bed import CARD, ORDERS, OfficeBed, card, mug, page, send
from payments_bed import code, token
from visitor import wrong

SESSION = 300


def setUpModule():
    global bed, cashier, manager, coach, one, other
    bed = OfficeBed()
    cashier, _, manager, _, coach = bed.day_staff()
    one = bed.paid(mug(), first_name="Kaarina", last_name="Kanarialintu", company="Lintulan Leipomo Oy", business_id="1061512-1")
    other = bed.paid(card(), company="Lintulan Liikunta Oy", business_id="1061512-1")
    bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; INSERT INTO variants (id, product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) VALUES ({SESSION}, {CARD}, 'g', 'Ryhmä', 'Grupp', 'Group', '2037-01-01', '2037-06-01'); INSERT INTO stock VALUES ({SESSION}, 20, 20);"
            f"INSERT INTO activity_sessions (variant_id, place_fi, place_sv, place_en, address, waiting_places, minimum, signup_from_utc, signup_until_utc, cancel_until_utc) VALUES ({SESSION}, 'Halli', 'Hall', 'Hall', 'Rantatie 1', 5, 4, '2026-01-01', '2036-01-01', '2036-01-01')")


def tearDownModule():
    bed.close()


def search(browser, q, purpose=""):
    return send(browser, ORDERS, ORDERS + "/haku", {"q": q, "purpose": purpose})


def mail(kind, case, order="NULL"):
    bed.sql(f"INSERT INTO outbox (kind, lang, recipient, data, order_id, message_id, state, next_try_utc, created_utc) VALUES ('{kind}', 'fi', 'x@example.com', '{json.dumps({'case_code': case})}', {order}, '{token()}', 'sent', NOW(3), '2026-01-15 10:30:00')")


def sign_up(number, order="NULL"):
    bed.sql(f"INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc, email, order_id) VALUES ('{number}', '{token()}', {SESSION}, 'fi', 'confirmed', 1, 0, NOW(3), '2026-01-15 10:30:00', 'x@example.com', {order})")


class Search(unittest.TestCase):
    def leads_to(self, browser, typed, location):
        found = search(browser, typed)
        self.assertEqual((found.status, found.location), (303, location), (typed, wrong(found), bed.log("backoffice")[-400:]))

    def test_the_code_that_a_mail_ends_with(self):
        self.leads_to(cashier, bed.mails_to(one, "order_confirmation")[0]["case_code"], page(one))
        for kind in ("payment_delayed", "pay_link", "order_delivery", "refund"):
            case = code()
            mail(kind, case, one.id)
            self.leads_to(cashier, f"{case[:4]} {case[4:8]} {case[8:]}".lower(), page(one))
        self.assertEqual(coach.get(page(one)).status, 403, "where it leads is not of the coach's scope")

    def test_a_mail_without_an_order_is_told_by_what_it_was_and_when(self):
        case = code()
        mail("order_links", case)
        told = search(cashier, case)
        self.assertIn("Koodi kuuluu tähän: Linkki omiin tilauksiin, to 15.1.2026 klo 12.30. Siihen ei liity tilausta.", told.text)
        self.assertEqual(wrong(told), [])
        self.assertNotIn("x@example.com", told.text)
        # One with a digit: what has none may be somebody's name.
        unknown = search(cashier, next(case for case in iter(code, None) if re.search("[0-9]", case)))
        self.assertEqual(wrong(unknown), ["q"], "a code of nothing")

    def test_a_sign_up_leads_to_its_order_or_its_session(self):
        paid, free = code(), code()
        sign_up(paid, other.id)
        sign_up(free)
        mail("registration", free)
        self.leads_to(cashier, paid, page(other))
        self.leads_to(manager, free, f"/fi/kurssit/{SESSION}")
        self.assertIn("Koodi kuuluu tähän: Ilmoittautuminen, to 15.1.2026", search(cashier, free).text, "who may not see sessions")
        bed.sql("DELETE FROM registrations")
        self.assertIn("Koodi kuuluu tähän: Ilmoittautuminen, to 15.1.2026", search(manager, free).text, "its mail is kept longer")

    def test_a_code_is_looked_up_by_a_key_whatever_the_shop_has_sent(self):
        case = code()
        mail("order_links", case)
        bed.sql("INSERT INTO outbox (kind, lang, recipient, data, message_id, state, next_try_utc, created_utc) SELECT 'order_links', 'fi', 'x', CONCAT('{\"case_code\": \"', LPAD(seq, 9, 'U'), '\"}'), LPAD(seq, 26, 'U'), 'sent', NOW(3), NOW(3) FROM seq_1_to_20000")
        try:
            cashier.get(ORDERS)
            bed.sql("SET GLOBAL userstat = 1; FLUSH USER_STATISTICS")
            self.assertIn("Linkki omiin tilauksiin", search(cashier, case).text)
            self.assertLess(int(bed.one("SELECT ROWS_READ FROM information_schema.USER_STATISTICS WHERE USER = 'kuntakauppa-backoffice'")), 2000)
        finally:
            bed.sql("SET GLOBAL userstat = 0; DELETE FROM outbox WHERE message_id LIKE 'UUU%'")

    def test_days_of_the_list_are_those_of_the_calendar_that_people_use(self):
        for days, found in (("?from=2000-01-01&to=2200-12-31", True), ("?to=9999-12-31", True), ("?from=9999-12-31", True), ("?from=0001-01-01&to=0001-01-01", True), ("?to=2026-02-31", True), ("?to=2000-01-01", False), ("?from=2200-12-31", False)):
            shown = cashier.get(ORDERS + days)
            self.assertEqual((shown.status, f'{ORDERS}/{one.id}"' in shown.text), (200, found), days)

    def test_references_as_they_stand_on_bills(self):
        check = 98 - int(one.reference + "271500") % 97
        for typed in (one.reference, f"RF{check:02}{one.reference}", f"rf{check:02} {one.reference[:4]} {one.reference[4:8]} {one.reference[8:]}"):
            self.leads_to(cashier, typed, page(one))
        self.assertEqual(len(wrong(search(cashier, f"RF{(check + 1) % 100:02}{one.reference}"))), 1)

    def test_a_payment_by_its_id_at_the_payment_service(self):
        payment = bed.one(f"SELECT transaction_id FROM payment_attempts WHERE order_id = {one.id}")
        self.leads_to(cashier, payment, page(one))
        self.leads_to(cashier, payment.upper(), page(one))
        self.assertEqual(wrong(search(cashier, "00000000-0000-4000-8000-000000000000")), ["q"])
        back = "11111111-0000-4000-8000-000000000000"
        bed.sql(f"INSERT INTO refund_requests (order_id, attempt_id, cents, reason, requested_utc, state) SELECT order_id, id, 1, 'mistake', NOW(3), 'taken' FROM payment_attempts WHERE order_id = {one.id}; SET @r = LAST_INSERT_ID();"
                f"INSERT INTO refunds (request_id, attempt_id, stamp, cents, state, transaction_id, created_utc, ended_utc) SELECT @r, attempt_id, '{token()}', 1, 'failed', '{back}', NOW(3), NOW(3) FROM refund_requests WHERE id = @r")
        self.leads_to(cashier, back, page(one))

    def test_companies_are_found_as_people_are(self):
        for typed in ("Lintulan Leipomo Oy", "lintulan leip"):
            self.assertEqual(wrong(search(cashier, typed)), ["purpose"])
            found = search(cashier, typed, "contact").text
            self.assertIn("Kaarina Kanarialintu, Lintulan Leipomo Oy</td>", found)
            self.assertNotIn("Lintulan Liikunta", found)
        both = search(cashier, "Lintulan", "contact").text
        self.assertTrue(all(f'{ORDERS}/{order.id}"' in both for order in (one, other)))
        self.assertLess(both.index(f'{ORDERS}/{other.id}"'), both.index(f'{ORDERS}/{one.id}"'), "newest first")
        own = search(coach, "Lintulan", "contact").text
        self.assertEqual((f'{ORDERS}/{one.id}"' in own, f'{ORDERS}/{other.id}"' in own), (False, True))


if __name__ == "__main__":
    unittest.main()
