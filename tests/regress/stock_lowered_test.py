#!/usr/bin/python3
"""Bug: 8 of 10 seats sold, the capacity lowered to 5 and raised to 10 again left 5 seats free, not 2; and while it was lowered, each
cancelled order freed a seat that wasn't there."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "program"))
import import_bed  # noqa: E402
from payments_bed import wait_until  # noqa: E402
from payments_orders import Order, ticket  # noqa: E402


class StockLowered(unittest.TestCase):
    def test_what_is_sold_stays_sold_whatever_the_capacity(self):
        bed = import_bed.ImportBed()
        try:
            def capacity(n):
                bed.put_product("mugs/tour", import_bed.TOUR.replace("quota = 20", f"quota = {n}"))
                bed.imported()
            capacity(10)
            variant = int(bed.one("SELECT id FROM variants WHERE starts_utc IS NOT NULL"))
            free = lambda: int(bed.one(f"SELECT free FROM stock WHERE variant_id = {variant}"))
            Order(bed, [ticket(variant_id=variant, counted=1, quantity=7)])
            Order(bed, [ticket(variant_id=variant, counted=1)], hold_seconds=-1)
            self.assertEqual(free(), 2)
            capacity(5)
            bed.start_sweep()
            self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM orders WHERE state = 'expired'") == "1"))
            self.assertEqual(free(), -2, "7 are held and there is room for 5")
            capacity(10)
            self.assertEqual(free(), 3)
        finally:
            bed.close()


if __name__ == "__main__":
    unittest.main()
