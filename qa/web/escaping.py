"""Text made safe for HTML; every escape of the pages goes through here."""

from __future__ import annotations

from markupsafe import Markup


def escape(text: str) -> Markup:
    """Text for an HTML element or attribute whose value in the browser is the same text.

    A carriage return is written as a reference, since HTML would read it as a line feed; NUL
    cannot stand in HTML at all.
    """
    safe = Markup.escape(text.replace("\x00", "\ufffd"))
    return Markup(str(safe).replace("\r", "&#13;"))  # Markup.replace would escape it again
