"""The Llama network in torch: for training, and with a cache for telling stories by the thousand."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

EPSILON, BASE, CONTEXT = 1e-5, 10000.0, 1024


class Shape(NamedTuple):
    width: int
    layers: int
    heads: int
    groups: int
    hidden: int
    vocabulary: int
    context: int = CONTEXT

    @property
    def head(self):
        return self.width // self.heads


class Layer(nn.Module):
    def __init__(self, shape, dropout):
        super().__init__()
        self.shape, self.dropout = shape, dropout
        dense = lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False)
        self.attn_norm, self.ffn_norm = nn.RMSNorm(shape.width, EPSILON), nn.RMSNorm(shape.width, EPSILON)
        self.attn_q, self.attn_output = dense(shape.width, shape.width), dense(shape.width, shape.width)
        self.attn_k, self.attn_v = (dense(shape.width, shape.groups * shape.head) for _ in range(2))
        self.ffn_gate, self.ffn_up, self.ffn_down = dense(shape.width, shape.hidden), dense(shape.width, shape.hidden), dense(shape.hidden, shape.width)

    def forward(self, x, turn, cache=None):
        """`cache` is (keys, values, how many are valid before): the new ones are written behind them."""
        s, (batch, length) = self.shape, x.shape[:2]
        a = self.attn_norm(x)
        heads = lambda t, n: t.view(batch, length, n, s.head).transpose(1, 2)
        q, k, v = turned(heads(self.attn_q(a), s.heads), turn), turned(heads(self.attn_k(a), s.groups), turn), heads(self.attn_v(a), s.groups)
        if cache is not None:
            keys, values, before = cache
            keys[:, :, before : before + length], values[:, :, before : before + length] = k, v
            y = self.newest(q, keys[:, :, : before + length], values[:, :, : before + length])
        else:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True).transpose(1, 2).reshape(batch, length, -1)
        x = x + self.dropped(self.attn_output(y))
        b = self.ffn_norm(x)
        return x + self.dropped(self.ffn_down(self.dropped(F.silu(self.ffn_gate(b)) * self.ffn_up(b))))

    def newest(self, q, k, v):
        """Attention of one new position: the heads of a group are the rows of one product, so that no key is copied."""
        q = q.view(len(q), self.shape.groups, -1, self.shape.head)
        return (F.softmax((q @ k.mT).float() * self.shape.head**-0.5, -1).to(v.dtype) @ v).reshape(len(q), 1, -1)

    def dropped(self, x):
        return F.dropout(x, self.dropout, self.training)


def turned(x, turn):
    """RoPE with a head's halves as pairs; in the GGUF file the rows are reordered so that pairs are adjacent."""
    c, s = turn
    low, high = x.float().chunk(2, -1)
    return torch.cat([low * c - high * s, low * s + high * c], -1).to(x.dtype)


class Network(nn.Module):
    def __init__(self, shape, dropout=0.0):
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, EPSILON)
        angles = torch.outer(torch.arange(shape.context), BASE ** (-torch.arange(0, shape.head, 2) / shape.head))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                small = (2 * shape.layers) ** -0.5 if name.endswith(("attn_output.weight", "ffn_down.weight")) else 1
                nn.init.normal_(p, std=0.02 * small if "token_embd" in name else small * p.shape[1] ** -0.5 * 0.7)

    def forward(self, tokens, cache=None, before=0):
        """Logits [batch, position, vocabulary]. The embedding is the output matrix too."""
        turn = self.cos[before : before + tokens.shape[1]], self.sin[before : before + tokens.shape[1]]
        x = F.dropout(self.token_embd(tokens), self.dropout, self.training)
        for i, layer in enumerate(self.blk):
            x = layer(x, turn, None if cache is None else (*cache[i], before))
        return F.linear(self.output_norm(x), self.token_embd.weight)

    def parameter_count(self):
        return sum(p.numel() for p in self.parameters())


def weights_for_gguf(network):
    """Tensor name to float32 array as a GGUF file has them: rows of q and k reordered from halves to adjacent pairs."""
    s, found = network.shape, {}
    for name, p in network.named_parameters():
        w = p.detach().float().cpu()
        if name.endswith(("attn_q.weight", "attn_k.weight")):
            w = w.view(-1, 2, s.head // 2, s.width).transpose(1, 2).reshape(w.shape)
        found[name] = w.numpy()
    return found
