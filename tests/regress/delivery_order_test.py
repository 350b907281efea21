#!/usr/bin/python3
"""Bug: two delivery ways of the same rank came in any order, a choice is named by its ways, and so what was chosen on one page
was unknown on the next ("Choose how you get the product", or back to Details). The order is now by rank, then by code."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "program"))
import checkout_bed as shop  # noqa: E402


class DeliveryOrder(unittest.TestCase):
    def test_a_choice_keeps_its_name_between_pages_and_connections(self):
        bed = shop.CheckoutBed()
        try:
            for _ in range(20):
                bed.reset()  # rewrites the tables, after which the database may read them in another order
                visitor = bed.visitor()
                visitor.add(shop.MUG)
                names = {name for _ in range(4) for name in visitor.get(visitor.paths["details"]).form(visitor.paths["details"])["choices"]}
                self.assertEqual(names, {"delivery_collect_post"})
        finally:
            bed.close()


if __name__ == "__main__":
    unittest.main()
