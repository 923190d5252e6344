"""Trains models/digits on 8,000 digits and writes model.onnx, card.json, the figures of README.md and examples/. See ../README.md for how to run it."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import cards  # first: it sets the thread count

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from dataset import held_out, load
from evaluate import LABELS, measure, table
from graph import CONVOLUTIONS, HIDDEN, MEAN, STD, build
from PIL import Image

SEED, BATCH, PEAK_RATE, DECAY, SMOOTHING = 20261120, 64, 2e-3, 1e-4, 0.05
HERE = pathlib.Path(__file__).resolve().parent


def initial(rng):
    weights = {}
    for name, kernel, inputs, outputs, _ in CONVOLUTIONS:
        weights[f"{name}_weight"] = rng.normal(0, np.sqrt(2 / (kernel * kernel * inputs)), (outputs, inputs, kernel, kernel))
        weights[f"{name}_bias"] = np.zeros(outputs)
    flat = CONVOLUTIONS[-1][3] * 3 * 3
    for name, inputs, outputs in [("dense1", flat, HIDDEN), ("dense2", HIDDEN, 10)]:
        weights[f"{name}_weight"] = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
        weights[f"{name}_bias"] = np.zeros(outputs)
    return {k: jnp.asarray(v, jnp.float32) for k, v in weights.items()}


def logits(weights, x, key=None):
    x = (x - MEAN) / STD
    for name, kernel, _, _, pooled in CONVOLUTIONS:
        x = jax.lax.conv(x, weights[f"{name}_weight"], (1, 1), "SAME") + weights[f"{name}_bias"][:, None, None]
        x = jax.nn.relu(x)
        if pooled:
            n, c, h, w = x.shape
            x = x[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))
    x = x.reshape(len(x), -1)
    if key is not None:  # dropout, in training only
        x = x * jax.random.bernoulli(key, 0.7, x.shape) / 0.7
    x = jax.nn.relu(x @ weights["dense1_weight"] + weights["dense1_bias"])
    return x @ weights["dense2_weight"] + weights["dense2_bias"]


def bent(images, rng):
    """Each image turned, scaled, sheared, shifted and a little wrung, so that a digit drawn by hand in a browser is no stranger."""
    n = len(images)
    angle, shear = rng.uniform(-0.26, 0.26, n), rng.uniform(-0.2, 0.2, n)
    scale_x, scale_y = rng.uniform(0.85, 1.2, n), rng.uniform(0.85, 1.2, n)
    c, s = np.cos(angle), np.sin(angle)
    grid = np.arange(28) - 13.5
    y, x = np.meshgrid(grid, grid, indexing="ij")
    wave = lambda: rng.uniform(0, 1.2, (n, 1, 1)) * np.sin(rng.uniform(0.15, 0.35, (n, 1, 1)) * (y if rng.random() < 0.5 else x) + rng.uniform(0, 6.28, (n, 1, 1)))
    at = lambda v: v[:, None, None]
    source_x = at(c * scale_x) * x + at((s + shear) * scale_x) * y + at(rng.uniform(-2.5, 2.5, n)) + wave() + 13.5
    source_y = at(-s * scale_y) * x + at(c * scale_y) * y + at(rng.uniform(-2.5, 2.5, n)) + wave() + 13.5
    padded = np.pad(images[:, 0], ((0, 0), (1, 1), (1, 1)))
    source_x, source_y = np.clip(source_x + 1, 0, 28.999), np.clip(source_y + 1, 0, 28.999)
    x0, y0 = source_x.astype(np.int64), source_y.astype(np.int64)
    fx, fy, i = (source_x - x0).astype(np.float32), (source_y - y0).astype(np.float32), np.arange(n)[:, None, None]
    top = padded[i, y0, x0] * (1 - fx) + padded[i, y0, x0 + 1] * fx
    bottom = padded[i, y0 + 1, x0] * (1 - fx) + padded[i, y0 + 1, x0 + 1] * fx
    return (top * (1 - fy) + bottom * fy)[:, None]


def loss(weights, x, y, key):
    target = jax.nn.one_hot(y, 10) * (1 - SMOOTHING) + SMOOTHING / 10
    return -(target * jax.nn.log_softmax(logits(weights, x, key))).sum(1).mean()


@jax.jit
def step(weights, mean, square, x, y, rate, t):
    """One step of AdamW."""
    slope = jax.grad(loss)(weights, x, y, jax.random.PRNGKey(t))
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slope)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, slope)
    move = lambda w, m, v: w - rate * ((m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8) + DECAY * w)
    return jax.tree.map(move, weights, mean, square), mean, square


def train(images, labels, epochs):
    rng = np.random.default_rng(SEED)
    weights = initial(rng)
    mean = square = jax.tree.map(jnp.zeros_like, weights)
    per_epoch, t, began = len(images) // BATCH, 0, time.time()
    for epoch in range(epochs):
        order, shown = rng.permutation(len(images)), bent(images, rng)
        for i in range(per_epoch):
            pick, t = order[i * BATCH : (i + 1) * BATCH], t + 1
            progress = t / (epochs * per_epoch)
            rate = PEAK_RATE * min(1, progress / 0.1) * 0.5 * (1 + np.cos(np.pi * progress))
            weights, mean, square = step(weights, mean, square, shown[pick], labels[pick], jnp.float32(rate), jnp.float32(t).astype(jnp.int32))
        print(f"epoch {epoch + 1} of {epochs}, {time.time() - began:.0f} s", flush=True)
    return {k: np.asarray(v) for k, v in weights.items()}


def accuracy(model, images, labels):
    return float((cards.run(model, "scores", "image", images).argmax(1) == labels).mean())


def write_examples(images, labels):
    for digit, name in [(7, "seven"), (3, "three"), (8, "eight")]:
        image = images[np.flatnonzero(labels == digit)[0]]  # the first held-out one, right or wrong
        cards.write_example(HERE / "examples" / f"{name}.json", "image", image[None])
        Image.fromarray(np.rint(image[0] * 255).astype(np.uint8)).save(HERE / "examples" / f"{name}.png", optimize=True)


def card(metrics):
    return {
        "title": "Handwritten digits",
        "summary": "A small convolutional network that reads one handwritten digit from a 28 by 28 grey image.",
        "task": "image-classification",
        "licence": "Apache-2.0",
        "data": [
            {
                "name": "MNIST test set, 10,000 labelled digits",
                "source": "the MNIST database (t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte), made from NIST Special Databases 1 and 3",
                "licence": "public data set; its authors' page states no licence, some redistributors list CC-BY-SA-3.0",
                "split": "held out: the 2,000 images whose index modulo 5 is 4; trained on the other 8,000",
            }
        ],
        "metrics": metrics,
        "inputs": [{"name": "image", "datatype": "FP32", "shape": ["batch", 1, 28, 28], "meaning": "one grey image, white digit on black, centred, rows from the top", "units": "brightness, 0 (black) to 1 (white)"}],
        "outputs": [{"name": "scores", "datatype": "FP32", "shape": ["batch", 10], "meaning": "softmax probability of each digit, 0 to 9", "units": "probability, 0 to 1; each row sums to 1"}],
        "labels": LABELS,
        "image": {"input": "image", "width": 28, "height": 28, "channels": 1, "layout": "NCHW", "scale": "0.00392156862745098", "mean": "0", "std": "1", "invert": "auto"},
    }


def main():
    parser = cards.data_argument(__doc__)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--validate", action="store_true", help="train on 7,000, report on 1,000 others that are not held out, write nothing: for choosing settings")
    options = parser.parse_args()
    images, labels = load(options.data)
    out = held_out(len(images))
    known, names = images[~out], labels[~out]
    if options.validate:
        aside = np.arange(len(known)) % 8 == 7
        model = build(train(known[~aside], names[~aside], options.epochs))
        print(f"validation accuracy {accuracy(model, known[aside], names[aside]):.4f}, on what it was trained on {accuracy(model, known[~aside], names[~aside]):.4f}")
        return
    model = build(train(known, names, options.epochs))
    onnx.save(model, HERE / "model.onnx")
    metrics = measure(options.data)
    cards.write_card(HERE, card(metrics))
    cards.write_figures(HERE, table(metrics))
    write_examples(images[out], labels[out])
    print(table(metrics))


if __name__ == "__main__":
    main()
