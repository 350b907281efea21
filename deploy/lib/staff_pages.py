"""The staff's pages as a browser without script sees them: for the commands that go through them (demo-staff, keys)."""
import base64
import hashlib
import hmac
import html.parser
import http.client
import struct
import time
import urllib.parse


class Unexpected(Exception):
    """An answer that no page of ours should give."""


class Forms(html.parser.HTMLParser):
    """The forms of a page with their fields as a browser would send them untouched."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.select, self.option = [], None, None
        self.feed(text)

    def handle_data(self, data):
        if self.option:
            self.forms[-1].setdefault("words", {})[self.option] = data
            self.option = None

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.forms.append({"action": a.get("action", ""), "fields": {}})
        elif self.forms and tag == "input" and a.get("name") and a.get("type") != "checkbox":
            self.forms[-1]["fields"][a["name"]] = a.get("value", "")
        elif self.forms and tag == "select":
            self.select = a.get("name")
        elif self.forms and tag == "option" and self.select:
            self.option = (self.select, a.get("value", ""))
            fields = self.forms[-1]["fields"]
            if self.select not in fields or "selected" in a:
                fields[self.select] = a.get("value", "")
            self.forms[-1].setdefault("options", {}).setdefault(self.select, []).append(a.get("value", ""))


class Browser:
    def __init__(self, staff):
        self.origin = staff.rstrip("/")
        self.host = urllib.parse.urlsplit(staff).netloc
        self.cookies = {}

    def connect(self):
        where = urllib.parse.urlsplit(self.origin)
        if where.scheme == "https":
            return http.client.HTTPSConnection(where.hostname, where.port or 443, timeout=30)
        # `up` serves on this machine alone, whatever its names resolve to.
        return http.client.HTTPConnection("127.0.0.1", where.port or 80, timeout=30)

    def ask(self, method, path, fields=None):
        connection = self.connect()
        headers = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields is not None:
            headers |= {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urllib.parse.urlencode(fields) if fields is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            key, _, value = cookie.split(";")[0].partition("=")
            self.cookies[key] = value
        connection.close()
        if answer.status == 429:  # nginx's limit: nothing was handed on
            time.sleep(1)
            return self.ask(method, path, fields)
        if answer.status not in (200, 303):
            raise Unexpected(f"{method} {path.split('?')[0].rsplit('/', 1)[0]}/... answered {answer.status}")
        return answer.headers["Location"], text

    def form(self, page, action):
        text = self.ask("GET", page)[1]
        return next((f for f in Forms(text).forms if f["action"] == action), None)

    def send(self, page, action, **changed):
        return self.ask("POST", action, {**self.form(page, action)["fields"], **changed})


def code(secret, at=None):
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    return f"{(struct.unpack('>I', digest[digest[19] & 15:][:4])[0] & 0x7fffffff) % 1000000:06}"
