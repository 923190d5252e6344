"""Trains models/storyteller: teachers on the stories, a great many stories told by all teachers together, and on both the network that is shipped. Writes its weights and vocabulary for export.py."""

import argparse
import json
import multiprocessing
import os
import pathlib
import time
from typing import NamedTuple

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # the workers are processes

import numpy as np
import torch

import dataset
import vocabulary
from chat import Conversations
from corpus import Corpus, chats, plain
from network import Network, Shape, weights_for_gguf
from teach import Validation, fit, tell

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261127
V = vocabulary.SIZE


class Plan(NamedTuple):
    """Seconds are limits: what takes longer ends then, and says so in what it prints."""

    student: Shape = Shape(width=256, layers=8, heads=8, groups=4, hidden=704, vocabulary=V)
    student_passes: int = 16
    student_rate: float = 3e-3
    student_decay: float = 0.1
    student_budget: int = 16_384  # positions of a batch
    teacher: Shape = Shape(width=512, layers=8, heads=8, groups=2, hidden=1408, vocabulary=V)
    teachers: int = 4
    teacher_epochs: int = 12
    teacher_dropout: float = 0.15
    teacher_rate: float = 2e-3
    teacher_decay: float = 1.0
    teacher_budget: int = 8_192
    teacher_seconds: float | None = None
    told: int = 61_440
    longest: int = 448
    likeliest: int = 48
    at_once: int = 4_096
    tell_seconds: float | None = None
    stories: int | None = None
    unfinished: bool = False


QUICK = dict(
    student=Shape(width=64, layers=1, heads=2, groups=1, hidden=64, vocabulary=V), student_passes=1, student_budget=2048,
    teacher=Shape(width=64, layers=1, heads=2, groups=1, hidden=64, vocabulary=V), teachers=2, teacher_epochs=1, teacher_budget=2048,
    told=48, longest=80, at_once=24, stories=60, unfinished=True,
)  # fmt: skip


class Prepared(NamedTuple):
    stories: dataset.Stories
    words: vocabulary.Vocabulary
    conversations: Conversations
    real: tuple
    """Documents and what is learned of them: every story."""
    talk: tuple
    """Two conversations for each story."""


def prepare(data, plan, workers):
    stories = dataset.load(data)
    stories = stories._replace(train=stories.train[: plan.stories], validation=stories.validation[: plan.stories and 3])
    words = vocabulary.learn(stories.train, V)
    conversations = Conversations(stories.train, words.encode)
    real, told = plain(stories.train, words.encode), [chats(stories.train, conversations, SEED + i, workers) for i in range(2)]
    talk = [d for t in told for d in t[0]], [l for t in told for l in t[1]]
    count = lambda documents: sum(map(len, documents[0]))
    print(f"{len(stories.train)} stories of {count(real)} tokens, {len(talk[0])} conversations of {count(talk)}; {stories.case_errors:.1f} of 1,000 words get a wrong case", flush=True)
    return Prepared(stories, words, conversations, real, talk)


def teacher_epochs(real, talk, count, budget, rng):
    """Each epoch has every story once as it is, and a quarter of the conversations."""
    epochs = []
    for _ in range(count):
        steps = [[(c, ids)] for c, share in ((real, 1.0), (talk, 0.25)) for ids in c.batches(budget, rng, share)]
        epochs.append([steps[i] for i in rng.permutation(len(steps))])
    return epochs


def student_epochs(told, others, count, budget, rng):
    """Each step has a batch of told stories, learned from the teachers' probabilities, and one of `others`, learned word by word: `others` are (corpus, share) and go round."""
    epochs, pending = [], []
    for _ in range(count):
        steps = []
        for ids in told.batches(budget, rng):
            if not pending:
                pending = [(c, ids) for c, share in others for ids in c.batches(budget, rng, share)]
                pending = [pending[i] for i in rng.permutation(len(pending))]
            steps.append([(told, ids), pending.pop()])
        epochs.append(steps)
    return epochs


def teach_one(number, shape, prepared, plan, device, path):
    """A process of its own: several share the device."""
    real, talk = Corpus(*prepared.real, device), Corpus(*prepared.talk, device)
    torch.manual_seed(SEED + number)
    network = Network(shape, plan.teacher_dropout).to(device)
    epochs = teacher_epochs(real, talk, plan.teacher_epochs, plan.teacher_budget, np.random.default_rng(SEED + number))
    name = f"teacher {number + 1}" if number < plan.teachers else "the student's network without teachers"
    validate = Validation(prepared.stories.validation, prepared.words.encode, device)
    fit(network, epochs, rate=plan.teacher_rate, decay=plan.teacher_decay, seed=SEED + number, device=device, validate=validate, name=name, seconds=plan.teacher_seconds)
    torch.save({k: v.cpu() for k, v in network.state_dict().items()}, path)


def train_teachers(prepared, plan, device, folder):
    """The last one is no teacher: it is the student's network trained on the stories alone, for comparison."""
    context, jobs = multiprocessing.get_context("fork"), []
    for i in range(plan.teachers + 1):
        shape = plan.teacher if i < plan.teachers else plan.student
        jobs.append(context.Process(target=teach_one, args=(i, shape, prepared, plan, device, folder / f"network-{i}.pt")))
        jobs[-1].start()
    for job in jobs:
        job.join()
    networks = []
    for i in range(plan.teachers + 1):
        networks.append(Network(plan.teacher if i < plan.teachers else plan.student).to(device))
        networks[-1].load_state_dict(torch.load(folder / f"network-{i}.pt", map_location=device))
    return networks[:-1], networks[-1]


def tell_stories(teachers, prepared, plan, device, workers):
    """The told stories with the teachers' probabilities, and a conversation about each that was told to its end."""
    began = time.time()
    documents, soft = tell(teachers, plan.told, most=plan.longest, keep=plan.likeliest, batch=plan.at_once, seed=SEED, device=device, seconds=plan.tell_seconds)
    told = Corpus(documents, [np.arange(len(d)) > 0 for d in documents], device, soft)
    whole = [prepared.words.decode(d) for d in documents if len(d) > 60 and (d[-1] == vocabulary.END or plan.unfinished)]
    print(f"{len(documents)} stories told, {len(told.tokens)} tokens, {time.time() - began:.0f} s; one of them:\n{whole[0]}\n", flush=True)
    talk = Corpus(*chats(whole, prepared.conversations, SEED + 100, workers), device)
    print(f"{len(talk)} conversations about them, {len(talk.tokens)} tokens, {time.time() - began:.0f} s", flush=True)
    return told, talk


def save(folder, network, words):
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.astype(np.float16) if v.ndim == 2 else v for k, v in weights_for_gguf(network).items()}
    np.savez(folder / "weights.npz", **weights)
    (folder / "vocabulary.json").write_text(json.dumps({"shape": network.shape._asdict(), "merges": words.merges}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=HERE.parents[2] / "shared" / "data", help="folder that holds text/")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the weights and the vocabulary")
    parser.add_argument("--temporary", type=pathlib.Path, default=pathlib.Path("/tmp"), help="folder for the teachers")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, help="a limit for the whole run: 28 percent of it for the teachers, 15 for telling, the student has the rest")
    parser.add_argument("--quick", action="store_true", help="tiny, to see whether the script runs: its model is worth nothing")
    arguments = parser.parse_args()
    began, device, plan = time.time(), arguments.device, Plan(**(QUICK if arguments.quick else {}))
    if arguments.seconds:
        plan = plan._replace(teacher_seconds=0.28 * arguments.seconds, tell_seconds=0.15 * arguments.seconds)
    prepared = prepare(arguments.data, plan, arguments.workers)
    teachers, alone = train_teachers(prepared, plan, device, arguments.temporary)
    validate = Validation(prepared.stories.validation, prepared.words.encode, device)
    print(f"all {len(teachers)} teachers together: validation {validate(teachers):.4f} bits a byte; the student's network without them {validate([alone]):.4f}", flush=True)
    save(arguments.out / "without-teachers", alone, prepared.words)
    told, told_talk = tell_stories(teachers, prepared, plan, device, arguments.workers)
    torch.manual_seed(SEED)
    student = Network(plan.student).to(device)
    real, talk = Corpus(*prepared.real, device), Corpus(*prepared.talk, device)
    epochs = student_epochs(told, [(real, 1.0), (talk, 0.25), (told_talk, 1.0)], plan.student_passes, plan.student_budget, np.random.default_rng(SEED))
    left = arguments.seconds and max(1.0, arguments.seconds - (time.time() - began))
    fit(student, epochs, rate=plan.student_rate, decay=plan.student_decay, seed=SEED, device=device, validate=validate, name=f"student of {student.parameter_count()} parameters", seconds=left)
    save(arguments.out, student, prepared.words)


if __name__ == "__main__":
    main()
