"""request.md sections 4 and 5, response.md section 3: prompts, sampling, answers."""
import re
import struct
from codecs import getincrementaldecoder

from canonical import SAFE, need
from fields import COUNT, HEX32, NAME, TIME, each, integer, is_id, matches, members_of, one_of, shape_of, text_of
from signing import tagged

TEXT = text_of(0, SAFE)
HEAD = {"model": is_id, "profile": NAME, "salt": HEX32}

CALL = shape_of({"id": NAME, "name": NAME, "arguments": TEXT})
MESSAGE = shape_of({"role": NAME, "content": TEXT, "name?": NAME, "toolCalls?": each(CALL, 1, 128),
                    "toolCallId?": NAME})
TOOL = shape_of({"name": NAME, "description?": TEXT, "parameters?": TEXT})
FORMS = {"messages": shape_of({"messages": each(MESSAGE, 1, 4096), "tools?": each(TOOL, 1, 128), "now": TIME}),
         "text": shape_of({"text": TEXT}), "tokens": shape_of({"tokens": each(COUNT, 1, 2**18)})}


def prompt(value):
    need(isinstance(value, dict))
    forms = [form for name, form in FORMS.items() if name in value]
    need(len(forms) == 1)
    forms[0](value)


DECIMAL = matches(r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,16})?")
DECIMALS = ("temperature", "topP", "minP", "repeatPenalty", "presencePenalty", "frequencyPenalty")


def biases(value):
    need(isinstance(value, dict) and 1 <= len(value) <= 1024)
    for token, bias in value.items():
        need(re.fullmatch("0|[1-9][0-9]{0,8}", token))
        DECIMAL(bias)


def seed(value):
    matches("0|[1-9][0-9]{0,19}")(value)
    need(int(value) < 2**64)


SAMPLING = shape_of({**{name + "?": DECIMAL for name in DECIMALS}, "topK?": COUNT, "penaltyWindow?": COUNT,
                     "logitBias?": biases, "seed?": seed})
GRAMMARS = {"json": shape_of({"kind": one_of("json")}),
            "schema": shape_of({"kind": one_of("schema"), "schema": text_of(1, 2**17)}),
            "gbnf": shape_of({"kind": one_of("gbnf"), "grammar": text_of(1, 2**17)})}


def grammar(value):
    need(isinstance(value, dict) and value.get("kind") in GRAMMARS)
    GRAMMARS[value["kind"]](value)


STOP = text_of(1, 256)
TEXT_REQUEST = {"kind": one_of("text"), **HEAD, "prompt": prompt, "maxTokens": integer(1, 2**19),
                "sampling?": SAMPLING, "stop?": each(STOP, 1, 16), "choices?": integer(1, 16),
                "logProbabilities?": integer(0, 20), "tokenBytes?": one_of(True), "grammar?": grammar}
EMBEDDING_REQUEST = {"kind": one_of("embedding"), **HEAD, "texts": each(TEXT, 1, 256)}

BITS = matches("[0-9a-f]{8}")
ALTERNATIVE = shape_of({"token": COUNT, "value": BITS})
PROBABILITY = shape_of({"value": BITS, "alternatives": each(ALTERNATIVE, 0, 20)})
CHOICE = shape_of({"tokens": each(COUNT, 0, 2**18), "text": TEXT, "finish": one_of("stop", "length"), "stop?": STOP,
                   "logProbabilities?": each(PROBABILITY, 0, 2**18),
                   "tokenBytes?": members_of(matches("(?:[0-9a-f]{2}){0,1024}"))})


def choice(value):
    CHOICE(value)
    need("stop" not in value or value["finish"] == "stop")
    need(len(value.get("logProbabilities", value["tokens"])) == len(value["tokens"]))
    if "tokenBytes" in value:
        token_bytes(**value)


def token_bytes(tokens, tokenBytes, text, stop=None, logProbabilities=(), **_):
    """response.md section 3.1: bytes of just the tokens that are named, and those drawn say the text."""
    named = {*tokens, *(other["token"] for one in logProbabilities for other in one["alternatives"])}
    need(set(tokenBytes) == set(map(str, named)))
    decoder = getincrementaldecoder("utf-8")("replace")
    told = [decoder.decode(bytes.fromhex(tokenBytes[str(token)])) for token in tokens]
    if stop is None:
        need("".join(told) + decoder.decode(b"", True) == text)
    else:
        need(told and len("".join(told[:-1])) < len(text + stop) and "".join(told).startswith(text + stop))


TEXT_RESPONSE = {"kind": one_of("text"), "promptTokens": COUNT, "choices": each(choice, 1, 16),
                 "outputTokens?": COUNT}


def text_response_rules(value):
    need("outputTokens" not in value or not any(one["tokens"] for one in value["choices"]))


def float_bits(decimal):
    """The float nearest to the double nearest to a decimal."""
    return struct.pack(">f", float(decimal)).hex()


def numbers(sampling, salt):
    """The parameters of profile-llm-exact-1.md section 11."""
    found = {name: float_bits(sampling[name]) for name in DECIMALS if name in sampling}
    found.update({name: sampling[name] for name in ("topK", "penaltyWindow") if name in sampling})
    if "logitBias" in sampling:
        found["logitBias"] = {token: float_bits(bias) for token, bias in sampling["logitBias"].items()}
    derived = int.from_bytes(tagged("seed/1", bytes.fromhex(salt), b"")[:8], "little")
    return {**found, "seed": sampling.get("seed", str(derived))}


def token_usage(response):
    if response is None:
        return {"inputTokens": 0, "outputTokens": 0}
    return {"inputTokens": response["promptTokens"],
            "outputTokens": response.get("outputTokens", sum(len(one["tokens"]) for one in response["choices"]))}
