"""Connections to public addresses, whose answers must come in time."""

import http.client
import io
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from claims.errors import FetchError

PATIENCE = 10
"""How many times as long as it may be silent a server may take for one answer."""

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    >>> is_public("93.184.215.14"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not (ip.is_multicast or ip.is_reserved)
    inner = _embedded(ip)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_site_local)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a packet to an IPv6 address would reach."""
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def addresses(host: str, port: int) -> list[str]:
    """The IP addresses of a host.

    Raises:
        FetchError: if it has none, or its name cannot be one.
    """
    try:
        name = host.strip("[]").rstrip(".")
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise FetchError(
            f"the host {host} cannot be found; check the address and the network", again=True
        ) from error
    except UnicodeError as error:
        raise FetchError(f"{host!a} cannot be a host; check the address") from error
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def public_addresses(host: str, port: int) -> list[str]:
    """The IP addresses of a host, all of them public.

    Raises:
        FetchError: if one is not, so that a name cannot lead into this machine or its network.
    """
    found = addresses(host, port)
    if not all(map(is_public, found)):
        raise FetchError(
            f"{host} is this machine or in a private network, which is not read; "
            "if it is meant, allow it with --allow-private"
        )
    return found


class _Timed(io.RawIOBase):
    """What a socket receives, until a deadline: a server may not trickle for ever."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._silence = sock.gettimeout()
        self._deadline = monotonic() + PATIENCE * (self._silence or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401
        if self._silence is not None:
            left = self._deadline - monotonic()
            if left <= 0:
                raise TimeoutError("the answer takes too long")
            self._sock.settimeout(min(self._silence, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that must come in time, from its first line to its end."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(sock, *args, **kwargs)
        untimed, self.fp = self.fp, io.BufferedReader(_Timed(sock))
        untimed.close()


class _Http(HTTPConnection):
    response_class = _Response


class _Https(HTTPSConnection):
    response_class = _Response


class _Public(HTTPConnection):
    """A connection to the very address that was checked, under the name of the host."""

    def _new_conn(self) -> socket.socket:
        name, deadline = self._dns_host, monotonic() + (self.timeout or 0)
        failure: HTTPError | None = None
        for address in public_addresses(name, self.port):
            self._dns_host = address
            try:
                return super()._new_conn()
            except HTTPError as error:
                failure = error
            finally:
                self._dns_host = name
            if self.timeout and monotonic() > deadline:
                break
        raise failure or FetchError(f"the host {name} has no address; check it", again=True)


class _PublicHttp(_Public, _Http):
    pass


class _PublicHttps(_Public, _Https):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _PublicHttpPool(HTTPConnectionPool):
    ConnectionCls = _PublicHttp


class _PublicHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHttps


def pools(public: bool) -> dict[str, type[HTTPConnectionPool]]:
    """The classes of connection pools by scheme.

    Args:
        public: whether only public addresses are connected to.
    """
    if public:
        return {"http": _PublicHttpPool, "https": _PublicHttpsPool}
    return {"http": _HttpPool, "https": _HttpsPool}
