"""A proxy between a process and its database that swallows the answer to a COMMIT and cuts the connection: the process can't
know whether its work was done (check D7)."""
import os
import socket
import threading


class CommitEater:
    def __init__(self, path, server):
        self.path, self.server, self.left, self.eaten = path, server, 0, 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(32)
        threading.Thread(target=self._accept, daemon=True).start()

    def eat(self, count):
        with self.lock:
            self.left = count

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
            state = {"eat": False, "preparing": False, "commits": set()}
            threading.Thread(target=self._pass, args=(client, server, state, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, state, False), daemon=True).start()

    def _pass(self, source, target, state, to_server):
        try:
            while data := source.recv(65536):
                if to_server:
                    # A prepared statement with COMMIT in it (COM_STMT_PREPARE), and later its execution (COM_STMT_EXECUTE).
                    if data[4:5] == b"\x16":
                        state["preparing"] = b"COMMIT; END" in data
                    if data[4:5] == b"\x17" and data[5:9] in state["commits"]:
                        with self.lock:
                            state["eat"] = self.left > 0
                            self.left -= state["eat"]
                elif state["preparing"]:
                    state["preparing"] = False
                    state["commits"].add(data[5:9])
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
