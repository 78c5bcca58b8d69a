"""Bytes to text: UTF-8 or a reason that says what to do."""

from claims.errors import InputError

_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_CONVERT = "convert it: iconv -f {} -t UTF-8 OLD > NEW"


def decoded(data: bytes) -> str:
    """The text of `data`, without a byte order mark. Line ends stay as they are.

    Raises:
        InputError: if it is not text in UTF-8; the message names the likely encoding.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 {_likely(data, error)}") from error
    if "\0" in text:
        raise InputError(f"not UTF-8 {_likely(data)}")
    return text


def _likely(data: bytes, error: UnicodeDecodeError | None = None) -> str:
    if wide := wide_encoding(data):
        return f"but {wide}; {_CONVERT.format(wide)}"
    if error is None or _is_binary(data):
        return "text but binary data; give the article's text as .txt or JSON Lines"
    mended = data.decode("utf-8", "replace")
    good = sum(c > "\x7f" and c != "\ufffd" for c in mended)
    if good > mended.count("\ufffd"):
        damaged = f"throughout: it is damaged at byte {error.start}"
        return f"{damaged}; drop the broken bytes: iconv -c -f UTF-8 -t UTF-8 OLD > NEW"
    return f"but most likely Latin-1 (Windows-1252); {_CONVERT.format('WINDOWS-1252')}"


def wide_encoding(data: bytes) -> str | None:
    """The name of a UTF-16 encoding, told from its mark or from where the zero bytes are."""
    if data[:2] in _BOMS:
        return _BOMS[data[:2]]
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.4 * half and even < 0.1 * half:
        return "UTF-16LE"
    if even > 0.4 * half and odd < 0.1 * half:
        return "UTF-16BE"
    return None


def _is_binary(data: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\x0b" for byte in data[:4096])
    return b"\0" in data or control > 0.02 * len(data[:4096])
