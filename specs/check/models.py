"""manifest.md and name.md."""
import re
import unicodedata

from canonical import SAFE, Refused, canonical, decode, need, utf16
from fields import (ADDRESS, COUNT, HEX32, NAME, SIGNATURE, TIME, anything, document, each, integer, is_id, matches,
                    one_of, shape_of, text_of)
from signing import digest, hash_of_id, sha256, signed, signer, statement

DATATYPES = {"BOOL": 1, "UINT8": 1, "UINT16": 2, "UINT32": 4, "UINT64": 8, "INT8": 1, "INT16": 2, "INT32": 4,
             "INT64": 8, "FP16": 2, "FP32": 4, "FP64": 8, "BYTES": 0}


def is_path(text):
    return (0 < len(text.encode("utf-8", "surrogatepass")) <= 255 and unicodedata.normalize("NFC", text) == text
            and not re.search("[\0-\x1f\x7f-\x9f\\\\:\ud800-\udfff]", text)
            and all(part not in ("", ".", "..") for part in text.split("/")))


def path(value):
    need(isinstance(value, str) and is_path(value))


def manifest_rules(value):
    paths = [file["path"] for file in value["files"]]
    need(all(utf16(a) < utf16(b) for a, b in zip(paths, paths[1:])))
    need(not any("/".join(p.split("/")[:i]) in paths for p in paths for i in range(1, p.count("/") + 1)))
    need(value["entry"] in paths)
    if value["format"] == "onnx":
        need(value["outputs"])
        return
    need(not value["inputs"] and not value["outputs"] and value["task"] in ("text-generation", "text-embedding"))
    if value["format"] == "upstream":
        need(paths == ["upstream.json"])
        need("tokenizer" not in value and "chatTemplate" not in value)


def name_of(tensor):
    return tensor["name"]


TENSOR_SIGNATURE = shape_of({"name": NAME, "datatype": one_of(*DATATYPES), "shape": each(integer(-1), 0, 8)})
MANIFEST = document("manifest/1", {
    "title": NAME, "format": one_of("onnx", "gguf", "safetensors", "upstream"), "task": NAME,
    "files": each(shape_of({"path": path, "size": integer(0, 2**43), "root": HEX32}), 1, 1000),
    "entry": text_of(0, 2**18), "inputs": each(TENSOR_SIGNATURE, 0, 256, name_of),
    "outputs": each(TENSOR_SIGNATURE, 0, 256, name_of), "licence": NAME, "parent?": is_id, "publisher": ADDRESS,
    "tokenizer?": HEX32, "chatTemplate?": HEX32, "card?": anything}, manifest_rules)
UPSTREAM = document("upstream/1", {"model": NAME})
SIGNED_MANIFEST = document("signed-manifest/1", {"manifest": MANIFEST, "signature": SIGNATURE})


def tokenizer_digest(members):
    """Of a GGUF file, section 6; floats stand in the vector as they are digested."""
    def spelled(kind, value):
        if isinstance(value, list):
            return [spelled(kind[:-1], item) for item in value]
        return int(value) if kind == "integer" and abs(int(value)) <= SAFE else value
    own = {member["key"]: spelled(member["type"], member["value"]) for member in members
           if member["key"].startswith("tokenizer.ggml.")}
    return {"digest": sha256(canonical(own)).hex()} if own else None


LABEL = "[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?"
NAME_RECORD = document("name/1", {"key": ADDRESS, "name": matches(LABEL), "version": matches(LABEL), "model": is_id,
                                  "sequence": COUNT, "expires": TIME})
SIGNED_NAME = document("signed-name/1", {"record": NAME_RECORD, "signature": SIGNATURE})


def read_signed(data, check, member, key, code):
    value = decode(data)
    check(value)
    hashed = statement(value[member]["isobit"], digest(value[member]))
    need(signer(hashed, value["signature"]) == value[member][key], code)
    return value[member], signed(hashed).hex()


def reference(text):
    if re.fullmatch("b[a-z2-7]{60}", text):
        try:
            hash_of_id(text)
            return {"kind": "id", "id": text}
        except Refused:
            pass
    match = re.fullmatch(f"(?:(?P<owner>{LABEL})/)?(?P<name>{LABEL})(?::(?P<version>{LABEL}))?", text)
    need(match, "REF_INVALID")
    return {"kind": "name", **{name: value for name, value in match.groupdict().items() if value is not None}}
