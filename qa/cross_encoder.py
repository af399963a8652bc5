"""Question and sentence read together: the probability that this sentence answers this question.

The weights lie in models/sentence-reader/ (see its README.md). No torch; safe to call from
several threads; a candidate gets the same probability alone and among others.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.config import Settings
from qa.errors import QAError
from qa.runtimes import Graph, Inputs, has_bf16, lanes, onnx_graph, openvino_graph
from qa.text_embedding import encodable

FORMAT = 1
FOLDER = Path(__file__).parent / "models" / "sentence-reader"
FILES = ("model.onnx", "tokenizer.json", "reader.json")
STEP = 16  # inputs are padded to a multiple of it: few shapes, so that a runtime can prepare them
QUESTION_TOKENS, HEADING_TOKENS = 48, 24
START, END = 101, 102  # [CLS], [SEP]


class ReaderUnavailable(QAError):
    """The sentence reader's files are missing or damaged, or no runtime can read them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence where it stands; what is not there is the empty string."""

    heading: str
    before: str  # the sentence before it
    sentence: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """One question and candidate as the model takes them."""

    ids: list[int]
    kinds: list[int]  # 0 for the question, 1 for the rest
    target: list[int]  # 1 for the sentence's own tokens


class SentenceReader:
    """A small cross-encoder over (question, candidate)."""

    def __init__(self, folder: Path, backend: str = "auto") -> None:
        from tokenizers import Tokenizer

        record = _record(folder)
        self.digest = _digest(folder)
        self._longest: int = record["longest"]
        self._slope: float = record["slope"]
        self._intercept: float = record["intercept"]
        self._lock = threading.Lock()  # a tokenizer serves one thread at a time
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._graph = _graph(folder / "model.onnx", backend)

    @classmethod
    def open(cls, settings: Settings) -> SentenceReader:
        """The shipped reader or the folder that `settings.reader` names; ReaderUnavailable."""
        folder = FOLDER if settings.reader == "default" else Path(settings.reader)
        return cls(folder, settings.backend)

    def score(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """(n,) probabilities that the candidate's sentence answers the question."""
        logits = np.clip(self.logits(question, candidates), -30, 30)  # no words at all: -10,000
        return np.asarray(1 / (1 + np.exp(-(self._slope * logits + self._intercept))), np.float32)

    def logits(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """(n,) what `score` makes its probabilities of, before calibration."""
        rows = self._rows(question, candidates)
        with ThreadPoolExecutor(lanes(), "reader") as pool:
            passes = pool.map(lambda row: self._graph(padded(row))[0], rows)
            return np.fromiter(passes, np.float32, len(rows))

    def _rows(self, question: str, candidates: Sequence[Candidate]) -> list[Row]:
        texts = [question]
        for candidate in candidates:
            texts += [candidate.heading, candidate.before, candidate.sentence, candidate.after]
        with self._lock:
            encodings = self._tokenizer.encode_batch(
                [encodable(text) for text in texts], add_special_tokens=False
            )
        ids = [encoding.ids for encoding in encodings]
        return [
            row(ids[0], ids[i], ids[i + 1], ids[i + 2], ids[i + 3], self._longest)
            for i in range(1, len(ids), 4)
        ]


def row(
    question: list[int],
    heading: list[int],
    before: list[int],
    sentence: list[int],
    after: list[int],
    longest: int,
) -> Row:
    """[CLS] question [SEP] heading [SEP] before sentence after [SEP], at most `longest` tokens.

    What is too much falls away from the outside: `after`, then the start of `before`, and only
    then the end of the sentence.

    >>> row([7], [8], [9, 9], [5], [6], 9).ids
    [101, 7, 102, 8, 102, 9, 9, 5, 102]
    """
    question, heading = question[:QUESTION_TOKENS], heading[:HEADING_TOKENS]
    room = longest - len(question) - len(heading) - 4
    sentence = sentence[:room]
    before = before[max(0, len(before) - (room - len(sentence))) :]
    after = after[: room - len(sentence) - len(before)]
    lead = [START, *question, END]
    rest = [*heading, END, *before, *sentence, *after, END]
    at = len(lead) + len(heading) + 1 + len(before)
    target = [0] * (len(lead) + len(rest))
    target[at : at + len(sentence)] = [1] * len(sentence)
    return Row([*lead, *rest], [0] * len(lead) + [1] * len(rest), target)


def padded(one: Row) -> Inputs:
    """The graph's inputs, int64 (1, n) with n the next multiple of STEP; the filling is 0."""
    size = len(one.ids)
    length = -(-size // STEP) * STEP
    inputs = {name: np.zeros((1, length), np.int64) for name in ("ids", "kinds", "mask", "target")}
    inputs["ids"][0, :size] = one.ids
    inputs["kinds"][0, :size] = one.kinds
    inputs["mask"][0, :size] = 1
    inputs["target"][0, :size] = one.target
    return inputs


def _record(folder: Path) -> dict[str, Any]:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ReaderUnavailable(
            f"{folder} lacks {', '.join(missing)}. Restore the folder from the repository."
        )
    try:
        record: dict[str, Any] = json.loads((folder / "reader.json").read_text("utf-8"))
        if record["format"] != FORMAT:
            raise ValueError(f"format {record['format']}, wanted {FORMAT}")
        return {key: record[key] for key in ("longest", "slope", "intercept")}
    except (ValueError, KeyError, TypeError) as error:
        raise ReaderUnavailable(
            f"{folder / 'reader.json'} cannot be used ({error}). "
            "Restore the folder from the repository."
        ) from error


def _digest(folder: Path) -> str:
    """sha256 over the files that decide what a probability is, in hex."""
    whole = hashlib.sha256()
    for name in FILES:
        whole.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return whole.hexdigest()


def _graph(path: Path, backend: str) -> Graph:
    """OpenVINO where the CPU multiplies bfloat16 itself or it is asked for, else onnxruntime."""
    precision = "bf16" if has_bf16() else "f32"
    makers = {"openvino": lambda: openvino_graph(path, precision), "onnx": lambda: onnx_graph(path)}
    choices = ["openvino", "onnx"] if backend == "auto" and has_bf16() else ["onnx"]
    reasons = []
    for name in ["openvino"] if backend == "openvino" else choices:
        try:
            return makers[name]()
        except Exception as error:  # no library, an unfit machine, a damaged file: no common base
            reasons.append(f"{name}: {error}".partition("\n")[0])
    raise ReaderUnavailable(
        f"{path} cannot be opened ({'; '.join(reasons)}). "
        "Install the requirements afresh, or restore the file from the repository."
    )
