"""A resident's browser in miniature: cookies, forms, Origin and Sec-Fetch-Site. It speaks HTTP to nginx, or FastCGI to a
handler's socket, by the `send` that it is given: send(method, path, headers, body) -> (status, [(name, value)], text)."""
import html
import html.parser
import http.client
import re
import secrets
import socket
import struct
import urllib.parse

PATHS = {
    "fi": {"cart": "/fi/ostoskori", "add": "/fi/ostoskori/lisaa", "change": "/fi/ostoskori/muuta", "details": "/fi/kassa/tiedot",
           "review": "/fi/kassa/vahvistus", "order": "/fi/kassa/tilaa", "order_page": "/fi/tilaus/", "pay": "/fi/maksu/",
           "return": "/fi/maksu/paluu/", "withdraw": "/fi/peruuta", "my_orders": "/fi/tilaukseni", "product": "/fi/tuote/"},
    "sv": {"cart": "/sv/varukorg", "add": "/sv/varukorg/lagg-till", "change": "/sv/varukorg/andra", "details": "/sv/kassan/uppgifter",
           "review": "/sv/kassan/granska", "order": "/sv/kassan/bestall", "order_page": "/sv/bestallning/", "pay": "/sv/betalning/",
           "return": "/sv/betalning/retur/", "withdraw": "/sv/frantrad", "my_orders": "/sv/mina-bestallningar", "product": "/sv/produkt/"},
    "en": {"cart": "/en/cart", "add": "/en/cart/add", "change": "/en/cart/change", "details": "/en/checkout/details",
           "review": "/en/checkout/review", "order": "/en/checkout/order", "order_page": "/en/order/", "pay": "/en/payment/",
           "return": "/en/payment/return/", "withdraw": "/en/withdraw", "my_orders": "/en/my-orders", "product": "/en/product/"},
}
PERSON = {"first_name": "Aino", "last_name": "Mäkelä-Åberg", "street_address": "Rantatie 1 A 2", "postal_code": "00100", "town": "Helsinki",
          "country": "FI", "phone": "040 123 4567", "email": "aino@example.com", "company": "", "business_id": ""}


# --- FastCGI as nginx speaks it (FastCGI Specification, 1996, section 3) ---

def pair(name, value):
    def length(n):
        return bytes([n]) if n < 128 else struct.pack("!I", n | 0x80000000)
    name, value = name.encode(), value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    return length(len(name)) + length(len(value)) + name + value


def records(kind, body):
    """The body as records of one kind, with the empty one that ends it."""
    parts = [body[i:i + 65535] for i in range(0, len(body), 65535)] + [b""]
    return b"".join(struct.pack("!BBHHBB", 1, kind, 1, len(part), 0, 0) + part for part in parts)


def begin(keep=False):
    return struct.pack("!BBHHBB", 1, 1, 1, 8, 0, 0) + struct.pack("!HB5x", 1, keep)


def exchange(path, data, timeout=30):
    """Sends bytes to a FastCGI socket, reads to the end: what was printed, and whether the request was ended properly."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        s.connect(path)
        got = b""
        try:
            s.sendall(data)
            while chunk := s.recv(65536):
                got += chunk
        except (BrokenPipeError, ConnectionResetError):
            pass
    out, at, ended = b"", 0, False
    while at + 8 <= len(got):
        _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", got[at:at + 8])
        if kind == 6:
            out += got[at + 8:at + 8 + size]
        ended = ended or kind == 3
        at += 8 + size + padding
    return out, ended


def params_of(method, path, headers, body, address="127.0.0.1"):
    path, _, query = path.partition("?")
    params = {"REQUEST_METHOD": method, "DOCUMENT_URI": urllib.parse.unquote_to_bytes(path), "QUERY_STRING": query, "CONTENT_TYPE": "",
              "CONTENT_LENGTH": str(len(body)) if body else "", "REMOTE_ADDR": address, "REQUEST_ID": secrets.token_hex(16)}
    for name, value in headers.items():
        params["CONTENT_TYPE" if name == "Content-Type" else "HTTP_" + name.upper().replace("-", "_")] = value
    return params


def over_fastcgi(socket_path, address="127.0.0.1"):
    def send(method, path, headers, body):
        params = params_of(method, path, headers, body, address)
        data = begin() + records(4, b"".join(pair(*p) for p in params.items())) + records(5, body)
        try:
            out, ended = exchange(socket_path, data)
        except OSError:
            return 0, [], b""
        if not ended or b"\r\n\r\n" not in out:
            return 0, [], b""
        head, text = out.split(b"\r\n\r\n", 1)
        lines = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
        status = int(dict(lines).get("Status", "200").split()[0])
        return status, lines, text
    return send


def over_http(port, host=None, timeout=30):
    def send(method, path, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request(method, path, body=body or None, headers={"Host": host or f"localhost:{port}", **headers})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except (OSError, http.client.HTTPException):
            return 0, [], b""
        finally:
            connection.close()
    return send


# --- pages ---

class Forms(html.parser.HTMLParser):
    """The forms of a page: [{action, method, fields}]; a field's value is what a browser would send untouched."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.select, self.area = [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.forms.append({"action": a.get("action", ""), "method": a.get("method", "get"), "fields": {}, "choices": {}})
        if not self.forms:
            return
        fields, name = self.forms[-1]["fields"], a.get("name")
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind in ("checkbox", "radio"):
                self.forms[-1]["choices"].setdefault(name, []).append(a.get("value", "on"))
                if "checked" in a:
                    fields[name] = a.get("value", "on")
            elif kind != "submit":
                fields[name] = a.get("value", "")
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select and ("selected" in a or self.select not in fields):
            fields[self.select] = a.get("value", "")
        elif tag == "textarea" and name:
            self.area, fields[name] = name, ""

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.forms[-1]["fields"][self.area] += data


class Page:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body, self.text = status, headers, body, body.decode("utf-8", "replace")

    def header(self, name):
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[0] if found else None

    @property
    def location(self):
        return self.header("Location")

    def forms(self):
        return Forms(self.text).forms

    def form(self, action):
        found = [form for form in self.forms() if form["action"].split("#")[0] == action]
        assert found, f"no form to {action}, status {self.status}: {[f['action'] for f in self.forms()]} {self.text[:300]}"
        return found[0]

    def __repr__(self):
        return f"<{self.status} {self.location or ''} {self.text[:200]!r}>"


class Visitor:
    def __init__(self, send, origin, lang="fi"):
        self.send, self.origin, self.lang, self.paths, self.cookies = send, origin, lang, PATHS[lang], {}

    def request(self, method, path, body=b"", headers=None):
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        sent.update(headers or {})
        page = Page(*self.send(method, path, {k: v for k, v in sent.items() if v is not None}, body))
        for name, value in page.headers:
            if name.lower() == "set-cookie":
                cookie, *attributes = value.split("; ")
                key, _, content = cookie.partition("=")
                if "Max-Age=0" in attributes:
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = content
        return page

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, fields, headers=None):
        """As a browser posts a form of our own page."""
        body = fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields).encode()
        own = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return self.request("POST", path, body, {**own, **(headers or {})})

    # --- the steps of buying; each returns the answer to its POST ---

    def add(self, variant, group="everyone", quantity=1, back=None, **more):
        return self.post(self.paths["add"], {"variant": variant, "group": group, "quantity": quantity, "back": back or f"/{self.lang}/", **more})

    def fill_details(self, **changed):
        page = self.get(self.paths["details"])
        if page.status != 200:
            return page
        form = page.form(self.paths["details"])
        fields = {**form["fields"], **PERSON, **changed}
        for name, values in form["choices"].items():
            if name.startswith("delivery"):
                fields.setdefault(name, values[0])
        return self.post(self.paths["details"], fields)

    def review(self):
        """The fields of the review's form, ticked."""
        page = self.get(self.paths["review"])
        assert page.status == 200, page
        return {**page.form(self.paths["order"])["fields"], "terms": "1", "age": "1"}

    def order(self, fields=None):
        return self.post(self.paths["order"], fields if fields is not None else self.review())

    def buy(self, variant, group="everyone", quantity=1, **details):
        """Cart to order: the order's token. The answer leads to the payment, or for a free order to its page."""
        added = self.add(variant, group, quantity)
        assert added.status == 303, added
        filled = self.fill_details(**details)
        assert filled.status == 303 and filled.location == self.paths["review"], filled
        ordered = self.order()
        assert ordered.status == 303, ordered
        assert ordered.location.startswith((self.paths["pay"], self.paths["order_page"])), ordered
        return ordered.location.rsplit("/", 1)[1]


def history(page):
    """Who changed what, of a staff's page with a history, the newest first: [(who, [(field, before, after)])]."""
    shown = html.unescape(page.text[page.text.find('class="versions"'):]).replace("\xa0", " ") if 'class="versions"' in page.text else ""
    cells = r'<th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>'
    return [(re.search(r"<p>([^<]*)</p>", one)[1], re.findall(cells, one)) for one in shown.split("<li>")[1:]]


def wrong(page):
    """The fields that the error summary names."""
    summary = page.text[page.text.find("error-summary"):]
    return re.findall(r'<a href="#(\w+)">', summary[:summary.find("</div>")])
