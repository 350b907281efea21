#!/usr/bin/python3
"""A test that nobody runs would seem to pass for ever: every test in Python, shell or JavaScript is named in its folder's CMakeLists.txt."""
import re

import rule

TESTS = ("tests/rules/*.py", "tests/rules/*.sh", "tests/*_test.py", "tests/*_test.sh", "tests/*_test.mjs", "tests/*.spec.mjs", "tests/regress/*")
HELPERS = {"tests/rules/rule.py", "tests/rules/plant.sh"}


def findings(tree):
    for name in tree.files(*TESTS):
        folder, base = name.rsplit("/", 1)
        if name in HELPERS or base in ("CMakeLists.txt", "README.md"):
            continue
        lists = folder + "/CMakeLists.txt"
        text = tree.read(lists) if lists in tree.names else ""
        stem = base.split(".")[0]
        # By its name, or as a word of a list that a loop makes into names (sandbox_flow_test: flow).
        words = {stem, stem.removesuffix("_test"), stem.removesuffix("_test").split("_")[-1]}
        if not any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words):
            yield f"{name}: {lists} doesn't run it"


rule.run(findings, [
    rule.plant("tests/rules/planted.sh", "#!/bin/bash\n", "planted.sh: tests/rules/CMakeLists.txt doesn't run it"),
    rule.plant("tests/stack/planted_test.py", "\n", "planted_test.py"),
    rule.plant("tests/regress/planted.cc", "\n", "planted.cc"),
])
