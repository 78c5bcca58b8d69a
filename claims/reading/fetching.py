"""Addresses to what servers send: safely, politely, and never more than asked for.

Only http and https; only public addresses, unless private ones are allowed; what robots.txt
allows, at the pace that it asks for; no cookies, no credentials, no scripts.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.metadata import version
from time import monotonic, sleep
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urljoin
from urllib.request import getproxies, proxy_bypass

import certifi
from urllib3 import BaseHTTPResponse, HTTPResponse, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    SSLError,
    TimeoutError,
)
from urllib3.util import Url, parse_url

from claims.errors import FetchError
from claims.reading import robots, sniffing
from claims.reading.connections import pools, public_addresses
from claims.reading.parts import Network, too_large

BACK_OFF = (1.0, 5.0)
"""Seconds before the second and the third try."""
LONGEST_WAIT = 60.0
"""Seconds that a server can ask us to wait for within one run."""
ROBOTS_LAST = 3600.0
"""Seconds that a robots.txt is remembered."""
REDIRECTS = 10
LONGEST_ADDRESS = 8_000
CHUNK = 1 << 16
HOSTS = 100
"""How many hosts are remembered."""

_ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,"
    "application/feed+json,application/xml;q=0.9,application/json;q=0.9,text/plain;q=0.8,*/*;q=0.5"
)
Value = TypeVar("Value")
_MOVED = (301, 302, 303, 307, 308)
_WHAT_TO_DO = {
    401: "it wants a password; save the page in a browser and read the file",
    402: "it wants to be paid; save the page in a browser and read the file",
    403: "it refuses us; ask the publisher, or save the page in a browser and read the file",
    404: "there is no such page; check the address",
    407: "the proxy wants a password; put it into the address of the proxy",
    410: "the page is gone; look for a copy of it",
    451: "the page is barred by law; look for a copy of it",
}


class Page(NamedTuple):
    """What a server sent."""

    url: str
    """Its address, after redirects."""
    data: bytes
    name: str
    """A file name whose suffix tells what it is."""
    charset: str | None
    """The codec of the encoding that the server names."""
    reserved: bool | None
    """Whether the server reserves text and data mining (the header `tdm-reservation`)."""
    etag: str | None
    modified: str | None


class _Answer(NamedTuple):
    url: str
    status: int
    headers: Mapping[str, str]
    data: bytes


class _SoonError(FetchError):
    """What another try may mend at once."""

    def __init__(self, message: str, *, wait: float | None = None, silent: bool = False) -> None:
        super().__init__(message, again=True)
        self.wait = wait
        self.silent = silent


class Fetcher:
    """Reads addresses one after the other; knows how it may treat each host."""

    def __init__(self, network: Network, largest: int) -> None:
        """Opens nothing yet.

        Args:
            network: how the network is used.
            largest: bytes that an answer may have, unpacked.
        """
        self._network = network
        self._largest = largest
        self._managers: dict[str | None, PoolManager] = {}
        self._robots: dict[str, tuple[float, robots.Robots | str]] = {}
        self._last: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._closed: dict[str, tuple[float, str]] = {}

    def close(self) -> None:
        """Closes all connections. What is known of hosts stays known."""
        for manager in self._managers.values():
            manager.clear()
        self._managers.clear()

    def fetch(self, url: str, etag: str | None = None, modified: str | None = None) -> Page | None:
        """What stands at an address; None if the server says that it has not changed.

        Args:
            url: the address. Its fragment, and a name or password in it, are not sent.
            etag: the ETag of the last time.
            modified: the Last-Modified of the last time.

        Raises:
            FetchError: if it cannot be read.
        """
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        given = {key: value for key, value in headers.items() if value}
        answer = self._follow(_parsed(url), given)
        if answer.status == 304:
            return None
        if not answer.data:
            raise FetchError("the server sent nothing; try again later", again=True)
        said, charset = sniffing.content_type(answer.headers.get("Content-Type", ""))
        return Page(
            url=answer.url,
            data=answer.data,
            name=sniffing.name(said, answer.url, answer.data),
            charset=charset,
            reserved=sniffing.reserved(answer.headers.get("tdm-reservation")),
            etag=_plain(answer.headers.get("ETag")),
            modified=_plain(answer.headers.get("Last-Modified")),
        )

    def _follow(self, url: Url, headers: Mapping[str, str], *, for_robots: bool = False) -> _Answer:
        """The answer at the end of all redirects; each is checked as the first address was."""
        seen: set[str] = set()
        while len(seen) <= REDIRECTS:
            if url.url in seen:
                raise FetchError("its redirects lead in a circle; open it in a browser")
            seen.add(url.url)
            if not for_robots:
                self._check_robots(url)
            answer = self._patiently(url, headers, for_robots)
            if answer.status not in _MOVED:
                return answer
            url = _parsed(_location(url.url, answer.headers))
        raise FetchError(f"it leads through more than {REDIRECTS} redirects; open it in a browser")

    def _check_robots(self, url: Url) -> None:
        origin = url._replace(path="/robots.txt", query=None)
        until, found = self._robots.get(origin.url, (0.0, None))
        if found is None or monotonic() > until:
            found = self._robots_of(origin)
            length = LONGEST_WAIT if isinstance(found, str) else ROBOTS_LAST
            _remember(self._robots, origin.url, (monotonic() + length, found))
        if isinstance(found, str):
            raise FetchError(found, again=True)
        host = url.host or ""
        _remember(self._pauses, host, max(self._network.pause, found.delay))
        if not found.allows(url.url):
            raise FetchError(
                "the robots.txt of its site does not allow us to read it; ask the publisher, "
                "or save the page in a browser and read the file"
            )

    def _robots_of(self, origin: Url) -> robots.Robots | str:
        """What a site's robots.txt says; a reason if it cannot be read now.

        All is allowed where the site has none.
        """
        try:
            return robots.Robots(self._follow(origin, {}, for_robots=True).data)
        except FetchError as error:
            if not error.again:
                return robots.Robots()
            if isinstance(error, _SoonError) and not error.silent:
                return f"the robots.txt of its site, which all depends on, cannot be read: {error}"
            return str(error)

    def _patiently(self, url: Url, headers: Mapping[str, str], for_robots: bool) -> _Answer:
        """The answer of one address, by three tries at most."""
        host, place = url.host or "", url.netloc or ""
        until, closed = self._closed.get(place, (0.0, None))
        if closed is not None and monotonic() < until:
            raise FetchError(closed, again=True)
        for pause in (*BACK_OFF, None):
            self._wait_for_turn(host)
            try:
                return self._once(url, headers, for_robots)
            except _SoonError as error:
                wait = max(error.wait or 0.0, pause or 0.0)
                if wait > LONGEST_WAIT or (pause is None and error.silent):
                    # The other pages of this server need not try.
                    length = max(wait, LONGEST_WAIT)
                    _remember(self._closed, place, (monotonic() + length, str(error)))
                if wait > LONGEST_WAIT or pause is None:
                    raise
            finally:
                _remember(self._last, host, monotonic())
            sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _wait_for_turn(self, host: str) -> None:
        if host in self._last:
            pause = self._pauses.get(host, self._network.pause)
            left = self._last[host] + pause - monotonic()
            if left > 0:
                sleep(left)

    def _once(self, url: Url, headers: Mapping[str, str], for_robots: bool) -> _Answer:
        manager = self._manager(url)
        silence = self._network.timeout
        try:
            response = manager.urlopen(
                "GET",
                url.url,
                headers={**_own_headers(self._network.contact), **headers},
                timeout=Timeout(connect=silence, read=silence),
                preload_content=False,
                redirect=False,
                retries=False,
            )
            try:
                data = b""
                if response.status in (200, 203):
                    limit = robots.LARGEST if for_robots else self._largest
                    data = _body(response, limit, cut=for_robots)
                else:
                    _discard(response)
            finally:
                response.close()
        except (HTTPError, OSError) as error:
            raise _failure(error) from error
        if not (
            response.status in (200, 203, *_MOVED) or (response.status == 304 and bool(headers))
        ):
            raise _refusal(response)
        return _Answer(url.url, response.status, response.headers, data)

    def _manager(self, url: Url) -> PoolManager:
        """The connections that lead to an address: straight, or through a proxy."""
        proxy = _proxy(url)
        if proxy is not None and not self._network.allow_private:
            _check_behind_proxy(url)
        if proxy not in self._managers:
            certificates = os.environ.get("SSL_CERT_FILE") or certifi.where()
            if proxy is None:
                manager = PoolManager(ca_certs=certificates)
            else:
                manager = _proxy_manager(proxy, certificates)
            public = proxy is None and not self._network.allow_private
            manager.pool_classes_by_scheme = pools(public)
            self._managers[proxy] = manager
        return self._managers[proxy]


@lru_cache(maxsize=8)
def shared(network: Network, largest: int) -> Fetcher:
    """The one fetcher of all that is read in one way, so that each host gets its pauses."""
    return Fetcher(network, largest)


def _remember(known: dict[str, Value], key: str, value: Value) -> None:
    """Keeps what is said of the last hosts only."""
    known.pop(key, None)
    known[key] = value
    if len(known) > HOSTS:
        del known[next(iter(known))]


def _parsed(address: str) -> Url:
    """An address as it is asked for: without fragment, name and password."""
    try:
        url = parse_url(address.strip())
    except LocationParseError as error:
        raise FetchError(f"{ascii(address)[:80]} is no address; check it") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{ascii(address)[:80]} is no address of the web; give http or https")
    if len(url.url) > LONGEST_ADDRESS:
        raise FetchError(f"the address has over {LONGEST_ADDRESS} characters; check it")
    return url._replace(auth=None, fragment=None, path=url.path or "/")


def _own_headers(contact: str | None) -> dict[str, str]:
    reach = " ".join((contact or "").encode("ascii", "ignore").decode().split())
    return {
        "User-Agent": f"claims/{version('claims')} (reads news articles{'; +' * bool(reach)}{reach})",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
    }


def _proxy(url: Url) -> str | None:
    """The proxy that the environment names for an address."""
    found = getproxies()
    proxy = found.get(url.scheme or "") or found.get("all")
    host = f"{url.host}:{url.port}" if url.port else url.host or ""
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_manager(proxy: str, certificates: str) -> ProxyManager:
    try:
        url = parse_url(proxy)
        headers = make_headers(proxy_basic_auth=unquote(url.auth)) if url.auth else None
        return ProxyManager(
            url._replace(auth=None).url, proxy_headers=headers, ca_certs=certificates
        )
    except HTTPError as error:
        reason = "the proxy that the environment names cannot be used; give one of http or https"
        raise FetchError(reason) from error


def _check_behind_proxy(url: Url) -> None:
    """Refuses a private host as far as its name is known here: the proxy looks it up itself."""
    try:
        public_addresses(url.host or "", url.port or 0)
    except FetchError as error:
        if not error.again:
            raise


def _body(response: BaseHTTPResponse, largest: int, *, cut: bool) -> bytes:
    """What an answer holds, unpacked.

    Args:
        response: the answer.
        largest: bytes that it may have.
        cut: whether what is more is left out, and no error.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", *HTTPResponse.CONTENT_DECODERS) and "," not in encoding:
        raise FetchError(f"it is packed as {encoding[:20]}, which was not asked for")
    data = bytearray()
    for chunk in response.stream(CHUNK, decode_content=True):
        data += chunk
        if len(data) > largest and cut:
            return bytes(data[:largest])
        if len(data) > largest:
            raise FetchError(too_large(largest))
    return bytes(data)


def _discard(response: BaseHTTPResponse) -> None:
    """Reads the rest of a short answer, so that its connection can be used again."""
    if (
        isinstance(response, HTTPResponse)
        and response.length_remaining is not None
        and response.length_remaining <= CHUNK
    ):
        response.drain_conn()


def _failure(error: Exception) -> FetchError:
    """What went wrong with a connection, in words."""
    cause: BaseException | None = error
    while isinstance(cause, BaseException):
        if isinstance(cause, SSLError):
            what = f"no safe connection can be made ({_detail(cause)})"
            return FetchError(f"{what}; its owner must mend its certificate", again=True)
        cause = cause.__cause__
    if isinstance(error, DecodeError):
        return _SoonError("what the server sent is packed wrongly; try again later")
    if isinstance(error, NewConnectionError):
        return _SoonError("the server cannot be reached; try again later", silent=True)
    if isinstance(error, TimeoutError):
        silent = isinstance(error, ConnectTimeoutError)
        return _SoonError("the server takes too long to answer; try again later", silent=silent)
    return _SoonError("the connection broke off; try again later")


def _detail(error: BaseException) -> str:
    inner = error.args[0] if error.args else error
    return str(getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or "TLS")[:100]


def _refusal(response: BaseHTTPResponse) -> FetchError:
    """What a status says that brings no page."""
    status = response.status
    if status in (408, 425, 429) or status >= 500:
        wait = _retry_after(response.headers.get("Retry-After", ""))
        when = "later"
        if wait and wait > LONGEST_WAIT:
            when = f"after {_clock(wait)}"
        return _SoonError(f"the server is busy or broken (status {status}); try {when}", wait=wait)
    what = _WHAT_TO_DO.get(status, "open it in a browser, and save the page if it is there")
    return FetchError(f"the server answers with status {status}: {what}")


def _clock(wait: float) -> str:
    return f"{datetime.now(UTC) + timedelta(seconds=wait):%Y-%m-%d %H:%M} UTC"


def _retry_after(value: str) -> float | None:
    """The seconds that a server asks us to wait for; None if it does not say."""
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value), timedelta(days=365).total_seconds())
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _location(url: str, headers: Mapping[str, str]) -> str:
    """Where a redirect leads."""
    location = headers.get("Location", "")
    if not location:
        raise FetchError("it redirects to nowhere; open it in a browser")
    # Python reads headers as Latin-1; what is not ASCII is mostly UTF-8.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise FetchError(f"it redirects to {location!a:.80}, no address; check it") from error


def _plain(value: str | None) -> str | None:
    """A header that can be sent back as it is."""
    return value if value and value.isascii() and value.isprintable() else None
