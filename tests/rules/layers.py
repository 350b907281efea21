#!/usr/bin/python3
"""Includes point down only, processes never include each other, and each foreign library has one home."""
import re

import rule

# What each library may include besides itself (handlers/README.md draws it). base is below all.
LIBRARIES = {
    "base": set(),
    "crypto": {"base"},
    "db": {"base"},
    "view": {"base"},
    "web": {"view", "crypto", "base"},
    "picture": {"base"},
    "cart": {"web", "crypto", "base"},
    "suomifi": {"crypto", "base"},
    "outbox": {"db", "crypto", "base"},
    "catalogue": {"db", "crypto", "base"},
    "import": {"catalogue", "db", "crypto", "base"},
    "staff": {"web", "view", "db", "crypto", "base"},
    "keys": {"outbox", "db", "crypto", "base"},
    "registrations": {"payments", "outbox", "db", "base"},
    "tickets": {"db", "crypto", "base"},
    "gift_cards": {"db", "crypto", "base"},
    "custody": {"keys", "staff", "db", "crypto", "base"},
    "orders": {"catalogue", "db", "base"},
    "payments": {"orders", "gift_cards", "outbox", "suomifi", "catalogue", "db", "crypto", "base"},
}
# Tools of operators and the renderer stand beside the processes; these libraries they leave alone.
SITE = {"view", "db", "base", "catalogue", "import", "web", "crypto"}

# Where a foreign header may be included. Not listed: headers that many may use (fmt, json, CLI11 in main.cc).
HOMES = {
    r"mysql\.h|mysqld_error\.h|mariadb.*": ["handlers/lib/db/"],
    r"sodium.*": ["handlers/lib/crypto/", "tests/unit/crypto/", "tests/fuzz/opening.cc"],
    r"fcgi.*": ["handlers/lib/web/"],
    r"kainjow/.*": ["handlers/lib/view/"],
    r"openssl/.*": ["handlers/backoffice/tls_certificate.cc", "tests/sandbox/"],
    r"date/.*": ["handlers/lib/base/"],
    r"idn2\.h": ["handlers/lib/base/"],
    r"liboath/.*|zxcvbn\.h|fido.*|cbor\.h": ["handlers/opener/"],
    r"vips/.*": ["handlers/lib/picture/"],
    r"xlsxwriter.*": ["handlers/backoffice/sheet.cc"],
    r"curl/.*": ["handlers/payments/", "handlers/mailer/"],
    r"toml\+\+/.*": ["handlers/lib/base/", "handlers/lib/view/", "handlers/lib/import/", "site/"],
    r"archive.*\.h": ["handlers/lib/import/archive.cc"],
    r"qrencode\.h": ["handlers/lib/view/"],
    r"cmark-gfm.*": ["handlers/lib/view/", "site/render/"],
    r"libstemmer\.h|brotli/.*|libdeflate\.h": ["site/render/", "tests/site/"],
}
# Opening is a library of its own (handlers/README.md): who else may include it.
OPENING = "lib/crypto/opening.h"
OPENERS = ("handlers/opener/", "handlers/lib/crypto/opening", "handlers/lib/custody/", "deploy/key_tool/", "tests/")


def findings(tree):
    for name in tree.files("handlers/*.cc", "handlers/*.h", "site/*.cc", "site/*.h", "tests/*.cc", "tests/*.h"):
        parts = name.split("/")
        for number, line in tree.lines(name):
            include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not include:
                continue
            quote, header = include.groups()
            at = f"{name}:{number}: "
            for pattern, homes in HOMES.items():
                if quote == "<" and re.fullmatch(pattern, header) and not any(name.startswith(home) for home in homes):
                    yield at + f"<{header}> lives in {', '.join(homes)}"
            if header == OPENING and not name.startswith(OPENERS):
                yield at + f"{OPENING} is for {', '.join(OPENERS)}: nobody else opens"
            if quote == '"':
                yield from wrong_include(at, parts, header.split("/"))


def wrong_include(at, parts, header):
    if ".." in header:
        yield at + "includes name the file from handlers/ or site/, without .."
    if parts[0] == "tests":
        if parts[1] == "sandbox" and len(header) > 1:
            yield at + "the sandbox shares no code with the shop"
        return
    if header[0] == "lib":
        below = header[1]
        if below not in LIBRARIES:
            yield at + f"lib/{below} stands in no layer: name it in tests/rules/layers.py and handlers/README.md"
        elif parts[:2] == ["handlers", "lib"]:
            own = parts[2]
            if own not in LIBRARIES:
                yield at + f"lib/{own} stands in no layer: name it in tests/rules/layers.py and handlers/README.md"
            elif below != own and below not in LIBRARIES[own]:
                yield at + f"lib/{own} may not include lib/{below}"
        elif parts[0] == "site" and below not in SITE:
            yield at + f"site/ may not include lib/{below}"
        return
    if len(header) < 2:
        return
    if parts[:2] == ["handlers", "lib"]:
        yield at + f"lib/ may not include {'/'.join(header)}: code that two need moves to lib/"
    elif header[0] != parts[1]:
        yield at + f"{parts[1]} may not include another's {'/'.join(header)}"


rule.run(findings, [
    rule.plant("handlers/lib/base/x.cc", '#include "lib/db/db.h"\n', "lib/base may not include lib/db"),
    rule.plant("handlers/lib/orders/x.h", '#include "lib/payments/settle.h"\n', "lib/orders may not include lib/payments"),
    rule.plant("handlers/checkout/x.cc", '#include "payments/start.h"\n', "may not include another's"),
    rule.plant("handlers/lib/web/x.cc", '#include "checkout/basket.h"\n', "lib/ may not include"),
    rule.plant("handlers/checkout/x.cc", "#include <mysql.h>\n", "<mysql.h> lives in"),
    rule.plant("handlers/lib/crypto/x.cc", "#include <openssl/evp.h>\n", "<openssl/evp.h> lives in"),
    rule.plant("handlers/registrations/x.cc", '#include "lib/crypto/opening.h"\n', "nobody else opens"),
    rule.plant("handlers/lib/crypto/sealing.cc", '#include "lib/crypto/opening.h"\n', "nobody else opens"),
    rule.plant("handlers/lib/new/x.cc", '#include "lib/base/log.h"\n', "stands in no layer"),
    rule.plant("tests/sandbox/x.cc", '#include "lib/suomifi/signature.h"\n', "shares no code"),
])
