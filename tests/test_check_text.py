"""What reading a source did to its text: each rule with what it finds and what it lets be."""

from __future__ import annotations

import pytest

from qa.check.encoding import ligature_places, mojibake_places, unreadable_places
from qa.check.layout import mixed_places, table_places
from qa.check.wording import broken_places, run_on_places, spaced_places
from qa.records import Block, BlockKind, Document, Metadata, Span

PROSE = "The nurse will tell you what to do and when it is time for the next of your visits. "
OTHER = "Le patient doit prendre son traitement tous les jours avec un grand verre d'eau froide. "
BEGUN = "The trial asked whether stimulation of the nerve would help those who had not been"
GOES_ON = "helped by two medicines, and it followed them for a whole year after the operation."
WHOLE = "Nothing else was changed in this part of the study, which was planned long before it."
NEW = "Side effects were mild in most of those who took part, and nobody had to stop early on."


def paragraphs(*texts: str, paged: bool = True, language: str = "en") -> Document:
    """A document of one page whose paragraphs are these."""
    blocks, whole = [], ""
    for text in texts:
        blocks.append(Block(BlockKind.PARAGRAPH, Span(len(whole), len(whole) + len(text))))
        whole += text + "\n\n"
    starts = (0,) if paged else ()
    metadata = Metadata("T", language=language)
    return Document("d", "a.pdf", whole, metadata, tuple(blocks), page_starts=starts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a treat- ment that helps", ["treat- ment"]),
        ("short- and long-term, dose- or time-dependent", []),
        ("the Smith- jones method", []),
        ("severe depres sion", ["depres sion"]),
        ("non toxic over time", []),
        ("in a while", []),
        ("the anti depressant", []),
    ],
)
def test_words_torn_in_two(text: str, expected: list[str]) -> None:
    """
    Only what is an English word together, and what is none apart.
    """
    assert expected == [place.shown for place in broken_places(text, {})]


def test_a_word_of_the_articles_may_be_torn_too() -> None:
    """
    No dictionary has it, but another article does.
    """
    assert [] == broken_places("esket- amine", {})
    assert ["esket- amine"] == [p.shown for p in broken_places("esket- amine", {"esketamine": 1})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they start theillness course", []),
        ("in the parkwhen you go", ["parkwhen"]),
        ("a number ofinfections", ["ofinfections"]),
        ("an antidepressant and its overwrapping", []),
        ("an in-depthstudy", []),
        ("see www.parkwhen.org", []),
    ],
)
def test_small_letters_run_together(text: str, expected: list[str]) -> None:
    """
    Two common words of four letters or more, or one with "of" or "to"; no English word.
    """
    assert expected == [place.shown for place in run_on_places(text, {})]


def test_what_the_articles_write_twice_is_a_word() -> None:
    """
    Nothing runs together the same way again and again.
    """
    assert [] == run_on_places("in the parkwhen you go", {"parkwhen": 2})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M E T H O D S of it", ["M E T H O D S"]),
        ("vitamins A B C D E", []),
        ("I I I I I I", []),
        ("U S A and U K", []),
    ],
)
def test_letters_that_stand_apart(text: str, expected: list[str]) -> None:
    """
    Five or more, and no alphabet or row of ticks.
    """
    assert expected == [place.shown for place in spaced_places(text)]


@pytest.mark.parametrize("char", ["’", "“", "é", "–", "•", "ü", "😀"])
def test_utf_8_read_as_windows_1252(char: str) -> None:
    """
    Made the way it comes about, wherever the old table knows the bytes.
    """
    misread = char.encode().decode("cp1252", "ignore")
    text = f"It {misread} is"
    expected = [misread] if misread.encode("cp1252") == char.encode() else []
    assert expected == [place.shown for place in mojibake_places(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the patient\ufffds dose", ["patient\ufffds"]),
        ("a \ue001 sign (cid:12)", ["\ue001", "(cid:12)"]),
        ("it doesnât help", ["doesnât"]),
        ("château, naïve, Ångström, 5 µg ±2 °C, «été», “quoted” – dash…", []),
        ("Ελληνικά, русский, 中文, العربية", []),
    ],
)
def test_other_signs_of_a_wrong_encoding(text: str, expected: list[str]) -> None:
    """
    Every language and sign that is written right is let be.
    """
    assert expected == [place.shown for place in mojibake_places(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no signi cant di erence", ["signi cant", "di erence"]),
        ("the ecacy of it", ["ecacy"]),
        ("a specific benefit, an effect, different, to suffer, in fact", []),
        ("de novo, con artist, e coli", []),
    ],
)
def test_words_that_lost_a_ligature(text: str, expected: list[str]) -> None:
    """
    Words that are sound are let be.
    """
    assert expected == [place.shown for place in ligature_places(text)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (PROSE * 6, "en", 0),
        (OTHER * 8, "en", 1),
        (OTHER * 8, "fr", 0),
        (OTHER, "en", 0),
        ("Η ελληνική γλώσσα " * 20, "en-GB", 1),
    ],
)
def test_a_page_that_hardly_holds_an_english_word(text: str, language: str, expected: int) -> None:
    """
    A garbled page is like another language; a few words are too few to tell.
    """
    assert expected == len(unreadable_places(paragraphs(text, language=language)))


def test_only_the_garbled_page_is_named() -> None:
    """
    Each page is read by itself.
    """
    first, second = PROSE * 6, OTHER * 8
    article = Document("d", "a.pdf", first + second, Metadata("T"), page_starts=(0, len(first)))

    assert [len(first)] == [place.start for place in unreadable_places(article)]


def test_columns_that_were_read_across() -> None:
    """
    Ends without a beginning and beginnings without an end, most of a page.
    """
    mixed = paragraphs(BEGUN, WHOLE, GOES_ON, BEGUN, NEW, GOES_ON)
    assert 1 == len(mixed_places(mixed))


def test_a_sentence_that_goes_on_in_the_next_column_is_sound() -> None:
    """
    It was torn, but in the right order; and without pages there are no columns.
    """
    sound = paragraphs(WHOLE, BEGUN, GOES_ON, NEW, BEGUN, GOES_ON, WHOLE)
    unpaged = paragraphs(BEGUN, WHOLE, GOES_ON, BEGUN, NEW, GOES_ON, paged=False)

    assert [] == mixed_places(sound)
    assert [] == mixed_places(unpaged)


def test_a_table_that_lost_its_rows() -> None:
    """
    Mostly figures; a sentence with many figures is none.
    """
    flat = "Age 45.2 (11.3) 44.9 (10.8) 0.72 Female 61% 58% 0.41 MADRS 33.1 ± 5.2 32.8 ± 4.9 0.55"
    said = "Of 80 people, 40 (50%) got better by week 12, 20 (25%) by week 24 and 10 by week 52."

    assert [True, False] == [bool(table_places(paragraphs(text))) for text in (flat, said)]
