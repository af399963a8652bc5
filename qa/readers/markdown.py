"""Markdown -> parts: the text a reader sees once the marks are rendered.

Links give their label, pictures nothing; raw HTML gives its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa.readers.parts import Part, heading, list_item, paragraph, table_row
from qa.readers.webpage import fragment_parts

_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_OPENS_LIST = ("bullet_list_open", "ordered_list_open")
_CLOSES_LIST = ("bullet_list_close", "ordered_list_close")


def markdown_parts(text: str) -> list[Part]:
    """Headings, paragraphs, list items and table rows, in order."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return list(_walk(parser.parse(text)))


def _walk(tokens: Sequence[Token]) -> Iterator[Part]:
    depth, group, level = 0, 0, 0
    cells: list[str] | None = None
    for token in tokens:
        if token.type in _OPENS_LIST:
            group += depth == 0
            depth += 1
        elif token.type in _CLOSES_LIST:
            depth -= 1
        elif token.type == "table_open":
            group += 1
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield table_row(cells or [], group)
            cells = None
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "html_block":
            yield from fragment_parts(token.content)
        elif token.type in ("inline", "fence", "code_block"):
            shown = _shown(token)
            if cells is not None:
                cells.append(shown)
            elif level:
                yield heading(shown, level)
            elif depth:
                yield list_item(shown, depth, group)
            else:
                yield paragraph(shown)


def _shown(token: Token) -> str:
    """The visible text of an inline token or a code block."""
    if token.type != "inline":
        return token.content
    return _FOOTNOTE.sub("", "".join(_inline(child) for child in token.children or []))


def _inline(token: Token) -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "html_inline" and re.match(r"<(br|wbr|hr)\b", token.content, re.IGNORECASE):
        return " "
    return ""
