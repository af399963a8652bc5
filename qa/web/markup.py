"""Answers and quotes as HTML: every HTML escape happens here.

The text content of a quote's blockquote in a browser is the stored quote, whatever stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from qa.help_lines import Help
from qa.records import Answer, BlockKind, Crisis, Quote, Status
from qa.render import (
    ASK_A_PERSON,
    ASK_AGAIN,
    CHOICES,
    DIFFERENCES,
    FAILED,
    FAILED_ADVICE,
    READ_AS,
    RELATED,
    notice_texts,
    place,
    provenance,
    read_as,
    silence,
    source_href,
)

CELL_SIGN = " | "  # how the readers write the end of a cell within a table row
_LINK_SCHEMES = ("tel:", "sms:", "https:")
_SHOWN_QUESTION = 300  # characters of a question repeated above its answer


def escape(text: str) -> Markup:
    """Text for an HTML element or attribute whose value in the browser is the same text.

    A carriage return is written as a reference, since HTML would read it as a line feed; NUL
    cannot stand in HTML at all.
    """
    safe = Markup.escape(text.replace("\x00", "\ufffd"))
    return Markup(str(safe).replace("\r", "&#13;"))  # Markup.replace would escape it again


def answer_html(answer: Answer, turn_id: str) -> str:
    """One question with its answer; every id in it begins with `turn_id`."""
    parts = [_asked_html(answer.question, turn_id)]
    if answer.crisis is None and answer.standalone.strip() != answer.question.strip():
        parts.append(
            Markup('<p class="understood">Looked for: <bdi>{}</bdi></p>').format(
                escape(answer.standalone)
            )
        )
    if named := read_as(answer):
        words = Markup(", ").join(Markup("<em>{}</em>").format(escape(word)) for word in named)
        parts.append(
            Markup('<p class="understood">{} <bdi>{}</bdi></p>').format(
                READ_AS[answer.status], words
            )
        )
    if answer.crisis:
        parts.append(crisis_html(answer.crisis))
    parts.extend(Markup('<p class="notice">{}</p>').format(text) for text in notice_texts(answer))
    parts.extend(_body_html(answer, turn_id))
    return str(
        Markup('<article class="turn" id="{}" aria-labelledby="{}-asked">{}</article>').format(
            turn_id, turn_id, Markup("").join(parts)
        )
    )


def failure_html(question: str, turn_id: str) -> str:
    """What a person sees when the search itself failed."""
    return str(
        Markup(
            '<article class="turn" id="{0}" aria-labelledby="{0}-asked">{1}'
            '<section class="silence"><p class="said">{2}</p><p>{3}</p></section></article>'
        ).format(turn_id, _asked_html(question, turn_id), FAILED, FAILED_ADVICE)
    )


def _asked_html(question: str, turn_id: str) -> Markup:
    asked = question.strip()
    if len(asked) > _SHOWN_QUESTION:
        asked = asked[:_SHOWN_QUESTION].rstrip() + "…"
    return Markup('<h2 class="asked" id="{}-asked" dir="auto">{}</h2>').format(
        turn_id, escape(asked)
    )


def _body_html(answer: Answer, turn_id: str) -> Iterator[Markup]:
    if answer.quotes:
        lead, *others = answer.quotes
        yield quote_html(lead, f"{turn_id}-quote-1", "lead")
        if others:
            count = "One more quote" if len(others) == 1 else f"{len(others)} more quotes"
            shown = (quote_html(q, f"{turn_id}-quote-{i}") for i, q in enumerate(others, start=2))
            yield _fold(f"{count} from the articles", Markup("").join(shown))
    elif answer.status is Status.NOT_FOUND:
        first, *rest = silence(answer)
        rest += [] if answer.reason in ASK_AGAIN else [ASK_A_PERSON]
        said = Markup("").join(Markup("<p>{}</p>").format(escape(text)) for text in rest)
        yield Markup('<section class="silence"><p class="said">{}</p>{}</section>').format(
            first, said
        )
        if answer.choices:
            yield _choices_html(answer.choices)
    if answer.differences:
        sides = (
            quote_html(quote, f"{turn_id}-difference-{number}{letter}")
            for number, pair in enumerate(answer.differences, start=1)
            for letter, quote in (("a", pair.first), ("b", pair.second))
        )
        yield Markup('<section class="differences"><h3>{}</h3>{}</section>').format(
            DIFFERENCES, Markup("").join(sides)
        )
    if answer.related:
        near = (
            quote_html(q, f"{turn_id}-near-{i}", "near")
            for i, q in enumerate(answer.related, start=1)
        )
        yield Markup('<section class="related"><h3>{}</h3>{}</section>').format(
            RELATED, Markup("").join(near)
        )


def _choices_html(choices: Sequence[str]) -> Markup:
    """Whole questions to tap; `transcript.js` sends the text of the one that is tapped."""
    buttons = (
        Markup('<li><button type="button" class="choice">{}</button></li>').format(escape(choice))
        for choice in choices
    )
    return Markup('<nav class="choices" aria-label="{}"><ul>{}</ul></nav>').format(
        CHOICES.rstrip(":"), Markup("").join(buttons)
    )


def quote_html(quote: Quote, element_id: str, kind: str = "") -> Markup:
    """A quote with its source; the text content of its blockquote is the stored quote."""
    where = place(quote)
    return Markup(
        '<figure class="quote {}" id="{}"><blockquote lang="{}" dir="auto">{}</blockquote>'
        '<figcaption><cite dir="auto">{}</cite><span class="by">{}</span>{}'
        '<a class="open" href="{}" target="_blank" rel="noopener">Read it in the article'
        '<span class="unseen"> {} (opens in a new tab)</span></a></figcaption></figure>'
    ).format(
        kind,
        element_id,
        quote.document.metadata.language,
        verbatim(quote),
        escape(quote.document.metadata.title),
        escape(provenance(quote.document)),
        Markup('<span class="where">{}</span>').format(escape(where)) if where else "",
        source_href(quote),
        escape(quote.document.metadata.title),
    )


def verbatim(quote: Quote) -> Markup:
    """All characters of the quote; where it spans several blocks, each begins a new line."""
    blocks = [block for block in quote.document.blocks if block.span.overlaps(quote.span)]
    if not blocks or len(blocks) == 1 and blocks[0].kind is not BlockKind.TABLE_ROW:
        return escape(quote.text)
    text, position, parts = quote.document.text, quote.span.start, list[Markup]()
    for block in blocks:
        start, end = max(block.span.start, quote.span.start), min(block.span.end, quote.span.end)
        parts += [escape(text[position:start]), _line_html(block.kind, text[start:end])]
        position = end
    return Markup("").join([*parts, escape(text[position : quote.span.end])])


def _line_html(kind: BlockKind, text: str) -> Markup:
    """The signs between the cells of a row stay in the text, but the style does not draw them."""
    if kind is not BlockKind.TABLE_ROW:
        name = "item" if kind is BlockKind.LIST_ITEM else "line"
        return Markup('<span class="{}">{}</span>').format(name, escape(text))
    cells = (Markup('<span class="cell">{}</span>').format(c) for c in map(escape, _cells(text)))
    sign = Markup('<span class="sign">{}</span>').format(CELL_SIGN)
    return Markup('<span class="row">{}</span>').format(sign.join(cells))


def _cells(row: str) -> list[str]:
    return row.split(CELL_SIGN)


def crisis_html(crisis: Crisis) -> Markup:
    """The help card: the message, then one link to a person after another."""
    lines = (
        Markup('<li><a href="{}">{}</a></li>').format(escape(line.href), escape(line.label))
        if line.href.startswith(_LINK_SCHEMES)
        else Markup("<li>{}</li>").format(escape(line.label))
        for line in crisis.lines
    )
    return Markup(
        '<section class="crisis" aria-label="Help now"><p>{}</p><ul>{}</ul></section>'
    ).format(escape(crisis.message), Markup("").join(lines))


def _fold(summary: str, inside: Markup) -> Markup:
    return Markup('<details class="more"><summary>{}</summary>{}</details>').format(summary, inside)


# ---------------------------------------------------------------- help


def help_html(helping: Help) -> Markup:
    """The strip with the crisis lines, on every page and in the same place, whatever is asked."""
    groups = [(name, lines) for name, lines in helping.groups()]
    if urgent := tuple(line for _, line in helping.emergency()):
        groups.append(("Emergency", urgent))
    items = (
        Markup("<li><span>{}</span>{}</li>").format(
            escape(name),
            Markup("").join(
                Markup('<a href="{}">{}</a>').format(escape(line.href), escape(line.label))
                for line in lines
            ),
        )
        for name, lines in groups
    )
    return Markup(
        '<aside class="help" aria-label="Help in a crisis"><strong>In a crisis?</strong>'
        "<ul>{}</ul></aside>"
    ).format(Markup("").join(items))
