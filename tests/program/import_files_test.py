#!/usr/bin/python3
"""Goal: what a catalogue's files say counts as of today, and what nobody meant well in them is refused: a price whose day has come is the price from then on, and the days before it keep theirs;
no file is passed over without a word; a drawing is what an XML reader too takes for a drawing and nothing else; and no text brings the program down."""
import os
import unittest
import xml.etree.ElementTree

from import_bed import LISTS, MUG, SVG, ImportBed

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


class Names(Case):
    """An ending's letters may be large ones; what is not used is named."""
    def rename(self, before, after):
        os.rename(bed.path("catalogue", before), bed.path("catalogue", after))

    def test_endings_of_large_letters_are_the_same_endings(self):
        for name in ("mugs/blue-mug.toml", "mugs/blue-mug.fi.md", "mugs/blue-mug.svg", "catalogue.toml"):
            stem, _, ending = name.partition(".")
            self.rename(name, f"{stem}.{ending.upper()}")
        self.rename("mugs/tour.svg", "mugs/tour.JPEG")
        bed.put("mugs/tour.JPEG", b"\xFF\xD8\xFF\xE0 as a photo begins")
        self.assertIn("2 new", bed.imported())
        self.assertEqual(bed.sql("SELECT p.code, i.media_type, LENGTH(t.description) > 0 FROM products p JOIN images i ON i.sha256 = p.image_sha256 JOIN product_texts t ON t.product_id = p.id AND t.lang = 'fi' ORDER BY p.code"),
                         [["blue-mug", "image/svg+xml", "1"], ["tour", "image/jpeg", "1"]])

    def test_what_is_not_used_is_named(self):
        for name in ("mugs/blue-mug.se.md", "mugs/blue-mug.png", "mugs/red-mug.svg", "mugs/blue-mug.gif", "read-me.txt", "mugs/old/blue-mug.toml", ".DS_Store", "mugs/.blue-mug.toml.swp"):
            bed.put(name, "x")
        said = bed.imported("--check")
        self.assertEqual(said.splitlines(), [*(f"not used: DIR/{name}" for name in ("mugs/blue-mug.gif", "mugs/blue-mug.png", "mugs/blue-mug.se.md", "mugs/old", "mugs/red-mug.svg", "read-me.txt")), "2 products are in order"])

    def test_two_files_of_one_name_are_refused(self):
        bed.put("mugs/blue-mug.SVG", SVG)
        code, said = bed.run_import()
        self.assertEqual((code, said.lower()), (1, "import: mugs/blue-mug.svg: there are two files of this name"))


NS = 'xmlns="http://www.w3.org/2000/svg"'
SCRIPT = "<script>alert(1)</script>"
NO_DRAWINGS = {
    "a comment that seems to end at once": f'<svg {NS}><!--><g id="-->{SCRIPT}"/></svg>',
    "one that ends at once but for a dash": f'<svg {NS}><!---><g id="-->{SCRIPT}"/></svg>',
    "two dashes within a comment": f"<svg {NS}><!-- a -- b --></svg>",
    "a tag within an attribute": f'<svg {NS}><g id="{SCRIPT}"/></svg>',
    "text that is not taken apart": f"<svg {NS}><desc><![CDATA[--><g id=']]>{SCRIPT}'/></desc></svg>",
    "the end of such text": f"<svg {NS}><desc>]]></desc></svg>",
    "a document type": f'<!DOCTYPE svg [<!ENTITY a "{SCRIPT}">]><svg {NS}/>',
    "an entity that somebody declares": f"<svg {NS}><desc>&a;</desc></svg>",
    "a letter by its number": f'<svg {NS}><g fill="&#117;rl(//example.org/a)"/></svg>',
    "an instruction": f'<?xml-stylesheet href="a.css"?><svg {NS}/>',
    "an instruction within": f"<svg {NS}><?x <g?></svg>",
    "an instruction instead of a head": f'<?xmlx version="1.0"?><svg {NS}/>',
    "a head that is not at the head": f'\n<?xml version="1.0"?><svg {NS}/>',
    "another way to write letters": f'<?xml version="1.0" encoding="UTF-7"?><svg {NS}/>',
    "letters of another way": f'<?xml version="1.0"?><svg {NS}/>'.encode("utf-16"),
    "another XML": f'<?xml version="1.1"?><svg {NS}/>',
    "what is no UTF-8": f"<svg {NS}><desc>".encode() + b"\xFF</desc></svg>",
    "a control": f"<svg {NS}>\f</svg>",
    "a reference": f'<svg {NS}><g xlink:href="javascript:alert(1)"/></svg>',
    "a reference by another prefix": f'<svg {NS} xmlns:x="http://www.w3.org/1999/xlink"><linearGradient x:href="https://example.org/#a"/></svg>',
    "where references begin": f'<svg {NS} xml:base="https://example.org/"/>',
    "an address in a style": f'<svg {NS}><g style="fill:url(https://example.org/#a)"/></svg>',
    "a picture in a style": f"<svg {NS}><g style=\"background:image-set('a.png' 1x)\"/></svg>",
    "an event": f'<svg {NS}><g onclick="alert(1)"/></svg>',
    "an element of another kind": f'<svg {NS}><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></svg>',
    "one of the same name and another kind": f'<svg {NS}><h:title xmlns:h="http://www.w3.org/1999/xhtml"/></svg>',
    "all below of another kind": f'<svg {NS}><g xmlns="http://www.w3.org/1999/xhtml"/></svg>',
    "no drawing": '<svg xmlns="http://www.w3.org/1999/xhtml"/>',
    "no kind": "<svg/>",
    "another root": f"<g {NS}><svg/></g>",
    "two roots": f"<svg {NS}/><svg {NS}/>",
    "words behind": f"<svg {NS}/>x",
    "ends that are another's": f"<svg {NS}><g><defs></g></defs></svg>",
    "no end": f"<svg {NS}><g>",
    "an end too many": f"<svg {NS}/></svg>",
    "an attribute twice": f'<svg {NS}><g id="a" id="b"/></svg>',
    "no space between two": f"<svg {NS}><g id=\"a\"class='b'/></svg>",
    "a value without quotes": f"<svg {NS}><g id=a/></svg>",
}
DRAWINGS = {
    "head, comments and all": f'\ufeff<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- <script> on="a" -->\n<svg {NS} xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 6" role="img" aria-label="A &amp; B (C)"><title>A &lt; B</title></svg>\n<!---->',
    "colours and shapes": f"<svg {NS}><defs><linearGradient id='a' gradientTransform=\"rotate(90 1 1)\"><stop offset='0' stop-color='rgb(1, 2, 3)'/></linearGradient></defs><g style='fill:url(#a);stroke:#fff' transform='translate(1) scale(2)'>"
                          "<path d='M0 0h8' clip-path=\"url('#b')\"/><text x='1' xml:space='preserve' font-family='Arial, &quot;Source Sans 3&quot;' >Kesä (2027) <tspan>x</tspan ></text></g></svg>",
}


class Drawings(Case):
    def check(self, drawing):
        bed.put("mugs/blue-mug.svg", drawing)
        return bed.run_import("--check")

    def test_what_is_more_than_a_drawing_is_refused(self):
        for what, drawing in NO_DRAWINGS.items():
            with self.subTest(what):
                code, said = self.check(drawing)
                self.assertEqual(code, 1, said)
                self.assertIn("mugs/blue-mug.svg:1: image: expected SVG of shapes and texts alone", said)

    def test_a_drawing_is_taken_and_an_xml_reader_agrees(self):
        for what, drawing in DRAWINGS.items():
            with self.subTest(what):
                self.assertEqual(xml.etree.ElementTree.fromstring(drawing.encode()).tag, "{http://www.w3.org/2000/svg}svg")
                self.assertEqual(self.check(drawing), (0, "2 products are in order"))


class Keys(Case):
    """TOML's reader takes a key with dots apart by calls within calls: one line could end the process."""
    def test_a_key_without_end_is_refused(self):
        deep = ".".join("a" * 100_000)
        for what, line in (("a key", f"{deep} = 1"), ("a table", f"[{deep}]"), ("in a value", f"x = {{ {deep} = 1 }}"), ("behind a text", 'x = { a = """ " "" \\" """"", ' + deep + " = 1 }"), ("behind another", f"x = {{ a = '''it'''', {deep} = 1 }}"),
                           ("in quotes", ".".join(['"a b"'] * 50_000) + " = 1"), ("with space", " . ".join("a" * 50_000) + " = 1")):
            with self.subTest(what):
                bed.put("catalogue.toml", LISTS + line + "\n")
                self.assertEqual(bed.run_import("--check"), (1, "import: DIR/catalogue.toml:1: expected keys of a few words, with fewer dots between them"))
        for many in (240, 300):  # fewer than the reader takes in one another, and more
            with self.subTest(many):
                bed.put("catalogue.toml", LISTS + "x = " + "[\n{ a.a.a.a.a.a.a.a.a = " * (many // 2) + "1" + " }]" * (many // 2) + "\n")
                code, said = bed.run_import("--check")
                self.assertEqual(code, 1, "told, not fallen over")
                self.assertIn("DIR/catalogue.toml:", said)

    def test_dots_in_texts_and_comments_are_no_keys(self):
        bed.change("mugs/blue-mug.toml", 'fi = "Muki"', 'fi = "Muki ' + "1. " * 40 + '\\" ' + "2. " * 40 + '"')
        bed.change("mugs/blue-mug.toml", "stock = 10", "stock = 10  # " + "." * 200)
        self.assertEqual(bed.run_import("--check"), (0, "2 products are in order"))


if __name__ == "__main__":
    unittest.main()
