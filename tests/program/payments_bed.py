"""A test bed for the payments process: a MariaDB of its own, the sandbox, the real binaries over FastCGI, and a small
gateway in nginx's place. Everything lives in a temporary folder and on ports that the system gives."""
import http.client
import http.server
import json
import os
import random
import secrets
import shutil
import signal
import socket
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse

from database import TREE, HasDatabase, lay_out, password, processes, server

BIN = os.environ.get("KK_BIN", os.path.join(TREE, "build/debug/bin"))
MERCHANT, SECRET = "375917", "SAIPPUAKAUPPIAS"
BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
# The year of what must be to come whenever a test runs. It has the weekdays and changes of clocks that the tests look for, as 2049 does next;
# CONVERT_TZ and UNIX_TIMESTAMP end before it, so add an INTERVAL.
COMING = 2038


_kept_ports = []


def free_port():
    """One that nobody else is given while this process lives: it stays bound, which hinders no server that sets SO_REUSEADDR."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _kept_ports.append(kept)
    return kept.getsockname()[1]


def wait_until(condition, seconds=30, step=0.02):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(step)


def token():
    return "".join(secrets.choice(BASE32) for _ in range(26))


def code(length=8):
    """With its check character: lib/base/check_code.h, written once more; Horner's rule in GF(32) modulo x^5 + x^2 + 1."""
    alphabet = BASE32.upper()
    out, total = "".join(secrets.choice(alphabet) for _ in range(length)), 0
    for char in out + "0":
        total <<= 1
        total = (total ^ 0b100101 if total & 32 else total) ^ alphabet.index(char)
    return out + alphabet[total]


def reference():
    base = str(random.randrange(10**11, 10**12))
    total = sum(int(d) * (7, 3, 1)[i % 3] for i, d in enumerate(reversed(base)))
    return base + str(-total % 10)


# --- FastCGI, as nginx speaks it (FastCGI Specification, 1996, section 3) ---

def _pair(name, value):
    def length(n):
        return bytes([n]) if n < 128 else struct.pack("!I", n | 0x80000000)
    name, value = name.encode(), value if isinstance(value, bytes) else value.encode()
    return length(len(name)) + length(len(value)) + name + value


def _record(kind, body):
    return struct.pack("!BBHHBB", 1, kind, 1, len(body), 0, 0) + body


def fastcgi(path, params, body=b"", timeout=15):
    """(status, headers, body); status 0 when the handler went away without an answer."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        try:
            s.connect(path)
            s.sendall(_record(1, struct.pack("!HB5x", 1, 0)) + _record(4, b"".join(_pair(*p) for p in params.items()))
                      + _record(4, b"") + b"".join(_record(5, body[i:i + 65535]) for i in range(0, len(body), 65535)) + _record(5, b""))
            data = b""
            while chunk := s.recv(65536):
                data += chunk
        except OSError:
            return 0, {}, b""
    out, at, ended = b"", 0, False
    while at + 8 <= len(data):
        _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", data[at:at + 8])
        if kind == 6:
            out += data[at + 8:at + 8 + size]
        ended = ended or kind == 3
        at += 8 + size + padding
    if not ended or b"\r\n\r\n" not in out:
        return 0, {}, b""
    head, text = out.split(b"\r\n\r\n", 1)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    return int(headers.get("Status", "200").split()[0]), headers, text


class Bed(HasDatabase):
    def __init__(self, threads=4):
        self.dir = tempfile.mkdtemp(prefix="kk-pay-")
        self.threads = threads
        self.shop_port, self.sandbox_port = free_port(), free_port()
        self.children = {}
        self.gateway = None
        self._folders()
        self.start_database()
        self._fill()
        self.start_sandbox()
        self.start_payments()
        self._start_gateway()

    def _folders(self):
        for name in ("db/tmp", "run", "secrets/payments", "etc", "share", "www", "log"):
            os.makedirs(os.path.join(self.dir, name))
        for name in ("templates", "text", "passwords"):
            shutil.copytree(os.path.join(TREE, "site", name), os.path.join(self.dir, "share", name))
        for name in ("city.toml", "crest.svg"):
            shutil.copy(os.path.join(TREE, "site", name), os.path.join(self.dir, "etc"))
        for process in processes():
            self._secret(process, "db-password", password(process))
        self._secret("payments", "merchant-key", SECRET)
        with open(self.path("etc/instance.toml"), "w") as f:
            f.write(f'public_url = "http://localhost:{self.shop_port}"\nstaff_url = "http://staff.localhost:1"\ncity = "{self.dir}/etc/city.toml"\nshare = "{self.dir}/share"\n'
                    f'secrets = "{self.dir}/secrets"\nstate = "{self.dir}"\nwww = "{self.dir}/www"\ncertificate = ""\nkeys = "{self.dir}/etc/keys"\n'
                    f'[database]\nsocket = "{self.dir}/run/db.sock"\nname = "kuntakauppa"\npassword = true\n'
                    f'[payment]\nurl = "http://127.0.0.1:{self.sandbox_port}"\nmerchant_id = "{MERCHANT}"\n'
                    f'[smtp]\nurl = "smtp://127.0.0.1:9"\nuser = ""\n')

    def _secret(self, process, name, value):
        os.makedirs(self.path("secrets", process), exist_ok=True)
        path = self.path("secrets", process, name)
        with open(path, "w") as f:
            f.write(value)
        os.chmod(path, 0o400)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def _spawn(self, name, command, **more):
        log = open(self.path("log", name), "ab")
        self.children[name] = subprocess.Popen(command, stdout=log, stderr=log, **more)
        log.close()
        return self.children[name]

    def stop(self, name, sig=signal.SIGTERM):
        child = self.children.pop(name, None)
        if child and child.poll() is None:
            child.send_signal(sig)
            child.wait(30)
        return child.returncode if child else None

    def start_database(self, wait=True, empty=False):
        if not os.path.exists(self.path("db/data")):
            lay_out(self.path("db/data"), os.path.dirname(BIN), empty)
        self._spawn("db", server(self.path("db"), f"--socket={self.dir}/run/db.sock"))
        if wait and not wait_until(self.database_answers):
            raise RuntimeError("the database does not start: " + self.log("db"))

    def _fill(self):
        """What this bed's database holds from the beginning."""

    def start_sandbox(self):
        self._spawn("sandbox", [f"{BIN}/sandbox", "--listen", f"127.0.0.1:{self.sandbox_port}", "--merchant-id", MERCHANT,
                                "--merchant-secret-file", self.path("secrets/payments/merchant-key"), "--state", self.path("ledger")])
        if not wait_until(lambda: self._healthy()):
            raise RuntimeError("the sandbox does not start: " + self.log("sandbox"))

    def _healthy(self):
        try:
            return self.http("GET", self.sandbox_port, "/health")[0] == 200
        except OSError:
            return False

    def start_payments(self, settings=None):
        """The listening socket is ours and outlives the process, as under a supervisor."""
        if not hasattr(self, "listener"):
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.path("run/payments.sock"))
            self.listener.listen(64)
        self._spawn("payments", [f"{BIN}/payments", "--instance", settings or self.path("etc/instance.toml"), "--threads", str(self.threads)], stdin=self.listener)

    def start_sweep(self, name="sweep"):
        self._spawn(name, [f"{BIN}/payments", "--instance", self.path("etc/instance.toml"), "--sweep"])

    def restart_payments_if_dead(self):
        if self.children["payments"].poll() is not None:
            self.start_payments()
            return True
        return False

    def check_receipts(self):
        done = subprocess.run([f"{BIN}/payments", "--instance", self.path("etc/instance.toml"), "--check-receipts"], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def log(self, name):
        with open(self.path("log", name), errors="replace") as f:
            return f.read()[-4000:]

    def close(self):
        if self.gateway:
            self.gateway.shutdown()
            self.gateway.server_close()
        for name in [n for n in self.children if n != "db"]:
            self.stop(name)
        self.stop("db")
        if hasattr(self, "listener"):
            self.listener.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    # --- talking to it ---

    def get(self, path, timeout=15, method="GET"):
        path, _, query = path.partition("?")
        return fastcgi(self.path("run/payments.sock"), {"REQUEST_METHOD": method, "DOCUMENT_URI": urllib.parse.unquote_to_bytes(path), "QUERY_STRING": query,
                                                        "CONTENT_LENGTH": "", "REQUEST_ID": secrets.token_hex(16)}, timeout=timeout)

    def _start_gateway(self):
        bed = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, headers, body = bed.get(self.path)
                self.send_response(status or 502)
                for name, value in headers.items():
                    if name != "Status":
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                params = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in self.headers.items() if name.lower().startswith(("checkout-", "signature"))}
                status, _, said = fastcgi(bed.path("run/payments.sock"), {"REQUEST_METHOD": "POST", "DOCUMENT_URI": self.path, "QUERY_STRING": "", "CONTENT_LENGTH": str(len(body)),
                                                                         "REQUEST_ID": secrets.token_hex(16), **params}, body)
                self.send_response(status or 502)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

        self.gateway = Server(("127.0.0.1", self.shop_port), Handler)
        threading.Thread(target=self.gateway.serve_forever, daemon=True).start()

    def http(self, method, port, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body), headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def sandbox(self, what, body=None, method=None):
        status, text = self.http(method or ("GET" if body is None else "POST"), self.sandbox_port, "/_control/" + what, body)
        assert status in (200, 201), (what, status, text)
        return json.loads(text)

    def set_clock(self, seconds):
        with open(self.path("clock"), "w") as f:
            f.write(str(seconds))

    def set_fault(self, lines):
        with open(self.path("fault"), "w") as f:
            f.write(lines)
