"""British and American spellings of one word, by rule and by a short list."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Endings that differ: what stands before them, British, American, what may follow.
_ENDINGS = (
    (r"", "isation", "ization", r"(s?)$"),
    (r"", "is", "iz", r"(e|ed|es|er|ers|ing|able)$"),
    (r"", "ys", "yz", r"(e|ed|es|er|ers|ing)$"),
    (r"", "our", "or", r"(s|ed|ing|ful|less|able|al|ally|ite|ites|hood)?$"),
    (r"(?<=\w\w\w[aeiou])", "ll", "l", r"(ed|ing|or|ors|er|ers)$"),
    (r"(?<=[bt])", "re", "er", r"(s?)$"),
    (r"", "ogue", "og", r"(s?)$"),
    (r"(?<=gra)", "mme", "m", r"(s?)$"),
)
_RULES = (
    *((f"{before}{ours}{end}", rf"{theirs}\1") for before, ours, theirs, end in _ENDINGS),
    (r"ae", "e"),  # inside a word, and not to be put back by rule
    (r"oe", "e"),
    *((f"{before}{theirs}{end}", rf"{ours}\1") for before, ours, theirs, end in _ENDINGS),
)
# Where the American form lacks a letter that no rule can put back.
_PAIRS = (
    ("anaesthetic", "anesthetic"),
    ("anaesthetics", "anesthetics"),
    ("anaesthesia", "anesthesia"),
    ("anaesthetist", "anesthetist"),
    ("anaesthetised", "anesthetized"),
    ("paediatric", "pediatric"),
    ("paediatrician", "pediatrician"),
    ("gynaecologist", "gynecologist"),
    ("orthopaedic", "orthopedic"),
    ("haemorrhage", "hemorrhage"),
    ("haemoglobin", "hemoglobin"),
    ("anaemia", "anemia"),
    ("leukaemia", "leukemia"),
    ("oesophagus", "esophagus"),
    ("oestrogen", "estrogen"),
    ("oedema", "edema"),
    ("diarrhoea", "diarrhea"),
    ("foetus", "fetus"),
    ("faeces", "feces"),
    ("ageing", "aging"),
    ("grey", "gray"),
    ("sceptical", "skeptical"),
    ("judgement", "judgment"),
    ("enrol", "enroll"),
    ("fulfil", "fulfill"),
    ("skilful", "skillful"),
    ("tranquilliser", "tranquilizer"),
    ("tranquillisers", "tranquilizers"),
    ("defence", "defense"),
    ("licence", "license"),
    ("offence", "offense"),
    ("tumour", "tumor"),
    ("practise", "practice"),
    ("learnt", "learned"),
)
_LISTED = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}


def variants(word: str) -> Iterator[str]:
    """Other spellings that `word` would have across the Atlantic; most are no words at all.

    Only a form that a vocabulary has is of use.

    >>> list(variants("behavioural")), list(variants("anesthesia"))
    (['behavioral'], ['anaesthesia'])
    """
    if word in _LISTED:
        yield _LISTED[word]
        return
    for pattern, other in _RULES:
        changed, count = re.subn(pattern, other, word)
        if count and changed != word:
            yield changed
