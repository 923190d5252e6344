"""grammar.md section 3: JSON and schemas as grammars."""
import json
import math
import re

from canonical import need
from grammar_texts import EMPTY, ITEMS, LEVELS, alt, outside, rep, seq, text

DIGITS = 15
DIGIT, NONZERO = ("chars", ((48, 57),)), ("chars", ((49, 57),))
HEX = ("chars", ((48, 57), (65, 70), (97, 102)))
PLAIN = ("chars", outside(((0, 0x1f), (0x22, 0x22), (0x5c, 0x5c))))
SPACE = rep(text(" "), 0, 1)


def of(characters):
    return ("chars", tuple((ord(one), ord(one)) for one in characters))


INTEGER = seq(rep(text("-"), 0, 1), alt(text("0"), seq(NONZERO, rep(DIGIT, 0, DIGITS - 1))))
NUMBER = seq(INTEGER, rep(seq(text("."), rep(DIGIT, 1, DIGITS)), 0, 1),
             rep(seq(of("eE"), rep(of("+-"), 0, 1), rep(DIGIT, 1, 3)), 0, 1))
HIGH = seq(of("dD"), of("89abAB"), HEX, HEX)
LOW = seq(of("dD"), of("cdefCDEF"), HEX, HEX)
SCALAR = alt(seq(("chars", ((48, 57), (65, 67), (69, 70), (97, 99), (101, 102))), HEX, HEX, HEX),
             seq(of("dD"), ("chars", ((48, 55),)), HEX, HEX))
CHARACTER = alt(PLAIN, seq(text("\\"), of('"\\/bfnrt')), seq(text("\\u"), SCALAR),
                seq(text("\\u"), HIGH, text("\\u"), LOW))
BETWEEN = seq(text(","), SPACE)


def string(least=0, most=None):
    return seq(text('"'), rep(CHARACTER, least, most), text('"'))


def member(name, value):
    return seq(name, text(":"), SPACE, value)


def listed(item, least=0, most=None):
    """Items with commas between them."""
    some = seq(item, rep(seq(BETWEEN, item), max(0, least - 1), None if most is None else most - 1))
    return EMPTY if most == 0 else some if least else rep(some, 0, 1)


VALUE, OBJECT = ("rule", "value"), ("rule", "object")
JSON_RULES = {
    "object": seq(text("{"), listed(member(string(), VALUE)), text("}")),
    "array": seq(text("["), listed(VALUE), text("]")),
    "value": alt(OBJECT, ("rule", "array"), string(), NUMBER, text("true"), text("false"), text("null"))}


def read_json_grammar():
    return {**JSON_RULES, "root": seq(SPACE, OBJECT)}


IGNORED = {"$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples",
           "deprecated", "readOnly", "writeOnly"}
BY_TYPE = {"object": {"properties", "required", "additionalProperties"},
           "array": {"items", "prefixItems", "minItems", "maxItems"}, "string": {"minLength", "maxLength"},
           "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}, "number": set(), "boolean": set(),
           "null": set()}
ALONE = ("enum", "const", "anyOf", "oneOf", "allOf", "$ref")
KNOWN = set(ALONE) | {"type"} | set().union(*BY_TYPE.values())


def valid(condition):
    need(condition, "GRAMMAR_INVALID")


def supported(condition):
    need(condition, "GRAMMAR_UNSUPPORTED")


def in_order(members):
    """Names that are array indices first, ascending."""
    indices = [name for name in members if re.fullmatch("0|[1-9][0-9]*", name) and int(name) < 2**32 - 1]
    return sorted(indices, key=int) + [name for name in members if name not in indices]


def number_text(value):
    if isinstance(value, int) and abs(value) <= 2**53 or value == 0:
        return str(int(value))
    value = float(str(value))
    if not math.isfinite(value):
        return "null"
    digits, exponent = next((d, e) for d, e in (re.fullmatch(r"([\d.]+)e([+-]\d+)", f"{abs(value):.{n}e}").groups()
                                                for n in range(17)) if float(f"{d}e{e}") == abs(value))
    digits, point = digits.replace(".", ""), int(exponent) + 1
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"


def written(value):
    """As JSON.stringify writes it."""
    if isinstance(value, dict):
        return "{" + ",".join(written(name) + ":" + written(value[name]) for name in in_order(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
    return json.dumps(value) if value is None or isinstance(value, bool) else number_text(value)


def between(low, high):
    """Decimal digits of the numbers from low to high, both not negative, in as many digits as they have."""
    low, high = str(low), str(high)
    if len(low) < len(high):
        nines = "9" * len(low)
        return alt(between(int(low), int(nines)), between(int(nines) + 1, int(high)))
    return same_length(low, high)


def same_length(low, high):
    if not low:
        return EMPTY
    if low[0] == high[0]:
        return seq(text(low[0]), same_length(low[1:], high[1:]))
    rest = len(low) - 1
    parts = [seq(text(low[0]), same_length(low[1:], "9" * rest)), seq(text(high[0]), same_length("0" * rest, high[1:]))]
    if ord(high[0]) - ord(low[0]) > 1:
        parts.append(seq(("chars", ((ord(low[0]) + 1, ord(high[0]) - 1),)), rep(DIGIT, rest, rest)))
    return alt(*parts)


class Schema:
    def __init__(self, source):
        need(len(source.encode("utf-8", "surrogatepass")) <= ITEMS, "GRAMMAR_LIMIT")
        try:
            self.whole = json.loads(source, parse_constant=lambda _: valid(False))
        except (ValueError, RecursionError):
            valid(False)
        self.rules = dict(JSON_RULES)
        self.rules["root"] = seq(SPACE, self.of(self.whole))

    def of(self, schema, level=1):
        need(level <= LEVELS, "GRAMMAR_LIMIT")
        if schema is True:
            return VALUE
        valid(isinstance(schema, dict) or schema is False)
        supported(schema is not False)
        keys = set(schema) - IGNORED
        supported(keys <= KNOWN)
        alone = [key for key in ALONE if key in keys]
        if alone:
            supported(len(keys) == 1)
            return self.of_alone(alone[0], schema[alone[0]], level)
        types = self.types(schema, keys)
        supported(keys - {"type"} <= set().union(*(BY_TYPE[kind] for kind in types)) if types else not keys)
        return alt(*(self.of_type(kind, schema, level) for kind in types)) if types else VALUE

    def types(self, schema, keys):
        if "type" in keys:
            types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            valid(types and all(isinstance(kind, str) and kind in BY_TYPE for kind in types))
            return types
        implied = [kind for kind in ("object", "array", "string") if keys & BY_TYPE[kind]]
        supported(len(implied) <= 1)
        return implied

    def of_alone(self, key, value, level):
        if key == "const":
            return text(written(value))
        if key == "$ref":
            return self.reference(value)
        valid(isinstance(value, list) and value)
        if key == "enum":
            return alt(*(text(written(one)) for one in value))
        supported(key != "allOf" or len(value) == 1)
        return alt(*(self.of(one, level + 1) for one in value))

    def reference(self, pointer):
        valid(isinstance(pointer, str))
        supported(pointer.startswith("#"))
        name = "$" + pointer
        if name not in self.rules:
            self.rules[name] = EMPTY
            self.rules[name] = self.of(self.target(pointer[1:]))
        return ("rule", name)

    def target(self, pointer):
        valid(pointer == "" or pointer.startswith("/"))
        found = self.whole
        for part in pointer.split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            valid(isinstance(found, (dict, list)))
            if isinstance(found, list):
                valid(re.fullmatch("0|[1-9][0-9]*", part) and int(part) < len(found))
                found = found[int(part)]
            else:
                valid(part in found)
                found = found[part]
        return found

    def of_type(self, kind, schema, level):
        simple = {"number": NUMBER, "boolean": alt(text("true"), text("false")), "null": text("null")}
        return simple[kind] if kind in simple else getattr(self, "of_" + kind)(schema, level)

    def bound(self, schema, key, absent):
        value = schema.get(key, absent)
        valid(value is absent or type(value) is int and value >= 0)
        return value

    def of_string(self, schema, _):
        least, most = self.bound(schema, "minLength", 0), self.bound(schema, "maxLength", None)
        supported(most is None or least <= most)
        return string(least, most)

    def of_integer(self, schema, _):
        bounds = [schema[key] for key in BY_TYPE["integer"] if key in schema]
        valid(all(type(bound) in (int, float) for bound in bounds))
        if not bounds:
            return INTEGER
        most = 10**DIGITS - 1
        low = max(-most, math.ceil(schema.get("minimum", -most)), math.floor(schema.get("exclusiveMinimum", -most - 1)) + 1)
        high = min(most, math.floor(schema.get("maximum", most)), math.ceil(schema.get("exclusiveMaximum", most + 1)) - 1)
        supported(low <= high)
        parts = [between(max(low, 0), high)] if high >= 0 else []
        if low < 0:
            parts.append(seq(text("-"), between(max(1, -high), -low)))
        return alt(*parts)

    def of_array(self, schema, level):
        least, most = self.bound(schema, "minItems", 0), self.bound(schema, "maxItems", None)
        supported(most is None or least <= most)
        tuple_of = schema.get("prefixItems", [])
        valid(isinstance(tuple_of, list))
        first = [self.of(one, level + 1) for one in tuple_of]
        supported(first or schema.get("items") is not False or least == 0)
        items = None if schema.get("items") is False else self.of(schema.get("items", True), level + 1)
        supported(items is not None or least <= len(first))
        return seq(text("["), self.tuple(first, items, least, most), text("]"))

    def tuple(self, first, items, least, most):
        """The first items each of their own kind, then any number of the others."""
        if not first:
            return EMPTY if items is None else listed(items, least, most)
        others = EMPTY
        if items is not None and (most is None or most > len(first)):
            others = rep(seq(BETWEEN, items), max(0, least - len(first)), None if most is None else most - len(first))
        for i in range(min(len(first), most if most is not None else len(first)) - 1, -1, -1):
            others = seq(BETWEEN, first[i], others) if i else seq(first[i], others)
            if least <= i:
                others = rep(others, 0, 1)
        return EMPTY if most == 0 else others

    def of_object(self, schema, level):
        properties, required = schema.get("properties", {}), schema.get("required", [])
        valid(isinstance(properties, dict) and isinstance(required, list) and all(isinstance(one, str) for one in required))
        supported(all(name in properties for name in required))
        more = schema.get("additionalProperties", "properties" not in schema)
        other = None if more is False else member(string(), self.of(more, level + 1))
        following = rep(seq(BETWEEN, other), 0) if other else EMPTY
        first = listed(other) if other else EMPTY
        for name in reversed(in_order(properties)):
            own = member(text(written(name)), self.of(properties[name], level + 1))
            begun = seq(own, following)
            left_out = name not in required
            first = alt(begun, first) if left_out else begun
            following = rule_of(self.rules, alt(seq(BETWEEN, begun), following) if left_out else seq(BETWEEN, begun))
        return seq(text("{"), first, text("}"))


def rule_of(rules, node):
    """The node under a name of its own, so that what contains it twice does not double."""
    name = f"%{len(rules)}"
    rules[name] = node
    return ("rule", name)


def read_schema(source):
    return Schema(source).rules
