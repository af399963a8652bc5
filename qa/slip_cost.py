"""What it costs to have slipped from one word to another: the price of each wrong letter."""

from __future__ import annotations

import re

_VOWELS = frozenset("aeiouy")
_ALIKE = frozenset(
    frozenset(pair)
    for pair in "sc sz ck kq cq gj fv td mn pb iy ie ea ei ao ou uo ae oi uw vw xc xs".split()
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {c: (row, i + row * 0.5) for row, keys in enumerate(_ROWS) for i, c in enumerate(keys)}
# Names of one such ending are near each other, but never the same thing.
_DRUG_LIKE = re.compile(
    r"(?:ine|pram|oxetine|azole|idone|apine|mab|pril|statin|olol|pam|lam|done|prazole|tidine|"
    r"mycin|cillin|afil|sartan|gliptin|xaban|triptan|setron|caine|barbital|azine|amide)s?$"
)


def slip_cost(written: str, meant: str) -> float:
    """How unlikely it is that `meant` came out as `written`: the cheapest row of slips.

    Damerau's distance with prices: a letter for another 1, for one that sounds like it or a vowel
    for a vowel 0.5, for a neighbouring key 0.8; a letter too many or too few 1, doubled or silent
    or a vowel 0.5 to 0.6; two letters swapped 0.6. A wrong first letter costs 0.4 more.

    >>> slip_cost("simptoms", "symptoms"), slip_cost("spary", "spray"), slip_cost("cat", "dog")
    (0.5, 0.6, 2.5)
    """
    rows, columns = len(written) + 1, len(meant) + 1
    cost = [[0.0] * columns for _ in range(rows)]
    for i in range(1, rows):
        cost[i][0] = cost[i - 1][0] + _odd(written, i - 1)
    for j in range(1, columns):
        cost[0][j] = cost[0][j - 1] + _odd(meant, j - 1)
    for i in range(1, rows):
        for j in range(1, columns):
            best = min(
                cost[i - 1][j] + _odd(written, i - 1),
                cost[i][j - 1] + _odd(meant, j - 1),
                cost[i - 1][j - 1] + _instead(written[i - 1], meant[j - 1]),
            )
            if i > 1 and j > 1 and written[i - 2 : i] == meant[j - 1] + meant[j - 2]:
                best = min(best, cost[i - 2][j - 2] + 0.6 * (written[i - 1] != written[i - 2]))
            cost[i][j] = best
    first = 0.4 if written[:1] != meant[:1] and not _silent_start(written, meant) else 0.0
    return round(cost[-1][-1] + first, 3)


def most_cost(word: str) -> float:
    """What a slip may cost: longer words bear more of it."""
    if len(word) <= 4:
        return 0.8
    most = {5: 1.0, 6: 1.2, 7: 1.4, 8: 1.7, 9: 2.0}.get(len(word), 2.3)
    return min(most, 1.2) if _DRUG_LIKE.search(word) else most


def most_edits(word: str) -> int:
    """How many letters of the word may be wrong."""
    return 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3


def _odd(word: str, at: int) -> float:
    """The price of the letter at `at` being too many or too few."""
    letter, before = word[at], word[at - 1 : at]
    if letter == before:
        return 0.4
    if letter in "h" and before and before in "cptrgw":  # silent
        return 0.4
    if (
        letter == "e"
        and word[at:] in ("e", "ed", "es", "er")
        or word[at - 2 :] == "ing" == word[-3:]
    ):
        return 0.4
    return 0.6 if letter in _VOWELS else 1.0


def _instead(written: str, meant: str) -> float:
    if written == meant:
        return 0.0
    if frozenset((written, meant)) in _ALIKE or (written in _VOWELS and meant in _VOWELS):
        return 0.5
    row, column = _PLACES.get(written, (9, 99.0))
    other_row, other_column = _PLACES.get(meant, (9, -99.0))
    near = abs(row - other_row) <= 1 and abs(column - other_column) <= 1
    return 0.8 if near else 1.0


def _silent_start(written: str, meant: str) -> bool:
    """ "silocybin" for "psilocybin", "nowledge" for "knowledge", "fysical" for "physical"."""
    return (
        meant[:2] in ("ps", "kn", "wr", "gn", "pn")
        and written[:1] == meant[1:2]
        or (written[:1] == "f" and meant[:2] == "ph")
    )
