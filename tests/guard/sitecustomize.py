"""Loaded first by Python where this folder is on the path: no connection beyond this machine.

An attempt is refused and written to the file named by QA_TEST_CONNECTIONS.
"""

from __future__ import annotations

import ipaddress
import os
import sys

LOCAL_NAMES = (None, "", "localhost")


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    else:
        return
    if not _is_local(host):
        with open(os.environ["QA_TEST_CONNECTIONS"], "a") as log:
            log.write(f"{event} {host!r}\n")
        raise OSError(f"a test server tried to reach {host!r}")


if "QA_TEST_CONNECTIONS" in os.environ:
    sys.addaudithook(_guard)
