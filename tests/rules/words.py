#!/usr/bin/python3
"""Nothing in the tree names the machine that it was written on: no registry hosts, no home folders, no temporary paths."""
import re

import rule

PATTERNS = {
    r"registry\.npmjs\.org/(?!-)(?=$)": "a registry's address",
    r"https?://(?:[\w.-]*\.)?(?:artifactory|nexus|jfrog|verdaccio)[\w.-]*": "a registry's address",
    r"\"resolved\": \"https?://(?!registry\.npmjs\.org/)": "a lock file that names another registry than npm's own",
    r"https?://(?:deb|ftp\.[a-z]+|security|cdn-fastly\.deb)\.debian\.org": "a mirror's address: it is read from the machine's own sources",
    r"/(?:home|Users)/[a-z][\w-]*/": "somebody's home folder",
    r"/(?:root|workspace|work)/[\w.-]+": "a path of one machine",
    r"/tmp/[a-zA-Z][\w.-]*/": "a fixed path in /tmp: use mktemp",
    r"BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY": "a private key",
}
# Where a word stands for a reason.
ALLOWED = {
    "tests/rules/words.py": "this file",
}
BINARY = (".png", ".jpg", ".webp", ".avif", ".woff2", ".ico", ".gz", ".br")


def findings(tree):
    for name in tree.names:
        if name in ALLOWED or name.endswith(BINARY) or name.startswith("tests/fuzz/corpus/"):
            continue
        for number, line in tree.lines(name):
            for pattern, words in PATTERNS.items():
                found = re.search(pattern, line)
                if found:
                    yield f"{name}:{number}: {found.group(0)}: {words}"


rule.run(findings, [
    rule.plant("deploy/x.sh", "cd /home/someone/src\n", "home folder"),
    rule.plant("tests/x.md", "see /workspace/shop/x\n", "a path of one machine"),
    rule.plant("tests/browser/package-lock.json", '"resolved": "https://npm.corp.example/x.tgz"\n', "another registry"),
    rule.plant("deploy/x", "-----BEGIN PRIVATE KEY-----\n", "a private key"),
])
