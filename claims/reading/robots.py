"""robots.txt: which pages of a site may be read, and how fast (RFC 9309)."""

import re
from collections.abc import Iterator

from protego import Protego

TOKEN = "claims"
"""What a robots.txt calls us."""
LARGEST = 500_000
"""Bytes of a robots.txt that are read; the rest counts for nothing."""
LONGEST_DELAY = 30.0
"""Seconds between two requests that a site can ask for."""

_AGENT = re.compile(r"\s*user[- ]?agent\b[\s:]*([^\s/#]*)", re.IGNORECASE)


class Robots:
    """What one robots.txt says to us."""

    def __init__(self, data: bytes = b"") -> None:
        """Parses it.

        Args:
            data: the file; nothing where the site has none.
        """
        text = data[:LARGEST].decode("utf-8", "replace").removeprefix("\ufeff")
        self._rules = Protego.parse("\n".join(_lines(text)))

    def allows(self, url: str) -> bool:
        """Whether a page may be read."""
        return self._rules.can_fetch(url, TOKEN)

    @property
    def delay(self) -> float:
        """Seconds between two requests that it asks for."""
        return min(self._rules.crawl_delay(TOKEN) or 0.0, LONGEST_DELAY)


def _lines(text: str) -> Iterator[str]:
    """The lines, with all robots that are not us under one name.

    The parser keeps each rule once for each robot that it is for: time and space would grow
    with the product of the two.
    """
    for line in text.splitlines():
        agent = _AGENT.match(line)
        if agent is None:
            yield line
        else:
            name = agent[1].lower()
            yield f"User-agent: {name if name in ('*', TOKEN) else 'another'}"
