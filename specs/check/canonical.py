"""canonical.md section 1: the two readers and the writer."""
import json
import re

SAFE = 2**53 - 1
DEPTH, COMMAS = 32, 400_000
BYTES = {"request/1": 2**26, "response/1": 2**26, "trace/1": 2**26, "evidence/1": 192 * 2**20}


class Refused(Exception):
    """Holds an error code, or a verdict's reason."""


def need(condition, code="DOCUMENT_INVALID"):
    if not condition:
        raise Refused(code)

def utf16(text):
    return text.encode("utf-16-be", "surrogatepass")


def canonical_text(value):
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        need(abs(value) <= SAFE, "CANONICAL_INVALID")
        return str(value)
    if isinstance(value, str):
        need(not re.search("[\ud800-\udfff]", value), "CANONICAL_INVALID")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_text, value)) + "]"
    members = sorted(value.items(), key=lambda member: utf16(member[0]))
    return "{" + ",".join(canonical_text(name) + ":" + canonical_text(item) for name, item in members) + "}"


def canonical(value):
    return canonical_text(value).encode()


def without_doubles(pairs):
    members = dict(pairs)
    need(len(members) == len(pairs), "CANONICAL_INVALID")
    return members


def number(text):
    """A number is judged by its value as IEEE double."""
    value = float(text)
    need(value == value and abs(value) <= SAFE and value == int(value) and not (value == 0 and text[0] == "-"),
         "CANONICAL_INVALID")
    return int(value)


def no_constant(text):
    raise Refused("CANONICAL_INVALID")


def outside_strings(text):
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.S)


def parse(data, longest=2**18):
    need(len(data) <= longest, "CANONICAL_INVALID")
    try:
        text = data.decode("utf-8")
        need(not text.startswith("\ufeff"), "CANONICAL_INVALID")
        depth = deepest = 0
        bare = outside_strings(text)
        for character in bare:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(character, 0)
            deepest = max(deepest, depth)
        need(deepest <= DEPTH and bare.count(",") <= COMMAS, "CANONICAL_INVALID")
        return json.loads(text, object_pairs_hook=without_doubles, parse_int=number, parse_float=number,
                          parse_constant=no_constant)
    except ValueError:
        raise Refused("CANONICAL_INVALID")


def read_json(data, longest=BYTES["evidence/1"]):
    value = parse(data, longest)
    canonical(value)
    return value


def decode(data, longest=2**18):
    value = parse(data, longest)
    need(canonical(value) == data, "CANONICAL_INVALID")
    return value
