#!/usr/bin/python3
"""Goal: a ticket's time that staff called off is sold by no file, also where it is one of a series, and what the file says otherwise is imported."""
import unittest

from import_bed import TOUR, ImportBed


def setUpModule():
    global bed
    bed = ImportBed()


def tearDownModule():
    bed.close()


class CalledOffTimes(unittest.TestCase):
    def test_a_time_that_was_called_off_is_sold_by_no_file(self):
        series = "[[series]]\nweekdays = [\"mon\"]\nfrom = \"+30d\"\nweeks = 3\ntime = \"18:00\"\nminutes = 60\nquota = 20\n"
        bed.put("mugs/tour.toml", TOUR + series)
        bed.imported()
        off = bed.one("SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = 'tour' ORDER BY v.starts_utc DESC LIMIT 1")
        bed.sql(f"SET FOREIGN_KEY_CHECKS = 0; INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) VALUES ({off}, 'Sairaana', 1, UTC_TIMESTAMP(3)); UPDATE variants SET active = FALSE WHERE id = {off}")
        sold = lambda: bed.one("SELECT GROUP_CONCAT(v.active ORDER BY v.starts_utc) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = 'tour' AND v.starts_utc >= NOW() + INTERVAL 20 DAY")
        self.assertEqual(sold(), "1,1,0")
        self.assertIn("0 changed", bed.imported(), "the file says as before")
        bed.change("mugs/tour.toml", "max_per_order = 10", "max_per_order = 11")
        self.assertIn("1 changed", bed.imported())
        self.assertEqual(sold(), "1,1,0")


if __name__ == "__main__":
    unittest.main()
