"""Messages that say too little to be searched: what to ask back, and questions to choose from.

Decided by what the message lacks: a side of something ("side effects", "is it safe?") without the
thing, or a bare general word ("depression"). The choices are whole questions: headings of the
articles, or the message itself completed with a subject of the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.dialogue import completed_with, dangles, is_about_this, is_small_talk
from qa.phrases import ASPECT, content, is_grammar, is_group, stem_of, tokens
from qa.records import AskBack, BlockKind, Document
from qa.text import fold
from qa.topics import Topics

MOST_CHOICES = 4
_FEWEST = 2
_BARE_WORDS = 4  # a message of more words than this says something
_LONGEST = 90  # characters of a heading that can be tapped
# What is asked of a treatment, not of an illness: "it" in such a question is a treatment.
_OF_TREATMENT = re.compile(
    r"\b(?:safe|safety|hurts?|pain|painful|side effects?|dose|dosage|sessions?|cost|costs|price|"
    r"expensive|addictive|effective|work|works|working|approved|given|take|takes|last|lasts|"
    r"how (?:long|often|much|soon|fast|quickly|many)|withdrawal|risks?|benefits?|success|"
    r"cover|covers|covered|pays?|insurance|get it|have it|try it|reversible|permanent)\b",
    re.I,
)
_ASKS = re.compile(
    r"\b(?:(?:am|is|are|was|were|do|does|did|dose|can|could|will|would|should|may|might|has|have)"
    r"(?:n['’]t)?|(?:what|which|who|why|when|where|how)(?:['’](?:s|re|ll|d))?)\b",
    re.I,
)
_WHOLE = {  # a lone question word, as a whole question about {}
    "how long": "how long does {} take",
    "how often": "how often is {} given",
    "how much": "how much does {} cost",
    "how many": "how many sessions of {} are needed",
    "how soon": "how soon does {} work",
    "how fast": "how soon does {} work",
    "how quickly": "how soon does {} work",
    "how": "how does {} work",
    "why": "why is {} used",
    "who": "who is {} for",
    "when": "when is {} used",
    "where": "where is {} given",
}
_FILLERS = frozenset("need want know tell give find ask question questions info talk".split())
_GENERAL = frozenset(
    stem_of(w) for w in "medicine medication drug pill tablet meds antidepressant therapy".split()
)


@dataclass(frozen=True, slots=True)
class Guide:
    """What can be asked of a corpus: the questions its headings ask, and its subjects by name."""

    topics: Topics
    questions: tuple[tuple[str, str], ...]  # (document id, heading), in reading order
    names: tuple[tuple[str, frozenset[str]], ...]  # most spoken of first; stems of their article

    @classmethod
    def of(cls, documents: Iterable[Document], topics: Topics) -> Guide:
        """From the articles that may be quoted."""
        documents = tuple(documents)
        headings = [
            (d.doc_id, heading)
            for d in documents
            for block in d.blocks
            if block.kind is BlockKind.HEADING
            and (heading := block.span.of(d.text).strip()).endswith("?")
            and len(heading) <= _LONGEST
            and not dangles(heading, topics)
        ]
        everything = fold(" ".join(d.text for d in documents))
        named = {_name(d.metadata.title, topics): d for d in documents}
        counted = sorted(
            (-len(re.findall(rf"\b{re.escape(fold(_long(name)))}\b", everything)), name, d)
            for name, d in named.items()
            if name
        )
        return cls(
            topics,
            tuple(dict.fromkeys(headings)),
            tuple((name, _stems(d.text)) for _, name, d in counted),
        )

    def ask_back(self, message: str) -> tuple[AskBack, tuple[str, ...]] | None:
        """What to ask back and the choices; None for a message that can be searched."""
        if is_small_talk(message):
            return AskBack.ANYTHING_ELSE, self._asked(frozenset())
        if is_about_this(message):
            return AskBack.ABOUT_THIS, self._asked(frozenset())
        if any(not self._is_general(s.of(message)) for s in self.topics.spans(message)):
            return None
        treatment = bool(_OF_TREATMENT.search(message))
        if treatment and self._lacks_its_subject(message):
            return AskBack.WHICH_TREATMENT, self._completed(message)
        if self._is_bare(message):
            return AskBack.WHAT_ABOUT, self._asked(self._wanted(message))
        return None

    def _lacks_its_subject(self, message: str) -> bool:
        words = [t.of(message) for t in tokens(message)]
        if any(stem_of(w) in self.topics.general or is_group(w) for w in words):
            return False
        left = [w for w in content(message) if not _OF_TREATMENT.fullmatch(w)]
        return not left and (dangles(message, self.topics) or not _pronoun(message))

    def _is_bare(self, message: str) -> bool:
        words = [t.of(message) for t in tokens(message)]
        asks = any(_ASKS.fullmatch(w) for w in words)
        left = [w for w in words if not is_grammar(w) and fold(w) not in _FILLERS]
        if not left:
            return len(words) <= _BARE_WORDS or not asks
        return (
            len(words) <= _BARE_WORDS
            and not asks
            and not re.search(r"\w\s+(?:of|for|in|with|during|on)\s+\w", message)
            and all(stem_of(w) in ASPECT | self._general or self._is_general(w) for w in left)
        )

    @property
    def _general(self) -> frozenset[str]:
        return self.topics.general | _GENERAL

    def _is_general(self, name: str) -> bool:
        """Whether the name is that of what the whole corpus is about."""
        folded = fold(name)
        stems = {stem_of(t.of(name)) for t in tokens(name.replace("-", " "))}
        return stems <= self.topics.general | {"resist"} or folded in self.topics.overall

    def _asked(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """Headings that share most words with the message, from different articles first."""
        ranked = sorted(range(len(self.questions)), key=lambda i: (-self._fits(i, wanted), i))
        chosen: list[tuple[str, str]] = []
        for fresh in (True, False):
            for i in ranked:
                known = {document for document, _ in chosen}
                if len(chosen) < MOST_CHOICES and self.questions[i] not in chosen:
                    if not fresh or self.questions[i][0] not in known:
                        chosen.append(self.questions[i])
        return tuple(heading for _, heading in chosen)

    def _wanted(self, message: str) -> frozenset[str]:
        """Stems of the message that some heading has."""
        fillers = {stem_of(word) for word in _FILLERS}
        return (_stems(message) - fillers) & frozenset().union(
            *(_stems(heading) for _, heading in self.questions)
        )

    def _fits(self, number: int, wanted: frozenset[str]) -> float:
        """Share of a heading's words that the message has; plain beginnings where it has none."""
        heading = self.questions[number][1]
        if not wanted:
            overall = any(stem_of(name) in _stems(heading) for name in self.topics.overall)
            return heading.startswith("What ") + 0.5 * overall - 0.01 * len(_stems(heading))
        if wanted <= self.topics.general and not wanted & ASPECT:
            wanted |= {stem_of(name) for name in self.topics.overall if " " not in name}
        stems = _stems(heading)
        return len(wanted & stems) / max(len(stems), 1)

    def _completed(self, message: str) -> tuple[str, ...]:
        """The message asked of the subjects whose articles speak of it."""
        wanted = frozenset(stem_of(t.of(message)) for t in tokens(message)) & ASPECT
        named = [name for name, stems in self.names if wanted & stems]
        if len(named) < _FEWEST:  # the articles speak of it nowhere or once
            named += [name for name, _ in self.names if name not in named]
        names = named[:MOST_CHOICES]
        return tuple(_sentence(self._asked_of(name, message)) for name in names)

    def _asked_of(self, name: str, message: str) -> str:
        bare = re.sub(r"^(?:and|so|for|but)\s+", "", message.strip().lower().rstrip("?!. "))
        if bare in _WHOLE:
            return _WHOLE[bare].format(name)
        whole = completed_with(message, name, self.topics)
        if bare.startswith("how many ") and not dangles(message, self.topics):
            return whole if len(bare.split()) > 3 else f"{whole.rstrip('?!. ')} are needed"
        if any(_ASKS.fullmatch(t.of(message)) for t in tokens(message)):
            return whole
        many = re.search(r"s\W*(?:\b(?:of|for|from|with|on|in)\W*)?$", message, re.I) is not None
        return f"what {'are' if many else 'is'} the {whole[0].lower()}{whole[1:]}"


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_of(t.of(text)) for t in tokens(text) if not is_grammar(t.of(text)))


def _pronoun(message: str) -> bool:
    return bool(re.search(r"\b(?:it|its|this|that|they|them|these|those)\b", message, re.I))


def _name(title: str, topics: Topics) -> str:
    """The subject a title begins with, and its short form: "magnetic stimulation (MS)"."""
    spans: Sequence[str] = [s.of(title) for s in topics.spans(title)]
    if not spans or not title.startswith(spans[0]):
        return ""
    rest = title[len(spans[0]) :]
    short = re.match(r"\s+(\(\w+\))", rest)
    following = [t.of(rest) for t in tokens(rest)][:1]
    known = fold(spans[0]) in topics.names or fold(spans[0]) in topics.phrases
    if not (known or short or not following or stem_of(following[0]) in ASPECT):
        return ""  # "digital tools": the word is no name by itself
    if "-" in spans[0].split()[-1]:
        return ""
    name = f"{spans[0]} {short[1]}" if short else spans[0]
    return name if name[1:2].isupper() else name[0].lower() + name[1:]


def _long(name: str) -> str:
    return name.split(" (")[0]


def _sentence(text: str) -> str:
    body = text.strip().rstrip("?!. ")
    return f"{body[0].upper()}{body[1:]}?"
