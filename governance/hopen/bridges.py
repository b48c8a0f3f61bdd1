"""The doors that show how far the plan covers other schemes, one by one, and each of their requirements."""

import hashlib
import uuid

from flask import abort, render_template, request, send_file
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from exports.hopen import bridges as documents
from exports.sentences import sentences
from governance.database import reading, session
from governance.doors import requires
from governance.hopen import coverage, queries
from governance.hopen.blueprint import blueprint
from governance.hopen.proposing import chosen_place
from governance.media import MIMETYPES
from governance.terms import terms
from governance.visitor import visitor
from models.base import today
from models.establishments import Establishment, Group
from models.hopen.bridges import Requirement, Scheme, Standing
from models.journal import Entry, Verb, tell
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


@blueprint.post("/passerelles")
@requires(Permission.HOPEN_EXPORT)
def deliver_bridges() -> Response:
    """The requirements of every scheme, where each establishment stands, as a workbook; told to the journal."""
    with reading():
        who, known = visitor(), coverage.schemes()
        places = [one for one in queries.places_of(who) if one in who.places(Permission.HOPEN_EXPORT)]
        whole = coverage.measured(places, known)
        lines = [
            documents.Bridged(
                one.place.code, line.requirement, line.standing, [bridge for bridge, _far in line.bridges]
            )
            for one in whole.values()
            for line in one.lines
        ]
        content = documents.workbook(lines, who.establishment.name if who.establishment else _group().name)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    here = visitor().establishment
    subject = session.get_one(Establishment, here.id) if here else _group()
    title = f"les passerelles HOP’EN de {subject.name}"
    tell(session(), Verb.EXPORTED, subject, title, format="xlsx", rows=len(lines), digest=digest, public=False)
    name = f"passerelles-{here.code if here else 'groupe'}-{today():%Y-%m-%d}.xlsx".lower()
    return send_file(content, mimetype=MIMETYPES["xlsx"], as_attachment=True, download_name=name)


def _group() -> Group:
    return session.scalars(select(Group)).one()


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
