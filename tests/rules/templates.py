#!/usr/bin/python3
"""Templates print {{x}} only, quote every attribute, hold no inline script or style, and load nothing from other sites.
What is said of a field beside its label is tied to it, for those who hear the page."""
import re

import rule

VOID_OR_TEXT = re.compile(r"\{\{[^{}]*\}\}")


def findings(tree):
    for name in tree.files("site/templates/*.html", "site/templates/*.txt"):
        text = re.sub(r"\{\{!.*?\}\}", lambda found: "\n" * found.group(0).count("\n"), tree.read(name), flags=re.S)
        mail = name.startswith("site/templates/mail/")
        for number, line in enumerate(text.split("\n"), 1):
            at = f"{name}:{number}: "
            if "{{{" in line or re.search(r"\{\{\s*&", line):
                yield at + "{{x}} only: raw HTML comes from a typed value"
            if re.search(r"\{\{\s*=", line):
                yield at + "no other delimiters"
        if name.endswith(".html"):
            yield from wrong_html(name, text, mail)
            yield from loose_hints(name, text)


def loose_hints(name, text):
    for hint in re.finditer(r'</(?:label|legend)>(?:\{\{[^{}]*\}\})*<p class="(?:hint|wrong)"([^>]*)>', text):
        known = re.search(r'id="([^"]*)"', hint.group(1))
        if not known or not re.search(rf'aria-describedby="[^"]*(?<![\w-]){re.escape(known.group(1))}(?![\w-])|described_by', text):
            yield f"{name}:{text.count(chr(10), 0, hint.start()) + 1}: a hint that its field doesn't name (id and aria-describedby)"


def wrong_html(name, text, mail):
    # Tags may hold mustache sections, whose own tags hold no < or >.
    plain = VOID_OR_TEXT.sub(lambda found: "\x01" * len(found.group(0)), text)
    for tag in re.finditer(r"<([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", plain):
        at = f"{name}:{text.count(chr(10), 0, tag.start()) + 1}: "
        element, attributes = tag.group(1).lower(), tag.group(2)
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', attributes)
        if re.search(r"=\s*[^\s\"'=>]", bare) or re.search(r"=\s*\x01", bare):
            yield at + f"an attribute of <{element}> without quotes"
        if re.search(r"(?:^|[\s\x01])on[a-z]+\s*=", bare, re.I):
            yield at + f"an event attribute in <{element}>"
        if not mail and re.search(r"(?:^|[\s\x01])style\s*=", bare, re.I):
            yield at + f"an inline style in <{element}>"
        if element == "style" and not mail:
            yield at + "a style element: styles live in site/static"
        if element == "script" and "src=" not in attributes and "application/ld+json" not in attributes:
            yield at + "an inline script"
        if element in ("iframe", "object", "embed", "base", "applet"):
            yield at + f"<{element}> has no place here"
        for address in re.finditer(r"\b(?:src|srcset|action|poster|data)=\"((?:https?:)?//[^\"]*)\"", attributes):
            yield at + f"loads from another site: {address.group(1)}"
        if element == "link" and re.search(r"href=\"(?:https?:)?//", attributes) and "canonical" not in attributes:
            yield at + "loads from another site"
        if element == "a" and re.search(r"href=\"\s*(?:javascript|data):", attributes, re.I):
            yield at + "a script as an address"


HTML = "site/templates/storefront/front.html"
rule.run(findings, [
    rule.plant(HTML, "+<p>{{{name}}}</p>\n", "{{x}} only"),
    rule.plant(HTML, "+<p>{{& name}}</p>\n", "{{x}} only"),
    rule.plant(HTML, "+<p class={{name}}>x</p>\n", "without quotes"),
    rule.plant(HTML, "+<p class=a>x</p>\n", "without quotes"),
    rule.plant(HTML, '+<p style="color:red">x</p>\n', "inline style"),
    rule.plant(HTML, "+<script>alert(1)</script>\n", "inline script"),
    rule.plant(HTML, "+<style>p{}</style>\n", "a style element"),
    rule.plant(HTML, '+<a {{#x}}class="a" {{/x}}onclick="x()">x</a>\n', "event attribute"),
    rule.plant(HTML, '+<img src="//cdn.example/x.png" alt="">\n', "another site"),
    rule.plant(HTML, '+<a href="javascript:x()">x</a>\n', "a script as an address"),
    rule.plant(HTML, '+<label for="a">A</label>{{#b}}<p class="hint">B</p>{{/b}}<input id="a" name="a">\n', "a hint that its field doesn't name"),
    rule.plant(HTML, '+<label for="a">A</label><p class="hint" id="a-hint">B</p><input id="a" name="a">\n', "a hint that its field doesn't name"),
])
