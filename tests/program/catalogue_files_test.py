#!/usr/bin/python3
"""Goal: who answers for the whole shop's catalogue gets it as one archive and brings it back: what would change is shown first, nothing is written before they agree, and then all of it is or nothing;
an archive that isn't one, reaches out of its folder or grows too large is refused in words."""
import io
import os
import re
import struct
import tarfile
import threading
import unittest
import zipfile
import zlib

import pymysql

from export_test import ACTIVITY, SAMPLE, ExportBed, files_in, run
from jobs_bed import fetched, settled
from payments_bed import wait_until

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


def tarred(files, link=None, below="./katalogi/", **format):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", **format) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(below + name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo("katalogi/" + link[0])
            info.type, info.linkname = link[1], link[2]
            archive.addfile(info)
    return out.getvalue()


def get(browser=None):
    browser = browser or bed.manager
    return fetched(browser, browser.post(PAGE + "/vie", browser.get(PAGE).form(PAGE + "/vie")["fields"])).body


def files_of(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        assert content.testzip() is None
        return {name: content.read(name) for name in content.namelist()}


def send(archive, browser=None):
    browser = browser or bed.manager
    parts = [(f'name="{name}"', value.encode()) for name, value in browser.get(PAGE).form(PAGE)["fields"].items()] + [('name="archive"; filename="a.zip"', archive)]
    body = b"".join(b"--end-of-part\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + b"--end-of-part--\r\n"
    asked = browser.post(PAGE, body, {"Content-Type": "multipart/form-data; boundary=end-of-part"})
    if asked.status != 303:
        return asked
    done = settled(browser, asked)
    return browser.get(done.location) if "?job=" in done.location else done


def of_order(text, most):
    return re.sub(rb"max_per_order = \d+", b"max_per_order = %d" % most, text)


def take_in(plan, browser=None):
    browser = browser or bed.manager
    action = plan.location + "/tuo"
    return imported(action, browser.get(plan.location).form(action)["fields"], browser)


def imported(action, fields, browser=None):
    """Where taking it in leads: done, or the page that says why not."""
    browser = browser or bed.manager
    done = settled(browser, browser.post(action, fields))
    return done if done.location.endswith("?done=1") else browser.get(done.location)


def content():
    return bed.sql("CHECKSUM TABLE units, categories, products, product_texts, variants, stock, prices, forms, form_questions, activity_sessions, product_versions, stock_movements, images, catalogue_imports, changes")


def photo(width=1900, height=100):
    """A PNG of one colour, as large as its pixels, with words of a camera in it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes((40, 90, 160)) * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"tEXt", b"Comment\0taken at 60.1699 N 24.9384 E") + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def refused(words, files):
    """What the page says of an archive that is refused."""
    done = send(zipped(files))
    assert done.status == 200 and words in done.text, (words, done.status, re.findall(r"wrong[^>]*>([^<]*)<", done.text))


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
        self.assertRegex(send(zipped(wrong)).text, r"Tiedostossa on virhe\. Järjestelmän viesti englanniksi: gym/gym-single-visit\.toml:\d+: unit: expected the code of a \[\[unit\]\]")
        self.assertRegex(send(zipped({**files, PRODUCT: files[PRODUCT].replace(b'vat = "', b'vat = "no-')})).text, r"gym-single-visit\.toml:\d+: vat: there is no VAT code")
        for archive, words in ((b"", "Valitse luettelon tiedosto"), (b"PK\x03\x04" + bytes(200), "Tiedosto ei ole zip- tai tar.gz-paketti"), (os.urandom(5000), "Tiedosto ei ole zip- tai tar.gz-paketti"), (zipped({"x/readme.txt": "x"}), "Paketissa ei ole luettelon tiedostoa"),
                               (zipped(files)[:-40000], "Tiedosto ei ole zip- tai tar.gz-paketti"), (zipped({**files, "../out.toml": "x"}), "a path out of the folder"), (zipped({**files, "/etc/x.toml": "x"}), "a path out of the folder"),
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

    def test_f_what_staff_brought_as_files_the_tool_s_next_import_leaves_alone(self):
        files = files_of(get())
        known = bed.sql("CHECKSUM TABLE catalogue_imports")
        files[PRODUCT] = of_order(files[PRODUCT], 14)
        for ending in ("toml", "fi.md", "sv.md", "en.md", "svg"):
            files[f"gym/own-visit.{ending}"] = files[f"gym/gym-single-visit.{ending}"].replace(b'slug = { fi = "', b'slug = { fi = "oma-').replace(b'sv = "', b'sv = "egen-', 2).replace(b', en = "', b', en = "own-', 2)
            del files[f"gym/gym-ten-visits.{ending}"]
        take_in(send(zipped(files)))
        self.assertEqual(bed.sql("CHECKSUM TABLE catalogue_imports"), known, "what the tool knows is the tool's")
        after = content()
        code, said = run(bed, "--catalogue", SAMPLE)
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"^0 new, 0 changed, \d+ unchanged, 0 closed products$")
        self.assertEqual(content(), after)
        self.assertEqual(bed.sql("SELECT code, state, max_per_order FROM products WHERE code IN ('own-visit', 'gym-ten-visits', 'gym-single-visit') ORDER BY code"),
                         [["gym-single-visit", "published", "14"], ["gym-ten-visits", "closed", bed.one("SELECT max_per_order FROM products WHERE code = 'gym-ten-visits'")], ["own-visit", "published", "14"]])

    def test_g_names_of_any_letters_and_files_that_are_not_the_catalogue_s(self):
        files = files_of(get())
        files[PRODUCT] = of_order(files[PRODUCT], 15)
        more = {"gym/.hidden.toml": b"x", "gym/deep/down.toml": b"x", "__MACOSX/gym/._x.toml": b"x", "__MACOSX/catalogue.toml": b"x", "lue minut.txt": b"x", "gym/kuvä.pdf": b"x", ".git/x.toml": b"x"}
        for archive in (zipped({**files, **more}, "päivitys/"), tarred({**files, **more}, below="päivitys/"), tarred({**files, **more}, below="päivitys/", format=tarfile.GNU_FORMAT), zipped({**files, **more})):
            done = send(archive)
            self.assertEqual(done.status, 303, re.findall(r"wrong[^>]*>([^<]*)<", done.text))
            self.assertIn("Muuttuvia tuotteita: 1", bed.manager.get(done.location).text)

    def test_g_an_archive_may_be_larger_than_any_other_form(self):
        files = files_of(get())
        files[PRODUCT] = of_order(files[PRODUCT], 18)
        archive = zipped({**files, **{f"gym/photo-{n}.psd": os.urandom(3_900_000) for n in range(6)}})
        self.assertGreater(len(archive), 20_000_000)
        self.assertIn("Muuttuvia tuotteita: 1", bed.manager.get(send(archive).location).text)

    def test_h_texts_are_utf8_and_a_product_stays_of_its_kind(self):
        files = files_of(get())
        before = content()
        refused("gym/gym-single-visit.sv.md:1: description: expected UTF-8", {**files, "gym/gym-single-visit.sv.md": "Ett besök".encode("latin-1")})
        refused("gym/gym-single-visit.toml:1: kind: expected pass", {**files, PRODUCT: re.sub(rb'kind = "pass"', b'kind = "service"', re.sub(rb"(?:days_valid|uses) = \d+\n", b"", files[PRODUCT]))})
        self.assertEqual(content(), before)

    def test_i_a_photo_is_made_small_and_tells_nothing_of_its_camera(self):
        files = files_of(get())
        del files["gym/gym-single-visit.svg"]
        files["gym/gym-single-visit.png"] = photo()
        take_in(send(zipped(files)))
        out = files_of(get())
        self.assertNotIn("gym/gym-single-visit.png", out)
        picture = out["gym/gym-single-visit.webp"]
        self.assertEqual(picture[8:12], b"WEBP")
        self.assertNotIn(b"60.1699", picture)
        self.assertIn("Mikään ei muutu", bed.manager.get(send(zipped(files)).location).text, "the same photo again changes nothing")
        self.assertIn("Mikään ei muutu", bed.manager.get(send(zipped(out)).location).text)
        files["gym/gym-single-visit.png"] = photo()[:-60]
        refused("gym/gym-single-visit: image: ", files)

    def test_j_what_was_agreed_to_is_what_is_done(self):
        files = files_of(get())
        files["forms.toml"] = files["forms.toml"].replace(b'label = { fi = "', b'label = { fi = "Uusi ', 1)
        files[PRODUCT] = of_order(files[PRODUCT], 16)
        plan = send(zipped(files))
        page = bed.manager.get(plan.location)
        self.assertIn("Muuttuvia lomakkeita: 1", page.text)
        action = plan.location + "/tuo"
        fields = page.form(action)["fields"]
        bed.sql("UPDATE products SET max_per_order = 3, revision = revision + 1 WHERE code = 'gym-single-visit'")
        before = content()
        again = imported(action, fields)
        self.assertEqual(again.status, 200)
        self.assertIn("Joku muutti luetteloa", again.text)
        self.assertEqual(content(), before)
        self.assertEqual(imported(action, again.form(action)["fields"]).location, PAGE + "?done=1")
        self.assertEqual(bed.one("SELECT max_per_order FROM products WHERE code = 'gym-single-visit'"), "16")

    def test_k_what_it_changes_stands_in_the_product_s_history(self):
        files = files_of(get())
        name = "city-souvenirs/crest-cup.toml"
        files[name] = re.sub(rb"\nstock = (\d+)", lambda found: b"\nstock = %d" % (int(found[1]) + 5), files[name])
        revision = int(bed.one("SELECT revision FROM products WHERE code = 'crest-cup'"))
        take_in(send(zipped(files)))
        self.assertEqual(bed.sql("SELECT v.version, v.note, v.staff_id IS NOT NULL FROM product_versions v JOIN products p ON p.id = v.product_id WHERE p.code = 'crest-cup' ORDER BY v.version DESC LIMIT 2"),
                         [[str(revision + 1), "files", "1"], [str(revision), "", "0"]])
        self.assertEqual(bed.sql("SELECT m.pieces, m.reason FROM stock_movements m JOIN variants v ON v.id = m.variant_id JOIN products p ON p.id = v.product_id WHERE p.code = 'crest-cup'"), [["5", "Luettelon tiedostosta"]])
        self.assertIn("Tuotu luettelon tiedostosta", bed.manager.get("/fi/tuotteet/crest-cup/historia").text)

    def test_k_files_that_were_written_by_hand_change_nothing_when_they_come_again(self):
        """They lack what staff made or what was sold once, and say otherwise what a product keeps: an address, a session's state."""
        files = files_of(get())
        forms = files["forms.toml"]
        start = forms.index(b'[[form.question]]\ncode = "health"', forms.index(b'code = "swimming-school"'))
        files["forms.toml"] = forms[:start] + forms[forms.index(b"[[form.question]]\n", start + 5):]
        files[PRODUCT] = re.sub(rb"\nslug = [^\n]*", b"", files[PRODUCT].replace(b'name = { fi = "', b'name = { fi = "Uudempi '))
        name = "city-souvenirs/poster-harbour.toml"
        choices = files[name].split(b"\n[[variant]]\n")
        files[name] = b"\n[[variant]]\n".join(choices[:-1])
        camp = f"camps/{ACTIVITY}.toml"
        of = f"activity_sessions s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id AND p.code = '{ACTIVITY}'"
        bed.sql(f"UPDATE {of} SET s.state = 'closed', s.made_key = IF(v.code = 'week-1', 'aform.1', NULL)")
        self.addCleanup(bed.sql, f"UPDATE {of} SET s.state = 'open', s.made_key = NULL")
        groups = re.split(rb"\n(?=\[\[session\]\]\n)", files[camp])
        files[camp] = b"\n".join(one for one in groups if b'code = "week-1"' not in one)
        lists = files["catalogue.toml"]
        files["catalogue.toml"] = lists.replace(b'[[unit]]\n', b'[[unit]]\ncode = "spare"\nname = { fi = "Vara", sv = "Reserv", en = "Spare" }\n\n[[unit]]\n', 1)
        take_in(send(zipped(files)))
        files["catalogue.toml"] = lists
        before = content()
        page = bed.manager.get(send(zipped(files)).location).text
        self.assertIn("Mikään ei muutu", page, re.findall(r"<h2>([^<]*)</h2><ul><li>(?:<a[^>]*>)?([^<]*)<", page))
        self.assertEqual(content(), before)

    def test_k_times_that_were_called_off_and_files_that_are_not_used_are_named(self):
        files = files_of(get())
        name, product, variant, starts = bed.sql("SELECT CONCAT(p.category_code, '/', p.code, '.toml'), p.code, v.id, DATE_FORMAT(v.starts_utc, '%Y') FROM variants v JOIN products p ON p.id = v.product_id WHERE p.kind = 'ticket' AND p.state = 'published' AND v.active "
                                                 "AND v.starts_utc > UTC_TIMESTAMP() + INTERVAL 1 DAY ORDER BY p.code, v.starts_utc LIMIT 1")[0]
        bed.sql(f"INSERT INTO called_off_times (variant_id, reason, called_off_by, called_off_utc) SELECT {variant}, 'Sairaana', MIN(id), UTC_TIMESTAMP(3) FROM staff; UPDATE variants SET active = FALSE WHERE id = {variant}")
        self.addCleanup(bed.sql, f"DELETE FROM called_off_times WHERE variant_id = {variant}; UPDATE variants SET active = TRUE WHERE id = {variant}")
        more = {"gym/gym-single-visit.se.md": b"x", "gym/photo.heic": b"x", "__MACOSX/gym/._x.toml": b"x", "gym/" + "ä" * 100 + ".txt": b"x"}
        page = bed.manager.get(send(zipped({**files, **more}, "luettelo/")).location).text
        self.assertIn("Mikään ei muutu", page)
        self.assertRegex(page, f'pysyvät poissa myynnistä: 1</h2><ul><li><a href="/fi/tuotteet/{product}/vaihtoehdot">{product}, [^<]*{starts}')
        self.assertRegex(page, r"Tiedostoja, joita ei käytetä: 3</h2><ul><li>gym/gym-single-visit\.se\.md</li><li>gym/photo\.heic</li><li>gym/ä{58}</li>")

    def test_k_two_files_of_one_name_are_refused(self):
        files = files_of(get())
        refused("city-souvenirs/crest-cup.svg: there are two files of this name", {**files, "city-souvenirs/crest-cup.SVG": b"x"})
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for name, text in (*files.items(), (PRODUCT, files[PRODUCT])):
                info = tarfile.TarInfo(name)
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text))
        self.assertIn(f"{PRODUCT}: there are two files of this name", send(out.getvalue()).text)

    def test_k_a_session_that_is_edited_while_files_are_brought_is_not_written_over(self):
        """The import waits, in the middle, for the stock of a session that it will change; somebody saves that session meanwhile."""
        files, camp = files_of(get()), f"camps/{ACTIVITY}.toml"
        first, last = (row[0] for row in bed.sql(f"SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{ACTIVITY}' AND v.code IN ('week-1', 'week-2') ORDER BY v.code"))
        files[camp] = files[camp].replace(b"seats = ", b"seats = 1", 1)
        plan = send(zipped(files))
        action = plan.location + "/tuo"
        fields = bed.manager.get(plan.location).form(action)["fields"]
        page = f"/fi/kurssit/{last}/muokkaa"
        edit = {**bed.manager.get(page).form(page)["fields"], "address": "Juuri muutettu 1"}
        other, answers = bed.browser(), []
        other.cookies = dict(bed.manager.cookies)
        waiting = lambda: int(bed.one("DO SLEEP(0.3); SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'"))  # that table is made anew only after a pause
        with pymysql.connect(unix_socket=bed.path("run/db.sock"), user=bed.user, database="kuntakauppa") as hold, hold.cursor() as cursor:
            cursor.execute(f"SELECT free FROM stock WHERE variant_id = {first} FOR UPDATE")
            asked = bed.manager.post(action, fields)
            self.assertTrue(wait_until(lambda: waiting() == 1))
            saving = threading.Thread(target=lambda: answers.append(other.post(page, edit)))
            saving.start()
            self.assertTrue(wait_until(lambda: answers or waiting() == 2))
            hold.rollback()
        saving.join()
        settled(bed.manager, asked)
        address = bed.one(f"SELECT address FROM activity_sessions WHERE variant_id = {last}")
        if answers[0].status == 303:
            self.assertEqual(address, "Juuri muutettu 1", "what was saved is saved")
        else:
            self.assertIn("Joku muu muutti ryhmää", answers[0].text)

    def test_l_the_form_by_which_families_have_signed_up_stays_and_the_plan_says_so(self):
        files = files_of(get())
        name = f"camps/{ACTIVITY}.toml"
        form = bed.one(f"SELECT a.form_code FROM activities a JOIN products p ON p.id = a.product_id WHERE p.code = '{ACTIVITY}'")
        other = bed.one(f"SELECT code FROM forms WHERE code <> '{form}' ORDER BY code LIMIT 1")
        bed.sql("INSERT INTO registrations (number, token, variant_id, lang, state, seats, holds_seats, hold_until_utc, created_utc) SELECT 'AAAAAAAA1', REPEAT('a', 26), MIN(v.id), 'fi', 'cancelled', 1, FALSE, UTC_TIMESTAMP(3), "
                f"UTC_TIMESTAMP(3) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.code = '{ACTIVITY}'")
        self.addCleanup(bed.sql, "DELETE FROM registrations")
        self.assertIn(f'form = "{form}"'.encode(), files[name])
        refused(f"{name}: form: expected {form}, since somebody has signed up by it", {**files, name: files[name].replace(f'form = "{form}"'.encode(), f'form = "{other}"'.encode())})


if __name__ == "__main__":
    unittest.main()
