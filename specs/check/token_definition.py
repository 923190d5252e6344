"""tokenizer.md sections 1, 3, 4 and 11: the definition, a text's tokens, tokens' bytes, the digest."""
import re
import struct

from canonical import canonical, need
from signing import tagged
from token_algorithms import OF_SPELLING, BytePairs, Scores, Unigram, WordPieces
from token_pieces import pieces_of
from token_unicode import WHITE_SPACE, normal_form, scalars, utf8

NORMAL, UNKNOWN, CONTROL, DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
TOKENS, TOKEN_BYTES, MERGES, TEXT_BYTES = 2**20, 1024, 2**20, 2**23
ENDS = ("</s>", "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>",
        "<|return|>", "<|call|>", "<EOT>", "[EOT]", "<\uff5cend\u2581of\u2581sentence\uff5c>", "<end_of_utterance>",
        "<|fim_pad|>", "<|fim_repo|>", "<|repo_name|>", "<|file_sep|>")
MARK = "\u2581"


def valid(condition):
    need(condition, "TOKENIZER_INVALID")


class Definition:
    """`algorithm` is the object of the digest's head; `lists` its merges (pairs of ids) or scores."""

    def __init__(self, tokens, kinds, algorithm, lists, named_ends=(), **members):
        self.tokens, self.kinds, self.algorithm, self.lists = tokens, list(kinds), algorithm, lists
        self.members = {"normalization": "none", "markSpaces": False, "prefix": "never", "preTokenizer": "none",
                        "strips": [], **{name: value for name, value in members.items() if value is not None}}
        self.check()
        self.ends(named_ends)
        self.all_texts = {text: token for token, text in enumerate(tokens) if text or self.kinds[token] != UNUSED}
        self.text_tokens = {text: token for text, token in self.all_texts.items() if self.kinds[token] in (NORMAL, DEFINED)}
        self.byte_tokens = {int(text[3:5], 16): token for token, text in enumerate(tokens) if self.kinds[token] == BYTE}
        self.unknown = self.members.get("unknown")
        kind = algorithm["kind"]
        self.spelled = algorithm.get("spelling") == "bytes"
        self.encoder = (BytePairs(self, algorithm["spelling"], algorithm["wholeWords"], lists) if kind == "byte-pairs" else
                        WordPieces(self, algorithm) if kind == "word-pieces" else
                        (Scores if kind == "scores" else Unigram)(self, lists))

    def check(self):
        valid(self.tokens and len(self.kinds) == len(self.tokens) and all(1 <= kind <= 6 for kind in self.kinds))
        need(len(self.tokens) <= TOKENS and all(len(utf8(text)) <= TOKEN_BYTES for text in self.tokens), "TOKENIZER_LIMIT")
        texts = [text for text, kind in zip(self.tokens, self.kinds) if text or kind != UNUSED]
        valid(len(set(texts)) == len(texts))
        valid(all(re.fullmatch("<0x[0-9A-F]{2}>", text) for text, kind in zip(self.tokens, self.kinds) if kind == BYTE))
        valid(all(0 <= self.members[name] < len(self.tokens)
                  for name in ("unknown", "bos", "eos", "begin", "end") if name in self.members))
        if self.algorithm["kind"] == "byte-pairs":
            need(len(self.lists) <= MERGES, "TOKENIZER_LIMIT")
        elif self.algorithm["kind"] != "word-pieces":
            valid(len(self.lists) == len(self.tokens))

    def ends(self, named):
        valid(all(0 <= token < len(self.tokens) for token in named))
        known = [token for token, text in enumerate(self.tokens)
                 if text in ENDS and self.kinds[token] in (CONTROL, DEFINED)]
        self.members["ends"] = sorted({*named, *known})
        for token in self.members["ends"]:
            if self.kinds[token] == DEFINED:
                self.kinds[token] = CONTROL

    # Section 3

    def specials(self, special):
        kinds = (DEFINED, CONTROL, UNKNOWN) if special else (DEFINED,)
        texts = sorted((text for text, token in self.all_texts.items() if text and self.kinds[token] in kinds),
                       key=len, reverse=True)
        return re.compile("|".join(map(re.escape, texts)) or "(?!)")

    def parts(self, text, special):
        """Texts and, between them, ids."""
        strips = {one["token"]: one for one in self.members["strips"]}
        expression, at = self.specials(special), 0
        while match := expression.search(text, at):
            token = self.all_texts[match[0]]
            strip = strips.get(token, {"left": False, "right": False})
            before = text[at:match.start()]
            yield before.rstrip(WHITE_SPACE) if strip["left"] else before
            yield token
            at = match.end()
            while strip["right"] and at < len(text) and text[at] in WHITE_SPACE:
                at += 1
        yield text[at:]

    def prefixed(self, text, first):
        space = MARK if self.members["markSpaces"] else " "
        prefix = self.members["prefix"]
        missing = not text.startswith(space)
        put = {"never": False, "each": True, "each-missing": missing, "first-missing": missing and first}[prefix]
        return space + text if put else text

    def of_text(self, text, first):
        if self.members["normalization"] == "nfc":
            text = normal_form("NFC", text)
        if self.members["markSpaces"]:
            text = text.replace(" ", MARK)
        text = self.prefixed(text, first)
        pieces = [text] if self.algorithm["kind"] == "word-pieces" else pieces_of(self.members["preTokenizer"], text)
        return [token for piece in pieces for token in self.encoder.tokens(piece)]

    def encode(self, text, special=False, whole=False):
        text = scalars(text)
        need(len(utf8(text)) <= TEXT_BYTES, "TOKENIZER_LIMIT")
        tokens = []
        for i, part in enumerate(self.parts(text, special)):
            if isinstance(part, int):
                tokens.append(part)
            elif part:
                tokens += self.of_text(part, i == 0)
        begin, end = self.members.get("begin"), self.members.get("end")
        if whole and begin is not None and tokens[:1] != [begin]:
            tokens.insert(0, begin)
        if whole and end is not None and not (len(tokens) >= 2 and tokens[-1] == end):
            tokens.append(end)
        return tokens

    # Section 4

    def bytes_of(self, token):
        text, kind = self.tokens[token], self.kinds[token]
        if kind == BYTE:
            return bytes([int(text[3:5], 16)])
        if kind == DEFINED:
            return utf8(text)
        if kind != NORMAL:
            return b""
        if self.spelled:
            return b"".join(bytes([OF_SPELLING[one]]) if one in OF_SPELLING else utf8(one) for one in text)
        spaces = self.members["markSpaces"] or self.algorithm["kind"] == "word-pieces"
        return utf8(text.replace(MARK, " ") if spaces else text)

    # Section 11

    def digest(self):
        pairs = self.algorithm["kind"] == "byte-pairs"
        algorithm = {**self.algorithm, "merges": len(self.lists)} if pairs else self.algorithm
        head = canonical({**self.members, "tokens": len(self.tokens), "algorithm": algorithm})
        entries = b"".join(bytes([kind]) + struct.pack("<I", len(utf8(text))) + utf8(text)
                           for text, kind in zip(self.tokens, self.kinds))
        numbers = b"".join(struct.pack("<II", *pair) for pair in self.lists) if pairs else b"".join(
            struct.pack("<d", score + 0.0) for score in self.lists)
        return tagged("tokenizer/1", b"", head + b"\0" + entries + numbers).hex()
