"""profile-llm-exact-1.md, as its vectors put it: a kind, its members, its results."""
import base64
import struct

from llm_gguf import read_files, read_gguf
from llm_graph import generate, load
from llm_numbers import FUNCTIONS, FUNCTIONS64, SUM, bits, bits64, half_bits, of_half, soft_cap
from llm_operators import Rope, attention, layer_norm, rms_norm, unit_length
from llm_sampler import log_probabilities, philox, random_bits, read_parameters, sample
from llm_weights import FLOATS, Matrix, blocks_of, floats_of, quantise, values_of


def floats(text):
    return [struct.unpack(">f", bytes.fromhex(one))[0] for one in text.split()]


def doubles(text):
    return [struct.unpack(">d", bytes.fromhex(one))[0] for one in text.split()]


def words(text):
    return tuple(int(one, 16) for one in text.split())


def spelled(values, spell=bits):
    return " ".join(map(spell, values))


def run_unpack(vector):
    kind, data = vector["type"], bytes.fromhex(vector["hex"])
    if kind in FLOATS:
        return {"values": spelled(floats_of(kind, data))}
    blocks = blocks_of(kind, data)
    described = []
    for d, m, factors, q in blocks:
        offset = {} if m is None else {"offset": bits(m)}
        described.append({"scale": bits(d), **offset, **({"factors": list(factors)} if factors else {}),
                          "integers": spelled(q, str)})
    return {"blocks": described, "values": spelled(values_of(blocks))}


def run_quantise(vector):
    return {"blocks": [{"scale": bits(e), "integers": spelled(q, str), "sum": t}
                       for e, q, t in quantise(floats(vector["x"]))]}


def run_matmul(vector):
    matrix = Matrix(vector["type"], vector["columns"], bytes.fromhex(vector["hex"]))
    return {"y": spelled(matrix.times(floats(vector["x"])))}


def run_function64(vector):
    return {"y": spelled(map(FUNCTIONS64[vector["name"]], doubles(vector["x"])), bits64)}


def run_soft_cap(vector):
    cap = floats(vector["cap"])[0]
    return {"y": spelled(soft_cap(x, cap) for x in floats(vector["x"]))}


def run_norm(vector):
    x, weight, epsilon = floats(vector["x"]), floats(vector["weight"]), floats(vector["epsilon"])[0]
    if vector["kind"] == "rms-norm":
        return {"y": spelled(rms_norm(x, weight, epsilon))}
    return {"y": spelled(layer_norm(x, weight, floats(vector["bias"]), epsilon))}


def run_rope(vector):
    divisors = floats(vector["divisors"]) if "divisors" in vector else None
    rope = Rope(vector["order"], vector["dimensions"], floats(vector["base"])[0], floats(vector["factor"])[0], divisors)
    angles = rope.angles(vector["position"])
    return {"frequencies": spelled(rope.frequencies, bits64), "cos": spelled(cos for cos, _ in angles),
            "sin": spelled(sin for _, sin in angles), "y": spelled(rope.turn(floats(vector["x"]), angles))}


def run_attention(vector):
    query = floats(vector["query"])
    keys, values = ([flat[start:start + len(query)] for start in range(0, len(flat), len(query))]
                    for flat in (list(map(of_half, vector[name].split())) for name in ("keys", "values")))
    cap = floats(vector["cap"])[0] if "cap" in vector else None
    return {"y": spelled(attention(query, keys, values, vector["first"], vector["last"], cap))}


def run_random(vector):
    return {"bits": f"{random_bits(int(vector['seed']), vector['position'], vector['choice']):016x}"}


def run_sample(vector):
    logits = floats(vector["logits"])
    parameters = read_parameters(vector["parameters"], len(logits))
    return {"token": sample(logits, vector["before"], vector["choice"], parameters, vector.get("allowed"))}


def model_of(vector):
    if "files" in vector:
        return load(*read_files({path: base64.b64decode(text) for path, text in vector["files"].items()}, vector["entry"]))
    return load(*read_gguf(base64.b64decode(vector["gguf"])))


def run_decoder(vector):
    decoder = model_of(vector)
    decoder.prompt(vector["tokens"])
    return {"logits": [spelled(decoder.next(token)) for token in vector["tokens"]]}


OPERATIONS = {
    "half": lambda v: {"halves": spelled(floats(v["x"]), half_bits)},
    "unpack": run_unpack, "quantise": run_quantise, "matmul": run_matmul,
    "function": lambda v: {"y": spelled(map(FUNCTIONS[v["name"]], floats(v["x"])))},
    "function64": run_function64, "soft-cap": run_soft_cap,
    "sum": lambda v: {"y": bits(SUM(floats(v["x"])))},
    "unit-length": lambda v: {"y": spelled(unit_length(floats(v["x"])))},
    "rms-norm": run_norm, "layer-norm": run_norm, "rope": run_rope, "attention": run_attention,
    "philox": lambda v: {"words": spelled(philox(words(v["counter"]), words(v["key"])), lambda word: f"{word:08x}")},
    "random": run_random, "sample": run_sample,
    "log-probabilities": lambda v: {"y": spelled(log_probabilities(floats(v["logits"])))},
    "decoder": run_decoder, "encoder": lambda v: {"embedding": spelled(model_of(v).embed(v["tokens"]))},
    "generate": lambda v: {"tokens": generate(model_of(v), v["prompt"], v["parameters"], v["most"])},
}
