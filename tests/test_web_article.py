"""A whole article as HTML: nothing lost, nothing added, the marked text is the quote."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.records import Block, BlockKind, Document, Metadata, Span
from qa.web.article import article_html, contents
from tests.dom import Element, read
from tests.fake_engine import CROSSING, ECT, HOSTILE, LISTED, OFTEN, PAGED, document


def marked(root: Element) -> str:
    return "".join(e.text for e in root.tags("mark"))


def test_a_sentence_is_marked_where_it_stands() -> None:
    """The mark's text is the quote, its neighbours stand around it in the same paragraph."""
    root = read(article_html(ECT, OFTEN.span))
    (mark,) = root.tags("mark")
    paragraph = next(p for p in root.tags("p") if p.tags("mark"))

    assert OFTEN.text == mark.text
    assert "quote" == mark.attributes["id"]
    assert f"{OFTEN.text} A full course is six to 18 sessions." == paragraph.text


def test_a_list_is_marked_item_by_item() -> None:
    """Each block carries its part of the mark; only the first is the target of the link."""
    marks = read(article_html(ECT, LISTED.span)).tags("mark")

    assert LISTED.text.split("\n") == [mark.text for mark in marks]
    assert ["quote", None, None, None] == [mark.attributes.get("id") for mark in marks]


def test_tables_lists_and_headings_keep_their_form() -> None:
    """Rows become rows with a head, items a list, headings stand just below the page's title."""
    root = read(article_html(ECT, None))

    assert [
        ["Question", "Answer"],
        ["How often?", "Two to three a week"],
        ["How many?", "Six to 18"],
    ] == [
        [cell.text for cell in row.all(lambda e: e.tag in ("th", "td"))] for row in root.tags("tr")
    ]
    assert 2 == len(root.tags("th"))
    assert 3 == len(root.tags("li"))
    assert [] == root.tags("h1")
    assert "What is ECT?" == root.tags("h2")[0].text


def test_a_first_heading_that_repeats_the_title_is_not_shown_twice() -> None:
    """The page has the title already; another first heading stays."""
    assert "Electroconvulsive therapy (ECT)" not in [
        e.text for e in read(article_html(ECT, None)).tags("h2")
    ]
    assert "Vagus nerve stimulation" == read(article_html(PAGED, None)).tags("h2")[0].text


def test_page_signs_stand_where_pages_begin_and_add_no_text() -> None:
    """A quote that runs over a page end is still marked as one text."""
    root = read(article_html(PAGED, CROSSING.span))
    signs = root.all(lambda e: e.attributes.get("class") == "page")

    assert ["Page 1", "Page 2", "Page 3"] == [e.attributes["data-page"] for e in signs]
    assert CROSSING.text == marked(root)
    assert ["Page 2"] == [
        e.attributes["data-page"] for mark in root.tags("mark") for e in mark.tags("span")
    ]


def test_a_page_that_begins_between_blocks_is_signed_at_the_next() -> None:
    """PDF pages often begin in the white space between two paragraphs."""
    text = "One.\n\nTwo."
    blocks = (Block(BlockKind.PARAGRAPH, Span(0, 4)), Block(BlockKind.PARAGRAPH, Span(6, 10)))
    root = read(article_html(Document("d", "a.pdf", text, Metadata("T"), blocks, (0, 5)), None))

    assert [["page-1"], ["page-2"]] == [
        [e.attributes["id"] for e in p.tags("span")] for p in root.tags("p")
    ]


def test_hostile_articles_are_shown_as_text() -> None:
    """Tags in an article close nothing and run nothing."""
    root = read(article_html(HOSTILE, None))

    assert "</p></main><script>hit()</script>" == root.tags("p")[1].text
    assert [] == root.all(lambda e: e.tag in ("script", "img", "b", "main"))


def test_text_outside_the_blocks_is_shown() -> None:
    """What a reader left out of its blocks is not lost, nor is a document without any."""
    text = "  Alone.\n\nInside.\n\nAfter. "
    inside = Block(BlockKind.PARAGRAPH, Span(10, 17))
    assert ["Alone.", "Inside.", "After."] == [
        p.text
        for p in read(article_html(Document("d", "a", text, Metadata("T"), (inside,)), None)).tags(
            "p"
        )
    ]
    assert [text.strip()] == [
        p.text for p in read(article_html(Document("d", "a", text, Metadata("T")), None)).tags("p")
    ]


def test_contents_lead_to_the_headings() -> None:
    """Every entry of the list names an element that is there."""
    root = read(article_html(ECT, None))
    ids = {e.attributes["id"]: e.text for e in root.all(lambda e: "id" in e.attributes)}

    assert ["What is ECT?", "How often is ECT given?"] == [text for _, text in contents(ECT)][:2]
    assert all(text == ids[name] for name, text in contents(ECT))


def test_no_level_of_headings_is_left_out() -> None:
    """Headings of levels 3, 5, 3, 1 and 2 of an article become h2, h3, h2, h2 and h3."""
    parts = [(f"h{level}", f"Heading {n}") for n, level in enumerate((3, 5, 3, 1, 2))]
    root = read(article_html(document("d" * 16, Metadata("T"), *parts), None))

    assert ["h2", "h3", "h2", "h2", "h3"] == [e.tag for e in root.all(lambda e: e.tag[0] == "h")]


def test_items_that_bring_their_own_number_get_no_second_sign() -> None:
    """A list that is numbered in the text is not dotted as well."""
    items = read(article_html(ECT, None)).tags("li")
    plain = read(
        article_html(document("d" * 16, Metadata("T"), ("l1", "one thing"), ("l1", "10. x")), None)
    )

    assert ["level-1 signed"] * 3 == [item.attributes["class"] for item in items]
    assert ["level-1", "level-1 signed"] == [i.attributes["class"] for i in plain.tags("li")]


def test_the_nearest_text_is_marked_as_such() -> None:
    """It is the target of the link, but no quote."""
    (mark,) = read(article_html(ECT, OFTEN.span, nearest=True)).tags("mark")

    assert {"id": "quote", "class": "nearest"} == mark.attributes


# A busy machine is no failure.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PARTS = st.lists(
    st.tuples(
        st.sampled_from(["h2", "p", "l1", "l2", "r"]),
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]), min_size=1
        ),
    ),
    min_size=1,
    max_size=6,
)


@PATIENT
@given(PARTS, st.data())
def test_marks_and_text_agree_with_the_stored_text(
    parts: list[tuple[str, str]], data: st.DataObject
) -> None:
    """All blocks are shown in order, and what is marked is the span, cell signs and gaps aside."""
    found = document("d" * 16, Metadata(""), *[(k, t.replace("|", "/")) for k, t in parts])
    start = data.draw(st.integers(0, len(found.text) - 1))
    end = data.draw(st.integers(start + 1, len(found.text)))
    root = read(article_html(found, Span(start, end)))
    inside = [
        found.text[max(start, b.span.start) : min(end, b.span.end)]
        for b in found.blocks
        if b.span.overlaps(Span(start, end))
    ]

    assert "".join(b.span.of(found.text) for b in found.blocks) == root.text
    assert "".join(inside) == marked(root)
