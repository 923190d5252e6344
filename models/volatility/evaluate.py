"""Prints every figure that card.json and README.md give for models/volatility, from model.onnx and the data, and exits 1 where card.json disagrees."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import cards  # first: it sets the thread count

import numpy as np
from dataset import ASSETS, boundaries, load
from graph import feature_model

HERE = pathlib.Path(__file__).resolve().parent


def r2(truth, answers):
    """Share of the variance explained, against the mean of these same hours (which nobody knew beforehand)."""
    return 1 - ((truth - answers) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()


def date(hour):
    return str(np.datetime64(int(hour), "h")).replace("T", " ") + ":00"


def least_squares(x, y):
    """Ordinary least squares in float64: the weight of each column of x, and the intercept."""
    x = x.astype(np.float64)
    mean, scale = x.mean(0), x.std(0) + 1e-12
    solved = np.linalg.lstsq(np.column_stack([(x - mean) / scale, np.ones(len(x))]), y, rcond=None)[0]
    weight = solved[:-1] / scale
    return weight, solved[-1] - mean @ weight


def linear(x, y, x_new):
    weight, intercept = least_squares(x, y)
    return x_new.astype(np.float64) @ weight + intercept


def linear_of_each(known, x, out, x_new):
    """One regression for each asset: a harder baseline than one for both."""
    answers = np.empty(len(x_new))
    for asset in range(len(ASSETS)):
        mine, theirs = known.asset == asset, out.asset == asset
        answers[theirs] = linear(x[mine], known.target[mine], x_new[theirs])
    return answers


def answers_by_name(data):
    """The held-out windows, and for the model (None) and each baseline its predictions there; all learn from the same earlier hours."""
    windows = load(data)
    _, first = boundaries(windows)
    known, out = windows.where(windows.hour < first), windows.where(windows.hour >= first)
    past = np.log(out.candles[:, :, 1] / out.candles[:, :, 2])
    flat = lambda w: w.candles.reshape(len(w.hour), -1)
    feature = lambda w: cards.run(feature_model(), "features", "candles", w.candles)
    raw, raw_new, own, own_new = flat(known), flat(out), feature(known), feature(out)
    return out, {
        None: cards.run(HERE / "model.onnx", "log_range", "candles", out.candles)[:, 0],
        "24-hour mean": past.mean(1),
        "persistence (last hour)": past[:, -1],
        "linear regression on the raw candles": linear(raw, known.target, raw_new),
        "linear regression on the raw candles, one for each asset": linear_of_each(known, raw, out, raw_new),
        "linear regression on the model's features": linear(own, known.target, own_new),
        "linear regression on the model's features, one for each asset": linear_of_each(known, own, out, own_new),
    }


def gain_intervals(data):
    """How sure the gain over the strong baselines is: R2 of both assets, model less baseline, over 2,000 draws of whole days with replacement."""
    out, answers = answers_by_name(data)
    _, day = np.unique(out.hour // 24, return_inverse=True)
    per_day = lambda values: np.bincount(day, values)
    draws = np.random.default_rng(0).integers(0, day.max() + 1, (2000, day.max() + 1))
    count, total, squares = (per_day(v)[draws].sum(1) for v in (np.ones(len(day)), out.target, out.target**2))
    variance = squares - total**2 / count
    lines = []
    for name in list(answers)[4:]:
        more = (out.target - answers[name]) ** 2 - (out.target - answers[None]) ** 2
        low, high = np.percentile(per_day(more)[draws].sum(1) / variance, [2.5, 97.5])
        gain = more.sum() / ((out.target - out.target.mean()) ** 2).sum()
        lines.append(f"- {name}: {gain:+.4f}, 95% interval {low:+.4f} to {high:+.4f}")
    return "Gain in R² (both) over the strongest baselines, with the interval from resampling whole days:\n\n" + "\n".join(lines)


def measure(data):
    """R2 on the held-out hours, for each asset and both, as card.json lists them."""
    out, answers = answers_by_name(data)
    metrics = []
    for baseline, p in answers.items():
        for name, mask in [(f"R2 {a}", out.asset == i) for i, a in enumerate(ASSETS)] + [("R2 both", out.asset >= 0)]:
            metrics.append({"name": name, "value": f"{r2(out.target[mask], p[mask]):.4f}", **({"baseline": baseline} if baseline else {})})
    return metrics


def table(metrics):
    rows = ["| R² on the held-out hours | BTC | ETH | both |", "|---|---|---|---|"]
    for baseline in dict.fromkeys(m.get("baseline") for m in metrics):
        values = [m["value"] for m in metrics if m.get("baseline") == baseline]
        rows.append(f"| {baseline or '**this model**'} | {' | '.join(values)} |")
    return "\n".join(rows)


def check_odd_inputs():
    """Inputs that no market gives must still give a finite answer inside the stated bounds."""
    flat = lambda price, volume: np.tile(np.array([price] * 4 + [volume], np.float32), (24, 1))
    spike = flat(100, 1)
    spike[23] = [1e-30, 1e30, 0, 1e30, 1e38]
    odd = np.stack([flat(100, 0), flat(0, 0), flat(1e38, 1e38), flat(-5, -5), flat(1e-30, 1e-30), spike])
    answers = cards.run(HERE / "model.onnx", "log_range", "candles", odd)[:, 0]
    if not (np.isfinite(answers).all() and (answers > 0).all() and (answers <= 1).all()):
        sys.exit(f"odd candles give {answers}: every answer must be finite and in (0, 1]")
    print(f"\nodd candles (flat, zero, negative, huge, no volume, one wild hour): {', '.join(f'{a:.6f}' for a in answers)}")


def print_examples():
    for path in sorted((HERE / "examples").glob("*.json")):
        given = json.loads(path.read_text())["inputs"][0]
        answer = cards.run(HERE / "model.onnx", "log_range", "candles", np.array(given["data"], np.float32).reshape(given["shape"]))
        print(f"examples/{path.name}: log_range {answer[0, 0]:.6f}")


if __name__ == "__main__":
    data = cards.data_argument(__doc__).parse_args().data
    found = measure(data)
    print(table(found) + "\n\n" + gain_intervals(data))
    check_odd_inputs()
    print_examples()
    cards.check_card(HERE, found, 0.0005)
