"""profile-llm-exact-1.md section 11."""
import math
from collections import Counter

from canonical import need
from llm_numbers import exp, log64, single

RANGES = {"temperature": (0, 100, 1), "topP": (0, 1, 1), "minP": (0, 1, 0), "repeatPenalty": (0, 10, 1),
          "presencePenalty": (-2, 2, 0), "frequencyPenalty": (-2, 2, 0)}
ABOVE_LOWEST = ("topP", "repeatPenalty")


def within(value, low, high, above=False):
    need(low <= value <= high and not (above and value == low), "SAMPLING_INVALID")
    return value


def read_parameters(stated, vocabulary):
    """Numbers by name; what is absent has the value that changes nothing."""
    found = {name: within(single(float(stated.get(name, absent))), low, high, name in ABOVE_LOWEST)
             for name, (low, high, absent) in RANGES.items()}
    found["topK"] = within(stated.get("topK", vocabulary), 1, math.inf)
    found["penaltyWindow"] = within(stated.get("penaltyWindow", math.inf), 0, math.inf)
    found["logitBias"] = {within(int(token), 0, vocabulary - 1): within(single(float(bias)), -100, 100)
                          for token, bias in stated.get("logitBias", {}).items()}
    found["seed"] = within(int(stated["seed"]), 0, 2**64 - 1)
    return found


def all_finite(logits):
    need(all(map(math.isfinite, logits)), "RUN_NOT_FINITE")


def penalised(logits, before, parameters):
    logits = list(logits)
    seen = before[max(0, len(before) - min(parameters["penaltyWindow"], len(before))):]
    for token, count in Counter(seen).items():
        z = logits[token]
        z = single(z / parameters["repeatPenalty"] if z > 0 else z * parameters["repeatPenalty"])
        penalty = single(single(count * parameters["frequencyPenalty"]) + parameters["presencePenalty"])
        logits[token] = single(z - penalty)
    for token, bias in parameters["logitBias"].items():
        logits[token] = single(logits[token] + bias)
    return logits


def whole(r):
    """The integer weight of a float from 0 to 1."""
    return math.floor(r * 2**32)


def candidates(logits, allowed, parameters):
    """The weight of each token that is kept."""
    order = sorted(allowed, key=lambda token: (-logits[token], token))[:parameters["topK"]]
    greatest = logits[order[0]]
    ratios = [exp(single(single(logits[token] - greatest) / parameters["temperature"])) for token in order]
    kept = len(order)
    if parameters["topP"] < 1:
        least = parameters["topP"] * float(sum(map(whole, ratios)))
        total = kept = 0
        while total < least:
            total += whole(ratios[kept])
            kept += 1
    return {token: whole(r) for token, r in zip(order[:kept], ratios) if r >= parameters["minP"]}


def philox(counter, key):
    (a, b, c, d), (k, l) = counter, key
    for _ in range(10):
        p, q = 0xd2511f53 * a, 0xcd9e8d57 * c
        a, b, c, d = q >> 32 ^ b ^ k, q & 0xffffffff, p >> 32 ^ d ^ l, p & 0xffffffff
        k, l = k + 0x9e3779b9 & 0xffffffff, l + 0xbb67ae85 & 0xffffffff
    return a, b, c, d


def random_bits(seed, position, choice):
    low, high, _, _ = philox((position, choice, 0, 0), (seed & 0xffffffff, seed >> 32))
    return low + (high << 32)


def sample(logits, before, choice, parameters, allowed=None):
    """`parameters` as read; the token drawn for position len(before)."""
    all_finite(logits)
    logits = penalised(logits, before, parameters)
    all_finite(logits)
    allowed = range(len(logits)) if allowed is None else allowed
    need(allowed, "SAMPLING_IMPOSSIBLE")
    if parameters["temperature"] == 0:
        return min(allowed, key=lambda token: (-logits[token], token))
    weights = candidates(logits, allowed, parameters)
    place = random_bits(parameters["seed"], len(before), choice) * sum(weights.values()) >> 64
    for token in sorted(weights):
        place -= weights[token]
        if place < 0:
            return token


def log_probabilities(logits):
    all_finite(logits)
    below = [single(z - max(logits)) for z in logits]
    logarithm = single(log64(sum(whole(exp(z)) for z in below) * 2.0**-32))
    return [single(z - logarithm) for z in below]
