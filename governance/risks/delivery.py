"""What leaves an analysis, made in a stretch that only reads, then told to the journal with its digest."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exports.risks import book, docx, report
from exports.risks.dossier import Dossier
from governance.database import reading, session
from governance.media import MIMETYPES
from governance.risks import figures, queries
from governance.terms import terms
from governance.visitor import Visitor
from models.base import now
from models.establishments import Establishment
from models.journal import Verb, tell
from models.plan import Action
from models.risks.analysis import Analysis

MAKERS: dict[str, Callable[[Dossier], IO[bytes]]] = {
    "pdf": report.booklet,
    "docx": docx.document,
    "xlsx": book.workbook,
    "json": book.data,
}


@dataclass(frozen=True)
class Made:
    """An export: an open file set at its start, its name, how many scenarios it holds, and its SHA-256."""

    content: IO[bytes]
    name: str
    format: str
    mimetype: str
    rows: int
    digest: str


def dossier(who: Visitor, identity: uuid.UUID) -> Dossier:
    """An analysis with all that leaves with it, for this reader."""
    query = select(Analysis).options(selectinload(Analysis.establishment).selectinload(Establishment.group))
    analysis = session.scalars(query.where(Analysis.id == identity)).one()
    return Dossier(
        analysis=analysis,
        matrix=queries.matrix_label(analysis),
        scenarios=queries.all_scenarios(analysis),
        elements=queries.elements(analysis),
        interviews=queries.interviews(analysis),
        actions=figures.actions(analysis, who.reads(Action)),
        reader=who.name,
        at=now(),
        terms=terms(),
    )


def make(who: Visitor, identity: uuid.UUID, kind: str) -> Made:
    """The analysis in the format `kind`, marked with its reader's name. Holds no lock while it works.

    Its name says neither its title nor what it holds: files are seen by others on a shared disk.
    """
    with reading():
        told = dossier(who, identity)
        content = MAKERS[kind](told)
        name = f"{told.analysis.reference}-{told.analysis.establishment.code}-{told.on:%Y-%m-%d}.{kind}".lower()
        rows = len(told.scenarios)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    return Made(content, name, kind, MIMETYPES[kind], rows, digest)


def tell_export(made: Made, identity: uuid.UUID) -> None:
    """The journal keeps that it left, in which format, with which digest."""
    analysis = session.get_one(Analysis, identity)
    tell(session(), Verb.EXPORTED, analysis, format=made.format, rows=made.rows, digest=made.digest, public=False)
