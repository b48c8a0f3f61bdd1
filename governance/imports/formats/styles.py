"""What an xlsx number format tells of a number: a date, an hour, or digits with leading zeros."""

import re
from dataclasses import dataclass
from functools import partial

from governance.imports.formats.archive import Archive
from governance.imports.formats.markup import local, walk

_STYLES = "xl/styles.xml"
_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)})
_HOURS = frozenset({18, 19, 20, 21, 22, 32, 33, 45, 46, 47})
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\[\]]*\]')
_ZEROS = re.compile(r"0{2,}")
_PHONE = re.compile(r"0#[ #.]*")
PHONE_DIGITS = 10


@dataclass(frozen=True)
class Shape:
    """What a style makes of a number. `zeros`: how many digits are shown at least (a postcode has 5), 0 for none."""

    is_moment: bool = False
    has_hour: bool = False
    zeros: int = 0


def read_shapes(archive: Archive) -> list[Shape]:
    """The shape of each cell style of a workbook, by its index."""
    if not archive.has(_STYLES):
        return []
    own: dict[str, str] = {}
    shapes: list[Shape] = []
    inside = False
    for event, element in walk(partial(archive.open, _STYLES)):
        tag = local(element.tag)
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "end" and tag == "numFmt":
            own[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif event == "end" and tag == "xf" and inside:
            shapes.append(_shape(element.get("numFmtId", "0"), own))
    return shapes


def _shape(identity: str, own: dict[str, str]) -> Shape:
    if identity in own:
        return shape_of(own[identity])
    known = int(identity) if identity.isdecimal() else 0
    return Shape(is_moment=known in _DATES or known in _HOURS, has_hour=known in _HOURS)


def shape_of(code: str) -> Shape:
    """The shape that a format code gives, `dd/mm/yyyy` or `00000` for example."""
    bare = _LITERAL.sub("", code.lower().split(";")[0])
    if _ZEROS.fullmatch(bare):
        return Shape(zeros=len(bare))
    if _PHONE.fullmatch(bare):
        return Shape(zeros=PHONE_DIGITS)
    if "general" in bare or "e+" in bare or "e-" in bare:
        return Shape()
    has_hour = "h" in bare or "s" in bare
    return Shape(is_moment=has_hour or any(letter in bare for letter in "dmy"), has_hour=has_hour)
