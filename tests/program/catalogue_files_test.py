#!/usr/bin/python3
"""Goal: who answers for the whole shop's catalogue gets it as one archive and brings it back: what would change is shown first, nothing is written before they agree, and then all of it is or nothing;
an archive that isn't one, reaches out of its folder or grows too large is refused in words."""
import io
import os
import re
import tarfile
import unittest
import zipfile

from export_test import SAMPLE, ExportBed, files_in

PAGE = "/fi/luettelon-tiedostot"
PRODUCT = "gym/gym-single-visit.toml"


def setUpModule():
    global bed, editor
    bed = ExportBed()
    editor = bed.here(bed.member("product_editor", "editor"))


def tearDownModule():
    bed.close()


def zipped(files, below=""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(below + name, content)
    return out.getvalue()


def tarred(files, link=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo("./katalogi/" + name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo("katalogi/" + link[0])
            info.type, info.linkname = link[1], link[2]
            archive.addfile(info)
    return out.getvalue()


def get(browser=None):
    browser = browser or bed.manager
    done = browser.post(PAGE + "/vie", browser.get(PAGE).form(PAGE + "/vie")["fields"])
    assert done.status == 200, done
    return done.body


def files_of(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        assert content.testzip() is None
        return {name: content.read(name) for name in content.namelist()}


def send(archive, browser=None):
    browser = browser or bed.manager
    parts = [(f'name="{name}"', value.encode()) for name, value in browser.get(PAGE).form(PAGE)["fields"].items()] + [('name="archive"; filename="a.zip"', archive)]
    body = b"".join(b"--end-of-part\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + b"--end-of-part--\r\n"
    return browser.post(PAGE, body, {"Content-Type": "multipart/form-data; boundary=end-of-part"})


def of_order(text, most):
    return re.sub(rb"max_per_order = \d+", b"max_per_order = %d" % most, text)


def take_in(plan, browser=None):
    browser = browser or bed.manager
    action = plan.location + "/tuo"
    return browser.post(action, browser.get(plan.location).form(action)["fields"])


def content():
    return bed.sql("CHECKSUM TABLE units, categories, products, product_texts, variants, stock, prices, forms, form_questions, activity_sessions, catalogue_imports, changes")


class Files(unittest.TestCase):
    def test_a_what_comes_out_is_what_goes_in(self):
        archive = get()
        files = files_of(archive)
        self.assertEqual(set(files), set(files_in(SAMPLE)))
        self.assertEqual(get(), archive, "the same catalogue gives the same bytes")
        before = content()
        plan = bed.manager.get(send(archive).location)
        self.assertIn("Mikään ei muutu", plan.text)
        self.assertEqual([form for form in plan.forms() if form["action"].endswith("/tuo")], [])
        self.assertEqual(content(), before)
        self.assertEqual(bed.sql("SELECT what, object_kind, result FROM use_log WHERE object_kind = 'catalogue' LIMIT 1"), [["export", "catalogue", bed.one("SELECT COUNT(*) FROM products") + " products"]])

    def test_b_a_change_is_shown_and_then_made(self):
        files = files_of(get())
        files[PRODUCT] = of_order(files[PRODUCT], 11)
        for ending in ("toml", "fi.md", "sv.md", "en.md", "svg"):
            files[f"gym/new-visit.{ending}"] = files[f"gym/gym-single-visit.{ending}"].replace(b'slug = { fi = "', b'slug = { fi = "uusi-').replace(b'sv = "', b'sv = "ny-', 2).replace(b', en = "', b', en = "new-', 2)
            del files[f"gym/locker-padlock.{ending}"]
        before = content()
        for archive in (zipped(files, "katalogi/"), tarred(files)):
            plan = send(archive)
            shown = bed.manager.get(plan.location).text
            for words in ("Uusia tuotteita: 1", "new-visit", "Muuttuvia tuotteita: 1", f"/fi/tuotteet/gym-single-visit", "ei ole tiedostossa: 1", "locker-padlock"):
                self.assertIn(words, shown)
            self.assertEqual(content(), before, "to look changes nothing")
        self.assertEqual(editor.get(plan.location).status, 303, "another's archive")
        self.assertEqual(take_in(plan).location, PAGE + "?done=1")
        self.assertEqual(bed.sql("SELECT code, state FROM products WHERE code IN ('new-visit', 'locker-padlock') ORDER BY code"), [["locker-padlock", "closed"], ["new-visit", "published"]])
        self.assertEqual(bed.one("SELECT result FROM use_log WHERE object_kind = 'catalogue' ORDER BY month DESC, seq DESC LIMIT 1"), "1 new, 1 changed, 1 closed")
        self.assertEqual(bed.manager.get(plan.location).status, 303, "and the archive is gone")

    def test_c_what_is_wrong_is_told_with_file_and_line_and_nothing_is_done(self):
        files = files_of(get())
        before = content()
        wrong = {**files, PRODUCT: files[PRODUCT].replace(b'unit = "', b'unit = "no-')}
        self.assertRegex(send(zipped(wrong)).text, r"Tiedostossa on virhe: gym/gym-single-visit\.toml:\d+: unit: expected the code of a \[\[unit\]\]")
        self.assertRegex(send(zipped({**files, PRODUCT: files[PRODUCT].replace(b'vat = "', b'vat = "no-')})).text, r"gym-single-visit\.toml:\d+: vat: there is no VAT code")
        for archive, words in ((b"", "Valitse luettelon tiedosto"), (b"PK\x03\x04" + bytes(200), "Tiedostossa on virhe"), (os.urandom(5000), "Tiedostossa on virhe"), (zipped({"x/readme.txt": "x"}), "no catalogue.toml"),
                               (zipped(files)[:-40000], "Tiedostossa on virhe"), (zipped({**files, "../out.toml": "x"}), "a path out of the folder"), (zipped({**files, "/etc/x.toml": "x"}), "a path out of the folder"),
                               (tarred(files, ("gym/x.toml", tarfile.SYMTYPE, "/etc/passwd")), "a link"), (tarred(files, ("gym/x.toml", tarfile.LNKTYPE, "katalogi/catalogue.toml")), "a link"),
                               (zipped({**files, "gym/big.md": b" " * 4_000_001}), "Tiedostossa on liikaa"), (zipped({**files, **{f"gym/b{n}.md": bytes(3_900_000) for n in range(27)}}), "Tiedostossa on liikaa")):
            with self.subTest(words=words):
                page = send(archive)
                self.assertEqual(page.status, 200)
                self.assertIn(words, page.text)
        self.assertEqual(content(), before)

    def test_d_an_address_that_another_has_is_told_and_nothing_is_half_done(self):
        files = files_of(get())
        slug = b'slug = { fi = "' + bed.one("SELECT slug FROM product_texts WHERE lang = 'fi' AND product_id = (SELECT id FROM products WHERE code = 'locker-padlock')").encode() + b'"'
        new = {f"gym/another.{ending}": files[f"gym/gym-single-visit.{ending}"] for ending in ("toml", "fi.md", "sv.md", "en.md", "svg")}
        new["gym/another.toml"] = re.sub(rb'sv = "', b'sv = "andra-', re.sub(rb'en = "', b'en = "other-', re.sub(rb'slug = \{ fi = "[^"]*"', slug, new["gym/another.toml"])))
        rest = {name: bytes for name, bytes in files.items() if not name.startswith("gym/locker-padlock.")}
        rest[PRODUCT] = of_order(rest[PRODUCT], 12)
        plan = send(zipped({**rest, **new}))
        before = content()
        page = take_in(plan)
        self.assertEqual(page.status, 200)
        self.assertIn("belongs to product locker-padlock", page.text)
        self.assertEqual(content(), before)

    def test_e_whoever_may_not_set_prices_only_looks(self):
        files = files_of(get(editor))
        files[PRODUCT] = of_order(files[PRODUCT], 13)
        plan = send(zipped(files), editor)
        self.assertIn("Tuomiseen tarvitset oikeuden", editor.get(plan.location).text)
        own = bed.here(bed.member("product_editor", "own", ("unit", "sports")))
        self.assertEqual(own.get(PAGE).status, 403)
        self.assertNotIn(PAGE, own.get("/fi/tuotteet").text)
        self.assertIn(PAGE, bed.manager.get("/fi/tuotteet").text)


if __name__ == "__main__":
    unittest.main()
