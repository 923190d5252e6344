"""Training, telling stories with several networks at once, and what a network's bits per byte are: the steps that train.py takes."""

import itertools
import math
import time

import numpy as np
import torch
import torch.nn.functional as F

from corpus import Corpus, plain
from muon import Muon
from vocabulary import BEGIN, CONTROL, END


LOOKS = 12  # how often a training looks at the validation stories


def autocast(device):
    return torch.autocast(device, torch.bfloat16, enabled=device == "cuda")


def hard_loss(logits, targets):
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100)


def soft_loss(logits, targets, soft, where):
    """Cross entropy against the teachers' likeliest tokens, all others being one."""
    counted = targets != -100
    log = F.log_softmax(logits[counted].float(), -1)
    tokens, p = soft[0][where[counted]].long(), soft[1][where[counted]].float()
    q = log.gather(-1, tokens)
    rest = (1 - p.sum(-1)).clamp(min=0)
    others = torch.log1p(-q.exp().sum(-1).clamp(max=1 - 1e-6))
    return -((p * q).sum(-1) + rest * others).mean()


def fit(network, epochs, *, rate, decay, seed, device, validate, name, seconds=None):
    """Muon for the layers' matrices, AdamW for the rest; the rate rises over the first twentieth and then falls on a line to nothing.

    `epochs` are lists of steps, a step a list of (corpus, document ids). After `seconds` it is over, however far it came: the rate falls in time.
    The network is left as it was when the validation stories took the fewest bits.
    """
    torch.manual_seed(seed)
    matrices = [p for n, p in network.named_parameters() if p.dim() == 2 and n.startswith("blk.")]
    norms = [p for p in network.parameters() if p.dim() == 1]
    muon = Muon(matrices, decay)
    adam = torch.optim.AdamW([{"params": [network.token_embd.weight], "weight_decay": decay / 10}, {"params": norms, "weight_decay": 0.0}], betas=(0.9, 0.98), fused=device == "cuda")
    total, step, began, looks, best = sum(map(len, epochs)), 0, time.time(), 0, (math.inf, None)
    losses = []
    network.train()
    for parts in itertools.chain.from_iterable(epochs):
        done = max(step / total, (time.time() - began) / seconds if seconds else 0)
        if done < 1:
            step += 1
            now = rate * min(1, done / 0.05 + 0.01, (1 - done) / 0.95)
            for group in adam.param_groups:
                group["lr"] = now
            for corpus, ids in parts:
                x, targets, where = corpus.batch(ids)
                with autocast(device):
                    logits = network(x)
                loss = soft_loss(logits, targets, corpus.soft, where) if corpus.soft else hard_loss(logits, targets)
                (loss / len(parts)).backward()
                losses.append(loss.detach())
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            muon.step(now)
            adam.step()
            network.zero_grad(set_to_none=True)
        if done >= (looks + 1) / LOOKS or step == total or done >= 1:
            looks = int(done * LOOKS)
            found = validate([network])
            network.train()
            print(f"{name}: {done:.0%}, step {step} of {total}, {time.time() - began:.0f} s, loss {torch.stack(losses).mean():.4f}, validation {found:.4f} bits a byte", flush=True)
            losses = losses[-1:]
            if found < best[0]:
                best = found, {k: v.detach().clone() for k, v in network.state_dict().items()}
            if step == total or done >= 1:
                break
    network.load_state_dict(best[1])
    return best[0]


class Validation:
    """Bits per byte of stories under the mean of networks."""

    def __init__(self, stories, encode, device):
        self.corpus, self.device = Corpus(*plain(stories, encode), device), device
        self.bytes = sum(len(s.encode()) for s in stories)

    @torch.no_grad()
    def __call__(self, networks):
        total = 0.0
        for network in networks:
            network.eval()
        for ids in self.corpus.batches(8192, np.random.default_rng(0)):
            x, targets, _ = self.corpus.batch(ids)
            targets = torch.where(targets == END, -100, targets)  # the story's bytes, not its end
            with autocast(self.device):
                each = torch.stack([F.log_softmax(n(x).float(), -1).gather(-1, targets.clamp(min=0)[..., None])[..., 0] for n in networks])
            mean = each.logsumexp(0) - np.log(len(networks))
            total -= mean[targets != -100].sum().item()
        return total / np.log(2) / self.bytes


@torch.no_grad()
def tell(networks, count, *, most, keep, batch, seed, device, seconds=None):
    """Stories drawn from the mean of the networks' probabilities: documents, and for each position of them all the `keep` likeliest tokens with their probabilities."""
    for network in networks:
        network.eval()
    random = torch.Generator(device).manual_seed(seed)
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    documents, soft_tokens, soft_p, began = [], [], [], time.time()
    forbidden = torch.tensor([i for i in range(len(CONTROL)) if i != END], device=device)
    for first in range(0, count, batch):
        if seconds and first and (time.time() - began) * (first + batch) / first > seconds:
            break
        n = min(batch, count - first)
        room = lambda s: torch.zeros(n, s.groups, most, s.head, dtype=kind, device=device)
        caches = [[(room(x.shape), room(x.shape)) for _ in range(x.shape.layers)] for x in networks]
        rows, alive = torch.arange(n, device=device), torch.ones(n, dtype=torch.bool, device=device)
        told = torch.full((n, most + 1), END, dtype=torch.int16, device=device)
        told[:, 0] = BEGIN
        lengths = torch.full((n,), most + 1, device=device)
        likely = torch.zeros(n, most + 1, keep, dtype=torch.int16, device=device)
        weight = torch.zeros(n, most + 1, keep, dtype=torch.float16, device=device)
        for t in range(most):
            x = told[rows, t].long()[:, None]
            with autocast(device):
                p = sum(F.softmax(m(x, cache, t)[:, 0].float(), -1) for m, cache in zip(networks, caches)) / len(networks)
            p[:, forbidden] = 0
            p = p / p.sum(-1, keepdim=True)
            values, tokens = p.topk(keep, -1)
            chosen = torch.multinomial(p, 1, generator=random)[:, 0]
            told[rows, t + 1], likely[rows, t + 1], weight[rows, t + 1] = chosen.short(), tokens.short(), values.half()
            lengths[rows] = torch.where(alive & (chosen == END), t + 2, lengths[rows])
            alive = alive & (chosen != END)
            if t % 32 == 31:
                still = torch.nonzero(alive)[:, 0]
                if not len(still):
                    break
                rows, alive = rows[still], alive[still]
                for cache in caches:
                    for i, (k, v) in enumerate(cache):
                        cache[i] = k[still], v[still]
        valid = torch.arange(most + 1, device=device)[None] < lengths[:, None]
        flat = told.cpu().numpy()
        documents += [flat[i, :m] for i, m in enumerate(lengths.cpu().tolist())]
        soft_tokens.append(likely[valid])
        soft_p.append(weight[valid])
        del caches, likely, weight
    return documents, (torch.cat(soft_tokens), torch.cat(soft_p))
