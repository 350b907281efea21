"""A test bed for the mailer: the real program, a MariaDB of its own with the real grants, and a relay that can refuse."""
import email
import email.policy
import json
import os
import shutil
import subprocess
import tempfile

from payments_bed import BIN, TREE, Bed, free_port, token
from payments_orders import quoted
from smtp_server import SmtpServer

DATA = {"case_code": "K7M2Q9XHP", "name": "Åsa-Maija Öhman", "order_number": "T4W8ZC2NR", "email": "asa.ohman@example.org",
        "lines_stated": "1 × Kahvimuki", "received_utc": "2026-11-22T12:30:05.000Z", "order_url": ""}


class MailerBed(Bed):
    def __init__(self, database=True):
        self.dir = tempfile.mkdtemp(prefix="kk-mail-")
        self.shop_port, self.sandbox_port, self.children, self.gateway = 1, 1, {}, None
        self.smtp_port = free_port()
        self._folders()
        shutil.copytree(os.path.join(TREE, "site/content"), self.path("share/content"))
        self.settings = self.path("etc/instance.toml")
        with open(self.settings) as file:
            text = file.read()
        with open(self.settings, "w") as file:
            file.write(text.replace("smtp://127.0.0.1:9", f"smtp://127.0.0.1:{self.smtp_port}"))
        if database:
            self.start_database()

    def start_relay(self):
        self.relay = SmtpServer(self.smtp_port)
        return self.relay

    def start_mailer(self, name="mailer"):
        return self._spawn(name, [f"{BIN}/mailer", "--instance", self.settings])

    def queue(self, kind="withdrawal_received", lang="fi", recipient="asa.ohman@example.org", data=None, **changed):
        """A mail as some process leaves it for the mailer; its id."""
        content = data if isinstance(data, str) else json.dumps({**DATA, **(data or {}), **changed}, ensure_ascii=False)
        # The programs add DIR/clock to the time; what is queued by SQL must be due for them too.
        return int(self.one("INSERT INTO outbox (kind, lang, recipient, data, message_id, next_try_utc, created_utc) VALUES "
                            f"({quoted(kind)}, '{lang}', {quoted(recipient)}, {quoted(content)}, '{token()}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID();"))

    def queue_many(self, count):
        """So many mails at once, to r0@example.org and on."""
        rows = ", ".join(f"('withdrawal_received', 'fi', 'r{i}@example.org', {quoted(json.dumps(DATA))}, '{token()}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))" for i in range(count))
        self.sql(f"INSERT INTO outbox (kind, lang, recipient, data, message_id, next_try_utc, created_utc) VALUES {rows}")

    def specimens(self):
        """Every kind of mail in every language, as the program itself files them: (kind, language) -> message."""
        folder = self.path("specimens")
        os.mkdir(folder)
        subprocess.run([f"{BIN}/mailer", "--instance", self.settings, "--specimens"], cwd=folder, check=True)
        out = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                out[tuple(name.split(".")[:2])] = email.message_from_binary_file(file, policy=email.policy.default)
        return out

    def row(self, mail):
        names = ("state", "tries", "message_id", "last_error", "sent_sha256", "pause")
        return dict(zip(names, self.sql("SELECT state, tries, message_id, last_error, COALESCE(HEX(sent_sha256), ''), "
                                        f"TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), next_try_utc) FROM outbox WHERE id = {mail}")[0]))

    def alerts(self, mail):
        return [row[0] for row in self.sql(f"SELECT case_code FROM staff_alerts WHERE kind = 'mail_dead' AND object_id = {mail}")]


__all__ = ["BIN", "DATA", "MailerBed"]
