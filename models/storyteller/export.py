"""Writes storyteller-f16.gguf and storyteller-q8_0.gguf from the weights and the vocabulary that train.py made."""

import argparse
import json
import pathlib

import gguf
import numpy as np

import network
from chat import TEMPLATE
from vocabulary import ASSISTANT, BEGIN, CONTROL, END, PAD, USER, Vocabulary

HERE = pathlib.Path(__file__).resolve().parent
NORMAL, CONTROL_KIND = 1, 3
# What examples/samples.json answers: no prompt at all, the beginning of a story, and what chat clients send.
PROMPTS = [
    {"text": "", "temperature": "0"},
    {"text": "", "temperature": "0.8"},
    {"text": "Once upon a time, there was a brave little fox who lived in", "temperature": "0.8"},
    {"user": "Tell me a story about a dog named Max.", "temperature": "0"},
    {"user": "Tell me a story about a dog named Max.", "temperature": "0.8"},
    {"user": "Write a story with the words boat, storm and brave.", "temperature": "0.8"},
    {"user": "Hello!", "temperature": "0"},
    {"user": "What is the capital of France?", "temperature": "0"},
]
FILES = {
    "storyteller-f16.gguf": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "storyteller-q8_0.gguf": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}


def write(path, weights, shape, vocabulary, kind, file_type):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Storyteller")
    writer.add_author("Isobit")
    writer.add_license("apache-2.0")
    writer.add_description("A small language model that tells short stories for children")
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.groups)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(network.BASE)
    writer.add_layer_norm_rms_eps(network.EPSILON)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types([CONTROL_KIND if t in CONTROL else NORMAL for t in vocabulary.tokens])
    writer.add_token_merges([" ".join(m) for m in vocabulary.merges])
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_chat_template(TEMPLATE)
    for name, w in weights.items():
        if w.ndim == 1:
            writer.add_tensor(name, w.astype(np.float32))
        elif kind == gguf.GGMLQuantizationType.F16:
            writer.add_tensor(name, w.astype(np.float16))
        else:
            writer.add_tensor(name, gguf.quants.quantize(w.astype(np.float32), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def examples(vocabulary):
    """Each prompt with its tokens, so that telling them needs no tokenizer."""
    for prompt in PROMPTS:
        said = [USER, *vocabulary.encode(prompt["user"]), END, ASSISTANT] if "user" in prompt else vocabulary.encode(prompt["text"])
        yield prompt | {"seed": "7", "tokens": [BEGIN, *said]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=pathlib.Path, help="the folder that train.py wrote")
    parser.add_argument("--out", type=pathlib.Path, default=HERE)
    arguments = parser.parse_args()
    made = json.loads((arguments.trained / "vocabulary.json").read_text())
    shape, vocabulary = network.Shape(**made["shape"]), Vocabulary([tuple(m) for m in made["merges"]])
    weights = dict(np.load(arguments.trained / "weights.npz"))
    for file, (kind, file_type) in FILES.items():
        write(arguments.out / file, weights, shape, vocabulary, kind, file_type)
        print(f"{file}: {(arguments.out / file).stat().st_size:,} bytes")
    (arguments.out / "examples").mkdir(exist_ok=True)
    lines = ",\n".join("  " + json.dumps(e) for e in examples(vocabulary))
    (arguments.out / "examples" / "prompts.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
