"""profile-llm-exact-1.md sections 7 to 9: norms, RoPE, attention."""
from operator import add, mul

from llm_numbers import SUM, divide, exp, exp64, greatest, log64, root, sin_and_cos64, single, singles, soft_cap


def plus(x, y):
    return list(singles(map(add, x, y)))


def times(x, y):
    return list(singles(map(mul, x, y)))


def by_root_of_mean(values, epsilon):
    r = divide(1, root(single(divide(SUM(times(values, values)), len(values)) + epsilon)))
    return [single(x * r) for x in values]


def rms_norm(x, weight, epsilon):
    return times(by_root_of_mean(x, epsilon), weight)


def layer_norm(x, weight, bias, epsilon):
    mean = divide(SUM(x), len(x))
    return plus(times(by_root_of_mean([single(one - mean) for one in x], epsilon), weight), bias)


def unit_length(x):
    length = root(SUM(times(x, x)))
    return x if length == 0 else [divide(one, length) for one in x]


class Rope:
    """Section 8. The divisors are those of rope_freqs.weight."""

    def __init__(self, order, dimensions, base, factor, divisors=None):
        self.pairs = [(2 * i, 2 * i + 1) if order == "adjacent" else (i, i + dimensions // 2)
                      for i in range(dimensions // 2)]
        self.frequencies = [exp64(-((2 * i / dimensions) * log64(base))) / factor for i in range(dimensions // 2)]
        if divisors:
            self.frequencies = [f / divisor for f, divisor in zip(self.frequencies, divisors)]

    def angles(self, position):
        """Of each pair (cos, sin)."""
        both = [sin_and_cos64(position * f) for f in self.frequencies]
        return [(single(cos), single(sin)) for sin, cos in both]

    def turn(self, head, angles):
        turned = list(head)
        for (i, j), (cos, sin) in zip(self.pairs, angles):
            x, y = head[i], head[j]
            turned[i] = single(single(x * cos) - single(y * sin))
            turned[j] = single(single(x * sin) + single(y * cos))
        return turned


def dot(x, y):
    total = 0.0
    for product in singles(map(mul, x, y)):
        total = single(total + product)
    return total


def attention(query, keys, values, first, last, cap=None):
    """Section 9, one head; keys and values by position, each a float that a half can hold."""
    scale = divide(1, root(len(query)))
    g = [single(q * scale) for q in query]
    M = L = O = None
    for block in range(first // 64, last // 64 + 1):
        visible = range(max(first, 64 * block), min(last, 64 * block + 63) + 1)
        scores = [dot(g, keys[t]) for t in visible]
        if cap is not None:
            scores = [soft_cap(s, cap) for s in scores]
        greater = greatest(scores if M is None else [M, *scores])
        weights = [0.0] * 64
        o = [0.0] * len(values[last])
        for t, s in zip(visible, scores):
            w = weights[t - 64 * block] = exp(single(s - greater))
            o = plus(o, [single(w * v) for v in values[t]])
        l = SUM(weights)
        if M is None:
            L, O = l, o
        else:
            u = exp(single(M - greater))
            L, O = single(single(L * u) + l), plus([single(one * u) for one in O], o)
        M = greater
    by = divide(1, L)
    return [single(one * by) for one in O]
