"""Trains models/volatility and writes model.onnx, card.json, the figures of README.md and examples/. See ../README.md for how to run it."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import cards  # first: it sets the thread count

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from dataset import HOURS, boundaries, load
from evaluate import date, gain_intervals, least_squares, linear, measure, r2, table
from graph import FEATURES, HIGHEST, LOWEST, build, feature_model

SEED, MEMBERS, HIDDEN, EPOCHS, BATCH, RATE = 20261120, 8, 16, 15, 256, 1e-3
DECAY, STRAIGHT_DECAY = 1e-2, 1e-1
HERE = pathlib.Path(__file__).resolve().parent


def predict(w, x):
    """All members' answers [k,n] for each member's own rows x [k,n,133]."""
    hidden = jnp.tanh(jnp.einsum("knf,kfh->knh", x, w["hidden_weight"]) + w["hidden_bias"][:, None])
    z = jnp.einsum("knh,kh->kn", hidden, w["top_weight"]) + w["offset"][:, None] + jnp.einsum("knf,kf->kn", x, w["straight_weight"])
    return jnp.exp(jnp.clip(z, LOWEST, HIGHEST))


def loss(w, x, y, unit):
    """Poisson deviance: its optimum is the expected range, as for squares, but one wild hour pulls less."""
    p = predict(w, x)
    fit = ((p - y * jnp.log(p)) / unit).mean(1).sum()
    return fit + DECAY * ((w["hidden_weight"] ** 2).sum() + (w["top_weight"] ** 2).sum()) + STRAIGHT_DECAY * (w["straight_weight"] ** 2).sum()


@jax.jit
def step(w, mean, square, x, y, unit, rate, t):
    """One step of Adam."""
    slope = jax.grad(loss)(w, x, y, unit)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slope)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, slope)
    move = lambda p, m, v: p - rate * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return jax.tree.map(move, w, mean, square), mean, square


def train(windows):
    rng = np.random.default_rng(SEED)
    x = cards.run(feature_model(), "features", "candles", windows.candles)
    centre, scale = x.mean(0), 1 / (x.std(0) + 1e-6)
    x, y = (x - centre) * scale, windows.target.astype(np.float32)
    linear_weight, linear_offset = least_squares(x, windows.target)
    unit = float(y.mean())
    w = {
        "hidden_weight": rng.normal(0, 1 / np.sqrt(FEATURES), (MEMBERS, FEATURES, HIDDEN)),
        "hidden_bias": np.zeros((MEMBERS, HIDDEN)),
        "top_weight": rng.normal(0, 0.1 / np.sqrt(HIDDEN), (MEMBERS, HIDDEN)),
        "straight_weight": np.zeros((MEMBERS, FEATURES)),
        "offset": np.full(MEMBERS, np.log(unit)),
    }
    w = {k: jnp.asarray(v, jnp.float32) for k, v in w.items()}
    mean = square = jax.tree.map(jnp.zeros_like, w)
    per_epoch, t = len(x) // BATCH, 0
    for _ in range(EPOCHS):
        order = np.stack([rng.permutation(len(x)) for _ in range(MEMBERS)])
        for i in range(per_epoch):
            pick, t = order[:, i * BATCH : (i + 1) * BATCH], t + 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * t / (EPOCHS * per_epoch)))
            w, mean, square = step(w, mean, square, x[pick], y[pick], unit, jnp.float32(rate), jnp.float32(t))
    return build({**{k: np.asarray(v) for k, v in w.items()}, "mean": centre, "scale": scale, "linear_weight": linear_weight, "linear_offset": linear_offset})


def validate(windows, first_held_out):
    """Settings were chosen by this: four stretches of time before the held-out hours, each predicted from what lies before it."""
    hours = np.unique(windows.hour)
    hours = hours[hours < first_held_out]
    feature = lambda w: cards.run(feature_model(), "features", "candles", w.candles)
    for start, end in [(0.5, 0.625), (0.625, 0.75), (0.75, 0.875), (0.875, 1)]:
        first, last = hours[int(start * len(hours))], hours[int(end * len(hours)) - 1]
        behind, ahead = windows.where(windows.hour < first), windows.where((windows.hour >= first) & (windows.hour <= last))
        p = cards.run(train(behind), "log_range", "candles", ahead.candles)[:, 0]
        line = linear(feature(behind), behind.target, feature(ahead))
        print(f"validation {date(first)} to {date(last)}: R2 {r2(ahead.target, p):.4f}, linear regression on the same features {r2(ahead.target, line):.4f}")


def write_examples(held_out):
    for asset, name in [(0, "btc-volatile"), (1, "eth-quiet")]:
        own = held_out.where(held_out.asset == asset)
        day = np.log(own.candles[:, :, 1] / own.candles[:, :, 2]).mean(1)
        share = 0.95 if asset == 0 else 0.05
        cards.write_example(HERE / "examples" / f"{name}.json", "candles", own.candles[np.argsort(day, kind="stable")[int(share * len(day))]][None])
    flat = np.tile(np.array([100, 100, 100, 100, 0], np.float32), (HOURS, 1))
    cards.write_example(HERE / "examples" / "nothing-traded.json", "candles", flat[None])


def card(metrics, windows, first_held_out):
    return {
        "title": "Next-hour range of BTC and ETH",
        "summary": "Predicts how far the price of BTC or ETH will swing in the next hour from its last 24 hourly candles. It says nothing about direction. Not financial advice.",
        "task": "tabular-regression",
        "licence": "Apache-2.0",
        "data": [
            {
                "name": "BTCUSDT and ETHUSDT hourly candles",
                "source": "OpenGradient og-models (BTCUSDT-1h.csv, ETHUSDT-1h.csv; klines of the Binance exchange)",
                "licence": "MIT, copyright (c) 2025 OpenGradient",
                "split": f"by time: trained on hours from {date(windows.hour.min())} until {date(first_held_out - 1)} UTC; held out {date(first_held_out)} to {date(windows.hour.max())} UTC, the last 20%",
            }
        ],
        "metrics": metrics,
        "inputs": [{"name": "candles", "datatype": "FP32", "shape": ["batch", 24, 5], "meaning": "24 consecutive hourly candles, oldest first, each open, high, low, close, volume, raw", "units": "prices in any one currency; volume in any one unit"}],
        "outputs": [{"name": "log_range", "datatype": "FP32", "shape": ["batch", 1], "meaning": "expected ln(high/low) of the next hour", "units": "natural logarithm of a price ratio: 0.01 is a range of about 1%"}],
    }


def main():
    parser = cards.data_argument(__doc__)
    parser.add_argument("--validate", action="store_true", help="train on earlier hours and report on later ones that are not held out, write nothing: for choosing settings")
    options = parser.parse_args()
    windows = load(options.data)
    _, first_held_out = boundaries(windows)
    if options.validate:
        validate(windows, first_held_out)
        return
    onnx.save(train(windows.where(windows.hour < first_held_out)), HERE / "model.onnx")
    metrics = measure(options.data)
    cards.write_card(HERE, card(metrics, windows, first_held_out))
    cards.write_figures(HERE, table(metrics) + "\n\n" + gain_intervals(options.data))
    write_examples(windows.where(windows.hour >= first_held_out))
    print(table(metrics))


if __name__ == "__main__":
    main()
