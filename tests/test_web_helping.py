"""Whom to call, as HTML: the strip, the card, and the numbers within the emergency notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import Settings
from qa.help_lines import Help, open_help
from qa.records import Answer, Crisis, HelpLine, Status
from qa.render import NOTICES, notice_texts
from qa.web.helping import crisis_html, help_html, notices_html
from tests.dom import Element, read

CLINIC = """
message = "Call us."
[[region]]
code = "OWN"
name = "Clinic & co"
crisis = [{ label = "Call <us>", href = "tel:+15550100" }]
emergency = [{ label = "112 <b>", href = "tel:112" }]
"""


def test_a_help_line_links_only_to_a_phone_a_message_or_a_safe_page() -> None:
    """Another scheme is shown as text."""
    card = read(
        crisis_html(Crisis("m", (HelpLine("x", "javascript:hit()"), HelpLine("y", "sms:1"))))
    )

    assert ["sms:1"] == [link.attributes["href"] for link in card.tags("a")]


def test_the_help_strip_has_the_numbers_of_the_crisis_card() -> None:
    """One set of numbers, wherever they are shown."""
    helping = open_help(Settings())
    strip = [link.attributes["href"] for link in read(help_html(helping)).tags("a")]

    assert [line.href for line in helping.card().lines] == strip


def urgent(helping: Help | None, words: str) -> Element:
    """The emergency notice of an answer that names these numbers."""
    codes = ("emergency_symptoms", "medicine_change")
    answer = Answer("q", "q", Status.NOT_FOUND, "s", notices=codes, emergency=words)
    first, second = read("".join(notices_html(answer, helping))).tags("p")

    assert notice_texts(answer) == [first.text, second.text]
    assert [] == second.tags("a")
    return first


@pytest.mark.parametrize(
    ("region", "numbers"),
    [
        ("", ["911", "999", "112"]),
        ("US", ["911"]),
        ("IE", ["999", "112"]),
        ("EU,US", ["112", "911"]),
    ],
)
def test_every_emergency_number_in_the_notice_can_be_called(
    region: str, numbers: list[str]
) -> None:
    """For each region that is set; the sentence reads as it does elsewhere."""
    helping = open_help(Settings(region=region))
    links = urgent(helping, helping.emergency_words()).tags("a")

    assert numbers == [link.text for link in links]
    assert [f"tel:{number}" for number in numbers] == [link.attributes["href"] for link in links]


def test_a_clinics_own_number_is_escaped(tmp_path: Path) -> None:
    """What a clinic writes is text."""
    path = tmp_path / "own.toml"
    path.write_text(CLINIC)
    helping = open_help(Settings(help=path))

    assert ["112 <b>"] == [e.text for e in urgent(helping, helping.emergency_words()).tags("a")]


def test_a_notice_without_known_numbers_stays_text() -> None:
    """No region with an emergency number, other numbers than those at hand, or none at hand."""
    helping = open_help(Settings(region="US"))
    none = Help("m", tuple())
    for known, words in ((None, "911"), (helping, "000"), (none, none.emergency_words())):
        assert [] == urgent(known, words).tags("a")
    assert "{emergency}" in NOTICES["emergency_symptoms"]
