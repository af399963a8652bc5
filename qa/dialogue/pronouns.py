"""Pronouns: which one of a message points outside it, and the message with that one filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.dialogue.adding import appended
from qa.dialogue.impersonal import is_empty
from qa.dialogue.state import State
from qa.dialogue.wording import AUX, STUDY, any_of, is_time
from qa.phrases import QUALITIES, chunks, is_aspect, is_grammar, is_verb, stem_of, tokens
from qa.records import Span
from qa.text import fold
from qa.topics import Topics

_ENDS = r"(?=\s*[?.!,]|\s*$)"
_COUNTS = "other, first, second, latter, former"
_AFTER_ONES = any_of("in, on, for, at, with, is, are, do, does")
_AFTER_THERE = any_of("compared, any, without, by, with, in, during, now")
_KINDS = {
    "it": r"\b(?:it['’]s|its|it)\b",
    "they": rf"\b{any_of('they, them, their, theirs')}\b",
    "person": rf"\b{any_of('he, she, him, his, her, hers')}\b",
    # "that one", "the last one", "the other"
    "one": rf"(?:this|that|these|those|the {any_of(f'{_COUNTS}, last')}) ones?\b"
    rf"|the {any_of(_COUNTS)}{_ENDS}",
    # "which ones?", "is there a bigger one in ..."
    "ones": rf"(?<=\w )\bones?\b(?:{_ENDS}|(?=\s+{_AFTER_ONES}\b))",
    # but not "this kind of depression", which is what the whole corpus is about
    "this": rf"\b{any_of('this, that, these, those')}\b"
    rf"(?!\s+{any_of('kind, sort, type, form')}s?\s+of\s+"
    rf"{any_of('depression, illness, condition, disease')})",
    "there": rf"\bthere(?:{_ENDS}|(?=\s+{_AFTER_THERE}\b))",
}
ANY_PRONOUN = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _KINDS.items()), re.I)
_NEW_CLAUSE = re.compile(
    rf"[.?!,;:]|\b{any_of('and, but, or, so')}\b"
    rf"(?=\W+(?:\w+\W+){{0,2}}(?:{AUX}|it|they|he|she|if|when)\b)"
    rf"|\b{any_of('if, when, because, while, since, that, who')}\b",
    re.I,
)
_BESIDE = re.compile(
    rf"\b{any_of('with, on, after, before, than, to, from, alongside, during, like')}\s+$", re.I
)
_WHICH_ONES = re.compile(r"\b(?:which|what)\s+$", re.I)
_PLACE = re.compile(r"\b(?:in|at|around|to|near)\s+((?:[A-Z][\w.]*\s?)+\b)")
_POSSESSIVE = frozenset("its their theirs his her hers".split())
_ARE = frozenset("is are was were be been has have".split())
_BEFORE_JOINING_THAT = frozenset("so it me people someone anything something".split())


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun and what stands on both sides of it."""

    kind: str  # a key of _KINDS
    word: str  # in small letters
    before: str
    after: str

    @classmethod
    def of(cls, match: re.Match[str]) -> Pronoun:
        """The pronoun that ANY_PRONOUN found."""
        text = match.string
        kind = str(match.lastgroup)
        return cls(kind, match[0].lower(), text[: match.start()], text[match.end() :])

    @property
    def word_before(self) -> str:
        """The word before it, "" if it comes first."""
        return self.before.split()[-1].lower().strip(",.") if self.before.split() else ""

    @property
    def word_after(self) -> str:
        """The word after it, "" if it comes last."""
        return fold(self.after.split()[0].strip("?.,!")) if self.after.split() else ""

    def filled(self, subject: str) -> str:
        """The message with `subject` in its place."""
        return f"{self.before}{subject}{self.after}"


def dangles(message: str, topics: Topics) -> bool:
    """Whether a pronoun of the message stands for something that it does not name.

    >>> dangles("is it safe?", Topics(frozenset(), ()))
    True
    """
    return dangling(message, topics.spans(message)) is not None


def completed_with(message: str, subject: str, topics: Topics) -> str:
    """The message asked of `subject`.

    >>> completed_with("is it safe?", "ECT", Topics(frozenset(), ()))
    'is ECT safe?'
    """
    state = State(subject=subject, known=True)
    pronoun = dangling(message, topics.spans(message))
    return filled(message, pronoun, state) if pronoun else appended(message, state)


# ---------------------------------------------------------------- which one points outside


def dangling(message: str, own: Sequence[Span]) -> Pronoun | None:
    """The first pronoun that nothing in the message explains; `own` are the subjects it names."""
    ends = [match.end() for match in _NEW_CLAUSE.finditer(message)]
    for match in ANY_PRONOUN.finditer(message):
        pronoun = Pronoun.of(match)
        if not _refers(pronoun, message[match.start() :]):
            continue
        if any(s.end <= match.start() for s in own) and not _BESIDE.search(pronoun.before):
            continue  # it can only mean what the message names
        clauses = [end for end in ends if end <= match.start()]
        earlier = message[: clauses[-1]] if clauses else ""
        if pronoun.word in ("its", "their"):
            earlier = pronoun.before
        if not any(_explains(phrase.of(earlier)) for phrase in chunks(earlier)):
            return pronoun
    return None


def _explains(phrase: str) -> bool:
    return not is_aspect(phrase) and any(len(token) > 2 for token in tokens(phrase))


def _refers(pronoun: Pronoun, rest: str) -> bool:
    """Whether it stands for something said before; `rest` is the message from it on."""
    last = pronoun.word_before
    if pronoun.kind == "it":
        return not is_empty(rest)
    if pronoun.kind == "there":
        return last not in _ARE
    if pronoun.kind == "ones":
        return last in ("which", "what") or not (is_grammar(last) or is_verb(last))
    return pronoun.kind != "this" or _points(pronoun)


def _points(pronoun: Pronoun) -> bool:
    """Whether "this" or "that" stands alone and is no conjunction."""
    word, last, following = pronoun.word, pronoun.word_before, pronoun.word_after
    if following and not is_grammar(following) and not is_verb(following):
        judged = stem_of(following) in QUALITIES and not is_time(following)
        return judged and word in ("this", "that") and last in ("is", "was")
    if word != "that":
        return True
    joins = bool(last) and not is_grammar(last) and last not in ("about", "like")
    return not joins and last not in _BEFORE_JOINING_THAT


# ---------------------------------------------------------------- what it stands for


def filled(message: str, pronoun: Pronoun, state: State) -> str:
    """The message with what the pronoun stands for in its place, or set behind it."""
    subject = state.subject or ""
    if pronoun.kind == "one":
        subject = _counted(pronoun.word, state) or subject
    is_name = subject[:1].isupper() and not state.known
    if pronoun.kind == "ones" and _WHICH_ONES.search(pronoun.before):
        return appended(message, state)
    if pronoun.kind == "person" and is_name:
        subject = re.sub(r"['’]s\b.*", "", subject)
    if pronoun.kind == "they" and not (is_name or _is_plural(subject)):
        return appended(message, state)
    if pronoun.kind == "person" and not is_name:
        return appended(message, state)
    if pronoun.kind == "there":
        places = (found[1] for said in state.said if (found := _PLACE.search(said)))
        place = next(places, None)
        return pronoun.filled(f"in {place}") if place else message
    return pronoun.filled(_inflected(subject, pronoun))


def _inflected(subject: str, pronoun: Pronoun) -> str:
    """The subject with the article, the genitive or the verb that the pronoun stands for."""
    if _owns(pronoun):
        subject += "'" if subject.endswith("s") else "'s"
    if STUDY.search(subject) and not re.search(r"\bthe\s+$", pronoun.before, re.I):
        subject = f"the {subject}"
    return f"{subject} is" if pronoun.word in ("it's", "it’s") else subject


def _counted(word: str, state: State) -> str | None:
    """Which of the subjects spoken of "the first one" or "the other" is."""
    spoken = state.subjects[::-1]
    if "other" in word or "former" in word:
        return spoken[-2] if len(spoken) > 1 else None
    at = 0 if "first" in word else 1 if "second" in word else -1
    return spoken[at] if at < len(spoken) else None


def _owns(pronoun: Pronoun) -> bool:
    if pronoun.word == "her":
        return re.match(r"\s+\w", pronoun.after) is not None
    return pronoun.word in _POSSESSIVE


def _is_plural(subject: str) -> bool:
    last = subject.split()[-1] if subject.split() else ""
    plural = last.endswith("s") and not last.endswith("ss") and last[:-1] != last[:-1].upper()
    return plural or " and " in subject
