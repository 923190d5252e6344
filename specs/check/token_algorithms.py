"""tokenizer.md sections 6 and 7: from pieces to tokens. Slow and plain: every step looks at all neighbours."""
import math
import re

from canonical import need
from token_unicode import WHITE_SPACE, category, lower, normal_form, utf8

PRINTABLE = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
SPELLING = {byte: chr(byte) for byte in PRINTABLE}
SPELLING.update((byte, chr(0x100 + i)) for i, byte in enumerate(byte for byte in range(256) if byte not in PRINTABLE))
OF_SPELLING = {character: byte for byte, character in SPELLING.items()}
MAY_LACK = {0xc0, 0xc1, 0xf1, 0xf2, *range(0xf5, 0x100)}


def merged(symbols, rank, join):
    """Neighbours become one, the least rank first, of equals the leftmost; a rank of None is no merge."""
    while True:
        ranks = [(rank(a, b), i) for i, (a, b) in enumerate(zip(symbols, symbols[1:]))]
        ranks = [one for one in ranks if one[0] is not None]
        if not ranks:
            return symbols
        i = min(ranks)[1]
        symbols[i:i + 2] = [join(symbols[i], symbols[i + 1])]


class BytePairs:
    def __init__(self, definition, spelling, whole_words, merges):
        self.texts, self.whole_words = definition.text_tokens, whole_words
        self.spelled = spelling == "bytes"
        self.bytes = ({byte: self.texts[character] for byte, character in SPELLING.items() if character in self.texts}
                      if self.spelled else definition.byte_tokens)
        all_bytes(self.bytes)
        self.results, self.ranks = {}, {}
        for rank, (a, b) in enumerate(merges):
            text = definition.tokens[a] + definition.tokens[b]
            need(text in definition.all_texts, "TOKENIZER_INVALID")
            if text in self.texts and (a, b) not in self.ranks:
                self.ranks[a, b], self.results[a, b] = rank, self.texts[text]

    def bytes_of(self, text):
        return [self.bytes[byte] for byte in utf8(text) if byte in self.bytes]

    def tokens(self, piece):
        reads = "".join(SPELLING[byte] for byte in utf8(piece)) if self.spelled else piece
        if self.whole_words and reads in self.texts:
            return [self.texts[reads]]
        symbols = (self.bytes_of(piece) if self.spelled else
                   [token for one in piece for token in ([self.texts[one]] if one in self.texts else self.bytes_of(one))])
        return merged(symbols, lambda a, b: self.ranks.get((a, b)), lambda a, b: self.results[a, b])


def all_bytes(tokens):
    need(all(byte in tokens or byte in MAY_LACK for byte in range(256)), "TOKENIZER_INVALID")


class Scored:
    """What scores and unigram share: what becomes of a text that is no text token."""

    def __init__(self, definition, scores):
        need(all(map(math.isfinite, scores)), "TOKENIZER_INVALID")
        self.texts, self.bytes, self.unknown = definition.text_tokens, definition.byte_tokens, definition.unknown
        self.scores = {text: scores[token] for text, token in self.texts.items()}
        if self.bytes:
            all_bytes(self.bytes)

    def without(self, text):
        return [self.bytes[byte] for byte in utf8(text) if byte in self.bytes] if self.bytes else [self.unknown]


class Scores(Scored):
    def tokens(self, piece):
        def rank(a, b):
            return -self.scores[a + b] if a + b in self.scores else None
        symbols = merged(list(piece), rank, lambda a, b: a + b)
        return [token for text in symbols for token in ([self.texts[text]] if text in self.texts else self.without(text))]


class Unigram(Scored):
    def __init__(self, definition, scores):
        super().__init__(definition, scores)
        need(self.unknown is not None, "TOKENIZER_INVALID")
        self.alone = min([0.0, *self.scores.values()]) - 10
        self.longest = max(map(len, self.texts), default=1)

    def tokens(self, piece):
        best = [(0.0, 0)]
        for end in range(1, len(piece) + 1):
            ways = []
            for start in range(max(0, end - self.longest), end):
                score = self.scores.get(piece[start:end], self.alone if end - start == 1 else None)
                if score is not None:
                    ways.append((best[start][0] + score, -start))
            total, start = max(ways)
            best.append((total, -start))
        parts, end = [], len(piece)
        while end:
            parts.append(piece[best[end][1]:end])
            end = best[end][1]
        tokens, was_known = [], True
        for text in reversed(parts):
            known = text in self.texts
            if known:
                tokens.append(self.texts[text])
            elif self.bytes or was_known:
                tokens += self.without(text)
            was_known = known
        return tokens


CHINESE = ((0x4e00, 0x9fff), (0x3400, 0x4dbf), (0x20000, 0x2a6df), (0x2a700, 0x2b73f), (0x2b740, 0x2b81f),
           (0x2b920, 0x2ceaf), (0xf900, 0xfaff), (0x2f800, 0x2fa1f))


def is_mark(character):
    return category(character)[0] == "P" or re.fullmatch("[!-/:-@[-`{-~]", character)


class WordPieces:
    """A word begins with U+2581 in the vocabulary, what goes on does not."""

    def __init__(self, definition, flags):
        self.texts, self.unknown, self.flags = definition.text_tokens, definition.unknown, flags
        need(self.unknown is not None, "TOKENIZER_INVALID")

    def cleaned(self, text):
        characters = (" " if one in "\t\n\r" or category(one)[0] == "Z" else one for one in text)
        return "".join(one for one in characters
                       if one not in "\0\ufffd" and category(one) not in ("Cc", "Cf", "Co"))

    def words(self, text):
        if self.flags["cleanText"]:
            text = self.cleaned(text)
        if self.flags["chineseCharacters"]:
            text = "".join(f" {one} " if any(low <= ord(one) <= high for low, high in CHINESE) else one for one in text)
        if self.flags["stripAccents"]:
            text = "".join(one for one in normal_form("NFD", text) if category(one) != "Mn")
        if self.flags["lowercase"]:
            text = lower(text)
        text = "".join(f" {one} " if is_mark(one) else one for one in text)
        return [word for word in re.split(f"[{WHITE_SPACE}]", text) if word]

    def of_word(self, word):
        if len(word) > self.flags["longestWord"]:
            return [self.unknown]
        tokens, at = [], 0
        while at < len(word):
            before = "" if at else "\u2581"
            end = next((end for end in range(len(word), at, -1) if before + word[at:end] in self.texts), None)
            if end is None:
                return [self.unknown]
            tokens.append(self.texts[before + word[at:end]])
            at = end
        return tokens

    def tokens(self, text):
        return [token for word in self.words(text) for token in self.of_word(word)]
