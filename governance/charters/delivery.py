"""The documents made of a version, each told to the journal with its digest when it leaves."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from exports.charters import booklet, sheets
from governance.charters import queries
from governance.database import session
from governance.media import MIMETYPES
from models.base import today
from models.charters.charter import CharterVersion
from models.charters.words import SectionKind
from models.establishments import Group
from models.journal import Verb, tell
from models.rules import RuleBroken
from models.vocabulary import N_


@dataclass(frozen=True)
class Made:
    """A document: its bytes, their type, and the name of its file."""

    content: bytes
    mimetype: str
    name: str


def make(version: CharterVersion, kind: str, place: str = "") -> Made:
    """The document of that kind (see forms.DOCUMENTS), told to the journal. Raises RuleBroken("document").

    `place`: the department that a list to sign is for.
    """
    content, ending = _content(version, kind, place), "docx" if kind == "docx" else "pdf"
    tell(
        session(), Verb.EXPORTED, version.charter, version.journal_title(),
        format=kind, rows=1, digest=hashlib.sha256(content).hexdigest(), public=False,
    )  # fmt: skip
    stem = {"pdf": "charte", "docx": "charte"}.get(kind, kind)
    return Made(content, MIMETYPES[ending], f"{stem}-v{version.number}.{ending}")


def _content(version: CharterVersion, kind: str, place: str) -> bytes:
    author, on = author_of(version), today()
    if kind in ("pdf", "docx"):
        write = booklet.booklet if kind == "pdf" else booklet.document
        return write(version, queries.consultations(version.charter, version.number), author, on)
    if kind in ("courte", "simple"):
        part = SectionKind.SHORT if kind == "courte" else SectionKind.EASY
        if not sheets.has(version, part):
            raise RuleBroken("document", N_("Cette version n’a pas ce texte : choisissez un autre document."))
        return sheets.short(version, part, author, on)
    if kind == "formulaire":
        return sheets.form(version, author, on)
    return sheets.roll(version, author, on, place)


def author_of(version: CharterVersion) -> str:
    """Whose charter it is: the establishment’s name, or the group’s."""
    home = version.charter.establishment
    if home is not None:
        return home.name
    return session.scalars(select(Group.name)).first() or ""
