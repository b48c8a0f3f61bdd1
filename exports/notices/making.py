"""The documents of a notice, by support, format and paper."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from exports.notices import docx, page, sheets
from models.notices.content import Content
from models.notices.words import Support

MIMETYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}
PAPERS = {Support.POSTER: ("a4", "a3"), Support.NOTE: ("a4",), Support.BOOKLET: ("a5", "a4"), Support.WEB: ("a4",)}
"""On what each support is laid out, the usual one first."""


@dataclass(frozen=True)
class Made:
    content: bytes
    mimetype: str


def make(content: Content, digest: str, support: Support, kind: str, paper: str, at: dt.datetime) -> Made | None:
    """The document of a text. `digest`: that of the published version, empty for a draft, which then says so.

    None for a format or a paper that the support does not have.
    """
    maker = _MAKERS.get(kind)
    if maker is None:
        return None
    chosen = paper if paper in PAPERS[support] else PAPERS[support][0]
    return Made(maker(content, digest, support, chosen, at), MIMETYPES[kind])


def _html(content: Content, digest: str, support: Support, paper: str, at: dt.datetime) -> bytes:
    return page.poster(content) if support is Support.POSTER else page.document(content)


_MAKERS: dict[str, Callable[[Content, str, Support, str, dt.datetime], bytes]] = {
    "pdf": sheets.pdf_of,
    "docx": docx.docx_of,
    "html": _html,
}
