"""Characters, line joining and encodings: what is seen on paper is what stands in the text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UnreadableSource
from qa.readers.clean import Vocabulary, clean, join_lines
from qa.readers.decode import decode


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("e\ufb03cacy, \ufb01rst, o\ufb00", "efficacy, first, off"),  # ligatures
        ("treat\u00adment", "treatment"),  # soft hyphen
        ("a\u200bb\u2060c\ufeffd", "abcd"),  # zero width
        ("\u202eabc\u202c \u2066d\u2069", "abc d"),  # bidi controls
        ("a\x00b\x07c", "abc"),  # control characters
        ("one\u00a0two\u2009three\tfour\r\nfive", "one two three four five"),  # spaces
        ("cafe\u0301", "caf\u00e9"),  # combining mark, composed
        ("\U0001f642 ok", "\U0001f642 ok"),  # beyond the first plane
        ("\U0001f469\u200d\U0001f52c", "\U0001f469\u200d\U0001f52c"),  # joined emoji stays joined
        ("a\u200db", "ab"),  # the same joiner between Latin letters goes
        ("\uf0b7 item \uf0b3 5", "• item ≥ 5"),  # Symbol characters of Word
        ("\uf731\uf730 mg", "10 mg"),  # old-style figures
        ("x\ue123y", "xy"),  # a private character nobody knows
        ("non\u2011invasive", "non-invasive"),
        ("\ud83d lone", "lone"),  # half of a surrogate pair, as broken JSON gives
        ("  ", ""),
    ],
)
def test_clean_leaves_what_is_seen(given_text: str, expected: str) -> None:
    """
    One worked value for each kind of trouble.
    """
    assert expected == clean(given_text)


@given(st.text())
def test_clean_twice_is_clean_once(text: str) -> None:
    """
    Cleaning is finished after one pass, whatever the text, and never leaves double spaces.
    """
    once = clean(text)
    assert once == clean(once)
    assert "  " not in once
    assert once == once.strip()


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "expected"),
    [
        ("a treat-", "ment", "", "a treatment"),  # neither form known: joined
        ("a treat-", "ment", "the treatment of", "a treatment"),
        ("of well-", "being", "her well-being is", "of well-being"),  # written so elsewhere
        ("of well-", "being", "", "of well-being"),  # "well" keeps its hyphen
        ("the long-", "term", "a long time, a term of", "the long-term"),  # both are words
        ("the out-", "come", "the outcome, come, out", "the outcome"),  # joined form is known
        ("the Mayo-", "Clinic", "", "the Mayo-Clinic"),  # a capital follows
        ("in 2017-", "2018", "", "in 2017-2018"),
        ("ended -", "it was", "", "ended - it was"),  # a dash, not a hyphen
        ("soft\u00ad", "ware", "", "software"),
        ("see https://", "example.org/a", "", "see https://example.org/a"),
        ("plain", "words", "", "plain words"),
    ],
)
def test_hyphens_at_line_ends(first: str, second: str, elsewhere: str, expected: str) -> None:
    """
    The words of the document decide; without them the hyphen goes.
    """
    assert expected == join_lines(first, second, Vocabulary.of([first, second, elsewhere]))


TEXT = "Naïve patients – “most” of them – felt 20 % better, Dr Müller’s café says. "


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16-bom", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_every_encoding_gives_the_same_text(data: bytes) -> None:
    """
    With and without a byte order mark.
    """
    assert TEXT == decode(data, "a.txt")


def test_declared_encoding_of_a_page_is_taken() -> None:
    """
    Bytes that are no UTF-8 are read as the page says.
    """
    assert "Łódź" == decode("Łódź".encode("iso-8859-2"), "a.html", "iso-8859-2")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes(range(256)) * 4, "binary data"),
        (b"\x7fELF\x00\x01\x02\x00" * 40, "binary data"),
        (codecs.BOM_UTF16_LE + b"a", "byte order mark"),
        (("It’s “so” good – café. " * 9).encode().decode("cp1252", "replace").encode(), "garbled"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    """
    Binary data and text that was decoded wrongly once already.
    """
    with pytest.raises(UnreadableSource, match=reason):
        decode(data, "a.txt")
