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
from qa.readers.parts import Part, heading, list_item, paragraph
from qa.text import sentences

SYMPTOM_LENGTH = 1500  # characters on one line
MAX_QUESTION = 120  # characters of a question that is a heading
MAX_HEADING_WORDS = 14
SURE_RUN = 6  # so many capitalised words are no name

_TOKEN = re.compile(r"\S+")
_SMALL = frozenset("a an and as at by for from in nor of on or the to vs with".split())
# Capitalised inside a run, these show that it is set in title case.
_TITLE_SIGNS = frozenset(
    """
    A An And Are Be Can Do Does For From How Is It Of Or Our The To What With Your You
    """.split()
)
# Words that begin a sentence and do not end a title.
_STARTERS = frozenset(
    """
    A Although An And Are As At Because Before But By Can Despite Do Does Each Even Every Few For
    From He Here How However I If In Is It Its Learn Many More Most No Not On Once One Other Our
    Rates Research Several She Since Some Such That The Their There These They This Those To
    Today Together Try Until We What When Where Whether Which While Who Why With Without You Your
    Typically Usually
    """.split()
)
_GLUED_ITEM = re.compile(r"(?<=[a-z]{3})(?=[A-Z](?:[a-z]|\s[a-z]))|(?<=[a-z\d]\))(?=[A-Z][a-z])")
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
_COUNTED = re.compile(r"\d{1,3} (?=Sources\b|References\b)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that one rule has cut off; `kind` is h, q, l, i or s.

    Heading, question used as a heading, lead-in of a list, item, or sentence.
    """

    kind: str
    text: str


def is_glued(line: str) -> bool:
    """Whether a line is so long that its line breaks must have been lost."""
    return len(line) >= SYMPTOM_LENGTH


def glued_parts(line: str, group: int) -> list[Part]:
    """The parts of such a line; lists are numbered on from `group`."""
    text = without_opening(line)
    pieces = list(_pieces(text))
    if len(text) < len(line) - 1 and pieces and pieces[0].kind == "h":
        del pieces[0]  # the page's list of contents, which ends its opening
    return _parts(pieces, group)


def _pieces(text: str) -> Iterator[_Piece]:
    """All pieces up to the references, which cannot be told apart any more."""
    lowered = _lowered(text)
    in_list = False
    done = 0
    for sentence in _coarse(text):
        for piece in _split_sentence(sentence, lowered, in_list=in_list):
            if piece.kind == "h" and is_references(piece.text) and done > len(text) / 2:
                return
            yield piece
            done += len(piece.text)
            in_list = piece.kind in ("l", "i")


def _lowered(text: str) -> frozenset[str]:
    """The words that stand in lower case somewhere: capitalised, they are no names."""
    return frozenset(re.findall(r"\b[a-z]{2,}\b", text))


def _coarse(text: str) -> Iterator[str]:
    """Sentences, cut also where two items were glued."""
    for span in sentences(text):
        yield from (piece for piece in _GLUED_ITEM.split(span.of(text)) if piece.strip())


def _split_sentence(sentence: str, lowered: frozenset[str], *, in_list: bool) -> Iterator[_Piece]:
    """One sentence, which may begin with headings and hold lead-ins and labels."""
    rest = sentence.strip()
    while rest:
        cut = heading_length(rest, lowered)
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
        cut = _inner_cut(rest, lowered, in_list=in_list)
        yield _Piece("i" if in_list else "s", rest[:cut].strip())
        rest = rest[cut:].strip()


def heading_length(text: str, lowered: frozenset[str] = frozenset()) -> int:
    """How many characters at the start of `text` are a heading; 0 if none.

    A run of capitalised words, then a word that begins a sentence: one of the usual first words,
    or one that repeats a word of the run, or any once the run is surely a title.

    >>> heading_length("Treatment Options Several treatments have helped.")
    18
    >>> heading_length("Verywell Health uses only good studies.")
    0
    """
    if counted := _COUNTED.match(text):
        return counted.end() + len(text[counted.end() :].split()[0])
    tokens = list(_TOKEN.finditer(text))
    words = [token.group() for token in tokens]
    run = _title_run(words)
    for i in range(min(run, 2 * MAX_HEADING_WORDS) - 1, 0, -1):
        # from the end, since the sentence may begin with several capitals: "The FDA ..."
        if run == len(words) and words[-1].endswith("?") and words[i] not in _ASKING:
            continue
        if _starts_after(words[:i], words[i : run + 1], lowered):
            return tokens[i - 1].end()
    return 0


def _bare(word: str) -> str:
    return word.strip("\"“”'‘’(),:;?!.")


def _title_run(words: Sequence[str]) -> int:
    """How many words from the start are capitalised, small words between them included."""
    end = 0
    for i, word in enumerate(words):
        bare = _bare(word)
        if bare[:1].isupper() or bare[:1].isdigit() and i:
            end = i + 1
        elif bare not in _SMALL and bare not in "&–—/-":
            break
        if re.search(r"[,:;.!?]$", word) and not word.endswith("."):
            break
    return end


def _starts_after(title: Sequence[str], rest: Sequence[str], lowered: frozenset[str]) -> bool:
    """Whether a sentence begins with `rest`: what is left of the run, and the word after it."""
    word, is_last = rest[0], len(rest) <= 2
    bare = _bare(word)
    if title[-1] in _SMALL or title[-1].lower() in ("and", "or"):
        return False
    if re.search(r"[,.;:]$", title[-1]):
        return False
    if bare in _STARTERS:
        if bare in ("A", "An", "I") and (len(title) < 2 or not is_last):
            return False
        return bare not in _LINKS and any(len(w) > 3 and not w.isupper() for w in title)
    if not is_last:
        return False
    if any(_same_stem(_bare(own), other) for own in rest for other in title):
        return True
    if word.endswith(",") and bare.endswith("ly"):
        return True
    if len(title) + 1 >= SURE_RUN:
        return True
    shows = any(other in _TITLE_SIGNS for other in title[1:]) or title[0] in ("How", "What", "A")
    return shows and (bare.lower() in lowered or bare.endswith("s"))


_ASKING = frozenset("Can Do Does How Is What When Where Which Who Why".split())
_LINKS = frozenset("And Or With By At As For From On To Is Are Not Its Their Our Your".split())


def _same_stem(first: str, second: str) -> bool:
    """Whether two words share their beginning, as "Make" and "Making" do."""
    a, b = first.lower().strip("?:()"), second.lower().strip("?:()")
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    length = min(len(a), len(b)) if shared is None else shared
    return length >= 3 and length >= min(len(a), len(b)) - 1


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
    return first in _STARTERS and text.rstrip()[-1:] in ".!?" and first not in ("A", "An", "Not")


def _is_label(text: str) -> bool:
    match = _LABEL.match(" " + text, 1) if text else None
    return bool(match) or bool(re.match(r"[A-Z][^.:;?!]{2,70}: \S", text))


def _inner_cut(text: str, lowered: frozenset[str], *, in_list: bool) -> int:
    """Where the first item or sentence of `text` ends."""
    ends = [len(text)]
    for label in _LABEL.finditer(text, 1):
        words = label.group().rstrip(": ").split()
        if words[-1].lower() not in _LEAD_END and label.start() > 0:
            ends.append(label.start())
            break
    if in_list:
        for match in re.finditer(r"(?<=[a-z\d)]) (?=[A-Z][a-z]+[ ,-])", text):
            if _is_new_item(text, match.end(), lowered):
                ends.append(match.start())
                break
        if counted := re.search(r" (?=\d{1,3} Sources\b)", text):
            ends.append(counted.start())
    return min(ends)


def _is_new_item(text: str, start: int, lowered: frozenset[str]) -> bool:
    """A capital after a lower-case word begins an item, unless it is a name."""
    rest = text[start:]
    if heading_length(rest, lowered):
        return True
    words = rest.split()
    first = words[0].strip(",")
    if first in _STARTERS and first not in ("I",):
        return True
    following = words[1] if len(words) > 1 else ""
    return following[:1].islower() and first.isalpha() and not _is_name(first, lowered, text, start)


def _is_name(word: str, lowered: frozenset[str], text: str, start: int) -> bool:
    before = text[:start].split()
    joined = bool(before) and before[-1].lower() in _SMALL | {"is", "are", "called", "by", "dr"}
    return joined and word.lower() not in lowered


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
            is_title = piece.kind == "h" or _title_run(piece.text.split()) == len(
                piece.text.split()
            )
            parts.append(heading(piece.text, 2 if is_title else 3))
        else:
            running.append(piece.text)
    flush()
    return parts
