"""axe-core on a page that is open in a browser: what breaks WCAG 2.2, levels A and AA."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# Bars that float over the page lie flat for axe: what they cover scrolls into view.
FLAT = "#help, #composer { position: static !important }"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def violations(page: Any, tags: tuple[str, ...] = WCAG) -> list[str]:
    """One line a broken rule: its name, what it asks, and where it is broken.

    It runs in a page that allows scripts; the article pages themselves have none.
    """
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        list(tags),
    )
    return [
        f"{rule['id']}: {rule['help']}: {', '.join(str(node['target']) for node in rule['nodes'])}"
        for rule in found["violations"]
    ]
