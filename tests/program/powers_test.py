#!/usr/bin/python3
"""Goal: no process but the opener can open what is sealed: not by its program, not by its database account, and not by what is left in its
memory (K1, K9)."""
import os
import re
import subprocess
import unittest

from staff_bed import BIN, PASSWORD, TREE, SANITIZED, StaffBed, left_in_memory

OPENING = {"crypto_box_seal_open", "crypto_aead_xchacha20poly1305_ietf_decrypt", "crypto_secretstream_xchacha20poly1305_pull", "crypto_sign_detached"}
MAY_OPEN = {"opener", "keys"}
PROCESSES = ("checkout", "registrations", "payments", "backoffice", "mailer", "retention", "render", "import", "opener", "keys")


def imports(program):
    out = subprocess.run(["nm", "-D", "--undefined-only", f"{BIN}/{program}"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"U (\w+)", out))


class Programs(unittest.TestCase):
    def test_K1_only_opener_and_the_offline_tool_import_what_opens(self):
        for program in PROCESSES:
            found = imports(program) & OPENING
            if program in MAY_OPEN:
                self.assertIn("crypto_box_seal_open", found, program)
            else:
                self.assertEqual(found, set(), program)


class Accounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = StaffBed()

    @classmethod
    def tearDownClass(cls):
        cls.bed.close()

    def test_K1_no_other_account_reads_what_is_sealed_or_a_key(self):
        processes = {name.removesuffix(".sql") for name in os.listdir(f"{TREE}/schema/grants")} - {"opener", "use_log"}
        self.assertIn("checkout", processes)
        for process in sorted(processes):
            for table in ("kuntakauppa_keys.data_keys", "key_wraps", "staff_keys", "key_probes", "staff_passwords", "staff_totp", "health_answers", "registration_records"):
                self.assertRegex(self.bed.as_process(process, f"SELECT * FROM {table}"), r"ERROR 1142", (process, table))

    @unittest.skipIf(SANITIZED, "a sanitizer keeps what is freed")
    def test_K9_between_requests_no_password_code_or_secret_is_left_in_memory(self):
        bed = self.bed
        bed.reset()
        person = bed.member("instructor", "anna")
        browser = bed.here(person)
        browser.get("/fi/tyopoyta")
        browser.get("/fi/avaimet")
        bed.browser().get("/fi/kirjaudu")
        for i in range(12):  # by all threads
            bed.log_in(person, bed.browser(address=f"198.51.100.{i}"), "000000")
        for process in bed.processes:
            self.assertEqual(left_in_memory(bed.children[process].pid, ["kuntakauppa"]), ["kuntakauppa"], "memory is seen")
            self.assertEqual(left_in_memory(bed.children[process].pid, [PASSWORD, PASSWORD.replace(" ", "+"), person.secret]), [], process)


if __name__ == "__main__":
    unittest.main()
