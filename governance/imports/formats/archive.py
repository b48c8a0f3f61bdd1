"""Opens an office zip without trusting what it says of itself: everything is counted while it inflates."""

import io
import zipfile
from typing import Any

from governance.imports.formats.kinds import BROKEN, PROTECTED
from governance.imports.formats.sheets import Unreadable

MAX_INFLATED = 300 * 2**20
MAX_ENTRIES = 1000
MAX_RATIO = 100
RATIO_FROM = 2**20
"""Below this size an entry may be as dense as it likes."""

BOMB = (
    "Le fichier se décompresse en un contenu démesuré : il n’est pas lu. "
    "Copiez les feuilles utiles dans un classeur neuf, puis recommencez."
)
_ENCRYPTED = 0x1


def is_too_dense(inflated: int, compressed: int) -> bool:
    """Whether an entry gives far more than what a spreadsheet's text, however repetitive, compresses from."""
    return inflated > RATIO_FROM and inflated > MAX_RATIO * max(compressed, 1)


class Archive:
    """A zip whose entries are read as streams. Raises Unreadable for a broken, encrypted or exploding one."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unreadable(BROKEN) from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Unreadable(BOMB)
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise Unreadable(PROTECTED)
        self._names = {entry.filename.lower(): entry for entry in entries}
        self._left = MAX_INFLATED

    @property
    def names(self) -> set[str]:
        return {entry.filename for entry in self._names.values()}

    def has(self, name: str) -> bool:
        return name.lower() in self._names

    def open(self, name: str) -> "Entry":
        """The stream of an entry, its name's case aside. Raises Unreadable when it is missing."""
        entry = self._names.get(name.lower())
        if entry is None:
            raise Unreadable(BROKEN)
        if entry.file_size > self._left or is_too_dense(entry.file_size, entry.compress_size):
            raise Unreadable(BOMB)
        return Entry(self, self._zip.open(entry), entry.compress_size)

    def text(self, name: str, size: int = 1000) -> str:
        """The first bytes of a small entry as text; "" when it is missing."""
        return self.open(name).read(size).decode("utf-8", "replace") if self.has(name) else ""

    def count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unreadable(BOMB)


class Entry:
    """One entry as a readable stream that counts what comes out of it."""

    def __init__(self, archive: Archive, stream: Any, compressed: int) -> None:
        self._archive, self._stream, self._compressed, self._inflated = archive, stream, compressed, 0

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes (64 KiB at a time when negative). Raises Unreadable when they are too many."""
        chunk: bytes = self._stream.read(size if size >= 0 else 2**16)
        self._inflated += len(chunk)
        self._archive.count(len(chunk))
        if is_too_dense(self._inflated, self._compressed):
            raise Unreadable(BOMB)
        return chunk
