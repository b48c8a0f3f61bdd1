"""What the inventory's screens list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Select, func, select

from governance import places
from governance.database import session
from governance.visitor import Place, Visitor, visitor
from models.establishments import Establishment
from models.inventory.application import Application, ApplicationActivity
from models.inventory.assessment import Assessment
from models.inventory.criteria import Criterion
from models.inventory.indicators import rules, standing
from models.inventory.vendor import Vendor
from models.inventory.words import Criticality, Domain, Hosting, Status
from models.permissions import Permission
from models.register.activity import Activity
from models.register.words import Status as RecordStatus
from models.search import fold, matching

# Choices of the forms: what exists where the visitor works


def home() -> Place | None:
    """The establishment in which a new application or vendor goes."""
    return places.home(Permission.INVENTORY_EDIT)


def department_choices() -> list[tuple[str, str]]:
    """The departments that may be responsible for an application."""
    return places.department_choices(Permission.INVENTORY_READ)


def vendor_choices() -> list[tuple[str, str]]:
    """The vendors of where she works."""
    query = select(Vendor.id, Vendor.name).where(visitor().sees(Vendor, Permission.INVENTORY_READ))
    return [(str(row.id), row.name) for row in session.execute(query.order_by(Vendor.name))]


def place_choices() -> list[tuple[str, str]]:
    """The establishments to choose among: none once she works in one."""
    return (
        [] if visitor().establishment else [(one.code, one.name) for one in visitor().places(Permission.INVENTORY_READ)]
    )


def vendors_of(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The vendors of one establishment."""
    return [(str(vendor.id), vendor.name) for vendor in session.scalars(Vendor.named(establishment_id))]


# The list


SORTS = {
    "reference": Application.reference,
    "nom": Application.name,
    "etat": Application.status,
    "criticite": Application.criticality,
    "contrat": Application.contract_ends_on,
    "audit": Assessment.assessed_on,
    "maj": Application.updated_at,
}

LIVE = (Status.PROJECT, Status.PRODUCTION)

_CHOICES: dict[str, tuple[Any, Any]] = {
    "domaine": (Application.domain, Domain),
    "criticite": (Application.criticality, Criticality),
    "hebergement": (Application.hosting, Hosting),
}


def listed(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the applications that she may see and that the filters of `args` keep."""
    query = standing(Application.id).where(who.sees(Application, Permission.INVENTORY_READ), *_kept(args))
    rule = rules(today).get(args.get("montrer", ""))
    return query if rule is None else query.where(rule)


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters, each in its turn; what cannot be understood filters nothing."""
    if typed := args.get("q", "").strip():
        yield matching(Application.words, typed[:200])
    asked = args.get("etat", "")
    if asked in Status.__members__.values():
        yield Application.status == Status(asked)
    elif asked != "toutes":
        yield Application.status.in_(LIVE)
    for name, (column, words) in _CHOICES.items():
        if args.get(name) in [value for value, _label in words.choices()]:
            yield column == words(args[name])
    yield from _belonging(args)


def _belonging(args: Any) -> Iterator[ColumnElement[bool]]:
    """The conditions on whose the application is: an establishment by its code, a department, a vendor."""
    if code := args.get("etablissement", "")[:40]:
        yield Application.establishment_id.in_(select(Establishment.id).where(Establishment.code == code))
    for name, column in (("service", Application.department_id), ("editeur", Application.vendor_id)):
        if identity := as_identity(args.get(name)):
            yield column == identity


def as_identity(typed: str | None) -> uuid.UUID | None:
    """What was typed as the identity of a record; None when it is none."""
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def count(ids: Select[Any]) -> int:
    """How many records a list holds."""
    return session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0


# One application


def criteria() -> dict[str, Criterion]:
    """Every criterion by its code, in the order of the grid."""
    return {one.code: one for one in session.scalars(Criterion.listed())}


def assessments(application: Application) -> list[Assessment]:
    """The assessments of an application, latest first, their answers loaded."""
    query = Assessment.whole().where(Assessment.application_id == application.id)
    return list(session.scalars(query.order_by(Assessment.number.desc())))


def last_assessment(application_id: uuid.UUID) -> Assessment | None:
    """The latest assessment of an application, draft or not."""
    query = Assessment.whole().where(Assessment.application_id == application_id)
    return session.scalars(query.order_by(Assessment.number.desc()).limit(1)).one_or_none()


def current_assessment(application_id: uuid.UUID) -> Assessment | None:
    """The validated assessment in force of an application."""
    query = Assessment.whole().where(Assessment.application_id == application_id, Assessment.is_current())
    return session.scalars(query).one_or_none()


# The register's activities


def activities_offered(application: Application) -> list[Activity]:
    """The live activities of its establishment that a search keeps, but those it serves already."""
    query = select(Activity).where(
        visitor().sees(Activity, Permission.REGISTER_READ),
        Activity.establishment_id == application.establishment_id,
        Activity.status != RecordStatus.ARCHIVED,
        Activity.id.not_in(_served(application)),
    )
    if typed := request.args.get("q", "").strip():
        query = query.where(matching(Activity.words, typed[:200]))
    else:
        query = query.where(_names(application))
    return list(session.scalars(query.order_by(Activity.reference).limit(50)))


def _served(application: Application) -> Select[Any]:
    return select(ApplicationActivity.activity_id).where(ApplicationActivity.application_id == application.id)


def _names(application: Application) -> ColumnElement[bool]:
    """SQL: the record of the register names the application among its software, which its search words hold."""
    return Activity.words.contains(fold(application.name), autoescape=True) & Activity.applications.is_not(None)


def is_taken(establishment_id: uuid.UUID, reference: str, but: uuid.UUID | None) -> bool:
    """Whether another application of the establishment bears this reference."""
    query = select(Application.id).where(
        Application.establishment_id == establishment_id, Application.reference == reference
    )
    found = session.scalar(query)
    return found is not None and found != but
