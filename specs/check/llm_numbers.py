"""profile-llm-exact-1.md sections 2 to 4: floats, SUM, functions.

A float is a Python float (a binary64) whose value is a binary32. Of + - * / and the square root the binary64 result,
rounded once more to binary32, is the binary32 result: binary64 has more than twice the digits.
"""
import math
import struct
from array import array
from operator import add

NAN, INFINITY = math.nan, math.inf


def single(x, cell=array("f", [0.0])):
    """A double rounded to float; too great a one becomes infinite."""
    cell[0] = x
    return cell[0]


def singles(doubles):
    return array("f", doubles)


def coefficients(text):
    return [float.fromhex(c) for c in text.split()]


def bits(x):
    return "7fc00000" if x != x else struct.pack(">f", x).hex()


def bits64(x):
    return "7ff8000000000000" if x != x else struct.pack(">d", x).hex()


def half_bits(x):
    """A float rounded to half."""
    if x != x:
        return "7e00"
    try:
        return struct.pack(">e", x).hex()
    except OverflowError:
        return "7c00" if x > 0 else "fc00"


def of_half(text):
    return struct.unpack(">e", bytes.fromhex(text))[0]


def as_half(x):
    """The float that a cache keeps of x."""
    return of_half(half_bits(x))


def greatest(values):
    """max of section 2: NaN where one is NaN."""
    values = list(values)
    return NAN if any(x != x for x in values) else max(values)


def divide(x, y):
    """Of floats. No division of this profile is by zero."""
    return single(x / y)


def root(x):
    return single(math.sqrt(x))


def SUM(values):
    sums = [0.0] * 32
    for start in range(0, len(values), 32):
        block = values[start:start + 32]
        sums[:len(block)] = singles(map(add, sums, block))
    for h in (16, 8, 4, 2, 1):
        sums = singles(map(add, sums[:h], sums[h:]))
    return sums[0]


def horner(c, x):
    y = c[0]
    for further in c[1:]:
        y = single(single(y * x) + further)
    return y


EXP = coefficients("0x1.a0d2cep-13 0x1.6e879cp-10 0x1.11121p-7 0x1.555382p-5 0x1.555554p-3 0x1p-1")
LOG2E, LN2_HIGH, LN2_LOW = coefficients("0x1.715476p+0 0x1.63p-1 -0x1.bd0106p-13")
TANH = coefficients("-0x1.75e1d4p-8 0x1.52269cp-6 -0x1.b83c5ap-5 0x1.110726p-3 -0x1.555532p-2")
ERF_BELOW_1 = coefficients("0x1.496a32p-14 -0x1.a3f7p-11 0x1.5405b2p-8 -0x1.b7f90ep-6 0x1.ce2cf8p-4 -0x1.81273ep-2"
                           " 0x1.20dd74p+0")
ERF_BELOW_2 = coefficients("0x1.7d39e8p-6 -0x1.1c10dp-3 0x1.7997ap-2 -0x1.2a39fp-1 0x1.3df3c6p-1 -0x1.fa518p-2"
                           " 0x1.5ca8e2p-2 -0x1.18b1p-2 0x1.20adccp-1")
ERF_ELSE = coefficients("-0x1.4f4906p+3 0x1.9f4538p+3 -0x1.dfb694p+2 0x1.75e3f4p+1 -0x1.03e86cp+0 0x1.aff87cp-2"
                        " -0x1.20d8bap-2 0x1.20dd72p-1")
GELU_ERF, GELU_TANH, GELU_CUBE = coefficients("0x1.6a09e6p-1 -0x1.988454p+0 0x1.6e4e26p-5")


def exp(x):
    if x != x:
        return NAN
    if x > 88 or x < -87:
        return INFINITY if x > 0 else 0.0
    k = round(single(x * LOG2E))
    r = single(single(x - single(k * LN2_HIGH)) - single(k * LN2_LOW))
    y = single(horner(EXP, r) * single(r * r))
    return math.ldexp(single(single(y + r) + 1), k)


def tanh(x):
    if abs(x) < 0.625:
        z = single(x * x)
        return single(single(single(horner(TANH, z) * z) * x) + x)
    return math.copysign(single(1 - divide(2, single(exp(2 * abs(x)) + 1))), x)


def erf(x):
    s = single(x * x)
    if abs(x) < 1:
        return single(x * horner(ERF_BELOW_1, s))
    v = divide(1, abs(x))
    p = horner(ERF_BELOW_2 if abs(x) < 2 else ERF_ELSE, single(v * v))
    return math.copysign(single(1 - single(single(exp(-s) * v) * p)), x)


def silu(x):
    return divide(x, single(1 + exp(-x)))


def gelu_erf(x):
    return single(single(0.5 * x) * single(1 + erf(single(x * GELU_ERF))))


def gelu_tanh(x):
    cubic = single(1 + single(GELU_CUBE * single(x * x)))
    return divide(x, single(1 + exp(single(single(GELU_TANH * x) * cubic))))


def soft_cap(x, cap):
    return single(cap * tanh(divide(x, cap)))


EXP64 = coefficients("0x1.6376972bea4dp-25 -0x1.bbd41c5d26bf1p-20 0x1.1566aaf25de2cp-14 -0x1.6c16c16bebd93p-9"
                     " 0x1.555555555553ep-3")
LOG64 = coefficients("0x1.2f112df3e5244p-3 0x1.39a09d078c69fp-3 0x1.7466496cb03dep-3 0x1.c71c51d8e78afp-3"
                     " 0x1.2492494229359p-2 0x1.999999997fa04p-2 0x1.5555555555593p-1")
SIN64 = coefficients("0x1.5d93a5acfd57cp-33 -0x1.ae5e68a2b9cebp-26 0x1.71de357b1fe7dp-19 -0x1.a01a019c161d5p-13"
                     " 0x1.111111110f8a6p-7 -0x1.5555555555549p-3")
COS64 = coefficients("-0x1.8fae9be8838d4p-37 0x1.1ee9ebdb4b1c4p-29 -0x1.27e4f809c52adp-22 0x1.a01a019cb159p-16"
                     " -0x1.6c16c16c15177p-10 0x1.555555555554cp-5")
LOG2E64, LN2_HIGH64, LN2_LOW64, SQRT2 = coefficients("0x1.71547652b82fep+0 0x1.62e42feep-1 0x1.a39ef35793c76p-33"
                                                     " 0x1.6a09e667f3bcdp+0")
TWO_BY_PI, HALF_PI_HIGH, HALF_PI_LOW = coefficients("0x1.45f306dc9c883p-1 0x1.921fb544p+0 0x1.0b4611a626331p-34")


def horner64(c, x):
    y = c[0]
    for further in c[1:]:
        y = y * x + further
    return y


def exp64(x):
    k = round(x * LOG2E64)
    h, low = x - k * LN2_HIGH64, k * LN2_LOW64
    r = h - low
    t = r * r
    c = r - t * horner64(EXP64, t)
    return (1 - ((low - (r * c) / (2 - c)) - h)) * 2.0**k


def log64(x):
    m, k = math.frexp(x)
    if m < SQRT2 / 2:
        m, k = 2 * m, k - 1
    f = m - 1
    s = f / (2 + f)
    z = s * s
    h = 0.5 * f * f
    r = z * horner64(LOG64, z)
    return k * LN2_HIGH64 - ((h - (s * (h + r) + k * LN2_LOW64)) - f)


def sin_and_cos64(x):
    n = round(x * TWO_BY_PI)
    r = (x - n * HALF_PI_HIGH) - n * HALF_PI_LOW
    z = r * r
    s = r + r * (z * horner64(SIN64, z))
    c = 1 - (0.5 * z - z * (z * horner64(COS64, z)))
    return ((s, c), (c, -s), (-s, -c), (-c, s))[n % 4]


FUNCTIONS = {"exp": exp, "tanh": tanh, "erf": erf, "silu": silu, "gelu-erf": gelu_erf, "gelu-tanh": gelu_tanh}
FUNCTIONS64 = {"exp": exp64, "log": log64, "sin": lambda x: sin_and_cos64(x)[0], "cos": lambda x: sin_and_cos64(x)[1]}
