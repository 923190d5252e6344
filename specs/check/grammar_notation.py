"""grammar.md section 2: the notation."""
import re

from canonical import need
from grammar_texts import ANY, EMPTY, ITEMS, LEVELS, alt, outside, rep, seq

BLANK = r"(?:[ \t\r\n]|#[^\r\n]*)*"
NAME = r"[A-Za-z][A-Za-z0-9-]*"
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", **{one: one for one in '\\"[]-^'}}


class Reader:
    def __init__(self, notation):
        need(len(notation.encode("utf-8", "surrogatepass")) <= ITEMS, "GRAMMAR_LIMIT")
        self.text, self.at, self.level = notation, 0, 0

    def take(self, expression):
        match = re.compile(expression).match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def expect(self, expression):
        match = self.take(expression)
        need(match, "GRAMMAR_INVALID")
        return match

    def rules(self):
        rules = {}
        self.take(BLANK)
        while self.at < len(self.text):
            name = self.expect(f"({NAME}){BLANK}::={BLANK}")[1]
            need(name not in rules, "GRAMMAR_INVALID")
            rules[name] = self.choice()
        return rules

    def choice(self):
        choices = [self.sequence()]
        while self.take(rf"\|{BLANK}"):
            choices.append(self.sequence())
        return choices[0] if len(choices) == 1 else alt(*choices)

    def sequence(self):
        parts = []
        while (part := self.part()) is not None:
            self.take(BLANK)
            parts.append(self.repeated(part))
        return seq(*parts)

    def part(self):
        if self.take('"'):
            characters = []
            while not self.take('"'):
                characters.append(("chars", ((self.character(),) * 2,)))
            return seq(*characters)
        if self.take(r"\["):
            return self.of_class()
        if self.take(r"\."):
            return ("chars", ANY)
        if self.take(rf"\({BLANK}"):
            self.level += 1
            need(self.level <= LEVELS, "GRAMMAR_LIMIT")
            inner = self.choice()
            self.expect(r"\)")
            self.level -= 1
            return inner
        match = self.take(f"({NAME})(?!{BLANK}::=)(?![A-Za-z0-9-])")
        return ("rule", match[1]) if match else None

    def repeated(self, part):
        while match := self.take(rf"([*+?])|\{{(?:(\d+)|(\d+)?,(\d+)?)\}}"):
            self.take(BLANK)
            sign, exact, least, most = match.groups()
            if sign:
                part = rep(part, *{"*": (0,), "+": (1,), "?": (0, 1)}[sign])
            elif exact:
                part = rep(part, int(exact), int(exact))
            else:
                part = rep(part, int(least or 0), None if most is None else int(most))
                need(most is None or part[2] <= part[3], "GRAMMAR_INVALID")
        return part

    def of_class(self):
        inverted, ranges = self.take(r"\^"), []
        while not self.take(r"\]"):
            low = high = self.character()
            if self.take(r"-(?!\])"):
                high = self.character()
                need(low <= high, "GRAMMAR_INVALID")
            ranges.append((low, high))
        return ("chars", outside(ranges) if inverted else tuple(ranges))

    def character(self):
        match = self.expect(r"\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)|([^\\])")
        digits = match[1] or match[2] or match[3]
        if digits:
            code = int(digits, 16)
        else:
            need(match[5] or match[4] in ESCAPES, "GRAMMAR_INVALID")
            code = ord(match[5] or ESCAPES[match[4]])
        need(code <= 0x10ffff and not 0xd800 <= code <= 0xdfff, "GRAMMAR_INVALID")
        return code


def read_notation(notation):
    return Reader(notation).rules() or {"": EMPTY}
