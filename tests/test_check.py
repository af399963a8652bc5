"""Findings: what a maintainer is told about articles and index."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qa.build import build
from qa.check import check, check_documents
from qa.check.duplicates import near_duplicates
from qa.check.finding import Finding
from qa.check.report import check_page, check_text, fails
from qa.check.unfound import is_found, queries, unfound
from qa.check.wording import glued_words
from qa.config import Settings
from qa.engine import Engine
from qa.errors import QAError, SnapshotMissing
from qa.progress import Progress
from qa.records import Document, Metadata, Passage, Span
from qa.snapshot import current_id
from qa.statuses import set_status
from tests.dom import read
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, built_settings

TODAY = date(2024, 6, 1)  # before the review date of the small corpus
SENTENCE = "A course of treatment has about nine sessions and patients sleep during each of them."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small corpus, built."""
    return built_settings(tmp_path)


def found(settings: Settings, today: date = TODAY) -> list[tuple[str, str, str]]:
    return [(f.level, f.kind, f.source) for f in check(settings.corpus, settings.index, today)]


def document(source: str, text: str, **metadata: object) -> Document:
    fields: dict[str, object] = {"publisher": "P", "published": "2024-01-01", **metadata}
    return Document(source.ljust(16, "0"), source, text, Metadata("T", **fields))  # type: ignore[arg-type]


def passage(of: Document) -> Passage:
    return Passage(of.doc_id, of.doc_id, Span(0, len(of.text)), (), ())


def test_a_sound_corpus_has_no_findings(settings: Settings) -> None:
    """
    The checks below are not simply always red.
    """
    assert [] == found(settings)


def test_an_overdue_review_is_a_warning(settings: Settings) -> None:
    """
    The day comes as an argument; no clock is read.
    """
    assert [("warning", "overdue", "ect.md")] == found(settings, date(2025, 3, 2))


def test_refused_files_are_errors(settings: Settings) -> None:
    """
    The maintainer put an article there that no patient can be answered from.
    """
    (settings.corpus / "bad.md").write_text("")
    build(settings, WordLengthEncoder())

    assert [("error", "refused", "bad.md")] == found(settings)


def test_damage_is_an_error(settings: Settings) -> None:
    """
    One changed byte in any file of the live snapshot.
    """
    path = settings.index / str(current_id(settings.index)) / "tokens.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    assert [("error", "damaged", "")] == found(settings)


def test_a_corpus_that_moved_on_is_a_warning(settings: Settings) -> None:
    """
    Added, changed and removed since the live snapshot was built.
    """
    (settings.corpus / "ect.md").write_text(ECT.replace("nine", "ten"), "utf-8")
    (settings.corpus / "new.md").write_text("# New\n\nA new article with one sentence.\n")
    (settings.corpus / "tms.md").unlink()

    assert [
        ("warning", "changed", "ect.md"),
        ("warning", "added", "new.md"),
        ("warning", "removed", "tms.md"),
    ] == found(settings)


def test_without_articles_nothing_is_called_sound(settings: Settings) -> None:
    """
    A folder that is misspelt, is a file or is empty is an error, which names it and the way out.
    """
    folder = settings.corpus / "elsewhere"
    elsewhere = replace(settings, corpus=folder)
    with pytest.raises(QAError, match=rf"no corpus folder {folder}/.*--corpus"):
        found(elsewhere)
    folder.mkdir()
    with pytest.raises(QAError, match=rf"{folder}/ holds no articles.*--corpus"):
        found(elsewhere)
    folder.rmdir()
    folder.write_text("")
    with pytest.raises(QAError, match="is not a folder"):
        found(elsewhere)


def test_without_a_snapshot_there_is_nothing_to_check(tmp_path: Path) -> None:
    """
    The error says how to build one.
    """
    with pytest.raises(SnapshotMissing, match="python -m qa build"):
        check(tmp_path, tmp_path / "index", TODAY)


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"published": None}, "no_date"),
        ({"publisher": None}, "no_publisher"),
        ({"review_due": "2024-05"}, "overdue"),
        ({"published": "2024-06-02"}, "dates"),
        ({"reviewed": "2023-12-31"}, "dates"),
        ({"language": "qq"}, "language"),
    ],
)
def test_metadata_that_is_missing_or_late(metadata: dict[str, object], kind: str) -> None:
    """
    Each is a warning that names the article.
    """
    article = document("a.md", SENTENCE, **metadata)
    (finding,) = check_documents([article], [passage(article)], TODAY)

    assert ("warning", kind, "a.md") == (finding.level, finding.kind, finding.source)


def test_a_review_date_alone_is_date_enough() -> None:
    """
    Published or reviewed: either dates the article.
    """
    article = document("a.md", SENTENCE, published=None, reviewed="2024-01-01")
    assert [] == list(check_documents([article], [passage(article)], TODAY))


def test_pages_without_text_and_articles_without_passages() -> None:
    """
    Pages are listed; an article with nothing to quote is named unless it is withdrawn.
    """
    article = replace(document("a.pdf", SENTENCE), empty_pages=(2, 4))
    withdrawn = document("b.md", SENTENCE, status="withdrawn")
    findings = list(check_documents([article, withdrawn], [], TODAY))

    assert ["empty_pages", "no_passages"] == [f.kind for f in findings]
    assert "2, 4" in findings[0].message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It helps.The rest", ["helps.The"]),
        ("the overviewTreatment is", ["overviewTreatment"]),
        ("see example.org and www.Example.com/aB", []),
        ("PubMed, iPhone, McDonald, eGFR, e.g. this", []),
        ("at 5.30 or 1.1% of U.S. patients", []),
        ("x" * 40, ["x" * 40]),
        ("primer GCACGATGTACCTGAATCTGGCGGCGCTTGGATTCCTGG of Cancer.Net", []),
        ("the sha1 is f5bdf18567bb3760e1ce05008135f0270badbd5c", []),
        ("ease ofthe illness and inthe past", ["ofthe", "inthe"]),
        ("my iphoneApp, an iphoneApp, one iphoneApp", []),
        ("It is. The rest; all of it", []),
    ],
)
def test_glued_words(text: str, expected: list[str]) -> None:
    """
    Words and sentences that lost their space; not addresses, names or figures.
    """
    assert expected == glued_words(text)


def test_the_same_words_in_two_articles_are_near_duplicates() -> None:
    """
    One word of sixteen differs: 10 of 14 shingles would be too few, the same text is not.
    """
    first = document("a.md", SENTENCE)
    same = document("b.md", SENTENCE.upper().replace(".", "!"))
    other = document("c.md", "Something else is written here, with no word in the same order.")
    articles = [first, same, other]

    (finding,) = near_duplicates(articles, [passage(d) for d in articles])

    assert ("duplicate", "a.md") == (finding.kind, finding.source)
    assert "b.md" in finding.message


def test_near_means_four_of_five_shingles() -> None:
    """
    30 words give 26 shingles; one other last word leaves 25 of 27, one in the middle 21 of 31.
    """
    words = [chr(97 + i % 26) * (2 + i // 26) for i in range(30)]
    first = document("a.md", " ".join(words))
    last = document("b.md", " ".join([*words[:-1], "other"]))
    middle = document("c.md", " ".join([*words[:15], "other", *words[16:]]))

    near = near_duplicates([first, last], [passage(first), passage(last)])
    far = near_duplicates([first, middle], [passage(first), passage(middle)])

    assert (1, 0) == (len(near), len(far))


def test_an_article_may_repeat_itself() -> None:
    """
    Two passages of one article are not reported.
    """
    article = document("a.md", SENTENCE)
    assert [] == near_duplicates([article], [passage(article), passage(article)])


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"kind": "leaflet"}, "no_review_due"),
        ({"review_due": "2024-07-30"}, "due_soon"),
        ({"language": "de-AT"}, "language"),
    ],
)
def test_metadata_that_is_worth_knowing(metadata: dict[str, object], kind: str) -> None:
    """
    Each is a note: the article is as it should be.
    """
    article = document("a.md", SENTENCE, **metadata)
    (finding,) = check_documents([article], [passage(article)], TODAY)

    assert ("note", kind) == (finding.level, finding.kind)


@pytest.mark.parametrize(
    "metadata",
    [
        {"published": "2024", "reviewed": "2024-01-01"},
        {"reviewed": "2024-01", "review_due": "2026"},
        {"review_due": "2024-08-01"},
        {"kind": "trial"},
        {"language": "en-GB"},
        {"status": "withdrawn", "review_due": "2024-02"},
    ],
)
def test_metadata_that_agrees_is_not_spoken_of(metadata: dict[str, object]) -> None:
    """
    A year holds every day of it; 61 days are not soon; a withdrawn article is never due.
    """
    article = document("a.md", SENTENCE, **metadata)
    assert [] == list(check_documents([article], [passage(article)], TODAY))


def test_a_review_that_was_due_before_it_was_made() -> None:
    """
    Late, and wrong besides.
    """
    article = document("a.md", SENTENCE, reviewed="2024-02-01", review_due="2024-01")
    found = check_documents([article], [passage(article)], TODAY)

    assert ["dates", "overdue"] == [finding.kind for finding in found]


def test_a_withdrawn_article_may_read_badly() -> None:
    """
    Nobody is shown its text.
    """
    article = document("a.md", "It helps.The rest.", status="withdrawn")
    assert [] == list(check_documents([article], [], TODAY))


def test_a_finding_names_the_pages() -> None:
    """
    The glued word of page 2 and that of page 3, not the sound page 1.
    """
    text = "It is sound. It helps.The rest. They sleptWell then."
    article = replace(
        document("a.pdf", text), page_starts=(0, text.index("It helps"), text.index("They"))
    )
    (finding,) = check_documents([article], [passage(article)], TODAY)

    assert ("glued_words", (2, 3)) == (finding.kind, finding.pages)
    assert finding.message.endswith("(pages 2, 3)")


# ---------------------------------------------------------------- what no question finds


def test_each_passage_of_a_sound_index_is_found(settings: Settings) -> None:
    """
    By its own first sentence.
    """
    assert [] == unfound(Engine.open(settings, WordLengthEncoder(), reads=False), Progress())


def test_a_passage_that_is_not_in_the_search_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whatever is asked, the search leaves out the passage on ketamine.
    """
    engine = Engine.open(settings, WordLengthEncoder(), reads=False)
    search = engine.search
    monkeypatch.setattr(
        engine,
        "search",
        lambda query, k: [h for h in search(query, k) if "ketamine" not in h.document.source],
    )
    (finding,) = unfound(engine, Progress())

    assert ("warning", "unfound", "more/ketamine.txt") == (
        finding.level,
        finding.kind,
        finding.source,
    )
    assert "'Ketamine is given" in finding.message


def test_a_withdrawn_article_is_not_to_be_found(settings: Settings) -> None:
    """
    That no question finds it is as it should be.
    """
    engine = Engine.open(settings, WordLengthEncoder(), reads=False)
    documents = {
        doc_id: replace(d, metadata=replace(d.metadata, status="withdrawn"))
        for doc_id, d in engine.snapshot.documents.items()
    }
    withdrawn = engine.with_documents(documents)
    first = engine.snapshot.passages[0]

    assert not is_found(withdrawn, first, documents[first.doc_id])
    assert [] == unfound(withdrawn, Progress())


def test_a_passage_is_asked_for_by_its_sentences_and_its_heading(settings: Settings) -> None:
    """
    The title goes with the heading, which may be no more than "Side effects".
    """
    engine = Engine.open(settings, WordLengthEncoder(), reads=False)
    asked = [
        q for p in engine.snapshot.passages for q in queries(p, engine.snapshot.documents[p.doc_id])
    ]

    assert "No anaesthetic is needed." in asked
    assert "Electroconvulsive therapy Side effects" in asked


# ---------------------------------------------------------------- the report

FINDINGS = (
    Finding("error", "refused", "z.pdf", "it has no text layer"),
    Finding("warning", "overdue", "a.md", "its review was due"),
    Finding("warning", "glued_words", "z.pdf", "words <b>run</b> together: '\x1b[31m'", (2,)),
    Finding("note", "table", "b.md", "a table that lost its rows"),
    Finding("warning", "added", "", "an article more"),
)


def test_the_report_is_grouped_by_article() -> None:
    """
    The index first, then the article with the worst finding; nothing steers the terminal.
    """
    lines = check_text(FINDINGS).splitlines()
    heads = [line for line in lines[:-1] if not line.startswith(" ")]

    assert ["the index as a whole", "z.pdf", "a.md", "b.md"] == heads
    assert "1 error, 3 warnings, 1 note" == lines[-1]
    assert "\x1b" not in "".join(lines)


def test_the_page_shows_words_not_markup() -> None:
    """
    Words of an article stay words.
    """
    html = check_page(FINDINGS, "s" * 16, "2024-06-01")
    text = read(html.partition("\n")[2]).text

    assert "words <b>run</b> together" in text
    assert "1 error, 3 warnings, 1 note, on 2024-06-01." in text
    assert "<script" not in html


@pytest.mark.parametrize(
    ("worst", "expected"),
    [
        ("error", [True, True, True]),
        ("warning", [False, True, True]),
        ("note", [False, False, True]),
    ],
)
def test_what_makes_the_command_fail(worst: str, expected: list[bool]) -> None:
    """
    What is as bad as was asked for, or worse.
    """
    findings = [Finding(worst, "k", "a.md", "m")]
    assert expected == [fails(findings, level) for level in ("error", "warning", "note")]


def test_a_status_that_was_set_holds_here_too(settings: Settings) -> None:
    """
    A withdrawn article is never overdue; a damaged list of statuses is an error, not a crash.
    """
    set_status(settings.index, "ect.md", "withdrawn", "ana", "a mistake in it")
    assert [] == found(settings, date(2025, 3, 2))

    for path in settings.index.glob("statuses*"):
        path.write_text("{")
    assert ("error", "statuses", "") in found(settings)


def test_a_withdrawn_article_may_be_a_copy() -> None:
    """
    It is often withdrawn because it is one.
    """
    copy = document("b.md", SENTENCE, status="withdrawn")
    first = document("a.md", SENTENCE)
    assert [] == near_duplicates([first, copy], [passage(first), passage(copy)])
