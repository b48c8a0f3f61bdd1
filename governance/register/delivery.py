"""What leaves the register, made in a stretch that only reads, then told to the journal with its digest."""

import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import Select, and_, inspect, select

from exports import cnil, portable
from exports import register as documents
from exports.columns import ACTIVITY_COLUMNS, PART_COLUMNS
from exports.outline import Standing
from governance import disk
from governance.database import reading, session
from governance.media import MIMETYPES
from governance.packing import Given, gives
from governance.register import queries
from governance.terms import terms
from models.base import day_of, now, today
from models.establishments import Department, Establishment, chosen_establishment
from models.journal import Verb, tell
from models.permissions import Permission
from models.register import checks
from models.register.activity import Activity
from models.register.parts import PARTS, Part, Recipient
from models.register.processor import Processor
from models.register.words import Status
from models.rules import RuleBroken, Severity
from models.versions import Version
from models.vocabulary import N_

CHUNK = 500


@dataclass(frozen=True)
class Made:
    """An export: an open file set at its start, how many records it holds, its SHA-256, and whether it is but a part of
    the register."""

    content: IO[bytes]
    format: str
    rows: int
    digest: str
    public: bool
    is_part: bool

    @property
    def mimetype(self) -> str:
        return MIMETYPES[self.format]


@dataclass(frozen=True)
class Chosen:
    """The records that leave, by identity; `is_part`: the register has others in course, and is not handed over."""

    ids: Select[Any]
    establishment: Establishment
    public: bool
    is_part: bool

    def whole(self) -> list[Activity]:
        return list(session.scalars(Activity.whole().where(Activity.id.in_(self.ids)).order_by(Activity.reference)))

    def processors(self) -> list[Processor]:
        """The directory; with a part of the register, those that its records name."""
        query = Processor.named(self.establishment.id)
        if self.is_part:
            named = select(Recipient.processor_id).where(Recipient.activity_id.in_(self.ids))
            query = query.where(Processor.id.in_(named))
        return list(session.scalars(query))


def choose(ids: Select[Any], establishment: Establishment, *, public: bool) -> Chosen:
    """What leaves of an establishment's register."""
    left = select(Activity.id).where(Activity.establishment_id == establishment.id, Activity.status.in_(queries.LIVE))
    is_part = session.scalar(select(left.where(Activity.id.not_in(ids)).exists()))
    return Chosen(ids, establishment, public, bool(is_part))


def make(ids: Select[Any], establishment_id: uuid.UUID, kind: str, *, public: bool) -> Made:
    """The records that `ids` selects, in the format `kind`, as they are now. Holds no lock while it works."""
    with reading():
        establishment = session.get_one(Establishment, establishment_id)
        count = queries.count(ids)
        chosen = choose(ids, establishment, public=public)
        content = MAKERS[kind](chosen)
    return Made(content, kind, count, _digest(content), public, chosen.is_part)


def to_file(target: Path, code: str | None, *, public: bool) -> Made:
    """Write the register of one establishment to a file, in the format its name ends with. Raises RuleBroken."""
    kind = target.suffix.removeprefix(".").lower()
    if kind not in MAKERS:
        raise RuleBroken("", N_("Le nom du fichier doit finir par .xlsx, .csv, .ods, .json, .docx ou .pdf."))
    home = chosen_establishment(session(), code)
    made = make(select(Activity.id).where(Activity.establishment_id == home.id), home.id, kind, public=public)
    tell_export(made, home.id)
    try:
        with made.content as content, target.open("wb") as file:
            shutil.copyfileobj(content, file)
    except OSError as problem:
        raise RuleBroken("", N_("Le fichier n’a pas pu être écrit : %s.") % disk.reason(problem)) from problem
    return made


def tell_export(made: Made, establishment_id: uuid.UUID) -> None:
    """The journal keeps what left, in which format, with which digest."""
    establishment = session.get_one(Establishment, establishment_id)
    tell(
        session(), Verb.EXPORTED, establishment, f"le registre de {establishment.name}",
        format=made.format, rows=made.rows, digest=made.digest, public=made.public,
    )  # fmt: skip


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    return digest


# Rows straight from the database, so that ten thousand records never stand in memory at once


def activity_rows(ids: Select[Any]) -> Iterator[Any]:
    """The records' own fields as rows, by reference."""
    names = {c.key for c in inspect(Activity).column_attrs}
    own = [getattr(Activity, column.key) for column in ACTIVITY_COLUMNS if column.key in names]
    query = (
        select(Activity.id, *own, Department.name.label("department"))
        .outerjoin(Department, Department.id == Activity.department_id)
        .where(Activity.id.in_(ids))
        .order_by(Activity.reference)
    )
    yield from session.execute(query, execution_options={"yield_per": CHUNK})


def part_rows(name: str, ids: Select[Any]) -> Iterator[Any]:
    """The rows of one collection, with the reference of their record."""
    part: type[Part] = PARTS[name]
    names = {c.key for c in inspect(part).column_attrs}
    own = [getattr(part, column.key) for column in PART_COLUMNS[name] if column.key in names]
    query = select(part.id, Activity.reference.label("activity_reference"), *own).join(
        Activity, Activity.id == part.activity_id
    )
    if part is Recipient:
        query = query.add_columns(Processor.name.label("processor")).outerjoin(
            Processor, Processor.id == Recipient.processor_id
        )
    query = query.where(part.activity_id.in_(ids)).order_by(Activity.reference, part.position)
    yield from session.execute(query, execution_options={"yield_per": CHUNK})


def _workbook(chosen: Chosen) -> IO[bytes]:
    parts = {name: part_rows(name, chosen.ids) for name in PARTS}
    return documents.workbook(
        activity_rows(chosen.ids), parts, terms(), establishment=chosen.establishment, on=today(),
        processors=chosen.processors(), public=chosen.public,
    )  # fmt: skip


def _table(chosen: Chosen) -> IO[bytes]:
    return documents.table(chosen.whole(), terms(), public=chosen.public)


def _data(chosen: Chosen) -> IO[bytes]:
    told = portable.dump(
        chosen.whole(), chosen.establishment, now(), processors=chosen.processors(), public=chosen.public
    )
    return BytesIO(told)


def _document(chosen: Chosen) -> IO[bytes]:
    return BytesIO(documents.document(chosen.whole(), chosen.establishment, today(), terms(), **_beside(chosen)))


def _booklet(chosen: Chosen) -> IO[bytes]:
    return BytesIO(documents.booklet(chosen.whole(), chosen.establishment, today(), terms(), **_beside(chosen)))


def _beside(chosen: Chosen) -> dict[str, Any]:
    """What a document for people tells beside the records: the directory, and where each record stands."""
    return {
        "processors": chosen.processors(),
        "standings": standings(chosen.ids),
        "public": chosen.public,
        "is_part": chosen.is_part,
    }


def standings(ids: Select[Any]) -> dict[uuid.UUID, Standing]:
    """Where each record stands: groups of article 30, recommendations, what is missing, its version in force."""
    required = checks.BY_SEVERITY[Severity.REQUIRED]
    total = len(checks.BY_SEVERITY[Severity.RECOMMENDED])
    rows = session.execute(
        select(
            Activity.id,
            checks.groups_held().label("groups"),
            checks.recommendations_held().label("recommended"),
            *(check.holds.label(check.id) for check in required),
            Version.number,
            Version.published_at,
            Version.digest,
        )
        .outerjoin(
            Version,
            and_(
                Version.subject_type == "activity",
                Version.subject_id == Activity.id,
                Version.number == Activity.validated_version,
            ),
        )
        .where(Activity.id.in_(ids))
    )
    return {
        row.id: Standing(
            row.groups,
            (row.recommended, total),
            tuple(check.sentence for check in required if not getattr(row, check.id)),
            row.number,
            day_of(row.published_at) if row.published_at else None,
            row.digest or "",
        )
        for row in rows
    }


def _cnil(chosen: Chosen) -> IO[bytes]:
    return BytesIO(
        cnil.workbook(
            chosen.whole(), chosen.establishment, today(), terms(),
            processors=chosen.processors(), public=chosen.public,
        )
    )  # fmt: skip


MAKERS: dict[str, Callable[[Chosen], IO[bytes]]] = {
    "xlsx": _workbook,
    "csv": _table,
    "json": _data,
    "docx": _document,
    "pdf": _booklet,
    "ods": _cnil,
}


@gives(N_("Registre des traitements"), Permission.REGISTER_EXPORT)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The register in course, to read and to work with."""
    ids = select(Activity.id).where(Activity.establishment_id == home.id, Activity.status != Status.ARCHIVED)
    whole = choose(ids, home, public=False)
    for kind, title in (("pdf", _("Registre des traitements")), ("xlsx", _("Registre des traitements, classeur"))):
        yield Given(f"registre.{kind}", title, MAKERS[kind](whole))
