"""Prints every figure that card.json and README.md give for models/digits, from model.onnx and the data, and exits 1 where card.json disagrees."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import cards  # first: it sets the thread count

import numpy as np
from dataset import held_out, load
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

HERE = pathlib.Path(__file__).resolve().parent
LABELS = [str(digit) for digit in range(10)]


def measure(data):
    """Accuracies on the 2,000 held-out digits, as card.json lists them; each baseline learns from the same 8,000 unless its name says otherwise."""
    images, labels = load(data)
    out = held_out(len(images))
    truth, flat = labels[out], images.reshape(len(images), -1)
    metrics = []

    def add(answers, baseline=None):
        value = f"{(answers == truth).mean():.4f}"
        metrics.append({"name": "accuracy", "value": value, **({"baseline": baseline} if baseline else {})})

    add(cards.run(HERE / "model.onnx", "scores", "image", images[out]).argmax(1))
    add(KNeighborsClassifier(3).fit(flat[~out], labels[~out]).predict(flat[out]), "3 nearest neighbours on pixels")
    add(LogisticRegression(C=0.05, max_iter=300).fit(flat[~out], labels[~out]).predict(flat[out]), "logistic regression on pixels")
    add(np.full(len(truth), np.bincount(labels[~out]).argmax()), "always the commonest digit")
    peer = data.parent / "models" / "mnist" / "mnist-8.onnx"
    if peer.exists():
        s = cards.session(peer)  # takes one image at a time, pixels 0..255
        add(np.array([s.run(None, {"Input3": x[None] * 255})[0].argmax() for x in images[out]]), "mnist-8.onnx of the ONNX model zoo, trained by others")
    else:
        print(f"no comparison with mnist-8.onnx: {peer} is absent", file=sys.stderr)
    return metrics


def table(metrics):
    rows = ["| on the 2,000 held-out digits | accuracy | wrong |", "|---|---|---|"]
    for m in metrics:
        name = m.get("baseline", "**this model**")
        rows.append(f"| {name} | {float(m['value']):.2%} | {round((1 - float(m['value'])) * 2000)} |")
    return "\n".join(rows)


if __name__ == "__main__":
    found = measure(cards.data_argument(__doc__).parse_args().data)
    print(table(found))
    cards.check_card(HERE, found, 0.0005)
