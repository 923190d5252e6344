"""grammar.md, as its vectors put it."""
from grammar_notation import read_notation
from grammar_schema import read_json_grammar, read_schema
from grammar_texts import Grammar

LONGEST_TOKEN = 512


def read_grammar(stated):
    kind = stated["kind"]
    return Grammar(read_json_grammar() if kind == "json" else read_schema(stated["schema"]) if kind == "schema" else
                   read_notation(stated["grammar"]))


def is_whole(stacks):
    return () in stacks


def run_grammar(vector):
    grammar = read_grammar(vector["grammar"])
    found = {"whole": [], "beginnings": [], "refused": []}
    for one in [one for kind in found for one in vector.get("expected", {}).get(kind, [])]:
        stacks = grammar.after(grammar.start, one.encode())
        found["whole" if is_whole(stacks) else "beginnings" if stacks else "refused"].append(one)
    return found


def run_mask(vector):
    grammar = read_grammar(vector["grammar"])
    tokens, ends = [bytes.fromhex(one) for one in vector["tokens"]], vector["ends"]
    stacks = grammar.after(grammar.start, b"".join(tokens[token] for token in vector["before"]))
    return {"allowed": [token for token, data in enumerate(tokens)
                        if (is_whole(stacks) if token in ends else
                            1 <= len(data) <= LONGEST_TOKEN and grammar.after(stacks, data))]}


OPERATIONS = {"grammar": run_grammar, "mask": run_mask}
