"""Question and sentences read together: the probability that each of them answers the question.

The weights lie in models/sentence-reader/ (see its README.md). No torch; safe to call from
several threads; a window gets the same probabilities alone and among others.
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

from qa.errors import QAError
from qa.float_graph import float_graph
from qa.runtimes import Graph, Inputs, has_bf16, lanes, onnx_graph, openvino_graph
from qa.text_embedding import encodable

FORMAT = 2
FOLDER = Path(__file__).parent / "models" / "sentence-reader"
FILES = ("model.onnx", "tokenizer.json", "reader.json")
STEP = 32  # inputs are padded to a multiple of it: few shapes, so that a runtime can prepare them
FEW = 4  # sentences of a row are filled up to a multiple of it, for the same reason
QUESTION_TOKENS, HEADING_TOKENS = 48, 24
START, END = 101, 102  # [CLS], [SEP]

RESTORE = "Restore the folder from the repository, or unset QA_READER if it names this folder."


class ReaderUnavailable(QAError):
    """The sentence reader's files are missing or damaged, or no runtime can read them."""


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences and the headings above them, read in one pass."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One question and window as the model takes them."""

    ids: list[int]
    kinds: list[int]  # 0 for the question, 1 for the rest
    owner: list[int]  # the sentence a token belongs to; -1 for the others


class SentenceReader:
    """A small cross-encoder over (question, window)."""

    def __init__(self, folder: Path, backend: str = "auto", cache: Path | None = None) -> None:
        record = _record(folder)
        self.digest = _digest(folder)
        self._longest: int = record["longest"]
        self._slope: float = record["slope"]
        self._intercept: float = record["intercept"]
        self._lock = threading.Lock()  # a tokenizer serves one thread at a time
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self._graph = _graph(folder / "model.onnx", backend, cache)

    def score(self, question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        """For each window (sentences,) probabilities that the sentence answers the question.

        A sentence that lies wholly beyond the longest input was not read: its probability is 0.
        """
        return [
            (1 / (1 + np.exp(-(self._slope * logits + self._intercept)))).astype(np.float32)
            for logits in self.logits(question, windows)
        ]

    def logits(self, question: str, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        """For each window (sentences,) what `score` makes its probabilities of."""
        rows = self._rows(question, windows)
        sizes = [len(window.sentences) for window in windows]
        with ThreadPoolExecutor(lanes()) as pool:
            return list(pool.map(self._read, rows, sizes))

    def _read(self, one: Row, size: int) -> NDArray[np.float32]:
        read = max(one.owner, default=-1) + 1
        logits = np.full(size, -np.inf, np.float32)
        if read:
            logits[:read] = self._graph(padded(one))[0, :read]
        return logits

    def _rows(self, question: str, windows: Sequence[Window]) -> list[Row]:
        texts = [question, *(t for w in windows for t in (w.heading, *w.sentences))]
        with self._lock:
            encodings = self._tokenizer.encode_batch(
                [encodable(text) for text in texts], add_special_tokens=False
            )
        ids = iter([encoding.ids for encoding in encodings])
        asked = next(ids)
        return [
            row(asked, next(ids), [next(ids) for _ in window.sentences], self._longest)
            for window in windows
        ]


def row(
    question: list[int], heading: list[int], sentences: Sequence[list[int]], longest: int
) -> Row:
    """[CLS] question [SEP] heading [SEP] sentence sentence ... [SEP], at most `longest` tokens.

    >>> row([7], [8], [[5, 5], [6]], 20)
    Row(ids=[101, 7, 102, 8, 102, 5, 5, 6, 102], kinds=[0, 0, 0, 1, 1, 1, 1, 1, 1], \
owner=[-1, -1, -1, -1, -1, 0, 0, 1, -1])
    """
    question, heading = question[:QUESTION_TOKENS], heading[:HEADING_TOKENS]
    ids = [START, *question, END, *heading, END]
    kinds = [0] * (len(question) + 2)
    owner = [-1] * len(ids)
    for number, sentence in enumerate(sentences):
        part = sentence[: longest - 1 - len(ids)]
        ids += part
        owner += [number] * len(part)
    ids.append(END)
    return Row(ids, kinds + [1] * (len(ids) - len(kinds)), [*owner, -1])


def padded(one: Row) -> Inputs:
    """The graph's inputs, int64: ids, kinds, mask (1, n), member (1, sentences, n).

    n is the next multiple of STEP, sentences of FEW; the filling is 0.
    """
    size = len(one.ids)
    length = -(-size // STEP) * STEP
    inputs = {name: np.zeros((1, length), np.int64) for name in ("ids", "kinds", "mask")}
    inputs["ids"][0, :size] = one.ids
    inputs["kinds"][0, :size] = one.kinds
    inputs["mask"][0, :size] = 1
    count = -(-(max(one.owner) + 1) // FEW) * FEW
    member = np.zeros((1, count, length), np.int64)
    member[0, :, :size] = np.arange(count)[:, None] == np.array(one.owner)
    return {**inputs, "member": member}


def _record(folder: Path) -> dict[str, Any]:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ReaderUnavailable(f"{folder} lacks {', '.join(missing)}. {RESTORE}")
    try:
        record: dict[str, Any] = json.loads((folder / "reader.json").read_text("utf-8"))
        if record["format"] != FORMAT:
            raise ValueError(f"format {record['format']}, wanted {FORMAT}")
        return {
            "longest": int(record["longest"]),
            "slope": float(record["slope"]),
            "intercept": float(record["intercept"]),
        }
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ReaderUnavailable(
            f"{folder / 'reader.json'} cannot be used ({error}). {RESTORE}"
        ) from error


def _tokenizer(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(path))
        if [START, END] != [tokenizer.token_to_id(word) for word in ("[CLS]", "[SEP]")]:
            raise ValueError(f"[CLS] and [SEP] are not {START} and {END}")
    except Exception as error:  # the library is not here, or the file is damaged: it raises these
        raise ReaderUnavailable(f"{path} cannot be used ({error}). {RESTORE}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _digest(folder: Path) -> str:
    """sha256 over the files that decide what a probability is, in hex."""
    whole = hashlib.sha256()
    for name in FILES:
        whole.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return whole.hexdigest()


def _graph(path: Path, backend: str, cache: Path | None) -> Graph:
    """OpenVINO where the CPU multiplies bfloat16 itself or it is asked for, else onnxruntime."""
    precision = "bf16" if has_bf16() else "f32"
    makers = {
        "openvino": lambda: openvino_graph(float_graph(path, cache), precision),
        "onnx": lambda: onnx_graph(path),
    }
    choices = ["openvino", "onnx"] if backend == "auto" and has_bf16() else ["onnx"]
    reasons = []
    for name in ["openvino"] if backend == "openvino" else choices:
        try:
            return _proved(makers[name]())
        except Exception as error:  # no library, an unfit machine, a damaged file: no common base
            reasons.append(f"{name}: {error}".partition("\n")[0])
    raise ReaderUnavailable(
        f"{path} cannot be opened ({'; '.join(reasons)}). "
        f"Run: pip install -r requirements.txt. If that does not help: {RESTORE}"
    )


def _proved(graph: Graph) -> Graph:
    """The graph, if it makes of one sentence what it must."""
    logits = graph(padded(row([], [], [[END]], STEP)))
    if logits.shape != (1, FEW) or not np.isfinite(logits[0, 0]):
        raise ValueError(f"it makes {logits.shape} of {FEW} sentences, or no number")
    return graph
