"""canonical.md sections 3 to 6: digests, ids, EIP-712, addresses."""
import base64
import hashlib
import re

from canonical import canonical, need
from secp256k1 import keccak256, recover


def sha256(data):
    return hashlib.sha256(data).digest()


def tagged(kind, salt, data):
    return sha256(b"isobit/" + kind.encode() + b"\0" + salt + data)


def digest(value, salt=b""):
    return tagged(value["isobit"], salt, canonical(value))


def id_of_hash(hashed):
    return "b" + base64.b32encode(bytes.fromhex("0180041220") + hashed).decode().lower().rstrip("=")


def hash_of_id(text):
    need(isinstance(text, str) and re.fullmatch("b[a-z2-7]{60}", text), "CID_INVALID")
    hashed = base64.b32decode(text[1:].upper() + "====")[5:]
    need(id_of_hash(hashed) == text, "CID_INVALID")
    return hashed


def address_of(point):
    return "0x" + keccak256(point)[-20:].hex()


def compressed(point):
    return bytes([2 + point[63] % 2]) + point[:32]


def struct_hash(type_string, *words):
    encoded = [keccak256(word.encode()) if isinstance(word, str) else
               word.to_bytes(32, "big") if isinstance(word, int) else word.rjust(32, b"\0") for word in words]
    return keccak256(keccak256(type_string.encode()) + b"".join(encoded))


DOMAIN = struct_hash("EIP712Domain(string name,string version)", "Isobit", "1")


def signed(hashed):
    return keccak256(b"\x19\x01" + DOMAIN + hashed)


def statement(kind, hashed):
    return struct_hash("Statement(string kind,bytes32 digest)", kind, hashed)


def signer(hashed, signature):
    point = recover(signed(hashed), bytes.fromhex(signature))
    return point and address_of(point)
