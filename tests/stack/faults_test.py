#!/usr/bin/python3
"""Goal: what stands does not need what has died: without the database or any handler the catalogue and its prices stand, buying leads
to calm pages and loses nothing, and after one kill of each process under load everything acknowledged is there."""
import concurrent.futures
import html
import os
import re
import time

from headers import lacking
from load import Load
from shop import Scenario, main, wait_until

LANGS = ("fi", "sv", "en")
CATEGORY = {"fi": "/fi/osasto/", "sv": "/sv/avdelning/", "en": "/en/category/"}
SEARCH = {"fi": "/fi/haku", "sv": "/sv/sok", "en": "/en/search"}


def money(cents, lang):
    digits = f"{cents // 100}.{cents % 100:02}"
    return f"€{digits}" if lang == "en" else digits.replace(".", ",") + " €"


class Faults(Scenario):
    def calm(self, page, lang, statuses=(503,)):
        """A page in words, in the visitor's language, that says when to come back; never a bare error."""
        self.assertIn(page.status, statuses, page)
        self.assertIn(f'<html lang="{lang}"', page.text)
        self.assertRegex(page.text, r"<h1[^>]*>[^<]{8,}")
        self.assertEqual(page.header("Retry-After"), "30")
        self.assertEqual(lacking(page), [])
        self.assertNotRegex(page.text, r"(?i)mysql|mariadb|exception|errno|\bsql\b")

    def confirmations(self, token):
        number = self.shop.order_row(token)["number"]
        return {mid: copies for mid, copies in self.shop.mails().items() if any(number in str(m["Subject"]) for m in copies)}

    def size(self, service):
        """Descriptors and threads."""
        return self.shop.open_files(service), len(os.listdir(f"/proc/{self.shop.pid(service)}/task"))

    def warmed_up(self, visitor):
        """The size of each handler once every thread has its connection."""
        paths = [visitor.paths[name] for name in ("cart", "details", "review", "my_orders")] + [visitor.paths["pay"] + "0" * 26] * 4
        for _ in range(4):
            guests = [self.without_rate(visitor) for _ in range(16)]
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                list(pool.map(lambda guest: [guest.get(path) for path in paths], guests))
        return {service: self.size(service) for service in ("checkout", "payments")}

    def without_rate(self, visitor, lang="fi"):
        """The same person's cookies but for the one by which rates are counted."""
        guest = self.shop.visitor(lang)
        guest.cookies = {name: value for name, value in visitor.cookies.items() if name != "__Host-form"}
        return guest

    def test_D11_without_the_database_pages_are_calm_and_nothing_typed_or_chosen_is_lost(self):
        variant, group, _ = self.shop.product()
        buyers = {lang: self.shop.visitor(lang) for lang in LANGS}
        forms, reviews = {}, {}
        for lang, buyer in buyers.items():
            buyer.add(variant, group)
            page = buyer.get(buyer.paths["details"])
            fields = page.form(buyer.paths["details"])
            forms[lang] = {**fields["fields"], "first_name": "Aino", "last_name": "Mäkelä", "street_address": "Rantatie 1", "postal_code": "00100", "town": "Helsinki",
                           "country": "FI", "phone": "0401234567", "email": "aino@example.com", **{name: values[0] for name, values in fields["choices"].items() if name.startswith("delivery")}}
            self.assertEqual(buyer.fill_details().status, 303)
            reviews[lang] = buyer.review()
        before = self.warmed_up(buyers["fi"])
        with self.shop.stopped("db"):
            for lang, buyer in buyers.items():
                kept = dict(buyer.cookies)
                for path, fields in ((buyer.paths["details"], forms[lang]), (buyer.paths["order"], reviews[lang]), (buyer.paths["add"], {"variant": variant, "group": group, "quantity": 1})):
                    answer = buyer.post(path, fields)
                    if path == buyer.paths["add"] and answer.status == 303:
                        continue  # the basket is a cookie: it may say yes without asking
                    self.calm(answer, lang)
                self.assertEqual({name: buyer.cookies.get(name) for name in ("__Host-cart", "__Host-details")}, {name: kept.get(name) for name in ("__Host-cart", "__Host-details")})
            until = time.monotonic() + 2
            while time.monotonic() < until:
                for lang in LANGS:
                    guest = self.without_rate(buyers[lang], lang)
                    for name in ("cart", "details", "review"):
                        self.calm(guest.get(guest.paths[name]), lang)
                    self.calm(guest.get(guest.paths["pay"] + "0" * 26), lang)
                    self.assertEqual(guest.get(f"/{lang}/").status, 200)
        self.assertTrue(wait_until(lambda: buyers["fi"].get(buyers["fi"].paths["cart"]).status == 200, 15))
        for lang, buyer in buyers.items():
            tokens = {(wait_until(lambda: (a := buyer.order(reviews[lang])).status == 303 and a, 15)).location.rsplit("/", 1)[1] for _ in range(2)}
            self.assertEqual(len(tokens), 1, "the same form goes through now, once")
        for service, (files, threads) in self.warmed_up(buyers["fi"]).items():
            # Hundreds of requests met no database: what each lost would show.
            self.assertLessEqual(files, before[service][0] + 8, f"{service} leaks descriptors")
            self.assertEqual(threads, before[service][1], f"{service} leaks threads")

    def catalogue(self):
        """(address, language, what it must say): each kind of page that the renderer writes, products of each kind with their prices."""
        for kind in ("goods", "service", "ticket", "pass"):
            rows = self.shop.sql(f"""SELECT p.id, MIN(pr.cents) FROM products p JOIN prices pr ON pr.product_id = p.id AND pr.variant_id = 0 WHERE p.kind = '{kind}'
                AND p.state = 'published' GROUP BY p.id HAVING MIN(pr.cents) BETWEEN 1 AND 99999 AND COUNT(DISTINCT pr.cents) = 1 ORDER BY p.id LIMIT 2""")
            self.assertTrue(rows, kind)
            for product, cents in rows:
                for lang, slug in self.shop.sql(f"SELECT lang, slug FROM product_texts WHERE product_id = {product}"):
                    yield self.shop.visitor(lang).paths["product"] + slug, lang, money(int(cents), lang)
        for lang in LANGS:
            yield f"/{lang}/", lang, "<h1"
            yield SEARCH[lang], lang, "<h1"
            slug = self.shop.one(f"SELECT c.slug_{lang} FROM categories c JOIN products p ON p.category_code = c.code WHERE p.state = 'published' GROUP BY c.code ORDER BY COUNT(*) DESC LIMIT 1")
            yield CATEGORY[lang] + slug, lang, "€"
            pages = self.shop.visitor(lang).get(CATEGORY[lang] + slug)
            narrowed = {address for address in re.findall(r'href="([^"#?]+)"', pages.text) if address.startswith(CATEGORY[lang] + slug + "/")}
            self.assertGreaterEqual(len(narrowed), 3, "filters and orders are pages of their own")
            for address in sorted(narrowed)[:6]:
                yield address, lang, "€"

    def test_with_everything_dead_but_nginx_the_catalogue_stands_and_buying_is_calm(self):
        pages = list(self.catalogue())
        assets = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', self.shop.visitor().get("/fi/").text))
        variant, group, _ = self.shop.product()
        buyers = [(self.shop.visitor(lang), lang) for lang in LANGS]
        with self.shop.stopped("db", "checkout", "payments", "payments-sweep", "mailer", "render", "sandbox", "mail"):
            for address, lang, words in pages:
                page = self.shop.visitor(lang).get(address)
                self.assertEqual(page.status, 200, address)
                self.assertIn(f'<html lang="{lang}"', page.text)
                self.assertIn(words, html.unescape(page.text).replace("\u00a0", " "), address)
            for address in assets:
                self.assertEqual(self.shop.visitor().get(address).status, 200, address)
            # The supervisor keeps a stopped handler's socket, so a request waits until nginx gives up.
            calls = [(lang, lambda b=buyer: b.add(variant, group)) for buyer, lang in buyers]
            calls += [(lang, lambda w=wanted: self.shop.visitor().get("/maksu/cb/" + "0" * 26, **{"Accept-Language": w}))
                      for lang, wanted in (("sv", "de, sv;q=0.8, fi;q=0.5"), ("en", "en-GB,en"), ("fi", "*"), ("en", "de"))]
            with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
                began = time.monotonic()
                answers = [(lang, pool.submit(call)) for lang, call in calls]
                for lang, answer in answers:
                    self.calm(answer.result(), lang, (502, 503, 504))
                    self.assertLess(time.monotonic() - began, 15, "nobody waits for ever")
        self.assertTrue(wait_until(lambda: self.shop.visitor().get("/fi/ostoskori").status == 200, 20))

    def test_one_kill_of_each_process_under_load(self):
        killed = {}
        with Load(self.shop) as load:
            for service in ("db", "checkout", "payments", "payments-sweep", "mailer", "nginx", "render"):
                time.sleep(0.4)
                killed[service] = self.shop.kill(service)
                if service == "db":
                    self.assertTrue(wait_until(self.shop.database_answers, 10, 0.02), "recovery takes less than 10 s")
            self.assertTrue(wait_until(lambda: all(self.shop.runs_anew(service, pid) for service, pid in killed.items())), "each is started again")
            time.sleep(1)
        load.check(self)

    def test_the_mailer_dies_between_sending_and_noting_it(self):
        self.assertTrue(wait_until(self.shop.answers), "back from what came before")
        self.shop.set_fault("mailer.after_send exit")
        variant, group, _ = self.shop.product()
        token = self.shop.buy(variant, group, how="callback", wait=True)
        self.assertTrue(wait_until(lambda: not self.shop.faults_left()), "the mailer died")
        self.assertTrue(wait_until(lambda: self.confirmations(token)))
        self.assertTrue(self.shop.mails_have_gone())
        self.assertEqual([len(copies) for copies in self.confirmations(token).values()], [2], "twice, with the same Message-ID")


if __name__ == "__main__":
    main()
