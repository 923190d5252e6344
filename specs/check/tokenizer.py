"""tokenizer.md, as its vectors put it."""
import base64

from llm_gguf import read_gguf
from token_answer import detokenize, until_stop
from token_gguf import read_members
from token_hub import read_hub
from token_pieces import pieces_of
from token_unicode import lower, normal_form


def definition_of(vector):
    return read_members(read_gguf(base64.b64decode(vector["gguf"]))[0]) if "gguf" in vector else read_hub(vector["hub"])


def bytes_of(vector):
    return [bytes.fromhex(one) for one in vector["bytes"]]


def run_encode(vector):
    definition = definition_of(vector)
    tokens = [definition.encode(case["text"], case.get("special", False), case.get("whole", False))
              for case in vector.get("cases", [])]
    return {"digest": definition.digest(), "ends": definition.members["ends"],
            "tokens": [" ".join(map(str, one)) for one in tokens]}


def run_bytes(vector):
    definition = definition_of(vector)
    return {"bytes": [definition.bytes_of(token).hex() for token in vector["tokens"]]}


OPERATIONS = {
    "encode": run_encode, "bytes": run_bytes,
    "pieces": lambda v: {"pieces": [pieces_of(v["preTokenizer"], text) for text in v["texts"]]},
    "detokenize": lambda v: detokenize(bytes_of(v)), "stop": lambda v: until_stop(bytes_of(v), v["strings"]),
    "normalize": lambda v: {"nfc": [normal_form("NFC", text) for text in v["texts"]],
                            "nfd": [normal_form("NFD", text) for text in v["texts"]],
                            "lower": [lower(text) for text in v["texts"]]},
}
