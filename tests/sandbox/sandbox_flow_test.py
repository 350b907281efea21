"""Payments, refunds, the page, misbehaviour and the ledger. Usage: sandbox_flow_test.py BINARY"""
import concurrent.futures
import http.client
import json
import os
import re
import sys
import tempfile
import time
import unittest
import urllib.parse

from sandbox_client import Sandbox, Shop, mac, order, parameters

BINARY = sys.argv.pop(1)


class Case(unittest.TestCase):
    options = ()

    def setUp(self):
        self.shop = Shop()
        self.addCleanup(self.shop.close)
        self.sandbox = Sandbox(BINARY, *self.options)
        self.addCleanup(self.sandbox.stop)

    def create(self, amount=1525, **changes):
        status, answer, _, _ = self.sandbox.call("POST", "/payments", order(self.shop.url, amount, **changes))
        self.assertEqual(status, 201, answer)
        return answer["transactionId"]

    def get(self, transaction):
        return self.sandbox.call("GET", "/payments/" + transaction, transaction=transaction)

    def status(self, transaction):
        return self.get(transaction)[1]["status"]

    def good(self, url):
        pairs, signature = parameters(url)
        self.assertEqual(mac(pairs, b"", pairs["checkout-algorithm"]), signature)
        return pairs

    def paid(self, amount=1525, provider="osuuspankki", **changes):
        transaction = self.create(amount, **changes)
        self.assertEqual(self.sandbox.pay(transaction, provider=provider, how="none")[0], 200)
        return transaction

    def refund(self, transaction, amount, **more):
        urls = {"success": self.shop.url + "/refund/7", "cancel": self.shop.url + "/refund/7?no"}
        return self.sandbox.call("POST", f"/payments/{transaction}/refund", {"amount": amount, "callbackUrls": urls, **more}, transaction)[:2]


class Page(Case):
    def browse(self, method, path, form=None):
        body = urllib.parse.urlencode(form).encode() if form else b""
        headers = [("content-type", "application/x-www-form-urlencoded")] if form else []
        status, data, answered = self.sandbox.raw(method, path, headers, body)
        return status, data.decode(), answered

    def test_three_languages_without_script(self):
        for language, code, text in (("FI", "fi", "Valitse maksutapa"), ("SV", "sv", "Välj betalningssätt"), ("EN", "en", "Choose how to pay")):
            transaction = self.create(123456, language=language)
            status, html, headers = self.browse("GET", "/pay/" + transaction)
            self.assertEqual(status, 200)
            self.assertIn(f'<html lang="{code}">', html)
            self.assertIn(text, html)
            self.assertEqual(len(re.findall("<h1>", html)), 1)
            self.assertEqual(len(re.findall("<fieldset>", html)), 3)
            self.assertIn("€1,234.56" if language == "EN" else "1\u00a0234,56\u00a0€", html)
            self.assertNotRegex(html, "<script|<style| style=| on[a-z]+=")
            policy = headers["content-security-policy"]
            self.assertIn(f"form-action 'self' http://shop.localhost:{self.shop.port};", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(self.browse("GET", f"/pay/{transaction}/confirm?provider=nordea")[0], 200)
        self.assertEqual(self.browse("GET", "/pay/none")[0], 404)
        self.assertEqual(self.browse("GET", "/pay/")[0], 404)

    def test_one_payment_one_final_state(self):
        transaction = self.create()
        path = f"/pay/{transaction}/finish"
        status, _, headers = self.browse("POST", path, {"outcome": "approve", "provider": "mobilepay"})
        self.assertEqual(status, 303)
        pairs = self.good(headers["location"])
        self.assertEqual((pairs["checkout-status"], pairs["checkout-provider"], pairs["checkout-amount"]), ("ok", "mobilepay", "1525"))
        self.assertTrue(headers["location"].startswith(self.shop.url + "/cb/a?own=1&checkout-"))
        self.assertEqual(self.good(self.shop.wait(1)[0]), pairs)
        for outcome in ("approve", "cancel", "pending"):
            status, _, headers = self.browse("POST", path, {"outcome": outcome, "provider": "nordea"})
            self.assertEqual((status, self.good(headers["location"])["checkout-status"]), (303, "ok"))
        self.assertIn("Palaa kauppaan", self.browse("GET", "/pay/" + transaction)[1])
        time.sleep(0.2)
        self.assertEqual(len(self.shop.calls), 1)
        self.assertEqual(self.get(transaction)[1]["provider"], "mobilepay")

    def test_cancel_and_pending(self):
        transaction = self.create()
        _, _, headers = self.browse("POST", f"/pay/{transaction}/finish", {"outcome": "cancel", "provider": ""})
        self.assertIn("&cancel&checkout-", headers["location"])
        self.assertEqual(self.good(headers["location"])["checkout-status"], "fail")
        self.shop.wait(1)  # callbacks are sent side by side: each is awaited before the next is caused
        transaction = self.create()
        self.browse("POST", f"/pay/{transaction}/finish", {"outcome": "pending", "provider": "creditcard"})
        self.assertEqual(self.status(transaction), "pending")
        self.shop.wait(2)
        self.sandbox.pay(transaction, status="ok", provider="", wait=True)
        self.assertEqual(self.status(transaction), "ok")
        self.assertEqual([self.good(url)["checkout-status"] for url in self.shop.wait(3)], ["fail", "pending", "ok"])

    def test_embedded_form(self):
        answer = self.sandbox.call("POST", "/payments", order(self.shop.url))[1]
        one = answer["providers"][0]
        form = {pair["name"]: pair["value"] for pair in one["parameters"]}
        self.assertEqual(self.browse("POST", urllib.parse.urlsplit(one["url"]).path, form)[0], 200)


class Callbacks(Case):
    def test_retries_until_20x(self):
        self.sandbox.control("config", {"retryMs": [20, 20, 20, 20]})
        self.shop.answers = [500, 404, 303]
        transaction = self.create()
        self.sandbox.pay(transaction)
        self.assertEqual(len(set(self.shop.wait(4))), 1)
        time.sleep(0.2)
        self.assertEqual(len(self.shop.calls), 4)
        event = [e for e in self.sandbox.control("ledger")[1]["events"] if e["kind"] == "callback"][0]
        self.assertEqual((event["state"], event["attempts"], event["answer"]), ("delivered", 4, 200))

    def test_copies_drop_hold_and_order(self):
        a, b, c, d = (self.create() for _ in range(4))
        self.sandbox.fault("callback", match={"transactionId": a}, copies=8)
        self.sandbox.fault("callback", match={"transactionId": b}, drop=True)
        self.sandbox.fault("callback", match={"transactionId": c}, hold=True)
        for transaction in (a, b, c):
            self.sandbox.pay(transaction)
        self.assertEqual(len(self.shop.wait(8)), 8)
        time.sleep(0.1)
        self.assertEqual(len(self.shop.calls), 8)
        self.assertEqual(self.sandbox.control("release", {"transactionId": c})[1]["released"], 1)
        self.shop.wait(9)
        self.sandbox.pay(d, do={"order": "callback-first"})
        self.assertEqual(len(self.shop.calls), 10, "the callback was answered before the redirect was given")
        self.assertEqual(len(self.sandbox.control("faults")[1]), 3)

    def test_callback_delay(self):
        transaction = self.create(callbackDelay=1)
        began = time.monotonic()
        self.sandbox.pay(transaction)
        self.assertEqual(len(self.shop.wait(1)), 1)
        self.assertGreater(time.monotonic() - began, 0.95)

    def test_forgeries_do_not_verify_and_the_signed_extra_does(self):
        honest = {"extra-signed", "other-algorithm", "other-account", "other-transaction", "other-stamp", "other-reference", "unknown-status", "missing-signed"}
        kinds = honest | {"wrong-signature", "no-signature", "two-signatures", "upper-case", "short-signature", "empty-secret", "wrong-algorithm", "missing-parameter", "extra-parameter",
                          "duplicate-parameter", "duplicate-other", "duplicate-signed", "changed-amount", "changed-status"}
        transaction = self.create()
        for kind in sorted(kinds):
            self.shop.calls.clear()
            self.sandbox.control("emit", {"transactionId": transaction, "events": [{"status": "fail", "forge": kind}]})
            try:
                pairs, signature = parameters(self.shop.paths()[0])
                algorithm = pairs["checkout-algorithm"]
                fine = algorithm in ("sha256", "sha512") and mac(pairs, b"", algorithm) == signature
            except (AssertionError, KeyError):
                fine = False
            self.assertEqual(fine, kind in honest, kind)
        self.assertEqual(self.status(transaction), "new", "emitted events don't touch the ledger")

    def test_sequences_and_replay(self):
        a, b = self.create(), self.create()
        steps = ["ok", "fail", "pending", "delayed", "ok"]
        _, answer = self.sandbox.control("emit", {"transactionId": a, "events": [{"status": s} for s in steps]})
        self.assertEqual([self.good(url)["checkout-status"] for url in self.shop.paths()], steps)
        first = answer["events"][0]
        self.sandbox.control("replay", {"event": first["seq"]})
        self.assertEqual(self.shop.paths()[-1], self.shop.paths()[0])
        self.sandbox.control("replay", {"event": first["seq"], "to": {"transactionId": b}})
        self.assertEqual(self.good(self.shop.paths()[-1])["checkout-transaction-id"], a)
        self.sandbox.control("emit", {"transactionId": a, "parallel": True, "events": [{"status": "ok", "amount": 1}] * 5})
        self.assertEqual([self.good(url)["checkout-amount"] for url in self.shop.paths()[-5:]], ["1"] * 5)

    def test_shop_is_down(self):
        port = self.shop.port
        transaction = self.create()
        self.shop.close()
        self.sandbox.control("config", {"retryMs": [10] * 3})
        self.assertEqual(self.sandbox.pay(transaction, wait=True)[0], 200)
        time.sleep(0.3)
        event = [e for e in self.sandbox.control("ledger")[1]["events"] if e["kind"] == "callback"][0]
        self.assertEqual((event["state"], event["attempts"]), ("gave-up", 4), port)


class Elsewhere(unittest.TestCase):
    def test_https_address_through_a_local_port(self):
        shop = Shop()
        self.addCleanup(shop.close)
        for options, state in ((("--callback-via", str(shop.port)), "delivered"), ((), "gave-up")):
            sandbox = Sandbox(BINARY, *options)
            self.addCleanup(sandbox.stop)
            sandbox.control("config", {"retryMs": []})
            transaction = sandbox.call("POST", "/payments", order("https://shop.example.fi"))[1]["transactionId"]
            answer = sandbox.pay(transaction, wait=True)[1]
            self.assertEqual(answer["events"][0]["state"], state)
        self.assertEqual(len(shop.calls), 1)
        self.assertEqual((shop.calls[0][2]["Host"], shop.calls[0][2]["X-Forwarded-Proto"]), ("shop.example.fi", "https"))


class Misbehaviour(Case):
    def test_status_in_place_of_work_or_after_it(self):
        self.sandbox.fault("create", status=500)
        self.sandbox.fault("create", skip=1, status=500, processed=True)
        for _ in range(2):
            self.assertEqual(self.sandbox.call("POST", "/payments", order(self.shop.url))[0], 500)
        self.assertEqual(len(self.sandbox.control("ledger")[1]["payments"]), 1)

    def test_cut_after_every_byte(self):
        transaction = self.create()
        whole = None
        for cut in (0, 1, 17, 100, 300, 600, 100000):
            self.sandbox.fault("get", cut_after=cut)
            try:
                self.get(transaction)
                whole = cut
            except (http.client.HTTPException, ConnectionError, json.JSONDecodeError):
                self.assertIsNone(whole)
        self.assertEqual(whole, 100000)

    def test_time_out_and_delay(self):
        self.sandbox.fault("create", timeout=True)
        with self.assertRaises(TimeoutError):
            self.sandbox.call("POST", "/payments", order(self.shop.url), timeout=0.3)
        self.sandbox.fault("create", delay_ms=300)
        begun = time.time()
        self.create()
        self.assertGreater(time.time() - begun, 0.29)
        self.assertEqual(len(self.sandbox.control("ledger")[1]["payments"]), 2)

    def test_response_signatures(self):
        transaction = self.create()
        for how in ("wrong-signature", "no-signature", "upper-case", "empty-secret", "changed-body", "wrong-algorithm", "missing-header", "extra-header", "other-algorithm", "extra-signed"):
            self.sandbox.fault("get", response=how)
            _, _, answered, raw = self.get(transaction)
            pairs = {name.lower(): value for name, value in answered.items() if name.lower().startswith("checkout-")}
            algorithm = pairs["checkout-algorithm"]
            fine = algorithm in ("sha256", "sha512") and answered["signature"] == mac(pairs, raw, algorithm)
            self.assertEqual(fine, how in ("other-algorithm", "extra-signed"), how)

    def test_amount_and_status_lies(self):
        transaction = self.create()
        self.sandbox.fault("get", match={"transactionId": transaction}, amount=1, answer_status="ok")
        self.get(self.create())
        self.assertEqual((self.get(transaction)[1]["amount"], self.status(transaction)), (1, "new"))

    def test_bad_rules_are_refused(self):
        for rule in ({}, {"at": "nowhere", "do": {"drop": True}}, {"at": "get", "do": {"dropp": True}}, {"at": "get", "do": {}}, {"at": "get", "do": {"drop": True}, "match": {"x": "y"}}):
            self.assertEqual(self.sandbox.control("faults", rule)[0], 400)


class Refunds(Case):
    def test_partial_until_nothing_is_left(self):
        transaction = self.paid()
        self.assertEqual(self.refund(transaction, 1000, refundStamp="r1", refundReference="1232")[1]["status"], "ok")
        pairs = self.good(self.shop.wait(1)[0])
        self.assertEqual(self.refund(transaction, 10, refundStamp="r1")[0], 400)
        self.assertEqual(self.refund(transaction, 526)[0], 400)
        self.assertEqual(self.refund(transaction, 525)[0], 201)
        self.assertEqual(self.refund(transaction, 1)[0], 400)
        self.assertEqual((pairs["checkout-stamp"], pairs["checkout-reference"], pairs["checkout-amount"]), ("r1", "1232", "1000"))
        self.assertNotEqual(pairs["checkout-transaction-id"], transaction)
        self.assertEqual(self.status(transaction), "ok")
        sums = self.sandbox.control("sums")[1]
        self.assertEqual((sums["paid"], sums["refunded"], sums["balance"]), (1525, 1525, 0))

    def test_racing_refunds_never_exceed_the_payment(self):
        transaction = self.paid(1000)
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: self.refund(transaction, 300)[0], range(10)))
        self.assertEqual((answers.count(201), answers.count(400)), (3, 7))

    def test_items(self):
        transaction = self.paid()
        self.assertEqual(self.refund(transaction, 500, items=[{"amount": 500, "stamp": "line-1"}])[0], 201)
        for amount, items in ((1026, [{"amount": 1026, "stamp": "line-1"}]), (1, [{"amount": 1, "stamp": "other"}]), (2, [{"amount": 1, "stamp": "line-1"}]), (1, [{"amount": 1}])):
            self.assertEqual(self.refund(transaction, amount, items=items)[0], 400)

    def test_methods(self):
        by_mail = self.paid(provider="spankki")
        self.assertEqual(self.refund(by_mail, 100)[0], 422)
        self.assertEqual(self.refund(by_mail, 100, email="payer@example.fi")[1]["status"], "pending")
        once = self.paid(provider="nordea")
        self.assertEqual([self.refund(once, 100)[0] for _ in range(2)], [201, 400])
        card = self.paid(provider="creditcard")
        self.sandbox.control("payment", {"transactionId": card, "cardExpired": True})
        self.assertEqual([self.refund(card, 100)[0], self.refund(card, 100, email="p@example.fi")[0]], [400, 201])
        self.assertEqual(self.refund(self.create(), 1)[0], 400, "not paid")
        self.assertEqual(self.refund("00000000-0000-4000-8000-000000000000", 1)[0], 404)

    def test_pending_settled_later(self):
        transaction = self.paid()
        self.sandbox.fault("refund", outcome="pending")
        _, answer = self.refund(transaction, 1525, refundStamp="later")
        self.assertEqual(answer["status"], "pending")
        self.assertEqual(self.refund(transaction, 1)[0], 400, "pending money is reserved")
        self.sandbox.control("refund", {"refundStamp": "later", "status": "fail", "withoutId": True})
        self.assertNotIn("checkout-transaction-id", self.good(self.shop.wait(1)[0]))
        self.assertEqual(self.refund(transaction, 1525)[0], 201)

    def test_too_little_balance(self):
        transaction = self.paid()
        self.sandbox.control("config", {"balance": 10})
        self.assertEqual(self.refund(transaction, 11)[1]["status"], "pending")
        pairs = self.good(self.shop.wait(1)[0])
        self.assertEqual(pairs["checkout-status"], "fail")
        self.assertNotIn("checkout-transaction-id", pairs)


class Lists(Case):
    def test_methods_reports_and_settlements(self):
        transaction = self.paid()
        flat = self.sandbox.call("GET", "/merchants/payment-providers?amount=100&groups=bank,mobile")[1]
        self.assertEqual({one["group"] for one in flat}, {"bank", "mobile"})
        grouped = self.sandbox.call("GET", "/merchants/grouped-payment-providers?language=SV")[1]
        self.assertEqual(grouped["groups"][0]["name"], "Nätbanker")
        self.assertEqual(self.sandbox.call("GET", "/merchants/payment-providers?amount=x")[0], 400)
        self.sandbox.control("settle", {})
        rows = self.sandbox.call("GET", "/settlements?limit=5")[1]
        self.assertEqual(len(rows), 1)
        wish = {"requestType": "json", "callbackUrl": self.shop.url + "/report", "includeItems": True}
        self.assertEqual(self.sandbox.call("POST", f"/settlements/{rows[0]['id']}/payments/report", wish)[0], 200)
        self.shop.wait(1)
        _, _, headers, body = self.shop.calls[0]
        pairs = {name.lower(): value for name, value in headers.items()}
        self.assertEqual(pairs["signature"], mac(pairs, body))
        row = json.loads(body)[0]
        self.assertEqual((row["id"], row["amount"], row["tradeitems"][0]["amount"], row["status"]), (transaction, 15.25, 1525, "Paid and settled"))
        self.assertEqual(self.sandbox.call("POST", "/payments/report", {"requestType": "xml"})[0], 400)

    def test_request_log(self):
        self.create()
        self.sandbox.call("GET", "/payments/x", transaction="x")
        answer = self.sandbox.control("requests?last=10")[1]
        self.assertEqual(answer["counts"], {"create": {"201": 1}, "get": {"404": 1}})
        self.assertIn("checkout-nonce", dict(answer["requests"][0]["headers"]))


class Restart(unittest.TestCase):
    def test_state_survives_a_kill_and_a_torn_line(self):
        with tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, "state")
            shop = Shop()
            self.addCleanup(shop.close)
            first = Sandbox(BINARY, state=state)
            body = order(shop.url)
            transaction = first.call("POST", "/payments", body)[1]["transactionId"]
            first.fault("callback", hold=True)
            first.pay(transaction)
            before = first.control("ledger")[1]
            first.process.kill()
            first.stop()
            with open(state, "ab") as out:
                out.write(b'{"kind":"payment","value":{"transactionId":"torn')
            second = Sandbox(BINARY, state=state)
            self.assertEqual(second.control("ledger")[1], before)
            self.assertEqual(second.call("POST", "/payments", body)[0], 400, "the stamp is still known")
            self.assertEqual(second.control("release", {})[1]["released"], 1)
            self.assertEqual(len(shop.wait(1)), 1)
            with open(state, encoding="utf-8") as kept:
                self.assertNotIn("test.customer", kept.read())
            status, log = second.stop()
            self.assertEqual(status, 0)
            self.assertNotIn("example.com", log)


if __name__ == "__main__":
    unittest.main()
