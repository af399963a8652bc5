"""One page of a PDF as a PNG (owns pypdfium2): `python -m qa.web.pdf_picture PAGE < PDF > PNG`.

It runs as a process of its own: the library is native code, and a file that makes it crash or
never end must not take the chat with it.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

SECONDS = 20  # a page that takes longer is not shown
WIDTH, HEIGHT = 1000, 2000  # pixels at most
_ROOT = Path(__file__).resolve().parents[2]


def picture_of(pdf: bytes, page: int) -> bytes | None:
    """The page (from 1) as a PNG; None where it cannot be drawn."""
    command = [sys.executable, "-m", "qa.web.pdf_picture", str(page)]
    try:
        done = subprocess.run(
            command, input=pdf, capture_output=True, timeout=SECONDS, cwd=_ROOT, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.stdout.startswith(b"\x89PNG") else None


def draw(pdf: bytes, page: int) -> bytes:
    """As wide as WIDTH allows, shades of grey unless the page has colours. Raises what pypdfium2
    raises.
    """
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[page - 1]
        width, height = drawn.get_size()
        bitmap = drawn.render(scale=min(WIDTH / width, HEIGHT / height))
        picture = bitmap.to_pil().convert("P", palette=1, colors=64)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
