"""What leaves the directory, made in a stretch that only reads, then told to the journal with its digest."""

import hashlib
from collections.abc import Iterator
from typing import IO, Any

from flask import render_template, request, send_file
from flask_babel import gettext as _
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import aliased

from exports import people as documents
from governance.database import reading, session
from governance.doors import requires
from governance.lists import asked, query_sent
from governance.media import MIMETYPES
from governance.people import queries
from governance.people.blueprint import blueprint
from governance.people.forms import HandOverForm
from governance.people.routes import Page
from governance.visitor import Place, visitor
from models.accounts import User
from models.base import now, today
from models.establishments import Department, Establishment
from models.journal import Verb, tell
from models.people import Person
from models.permissions import Permission

CHUNK = 500


@blueprint.get("/exporter")
@requires(Permission.PEOPLE_EXPORT)
def hand_over() -> str:
    """Choose the format of the directory, as the list was filtered."""
    return _page(HandOverForm(), request.query_string.decode(errors="replace"))


@blueprint.post("/exporter")
@requires(Permission.PEOPLE_EXPORT)
def deliver() -> Page:
    """The directory of one establishment, as filtered, in the format chosen."""
    form, place = HandOverForm(), _place()
    query = query_sent()
    ready = form.sent()
    if place is None:
        form.form_errors.append(_("Choisissez l’établissement dont l’annuaire doit sortir."))
    if not ready or place is None:
        return _page(form, query), 422
    kind = str(form.format.data)
    ids = queries.listed(visitor(), asked(query), today()).where(Person.establishment_id == place.id)
    with reading():
        count = queries.count(ids)
        content = _made(kind, rows(ids), session.get_one(Establishment, place.id))
    _tell(place, kind, count, content)
    name = f"personnes-{place.code}-{today():%Y-%m-%d}.{kind}".lower()
    return send_file(content, mimetype=MIMETYPES[kind], as_attachment=True, download_name=name)


def rows(ids: Select[Any]) -> Iterator[Any]:
    """The persons as rows with an attribute for each column of the export, by name, straight from the database."""
    head, names = aliased(Person), {one.key for one in inspect(Person).column_attrs}
    beside = {
        documents.DEPARTMENT.key: Department.name,
        documents.MANAGER.key: head.given_name + " " + head.family_name,
        documents.LOGIN.key: User.login,
        documents.MANAGER_ID.key: Person.manager_id,
    }
    own = {column.key: getattr(Person, column.key) for column in documents.COLUMNS if column.key in names}
    wanted = {**own, **beside}
    query = (
        select(*(wanted[column.key].label(column.key) for column in documents.COLUMNS))
        .select_from(Person)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(head, head.id == Person.manager_id)
        .outerjoin(User, User.id == Person.user_id)
        .where(Person.id.in_(ids))
        .order_by(Person.sort_name, Person.id)
    )
    yield from session.execute(query, execution_options={"yield_per": CHUNK})


def _made(kind: str, found: Iterator[Any], establishment: Establishment) -> IO[bytes]:
    if kind == "json":
        return documents.dump(found, establishment, now())
    return (documents.workbook if kind == "xlsx" else documents.table)(found, establishment, visitor().name)


def _tell(place: Place, kind: str, count: int, content: IO[bytes]) -> None:
    """The journal keeps what left, in which format, with which digest."""
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    establishment = session.get_one(Establishment, place.id)
    title = f"l’annuaire des personnes de {establishment.name}"
    tell(session(), Verb.EXPORTED, establishment, title, format=kind, rows=count, digest=digest, public=False)


def _place() -> Place | None:
    """The establishment whose directory leaves: where she works, or the one chosen in the form."""
    places, here = visitor().places(Permission.PEOPLE_EXPORT), visitor().establishment
    wanted = request.form.get("etablissement", here.code if here else "")
    return next((place for place in places if place.code == wanted), places[0] if len(places) == 1 else None)


def _page(form: HandOverForm, query: str) -> str:
    places = () if visitor().establishment else visitor().places(Permission.PEOPLE_EXPORT)
    return render_template("people/hand_over.html", form=form, query=query, places=places if len(places) > 1 else ())
