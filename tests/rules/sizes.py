#!/usr/bin/python3
"""Files stay readable: up to 400 lines each (a smell, not a law: a longer one is named here with its reason)."""
import statistics

import rule

MOST = 400
LONGER = {"site/static/site.css": 700}  # one stylesheet is one request
CODE = ("handlers/*.cc", "handlers/*.h", "site/*.cc", "site/*.h", "site/*.js", "site/*.css", "site/templates/*", "schema/*.sql", "nginx/*",
        "deploy/*", "tests/*.cc", "tests/*.h", "tests/*.py", "tests/*.sh", "tests/*.mjs", "tests/*.js")
SKIPPED = ("package-lock.json", ".svg", ".md")


def findings(tree):
    counts = {name: tree.read(name).count("\n") for name in tree.files(*CODE) if not name.endswith(SKIPPED) and not name.startswith("tests/fuzz/corpus/")}
    for name, count in counts.items():
        if count > LONGER.get(name, MOST):
            yield f"{name}: {count} lines; {MOST} are enough"
    if not tree.planted:
        ours = [count for name, count in counts.items() if name.endswith((".cc", ".h"))]
        print(f"{len(ours)} C++ files, median {statistics.median(ours):.0f} lines; longest: " +
              ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda x: -x[1])[:3]))


rule.run(findings, [rule.plant("handlers/checkout/x.cc", "int x;\n" * 401, "401 lines")])
