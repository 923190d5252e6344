#!/usr/bin/env python3
"""Runs the vectors of the starred specs (../README.md) with nothing but this file and Python's standard library.

Usage: verify.py [FOLDER]   exits 0 when every vector does what it states, else 1.
"""
import json
import os
import re
import sys

sys.dont_write_bytecode = True

from canonical import BYTES, Refused, canonical, canonical_text, decode, need, read_json  # noqa: E402
from evidence import TRACE, read_evidence, read_fragment, trace_difference, trace_root  # noqa: E402
from exchange import PROFILE, REQUEST, RESPONSE, TENSOR, canonical_nan, open_tensor, usage  # noqa: E402
from grammar import OPERATIONS as GRAMMAR_OPERATIONS  # noqa: E402
from llm import OPERATIONS as LLM_OPERATIONS  # noqa: E402
from models import MANIFEST, NAME_RECORD, SIGNED_MANIFEST, SIGNED_NAME, UPSTREAM, is_path, read_signed, reference, tokenizer_digest  # noqa: E402
from receipts import GENESIS, RECEIPT, contradict, read_receipt, sign_batch  # noqa: E402
from secp256k1 import N, keccak256, public_key, recover  # noqa: E402
from signing import (DOMAIN, address_of, compressed, digest, hash_of_id, id_of_hash, sha256, signed, signer,  # noqa: E402
                     statement)
from text import SAMPLING, numbers  # noqa: E402
from tokenizer import OPERATIONS as TOKENIZER_OPERATIONS  # noqa: E402



def input_of(vector):
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()


def document_of(vector, check, kind):
    value = decode(input_of(vector), BYTES.get(kind, 2**18))
    check(value)
    return value


def run_key(vector):
    secret = int(vector["secret"], 16)
    need(0 < secret < N, "KEY_INVALID")
    point = public_key(secret)
    return {"publicKey": compressed(point).hex(), "address": address_of(point)}


def run_statement(vector):
    hashed = statement(vector["document"], bytes.fromhex(vector["digest"]))
    signature = vector["expected"]["signature"]
    return {"domain": DOMAIN.hex(), "structHash": hashed.hex(), "signed": signed(hashed).hex(), "signature": signature,
            "address": signer(hashed, signature)}


def personal_digest(text):
    message = text.encode()
    return keccak256(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)


def personal_signer(text, signature):
    if not re.fullmatch("0x[0-9a-f]{130}", signature):
        return None
    point = recover(personal_digest(text), bytes.fromhex(signature[2:]))
    return point and address_of(point)


def checksummed(address):
    capitals = keccak256(address[2:].encode()).hex()
    return "0x" + "".join(c.upper() if int(h, 16) > 7 else c for c, h in zip(address[2:], capitals))


def run_exchange(vector):
    text = ":".join([vector["model"]] + [sha256(vector[body].encode()).hex() for body in ("request", "response")])
    signature = vector["expected"]["signature"]
    address = address_of(public_key(int(vector["secret"], 16)))
    need(personal_signer(text, signature) == address, "signature")
    return {"text": text, "signed": personal_digest(text).hex(), "signature": signature, "address": checksummed(address)}


def run_exchange_signer(vector):
    address = personal_signer(vector["text"], vector["signature"])
    return address and {"address": address}


def run_recover(vector):
    point = recover(bytes.fromhex(vector["digest"]), bytes.fromhex(vector["signature"]))
    return point and {"publicKey": compressed(point).hex(), "address": address_of(point)}


def run_manifest(vector):
    value = document_of(vector, MANIFEST, "manifest/1")
    return {"id": id_of_hash(sha256(canonical(value))), "digest": digest(value).hex()}


def run_signed_manifest(vector):
    value, subject = read_signed(input_of(vector), SIGNED_MANIFEST, "manifest", "publisher", "MANIFEST_SIGNATURE")
    return {"id": id_of_hash(sha256(canonical(value))), "signed": subject}


def run_signed_name(vector):
    value, subject = read_signed(input_of(vector), SIGNED_NAME, "record", "key", "NAME_SIGNATURE")
    return {"signed": subject, "key": value["key"]}


def run_name_contradiction(vector):
    a, b = vector["records"]
    return {"contradicts": all(a[n] == b[n] for n in ("key", "name", "version")) and a["model"] != b["model"]}


def run_request(vector):
    value = document_of(vector, REQUEST, "request/1")
    opened = {"inputs": [open_tensor(tensor) for tensor in value["inputs"]]} if value["kind"] == "tensors" else {}
    return {"digest": digest(value, bytes.fromhex(value["salt"])).hex(), **opened}


def run_response(vector):
    value = document_of(vector, RESPONSE, "response/1")
    opened = {"outputs": [open_tensor(tensor) for tensor in value["outputs"]]} if value["kind"] == "tensors" else {}
    return {"digest": digest(value, bytes.fromhex(vector["salt"])).hex(), **opened}


def run_sampling(vector):
    SAMPLING(vector["sampling"])
    return numbers(vector["sampling"], vector["salt"])


def run_tensor(vector):
    TENSOR(vector["tensor"])
    return {name: value for name, value in open_tensor(vector["tensor"]).items() if name != "name"}


def run_profile(vector):
    value = document_of(vector, PROFILE, "profile/1")
    return {"digest": digest(value).hex(), "name": value["name"], "exact": value["exact"]}


def run_trace(vector):
    value = document_of(vector, TRACE, "trace/1")
    return {"root": trace_root(value, bytes.fromhex(vector["salt"])).hex()}


def run_receipt(vector):
    value = document_of(vector, RECEIPT, "receipt/1")
    results = read_receipt(value)
    need(vector.get("network", value["network"]) == value["network"], "network")
    return results


OPERATIONS = {
    "decode": lambda v: {"text": canonical_text(decode(input_of(v)))},
    "json": lambda v: {"text": canonical_text(read_json(input_of(v)))},
    "digest": lambda v: {"digest": sha256(v["tag"].encode() + b"\0" + bytes.fromhex(v["salt"]) + input_of(v)).hex()},
    "cid": lambda v: {"id": id_of_hash(sha256(input_of(v)))},
    "parse-cid": lambda v: {"digest": hash_of_id(v["text"]).hex()},
    "key": run_key, "statement": run_statement, "recover": run_recover,
    "manifest": run_manifest, "upstream": lambda v: {"model": document_of(v, UPSTREAM, "upstream/1")["model"]},
    "signed-manifest": run_signed_manifest,
    "chat-template-digest": lambda v: {"digest": sha256(v["text"].encode()).hex()},
    "tokenizer-digest": lambda v: tokenizer_digest(v["members"]),
    "path": lambda v: {} if is_path(v["text"]) else None,
    "name": lambda v: {"digest": digest(document_of(v, NAME_RECORD, "name/1")).hex()},
    "signed-name": run_signed_name, "reference": lambda v: {"reference": reference(v["text"])},
    "name-contradiction": run_name_contradiction,
    "request": run_request, "response": run_response, "tensor": run_tensor, "sampling": run_sampling, "profile": run_profile,
    "usage": lambda v: {"usage": usage(v["request"], v.get("response"))},
    "nan": lambda v: {"hex": canonical_nan(v["datatype"], input_of(v)).hex()},
    "receipt": run_receipt, "batch": sign_batch, "contradiction": lambda v: {"contradicts": contradict(*v["receipts"])},
    "genesis": lambda v: {"digest": digest(document_of(v, GENESIS, "genesis/1")).hex()},
    "document": run_trace, "difference": lambda v: trace_difference(v["claimed"], v["computed"]),
    "exchange": run_exchange, "exchange-signer": run_exchange_signer,
    "evidence": lambda v: read_evidence(input_of(v)), "fragment": lambda v: read_fragment(v["text"]),
}


NEED_AN_ENGINE = ("trace",)


TERMS = {**dict.fromkeys(("canonical", "manifest", "name", "request", "response", "profile", "receipt", "trace",
                          "evidence", "signature"), OPERATIONS),
         "profile-llm-exact-1": LLM_OPERATIONS, "tokenizer": TOKENIZER_OPERATIONS,
         "grammar": GRAMMAR_OPERATIONS}


def outcome(operations, vector):
    """What the vector's operation gives, in the vector's own words."""
    try:
        results = operations[vector["kind"]](vector)
        return {"error": "none"} if results is None else {"expected": results}
    except Refused as refused:
        return {"error": str(refused)}


def main(root):
    ran = wrong = 0
    for term, operations in TERMS.items():
        for side in ("valid", "invalid"):
            folder = os.path.join(root, term, side)
            for file in sorted(os.listdir(folder)):
                with open(os.path.join(folder, file), encoding="utf-8") as opened:
                    vector = json.load(opened)
                if vector["kind"] in NEED_AN_ENGINE:
                    continue
                stated = {name: vector[name] for name in ("expected", "error") if name in vector}
                given = outcome(operations, vector)
                ran += 1
                if given != stated:
                    wrong += 1
                    print(f"{term}/{side}/{file}: {vector['description']}\n  states {stated}\n  gives  {given}"[:1000])
    print(f"{ran} vectors, {wrong} wrong")
    return 0 if ran and not wrong else 1


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "vectors")))
