"""A llama of a GGUF file in numpy, with its tokenizer: what the figures are measured with. Slow, plain, and no engine of the product's."""

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

CONTEXT = 512  # positions that a prediction may look back on, of either model


class LanguageModel:
    def __init__(self, path):
        reader = GGUFReader(path)
        self.meta = {name: field.contents() for name, field in reader.fields.items()}
        self.weights = {t.name: dequantize(t.data, t.tensor_type).astype(np.float32).reshape(t.shape[::-1]) for t in reader.tensors}
        self.parameters = sum(int(np.prod(t.shape)) for t in reader.tensors)
        hyper = lambda key, otherwise=None: self.meta.get(f"llama.{key}", otherwise)
        self.layers, self.heads = hyper("block_count"), hyper("attention.head_count")
        self.groups, self.epsilon = hyper("attention.head_count_kv", self.heads), hyper("attention.layer_norm_rms_epsilon")
        self.width = hyper("embedding_length") // self.heads
        turn = hyper("rope.freq_base", 10000.0) ** (-np.arange(0, self.width, 2) / self.width)
        self.angles = np.outer(np.arange(CONTEXT), turn)
        self.bos = self.meta["tokenizer.ggml.bos_token_id"]
        self.encode = sentencepiece(self.meta) if self.meta["tokenizer.ggml.model"] == "llama" else byte_level(self.meta).encode_plain

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * self.weights[name + ".weight"]

    def turned(self, x):
        """`x` is [position, head, width]; adjacent pairs turn together."""
        c, s = np.cos(self.angles[: len(x), None]), np.sin(self.angles[: len(x), None])
        even, odd = x[..., 0::2], x[..., 1::2]
        return np.stack([even * c - odd * s, even * s + odd * c], -1).reshape(x.shape).astype(np.float32)

    def logits(self, tokens):
        """[position, vocabulary] of a sequence that starts at position 0."""
        w, n = self.weights, len(tokens)
        x = w["token_embd.weight"][tokens]
        hidden = np.triu(np.full((n, n), -np.inf, np.float32), 1)
        for i in range(self.layers):
            part = lambda name: w[f"blk.{i}.{name}.weight"].T
            a = self.norm(x, f"blk.{i}.attn_norm")
            q = self.turned((a @ part("attn_q")).reshape(n, self.heads, -1))
            k = self.turned((a @ part("attn_k")).reshape(n, self.groups, -1))
            v = (a @ part("attn_v")).reshape(n, self.groups, -1)
            k, v = (np.repeat(t, self.heads // self.groups, 1) for t in (k, v))
            scores = q.transpose(1, 0, 2) @ k.transpose(1, 2, 0) / np.float32(np.sqrt(self.width)) + hidden
            weight = np.exp(scores - scores.max(-1, keepdims=True))
            weight /= weight.sum(-1, keepdims=True)
            x = x + (weight @ v.transpose(1, 0, 2)).transpose(1, 0, 2).reshape(n, -1) @ part("attn_output")
            b = self.norm(x, f"blk.{i}.ffn_norm")
            gate = b @ part("ffn_gate")
            x = x + (gate / (1 + np.exp(-gate)) * (b @ part("ffn_up"))) @ part("ffn_down")
        return self.norm(x, "output_norm") @ w.get("output.weight", w["token_embd.weight"]).T

    def bits(self, text):
        """Bits that the model takes to tell `text`, from BOS on. A text longer than the context is told in windows, each with at least half a context before what it counts."""
        tokens, total, told = np.array([self.bos, *self.encode(text)]), 0.0, 1
        while told < len(tokens):
            start = 0 if len(tokens) <= CONTEXT or told == 1 else told - CONTEXT // 2
            window = tokens[start : start + CONTEXT]
            z = self.logits(window[:-1]).astype(np.float64)
            z -= z.max(-1, keepdims=True)
            log = z - np.log(np.exp(z).sum(-1, keepdims=True))
            counted = np.arange(told - start, len(window))
            total -= log[counted - 1, window[counted]].sum() / np.log(2)
            told = start + len(window)
        return total

    def bits_per_byte(self, texts):
        return sum(map(self.bits, texts)) / sum(len(t.encode()) for t in texts)


def byte_level(meta):
    """The byte-level BPE of a GGUF file's metadata, with GPT-2's pre-tokenizer. `encode_plain` reads no special tokens."""
    ids = {token: i for i, token in enumerate(meta["tokenizer.ggml.tokens"])}
    tokenizer = Tokenizer(models.BPE(ids, [tuple(m.split(" ")) for m in meta["tokenizer.ggml.merges"]]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()

    class Plain:
        encode_plain = staticmethod(lambda text: tokenizer.encode(text).ids)
        decode = staticmethod(tokenizer.decode)

    return Plain


def sentencepiece(meta):
    """SentencePiece's BPE: the pair whose piece has the best score is joined first; what is no piece becomes bytes."""
    tokens, scores = meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.scores"]
    ids = {token: i for i, token in enumerate(tokens)}

    def encode(text):
        pieces = list("▁" + text.replace(" ", "▁"))
        while True:
            pairs = [(scores[ids[a + b]], -i) for i, (a, b) in enumerate(zip(pieces, pieces[1:])) if a + b in ids]
            if not pairs:
                break
            i = -max(pairs)[1]
            pieces[i : i + 2] = [pieces[i] + pieces[i + 1]]
        return [t for p in pieces for t in ([ids[p]] if p in ids else [ids[f"<0x{byte:02X}>"] for byte in p.encode()])]

    # Joining never crosses a word's beginning but within a word, so that each word can be told alone.
    known = {}

    def by_word(text):
        out = []
        for word in ("▁" + text.replace(" ", "▁")).split("▁")[1:]:
            if word not in known:
                known[word] = encode(word)
            out += known[word]
        return out

    crossing = [t for t in tokens if "▁" in t[1:]]
    return encode if crossing else by_word
