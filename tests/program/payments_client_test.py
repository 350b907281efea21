#!/usr/bin/python3
"""Goal: the client of the payment service against the real sandbox: payments_client_test.cc says what must hold."""
import os
import subprocess
import sys
import tempfile

from payments_bed import BIN, Bed, free_port


class SandboxAlone(Bed):
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="kk-client-")
        self.shop_port, self.sandbox_port, self.children, self.gateway = 1, free_port(), {}, None
        self._folders()
        self.start_sandbox()


if __name__ == "__main__":
    bed = SandboxAlone()
    try:
        environment = {**os.environ, "KK_SANDBOX_PORT": str(bed.sandbox_port)}
        sys.exit(subprocess.run([f"{BIN}/kk_payments_client_test", *sys.argv[1:]], env=environment).returncode)
    finally:
        bed.close()
