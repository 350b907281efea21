"""A proxy between a process and its database that swallows the answer to a COMMIT and cuts the connection: the process can't
know whether its work was done (check D7)."""
import os
import socket
import threading


class CommitEater:
    def __init__(self, path, server):
        self.path, self.server, self.left, self.of, self.eaten = path, server, 0, b"", 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(32)
        threading.Thread(target=self._accept, daemon=True).start()

    def eat(self, count, of=b""):
        """The next `count` COMMITs; with `of` those of transactions in which a statement has these words."""
        with self.lock:
            self.left, self.of = count, of

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.server)
            except OSError:
                client.close()
                server.close()
                continue
            state = {"eat": False, "preparing": b"", "prepared": {}, "begun": b""}
            threading.Thread(target=self._pass, args=(client, server, state, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, state, False), daemon=True).start()

    def _pass(self, source, target, state, to_server):
        try:
            while data := source.recv(65536):
                if to_server:
                    # A statement is prepared (COM_STMT_PREPARE), and later executed by its id (COM_STMT_EXECUTE), one with COMMIT in it as the last of its transaction.
                    if data[4:5] == b"\x16":
                        state["preparing"] = data
                    if data[4:5] == b"\x17":
                        text = state["prepared"].get(data[5:9], b"")
                        state["begun"] = text if b"START TRANSACTION" in text else state["begun"] + text
                        if b"COMMIT; END" in text:
                            with self.lock:
                                state["eat"] = self.left > 0 and self.of in state["begun"]
                                self.left -= state["eat"]
                            state["begun"] = b""
                elif state["preparing"]:
                    state["prepared"][data[5:9]], state["preparing"] = state["preparing"], b""
                if not to_server and state["eat"]:  # the server has answered, so it is done
                    self.eaten += 1
                    break
                target.sendall(data)
        except OSError:
            pass
        self._cut(source, target)

    @staticmethod
    def _cut(source, target):
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()

    def close(self):
        self.listener.close()
        os.unlink(self.path)
