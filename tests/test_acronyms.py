"""qa.acronyms: short and long forms that the articles define."""

from __future__ import annotations

import pytest

from qa.acronyms import Acronyms, long_form
from qa.other_names import OtherNames


@pytest.mark.parametrize(
    ("short", "before", "expected"),
    [
        (
            "TMS",
            "People have transcranial magnetic stimulation ",
            "transcranial magnetic stimulation",
        ),
        (
            "SSRI",
            "or selective serotonin reuptake inhibitors ",
            "selective serotonin reuptake inhibitors",
        ),
        (
            "SNRI",
            "serotonin-norepinephrine reuptake inhibitors ",
            "serotonin-norepinephrine reuptake inhibitors",
        ),
        ("MAOI", "called monoamine oxidase inhibitors ", "monoamine oxidase inhibitors"),
        (
            "ISTDP",
            "Intensive short-term dynamic psychotherapy ",
            "Intensive short-term dynamic psychotherapy",
        ),
        ("ECT", "It is safe. ", None),
        ("FDA", "approved by the Food and Drug Administration ", "Food and Drug Administration"),
        (
            "TRD",
            "depression. Treatment of resistant depression ",
            "Treatment of resistant depression",
        ),
    ],
)
def test_long_form(short: str, before: str, expected: str | None) -> None:
    """
    Each letter is found from the right, the first one at the beginning of a word.
    """
    assert expected == long_form(short, before)


def test_entries_work_both_ways() -> None:
    """
    The other form stands behind the one used; a question with both stays as it is.
    """
    acronyms = Acronyms.find(["Electroconvulsive therapy (ECT) is old. SSRI means none (SSRI)."])
    assert {"ect": "electroconvulsive therapy"} == acronyms.long_forms
    names = OtherNames.of([], acronyms.entries(), ["electroconvulsive", "therapy", "ect"])
    for question, expected in (
        ("does ect hurt", "does ect (electroconvulsive therapy) hurt"),
        ("Two ECTs?", "Two ECTs (electroconvulsive therapy)?"),
        ("Electroconvulsive therapy?", "Electroconvulsive therapy (ECT)?"),
        ("electroconvulsive therapy (ECT)", "electroconvulsive therapy (ECT)"),
        ("perfect effect", "perfect effect"),
    ):
        assert expected == names.expand(question).text


def test_spelt_out_short_forms() -> None:
    """
    Dots and spaces between the letters of a short form that the articles define go.
    """
    acronyms = Acronyms({"ect": "electroconvulsive therapy"})
    for written in ("E.C.T.", "e.c.t", "E C T", "e c t", "E.C.T"):
        assert f"is {written.replace('.', '').replace(' ', '')} safe" == acronyms.undotted(
            f"is {written} safe"
        )
    for kept in ("e.g. this", "U.S. law", "i a m", "direct", "plan B e c t"):
        assert kept == acronyms.undotted(kept)


def test_plural_brackets_and_the_commonest_definition() -> None:
    """
    "(SSRIs)" defines SSRI; of two long forms the commoner wins.
    """
    texts = [
        "some serotonin reuptake inhibitors (SRIs)",
        "old tired paper (OTP) open tin pot (OTP)",
    ]
    texts.append("open tin pot (OTP)")
    found = Acronyms.find(texts).long_forms
    assert {"sri": "serotonin reuptake inhibitors", "otp": "open tin pot"} == found


def test_a_bracket_that_is_no_acronym_defines_nothing() -> None:
    """
    A capitalised word in brackets is not a short form.
    """
    assert {} == Acronyms.find(["a nasal spray (Spravato) and a salt (Lithium)"]).long_forms
