"""What the checks of the manuals share: the programs to ask, and the lists
of a page of mdoc.

Run from the root of the repository; the programs are those of build/release
(or $BUILD/$MODE).
"""
import os
import re
import subprocess

from checklib import text_of

PROGRAMS = os.path.join(os.environ.get("BUILD", "build"),
                        os.environ.get("MODE", "release"))
CALLABLE = "Ar Cm Dv Ev Fl Ic No Ns Op Pa Pq Ql Li".split()


class Missing(Exception):
    """Something without which nothing can be said."""


class Item:
    """An item of a list: its head as words, its body, where it stands."""

    def __init__(self, page, line, section, head):
        self.page, self.line, self.section = page, line, section
        self.words = head.replace(r"\(ha", "^").replace(r"\&", "").split()
        self.body = ""

    def after(self, macro):
        """The words that macros of this name have, without punctuation."""
        found, taking = [], False
        for word in self.words:
            if word in CALLABLE:
                taking = word == macro
            elif taking and word not in (",", ":"):
                found.append(word)
        return found

    def default(self):
        at = self.words.index("Pq") if "Pq" in self.words else None
        words = self.words[at + 1:] if at is not None else []
        while words and words[-1] in ("*", "No"):
            words.pop()
        return " ".join(words[1:])


def items(page, *sections):
    """The items of a page's sections, named as .Sh or .Ss has them."""
    found, section = [], ""
    for line, text in enumerate(text_of(page).splitlines(), 1):
        if text[:3] in (".Sh", ".Ss"):
            section = text[4:]
        elif text.startswith(".It") and (not sections or
                                         section in sections):
            found.append(Item(page, line, section, text[4:]))
        elif found and found[-1].section == section:
            found[-1].body += text + "\n"
    return found


def compare(page, what, program, manual):
    """Both ways; `manual` maps what it names to the line where."""
    if not program:
        raise Missing(f"no {what} found to look for in {page}")
    findings = [(page, 0, f"{what} {name} is not here")
                for name in sorted(set(program) - set(manual))]
    return findings + [
        (page, manual[name], f"there is no {what} {name}")
        for name in sorted(set(manual) - set(program))]


def run(name, *arguments):
    path = os.path.join(PROGRAMS, name)
    if not os.path.exists(path):
        raise Missing(f"{path} is not built; run make")
    done = subprocess.run(
        [path, *arguments], stdin=subprocess.DEVNULL, text=True, timeout=20,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout
