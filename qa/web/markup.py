"""Answers as HTML: one question with what came of it, to be appended to the conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from qa.help_lines import Help
from qa.records import Answer, Difference, Document, Status
from qa.render import (
    ASK_A_PERSON,
    ASK_AGAIN,
    ASK_NEXT,
    BACK_TO_QUESTION,
    CAN_BE_ASKED,
    CHOICES,
    DIFFERENCES,
    FAILED,
    FAILED_ADVICE,
    READ_AS,
    RELATED,
    read_as,
    silence,
)
from qa.web.escaping import escape
from qa.web.helping import crisis_html, notices_html
from qa.web.quotes import Beside, quote_html
from qa.web.words import Words

_NOTHING = Markup("")
_NO_DOCUMENTS: Mapping[str, Document] = {}
_SHOWN_QUESTION = 300  # characters of a question repeated above its answer


def answer_html(
    answer: Answer,
    turn_id: str,
    follow_ups: Sequence[str] = (),
    feedback: Markup = _NOTHING,
    *,
    helping: Help | None = None,
    documents: Mapping[str, Document] = _NO_DOCUMENTS,
) -> str:
    """One question with its answer; every id in it begins with `turn_id`.

    `follow_ups` are questions that the articles are known to answer; `feedback` asks whether the
    answer was one. Numbers of `helping` become links, and so do those of the `documents` that have
    replaced a quoted one.
    """
    parts = [_asked_html(answer.question, turn_id)]
    if answer.crisis:
        parts.append(crisis_html(answer.crisis))
    parts.append(_understood_html(answer))
    parts.extend(notices_html(answer, helping))
    beside = Beside(Words.of(answer.shown, turn_id), documents)
    parts.extend(_body_html(answer, turn_id, follow_ups, beside))
    parts.append(feedback)
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
            '<section class="silence again"><p class="said">{2}</p><p>{3}</p></section></article>'
        ).format(turn_id, _asked_html(question, turn_id), FAILED, FAILED_ADVICE)
    )


def _asked_html(question: str, turn_id: str) -> Markup:
    asked = question.strip()
    if len(asked) > _SHOWN_QUESTION:
        asked = asked[:_SHOWN_QUESTION].rstrip() + "…"
    return Markup('<h2 class="asked" id="{}-asked" dir="auto">{}</h2>').format(
        turn_id, escape(asked)
    )


def _understood_html(answer: Answer) -> Markup:
    """One line: the question made whole, or else the words that were read otherwise."""
    if not answer.crisis and answer.standalone.strip() != answer.question.strip():
        said, shown = "Looked for:", escape(_as_read(answer))
    elif named := read_as(answer):
        said = READ_AS[answer.status]
        shown = Markup(", ").join(Markup("<em>{}</em>").format(escape(word)) for word in named)
    else:
        return _NOTHING
    return Markup('<p class="understood">{} <bdi>{}</bdi></p>').format(said, shown)


def _as_read(answer: Answer) -> str:
    """The whole question in the words that were searched for."""
    read = {change.written: change.read_as for change in answer.changes}
    if not read:
        return answer.standalone
    words = "|".join(map(re.escape, sorted(read, key=len, reverse=True)))
    return re.sub(rf"\b(?:{words})\b", lambda found: read[found[0]], answer.standalone)


def _body_html(
    answer: Answer, turn_id: str, follow_ups: Sequence[str], beside: Beside
) -> Iterator[Markup]:
    if answer.quotes:
        yield from _quotes_html(answer, turn_id, beside)
    elif answer.status is Status.NOT_FOUND:
        yield _silence_html(answer)
        if answer.choices:
            yield _choices_html(answer.choices)
    if answer.choices and answer.status is Status.CRISIS:
        yield _choices_html(answer.choices, BACK_TO_QUESTION)
    for number, pair in enumerate(answer.differences, start=1):
        yield _difference_html(pair, f"{turn_id}-difference-{number}", number == 1, beside)
    if follow_ups and answer.status is Status.NOT_FOUND:
        yield _choices_html(follow_ups, CAN_BE_ASKED)
    if answer.related:
        near = (
            quote_html(q, f"{turn_id}-near-{i}", "near", beside)
            for i, q in enumerate(answer.related, start=1)
        )
        yield Markup('<section class="related"><h3>{}</h3>{}</section>').format(
            RELATED, Markup("").join(near)
        )
    yield beside.words.html()
    if follow_ups and answer.status is Status.ANSWERED:
        yield _choices_html(follow_ups, ASK_NEXT)


def _quotes_html(answer: Answer, turn_id: str, beside: Beside) -> Iterator[Markup]:
    """The lead quote, and the others folded below it."""
    lead, *others = answer.quotes
    yield quote_html(lead, f"{turn_id}-quote-1", "lead", beside)
    if others:
        count = "One more quote" if len(others) == 1 else f"{len(others)} more quotes"
        shown = (
            quote_html(q, f"{turn_id}-quote-{i}", "", beside) for i, q in enumerate(others, start=2)
        )
        yield _fold(f"{count} from the articles", Markup("").join(shown))


def _silence_html(answer: Answer) -> Markup:
    """That there is no answer, what is missing, and whom to ask."""
    first, *rest = silence(answer)
    rest += [] if answer.reason in ASK_AGAIN else [ASK_A_PERSON]
    said = Markup("").join(Markup("<p>{}</p>").format(escape(text)) for text in rest)
    again = " again" if answer.reason in ASK_AGAIN else ""
    return Markup('<section class="silence{}"><p class="said">{}</p>{}</section>').format(
        again, first, said
    )


def _difference_html(pair: Difference, element_id: str, first: bool, beside: Beside) -> Markup:
    """Two quotes side by side; what they are stands above the first pair only."""
    heading = Markup("<h3>{}</h3>").format(DIFFERENCES) if first else Markup("")
    return Markup('<section class="differences">{}{}{}</section>').format(
        heading,
        quote_html(pair.first, f"{element_id}a", "", beside),
        quote_html(pair.second, f"{element_id}b", "", beside),
    )


def _choices_html(choices: Sequence[str], heading: str = "") -> Markup:
    """Whole questions to tap; `transcript.js` sends the text of the one that is tapped."""
    buttons = (
        Markup('<li><button type="button" class="choice">{}</button></li>').format(escape(choice))
        for choice in choices
    )
    return Markup('<nav class="choices" aria-label="{}">{}<ul>{}</ul></nav>').format(
        heading or CHOICES.rstrip(":"),
        Markup("<h3>{}</h3>").format(heading) if heading else "",
        Markup("").join(buttons),
    )


def first_questions_html(questions: Sequence[str]) -> Markup:
    """What could be asked on an empty page; nothing where nothing is known to be answered."""
    if not questions:
        return Markup("")
    return Markup("<h2>{}</h2>{}").format(CHOICES.rstrip(":"), _choices_html(questions))


def _fold(summary: str, inside: Markup) -> Markup:
    return Markup('<details class="more"><summary>{}</summary>{}</details>').format(summary, inside)
