"""evidence.md, trace.md."""
import base64
import re

from canonical import Refused, canonical, need, read_json
from exchange import REQUEST, RESPONSE
from fields import COUNT, HEX32, NAME, anything, document, each, integer, one_of, shape_of, text_of
from models import DATATYPES, SIGNED_MANIFEST
from receipts import RECEIPT, leaf, root_of_leaves
from signing import digest, sha256, tagged


VALUE = shape_of({"name": NAME, "digest": HEX32})
OUTPUT = shape_of({"name": NAME, "datatype": one_of(*DATATYPES), "shape": each(COUNT, 0, 8), "digest": HEX32})
OPERATOR_TRACE = document("trace/1", {"steps": each(shape_of({
    "node": NAME, "op": NAME, "inputs": each(VALUE, 0, 4096), "outputs": each(OUTPUT, 0, 4096)}), 0, 20_000)})


def in_order(trace):
    choices = [step["choice"] for step in trace["steps"]]
    need(choices == sorted(choices))


TOKEN_TRACE = document("trace/1", {"kind": one_of("tokens"), "steps": each(shape_of({
    "choice": integer(0, 15), "token": COUNT, "logits": HEX32}), 0, 2**17)}, in_order)


def TRACE(value):
    (TOKEN_TRACE if isinstance(value, dict) and "kind" in value else OPERATOR_TRACE)(value)


def trace_root(trace, salt):
    """trace.md section 4."""
    kind = "trace-token/1" if "kind" in trace else "trace-step/1"
    leaves = [leaf(tagged(kind, salt, canonical(step))) for step in trace["steps"]]
    return root_of_leaves(leaves) if leaves else sha256(b"")


def trace_difference(claimed, computed):
    """trace.md section 6."""
    for index in range(max(len(claimed["steps"]), len(computed["steps"]))):
        if index >= min(len(claimed["steps"]), len(computed["steps"])):
            return {"index": index, "difference": "length"}
        a, b = claimed["steps"][index], computed["steps"][index]
        names = ([("choice", "length"), ("logits", "logits"), ("token", "token")] if "kind" in claimed else
                 [("node", "graph"), ("op", "graph"), ("inputs", "inputs"), ("outputs", "output")])
        for name, kind in names:
            if a[name] != b[name]:
                return {"index": index, "difference": kind}
    return {"difference": "none"}


EVIDENCE = document("evidence/1", {
    "receipt": RECEIPT, "request?": REQUEST, "response?": RESPONSE, "manifest?": SIGNED_MANIFEST, "trace?": TRACE,
    "log?": shape_of({"checkpoint": text_of(0, 65536), "index": COUNT, "proof": each(HEX32, 0, 64), "key": anything,
                      "witnesses?": each(anything, 1, 64)})})


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
