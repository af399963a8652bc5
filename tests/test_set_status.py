"""`python -m qa status` as maintainers meet it."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from qa.build import build
from qa.config import Settings
from qa.publish import prune_snapshots
from qa.snapshot import current_id
from qa.statuses import read_statuses
from tests.command_line import Run
from tests.encoders import WordLengthEncoder
from tests.small_corpus import TMS


def test_a_status_is_set_and_listed(run: Run, settings: Settings) -> None:
    """
    It says what held before; `sources` shows what holds.
    """
    code, out, err = run("status", "ect.md", "withdrawn", "--why", "wrong dose", "--by", "R. M.")
    assert (0, "") == (code, out)
    assert "ect.md is withdrawn from the next answer on (was current)\n" == err
    standing = read_statuses(settings.index)["ect.md"]
    assert ("withdrawn", "R. M.", "wrong dose") == (standing.status, standing.by, standing.why)

    rows = {row["source"]: row["status"] for row in json.loads(run("sources", "--json")[1])}
    assert {
        "ect.md": "withdrawn",
        "tms.md": "current",
        "more/ketamine.txt": "current",
    } == rows
    (line,) = [x for x in run("sources")[1].splitlines() if x.startswith("ect.md")]
    assert "withdrawn" == line.split()[1]
    code, out, err = run("status", "ect.md", "current", "--why", "mended", "--json")
    assert (0, "") == (code, err)
    assert {"source": "ect.md", "before": "withdrawn", "status": "current"} == json.loads(out)


@pytest.mark.parametrize(
    ("source", "why", "said"),
    [
        ("etc.md", "b", "no article etc.md in .* Did you mean: ect.md"),
        ("/", "b", "no article / in .*List them with: python -m qa sources"),
        ("ect.md", "  ", "say why the status is set"),
    ],
)
def test_what_cannot_be_set_is_said(
    run: Run, settings: Settings, source: str, why: str, said: str
) -> None:
    """
    A slip in the name withdraws nothing in silence.
    """
    code, _, err = run("status", source, "withdrawn", "--why", why)

    assert 1 == code
    assert re.search(said, err)
    assert {} == read_statuses(settings.index)


def test_wrong_usage_ends_with_2(run: Run) -> None:
    """
    A status that is none, and one without a reason.
    """
    for arguments in (("ect.md", "gone", "--why", "b"), ("ect.md", "withdrawn")):
        with pytest.raises(SystemExit) as ended:
            run("status", *arguments)
        assert 2 == ended.value.code


def test_an_article_of_an_older_snapshot_can_be_withdrawn(run: Run, settings: Settings) -> None:
    """
    It could be gone back to, also when the live one is damaged.
    """
    first = current_id(settings.index)
    (settings.corpus / "tms.md").unlink()
    second = build(settings, WordLengthEncoder()).snapshot_id
    assert first is not None
    assert 0 == run("status", "tms.md", "withdrawn", "--why", "b")[0]
    shutil.rmtree(settings.index / second)
    assert 0 == run("status", "ect.md", "withdrawn", "--why", "b")[0]
    build(settings, WordLengthEncoder())
    prune_snapshots(settings.index, 0)

    code, _, err = run("status", "tms.md", "current", "--why", "b")
    assert 1 == code
    assert "no article tms.md in" in err


def test_what_its_own_file_withdraws_is_brought_back_there(run: Run, settings: Settings) -> None:
    """
    Its words are not in the index: no status could make them found.
    """
    text = TMS.replace("---\ntitle", "---\nstatus: withdrawn\ntitle", 1)
    (settings.corpus / "tms.md").write_text(text, "utf-8")
    build(settings, WordLengthEncoder())
    code, _, err = run("status", "tms.md", "current", "--why", "b")

    assert 1 == code
    assert "Change the status in the file, then run: python -m qa build" in err
    assert 0 == run("status", "tms.md", "withdrawn", "--why", "b")[0]
