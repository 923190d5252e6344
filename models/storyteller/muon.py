"""Muon for matrices: steps along the momentum with its singular values made alike. Matrices of one shape take a step together."""

from collections import defaultdict

import torch

ROUNDS = ((3.4445, -4.775, 2.0315),) * 5  # the published coefficients of the quintic


def orthogonal(m):
    """`m` is [matrix, row, column]; about the nearest matrices with singular values near 1."""
    x = m.bfloat16() if m.is_cuda else m
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for a, b, c in ROUNDS:
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if tall else x).to(m.dtype)


class Muon:
    """Steps are as long as Adam's would be, so that one rate fits both."""

    def __init__(self, matrices, decay, momentum=0.95):
        alike = defaultdict(list)
        for p in matrices:
            alike[p.shape].append(p)
        self.groups, self.decay, self.momentum = list(alike.values()), decay, momentum
        self.mean = [torch.zeros(len(g), *g[0].shape, device=g[0].device) for g in self.groups]

    @torch.no_grad()
    def step(self, rate):
        for group, mean in zip(self.groups, self.mean):
            slope = torch.stack([p.grad for p in group])
            mean.lerp_(slope, 1 - self.momentum)
            move = orthogonal(slope.lerp(mean, self.momentum)) * (0.2 * max(group[0].shape) ** 0.5)
            torch._foreach_mul_(group, 1 - rate * self.decay)
            torch._foreach_add_(group, list(move.unbind()), alpha=-rate)
