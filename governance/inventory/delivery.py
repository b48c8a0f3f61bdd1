"""What leaves the inventory, made in a stretch that only reads, then told to the journal with its digest."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import Float, Select, cast, func, inspect, select
from sqlalchemy.orm import selectinload

from exports import inventory as documents
from exports.columns import Column
from governance.database import reading, session
from governance.inventory import queries
from governance.packing import Given, gives
from governance.terms import terms
from models.base import now, today
from models.establishments import Department, Establishment
from models.hopen.pack import Audience
from models.inventory.application import Application, ApplicationActivity, AvailabilityMonth
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.followup import Arbitration, Exchange
from models.inventory.indicators import INDICATORS, P34, standing
from models.inventory.vendor import Vendor
from models.journal import Verb, tell
from models.permissions import Permission
from models.register.activity import Activity
from models.shares import percent
from models.vocabulary import N_

CHUNK = 500


@dataclass(frozen=True)
class Made:
    """An export: an open file set at its start, how many applications it holds, and its SHA-256."""

    content: IO[bytes]
    format: str
    rows: int
    digest: str


def make(ids: Select[Any], establishment_id: uuid.UUID, kind: str) -> Made:
    """The applications that `ids` selects, in the format `kind`. Holds no lock while it works."""
    with reading():
        establishment = session.get_one(Establishment, establishment_id)
        count = queries.count(ids)
        content = MAKERS[kind](ids, establishment)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    return Made(content, kind, count, digest)


def tell_export(made: Made, establishment_id: uuid.UUID) -> None:
    """The journal keeps what left, in which format, with which digest."""
    establishment = session.get_one(Establishment, establishment_id)
    tell(
        session(), Verb.EXPORTED, establishment, f"l’inventaire de {establishment.name}",
        format=made.format, rows=made.rows, digest=made.digest, public=False,
    )  # fmt: skip


# Rows straight from the database


def application_rows(ids: Select[Any]) -> Iterator[Any]:
    """The applications with what is derived of each, by reference."""
    score = func.round(1000 * cast(Assessment.points, Float) / func.nullif(Assessment.most_points, 0)) / 10
    query = (
        standing(
            Application.id,
            *_own(Application, documents.APPLICATION_COLUMNS),
            Department.name.label("department"),
            Vendor.name.label("vendor"),
            func.coalesce(P34.counted, False).label("counted"),
            Assessment.core_met,
            Assessment.assessed_on,
            score.label("score"),
        )
        .outerjoin(Department, Department.id == Application.department_id)
        .outerjoin(Vendor, Vendor.id == Application.vendor_id)
        .where(Application.id.in_(ids))
        .order_by(Application.reference)
    )
    yield from session.execute(query, execution_options={"yield_per": CHUNK})


def _own(model: Any, columns: tuple[Column, ...]) -> list[Any]:
    names = {attribute.key for attribute in inspect(model).column_attrs}
    return [getattr(model, column.key) for column in columns if column.key in names]


_MODELS: dict[str, Any] = {
    "availability": AvailabilityMonth,
    "assessments": Assessment,
    "exchanges": Exchange,
    "arbitrations": Arbitration,
}
_ORDER: dict[str, Any] = {
    "availability": AvailabilityMonth.month,
    "assessments": Assessment.number,
    "exchanges": Exchange.asked_on,
    "arbitrations": Arbitration.decided_on,
}


def part_rows(name: str, ids: Select[Any]) -> Iterator[Any]:
    """The rows of one collection, with the reference of their application."""
    query = _parts(name).where(Application.id.in_(ids)).order_by(Application.reference)
    query = query.order_by(_ORDER[name]) if name in _ORDER else query
    yield from session.execute(query, execution_options={"yield_per": CHUNK})


def _parts(name: str) -> Select[Any]:
    reference, columns = Application.reference.label("application_reference"), documents.PARTS[name][1]
    if name == "activities":
        served: Any = (
            select(ApplicationActivity.id, reference, Activity.reference.label("activity"),
                   Activity.name.label("activity_name"))
            .join(Application, Application.id == ApplicationActivity.application_id)
            .join(Activity, Activity.id == ApplicationActivity.activity_id)
        )  # fmt: skip
        return served  # type: ignore[no-any-return]
    if name == "answers":
        return (
            select(AssessmentAnswer.id, reference, Assessment.number, *_own(AssessmentAnswer, columns))
            .join(Assessment, Assessment.id == AssessmentAnswer.assessment_id)
            .join(Application, Application.id == Assessment.application_id)
            .order_by(Application.reference, Assessment.number, AssessmentAnswer.criterion)
        )
    model = _MODELS[name]
    return select(model.id, reference, *_own(model, columns)).join(Application, Application.id == model.application_id)


def _everything(ids: Select[Any]) -> dict[str, Iterator[Any]]:
    return {name: part_rows(name, ids) for name in documents.PARTS}


def _vendors(establishment: Establishment) -> list[Vendor]:
    return list(session.scalars(Vendor.named(establishment.id).options(selectinload(Vendor.contacts))))


def _workbook(ids: Select[Any], establishment: Establishment) -> IO[bytes]:
    return documents.workbook(
        application_rows(ids), _everything(ids), _vendors(establishment), terms(),
        establishment=establishment, on=today(),
    )  # fmt: skip


def _table(ids: Select[Any], establishment: Establishment) -> IO[bytes]:
    return documents.table(application_rows(ids), terms())


def _data(ids: Select[Any], establishment: Establishment) -> IO[bytes]:
    vendors = _vendors(establishment)
    return documents.data(application_rows(ids), _everything(ids), vendors, establishment=establishment, at=now())


def _listing(ids: Select[Any], establishment: Establishment) -> IO[bytes]:
    return BytesIO(documents.listing(application_rows(ids), establishment, today(), _rates(ids)))


def _rates(ids: Select[Any]) -> list[tuple[str, str, str]]:
    """What each indicator says of the applications that leave."""
    columns = [
        func.count().filter(rule)
        for one in INDICATORS
        for rule in (one.reached(today()), one.counted)
    ]  # fmt: skip
    totals = session.execute(standing(*columns).where(Application.id.in_(ids))).one()
    pairs = zip(totals[::2], totals[1::2], strict=True)
    return [(one.code, one.title, _said(*pair)) for one, pair in zip(INDICATORS, pairs, strict=True)]


def _said(met: int, counted: int) -> str:
    return f"{percent(met, counted)} % ({met} sur {counted})" if counted else "non calculable"


MAKERS: dict[str, Callable[[Select[Any], Establishment], IO[bytes]]] = {
    "xlsx": _workbook,
    "csv": _table,
    "json": _data,
    "pdf": _listing,
}


@gives(N_("Applications"), Permission.INVENTORY_EXPORT, Audience.HOPEN, Audience.CERTIFICATION, Audience.GROUP)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The inventory, with the rates of its indicators, to read and to work with."""
    ids = select(Application.id).where(Application.establishment_id == home.id)
    for kind, title in (
        ("pdf", _("Inventaire des applications")),
        ("xlsx", _("Inventaire des applications, classeur")),
    ):
        yield Given(f"applications.{kind}", title, MAKERS[kind](ids, home))
