"""MariaDB for the test beds: a data folder to start from, made once and copied for each bed, and statements as its administrator."""
import fcntl
import glob
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time

import pymysql

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ADMINISTRATOR = pwd.getpwuid(os.geteuid()).pw_name


def password(process):
    """The password of a process's account in every bed."""
    return hashlib.sha256(f"of the tests: {process}".encode()).hexdigest()[:32]


def processes():
    return sorted(os.path.basename(grants).removesuffix(".sql") for grants in glob.glob(f"{TREE}/schema/grants/*.sql"))


def ask(socket, statements, database=None):
    """The rows of all statements, each value as text, NULL as "NULL". A connection of its own each time: nothing that it sets outlives it."""
    if not statements.strip():
        return []
    with pymysql.connect(unix_socket=socket, user=ADMINISTRATOR, database=database, charset="utf8mb4", autocommit=True, conv={},
                         client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS) as connection, connection.cursor() as cursor:
        cursor.execute(statements)
        rows = []
        while True:
            rows += [["NULL" if value is None else value.decode() if isinstance(value, bytes) else value for value in row] for row in cursor.fetchall()]
            if not cursor.nextset():
                return rows


def answers(socket):
    try:
        return ask(socket, "SELECT 1") == [["1"]]
    except pymysql.MySQLError:
        return False


class HasDatabase:
    """What a bed and the whole shop ask theirs: path() tells where it is."""
    user = ADMINISTRATOR

    def sql(self, statement, check=True, database="kuntakauppa"):
        try:
            return ask(self.path("run/db.sock"), statement, database or None)
        except pymysql.MySQLError as error:
            assert not check, error
            return None

    def one(self, statement):
        rows = self.sql(statement)
        return rows[0][0] if rows else None

    def database_answers(self):
        return answers(self.path("run/db.sock"))


def server(folder, *more):
    """The command that serves folder/data at folder/../run/db.sock, as the shop's own server is set."""
    return [shutil.which("mariadbd") or "/usr/sbin/mariadbd", f"--defaults-file={TREE}/deploy/mariadb.cnf", f"--user={ADMINISTRATOR}", f"--datadir={folder}/data", f"--pid-file={folder}/db.pid",
            f"--tmpdir={folder}/tmp", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", *more]


def migrate(socket, secrets, schema=os.path.join(TREE, "schema")):
    return subprocess.run([f"{TREE}/deploy/migrate", "--socket", socket, "--database", "kuntakauppa", "--schema", schema, "--auth", "password", "--secrets", secrets], capture_output=True, text=True)


def lay_out(data, build, empty=False):
    """Copies a new server's data folder to `data`: as this release's schema and accounts stand, or empty. `build`: where the originals are kept, one per state of the schema."""
    kept = os.path.join(build, "test-databases")
    os.makedirs(kept, exist_ok=True)
    with open(os.path.join(kept, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        original = os.path.join(kept, _state())
        if not os.path.exists(original):
            for old in glob.glob(f"{kept}/*/"):
                shutil.rmtree(old)
            _make(original)
        subprocess.run(["cp", "-a", "--reflink=auto", os.path.join(original, "empty" if empty else "ready"), data], check=True)


def _state():
    sources = sorted(glob.glob(f"{TREE}/schema/**/*.sql", recursive=True)) + [f"{TREE}/deploy/migrate", f"{TREE}/deploy/mariadb.cnf", os.path.abspath(__file__)]
    state = hashlib.sha256(ADMINISTRATOR.encode() + subprocess.check_output([server("")[0], "--version"]))
    for source in sources:
        with open(source, "rb") as file:
            state.update(source.removeprefix(TREE).encode() + b"\0" + file.read() + b"\0")
    return state.hexdigest()[:16]


def _make(original):
    with tempfile.TemporaryDirectory(prefix="kk-db-") as work:
        for folder in ("tmp", "secrets"):
            os.mkdir(os.path.join(work, folder))
        for process in processes():
            os.mkdir(os.path.join(work, "secrets", process))
            with open(os.path.join(work, "secrets", process, "db-password"), "w") as file:
                file.write(password(process))
        data, socket = os.path.join(work, "data"), os.path.join(work, "db.sock")
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--tmpdir={work}/tmp", "--innodb-log-file-size=32M", "--auth-root-authentication-method=socket",
                        f"--auth-root-socket-user={ADMINISTRATOR}", "--skip-test-db", f"--user={ADMINISTRATOR}"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = os.path.join(work, "made")
        shutil.copytree(data, os.path.join(made, "empty"))
        with open(os.path.join(work, "log"), "w+") as log:
            child = subprocess.Popen(server(work, f"--socket={socket}"), stdout=log, stderr=log)
            try:
                end = time.monotonic() + 60
                while not answers(socket):
                    if time.monotonic() > end or child.poll() is not None:
                        log.seek(0)
                        raise RuntimeError("the database does not start: " + log.read()[-4000:])
                    time.sleep(0.05)
                done = migrate(socket, os.path.join(work, "secrets"))
                if done.returncode != 0:
                    raise RuntimeError("migrate: " + done.stderr)
            finally:
                child.terminate()
                child.wait(60)
        shutil.move(data, os.path.join(made, "ready"))
        shutil.move(made, original + ".new")
    os.rename(original + ".new", original)
