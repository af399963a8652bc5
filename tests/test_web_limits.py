"""Limits: how many questions a minute, how many places, and who counts as one client."""

from __future__ import annotations

import pytest

from qa.web.limits import Full, Places, Rate, address_of, client_of, networks


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_ask_so_often_in_a_minute_and_then_waits() -> None:
    """Three at once; the fourth waits a third of a minute, to the second; then one more."""
    clock = Clock()
    rate = Rate(3, clock)

    assert [0.0, 0.0, 0.0, 20.0] == [rate.take("a") for _ in range(4)]
    clock.now += 19
    assert 1.0 == pytest.approx(rate.take("a"))
    clock.now += 1.001
    assert 0.0 == rate.take("a")
    assert rate.take("a") > 19


def test_a_full_bucket_holds_no_more_than_a_minute_is_worth() -> None:
    """A quiet hour buys nothing beyond the burst."""
    clock = Clock()
    rate = Rate(2, clock)
    rate.take("a")
    clock.now += 3600

    assert [True, True, False] == [rate.take("a") == 0.0 for _ in range(3)]


def test_clients_do_not_use_up_each_others_questions() -> None:
    """One that asks too often leaves the others alone."""
    rate = Rate(1, Clock())
    rate.take("a")

    assert rate.take("a") > 0
    assert 0.0 == rate.take("b")


def test_the_memory_of_a_rate_is_bounded() -> None:
    """A hundred thousand addresses leave as many entries as allowed, the last ones."""
    rate = Rate(1, Clock(), most_clients=50)
    for number in range(100_000):
        rate.take(str(number))

    assert 50 == len(rate)
    assert rate.take("99999") > 0
    assert 0.0 == rate.take("0")


def test_a_clock_that_goes_backwards_takes_nothing_away() -> None:
    """The level never falls below what was used."""
    clock = Clock()
    rate = Rate(2, clock)
    rate.take("a")
    clock.now -= 500

    assert 0.0 == rate.take("a")


def test_places_are_limited_in_all_and_for_each_client() -> None:
    """Two for one client, three in all; a refusal says whose doing it is; places come back."""
    places = Places(3, per_client=2)
    places.take("a")
    places.take("a")
    with pytest.raises(Full) as own:
        places.take("a")
    places.take("b")
    with pytest.raises(Full) as other:
        places.take("c")

    assert (True, False) == (own.value.own, other.value.own)
    assert 3 == places.taken
    places.give_back("a")
    places.take("c")
    assert 3 == places.taken


def test_a_place_comes_back_when_its_block_fails() -> None:
    """Nothing leaks, neither places nor names."""
    places = Places(1, 1)
    with pytest.raises(RuntimeError), places.one("a"):
        raise RuntimeError

    assert 0 == places.taken
    assert not places._held


PROXY = networks("10.0.0.0/8, 2001:db8:ffff::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        (None, [], "unknown"),
        ("testclient", ["1.2.3.4"], "unknown"),
        ("192.0.2.1", ["1.2.3.4"], "192.0.2.1"),  # not a proxy of ours: its word counts nothing
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.7, 10.9.9.9"], "203.0.113.7"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7:5555"], "203.0.113.7"),
        ("10.0.0.1", ["[2001:db8:1:2:3::9]:443"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:aaaa::1", [], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::1", [], "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("fe80::1%eth0", [], "fe80::/64"),
    ],
)
def test_a_client_is_its_address(peer: str | None, forwarded: list[str], client: str) -> None:
    """Only a proxy that the operator named can speak for another, and only for the last hop."""
    assert client == client_of(peer, forwarded, PROXY)


def test_without_trusted_proxies_nobody_speaks_for_another() -> None:
    """The default."""
    assert "127.0.0.1" == client_of("127.0.0.1", ["1.2.3.4"], networks(""))


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.3.4.5", "[", "[]", ":::", "1.2.3.4:x:y"])
def test_what_is_no_address_is_none(text: str) -> None:
    """No exception for anything a header may hold."""
    assert address_of(text) is None
