"""Opens a file brought by a stranger: bytes -> sheets, by a child process that may fail without harm."""

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from threading import Timer
from typing import Any, cast, overload

from exports.portable import NotReadable, load
from governance.imports.formats.kinds import JSON, kind_of, mismatch
from governance.imports.formats.sheets import MAX_BYTES, Cell, Merge, Row, Sheet, Unreadable, letters

__all__ = [
    "MAX_BYTES",
    "Cell",
    "LeftOut",
    "Row",
    "Sheet",
    "Unreadable",
    "is_json",
    "letters",
    "opened",
    "read",
    "read_json",
    "whole",
]

SANDBOX = Path(__file__).with_name("sandbox.py")
PATIENCE = 90
"""Seconds after which a file is given up; the child's own processor limit comes first."""

TOO_LONG = (
    "Le fichier demande trop de temps ou de mémoire : il n’est pas lu. "
    "Gardez les feuilles utiles dans un classeur neuf, puis recommencez."
)
_MAX_NODES = 5_000_000


class LeftOut(Exception):
    """A sheet ends with something too far away: it is left out whole, and has no rows any more."""


class Coming(Sequence[Row]):
    """The rows of a sheet that is still being read: asking for one waits for it. Raises LeftOut, Unreadable."""

    def __init__(self, blocks: Iterator[list[Row]]) -> None:
        self._rows: list[Row] = []
        self._blocks = blocks

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        last = at.stop if isinstance(at, slice) else at + 1
        self._wait(None if last is None or last < 1 else last)
        return self._rows[at]

    def __len__(self) -> int:
        self._wait(None)
        return len(self._rows)

    def __bool__(self) -> bool:
        self._wait(1)
        return bool(self._rows)

    def __iter__(self) -> Iterator[Row]:
        at = 0
        while self._wait(at + 1):
            yield self._rows[at]
            at += 1

    def _wait(self, count: int | None) -> bool:
        """Whether there are `count` rows, once they came; all of them for None."""
        while count is None or len(self._rows) < count:
            block = next(self._blocks, None)
            if block is None:
                return False
            self._rows += block
        return True


def read(data: bytes, filename: str) -> list[Sheet]:
    """The sheets of an xlsx, ods or text file, in their order; cells are text, numbers, booleans, dates or None.

    The content decides, not the name: a name that promises something else is a remark on the first sheet.
    Raises Unreadable, with a French sentence that says what to do, for anything else.
    """
    with opened(data, filename) as sheets:
        return whole(sheets)


@contextmanager
def opened(data: bytes, filename: str) -> Iterator[list[Sheet]]:
    """As `read`, but the rows of the last sheet may still be `Coming`, and so may its remarks."""
    refuse_size(data)
    if is_json(data):
        raise Unreadable("Le fichier est du JSON, pas un tableur. Seul un export JSON de Vigie peut être importé.")
    with _child(data, filename) as lines:
        sheets, kind = _sheets(lines)
        remark = mismatch(filename, kind)
        if remark and sheets:
            sheets[0].remarks.insert(0, remark)
        yield sheets
        if not any(sheet.rows for sheet in whole(sheets)):
            left_out = " ".join(remark for sheet in sheets for remark in sheet.remarks)
            raise Unreadable(left_out or "Le fichier ne contient aucune cellule remplie.")


def whole(sheets: list[Sheet]) -> list[Sheet]:
    """The same sheets once all their rows came. Raises Unreadable."""
    for sheet in sheets:
        with suppress(LeftOut):
            sheet.rows = sheet.rows[:]
    return sheets


def refuse_size(data: bytes) -> None:
    """Raises Unreadable for an empty file or one that is too big."""
    if not data:
        raise Unreadable("Le fichier est vide.")
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"Le fichier pèse {len(data) / 2**20:.1f} Mo ; Vigie en lit {MAX_BYTES // 2**20} au plus. "
            "Retirez-en les images, ou gardez seulement les feuilles utiles.".replace(".", ",", 1)
        )


def is_json(data: bytes) -> bool:
    """Whether a file is JSON, for `read_json`. Raises Unreadable for what is certainly no register."""
    return kind_of(data) == JSON


@contextmanager
def _child(data: bytes, filename: str) -> Iterator[Iterable[bytes]]:
    """The lines that the child answers, while it reads. Its environment is empty, so nothing of ours leaks into it.

    Raises Unreadable afterwards when the child was stopped.
    """
    name = Path(filename).stem[:100].replace("\x00", "") or "Fichier"
    with TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        command = [sys.executable, "-I", "-X", "utf8", str(SANDBOX), name]
        with Popen(command, stdin=given, stdout=PIPE, stderr=DEVNULL, env={}) as child:  # noqa: S603 -- our own file
            late = Timer(PATIENCE, child.kill)
            late.start()
            try:
                yield cast(Iterable[bytes], child.stdout)
                child.wait()
            finally:
                child.kill()
                late.cancel()
    if child.returncode:
        raise Unreadable(TOO_LONG)


def _sheets(lines: Iterable[bytes]) -> tuple[list[Sheet], str]:
    """The sheets that the lines tell and the kind of the file; the rows of the last one are left to come.

    Raises Unreadable when the child refuses the file, or ends before its last line.
    """
    told = _told(lines)
    kind = next(told)["kind"]
    sheets: list[Sheet] = []
    for begun in told:
        if "whole" in begun:
            break
        sheet = Sheet(begun["sheet"], hidden=begun["hidden"])
        sheets.append(sheet)
        sheet.rows = Coming(_blocks(told, sheet, is_last=begun["last"]))
        with suppress(LeftOut):
            sheet.rows = sheet.rows if begun["last"] and sheet.rows else sheet.rows[:]
        if begun["last"]:
            break
    return sheets, kind


def _blocks(told: Iterator[Any], sheet: Sheet, *, is_last: bool) -> Iterator[list[Row]]:
    """The rows of one sheet, some at a time. Raises LeftOut at its end, Unreadable."""
    for block in told:
        if isinstance(block, list):
            yield block
            continue
        sheet.remarks += block["remarks"]
        sheet.merges += (Merge(*merge) for merge in block["merges"])
        if is_last:
            next(told)
        if block["left_out"]:
            sheet.rows = []
            raise LeftOut
        return


def _told(lines: Iterable[bytes]) -> Iterator[Any]:
    """What each line says, up to the one that says that it was all. Raises Unreadable where it does not come."""
    for line in lines:
        if not line.endswith(b"\n"):
            break
        block = json.loads(line, object_hook=_revive)
        said = {} if isinstance(block, list) else block
        if "unreadable" in said:
            raise Unreadable(said["unreadable"])
        yield block
        if "whole" in said:
            return
    raise Unreadable(TOO_LONG)


def _revive(block: dict[str, Any]) -> Any:
    if "day" in block:
        return dt.date.fromisoformat(block["day"])
    if "instant" in block:
        return dt.datetime.fromisoformat(block["instant"])
    return block


def read_json(data: bytes) -> dict[str, Any]:
    """The content of our own JSON export, as `exports.portable.load` gives it. Raises Unreadable for any other."""
    refuse_size(data)
    if data.count(b"[") + data.count(b"{") + data.count(b",") > _MAX_NODES:
        raise Unreadable(TOO_LONG)
    try:
        return load(data)
    except NotReadable as refusal:
        raise Unreadable(str(refusal)) from refusal
