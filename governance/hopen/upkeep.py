"""The doors of what is kept alive: the unit, the repository, the plan and procedures tested, the ROR, MSSanté."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response
from wtforms import HiddenField

from exports.sentences import sentences
from governance import places
from governance.database import session
from governance.doors import requires
from governance.editing import clash, is_overtaken
from governance.forms import DayField, Form, NumberField, apply, paragraph, text, word
from governance.hopen import queries
from governance.hopen.blueprint import blueprint
from governance.raised import raised
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.hopen.upkeep import EVERY, USUAL, Nature, Result, Upkeep, UpkeepEntry, UpkeepKind
from models.journal import Entry
from models.permissions import Permission
from models.rules import RuleBroken
from models.vocabulary import N_

READ, EDIT = Permission.HOPEN_READ, Permission.HOPEN_EDIT
Answer = Response | tuple[str, int]
TWICE = N_("Un suivi de cette nature porte déjà cet intitulé.")


class UpkeepForm(Form):
    """What is kept alive, by whom, and how often."""

    kind = word(lazy_gettext("Nature"), UpkeepKind, required=True)
    title = text(lazy_gettext("Intitulé"), required=True)
    keeper = text(lazy_gettext("Responsable"))
    every_months = NumberField(lazy_gettext("Périodicité, en mois"), least=1, most=60, required=True)
    begun_on = DayField(lazy_gettext("En place depuis le"), required=True)
    members = paragraph(
        lazy_gettext("Membres"), limit=4000, description=lazy_gettext("Un nom et une fonction par ligne.")
    )
    description = paragraph(lazy_gettext("Missions, règles ou périmètre"), limit=8000)
    revision = HiddenField()


class EntryForm(Form):
    """A meeting held, an update made, a test run, a figure taken."""

    nature = word(lazy_gettext("Nature"), Nature, required=True)
    held_on = DayField(lazy_gettext("Date"), required=True)
    summary = paragraph(lazy_gettext("Ce qui a été fait"), limit=8000, required=True)
    result = word(lazy_gettext("Résultat"), Result)
    corrections = paragraph(lazy_gettext("Corrections et suites"), limit=4000)
    attendees = text(lazy_gettext("Présents"))
    figure = NumberField(
        lazy_gettext("Valeur relevée"),
        most=100_000_000,
        description=lazy_gettext("Par exemple le nombre de messages MSSanté du mois, ou de fiches ROR décrites."),
    )


FIELDS = ("kind", "title", "keeper", "every_months", "begun_on", "members", "description")


@blueprint.get("/suivis")
@requires(READ)
def upkeeps() -> str:
    """What is kept alive in each establishment, the most pressing first."""
    query = select(Upkeep).options(joinedload(Upkeep.establishment), selectinload(Upkeep.entries))
    found = session.scalars(query.where(visitor().sees(Upkeep, READ)).order_by(Upkeep.ended_on, Upkeep.due_on)).all()
    held = queries.places_of(visitor())
    return render_template(
        "hopen/upkeeps.html",
        upkeeps=found,
        several=len(held) > 1,
        today=today(),
        keeps=visitor().may(EDIT),
        kinds=UpkeepKind,
    )


@blueprint.get("/suivis/nouveau")
@requires(EDIT)
def start_upkeep() -> str:
    """The form of a new one, with what is usual for its kind."""
    kind = next((one for one in UpkeepKind if one.value == request.args.get("nature")), None)
    usual = {"kind": kind, "title": kind.label, "every_months": EVERY[kind]} if kind else {}
    return _form_page(UpkeepForm(formdata=None, data=usual), None)


def _form_page(form: UpkeepForm, upkeep: Upkeep | None, *, conflict: dict[str, Any] | None = None) -> str:
    home = None if upkeep else places.home(EDIT)
    choices = () if upkeep or visitor().establishment else visitor().places(EDIT)
    return render_template(
        "hopen/edit_upkeep.html", form=form, upkeep=upkeep, home=home, choices=choices, conflict=conflict
    )


@blueprint.post("/suivis/nouveau")
@requires(EDIT)
def create_upkeep() -> Answer:
    """Open the follow-up of something in an establishment."""
    form, home = UpkeepForm(), places.home(EDIT)
    if home is None:
        form.form_errors.append(_("Choisissez l’établissement."))
    if not form.sent() or home is None:
        return _form_page(form, None), 422
    upkeep = Upkeep(establishment_id=home.id)
    if not apply(form, lambda: _fill(upkeep, form)):
        return _form_page(form, None), 422
    flash(_("Le suivi est ouvert."), "success")
    return redirect(url_for("hopen.upkeep", identity=upkeep.id), 303)


def _fill(upkeep: Upkeep, form: UpkeepForm) -> None:
    """Lay what was typed on a follow-up and keep it. Raises RuleBroken."""
    for name in FIELDS:
        setattr(upkeep, name, form[name].data)
    upkeep.check(today())
    upkeep.settle()
    try:
        with session.begin_nested():
            session.add(upkeep)
    except IntegrityError:
        raise RuleBroken("title", TWICE) from None


def _whole() -> Any:
    return select(Upkeep).options(joinedload(Upkeep.establishment), selectinload(Upkeep.entries))


@blueprint.get("/suivis/<uuid:identity>")
@requires(READ)
def upkeep(identity: uuid.UUID) -> str:
    """One follow-up: its rules, its entries, its pieces, the actions it called for."""
    found = load(Upkeep, identity, READ, _whole())
    return _page(found, EntryForm(formdata=None, data={"nature": USUAL[found.kind]}))


def _page(upkeep: Upkeep, form: EntryForm) -> str:
    entries = session.scalars(Entry.about(upkeep).limit(50)).all()
    return render_template(
        "hopen/upkeep.html",
        upkeep=upkeep,
        form=form,
        today=today(),
        keeps=visitor().may(EDIT, upkeep),
        pieces=shelf(upkeep),
        raised=raised(upkeep),
        told=[(entry, sentences(entry.changes, "hopen_upkeep", terms())) for entry in entries],
    )


@blueprint.get("/suivis/<uuid:identity>/modifier")
@requires(EDIT)
def edit_upkeep(identity: uuid.UUID) -> str:
    """The form of a follow-up."""
    found = load(Upkeep, identity, EDIT, _whole())
    return _form_page(UpkeepForm(formdata=None, obj=found), found)


@blueprint.post("/suivis/<uuid:identity>/modifier")
@requires(EDIT)
def save_upkeep(identity: uuid.UUID) -> Answer:
    """Keep what was typed of a follow-up, unless a colleague saved it meanwhile."""
    found, form = load(Upkeep, identity, EDIT, _whole()), UpkeepForm()
    if form.sent() and is_overtaken(form, found):
        kept = UpkeepForm(formdata=None, obj=found)
        return _form_page(form, found, conflict=clash(found, kept, form)), 409
    if not form.sent() or not apply(form, lambda: _fill(found, form)):
        return _form_page(form, found), 422
    flash(_("C’est enregistré."), "success")
    return redirect(url_for("hopen.upkeep", identity=found.id), 303)


@blueprint.post("/suivis/<uuid:identity>/lignes")
@requires(EDIT)
def add_entry(identity: uuid.UUID) -> Answer:
    """Note a meeting, an update, a test, a figure."""
    found, form = load(Upkeep, identity, EDIT, _whole()), EntryForm()
    names = ("nature", "held_on", "summary", "result", "corrections", "attendees", "figure")
    entry = UpkeepEntry(**{name: form[name].data for name in names}, written_by=visitor().name)
    if not form.sent() or not apply(form, lambda: entry.check(today(), found.begun_on)):
        return _page(found, form), 422
    found.entries.append(entry)
    found.settle()
    flash(_("C’est noté ; la prochaine échéance est le %(day)s.", day=f"{found.due_on:%d/%m/%Y}"), "success")
    return redirect(url_for("hopen.upkeep", identity=found.id), 303)


@blueprint.post("/suivis/<uuid:identity>/arreter")
@requires(EDIT)
def end_upkeep(identity: uuid.UUID) -> Response:
    """Stop a follow-up, or take it up again; nothing of it is lost."""
    found = load(Upkeep, identity, EDIT)
    found.ended_on = None if found.ended_on else today()
    flash(_("Le suivi est arrêté.") if found.ended_on else _("Le suivi reprend."), "success")
    return redirect(url_for("hopen.upkeep", identity=found.id), 303)
