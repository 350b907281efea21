"""The sandbox refuses what the service's documentation refuses. Usage: sandbox_rules_test.py BINARY"""
import copy
import json
import random
import socket
import sys
import unittest

from sandbox_client import Sandbox, order

BINARY = sys.argv.pop(1)
SHOP = "https://shop.example.fi"


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(BINARY)

    @classmethod
    def tearDownClass(cls):
        cls.sandbox.stop()

    def refused(self, body, part, status=400):
        got, answer, _, _ = self.sandbox.call("POST", "/payments", body)
        self.assertEqual((got, answer["status"]), (status, "error"), answer)
        self.assertIn(part, " ".join(answer.get("meta", [])) + answer["message"])

    def accepted(self, body):
        got, answer, _, _ = self.sandbox.call("POST", "/payments", body)
        self.assertEqual(got, 201, answer)
        return answer


class Headers(Case):
    def status(self, expected, **options):
        got, answer, _, _ = self.sandbox.call("POST", "/payments", order(SHOP), **options)
        self.assertEqual(got, expected, answer)

    def test_each_header_is_needed(self):
        for name in ("checkout-account", "checkout-algorithm", "checkout-method", "checkout-nonce", "checkout-timestamp"):
            self.status(400, change=lambda h, n=name: h.pop(n))
        self.status(400, late=lambda h: h.pop("signature"))

    def test_wrong_values(self):
        self.status(401, change=lambda h: h.update({"checkout-account": "1"}))
        self.status(401, late=lambda h: h.update({"checkout-nonce": "another"}))
        self.status(400, change=lambda h: h.update({"checkout-method": "GET"}))
        self.status(400, late=lambda h: h.update({"checkout-algorithm": "md5"}))
        self.status(400, change=lambda h: h.update({"checkout-extra": "1"}))
        self.status(400, change=lambda h: h.update({"checkout-transaction-id": "x"}))
        self.status(400, change=lambda h: h.update({"content-type": "application/json"}))
        self.status(400, change=lambda h: h.update({"content-type": "text/plain; charset=utf-8"}))

    def test_signature_is_lower_case_and_over_the_body(self):
        self.status(401, late=lambda h: h.update({"signature": h["signature"].upper()}))
        self.status(401, late=lambda h: h.update({"signature": ""}))
        self.status(201, change=lambda h: h.update({"platform-name": "not signed"}))

    def test_time(self):
        for stamp, expected in (("2018-07-06T10:01:31.904Z", 401), ("2099-01-01T00:00:00Z", 401), ("2026-02-30T00:00:00.000Z", 400), ("now", 400), ("2026-11-22T10:00:00+02:00", 400)):
            self.status(expected, change=lambda h, s=stamp: h.update({"checkout-timestamp": s}))

    def test_nonce_once(self):
        self.status(201, change=lambda h: h.update({"checkout-nonce": "only-once"}))
        self.status(401, change=lambda h: h.update({"checkout-nonce": "only-once"}))

    def test_unknown_places(self):
        for method, path in (("GET", "/"), ("POST", "/payments/x/refund/email"), ("GET", "/payments"), ("POST", "/payments/x/y"), ("DELETE", "/payments/x")):
            self.assertEqual(self.sandbox.call(method, path)[0], 404)
        self.assertEqual(self.sandbox.call("GET", "/payments/x", transaction="y")[0], 400)
        self.assertEqual(self.sandbox.call("GET", "/payments/x", transaction="x")[0], 404)


class Body(Case):
    def test_answer(self):
        body = order(SHOP, language="SV")
        answer = self.accepted(body)
        self.assertTrue(answer["href"].endswith("/pay/" + answer["transactionId"]))
        self.assertNotEqual(answer["reference"], body["reference"])
        self.assertIn("villkor", answer["terms"])
        self.assertEqual([group["id"] for group in answer["groups"]], ["bank", "mobile", "creditcard"])
        self.assertIn("base64 \"<&>' w6Qgw7Y=", [p["value"] for p in answer["providers"][0]["parameters"]])

    def test_required_fields(self):
        for name in ("stamp", "reference", "amount", "currency", "language", "items", "customer", "redirectUrls"):
            body = order(SHOP)
            del body[name]
            self.refused(body, name + ": is required")
        for name in ("unitPrice", "units", "vatPercentage", "productCode"):
            body = order(SHOP)
            del body["items"][0][name]
            self.refused(body, name + ": is required")
        body = order(SHOP)
        del body["redirectUrls"]["cancel"]
        self.refused(body, "redirectUrls.cancel: is required")
        self.accepted(order(SHOP, callbackUrls=None))

    def test_types_and_limits(self):
        for changes, part in (
            ({"amount": "1525"}, "amount: must be an integer"), ({"amount": 0}, "amount: must be from"), ({"amount": 99999999}, "amount: must be from"), ({"amount": None}, "amount"),
            ({"currency": "SEK"}, "currency"), ({"language": "fi"}, "language"), ({"stamp": ""}, "stamp"), ({"stamp": "s" * 201}, "stamp"), ({"stamp": 5}, "stamp"),
            ({"reference": "192387192837195"}, "Finnish reference"), ({"reference": "123"}, "Finnish reference"), ({"reference": "01232"}, "Finnish reference"), ({"reference": "RF111232"}, "Finnish"),
            ({"customer": {"email": "nobody"}}, "customer.email"), ({"customer": {"email": "ä@example.fi"}}, "customer.email"), ({"customer": {}}, "customer.email"),
            ({"customer": {"email": "a@b.fi", "hetu": "x"}}, "customer.hetu: is not a known"), ({"customer": {"email": "a@b.fi", "firstName": "x" * 51}}, "firstName"),
            ({"callbackDelay": 901}, "callbackDelay"), ({"callbackDelay": -1}, "callbackDelay"), ({"groups": ["cash"]}, "groups"), ({"paid": True}, "paid: is not a known field"),
            ({"items": []}, "items"), ({"items": "x"}, "items"), ({"usePricesWithoutVat": "no"}, "usePricesWithoutVat"), ({"customer": []}, "customer"),
            ({"deliveryAddress": {"streetAddress": "a", "postalCode": "", "city": "b", "country": "FI"}}, "postalCode"),
            ({"invoicingAddress": {"streetAddress": "a", "postalCode": "00100", "city": "b", "country": "fi"}}, "country"),
        ):
            self.refused(order(SHOP, **changes), part)

    def test_items(self):
        for changes, part in (({"unitPrice": "1525"}, "integer"), ({"unitPrice": -1}, "unitPrice"), ({"units": 0}, "units"), ({"units": 10000001}, "units"), ({"vatPercentage": "25.5"}, "number"),
                              ({"vatPercentage": 101}, "vatPercentage"), ({"vatPercentage": -1}, "vatPercentage"), ({"productCode": "x" * 101}, "productCode"),
                              ({"description": "x" * 1001}, "description"), ({"colour": "red"}, "colour"), ({"deliveryDate": "2026-02-30"}, "deliveryDate"), ({"units": 2}, "sum")):
            body = order(SHOP)
            body["items"][0].update(changes)
            self.refused(body, part)
        for rate in (0, 10, 13.5, 14, 25.5, 100):
            body = order(SHOP)
            body["items"][0]["vatPercentage"] = rate
            self.accepted(body)

    def test_numbers_as_written(self):
        plain = json.dumps(order(SHOP))
        for old, new in (('"amount": 1525', '"amount": 1525.0'), ('"amount": 1525', '"amount": 1.525e3'), ("25.5", "25.50"), ("25.5", "2.55e1"), ("25.5", "25.49999999999")):
            got, answer, _, _ = self.sandbox.call("POST", "/payments", bytes=plain.replace(old, new).encode())
            self.assertEqual(got, 400, new + str(answer))

    def test_addresses(self):
        for url in ("http://shop.example.fi/", "http://10.0.0.1/", "ftp://localhost/", "/fi/maksu", "https://", "https://shop/", "https://user:x@shop.fi/", "https://shop.fi/#a", "https://shop.fi/ä",
                    "https://shop.fi/a b", "https://shop.fi/?checkout-status=ok", "https://shop.fi/?signature=1", "https://shop.fi/" + "x" * 290, "http://localhost.evil.fi/", "javascript:1"):
            for field in ("redirectUrls", "callbackUrls"):
                body = order(SHOP)
                body[field]["success"] = url
                self.refused(body, field + ".success")
        for url in ("http://localhost:8080/x", "http://shop.localhost/x?y=1", "http://127.0.0.1:1/", "https://localhost/"):
            body = order(SHOP)
            body["callbackUrls"]["success"] = url
            self.accepted(body)

    def test_stamp_once(self):
        body = order(SHOP)
        self.accepted(body)
        self.refused(copy.deepcopy(body), "stamp: has been used")

    def test_lengths_count_letters_not_bytes(self):
        self.accepted(order(SHOP, customer={"email": "a@b.fi", "firstName": "ä" * 50}))

    def test_not_json(self):
        good = json.dumps(order(SHOP))
        for raw in (b"", b"[]", b"null", b"{", good.encode() + b"x", b"\xef\xbb\xbf" + good.encode(), good.encode("latin-1").replace(b"swim", b"\xe4"), b'{"a":' * 50 + b"1" + b"}" * 50,
                    good.replace('"currency"', '"amount": 1, "currency"').encode(), b"\0" * 100, good.replace("EUR", "EUR\\u0000").encode()):
            self.assertEqual(self.sandbox.call("POST", "/payments", bytes=raw)[0], 400, raw[:40])


class Hostile(Case):
    def send(self, data, half=False):
        with socket.create_connection(("127.0.0.1", self.sandbox.port), 5) as s:
            s.sendall(data)
            if half:
                s.shutdown(socket.SHUT_WR)
            s.settimeout(5)
            try:
                return s.recv(65536)
            except (TimeoutError, ConnectionError):
                return b""

    def test_bad_http(self):
        for data, status in ((b"x\r\n\r\n", b"400"), (b"GET / HTTP/2.0\r\n\r\n", b"505"), (b"GET  / HTTP/1.1\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nbad header: 1\r\n\r\n", b"400"),
                             (b"POST /payments HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"), (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
                             (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"), (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
                             (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"400"), (b"GET /" + b"x" * 40000, b"431")):
            self.assertEqual(self.send(data).split(b" ")[1], status, data[:60])

    def test_noise(self):
        chance = random.Random(7)
        for _ in range(300):
            self.send(chance.randbytes(chance.randrange(1, 400)) + b"\r\n\r\n", half=True)
        good = json.dumps(order(SHOP)).encode()
        for _ in range(500):
            raw = bytearray(good)
            for _ in range(chance.randrange(1, 4)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            self.assertIn(self.sandbox.call("POST", "/payments", bytes=bytes(raw))[0], (201, 400))
        self.assertEqual(self.sandbox.raw("GET", "/health", [])[0], 200)

    def test_keep_alive_and_pipelining(self):
        data = self.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"GET /health HTTP/1.0\r\n\r\n", half=True)
        while data.count(b"HTTP/1.1 200") < 4:
            more = self.send(b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
            self.assertTrue(more)
            data += more
        self.assertEqual(self.send(b"HEAD /health HTTP/1.1\r\nConnection: close\r\n\r\n").split(b"\r\n\r\n")[1], b"")

    def test_control_is_not_for_web_pages(self):
        for header in (("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("host", "evil.example")):
            self.assertEqual(self.sandbox.control("reset", {}, headers=[header])[0], 403)


if __name__ == "__main__":
    unittest.main()
