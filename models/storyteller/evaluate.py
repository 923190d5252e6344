"""Prints every figure that card.json and README.md give for models/storyteller, from its GGUF files and the stories, and exits 1 where card.json disagrees."""

import argparse
import json
import os
import pathlib
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # other people share the machine
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dataset
from language_model import LanguageModel

HERE = pathlib.Path(__file__).resolve().parent
START, END = "<!-- figures: written by evaluate.py --write, do not edit -->", "<!-- /figures -->"
PEER = "stories260K of llama2.c, trained by others"
FILES = {"storyteller-q8_0.gguf": None, "storyteller-f16.gguf": "the same in F16"}
TOLERANCE = 0.0005


def texts_of(stories):
    """By name: the held-out stories in the three forms that are measured."""
    return {
        "bits a byte": stories.test,
        "bits a byte, stories as the file has them": stories.raw_test,
        "bits a byte, stories in lower case": [s.lower() for s in stories.test],
        # stories260K breaks its own paragraphs with one line break: the form that it tells best.
        "bits a byte, one line break between paragraphs": [s.replace("\n\n", "\n") for s in stories.test],
    }


def measure(data):
    """Metrics as card.json lists them; each model is told each text from its BOS on and looks back on at most 512 tokens."""
    stories, metrics = dataset.load(data), []
    texts = texts_of(stories)
    models = [(HERE / file, baseline) for file, baseline in FILES.items()]
    peer = data.parent / "models" / "stories260k" / "stories260K-f32.gguf"
    if peer.exists():
        models.append((peer, PEER))
    else:
        print(f"no comparison with stories260K: {peer} is absent", file=sys.stderr)
    for path, baseline in models:
        model = LanguageModel(path)
        # F16 and Q8_0 differ by less than the stories' chance: one figure is enough to show it.
        for name, text in list(texts.items())[: 1 if path.name == "storyteller-f16.gguf" else None]:
            value = f"{model.bits_per_byte(text):.4f}"
            metrics.append({"name": name, "value": value, **({"baseline": baseline} if baseline else {})})
            print(f"{path.name}: {value} {name}", flush=True)
    return metrics


def table(metrics):
    value = {(m["name"], m.get("baseline")): float(m["value"]) for m in metrics}
    rows = ["| on 100 held-out stories | this model, Q8_0 | F16 | stories260K | Q8_0 ÷ stories260K |", "|---|---|---|---|---|"]
    for name in dict.fromkeys(m["name"] for m in metrics):
        ours, half, peer = (value.get((name, baseline)) for baseline in (None, FILES["storyteller-f16.gguf"], PEER))
        rows.append(f"| {name} | **{ours:.4f}** | " + (f"{half:.4f}" if half else "") + " | " + (f"{peer:.4f} | {ours / peer:.3f} |" if peer else "– | – |"))
    return "\n".join(rows)


def disagreements(metrics):
    key = lambda m: (m["name"], m.get("baseline"))
    claimed = {key(m): float(m["value"]) for m in json.loads((HERE / "card.json").read_text())["metrics"]}
    return [f"card.json says {key(m)} = {claimed.get(key(m))}, this run says {m['value']}" for m in metrics if abs(claimed.get(key(m), 9) - float(m["value"])) > TOLERANCE]


def write(metrics):
    card = json.loads((HERE / "card.json").read_text()) | {"metrics": metrics}
    (HERE / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    before, rest = (HERE / "README.md").read_text().split(START)
    (HERE / "README.md").write_text(before + START + "\n" + table(metrics) + "\n" + END + rest.split(END)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=HERE.parents[2] / "shared" / "data", help="folder that holds text/")
    parser.add_argument("--write", action="store_true", help="put the figures into card.json and README.md")
    arguments = parser.parse_args()
    metrics = measure(arguments.data)
    print(table(metrics))
    if arguments.write:
        write(metrics)
    wrong = disagreements(metrics)
    print("\n".join(wrong) or f"\ncard.json agrees: {len(metrics)} figures, each within {TOLERANCE}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
