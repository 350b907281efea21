#!/usr/bin/python3
"""Goal: lib/db against a real MariaDB: db_test.cc says what must hold; this starts the server for it."""
import os
import subprocess
import sys
import tempfile

from payments_bed import BIN, Bed


class DatabaseAlone(Bed):
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="kk-db-")
        self.shop_port, self.sandbox_port, self.children, self.gateway = 1, 1, {}, None
        self._folders()
        self.start_database(empty=True)
        self.sql("CREATE DATABASE kuntakauppa", database="")


if __name__ == "__main__":
    bed = DatabaseAlone()
    try:
        environment = {**os.environ, "KK_DB_SOCKET": bed.path("run/db.sock"), "KK_DB_USER": bed.user}
        sys.exit(subprocess.run([f"{BIN}/kk_db_test", *sys.argv[1:]], env=environment).returncode)
    finally:
        bed.close()
