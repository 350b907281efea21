"""Drives the sandbox in tests. Its signatures come from Python's hmac, never from the program under test."""
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import os
import secrets
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

ACCOUNT, SECRET = "375917", "SAIPPUAKAUPPIAS"


def mac(pairs, body=b"", algorithm="sha256", secret=SECRET):
    lines = "".join(f"{name}:{pairs[name]}\n" for name in sorted(pairs) if name.startswith("checkout-"))
    return hmac.new(secret.encode(), lines.encode() + body, getattr(hashlib, algorithm)).hexdigest()


_kept_ports = []


def free_port():
    """One that nobody else is given while this process lives: it stays bound, which hinders no server that sets SO_REUSEADDR."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _kept_ports.append(kept)
    return kept.getsockname()[1]


def parameters(url):
    """The checkout-* parameters and the signature of a redirect or callback; a name twice is an error."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True)
    out = {}
    for name, value in pairs:
        assert name not in out, f"{name} twice"
        out[name] = value
    signature = out.pop("signature")
    return {name: value for name, value in out.items() if name.startswith("checkout-")}, signature


class Shop:
    """The other end of callbacks: notes every path, answers as told."""

    def __init__(self):
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                size = int(self.headers.get("content-length", 0))
                with shop.lock:
                    status = shop.answers.pop(0) if shop.answers else 200
                    shop.calls.append((self.command, self.path, dict(self.headers.items()), self.rfile.read(size)))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            do_GET = do_POST = answer

            def log_message(self, *args):
                pass

        self.lock, self.calls, self.answers = threading.Lock(), [], []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # the sandbox was killed while connected
        self.port = self.server.server_address[1]
        self.url = f"http://shop.localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def paths(self):
        with self.lock:
            return [call[1] for call in self.calls]

    def wait(self, count, seconds=5):
        end = time.time() + seconds
        while time.time() < end and len(self.calls) < count:
            time.sleep(0.01)
        return self.paths()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Sandbox:
    def __init__(self, binary, *options, state=None, port=None):
        self.folder = tempfile.TemporaryDirectory()
        secret = os.path.join(self.folder.name, "secret")
        with open(secret, "w", encoding="utf-8") as out:
            out.write(SECRET + "\n")
        self.port = port or free_port()
        arguments = [binary, "--listen", f"127.0.0.1:{self.port}", "--merchant-id", ACCOUNT, "--merchant-secret-file", secret, *options]
        if state:
            arguments += ["--state", state]
        self.log = open(os.path.join(self.folder.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(arguments, stderr=self.log)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the sandbox did not start")

    def stop(self):
        self.process.terminate()
        status = self.process.wait(5)
        self.log.seek(0)
        text = self.log.read()
        self.log.close()
        self.folder.cleanup()
        return status, text

    def raw(self, method, path, headers, body=b"", timeout=5):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True, skip_host=any(name == "host" for name, _ in headers))
            for name, value in headers:
                connection.putheader(name, value)
            if body or method == "POST":
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def call(self, method, path, body=None, transaction=None, algorithm="sha256", change=None, **options):
        """A signed call. `change` may edit the headers before signing; `late` after it."""
        late, sent = options.pop("late", None), options.pop("bytes", None)
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        headers = {"checkout-account": ACCOUNT, "checkout-algorithm": algorithm, "checkout-method": method, "checkout-nonce": secrets.token_hex(16), "checkout-timestamp": now}
        if transaction:
            headers["checkout-transaction-id"] = transaction
        raw = sent if sent is not None else json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        if method == "POST":
            headers["content-type"] = "application/json; charset=utf-8"
        if change:
            change(headers)
        headers["signature"] = mac(headers, raw, algorithm)
        if late:
            late(headers)
        status, data, answered = self.raw(method, path, list(headers.items()), raw, **options)
        return status, json.loads(data), answered, data

    def control(self, path, body=None, method=None, headers=()):
        raw = json.dumps(body).encode() if body is not None else b""
        status, data, _ = self.raw(method or ("GET" if body is None else "POST"), "/_control/" + path, list(headers), raw, timeout=15)
        return status, json.loads(data)

    def fault(self, at, times=1, match=None, skip=0, **do):
        status, answer = self.control("faults", {"at": at, "times": times, "match": match or {}, "skip": skip, "do": do})
        assert status == 201, answer
        return answer["id"]

    def pay(self, transaction, **options):
        return self.control("pay", {"transactionId": transaction, **options})


def order(shop_url, amount=1525, **changes):
    urls = {"success": shop_url + "/cb/a?own=1", "cancel": shop_url + "/cb/a?own=1&cancel"}
    body = {
        "stamp": secrets.token_hex(12), "reference": "3759170", "amount": amount, "currency": "EUR", "language": "FI",
        "items": [{"unitPrice": amount, "units": 1, "vatPercentage": 25.5, "productCode": "swim", "stamp": "line-1"}],
        "customer": {"email": "test.customer@example.com"}, "redirectUrls": dict(urls), "callbackUrls": dict(urls),
    }
    for name, value in changes.items():
        if value is None:
            body.pop(name)
        else:
            body[name] = value
    return body
