#!/usr/bin/env python3
"""Goal: `up` again changes nothing and loses nothing; what can't work is refused in one line before anything is touched; any number of
shops live side by side, also an ordinary user's; `down` stops, and only --purge removes."""
import fcntl
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.request

from shop import Shop

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
ROOT = os.geteuid() == 0
shop = work = None


def setUpModule():
    global shop, work
    shop = Shop()
    work = tempfile.mkdtemp(prefix="kk-deploy-")
    os.chmod(work, 0o755)


def tearDownModule():
    shutil.rmtree(work, ignore_errors=True)


def run(tool, *options, prefix=(), **more):
    """(exit code, what it printed, what it said in error)"""
    done = subprocess.run([*prefix, os.path.join(TREE, "deploy", tool), *options], capture_output=True, text=True, timeout=400, **more)
    return done.returncode, done.stdout, done.stderr


def free_ports():
    for first in range(28100, 28200, 4):
        try:
            for port in range(first, first + 4):
                with socket.socket() as s:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    s.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no four free ports")


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=15) as answer:
            return answer.status
    except OSError:
        return None


class Refused(unittest.TestCase):
    def refused(self, options, words):
        code, _, error = run("up", *options)
        self.assertEqual(code, 1)
        self.assertRegex(error, f"^up: {words}[^\n]*\n$")

    def test_options_that_cannot_be(self):
        """The taken port stays so also while the machine has many connections, whose list is long."""
        folder, taken = os.path.join(work, "never"), str(shop.port)
        many = [socket.create_connection(("127.0.0.1", shop.sandbox_port)) for _ in range(300)]
        self.addCleanup(lambda: [one.close() for one in many])
        outside = ["--payment-url", "https://pay.example", "--merchant-id", "1", "--merchant-secret-file", "/etc/hostname"]
        for options, words in [
                (["--port", "80"], "--port 80: a number from 1024 to 65532"),
                (["--port", "65533"], "--port 65533: a number from 1024"),
                (["--port", "08080"], "--port 08080: a number from 1024"),
                (["--port"], "--port needs a value"),
                (["--port", ""], "--port needs a value"),
                (["--prot", "8080"], "unknown option --prot"),
                (["--products", "many"], "--products many: a number"),
                (["--port", taken], f"port {taken} on 127.0.0.1 is taken by another program"),
                (["--port", str(shop.port - 1)], f"port {taken} on 127.0.0.1 is taken by another program"),
                (["--public-url", "http://shop.example"], "--public-url http://shop.example: only https works outside this machine"),
                (["--public-url", "https://shop.example/shop"], "--public-url https://shop.example/shop: like https://shop.example, without a path"),
                (["--payment-url", "http://pay.example", *outside[2:]], "--payment-url http://pay.example: outside this machine it must be https"),
                (outside, "--payment-url https://pay.example is outside this machine: the shop's own address must be https too"),
                (["--public-url", "http://localhost:9000", *outside], "--payment-url https://pay.example is outside this machine: the shop's own address must be https too"),
                (["--public-url", "https://shop.example", "--payment-url", "https://pay.example"], "--payment-url needs --merchant-id, a number"),
                (["--public-url", "https://shop.example", *outside[:4]], "--payment-url needs --merchant-secret-file"),
                (["--public-url", "https://shop.example", *outside[:5], folder], f"--merchant-secret-file {folder}: can't be read or is empty"),
                (["--merchant-id", "1"], "--merchant-id and --merchant-secret-file go with --payment-url")]:
            with self.subTest(options):
                self.refused(["--dir", folder, "--preset", shop.instance["preset"], *options], words)
                self.assertFalse(os.path.exists(folder))

    def test_folders_that_cannot_be(self):
        other = os.path.join(work, "other")
        os.makedirs(other, exist_ok=True)
        open(os.path.join(other, "mine"), "w").close()
        for folder, words in [("/", "--dir / is no folder for a shop"), (work + "/a b", "--dir [^:]*: only letters"), (work + "/" + "x" * 80, "--dir [^:]*: [0-9]* characters"),
                              (other, "[^ ]*/other is not empty and was not made by up"), (os.path.join(other, "mine"), "[^ ]*/other/mine"), (other + "/mine/shop", "[^ ]*/mine is not a folder")]:
            with self.subTest(folder):
                self.refused(["--dir", folder, "--port", str(free_ports())], words)
        self.assertEqual(os.listdir(other), ["mine"])
        code, _, error = run("down", "--dir", other, "--purge")
        self.assertEqual((code, error), (1, f"down: {other} was not made by up\n"))
        self.assertEqual(os.listdir(other), ["mine"])

    @unittest.skipUnless(ROOT, "only root can make a disk of its own")
    def test_a_disk_that_is_too_small(self):
        disk = os.path.join(work, "disk")
        os.makedirs(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=50m,mode=0755", "tmpfs", disk], capture_output=True).returncode != 0:
            self.skipTest("no right to mount here")
        try:
            self.refused(["--dir", disk + "/shop", "--port", str(free_ports())], "the disk of [^ ]*/disk/shop has (49|50) MB free and [0-9]* MB are needed")
            self.assertEqual(os.listdir(disk), [])
        finally:
            subprocess.run(["umount", disk], check=True)

    def test_while_another_up_or_down_is_at_work(self):
        with open(shop.path(".lock"), "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for tool in ("up", "down"):
                code, _, error = run(tool, "--dir", shop.dir)
                self.assertEqual((code, error), (1, f"{tool}: another up or down is at work on {shop.dir}\n"))


class Options(unittest.TestCase):
    """What an earlier run was given and a later one isn't; by the parts of `up` alone."""

    def remembered(self, *options):
        folder = os.path.join(work, "options")
        os.makedirs(folder + "/etc", exist_ok=True)
        script = ('set -eEuo pipefail; source_tree=$1; shift; for part in say options files; do source "$source_tree/deploy/lib/$part.sh"; done; read_options "$@"; remember_options; '
                  'save_options; echo "$port|$products|$public_url|$payment_url|$merchant_id"')
        done = subprocess.run(["bash", "-c", script, "up", TREE, "--dir", folder, *options], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.strip()

    def test_options_stay_until_they_are_forgotten(self):
        secret = os.path.join(work, "secret")
        with open(secret, "w") as file:
            file.write("SECRET")
        payment = ("--payment-url", "http://127.0.0.1:9", "--merchant-id", "12", "--merchant-secret-file", secret)
        for options, expected in [
                ((), "8080||http://localhost:8080||"),
                (("--port", "8100"), "8100||http://localhost:8100||"),
                ((), "8100||http://localhost:8100||"),
                (("--public-url", "http://localhost:9000"), "8100||http://localhost:9000||"),
                ((), "8100||http://localhost:9000||"),
                (("--port", "8200"), "8200||http://localhost:9000||"),
                (("--public-url", ""), "8200||http://localhost:8200||"),
                (("--products", "500"), "8200|500|http://localhost:8200||"),
                (payment, "8200|500|http://localhost:8200|http://127.0.0.1:9|12"),
                ((), "8200|500|http://localhost:8200|http://127.0.0.1:9|12"),
                (("--payment-url", "", "--products", ""), "8200||http://localhost:8200||"),
                ((), "8200||http://localhost:8200||")]:
            with self.subTest(options):
                self.assertEqual(self.remembered(*options), expected)


class Again(unittest.TestCase):
    def up(self, *options):
        code, out, error = run("up", "--dir", shop.dir, *options)
        self.assertEqual((code, error), (0, ""), out)

    def written(self, *folders):
        """Each file with the time of its last change."""
        return {path: os.lstat(path).st_mtime_ns for folder in folders for at, _, names in os.walk(shop.path(folder)) for path in (os.path.join(at, name) for name in names)}

    def pids(self):
        with open(shop.path("instance.json")) as file:
            return json.load(file)["pids"]

    def setting(self, before, after):
        with open(shop.path("etc/city.toml"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn(before, text)
        with open(shop.path("etc/city.toml"), "w", encoding="utf-8") as file:
            file.write(text.replace(before, after, 1))

    def test_a_second_up_changes_nothing(self):
        before, pids = self.written("etc", "bin", "share", "secrets", "stamps"), self.pids()
        release = os.readlink(shop.path("www/current"))
        self.up()
        self.assertEqual(self.written("etc", "bin", "share", "secrets", "stamps"), before)
        self.assertEqual(self.pids(), pids, "something was started anew")
        self.assertEqual(os.readlink(shop.path("www/current")), release)

    def test_a_changed_setting_is_kept_and_taken_over_and_the_catalogue_is_not_read_again(self):
        """The notice is the commonest change of all; it must not move the date of any event (+14d) to another day."""
        slots = shop.sql("SELECT id, starts_utc, active FROM variants ORDER BY id")
        log = os.path.getsize(shop.path("log/import.log"))
        try:
            self.setting('[notice]                        # one line on every page; empty: none\nfi = ""', '[notice]\nfi = "Halli on kiinni"')
            self.setting('default_language = "fi"', "default_language = 'sv'")
            self.up()
            with open(shop.path("www/current/fi/index.html"), encoding="utf-8") as file:
                self.assertIn("Halli on kiinni", file.read())
            with urllib.request.urlopen(f"http://localhost:{shop.port}/", timeout=15) as answer:
                self.assertTrue(answer.url.endswith("/sv/"), answer.url)
            self.assertEqual(os.path.getsize(shop.path("log/import.log")), log)
            self.assertEqual(shop.sql("SELECT id, starts_utc, active FROM variants ORDER BY id"), slots)
        finally:
            self.setting('[notice]\nfi = "Halli on kiinni"', '[notice]                        # one line on every page; empty: none\nfi = ""')
            self.setting("default_language = 'sv'", 'default_language = "fi"')
            self.up()

    def test_a_wrong_setting_is_refused_with_its_line(self):
        try:
            self.setting('default_language = "fi"', 'default_language = "fi')
            code, _, error = run("up", "--dir", shop.dir)
            self.assertEqual(code, 1)
            self.assertRegex(error, r"^up: [^\n]*etc/city\.toml: [^\n]*line [0-9]+[^\n]*\n$")
        finally:
            self.setting('default_language = "fi', 'default_language = "fi"')

    def test_lost_marks_lose_no_order(self):
        variant, group, _ = shop.product()
        token = shop.buy(variant, group, how="callback", wait=True)
        self.assertTrue(shop.settled(token))
        counts = "SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM receipts), (SELECT COUNT(*) FROM catalogue_imports)"
        before = shop.sql(counts)
        shutil.rmtree(shop.path("stamps"))
        for name in ("up.made", "up.filled"):
            os.unlink(shop.path("db/data", name))
        self.up()
        self.assertEqual(shop.sql(counts), before)
        self.assertTrue(os.path.exists(shop.path("db/data/up.filled")))


class Another(unittest.TestCase):
    """A second shop beside the tests' own: an ordinary user's, where root may choose."""

    def setUp(self):
        self.home = os.path.join(work, "home")
        os.makedirs(self.home)
        self.dir, self.port, self.prefix = os.path.join(self.home, "shop"), str(free_ports()), ()
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.home}
        if ROOT:
            self.as_nobody()

    def as_nobody(self):
        """A user who can't write to the tree, and may not use sudo. The programs are built already: what stands in for
        cmake hands them over, where it would compile them anew."""
        who = pwd.getpwnam("nobody")
        os.chown(self.home, who.pw_uid, who.pw_gid)
        self.prefix = ("setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", "--no-new-privs")
        build = os.path.join(TREE, "build", shop.instance["preset"])
        if subprocess.run([*self.prefix, "test", "-x", build + "/bin/checkout"], capture_output=True).returncode != 0:
            self.skipTest(f"{build} can't be read by others")
        tools = os.path.join(work, "tools")
        os.makedirs(tools)
        for name, script in [("cmake", f'[[ $1 == --fresh ]] || exit 0\nmkdir -p "${{@: -1}}"; ln -sfn {build}/bin "${{@: -1}}/bin"\n'), ("sudo", f"touch {self.home}/sudo-was-used; exit 1\n")]:
            with open(os.path.join(tools, name), "w") as file:
                file.write("#!/bin/bash\n" + script)
            os.chmod(os.path.join(tools, name), 0o755)
        self.environment["PATH"] = tools + ":" + self.environment["PATH"]

    def run_tool(self, tool, *options):
        code, out, error = run(tool, "--dir", self.dir, *options, prefix=self.prefix, env=self.environment)
        self.assertEqual((code, error), (0, ""), out)
        return out

    def test_from_up_to_purge(self):
        try:
            out = self.run_tool("up", "--port", self.port, "--preset", shop.instance["preset"])
            if ROOT:
                self.assertIn("all under the user nobody, database accounts by random passwords", out)
                self.assertFalse(os.path.exists(self.home + "/sudo-was-used"))
            self.assertIn(f"\nshop: http://localhost:{self.port}/\nstaff: http://staff.localhost:{int(self.port) + 1}/\nsandbox: http://localhost:{int(self.port) + 2}/\nmail: {self.dir}/mail\n", out)
            for port in (self.port, shop.port):
                self.assertEqual(status(f"http://localhost:{port}/fi/"), 200)
                self.assertEqual(status(f"http://localhost:{port}/fi/ostoskori"), 200)
            self.every_process_names_its_folder()
            for at, _, names in os.walk(self.dir + "/secrets"):
                for name in names:
                    self.assertEqual(os.stat(os.path.join(at, name)).st_mode & 0o077, 0, name)
            kept = self.dir + "/etc/city.toml"
            with open(kept, "a") as file:
                file.write("# ours\n")
            self.run_tool("down")
            self.assertEqual((status(f"http://localhost:{self.port}/fi/"), status(f"http://localhost:{shop.port}/fi/")), (None, 200))
            with open(kept) as file:
                self.assertTrue(file.read().endswith("# ours\n"))
            self.assertTrue(os.path.isdir(self.dir + "/db/data/kuntakauppa"))
            self.assertTrue(self.run_tool("down").endswith(f"down: {self.dir}\n"), "twice is once")
        finally:
            self.run_tool("down", "--purge")
        self.assertFalse(os.path.exists(self.dir))
        self.assertEqual(self.run_tool("down", "--purge"), f"nothing there: {self.dir}\n")
        self.assertEqual(status(f"http://localhost:{shop.port}/fi/ostoskori"), 200)

    def every_process_names_its_folder(self):
        with open(self.dir + "/instance.json") as file:
            instance = json.load(file)
        self.assertEqual(set(instance["pids"]), {"db", "mail", "sandbox", "payments-sweep", "checkout-sweep", "checkout", "registrations", "payments", "opener", "backoffice", "anchor", "retention", "mailer", "render", "nginx"})
        for name, pid in instance["pids"].items():
            with open(f"/proc/{pid}/cmdline") as file:
                self.assertIn(self.dir, file.read(), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
