#!/usr/bin/python3
"""Goal: sixteen buyers and one last piece: exactly one order, one payment, one receipt. And a shop that read first and wrote
then would be caught by this very test."""
import concurrent.futures
import threading

import pymysql
from shop import Scenario, main

BUYERS = 16


def together(calls):
    start = threading.Barrier(len(calls))

    def run(call):
        start.wait()
        return call()
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [f.result() for f in [pool.submit(run, call) for call in calls]]


class LastPiece(Scenario):
    def setUp(self):
        super().setUp()
        self.variant, self.group, _ = self.shop.product()
        self.free = int(self.shop.one(f"SELECT free FROM stock WHERE variant_id = {self.variant}"))

    def tearDown(self):
        super().tearDown()
        self.leave(self.free)

    def leave(self, pieces):
        self.shop.sql(f"UPDATE stock SET capacity = capacity - free + {pieces}, free = {pieces} WHERE variant_id = {self.variant}")

    def at_the_review(self):
        visitors = [self.shop.visitor(("fi", "sv", "en")[i % 3]) for i in range(BUYERS)]
        for visitor in visitors:
            visitor.add(self.variant, self.group)
            self.assertEqual(visitor.fill_details().status, 303)
        return [(visitor, visitor.review()) for visitor in visitors]

    def test_one_of_sixteen_gets_it_and_pays(self):
        for _ in range(5):
            self.leave(1)
            answers = together([lambda v=v, f=f: (v, v.order(f)) for v, f in self.at_the_review()])
            won = [(v, a) for v, a in answers if a.location and a.location.startswith(v.paths["pay"])]
            self.assertEqual(len(won), 1, [a for _, a in answers])
            for visitor, answer in answers:
                if (visitor, answer) not in won:
                    self.assertEqual(answer.location, visitor.paths["cart"], "the others are told in the cart")
            visitor, answer = won[0]
            token = answer.location.rsplit("/", 1)[1]
            self.shop.begin_payment(visitor, token)
            self.shop.pay(self.shop.order_row(token)["reference"], how="callback", wait=True)
            self.assertTrue(self.shop.settled(token))
            self.assertEqual(self.shop.one(f"SELECT free FROM stock WHERE variant_id = {self.variant}"), "0")

    def test_sixteen_for_five_pieces(self):
        self.leave(5)
        answers = together([lambda v=v, f=f: v.order(f).location.startswith(v.paths["pay"]) for v, f in self.at_the_review()])
        self.assertEqual(sum(answers), 5)

    def test_a_shop_that_reads_first_and_writes_then_sells_it_more_than_once(self):
        """The broken variant, side by side with the right one, on a scratch table: this race is real on this machine."""
        connect = lambda: pymysql.connect(unix_socket=self.shop.path("run/db.sock"), user=self.shop.user, database="kuntakauppa", autocommit=False)
        sold = {"broken": 0, "right": 0}
        self.shop.sql("CREATE TABLE IF NOT EXISTS test_race (id INT PRIMARY KEY, free INT NOT NULL)")

        def broken(connection):
            with connection.cursor() as cursor:
                cursor.execute("SELECT free FROM test_race WHERE id = 1")
                if cursor.fetchone()[0] < 1:
                    connection.rollback()
                    return 0
                cursor.execute("UPDATE test_race SET free = free - 1 WHERE id = 1")
                connection.commit()
                return 1

        def right(connection):
            with connection.cursor() as cursor:
                taken = cursor.execute("UPDATE test_race SET free = free - 1 WHERE id = 1 AND free >= 1")
                connection.commit()
                return taken
        connections = [connect() for _ in range(BUYERS)]
        try:
            for name, way in (("broken", broken), ("right", right)):
                for _ in range(10):
                    self.shop.sql("REPLACE INTO test_race VALUES (1, 1)")
                    sold[name] += sum(together([lambda c=c: way(c) for c in connections]))
        finally:
            for connection in connections:
                connection.close()
            self.shop.sql("DROP TABLE test_race")
        self.assertEqual(sold["right"], 10)
        self.assertGreater(sold["broken"], 10, "the race did not show itself: this test could not fail")


if __name__ == "__main__":
    main()
