"""tokenizer.md section 2, with the tables of this Python.

They may be older than 17.0. Characters that are newer have no category here; two that change case are named.
"""
import re
import unicodedata
from functools import lru_cache

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200b))) + "\u2028\u2029\u202f\u205f\u3000"
NEWER_LOWER = {"\u1c89": "\u1c8a", "\ua7cb": "\u0264"}


def scalars(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def utf8(text):
    return scalars(text).encode()


def lower(text):
    """Character by character, so that no rule looks at neighbours."""
    return "".join(NEWER_LOWER.get(character, character.lower()) for character in text)


def normal_form(name, text):
    return unicodedata.normalize(name, text)


def category(character):
    return unicodedata.category(character)


@lru_cache(None)
def ranges_by_category():
    """category → list of [first, last]."""
    found = {}
    previous = None
    for code in range(0x110000):
        kind = unicodedata.category(chr(code))
        if kind == previous:
            found[kind][-1][1] = code
        else:
            found.setdefault(kind, []).append([code, code])
        previous = kind
    return found


@lru_cache(None)
def class_of(prefix):
    """What stands between brackets for all categories that begin with a prefix."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for kind, ranges in ranges_by_category().items()
                   if kind.startswith(prefix) for first, last in ranges)


SPACES = "".join(f"\\u{ord(character):04x}" for character in WHITE_SPACE)


def pattern(text):
    r"""A regular expression of the law as one of Python: \p, \s and \S by these tables, (?i: of ASCII alone."""
    def part(match):
        found = match[0]
        nonlocal inside
        if found in "[]":
            inside = found == "["
            return found
        if found.startswith("\\p"):
            return class_of(found[3:-1]) if inside else f"[{class_of(found[3:-1])}]"
        if found == "\\s":
            return SPACES if inside else f"[{SPACES}]"
        return {"\\S": f"[^{SPACES}]", "(?i:": "(?ai:", "$": r"\Z"}.get(found, found) if not inside else found
    inside = False
    return re.compile(re.sub(r"\\p\{\w+\}|\\.|\(\?i:|[\[\]$]", part, text))
