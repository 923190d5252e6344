"""canonical.md section 5: keccak-256 and the recovery of public keys. For checking only: not constant in time."""

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)

MASK = 2**64 - 1


def rotate(word, by):
    return ((word << by) | (word >> (64 - by))) & MASK if by else word


def round_constants():
    """FIPS 202 section 3.2.5: bits of a linear feedback shift register."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << (2**j - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


ROUNDS = round_constants()


def permute(lanes):
    """Keccak-f[1600] over lanes[x + 5 * y]."""
    for constant in ROUNDS:
        parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        lanes = [lanes[i] ^ parity[(i - 1) % 5] ^ rotate(parity[(i + 1) % 5], 1) for i in range(25)]
        moved, x, y = list(lanes), 1, 0
        for t in range(24):
            target_x, target_y = y, (2 * x + 3 * y) % 5
            moved[target_x + 5 * target_y] = rotate(lanes[x + 5 * y], (t + 1) * (t + 2) // 2 % 64)
            x, y = target_x, target_y
        rows = [moved[5 * i:5 * i + 5] for i in range(5)]
        lanes = [row[i] ^ (~row[(i + 1) % 5] & MASK & row[(i + 2) % 5]) for row in rows for i in range(5)]
        lanes[0] ^= constant
    return lanes


def keccak256(data):
    rate = 136
    padded = bytearray(data + b"\1" + bytes(-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(padded[start + 8 * i:start + 8 * i + 8], "little")
        lanes = permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def add(a, b):
    """Sum of two points; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(point, factor):
    total = None
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def encode(point):
    return point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def public_key(secret):
    """64 bytes x and y."""
    return encode(multiply(G, secret))


def recover(digest, signature):
    """The public key (64 bytes) that made a 65-byte signature over a 32-byte digest, or None."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return None
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    if not (0 < r < N and 0 < s <= N // 2):
        return None
    square = (r**3 + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        return None
    if y % 2 != signature[64] - 27:
        y = P - y
    inverse = pow(r, -1, N)
    key = add(multiply((r, y), s * inverse % N), multiply(G, -int.from_bytes(digest, "big") * inverse % N))
    return encode(key) if key else None
