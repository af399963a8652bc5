"""Who sends a request and from where: the client, the host it names, its page, its token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from qa.config import Settings
from qa.web import refusals
from qa.web.limits import address_of, client_of, is_trusted, networks
from qa.web.refusals import Refused

_FORWARDED = (b"forwarded", b"x-real-ip")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as far as that can be known."""

    client: str
    secure: bool


class Callers:
    """Tells who calls, by the proxies and host names that the operator named."""

    def __init__(self, settings: Settings) -> None:
        self._trusted = networks(settings.trusted_proxies)
        self._hosts = host_names(settings.allowed_hosts)

    def identify(self, scope: Scope) -> tuple[Scope, Caller]:
        """Who calls, by the peer's address; what others say of it counts from trusted proxies."""
        peer = scope["client"][0] if scope.get("client") else None
        headers = Headers(scope=scope)
        client = client_of(peer, headers.getlist("x-forwarded-for"), self._trusted)
        if is_trusted(peer, self._trusted):
            scheme = headers.get("x-forwarded-proto", "").strip().lower()
            if scheme in ("http", "https"):
                scope = {**scope, "scheme": scheme}
        else:
            kept = [pair for pair in scope["headers"] if not _is_forwarded(pair[0])]
            scope = {**scope, "headers": kept}
        return scope, Caller(client, scope.get("scheme") == "https")

    def check_host(self, headers: Headers) -> None:
        """A name that leads here without the operator's knowledge may be another page's trick."""
        named = [*headers.getlist("host"), *headers.getlist("x-forwarded-host")]
        if not named or not all(self._is_ours(host) for host in named):
            raise Refused(421, refusals.OTHER_HOST)

    def _is_ours(self, host: str) -> bool:
        return address_of(host) is not None or _name_of(host) in self._hosts


def check_origin(headers: Headers, *, known: bool = False) -> None:
    """Only our own page may send questions or read their answers.

    `known`: it must be said where the request comes from, as every browser does.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if known and site is None and origin is None:
        raise Refused(403, refusals.OTHER_PAGE)
    if site is not None and site != "same-origin":
        raise Refused(403, refusals.OTHER_PAGE)
    if origin is None or site == "same-origin":
        return
    netloc = _netloc(origin)
    ours = {headers.get("x-forwarded-host", ""), headers.get("host", "")} - {""}
    if netloc not in ours:
        raise Refused(403, refusals.OTHER_PAGE)


def check_token(headers: Headers, token: str) -> None:
    """In the same time whatever was sent; without a token set, nothing is there."""
    if not token:
        raise Refused(404, refusals.NOTHING_HERE)
    scheme, _, sent = headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(sent.strip().encode("latin-1", "replace"), token.encode())
    if scheme.lower() != "bearer" or not same:
        raise Refused(401, refusals.TOKEN_WANTED, headers={"WWW-Authenticate": "Bearer"})


def host_names(text: str) -> frozenset[str]:
    """
    >>> sorted(host_names("Clinic.example, other"))
    ['clinic.example', 'localhost', 'other']
    """
    return frozenset({"localhost", *(part.strip().lower() for part in text.split(","))} - {""})


def _name_of(host: str) -> str:
    return host.strip().lower().rpartition(":")[0] if ":" in host else host.strip().lower()


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _is_forwarded(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name in _FORWARDED
