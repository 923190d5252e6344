"""tokenizer.md section 8: the text of an answer, as a stream may give it."""
import codecs


def detokenize(tokens):
    """Texts after each token's bytes, and what the end adds."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    texts = [decoder.decode(one) for one in tokens]
    return {"texts": texts, "end": decoder.decode(b"", True)}


def first_stop(text, strings):
    """Where the text ends and by what, if it does: the first begun, of those the longest."""
    found = [(text.index(one), -len(one), one) for one in strings if one in text]
    return min(found) if found else None


def certain(text, strings):
    """The text without the longest ending that begins a stop string."""
    held = max((n for one in strings for n in range(1, len(one)) if text.endswith(one[:n])), default=0)
    return text[:len(text) - held]


def until_stop(tokens, strings):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text, texts = "", []
    for one in tokens:
        text += decoder.decode(one)
        stop = first_stop(text, strings)
        if stop:
            return {"texts": [*texts, text[:stop[0]]], "text": text[:stop[0]], "stop": stop[2]}
        texts.append(certain(text, strings))
    return {"texts": texts, "text": text + decoder.decode(b"", True)}
