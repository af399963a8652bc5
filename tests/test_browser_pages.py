"""Article pages in a real Chromium: without scripts, at three widths, on paper, and with axe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdf
import pytest

from qa.records import Quote
from qa.render import source_href
from qa.web.pages import STATIC, Pages
from qa.web.permalink import Link
from tests import axe
from tests.fake_engine import CROSSING, ECT, EVIL, HOSTILE, LISTED, OFTEN, PAGED
from tests.test_web_originals import pages_of, pdf, written

pytestmark = pytest.mark.browser

HOST = "http://pages.test"
WIDTHS = pytest.mark.parametrize("width", [320, 390, 1280])
DOCUMENTS = {d.doc_id: d for d in (ECT, HOSTILE, PAGED)}


class Window:
    """A browser window in which `pages` are served without a server."""

    def __init__(self, browser: Any, pages: Pages, **options: Any) -> None:
        self.pages = pages
        self.problems: list[str] = []
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.problems.append(said.text))

    def _answer(self, route: Any) -> None:
        address = urlsplit(route.request.url)
        _, kind, name, *rest = address.path.split("/")
        if f"{address.scheme}://{address.netloc}" != HOST:
            self.problems.append(f"a request to {address.netloc}")
            route.abort()
        elif kind == "style":
            route.fulfill(path=STATIC / name)
        elif rest:
            self._send(route, self.pages.picture(name, int(Path(rest[1]).stem)))
        else:
            given = parse_qs(address.query)
            link = Link.read(*(given.get(key, [None])[0] for key in ("start", "end", "q", "w")))
            self._send(route, self.pages.article(name, link, route.request.url))

    def _send(self, route: Any, answer: Any) -> None:
        headers: Mapping[str, str] = dict(answer.headers)
        route.fulfill(status=answer.status_code, headers=headers, body=bytes(answer.body))

    def open(self, address: str) -> Any:
        self.page.goto(HOST + address)
        return self.page


@pytest.fixture
def window(browser: Any, width: int) -> Iterator[Window]:
    """A window without JavaScript; nothing is asked of another host."""
    opened = Window(
        browser,
        Pages(DOCUMENTS),
        viewport={"width": width, "height": 800},
        java_script_enabled=False,
    )
    yield opened
    assert [] == opened.problems
    opened.context.close()


def marked(page: Any) -> str:
    return "\n".join(str(mark.text_content()) for mark in page.locator("mark").all())


@WIDTHS
@pytest.mark.parametrize("quote", [OFTEN, LISTED, EVIL, CROSSING])
def test_the_quote_is_in_view_at_every_width(window: Window, quote: Quote) -> None:
    """Without scripts the link opens the page at the mark, below the help strip."""
    page = window.open(source_href(quote))
    box, strip = page.locator("#quote").bounding_box(), page.locator(".help").bounding_box()

    assert quote.text == marked(page)
    assert strip["y"] + strip["height"] <= box["y"] < 800
    assert 0 == strip["y"]


@WIDTHS
def test_nothing_is_wider_than_the_window_and_targets_are_large(window: Window) -> None:
    """Pages reflow, and what can be tapped outside of running text is at least 24 pixels."""
    for document in (ECT, HOSTILE, PAGED):
        page = window.open(f"/source/{document.doc_id}")
        widest = max(
            box["x"] + box["width"]
            for part in page.locator("body > *, main > *, footer *").all()
            if (box := part.bounding_box())
        )
        assert widest <= page.viewport_size["width"]
        for target in page.locator(".help a, .top a, .jump a, summary").all():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 24, target.text_content()


@pytest.mark.parametrize("width", [1280])
def test_paper_has_the_article_its_reference_and_its_address(window: Window) -> None:
    """Printed as PDF and read back: no buttons, no list of contents; the address is there."""
    page = window.open(source_href(OFTEN))
    printed = pypdf.PdfReader(BytesIO(page.pdf()))
    text = " ".join(" ".join(found.extract_text() for found in printed.pages).split())

    assert OFTEN.text in text
    assert "How to cite" in text
    assert "988" in text
    assert f"{HOST}/source/{ECT.doc_id}" in text.replace(" ", "")
    for chrome in ("Go to the marked quote", "In this article", "Skip to the article"):
        assert chrome not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, scheme: str) -> None:
    """An article at its quote, a hostile one, an old link, and one that is gone."""
    opened = Window(
        browser,
        Pages(DOCUMENTS, "A clinic"),
        viewport={"width": 390, "height": 800},
        bypass_csp=True,
        color_scheme=scheme,
    )
    near = "start=0&end=5&q=00000000&w=ECT+is+usually+given+two+or+three+times+a+week"
    addresses = (
        source_href(LISTED),
        source_href(EVIL),
        f"/source/{PAGED.doc_id}",
        f"/source/{ECT.doc_id}?{near}",
        f"/source/{'0' * 16}?{near}",
    )
    for address in addresses:
        page = opened.open(address)
        assert [] == axe.violations(page), address
    opened.context.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Any) -> None:
    """Help comes first, then the link past it; what has the focus has an outline."""
    opened = Window(
        browser, Pages(DOCUMENTS), viewport={"width": 1280, "height": 800}, bypass_csp=True
    )
    page = opened.open(f"/source/{ECT.doc_id}")
    reached = []
    for _ in range(page.locator("a, summary, [tabindex='0']").count()):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() == 0:
            break
        style = focused.evaluate("e => getComputedStyle(e).outlineStyle")
        reached.append((str(focused.text_content()).strip()[:20], style))
    names = [name for name, _ in reached]

    assert "none" not in {style for _, style in reached}
    assert names.index("Skip to the article") == page.locator(".help a").count()
    assert names.index("Skip to the article") < names.index("In this article")
    opened.context.close()


def test_the_page_of_a_pdf_stands_beside_the_text(browser: Any, tmp_path: Path) -> None:
    """On a wide window to its right, in sight together with the quote; loaded when needed."""
    document = written(tmp_path / "c", pdf())
    opened = Window(
        browser, pages_of(tmp_path / "c", document), viewport={"width": 1280, "height": 900}
    )
    page = opened.open(f"/source/{document.doc_id}?start=17&end=32#quote")
    picture = page.locator(".original img")
    picture.evaluate("e => e.decode()")
    beside, quote = picture.bounding_box(), page.locator("#quote").bounding_box()

    assert beside["x"] > quote["x"] + quote["width"]
    assert picture.evaluate("e => e.naturalWidth") == 1000
    opened.context.close()
