"""The questions written for MedQuAD pages -> windows: with the answer, and likely ones without."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from windows import UNJUDGED, WEAKER, Window, overlap, read_lines, split

from qa.text import fold, terms

ELSEWHERE = 2  # further places of its page that a written question is put beside
SAID_AGAIN = 0.3  # share of the answer's words from which another sentence may answer too


def questions_in(folder: Path) -> list[dict[str, Any]]:
    """The written questions, in the order of the files."""
    return [row for path in sorted(folder.glob("questions*.jsonl")) for row in read_lines(path)]


def written(folder: Path, data: Path) -> Iterator[Window]:
    """Questions written for MedQuAD pages: an answering sentence, or none and the nearest one."""
    asked = questions_in(folder)
    pages = _pages(data, asked)
    for row in asked:
        if row["doc"] not in pages:
            continue
        focus, parts = pages[row["doc"]]
        shown = row["sentence"] or row.get("near")
        if shown:
            place = _place(shown, parts)
        else:
            place = max(range(len(parts)), key=lambda i: overlap(row["question"], parts[i]))
        if place is None:
            continue
        first, last = max(place - 2, 0), place + 3
        cut = tuple(parts[first:last])
        if row["sentence"]:
            labels = tuple(1 if first + i == place else WEAKER for i in range(len(cut)))
            yield Window("written", row["doc"], row["question"], focus, cut, labels)
        else:
            labels = (0,) * len(cut)
            yield Window("written", row["doc"], row["question"], focus, cut, labels)


def mined(folder: Path, data: Path) -> Iterator[Window]:
    """Written questions that name their page's subject, beside the likest sentence elsewhere.

    Elsewhere: a page on another subject, around a sentence that shares the question's other words.
    """
    asked = questions_in(folder)
    pages = _pages(data, asked, most=60)
    holders: dict[str, list[tuple[str, int]]] = {}
    vocabulary = {}
    for doc, (_, parts) in pages.items():
        for i, part in enumerate(parts):
            vocabulary[doc, i] = set(terms(part))
            for word in vocabulary[doc, i]:
                holders.setdefault(word, []).append((doc, i))
    weight = {word: math.log(len(vocabulary) / len(places)) for word, places in holders.items()}
    for row in asked:
        if row["doc"] not in pages:
            continue
        subject = set(terms(pages[row["doc"]][0]))
        words = set(terms(row["question"]))
        if not subject & words or not words - subject:
            continue
        scores: dict[tuple[str, int], float] = {}
        for word in sorted(words - subject):
            for place in holders.get(word, ()):
                scores[place] = scores.get(place, 0.0) + weight[word]
        for place in sorted(scores, key=lambda place: (-scores[place], place)):
            focus, parts = pages[place[0]]
            cut = tuple(parts[max(place[1] - 1, 0) : place[1] + 2])
            heard = set(terms(focus)).union(*(terms(part) for part in cut))
            if not subject & heard:
                labels = (0,) * len(cut)
                yield Window("mined", row["doc"], row["question"], focus, cut, labels)
                break


def elsewhere(folder: Path, data: Path) -> Iterator[Window]:
    """Written questions beside the likest other places of their own page.

    Where nothing on the page answers, no sentence there does. Where one sentence answers, the
    others do not, unless they share many words with it: those are not judged.
    """
    asked = questions_in(folder)
    pages = _pages(data, asked, most=80)
    for row in asked:
        if row["doc"] not in pages:
            continue
        focus, parts = pages[row["doc"]]
        shown = row["sentence"] or row.get("near")
        place = _place(shown, parts) if shown else None
        answer = set(terms(row["sentence"] or ""))
        likest = sorted(range(len(parts)), key=lambda i: (-overlap(row["question"], parts[i]), i))
        taken = [] if place is None else [place]
        for i in likest:
            if len(taken) > ELSEWHERE:
                break
            if any(abs(i - other) < 4 for other in taken):
                continue
            taken.append(i)
            cut = tuple(parts[max(i - 1, 0) : i + 3])
            labels = tuple(
                UNJUDGED if answer and len(answer & set(terms(s))) / len(answer) > SAID_AGAIN else 0
                for s in cut
            )
            yield Window("elsewhere", row["doc"], row["question"], focus, cut, labels)


def retrieved(path: Path) -> list[Window]:
    """The windows that mine.py wrote: whole passages, as the product would read them."""
    return [
        Window(
            "retrieved", row["doc"], row["question"], row["heading"], tuple(row["sentences"]),
            tuple(row["labels"]),
        )
        for row in read_lines(path)
    ]  # fmt: skip


def _pages(
    data: Path, asked: list[dict[str, Any]], most: int | None = None
) -> dict[str, tuple[str, list[str]]]:
    """Page -> its subject and its first `most` sentences; only pages that are asked about."""
    wanted = {row["doc"] for row in asked}
    return {
        row["id"]: (row["focus"], split(row["text"])[:most])
        for row in read_lines(data / "medquad" / "documents.jsonl.gz")
        if row["id"] in wanted
    }


def _place(sentence: str, parts: list[str]) -> int | None:
    wanted = re.sub(r"\W+", "", fold(sentence))
    folded = [re.sub(r"\W+", "", fold(part)) for part in parts]
    for i, part in enumerate(folded):
        if part == wanted:
            return i
    for i, part in enumerate(folded):
        if len(part) > 20 and (part in wanted or wanted in part):
            return i
    return None
