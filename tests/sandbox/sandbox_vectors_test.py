"""The sandbox against the published signature vectors V1 to V6. Usage: sandbox_vectors_test.py BINARY"""
import json
import os
import sys
import tempfile
import unittest

from sandbox_client import Sandbox, Shop, mac, parameters

BINARY = sys.argv.pop(1)

V1_BODY = (b'{"stamp":"unique-identifier-for-merchant","reference":"3759170","amount":1525,"currency":"EUR","language":"FI","items":[{"unitPrice":1525,"units":1,'
           b'"vatPercentage":25.5,"productCode":"#1234","deliveryDate":"2018-09-01"}],"customer":{"email":"test.customer@example.com"},'
           b'"redirectUrls":{"success":"https://ecom.example.com/cart/success","cancel":"https://ecom.example.com/cart/cancel"}}')
V1_TIME = "2018-07-06T10:01:31.904Z"
V2_ID = "681538c4-fc84-11e9-83bc-2ffcef4c3453"
V3_ID = "4b300af6-9a22-11e8-9184-abb6de7fd2d0"


def headers(signature, method, nonce, at, algorithm="sha256", transaction=None):
    out = [("checkout-account", "375917"), ("checkout-algorithm", algorithm), ("checkout-method", method), ("checkout-nonce", nonce), ("checkout-timestamp", at)]
    if transaction:
        out.append(("checkout-transaction-id", transaction))
    if method == "POST":
        out.append(("content-type", "application/json; charset=utf-8"))
    return out + [("signature", signature)]


def stored(shop, algorithm="sha256", status="new"):
    urls = {"success": shop.url + "/cb", "cancel": shop.url + "/cb"}
    return {"transactionId": V3_ID, "account": "375917", "algorithm": algorithm, "status": status, "stamp": "15336332710015", "reference": "192387192837195", "amount": 2964,
            "currency": "EUR", "language": "FI", "provider": "nordea", "createdAt": "2018-08-07T09:00:00.000Z", "redirectUrls": urls, "callbackUrls": urls}


class Requests(unittest.TestCase):
    def setUp(self):
        self.sandbox = Sandbox(BINARY)
        self.addCleanup(self.sandbox.stop)

    def clock(self, at):
        self.assertEqual(self.sandbox.control("config", {"clock": at})[0], 200)

    def create(self, signature, body=V1_BODY, nonce="564635208570151", algorithm="sha256"):
        return self.sandbox.raw("POST", "/payments", headers(signature, "POST", nonce, V1_TIME, algorithm), body)[0]

    def test_v1_create(self):
        self.clock(V1_TIME)
        good = "9a4a7735279de4c99268e4566a5526ae887e73e6e58f2918cb2309ccac366129"
        self.assertEqual(len(V1_BODY), 385)
        self.assertEqual(self.create("3708f6497ae7cc55a2e6009fc90aa10c3ad0ef125260ee91b19168750f6d74f6"), 401)
        self.assertEqual(self.create(good.upper()), 401)
        self.assertEqual(self.create(good, V1_BODY.replace(b"25.5", b"24")), 401)
        self.assertEqual(self.create(good), 201)
        self.assertEqual(self.create(good), 401, "the nonce has been used")

    def test_v1_vat_24_has_the_other_signature(self):
        self.clock(V1_TIME)
        self.assertEqual(self.create("3708f6497ae7cc55a2e6009fc90aa10c3ad0ef125260ee91b19168750f6d74f6", V1_BODY.replace(b"25.5", b"24")), 201)

    def test_v1b_sha512(self):
        self.clock(V1_TIME)
        good = "dcc8a2011ab03aeec18e251e1f7b96842a8ff54caac1e36b6c3516b1347be311c7c00ac58d55cd6ec73818647c7bf325d6beaa03b9176f6a3eefaacfee242552"
        self.assertEqual(self.create(good, algorithm="sha512"), 201)

    def test_v2_get_without_body(self):
        self.clock("2019-11-01T08:48:50.832Z")
        good = "4d84e3aedaa847b23e672ff3bc9c57ae5d1c1e84aec251ce39914eaf250bb8b2"
        for signature, expected in ((good[:-1] + "3", 401), (good, 404)):
            status = self.sandbox.raw("GET", "/payments/" + V2_ID, headers(signature, "GET", "87ac41e1-e6e6-4789-b8e0-c83930cfc447", "2019-11-01T08:48:50.832Z", transaction=V2_ID))[0]
            self.assertEqual(status, expected)

    def test_v6_not_ascii(self):
        self.clock("2026-01-01T00:00:00.000Z")
        body = '{"stamp":"ä-1","reference":"1232"}'.encode()
        good = "c14816ab24d74ff20fa1fb992009a03f9efde6e634bb0766b000712e807b738b"
        for signature, expected in (("d" + good[1:], 401), (good, 400)):  # 400: signature good, fields missing
            self.assertEqual(self.sandbox.raw("POST", "/payments", headers(signature, "POST", "n", "2026-01-01T00:00:00.000Z"), body)[0], expected)


class Words(unittest.TestCase):
    """What the sandbox itself signs, for a payment that a state file brings in."""

    def start(self, *options, **payment):
        self.shop = Shop()
        self.addCleanup(self.shop.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        state = os.path.join(folder.name, "state")
        with open(state, "w", encoding="utf-8") as out:
            out.write(json.dumps({"kind": "payment", "value": stored(self.shop, **payment)}) + "\n")
        sandbox = Sandbox(BINARY, *options, state=state)
        self.addCleanup(sandbox.stop)
        return sandbox

    def test_v3_redirect_and_callback(self):
        sandbox = self.start()
        _, answer = sandbox.pay(V3_ID, wait=True)
        for url in (answer["redirectUrl"], self.shop.wait(1)[0]):
            pairs, signature = parameters(url)
            self.assertEqual(signature, "b2d3ecdda2c04563a4638fcade3d4e77dfdc58829b429ad2c2cb422d0fc64080")
            self.assertEqual(len(pairs), 8)

    def test_v3b_sha512(self):
        sandbox = self.start(algorithm="sha512")
        _, answer = sandbox.pay(V3_ID, how="redirect")
        self.assertEqual(parameters(answer["redirectUrl"])[1],
                         "439b5face373064ad4ff294e94449a2dd55017fc7b9a7e5bacffcf16ce625b3a1be2e721906c1a02479390a12fc8d36fd73af3e639a0cdd98f73d3fb19e7eca9")

    def test_v4_settlement_reference_in_the_callback_only(self):
        sandbox = self.start("--settlement-reference", "45667372")
        _, answer = sandbox.pay(V3_ID, wait=True)
        self.assertEqual(parameters(answer["redirectUrl"])[1], "b2d3ecdda2c04563a4638fcade3d4e77dfdc58829b429ad2c2cb422d0fc64080")
        pairs, signature = parameters(self.shop.wait(1)[0])
        self.assertEqual(pairs["checkout-settlement-reference"], "45667372")
        self.assertEqual(signature, "1873b87e903c6ad45e276abab834171415a63b70682640e7662135c5c2c7c5eb")

    def test_v5_failed_refund_without_transaction_id(self):
        sandbox = self.start(status="ok")
        sandbox.fault("refund", outcome="fail-without-id")
        urls = {"success": self.shop.url + "/refund/1", "cancel": self.shop.url + "/refund/1"}
        status, answer, _, _ = sandbox.call("POST", f"/payments/{V3_ID}/refund", {"amount": 2964, "callbackUrls": urls}, V3_ID)
        self.assertEqual((status, answer["status"]), (201, "pending"))
        pairs, signature = parameters(self.shop.wait(1)[0])
        self.assertNotIn("checkout-transaction-id", pairs)
        self.assertEqual(signature, "c6b905e8d851d3100c0d087d4382878588511cd58193918c32c474d6827e475f")

    def test_response_is_signed(self):
        sandbox = self.start()
        status, _, answered, raw = sandbox.call("GET", "/payments/" + V3_ID, transaction=V3_ID)
        self.assertEqual(status, 200)
        pairs = {name.lower(): value for name, value in answered.items() if name.lower().startswith("checkout-")}
        self.assertEqual(answered["signature"], mac(pairs, raw))
        self.assertTrue(answered["request-id"])


if __name__ == "__main__":
    unittest.main()
