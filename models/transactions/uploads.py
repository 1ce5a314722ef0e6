"""Uploaded bytes: copied chunk by chunk into a private file under a name of our own."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from models.transactions import refusals

CHUNK = 1 << 20
UPLOAD_LIMIT = 200_000_000  # bytes


class Upload(NamedTuple):
    """A stored upload: where it lies and the sha256 of its bytes."""

    path: Path
    fingerprint: str

    def discard(self) -> None:
        """Delete the stored bytes; call it once the log was read."""
        shutil.rmtree(self.path.parent, ignore_errors=True)


def store_upload(
    stream: IO[bytes], *, name: str = "The upload", limit: int = UPLOAD_LIMIT
) -> Upload:
    """Copy a binary stream into a private temporary file.

    Parameters
    ----------
    stream
        Where the bytes come from; read once, in chunks.
    name
        The name to show; nothing on the disk is ever called so.
    limit
        The most bytes that are accepted.

    Raises
    ------
    FileError
        If there are more bytes than `limit`.
    """
    folder = Path(tempfile.mkdtemp(prefix="tenure-upload-"))
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        digest, size = hashlib.sha256(), 0
        with (folder / "upload").open("wb") as out:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise refusals.too_large(name, size, limit)
                digest.update(chunk)
                out.write(chunk)
        undo.pop_all()
    return Upload(folder / "upload", digest.hexdigest())
