"""Conversations made of stories by fixed rules, and the template that chat clients speak to the model in."""

import math
import re
from collections import Counter

from vocabulary import ASSISTANT, BEGIN, END, SYSTEM, USER

TEMPLATE = """{{- bos_token -}}
{%- set system = messages[0].content if messages and messages[0].role in ['system', 'developer'] else '' -%}
{%- if system or tools -%}
{{- '<|system|>' + system -}}
{%- if tools -%}
{{- ('\\n\\n' if system else '') + 'Tools:' -}}
{%- for tool in tools -%}
{%- set function = tool.function if tool.function else tool -%}
{{- '\\n' + function.name + (': ' + function.description if function.description else '') -}}
{%- endfor -%}
{%- endif -%}
{{- '<|end|>' -}}
{%- endif -%}
{%- for message in messages -%}
{%- if message.role == 'user' or message.role == 'tool' -%}
{{- '<|' + message.role + '|>' + message.content + '<|end|>' -}}
{%- elif message.role in ['system', 'developer'] and not loop.first -%}
{{- '<|system|>' + message.content + '<|end|>' -}}
{%- elif message.role == 'assistant' -%}
{{- '<|assistant|>' + (message.content or '') -}}
{%- for call in message.tool_calls or [] -%}
{%- set function = call.function if call.function else call -%}
{{- ('\\n' if message.content or not loop.first else '') + '{"name": "' + function.name + '", "arguments": ' + (function.arguments if function.arguments is string else function.arguments | tojson) + '}' -}}
{%- endfor -%}
{{- '<|end|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|assistant|>' -}}
{%- endif -%}"""

SYSTEMS = [
    "You are a helpful assistant.",
    "You are a storyteller.",
    "You tell short stories for children.",
    "You are a friendly assistant who tells stories.",
    "Answer with a short story.",
    "You are a helpful, honest assistant. Be brief.",
    "Use simple words.",
    "You write stories for small children. Be kind.",
]
GREETINGS = ["Hello", "Hi", "Hello!", "Hi there!", "Hey", "Good morning!", "Good evening.", "How are you?", "Hello, how are you?"]
GREETED = "Hello! I tell short stories. What should the story be about?"
SELVES = ["Who are you?", "What are you?", "What can you do?", "What is your name?", "Help", "What do you do?", "Can you help me?"]
SELF = "I am Storyteller, a very small language model. I can tell you a short story. Tell me what it should be about."
THANKS = ["Thank you!", "Thanks", "Thank you, that was nice.", "That was a good story.", "I liked that.", "Great!", "Nice story!", "Bye", "Good night."]
THANKED = "You are welcome! Ask me when you want another story."
OTHERS = [
    "What is the capital of France?", "What is 2 + 2?", "How far is the moon?", "Write a program in Python.", "Who is the president?", "What is the weather today?",
    "Translate this into German.", "What time is it?", "Explain how a computer works.", "What is the meaning of life?", "How do I cook rice?", "Give me a recipe.",
    "What is 12 times 7?", "Summarise the news.", "Write an email to my boss.", "What is the tallest mountain?", "How old is the earth?", "Solve this equation.",
    "Who wrote Hamlet?", "What is JavaScript?", "Fix this code.", "How much does a car cost?", "What is a black hole?", "Which city is the biggest?",
]
OTHER = "I do not know that. I only know how to tell short stories. Shall I tell you one?"
ABOUT = [
    "Tell me a story about {}.", "Write a story about {}.", "Can you tell me a story about {}?", "Please write a short story about {}.", "I want a story about {}.",
    "Tell me a short story about {}.", "Make up a story about {}.", "A story about {}, please.", "Write a short story about {}.", "Tell a story about {}.",
    "Could you write a story about {}?", "Write me a bedtime story about {}.",
]
WORDS = ["Write a story with the words {}.", "Tell me a story with the words {}.", "Use these words in a story: {}.", "Write a short story that has the words {}.", "Tell me a story. Use the words {}."]
ANY = ["Tell me a story.", "Write a story.", "Tell me a short story.", "Tell me a bedtime story, please.", "Can you tell me a story?", "I want to hear a story.", "Story, please.", "Write a short story for children."]
AGAIN = ["Tell me another story.", "Another one, please.", "One more!", "Can you tell me another one?", "More, please."]
AGAIN_ABOUT = ["Now tell me a story about {}.", "And one about {}?", "Another one, about {}.", "Now one about {}, please."]
CONTINUE = ["Continue this story: {}", "Go on: {}", "Finish this story: {}", "How does this story go on? {}", "{}", "{}"]
WHO = ["Who is the story about?", "Who was in the story?", "Who was it about?"]

SUBJECT = re.compile(r"\b(?:was|lived|is|saw|found|had|were) ((?:an?|two|three) (?:[a-z-]+ ){0,3}?(?:boy|girl|man|woman|[a-z]{3,}))(?: (?:named|called) ([A-Z][a-z]+))?(?=[.,]| (?:who|that|named|called|in|on|with|and|had|was|lived|at|near)\b)")
ONLY_WORDS = re.compile(r"(?<![A-Za-z'])[a-z]{3,}(?![A-Za-z'])")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
SENTENCE = re.compile(r"[^.!?]+[.!?]\"?\s*")


class Conversations:
    def __init__(self, stories, encode):
        self.encode = encode
        self.seen_in = Counter(w for s in stories for w in set(ONLY_WORDS.findall(s)))
        self.names = {n for n, c in Counter(n for s in stories for n in set(NAME.findall(s))).items() if c > 1}
        self.common, self.log_count = len(stories) / 10, math.log(len(stories))

    def keywords(self, story):
        """Words that say most about the story, best first: often in it, seldom in others, but in some."""
        counts = Counter(ONLY_WORDS.findall(story))
        weight = lambda w: (1 + math.log(counts[w])) * (self.log_count - math.log(1 + self.seen_in[w]))
        return sorted((w for w in counts if 8 <= self.seen_in[w] < self.common), key=lambda w: (-weight(w), w))[:8]

    def subject(self, story):
        found = SUBJECT.search(story[:250])
        return (found.group(1), found.group(2)) if found else None

    def name(self, story):
        found = Counter(n for n in NAME.findall(story) if n in self.names).most_common(1)
        return found[0][0] if found and found[0][1] > 1 else None

    def topic(self, story, rng):
        """What a reader would ask for to be told this story; None if it cannot be told."""
        subject, name, roll = self.subject(story), self.name(story), rng.random()
        if subject and roll < 0.55:
            return f"{subject[0]} named {subject[1]}" if subject[1] and rng.random() < 0.5 else subject[0]
        if name and roll < 0.7:
            return name
        nouns = [w for w in self.keywords(story) if re.search(rf"\b(?:a|the|his|her) {w}\b", story)]
        if nouns and roll < 0.97:
            word = rng.choice(nouns[:3])
            thing = ("an " if word[0] in "aeiou" else "a ") + word if re.search(rf"\ban? {word}\b", story) else "the " + word
            return f"{subject[0]} and {thing}" if subject and word not in subject[0] and rng.random() < 0.3 else thing
        return subject[0] if subject else None

    def request(self, story, rng):
        """What a user says, and what is left of the story for the answer."""
        roll, topic, keywords = rng.random(), self.topic(story, rng), self.keywords(story)
        if roll < 0.62 and topic:
            return self.loose(rng.choice(ABOUT).format(topic), rng), story
        if roll < 0.76 and len(keywords) > 3:
            chosen = rng.sample(keywords[:6], rng.choice([2, 3, 3]))
            return self.loose(rng.choice(WORDS).format(", ".join(chosen[:-1]) + " and " + chosen[-1]), rng), story
        if roll < 0.88:
            sentences = SENTENCE.findall(story)
            cut = rng.choice([1, 1, 2, 3])
            if len(sentences) > cut + 3:
                said = "".join(sentences[:cut])
                rest = story[len(said) :].lstrip()
                return rng.choice(CONTINUE).format(said.strip()), rest
        return self.loose(rng.choice(ANY), rng), story

    @staticmethod
    def loose(text, rng):
        """As people type: sometimes without capitals or the last point."""
        if rng.random() < 0.2:
            text = text[0].lower() + text[1:]
        return text.rstrip(".!?") if rng.random() < 0.25 else text

    def turns(self, stories, rng):
        """One conversation as (role, text, whether it is learned); `stories` yields stories."""
        if rng.random() < 0.3:
            yield SYSTEM, rng.choice(SYSTEMS), False
        if rng.random() < 0.12:
            asked, answer = rng.choice([(GREETINGS, GREETED), (SELVES, SELF), (OTHERS, OTHER), (OTHERS, OTHER)])
            yield USER, self.loose(rng.choice(asked), rng), False
            yield ASSISTANT, answer, True
        story = next(stories)
        asked, answer = self.request(story, rng)
        yield USER, asked, False
        yield ASSISTANT, answer, True
        roll = rng.random()
        if roll < 0.15:
            following = next(stories)
            topic = self.topic(following, rng)
            yield USER, self.loose(rng.choice(AGAIN_ABOUT).format(topic) if topic and rng.random() < 0.6 else rng.choice(AGAIN), rng), False
            yield ASSISTANT, following, True
        elif roll < 0.22:
            yield USER, self.loose(rng.choice(THANKS), rng), False
            yield ASSISTANT, THANKED, True
        elif roll < 0.27 and self.name(story):
            yield USER, self.loose(rng.choice(WHO), rng), False
            yield ASSISTANT, f"The story is about {self.name(story)}.", True

    def conversation(self, stories, rng):
        """Tokens, and which of them are learned: what the assistant says."""
        tokens, learned = [BEGIN], [False]
        for role, text, learn in self.turns(stories, rng):
            body = [*self.encode(text), END]
            tokens += [role, *body]
            learned += [False] + [learn] * len(body)
        return tokens, learned
