"""receipt.md."""
from canonical import SAFE, Refused, canonical, decode, need
from fields import (ADDRESS, COUNT, HEX32, NAME, SIGNATURE, TIME, document, each, integer, is_id, members_of, one_of,
                    shape_of, text_of)
from signing import digest, hash_of_id, sha256, signed, signer, struct_hash, tagged

ZERO = "0" * 64
OUTCOMES = {"complete": 0, "cancelled": 1, "limit": 2, "failed": 3}
EXACT = {"cbbf43418768dc289385a4d3f7a9da7d7aa6587524c4283f120c340b292ae553",  # profile.md section 2: onnx-exact-1
         "497cc245abd28c8fbee0952993b93b8e16de3260d7471ba9e40f7cefa3e7fd04",  # llm-exact-1
         "a3c4f72fc18f72b0eb059a25fccec8f351cd6218c52509b81342860774d319c8"}  # llama-wasm-1


BYTES_USAGE = shape_of({"inputBytes": COUNT, "outputBytes": COUNT})
TOKENS_USAGE = shape_of({"inputTokens": COUNT, "outputTokens": COUNT})


def usage(value):
    need(isinstance(value, dict))
    (TOKENS_USAGE if "inputTokens" in value else BYTES_USAGE)(value)


def receipt_rules(value):
    complete = value["outcome"] == "complete"
    need((value["response"] != ZERO) == complete and ("error" not in value["details"]) == complete)


RECEIPT = document("receipt/1", {
    **{name: HEX32 for name in ("network", "profile", "request", "response", "trace", "payment")},
    "model": is_id, "outcome": one_of(*OUTCOMES), "time": TIME, "worker": ADDRESS,
    "details": shape_of({"nonce": HEX32, "usage": usage,
                         "engine": shape_of({"name": NAME, "version": NAME, "digest?": HEX32}), "error?": NAME}),
    "signature": shape_of({"value": SIGNATURE, "batch?": shape_of({
        "size": integer(1, 1024), "index": COUNT, "path": each(HEX32, 0, 16)})})}, receipt_rules)
GENESIS = document("genesis/1", {"name": NAME, "facts": members_of(text_of(0, SAFE))})


def details_digest(receipt):
    return tagged("receipt-details/1", b"", canonical(receipt["details"]))


def receipt_hash(receipt):
    def word(name):
        return bytes.fromhex(receipt[name])
    return struct_hash(
        "Receipt(bytes32 network,bytes32 model,bytes32 profile,bytes32 request,bytes32 response,bytes32 trace,"
        "uint8 outcome,uint64 time,address worker,bytes32 payment,bytes32 details)",
        word("network"), hash_of_id(receipt["model"]), word("profile"), word("request"), word("response"),
        word("trace"), OUTCOMES[receipt["outcome"]], receipt["time"], bytes.fromhex(receipt["worker"][2:]),
        word("payment"), details_digest(receipt))


def leaf(hashed):
    return sha256(b"\0" + hashed)


def node(left, right):
    return sha256(b"\1" + left + right)


def root_of_path(hashed, batch):
    at, last, root = batch["index"], batch["size"] - 1, leaf(hashed)
    if at > last:
        return None
    for sibling in map(bytes.fromhex, batch["path"]):
        if last == 0:
            return None
        if at % 2 or at == last:
            root = node(sibling, root)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            root = node(root, sibling)
        at, last = at // 2, last // 2
    return root if last == 0 else None


def root_of_leaves(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of_leaves(leaves[:split]), root_of_leaves(leaves[split:]))


def batch_hash(root, size):
    return struct_hash("ReceiptBatch(bytes32 root,uint32 size)", root, size)


def read_receipt(receipt):
    """Results of a receipt; refused: signature where its worker did not sign it."""
    hashed, batch = receipt_hash(receipt), receipt["signature"].get("batch")
    root = batch and root_of_path(hashed, batch)
    need(root or not batch, "signature")
    subject = batch_hash(root, batch["size"]) if batch else hashed
    need(signer(subject, receipt["signature"]["value"]) == receipt["worker"], "signature")
    return {"receiptHash": hashed.hex(), "detailsDigest": details_digest(receipt).hex(),
            "signed": signed(subject).hex(), "signer": receipt["worker"], "digest": digest(receipt).hex(),
            **({"root": root.hex()} if batch else {})}


def is_signed(receipt):
    try:
        return bool(read_receipt(receipt))
    except Refused:
        return False


def contradict(a, b):
    same = ("worker", "network", "model", "profile", "request")
    return (a["outcome"] == b["outcome"] == "complete" and all(a[name] == b[name] for name in same)
            and a["profile"] in EXACT and a["response"] != b["response"] and is_signed(a) and is_signed(b))


def sign_batch(vector):
    bodies = vector["bodies"]
    need(1 <= len(bodies) <= 1024, "BATCH_INVALID")
    root = root_of_leaves([leaf(receipt_hash(body)) for body in bodies])
    # Signing is not repeated here: the receipts that the vector states are read instead.
    receipts = [decode(text.encode()) for text in vector["expected"]["receipts"]]
    for body, receipt in zip(bodies, receipts, strict=True):
        RECEIPT(receipt)
        need({**body, "isobit": "receipt/1", "signature": receipt["signature"]} == receipt)
        need(read_receipt(receipt)["root"] == root.hex())
    return {"root": root.hex(), "signed": signed(batch_hash(root, len(bodies))).hex(),
            "receipts": vector["expected"]["receipts"]}
