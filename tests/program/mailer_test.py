#!/usr/bin/python3
"""Goal: each mail of the outbox goes to the relay once, says the same at every try, waits while it must, and ends in front of staff
when nobody takes it."""
import email
import email.policy
import hashlib
import signal
import time
import unittest

from mailer_bed import MailerBed
from payments_bed import wait_until


def setUpModule():
    global bed
    bed = MailerBed()


def tearDownModule():
    bed.close()


class Mails(unittest.TestCase):
    def setUp(self):
        bed.sql("DELETE FROM outbox; DELETE FROM staff_alerts;")
        bed.set_clock(0)
        bed.set_fault("")
        self.relay = bed.start_relay()
        bed.start_mailer()

    def tearDown(self):
        self.relay.release()
        for name in ("mailer", "mailer2"):
            bed.stop(name)
        self.relay.close()

    def becomes(self, mail, state, seconds=30):
        self.assertTrue(wait_until(lambda: bed.row(mail)["state"] == state, seconds), (state, bed.row(mail), bed.log("mailer")))
        return bed.row(mail)

    def tried(self, mail, times, seconds=30):
        """The row once it is back in the queue after so many tries."""
        done = lambda: (row := bed.row(mail)) and row["state"] == "queued" and int(row["tries"]) == times
        self.assertTrue(wait_until(done, seconds), (times, bed.row(mail), bed.log("mailer")))
        return bed.row(mail)

    def parsed(self):
        return [email.message_from_bytes(body, policy=email.policy.default) for _, body in self.relay.taken]

    def ids(self):
        return [mail["Message-ID"] for mail in self.parsed()]


class Sent(Mails):
    def test_a_no_to_a_promised_refund_says_why_and_the_way_on(self):
        data = {"order_url": "http://localhost:1/fi/tilaus/x", "first_name": "Åsa", "total_cents": 4500, "about": "declined", "refund_cents": 1200, "words": "Ryhmä oli <jo> alkanut"}
        for lang, title in {"fi": "Emme palauta maksua", "sv": "Vi betalar inte tillbaka", "en": "We do not refund the payment"}.items():
            self.becomes(bed.queue(kind="refund", lang=lang, data=data), "sent")
            message = self.parsed()[-1]
            text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
            self.assertTrue(message["Subject"].startswith(title), message["Subject"])
            for words in (text, html.replace("&lt;", "<").replace("&gt;", ">")):
                for wanted in (title, "Ryhmä oli <jo> alkanut", "12", "kuluttajariita.fi"):
                    self.assertIn(wanted, words, lang)
            self.assertNotIn("<jo>", html)

    def test_an_order_that_staff_made_is_to_be_paid_or_where_a_card_covers_it_accepted(self):
        words = {"fi": ("Tilauksesi odottaa maksua", "Tilauksesi odottaa hyväksyntääsi", "Tarkista ja hyväksy", "Lahjakortilla"), "sv": ("Din beställning väntar på betalning", "Din beställning väntar på ditt godkännande", "Kontrollera och godkänn", "Med presentkort"),
                 "en": ("Your order is waiting for payment", "Your order is waiting for you to accept it", "Check and accept", "By gift card")}
        for lang, (pay, accept, button, by_card) in words.items():
            for to_pay, title, has_card in ((4500, pay, False), (1500, pay, True), (0, accept, True)):
                data = {"order_url": "http://localhost:1/fi/tilaus/x", "first_name": "Åsa", "total_cents": 4500, "to_pay_cents": to_pay, "until_utc": "2026-11-23T12:30:05.000Z"}
                self.becomes(bed.queue(kind="pay_link", lang=lang, data=data), "sent")
                message = self.parsed()[-1]
                text, html = (" ".join(message.get_body((kind,)).get_content().split()) for kind in ("plain", "html"))
                self.assertTrue(message["Subject"].startswith(title), message["Subject"])
                for shown in (text, html):
                    self.assertEqual((title in shown, by_card + ("" if shown is html else ":") in shown), (True, has_card), (lang, to_pay))
                self.assertEqual(button in html, to_pay == 0, (lang, to_pay))

    def test_a_time_that_was_called_off_is_named(self):
        for about, cents in (("called_off", 4500), ("called_off_free", 0), ("called_off_unpaid", 0)):
            data = {"order_url": "http://localhost:1/fi/tilaus/x", "first_name": "Åsa", "total_cents": 4500, "about": about, "item": "Konsertti <1>, Aikuinen", "refund_cents": cents}
            for lang, title in {"fi": "Tilaamasi tapahtuma tai aika on peruttu", "sv": "Evenemanget eller tiden som du beställde är inställd", "en": "The event or time that you ordered is cancelled"}.items():
                self.becomes(bed.queue(kind="refund", lang=lang, data=data), "sent")
                message = self.parsed()[-1]
                text, html = (" ".join(message.get_body((kind,)).get_content().split()) for kind in ("plain", "html"))
                self.assertTrue(message["Subject"].startswith(title), message["Subject"])
                for words in (text, html.replace("&lt;", "<").replace("&gt;", ">")):
                    self.assertIn("Konsertti <1>, Aikuinen", words, lang)
                self.assertNotIn("<1>", html)

    def test_text_and_html_in_utf8_with_honest_headers(self):
        subjects = {"fi": "Olemme saaneet peruuttamisilmoituksesi", "sv": "Vi har fått ditt meddelande", "en": "We have received your notice"}
        for lang in subjects:
            row = self.becomes(mail := bed.queue(lang=lang), "sent")
            recipient, body = self.relay.taken[-1]
            self.assertEqual(recipient, "asa.ohman@example.org")
            self.assertEqual(row["sent_sha256"], hashlib.sha256(body).hexdigest().upper(), "what was handed over is proven by its hash")
            self.assertLessEqual(max(map(len, body.split(b"\r\n"))), 78)
            self.assertTrue(body.isascii(), "also a relay without 8BITMIME passes it on unchanged")
            message = self.parsed()[-1]
            self.assertIn(subjects[lang], message["Subject"])
            self.assertEqual((message["To"], message["Content-Language"]), ("asa.ohman@example.org", lang))
            self.assertEqual(message["Message-ID"], f"<{row['message_id']}@localhost>")
            self.assertEqual(message["From"].addresses[0].addr_spec, "verkkokauppa@lehtoranta.example")
            self.assertLess(abs(message["Date"].datetime.timestamp() - time.time()), 60)
            self.assertEqual(message["Auto-Submitted"], "auto-generated", "out-of-office machines stay quiet")
            self.assertEqual(message.get_content_type(), "multipart/alternative")
            self.assertEqual([(part.get_content_type(), part.get_content_charset()) for part in message.iter_parts()], [("text/plain", "utf-8"), ("text/html", "utf-8")])
            for part in message.iter_parts():
                self.assertIn("Åsa-Maija Öhman", part.get_content())
                self.assertIn("1 × Kahvimuki", part.get_content())
            self.assertEqual(bed.alerts(mail), [])

    def test_what_a_person_typed_begins_no_header_and_no_markup(self):
        evil = "X\r\nBcc: evil@example.com\r\n\r\n<script>x</script>"
        mail = bed.queue(kind="payment_delayed", order_number=evil, first_name=evil, total_cents=4500)
        self.becomes(mail, "sent")
        message = self.parsed()[0]
        self.assertIsNone(message["Bcc"])
        self.assertIn("Bcc: evil@example.com", message["Subject"], "it is told as the words that it is")
        self.assertNotIn("<script>", message.get_body(("html",)).get_content())
        self.assertEqual([c for c in self.relay.commands if c.startswith("RCPT")], ["RCPT TO:<asa.ohman@example.org>"])

    def test_a_recipient_that_is_no_address_is_dead_at_once(self):
        odd = ("", "a", "a@b>\r\nRCPT TO:<evil@example.com", "a@b.example, c@d.example", "åsa@example.org", "a b@example.org")
        for mail in [bed.queue(recipient=recipient) for recipient in odd]:
            row = self.becomes(mail, "dead")
            self.assertEqual((row["tries"], bed.alerts(mail)), ("1", ["K7M2Q9XHP"]))
        self.assertEqual((self.relay.taken, self.relay.commands), ([], []), "the relay never heard of them")

    def test_two_mailers_at_once_send_each_mail_once(self):
        bed.start_mailer("mailer2")
        self.assertTrue(wait_until(lambda: "started" in bed.log("mailer2")))
        bed.queue_many(400)
        self.assertTrue(wait_until(lambda: bed.one("SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND tries = 1") == "400", 60))
        self.assertEqual(sorted(r for r, _ in self.relay.taken), sorted(f"r{i}@example.org" for i in range(400)))
        self.assertIn(" sent ", bed.log("mailer2"), "both had work")


class Refused(Mails):
    def test_a_4xx_comes_later_with_growing_pauses_and_the_same_message(self):
        self.relay.say("RCPT", *["451 busy"] * 4)
        mail = bed.queue()
        clock = 0
        for tries, pause in enumerate((60, 300, 900, 3600), 1):
            row = self.tried(mail, tries)
            self.assertAlmostEqual(int(row["pause"]) - clock, pause, delta=15, msg=str(tries))
            self.assertEqual(row["last_error"], "RCPT 451", "the step and the code, nobody's data")
            clock += pause + 1
            bed.set_clock(clock)
        self.assertEqual((self.becomes(mail, "sent")["tries"], bed.alerts(mail)), ("5", []))
        self.assertEqual(len(self.relay.taken), 1)

    def test_nothing_goes_before_its_pause_is_over(self):
        self.relay.say("RCPT", "451 busy")
        self.tried(mail := bed.queue(), 1)
        bed.set_clock(45)
        time.sleep(2.5)
        self.assertEqual((bed.row(mail)["state"], self.relay.taken), ("queued", []))

    def test_three_days_of_4xx_end_before_staff(self):
        self.relay.say("BODY", *["452 full"] * 3)
        mail = bed.queue()
        self.assertEqual(self.tried(mail, 1)["last_error"], "DATA 452")
        bed.sql(f"UPDATE outbox SET tries = 20, next_try_utc = UTC_TIMESTAMP(3) WHERE id = {mail}")
        self.assertAlmostEqual(int(self.tried(mail, 21)["pause"]), 4 * 3600, delta=15)
        bed.sql(f"UPDATE outbox SET next_try_utc = UTC_TIMESTAMP(3) WHERE id = {mail}")
        self.becomes(mail, "dead")
        self.assertEqual(bed.alerts(mail), ["K7M2Q9XHP"])
        self.assertEqual(self.relay.taken, [])

    def test_a_5xx_to_recipient_or_content_is_dead_at_once_and_staff_are_told(self):
        for step, why in (("RCPT", "RCPT 550"), ("BODY", "DATA 554"), ("DATA", "DATA 554")):
            with self.subTest(step):
                self.relay.say(step, why[5:] + " no")
                row = self.becomes(mail := bed.queue(), "dead")
                self.assertEqual((row["last_error"], row["tries"], bed.alerts(mail)), (why, "1", ["K7M2Q9XHP"]))
        self.becomes(bed.queue(), "sent")
        self.assertEqual(len(self.relay.taken), 1, "the next mail goes as ever")

    def test_a_relay_that_refuses_us_is_not_the_mails_fault(self):
        for step, answer in (("CONNECT", "554 go away"), ("CONNECT", "cut"), ("EHLO", "421 not now"), ("MAIL", "550 no such sender"), ("RCPT", "421 closing"), ("BODY", "421 closing")):
            with self.subTest(step + " " + answer):
                bed.stop("mailer")
                steps = (step, "HELO") if step == "EHLO" else (step,)  # libcurl tries the older greeting too
                for each in steps:
                    self.relay.say(each, answer)
                bed.start_mailer()
                self.tried(mail := bed.queue(), 1)
                self.assertEqual(bed.alerts(mail), [])
                bed.sql(f"DELETE FROM outbox WHERE id = {mail}")
        self.assertEqual(self.relay.taken, [])

    def test_a_relay_that_is_away_delays_and_loses_nothing(self):
        self.relay.close()
        mails = [bed.queue(), bed.queue()]
        self.assertRegex(self.tried(mails[0], 1)["last_error"], "^CONNECT ")
        self.relay = bed.start_relay()
        bed.set_clock(61)
        for mail in mails:
            self.becomes(mail, "sent", 25)
        self.assertEqual(len(self.relay.taken), 2)

    def test_a_connection_that_the_relay_hung_up_is_replaced_unnoticed(self):
        self.becomes(bed.queue(), "sent")
        for connection in self.relay.open:
            connection.shutdown(2)
        row = self.becomes(bed.queue(), "sent")
        self.assertEqual((row["tries"], len(self.relay.open)), ("1", 2))

    def test_a_mail_that_cannot_be_written_is_our_fault_and_told_at_once(self):
        for mail in (bed.queue(kind="no_such_kind"), bed.queue(kind="order_confirmation"), bed.queue(data="{broken")):
            row = self.tried(mail, 1)
            self.assertTrue(row["last_error"])
            self.assertEqual(len(bed.alerts(mail)), 1)
            self.assertNotIn("Öhman", bed.log("mailer"))


class Dying(Mails):
    def test_a_crash_between_sending_and_noting_it_repeats_the_same_message_id(self):
        bed.set_fault("mailer.after_send exit\n")
        mail = bed.queue()
        self.assertTrue(wait_until(lambda: bed.children["mailer"].poll() is not None))
        self.assertEqual((bed.row(mail)["state"], len(self.relay.taken)), ("sending", 1))
        bed.start_mailer()
        bed.set_clock(120)
        time.sleep(2.5)
        self.assertEqual(len(self.relay.taken), 1, "its claim has not lapsed: another mailer may be at it")
        bed.set_clock(185)
        self.assertEqual(self.becomes(mail, "sent")["tries"], "2")
        self.assertEqual((len(self.relay.taken), len(set(self.ids()))), (2, 1))
        (_, first), (_, second) = self.relay.taken
        same = lambda body: [line for line in body.split(b"\r\n") if not line.startswith(b"Date:")]
        self.assertEqual(same(first), same(second), "a repeat is the same words")

    def test_a_crash_before_sending_loses_nothing(self):
        bed.set_fault("mailer.after_claim exit\n")
        mail = bed.queue()
        self.assertTrue(wait_until(lambda: bed.children["mailer"].poll() is not None))
        bed.start_mailer()
        bed.set_clock(185)
        self.becomes(mail, "sent")
        self.assertEqual(len(self.relay.taken), 1)

    def test_who_comes_back_after_its_lease_changes_nothing(self):
        self.relay.hold()
        mail = bed.queue()
        self.assertTrue(self.relay.wait_arrived())
        bed.start_mailer("mailer2")
        bed.set_clock(185)
        self.assertTrue(self.relay.wait_arrived(), "the second one took the mail over")
        self.assertEqual(bed.row(mail)["tries"], "2")
        self.relay.release()
        self.becomes(mail, "sent")
        self.assertTrue(wait_until(lambda: "sent_after_lease" in bed.log("mailer")))
        self.assertEqual(len(set(self.ids())), 1)

    def test_a_database_that_dies_while_a_mail_is_on_its_way_makes_no_second_one(self):
        self.relay.hold()
        mail = bed.queue()
        self.assertTrue(self.relay.wait_arrived())
        bed.stop("db", signal.SIGKILL)
        self.relay.release()
        self.assertTrue(wait_until(lambda: "mark_failed" in bed.log("mailer")))
        bed.start_database()
        self.becomes(mail, "sent", 20)
        self.assertEqual(len(self.relay.taken), 1)
        self.becomes(bed.queue(), "sent")

    def test_stopping_finishes_the_mail_in_hand(self):
        self.relay.hold()
        mail = bed.queue()
        self.assertTrue(self.relay.wait_arrived())
        bed.children["mailer"].send_signal(signal.SIGTERM)
        time.sleep(0.3)
        self.relay.release()
        self.assertEqual(bed.children["mailer"].wait(15), 0)
        self.assertEqual((bed.row(mail)["state"], len(self.relay.taken)), ("sent", 1))


if __name__ == "__main__":
    unittest.main()
