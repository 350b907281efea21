"""A relay that says what a test tells it to: an SMTP server (RFC 5321) on a raw socket, with a script of refusals."""
import socket
import threading


class SmtpServer:
    """`taken` is every message that was answered 250: (recipient, bytes). say("RCPT", "550 no", ...) answers the next of these
    commands so, one after the other ("cut" hangs up); CONNECT, EHLO, MAIL, RCPT, DATA, and BODY for the end of the message."""

    def __init__(self, port=0):
        self.taken, self.commands, self.script, self.lock = [], [], {}, threading.Lock()
        self.passing = threading.Event()
        self.passing.set()
        self.arrived = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def say(self, step, *answers):
        with self.lock:
            self.script[step] = list(answers)

    def hold(self):
        """Messages wait unanswered until release(); wait_arrived() waits for one."""
        self.arrived = threading.Semaphore(0)
        self.passing.clear()

    def wait_arrived(self):
        return self.arrived.acquire(timeout=20)

    def release(self):
        self.passing.set()

    def close(self):
        self.release()
        # A thread in accept() would keep the port.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self._guarded, args=(connection,), daemon=True).start()

    def _guarded(self, connection):
        try:
            with connection, connection.makefile("rb") as lines:
                self._talk(connection, lines)
        except OSError:
            pass

    def _answer(self, connection, step, usual):
        """What was answered; None when the talk is over."""
        with self.lock:
            answers = self.script.get(step, [])
            answer = answers.pop(0) if answers else usual
        if answer == "cut":
            return None
        connection.sendall(answer.encode() + b"\r\n")
        return answer

    def _talk(self, connection, lines):
        recipient = None
        if not self._answer(connection, "CONNECT", "220 relay"):
            return
        while line := lines.readline():
            verb = line[:4].decode("ascii", "replace").upper()
            with self.lock:
                self.commands.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            if verb == "RCPT":
                recipient = line.split(b"<", 1)[1].split(b">", 1)[0].decode()
            answer = self._answer(connection, verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok"))
            if answer is None or verb == "QUIT":
                return
            if verb == "DATA" and answer.startswith("354") and not self._message(connection, lines, recipient):
                return

    def _message(self, connection, lines, recipient):
        body = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return None
            body += line[1:] if line.startswith(b".") else line
        self.arrived.release()
        self.passing.wait(90)
        # Taken before the sender hears of it, as a relay does that has made it durable.
        with self.lock:
            refused = bool(self.script.get("BODY"))
            if not refused or self.script["BODY"][0].startswith(("2", "cut")):
                self.taken.append((recipient, body))
        return self._answer(connection, "BODY", "250 taken")
