"""History + message -> a question that stands alone, by carrying over what the message leaves out.

Rules, not a model: a follow-up without a subject takes the last subject spoken of; "what about X"
takes the last question with its subject replaced. Subjects are the names that the corpus's titles
and acronyms are made of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.acronyms import Acronyms
from qa.records import Document, Span, Turn
from qa.text import STOPWORDS, fold, stem, words

_PRONOUN = re.compile(
    r"\b(it|its|it's|they|them|their|this|that|these|those|one)\b(?!\s+(?:safe|normal|true) to)",
    re.I,
)
_SWAP = re.compile(
    r"^\s*(?:and|but|ok|okay|so)?[\s,]*(?:what|how)\s+about\b|^\s*(?:and|or)\b", re.I
)
_MAX_TITLES = 2  # a word in more titles than this ("treatment") is no one article's subject
_SHORT = 2  # content words up to which a message without a subject leans on the one before
_JOINS = re.compile(r"^\s*(?:and|but|or|also|then|so)\b", re.I)


@dataclass(frozen=True, slots=True)
class Topics:
    """Stems and phrases that name what an article is about."""

    stems: frozenset[str]
    phrases: tuple[str, ...]  # folded, longest first
    general: frozenset[str] = frozenset()  # stems of many titles: what the whole corpus is about

    @classmethod
    def of(cls, documents: Iterable[Document], acronyms: Acronyms) -> Topics:
        """From titles and from the long and short forms of acronyms."""
        counts: Counter[str] = Counter()
        for document in documents:
            title = document.metadata.title
            named = {fold(w.of(title)) for w in words(title)} - STOPWORDS
            counts.update({stem(word) for word in named})
        rare = {s for s, n in counts.items() if n <= _MAX_TITLES}
        names = (*acronyms.long_forms, *acronyms.long_forms.values())
        return cls(
            frozenset(s for s in rare if len(s) > 2 and s not in _ASPECTS),
            tuple(sorted(names, key=lambda name: (-len(name), name))),
            frozenset(s for s, n in counts.items() if n > _MAX_TITLES),
        )

    def spans(self, text: str) -> list[Span]:
        """Where subjects stand in `text`, in order, disjoint."""
        folded = fold(text)
        if len(folded) != len(text):  # folding changed lengths: offsets would not fit
            folded = text.lower()
        found: list[Span] = []
        for phrase in self.phrases:
            loose = r"[\s\-]+".join(re.escape(part) for part in re.split(r"[\s\-]+", phrase))
            pattern = rf"(?<!\w){loose}s?(?!\w)"
            found += [Span(*m.span()) for m in re.finditer(pattern, folded)]
        found += [w for w in words(text) if stem(fold(w.of(text))) in self.stems]
        kept: list[Span] = []
        for span in sorted(found, key=lambda s: (-len(s), s.start)):
            if not any(span.overlaps(other) for other in kept):
                kept.append(span)
        return sorted(kept)


# Words of titles that say what is asked of a subject rather than name one.
_ASPECTS = frozenset(
    stem(w)
    for w in """common cause causes sign signs working happens why what is diagnosis diagnosed help
    getting crisis preparing appointment daily life compared treatment treatments options managing
    not research other tools talking switching adding breakthrough resistant resistance depression
    medication medicine medicines side effects nasal spray""".split()
)


def standalone(message: str, history: Sequence[Turn], topics: Topics) -> str:
    """The message, completed from the history where it leans on it; else unchanged."""
    if not history or not message.strip():
        return message
    own = topics.spans(message)
    if own:
        return _swapped(message, own, history, topics)
    if not _leans(message, topics):
        return message
    subject = _last_subject(history, topics)
    return _with_subject(message, subject) if subject else message


def _leans(message: str, topics: Topics) -> bool:
    folded = [fold(w.of(message)) for w in words(message)]
    content = [word for word in folded if word not in STOPWORDS]
    if _PRONOUN.search(message) or _JOINS.match(message):
        return True
    return len(content) <= _SHORT and not any(stem(word) in topics.general for word in content)


def _last_subject(history: Sequence[Turn], topics: Topics) -> str | None:
    """The subject of the latest question that has one; of the latest quote if none has."""
    for role in ("user", "assistant"):
        for turn in reversed(history):
            if turn.role == role and (spans := topics.spans(turn.content)):
                return _joined(spans, turn.content, first_only=role == "assistant")
    return None


def _joined(spans: Sequence[Span], text: str, *, first_only: bool) -> str:
    names = [span.of(text) for span in spans]
    return names[0] if first_only else " ".join(dict.fromkeys(names))


def _with_subject(message: str, subject: str) -> str:
    """The subject in the place of the first pronoun, else at the end."""
    match = _PRONOUN.search(message)
    if match:
        return message[: match.start()] + subject + message[match.end() :]
    body = message.rstrip(" ?!.")
    mark = "?" if message.rstrip().endswith("?") else ""
    return f"{body} {subject}{mark}"


def _swapped(message: str, own: Sequence[Span], history: Sequence[Turn], topics: Topics) -> str:
    """ "What about X?" -> the last question with X in the place of its subject."""
    rest = _without(message, own)
    content = [w for w in words(rest) if fold(w.of(rest)) not in STOPWORDS]
    if content or not (_SWAP.match(message) or _is_bare(message, own)):
        return message
    earlier = [t.content for t in history if t.role == "user"]
    if not earlier:
        return message
    last = standalone(earlier[-1], _before_last_question(history), topics)
    name = _joined(own, message, first_only=False)
    subjects = topics.spans(last)
    if not subjects:
        return _with_subject(last, name)
    replaced = last[: subjects[0].start] + name + last[subjects[0].end :]
    shift = len(name) - len(subjects[0])
    others = [Span(s.start + shift, s.end + shift) for s in subjects[1:]]
    return re.sub(r"\s+", " ", _without(replaced, others)).strip()


def _is_bare(message: str, own: Sequence[Span]) -> bool:
    return not re.search(r"\w", _without(message, own))


def _without(text: str, spans: Sequence[Span]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


def _before_last_question(history: Sequence[Turn]) -> Sequence[Turn]:
    at = max(i for i, turn in enumerate(history) if turn.role == "user")
    return history[:at]
