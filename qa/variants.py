"""British and American spellings of one word, by rule and by a short list."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Endings and letters that differ, British first; each is tried both ways.
_RULES = (
    (r"isation(s?)$", r"ization\1"),
    (r"is(e|ed|es|er|ers|ing|able)$", r"iz\1"),
    (r"ys(e|ed|es|er|ers|ing)$", r"yz\1"),
    (r"our(s|ed|ing|ful|less|able|al|ally|ite|ites|hood)?$", r"or\1"),
    (r"(?<=\w\w\w[aeiou])ll(ed|ing|or|ors|er|ers)$", r"l\1"),
    (r"(?<=[bt])re(s?)$", r"er\1"),
    (r"ogue(s?)$", r"og\1"),
    (r"mme(s?)$", r"m\1"),
    (r"ae", r"e"),
    (r"oe", r"e"),
)
_BACK = (
    (r"ization(s?)$", r"isation\1"),
    (r"iz(e|ed|es|er|ers|ing|able)$", r"is\1"),
    (r"yz(e|ed|es|er|ers|ing)$", r"ys\1"),
    (r"or(s|ed|ing|ful|less|able|al|ally|ite|ites|hood)?$", r"our\1"),
    (r"(?<=\w\w\w[aeiou])l(ed|ing|or|ors|er|ers)$", r"ll\1"),
    (r"(?<=[bt])er(s?)$", r"re\1"),
    (r"og(s?)$", r"ogue\1"),
    (r"(?<=gra)m(s?)$", r"mme\1"),
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
    for pattern, other in (*_RULES, *_BACK):
        changed, count = re.subn(pattern, other, word)
        if count and changed != word:
            yield changed
