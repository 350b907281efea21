#!/usr/bin/python3
"""Goal: every answer of the running shop has the full header set, also errors (H1); malformed requests reach no handler (H3); limits hold (H4)."""
import os
import re
import socket
import stat
import threading
import time

from shop import Scenario, main, wait_until


def observatory(page, https=True):
    """The score of MDN's HTTP Observatory for one answer, by its published table (100, then what is better or missing).
    On the loopback address there is no https: its parts are judged in the test of production's TLS (tests/rules/nginx_tls.sh)."""
    header = lambda name: page.header(name) or ""
    score, csp = 100, header("Content-Security-Policy")
    directives = {d.split()[0]: d.split()[1:] for d in csp.split(";") if d.strip()}
    if not csp:
        score -= 25
    elif "'unsafe-inline'" in csp or "'unsafe-eval'" in csp or "data:" in directives.get("script-src", []):
        score -= 20
    elif directives.get("default-src") == ["'none'"]:
        score += 10
    score += 5 if directives.get("frame-ancestors") == ["'none'"] else -20
    score += 0 if header("X-Content-Type-Options") == "nosniff" else -5
    score += 5 if header("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin") else 0
    age = re.search(r"max-age=(\d+)", header("Strict-Transport-Security"))
    score += -20 if not age else -10 if int(age.group(1)) < 15768000 else 0
    score += 10 if header("Cross-Origin-Resource-Policy") == "same-origin" else 0
    for name, value in page.headers:
        if name.lower() == "set-cookie" and not ("Secure" in value and "SameSite=" in value):
            score -= 20
    return score


class Headers(Scenario):
    def pages(self):
        visitor = self.shop.visitor()
        for lang in ("fi", "sv", "en"):
            guest = self.shop.visitor(lang)
            for name, path in guest.paths.items():
                yield f"{lang} {name}", guest.get(path)
                yield f"{lang} {name} POST", guest.post(path, {"x": "1"})
            yield f"{lang} front", guest.get(f"/{lang}/")
            yield f"{lang} 404", guest.get(f"/{lang}/no-such-page")
        yield "root", visitor.get("/")
        yield "405", visitor.request("DELETE", "/fi/")
        yield "405 handler", visitor.request("PUT", visitor.paths["cart"])
        yield "413", visitor.post(visitor.paths["add"], b"x=" + b"y" * 70_000)
        yield "414", visitor.get("/fi/" + "x" * 20_000)
        yield "403", visitor.post(visitor.paths["add"], {"variant": "1"}, {"Origin": "https://evil.example"})
        yield "409 or 400", visitor.post(visitor.paths["order"], {"key": "x"})
        yield "wrong host", self.shop.visitor(host="evil.example").get("/fi/")
        yield "callback", visitor.get("/maksu/cb/" + "0" * 26)
        yield "robots", visitor.get("/robots.txt")
        yield "sitemap", visitor.get("/sitemap.xml")
        yield "security.txt", visitor.get("/.well-known/security.txt")
        front = visitor.get("/fi/")
        for address in set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', front.text)):
            yield address, visitor.get(address)
        self.shop.set_fault("serve.before_answer exit")
        yield "a handler that dies", visitor.post(visitor.paths["add"], {"variant": "1"})

    def test_H1_every_answer_has_the_full_set_and_scores_120(self):
        seen = set()
        for name, page in self.pages():
            seen.add(page.status)
            self.assertNotEqual(page.status, 0, name)
            self.assertGreaterEqual(observatory(page), 120, (name, page.headers))
            for header in ("Cross-Origin-Opener-Policy", "Permissions-Policy", "Cache-Control"):
                self.assertIsNotNone(page.header(header), (name, header))
            self.assertFalse(re.search(r"\d", page.header("Server") or ""), "no version number")
            if page.status >= 400:
                self.assertEqual(page.header("Cache-Control"), "no-store", name)
                if name != "callback":  # a machine reads that one
                    self.assertIn("<html lang=", page.text, (name, page.status))
            if "text/html" in (page.header("Content-Type") or ""):
                self.assertNotRegex(page.text, r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(?:src=|application/ld\+json))", name)
        self.assertGreaterEqual(seen, {200, 302, 400, 403, 404, 405, 413, 414})

    def test_the_rate_limit_answers_429_in_words(self):
        visitor = self.shop.visitor("en")
        visitor.get(visitor.paths["my_orders"])
        limited = next((p for p in (visitor.get(visitor.paths["my_orders"]) for _ in range(200)) if p.status != 200), None)
        self.assertIsNotNone(limited, "one form token may not hammer")
        self.assertEqual(limited.status, 429)
        self.assertGreaterEqual(observatory(limited), 120)
        other = self.shop.visitor("en")
        self.assertEqual(other.get(other.paths["my_orders"]).status, 200, "another visitor of the same address may")


class Raw(Scenario):
    def talk(self, data, seconds=5):
        with socket.create_connection(("127.0.0.1", self.shop.port), 5) as s:
            s.settimeout(seconds)
            got = b""
            try:
                s.sendall(data)
                while chunk := s.recv(65536):
                    got += chunk
            except (TimeoutError, ConnectionResetError, BrokenPipeError):
                pass
        return got

    def handler_requests(self):
        """How many requests nginx has handed to handlers: its log counts them (it is written each second)."""
        time.sleep(1.5)
        with open(self.shop.path("log/access.log")) as log:
            return sum(1 for line in log if re.search(r"upstream=\d", line))

    def test_H3_malformed_requests_never_become_two(self):
        host = f"Host: localhost:{self.shop.port}\r\n".encode()
        path = self.shop.visitor().paths["cart"].encode()
        hidden = b"GET " + path + b" HTTP/1.1\r\n" + host + b"\r\n"
        post = b"POST " + path + b"/lisaa HTTP/1.1\r\n" + host
        cases = [
            post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
            post + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" + hidden,
            post + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden,
            post + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
            post + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n" + hidden,
            post + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n" + hidden,
            post + b"Content-Length: -1\r\n\r\n" + hidden,
            post + b"Content-Length: 0x4\r\n\r\nabcd" + hidden,
            post + b"Content-Length : 4\r\n\r\nabcd" + hidden,
            b"GET " + path + b"\x00 HTTP/1.1\r\n" + host + b"\r\n",
            b"GET " + path + b" HTTP/1.1\r\n" + host + b"X: a\x00b\r\n\r\n",
            b"GET http://evil.example" + path + b" HTTP/1.1\r\n" + host + b"\r\n",
            b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            b"GET " + path + b" HTTP/1.1\r\n\r\n",
            b"GET " + path + b" HTTP/9.9\r\n" + host + b"\r\n",
            b"GET " + path + b" HTTP/1.1\r\n" + host + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        ]
        before = self.handler_requests()
        for case in cases:
            statuses = re.findall(rb"HTTP/1\.1 (\d{3})", self.talk(case, 0.5))
            self.assertTrue(not statuses or statuses[0] in (b"400", b"405", b"414", b"501", b"505"), (case[:120], statuses))
        self.assertEqual(self.handler_requests(), before, "not one of them, nor what hides behind it, reached a handler")
        self.shop.visitor().get(path.decode())
        self.assertEqual(self.handler_requests(), before + 1, "the count sees handlers")

    def test_H4_a_body_too_large_is_refused_before_it_is_read(self):
        head = f"POST /fi/ostoskori/lisaa HTTP/1.1\r\nHost: localhost:{self.shop.port}\r\nContent-Length: 900000000\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.shop.port), 5) as s:
            s.settimeout(3)
            s.sendall(head)
            self.assertIn(b" 413 ", s.recv(4096), "the answer comes though no byte of the body was sent")

    def test_H4_slow_clients_do_not_slow_the_others(self):
        crawlers, stop = [], threading.Event()
        for i in range(200):
            s = socket.create_connection(("127.0.0.1", self.shop.port), 5)
            s.sendall(b"POST /fi/ostoskori HTTP/1.1\r\nHost: localhost\r\n" + (b"Content-Length: 1000\r\n\r\n" if i % 2 else b"X: "))
            crawlers.append(s)

        def drip():
            while not stop.wait(1):
                for s in crawlers:
                    try:
                        s.sendall(b"a")
                    except OSError:
                        pass
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            for path in ("/fi/", "/fi/ostoskori"):
                times = []
                for _ in range(10):
                    began = time.monotonic()
                    self.assertEqual(self.shop.visitor().get(path).status, 200)
                    times.append(time.monotonic() - began)
                self.assertLess(sorted(times)[5], 1, "the site answers within a second")
            self.assertTrue(wait_until(lambda: self.closed(crawlers[0]), 20), "headers that don't end are cut off")
        finally:
            stop.set()
            thread.join()
            for s in crawlers:
                s.close()

    @staticmethod
    def closed(s):
        s.setblocking(False)
        try:
            return s.recv(1000) is not None
        except BlockingIOError:
            return False
        except OSError:
            return True


class ErrorPages(Scenario):
    def lines(self, log, words):
        with open(self.shop.path("log", log)) as file:
            return [line for line in file if words in line]

    def test_a_case_code_leads_to_the_access_log(self):
        visitor = self.shop.visitor("en")
        for name, page, service in (("a page that isn't", visitor.get("/en/none"), None), ("a wrong method", visitor.post("/sv/", {}), None),
                                    ("a wrong method of a handler", visitor.post(visitor.paths["review"], {}), "checkout"),
                                    ("an order that isn't", visitor.get(visitor.paths["order_page"] + "0" * 26), "checkout"),
                                    ("a return that isn't", visitor.get(visitor.paths["return"] + "0" * 26), "payments")):
            found = re.search(r'class="case">[^<]*?\b([0-9a-f]{8}|[0-9A-Z]{9})\b', page.text)
            self.assertIsNotNone(found, (name, page))
            request = found.group(1)
            if service:
                line, = self.lines(service + ".log", f"case={request} ")
                request = re.search(r"request=([0-9a-f]{32}) ", line).group(1)
            self.assertTrue(wait_until(lambda: len(self.lines("access.log", " " + request)) == 1, 5), (name, request))
            if page.status == 405:
                self.assertEqual(page.header("Allow"), "GET, HEAD", name)

    def test_head_is_the_page_without_its_body(self):
        visitor = self.shop.visitor()
        for path in ("/fi/", visitor.paths["cart"], visitor.paths["order_page"] + "0" * 26):
            page, head = visitor.get(path), visitor.request("HEAD", path)
            self.assertEqual((head.status, head.text, head.header("Content-Length")), (page.status, "", str(len(page.text.encode()))), path)


def whole(path):
    with open(path, "rb") as file:
        return file.read()


class Secrets(Scenario):
    def test_no_secret_can_be_read_by_others(self):
        for folder, _, files in os.walk(self.shop.path("secrets")):
            for name in files:
                mode = os.stat(os.path.join(folder, name)).st_mode
                self.assertEqual(stat.S_IMODE(mode) & 0o077, 0, name)
        for name in ("db/data", "mail", "sandbox", "nginx"):
            self.assertEqual(stat.S_IMODE(os.stat(self.shop.path(name)).st_mode) & 0o007, 0, name)
        # No copy of a secret elsewhere in what up wrote.
        secrets = {whole(os.path.join(f, n)).strip() for f, _, names in os.walk(self.shop.path("secrets")) for n in names}
        for folder in ("etc", "supervise", "www", "log", "stamps"):
            for at, _, names in os.walk(self.shop.path(folder)):
                for name in names:
                    path = os.path.join(at, name)
                    if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) < 1_000_000:
                        content = whole(path)
                        self.assertFalse([s for s in secrets if len(s) >= 12 and s in content], path)

    def test_processes_show_no_secret_and_no_core(self):
        for service in ("checkout", "payments", "payments-sweep", "mailer"):
            pid = self.shop.pid(service)
            with open(f"/proc/{pid}/limits") as limits:
                self.assertRegex(limits.read(), r"Max core file size\s+0\s+0")
            with open(f"/proc/{pid}/cmdline", "rb") as line, open(f"/proc/{pid}/environ", "rb") as environment:
                self.assertNotIn(b"SAI", line.read() + environment.read())


if __name__ == "__main__":
    main()
