"""profile-llm-exact-1.md section 10: what a file asks for, decoders, encoders."""
import math

from canonical import need
from llm_gguf import BOOLEAN, FLOATS, INTEGERS, STRING
from llm_numbers import as_half, divide, gelu_erf, silu, single, soft_cap
from llm_operators import Rope, attention, layer_norm, plus, rms_norm, times, unit_length
from llm_sampler import all_finite, read_parameters, sample
from llm_weights import FLOATS as FLOAT_TYPES
from llm_weights import Matrix

# architecture: order of pairs, biases of q, k and v required, norms of q and k
DECODERS = {"llama": ("adjacent", False, False), "qwen2": ("halves", True, False), "qwen3": ("halves", False, True)}
READ_BY_NOBODY = ("expert_used_count", "tensor_data_layout", "rope.scaling.original_context_length")
LONGEST, VOCABULARY = 2**19, 2**20


def without_ones(sizes):
    while len(sizes) > 1 and sizes[-1] == 1:
        sizes = sizes[:-1]
    return sizes


class Model:
    """The members and tensors of a model, each asked for by name; what nobody has asked for in the end is refused."""

    def __init__(self, members, tensors):
        self.members, self.tensors = members, tensors
        self.architecture = None
        self.asked = set()
        kind, self.architecture = self.members.get("general.architecture", (None, None))
        need(kind == STRING, "MODEL_METADATA")
        need(self.architecture in (*DECODERS, "bert"), "MODEL_ARCHITECTURE")

    def value(self, key, kinds, default):
        key = f"{self.architecture}.{key}"
        self.asked.add(key)
        kind, value = self.members.get(key, (None, default))
        need(value is not None and kind in (None, *kinds), "MODEL_METADATA")
        return value

    def integer(self, key, default=None, low=1, high=2**31 - 1):
        value = self.value(key, INTEGERS, default)
        need(low <= value <= high, "MODEL_METADATA")
        return value

    def float(self, key, default=None, low=0.0):
        value = single(self.value(key, FLOATS, default))
        need(math.isfinite(value) and value > 0 and value >= low, "MODEL_METADATA")
        return value

    def has(self, key):
        return f"{self.architecture}.{key}" in self.members

    def cap(self, key):
        self.asked.add(f"{self.architecture}.{key}")
        return self.float(key) if self.has(key) else None

    def tensor(self, name, sizes):
        self.asked.add(name)
        need(name in self.tensors, "MODEL_TENSOR")
        kind, found, data = self.tensors[name]
        need(without_ones(found) == without_ones(sizes), "MODEL_TENSOR")
        return kind, data

    def vector(self, name, size):
        kind, data = self.tensor(name, [size])
        need(kind in FLOAT_TYPES, "MODEL_TENSOR")
        return Matrix(kind, size, data).row(0)

    def matrix(self, name, columns, rows):
        kind, data = self.tensor(name, [columns, rows])
        return Matrix(kind, columns, data)

    def table(self, name, columns):
        """A matrix of as many rows as it has."""
        need(name in self.tensors, "MODEL_TENSOR")
        return self.matrix(name, columns, math.prod(self.tensors[name][1][1:2]))

    def linear(self, name, columns, rows, bias=False):
        """x → W x, plus the bias where there is one, or where there must be one."""
        weights = self.matrix(name + ".weight", columns, rows)
        if not bias and name + ".bias" not in self.tensors:
            return weights.times
        added = self.vector(name + ".bias", rows)
        return lambda x: plus(weights.times(x), added)

    def nothing_left(self):
        keys = [key for key in self.members if key.startswith(self.architecture + ".")]
        need(self.asked.issuperset([*keys, *self.tensors]), "MODEL_ARCHITECTURE")


class Head:
    """The sizes that both kinds of graph have."""

    def __init__(self, model):
        self.context = model.integer("context_length", high=LONGEST)
        self.E, self.H = model.integer("embedding_length"), model.integer("feed_forward_length")
        self.layers = model.integer("block_count")
        self.heads = model.integer("attention.head_count")
        self.embedding = model.table("token_embd.weight", self.E)
        self.vocabulary = len(self.embedding.rows)
        need(self.vocabulary <= VOCABULARY, "MODEL_TOO_LARGE")
        need(model.integer("vocab_size", self.vocabulary) == self.vocabulary, "MODEL_METADATA")

    def prompt(self, tokens):
        need(tokens, "PROMPT_EMPTY")
        need(all(0 <= token < self.vocabulary for token in tokens), "TOKEN_UNKNOWN")
        need(len(tokens) <= self.context, "CONTEXT_FULL")


def split(x, n):
    return [x[start:start + n] for start in range(0, len(x), n)]


def attend(queries, keys, values, first, last, cap=None):
    """All heads; keys and values by group, then by position."""
    heads_of_group = len(queries) // len(keys)
    outputs = [attention(query, keys[h // heads_of_group], values[h // heads_of_group], first, last, cap)
               for h, query in enumerate(queries)]
    return [one for output in outputs for one in output]


class Decoder(Head):
    def __init__(self, model):
        super().__init__(model)
        order, biased, normed = DECODERS[model.architecture]
        self.groups = model.integer("attention.head_count_kv", self.heads)
        need(self.heads % self.groups == 0 and (self.E % self.heads == 0 or model.has("attention.key_length")),
             "MODEL_METADATA")
        n = self.n = model.integer("attention.key_length", self.E // self.heads)
        need(n % 2 == 0 and model.integer("attention.value_length", n) == n, "MODEL_METADATA")
        self.epsilon = model.float("attention.layer_norm_rms_epsilon")
        self.window = model.integer("attention.sliding_window", 0, low=0)
        self.score_cap, self.logit_cap = model.cap("attn_logit_softcapping"), model.cap("final_logit_softcapping")
        need(model.integer("expert_count", 0, low=0) == 0, "MODEL_ARCHITECTURE")
        model.asked.update(f"{model.architecture}.{key}" for key in READ_BY_NOBODY)
        self.rope = read_rope(model, order, n)
        E, H, wide, narrow = self.E, self.H, self.heads * n, self.groups * n
        self.layer = []
        for N in range(self.layers):
            blk = f"blk.{N}."
            layer = {name: model.linear(blk + name, columns, rows, bias) for name, columns, rows, bias in (
                ("attn_q", E, wide, biased), ("attn_k", E, narrow, biased), ("attn_v", E, narrow, biased),
                ("attn_output", wide, E, False), ("ffn_gate", E, H, False), ("ffn_up", E, H, False),
                ("ffn_down", H, E, False))}
            norms = [("attn_norm", E), ("ffn_norm", E)] + [("attn_q_norm", n), ("attn_k_norm", n)] * normed
            layer.update((name, model.vector(f"{blk}{name}.weight", size)) for name, size in norms)
            self.layer.append(layer)
        self.output_norm = model.vector("output_norm.weight", E)
        tied = "output.weight" not in model.tensors
        self.output = self.embedding.times if tied else model.linear("output", E, self.vocabulary)
        model.nothing_left()
        self.cache = [([[] for _ in range(self.groups)], [[] for _ in range(self.groups)]) for _ in self.layer]
        self.position = 0

    def heads_of(self, x, norm, angles):
        heads = split(x, self.n)
        if norm:
            heads = [rms_norm(head, norm, self.epsilon) for head in heads]
        return [self.rope.turn(head, angles) for head in heads]

    def next(self, token):
        """The logits after one more token."""
        p, self.position = self.position, self.position + 1
        first = max(0, p - self.window + 1) if self.window else 0
        angles = self.rope.angles(p)
        x = self.embedding.row(token)
        for layer, (keys, values) in zip(self.layer, self.cache):
            a = rms_norm(x, layer["attn_norm"], self.epsilon)
            q = self.heads_of(layer["attn_q"](a), layer.get("attn_q_norm"), angles)
            k = self.heads_of(layer["attn_k"](a), layer.get("attn_k_norm"), angles)
            for group, key, value in zip(range(self.groups), k, split(layer["attn_v"](a), self.n)):
                keys[group].append(list(map(as_half, key)))
                values[group].append(list(map(as_half, value)))
            x = plus(x, layer["attn_output"](attend(q, keys, values, first, p, self.score_cap)))
            b = rms_norm(x, layer["ffn_norm"], self.epsilon)
            x = plus(x, layer["ffn_down"](times(map(silu, layer["ffn_gate"](b)), layer["ffn_up"](b))))
        logits = self.output(rms_norm(x, self.output_norm, self.epsilon))
        return logits if self.logit_cap is None else [soft_cap(z, self.logit_cap) for z in logits]


def read_rope(model, order, n):
    dimensions = model.integer("rope.dimension_count", n)
    need(dimensions % 2 == 0 and dimensions <= n, "MODEL_METADATA")
    base = model.float("rope.freq_base", 10000.0, low=1)
    scaling = model.value("rope.scaling.type", (STRING,), "linear")
    need(scaling in ("none", "linear"), "MODEL_ARCHITECTURE")
    factor = model.float("rope.scaling.factor", 1.0, low=1)
    divisors = None
    if "rope_freqs.weight" in model.tensors:
        divisors = model.vector("rope_freqs.weight", dimensions // 2)
        need(min(divisors) >= 1, "MODEL_WEIGHTS")
    return Rope(order, dimensions, base, factor if scaling == "linear" else 1.0, divisors)


class Encoder(Head):
    def __init__(self, model):
        super().__init__(model)
        E, H = self.E, self.H
        need(E % self.heads == 0, "MODEL_METADATA")
        self.epsilon = model.float("attention.layer_norm_epsilon", 1e-12)
        need(not model.value("attention.causal", (BOOLEAN,), False), "MODEL_ARCHITECTURE")
        self.pooling = model.integer("pooling_type", low=0)
        need(self.pooling in (1, 2), "MODEL_ARCHITECTURE")
        self.types = model.table("token_types.weight", E)
        self.positions = model.matrix("position_embd.weight", E, self.context)
        self.norm = self.norm_of(model, "token_embd_norm")
        self.layer = []
        for N in range(self.layers):
            blk = f"blk.{N}."
            layer = {name: model.linear(blk + name, columns, rows) for name, columns, rows in (
                ("attn_q", E, E), ("attn_k", E, E), ("attn_v", E, E), ("attn_output", E, E), ("ffn_up", E, H),
                ("ffn_down", H, E))}
            layer.update((name, self.norm_of(model, blk + name)) for name in ("attn_output_norm", "layer_output_norm"))
            self.layer.append(layer)
        model.nothing_left()

    def norm_of(self, model, name):
        weight, bias = model.vector(name + ".weight", self.E), model.vector(name + ".bias", self.E)
        return lambda x: layer_norm(x, weight, bias, self.epsilon)

    def embed(self, tokens):
        self.prompt(tokens)
        xs = [self.norm(plus(plus(self.embedding.row(token), self.types.row(0)), self.positions.row(p)))
              for p, token in enumerate(tokens)]
        n, last = self.E // self.heads, len(tokens) - 1
        for layer in self.layer:
            keys, values = ([list(group) for group in zip(*(split(list(map(as_half, layer[name](x))), n) for x in xs))]
                            for name in ("attn_k", "attn_v"))
            attended = [attend(split(layer["attn_q"](x), n), keys, values, 0, last) for x in xs]
            xs = [layer["attn_output_norm"](plus(layer["attn_output"](a), x)) for a, x in zip(attended, xs)]
            xs = [layer["layer_output_norm"](plus(layer["ffn_down"](list(map(gelu_erf, layer["ffn_up"](x)))), x))
                  for x in xs]
        embedding = unit_length(self.pool(xs))
        all_finite(embedding)
        return embedding

    def pool(self, xs):
        if self.pooling == 2:
            return xs[0]
        total = [0.0] * self.E
        for x in xs:
            total = plus(total, x)
        return [divide(one, len(xs)) for one in total]


def load(members, tensors):
    model = Model(members, tensors)
    return Encoder(model) if model.architecture == "bert" else Decoder(model)


def generate(decoder, prompt, stated, most):
    """Up to `most` tokens after the prompt."""
    decoder.prompt(prompt)
    parameters = read_parameters(stated, decoder.vocabulary)
    tokens = list(prompt)
    logits = [decoder.next(token) for token in prompt][-1]
    while len(tokens) < min(len(prompt) + most, decoder.context):
        tokens.append(sample(logits, tokens, 0, parameters))
        if len(tokens) < decoder.context:
            logits = decoder.next(tokens[-1])
    return tokens[len(prompt):]
