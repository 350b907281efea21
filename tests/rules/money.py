#!/usr/bin/python3
"""No floating point anywhere near money: not in the programs, not in the database."""
import re

import rule

# Floating point that counts no money, with the reason.
ALLOWED = {
    "handlers/lib/base/colour.cc": "contrast of colours (WCAG 2.2)",
    "handlers/backoffice/sheet.cc": "an xlsx file's numbers are doubles",
    "handlers/opener/password_rules.cc": "how hard a password is to guess, in bits (zxcvbn)",
}


def findings(tree):
    for name in tree.files("handlers/*.cc", "handlers/*.h", "site/*.cc", "site/*.h"):
        if name in ALLOWED:
            continue
        for number, line in enumerate(rule.code_only(tree.read(name)).split("\n"), 1):
            found = re.search(r"\b(double|float|strtod|stod|stof|atof|number_float_t)\b|\bget<\s*double|(?<![\w.])\d+\.\d+(?![\w.])", line)
            if found:
                yield f"{name}:{number}: {found.group(0)}: money and time are whole numbers"
    for name in tree.files("schema/*.sql"):
        for number, line in tree.lines(name):
            if re.search(r"\b(FLOAT|DOUBLE|REAL)\b", line.split("--")[0]):
                yield f"{name}:{number}: floating point in the database"
            column = re.match(r"\s*(\w+)\s+(DECIMAL|NUMERIC)", line)
            if column:
                yield f"{name}:{number}: {column.group(1)}: money is whole cents (_cents)"


rule.run(findings, [
    rule.plant("handlers/checkout/x.cc", "double total = 0;\n", "double"),
    rule.plant("handlers/payments/x.cc", "auto vat = cents * 0.255;\n", "0.255"),
    rule.plant("schema/9999_x.sql", "CREATE TABLE x (price DOUBLE);\n", "floating point in the database"),
    rule.plant("schema/9999_x.sql", "CREATE TABLE x (\n  price DECIMAL(8,2)\n);\n", "whole cents"),
])
