#!/usr/bin/python3
"""key_acts STAFF-URL ACT [WORD...]: what people do with keys on the page Keys, from a terminal. `keys` runs it.

Each asks for the login, password and code of whoever does it: the page's rules hold, and the use log names the person."""
import getpass
import html.parser
import re
import sys

sys.dont_write_bytecode = True
from staff_pages import Browser, Forms, Unexpected  # noqa: E402

KEYS, LOGIN, CONFIRM, PEOPLE = "/en/keys", "/en/login", "/en/confirm", "/en/people"
CLASSES = ("health", "child", "contact", "recording")


class Stop(Exception):
    pass


class Cards(html.parser.HTMLParser):
    """The page's notices, mistakes, and the cards of its groups as lines of text."""

    def __init__(self, text):
        super().__init__()
        self.told, self.cards, self.into, self.in_form, self.depth = "", [], None, False, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        classes = (dict(attributes).get("class") or "").split()
        if tag == "section" and "group-card" in classes:
            self.cards.append([])
        if tag == "form":
            self.in_form = True
        if self.cards and tag in ("h3", "dt", "dd"):
            self.into = tag
            self.cards[-1].append("")
        if "notice" in classes or "error-summary" in classes:
            self.into = "told"

    def handle_endtag(self, tag):
        if tag == "form":
            self.in_form = False
        if tag in ("h3", "dt", "dd", "div"):
            self.into = None

    def handle_data(self, data):
        text = " ".join(data.split())
        if not text or self.in_form or self.into is None:
            return
        if self.into == "told":
            self.told += text + " "
        else:
            self.cards[-1][-1] += (", " if self.cards[-1][-1] else "") + text


def ask(what, hidden=False):
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise Stop("nobody answered: " + what)
        return line.rstrip("\n")
    return getpass.getpass(what + ": ") if hidden else input(what + ": ")


class Session:
    def __init__(self, staff):
        self.browser = Browser(staff)
        login, password, code = ask("Login"), ask("Password", True), ask("One-time code", True)
        to, _ = self.browser.send(LOGIN, LOGIN, login=login, password=password, code=code)
        if to is None:
            raise Stop("the login, the password or the code is wrong, or the code was used already")

    def page(self):
        return self.browser.ask("GET", KEYS)[1]

    def forms(self, act, page=None):
        return [form for form in Forms(page or self.page()).forms if form["action"] == f"{KEYS}/{act}"]

    def confirm(self):
        to, _ = self.browser.send(CONFIRM, CONFIRM, code=ask("The next one-time code", True))
        if to is None:
            raise Stop("the code is wrong, or was used already")

    def send(self, form):
        to, text = self.browser.ask("POST", form["action"], form["fields"])
        if (to or "").startswith(CONFIRM):  # the login's code was some minutes ago
            self.confirm()
            page = self.page()
            form["fields"] = self.renewed(form, page)
            _, text = self.browser.ask("POST", form["action"], form["fields"])
        told = Cards(text).told.strip()
        print(told)
        if 'id="errors"' in text:
            raise Stop("it was not done")
        return told

    @staticmethod
    def renewed(form, page):
        """The same fields with the new session's token."""
        token = next(one["fields"]["form"] for one in Forms(page).forms if "form" in one["fields"])
        pairs = form["fields"].items() if isinstance(form["fields"], dict) else form["fields"]
        return [(name, token if name == "form" else value) for name, value in pairs]

    def end(self):
        self.browser.send("/en/account", "/en/account/logout")


def group_of(words):
    if len(words) < 2 or words[1] not in CLASSES:
        raise Stop("say the group, like unit:sports or register:recordings, and its class: " + ", ".join(CLASSES))
    return {"group": words[0], "class": words[1]}


def matching(forms, **fields):
    return [form for form in forms if all(form["fields"].get(name) == value for name, value in fields.items())]


def person_in(form, login):
    """The number of the person whose login stands behind the name."""
    for (select, value), words in form.get("words", {}).items():
        if select == "person" and words.endswith(f"({login})"):
            return value
    raise Stop(f"{login} has no key that counts: they log in once, and two administrators sign it (keys sign)")


def status(session, _):
    cards = Cards(session.page()).cards
    if not cards:
        print("no group has a key yet: an administrator makes one on the page Keys")
    for card in cards:
        print(card[0])
        for name, value in zip(card[1::2], card[2::2]):
            print(f"  {name}: {value}")


def sign(session, _):
    """Each key by its fingerprint, which its owner reads out from their own page Keys."""
    passed = set()
    while True:
        waiting = [form for form in session.forms("sign") if form["fields"]["fingerprint"] not in passed]
        if not waiting:
            print("nothing waits for your signature")
            return
        form = waiting[0]
        fields = form["fields"]
        what = f"{fields['group']} {fields['class']}, epoch {fields['epoch']}" if "group" in fields else f"person {fields['person']}"
        if ask(f"{what}, fingerprint {fields['fingerprint']}: is it right? (yes)") == "yes":
            session.send(form)
        passed.add(fields["fingerprint"])


def join(session, words):
    """The first person asks; the second, a member, lets the newcomer in."""
    if not words:
        forms = session.forms("join")
        for form in forms:
            session.send(form)
        if not forms:
            print("nobody waits to be let in by you")
        return
    asks = session.forms("ask")
    if not asks or len(words) != 3:
        raise Stop("an administrator asks: keys join GROUP CLASS LOGIN; then a member lets in: keys join")
    form = asks[0]
    form["fields"] |= group_of(words) | {"person": person_in(form, words[2])}
    session.send(form)


def leave(session, words):
    if len(words) != 3:
        raise Stop("say keys leave GROUP CLASS LOGIN")
    asks = session.forms("ask")
    person = person_in(asks[0], words[2]) if asks else ""
    found = matching(session.forms("leave"), **group_of(words), person=person)
    if not found:
        raise Stop("no such member, or you are no administrator")
    session.send(found[0])


def rotate(session, words):
    """A new epoch for the same members; it counts when a second administrator has signed it."""
    members = [form["fields"]["person"] for form in matching(session.forms("leave"), **group_of(words))]
    made = session.forms("group")
    if not members or not made:
        raise Stop("no such group, or you are no administrator")
    form = made[0]
    fields = [*(form["fields"] | group_of(words)).items(), *(("member", member) for member in members)]
    session.send({"action": form["action"], "fields": fields})


def reseal(session, words):
    """By a member: some hundreds of data keys at a time until none is left; it may be cut off and begun again at any moment."""
    while True:
        found = matching(session.forms("reseal"), **group_of(words))
        if not found:
            print("nothing is sealed to an older epoch that you hold")
            return
        session.send(found[0])


def forgotten(session, words):
    if len(words) != 1 or not re.fullmatch(r"[a-z][a-z0-9.-]{1,47}", words[0]):
        raise Stop("say keys forgotten LOGIN, when you have the person before you")
    page = f"{PEOPLE}/{words[0]}"
    text = session.browser.send(page, page + "/link")[1]
    print(re.search(r'class="secret"><code>([^<]+)<', text).group(1))
    print("Give it to the person who stands before you. The new password makes new keys: two administrators sign them (keys sign), then the groups are joined anew (keys join).")


ACTS = {act.__name__: act for act in (status, sign, join, leave, rotate, reseal, forgotten)}


def main():
    session = Session(sys.argv[1])
    try:
        ACTS[sys.argv[2]](session, sys.argv[3:])
    finally:
        session.end()


if __name__ == "__main__":
    try:
        main()
    except (Stop, Unexpected, OSError) as wrong:
        sys.exit(f"keys: {wrong}")
    except KeyboardInterrupt:
        sys.exit(130)
