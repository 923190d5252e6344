"""profile-llm-exact-1.md sections 5 and 6: weights, activations, matrix products."""
import math
import struct
from itertools import repeat
from operator import add, mul

from canonical import need
from llm_numbers import NAN, greatest, single, singles

# type: its number in GGUF, weights of a block, bytes of a block
TYPES = {"F32": (0, 1, 4), "F16": (1, 1, 2), "BF16": (30, 1, 2), "Q8_0": (8, 32, 34), "Q4_0": (2, 32, 18),
         "Q4_1": (3, 32, 20), "Q5_0": (6, 32, 22), "Q5_1": (7, 32, 24), "Q4_K": (12, 256, 144), "Q5_K": (13, 256, 176),
         "Q6_K": (14, 256, 210)}
FLOATS = ("F32", "F16", "BF16")
TINY = 2.0**-126


def finite(values):
    need(all(map(math.isfinite, values)), "MODEL_WEIGHTS")
    return values


def floats_of(kind, data):
    if kind == "BF16":
        data, kind = b"".join(b"\0\0" + data[i:i + 2] for i in range(0, len(data), 2)), "F32"
    return finite(struct.unpack(f"<{len(data) // TYPES[kind][2]}{'f' if kind == 'F32' else 'e'}", data))


def halves(data):
    return finite(struct.unpack(f"<{len(data) // 2}e", data))


def nibbles(data):
    return [byte & 15 for byte in data] + [byte >> 4 for byte in data]


def block_of_32(kind, data):
    if kind == "Q8_0":
        return [(halves(data[:2])[0], None, None, list(struct.unpack("32b", data[2:])))]
    heads = halves(data[:4 if kind.endswith("1") else 2])
    rest = data[2 * len(heads):]
    q = nibbles(rest[-16:])
    if kind.startswith("Q5"):
        five = int.from_bytes(rest[:4], "little")
        q = [low + 16 * (five >> i & 1) for i, low in enumerate(q)]
    if len(heads) == 1:
        q = [integer - (16 if kind == "Q5_0" else 8) for integer in q]
    return [(heads[0], heads[1] if len(heads) == 2 else None, None, q)]


def blocks_of_k(kind, data):
    D, M = halves(data[:4])
    b, f, last = data[4:16], data[16:48], data[-128:]
    blocks = []
    for j in range(8):
        S, N = ((b[j] & 63, b[j + 4] & 63) if j < 4 else
                ((b[j + 4] & 15) | (b[j - 4] >> 6) << 4, (b[j + 4] >> 4) | (b[j] >> 6) << 4))
        q = [byte >> 4 if j % 2 else byte & 15 for byte in last[j // 2 * 32:][:32]]
        if kind == "Q5_K":
            q = [low + 16 * (f[i] >> j & 1) for i, low in enumerate(q)]
        blocks.append((D * S, -(M * N), None, q))
    return blocks


def blocks_of_q6(data):
    low, high, factors, D = data[:128], data[128:192], struct.unpack("16b", data[192:208]), halves(data[208:])[0]
    blocks = []
    for j in range(8):
        a, u = divmod(j, 4)
        q = [((low[64 * a + 32 * (u % 2) + i] >> 4 * (u // 2)) & 15 | (high[32 * a + i] >> 2 * u & 3) << 4) - 32
             for i in range(32)]
        blocks.append((D, None, factors[2 * j:2 * j + 2], q))
    return blocks


def blocks_of(kind, data):
    """Blocks of 32, each (d, m or None, the two factors or None, integers)."""
    size = TYPES[kind][2]
    read = {"Q4_K": blocks_of_k, "Q5_K": blocks_of_k, "Q6_K": lambda _, block: blocks_of_q6(block)}.get(kind, block_of_32)
    return [block for start in range(0, len(data), size) for block in read(kind, data[start:start + size])]


def values_of(blocks):
    """Section 5.4."""
    values = []
    for d, m, factors, q in blocks:
        if factors:
            q = [integer * factors[i // 16] for i, integer in enumerate(q)]
        values += [single(d * integer) if m is None else single(single(d * integer) + m) for integer in q]
    return values


class Matrix:
    """Rows of weights; `kind` is a type of section 5."""

    def __init__(self, kind, columns, data):
        _, per_block, size = TYPES[kind]
        length = columns // per_block * size
        parts = [data[start:start + length] for start in range(0, len(data), length)]
        self.kind, self.columns, self.floats = kind, columns, kind in FLOATS
        self.rows = [floats_of(kind, part) if self.floats else blocks_of(kind, part) for part in parts]
        self.by_column = list(zip(*self.rows)) if self.floats else None

    def row(self, index):
        return list(self.rows[index]) if self.floats else values_of(self.rows[index])

    def times(self, x):
        if self.floats:
            return self.times_floats(x)
        activations = quantise(x)
        return [product(row, activations) for row in self.rows]

    def times_floats(self, x):
        """Section 6.3, all rows side by side."""
        none = [0.0] * len(self.rows)
        y = none
        for start in range(0, self.columns, 32):
            p = none
            for weights, value in zip(self.by_column[start:start + 32], x[start:start + 32]):
                p = singles(map(add, p, singles(map(mul, weights, repeat(value)))))
            y = singles(map(add, y, p))
        return list(y)


def quantise(x):
    """Section 6.1: blocks of (e, integers, t)."""
    blocks = []
    for start in range(0, len(x), 32):
        block = x[start:start + 32]
        e = single(greatest(map(abs, block)) / 127)
        q = [0] * 32
        if not math.isfinite(e):
            e = NAN
        elif e < TINY:
            e = 0.0
        else:
            v = single(1 / e)
            q = [round(single(value * v)) for value in block]
        blocks.append((e, q, sum(q)))
    return blocks


def product(row, activations):
    """Section 6.2."""
    y = o = 0.0
    for (d, m, factors, weights), (e, q, t) in zip(row, activations):
        if factors:
            n = sum(factor * sum(map(mul, weights[i:i + 16], q[i:i + 16])) for factor, i in zip(factors, (0, 16)))
        else:
            n = sum(map(mul, weights, q))
        y = single(y + single(single(d * e) * n))
        if m is not None:
            o = single(o + single(m * single(e * t)))
    return y if row[0][1] is None else single(y + o)
