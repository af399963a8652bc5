"""The headers of every answer, and the policy of the chat page.

Gradio compiles its components in the browser, so 'unsafe-eval' has to stay. Its inline scripts are
named by their hashes, so a script that somebody slips into the page does not run.
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders

from qa.web.endpoints import Kind

_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_CHAT_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{hashes}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_STRICT_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
}
_HSTS = "max-age=31536000"
_TAKEN_AWAY = ("server", "x-powered-by")


def chat_policy(page: str) -> str:
    """The policy that lets exactly the inline scripts of this page run.

    >>> "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='" in chat_policy("<script>a</script>")
    False
    """
    hashes = [hashlib.sha256(text.encode()).digest() for text in _INLINE.findall(page)]
    named = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    return _CHAT_POLICY.format(hashes=named)


def protect(headers: MutableHeaders, kind: Kind | None, secure: bool) -> None:
    """Sets what every answer carries; an article page keeps its own policy. None = a refusal."""
    for name in [key for key in headers if key.lower().startswith("access-control-")]:
        del headers[name]  # nobody else's page may read what is served here
    for name in _TAKEN_AWAY if kind is Kind.STAFF else (*_TAKEN_AWAY, "set-cookie"):
        if name in headers:
            del headers[name]
    for name, value in _ALWAYS.items():
        headers[name] = value
    if kind is Kind.STAFF:  # its forms then say where they come from; others are told nothing
        headers["Referrer-Policy"] = "same-origin"
    if secure:
        headers["Strict-Transport-Security"] = _HSTS
    if kind is not Kind.STATIC:
        headers["Cache-Control"] = "no-store"
    headers.setdefault("Content-Security-Policy", _STRICT_POLICY)
