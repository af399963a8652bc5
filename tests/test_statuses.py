"""qa.statuses: what was set holds, whatever happens to one of the two files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.records import Document, Metadata
from qa.statuses import (
    COPY,
    NAME,
    StatusesDamaged,
    load_statuses,
    read_statuses,
    set_status,
    stamp_of,
    with_statuses,
)


def withdrawn(index: Path) -> list[str]:
    return [s for s, standing in read_statuses(index).items() if standing.status == "withdrawn"]


def document(source: str, status: str = "current", record: str | None = None) -> Document:
    name = f"{source}{record}".ljust(16, "0")
    return Document(name, source, "A.", Metadata("T", status=status), record_id=record)


def test_nothing_set_is_nothing(tmp_path: Path) -> None:
    """
    Neither a file nor a folder is needed.
    """
    assert {} == read_statuses(tmp_path)
    assert {} == read_statuses(tmp_path / "none")
    assert () == stamp_of(tmp_path)


def test_what_was_set_is_read_with_who_when_and_why(tmp_path: Path) -> None:
    """
    The last status of an article holds; the others stay.
    """
    before = datetime.now(UTC) - timedelta(seconds=1)
    set_status(tmp_path / "index", "ect.md", "withdrawn", "Zoë", "wrong dose\n“two”")
    set_status(tmp_path / "index", "more/tms.md", "superseded", "b", "newer one")
    set_status(tmp_path / "index", "ect.md", "current", "c", "corrected")
    set_status(tmp_path / "index", "ect.md", "withdrawn", "Zoë", "wrong dose\n“two”")
    standings = read_statuses(tmp_path / "index")
    ect = standings["ect.md"]

    assert ["ect.md", "more/tms.md"] == sorted(standings)
    assert ("withdrawn", "Zoë", "wrong dose\n“two”") == (ect.status, ect.by, ect.why)
    assert before <= ect.at <= datetime.now(UTC)
    assert "superseded" == standings["more/tms.md"].status


def test_a_status_that_is_none_is_refused(tmp_path: Path) -> None:
    """
    A slip must not leave an article as it is in silence.
    """
    with pytest.raises(QAError, match="'gone' is no status"):
        set_status(tmp_path, "ect.md", "gone", "a", "b")
    assert {} == read_statuses(tmp_path)


def test_every_change_shows_in_the_stamp(tmp_path: Path) -> None:
    """
    Also the same status set again, and a file that is gone.
    """
    stamps = [stamp_of(tmp_path)]
    for _ in range(3):
        set_status(tmp_path, "ect.md", "withdrawn", "a", "b")
        stamps.append(stamp_of(tmp_path))
    (tmp_path / NAME).unlink()
    stamps.append(stamp_of(tmp_path))

    assert 5 == len(set(stamps))


# ---------------------------------------------------------------- damage


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_article(path: Path) -> None:
    """Well-formed, and another article is withdrawn."""
    path.write_text(path.read_text("utf-8").replace("ect.md", "tms.md"), "utf-8")


def not_the_form(path: Path) -> None:
    path.write_text('{"format": 1, "statuses": ["ect.md"]}', "utf-8")


def to_come(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace('"format": 1', '"format": 9'), "utf-8")


WAYS = [cut, empty, other_article, not_the_form, to_come, Path.unlink]


@pytest.mark.parametrize("damage", WAYS)
@pytest.mark.parametrize("name", [NAME, COPY])
def test_one_damaged_file_loses_nothing(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    """
    The other holds all that was set; if it has to stand in, that is said; setting mends both.
    """
    set_status(tmp_path, "tms.md", "superseded", "a", "b")
    set_status(tmp_path, "ect.md", "withdrawn", "a", "b")
    damage(tmp_path / name)
    found = load_statuses(tmp_path)

    assert ["ect.md"] == withdrawn(tmp_path)
    assert (name == NAME) == (found.problem is not None)
    set_status(tmp_path, "ketamine.md", "withdrawn", "a", "b")
    assert load_statuses(tmp_path).problem is None
    assert (tmp_path / NAME).read_bytes() == (tmp_path / COPY).read_bytes()
    assert ["ect.md", "ketamine.md"] == withdrawn(tmp_path)


@pytest.mark.parametrize("damage", WAYS[:-1])
def test_two_damaged_files_are_an_error(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """
    What is withdrawn is not known then, and nothing is set on top of it.
    """
    set_status(tmp_path, "ect.md", "withdrawn", "a", "b")
    for name in (NAME, COPY):
        damage(tmp_path / name)

    with pytest.raises(StatusesDamaged, match="not known which articles are withdrawn"):
        read_statuses(tmp_path)
    with pytest.raises(StatusesDamaged):
        set_status(tmp_path, "tms.md", "withdrawn", "a", "b")


def test_no_flipped_bit_changes_what_is_withdrawn(tmp_path: Path) -> None:
    """
    Of the one file that is left, each byte in turn: it is refused, or says the same.
    """
    set_status(tmp_path, "ect.md", "withdrawn", "a", "b")
    (tmp_path / COPY).unlink()
    path = tmp_path / NAME
    whole, known = path.read_bytes(), read_statuses(tmp_path)
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert known == read_statuses(tmp_path)
        except StatusesDamaged:
            refused += 1

    assert refused > len(whole) / 2


@pytest.mark.parametrize("writes", [0, 1])
def test_a_crash_while_setting_leaves_what_was_set_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """
    After none or one of the two writes; the error says that the new status may not hold.
    """
    from qa import statuses

    set_status(tmp_path, "ect.md", "withdrawn", "a", "b")
    really, left = statuses.write_durably, [True] * writes

    def fail(path: Path, data: bytes) -> None:
        if not left:
            raise OSError(28, "No space left on device")
        left.pop()
        really(path, data)

    monkeypatch.setattr(statuses, "write_durably", fail)
    with pytest.raises(QAError, match=r"No space left on device\. The status of tms\.md may not"):
        set_status(tmp_path, "tms.md", "withdrawn", "a", "b")

    assert ["ect.md"] == withdrawn(tmp_path)


def test_several_who_set_at_once_lose_nothing(tmp_path: Path) -> None:
    """
    Each reads what the others have written.
    """
    sources = [f"{number}.md" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda s: set_status(tmp_path, s, "withdrawn", "a", "b"), sources))

    assert sorted(sources) == sorted(withdrawn(tmp_path))


# ---------------------------------------------------------------- applying


def test_a_status_replaces_that_of_the_document(tmp_path: Path) -> None:
    """
    By source, in any snapshot; text and everything else stay.
    """
    set_status(tmp_path, "ect.md", "withdrawn", "a", "b")
    set_status(tmp_path, "old.md", "current", "a", "b")
    documents = [document("ect.md"), document("tms.md"), document("old.md", "superseded")]
    found = with_statuses({d.doc_id: d for d in documents}, read_statuses(tmp_path))

    assert ["withdrawn", "current", "current"] == [d.metadata.status for d in found.values()]
    assert [d.text for d in documents] == [d.text for d in found.values()]
    assert found[documents[1].doc_id] is documents[1]


def test_what_a_file_withdraws_itself_is_not_brought_back(tmp_path: Path) -> None:
    """
    An old "current" must not beat the newer word in the article's own file.
    """
    set_status(tmp_path, "ect.md", "current", "a", "b")
    own = document("ect.md", "withdrawn")

    assert {"x": own} == with_statuses({"x": own}, read_statuses(tmp_path))


def test_one_line_of_a_file_or_all_of_them(tmp_path: Path) -> None:
    """
    `path#id` means one line, `path` the others.
    """
    lines = {name: document("bulk.jsonl", record=name) for name in "abc"}
    set_status(tmp_path, "bulk.jsonl#b", "withdrawn", "a", "b")
    one = with_statuses(lines, read_statuses(tmp_path))
    set_status(tmp_path, "bulk.jsonl", "superseded", "a", "b")
    every = with_statuses(lines, read_statuses(tmp_path))

    assert ["current", "withdrawn", "current"] == [d.metadata.status for d in one.values()]
    assert ["superseded", "withdrawn", "superseded"] == [d.metadata.status for d in every.values()]
