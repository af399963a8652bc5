"""One very long line -> pieces: text copied from a web page whose line breaks were lost.

Headings run into sentences ("Treatment Options Several treatments have ..."), list items into one
another ("moodChanges in appetite"). The signs are capitals, colons and full stops; the rules below
say which. They are for text that shows the symptom only: in ordinary text they would do harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.readers.furniture import is_references, without_opening
from qa.readers.glued_titles import SMALL, STARTERS, Usage, heading_length, title_run
from qa.readers.parts import Part, heading, list_item, paragraph
from qa.text import sentences

SYMPTOM_LENGTH = 1500  # characters on one line, if it is half of the file
SURE_LENGTH = 6000  # on any line
MAX_SENTENCE = 4000  # a longer one is no prose: left as it is
MAX_QUESTION = 120  # characters of a question that is a heading

_GLUED_ITEM = re.compile(r"(?<=[a-z]{3})(?=[A-Z][a-z]|[AI]\s[a-z])|(?<=[a-z\d]\))(?=[A-Z][a-z])")
_WORD_END = re.compile(r"[^\W\d_]+$")
_LABEL = re.compile(
    r"(?<=[\w.)%\]?!\"”] )[A-Z][a-z'’-]+"
    r"(?:,? (?:[a-z][a-z'’/-]*|[A-Z]{2,6}|\([^()]{1,40}\))){0,9}: (?=[A-Z\"“])"
)
_LEAD_END = frozenset(
    """
    are as by for from following following: include includes included including is of these those
    tips to try ways with such was were example
    """.split()
)
_COLON = re.compile(r":(?=\s?[A-Z\"“])")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that one rule has cut off; `kind` is h, q, l, i or s.

    Heading, question used as a heading, lead-in of a list, item, or sentence.
    """

    kind: str
    text: str


def is_glued(line: str, total: int) -> bool:
    """Whether a line, of `total` characters in the file, must have lost its line breaks."""
    return len(line) >= SYMPTOM_LENGTH and len(line) > total / 2 or len(line) >= SURE_LENGTH


def glued_parts(line: str, group: int) -> list[Part]:
    """The parts of such a line; lists are numbered on from `group`."""
    text = without_opening(line)
    pieces = list(_pieces(text))
    if len(text) < len(line) - 1 and pieces and pieces[0].kind == "h":
        del pieces[0]  # the page's list of contents, which ends its opening
    return _parts(pieces, group)


def _pieces(text: str) -> Iterator[_Piece]:
    """All pieces up to the references, which cannot be told apart any more."""
    usage = Usage.of(text)
    in_list = False
    done = 0
    for sentence in _coarse(text):
        for piece in _split_sentence(sentence, usage, in_list=in_list):
            if piece.kind == "h" and is_references(piece.text) and done > len(text) / 2:
                return
            yield piece
            done += len(piece.text)
            in_list = piece.kind in ("l", "i")


def _coarse(text: str) -> Iterator[str]:
    """Sentences, cut also where two items were glued."""
    number = ""
    for span in sentences(text):
        sentence = number + span.of(text)
        number = f"{sentence} " if re.fullmatch(r"\d{1,2}\.", sentence) else ""
        if not number:
            yield from _unglued(sentence)


def _unglued(sentence: str) -> Iterator[str]:
    """Cut between "mood" and "Changes" in "moodChanges", but not inside "LinkedIn"."""
    begin = 0
    for match in _GLUED_ITEM.finditer(sentence):
        word = _WORD_END.search(sentence, begin, match.start())
        if word is None or word.group().islower():
            yield sentence[begin : match.start()]
            begin = match.start()
    if sentence[begin:].strip():
        yield sentence[begin:]


def _split_sentence(sentence: str, usage: Usage, *, in_list: bool) -> Iterator[_Piece]:
    """One sentence, which may begin with headings and hold lead-ins and labels."""
    rest = sentence.strip()
    if len(rest) > MAX_SENTENCE:
        yield _Piece("s", rest)
        return
    while rest:
        cut = heading_length(rest, usage)
        if cut:
            yield _Piece("h", rest[:cut].strip())
            rest, in_list = rest[cut:].strip(), False
            continue
        if rest.endswith("?") and len(rest) <= MAX_QUESTION:
            yield _Piece("q", rest)
            return
        lead = _lead_in(rest)
        if lead:
            yield _Piece("l", rest[:lead].strip())
            rest, in_list = rest[lead:].strip(), True
            continue
        in_list = in_list and not _begins_sentence(rest)
        cut = _inner_cut(rest, usage, in_list=in_list)
        yield _Piece("i" if in_list else "s", rest[:cut].strip())
        rest = rest[cut:].strip()


def _lead_in(text: str) -> int:
    """The length of a clause that ends in a colon and introduces a list; 0 if there is none."""
    colon = _COLON.search(text)
    if colon is None:
        return 0
    before = text[: colon.start()]
    last = re.findall(r"[^\W\d_]+", before)
    if not last or before.count("(") != before.count(")"):
        return 0
    is_lead = last[-1].lower() in _LEAD_END or len(last) > 8 and "," in before
    return colon.end() if is_lead else 0


def _begins_sentence(text: str) -> bool:
    """Whether text after an item is running text again."""
    words = text.split()
    first = words[0].strip('"“(,')
    if len(words) < 3 or _is_label(text):
        return False
    return first in STARTERS and text.rstrip()[-1:] in ".!?" and first not in ("A", "An", "Not")


def _is_label(text: str) -> bool:
    match = _LABEL.match(" " + text, 1) if text else None
    return bool(match) or bool(re.match(r"[A-Z][^.:;?!]{2,70}: \S", text))


def _inner_cut(text: str, usage: Usage, *, in_list: bool) -> int:
    """Where the first item or sentence of `text` ends."""
    ends = [len(text)]
    for label in _LABEL.finditer(text, 1):
        words = label.group().rstrip(": ").split()
        if words[-1].lower() not in _LEAD_END and label.start() > 0:
            ends.append(label.start())
            break
    if in_list:
        for match in re.finditer(r"(?<=[a-z\d)]) (?=[A-Z][a-z]+[ ,-])", text):
            if _is_new_item(text, match.end(), usage):
                ends.append(match.start())
                break
        if counted := re.search(r" (?=\d{1,3} Sources\b)", text):
            ends.append(counted.start())
    return min(ends)


def _is_new_item(text: str, start: int, usage: Usage) -> bool:
    """A capital after a lower-case word begins an item, unless it is a name."""
    rest = text[start:]
    if heading_length(rest, usage):
        return True
    words = rest.split()
    first = words[0].strip(",")
    if first in STARTERS and first not in ("I",):
        return True
    following = words[1] if len(words) > 1 else ""
    return following[:1].islower() and first.isalpha() and not _is_name(first, usage, text, start)


def _is_name(word: str, usage: Usage, text: str, start: int) -> bool:
    before = text[:start].split()
    joined = bool(before) and before[-1].lower() in SMALL | {"is", "are", "called", "by", "dr"}
    return joined and word.lower() not in usage.lowered


def _parts(pieces: Sequence[_Piece], group: int) -> list[Part]:
    """Sentences joined to paragraphs, items of one lead-in to a list."""
    parts: list[Part] = []
    running: list[str] = []
    item: list[str] = []

    def flush() -> None:
        if running:
            parts.append(paragraph(" ".join(running)))
            running.clear()
        if item:
            parts.append(list_item(" ".join(item), 1, group))
            item.clear()

    in_labels = False
    for piece in pieces:
        unlabelled = piece.kind in ("i", "s") and not _is_label(piece.text)
        if item and in_labels and unlabelled and item[-1].endswith((".", "!", ").")):
            item.append(piece.text)  # a labelled item of several sentences
            continue
        if piece.kind == "i" or piece.kind == "s" and item and _is_label(piece.text):
            if running:
                flush()
                group += 1
            flush()
            item.append(piece.text)
            in_labels = _is_label(piece.text)
            continue
        if item:
            flush()
        if piece.kind in ("h", "q"):
            flush()
            is_title = piece.kind == "h" or title_run(piece.text.split()) == len(piece.text.split())
            parts.append(heading(piece.text, 2 if is_title else 3))
        else:
            running.append(piece.text)
    flush()
    return parts
