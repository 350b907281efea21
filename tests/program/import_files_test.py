#!/usr/bin/python3
"""Goal: what a catalogue's files say counts as of today, and what nobody meant well in them is refused: a price whose day has come is the price from then on, and the days before it keep theirs."""
import unittest

from import_bed import MUG, ImportBed

bed = None


def setUpModule():
    global bed
    bed = ImportBed()


def tearDownModule():
    bed.close()


class Case(unittest.TestCase):
    def setUp(self):
        bed.empty()
        bed.sql("DELETE FROM coming_prices; DELETE FROM price_days")
        bed.restore()


class ComingPrices(Case):
    """A file that says of a price both what it was and what it became is no proof that anybody could pay the former today."""
    def put(self, day, most=10):
        bed.put("mugs/blue-mug.toml", MUG.replace("max_per_order = 10", f"max_per_order = {most}") + f'next_from = "{day}"\nnext_cents = 1500\n')

    def days(self):
        return bed.sql("SELECT d.from_day, d.cents FROM price_days d JOIN products p ON p.id = d.product_id WHERE p.code = 'blue-mug' ORDER BY d.from_day, d.written_utc")

    def prices(self):
        return bed.sql("SELECT r.cents, c.cents FROM prices r JOIN products p ON p.id = r.product_id LEFT JOIN coming_prices c USING (product_id, variant_id, price_group) WHERE p.code = 'blue-mug'")

    def test_what_comes_after_its_day_was_never_cheaper(self):
        self.put("2026-02-01")
        bed.imported()
        self.assertEqual([cents for _, cents in self.days()], ["1500"])
        self.assertEqual(self.prices(), [["1500", "NULL"]])

    def test_what_is_stored_again_after_its_day_has_the_old_price_until_that_day_alone(self):
        self.put("2037-01-01")
        bed.imported()
        self.assertEqual(self.prices(), [["1200", "1500"]])
        bed.sql("UPDATE price_days SET from_day = '2026-01-01'; UPDATE coming_prices SET valid_from = '2026-02-01'")
        for most in (11, 12):
            self.put("2026-02-01", most)
            self.assertIn("1 changed", bed.imported())
            self.assertEqual(self.days(), [["2026-01-01", "1200"], ["2026-02-01", "1500"]])
            self.assertEqual(self.prices(), [["1500", "NULL"]])


if __name__ == "__main__":
    unittest.main()
