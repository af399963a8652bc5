"""qa.help_lines: one source for the card, the strip and the emergency numbers, checked at start."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import Settings
from qa.help_lines import HelpUnusable, open_help
from qa.records import Answer, Status
from qa.render import notice_texts

OWN = """
message = "Call us."
[[region]]
code = "HERE"
name = "Here"
crisis = [{ label = "Call the ward", href = "tel:+15550100" }]
emergency = [{ label = "112", href = "tel:112" }]
"""


def test_the_lines_that_ship() -> None:
    """
    United States, United Kingdom, Ireland and the European Union; shared numbers stand once.
    """
    found = open_help(Settings())
    assert [
        ("US", ["tel:988", "sms:988", "https://988lifeline.org/chat"]),
        ("UK, Ireland", ["tel:116123"]),
    ] == [(name, [line.href for line in lines]) for name, lines in found.groups()]
    assert "911 (US), 999 (UK, Ireland) or 112 (Ireland, EU)" == found.emergency_words()


def test_regions_are_chosen_in_the_order_given() -> None:
    """
    One region's lines need no name behind them.
    """
    found = open_help(Settings(region="ie,UK"))
    assert ["IE", "UK"] == [region.code for region in found.regions]
    alone = open_help(Settings(region="US")).card()
    assert ["Call 988", "Text 988", "Chat", "Emergency: 911"] == [x.label for x in alone.lines]


def test_a_clinics_own_file_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    """
    Card and emergency notice follow it.
    """
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    found = open_help(Settings(help=path))
    assert ["tel:+15550100", "tel:112"] == [line.href for line in found.card().lines]
    assert "Call us." == found.card().message
    answer = Answer(
        "q",
        "q",
        Status.NOT_FOUND,
        "s",
        notices=("emergency_symptoms",),
        emergency=found.emergency_words(),
    )
    assert notice_texts(answer)[0].endswith("call 112.")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tel:+15550100", "javascript:alert(1)", "HERE: crisis 1: href is 'javascript"),
        ("tel:+15550100", "http://example.org", "must be tel: or sms:"),
        ("Call the ward", "x" * 41, "label has 41 characters"),
        ("Call the ward", "", "must be one line of text"),
        ('code = "HERE"', 'code = "h"', "region 1: code is 'h'"),
        ("name = ", "nmae = ", "'nmae' is not known"),
        ("message = ", "massage = ", "'massage' is not known"),
        ('{ label = "112", href = "tel:112" }', '{ label = "112", href = "sms:112" }', "tel:"),
        ("[[region]]", "[[region", "cannot be read.*QA_HELP"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    """
    The error names the file, the entry and what to do; the program does not start.
    """
    path = tmp_path / "own.toml"
    assert old in OWN
    path.write_text(OWN.replace(old, new, 1))
    with pytest.raises(HelpUnusable, match=said) as found:
        open_help(Settings(help=path))
    assert "own.toml" in str(found.value)


def test_a_file_without_lines_and_an_unknown_region_are_refused(tmp_path: Path) -> None:
    """
    Without a line to show there is no start.
    """
    path = tmp_path / "own.toml"
    path.write_text('message = "m"\n')
    with pytest.raises(HelpUnusable, match=r"no \[\[region\]\]"):
        open_help(Settings(help=path))
    path.write_text(
        'message = "m"\n[[region]]\ncode = "AA"\nname = "A"\ncrisis = []\nemergency = []\n'
    )
    with pytest.raises(HelpUnusable, match="AA has no line"):
        open_help(Settings(help=path))
    with pytest.raises(HelpUnusable, match="QA_REGION names 'XX'.*US, UK, IE, EU"):
        open_help(Settings(region="XX"))
