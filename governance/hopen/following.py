"""The doors of one step and of one objective: their state, dates, branch, proofs and opinions."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance import live
from governance.database import session
from governance.doors import requires
from governance.editing import clash, is_overtaken
from governance.forms import apply
from governance.hopen import linking, operations, proposing
from governance.hopen.blueprint import blueprint
from governance.hopen.coverage import about_plan
from governance.hopen.forms import DecideForm, LinkForm, OpinionForm, ScheduleForm, VariantForm
from governance.raised import raised
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.hopen.opinions import StepLink, StepOpinion
from models.hopen.tracking import Pursuit, Step
from models.journal import Entry
from models.permissions import Permission

READ, EDIT = Permission.HOPEN_READ, Permission.HOPEN_EDIT
Answer = Response | tuple[str, int]

_STEP = select(Step).options(
    joinedload(Step.task), joinedload(Step.establishment), joinedload(Step.pursuit).joinedload(Pursuit.objective)
)
_PURSUIT = select(Pursuit).options(
    joinedload(Pursuit.objective), joinedload(Pursuit.establishment), selectinload(Pursuit.steps).joinedload(Step.task)
)


@blueprint.get("/actions/<uuid:identity>")
@requires(READ)
def step(identity: uuid.UUID) -> str:
    """One action of the plan: how it is, who is to do it, what proves it."""
    return _page(load(Step, identity, READ, _STEP))


def _page(step: Step, **forms: Any) -> str:
    """The page of a step, with what was typed in a form that was refused."""
    entries = session.scalars(Entry.about(step).limit(50)).all()
    known = live.read([step.establishment_id], today())
    return render_template(
        "hopen/step.html",
        readings=[(one, proposing.list_of(one, step.establishment)) for one in known.of(step)],
        proposal=known.proposal(step),
        step=step,
        objective=step.pursuit.objective,
        today=today(),
        keeps=visitor().may(EDIT, step),
        links=linking.shown(visitor(), list(session.scalars(StepLink.of(step)))),
        opinions=session.scalars(StepOpinion.of(step)).all(),
        pieces=shelf(step),
        raised=raised(step),
        told=[(entry, sentences(entry.changes, "hopen_step", terms())) for entry in entries],
        conflict=forms.pop("conflict", False),
        forms_={**_blank(step), **forms},
    )


def _blank(step: Step) -> dict[str, Any]:
    """The forms of a step's page as they are before anything is typed."""
    return {
        "decide": DecideForm(formdata=None, obj=step),
        "schedule": ScheduleForm(formdata=None, obj=step),
        "hear": OpinionForm(formdata=None),
        "link": LinkForm(formdata=None),
    }


def _back(step: Step, anchor: str = "") -> Response:
    return redirect(url_for("hopen.step", identity=step.id) + anchor, 303)


@blueprint.post("/actions/<uuid:identity>/etat")
@requires(EDIT)
def decide(identity: uuid.UUID) -> Answer:
    """Say how an action is."""
    step, form = load(Step, identity, EDIT, _STEP), DecideForm()
    if form.sent() and is_overtaken(form, step):
        return _page(step, decide=form, conflict=clash(step, _blank(step)["decide"], form)), 409
    if not form.sent() or not apply(form, lambda: operations.decide(visitor(), step, form)):
        return _page(step, decide=form), 422
    flash(_("L’action est maintenant : %(state)s.", state=_(step.state.label).lower()), "success")
    return _back(step)


@blueprint.post("/actions/<uuid:identity>/confirmer")
@requires(EDIT)
def confirm(identity: uuid.UUID) -> Answer:
    """Say that an action is as the registers propose; what they say is kept as its proof."""
    step, form = load(Step, identity, EDIT, _STEP), DecideForm()
    known = live.read([step.establishment_id], today())
    if not apply(form, lambda: operations.confirm(visitor(), step, known)):
        return _page(step, decide=form), 422
    flash(_("Confirmé : l’action est maintenant « %(state)s ».", state=_(step.state.label)), "success")
    return _back(step)


@blueprint.post("/actions/<uuid:identity>/dates")
@requires(EDIT)
def schedule(identity: uuid.UUID) -> Answer:
    """Set the dates and the note of an action."""
    step, form = load(Step, identity, EDIT, _STEP), ScheduleForm()
    if form.sent() and is_overtaken(form, step):
        return _page(step, schedule=form, conflict=clash(step, _blank(step)["schedule"], form)), 409
    if not form.sent() or not apply(form, lambda: operations.schedule(step, form)):
        return _page(step, schedule=form), 422
    flash(_("C’est enregistré."), "success")
    return _back(step)


@blueprint.post("/actions/<uuid:identity>/avis")
@requires(EDIT)
def hear(identity: uuid.UUID) -> Answer:
    """Record the opinion of a governance body."""
    step, form = load(Step, identity, EDIT, _STEP), OpinionForm()
    if not form.sent() or not apply(form, lambda: operations.hear(visitor(), step, form)):
        return _page(step, hear=form), 422
    flash(_("L’avis est enregistré."), "success")
    return _back(step, "#avis")


@blueprint.post("/actions/<uuid:identity>/liens")
@requires(EDIT)
def link(identity: uuid.UUID) -> Answer:
    """Point to a record of the product that proves the action."""
    step, form = load(Step, identity, EDIT, _STEP), LinkForm()
    if not form.sent() or not apply(form, lambda: operations.link_address(visitor(), step, form.address.data or "")):
        return _page(step, link=form), 422
    flash(_("La fiche est liée."), "success")
    return _back(step, "#preuves")


@blueprint.post("/actions/<uuid:identity>/liens/<uuid:link_id>/retirer")
@requires(EDIT)
def unlink(identity: uuid.UUID, link_id: uuid.UUID) -> Response:
    """Take a link back; the journal keeps it."""
    step = load(Step, identity, EDIT)
    found = session.get(StepLink, link_id)
    if found is not None and found.step_id == step.id:
        session.delete(found)
        flash(_("Le lien est retiré."), "success")
    return _back(step, "#preuves")


@blueprint.get("/objectifs/<uuid:identity>")
@requires(READ)
def pursuit(identity: uuid.UUID) -> str:
    """One objective: its window, its branch, its actions."""
    return _objective_page(load(Pursuit, identity, READ, _PURSUIT))


def _objective_page(pursuit: Pursuit, **forms: Any) -> str:
    entries = session.scalars(Entry.about(pursuit).limit(50)).all()
    return render_template(
        "hopen/pursuit.html",
        pursuit=pursuit,
        objective=pursuit.objective,
        about=about_plan(),
        today=today(),
        keeps=visitor().may(EDIT, pursuit),
        told=[(entry, sentences(entry.changes, "hopen_pursuit", terms())) for entry in entries],
        conflict=forms.pop("conflict", False),
        forms_={**_asked(pursuit), **forms},
    )


def _asked(pursuit: Pursuit) -> dict[str, Any]:
    """The forms of an objective's page as they are before anything is typed."""
    return {
        "schedule": ScheduleForm(formdata=None, obj=pursuit),
        "choose": VariantForm(formdata=None, obj=pursuit, confirmed=False),
    }


@blueprint.post("/objectifs/<uuid:identity>/dates")
@requires(EDIT)
def plan(identity: uuid.UUID) -> Answer:
    """Set when an objective begins and by when it is due."""
    pursuit, form = load(Pursuit, identity, EDIT, _PURSUIT), ScheduleForm()
    if form.sent() and is_overtaken(form, pursuit):
        return _objective_page(pursuit, schedule=form, conflict=clash(pursuit, _asked(pursuit)["schedule"], form)), 409
    if not form.sent() or not apply(form, lambda: operations.schedule(pursuit, form)):
        return _objective_page(pursuit, schedule=form), 422
    flash(_("C’est enregistré."), "success")
    return redirect(url_for("hopen.pursuit", identity=pursuit.id), 303)


@blueprint.post("/objectifs/<uuid:identity>/variante")
@requires(EDIT)
def choose(identity: uuid.UUID) -> Answer:
    """Take an exclusive branch of an objective."""
    pursuit, form = load(Pursuit, identity, EDIT, _PURSUIT), VariantForm()
    if form.sent() and is_overtaken(form, pursuit):
        return _objective_page(pursuit, choose=form, conflict=clash(pursuit, _asked(pursuit)["choose"], form)), 409
    if not form.sent() or not apply(form, lambda: operations.choose(visitor(), pursuit, form)):
        return _objective_page(pursuit, choose=form), 422
    flash(_("La variante est enregistrée."), "success")
    return redirect(url_for("hopen.pursuit", identity=pursuit.id), 303)
