"""grammar.md sections 1, 2 and 4: what a grammar generates, byte by byte.

A grammar is a dict of rules; a rule is a node: ("chars", ranges), ("seq", nodes), ("alt", nodes), ("rep", node, least, most
or None), ("rule", name). A stack is a chain (node, rest) that has still to be read.
"""
from canonical import need

ITEMS, LEVELS, REPEATED, STACKS, PLACES = 262_144, 64, 8192, 4096, 65_536
EMPTY = ("seq", ())
ANY = ((0, 0xd7ff), (0xe000, 0x10ffff))
LENGTHS = ((0, 0x7f), (0x80, 0x7ff), (0x800, 0xd7ff), (0xe000, 0xffff), (0x10000, 0x10ffff))


def text(characters):
    return ("seq", tuple(("chars", ((ord(one), ord(one)),)) for one in characters))


def seq(*nodes):
    return ("seq", nodes)


def alt(*nodes):
    return ("alt", nodes)


def rep(node, least, most=None):
    return ("rep", node, least, most)


def outside(ranges):
    """The scalar values in none of the ranges."""
    found = []
    for first, last in ANY:
        for low, high in sorted(ranges):
            if low > first:
                found.append((first, min(last, low - 1)))
            first = max(first, high + 1)
        found.append((first, last))
    return tuple((first, last) for first, last in found if first <= last)


def of_bytes(low, high):
    """Sequences of ranges of bytes: the UTF-8 of the characters from one to another."""
    for first, last in LENGTHS:
        if low <= last and high >= first:
            yield from split(chr(max(low, first)).encode(), chr(min(high, last)).encode())


def split(low, high):
    if len(low) == 1:
        return [((low[0], high[0]),)]
    if low[0] == high[0]:
        return [((low[0], low[0]), *rest) for rest in split(low[1:], high[1:])]
    least, most = b"\x80" * (len(low) - 1), b"\xbf" * (len(low) - 1)
    found, first, last = [], low[0], high[0]
    if low[1:] != least:
        found += [((first, first), *rest) for rest in split(low[1:], most)]
        first += 1
    tail = []
    if high[1:] != most:
        tail = [((last, last), *rest) for rest in split(least, high[1:])]
        last -= 1
    if first <= last:
        found.append(((first, last), *(((0x80, 0xbf),) * (len(low) - 1))))
    return found + tail


def children(node):
    return {"seq": lambda: node[1], "alt": lambda: node[1], "rep": lambda: (node[1],)}.get(node[0], tuple)()


def every(node):
    yield node
    for child in children(node):
        yield from every(child)


def fixpoint(rules, holds):
    """The names of rules that hold, where a rule may hold because others do."""
    found = set()
    while True:
        more = {name for name, node in rules.items() if holds(node, found)}
        if more == found:
            return found
        found = more


def ends(node, known):
    """Whether some text comes to an end."""
    kind = node[0]
    if kind == "rep":
        return node[2] == 0 or ends(node[1], known)
    if kind == "rule":
        return node[1] in known
    if kind == "chars":
        return bool(node[1])
    return (all if kind == "seq" else any)(ends(child, known) for child in node[1])


def nothing(node, known):
    """Whether the empty text is one."""
    kind = node[0]
    if kind == "rep":
        return node[2] == 0 or nothing(node[1], known)
    if kind == "rule":
        return node[1] in known
    return kind != "chars" and (all if kind == "seq" else any)(nothing(child, known) for child in node[1])


def begins(node, empty):
    """The names of rules that a node can begin with; "" stands for a repetition without end of what may be nothing."""
    if node[0] == "rule":
        return {node[1]}
    if node[0] == "rep" and node[3] is None and nothing(node[1], empty):
        return {""}
    found = set()
    for child in children(node):
        found |= begins(child, empty)
        if node[0] == "seq" and not nothing(child, empty):
            break
    return found


def without_dead_ends(node, known):
    kind = node[0]
    if kind == "alt":
        return ("alt", tuple(without_dead_ends(child, known) for child in node[1] if ends(child, known)))
    if kind == "seq":
        return ("seq", tuple(without_dead_ends(child, known) for child in node[1]))
    if kind == "rep":
        return ("rep", without_dead_ends(node[1], known), *node[2:]) if ends(node[1], known) else EMPTY
    return node


class Grammar:
    def __init__(self, rules):
        self.check(rules)
        known = fixpoint(rules, ends)
        need("root" in known, "GRAMMAR_INVALID")
        self.rules = {name: without_dead_ends(node, known) for name, node in rules.items() if name in known}
        self.start = self.opened({(("rule", "root"), ())})

    def check(self, rules):
        nodes = [node for rule in rules.values() for node in every(rule)]
        need("root" in rules and all(node[1] in rules for node in nodes if node[0] == "rule"), "GRAMMAR_INVALID")
        need(all(max(node[2], node[3] or 0) <= REPEATED for node in nodes if node[0] == "rep"), "GRAMMAR_LIMIT")
        empty = fixpoint(rules, nothing)
        first = {name: begins(node, empty) for name, node in rules.items()}
        for name in rules:
            reached, new = set(), {name}
            while new:
                new = set().union(*(first.get(one, ()) for one in new)) - reached
                reached |= new
            need(name not in reached and "" not in reached, "GRAMMAR_INVALID")

    def opened(self, stacks):
        """Stacks whose first part is a range of bytes, and () where a text is complete."""
        found, seen, todo = set(), set(stacks), list(stacks)
        while todo:
            stack = todo.pop()
            if not stack or stack[0][0] == "byte":
                found.add(stack)
                need(len(found) <= STACKS, "GRAMMAR_LIMIT")
                continue
            for following in self.steps(*stack):
                if following not in seen:
                    seen.add(following)
                    need(len(seen) <= PLACES, "GRAMMAR_LIMIT")
                    todo.append(following)
        return found

    def steps(self, node, rest):
        kind = node[0]
        if kind == "rule":
            yield self.rules[node[1]], rest
        elif kind == "chars":
            for low, high in node[1]:
                for one in of_bytes(low, high):
                    stack = rest
                    for between in reversed(one):
                        stack = ("byte", *between), stack
                    yield stack
        elif kind == "seq":
            for child in reversed(node[1]):
                rest = child, rest
            yield rest
        elif kind == "alt":
            yield from ((child, rest) for child in node[1])
        else:
            _, child, least, most = node
            if least == 0:
                yield rest
            if most != 0:
                yield child, (("rep", child, max(0, least - 1), None if most is None else most - 1), rest)

    def after(self, stacks, data):
        for byte in data:
            stacks = self.opened({stack[1] for stack in stacks if stack and stack[0][1] <= byte <= stack[0][2]})
        return stacks
