"""The commands that make, list, check and prove what is in the index, as their users meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from qa.build import build
from qa.config import Settings
from qa.snapshot import current_id, snapshot_ids
from tests.command_line import Run
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, QUESTION


def edition(settings: Settings, number: int) -> str:
    text = ECT.replace("nine", f"nine ({number})")
    (settings.corpus / "ect.md").write_text(text, "utf-8")
    return build(settings, WordLengthEncoder()).snapshot_id


# ---------------------------------------------------------------- build


def test_build_says_what_changed_and_what_is_live(run: Run, settings: Settings) -> None:
    """
    For people, on standard error.
    """
    (settings.corpus / "new.md").write_text("# New\n\nA new article has one sentence.\n")
    (settings.corpus / "bad.md").write_text("")
    code, out, err = run("build")

    assert (0, "") == (code, out)
    assert "added     new.md\n" in err
    assert "refused   bad.md: " in err
    assert "1 added, 0 changed, 0 removed, 3 unchanged, 1 refused" in err
    assert f"snapshot {current_id(settings.index)} is live" in err


def test_build_json_is_the_report(run: Run, settings: Settings) -> None:
    """
    For machines, on standard output.
    """
    code, out, _ = run("build", "--json", "--no-publish", "--clean")
    report = json.loads(out)

    assert (0, False, 3, 3) == (
        code,
        report["published"],
        report["documents"],
        report["sources_read"],
    )


def test_a_quiet_build_says_nothing(run: Run) -> None:
    """
    Only errors are worth a mail from the night's build.
    """
    assert (0, "", "") == run("build", "-q")


def test_a_build_that_can_read_nothing_ends_with_1(run: Run, settings: Settings) -> None:
    """
    The old snapshot stays live; each file is named with its reason.
    """
    live = current_id(settings.index)
    for path in settings.corpus.rglob("*.*"):
        path.write_text("")
    code, out, err = run("build", "--json")

    assert (1, "") == (code, out)
    assert "error: nothing in " in err
    assert "tms.md: " in err
    assert live == current_id(settings.index)


def test_a_missing_corpus_ends_with_1(run: Run, tmp_path: Path) -> None:
    """
    Before the encoder is opened.
    """
    code, _, err = run("build", "--corpus", str(tmp_path / "nowhere"))

    assert 1 == code
    assert "there is no corpus folder" in err


# ---------------------------------------------------------------- the rest


def test_sources_lists_the_articles(run: Run) -> None:
    """
    Status, dates and passages; overdue reviews are marked.
    """
    code, out, _ = run("sources", "--json")
    rows = {row["source"]: row for row in json.loads(out)}

    assert 0 == code
    assert ["ect.md", "more/ketamine.txt", "tms.md"] == list(rows)
    assert rows["ect.md"]["overdue"]
    assert not rows["tms.md"]["overdue"]
    assert "2025-03-01 OVERDUE" in run("sources")[1]


def test_check_ends_with_1_on_errors_only(run: Run, settings: Settings) -> None:
    """
    The overdue article is a warning; a damaged file is an error.
    """
    code, out, _ = run("check")
    assert 0 == code
    assert "0 errors, 1 warning, 0 notes" in out

    path = settings.index / str(current_id(settings.index)) / "tokens.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    code, out, _ = run("check", "--json")
    assert 1 == code
    assert "damaged" == json.loads(out)[0]["kind"]


def test_check_ends_with_1_where_there_are_no_articles(run: Run, settings: Settings) -> None:
    """
    A pipeline that names the wrong folder must not go on as if all were well.
    """
    shutil.rmtree(settings.corpus)
    code, out, err = run("check", "--fail-on", "error")
    assert (1, "") == (code, out)
    assert f"there is no corpus folder {settings.corpus}/" in err


def test_snapshots_use_and_prune(run: Run, settings: Settings) -> None:
    """
    List, go back by a prefix, delete the rest.
    """
    old = str(current_id(settings.index))
    new = edition(settings, 1)
    listed = json.loads(run("snapshots", "--json")[1])
    assert [(new, True), (old, False)] == [(row["id"], row["live"]) for row in listed]
    assert "live" in run("snapshots")[1]

    code, out, _ = run("use", old[:6], "--json")
    assert (0, {"live": old}) == (code, json.loads(out))
    assert old == current_id(settings.index)

    code, out, _ = run("prune", "--keep", "0", "--json")
    assert (0, {"deleted": [new]}) == (code, json.loads(out))
    assert [old] == snapshot_ids(settings.index)
    cache = settings.index / ".cache" / "uses"
    assert [f"{old}.json"] == [path.name for path in cache.iterdir()]


def test_a_snapshot_of_another_format_is_listed_and_not_called_damaged(
    run: Run, settings: Settings
) -> None:
    """
    It is whole: another version wrote it.
    """
    path = settings.index / str(current_id(settings.index)) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"format": 2', '"format": 1'), "utf-8")
    code, out, _ = run("snapshots")
    assert (0, 2) == (code, out.count("unreadable"))
    assert "damaged" not in out


def test_using_what_is_not_there_ends_with_1(run: Run, settings: Settings) -> None:
    """
    What there is is listed.
    """
    code, _, err = run("use", "ffff")
    assert 1 == code
    assert str(current_id(settings.index)) in err


def test_verify_ends_with_1_unless_all_is_proved(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    """
    An answer of today is proved; after an edit of its source it is not.
    """
    receipt = tmp_path / "answer.json"
    receipt.write_text(run("ask", "--json", QUESTION)[1], "utf-8")
    code, out, _ = run("verify", str(receipt))
    assert 0 == code
    assert "proved: stands word for word in ect.md" in out

    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    code, out, _ = run("verify", str(receipt), "--json")
    assert 1 == code
    assert "source_changed" in [quote["verdict"] for quote in json.loads(out)["quotes"]]
