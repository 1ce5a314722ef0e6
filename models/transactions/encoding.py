"""From the file's bytes to UTF-8 text, and the fingerprint on the way."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from models.transactions import refusals

CHUNK = 1 << 20
HEAD = 1 << 16
GZIP_RATIO = 200  # real tables compress 5 to 50 times
GZIP_ALWAYS = 20_000_000  # bytes that may come out of any archive, however small
MANY_VALID = 20  # valid multi-byte characters per broken one that still speak for UTF-8
CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\x0b\x0c\x1b")
UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
SHOWN = {"utf-16": "UTF-16", "cp1252": "Windows-1252", "latin-1": "Latin-1", "utf-8": "UTF-8"}


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes found.

    Attributes
    ----------
    fingerprint
        sha256 in hexadecimal.
    size
        Bytes.
    utf8
        Whether all bytes are valid UTF-8.
    """

    fingerprint: str
    size: int
    utf8: bool


def survey(path: Path) -> Survey:
    """Hash a file and check its encoding in one pass."""
    digest, size = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, midway = True, False
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if utf8 and (midway or not chunk.isascii()):
                try:
                    decoder.decode(chunk)
                    midway = bool(decoder.getstate()[0])
                except UnicodeDecodeError:
                    utf8 = False
    return Survey(digest.hexdigest(), size, utf8 and not midway)


def fingerprint_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpack(path: Path, out: Path, name: str, limit: int) -> None:
    """Unpack a gzip file, stopping at `limit` bytes or at an absurd ratio.

    Raises
    ------
    FileError
        If it unpacks to more, or is damaged.
    """
    limit = min(limit, max(GZIP_ALWAYS, path.stat().st_size * GZIP_RATIO))
    written = 0
    with gzip.open(path) as stream, out.open("wb") as target:
        try:
            while piece := stream.read(CHUNK):
                written += len(piece)
                if written > limit:
                    raise refusals.bomb(name, limit)
                target.write(piece)
        except (zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise refusals.unreadable(name, "the gzip data is damaged or cut off") from error


def to_utf8(path: Path, out: Path, name: str, utf8: bool) -> tuple[Path, tuple[str, ...]]:
    """Return a path with the same text in UTF-8, and a note about the encoding.

    A file that is UTF-8 already stays where it is.

    Raises
    ------
    FileError
        If the content is binary.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    wide = _wide(head)
    if wide is None:
        _refuse_binary(head, name)
        if utf8:
            return path, ()
    encoding, errors = (wide, "replace") if wide else _narrow(path)
    _transcode(path, out, encoding, errors)
    shown = SHOWN.get(encoding, "UTF-16")
    broken = ", with some broken characters" if encoding == "utf-8" else ""
    return out, (f"The text is encoded as {shown}{broken}.",)


def _wide(head: bytes) -> str | None:
    """Return the UTF-16 flavour of the text, or None."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(head) // 2
    if half < 4 or b"\x00" not in head:
        return None
    if head[1::2].count(0) > 0.4 * half and head[0::2].count(0) == 0:
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * half and head[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _refuse_binary(head: bytes, name: str) -> None:
    """Refuse content with bytes that text does not have."""
    controls = len(head) - len(head.translate(None, CONTROLS))
    if b"\x00" in head or controls > 0.01 * len(head):
        raise refusals.not_text(name)


def _narrow(path: Path) -> tuple[str, str]:
    """Choose the one-byte encoding, or UTF-8 with a few broken characters, and the error handler.

    Windows-1252 leaves five bytes undefined; a file that uses them is read as Latin-1.
    """
    valid, broken, undefined = 0, 0, False
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            undefined = undefined or len(chunk.translate(None, UNDEFINED_IN_CP1252)) < len(chunk)
            text = decoder.decode(chunk)
            wrong = text.count("\ufffd")
            broken += wrong
            valid += len(text) - wrong - len(text.encode("ascii", "ignore"))
    if valid > MANY_VALID * broken:
        return "utf-8", "replace"
    return ("latin-1" if undefined else "cp1252"), "strict"


def _transcode(path: Path, out: Path, encoding: str, errors: str) -> None:
    """Write the text of `path` to `out` as UTF-8, in chunks, line ends untouched."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as stream, out.open("wb") as target:
        while chunk := stream.read(CHUNK):
            target.write(_clean(decoder.decode(chunk)))
        target.write(_clean(decoder.decode(b"", final=True)))


def _clean(text: str) -> bytes:
    """Encode text, replacing lone surrogates that UTF-8 cannot carry."""
    return text.encode("utf-8", "replace")
