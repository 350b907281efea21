#!/usr/bin/python3
"""A test that nobody runs would seem to pass for ever: every test in Python, shell or JavaScript is named in its folder's CMakeLists.txt."""
import re

import rule

TESTS = ("tests/rules/*.py", "tests/rules/*.sh", "tests/*_test.py", "tests/*_test.sh", "tests/*_test.mjs", "tests/*.spec.mjs", "tests/regress/*")
HELPERS = {"tests/rules/rule.py"}


def findings(tree):
    for name in tree.files(*TESTS):
        folder, base = name.rsplit("/", 1)
        if name in HELPERS or base in ("CMakeLists.txt", "README.md"):
            continue
        lists = folder + "/CMakeLists.txt"
        text = tree.read(lists) if lists in tree.names else ""
        stem = re.escape(base.rsplit(".", 1)[0])
        # By its name, or as a word of a list that a loop makes into names.
        if not re.search(rf"\b{stem}\b", text) and not re.search(rf"(?<![\w]){re.escape(base.rsplit('.', 1)[0].removesuffix('_test').split('_')[-1])}(?![\w])", text):
            yield f"{name}: {lists} doesn't run it"


rule.run(findings, [
    rule.plant("tests/rules/planted.sh", "#!/bin/bash\n", "planted.sh: tests/rules/CMakeLists.txt doesn't run it"),
    rule.plant("tests/stack/planted_test.py", "\n", "planted_test.py"),
    rule.plant("tests/regress/planted.cc", "\n", "planted.cc"),
])
