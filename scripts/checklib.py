"""What the checks of scripts/ share: which files there are, a C file without
its comments and strings, and one way to report.

Run from the root of the repository.
"""
import glob
import os
import re

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//(?:\\\n|[^\n])*)"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<char>'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE)


def sources(*folders):
    """C files and headers below the folders, sorted."""
    found = []
    for folder in folders:
        for kind in ("c", "h"):
            found += glob.glob(f"{folder}/**/*.{kind}", recursive=True)
    return sorted(found)


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _blank(match):
    text = match.group(0)
    lines = "\n" * text.count("\n")
    if match.group("comment"):
        return " " + lines
    return text[0] + text[0] + lines


def code_of(path):
    """The file's text without comments and the insides of literals; lines
    keep their numbers. An #include's name is an inside, too."""
    return _TOKEN.sub(_blank, text_of(path))


def report(check, findings):
    """Prints the findings, (path, line or 0, words) each, as a compiler
    would, and returns the exit status."""
    for path, line, words in findings:
        place = f"{path}:{line}" if line else path
        print(f"{place}: {words} [{check}]")
    return 1 if findings else 0


def all_files():
    """Every text file of the project that is not built: for checks that
    look at words, not at C."""
    found = []
    for folder, below, names in os.walk("."):
        below[:] = [d for d in below if d not in (".git", "build",
                                                  "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, n), ".")
                  for n in names]
    return sorted(found)
