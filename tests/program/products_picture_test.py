#!/usr/bin/python3
"""Goal: a picture is judged by its content, made small, turned upright, and tells nobody where it was taken; bombs, other files and pictures without words are refused, and the
shop is none the slower for them. exiftool looks at it from outside."""
import base64
import json
import re
import struct
import subprocess
import unittest
import zlib

from products_bed import ProductsBed
from visitor import wrong

WORDS = {"picture_alt_fi": "Lautanen pöydällä", "picture_alt_sv": "Ett fat på bordet", "picture_alt_en": "A plate on a table"}


def setUpModule():
    global bed
    bed = ProductsBed()


def tearDownModule():
    bed.close()


def chunk(kind, data):
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png(width, height, rows=None):
    """A picture of so many pixels, RGB; its upper half is red and its lower blue."""
    red, blue = b"\x00" + b"\xC0\x10\x10" * width, b"\x00" + b"\x10\x10\xC0" * width
    packer, out = zlib.compressobj(1), b""
    for y in range(height if rows is None else rows):
        out += packer.compress(red if y < height // 2 else blue)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", out + packer.flush()) + chunk(b"IEND", b"")


def exif(picture, *words, ending="png"):
    """exiftool's work on a picture's bytes; without words: what it finds."""
    path = bed.path("picture." + ending)
    with open(path, "wb") as file:
        file.write(picture)
    done = subprocess.run(["exiftool", "-overwrite_original", *words, path] if words else ["exiftool", "-json", "-G", path], capture_output=True, check=True)
    if not words:
        return json.loads(done.stdout)[0]
    with open(path, "rb") as file:
        return file.read()


def put(code, picture, browser=None, boundary=b"----kk5bb2", name="a.png", **words):
    browser, path = browser or bed.manager, bed.page(code) + "/kuva"
    fields = {**browser.get(bed.page(code)).form(path)["fields"], **WORDS, **words}
    parts = [b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (key.encode(), value.encode()) for key, value in fields.items() if key != "picture"]
    if picture is not None:
        parts.append(b'Content-Disposition: form-data; name="picture"; filename="%s"\r\nContent-Type: image/png\r\n\r\n%s' % (name.encode(), picture))
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
    return browser.post(path, body, {"Content-Type": "multipart/form-data; boundary=" + boundary.decode()})


def stored(code):
    found = bed.sql(f"SELECT LOWER(HEX(i.sha256)), i.media_type, TO_BASE64(i.bytes) FROM images i JOIN products p ON p.image_sha256 = i.sha256 WHERE p.code = '{code}'")
    if not found:
        return None
    return found[0][0], found[0][1], base64.b64decode(found[0][2])


# libvips writes what an EXIF block must have, about the new picture.
OWN = {f"EXIF:{name}" for name in ("Orientation", "XResolution", "YResolution", "ResolutionUnit", "YCbCrPositioning", "ExifVersion", "ComponentsConfiguration", "FlashpixVersion", "ColorSpace", "ExifImageWidth", "ExifImageHeight")}


def told_by(seen):
    return [name for name in seen if name.split(":")[0] in ("EXIF", "XMP", "IPTC", "GPS", "PNG") and name not in OWN]


class Kept(unittest.TestCase):
    def test_a_picture_outlives_a_clash_and_missing_words(self):
        code = bed.made()
        path = bed.page(code) + "/kuva"
        early = bed.manager.get(bed.page(code)).form(path)["fields"]["seen"]
        bed.edit(code, summary_fi="Toinen")
        told = put(code, png(40, 30), seen=early, picture_alt_fi="Kuvan uudet sanat")
        self.assertEqual((told.status, stored(code)), (409, None))
        fields = told.form(path)["fields"]
        self.assertEqual(fields["picture_alt_fi"], "Kuvan uudet sanat")
        self.assertEqual(put(code, None, **{name: fields[name] for name in fields if name != "picture"}).status, 303, "it need not be chosen again")
        self.assertIsNotNone(stored(code))
        other = bed.made()
        told = put(other, png(50, 30), picture_alt_en="")
        self.assertEqual((told.status, wrong(told)), (200, ["picture_alt_en"]))
        self.assertEqual(put(other, None, kept=told.form(bed.page(other) + "/kuva")["fields"]["kept"]).status, 303)
        self.assertIsNotNone(stored(other))
        self.assertEqual(wrong(put(other, None, kept="00" * 32)), ["picture"])
        early = bed.manager.get(bed.page(other)).form(bed.page(other) + "/kuva")["fields"]["seen"]
        bed.edit(other, alt_fi="Toisen sanat")
        told = put(other, png(60, 30), seen=early, picture_alt_en="")
        again = put(other, None, **{name: value for name, value in {**told.form(bed.page(other) + "/kuva")["fields"], "picture_alt_en": "A plate"}.items() if name != "picture"})
        self.assertEqual((wrong(told), again.status), (["picture_alt_en"], 409), "a mistake on the way hides nobody's change")


class Removed(unittest.TestCase):
    def remove(self, code, browser=None, **changed):
        page = (browser or bed.manager).get(bed.page(code))
        form = next((one["fields"] for one in page.forms() if one["fields"].get("remove")), None)
        return form and (browser or bed.manager).post(bed.page(code) + "/kuva", {**form, **changed})

    def test_a_picture_is_taken_away_with_its_words_and_comes_back_from_the_history(self):
        code = bed.on_sale()
        self.assertIsNone(self.remove(code), "there is none")
        put(code, png(40, 30))
        page = bed.manager.get(bed.page(code))
        form = next(one["fields"] for one in page.forms() if one["fields"].get("remove"))
        for _ in range(2):
            self.assertEqual(bed.manager.post(bed.page(code) + "/kuva", form).status, 303, "a form that is sent twice")
        self.assertIsNone(stored(code))
        self.assertEqual(bed.sql(f"SELECT alt_fi, alt_sv, state FROM products WHERE code = '{code}'"), [["", "", "published"]])
        self.assertEqual(bed.one(f"SELECT COUNT(*) FROM product_versions v JOIN products p ON p.id = v.product_id WHERE p.code = '{code}' AND v.note = 'picture_removed'"), "1")
        path = bed.page(code) + "/historia"
        past = bed.manager.get(path)
        self.assertIn("Kuva poistettu", past.text)
        before = next(one["fields"] for one in past.forms() if "palauta" in one["action"])
        self.assertEqual(bed.manager.post(bed.page(code) + "/palauta", before).status, 303)
        self.assertIsNotNone(stored(code))

    def test_who_saw_an_older_product_takes_nothing_away(self):
        code = bed.made()
        put(code, png(40, 30))
        seen = bed.manager.get(bed.page(code)).form(bed.page(code))["fields"]["seen"]
        bed.edit(code, summary_fi="Toinen")
        self.assertEqual(self.remove(code, seen=seen).status, 409)
        self.assertIsNotNone(stored(code))
        other = bed.made(unit="sports")
        put(other, png(40, 30))
        token = bed.editor.get("/fi/uusi-tuote?kind=goods").form("/fi/uusi-tuote")["fields"]["form"]
        self.assertEqual(bed.editor.post(bed.page(other) + "/kuva", {"form": token, "seen": "1", "remove": "1"}).status, 403)
        self.assertIsNotNone(stored(other))


class Pictures(unittest.TestCase):
    def test_it_is_small_upright_and_tells_nothing(self):
        code = bed.made()
        sent = exif(png(2400, 1200), "-GPSLatitude=60.39", "-GPSLongitude=25.66", "-Artist=Aino Mäkelä", "-Orientation#=6", "-XMP:Creator=Aino", "-Comment=secret words")
        self.assertIn("EXIF:GPSLatitude", exif(sent))
        self.assertEqual(put(code, sent).status, 303)
        sha, kind, made = stored(code)
        self.assertEqual(kind, "image/webp")
        seen = exif(made, ending="webp")
        self.assertEqual((seen["File:FileType"], seen["RIFF:ImageWidth"], seen["RIFF:ImageHeight"]), ("Extended WEBP", 600, 1200), "turned as the camera held it, and no larger than pages need")
        self.assertEqual(told_by(seen), [])
        self.assertEqual((seen["EXIF:Orientation"], seen["EXIF:ExifImageWidth"]), ("Horizontal (normal)", 600))
        for words in (b"secret", b"Aino", b"GPS"):
            self.assertNotIn(words, made)
        page = bed.manager.get(bed.page(code))
        self.assertEqual(page.form(bed.page(code))["fields"]["alt_sv"], WORDS["picture_alt_sv"])
        shown = bed.manager.get(re.search(r'src="(/fi/kuva/[0-9a-f]+)"', page.text).group(1))
        self.assertEqual((shown.status, shown.header("Content-Type")), (200, "image/webp"))
        self.assertEqual(bed.browser().get(f"/fi/kuva/{sha}").status, 303)
        with open(bed.path("picture.png"), "wb") as file:
            file.write(png(800, 600))
        subprocess.run(["vips", "jpegsave", bed.path("picture.png"), bed.path("picture.jpg")], check=True)
        with open(bed.path("picture.jpg"), "rb") as file:
            photo = exif(file.read(), "-GPSLatitude=60.39", "-Artist=Aino", "-Orientation#=8", ending="jpg")
        self.assertIn("EXIF:GPSLatitude", exif(photo, ending="jpg"))
        self.assertEqual(put(code, photo, name="x.jpg").status, 303)
        seen = exif(stored(code)[2], ending="webp")
        self.assertEqual((seen["RIFF:ImageWidth"], seen["RIFF:ImageHeight"], told_by(seen)), (600, 800, []))
        self.assertNotIn(b"Aino", stored(code)[2])

    def test_what_is_no_picture_is_refused_by_its_content(self):
        code = bed.made()
        whole = png(64, 48)
        for what, sent in (("a page", b"<!doctype html><script>alert(1)</script>"), ("a drawing", b'<svg xmlns="http://www.w3.org/2000/svg"/>'), ("a GIF", b"GIF89a" + b"\x01\x00\x01\x00" + b"\x00" * 40),
                           ("a PDF", b"%PDF-1.7\n"), ("only the beginning", whole[:60]), ("a name alone", b"\x89PNG\r\n\x1a\n"), ("half of its pixels", png(640, 480, rows=100)), ("a JPEG's head", b"\xff\xd8\xff\xe0" + b"\x00" * 50),
                           ("a WebP's head", b"RIFF\x20\x00\x00\x00WEBPVP8 " + b"\x00" * 24)):
            page = put(code, sent)
            self.assertEqual((page.status, wrong(page)), (200, ["picture"]), what)
        self.assertEqual(wrong(put(code, None)), ["picture"])
        self.assertIsNone(stored(code))

    def test_bombs_are_refused_before_they_are_unpacked(self):
        code = bed.made()
        bomb = png(12000, 12000, rows=12000)
        self.assertLess(len(bomb), 5_000_000)
        liar = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack("!IIBBBBB", 0x7fffffff, 0x7fffffff, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
        child = bed.children["backoffice"].pid

        def most():
            with open(f"/proc/{child}/status") as file:
                return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))
        self.assertEqual(put(code, png(300, 200)).status, 303)
        before = most()
        for what, sent in (("too many pixels", bomb), ("a head that lies", liar), ("too long a side", png(12001, 1))):
            self.assertEqual(wrong(put(code, sent)), ["picture"], what)
        self.assertLess(most() - before, 60_000, "kB more than before: 12000 x 12000 pixels would be 432,000")
        self.assertEqual(wrong(put(code, b"\x89PNG\r\n\x1a\n" + b"\x00" * 10_000_001)), ["picture"])
        too_much = put(code, b"\x00" * 12_600_000)
        self.assertEqual(too_much.status, 413, "more than a form may have")
        self.assertIn("Kuva tai muu tiedosto oli liian suuri", too_much.text)
        self.assertIn("JPEG, PNG tai WebP, enintään 10 Mt.", bed.manager.get(bed.page(code)).text, "before somebody sends it")

    def test_words_in_each_language_are_asked_for_and_nothing_is_stored_without(self):
        code = bed.made()
        page = put(code, png(64, 48), picture_alt_sv="", picture_alt_en="x" * 201)
        self.assertEqual(wrong(page), ["alt_en", "picture_alt_sv"])
        self.assertIsNone(stored(code))

    def test_only_who_may_edit_it(self):
        code = bed.made(unit="sports")
        token = bed.editor.get("/fi/uusi-tuote?kind=goods").form("/fi/uusi-tuote")["fields"]["form"]
        body = b'--x\r\nContent-Disposition: form-data; name="form"\r\n\r\n%s\r\n--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n%s\r\n--x--\r\n' % (token.encode(), png(8, 8))
        self.assertEqual(bed.editor.post(bed.page(code) + "/kuva", body, {"Content-Type": "multipart/form-data; boundary=x"}).status, 403)

    def test_forms_that_are_none(self):
        code = bed.made()
        for kind, body in (("multipart/form-data", b""), ("multipart/form-data; boundary=x", b"--y"), ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nabc"), ("text/plain", b"form=1")):
            self.assertEqual(bed.manager.post(bed.page(code) + "/kuva", body, {"Content-Type": kind}).status, 400, kind)


if __name__ == "__main__":
    unittest.main()
