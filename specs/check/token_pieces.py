r"""tokenizer.md section 5: where a text is cut before its pieces become tokens."""
from functools import lru_cache

from token_unicode import pattern

SHORT = "'s|'t|'re|'ve|'m|'ll|'d"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
GPT_2 = SHORT + r"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA_3 = rf"(?i:{SHORT})|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{SPACES}"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
BEFORE, OTHERS = r"[^\r\n\p{L}\p{N}]?", r" ?[^\s\p{L}\p{N}]+[\r\n/]*"
IDEOGRAPHS = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"


def tekken(short, digits):
    return f"{BEFORE}{UPPER}*{LOWER}+{short}|{BEFORE}{UPPER}+{LOWER}*{short}|{digits}|{OTHERS}|{SPACES}"


PASSES = {
    "none": [],
    "mark-spaces": ["\u2581[^\u2581]*"],
    "gpt-2": [GPT_2],
    "digits": [r"\p{N}", GPT_2],
    "llama-3": [LLAMA_3],
    "qwen-2": [LLAMA_3.replace("{1,3}", "")],
    "tekken": [tekken("", r"\p{N}")],
    "gpt-4o": [tekken(f"(?i:{SHORT})?", r"\p{N}{1,3}")],
    "deepseek-llm": [r"[\r\n]", r"\s?[\p{Lu}\p{Ll}\p{Lt}]+",
                     r"\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", r"\s+$", IDEOGRAPHS, r"\p{N}+"],
    "deepseek-coder": [r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", IDEOGRAPHS, r"\p{N}"],
    "deepseek-v3": [r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
                    r"[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + SPACES],
    "falcon": [r"[\p{P}$+<=>^~|`]+", GPT_2, "[0-9]{3}"],
    "default": [r"[\p{P}$+<=>^~|]+", GPT_2, r"\p{N}+", "[0-9]{3}"],
}


@lru_cache(None)
def expressions(name):
    return [pattern(text) for text in PASSES[name]]


def cut(expression, piece):
    pieces, at = [], 0
    for match in expression.finditer(piece):
        pieces += [piece[at:match.start()], match[0]]
        at = match.end()
    return [part for part in (*pieces, piece[at:]) if part]


def pieces_of(name, text):
    pieces = [text] if text else []
    for expression in expressions(name):
        pieces = [part for piece in pieces for part in cut(expression, piece)]
    return pieces
