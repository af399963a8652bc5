"""The JSON object, the terminal text and the fixed words."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from qa.records import Answer, Document, Metadata, Quote, Reason, Span, Status
from qa.render import (
    NOTICES,
    REASONS,
    answer_object,
    date_in_words,
    first_words,
    notice_texts,
    place,
    provenance,
    silence,
    source_href,
)
from tests.fake_engine import (
    ASLEEP,
    ECT,
    EIGHTY,
    OFTEN,
    PAGED,
    SIXTY,
    answer_to,
)


def test_the_answer_object_has_exactly_the_agreed_shape() -> None:
    """Keys, order and values of the object are those the command line promises."""
    answer = Answer(
        "How often?",
        "How often is ECT given?",
        Status.ANSWERED,
        "0123456789abcdef",
        support=0.934567,
        quotes=(OFTEN,),
        notices=("medicine_change",),
    )
    start = ECT.text.index("ECT is usually given")
    said = b"ECT is usually given two to three times a week."
    expected = {
        "id": "q7",
        "question": "How often?",
        "standalone": "How often is ECT given?",
        "status": "answered",
        "reason": None,
        "missing": [],
        "support": 0.9346,
        "quotes": [
            {
                "text": "ECT is usually given two to three times a week.",
                "document": {
                    "id": "aaaaaaaaaaaaaaaa",
                    "title": "Electroconvulsive therapy (ECT)",
                    "source": "aaaaaaaaaaaaaaaa.md",
                    "publisher": "Wellsourced",
                    "published": "2026-11-22",
                    "reviewed": None,
                    "url": "https://example.org/ect",
                    "kind": "leaflet",
                },
                "start": start,
                "end": start + 47,
                "page": None,
                "heading": "How often is ECT given?",
                "score": 0.9346,
                "passage": "ffffffffffffffff",
                "id": f"aaaaaaaaaaaaaaaa-{start}-{start + 47}-{sha256(said).hexdigest()[:16]}",
            }
        ],
        "related": [],
        "differences": [],
        "notices": ["medicine_change"],
        "crisis": None,
        "asks_back": None,
        "choices": [],
        "changes": [],
        "snapshot": "0123456789abcdef",
    }

    assert expected == answer_object(answer, "q7")
    assert list(expected) == list(answer_object(answer, "q7"))


def test_every_kind_of_answer_is_plain_json() -> None:
    """No enum, tuple or record is left in the object."""
    for question in ("how often, stop, differ", "flying", "weather", "i want to die"):
        found = answer_object(answer_to(question))
        assert found == json.loads(json.dumps(found))


def test_silence_and_crisis_in_the_object() -> None:
    """Reasons, missing words, related passages and help lines are written out."""
    silent = answer_object(answer_to("flying"))
    assert ("not_found", "not_in_sources", ["flying"]) == (
        silent["status"],
        silent["reason"],
        silent["missing"],
    )
    assert [1, None] == [related["page"] for related in silent["related"]]

    crisis = answer_object(answer_to("i want to die"))
    assert "crisis" == crisis["status"]
    assert [{"label": "Call 988", "href": "tel:988"}, {"label": "Text 988", "href": "sms:988"}] == (
        crisis["crisis"]["lines"]
    )


def test_differing_figures_come_in_pairs() -> None:
    """Each difference holds two whole quotes."""
    (pair,) = answer_object(answer_to("do they differ?"))["differences"]

    assert (EIGHTY.text, SIXTY.text) == (pair["first"]["text"], pair["second"]["text"])


def test_every_reason_has_words() -> None:
    """No reason is left without a sentence for the patient."""
    assert set(Reason) == set(REASONS)


def test_silence_names_the_missing_words_only_when_the_articles_were_searched() -> None:
    """What no nearby sentence covers is said; an off-topic question gets no such list."""
    answer = Answer(
        "q", "q", Status.NOT_FOUND, "s", reason=Reason.NOT_IN_SOURCES, missing=("a", "b", "c")
    )
    assert (
        "The parts nearest to your question do not speak of “a”, “b” or “c”."
        == (silence(answer)[1])
    )

    off_topic = Answer("q", "q", Status.NOT_FOUND, "s", reason=Reason.OFF_TOPIC, missing=("a",))
    assert 1 == len(silence(off_topic))


def test_silence_names_what_the_articles_do_speak_of() -> None:
    """A treatment named in the question and not missing is set against what is missing."""
    asked = "Can TMS damage my hearing?"
    answer = Answer(
        asked, asked, Status.NOT_FOUND, "s", reason=Reason.NOT_IN_SOURCES, missing=("hearing",)
    )
    said = "The parts nearest to your question speak of “TMS”, but not of “hearing”."
    assert said == silence(answer)[1]


def test_an_unknown_notice_is_not_shown() -> None:
    """A code without a reviewed text shows nothing rather than the code."""
    answer = Answer("q", "q", Status.ANSWERED, "s", notices=("new_code", "medicine_change"))

    assert [NOTICES["medicine_change"]] == notice_texts(answer)


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2022-09-21", "21 September 2022"),
        ("2026-01-01", "1 January 2026"),
        ("2022-09", "September 2022"),
        ("2022", "2022"),
        ("2022-13-01", "2022-13-01"),
        ("spring 2022", "spring 2022"),
        ("", ""),
    ],
)
def test_dates_in_words(iso: str, words: str) -> None:
    """ISO dates are said in words; anything else stays as the maintainers wrote it."""
    assert words == date_in_words(iso)


def test_where_a_quote_stands() -> None:
    """Publisher, dates, section and page; what is not known is said or left out."""
    assert "Wellsourced, 22 November 2026" == provenance(ECT)
    assert "A clinic, not dated" == provenance(PAGED)
    assert "Section: What is ECT?" == place(ASLEEP)
    assert "Page 3" == place(EIGHTY)


def test_a_link_carries_what_its_quote_is_known_by() -> None:
    """The place, a digest of the text and its first words, at most 80 characters of them."""
    words = "80+percent+of+those+who+responded+kept+their+improvement+for+two+years"
    place = f"start={EIGHTY.span.start}&end={EIGHTY.span.end}"

    assert f"/source/{'c' * 16}?{place}&q=8025477b&w={words}#quote" == source_href(EIGHTY)
    assert "a b" == first_words("a b")
    assert "a" * 79 == first_words("a" * 79 + " bc")
    assert "b" * 80 == first_words("b" * 90)


def test_a_heading_that_repeats_the_title_is_not_said_again() -> None:
    """The line would tell the reader nothing."""
    document = Document("d" * 16, "a.txt", "Ketamine is a drip.", Metadata("Ketamine"))

    assert "" == place(Quote(document, Span(0, 8), "Ketamine", 1.0, "p"))
