"""The network as an ONNX graph: raw candles, features, then half the answer from eight small networks and half from one linear regression.

The features exist only here: training and the linear baseline read them from this graph, run by onnxruntime.
"""

import numpy as np
from cards import Graph
from dataset import HOURS

COLUMNS = ["open", "high", "low", "close", "volume"]
SPANS = [3, 6, 12, 24]  # hours, counted back from the newest, over which the range is averaged
MOVES = [2, 3, 6, 12, 24]  # over which the price's net move is taken
EXTREMES = [6, 24]  # over which the highest high and the lowest low are looked for
FEATURES = 5 * HOURS + len(SPANS) + len(MOVES) + 2 * len(EXTREMES)
# A range below one basis point is read as one: there it says how coarse the price's steps are, and ln(0) must not happen.
FLOOR = 1e-4
# A prediction lies between one basis point and a factor of e.
LOWEST, HIGHEST = float(np.log(FLOOR)), 0.0


def features(g):
    """Adds the nodes from `candles` [batch,24,5] to `features` [batch,133]. Finite for every finite input, zeros and flat candles included."""
    limit = {
        "price": (g.constant("price_min", 1e-12), g.constant("price_max", 1e12)),
        "volume": (g.constant("volume_min", 0), g.constant("volume_max", 1e30)),
    }
    column = {}
    for i, name in enumerate(COLUMNS):
        raw = g.node("Gather", f"{name}_raw", ["candles", g.constant(f"{name}_column", i, np.int64)], axis=2)
        column[name] = g.node("Clip", name, [raw, *limit["volume" if name == "volume" else "price"]])
    floor, one, none = g.constant("range_floor", FLOOR), g.constant("range_max", 1), g.constant("range_min", 0)

    def last(name, span):
        if span == HOURS:
            return name
        ends = [g.constant(f"{name}_last_{span}_{k}", [v], np.int64) for k, v in (("start", HOURS - span), ("end", HOURS), ("axis", 1))]
        return g.node("Slice", f"{name}_last_{span}", [name, *ends])

    ratio = g.node("Div", "high_over_low", [column["high"], column["low"]])
    spread = g.node("Clip", "hour_range", [g.node("Log", "hour_range_unclipped", [ratio]), none, one])
    spread_log = g.node("Log", "hour_range_log", [g.node("Max", "hour_range_floored", [spread, floor])])

    ratio = g.node("Div", "close_over_open", [column["close"], column["open"]])
    back = g.node("Clip", "hour_return", [g.node("Log", "hour_return_unclipped", [ratio]), g.constant("return_min", -1), one])
    size = g.node("Max", "hour_return_size", [g.node("Abs", "hour_return_abs", [back]), floor])
    size_log = g.node("Log", "hour_return_size_log", [size])

    means = {}
    for span in SPANS:
        mean = g.node("ReduceMean", f"mean_range_{span}_unfloored", [last(spread, span)], axes=[1], keepdims=1)
        means[span] = g.node("Max", f"mean_range_{span}", [mean, floor])
    means_log = [g.node("Log", f"mean_range_{span}_log", [means[span]]) for span in SPANS]

    # A return in units of the day's mean range: which way the hours went, without the price's scale.
    direction = g.node("Clip", "direction", [g.node("Div", "direction_unclipped", [back, means[HOURS]]), g.constant("direction_min", -10), g.constant("direction_max", 10)])

    # Volume against its own day: assets differ in unit and exchanges in size.
    day = g.node("ReduceMean", "volume_mean", [column["volume"]], axes=[1], keepdims=1)
    share = g.node("Div", "volume_share", [column["volume"], g.node("Max", "volume_mean_floored", [day, g.constant("volume_floor", 1e-12)])])
    share_log = g.node("Log", "volume_share_log", [g.node("Max", "volume_share_floored", [share, g.constant("share_floor", 1e-3)])])

    # How far the price has come over the last hours, and how far it now is from their highest and lowest, both in days' mean ranges.
    newest = g.constant("newest", [HOURS - 1], np.int64)
    price = g.node("Gather", "price", [column["close"], newest], axis=1)
    moves = []
    for span in MOVES:
        start = g.node("Gather", f"price_{span}_ago", [column["open"], g.constant(f"hour_{span}_ago", [HOURS - span], np.int64)], axis=1)
        way = g.node("Abs", f"move_{span}_log", [g.node("Log", f"move_{span}_signed", [g.node("Div", f"price_over_{span}_ago", [price, start])])])
        moves.append(g.node("Clip", f"move_{span}", [g.node("Div", f"move_{span}_unclipped", [way, means[HOURS]]), none, g.constant(f"move_{span}_max", 10)]))
    reaches = []
    for span in EXTREMES:
        top = g.node("ReduceMax", f"highest_{span}", [last(column["high"], span)], axes=[1], keepdims=1)
        bottom = g.node("ReduceMin", f"lowest_{span}", [last(column["low"], span)], axes=[1], keepdims=1)
        for name, over, under in [(f"below_highest_{span}", top, price), (f"above_lowest_{span}", price, bottom)]:
            way = g.node("Log", f"{name}_unclipped", [g.node("Div", f"{name}_ratio", [over, under])])
            way = g.node("Clip", f"{name}_reach", [way, floor, one])
            reaches.append(g.node("Log", name, [g.node("Div", f"{name}_in_ranges", [way, means[HOURS]])]))

    return g.node("Concat", "features", [spread_log, size_log, direction, share_log, spread, *means_log, *moves, *reaches], axis=1)


def feature_model():
    g = Graph("volatility_features")
    features(g)
    return g.model({"candles": ["batch", HOURS, 5]}, {"features": ["batch", FEATURES]}, "The features of models/volatility.")


def build(w):
    """`w`: mean and scale [133]; k networks of h hidden units, hidden_weight [k,133,h], hidden_bias [k,h], top_weight [k,h], straight_weight [k,133], offset [k]; the regression, linear_weight [133], linear_offset."""
    members, _, hidden = w["hidden_weight"].shape
    g = Graph("volatility")
    x = g.node("Sub", "features_centred", [features(g), g.constant("feature_mean", w["mean"])])
    x = g.node("Mul", "features_standard", [x, g.constant("feature_scale", w["scale"])])
    all_hidden = w["hidden_weight"].transpose(1, 0, 2).reshape(FEATURES, members * hidden)
    h = g.node("Gemm", "hidden", [x, g.constant("hidden_weight", all_hidden), g.constant("hidden_bias", w["hidden_bias"].reshape(-1))])
    h = g.node("Tanh", "hidden_tanh", [h])
    top = np.zeros((members * hidden, members))  # each network sees its own hidden units only
    for k in range(members):
        top[k * hidden : (k + 1) * hidden, k] = w["top_weight"][k]
    curved = g.node("Gemm", "curved_part", [h, g.constant("top_weight", top), g.constant("offset", w["offset"])])
    straight = g.node("MatMul", "straight_part", [x, g.constant("straight_weight", w["straight_weight"].T)])
    z = g.node("Add", "member_log_unclipped", [curved, straight])
    z = g.node("Clip", "member_log", [z, g.constant("log_min", LOWEST), g.constant("log_max", HIGHEST)])
    networks = g.node("ReduceMean", "networks_range", [g.node("Exp", "member_range", [z])], axes=[1], keepdims=1)
    line = g.node("Gemm", "linear_range_unclipped", [x, g.constant("linear_weight", w["linear_weight"][:, None]), g.constant("linear_offset", [w["linear_offset"]])])
    line = g.node("Clip", "linear_range", [line, "range_floor", "range_max"])
    g.node("Mul", "log_range", [g.node("Add", "sum_range", [networks, line]), g.constant("half", 0.5)])
    return g.model(
        {"candles": ["batch", HOURS, 5]},
        {"log_range": ["batch", 1]},
        "24 hourly candles (open, high, low, close, volume; oldest first) to the expected ln(high/low) of the next hour.",
    )
