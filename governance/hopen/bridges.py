"""The doors that show how far the plan covers other schemes, one by one, and each of their requirements."""

import uuid

from flask import abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.hopen import coverage, queries
from governance.hopen.blueprint import blueprint
from governance.hopen.proposing import chosen_place
from governance.terms import terms
from governance.visitor import visitor
from models.hopen.bridges import Requirement, Scheme, Standing
from models.journal import Entry
from models.permissions import Permission

READ, EDIT = Permission.HOPEN_READ, Permission.HOPEN_EDIT


@blueprint.get("/passerelles")
@requires(READ)
def bridges() -> str:
    """What of each other scheme the plan answers, establishment by establishment."""
    places, known = queries.places_of(visitor()), coverage.schemes()
    return render_template(
        "hopen/bridges.html",
        schemes=known,
        places=places,
        measured=coverage.measured(places, known),
        standings=Standing,
    )


@blueprint.get("/passerelles/<string(maxlength=20):code>")
@requires(READ)
def scheme(code: str) -> str:
    """One scheme in one establishment: its known requirements, and where each stands."""
    found, place = session.get(Scheme, code) or abort(404), chosen_place()
    wanted = request.args.get("montrer", "")
    standing = Standing(wanted) if wanted in Standing.__members__.values() else None
    whole = coverage.measured([place], [found])[found.code, place.id]
    removed = Requirement.listed().where(Requirement.scheme_code == code, Requirement.removed_on.is_not(None))
    return render_template(
        "hopen/scheme.html",
        scheme=found,
        place=place,
        places=queries.places_of(visitor()),
        whole=whole,
        lines=whole.kept(standing),
        chosen=standing,
        standings=Standing,
        removed=session.scalars(removed).all(),
        keeps=keeps(),
    )


def keeps() -> bool:
    """Whether she keeps what is common to the group: the requirements and the bridges."""
    return visitor().reads_everywhere(EDIT)


def found_requirement(identity: uuid.UUID) -> Requirement:
    """A requirement with its bridges, else 404: whoever reads the plan somewhere reads what it is compared with."""
    query = select(Requirement).where(Requirement.id == identity)
    options = selectinload(Requirement.bridges).options(*coverage.DRAWN)
    return session.scalars(query.options(options)).one_or_none() or abort(404)


@blueprint.get("/passerelles/exigences/<uuid:identity>")
@requires(READ)
def requirement(identity: uuid.UUID) -> str:
    """One requirement: what is known of it, the bridges that lead to it, and where each establishment stands."""
    found, places = found_requirement(identity), queries.places_of(visitor())
    entries = session.scalars(Entry.about(found).limit(50)).all()
    return render_template(
        "hopen/requirement.html",
        requirement=found,
        places=places,
        reached=coverage.reached([place.id for place in places]),
        told=[(entry, sentences(entry.changes, "hopen_requirement", terms())) for entry in entries],
        keeps=keeps(),
    )
