"""Every fact of the four articles that the corpus reports is found in it, as the readers read it.

`facts.jsonl` holds one fact a line: the article it comes from, a pattern found in that article and
a pattern that the corpus must match, strict on figures and names, tolerant of wording.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from qa.readers import read_source

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
SOURCES = ROOT.parent / "shared" / "sources"
SOURCE_NAMES = {
    "managing-treatment-resistant-depression",
    "medication-resistant-depression",
    "seven-options-resistant-depression",
    "vns-recover-trial-2026",
}
MIN_FACTS = 120
READABLE = {".md", ".txt", ".html", ".pdf", ".docx"}

FACTS = [
    json.loads(line)
    for line in (ROOT / "tests" / "facts.jsonl").read_text("utf-8").splitlines()
    if line.strip()
]


def collapsed(text: str) -> str:
    """One space for every run of white space, so that a line break never hides a fact."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="session")
def corpus_texts() -> dict[str, str]:
    """Source path -> collapsed text of every article, read once."""
    return {
        document.source: collapsed(document.text)
        for path in sorted(CORPUS.rglob("*"))
        if path.suffix in READABLE
        for document in read_source(path, CORPUS)
    }


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_the_corpus_states_the_fact(fact: dict[str, str], corpus_texts: dict[str, str]) -> None:
    """
    Each fact stands in at least one article.
    """
    pattern = re.compile(fact["pattern"], re.IGNORECASE)
    holders = [source for source, text in corpus_texts.items() if pattern.search(text)]
    assert [] != holders, f"no article says: {fact['fact']}"


def test_the_fact_list_is_large_unique_and_covers_all_four_articles() -> None:
    """
    The list cannot shrink to nothing, name a fact twice or forget an article.
    """
    ids = Counter(fact["id"] for fact in FACTS)
    assert MIN_FACTS <= len(FACTS)
    assert [] == [fact_id for fact_id, count in ids.items() if count > 1]
    assert {fact["source"] for fact in FACTS} == SOURCE_NAMES


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the four source articles are not beside the repo")
@pytest.mark.parametrize("name", sorted(SOURCE_NAMES))
def test_every_fact_stands_in_the_article_it_names(name: str) -> None:
    """
    No fact is invented: its source pattern is found in the article it is said to come from.
    """
    text = collapsed((SOURCES / f"{name}.txt").read_text("utf-8"))
    patterns = {fact["id"]: fact["source_pattern"] for fact in FACTS if fact["source"] == name}
    absent = [
        fact_id
        for fact_id, pattern in patterns.items()
        if not re.search(pattern, text, re.IGNORECASE)
    ]
    assert [] == absent
