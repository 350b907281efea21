#!/usr/bin/python3
"""Bug: a statement of withdrawal sent twice at the same instant (a double click) was refused the second time, though it stood."""
import concurrent.futures
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "program"))
import checkout_bed as shop  # noqa: E402


class WithdrawalTwice(unittest.TestCase):
    def test_both_clicks_get_the_same_answer(self):
        bed = shop.CheckoutBed()
        try:
            visitor = bed.visitor()
            path = visitor.paths["withdraw"]
            fields = {**visitor.get(path).form(path)["fields"], "name": "Aino", "order_number": "X", "email": "aino@example.com", "lines": "2", "step": "confirm"}
            bed.set_fault("withdrawal.before_commit stall 1\n")
            with concurrent.futures.ThreadPoolExecutor(3) as pool:
                answers = list(pool.map(lambda _: visitor.post(path, fields), range(3)))
            self.assertEqual([a.status for a in answers], [200] * 3)
            self.assertEqual(bed.count("withdrawals"), 1)
            self.assertEqual(bed.count("outbox"), 1)
        finally:
            bed.close()


if __name__ == "__main__":
    unittest.main()
