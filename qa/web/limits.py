"""How much one client may do: questions a minute, open streams, sessions, and who a client is.

Everything here is plain arithmetic on a clock that is handed in; `web/guard` asks it. What is kept
is a bounded number of addresses in memory, never a word of a message.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_CLIENTS = 10_000  # addresses remembered by a limiter: about 2 MB
IPV6_PREFIX = 64  # one household or clinic has this many bits in common
UNKNOWN = "unknown"  # a caller without an address, as over a Unix socket


class Full(Exception):
    """No place left; `own` says whether this client has taken them itself."""

    def __init__(self, own: bool) -> None:
        super().__init__()
        self.own = own


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Rate:
    """A token bucket for each client: `per_minute` at once, refilled evenly over a minute."""

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        most_clients: int = MOST_CLIENTS,
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._most = most_clients
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: str) -> float:
        """0.0 if the client may go on, else the seconds until it may."""
        now = self._clock()
        bucket = self._buckets.pop(client, None) or _Bucket(self._per_minute, now)
        passed = max(0.0, now - bucket.at)
        bucket.level = min(self._per_minute, bucket.level + passed * self._per_minute / 60)
        bucket.at = now
        self._buckets[client] = bucket  # the one used last stands last
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if bucket.level < 1:
            return (1 - bucket.level) * 60 / self._per_minute
        bucket.level -= 1
        return 0.0


class Places:
    """A number of places in all, and how many of them one client may hold at a time."""

    def __init__(self, total: int, per_client: int) -> None:
        self._total = total
        self._per_client = per_client
        self._held: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        return self._held.total()

    def take(self, client: str) -> None:
        """Raises Full where there is no place; each take needs a `give_back`."""
        if self._held[client] >= self._per_client:
            raise Full(own=True)
        if self.taken >= self._total:
            self._drop(client)
            raise Full(own=False)
        self._held[client] += 1

    def give_back(self, client: str) -> None:
        self._held[client] -= 1
        self._drop(client)

    def _drop(self, client: str) -> None:
        if self._held[client] <= 0:
            del self._held[client]

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """A place for as long as the block runs."""
        self.take(client)
        try:
            yield
        finally:
            self.give_back(client)


def client_of(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Who is counted: the peer, or what a trusted proxy says of it; of IPv6 its network.

    `forwarded` are the values of X-Forwarded-For in order. They are read from the right, past
    trusted proxies, since anybody can write what stands further left.

    >>> proxy = networks("10.0.0.0/8")
    >>> client_of("10.0.0.1", ["1.1.1.1, 203.0.113.7", "10.0.0.2"], proxy)
    '203.0.113.7'
    >>> client_of("198.51.100.9", ["1.1.1.1"], proxy)
    '198.51.100.9'
    >>> client_of("2001:db8:1:2:3:4:5:6", [], proxy)
    '2001:db8:1:2::/64'
    """
    address = address_of(peer or "")
    if address is None:
        return UNKNOWN
    if is_trusted(peer, trusted):
        chain = [part for value in forwarded for part in value.split(",")]
        for part in reversed(chain):
            further = address_of(part)
            if further is None:
                break
            address = further
            if not any(address in network for network in trusted):
                break
    if address.version == 6:
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def is_trusted(peer: str | None, trusted: Sequence[Network]) -> bool:
    address = address_of(peer or "")
    return address is not None and any(address in network for network in trusted)


def address_of(text: str) -> Address | None:
    """An address with or without a port, None for anything else; IPv4 within IPv6 is IPv4.

    >>> address_of("[2001:db8::1]:443"), address_of("192.0.2.1:80"), address_of("host")
    (IPv6Address('2001:db8::1'), IPv4Address('192.0.2.1'), None)
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def networks(text: str) -> tuple[Network, ...]:
    """Addresses or networks with commas between; raises ValueError naming the one that is none.

    >>> networks("10.0.0.0/8, 127.0.0.1")
    (IPv4Network('10.0.0.0/8'), IPv4Network('127.0.0.1/32'))
    """
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
