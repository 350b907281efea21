#!/usr/bin/python3
"""Goal: times of tickets are made many at once, each with its quota; pieces are moved with a reason while the shop sells, and what is free is never wrong."""
import datetime
import re
import threading
import unittest

from payments_bed import COMING
from products_bed import LIST, ProductsBed
from visitor import wrong

SERIES = {"day_mon": "1", "day_thu": "1", "first": f"{COMING}-03-01", "weeks": "4", "clock": "18.00", "length": "90", "quota": "20"}


def setUpModule():
    global bed
    bed = ProductsBed()


def tearDownModule():
    bed.close()


def send(path, action=None, browser=None, **changed):
    browser, action = browser or bed.manager, action or path
    return browser.post(action, {**browser.get(path).form(action)["fields"], **changed})


def rows(code, columns="v.code"):
    return bed.sql(f"SELECT {columns} FROM variants v JOIN products p ON p.id = v.product_id LEFT JOIN stock s ON s.variant_id = v.id WHERE p.code = '{code}' ORDER BY v.sort_order")


def move(variant, pieces, reason="Inventointi", browser=None, **changed):
    path = f"/fi/vaihtoehto/{variant}"
    return send(path, path + "/saldo", browser, pieces=pieces, reason=reason, **changed)


class Times(unittest.TestCase):
    def test_a_series_is_made_at_once_and_sold(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        path = f"{LIST}/{code}/vaihtoehdot"
        done = send(path, f"{LIST}/{code}/ajat", **SERIES)
        self.assertEqual(done.location, path, wrong(done))
        made = rows(code, "v.starts_utc, v.ends_utc, s.capacity, s.free, v.code")
        self.assertEqual(len(made), 8)
        self.assertEqual(made[0], [f"{COMING}-03-01 16:00:00", f"{COMING}-03-01 17:30:00", "20", "20", f"{COMING}0301t1600"])
        self.assertEqual(made[-1][0], f"{COMING}-03-25 16:00:00")
        self.assertEqual(wrong(send(path, f"{LIST}/{code}/ajat", **SERIES)), ["first"], "the same again makes none")
        self.assertEqual(send(path, f"{LIST}/{code}/ajat", **{**SERIES, "weeks": "5"}).status, 303)
        self.assertEqual([row[0] for row in rows(code, "v.starts_utc")][-3:], [f"{COMING}-03-25 16:00:00", f"{COMING}-03-29 15:00:00", f"{COMING}-04-01 15:00:00"], "and in summer time an hour earlier in UTC")
        self.assertEqual(bed.act(code, "julkaise").status, 303)
        bed.buyer().buy(bed.variant(code), quantity=2)
        self.assertEqual(rows(code, "s.free")[0], ["18"])

    def test_one_time_and_what_is_wrong(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        path = f"{LIST}/{code}/vaihtoehdot"
        self.assertEqual(send(path, starts=f"{COMING}-05-01T10:00", minutes="60", stock="5").location, path)
        self.assertEqual(wrong(send(path, starts=f"{COMING}-05-01T10:00", minutes="60", stock="5")), ["starts"])
        self.assertEqual(wrong(send(path, starts="", minutes="", stock="")), ["starts", "minutes", "stock"])
        self.assertEqual(wrong(send(path, starts=f"{COMING}-05-02T10:00", minutes="4", stock="5", name_fi="Opastus")), ["name_sv", "name_en", "minutes"])
        page = send(path, f"{LIST}/{code}/ajat", **{**SERIES, "clock": "25.00", "day_mon": "", "day_thu": ""})
        self.assertEqual((wrong(page), page.form(f"{LIST}/{code}/ajat")["fields"]["clock"]), (["day_mon"], "25.00"))
        self.assertEqual(wrong(send(path, f"{LIST}/{code}/ajat", **{**SERIES, "clock": "25.00"})), ["clock"])
        self.assertEqual(rows(code), [[f"{COMING}0501t0700"]])

    def test_a_time_lasts_as_long_as_its_file_may_say(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        send(f"{LIST}/{code}/vaihtoehdot", starts=f"{COMING}-05-01T10:00", minutes="60", stock="5")
        url = f"/fi/vaihtoehto/{bed.variant(code)}"
        for ends in (f"{COMING}-05-01T10:04", f"{COMING}-06-30T10:01", f"{COMING}-05-01T10:30:30"):
            self.assertEqual(wrong(send(url, ends=ends)), ["ends"], ends)
        for ends in (f"{COMING}-05-01T10:05", f"{COMING}-06-30T10:00"):
            self.assertEqual(send(url, ends=ends).status, 303, ends)

    def test_what_ends_more_than_a_year_after_an_order_is_told(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure")
        path = f"{LIST}/{code}/vaihtoehdot"
        day = lambda days: datetime.date.today() + datetime.timedelta(days)
        send(path, starts=f"{day(200)}T10:00", minutes="60", stock="5")
        self.assertNotIn("yli vuoden päässä", bed.manager.get(path).text)
        self.assertEqual(send(path, starts=f"{day(500)}T10:00", minutes="60", stock="5").status, 303, "it warns and hinders nobody")
        self.assertEqual(bed.manager.get(path).text.count("yli vuoden päässä"), 1)
        self.assertIn("Tämä päättyy myöhemmin kuin vuoden kuluttua tilauksesta", bed.manager.get(f"/fi/vaihtoehto/{rows(code, 'v.id')[1][0]}").text)
        bed.edit(code, sale_from=f"{day(250)}T08:00")
        self.assertNotIn("yli vuoden päässä", bed.manager.get(path).text, "an order that is made next summer is kept until then")


class Choices(unittest.TestCase):
    def test_sizes_with_a_price_of_their_own(self):
        code = bed.on_sale()
        path = f"{LIST}/{code}/vaihtoehdot"
        for size, stock in (("Pieni", "4"), ("Suuri", "")):
            self.assertEqual(send(path, name_fi=size, name_sv=size + " sv", name_en=size + " en", stock=stock).location, path)
        self.assertEqual(rows(code, "v.code, v.active, s.free"), [["-", "0", "3"], ["pieni", "1", "4"], ["suuri", "1", "NULL"]])
        large = rows(code, "v.id")[2][0]
        url = f"/fi/vaihtoehto/{large}"
        self.assertEqual(send(url, price_everyone="20").location, url)
        buyer = bed.buyer()
        buyer.buy(int(large))
        self.assertEqual(bed.sql(f"SELECT unit_cents FROM order_lines WHERE variant_id = {large}"), [["2000"]])
        self.assertEqual(send(url, browser=bed.editor, price_everyone="1", name_fi="Iso").status, 303)
        self.assertEqual(bed.sql(f"SELECT cents FROM prices WHERE variant_id = {large}"), [["2000"]], "an editor sets no prices here either")
        self.assertEqual(rows(code, "v.name_fi")[2], ["Iso"])
        self.assertEqual(send(url, active="").status, 303)
        buyer.add(int(large))
        self.assertIn("Tuote ei ole enää myynnissä", buyer.get(buyer.paths["cart"]).text)

    def test_what_lacks_a_price_waits_off_sale_and_what_is_sold_stays_on_it(self):
        """The product's only price is its only variant's own: the first choice has none."""
        code = bed.made(price_everyone="")
        path, only = f"{LIST}/{code}/vaihtoehdot", f"/fi/vaihtoehto/{bed.variant(code)}"
        self.assertEqual(send(only, price_everyone="7").status, 303)
        self.assertEqual(bed.act(code, "julkaise").status, 303)
        for browser in (bed.manager, bed.editor):
            done = send(path, browser=browser, name_fi="Pieni", name_sv="Liten", name_en="Small", stock="4")
            self.assertEqual(done.location, path + "?unpriced=1")
            page = browser.get(done.location).text
            self.assertIn("Lisätty, mutta ei vielä myynnissä: hinta puuttuu", page)
            self.assertIn("Ei myynnissä, hinta puuttuu", page)
        self.assertEqual(rows(code, "v.code, v.active"), [["-", "1"], ["pieni", "0"], ["pieni-2", "0"]])
        bed.buyer().buy(bed.variant(code))
        small = f"/fi/vaihtoehto/{rows(code, 'v.id')[1][0]}"
        self.assertEqual(wrong(send(small, active="1")), ["prices"])
        self.assertEqual(send(small, active="1", price_everyone="5").status, 303)
        self.assertEqual(rows(code, "v.code, v.active"), [["-", "0"], ["pieni", "1"], ["pieni-2", "0"]], "by choices alone from now on")

    def test_times_that_nobody_could_buy_are_not_made(self):
        code = bed.made(kind="ticket", withdrawal="none_dated_leisure", price_everyone="")
        path, many = f"{LIST}/{code}/vaihtoehdot", f"{LIST}/{code}/ajat"
        self.assertEqual(send(path, starts=f"{COMING}-05-01T10:00", minutes="60", stock="5").status, 303)
        self.assertEqual(send(f"/fi/vaihtoehto/{bed.variant(code)}", price_everyone="7").status, 303)
        self.assertEqual(bed.act(code, "julkaise").status, 303)
        page = send(path, many, **SERIES)
        self.assertEqual((wrong(page), page.form(many)["fields"]["clock"]), (["first"], "18.00"))
        self.assertIn("Tuotteella ei ole hintaa", page.text)
        self.assertEqual(send(path, starts=f"{COMING}-05-02T10:00", minutes="60", stock="5").location, path + "?unpriced=1")
        self.assertEqual(rows(code, "v.active"), [["1"], ["0"]])
        bed.edit(code, price_everyone="9")
        self.assertEqual(send(path, many, **SERIES).location, path)
        self.assertEqual(len(rows(code)), 10)


class Stock(unittest.TestCase):
    def test_pieces_are_moved_with_a_reason_and_a_form_sent_twice_moves_once(self):
        variant = bed.variant(bed.on_sale())
        self.assertEqual(move(variant, "+20").location, f"/fi/vaihtoehto/{variant}")
        self.assertEqual(move(variant, "−5", "Rikki").status, 303)
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {variant}"), [["18", "18"]])
        page = bed.manager.get(f"/fi/vaihtoehto/{variant}")
        fields = page.form(f"/fi/vaihtoehto/{variant}/saldo")["fields"]
        for _ in range(2):
            self.assertEqual(bed.manager.post(f"/fi/vaihtoehto/{variant}/saldo", {**fields, "pieces": "1", "reason": "Löytyi"}).status, 303)
        self.assertEqual(bed.sql(f"SELECT pieces, capacity, reason, s.login FROM stock_movements m JOIN staff s ON s.id = m.staff_id WHERE variant_id = {variant} ORDER BY m.id"),
                         [["20", "23", "Inventointi", "manager"], ["-5", "18", "Rikki", "manager"], ["1", "19", "Löytyi", "manager"]])
        self.assertIn("Rikki", bed.manager.get(f"/fi/vaihtoehto/{variant}").text)

    def test_what_is_wrong_is_told(self):
        variant = bed.variant(bed.on_sale())
        for pieces, reason, fields in (("", "", ["pieces", "reason"]), ("0", "x", ["pieces"]), ("monta", "x", ["pieces"]), ("-4", "x", ["pieces"])):
            self.assertEqual(wrong(move(variant, pieces, reason)), fields, pieces)
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {variant}"), [["3", "3"]])

    def test_what_was_not_counted_is_from_the_first_pieces_on(self):
        variant = bed.variant(bed.on_sale(stock=""))
        self.assertEqual(move(variant, "7").status, 303)
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {variant}"), [["7", "7"]])

    def test_the_desk_leads_to_what_it_counts_of_little_left(self):
        """Goods on sale of which five or fewer are left, however many there ever were, of one's scope: as many as the desk says."""
        words = "Tuotteita, joita on jäljellä enintään 5 kpl"
        count = lambda browser: int((re.search(f'href="/fi/tuotteet\\?stock=low">{words}: (\\d+)<', browser.get("/fi/tyopoyta").text) or [0, 0])[1])
        shown = lambda browser, more="": set(re.findall(f'<a href="{LIST}/([a-z0-9-]+)">', browser.get(f"{LIST}?stock=low{more}").text))
        before = {browser: (count(browser), shown(browser)) for browser in (bed.manager, bed.editor)}
        sports = shown(bed.manager, "&unit=sports")
        low, other, enough, draft = bed.on_sale(stock="7"), bed.on_sale(unit="sports", stock="30"), bed.on_sale(stock="1000"), bed.made(stock="20")
        bed.on_sale(stock="")
        for code, free in ((low, 5), (other, 0), (enough, 6), (draft, 0)):
            bed.sql(f"UPDATE stock SET free = {free} WHERE variant_id = {bed.variant(code)}")
        for browser, new in ((bed.manager, {low, other}), (bed.editor, {low})):
            self.assertEqual(count(browser), before[browser][0] + len(new))
            self.assertEqual(shown(browser), before[browser][1] | new)
            self.assertEqual(len(shown(browser)), count(browser))
        page = bed.manager.get(f"{LIST}?stock=low&unit=sports").text
        self.assertIn('data-label="Jäljellä">0/30<', page)
        self.assertIn('<option value="low" selected>Enintään 5 kpl<', page)
        self.assertEqual(shown(bed.manager, "&unit=sports"), sports | {other})
        self.assertNotIn('data-label="Jäljellä"', bed.manager.get(LIST).text)

    def test_another_units_stock_is_out_of_reach(self):
        variant = bed.variant(bed.on_sale(unit="sports"))
        self.assertEqual(bed.editor.get(f"/fi/vaihtoehto/{variant}").status, 403)
        token = bed.editor.get("/fi/uusi-tuote?kind=goods").form("/fi/uusi-tuote")["fields"]["form"]
        self.assertEqual(bed.editor.post(f"/fi/vaihtoehto/{variant}/saldo", {"form": token, "key": "0" * 26, "pieces": "5", "reason": "x"}).status, 403)

    def test_free_is_never_wrong_while_the_shop_sells_and_staff_move_and_save(self):
        code = bed.on_sale(stock="200", max_per_order="1000")
        variant, sold, moved, saved = bed.variant(code), [], [], []

        def buy():
            for _ in range(6):
                bed.buyer().buy(variant, quantity=1)
                sold.append(1)

        def shift(pieces):
            browser = bed.here_again()
            for _ in range(6):
                assert move(variant, str(pieces), browser=browser).status == 303
                moved.append(pieces)

        def save():
            browser = bed.here_again()
            for n in range(6):
                saved.append(bed.edit(code, browser, summary_fi=f"Numero {n}").status)
        threads = [threading.Thread(target=buy) for _ in range(3)] + [threading.Thread(target=shift, args=(pieces,)) for pieces in (3, -2)] + [threading.Thread(target=save)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(sold), len(moved), set(saved)), (18, 12, {303}))
        self.assertEqual(bed.sql(f"SELECT capacity, free FROM stock WHERE variant_id = {variant}"), [["206", str(206 - 18)]])
        self.assertEqual(bed.one(f"SELECT SUM(quantity) FROM order_lines WHERE variant_id = {variant}"), "18")


if __name__ == "__main__":
    unittest.main()
