#!/usr/bin/python3
"""Goal: sealed data open for those whose key opens them and for nobody else, whoever joins, leaves or forgets: custody_test.cc says what must
hold; this starts the server with the real schema and grants for it."""
import os
import subprocess
import sys
import tempfile

from payments_bed import BIN, Bed


class Keys(Bed):
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="kk-keys-")
        self.shop_port, self.sandbox_port, self.children, self.gateway = 1, 1, {}, None
        self._folders()
        self.start_database()


if __name__ == "__main__":
    bed = Keys()
    try:
        with open(bed.path("secrets/opener/db-password")) as file:
            password = file.read()
        environment = {**os.environ, "KK_DB_SOCKET": bed.path("run/db.sock"), "KK_DB_USER": bed.user, "KK_DB_PASSWORD": password}
        sys.exit(subprocess.run([f"{BIN}/kk_custody_test", *sys.argv[1:]], env=environment).returncode)
    finally:
        bed.close()
