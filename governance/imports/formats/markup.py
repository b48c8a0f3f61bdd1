"""Walks through XML as a stream, refusing any document type: without one there is no entity to expand or to fetch."""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from governance.imports.formats.sheets import Unreadable

FORBIDDEN = "Le fichier contient des définitions XML interdites : il n’est pas lu."


class _Begun(Exception):
    """The root element starts: no document type can follow."""


def refuse_doctype(stream: Any) -> None:
    """Read an XML stream up to its root element. Raises Unreadable if a document type comes before."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _begin
    parser.StartDoctypeDeclHandler = _refuse
    try:
        while chunk := stream.read(2**14):
            parser.Parse(chunk, False)
    except _Begun:
        return


def _begin(*_: object) -> None:
    raise _Begun


def _refuse(*_: object) -> None:
    raise Unreadable(FORBIDDEN)


def walk(open_stream: Callable[[], Any]) -> Iterator[tuple[str, Element]]:
    """("start" or "end", element) through the whole stream; `open_stream` is called twice. Raises Unreadable."""
    refuse_doctype(open_stream())
    yield from iterparse(open_stream(), events=("start", "end"))  # noqa: S314 -- no document type passed


def ended(open_stream: Callable[[], Any]) -> Iterator[Element]:
    """Each element at its end, as `walk`, for those who need no more: twice as fast."""
    refuse_doctype(open_stream())
    for _, element in iterparse(open_stream(), events=("end",)):  # noqa: S314 -- no document type passed
        yield element


def local(tag: str) -> str:
    """The name of a tag without its namespace: office suites write the same format under several."""
    return tag.rpartition("}")[2]
