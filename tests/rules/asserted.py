#!/usr/bin/python3
"""A property that nobody asks for its outcome would seem to hold for ever: what rc::check gives is required."""
import re

import rule


def findings(tree):
    for name in tree.files("tests/*.cc"):
        for number, line in enumerate(tree.read(name).split("\n"), 1):
            if re.search(r"\brc::check\(", line) and not re.search(r"\b(REQUIRE|CHECK)\(rc::check\(", line):
                yield f"{name}:{number}: the outcome of rc::check is not required"


rule.run(findings, [
    rule.plant("tests/unit/base/planted_test.cc", 'TEST_CASE("planted") {\n  rc::check([] {});\n}\n', "planted_test.cc:2: the outcome of rc::check"),
])
