"""The doors of nominations: the lists, a nomination, its making and its correction."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.positions.listing import workbook
from governance import places
from governance.database import session
from governance.doors import requires
from governance.editing import clash, is_overtaken
from governance.forms import apply
from governance.leaving import taken
from governance.lists import asked, paged
from governance.positions import alerts, naming, queries
from governance.positions.access import load_description, load_nomination
from governance.positions.blueprint import blueprint
from governance.positions.hiring_queries import load_filling
from governance.positions.nomination_forms import NominationForm
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import visitor
from models.base import today
from models.establishments import Establishment
from models.permissions import Permission
from models.positions.nomination import Nomination
from models.positions.words import Employment, JobKind, Way
from models.vocabulary import N_

Page = str | tuple[str, int] | Response

TWICE = N_("Cette nomination vient d’être enregistrée par quelqu’un d’autre : ouvrez la liste.")


@blueprint.get("/nominations")
@requires(Permission.POSITIONS_READ)
def nominations() -> str:
    """The nominations: filtered, sorted and paged by the address."""
    ids = queries.nominations(visitor(), request.args, today())
    page = paged(ids, queries.NOMINATION_SORTS, "fonction", queries.nomination_lines)
    return render_template(
        "positions/nominations.html", page=page, shown=queries.SHOWN, kinds=JobKind, today=today(), signs=alerts.signs
    )


@blueprint.post("/nominations/exporter")
@requires(Permission.POSITIONS_EDIT)
def export_nominations() -> Response:
    """The nominations that the list shows, as a workbook; what leaves is told to the journal of each establishment."""
    found = queries.nominations_whole(visitor(), asked(), today())
    content = workbook(found, today(), visitor().name)
    return taken(content, [one.establishment_id for one in found], N_("les nominations"), "nominations")


@blueprint.get("/sans-titulaire")
@requires(Permission.POSITIONS_READ)
def vacant() -> str:
    """The posts that every hospital must fill and that nobody holds."""
    return render_template("positions/vacant.html", vacancies=queries.vacancies(visitor(), today()))


@blueprint.get("/nominations/<uuid:identity>")
@requires(Permission.POSITIONS_READ)
def nomination(identity: uuid.UUID) -> str:
    """One nomination: where it stands, what is to be warned of, its documents and proofs."""
    found = load_nomination(identity)
    siblings = queries.siblings(found)
    return render_template(
        "positions/nomination.html",
        nomination=found,
        steps=alerts.steps(found, today()),
        alerts=alerts.of(found, siblings, queries.situation(found, today()), today()),
        siblings=siblings,
        reads=lambda other: visitor().may(Permission.POSITIONS_READ, other),
        documents=alerts.documents(found),
        left_blank=alerts.left_blank(
            found, [one.establishment for one in (found, *siblings)], today(), queries.successor(found)
        ),
        examined=alerts.examined(found),
        pieces=shelf(found),
        raised=raised(found),
        today=today(),
    )


@blueprint.get("/nominations/nouvelle")
@requires(Permission.POSITIONS_EDIT)
def start_nomination() -> str:
    """The empty form of a nomination, or one filled from the description that the address names."""
    home = places.home(Permission.POSITIONS_EDIT)
    if home is None:
        return render_template("positions/place.html", places=visitor().places(Permission.POSITIONS_EDIT))
    return _form_page(NominationForm(home.id, data=_proposed(home.id)), home_id=home.id)


def _proposed(establishment_id: uuid.UUID) -> dict[str, Any]:
    """What is known already: the facts of the description, and who signs for the establishment."""
    home = session.get_one(Establishment, establishment_id)
    name, _comma, quality = (home.legal_representative or "").partition(",")
    known: dict[str, Any] = {"signatory": name.strip(), "signatory_quality": quality.strip(), "starts_on": today()}
    known |= {"kind": _kind_asked(), "employment": Employment.INTERNAL}
    if (asked := request.args.get("fiche")) and (described := _described(asked)):
        same = ("kind", "title", "employment", "reports_to", "quotity", "budget", "training_days", "relays", "deputy")
        known |= {name: getattr(described, name) for name in same if name != "deputy"}
        known |= {"description_id": described.id, "independent_from_it": described.independent_from_it or None}
    return known | _found_by(request.args.get("recherche"))


HELD_AS = {Way.SERVICE_CONTRACT: Employment.EXTERNAL, Way.SHARED: Employment.SHARED}
"""How a post is held by the way that was chosen to fill it; in house for the others."""


def _found_by(asked: str | None) -> dict[str, Any]:
    """What the search that ends by a nomination says of it."""
    if not asked:
        return {}
    try:
        search = load_filling(uuid.UUID(asked))
    except ValueError:
        abort(404)
    held = {"employment": HELD_AS.get(search.chosen, Employment.INTERNAL)} if search.chosen else {}
    return {"kind": search.kind, "title": search.title, **held}


def _kind_asked() -> JobKind | None:
    asked = request.args.get("fonction", "")
    return JobKind(asked) if asked in JobKind.__members__.values() else None


def _described(asked: str) -> Any:
    try:
        return load_description(uuid.UUID(asked), Permission.POSITIONS_READ)
    except ValueError:
        abort(404)


@blueprint.post("/nominations/nouvelle")
@requires(Permission.POSITIONS_EDIT)
def create_nomination() -> Page:
    """Nominate somebody, in one establishment or in several."""
    home = places.home(Permission.POSITIONS_EDIT) or abort(404)
    form, made = NominationForm(home.id), []
    if not form.sent():
        return _form_page(form, home_id=home.id), 422
    try:
        if not apply(form, lambda: made.append(naming.enter(home.id, form))):
            return _form_page(form, home_id=home.id), 422
    except IntegrityError:
        session.rollback()
        form.form_errors.append(_(TWICE))
        return _form_page(form, home_id=home.id), 409
    flash(_("La nomination est enregistrée."), "success")
    return redirect(url_for("positions.nomination", identity=made[0].id), 303)


@blueprint.get("/nominations/<uuid:identity>/modifier")
@requires(Permission.POSITIONS_EDIT)
def edit_nomination(identity: uuid.UUID) -> str:
    """The form of a nomination."""
    found = load_nomination(identity, Permission.POSITIONS_EDIT)
    return _form_page(_filled(found), nomination=found)


def _filled(found: Nomination) -> NominationForm:
    """The form of a nomination with what is kept."""
    named = {"person": queries.reference(found.person), "deputy": queries.reference(found.deputy)}
    return NominationForm(found.establishment_id, formdata=None, obj=_Shown(found, named))


class _Shown:
    """A nomination as its form shows it: persons by what designates them."""

    def __init__(self, nomination: Nomination, named: dict[str, str]) -> None:
        self._nomination, self._named = nomination, named

    def __getattr__(self, name: str) -> Any:
        return self._named[name] if name in self._named else getattr(self._nomination, name)


@blueprint.post("/nominations/<uuid:identity>/modifier")
@requires(Permission.POSITIONS_EDIT)
def save_nomination(identity: uuid.UUID) -> Page:
    """Keep what was typed of a nomination, unless a colleague saved it meanwhile."""
    found = load_nomination(identity, Permission.POSITIONS_EDIT)
    form = NominationForm(found.establishment_id)
    if not form.sent():
        return _form_page(form, nomination=found), 422
    if is_overtaken(form, found):
        return _conflict_page(found, form)
    if not apply(form, lambda: naming.correct(found, form)):
        return _form_page(form, nomination=found), 422
    try:
        session.flush()
    except (StaleDataError, IntegrityError):
        session.rollback()
        return _conflict_page(load_nomination(identity, Permission.POSITIONS_EDIT), form)
    flash(_("La nomination est enregistrée."), "success")
    return redirect(url_for("positions.nomination", identity=identity), 303)


def _conflict_page(found: Nomination, form: NominationForm) -> tuple[str, int]:
    """Somebody saved meanwhile: her text stays in the form, and she decides."""
    form.revision.data = str(found.revision)
    form.revision.raw_data = None
    return _form_page(form, nomination=found, conflict=clash(found, _filled(found), form)), 409


def _form_page(
    form: NominationForm,
    nomination: Nomination | None = None,
    home_id: uuid.UUID | None = None,
    conflict: dict[str, Any] | None = None,
) -> str:
    place = home_id or form.establishment_id
    return render_template(
        "positions/edit_nomination.html",
        form=form,
        nomination=nomination,
        home=session.get_one(Establishment, place),
        conflict=conflict,
        suggestions=queries.suggestions(place, today()),
    )
