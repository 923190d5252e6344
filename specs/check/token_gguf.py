"""tokenizer.md section 9: members of a GGUF file."""
from canonical import need
from llm_gguf import ARRAY, BOOLEAN, FLOATS, INTEGERS, STRING
from token_definition import Definition, valid

GPT_2 = "gpt-2 phi-2 mpt olmo jais trillion granite-docling mellum gigachat a.x-4.0 exaone4"
DIGITS = "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2"
LLAMA_3_BOS = "llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2"
QWEN_2 = "qwen2 deepseek-r1-qwen megrez stablelm2 hunyuan kormo solar-open grok-2"
# pre → pre-tokenizer, whether whole words stay and bos is added
PRE = {**{name: (cuts, False) for names, cuts in (
    (GPT_2, "gpt-2"), (DIGITS, "digits"), ("dbrx smaug-bpe chatglm-bpe glm4", "llama-3"), (QWEN_2, "qwen-2"),
    ("gpt-4o llama4 kanana2", "gpt-4o"), ("deepseek-v3 hunyuan-dense joyai-llm", "deepseek-v3")) for name in names.split()},
    **{name: ("llama-3", True) for name in LLAMA_3_BOS.split()}, "tekken": ("tekken", True),
    **{name: (name, False) for name in ("deepseek-llm", "deepseek-coder", "falcon", "default")}}
READ = ("model", "pre", "tokens", "token_type", "scores", "merges", "add_bos_token", "add_eos_token", "add_sep_token",
        "add_space_prefix", "normalizer.lowercase", "normalizer.strip_accents", "token_type_count")
HEAD = "tokenizer.ggml."


class Members:
    def __init__(self, members):
        self.members = {key[len(HEAD):]: value for key, value in members.items() if key.startswith(HEAD)}
        for key in self.members:
            need(key in READ or key.endswith("_token_id") or key.startswith("chat_template"), "TOKENIZER_UNSUPPORTED")

    def value(self, key, kinds, default=None):
        kind, value = self.members.get(key, (None, default))
        valid(kind is None or kind in kinds)
        return value

    def flag(self, key, default):
        return self.value(key, (BOOLEAN,), default)

    def list(self, key, kinds, default=None):
        return self.value(key, [(ARRAY, kind) for kind in kinds], default)

    def id(self, name, default=None):
        return self.value(f"{name}_token_id", INTEGERS, default)


def read_members(all_members):
    members = Members(all_members)
    model = members.value("model", (STRING,))
    valid(model is not None)
    need(model in ("gpt2", "llama", "bert"), "TOKENIZER_UNSUPPORTED")
    tokens = members.list("tokens", (STRING,))
    valid(tokens)
    kinds = members.list("token_type", INTEGERS, [1] * len(tokens))
    ids = {name: members.id(name) for name in ("bos", "eos", "unknown")}
    if model == "llama":
        ids = {name: members.id(name, default) for name, default in (("bos", 1), ("eos", 2), ("unknown", 0))}
    named = [members.id(name) for name in ("eot", "eom")] + [ids["eos"]]
    read = {"gpt2": read_gpt2, "llama": read_llama, "bert": read_bert}[model]
    algorithm, lists, others = read(members, tokens, ids)
    return Definition(tokens, kinds, algorithm, lists, [token for token in named if token is not None], **ids, **others)


def added(flag, token):
    valid(not flag or token is not None)
    return token if flag else None


def read_gpt2(members, tokens, ids):
    pre = members.value("pre", (STRING,), "default")
    need(pre in PRE, "TOKENIZER_UNSUPPORTED")
    cuts, special = PRE[pre]
    merges = members.list("merges", (STRING,))
    valid(merges is not None)
    pairs = pairs_of([one.split(" ") for one in merges], tokens)
    return {"kind": "byte-pairs", "spelling": "bytes", "wholeWords": special}, pairs, {
        "preTokenizer": cuts, "begin": added(members.flag("add_bos_token", special), ids["bos"]),
        "end": added(members.flag("add_eos_token", False), ids["eos"])}


def pairs_of(merges, tokens):
    by_text = {text: token for token, text in enumerate(tokens)}
    valid(all(len(pair) == 2 and all(part and part in by_text for part in pair) for pair in merges))
    return [tuple(by_text[part] for part in pair) for pair in merges]


def read_llama(members, tokens, ids):
    scores = members.list("scores", FLOATS)
    valid(scores is not None)
    return {"kind": "scores"}, scores, {
        "markSpaces": True, "prefix": "each" if members.flag("add_space_prefix", True) else "never",
        "begin": added(members.flag("add_bos_token", True), ids["bos"]),
        "end": added(members.flag("add_eos_token", False), ids["eos"])}


def read_bert(members, tokens, ids):
    lowercase = members.flag("normalizer.lowercase", True)
    flags = {"cleanText": True, "chineseCharacters": True, "lowercase": lowercase, "longestWord": 100,
             "stripAccents": members.flag("normalizer.strip_accents", lowercase)}
    cls, sep = members.id("cls", ids["bos"]), members.id("seperator", ids["eos"])
    return {"kind": "word-pieces", **flags}, [], {"begin": added(members.flag("add_bos_token", True), cls),
                                                  "end": added(members.flag("add_sep_token", True), sep)}
