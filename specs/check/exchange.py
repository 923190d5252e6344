"""request.md, response.md and profile.md: tensors, and what all kinds share."""
import base64
import struct

from canonical import SAFE, Refused, need
from fields import COUNT, NAME, document, each, kinds, members_of, one_of, shape_of, text_of
from models import DATATYPES, name_of
from text import EMBEDDING_REQUEST, HEAD, TEXT_REQUEST, TEXT_RESPONSE, text_response_rules, token_usage

TENSOR = shape_of({"name": NAME, "datatype": one_of(*DATATYPES), "shape": each(COUNT, 0, 8), "data": text_of(0, SAFE)})
TENSORS_REQUEST = {"kind": one_of("tensors"), **HEAD, "inputs": each(TENSOR, 0, 256, name_of),
                   "outputs?": each(NAME, 1, 256, lambda name: name)}
TENSORS_RESPONSE = {"kind": one_of("tensors"), "outputs": each(TENSOR, 1, 256, name_of)}
REQUEST = kinds("request/1", {"tensors": TENSORS_REQUEST, "text": TEXT_REQUEST, "embedding": EMBEDDING_REQUEST})
RESPONSE = kinds("response/1", {"tensors": TENSORS_RESPONSE, "text": TEXT_RESPONSE}, {"text": (text_response_rules,)})


def rule(value):
    need(isinstance(value, (str, bool, int)))
    if type(value) is int:
        COUNT(value)


PROFILE = document("profile/1", {"name": NAME, "exact": one_of(True, False), "rules": members_of(rule)})

FLOATS = {"FP16": ("<H", 0x7FFF, 0x7C00, 0x7E00), "FP32": ("<I", 0x7FFFFFFF, 0x7F800000, 0x7FC00000),
          "FP64": ("<Q", 2**63 - 1, 0x7FF << 52, 0x7FF8 << 48)}


def canonical_nan(datatype, data):
    if datatype not in FLOATS:
        return data
    form, magnitude, infinity, quiet = FLOATS[datatype]
    return b"".join(struct.pack(form, quiet if bits & magnitude > infinity else bits)
                    for (bits,) in struct.iter_unpack(form, data))


def open_tensor(tensor):
    def check(condition):
        need(condition, "TENSOR_INVALID")
    elements = 1
    for size in tensor["shape"]:
        elements *= size
        check(elements <= 2**28)
    try:
        data = base64.b64decode(tensor["data"], validate=True)
    except ValueError:
        raise Refused("TENSOR_INVALID")
    check(base64.b64encode(data).decode() == tensor["data"])
    if tensor["datatype"] == "BYTES":
        at = count = 0
        while at + 4 <= len(data):
            at += 4 + struct.unpack_from("<I", data, at)[0]
            count += 1
        check(at == len(data) and count == elements)
    else:
        check(len(data) == elements * DATATYPES[tensor["datatype"]])
    check(tensor["datatype"] != "BOOL" or not data.strip(b"\0\1"))
    check(canonical_nan(tensor["datatype"], data) == data)
    return {"name": tensor["name"], "elements": elements, "hex": data.hex()}


def usage(request, response=None):
    def total(tensors):
        return sum(len(open_tensor(tensor)["hex"]) // 2 for tensor in tensors)
    if request["kind"] == "text":
        return token_usage(response)
    given = (total(request["inputs"]) if request["kind"] == "tensors"
             else sum(len(text.encode()) for text in request["texts"]))
    return {"inputBytes": given, "outputBytes": total(response["outputs"]) if response else 0}
