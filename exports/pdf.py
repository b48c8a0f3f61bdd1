"""A Typst template and plain data make an accessible PDF (PDF/UA-1): no network, no font but those of Typst."""

import datetime as dt
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
STAND_IN = "□"
PPI = 200
"""Dots of a picture by inch: sharp on paper, light in a document."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})
_UNKNOWN = re.compile(
    "[^\n\t -~\u00a0-\u024f\u0370-\u03ff\u0400-\u0482\u048a-\u04ff\u1e00-\u1fff\u2010-\u2027\u2030-\u2040\u2070-\u20cf"
    "\u2100-\u211e\u2122\u2126-\u214f\u2190-\u23ff\u25a0-\u25ff\ufb00-\ufb06\ufffd]"
)
_LONG = re.compile(r"([^\s/\u2010-]{40})(?=[^\s/\u2010-])")


class NotRendered(RuntimeError):
    """Typst could not make the document; the message is Typst's own, for the log."""


def render(
    template: Path, data: dict[str, Any], at: dt.datetime | None = None, files: dict[str, str] | None = None
) -> bytes:
    """The PDF that `template` makes of `data` (JSON values; "title" is required by PDF/UA), dated `at`.

    The template reads its data with `json(bytes(sys.inputs.data))` and nothing outside its own folder. Any text can be
    shown: see `displayable`. `files` are texts that it takes as they are, by `sys.inputs.at(name)`.

    Raises NotRendered, also when a font is missing.
    """
    made = _compiled(template, data, files, format="pdf", pdf_standards=["ua-1"], timestamp=at)
    return bytes(made)


def pictures(template: Path, data: dict[str, Any]) -> list[bytes]:
    """Each page that `template` makes of `data`, as PNG.

    Raises NotRendered.
    """
    made = _compiled(template, data, None, format="png", ppi=PPI)
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(template: Path, data: dict[str, Any], files: dict[str, str] | None, **settings: Any) -> Any:
    try:
        made, warnings = typst.compile_with_warnings(
            template,
            root=template.parent,
            ignore_system_fonts=True,
            sys_inputs=_inputs(data, files),
            **settings,
        )
    except typst.TypstError as error:
        raise NotRendered(error.message) from error
    complaints = [warning.message for warning in warnings]
    if complaints:
        raise NotRendered("; ".join(complaints))
    return made


def pages(template: Path, data: dict[str, Any], files: dict[str, str] | None = None) -> int:
    """How many pages `render` would make, by a template that tells it: `#context [#metadata(…) <pages>]`.

    Raises NotRendered.
    """
    try:
        told = typst.query(
            template,
            "<pages>",
            field="value",
            one=True,
            root=template.parent,
            ignore_system_fonts=True,
            sys_inputs=_inputs(data, files),
        )
    except typst.TypstError as error:
        raise NotRendered(error.message) from error
    return int(told)


def _inputs(data: dict[str, Any], files: dict[str, str] | None) -> dict[str, str]:
    return {**(files or {}), "data": json.dumps(_displayable(data), ensure_ascii=False)}


def displayable(text: str) -> str:
    """`text` in characters that Typst's fonts draw: composed, invisible ones gone, any other replaced by STAND_IN.

    PDF/UA refuses a document with one character that no font draws, and some scripts make Typst's shaping fail: what is
    drawn is a list of blocks tried one by one. A run of more than 40 characters may break, or it would leave its cell.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(letter for letter in composed if letter in "\n\t" or unicodedata.category(letter) not in _INVISIBLE)
    return _LONG.sub("\\1\u200b", _UNKNOWN.sub(STAND_IN, seen))


def _displayable(value: Any) -> Any:
    if isinstance(value, str):
        return displayable(value)
    if isinstance(value, dict):
        return {key: _displayable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_displayable(inner) for inner in value]
    return value
