"""The vocabulary: seven control tokens, the 256 bytes, and merges learned from the training stories."""

import json
from functools import lru_cache

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SIZE = 2048
CONTROL = ["<|begin|>", "<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>"]
BEGIN, END, PAD, SYSTEM, USER, ASSISTANT, TOOL = range(len(CONTROL))


def byte_alphabet():
    """GPT-2's letter for each byte, in the order of the bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return [chr(b if b in plain else 256 + others.index(b)) for b in range(256)]


class Vocabulary:
    def __init__(self, merges):
        self.merges = merges
        self.tokens = CONTROL + byte_alphabet() + [a + b for a, b in merges]
        bpe = Tokenizer(models.BPE({t: i for i, t in enumerate(self.tokens)}, merges))
        bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        bpe.decoder = decoders.ByteLevel()
        self.bpe = bpe
        self.encode = lru_cache(maxsize=100_000)(lambda text: tuple(bpe.encode(text).ids))

    def decode(self, tokens):
        return self.bpe.decode([int(t) for t in tokens if t >= len(CONTROL)])


def learn(texts, size=SIZE):
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    # The learner's own vocabulary holds the bytes and the merges; the control tokens come on top.
    bpe.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size - len(CONTROL), initial_alphabet=byte_alphabet(), show_progress=False))

    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in json.loads(bpe.to_str())["model"]["merges"]]
    return Vocabulary(merges)
