"""qa.missing: what is named as left out, as it was typed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.missing import MOST_MISSING, name_missing, spoken_of
from qa.text import content_words


def named(question: str, uncovered: str, near: Sequence[str] = ()) -> tuple[str, ...]:
    """What is named where the words of `uncovered` have no cover and all others a full one."""
    low = uncovered.split()
    covers = [
        (word, 0.3 if word in low else 0.9)
        for word in (span.of(question) for span in content_words(question))
    ]
    return name_missing(question, covers, near)


@pytest.mark.parametrize(
    ("question", "uncovered", "expected"),
    [
        ("Does Blue Cross cover TMS?", "Blue Cross", ("Blue Cross",)),
        ("Can my teenage son have ECT?", "teenage son", ("teenage son",)),
        ("Can I take St John's wort with it?", "St John's wort", ("St John's wort",)),
        ("Can I listen to music during TMS?", "listen music", ("listen to music",)),
        ("Will it make me put on weight?", "put weight", ("put on weight",)),
        ("Does omega-3 help?", "omega", ("omega-3",)),
        ("Can low vitamin D do it?", "vitamin", ("vitamin D",)),
        ("Is it safe near a mobile phone?", "mobile", ("mobile phone",)),
        ("What is a normal cortisol level?", "normal", ("normal cortisol level",)),
        ("How many mg of lithium do they add?", "mg", ("mg of lithium",)),
        ("Is a high-voltage device used?", "voltage", ("high-voltage",)),
    ],
)
def test_neighbours_are_named_together(
    question: str, uncovered: str, expected: tuple[str, ...]
) -> None:
    """
    A phrase is named whole, with the words that it needs, as it was typed.
    """
    assert expected == named(question, uncovered)


@pytest.mark.parametrize(
    ("question", "uncovered", "expected"),
    [
        ("Is it more common in women or men?", "women men", ("women", "men")),
        ("Does TRD count as a disability for benefits?", "disability benefits", None),
        ("Is it the scar, infection or cost?", "scar infection cost", None),
    ],
)
def test_words_apart_are_named_apart(
    question: str, uncovered: str, expected: tuple[str, ...] | None
) -> None:
    """
    What other words or commas part is not joined.
    """
    assert (expected or tuple(uncovered.split())) == named(question, uncovered)


@pytest.mark.parametrize(
    ("question", "uncovered", "expected"),
    [
        ("How many infusions will I need?", "need", ()),
        ("How big is the scar?", "big scar", ("scar",)),
        ("Is it OK to take ibuprofen?", "OK ibuprofen", ("ibuprofen",)),
        ("What does it cost per month?", "cost per", ("cost",)),
        ("How many before they'll implant one?", "they'll one", ()),
        ("Why does it not work any more?", "work", ()),
        ("Can 12 year olds have ECT?", "olds", ()),
        ("Is chocolate allowed?", "chocolate allowed", ("chocolate",)),
        ("low years harder 2 treat", "2", ()),
        ("is it safe or wil it hurt a dog", "wil dog", ("dog",)),
    ],
)
def test_light_words_are_not_named(
    question: str, uncovered: str, expected: tuple[str, ...]
) -> None:
    """
    "Not of need" would say nothing.
    """
    assert expected == named(question, uncovered)


def test_what_a_near_sentence_says_is_not_missing() -> None:
    """
    A word stands near in any of its forms: then it cannot be said that it does not.
    """
    asked = "Can I turn off the stimulator with a magnet?"
    assert ("stimulator",) == named(asked, "stimulator", ["A magnet is used."])
    assert () == named(asked, "stimulator", ["It stimulates the nerve."])


def test_at_most_three_in_the_order_of_the_question() -> None:
    """
    More would be a list of the question; a word named twice is named once.
    """
    asked = "Is it police, scars, music, police, dogs or coffee?"
    found = named(asked, "police scars music dogs coffee")
    assert ("police", "scars", "music") == found
    assert MOST_MISSING == len(found)


@pytest.mark.parametrize(("cover", "expected"), [(0.54, ("nosebleeds",)), (0.56, ())])
def test_a_word_is_missing_below_a_cover(cover: float, expected: tuple[str, ...]) -> None:
    """
    At 0.55 and above something near says it in other words.
    """
    assert expected == name_missing("Will I get nosebleeds?", [("nosebleeds", cover)], [])


def test_a_phrase_that_is_one_unit_is_split_into_its_words() -> None:
    """
    Units of several words ("brain scan") are named as they stand, joined again.
    """
    assert ("brain scan",) == name_missing("Is a brain scan done?", [("brain scan", 0.2)], [])


@pytest.mark.parametrize(
    ("question", "missing", "expected"),
    [
        ("Can TMS damage my hearing?", ["hearing"], "TMS"),
        ("Who invented electroconvulsive therapy?", ["invented"], "electroconvulsive therapy"),
        ("Can I take ibuprofen with an SSRI?", ["ibuprofen"], "SSRI"),
        (
            "Does mirtazapine work for resistant depression?",
            ["mirtazapine"],
            "resistant depression",
        ),
        ("Can kids get ect?", ["kids"], "ect"),
        ("Should I get a dog?", ["dog"], None),
        ("Is it a nasal <b> spray?", ["b"], None),
    ],
)
def test_spoken_of(question: str, missing: list[str], expected: str | None) -> None:
    """
    The treatment named in the question and not missing, else the illness, else nothing.
    """
    assert expected == spoken_of(question, missing)


@pytest.mark.parametrize("word", ["wish", "anymore", "everything"])
def test_what_a_person_feels_is_not_told_as_missing(word: str) -> None:
    """A word that the articles could not speak of says nothing about what they leave out."""
    assert () == named(f"My mum {word} about insurance?", word)
    assert ("insurance",) == named(f"My mum {word} about insurance?", f"{word} insurance")
