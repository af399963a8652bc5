"""Plain text -> parts."""

from __future__ import annotations

import re

from qa.readers.parts import Part, paragraph


def plain_parts(text: str) -> list[Part]:
    """Paragraphs parted by empty lines."""
    return [paragraph(piece) for piece in re.split(r"\n\s*\n", text)]
