"""The reviewed glossary: each explanation rests on words that stand in the article it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import glossary as module
from qa.glossary import MOST_TERMS, MOST_WORDS, GlossaryDamaged, Term, glossary, places_in, words_in
from qa.readers import read_source

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


@pytest.mark.parametrize("source", sorted({term.source for term in glossary()}))
def test_every_explanation_rests_on_its_article(source: str) -> None:
    """The words an entry cites stand in the article, under the title it gives."""
    (document,) = read_source(CORPUS / source, CORPUS)
    text = " ".join(document.text.split())
    terms = [term for term in glossary() if term.source == source]

    assert [] == [term.term for term in terms if term.says not in text]
    assert {document.metadata.title} == {term.title for term in terms}


def test_explanations_are_short_and_no_form_is_explained_twice() -> None:
    """At most 25 words; every way of writing belongs to one term."""
    forms = [form.lower() for term in glossary() for form in term.forms()]

    assert [] == [t.term for t in glossary() if not 0 < len(t.plain.split()) <= MOST_WORDS]
    assert sorted(set(forms)) == sorted(forms)


def test_terms_are_found_as_whole_words_in_the_order_of_the_text() -> None:
    """An acronym in its own letters only; a long name before a shorter one inside it."""
    found = words_in(["General anesthesia is used for ECT.", "A relapse. TRDs, effect, fda."])

    assert ["Anesthesia", "ECT", "Relapse"] == [term.term for term in found]
    assert [] == words_in(["effect of tms and ipt"])


def test_a_place_is_the_first_and_the_longest() -> None:
    """ "Vagus nerve" within the name of the treatment is no place of the nerve itself."""
    text = "Vagus nerve stimulation sends pulses along the vagus nerve. VNS."
    found = {name: place.of(text) for name, place in places_in(text).items()}

    assert {"VNS": "Vagus nerve stimulation", "Vagus nerve": "vagus nerve"} == found
    assert 0 == places_in(text)["VNS"].start


def test_the_list_stays_short() -> None:
    """A quote full of terms does not get a page of explanations."""
    assert MOST_TERMS == len(words_in([" ".join(term.term for term in glossary())]))


def test_a_damaged_glossary_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator learns which file, and which entry is too long."""
    path = tmp_path / "glossary.toml"
    monkeypatch.setattr(module, "PATH", path)
    for content, said in [
        ("[[term]]\nterm = 'x'", "glossary.toml"),
        (
            "[[term]]\nterm = 'x'\naliases = []\nsource = 's'\ntitle = 't'\nsays = 'w'\n"
            f"plain = '{'word ' * 26}'",
            "'x' takes more than 25 words",
        ),
    ]:
        path.write_text(content, "utf-8")
        with pytest.raises(GlossaryDamaged, match=said):
            glossary.__wrapped__()


def test_a_term_lists_every_way_of_writing_it() -> None:
    """The term itself comes first."""
    assert ("A", "b") == Term("A", ("b",), "", "", "", "").forms()
