#!/usr/bin/python3
"""Goal: whatever nginx answers, from a page to a refused byte soup, carries the full header set (H1), in the visitor's
language; malformed requests never reach a handler (H3); limits hold (H4); a GET is tried twice and a POST once.

Runs the files of nginx/ as `up` does, with hand-made pages and a handler that only counts. Needs nginx and python3.
"""
import contextlib
import http.client
import os
import re
import shutil
import socket
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading
import time

TREE = os.environ.get("KK_TREE") or os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CODES = (400, 403, 404, 405, 413, 414, 429, 500, 502, 503, 504)
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


class Counter(socketserver.ThreadingUnixStreamServer):
    """A FastCGI responder in miniature: counts requests; dies on the first `die` requests; answers 200."""
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path):
        self.hits, self.die, self.params = 0, 0, {}
        super().__init__(path, Answer)


class Answer(socketserver.StreamRequestHandler):
    """One kept connection: as a handler does, it leaves the closing to nginx."""

    def handle(self):
        while request := self.read_request():
            number, params = request
            self.server.hits += 1
            self.server.params = params
            if self.server.die > 0:
                self.server.die -= 1
                return
            text = b"Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Accel-Redirect: /fi/\r\n\r\nhandler"
            self.wfile.write(struct.pack("!BBHHBB", 1, 6, number, len(text), 0, 0) + text
                             + struct.pack("!BBHHBB", 1, 3, number, 8, 0, 0) + bytes(8))

    def read_request(self):
        """Its number and parameters; None when nginx has closed the connection."""
        params = b""
        while len(head := self.rfile.read(8)) == 8:
            _, kind, number, length, padding, _ = struct.unpack("!BBHHBB", head)
            content = self.rfile.read(length + padding)[:length]
            if kind == 4:
                params += content
            if kind == 5 and not content:
                return number, dict(self.pairs(params))
        return None

    @staticmethod
    def pairs(data):
        def length(at):
            if data[at] < 128:
                return data[at], at + 1
            return struct.unpack("!I", data[at:at + 4])[0] & 0x7FFFFFFF, at + 4
        at = 0
        while at < len(data):
            name, at = length(at)
            value, at = length(at)
            yield data[at:at + name].decode(), data[at + name:at + name + value].decode("latin-1")
            at += name + value


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_pages(www):
    def page(path, text):
        os.makedirs(os.path.dirname(f"{www}/current/{path}"), exist_ok=True)
        with open(f"{www}/current/{path}", "w", encoding="utf-8") as file:
            file.write(text)
    for lang in ("fi", "sv", "en"):
        page(f"{lang}/index.html", f"front {lang}")
        for code in CODES:
            page(f"{lang}/virhe/{code}.html", f"error {code} {lang} __case__")
            page(f"{lang}/virhe/henkilosto/{code}.html", f"staff error {code} {lang} __case__")
        page(f"{lang}/virhe/404.html.gz", "an error page as it lies has no case code")
    page("fi/tuote/lippu.html", "product")
    page("assets/site.0a1b2c3d.css", "body{}")
    page("saatavuus/7.json", "{}")
    page("robots.txt", "robots")
    page(".well-known/security.txt", "security")
    page(".secret", "secret")
    page("fi/tuote/lippu.html.gz", "zipped")


def start(work):
    port, staff_port = free_port(), free_port()
    for name in ("state", "log", "run"):
        os.makedirs(f"{work}/{name}")
    make_pages(f"{work}/www")
    subprocess.run([f"{TREE}/deploy/nginx-config", f"{work}/etc", "ENTRY=local", f"STATE={work}/state", f"RUN={work}/run",
                    f"WWW={work}/www", f"LOG={work}/log", f"PORT={port}", "NAMES=localhost", f"STAFF_PORT={staff_port}", "STAFF_NAMES=staff.localhost", "LANGUAGE=fi",
                    "MODULES=/usr/lib/nginx/modules"], check=True, stdout=subprocess.DEVNULL)
    handlers = {}
    for name in ("checkout", "registrations", "payments", "opener", "backoffice"):
        handlers[name] = Counter(f"{work}/run/{name}.sock")
        os.chmod(f"{work}/run/{name}.sock", 0o666)
        threading.Thread(target=handlers[name].serve_forever, daemon=True).start()
    user = "user nobody nogroup;" if os.geteuid() == 0 else ""
    if user:
        subprocess.run(["chmod", "-R", "a+rwX", work], check=True)
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", f"{work}/state", "-e", "stderr", "-c", f"{work}/etc/nginx.conf",
                              "-g", f"daemon off; {user}"], stderr=open(f"{work}/err", "wb"))
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return port, staff_port, handlers, nginx
        except OSError:
            time.sleep(0.05)
    sys.exit("nginx doesn't start: " + open(f"{work}/err", encoding="utf-8").read())


class Client:
    def __init__(self, port):
        self.port = port

    def ask(self, method, path, body=None, source="127.0.0.1", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30, source_address=(source, 0))
        connection.connect()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("latin-1")
        connection.close()
        return answer.status, answer.headers, text

    def raw(self, data):
        """The status codes of all answers to these bytes, and the first answer's headers."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall(data)
            got = b""
            with contextlib.suppress(ConnectionResetError):
                while part := connection.recv(65536):
                    got += part
        self.last = got
        head = got.split(b"\r\n\r\n")[0].decode("latin-1")
        return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3})", got)], http_headers(head)


def http_headers(head):
    lines = head.split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def score(headers):
    """The MDN Observatory's table, as far as one http answer shows it (an https redirect is assumed)."""
    get = {name.lower(): value for name, value in headers.items()}.get
    csp = dict((part.strip() + " ").split(" ", 1) for part in get("content-security-policy", "").split(";") if part.strip())
    points = 100
    if not csp:
        points -= 25
    elif "unsafe" in str(csp):
        points -= 20
    elif csp.get("default-src", "").strip() == "'none'":
        points += 10
    age = re.search(r"max-age=(\d+)", get("strict-transport-security", ""))
    points -= 20 if not age else 10 if int(age[1]) < 15768000 else 0
    points += 5 if get("referrer-policy") in ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin") else 0
    points -= 5 if get("x-content-type-options") != "nosniff" else 0
    points += 5 if csp.get("frame-ancestors", "").strip() == "'none'" else -20
    points += 10 if get("cross-origin-resource-policy") == "same-origin" else 0
    return points


def full(headers, what):
    check(score(headers) >= 120, f"{what}: scores {score(headers)}, 120 is wanted")
    got = {name.lower() for name in headers.keys()}
    for name in ("permissions-policy", "cross-origin-opener-policy", "cache-control"):
        check(name in got, f"{what}: no {name}")
    for name in ("x-powered-by", "x-accel-redirect"):
        check(name not in got, f"{what}: shows {name}")
    check(not re.search(r"\d", dict((n.lower(), v) for n, v in headers.items()).get("server", "")), f"{what}: the server tells its version")


def see_pages(client):
    cases = (("/fi/", 200, "front fi", "no-cache"), ("/fi/tuote/lippu", 200, "product", "no-cache"),
             ("/assets/site.0a1b2c3d.css", 200, "body{}", "public, max-age=31536000, immutable"),
             ("/saatavuus/7.json", 200, "{}", "no-cache"), ("/.well-known/security.txt", 200, "security", "no-cache"),
             ("/", 302, None, "no-store"), ("/sv", 301, None, "no-store"),
             ("/en/product/none", 404, "error 404 en", "no-store"), ("/fi/tuote/lippu.html", 404, "error 404 fi", "no-store"),
             ("/fi/tuote/lippu.html.gz", 404, "error 404 fi", "no-store"), ("/.secret", 404, "error 404 fi", "no-store"),
             ("/sv/virhe/404.html", 404, "error 404 sv", "no-store"), ("/sv/virhe/404", 404, "error 404 sv", "no-store"),
             ("/fi/ostoskori", 200, "handler", "no-store"), ("/sv/betalning/x", 200, "handler", "no-store"),
             ("/maksu/cb/x?checkout-status=ok", 200, "handler", "no-store"))
    for path, status, text, cache in cases:
        got, headers, body = client.ask("GET", path)
        check((got, headers["Cache-Control"]) == (status, cache), f"GET {path}: {got} {headers['Cache-Control']}")
        check(text is None or re.sub(" [0-9a-f]{8}$", "", body) == text, f"GET {path}: {body[:60]!r}")
        full(headers, f"GET {path}")
    etag = client.ask("GET", "/fi/")[1]["ETag"]
    check(client.ask("GET", "/fi/", If_None_Match=etag)[0] == 304, "a page asked for again by ETag is not 304")
    for wish, lang in ((None, "fi"), ("sv-FI, en;q=0.8", "sv"), ("de, fi;q=0.5", "fi"), ("de", "en"), ("fil, sv", "sv")):
        headers = client.ask("GET", "/", **({"Accept_Language": wish} if wish else {}))[1]
        check(headers["Location"] == f"/{lang}/" and "Accept-Language" in (headers["Vary"] or ""), f"/ for {wish}: {headers['Location']}")


cases = []  # the codes of all error pages that were seen


def see_errors(client, handlers):
    def error(code, lang, answer, what, page=None, allow=None):
        status, headers, body = answer
        check(status == code and re.fullmatch(f"error {page or code} {lang} [0-9a-f]{{8}}", body), f"{what}: {status} {body[:60]!r}, {code} in {lang} is wanted")
        check(headers["Allow"] == allow, f"{what}: Allow is {headers['Allow']!r}, {allow!r} is wanted")
        full(headers, what)
        cases.append(body[-8:])
    error(405, "sv", client.ask("POST", "/sv/produkt/x/../../", "a=1"), "POST to a page", allow="GET, HEAD")
    error(405, "fi", client.ask("POST", "/", "a=1"), "POST to the root", allow="GET, HEAD")
    error(405, "en", client.ask("DELETE", "/en/cart"), "DELETE", allow="GET, HEAD, POST")
    error(405, "fi", client.ask("DELETE", "/fi/maksu/x"), "DELETE of a payment", allow="GET")
    error(405, "en", client.ask("BREW", "/en/"), "an unknown method", allow="GET, HEAD")
    error(405, "fi", client.ask("TRACE", "/fi/"), "TRACE", allow="GET, HEAD")
    error(404, "sv", client.ask("GET", "/sv/none", Accept_Encoding="gzip, br"), "404 for a browser that takes compressed pages")
    error(412, "sv", client.ask("GET", "/sv/", If_Match='"other"'), "a condition that does not hold", page=400)
    error(416, "en", client.ask("GET", "/en/", Range="bytes=900-"), "a part that is not there", page=400)
    error(400, "sv", client.ask("GET", "/sv/", Host="evil.example"), "a wrong Host")
    error(404, "en", client.ask("GET", "/none", Accept_Language="en"), "404 outside the languages' paths")
    error(414, "en", client.ask("GET", "/en/" + "a" * 70000), "a long address")
    error(400, "fi", client.ask("GET", "/fi/", Cookie="a" * 40000), "a long header")
    before = handlers["checkout"].hits
    error(413, "sv", client.ask("POST", "/sv/varukorg/lagg-till", "a" * 65537), "a large body")
    check(handlers["checkout"].hits == before, "a large body reached the handler")
    check(client.ask("POST", "/sv/varukorg/lagg-till", "a" * 65536)[0] == 200, "a body of 64 kB is refused")


def see_staff_errors(client, staff, handlers):
    def error(code, answer, what):
        status, headers, body = answer
        check(status == code and re.fullmatch(f"staff error {code} (fi|sv|en) [0-9a-f]{{8}}", body), f"{what} on the staff's host: {status} {body[:60]!r}")
        full(headers, what)
    handlers["opener"].die = 1
    for code, method, path, body, cookie in ((502, "POST", "/fi/kirjaudu", "a=1", ""), (404, "GET", "/fi/tuote/lippu", None, ""), (405, "DELETE", "/en/account", None, ""),
                                             (413, "POST", "/fi/kirjaudu", "a" * 65537, ""), (400, "GET", "/fi/kirjaudu", None, "a" * 40000)):
        error(code, staff.ask(method, path, body, Host="staff.localhost", Cookie=cookie), f"{method} {path}")
    check(client.ask("GET", "/fi/virhe/henkilosto/404.html")[0] == 404, "the shop shows the staff's error pages")


def see_retries(client, handlers):
    checkout = handlers["checkout"]
    checkout.hits, checkout.die = 0, 1
    check(client.ask("GET", "/fi/ostoskori")[0] == 200 and checkout.hits == 2, "a GET that met a dying process isn't tried again")
    checkout.hits, checkout.die = 0, 1
    status, headers, body = client.ask("POST", "/fi/kassa/tilaa", "a=1")
    check(status == 502 and body.startswith("error 502 fi ") and checkout.hits == 1, f"a POST was sent {checkout.hits} times, {status}")
    full(headers, "502")
    check(headers["Retry-After"] == "30", "502 without Retry-After")


def see_params(client, handlers):
    client.ask("GET", "/fi/ostoskori?a=b", Proxy="http://evil", X_Forwarded_For="1.2.3.4", Cookie="a=b", User_Agent="x",
               Script_Name="/x", Document_Uri="/y")
    params = handlers["checkout"].params
    check(params.get("DOCUMENT_URI") == "/fi/ostoskori" and params.get("QUERY_STRING") == "a=b", f"parameters: {params}")
    known = {"REQUEST_METHOD", "DOCUMENT_URI", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR", "REQUEST_ID",
             "HTTP_HOST", "HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_REFERER", "HTTP_SEC_FETCH_SITE", "HTTP_ACCEPT_LANGUAGE", "FCGI_ROLE"}
    check(set(params) <= known, f"a handler got {set(params) - known}")


def see_smuggling(client, handlers):
    head = b"POST /fi/ostoskori/lisaa HTTP/1.1\r\nHost: localhost\r\n"
    soup = {
        "Content-Length and chunked": head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /fi/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "two Content-Length": head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "Content-Length with sign": head + b"Content-Length: +1\r\n\r\na",
        "chunked": head + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "bad chunk size": head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n",
        "unknown transfer coding": head + b"Transfer-Encoding: gzip\r\n\r\n",
        "NUL in the path": b"GET /fi/ostoskori\0x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "encoded NUL": b"GET /fi/ostoskori%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "NUL in a header": b"GET /fi/ostoskori HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        "space before the colon": b"GET /fi/ostoskori HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "no Host": b"GET /fi/ostoskori HTTP/1.1\r\n\r\n",
        "two Hosts": b"GET /fi/ostoskori HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
        "HTTP/1.0 without Host": b"GET /fi/ostoskori HTTP/1.0\r\n\r\n",
        "absolute address of another host": b"GET http://evil.example/fi/ostoskori HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "lower-case method": b"get /fi/ostoskori HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a version that isn't": b"GET /fi/ostoskori HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "climbing out": b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    }
    for what, data in soup.items():
        before = handlers["checkout"].hits
        codes, headers = client.raw(data)
        check(codes[:1] and codes[0] in (400, 405, 501, 505) and len(codes) == 1, f"{what}: {codes}")
        check(handlers["checkout"].hits == before, f"{what}: reached the handler")
        full(headers, what)
        if what != "bad chunk size":  # it is bad again when nginx wants to pass over it, and that ends in nginx's own page
            check(b"error " in client.last, f"{what}: nginx's own words")
    # Folded headers and bare line feeds are read as nginx reads them, but never as two requests.
    for what, data in {"folded header": b"GET /fi/ostoskori HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
                       "bare line feeds": b"GET /fi/ostoskori HTTP/1.1\nHost: localhost\nConnection: close\n\n"}.items():
        before = handlers["checkout"].hits
        codes, _ = client.raw(data)
        check(len(codes) == 1 and handlers["checkout"].hits - before <= 1, f"{what}: {codes}")


def see_rates(client):
    codes = [client.ask("GET", "/fi/ostoskori", Cookie="x=1; __Host-form=visitor")[0] for _ in range(120)]
    check(codes[:50] == [200] * 50 and 429 in codes, "one visitor isn't slowed down")
    # The next one may be right again after a pause of the machine: whoever goes on is refused soon.
    answers = (client.ask("GET", "/fi/ostoskori", Cookie="__Host-form=visitor") for _ in range(100))
    status, headers, body = next((one for one in answers if one[0] == 429), (200, {}, ""))
    check((status, body[:-9]) == (429, "error 429 fi"), f"429: {status} {body[:60]!r}")
    full(headers, "429")
    check(client.ask("GET", "/fi/ostoskori", Cookie="__Host-form=another")[0] == 200, "one visitor slows another down")
    check(client.ask("GET", "/maksu/cb/x", Cookie="__Host-form=visitor")[0] == 200, "a callback is slowed down")
    codes = [client.ask("GET", "/fi/ostoskori", source="127.0.0.2", Cookie=f"__Host-form={n}")[0] for n in range(800)]
    check(codes[:400] == [200] * 400, "a school behind one address is slowed down too early")
    for path in ("/fi/peruuta", "/sv/mina-bestallningar", "/en/order/x/withdraw"):
        codes = [client.ask("POST", path, "a=1", Cookie=f"__Host-form=writer{path}")[0] for _ in range(30)]
        check(codes[:10] == [200] * 10 and codes.count(429) >= 5, f"one visitor may have mails sent without end at {path}: {codes}")
        check(client.ask("GET", path, Cookie=f"__Host-form=writer{path}")[0] == 200, f"{path} can't be read any more")
        check(client.ask("POST", "/fi/ostoskori/lisaa", "a=1", Cookie=f"__Host-form=writer{path}")[0] == 200, "who sent many such forms can't buy")
    codes = [client.ask("POST", "/fi/peruuta", "a=1", source="127.0.0.3", Cookie=f"__Host-form=w{n}")[0] for n in range(120)]
    check(codes[:50] == [200] * 50 and codes.count(429) >= 40, "one address may have mails sent without end")


def see_log(work):
    time.sleep(1.5)
    with open(f"{work}/log/access.log", encoding="utf-8") as file:
        text = file.read()
    check(len(set(cases)) == len(cases) and all(re.search(rf" {case}[0-9a-f]{{24}}$", text, re.M) for case in cases), "a case code isn't one request's in the log")
    check(" cart GET 200 " in text and " payment-callback GET 200 " in text, "the log lacks routes")
    for word in ("/fi", "ostoskori", "127.0.0", "checkout-status", "visitor", "evil"):
        check(word not in text, f"the access log holds {word!r}")
    with open(f"{work}/err", encoding="utf-8") as file:
        text = file.read()
    check("ostoskori" not in text and "/fi/" not in text, "the error log holds a path")
    check(not any(files for _, _, files in os.walk(f"{work}/state") if files != ["nginx.pid"]), "a body or an answer was written to a file")


# What is planted, a line of it to be changed, and what this rule must then say.
PLANTS = (("nginx/headers.conf", " frame-ancestors 'none';", "", "scores"),
          ("nginx/handlers.conf", "fastcgi_next_upstream error", "fastcgi_next_upstream non_idempotent error", "a POST was sent 2 times"))


def see_plants():
    """This rule can fail: it is run on copies of the tree with a fault in each."""
    for name, line, planted, words in PLANTS:
        with tempfile.TemporaryDirectory() as copy:
            for folder in ("nginx", "deploy"):
                shutil.copytree(f"{TREE}/{folder}", f"{copy}/{folder}")
            with open(f"{TREE}/{name}", encoding="utf-8") as file:
                text = file.read()
            check(line in text, f"{name} has no {line!r}: nothing was planted")
            with open(f"{copy}/{name}", "w", encoding="utf-8") as file:
                file.write(text.replace(line, planted))
            done = subprocess.run([sys.executable, "-B", __file__], env={**os.environ, "KK_TREE": copy}, capture_output=True, text=True)
            check(done.returncode == 1 and words in done.stdout, f"a fault planted in {name} isn't seen: {done.stdout}{done.stderr}")


def main():
    with tempfile.TemporaryDirectory() as work:
        port, staff_port, handlers, nginx = start(work)
        client = Client(port)
        try:
            see_pages(client)
            see_errors(client, handlers)
            see_staff_errors(client, Client(staff_port), handlers)
            see_retries(client, handlers)
            see_params(client, handlers)
            see_smuggling(client, handlers)
            see_rates(client)
            see_log(work)
        finally:
            nginx.terminate()
            nginx.wait()
    if "KK_TREE" not in os.environ:
        see_plants()
    for line in failures:
        print("nginx:", line)
    print("nginx answers:", f"{len(failures)} wrong" if failures else "all right")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
