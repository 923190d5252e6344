"""profile-llm-exact-1.md section 12: the file, or several."""
import math
import re
import struct

from canonical import need
from llm_weights import TYPES

MEMBERS, TENSORS, ELEMENTS, ALL_ELEMENTS, TEXT, NAME = 1024, 16384, 2**20, 2**22, 2**20, 256
WEIGHTS, FARTHEST, PARTS = 2**33, 2**53 - 1, 1000
FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}
BOOLEAN, STRING, ARRAY = 7, 8, 9
INTEGERS = (0, 1, 2, 3, 4, 5, 10, 11)
FLOATS = (6, 12)
BY_NUMBER = {number: (name, per_block, size) for name, (number, per_block, size) in TYPES.items()}


class Header:
    def __init__(self, data):
        self.data, self.at, self.elements = data, 0, 0

    def take(self, count):
        need(count <= len(self.data) - self.at, "MODEL_MALFORMED")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize(form)))[0]

    def count(self, most):
        count = self.number("Q")
        need(count <= most, "MODEL_TOO_LARGE")
        return count

    def text(self, most):
        try:
            return self.take(self.count(most)).decode("utf-8")
        except UnicodeDecodeError:
            need(False, "MODEL_MALFORMED")

    def one(self, kind):
        if kind == STRING:
            return self.text(TEXT)
        need(kind in FIXED, "MODEL_MALFORMED")
        value = self.number(FIXED[kind])
        if kind == BOOLEAN:
            need(value < 2, "MODEL_MALFORMED")
            return bool(value)
        return value

    def member(self):
        """(type, value); an array's type is (ARRAY, type of its elements)."""
        kind = self.number("I")
        if kind != ARRAY:
            return kind, self.one(kind)
        inner = self.number("I")
        count = self.count(ELEMENTS)
        self.elements += count
        need(self.elements <= ALL_ELEMENTS, "MODEL_TOO_LARGE")
        least = 8 if inner == STRING else struct.calcsize(FIXED.get(inner, "B"))
        need(count * least <= len(self.data) - self.at, "MODEL_MALFORMED")
        return (ARRAY, inner), [self.one(inner) for _ in range(count)]

    def tensor(self):
        rank = self.number("I")
        need(1 <= rank <= 4, "MODEL_TENSOR")
        sizes = [self.number("Q") for _ in range(rank)]
        need(all(sizes) and math.prod(sizes) <= WEIGHTS, "MODEL_TENSOR")
        number, offset = self.number("I"), self.number("Q")
        need(number in BY_NUMBER and offset <= FARTHEST, "MODEL_TENSOR")
        kind, per_block, size = BY_NUMBER[number]
        need(sizes[0] % per_block == 0, "MODEL_TENSOR")
        return kind, sizes, offset, math.prod(sizes) // per_block * size


def alignment_of(members):
    kind, alignment = members.get("general.alignment", (4, 32))
    need(kind in INTEGERS and 1 <= alignment <= 2**16 and alignment & alignment - 1 == 0, "MODEL_MALFORMED")
    return alignment


def read_gguf(data):
    """Members by key: (type, value). Tensors by name: (type, sizes, columns first, and bytes)."""
    header = Header(data)
    need(header.take(4) == b"GGUF", "MODEL_MALFORMED")
    need(header.number("I") in (2, 3), "MODEL_VERSION")
    counts = header.count(TENSORS), header.count(MEMBERS)
    members, placed, tensors = {}, {}, {}
    for _ in range(counts[1]):
        key = header.text(NAME)
        need(key not in members, "MODEL_MALFORMED")
        members[key] = header.member()
    alignment = alignment_of(members)
    for _ in range(counts[0]):
        name = header.text(NAME)
        need(name not in placed, "MODEL_TENSOR")
        placed[name] = header.tensor()
    start = -(-header.at // alignment) * alignment
    end = 0
    for name, (kind, sizes, offset, length) in sorted(placed.items(), key=lambda tensor: tensor[1][2]):
        need(offset % alignment == 0 and offset >= end, "MODEL_TENSOR")
        end = offset + length
        need(start + end <= len(data), "MODEL_MALFORMED")
        tensors[name] = kind, sizes, data[start + offset:start + end]
    return members, tensors


def count_at(members, key):
    kind, count = members.get(key, (None, -1))
    need(kind in INTEGERS and count >= 0, "MODEL_MALFORMED")
    return count


def read_files(files, entry):
    """Section 12.1: as read_gguf, of all files by path."""
    first, tensors = read_gguf(files[entry])
    count = count_at(first, "split.count") if "split.count" in first else 0
    if count < 2:
        return first, tensors
    stated = count_at(first, "split.tensors.count")
    need(count <= PARTS and stated <= TENSORS, "MODEL_TOO_LARGE")
    need(count_at(first, "split.no") == 0 and re.search(r"-00001-of-%05d\.gguf\Z" % count, entry), "MODEL_MALFORMED")
    for number in range(2, count + 1):
        path = entry[:-len("00001-of-00000.gguf")] + "%05d-of-%05d.gguf" % (number, count)
        need(path in files, "MODEL_MALFORMED")
        members, more = read_gguf(files[path])
        need(count_at(members, "split.no") == number - 1, "MODEL_MALFORMED")
        need("split.count" in members and "split.tensors.count" in members, "MODEL_MALFORMED")
        for key, (_, value) in members.items():
            if key not in ("split.no", "general.alignment"):
                need(key in first and repr(first[key][1]) == repr(value), "MODEL_MALFORMED")
        need(not tensors.keys() & more.keys(), "MODEL_TENSOR")
        tensors |= more
    need(len(tensors) == stated, "MODEL_MALFORMED")
    return first, tensors
