"""Documents as tokens on the device, and batches of documents of like length."""

import random
from multiprocessing import get_context

import numpy as np
import torch

from network import CONTEXT
from vocabulary import BEGIN, END, PAD


class Corpus:
    """`soft`, where there is one, is (tokens, probabilities), both [position, k]: what the teachers think of each position's token."""

    def __init__(self, documents, learned, device, soft=None):
        self.lengths = np.array([len(d) for d in documents])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        flat = lambda parts, kind: torch.from_numpy(np.concatenate([np.asarray(p, kind) for p in parts])).to(device)
        self.tokens, self.learned = flat(documents, np.int16), flat(learned, np.bool_)
        self.soft, self.device = soft, device

    def __len__(self):
        return len(self.lengths)

    def batch(self, ids):
        """Inputs [document, position], targets with -100 where nothing is learned, and where each target lies in the corpus."""
        longest = int(self.lengths[ids].max())
        length = max(longest, min((longest + 31) // 32 * 32, CONTEXT + 1))
        starts, lengths = (torch.from_numpy(a[ids]).to(self.device)[:, None] for a in (self.starts, self.lengths))
        at = torch.arange(length, device=self.device)[None]
        valid, where = at < lengths, (starts + at).clamp(max=len(self.tokens) - 1)
        x = torch.where(valid, self.tokens[where].long(), PAD)
        learned = (valid & self.learned[where])[:, 1:]
        return x[:, :-1], torch.where(learned, x[:, 1:], -100), where[:, 1:]

    def batches(self, budget, rng, share=1.0):
        """One pass over the documents (or a share of them) in random order: batches of about `budget` positions, documents of like length together."""
        ids = rng.permutation(np.flatnonzero(self.lengths <= CONTEXT + 1))
        ids = ids[: int(len(ids) * share)]
        chunk = max(1, int(40 * budget / max(1, self.lengths.mean())))
        found = []
        for i in range(0, len(ids), chunk):
            part = ids[i : i + chunk]
            part = part[np.argsort(self.lengths[part], kind="stable")]
            while len(part):
                longest = np.maximum.accumulate(self.lengths[part])
                n = max(1, int((longest * np.arange(1, len(part) + 1) <= budget).sum()))
                found.append(part[:n])
                part = part[n:]
        return [found[i] for i in rng.permutation(len(found))]


def plain(stories, encode):
    documents = [[BEGIN, *encode(s), END] for s in stories]
    return documents, [[False] + [True] * (len(d) - 1) for d in documents]


_shared = {}


def _told(seed_and_first):
    seed, first = seed_and_first
    rng, stories = random.Random(seed), _shared["stories"]

    def following():
        yield stories[first]
        while True:
            yield rng.choice(stories)

    return _shared["conversations"].conversation(following(), rng)


def chats(stories, conversations, seed, workers):
    """One conversation for each story."""
    _shared.update(stories=stories, conversations=conversations)
    with get_context("fork").Pool(workers) as pool:
        found = pool.map(_told, [(seed * 1_000_003 + i, i) for i in range(len(stories))], chunksize=64)
    return [d for d, _ in found], [l for _, l in found]
