"""qa.passages: passages follow the structure of a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.passages import cut_passages, heading_line, search_text
from qa.records import Block, BlockKind, Document, Metadata, Span

Piece = tuple[str, str]  # kind or "#" for a heading, text


def document(*pieces: Piece) -> Document:
    """A document of blocks joined by line breaks; "#" is a level 1 heading, "##" level 2."""
    text, blocks = "", []
    for kind, part in pieces:
        start = len(text)
        text += part
        span = Span(start, len(text))
        if kind.startswith("#"):
            blocks.append(Block(BlockKind.HEADING, span, len(kind)))
        else:
            blocks.append(Block(BlockKind(kind), span))
        text += "\n"
    return Document("doc", "a.md", text, Metadata("Title"), tuple(blocks))


def count_words(text: str) -> int:
    return len(text.split())


def cut(doc: Document, size: int) -> list[tuple[tuple[str, ...], str]]:
    return [(p.heading_path, p.span.of(doc.text)) for p in cut_passages(doc, count_words, size)]


def test_whole_sentences_fill_a_passage_up_to_its_size() -> None:
    """
    Sentences are never cut; the next one that does not fit opens a new passage.
    """
    doc = document(("paragraph", "One two three. Four five. Six seven eight nine ten eleven."))
    assert [
        ((), "One two three. Four five."),
        ((), "Six seven eight nine ten eleven."),
    ] == cut(doc, 5)


def test_a_heading_opens_a_new_passage_and_is_not_part_of_it() -> None:
    """
    The path holds the headings above, an equal or higher level replaces them.
    """
    doc = document(
        ("#", "A"), ("paragraph", "One."), ("##", "B"), ("paragraph", "Two."),
        ("##", "C"), ("paragraph", "Three."), ("#", "D"), ("paragraph", "Four."),
    )  # fmt: skip
    assert [
        (("A",), "One."),
        (("A", "B"), "Two."),
        (("A", "C"), "Three."),
        (("D",), "Four."),
    ] == cut(doc, 50)


def test_a_list_stays_with_the_line_that_introduces_it() -> None:
    """
    The lead-in moves to the list's passage although it would fit before it.
    """
    doc = document(
        ("paragraph", "Some words here. It may include:"), ("list_item", "dizziness"),
        ("list_item", "a headache"), ("paragraph", "More."),
    )  # fmt: skip
    assert [
        ((), "Some words here."),
        ((), "It may include:\ndizziness\na headache\nMore."),
    ] == cut(doc, 7)
    items = cut_passages(doc, count_words, 7)[1].sentences
    assert [None, "It may include:", "It may include:", None] == [
        s.lead_in and s.lead_in.of(doc.text) for s in items
    ]


def test_a_list_longer_than_a_passage_is_cut_between_items() -> None:
    """
    Each item remembers its lead-in in whichever passage it lands.
    """
    doc = document(("paragraph", "These:"), *(("list_item", f"a b c{i}") for i in range(4)))
    passages = cut_passages(doc, count_words, 7)
    assert ["These:\na b c0\na b c1", "a b c2\na b c3"] == [p.span.of(doc.text) for p in passages]
    assert "These:" == passages[1].sentences[1].lead_in.of(doc.text)  # type: ignore[union-attr]


def test_table_rows_stay_together_and_know_their_head() -> None:
    """
    The first row is what the others are read under.
    """
    doc = document(("table_row", "Name | Days"), ("table_row", "TMS | 5"), ("paragraph", "End."))
    (passage,) = cut_passages(doc, count_words, 50)
    assert [None, "Name | Days", None] == [
        s.lead_in and s.lead_in.of(doc.text) for s in passage.sentences
    ]


def test_a_long_item_of_several_sentences_is_cut_into_them() -> None:
    """
    A short item stays whole however many sentences it has.
    """
    long = f"Before: {'write ' * 40}down. Take notes. Ask."
    doc = document(("paragraph", "Tips:"), ("list_item", "Go. Rest."), ("list_item", long))
    (passage,) = cut_passages(doc, count_words, 500)
    found = [s.span.of(doc.text) for s in passage.sentences]
    assert ["Tips:", "Go. Rest.", long[:-17].rstrip(), "Take notes.", "Ask."] == found


@pytest.mark.parametrize("heading", ["References", "Sources:", "12 Sources"])
def test_reference_lists_are_not_searched(heading: str) -> None:
    """
    What an article cites is left out, what follows under another heading is not.
    """
    doc = document(
        ("paragraph", "One."), ("#", heading), ("list_item", "A study"), ("#", "Help"),
        ("paragraph", "Two."),
    )  # fmt: skip
    assert [((), "One."), (("Help",), "Two.")] == cut(doc, 50)


def test_what_is_searched_carries_title_and_headings() -> None:
    """
    The search text ends with the passage's own text, so its offsets can be mapped back.
    """
    doc = document(("#", "A"), ("##", "B"), ("paragraph", "One."))
    (passage,) = cut_passages(doc, count_words, 50)
    assert "Title > A > B\nOne." == search_text(passage, doc)
    assert "Title > A > B" == heading_line(passage, doc)


def test_size_must_be_positive_and_an_empty_document_has_no_passages() -> None:
    """
    Degenerate input.
    """
    assert [] == cut(document(), 5)
    with pytest.raises(ValueError, match="size must be at least 1"):
        cut_passages(document(), count_words, 0)


kinds = st.sampled_from(["#", "##", "paragraph", "list_item", "table_row"])
texts = st.text(alphabet="ab. :?", min_size=1, max_size=30).filter(str.strip)


@given(st.lists(st.tuples(kinds, texts), max_size=12), st.integers(1, 12))
def test_every_word_outside_headings_stands_in_one_passage(pieces: list[Piece], size: int) -> None:
    """
    Passages are disjoint, in order, made of their sentences, and lose nothing.
    """
    doc = document(*pieces)
    passages = cut_passages(doc, count_words, size)
    covered = [i for p in passages for s in p.sentences for i in range(s.span.start, s.span.end)]
    wanted = [
        i
        for block in doc.blocks
        if block.kind is not BlockKind.HEADING
        for i in range(block.span.start, block.span.end)
    ]
    assert sorted(covered) == covered
    assert len(set(covered)) == len(covered)
    assert set(covered) <= set(wanted)
    assert "" == "".join(doc.text[i] for i in sorted(set(wanted) - set(covered))).strip()
    assert len({p.passage_id for p in passages}) == len(passages)
