#!/usr/bin/python3
"""shellcheck has nothing to say of any shell script of the tree."""
import os
import re
import subprocess

import rule


def is_script(tree, name):
    return not name.endswith((".svg", ".md", ".woff2", ".png")) and re.match(r"#!/bin/(ba)?sh\b|# shellcheck shell=", tree.read(name)[:30])


def findings(tree):
    if not tree.planted:
        yield from said([name for name in tree.names if is_script(tree, name)], rule.ROOT)
    # What is planted is read from standard input, in its folder and so by that folder's settings.
    for name, text in tree.planted.items():
        yield from said(["-"], os.path.join(rule.ROOT, os.path.dirname(name)), text)


def said(names, folder, text=None):
    done = subprocess.run(["shellcheck", "--external-sources", "--format=gcc", *names], cwd=folder, input=text, capture_output=True, text=True)
    yield from (done.stdout + done.stderr).splitlines()


rule.run(findings, [
    rule.plant("deploy/lib/planted.sh", "# shellcheck shell=bash\nrm -rf $1/x\n", "SC2086"),
    rule.plant("tests/planted", "#!/bin/sh\nwords=(1 2)\necho \"$words\"\n", "SC3030"),
])
