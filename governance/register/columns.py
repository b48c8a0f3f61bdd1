"""The columns of the register's list: what each asks of the database, and the text of its cells."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, select

from governance.database import session
from governance.lists import Column
from governance.terms import terms
from models.base import PARIS
from models.establishments import Department
from models.register import checks
from models.register.activity import Activity
from models.register.parts import Purpose
from models.register.words import Status
from models.rules import Severity
from models.vocabulary import N_


def _first_purpose() -> ColumnElement[Any]:
    purposes = select(Purpose.label).where(Purpose.activity_id == Activity.id).order_by(Purpose.position)
    return purposes.limit(1).scalar_subquery().label("purpose")


def _day(value: dt.date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


_GROUPS, _RECOMMENDED = len(checks.GROUPS), len(checks.BY_SEVERITY[Severity.RECOMMENDED])

COLUMNS: dict[str, Column] = {
    "qualite": Column(N_("Qualité"), (Activity.kind,), lambda row: _(row.kind.label)),
    "finalite": Column(N_("Finalité principale"), (_first_purpose(),), lambda row: row.purpose or ""),
    "domaine": Column(N_("Domaine"), (Activity.domain,), lambda row: terms().label("processing_domains", row.domain)),
    "service": Column(
        N_("Service"),
        (Department.name.label("department"), Activity.owner_service),
        lambda row: row.department or row.owner_service or "",
    ),
    "contact": Column(N_("Contact"), (Activity.contact_name,), lambda row: row.contact_name or ""),
    "article30": Column(
        N_("Article 30"), (checks.groups_held().label("groups"),), lambda row: f"{row.groups}/{_GROUPS}"
    ),
    "recommande": Column(
        N_("Recommandé"),
        (checks.recommendations_held().label("recommended"),),
        lambda row: f"{row.recommended}/{_RECOMMENDED}",
    ),
    "revue": Column(N_("Prochaine revue"), (), lambda row: _day(row.review_on)),
    "maj": Column(N_("Mise à jour"), (Activity.updated_at,), lambda row: _day(row.updated_at.astimezone(PARIS))),
}
"""By key, in their order; reference, name and state are always there."""

USUAL = ("finalite", "service", "article30", "revue")


@dataclass(slots=True)
class Line:
    """One record as the list shows it; `cells` by the key of their column."""

    id: str
    reference: str
    name: str
    status: Status
    sensitive: bool | None
    is_late: bool
    cells: dict[str, str]


def lines(ids: list[uuid.UUID], columns: tuple[str, ...], today: dt.date) -> dict[uuid.UUID, Line]:
    """The lines of some records, by identity, in one query."""
    texts = {key: COLUMNS[key].text for key in columns}
    return {
        row.id: Line(
            str(row.id),
            row.reference,
            row.name,
            row.status,
            row.sensitive,
            bool(row.review_on and row.review_on < today and row.status is not Status.ARCHIVED),
            {key: text(row) for key, text in texts.items()},
        )
        for row in session.execute(_query(columns), {"ids": ids})
    }


@cache
def _query(columns: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """The query behind `lines`. It is long: each choice of columns makes it once."""
    always = (
        Activity.id,
        Activity.reference,
        Activity.name,
        Activity.status,
        Activity.sensitive,
        Activity.review_on,
    )
    return (
        select(*always, *(source for key in columns for source in COLUMNS[key].sources))
        .select_from(Activity)
        .outerjoin(Department, Department.id == Activity.department_id)
        .where(Activity.id.in_(bindparam("ids", expanding=True)))
    )
