#!/usr/bin/python3
"""Every text stands in three languages with the same placeholders; every text that is used exists; every text is used."""
import re
import tomllib

import rule

LANGUAGES = ("fi", "sv", "en")


def texts_of(tree, language):
    """{"area.key": text}, and findings of files that can't be read."""
    out, wrong = {}, []
    for name in tree.files(f"site/text/{language}/*.toml"):
        area = name.rsplit("/", 1)[1].removesuffix(".toml")
        try:
            table = tomllib.loads(tree.read(name))
        except tomllib.TOMLDecodeError as problem:
            wrong.append(f"{name}: {problem}")
            continue
        for key, value in table.items():
            if not isinstance(value, str) or not value.strip():
                wrong.append(f"{name}: {key} is no text, or an empty one")
            else:
                out[f"{area}.{key}"] = value
    return out, wrong


def placeholders(text):
    return set(re.findall(r"\{\{\s*([\w.]+)\s*\}\}", text))


def literals(tree):
    """The string literals of the programs, with where they stand."""
    out = {}
    for name in tree.files("handlers/*.cc", "handlers/*.h", "site/*.cc", "site/*.h"):
        if name.startswith("handlers/lib/base/"):
            continue  # names of settings look like texts' keys
        for number, line in tree.lines(name):
            if "FAULT(" in line:
                continue
            for text in re.findall(r'"((?:\\.|[^"\\])*)"', line.split("//")[0] if '"' not in line.split("//")[0] else line):
                out.setdefault(text, f"{name}:{number}")
    # Kinds that the database itself writes (procedures), as texts' last words.
    for name in tree.files("schema/*.sql"):
        for number, line in tree.lines(name):
            for text in re.findall(r"'(\w+)'", line):
                out.setdefault(text, f"{name}:{number}")
    return out


def literals_of_settings(tree):
    return set(re.findall(r'"([\w.]+)"', tree.read("handlers/lib/base/config.cc")))


def texts_of_settings(tree):
    """The words of each setting of the city, and of each of its tables: the sample's file has all settings, or it doesn't load."""
    out = {"settings.group_general"}

    def take(table, at):
        for name, value in table.items():
            if isinstance(value, dict) and not set(value) <= set(LANGUAGES):
                take(value, (*at, name))
                continue
            shown = ("register", name) if at[:1] == ("register",) else (*at, name)
            out.add("settings." + "_".join(shown))
            if at:
                out.add("settings.group_" + "_".join(at))
    take(tomllib.loads(tree.read("site/city.toml")), ())
    return out


def is_made(key, known):
    """A key that the code puts together: from up to three literals ("order." + state + "_title")."""
    if key in known:
        return True
    for cut in range(1, len(key)):
        if key[:cut] not in known:
            continue
        rest = key[cut:]
        if rest in known:
            return True
        if any(rest[:second] in known and rest[second:] in known for second in range(1, len(rest))):
            return True
    return False


def checked_fields(tree):
    """Fields whose problem comes from a parser of base (to_string of its enum): the code adds the rest of the key."""
    out = set()
    for name in tree.files("handlers/*.cc"):
        text = tree.read(name)
        out |= set(re.findall(r'take\([^;]*?, "(\w+)", k', text))
        out |= set(re.findall(r'std::string\("(\w+)_"\)', text))
    return {field + problem for field in out for problem in ("_invalid", "_too_long", "_required")}


def findings(tree):
    texts = {}
    for language in LANGUAGES:
        texts[language], wrong = texts_of(tree, language)
        yield from wrong
    finnish = texts["fi"]
    for language in ("sv", "en"):
        for key in sorted(set(finnish) ^ set(texts[language])):
            where = language if key in finnish else "fi"
            yield f"site/text/{where}: {key} is missing, and another language has it"
        for key in sorted(set(finnish) & set(texts[language])):
            if placeholders(finnish[key]) != placeholders(texts[language][key]):
                yield f"site/text/{language}: {key} has other {{{{names}}}} than fi: {sorted(placeholders(finnish[key]) ^ placeholders(texts[language][key]))}"

    areas = {key.split(".")[0] for key in finnish}
    used = texts_of_settings(tree)
    for key in sorted(used - set(finnish)):
        yield f"site/text: {key} is missing: the page of settings says what each setting of site/city.toml does"
    for name in tree.files("site/templates/*.html", "site/templates/*.txt"):
        for number, line in tree.lines(name):
            for key in re.findall(r"\{\{\s*t\.([\w.]+)\s*\}\}", line):
                used.add(key)
                if key not in finnish:
                    yield f"{name}:{number}: there is no text {key}"
    known, fields = literals(tree), checked_fields(tree)
    settings = literals_of_settings(tree)
    for text, where in known.items():
        if re.fullmatch(rf"(?:{'|'.join(sorted(areas))})\.[a-z0-9_]*[a-z0-9]", text) and text not in settings and not text.endswith((".js", ".css", ".p", ".s")):
            used.add(text)
            # A beginning of keys ("errors.500" + "_title") isn't a key itself.
            if text not in finnish and not any(key.startswith(text + "_") for key in finnish):
                yield f"{where}: there is no text {text}"
    for name in tree.files("handlers/*.cc"):
        for number, line in tree.lines(name):
            for key in re.findall(r'problems\.add\((?:"\w+"|[^",]+), "(\w+)"', line):
                if "errors." + key not in finnish:
                    yield f"{name}:{number}: there is no text errors.{key}"
    for key in sorted(finnish):
        area, name = key.split(".", 1)
        if key not in used and name not in fields and not is_made(name, known) and not is_made(key, known):
            yield f"site/text: {key} is used nowhere"


rule.run(findings, [
    rule.plant("site/city.toml", "+zz_planted = 1\n", "settings.register_zz_planted is missing"),
    rule.plant("site/text/fi/settings.toml", '+zz_planted = "x"\n', "settings.zz_planted is used nowhere"),
    rule.plant("site/text/fi/common.toml", '+planted = "x"\n', "common.planted is missing"),
    rule.plant("site/text/fi/common.toml", '+zz_planted = "x"\n', "common.zz_planted is used nowhere"),
    rule.plant("site/text/sv/planted.toml", 'a = "x"\n', "planted.a is missing"),
    rule.plant("site/text/en/common.toml", "planted = \n", "site/text/en/common.toml"),
    rule.plant("site/templates/storefront/front.html", "+{{t.common.no_such_text}}\n", "there is no text common.no_such_text"),
    rule.plant("handlers/checkout/x.cc", 'call.say("checkout.no_such_text");\n', "there is no text checkout.no_such_text"),
    rule.plant("handlers/checkout/x.cc", 'problems.add("phone", "phone_purple");\n', "there is no text errors.phone_purple"),
])
