#!/usr/bin/python3
"""Goal: no FastCGI bytes bring a handler over its bounds or to anybody else's memory (H5); libfcgi has the fix for CVE-2025-23016.

Run as: fastcgi_test.py PROGRAM. The peer is nginx, which speaks cleanly; this is for the day when it doesn't. libfcgi ends the
process by an assertion when it can't get as much memory as a name says that it is long: that end is allowed, no other."""
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "program"))
from visitor import begin, exchange, pair, params_of, records  # noqa: E402

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else ""


def request(method="GET", path="/fi/x", headers=None, body=b"", **changed):
    params = params_of(method, path, headers or {}, body)
    params.update(changed)
    return begin() + records(4, b"".join(pair(*p) for p in params.items())) + records(5, body)


class Kept:
    """A connection that the peer asks to keep (FCGI_KEEP_CONN), as nginx does."""
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self.input = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(begin(keep=True) + data.removeprefix(begin()))

    def answer(self):
        """What was printed, to the record that ends the request; empty when the connection ended before."""
        out = b""
        while len(head := self.input.read(8)) == 8:
            _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", head)
            content = self.input.read(size + padding)[:size]
            if kind == 6:
                out += content
            if kind == 3:
                return out
        return b""

    def close(self):
        self.input.close()
        self.socket.close()


class FastCgi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "s")
        cls.listener = socket.socket(socket.AF_UNIX)
        cls.listener.bind(cls.path)
        cls.listener.listen(64)
        cls.log = open(os.path.join(cls.folder.name, "log"), "w+")
        cls.start()

    @classmethod
    def start(cls):
        # libfcgi asks malloc for an absurd size and minds the answer; its leaks are its own.
        here = os.path.dirname(os.path.abspath(__file__))
        environment = {**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1", "LSAN_OPTIONS": f"suppressions={here}/lsan.supp:print_suppressions=0"}
        cls.child = subprocess.Popen([PROGRAM], stdin=cls.listener, stdout=cls.log, stderr=cls.log, env=environment)

    def supervise(self):
        """Starts the program again when libfcgi ended it for want of memory; any other end is a failure."""
        if self.child.poll() is None:
            return
        self.log.flush()
        with open(self.log.name) as log:
            text = log.read()
        self.assertEqual(self.child.returncode, -signal.SIGABRT, text[-3000:])
        self.assertIn("Malloc: Assertion", text[-400:])
        self.start()

    @classmethod
    def tearDownClass(cls):
        cls.child.terminate()
        status = cls.child.wait(20)
        cls.log.seek(0)
        text = cls.log.read()
        cls.folder.cleanup()
        assert status == 0 and "Sanitizer:" not in text.replace("WARNING: AddressSanitizer", ""), (status, text[text.find("Sanitizer:"):][:3000])

    def alive(self):
        """It answers. One that is just ending may take a request along: its next one gets another."""
        for _ in range(3):
            time.sleep(0.01)
            self.supervise()
            try:
                out, ended = exchange(self.path, request(), timeout=10)
            except OSError:
                out, ended = b"", False
            if ended and b"Status: 200" in out:
                return
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                break
        self.fail(f"no answer: {out}, {self.child.poll()}")

    def send(self, data):
        """Bytes that may be no request at all: sent, the sending end closed, and whatever comes read."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(self.path)
            got = b""
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                while chunk := s.recv(65536):
                    got += chunk
            except (BrokenPipeError, ConnectionResetError, TimeoutError):
                pass
        self.supervise()
        return got

    def status(self, data):
        out, _ = exchange(self.path, data)
        return out.split(b"\r\n")[0]

    def test_lengths_of_names_and_values_that_overflow(self):
        for name_length in (0x7FFFFFFF, 0x7FFFFFFE, 0x40000000, 0xFFFF):
            for value_length in (0x7FFFFFFF, 0, 1, 0x7FFFFFF0):
                params = struct.pack("!II", name_length | 0x80000000, value_length | 0x80000000) + b"A" * 200
                self.send(begin() + records(4, params) + records(5, b""))
                self.alive()

    def test_random_changes_of_a_good_request(self):
        rand = random.Random(5)
        good = request("POST", "/fi/x?a=1", {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "__Host-cart=abc; x=y"}, b"a=1&b=%41&c")
        for round_number in range(400):
            data = bytearray(good)
            for _ in range(rand.choice((1, 2, 8, 40))):
                at = rand.randrange(len(data))
                action = rand.randrange(4)
                if action == 0:
                    data[at] = rand.randrange(256)
                elif action == 1:
                    del data[at:at + rand.randrange(1, 20)]
                elif action == 2:
                    data[at:at] = bytes(rand.randrange(256) for _ in range(rand.randrange(1, 20)))
                else:
                    data[at] ^= 1 << rand.randrange(8)
                if not data:
                    data = bytearray(b"x")
            self.send(bytes(data))
            if round_number % 20 == 0:
                self.alive()
        self.alive()

    def test_odd_records(self):
        rec = lambda version, kind, number, body, length=None, padding=0: struct.pack("!BBHHBB", version, kind, number, len(body) if length is None else length, padding, 0) + body
        for data in (b"", b"\x01", rec(2, 1, 1, b"x" * 8), rec(1, 1, 1, b"\x00\x09" + b"\0" * 6), rec(1, 1, 0, b"\x00\x01" + b"\0" * 6), rec(1, 99, 1, b"xx"),
                     rec(1, 9, 0, pair("FCGI_MAX_CONNS", "")), begin() + rec(1, 2, 1, b""), begin() + begin(), begin() + rec(1, 4, 2, b"xx"),
                     begin() + rec(1, 4, 1, b"", 65535), begin() + rec(1, 4, 1, b"abc", 3, 255), begin() + records(5, b"early"), request()[:-8], request() + request()):
            self.send(data)
            self.alive()

    def test_bodies_are_what_they_say_or_refused(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.status(request("POST", "/fi/x", form, b"a=1", CONTENT_LENGTH="9")), b"Status: 400 Bad Request")
        for length in ("-1", "65537", "99999999999999999999"):
            self.assertEqual(self.status(request("POST", "/fi/x", form, b"a=1", CONTENT_LENGTH=length)).split()[1], b"413", length)
        for length in ("", "x", "0"):
            self.assertEqual(self.status(request("POST", "/fi/x", form, b"a=1", CONTENT_LENGTH=length)), b"Status: 200 OK", "no length, no body")
        self.assertEqual(self.status(request("POST", "/fi/x", form, b"a=" + b"x" * 65534)), b"Status: 200 OK")
        self.assertEqual(self.status(request("POST", "/fi/x", form, b"&".join(b"a=1" for _ in range(401)))).split()[1], b"400", "too many fields")

    def test_a_kept_connection_serves_one_request_after_another(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        kept = Kept(self.path)
        for number in range(50):
            kept.send(request(path=f"/fi/{number}"))
            self.assertIn(f"/fi/{number}\n".encode(), kept.answer())
            kept.send(request("POST", f"/fi/p{number}", form, b"a=" + b"x" * (number * 1300)))
            self.assertIn(f"/fi/p{number}\n".encode(), kept.answer())
            kept.send(request("POST", "/fi/x", form, b"a=1&" * 200, CONTENT_LENGTH="65537"))
            self.assertIn(b"Status: 413", kept.answer(), "refused without a look at the body")
            kept.send(request("POST", "/fi/x", form, b"a=1" * 20, CONTENT_LENGTH="3"))
            self.assertIn(b"Status: 200", kept.answer(), "more than it says")
        kept.close()
        self.alive()

    def test_more_kept_connections_than_threads(self):
        kept = [Kept(self.path) for _ in range(40)]
        for turn in range(3):
            for number, one in enumerate(kept):
                one.send(request(path=f"/fi/{number}-{turn}"))
            for number, one in enumerate(kept):
                self.assertIn(f"/fi/{number}-{turn}\n".encode(), one.answer())
        self.alive()
        for one in kept[::2]:
            one.close()
        for number, one in enumerate(kept[1::2]):
            one.send(request(path=f"/fi/{number}-last"))
            self.assertIn(f"/fi/{number}-last\n".encode(), one.answer())
            one.close()
        self.alive()

    def test_a_kept_connection_that_ends_within_a_request_harms_nobody(self):
        for data in (b"", request()[:20], request()[8:], request()[:-8], b"\x01"):
            kept = Kept(self.path)
            kept.send(request())
            self.assertIn(b"Status: 200", kept.answer())
            kept.socket.sendall(data)
            kept.close()
            self.alive()

    def test_what_was_sent_before_the_stop_is_answered(self):
        for _ in range(10):
            kept = [Kept(self.path) for _ in range(8)]
            for one in kept:
                one.send(request())
                self.assertIn(b"Status: 200", one.answer())
            self.child.send_signal(signal.SIGSTOP)
            for number, one in enumerate(kept):
                one.send(request(path=f"/fi/{number}"))
            self.child.send_signal(signal.SIGTERM)
            self.child.send_signal(signal.SIGCONT)
            for number, one in enumerate(kept):
                self.assertIn(f"/fi/{number}\n".encode(), one.answer())
            self.assertEqual(self.child.wait(20), 0)
            for one in kept:
                self.assertEqual(one.input.read(), b"", "and then the connection ends")
                one.close()
            self.start()
            self.alive()

    def test_a_parameter_twice_or_of_the_visitors_choosing_steers_nothing(self):
        params = params_of("GET", "/fi/x", {}, b"")
        twice = b"".join(pair(*p) for p in params.items()) + pair("REQUEST_METHOD", "POST") + pair("DOCUMENT_URI", "/fi/other")
        out, _ = exchange(self.path, begin() + records(4, twice) + records(5, b""))
        self.assertIn(b"/fi/x\n", out)
        for name in ("HTTP_PROXY", "SCRIPT_NAME", "PATH_INFO", "SCRIPT_FILENAME", "HTTPS", "LD_PRELOAD", "REQUEST_URI", "HTTP_X_ORIGINAL_URL", "HTTP_X_FORWARDED_HOST"):
            out, _ = exchange(self.path, request(**{name: "/fi/other"}))
            self.assertIn(b"/fi/x\n", out)
            self.assertNotIn(b"other", out)

    def test_line_ends_in_a_request_make_no_header_in_the_answer(self):
        out, _ = exchange(self.path, request("GET", "/fi/x", {"Origin": "x\r\nSet-Cookie: a=b"}))
        self.assertNotIn(b"\r\nSet-Cookie", out.split(b"\r\n\r\n")[0])

    def test_the_library_has_the_fix(self):
        version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libfcgi0ldbl"], capture_output=True, text=True).stdout
        version = version or subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libfcgi0t64"], capture_output=True, text=True).stdout
        self.assertEqual(subprocess.run(["dpkg", "--compare-versions", version, "ge", "2.4.2-2+deb12u1"]).returncode, 0, version)


if __name__ == "__main__":
    unittest.main()
