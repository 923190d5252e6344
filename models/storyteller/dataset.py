"""The stories: read, cleaned, split by story, and the lowercase ones given their capitals back."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

SHARED_RUN = 25  # words in a row that a training story may not share with a held-out one
WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
NAME_CUES = {"named", "name", "is", "was", "hi", "hello", "said", "asked", "and"}
DETERMINERS = {"a", "an", "the", "some", "his", "her", "their", "my", "your", "its", "of", "to", "very", "so", "this", "that", "no", "more"}
NAMING = re.compile(r"\b(?:named|name is|name was) ([a-z]+)\b")
CONTINUES = re.compile(r"\s*[\"'(]|(?:he|she|it|they|him|her|his|their|then|after|when|suddenly|first|next|but|so|and|finally|from that|the end|as|at|later|every|soon|now|that|everyone|in the end|eventually|inside)\b")


class Stories(NamedTuple):
    train: list[str]
    """Cleaned, with capitals: those that came with them, then those that were given theirs back."""
    cased: int
    """How many of `train` came with capitals."""
    validation: list[str]
    test: list[str]
    raw_test: list[str]
    """The test stories as the file has them, white space at both ends removed."""
    dropped: int
    """Training stories left out because they share a run of words with a held-out one."""
    case_errors: float
    """Words of the validation stories that the rule for capitals gets wrong, of 1,000."""


def clean(text):
    """Plain quotes for those that were decoded wrongly, one blank line between paragraphs, nothing outside ASCII."""
    for wrong, right in [("â€œ", '"'), ("â€“", "-"), ("â€”", "-"), ("â€™", "'"), ("â€˜", "'"), ("â€¦", "..."), ("â€\x9d", '"'), ("â€", '"'), ("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'")]:
        text = text.replace(wrong, right)
    text = re.sub(r"[^\x20-\x7e\n]", "", text)
    text = re.sub(r" +", " ", text)
    return re.sub(r"\s*\n\s*", "\n\n", text).strip()


def lowercase_stories(text):
    """The lowercase file has one line break between stories, and now and then one within: a piece that cannot begin a story goes to the one before."""
    pieces = re.split(r"(?<!\n)\n(?!\n)|\n\s*(?=once upon a time)", text)
    found = []
    for piece in pieces:
        if found and (len(piece.strip()) < 200 or len(found[-1]) < 300 or CONTINUES.match(piece)):
            found[-1] += "\n\n" + piece
        else:
            found.append(piece)
    return [clean(s) for s in found]


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def runs(text):
    w = words(text)
    return {tuple(w[i : i + SHARED_RUN]) for i in range(max(1, len(w) - SHARED_RUN + 1))}


class Capitals:
    """Learns from stories with capitals which word has one between which neighbours."""

    def __init__(self, stories, lowercase):
        self.counts = defaultdict(Counter)
        known = set()
        for story in stories:
            for start, first, before, word, after in self.walk(story):
                known.add(word.lower())
                if not first:
                    form = 2 if len(word) > 1 and word.isupper() else int(word[0].isupper())
                    for key in self.keys(before, word.lower(), after):
                        self.counts[key][form] += 1
        self.names = self.unknown_names(lowercase, known)

    @staticmethod
    def walk(text):
        """Each word with whether it begins a sentence, and its lowercase neighbours; punctuation between is a neighbour too."""
        found = list(WORD.finditer(text))
        for i, m in enumerate(found):
            between = text[found[i - 1].end() : m.start()] if i else "\n"
            quoted = re.fullmatch(r'[!?]" ', between)  # he said, or a new sentence: what stands there tells
            first = not quoted and (bool(re.search(r"[.!?\n]", between)) or (len(between) > 1 and between.endswith('"')))
            before = found[i - 1].group().lower() if between == " " else between.strip() or "\n"
            gap = text[m.end() : found[i + 1].start()] if i + 1 < len(found) else "\n"
            after = found[i + 1].group().lower() if gap == " " else gap.strip()[:1] or "\n"
            yield m.start(), first, before, m.group(), after

    @staticmethod
    def keys(before, word, after):
        return [(before, word, after), (before, word, None), (None, word, after), (None, word, None)]

    def unknown_names(self, stories, known):
        """Words that no story with capitals has: a name if introduced as one, or if met after a cue and never after a determiner."""
        named, cued, determined = set(), Counter(), set()
        for story in stories:
            named.update(NAMING.findall(story))
            for _, first, before, word, _ in self.walk(story):
                if word not in known:
                    (determined.add(word) if before in DETERMINERS else cued.update([word] * (before in NAME_CUES or first)))
        return {w for w in named if w not in known} | {w for w, n in cued.items() if n > 1 and w not in determined and not w.endswith(("ed", "ing", "ly"))}

    def form(self, before, word, after):
        for key in self.keys(before, word, after):
            seen = self.counts.get(key)
            if seen and sum(seen.values()) >= (1 if key[0] is None and key[2] is None else 2):
                return seen.most_common(1)[0][0]
        return int(word in self.names or before in ('!"', '?"'))

    def restore(self, text):
        letters = list(text)
        for start, first, before, word, after in self.walk(text):
            form = self.form(before, word, after)
            if form == 2:
                letters[start : start + len(word)] = word.upper()
            elif form == 1 or first or word == "i" or word.startswith("i'"):
                letters[start] = word[0].upper()
        return "".join(letters)


def case_errors(capitals, stories):
    wrong = total = 0
    for story in stories:
        restored = capitals.restore(story.lower())
        for m in WORD.finditer(story):
            total += 1
            wrong += restored[m.start() : m.end()] != m.group()
    return 1000 * wrong / total


def load(data) -> Stories:
    """`data` is the folder that holds text/. Of the 1,000 stories with capitals every tenth is for the test and every twentieth for validation."""
    folder = Path(data) / "text"
    raw = json.loads((folder / "tinystories_1000.json").read_text())
    cased = [clean(s) for s in raw]
    rest = lowercase_stories((folder / "tinystories-4mb-lowercase.txt").read_text())
    test_at = [i for i in range(len(raw)) if i % 10 == 9]
    validation_at = [i for i in range(len(raw)) if i % 20 == 4]
    aside = set(test_at) | set(validation_at)
    held_out = set().union(*(runs(cased[i]) for i in aside))
    with_capitals = [cased[i] for i in range(len(raw)) if i not in aside]
    # The lowercase file begins with the same 1,000 stories: what overlaps them is no new story.
    known = {run for s in cased for run in runs(s)}
    fresh, seen = [], set()
    for story in rest:
        mine = runs(story)
        if not mine & known and story not in seen and len(story) > 100:
            seen.add(story)
            fresh.append(story)
    capitals = Capitals(with_capitals, fresh)
    kept = [s for s in with_capitals if not runs(s) & held_out]
    return Stories(
        train=kept + [capitals.restore(s) for s in fresh],
        cased=len(kept),
        validation=[cased[i] for i in validation_at],
        test=[cased[i] for i in test_at],
        raw_test=[raw[i].strip() for i in test_at],
        dropped=len(with_capitals) - len(kept),
        case_errors=case_errors(capitals, [cased[i] for i in validation_at]),
    )
