"""tokenizer.md section 10: tokenizer.json and the files beside it."""
import json

from canonical import need
from token_definition import BYTE, CONTROL, DEFINED, MARK, NORMAL, TOKENS, UNKNOWN, UNUSED, Definition, valid
from token_gguf import added, pairs_of
from token_pieces import PASSES

CHARACTERS = 2**26
PATTERNS = {PASSES[name][0]: name for name in ("llama-3", "qwen-2", "tekken", "gpt-4o", "gpt-2")}
BYTES = {f"<0x{byte:02X}>" for byte in range(256)}


def supported(condition):
    need(condition, "TOKENIZER_UNSUPPORTED")


def read_object(file):
    """JSON, or its text."""
    if isinstance(file, str):
        need(len(file) <= CHARACTERS, "TOKENIZER_LIMIT")
        try:
            file = json.loads(file)
        except ValueError:
            valid(False)
    valid(isinstance(file, dict))
    return file


def steps_of(part, inner):
    """A part as a list; a sequence within a sequence is refused."""
    if part is None:
        return []
    valid(isinstance(part, dict))
    steps = part.get(inner) if part.get("type") == "Sequence" else [part]
    valid(isinstance(steps, list) and all(isinstance(step, dict) for step in steps))
    return steps


def is_id(value):
    return type(value) is int and value >= 0


class Vocabulary:
    def __init__(self, file, model):
        entries = model.get("vocab")
        valid(isinstance(entries, list if model["type"] == "Unigram" else dict))
        if model["type"] == "Unigram":
            valid(all(isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str) for entry in entries))
            pairs = [(text, token) for token, (text, _) in enumerate(entries)]
        else:
            pairs = list(entries.items())
        words = model["type"] == "WordPiece"
        begin = model.get("continuing_subword_prefix", "##") if words else None
        added_tokens = file.get("added_tokens") or []
        valid(isinstance(added_tokens, list) and all(
            isinstance(one, dict) and isinstance(one.get("content"), str) for one in added_tokens))
        pairs_added = [(one["content"], one.get("id")) for one in added_tokens]
        valid(all(is_id(token) for _, token in [*pairs, *pairs_added]))
        need(all(token < TOKENS for _, token in [*pairs, *pairs_added]), "TOKENIZER_LIMIT")
        self.of_text = dict(pairs)
        spelled = {token: text for text, token in pairs}
        valid(len(spelled) == len(pairs))
        kinds = {token: BYTE if model.get("byte_fallback") and text in BYTES else NORMAL for text, token in pairs}
        texts = {token: text if not words else text[len(begin):] if text.startswith(begin) else MARK + text
                 for token, text in spelled.items()}
        self.strips = []
        for one in added_tokens:
            supported(not one.get("single_word"))
            text, token = one["content"], one["id"]
            valid(self.of_text.setdefault(text, token) == token and spelled.setdefault(token, text) == text)
            texts[token], kinds[token] = text, CONTROL if one.get("special") else DEFINED
            if one.get("lstrip") or one.get("rstrip"):
                self.strips.append({"token": token, "left": bool(one.get("lstrip")), "right": bool(one.get("rstrip"))})
        self.strips.sort(key=lambda one: one["token"])
        size = max(texts, default=-1) + 1
        self.tokens = [texts.get(token, "") for token in range(size)]
        self.kinds = [kinds.get(token, UNUSED) for token in range(size)]

    def id(self, text):
        """Of a token named by its text; none where none is named."""
        if text is None:
            return None
        valid(isinstance(text, str) and text in self.of_text)
        return self.of_text[text]


def read_normalizer(steps, found):
    """Members of the definition; BERT's flags under `bert`."""
    for step in steps:
        kind = step.get("type")
        if kind == "NFC":
            found["normalization"] = "nfc"
        elif kind == "Prepend" and step.get("prepend") == MARK:
            found["prefix"] = "each"
        elif kind == "Replace" and step.get("pattern") == {"String": " "} and step.get("content") == MARK:
            found["markSpaces"] = True
        elif kind == "BertNormalizer":
            lowercase = step.get("lowercase", True)
            accents = step.get("strip_accents")
            found["bert"] = {"cleanText": step.get("clean_text", True), "lowercase": lowercase,
                             "chineseCharacters": step.get("handle_chinese_chars", True),
                             "stripAccents": lowercase if accents is None else accents}
        else:
            supported(False)


def read_pre_tokenizer(steps, found):
    """True where it is of bytes."""
    kinds = [step.get("type") for step in steps]
    if not steps or kinds == ["BertPreTokenizer"]:
        found["words"] = bool(steps)
        return False
    if kinds == ["Metaspace"]:
        step = steps[0]
        prefixes = {"always": "each-missing", "first": "first-missing", "never": "never"}
        scheme = step.get("prepend_scheme", "always")
        supported(step.get("replacement", MARK) == MARK and scheme in prefixes)
        found.update(markSpaces=True, prefix=prefixes[scheme],
                     preTokenizer="mark-spaces" if step.get("split", True) else "none")
        return False
    supported(kinds[-1] == "ByteLevel" and not steps[-1].get("add_prefix_space"))
    regex = steps[-1].get("use_regex", True)
    if kinds == ["ByteLevel"]:
        supported(regex)
        found["preTokenizer"] = "gpt-2"
    elif kinds == ["Digits", "ByteLevel"]:
        supported(steps[0].get("individual_digits") and regex)
        found["preTokenizer"] = "digits"
    else:
        supported(kinds == ["Split", "ByteLevel"] and not regex)
        split = steps[0]
        name = PATTERNS.get((split.get("pattern") or {}).get("Regex"))
        supported(name and split.get("behavior") == "Isolated" and not split.get("invert"))
        found["preTokenizer"] = name
    return True


def read_post_processor(steps, vocabulary):
    """The tokens before and behind."""
    begin = end = None
    for step in steps:
        kind = step.get("type")
        if kind in ("BertProcessing", "RobertaProcessing"):
            begin, end = (vocabulary.id(step[name][0]) for name in ("cls", "sep"))
        elif kind == "TemplateProcessing":
            names = ["A" if "Sequence" in one else one["SpecialToken"]["id"] for one in step["single"]]
            at = ["Sequence" in one for one in step["single"]].index(True)
            supported(at <= 1 and len(names) - at <= 2)
            begin = vocabulary.id(names[0]) if at else begin
            end = vocabulary.id(names[-1]) if len(names) - at == 2 else end
        else:
            supported(kind == "ByteLevel")
    return begin, end


def name_of(value):
    return value.get("content") if isinstance(value, dict) else value


def read_model(model, vocabulary, of_bytes, found):
    """(algorithm, its list)."""
    kind = model["type"]
    supported(kind == "WordPiece" or "bert" not in found and not found.pop("words", False))
    if kind == "Unigram":
        supported(not of_bytes)
        scores = [score for _, score in model["vocab"]]
        valid(all(type(score) in (int, float) for score in scores))
        return {"kind": "unigram"}, [*map(float, scores)] + [0.0] * (len(vocabulary.tokens) - len(scores))
    if kind == "WordPiece":
        names = ("cleanText", "lowercase", "chineseCharacters", "stripAccents")
        flags = found.pop("bert", dict.fromkeys(names, False))
        supported(found.pop("words", False))
        return {"kind": "word-pieces", **flags, "longestWord": model.get("max_input_chars_per_word", 100)}, []
    supported(model.get("dropout") is None)
    supported(not model.get("continuing_subword_prefix") and not model.get("end_of_word_suffix"))
    supported(of_bytes or model.get("byte_fallback"))
    merges = model.get("merges")
    valid(isinstance(merges, list))
    merges = [one.split(" ") if isinstance(one, str) else one for one in merges]
    valid(all(isinstance(pair, list) and all(isinstance(part, str) for part in pair) for pair in merges))
    return {"kind": "byte-pairs", "spelling": "bytes" if of_bytes else "characters",
            "wholeWords": bool(model.get("ignore_merges"))}, pairs_of(merges, vocabulary.tokens)


def read_hub(files):
    file = read_object(files["tokenizer"])
    config, specials, generation = (read_object(files.get(name, {})) for name in ("config", "specialTokens", "generation"))
    model = file.get("model")
    valid(isinstance(model, dict))
    supported(model.get("type") in ("BPE", "Unigram", "WordPiece"))
    vocabulary = Vocabulary(file, model)
    found = {}
    read_normalizer(steps_of(file.get("normalizer"), "normalizers"), found)
    of_bytes = read_pre_tokenizer(steps_of(file.get("pre_tokenizer"), "pretokenizers"), found)
    algorithm, lists = read_model(model, vocabulary, of_bytes, found)
    begin, end = read_post_processor(steps_of(file.get("post_processor"), "processors"), vocabulary)
    bos, eos = (vocabulary.id(name_of(config.get(name, specials.get(name)))) for name in ("bos_token", "eos_token"))
    if config.get("add_bos_token") is not None:
        begin = added(config["add_bos_token"], bos)
    if config.get("add_eos_token") is not None:
        end = added(config["add_eos_token"], eos)
    unknown = model.get("unk_id") if model["type"] == "Unigram" else vocabulary.id(model.get("unk_token"))
    if is_id(unknown) and unknown < len(vocabulary.kinds):
        vocabulary.kinds[unknown] = UNKNOWN
    named = generation.get("eos_token_id")
    named = named if isinstance(named, list) else [] if named is None else [named]
    valid(all(map(is_id, named)))
    found.pop("words", None)
    return Definition(vocabulary.tokens, vocabulary.kinds, algorithm, lists, [*named, *([] if eos is None else [eos])],
                      unknown=unknown, bos=bos, eos=eos, begin=begin, end=end, strips=vocabulary.strips, **found)
