"""Windows -> numbers -> padded batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from windows import UNJUDGED, Window


@dataclass(frozen=True, slots=True)
class Example:
    """One window as numbers."""

    ids: list[int]
    types: list[int]
    owner: list[int]  # the sentence each token belongs to, or -1
    labels: tuple[int, ...]
    words: list[int]  # 1 = part of the marked answer, 0 = not, -1 = not known


class Numberer:
    """[CLS] question [SEP] heading [SEP] sentence sentence ... [SEP], cut at `longest`."""

    def __init__(self, folder: Path, longest: int) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.longest = longest

    def __call__(self, window: Window) -> Example | None:
        question = self._ids(window.question)[:48]
        heading = self._ids(window.heading)[:24]
        ids = [101, *question, 102, *heading, 102]
        types = [0] * (len(question) + 2) + [1] * (len(heading) + 1)
        owner, words = [-1] * len(ids), [UNJUDGED] * len(ids)
        labels = []
        marked = any(label == 1 for label in window.labels) and bool(window.answers)
        unanswered = all(label == 0 for label in window.labels)
        for i, sentence in enumerate(window.sentences):
            encoding = self.tokenizer.encode(sentence, add_special_tokens=False)
            room = self.longest - 1 - len(ids)
            if room < min(8, len(encoding.ids)):
                break
            part = encoding.ids[:room]
            known = marked or unanswered
            ids += part
            owner += [i] * len(part)
            words += self._answer(window, sentence, encoding)[:room] if known else [-1] * len(part)
            labels.append(window.labels[i])
        if all(label < 0 for label in labels):
            return None
        types += [1] * (len(ids) - len(types) + 1)
        return Example([*ids, 102], types, [*owner, -1], tuple(labels), [*words, UNJUDGED])

    def _ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    @staticmethod
    def _answer(window: Window, sentence: str, encoding: object) -> list[int]:
        offsets = encoding.offsets  # type: ignore[attr-defined]
        marks = [(sentence.find(a), len(a)) for a in window.answers]
        spans = [(start, start + size) for start, size in marks if start >= 0]
        return [int(any(a < e and s < b for s, e in spans)) for a, b in offsets]


def batches(
    examples: list[Example], size: int, longest: int, rng: random.Random
) -> list[list[Example]]:
    """Batches of like length (long ones hold fewer), in random order."""
    made = []
    for at in range(0, len(examples), size * 24):
        pool = sorted(examples[at : at + size * 24], key=lambda e: len(e.ids))
        here, batch = [], []
        for example in pool:
            if batch and (len(batch) + 1) * len(example.ids) > size * longest * 0.6:
                here.append(batch)
                batch = []
            batch.append(example)
            if len(batch) == size:
                here.append(batch)
                batch = []
        here += [batch] if batch else []
        rng.shuffle(here)
        made += here
    return made


def tensors(batch: list[Example]) -> Iterator[torch.Tensor]:
    """ids, types, mask, member, labels, words; padded."""
    length = max(len(e.ids) for e in batch)
    most = max(len(e.labels) for e in batch)

    def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
        return torch.tensor([row + [fill] * (length - len(row)) for row in rows])

    yield padded([e.ids for e in batch], 0)
    yield padded([e.types for e in batch], 0)
    yield padded([[1] * len(e.ids) for e in batch], 0)
    owner = padded([e.owner for e in batch], -1)
    yield (owner[:, None, :] == torch.arange(most)[None, :, None]).float()
    yield torch.tensor([[*e.labels, *[-9] * (most - len(e.labels))] for e in batch])
    yield padded([e.words for e in batch], UNJUDGED)
