#!/usr/bin/python3
"""Goal: of a paid sign-up that ends, by whomever and however, its family is promised, and staff are asked for, what is left of its money and no more."""
import json
import threading
import unittest

from office_bed import send
from payments_bed import wait_until
from signup_bed import COMING, SWIM, SignupBed, answers

URL, REFUNDS = f"/fi/kurssit/{SWIM}", "/fi/hyvitykset"
LATER = 5  # another session of the swimming school


def setUpModule():
    global bed, supervisor, cashier
    bed = SignupBed()
    bed.sql(f"INSERT INTO variants (id, product_id, code, name_fi, name_sv, name_en, starts_utc, ends_utc) VALUES ({LATER}, {SWIM}, 'week-25', 'Viikko 25', 'Vecka 25', 'Week 25', '{COMING}-06-14 06:00:00', '{COMING}-06-14 13:00:00'); INSERT INTO stock VALUES ({LATER}, 10, 10); "
            f"INSERT INTO activity_meetings VALUES ({LATER}, '{COMING}-06-14 06:00:00', '{COMING}-06-14 13:00:00'); CREATE TEMPORARY TABLE one AS SELECT * FROM activity_sessions WHERE variant_id = {SWIM}; UPDATE one SET variant_id = {LATER}; INSERT INTO activity_sessions SELECT * FROM one")
    supervisor = bed.here(bed.member("activity_supervisor", "saara", ("unit", "sports")))
    cashier = bed.here(bed.member("cashier", "kaisa", ("unit", "sports")))


def tearDownModule():
    bed.close()


class SignUps(unittest.TestCase):
    def setUp(self):
        bed.new_season()

    def tearDown(self):
        self.assertEqual(bed.misplaced(), [])

    def swept(self, condition):
        bed.start_sweep()
        try:
            self.assertTrue(wait_until(condition), bed.log("sweep"))
        finally:
            bed.stop("sweep")

    def paid(self, *sessions):
        """Sign-ups of one child each, 65 euros, that a family paid in one order: the family, staff's page of a refund, the paths of the sign-ups' pages."""
        visitor, paths = bed.family(), []
        for session in sessions:
            held = bed.enter(visitor, session, 1)
            visitor.post(held.location, {**visitor.get(held.location).form(held.location)["fields"], **answers(1, p1_group="child")})
            paths.append(held.location)
        bed.pay(visitor, bed.order(visitor))
        self.assertEqual(self.states(paths), ["confirmed"] * len(sessions))
        return visitor, "/fi/tilaukset/" + bed.one("SELECT MAX(id) FROM orders") + "/hyvitys", paths

    def refund(self, at, **what):
        self.assertEqual(send(cashier, at, at, {"reason": "customer_asked", "words": "Soitti", **what}).status, 303)
        self.swept(lambda: bed.count("refunds WHERE state = 'ok'") == 1)

    def states(self, paths):
        return [bed.one(f"SELECT state FROM registrations WHERE token = '{path.rsplit('/', 1)[1]}'") for path in paths]

    def promised(self):
        """What families were told that comes back, and what is asked back for them."""
        told = [json.loads(row[0]) for row in bed.sql("SELECT data FROM outbox WHERE kind = 'registration' ORDER BY id")]
        return [one["refund_cents"] for one in told if one["about"] in ("called_off_refund", "cancelled_refund")], [int(row[0]) for row in bed.sql("SELECT cents FROM refund_requests WHERE state = 'asked' ORDER BY id")]

    def end_by_staff(self, visitor, path):
        send(supervisor, URL, URL + "/peru-ilmoittautuminen", {"words": "Soitti"})

    def end_by_the_family(self, visitor, path):
        visitor.post(path + "/peru", visitor.get(path).form(path + "/peru")["fields"])

    def end_with_its_session(self, visitor, path):
        send(supervisor, URL, URL + "/peru", {"reason": "Halli suljettiin"})

    def end_by_the_sweep(self, visitor, path):
        """Its session is called off by a transaction that saw it not."""
        bed.sql(f"UPDATE activity_sessions SET state = 'cancelled' WHERE variant_id = {SWIM}")
        self.swept(lambda: self.states([path]) == ["cancelled"])

    def test_what_has_gone_back_is_not_promised_again(self):
        for end in (self.end_by_staff, self.end_by_the_family, self.end_with_its_session, self.end_by_the_sweep):
            for back, left in (({"what": "sum", "sum": "30,00"}, [3500]), ({"what": "all"}, [])):
                with self.subTest(f"{end.__name__}, back {back}"):
                    bed.new_season()
                    visitor, at, paths = self.paid(SWIM)
                    self.refund(at, **back)
                    end(visitor, *paths)
                    self.assertEqual((self.states(paths), self.promised()), (["cancelled"], (left, left)))

    def test_two_of_one_order_share_what_is_left(self):
        visitor, at, paths = self.paid(SWIM, SWIM)
        self.refund(at, what="lines", units_1="1")
        self.end_with_its_session(visitor, paths)
        self.assertEqual((self.states(paths), self.promised()), (["cancelled"] * 2, ([6500], [6500])))
        self.assertEqual(send(cashier, REFUNDS, REFUNDS + "/maksa", {}).status, 303)
        self.swept(lambda: bed.count("refunds WHERE state = 'ok'") == 2)

    def test_what_came_back_of_another_session_is_not_this_ones(self):
        for back, left in (({"units_2": "1"}, [6500]), ({"units_1": "0", "part_2": "10,00"}, [6500]), ({"part_1": "10,00"}, [5500])):
            with self.subTest(str(back)):
                bed.new_season()
                visitor, at, paths = self.paid(SWIM, LATER)
                self.refund(at, what="lines", **back)
                self.end_with_its_session(visitor, paths[0])
                self.assertEqual((self.states(paths), self.promised()), (["cancelled", "confirmed"], (left, left)))

    def test_what_comes_back_after_the_promise_is_taken_off_it(self):
        visitor, at, paths = self.paid(SWIM)
        self.end_by_staff(visitor, *paths)
        self.assertEqual(self.promised(), ([6500], [6500]))
        self.refund(at, what="sum", sum="30,00")
        self.assertEqual(send(cashier, REFUNDS, REFUNDS + "/maksa", {}).status, 303)
        self.swept(lambda: bed.count("refunds WHERE state = 'ok'") == 2)
        self.assertEqual(bed.one("SELECT GROUP_CONCAT(r.cents ORDER BY f.id) FROM refunds f JOIN refund_requests r ON r.id = f.request_id"), "3000,3500")

    def test_two_of_one_order_that_end_at_once_get_all_that_is_left(self):
        """The second waits for the first, else each would leave what is left to the other."""
        visitor, at, paths = self.paid(SWIM, SWIM)
        self.refund(at, what="lines", units_1="1")
        forms = [(path + "/peru", visitor.get(path).form(path + "/peru")["fields"]) for path in paths]
        bed.set_fault("registration.cancelled stall 2\n")
        first = threading.Thread(target=visitor.post, args=forms[0])
        first.start()
        self.assertTrue(wait_until(lambda: not open(bed.path("fault")).read().strip()))
        again = bed.family()
        again.cookies = dict(visitor.cookies)
        self.assertEqual(again.post(*forms[1]).status, 303)
        first.join()
        self.assertEqual((self.states(paths), self.promised()), (["cancelled"] * 2, ([6500], [6500])))


if __name__ == "__main__":
    unittest.main()
