"""What every model's scripts share: where the data lies, how the graph is written and run, how figures reach card.json and README.md."""

import argparse
import json
import os
import pathlib
import sys

# One core and one thread: other people share the machine, and one order of summation gives one result.
# This must run before jax is imported, so every script imports this file first.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

REPO = pathlib.Path(__file__).resolve().parent.parent
OPSET = 17
IR_VERSION = 8  # the one that belongs to opset 17; every onnxruntime since 1.11 reads it
START, END = "<!-- figures: written by train.py, do not edit -->", "<!-- /figures -->"


def data_argument(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=pathlib.Path, default=REPO.parent / "shared" / "data", help="folder that holds digits/ and candles/")
    return parser


class Graph:
    """Collects nodes under unique, speaking names: a node's name is also the name of its output."""

    def __init__(self, name):
        self.name, self.nodes, self.constants = name, [], {}

    def constant(self, name, value, dtype=np.float32):
        if name in self.constants:
            raise ValueError(f"two constants are called {name}: rename one")
        self.constants[name] = numpy_helper.from_array(np.array(value, dtype=dtype), name)
        return name

    def node(self, op, name, inputs, **attributes):
        if any(n.name == name for n in self.nodes):
            raise ValueError(f"two nodes are called {name}: rename one")
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def model(self, inputs, outputs, doc):
        """`inputs` and `outputs` map a name to its shape; the model is float32 throughout and is checked before it is returned."""
        info = lambda d: [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in d.items()]
        used = {i for n in self.nodes for i in n.input}
        constants = [t for name, t in self.constants.items() if name in used]
        graph = helper.make_graph(self.nodes, self.name, info(inputs), info(outputs), constants, doc_string=doc)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="isobit")
        onnx.checker.check_model(model, full_check=True)
        return model


def session(model):
    """`model` is a path or a ModelProto. One thread, no optimisation: the order of operations is the graph's."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(model, output, name, array, chunk=1000):
    s = session(model)
    return np.concatenate([s.run([output], {name: array[i : i + chunk]})[0] for i in range(0, len(array), chunk)])


def write_example(path, name, array):
    """One request body of the Open Inference Protocol v2; numbers in the fewest digits that give back the same float32."""
    array = np.asarray(array, np.float32)
    data = [int(x) if x == int(x) else float(str(x)) for x in array.ravel()]
    body = {"inputs": [{"name": name, "shape": list(array.shape), "datatype": "FP32", "data": data}]}
    path.write_text(json.dumps(body, separators=(",", ":")) + "\n")


def write_card(folder, card):
    refuse_floats(card)
    (folder / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")


def refuse_floats(value):
    if isinstance(value, float):
        raise ValueError(f"card.json holds integers and strings only, not {value!r}: write it as a string")
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        refuse_floats(child)


def write_figures(folder, text):
    readme = folder / "README.md"
    before, rest = readme.read_text().split(START)
    readme.write_text(before + START + "\n" + text + "\n" + END + rest.split(END)[1])


def check_card(folder, metrics, tolerance):
    """Exits 1 and names each figure of card.json that the run just made does not bear out."""
    claimed = {(m["name"], m.get("baseline")): m["value"] for m in json.loads((folder / "card.json").read_text())["metrics"]}
    measured = {(m["name"], m.get("baseline")): m["value"] for m in metrics}
    for key in claimed.keys() - measured.keys():
        print(f"not measured in this run: {key}")
    both = claimed.keys() & measured.keys()
    wrong = [k for k in both if abs(float(claimed[k]) - float(measured[k])) > tolerance]
    for key in wrong:
        print(f"card.json says {key} = {claimed[key]}, this run says {measured[key]}")
    if wrong or not both:
        sys.exit(1)
    print(f"\ncard.json agrees: {len(both)} figures, each within {tolerance}")
