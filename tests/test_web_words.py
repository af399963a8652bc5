"""Terms explained in quotes: the letters of the quote stay as they are, each id has its meaning."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.glossary import glossary, places_in
from qa.records import Answer, Document, Metadata, Quote, Span, Status
from qa.web.markup import answer_html
from tests.dom import Element, read
from tests.fake_engine import ECT, LISTED, document, quote

FORMS = [form for term in glossary() for form in term.forms()]
SIGNS = (" ", ", ", "(", ")", "-", ".", "“", "”", "\n", "\n\n", " | ", "<b>", "&", "é", "x")


def turn_of(*quotes: Quote) -> Element:
    return read(answer_html(Answer("q", "q", Status.ANSWERED, "s", quotes=quotes), "turn-1"))


def said(turn: Element) -> list[str]:
    return [block.text for block in turn.tags("blockquote")]


def terms(element: Element) -> list[Element]:
    return element.all(lambda e: e.attributes.get("class") == "term")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from((*FORMS, *SIGNS)), min_size=1, max_size=12), st.data())
def test_no_letter_of_a_quote_changes(parts: list[str], data: st.DataObject) -> None:
    """Terms side by side, within signs, across lines and cells, in two quotes of one article; each
    button holds the first place of its term, and no term has two.
    """
    text = "".join(parts)
    cut = data.draw(st.integers(0, len(text) - 1))
    found = Document("d" * 16, "d.md", text, Metadata("T"))
    quotes = [
        Quote(found, span, None, 1.0, "p") for span in (Span(0, len(text)), Span(cut, len(text)))
    ]
    turn = turn_of(*quotes)

    assert [text, text[cut:]] == said(turn)
    for block, shown in zip(turn.tags("blockquote"), (text, text[cut:]), strict=True):
        buttons = terms(block)
        targets = [button.attributes["popovertarget"] for button in buttons]
        assert sorted(set(targets)) == sorted(targets)
        first = {place.of(shown) for place in places_in(shown).values()}
        assert {button.text for button in buttons} <= first


def test_the_first_place_of_a_term_opens_its_meaning() -> None:
    """In each quote anew; both lead to the one meaning of the turn, which is not in the quote."""
    turn = turn_of(quote(ECT, ECT.text[ECT.text.index("You are") : ECT.text.index(" It is short")]))
    ((button,), (meaning,)) = terms(turn), turn.all(lambda e: "popover" in e.attributes)

    assert ("button", "ECT") == (button.tag, button.text)
    assert button.attributes["popovertarget"] == meaning.attributes["id"]
    assert meaning.text.startswith("ECT A treatment that uses brief electrical pulses")
    assert "From: Electroconvulsive therapy (ECT)" in meaning.text


def test_the_signs_next_to_a_term_stay_on_its_line() -> None:
    """A bracket or a comma is held with the button, which is a box of its own to a browser."""
    text = "Doctors use lithium (TRD), esketamine."
    words = document("d" * 16, Metadata("T"), ("p", text))
    turn = turn_of(quote(words, text))

    assert ["(TRD),", "esketamine."] == [
        e.text for e in turn.all(lambda e: e.attributes.get("class") == "held")
    ]
    assert ["lithium", "TRD", "esketamine"] == [button.text for button in terms(turn)]


def test_a_quote_without_terms_has_no_meanings() -> None:
    """Nothing is added to the turn."""
    turn = turn_of(LISTED)

    assert [] == terms(turn)
    assert [] == turn.all(lambda e: "words" == e.attributes.get("class"))


def test_the_terms_of_a_table_stay_in_their_cells() -> None:
    """The signs between cells stay too."""
    rows = document("d" * 16, Metadata("T"), ("r", "ECT | Six"), ("r", "TMS, ECT | Thirty-six"))
    turn = turn_of(quote(rows, rows.text))
    cells = turn.all(lambda e: e.attributes.get("class") == "cell")

    assert rows.text == said(turn)[0]
    assert [["ECT"], [], ["TMS"], []] == [[b.text for b in terms(cell)] for cell in cells]
