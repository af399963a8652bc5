"""Reading HTML back in tests: text content and attributes of elements, as a browser has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """One element; `text` is its text content."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self, wanted: Callable[[Element], bool]) -> list[Element]:
        """The elements inside, in document order, that are wanted."""
        inside = [c for c in self.children if isinstance(c, Element)]
        return [
            e for child in inside for e in ([child] if wanted(child) else []) + child.all(wanted)
        ]

    def tags(self, tag: str) -> list[Element]:
        """All elements of one kind."""
        return self.all(lambda e: e.tag == tag)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("root", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open[-1].tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """The tree of some HTML; fails where a tag is left open or closed twice."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert 1 == len(reader.open), f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]
