"""evidence.md."""
import base64
import re

from canonical import Refused, canonical, need, read_json
from exchange import REQUEST, RESPONSE
from fields import COUNT, HEX32, NAME, anything, document, each, one_of, shape_of, text_of
from models import DATATYPES, SIGNED_MANIFEST
from receipts import RECEIPT
from signing import digest, sha256


VALUE = shape_of({"name": NAME, "digest": HEX32})
OUTPUT = shape_of({"name": NAME, "datatype": one_of(*DATATYPES), "shape": each(COUNT, 0, 8), "digest": HEX32})
TRACE = document("trace/1", {"steps": each(shape_of({
    "node": NAME, "op": NAME, "inputs": each(VALUE, 0, 4096), "outputs": each(OUTPUT, 0, 4096)}), 0, 20_000)})
EVIDENCE = document("evidence/1", {
    "receipt": RECEIPT, "request?": REQUEST, "response?": RESPONSE, "manifest?": SIGNED_MANIFEST, "trace?": TRACE,
    "log?": shape_of({"checkpoint": text_of(0, 65536), "index": COUNT, "proof": each(HEX32, 0, 64), "key": anything})})


def read_evidence(data):
    value = read_json(data)
    EVIDENCE(value)
    return {"canonical": sha256(canonical(value)).hex(), "receipt": digest(value["receipt"]).hex()}


def read_fragment(text):
    need(re.fullmatch("e=[A-Za-z0-9_-]*", text) and len(text) <= 2 + 43_691, "CANONICAL_INVALID")
    try:
        data = base64.urlsafe_b64decode(text[2:] + "=" * (-len(text[2:]) % 4))
    except ValueError:
        raise Refused("CANONICAL_INVALID")
    need(base64.urlsafe_b64encode(data).decode().rstrip("=") == text[2:], "CANONICAL_INVALID")
    return read_evidence(data)
