#!/usr/bin/python3
"""Makes v1.json, the known answers of version 1 of the sealing format (handlers/opener/README.md), with primitives.py alone.

    make.py            writes v1.json
    make.py --check    fails unless v1.json is what it would write, the worked example of that README stands in it, and the
                       primitives give the published examples

Everything follows from names here, so two runs give the same bytes. Verdicts: opens, denied, broken (as lib/crypto/opening.h has them)."""
import hashlib
import json
import os
import re
import struct
import sys

import primitives

HERE = os.path.dirname(os.path.realpath(__file__))
FILE = os.path.join(HERE, "v1.json")
README = os.path.join(HERE, "..", "..", "..", "handlers", "opener", "README.md")
ABOUT = "Made by make.py of this folder, which shares no code with the shop. Bytes are lower-case hex. The keys protect nothing."
CLASSES = {"health": 1, "child": 2, "contact": 3, "recording": 4}
STEPS = (256, 1024, 4096, 16384)
ROW = "0b7e5c1a-94d2-4f3e-8a61-2c90d7f1b3e4"
OTHER_ROW = "0b7e5c1a-94d2-4f3e-8a61-2c90d7f1b3e5"


def made(name, size=32):
    return hashlib.shake_256(name.encode()).digest(size)


def text_of(value):
    return struct.pack(">H", len(value)) + value.encode()


def padded(plain):
    return (plain + b"\x80").ljust(next(step for step in STEPS if len(plain) < step), b"\0")


def context(place):
    return (b"\1" + text_of(place["table"]) + text_of(place["column"]) + text_of(place["row"])
            + struct.pack(">BI", CLASSES[place["class"]], place["row_version"]))


def head(magic, group, whose, version=1):
    return magic + struct.pack(">BBI", version, CLASSES[group["class"]], group["epoch"]) + text_of(group["group"]) + text_of(whose)


# Fields ------------------------------------------------------------------------------------------------------------

def place(data_class="health", **other):
    return {"table": "answers", "column": "text", "row": ROW, "class": data_class, "row_version": 1} | other


def field(name, plain, at, sealed_at=None, verdict="opens", inner=None, change=lambda sealed: sealed, key=None):
    """A field with the text `plain`, sealed at `sealed_at` and to be opened at `at`."""
    sealed_at = sealed_at or at
    inner = inner or (padded(plain) if sealed_at["class"] == "health" else plain)
    key, nonce = key or made("data key of " + name), made("nonce of " + name, 24)
    sealed = change(b"\1" + nonce + primitives.xchacha20_poly1305(key, nonce, inner, context(sealed_at)))
    out = {"name": name, "key": key.hex(), "place": at, "verdict": verdict, "sealed": sealed.hex()}
    return out | ({"text": plain.hex()} if verdict == "opens" else {})


def flip(where):
    def change(sealed):
        out = bytearray(sealed)
        out[where] ^= 1
        return bytes(out)
    return change


def fields():
    yield field("example", b"Aino Esimerkki, 2019-05-04", place("child", table="participants", column="person"), key=made("example data key"))
    yield field("health", "pähkinäallergia".encode(), place())
    yield field("child", "Väinö Esimerkki".encode(), place("child", table="participants", column="person", row_version=7))
    yield field("contact", b"+358 50 000 0000", place("contact", table="participants", column="guardian_phone"))
    yield field("recording", b"", place("recording", table="recordings", column="caller", row_version=0xFFFFFFFF))
    yield field("every byte", bytes(range(256)), place("contact", column="c" * 64))
    for size in (0, 255, 256, 1023, 1024):
        yield field(f"health of {size} bytes", made("text", size), place())
    other = {"row": {"row": OTHER_ROW}, "column": {"column": "texts"}, "table": {"table": "answer"}, "row version": {"row_version": 2}}
    for what, change in other.items():
        yield field("moved to another " + what, b"x", place("child", **change), place("child"), "denied")
    yield field("moved to another class", b"x", place("child"), place("contact"), "denied")
    yield field("a letter moved from table to column", b"x", place("child", table="answer", column="stext"), place("child"), "denied")
    for what, where in {"nonce": 1, "text": 25, "tag": -1}.items():
        yield field("altered " + what, b"x", place("child"), verdict="denied", change=flip(where))
    yield field("cut", b"x", place("child"), verdict="denied", change=lambda sealed: sealed[:-1])
    yield field("longer", b"x", place("child"), verdict="denied", change=lambda sealed: sealed + b"\0")
    for what, inner in {"no padding": b"\1" * 256, "zeros only": bytes(256), "a size that is no step": b"x\x80".ljust(255, b"\0")}.items():
        yield field("health with " + what, b"x", place(), verdict="broken", inner=inner)
    yield field("version 2", b"x", place("child"), verdict="broken", change=lambda sealed: b"\2" + sealed[1:])
    yield field("version 0", b"x", place("child"), verdict="broken", change=lambda sealed: b"\0" + sealed[1:])
    yield field("too short", b"x", place("child"), verdict="broken", change=lambda sealed: sealed[:40])
    yield field("nothing", b"x", place("child"), verdict="broken", change=lambda sealed: b"")


# Boxes: data keys and wraps ------------------------------------------------------------------------------------------

GROUP = {"group": "unit:sports", "class": "health", "epoch": 3}
EXAMPLE_GROUP = GROUP | {"class": "child"}


def box(name, magic, whose, group=None, verdict="opens", inner=None, change=lambda sealed: sealed, key=None, secret=None):
    """A key for `whose` (a row or a member) in `group`, boxed to the holder of `secret`."""
    group, key, secret = group or GROUP, key or made("key of " + name), secret or made("reader of " + name)
    plain = inner(key) if inner else head(magic, group, whose) + key
    sealed = change(b"\1" + primitives.sealed_box(made("ephemeral of " + name), primitives.public_of(secret), plain))
    out = {"name": name, **group, "secret": secret.hex(), "verdict": verdict, "sealed": sealed.hex()}
    return out | ({"key": key.hex()} if verdict == "opens" else {})


def wrong_boxes(magic, other_magic, whose, other_whose):
    """What is denied or broken in either kind of box: (what, its plain text or None, a change of the sealed bytes, verdict)."""
    def inner(*parts):
        return lambda key: head(*parts) + key
    same = lambda sealed: sealed
    yield "for another " + ("row" if magic == b"KKDK" else "member"), inner(magic, GROUP, other_whose), same, "denied"
    yield "of another group", inner(magic, GROUP | {"group": "unit:sport"}, whose), same, "denied"
    yield "of another class", inner(magic, GROUP | {"class": "child"}, whose), same, "denied"
    yield "of another epoch", inner(magic, GROUP | {"epoch": 2}, whose), same, "denied"
    yield "of the other kind", inner(other_magic, GROUP, whose), same, "denied"
    yield "of another inner version", inner(magic, GROUP, whose, 2), same, "denied"
    yield "with a short key", lambda key: head(magic, GROUP, whose) + key[:31], same, "denied"
    yield "with a long key", lambda key: head(magic, GROUP, whose) + key + b"\0", same, "denied"
    for what, where in {"ephemeral key": 1, "tag": 33, "text": -1}.items():
        yield "with an altered " + what, None, flip(where), "denied"
    yield "cut", None, lambda sealed: sealed[:-1], "denied"
    yield "of version 2", None, lambda sealed: b"\2" + sealed[1:], "broken"
    yield "too short", None, lambda sealed: sealed[:81], "broken"
    yield "too long", None, lambda sealed: sealed + bytes(200), "broken"
    yield "of nothing", None, lambda sealed: b"", "broken"


def data_keys():
    yield box("example data key", b"KKDK", ROW, EXAMPLE_GROUP, key=made("example data key"), secret=made("example group secret")) | {"row": ROW}
    yield box("data key", b"KKDK", ROW) | {"row": ROW}
    longest = {"group": "u" * 64, "class": "recording", "epoch": 0xFFFFFFFF}
    yield box("data key of the longest name", b"KKDK", ROW, longest) | {"row": ROW}
    for what, inner, change, verdict in wrong_boxes(b"KKDK", b"KKGW", ROW, OTHER_ROW):
        yield box("data key " + what, b"KKDK", ROW, None, verdict, inner, change) | {"row": ROW}


def wraps():
    def wrap(name, member, group_secret, *more, **others):
        return box(name, b"KKGW", member, *more, key=group_secret, **others) | {"member": member, "public": primitives.public_of(group_secret).hex()}
    yield wrap("example wrap", "person:17", made("example group secret"), EXAMPLE_GROUP)
    secret = made("group secret")
    yield wrap("wrap", "person:17", secret)
    yield wrap("wrap for recovery", "recovery", made("another group secret"), {"group": "register:calls", "class": "recording", "epoch": 1})
    for what, inner, change, verdict in wrong_boxes(b"KKGW", b"KKDK", "person:17", "person:18"):
        yield wrap("wrap " + what, "person:17", secret, None, verdict, inner, change)
    swapped = wrap("wrap of a key that is not the group's", "person:17", made("attacker's secret"), None, "denied")
    yield swapped | {"public": primitives.public_of(secret).hex()}


# A person's locked keys, and what is signed --------------------------------------------------------------------------

def locked(name, at, locked_at=None, verdict="opens", change=lambda sealed: sealed, size=64):
    key, box_secret, seed = made("kek of " + name), made("box secret of " + name), made("seed of " + name)
    sealed = change(b"\1" + made("nonce of " + name, 24) + primitives.xchacha20_poly1305(key, made("nonce of " + name, 24), (box_secret + seed)[:size], (locked_at or at).encode()))
    out = {"name": name, "key": key.hex(), "context": at, "verdict": verdict, "sealed": sealed.hex()}
    return out | ({"box": primitives.public_of(box_secret).hex(), "sign": primitives.sign_public_of(seed).hex()} if verdict == "opens" else {})


def locked_keys():
    yield locked("example locked keys", "ukey|17|2")
    yield locked("keys locked for a session", "skey|17|2")
    yield locked("keys locked for another person", "ukey|17|2", "ukey|18|2", "denied")
    yield locked("keys locked for another version", "ukey|17|2", "ukey|17|1", "denied")
    yield locked("keys locked for a session, not a password", "ukey|17|2", "skey|17|2", "denied")
    for what, where in {"nonce": 1, "text": 25, "tag": -1}.items():
        yield locked("locked keys with an altered " + what, "ukey|17|2", None, "denied", flip(where))
    yield locked("locked keys of version 2", "ukey|17|2", None, "broken", lambda sealed: b"\2" + sealed[1:])
    yield locked("locked keys without their last byte", "ukey|17|2", None, "broken", lambda sealed: sealed[:-1])
    yield locked("one locked key", "ukey|17|2", None, "broken", size=32)
    yield locked("locked keys of nothing", "ukey|17|2", None, "broken", lambda sealed: b"")


def signed():
    """The three texts, each signed; signatures of Ed25519 are the same each time."""
    person, group = made("signing seed of person 17"), made("example group secret")
    lines = {"administrator": ["17", primitives.sign_public_of(person).hex(), "2028-11-27"],
             "person": ["17", "2", primitives.public_of(made("box secret of person 17")).hex(), primitives.sign_public_of(person).hex()],
             "group": ["unit:sports", "child", "3", primitives.public_of(group).hex()]}
    for kind, parts in lines.items():
        text = "".join(line + "\n" for line in [f"kuntakauppa {kind} 1", *parts])
        seed = made("seed of the directory" if kind == "administrator" else "seed of an administrator")
        digits = hashlib.sha256(text.encode()).hexdigest()[:32]
        yield {"name": kind, "parts": parts, "seed": seed.hex(), "signer": primitives.sign_public_of(seed).hex(), "text": text, "signature": primitives.sign(seed, text.encode()).hex(),
               "fingerprint": " ".join(digits[i:i + 4] for i in range(0, 32, 4))}


def main():
    primitives.check_published()
    whole = {"about": ABOUT, "version": 1, "fields": list(fields()), "data_keys": list(data_keys()), "wraps": list(wraps()), "locked_keys": list(locked_keys()), "signed": list(signed())}
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        with open(FILE, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit("v1.json is not what make.py writes")
        with open(README, encoding="utf-8") as file:
            page = file.read()
        readme = "".join(re.findall("^    ([0-9a-f]+)", page, re.M))
        group = next(one for one in whole["signed"] if one["name"] == "group")
        for example in [whole[part][0] for part in ("fields", "data_keys", "wraps", "locked_keys")] + [group]:
            if any(example[name] not in readme for name in ("key", "sealed", "secret", "box", "sign", "seed", "signature") if name in example):
                sys.exit(f"handlers/opener/README.md doesn't have {example['name']} as v1.json has it")
        if group["fingerprint"] not in page:
            sys.exit("handlers/opener/README.md doesn't have the group's fingerprint as v1.json has it")
        return
    with open(FILE, "w", encoding="utf-8") as file:
        file.write(text)


main()
