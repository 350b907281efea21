#!/usr/bin/env python3
"""Goal: the database is what its papers say: schema/data_map.toml knows every table, every text about a person and how long it is kept,
and tells the visitor of each; no change of what an offer is made of goes by without moving catalogue_version; and since when each price stood is noted by Finland's days."""
import copy
import datetime
import os
import re
import tomllib
import unittest
import zoneinfo

from import_bed import TREE, ImportBed

bed = None
LANGS = ("fi", "sv", "en")


def setUpModule():
    global bed
    bed = ImportBed()
    bed.imported()
    bed.sql("INSERT INTO campaigns (name_fi, name_sv, name_en, scope, percent, from_day, until_day, form_key, made_utc) VALUES ('', '', '', 'shop:', 10, '2037-01-01', '2037-01-02', RANDOM_BYTES(16), NOW(3))")
    bed.sql("INSERT INTO coming_prices SELECT product_id, variant_id, price_group, '2037-01-01', 100 FROM prices LIMIT 1")


def tearDownModule():
    bed.close()


def toml(name):
    with open(os.path.join(TREE, name), "rb") as file:
        return tomllib.load(file)


class DataMap(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.map = toml("schema/data_map.toml")
        cls.periods = set(toml("site/city.toml")["retention"])
        cls.columns = {}
        for table, column, kind in bed.sql("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema IN ('kuntakauppa', 'kuntakauppa_keys')"):
            cls.columns.setdefault(table, {})[column] = kind

    def findings(self, data_map):
        tables = data_map["tables"]
        yield from (f"{name} stands nowhere" for name in self.columns if name not in tables)
        for name, entry in tables.items():
            if name not in self.columns:
                yield f"{name} is no table"
                continue
            yield from self.of_table(name, entry, tables)
        told = [column for block in data_map["personal_data"] for column in block["columns"]]
        personal = [f"{name}.{column}" for name, entry in tables.items() for column in entry.get("personal", [])]
        yield from (f"{column} is told to nobody" for column in personal if column not in told)
        yield from (f"{column} is told twice" for column in set(told) if told.count(column) > 1)
        yield from (f"{column} is told and not personal" for column in told if column not in personal)
        for block in data_map["personal_data"]:
            for what in ("label", "purpose"):
                yield from (f"{block['columns'][0]}: no {what} in {lang}" for lang in LANGS if not block.get(what, {}).get(lang))

    def of_table(self, name, entry, tables):
        kept, personal, other = entry["retention"], entry.get("personal", []), entry.get("other", [])
        yield from (f"{name}.{column} is no column" for column in personal + other if column not in self.columns[name])
        yield from (f"{name}.{column} stands in both" for column in personal if column in other)
        if kept.startswith("with:"):
            if tables.get(kept[5:], {}).get("retention") not in self.periods:
                yield f"{name} goes {kept}, which has no period"
        elif kept != "none" and kept not in self.periods:
            yield f"{name}: there is no setting retention.{kept}"
        if kept == "none":
            yield from (f"{name}.{column} is personal and kept for ever" for column in personal)
            return
        for column, kind in self.columns[name].items():
            if ("char" in kind or "text" in kind) and column not in personal + other:
                yield f"{name}.{column} stands nowhere"

    def test_the_map_and_the_database_say_the_same(self):
        self.assertEqual(list(self.findings(self.map)), [])

    def test_what_would_be_missing_is_seen(self):
        def planted(change):
            other = copy.deepcopy(self.map)
            change(other)
            return list(self.findings(other))
        orders = lambda m: m["tables"]["orders"]
        for change, expected in [
                (lambda m: m["tables"].pop("postal_codes"), "postal_codes stands nowhere"),
                (lambda m: m["tables"].update(cellar={"retention": "none"}), "cellar is no table"),
                (lambda m: orders(m)["personal"].remove("phone"), "orders.phone stands nowhere"),
                (lambda m: orders(m)["personal"].append("shoe_size"), "orders.shoe_size is no column"),
                (lambda m: orders(m).update(retention="orders_years"), "orders: there is no setting retention.orders_years"),
                (lambda m: m["tables"]["order_lines"].update(retention="with:units"), "order_lines goes with:units, which has no period"),
                (lambda m: orders(m).update(retention="none"), "orders.email is personal and kept for ever"),
                (lambda m: m["personal_data"][2]["columns"].remove("orders.phone"), "orders.phone is told to nobody"),
                (lambda m: m["personal_data"][2]["purpose"].update(sv=""), "orders.phone: no purpose in sv")]:
            with self.subTest(expected):
                self.assertIn(expected, planted(change))


class CatalogueVersion(unittest.TestCase):
    def test_it_moves_with_every_change_of_what_an_offer_is_made_of(self):
        with open(os.path.join(TREE, "handlers/checkout/offer.cc"), encoding="utf-8") as file:
            read = set(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", file.read()))
        read |= {"campaigns"}  # by lib/catalogue/campaign_store.cc
        tables = sorted(read - {"catalogue_version", "stock"})  # stock is read anew each time
        self.assertGreaterEqual(len(tables), 8)
        self.assertIn("prices", tables)
        version = lambda: int(bed.one("SELECT version FROM catalogue_version"))
        bed.sql("SET sql_mode = '', FOREIGN_KEY_CHECKS = 0, check_constraint_checks = 0; INSERT IGNORE INTO activity_sessions (variant_id) VALUES (1)")  # these products have none
        for table in tables:
            key = [row[0] for row in bed.sql(f"SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = 'kuntakauppa' AND table_name = '{table}' "
                                             "AND constraint_name = 'PRIMARY' ORDER BY ordinal_position")]
            first = f"ORDER BY {', '.join(key)} LIMIT 1"
            bed.sql(f"CREATE OR REPLACE TABLE kept AS SELECT * FROM {table} {first}")
            for what, statement in [("update", f"UPDATE {table} SET {key[0]} = {key[0]} {first}"), ("delete", f"DELETE FROM {table} {first}"),
                                    ("insert", f"INSERT INTO {table} SELECT * FROM kept")]:
                with self.subTest(table=table, what=what):
                    before = version()
                    bed.sql("SET FOREIGN_KEY_CHECKS = 0, check_constraint_checks = 0;" + statement)
                    self.assertEqual(version(), before + 1)
        bed.sql("DROP TABLE kept")

    def test_it_stands_still_otherwise(self):
        before = bed.one("SELECT version FROM catalogue_version")
        bed.sql("UPDATE stock SET free = free - 1")
        bed.imported()
        self.assertEqual(bed.one("SELECT version FROM catalogue_version"), before)


class PriceDays(unittest.TestCase):
    def test_the_day_is_finlands(self):
        helsinki, hour = zoneinfo.ZoneInfo("Europe/Helsinki"), datetime.timedelta(hours=1)
        moments = [datetime.datetime(year, month, date, 20) + quarter * hour / 4 for year in (2026, 2027, 2028, 2029, 2032, 2038) for month in (1, 3, 7, 10, 12) for date in range(22, 32) for quarter in range(24)]
        of_database = bed.sql(" UNION ALL ".join(f"SELECT day_in_finland('{at}')" for at in moments))
        of_zones = [at.replace(tzinfo=datetime.timezone.utc).astimezone(helsinki).date().isoformat() for at in moments]
        self.assertEqual([at for at, [day], wanted in zip(moments, of_database, of_zones) if day != wanted], [])

    def test_of_several_of_one_day_the_last_written_is_known(self):
        product, variant, group = bed.sql("SELECT product_id, variant_id, price_group FROM prices ORDER BY product_id DESC LIMIT 1")[0]
        of = f"WHERE product_id = {product} AND variant_id = {variant} AND price_group = '{group}'"
        bed.sql(f"UPDATE prices SET cents = 2000 {of}; DELETE FROM price_days {of}; INSERT INTO price_days VALUES ({product}, {variant}, '{group}', '2026-01-01', 2000, '2026-01-01')")
        for cents, known in ((200, ["2000", "200"]), (2000, ["2000", "200", "2000"]), (200, ["2000", "2000", "200"]), (2000, ["2000", "200", "2000"])):
            bed.sql(f"UPDATE prices SET cents = {cents} {of}")
            self.assertEqual([row[0] for row in bed.sql(f"SELECT cents FROM price_days {of} ORDER BY from_day, written_utc")], known)


if __name__ == "__main__":
    unittest.main()
