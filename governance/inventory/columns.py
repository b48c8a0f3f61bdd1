"""The columns of the inventory's list: what each asks of the database, and the text of its cells."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam

from governance.database import session
from governance.lists import Column
from governance.terms import terms
from models.base import PARIS
from models.establishments import Department, Establishment
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.indicators import standing
from models.inventory.vendor import Vendor
from models.inventory.words import Status
from models.shares import percent
from models.vocabulary import N_, Vocabulary


def _day(value: dt.date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _word(value: Vocabulary | None) -> str:
    return _(value.label) if value else ""


def _percent(row: Any) -> str:
    return f"{percent(row.points, row.most_points)} %" if row.most_points else ""


COLUMNS: dict[str, Column] = {
    "editeur": Column(N_("Éditeur"), (Vendor.name.label("vendor"),), lambda row: row.vendor or ""),
    "domaine": Column(N_("Domaine"), (Application.domain,), lambda row: _word(row.domain)),
    "criticite": Column(N_("Criticité"), (Application.criticality,), lambda row: _word(row.criticality)),
    "hebergement": Column(N_("Hébergement"), (Application.hosting,), lambda row: _word(row.hosting)),
    "service": Column(N_("Service"), (Department.name.label("department"),), lambda row: row.department or ""),
    "responsable": Column(N_("Responsable"), (Application.owner_name,), lambda row: row.owner_name or ""),
    "utilisateurs": Column(
        N_("Utilisateurs"),
        (Application.users_count,),
        lambda row: "" if row.users_count is None else str(row.users_count),
    ),
    "donnees": Column(
        N_("Données de santé"),
        (Application.health_data_kinds,),
        lambda row: ", ".join(terms().label("health_data_kinds", code) for code in row.health_data_kinds or ()),
    ),
    "identite": Column(N_("Source d’identité"), (Application.identity_source,), lambda row: _word(row.identity_source)),
    "distance": Column(N_("Accès distant"), (Application.remote_access,), lambda row: _word(row.remote_access)),
    "contrat": Column(N_("Fin du contrat"), (Application.contract_ends_on,), lambda row: _day(row.contract_ends_on)),
    "etablissement": Column(N_("Établissement"), (Establishment.code.label("place"),), lambda row: row.place),
    "audit": Column(N_("Dernier audit"), (Assessment.assessed_on,), lambda row: _day(row.assessed_on)),
    "score": Column(N_("Score"), (Assessment.points, Assessment.most_points), _percent),
    "maj": Column(N_("Mise à jour"), (Application.updated_at,), lambda row: _day(row.updated_at.astimezone(PARIS))),
}
"""By key, in their order; reference, name, state and P3.4 are always there."""

USUAL = ("editeur", "criticite", "hebergement", "audit", "score")


@dataclass(slots=True)
class Line:
    """One application as the list shows it; `cells` by the key of their column; `core_met` is None before an audit."""

    id: str
    reference: str
    name: str
    version: str | None
    status: Status
    is_in_scope: bool
    core_met: bool | None
    cells: dict[str, str]


def lines(ids: list[uuid.UUID], columns: tuple[str, ...]) -> dict[uuid.UUID, Line]:
    """The lines of some applications, by identity, in one query."""
    texts = {key: COLUMNS[key].text for key in columns}
    return {
        row.id: Line(
            str(row.id),
            row.reference,
            row.name,
            row.version,
            row.status,
            row.status is Status.PRODUCTION and bool(row.holds_health_data),
            row.core_met,
            {key: text(row) for key, text in texts.items()},
        )
        for row in session.execute(_query(columns), {"ids": ids})
    }


@cache
def _query(columns: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """The query behind `lines`. It is long: each choice of columns makes it once."""
    always = (
        Application.id,
        Application.reference,
        Application.name,
        Application.version,
        Application.status,
        Application.holds_health_data,
        Assessment.core_met,
    )
    return (
        standing(*always, *(source for key in columns for source in COLUMNS[key].sources))
        .join(Establishment, Establishment.id == Application.establishment_id)
        .outerjoin(Department, Department.id == Application.department_id)
        .outerjoin(Vendor, Vendor.id == Application.vendor_id)
        .where(Application.id.in_(bindparam("ids", expanding=True)))
    )
