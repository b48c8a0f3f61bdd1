"""What the register's screens list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from governance import places
from governance.database import session
from governance.visitor import Place, Visitor, visitor
from models.accounts import RoleGrant, User
from models.base import today
from models.establishments import Establishment
from models.inventory.application import Application, ApplicationActivity
from models.permissions import Permission, Role
from models.register import checks
from models.register.activity import Activity
from models.register.processor import Processor
from models.register.shown import SHOWN
from models.register.words import Kind, Status
from models.rules import Check, Severity
from models.search import matching

# Choices of the forms: what exists where the visitor works


def home() -> Place | None:
    """The establishment in which a new record goes."""
    return places.home(Permission.REGISTER_EDIT)


def department_choices() -> list[tuple[str, str]]:
    """The departments that may be responsible for a record."""
    return places.department_choices(Permission.REGISTER_READ)


def processor_choices() -> list[tuple[str, str]]:
    """The directory of processors of where she works."""
    query = (
        select(Processor.id, Processor.name)
        .where(visitor().sees(Processor, Permission.REGISTER_READ))
        .order_by(Processor.name)
    )
    return [(str(row.id), row.name) for row in session.execute(query)]


# The list


SORTS = {
    "reference": Activity.reference,
    "nom": Activity.name,
    "etat": Activity.status,
    "revue": Activity.review_on,
    "maj": Activity.updated_at,
}


LIVE = tuple(status for status in Status if status is not Status.ARCHIVED)
"""Named one by one: a database enters an index by what is sought, not by what is left out."""


def listed(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the activities that she may see and that the filters of `args` keep."""
    query = select(Activity.id).where(who.sees(Activity, Permission.REGISTER_READ), *_kept(args))
    for one in SHOWN:
        if args.get("montrer") == one.key:
            query = query.where(one.rule(today))
    return query


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters, each in its turn; what cannot be understood filters nothing."""
    if typed := args.get("q", "").strip():
        yield matching(Activity.words, typed[:200])
    yield from _of_status(args.get("etat", ""))
    if args.get("qualite") in ("responsable", "sous-traitant"):
        yield Activity.kind == Kind.PROCESSOR if args["qualite"] == "sous-traitant" else Activity.kind != Kind.PROCESSOR
    if domain := args.get("domaine"):
        yield Activity.domain == domain[:40]
    if department := _identity(args.get("service")):
        yield Activity.department_id == department
    if code := args.get("etablissement", "")[:40]:
        yield Activity.establishment_id.in_(select(Establishment.id).where(Establishment.code == code))


def _of_status(asked: str) -> Iterator[ColumnElement[bool]]:
    if asked in Status.__members__.values():
        yield Activity.status == Status(asked)
    elif asked != "toutes":
        yield Activity.status.in_(LIVE)


def _identity(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def count(ids: Select[Any]) -> int:
    """How many records a list holds."""
    return session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0


def check_results(activity: Activity) -> list[tuple[Check, bool]]:
    """Each check that a complete record passes, and whether this one does."""
    held = session.execute(
        select(*(check.holds.label(check.id) for check in checks.CHECKS))
        .select_from(Activity)
        .where(Activity.id == activity.id)
    ).one()
    return [(check, bool(getattr(held, check.id))) for check in checks.CHECKS]


def group_results(results: list[tuple[Check, bool]]) -> list[tuple[str, bool]]:
    """(title, held) for each of the seven groups of article 30."""
    return [
        (title, all(holds for check, holds in results if check.severity is Severity.REQUIRED and check.group == letter))
        for letter, title in checks.GROUPS.items()
    ]


def section_progress(results: list[tuple[Check, bool]]) -> dict[str, tuple[int, int]]:
    """For each section that has checks: how many hold, out of how many."""
    progress: dict[str, tuple[int, int]] = {}
    for check, holds in results:
        held, total = progress.get(check.section, (0, 0))
        progress[check.section] = (held + holds, total + 1)
    return progress


def applications_of(activity: Activity) -> list[Application]:
    """The applications of the inventory that serve an activity, within what she may see."""
    serves = select(ApplicationActivity.application_id).where(ApplicationActivity.activity_id == activity.id)
    seen = visitor().sees(Application, Permission.INVENTORY_READ)
    return list(session.scalars(select(Application).where(Application.id.in_(serves), seen).order_by(Application.name)))


def missing(activity: Activity) -> list[str]:
    """The sentences of the required checks that the record fails."""
    return [c.sentence for c, holds in check_results(activity) if c.severity is Severity.REQUIRED and not holds]


def contacts_of(departments: set[uuid.UUID]) -> dict[uuid.UUID | None, list[str]]:
    """The addresses of those who fill in the records of some departments, by department."""
    held = RoleGrant.in_force(today()).where(RoleGrant.role == Role.CONTACT, RoleGrant.department_id.in_(departments))
    rows = session.execute(
        held.join(User, User.id == RoleGrant.user_id)
        .where(User.disabled_at.is_(None))
        .with_only_columns(RoleGrant.department_id, User.email)
    )
    found: dict[uuid.UUID | None, list[str]] = {}
    for row in rows:
        found.setdefault(row.department_id, []).append(row.email)
    return found
