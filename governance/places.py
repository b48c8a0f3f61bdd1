"""Where a new record goes, and the departments that a form offers there."""

from uuid import UUID

from flask import request
from sqlalchemy import select

from governance.database import session
from governance.visitor import Place, visitor
from models.establishments import Department
from models.permissions import Permission


def home(permission: Permission) -> Place | None:
    """The establishment in which a new record goes: where she works now, or the one that the address or form names."""
    places = visitor().places(permission)
    here = visitor().establishment
    wanted = request.values.get("etablissement", here.code if here else "")
    return next((place for place in places if place.code == wanted), places[0] if len(places) == 1 else None)


def departments_of(establishment_id: UUID) -> list[tuple[str, str]]:
    """The departments of one establishment, where a record already is."""
    query = select(Department.id, Department.name).where(Department.establishment_id == establishment_id)
    return [(str(row.id), row.name) for row in session.execute(query.order_by(Department.name))]


def department_choices(permission: Permission) -> list[tuple[str, str]]:
    """The departments of the establishments she reads, named with their establishment when there are several."""
    who = visitor()
    places = {place.id: place for place in who.places(permission)}
    if who.establishment:
        places = {who.establishment.id: who.establishment}
    rows = session.execute(
        select(Department.id, Department.name, Department.establishment_id)
        .where(Department.establishment_id.in_(places))
        .order_by(Department.name)
    )
    several = len(places) > 1
    return [(str(row.id), f"{row.name} ({places[row.establishment_id].code})" if several else row.name) for row in rows]
