"""canonical.md section 2: what a member may hold."""
import re

from canonical import SAFE, Refused, canonical, need
from signing import hash_of_id


def matches(pattern):
    return lambda value: need(isinstance(value, str) and re.fullmatch(pattern, value))


def integer(low, high=SAFE):
    return lambda value: need(type(value) is int and low <= value <= high)


def text_of(low, high):
    return lambda value: need(isinstance(value, str) and low <= len(value.encode("utf-8", "surrogatepass")) <= high)


def one_of(*values):
    return lambda value: need(any(type(value) is type(known) and value == known for known in values))


def each(item, low=0, high=SAFE, name=None):
    def check(value):
        need(isinstance(value, list))
        for one in value:
            item(one)
        need(low <= len(value) <= high)
        if name:
            need(len({name(one) for one in value}) == len(value))
    return check


def shape_of(members):
    """An object with exactly these members; those whose name ends in ? may be absent."""
    def check(value):
        need(isinstance(value, dict))
        for stated, item in members.items():
            name = stated.rstrip("?")
            if name in value:
                item(value[name])
            else:
                need(stated.endswith("?"))
        need(all(name in members or name + "?" in members for name in value))
    return check


def members_of(item):
    """An object with members of any name."""
    def check(value):
        need(isinstance(value, dict))
        for one in value.values():
            item(one)
    return check


def document(kind, members, also=lambda value: None):
    whole = shape_of({"isobit": one_of(kind), **members})

    def check(value):
        stated = value.get("isobit") if isinstance(value, dict) else None
        if isinstance(stated, str) and stated != kind and stated.startswith(kind.split("/")[0] + "/"):
            raise Refused("DOCUMENT_UNKNOWN_VERSION")
        whole(value)
        also(value)
    return check


def kinds(kind, members_by_kind, rules_by_kind={}):
    """A document that is of one of several kinds, by its member `kind`."""
    by_kind = {name: document(kind, members, *rules_by_kind.get(name, ())) for name, members in members_by_kind.items()}

    def check(value):
        name = value.get("kind") if isinstance(value, dict) else None
        by_kind[name if isinstance(name, str) and name in by_kind else next(iter(by_kind))](value)
    return check


def anything(value):
    canonical(value)

def is_id(value):
    try:
        hash_of_id(value)
    except Refused:
        need(False)


HEX32 = matches("[0-9a-f]{64}")
SIGNATURE = matches("[0-9a-f]{130}")
ADDRESS = matches("0x[0-9a-f]{40}")
COUNT = TIME = integer(0)
NAME = text_of(1, 512)
