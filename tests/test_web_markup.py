"""Answers as HTML: quotes come back as they are stored, and nothing in them is read as HTML."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.records import (
    Answer,
    Change,
    Crisis,
    Difference,
    Document,
    HelpLine,
    Metadata,
    Quote,
    Reason,
    Span,
    Status,
)
from qa.render import BACK_TO_QUESTION, DIFFERENCES, provenance, source_href
from qa.web.escaping import escape
from qa.web.markup import answer_html, failure_html
from qa.web.quotes import quote_html
from tests.dom import read
from tests.fake_engine import ECT, EVIL, HOSTILE_SENTENCE, HOSTILE_TITLE, LISTED, answer_to, quote

# A busy machine is no failure.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Lone surrogates cannot be sent to a browser, NUL cannot stand in HTML.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@PATIENT
@given(TEXT)
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    """Reading the escaped form as HTML gives the text again, as content and as attribute."""
    root = read(f'<p title="{escape(text)}">{escape(text)}</p>')

    assert text == root.text
    assert text == root.tags("p")[0].attributes["title"]


@PATIENT
@given(TEXT, st.data())
def test_the_text_of_a_blockquote_is_the_stored_quote(text: str, data: st.DataObject) -> None:
    """Whatever stands in an article, wherever the quote is cut."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = Document("d" * 16, text, text, Metadata(text))
    (block,) = read(quote_html(Quote(found, Span(start, end), text, 1.0, "p"), "x")).tags(
        "blockquote"
    )

    assert text[start:end] == block.text


def test_a_hostile_quote_is_shown_as_text() -> None:
    """Markup, Markdown, LaTeX and template signs in article, title and heading stay letters."""
    root = read(answer_html(answer_to("hostile"), "turn-1"))

    assert HOSTILE_SENTENCE == root.tags("blockquote")[0].text
    assert HOSTILE_TITLE == root.tags("cite")[0].text
    assert [] == root.all(lambda e: e.tag in ("script", "img", "b", "em", "i"))
    assert [] == root.all(lambda e: any(name.startswith("on") for name in e.attributes))


def test_a_list_is_quoted_whole_and_line_by_line() -> None:
    """Blocks become elements of their own, without a character gained or lost between them."""
    (block,) = read(quote_html(LISTED, "x")).tags("blockquote")

    assert LISTED.text == block.text
    assert ["line", "item", "item", "item"] == [e.attributes["class"] for e in block.tags("span")]


def test_a_table_row_is_quoted_cell_by_cell() -> None:
    """The signs between cells are still part of the text; the style leaves them out."""
    text = "How often? | Two to three a week"
    (block,) = read(quote_html(quote(ECT, text), "x")).tags("blockquote")

    assert text == block.text
    assert ["row", "cell", "sign", "cell"] == [e.attributes["class"] for e in block.tags("span")]


def test_every_quote_has_its_source_and_a_link_to_its_place() -> None:
    """Title, publisher and date, section, and one link that opens the article at the quote."""
    figure = read(quote_html(EVIL, "x")).tags("figure")[0]
    (link,) = figure.tags("a")

    assert source_href(EVIL) == link.attributes["href"]
    assert ["<i>Evil</i> & Co, 21 September 2022, reviewed 2023"] == [
        e.text for e in figure.all(lambda e: e.attributes.get("class") == "by")
    ]
    assert ["Section: Heading with <em>tags</em> & $x$"] == [
        e.text for e in figure.all(lambda e: e.attributes.get("class") == "where")
    ]


def test_ids_do_not_repeat_between_turns() -> None:
    """Two turns with the same answer share no id, so that no link jumps to the wrong one."""
    both = read("".join(answer_html(answer_to("stop, differ"), f"turn-{n}") for n in (1, 2)))
    ids = [e.attributes["id"] for e in both.all(lambda e: "id" in e.attributes)]

    assert sorted(set(ids)) == sorted(ids)


def test_differences_stand_side_by_side_with_source_and_date_of_each_side() -> None:
    """The heading stands once; each pair is a row, each side a quote with article and date."""
    pair = Difference(EVIL, replace(EVIL, score=0.5))
    answer = Answer("q", "q", Status.ANSWERED, "s", quotes=(EVIL,), differences=(pair, pair))
    page = read(answer_html(answer, "turn-1"))
    pairs = page.all(lambda e: e.attributes.get("class") == "differences")
    assert [DIFFERENCES] == [heading.text for pair in pairs for heading in pair.tags("h3")]
    assert [[EVIL.text] * 2] * 2 == [[q.text for q in p.tags("blockquote")] for p in pairs]
    by = [line for p in pairs for line in p.all(lambda e: e.attributes.get("class") == "by")]
    assert [provenance(EVIL.document)] * 4 == [line.text for line in by]


def test_help_stands_before_everything_else_in_a_turn() -> None:
    """The card comes right after the question, before notices and quotes."""
    crisis = Crisis("Please talk to someone.", (HelpLine("Call 988", "tel:988"),))
    answer = Answer(
        "q", "q", Status.CRISIS, "s", quotes=(EVIL,), crisis=crisis, notices=("medicine_change",)
    )
    (turn,) = read(answer_html(answer, "turn-1")).tags("article")
    kinds = [c.attributes.get("class") for c in turn.children if not isinstance(c, str)]

    assert ["asked", "crisis", "notice", "quote lead"] == kinds


@pytest.mark.parametrize("message", ["ect", "flying"])
def test_help_stands_above_an_answer_and_above_silence(message: str) -> None:
    """Where help and the answer are both shown, even the words that were read come after help."""
    crisis = Crisis("Please talk to someone.", (HelpLine("Call 988", "tel:988"),))
    plain = replace(answer_to(message), changes=(Change("etc", "ECT"),))
    html = answer_html(replace(plain, crisis=crisis), "t1")
    (turn,) = read(html).tags("article")
    kinds = [c.attributes.get("class") for c in turn.children if not isinstance(c, str)]
    assert ["asked", "crisis", "understood"] == kinds[:3]
    assert {"ect": "quote lead", "flying": "silence"}[message] in kinds


def test_below_the_help_card_the_question_can_be_asked() -> None:
    """The button sends the question alone, and says before that it leads to the articles."""
    crisis = Crisis("Please talk to someone.", (HelpLine("Call 988", "tel:988"),))
    asked = ("Is ECT <b>safe</b>?",)
    answer = Answer("q", "q", Status.CRISIS, "s", crisis=crisis, choices=asked)
    (turn,) = read(answer_html(answer, "t1")).tags("article")
    kinds = [c.attributes.get("class") for c in turn.children if not isinstance(c, str)]
    assert ["asked", "crisis", "choices"] == kinds
    assert [BACK_TO_QUESTION] == [heading.text for heading in turn.tags("h3")]
    assert list(asked) == [button.text for button in turn.tags("button")]
    assert [] == read(answer_html(replace(answer, choices=()), "t1")).tags("button")


def test_a_superseded_article_leads_to_the_newer_one_by_title_and_date() -> None:
    """Above the quote; without an article in its place the note stands alone, as text."""
    about = replace(ECT.metadata, title="ECT <b>", status="superseded")
    old = replace(ECT, doc_id="d" * 16, metadata=about)
    new = replace(old, doc_id="e" * 16, metadata=replace(about, status="current"))
    answer = Answer("q", "q", Status.ANSWERED, "s", quotes=(quote(old, "It is short."),))
    both = read(answer_html(answer, "t1", documents={d.doc_id: d for d in (old, new)}))
    alone = read(answer_html(answer, "t1", documents={old.doc_id: old}))
    (note,) = both.all(lambda e: e.attributes.get("class") == "age")

    assert ["/source/eeeeeeeeeeeeeeee"] == [link.attributes["href"] for link in note.tags("a")]
    assert "A newer article has replaced this one: ECT <b>, 22 November 2026" in note.text
    assert ["A newer article has replaced this one"] == [
        e.text for e in alone.all(lambda e: e.attributes.get("class") == "age")
    ]


def test_silence_says_whom_to_ask_unless_asking_again_helps() -> None:
    """A question out of reach is sent to a person; a vague one is asked for again."""
    for reason in Reason:
        shown = read(answer_html(Answer("q", "q", Status.NOT_FOUND, "s", reason=reason), "t")).text
        asks_again = reason in (Reason.TOO_VAGUE, Reason.EMPTY, Reason.TOO_LONG)
        assert asks_again != ("Your doctor, nurse or pharmacist" in shown)


def test_near_passages_are_labelled_as_no_answer() -> None:
    """The label stands above them, and they are not set as the lead quote."""
    root = read(answer_html(answer_to("flying"), "turn-1"))

    assert ["The nearest parts of the articles. They do not answer your question."] == [
        e.text for e in root.tags("h3")
    ]
    assert ["quote near", "quote near"] == [e.attributes["class"] for e in root.tags("figure")]


def test_a_completed_question_is_shown_with_its_answer() -> None:
    """What was searched for is said where it differs from what was typed."""
    from qa.records import Turn

    answer = answer_to("is it safe", [Turn("user", "How often is ECT given?")])
    root = read(answer_html(answer, "turn-2"))

    assert ["How often is ECT given and is it safe?"] == [e.text for e in root.tags("bdi")]


def test_a_long_question_is_shown_in_part() -> None:
    """The page is not filled with what the person knows they typed."""
    shown = read(answer_html(answer_to("word " * 200), "t")).tags("h2")[0].text

    assert len(("word " * 60).rstrip()) + 1 == len(shown)
    assert shown.endswith("word…")


def test_a_failure_shows_fixed_words() -> None:
    """The question comes back as text, and help is pointed at."""
    root = read(failure_html("<b>why</b>", "turn-9"))

    assert "<b>why</b>" == root.tags("h2")[0].text
    assert "use the numbers at the top of this page" in root.text


def test_words_read_otherwise_are_shown_escaped_above_the_quote() -> None:
    """
    A word that looks like HTML stays text; the line stands before the first quote.
    """
    changes = (Change("esketamin", "esketamine"), Change("x", "<b>bold</b>"))
    html = answer_html(replace(answer_to("ect"), changes=changes), "t1")
    line = "Showing answers for <bdi><em>esketamine</em>, <em>&lt;b&gt;bold&lt;/b&gt;</em></bdi>"
    assert 0 < html.index(line) < html.index("<blockquote")
    assert "Showing answers for" not in answer_html(answer_to("ect"), "t1")


def test_a_question_made_whole_is_said_once_and_in_the_words_searched_for() -> None:
    """A slip of an earlier message is not repeated, nor named in a second line."""
    whole = replace(
        answer_to("ect"),
        standalone="how long with keetamine <b>",
        changes=(Change("keetamine", "ketamine"),),
    )
    html = answer_html(whole, "t1")
    assert "Looked for: <bdi>how long with ketamine &lt;b&gt;</bdi>" in html
    assert "Showing answers for" not in html


def test_choices_are_buttons_with_escaped_text() -> None:
    """
    What is asked back stands first; the text of a button is the question that is sent.
    """
    root = read(answer_html(answer_to("vague"), "t1"))
    assert root.text.index("Which treatment do you mean?") < root.text.index("Is TMS safe?")
    assert ["Is ECT <b>safe</b>?", "Is TMS safe?"] == [b.text for b in root.tags("button")]
    assert [] == read(answer_html(answer_to("weather"), "t1")).tags("button")
