"""Builds: what is made and published, bad files refused, reports that are true."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qa.build import BuildReport, build
from qa.config import Settings
from qa.corpus import Changes
from qa.errors import QAError
from qa.intake import NothingRead
from qa.progress import Progress
from qa.snapshot import current_id, open_snapshot, verify_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, TMS


def test_a_first_build_reports_and_publishes(unbuilt: Settings) -> None:
    """
    Three articles, one of them in a folder with a sidecar; all of it is live.
    """
    report = build(unbuilt, WordLengthEncoder())
    snapshot = open_snapshot(unbuilt.index)

    assert Changes(added=("ect.md", "more/ketamine.txt", "tms.md")) == report.changes
    assert (3, 3, True) == (report.documents, report.sources_read, report.published)
    assert report.passages == report.passages_encoded == len(snapshot.passages)
    assert report.snapshot_id == snapshot.snapshot_id
    titles = [d.metadata.title for d in snapshot.documents.values()]
    assert ["Electroconvulsive therapy", "Ketamine", "Magnetic stimulation"] == titles


def test_an_unpublished_build_leaves_the_live_one(settings: Settings) -> None:
    """
    The new snapshot is there and whole, but nobody is answered from it.
    """
    live = str(current_id(settings.index))
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    report = build(settings, WordLengthEncoder(), publish=False)

    assert (live, False) == (current_id(settings.index), report.published)
    assert [] == verify_snapshot(settings.index, report.snapshot_id)


def test_other_settings_give_another_id(settings: Settings) -> None:
    """
    The passage size and the encoder are part of what a snapshot is.
    """
    ids = [
        build(settings, WordLengthEncoder()).snapshot_id,
        build(replace(settings, passage_tokens=10), WordLengthEncoder()).snapshot_id,
        build(settings, WordLengthEncoder(dim=128)).snapshot_id,
    ]
    assert 3 == len(dict.fromkeys(ids))


def test_settings_that_do_not_matter_give_the_same_id(settings: Settings) -> None:
    """
    Where the chat listens changes no snapshot.
    """
    first = build(settings, WordLengthEncoder()).snapshot_id
    other = replace(settings, port=1234, clinic="Elsewhere", depth=7)

    assert first == build(other, WordLengthEncoder()).snapshot_id


def test_bad_files_are_refused_and_the_rest_is_built(unbuilt: Settings) -> None:
    """
    Each has its name, a reason and advice; the good articles are live.
    """
    (unbuilt.corpus / "empty.md").write_text("")
    (unbuilt.corpus / "picture.png").write_bytes(b"\x89PNG")
    (unbuilt.corpus / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    report = build(unbuilt, WordLengthEncoder())

    assert ["broken.pdf", "empty.md", "picture.png"] == [r.source for r in report.refused]
    assert all(r.reason and r.advice for r in report.refused)
    assert 3 == report.documents
    assert 3 == len(report.changes.added)


def test_a_live_article_that_breaks_is_refused_not_removed(settings: Settings) -> None:
    """
    The report says that the file is there and why it is out.
    """
    (settings.corpus / "tms.md").write_text("")
    report = build(settings, WordLengthEncoder())

    assert ["tms.md"] == [r.source for r in report.refused]
    assert ((), ()) == (report.changes.removed, report.changes.changed)
    sources = [d.source for d in open_snapshot(settings.index).documents.values()]
    assert ["ect.md", "more/ketamine.txt"] == sources


def test_the_second_of_two_equal_files_is_refused(settings: Settings) -> None:
    """
    They would share one id; the reason names the other one.
    """
    (settings.corpus / "copy.md").write_text(ECT, "utf-8")
    report = build(settings, WordLengthEncoder())

    (refusal,) = report.refused
    assert "ect.md" == refusal.source
    assert "it has exactly the same content as copy.md" == refusal.reason


def test_each_line_of_a_jsonl_file_is_a_document(settings: Settings) -> None:
    """
    Its run id is the `_id` of its line.
    """
    lines = [
        {"_id": f"r{i}", "title": f"Record {i}", "text": f"Record number {i} says its own thing."}
        for i in range(3)
    ]
    (settings.corpus / "bulk.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    build(settings, WordLengthEncoder())
    documents = open_snapshot(settings.index).documents.values()

    assert ["r0", "r1", "r2"] == [d.run_id for d in documents if d.source == "bulk.jsonl"]


def test_a_withdrawn_article_has_no_passages(settings: Settings) -> None:
    """
    It is kept for the record and can never be found or quoted.
    """
    path = settings.corpus / "tms.md"
    path.write_text(TMS.replace("---\ntitle", "---\nstatus: withdrawn\ntitle", 1), "utf-8")
    build(settings, WordLengthEncoder())
    snapshot = open_snapshot(settings.index)

    withdrawn = [d for d in snapshot.documents.values() if d.metadata.status == "withdrawn"]
    assert ["tms.md"] == [d.source for d in withdrawn]
    assert withdrawn[0].doc_id not in [p.doc_id for p in snapshot.passages]


def test_a_corpus_of_withdrawn_articles_is_an_error(settings: Settings) -> None:
    """
    An index without a passage could only be silent; the old one stays.
    """
    live = str(current_id(settings.index))
    for path in sorted(settings.corpus.rglob("*.*")):
        path.unlink()
    (settings.corpus / "a.md").write_text(
        TMS.replace("---\ntitle", "---\nstatus: withdrawn\ntitle", 1)
    )
    with pytest.raises(QAError, match="all are withdrawn"):
        build(settings, WordLengthEncoder())
    assert live == current_id(settings.index)


def test_nothing_readable_keeps_the_old_snapshot(settings: Settings) -> None:
    """
    The error lists each file with its reason; what was live stays live.
    """
    live = str(current_id(settings.index))
    for path in sorted(settings.corpus.rglob("*.*")):
        path.write_text("")
    with pytest.raises(NothingRead, match=r"could be read:\n  ect\.md: ") as caught:
        build(settings, WordLengthEncoder())

    assert ["ect.md", "more/ketamine.txt", "tms.md"] == [r.source for r in caught.value.refused]
    assert live == current_id(settings.index)
    assert [] == verify_snapshot(settings.index)


def test_an_empty_corpus_is_a_clear_error(tmp_path: Path) -> None:
    """
    A folder without articles says so; a missing one is named before an index is made.
    """
    (tmp_path / "corpus").mkdir()
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    with pytest.raises(NothingRead, match="holds no articles"):
        build(settings, WordLengthEncoder())
    missing = replace(settings, corpus=tmp_path / "missing", index=tmp_path / "other")
    with pytest.raises(QAError, match="there is no corpus folder"):
        build(missing, WordLengthEncoder())
    assert not missing.index.exists()


def test_pages_without_text_are_listed(unbuilt: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The report names source and pages, counted from 1.
    """
    from qa import intake as module

    real = module.read_sources

    def with_empty_pages(*args: object) -> object:
        for outcome in real(*args):  # type: ignore[arg-type]
            yield [replace(d, empty_pages=(2, 5)) for d in outcome]  # type: ignore[union-attr]

    monkeypatch.setattr(module, "read_sources", with_empty_pages)
    report = build(unbuilt, WordLengthEncoder())

    assert ("ect.md", (2, 5)) == (report.empty_pages[0].source, report.empty_pages[0].pages)


def test_progress_reaches_the_end_of_each_stage(unbuilt: Settings) -> None:
    """
    Two stages, each told its total and then its steps in order.
    """

    class Recorder(Progress):
        def __init__(self) -> None:
            self.stages: list[tuple[str, int]] = []
            self.reached: list[list[int]] = []

        def start(self, label: str, total: int) -> None:
            self.stages.append((label, total))
            self.reached.append([])

        def reach(self, done: int) -> None:
            self.reached[-1].append(done)

    recorder = Recorder()
    report = build(unbuilt, WordLengthEncoder(), recorder)

    assert [("Reading articles", 3), ("Embedding passages", report.passages)] == recorder.stages
    assert [[1, 2, 3], list(range(1, report.passages + 1))] == recorder.reached


def test_a_report_can_be_written_as_json(settings: Settings) -> None:
    """
    Every field is plain data.
    """
    from dataclasses import asdict

    report = build(settings, WordLengthEncoder())
    again = json.loads(json.dumps(asdict(report)))
    assert report.snapshot_id == again["snapshot_id"]
    assert isinstance(report, BuildReport)
