"""What the rules in Python share: the tree's files, and the proof that a rule can fail.

A rule is a function that takes a Tree and yields findings, a line each. `run` wants none in the tree as it is, and at least
one, with the words expected, for each plant: a file that breaks the rule, laid over the tree in memory."""
import fnmatch
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SKIPPED = {".git", "build", "node_modules", "__pycache__"}


class Tree:
    def __init__(self, planted=None):
        self.planted = planted or {}
        self.names = sorted(set(self._walk()) | set(self.planted))

    @staticmethod
    def _walk():
        for folder, folders, files in os.walk(ROOT):
            folders[:] = [f for f in folders if f not in SKIPPED]
            for name in set(files) - SKIPPED:  # a second working tree has a file .git
                yield os.path.relpath(os.path.join(folder, name), ROOT)

    def files(self, *patterns):
        """Names that match one of the patterns; `*` also crosses folders."""
        return [name for name in self.names if any(fnmatch.fnmatch(name, p) for p in patterns)]

    def read(self, name):
        if name in self.planted:
            return self.planted[name]
        with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def lines(self, name):
        return enumerate(self.read(name).split("\n"), 1)


def code_only(text):
    """C++ without comments and without the insides of string literals; line ends stay."""
    def blank(match):
        found = match.group(0)
        if found[0] == '"':
            return '""'
        return "\n" * found.count("\n") if found[0] == "/" else found
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', blank, text, flags=re.S)


def plant(name, text, expected):
    """A rule must find `expected` when `name` has this text; a text that begins with + is added to the file's own."""
    return name, text, expected


def run(findings, plants):
    goal = (sys.modules["__main__"].__doc__ or "").split("\n")[0]
    here = Tree()
    found = list(findings(here))
    for line in found:
        print(line)
    failed = bool(found)
    for name, text, expected in plants:
        whole = here.read(name) + text[1:] if text.startswith("+") else text
        seen = [line for line in findings(Tree({name: whole})) if line not in found]
        if not any(expected in line for line in seen):
            failed = True
            print(f"the rule doesn't see what was planted in {name}: {expected!r} is not in {seen}")
    print(("not all right: " if failed else "all right: ") + goal)
    sys.exit(failed)
