#!/usr/bin/python3
"""Goal: the order confirmation is all that the law wants on a durable medium (KSL 38/1978 6:13), in each language, as text and as HTML."""
import html.parser
import re
import unittest

from mailer_bed import MailerBed


def setUpModule():
    global bed, mails
    bed = MailerBed(database=False)
    mails = bed.specimens()


def tearDownModule():
    bed.close()


class Words(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.words, self.links, self.loaded, self.lang = "", [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.words += " "
        self.links += [a["href"]] if "href" in a else []
        self.loaded += [a["src"]] if "src" in a else []
        self.lang = a.get("lang", self.lang) if tag == "html" else self.lang

    def handle_data(self, data):
        self.words += data


def plain(text):
    return " ".join(text.split())


LANGS = ("fi", "sv", "en")
KINDS = ("order_confirmation", "payment_delayed", "pay_link", "paid_no_stock", "needs_review", "overpaid", "withdrawal_received", "withdrawal_declined", "refund", "order_delivery", "order_links", "registration", "staff_digest")

# What the confirmation of the specimen order says, by language; the words are a reader's, not taken from site/text.
WANTED = {
    "fi": {
        "lines": ("Uimahallin kertalippu", "2 kpl à 7,50 €", "15,00 €", "160,00 €", "Syysalennus. Hinta ennen alennusta 200,00 €", "Kahvimuki <Lehto & ranta>", "12,00 €", "Posti", "5,90 €", "25,00 €"),
        "sums": ("Yhteensä", "242,90 €", "Hinta sisältää arvonlisäveron"),
        "VAT": ("25,5 %", "17,45 €", "4,45 €", "21,90 €", "13,5 %", "172,69 €", "23,31 €", "196,00 €", "Veroton viranomaismaksu"),
        "seller": ("Lehtorannan kaupunki", "Y-tunnus 2744393-6", "Rantakatu 12, 06950 Lehtoranta", "verkkokauppa@lehtoranta.example", "029 555 0100"),
        "payment": ("2026-000123", "su 22.11.2026", "5770642a-9a02-4ca2-8eaa-cc6260a78eb6", "20260 00011", "Paytrail Oyj"),
        "right of withdrawal": ("Peruuttamisoikeus", "14 päivää siitä, kun sait tavaran", "Pyysit, että palvelu alkaa heti", "menetät silloin peruuttamisoikeuden", "6 luku 16 §",
                                "Peruuta sopimus tästä", "14 päivän kuluttua ilmoituksestasi", "Maksat itse palautuksen kulut"),
        "form": ("Peruuttamislomake", "Täytä ja palauta tämä lomake vain, jos haluat peruuttaa sopimuksen", "haluan/haluamme (*) peruuttaa", "Kuluttajan nimi", "Kuluttajan osoite",
                 "Kuluttajan allekirjoitus", "Päiväys", "(*) Tarpeeton yliviivataan"),
        "complaints": ("kuluttajaneuvonnasta", "kuluttajariitalautakuntaan"),
        "appeal": ("Voit vaatia maksuun oikaisua",),
        "terms": ("Toimitusehdot", "Kuka voi ostaa", "Jos tuotteessa on virhe", "Suomen laki"),
        "case code": ("Tapauskoodi K7M2Q9XHP",),
    },
    "sv": {
        "lines": ("2 st. à 7,50 €", "15,00 €", "160,00 €", "Pris före rabatten 200,00 €", "12,00 €", "5,90 €", "25,00 €"),
        "sums": ("Totalt", "242,90 €", "Priset inkluderar moms"),
        "VAT": ("25,5 %", "17,45 €", "4,45 €", "21,90 €", "13,5 %", "172,69 €", "23,31 €", "196,00 €"),
        "seller": ("Lövstrands stad", "FO-nummer 2744393-6", "Strandgatan 12, 06950 Lövstrand", "verkkokauppa@lehtoranta.example", "029 555 0100"),
        "payment": ("2026-000123", "sön 22.11.2026", "5770642a-9a02-4ca2-8eaa-cc6260a78eb6", "20260 00011", "Paytrail Oyj"),
        "right of withdrawal": ("Ångerrätt", "14 dagar från det att du fick varan", "Du bad att tjänsten ska börja genast", "du då förlorar ångerrätten", "6 kap. 16 §",
                                "Frånträd avtalet här", "14 dagar efter ditt meddelande", "Du betalar själv för returen"),
        "form": ("Ångerblankett", "bara om du vill frånträda avtalet", "meddelar härmed att jag/vi (*) frånträder", "namn:", "adress:", "underskrift", "Datum:", "(*) Stryk det som inte gäller"),
        "complaints": ("konsumentrådgivningen", "konsumenttvistenämnden"),
        "appeal": ("Ändringssökande",),
        "terms": ("Leveransvillkor", "Vem får köpa", "Finlands lag"),
        "case code": ("Ärendekod K7M2Q9XHP",),
    },
    "en": {
        "lines": ("2 at €7.50", "€15.00", "€160.00", "Price before the reduction €200.00", "€12.00", "€5.90", "€25.00"),
        "sums": ("Total", "€242.90", "The price includes VAT"),
        "VAT": ("25.5%", "€17.45", "€4.45", "€21.90", "13.5%", "€172.69", "€23.31", "€196.00"),
        "seller": ("City of Lehtoranta", "Business ID 2744393-6", "Rantakatu 12, 06950 Lehtoranta", "verkkokauppa@lehtoranta.example", "029 555 0100"),
        "payment": ("2026-000123", "Sun 22 Nov 2026", "5770642a-9a02-4ca2-8eaa-cc6260a78eb6", "20260 00011", "Paytrail Oyj"),
        "right of withdrawal": ("Right of withdrawal", "14 days from the day you receive the goods", "You asked for the service to begin at once", "you then lose your right of withdrawal", "chapter 6, section 16",
                                "Withdraw from contract here", "14 days after your notice", "You pay the cost of returning them"),
        "form": ("Withdrawal form", "only if you wish to withdraw from the contract", "hereby give notice that I/We (*) withdraw", "Name of consumer(s)", "Address of consumer(s)", "Signature of consumer(s)",
                 "Date:", "(*) Delete as appropriate"),
        "complaints": ("Consumer Advisory Service", "Consumer Disputes Board"),
        "appeal": ("How to appeal",),
        "terms": ("Terms and conditions", "Who can buy", "Finnish law applies"),
        "case code": ("Case code K7M2Q9XHP",),
    },
}
ADDRESSES = ("https://www.kuluttajaneuvonta.fi", "https://www.kuluttajariita.fi", "http://localhost/fi/tilaus/0123456789abcdefghjkmnpqrs")
WITHDRAW = {"fi": "/fi/peruuta", "sv": "/sv/frantrad", "en": "/en/withdraw"}


class Letters(unittest.TestCase):
    @staticmethod
    def text(kind, lang):
        return plain(mails[kind, lang].get_body(("plain",)).get_content())

    @staticmethod
    def html(kind, lang):
        return Words(mails[kind, lang].get_body(("html",)).get_content())

    def test_the_confirmation_holds_all_that_the_law_wants(self):
        for lang in LANGS:
            subject = {"fi": "Tilausvahvistus T4W8ZC2NR", "sv": "Beställningsbekräftelse T4W8ZC2NR", "en": "Order confirmation T4W8ZC2NR"}[lang]
            self.assertEqual(mails["order_confirmation", lang]["Subject"], subject)
            for form, words in (("text", self.text("order_confirmation", lang)), ("html", plain(self.html("order_confirmation", lang).words))):
                for what, sentences in WANTED[lang].items():
                    for sentence in sentences:
                        self.assertIn(sentence, words, f"{what} in the {form} in {lang}")
                for address in ADDRESSES[:2]:
                    self.assertIn(address, words)

    def test_addresses_can_be_followed(self):
        for lang in LANGS:
            links = self.html("order_confirmation", lang).links
            for address in (*ADDRESSES, "http://localhost:1" + WITHDRAW[lang], "mailto:verkkokauppa@lehtoranta.example"):
                self.assertTrue(any(link.rstrip("/") == address for link in links), (lang, address, links))
            self.assertIn(ADDRESSES[2], self.text("order_confirmation", lang))
            self.assertIn("http://localhost:1" + WITHDRAW[lang], self.text("order_confirmation", lang))

    def test_each_kind_in_each_language_has_a_code_a_seller_and_the_withdrawal_link(self):
        self.assertEqual(set(mails), {(kind, lang) for kind in KINDS for lang in LANGS})
        for (kind, lang), mail in mails.items():
            page = self.html(kind, lang)
            self.assertEqual(page.lang, lang)
            self.assertEqual(page.loaded, [], "a mail loads nothing: opening it is nobody's business")
            for words in (self.text(kind, lang), plain(page.words)):
                for word in ("K7M2Q9XHP", "2744393-6"):
                    self.assertIn(word, words, (kind, lang))
                self.assertNotRegex(words, r"\{\{|\}\}|\bnull\b", "nothing is left unfilled")
            self.assertTrue(any(link.endswith(WITHDRAW[lang]) for link in page.links), (kind, lang))
            self.assertTrue(mail["Subject"])

    def test_text_and_html_say_the_same_sums(self):
        for key in mails:
            sums = lambda words: sorted(set(re.findall(r"€\d[\d ,]*\.\d\d|\d[\d ]*,\d\d €", words)))
            self.assertEqual(sums(self.text(*key)), sums(plain(self.html(*key).words)), key)


if __name__ == "__main__":
    unittest.main()
