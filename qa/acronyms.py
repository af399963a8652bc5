"""Short and long forms that the articles define, "transcranial magnetic stimulation (TMS)".

Found by the method of Schwartz and Hearst (A simple algorithm for identifying abbreviation
definitions in biomedical text, Pacific Symposium on Biocomputing 2003): every character of the
short form must occur in the words before the bracket, its first at the beginning of a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qa.text import fold

_SPELT_OUT = re.compile(
    r"(?<![\w.])(?:[A-Za-z]\.){2,5}(?!\w)|(?<![\w.])(?:[A-Za-z]\.){1,4}[A-Za-z](?![\w.])"
    r"|(?<![\w.'’])(?:[A-Za-z] ){2,4}[A-Za-z](?![\w'’])"
)
_BRACKET = re.compile(r"\(([A-Z][A-Za-z0-9\-]{1,9})\)")


@dataclass(frozen=True, slots=True)
class Acronyms:
    """`long_forms`: folded short form -> folded long form."""

    long_forms: Mapping[str, str]

    @classmethod
    def find(cls, texts: Iterable[str]) -> Acronyms:
        """The definitions in `texts`; the commonest long form wins, then the first in order."""
        counts: dict[str, Counter[str]] = {}
        for text in texts:
            for match in _BRACKET.finditer(text):
                short = match[1].removesuffix("s") if match[1][:-1].isupper() else match[1]
                if sum(c.isupper() for c in short) < 2:
                    continue
                long = long_form(short, text[max(0, match.start() - 120) : match.start()])
                if long:
                    counts.setdefault(fold(short), Counter())[fold(long)] += 1
        best = {
            short: min(longs, key=lambda form: (-longs[form], form))
            for short, longs in sorted(counts.items())
        }
        return cls(best)

    def entries(self) -> Iterator[tuple[str, str]]:
        """Each form and the other one: short to long, and long to short in capitals."""
        for short, long in self.long_forms.items():
            yield short, long
            yield long, short.upper()
            yield long.removesuffix("s"), short.upper()

    def undotted(self, question: str) -> str:
        """ "E.C.T." and "e c t" as one word, where the articles define that short form.

        >>> Acronyms({"ect": "electroconvulsive therapy"}).undotted("Is E.C.T. safe?")
        'Is ECT safe?'
        """

        def together(match: re.Match[str]) -> str:
            letters = "".join(c for c in match[0] if c.isalnum())
            return letters if fold(letters) in self.long_forms else match[0]

        return _SPELT_OUT.sub(together, question)


def long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that `short` stands for, or None.

    >>> long_form("TMS", "treated with transcranial magnetic stimulation ")
    'transcranial magnetic stimulation'
    """
    words = before.rstrip().split(" ")
    window = " ".join(words[-min(len(short) + 5, len(short) * 2) :])
    at = len(window)
    for position in range(len(short) - 1, -1, -1):
        letter = short[position].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and not (
            window[at].lower() == letter
            and (position > 0 or at == 0 or not window[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
    found = window[at:].strip()
    usable = len(found) > len(short) and not re.search(r"[.;:!?()]", found)
    usable = usable and short.lower() not in found.lower().split()
    return found if usable else None
