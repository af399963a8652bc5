"""References, and links that open the original page at the quote."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from qa.records import Document, Metadata, Span
from qa.web.citing import at_quote, citation, web_address
from tests.fake_engine import ECT, LISTED, document


def linked(text: str, url: str = "https://a.org/x") -> str:
    found = document("d" * 16, Metadata("T"), ("p", text))
    return at_quote(url, found, Span(0, len(text)))


def test_a_short_quote_is_named_in_full() -> None:
    """Dashes, commas, ampersands and spaces are encoded, since they mean something there."""
    assert "https://a.org/x#:~:text=Well%2Dkept%2C%20so%20%26%20so%3A%20100%25%E2%80%93" == linked(
        "Well-kept, so & so: 100%–"
    )


def test_a_long_quote_is_named_by_its_ends() -> None:
    """The first six and the last six words."""
    words = [f"word{n}" for n in range(40)]
    expected = f"{'%20'.join(words[:6])},{'%20'.join(words[-6:])}"

    assert f"https://a.org/x#:~:text={expected}" == linked(" ".join(words))


def test_the_parts_of_a_quote_over_several_blocks_lie_in_one_block_each() -> None:
    """A browser looks for each part within one block."""
    directive = at_quote("https://a.org", ECT, LISTED.span).partition("text=")[2]
    first, last = (unquote(part) for part in directive.split(","))

    assert "Doctors look at three things:" == first
    assert "3. whether <you> took it daily."[-len(last) :] == last


def test_a_fragment_of_the_address_is_kept() -> None:
    """The text directive stands behind it; an older directive is replaced."""
    assert "https://a.org/x#part:~:text=Yes." == linked("Yes.", "https://a.org/x#part")
    assert "https://a.org/x#p:~:text=Yes." == linked("Yes.", "https://a.org/x#p:~:text=No")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:hit()",
        "JaVaScRiPt:hit()",
        "data:text/html,x",
        "ftp://a.org",
        "//a.org",
        "https:///x",
        "https://a.org:x/",
        "https://[a/",
        "https://a.org/\u0000x",
        "https://a.org/\nx",
        " https://a.org",
        "https://a.org\\@b.org",
        'https://a.org/"onload=x',
        "",
        None,
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    """Other schemes, broken addresses and characters that browsers drop or turn are refused."""
    assert web_address(url) is None


def test_a_reference_says_what_is_known() -> None:
    """Missing parts are left out; status and dates are named."""
    full = Metadata(
        "Is it safe?",
        publisher="P",
        authors=("A. One", "B. Two"),
        published="2022-09-21",
        reviewed="2023-01",
        status="withdrawn",
    )
    assert [
        "A. One; B. Two.",
        "Is it safe?",
        "P, 21 September 2022 (reviewed January 2023).",
        "Withdrawn.",
    ] == citation(Document("d", "a.md", "x", full))
    assert ["T.", "not dated."] == citation(Document("d", "a.md", "x", Metadata("T")))
