"""A folder in BEIR's form: what is measured, what is left alone, what is refused."""

from __future__ import annotations

import json
import random
from functools import partial
from pathlib import Path

import pytest

from qa.errors import QAError
from qa.evaluate.beir import one_ranking
from qa.evaluate.beir_folder import read_judged
from qa.fuse import reciprocal_rank_fusion
from qa.records import Document, Hit, Metadata, Passage, SearchHit, Span
from qa.snapshot import current_id
from tests.command_line import Run, runner
from tests.small_corpus import built_settings

DOCUMENTS = {
    "d1": "Ketamine is given as a slow drip into a vein.",
    "d2": "Magnetic stimulation is given five days a week.",
    "d 3": "Walking in the morning light helps people to sleep.",
}
QUERIES = {"q1": "ketamine drip", "q2": "morning light and sleep", "q9": "never judged"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, three queries; two of them judged, and one that is not there."""
    folder = tmp_path / "beir"
    folder.mkdir()
    write_lines(
        folder / "corpus.jsonl",
        [{"_id": i, "title": "", "text": text} for i, text in DOCUMENTS.items()],
    )
    write_lines(folder / "queries.jsonl", [{"_id": i, "text": t} for i, t in QUERIES.items()])
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td 3\t2\nq2\td2\t0\nq3\td2\t1\n"
    )
    return folder


def write_lines(path: Path, values: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), "utf-8")


@pytest.fixture
def run(
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Measures the folder with the toy encoder; code, output, errors."""
    options = ["--beir", str(folder), "--out", str(tmp_path / "out")]
    return partial(runner(options, monkeypatch, capsys), "eval")


def test_each_stage_is_measured_over_all_judged_queries(run: Run, tmp_path: Path) -> None:
    """
    Two of three judged queries are found first, the third has no text and scores 0: 2/3.
    """
    code, out, _ = run("--json", "-q")
    found = json.loads(out)

    assert 0 == code
    assert (3, 3, 1) == (found["documents"], found["queries"], found["missing_queries"])
    assert ["search", "dense", "lexical"] == list(found["means"])
    for stage in ("search", "lexical"):
        assert pytest.approx(2 / 3) == found["means"][stage]["nDCG@10"]
        assert pytest.approx(2 / 3) == found["means"][stage]["R@100"]
    lines = (tmp_path / "out" / "beir.trec").read_text("utf-8").splitlines()
    assert {"q1", "q2"} == {line.split()[0] for line in lines}
    assert "d%203" in [line.split()[2] for line in lines if line.startswith("q2 Q0")][:1]


def test_people_read_a_row_a_stage(run: Run) -> None:
    """
    The missing query is said.
    """
    _, out, err = run()
    assert "3 documents, 3 judged queries, 1 of them without a text (they score 0)\n" in out
    assert "search   0.6667" in out
    assert "Searching: 2" in err


def test_an_index_is_kept_where_one_is_named(run: Run, tmp_path: Path) -> None:
    """
    The second time nothing is embedded anew.
    """
    index = tmp_path / "kept"
    first = run("--index", str(index), "--json")
    live = current_id(index)
    second = run("--index", str(index), "--json")

    assert live == current_id(index)
    assert json.loads(first[1]) == json.loads(second[1])
    assert "Embedding passages: 3" in first[2]
    assert "Embedding passages" not in second[2]


def test_the_index_of_the_articles_is_never_replaced(run: Run, tmp_path: Path) -> None:
    """
    A snapshot of other sources stays live.
    """
    settings = built_settings(tmp_path)
    live = current_id(settings.index)
    code, _, err = run("--index", str(settings.index))

    assert 1 == code
    assert "is the index of other articles" in err
    assert live == current_id(settings.index)


def test_judgements_may_stand_in_a_folder_without_a_heading(folder: Path) -> None:
    """
    qrels/test.tsv, carriage returns, a byte-order mark.
    """
    (folder / "qrels.tsv").unlink()
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_bytes(b"\xef\xbb\xbfq1\td1\t1\r\nq2\td 3\t1\r\n\r\n")
    judged = read_judged(folder)

    assert {"q1": {"d1": 1}, "q2": {"d%203": 1}} == judged.qrels
    assert 0 == judged.missing


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("corpus.jsonl", None, r"has no corpus\.jsonl"),
        ("queries.jsonl", None, r"has no queries\.jsonl"),
        ("qrels.tsv", None, r"has neither qrels\.tsv nor qrels/test\.tsv"),
        ("queries.jsonl", "{}\n", r"queries\.jsonl, line 1 is not a query"),
        ("queries.jsonl", '\n{"_id": "q1"}\n', r"queries\.jsonl, line 2"),
        (
            "queries.jsonl",
            '{"_id": "q1", "text": 1}\n',
            r"line 1: the _id must be text or a number and the text must",
        ),
        (
            "queries.jsonl",
            '{"_id": "q1", "text": "a"}\n' * 2,
            r"queries\.jsonl: the _id 'q1' is there 2 times",
        ),
        ("queries.jsonl", '{"_id": "x", "text": "a"}\n', r"no query of .* is judged in"),
        ("qrels.tsv", "q1 d1 1\n", r"qrels\.tsv, line 1 is not a judgement"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tyes\n", r"qrels\.tsv, line 2"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", r"holds no judgement"),
        ("qrels.tsv", b"\xff", r"is not UTF-8"),
    ],
)
def test_a_folder_of_another_form_is_refused(
    folder: Path, name: str, text: str | bytes | None, said: str
) -> None:
    """
    What is wrong, in which file and line, before anything is built.
    """
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(QAError, match=said):
        read_judged(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """
    With what it should hold.
    """
    with pytest.raises(QAError, match=r"there is no folder .*nowhere.*corpus\.jsonl"):
        read_judged(tmp_path / "nowhere")


def test_a_corpus_that_cannot_be_read_is_named(run: Run, folder: Path) -> None:
    """
    By its own path, not by that of the copy that is indexed.
    """
    (folder / "corpus.jsonl").write_text("nonsense\n")
    code, _, err = run()
    assert 1 == code
    assert f"error: {folder / 'corpus.jsonl'} cannot be indexed." in err


@pytest.mark.parametrize("seed", range(2))
def test_one_ranking_is_that_ranking(seed: int) -> None:
    """
    Its best `k` come out in their order, though what stands in both lists goes first when joined.
    """
    shared = [f"both{n}" for n in range(700)]
    lists = {}
    for stage in ("dense", "lexical"):
        random.Random(seed).shuffle(shared)
        lists[stage] = [f"{stage}{n}" for n in range(100)] + shared[:]

    for stage, ranked in lists.items():
        for k in (1, 10, 100):
            found = one_ranking(lambda _, most: joined(lists, most), stage)("", k)
            assert ranked[:k] == [hit.hit.passage_id for hit in found]


def joined(lists: dict[str, list[str]], k: int) -> list[SearchHit]:
    """What a search makes of two rankings, each read `k` deep."""
    document = Document("d", "d.md", "", Metadata("D"))
    passage = Passage("p", "d", Span(0, 0), (), ())
    hits = {
        stage: {name: Hit(name, rank, 1 / rank) for rank, name in enumerate(ranked[:k], start=1)}
        for stage, ranked in lists.items()
    }
    return [
        SearchHit(
            hit,
            passage,
            document,
            hits["dense"].get(hit.passage_id),
            hits["lexical"].get(hit.passage_id),
        )
        for hit in reciprocal_rank_fusion([list(hits["dense"]), list(hits["lexical"])], k)
    ]
