"""qa.says: labels that can be relied on, over a corpus of a few sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.says import denied, other_figure
from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.says import Relation, says
from tests.encoders import WordLengthEncoder

ONE = """---
title: Electroconvulsive therapy
publisher: Example Clinic
published: 2024-03-01
---
# Electroconvulsive therapy

Electroconvulsive therapy is considered safe. A full course has nine sessions.
Gaps in memory are temporary. What does electroconvulsive therapy cost?
"""
TWO = """---
title: Ketamine
publisher: Example Hospital
published: 2022-01-15
---
# Ketamine

Ketamine infusions work within two hours. Ketamine infusions are given in a clinic.
"""

DENIED = "Unlike electroconvulsive therapy, magnetic stimulation does not cause memory loss."
THREE = f"""---
title: Magnetic stimulation
publisher: Example Hospital
published: 2023-01-15
---
# Magnetic stimulation

{DENIED} It is given to people who are awake.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Two articles, nothing reads."""
    return engine_of(tmp_path_factory.mktemp("says"), {"ect.md": ONE, "ketamine.md": TWO})


def engine_of(folder: Path, articles: dict[str, str]) -> Engine:
    (folder / "corpus").mkdir()
    for name, text in articles.items():
        (folder / "corpus" / name).write_text(text, "utf-8")
    settings = Settings(corpus=folder / "corpus", index=folder / "index")
    build(settings, WordLengthEncoder())
    return Engine.open(settings, WordLengthEncoder(), reads=False)


def labels(engine: Engine, sentence: str) -> dict[str, Relation]:
    return {said.quote.text: said.relation for said in says(engine, sentence)}


@pytest.mark.parametrize(
    ("statement", "sentence", "relation"),
    [
        (
            "Electroconvulsive therapy is safe.",
            "Electroconvulsive therapy is considered safe.",
            Relation.SAME,
        ),
        (
            "Electroconvulsive therapy is not safe.",
            "Electroconvulsive therapy is considered safe.",
            Relation.OPPOSITE,
        ),
        (
            "Gaps in memory are permanent.",
            "Gaps in memory are temporary.",
            Relation.OPPOSITE,
        ),
        (
            "Ketamine infusions work within 2 hours.",
            "Ketamine infusions work within two hours.",
            Relation.SAME,
        ),
        (
            "Ketamine infusions work after six weeks.",
            "Ketamine infusions work within two hours.",
            Relation.FIGURE,
        ),
        (
            "Ketamine infusions are given in a garden.",
            "Ketamine infusions are given in a clinic.",
            Relation.SPEAKS,
        ),
    ],
)
def test_labels(engine: Engine, statement: str, sentence: str, relation: Relation) -> None:
    """
    The words, the figures, the treatment and the "not" decide.
    """
    assert relation == labels(engine, statement).get(sentence)


@pytest.mark.parametrize(
    ("statement", "relation"),
    [
        ("Magnetic stimulation causes memory loss.", Relation.OPPOSITE),
        ("Electroconvulsive therapy causes memory loss.", Relation.SPEAKS),
        ("Brain stimulation causes memory loss.", Relation.SPEAKS),  # of one kind it is denied
        ("The pill causes memory loss.", Relation.SPEAKS),
        ("This causes memory loss.", Relation.OPPOSITE),  # whatever "this" is
    ],
)
def test_a_denial_about_another_treatment_is_no_opposite(
    tmp_path: Path, statement: str, relation: Relation
) -> None:
    """
    The sentence names two treatments, and denies it of one; what it compares with is not denied.
    """
    engine = engine_of(tmp_path, {"ect.md": ONE, "ketamine.md": TWO, "tms.md": THREE})
    assert relation == labels(engine, statement).get(DENIED)


def test_a_statement_on_another_treatment_is_not_supported(engine: Engine) -> None:
    """
    What is said of one treatment supports nothing about another.
    """
    assert "Ketamine infusions work within two hours." not in labels(
        engine, "Lithium tablets work within two hours."
    )


def test_quotes_are_verbatim_and_strongest_first(engine: Engine) -> None:
    """
    Each is a slice of its document; questions are never given.
    """
    found = says(engine, "Ketamine infusions work within two hours.")
    places = [list(Relation).index(said.relation) for said in found]
    assert sorted(places) == places
    for said in found:
        assert said.quote.span.of(said.quote.document.text) == said.quote.text
        assert not said.quote.text.endswith("?")
        assert 0 <= said.score <= 1


def test_what_no_article_speaks_of_finds_nothing(engine: Engine) -> None:
    """
    An empty list is the honest result.
    """
    assert () == says(engine, "Zebras quarrel about xylophones.")
    assert () == says(engine, "")


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("ECT is safe.", "ECT is not safe."),
        ("It does not hurt.", "It does hurt."),
        ("Quick.", None),
    ],
)
def test_the_benchmark_turns_statements(true: str, false: str | None) -> None:
    """
    A "not" is put in or taken out.
    """
    assert false == denied(true)


def test_the_benchmark_changes_figures() -> None:
    """
    Twice the number and three; a statement without a figure stays out.
    """
    assert "About 63% have it." == other_figure("About 30% have it.")
    assert "After 7 weeks." == other_figure("After two weeks.")
    assert other_figure("It was in 2019.") is None
