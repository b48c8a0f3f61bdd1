"""The doors of applications: read by HR and by who is named for the hiring, and by nobody else."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import Form, apply
from governance.positions import hiring_queries as queries
from governance.positions import searching
from governance.positions.blueprint import blueprint
from governance.positions.filling_forms import (
    PROPOSED_MONTHS,
    CandidateForm,
    EraseForm,
    FirstCandidateForm,
    StateForm,
    interview_form,
)
from governance.uploads import shelf
from governance.visitor import refuse, visitor
from models.base import today
from models.permissions import Permission
from models.positions.candidate import Candidate
from models.positions.filling import Filling
from models.positions.words import CandidateState
from seed.positions import interview_grid

HIRE, OWN = Permission.POSITIONS_HIRE, Permission.POSITIONS_OWN
Page = str | tuple[str, int] | Response


@blueprint.get("/pourvoir/<uuid:identity>/candidatures")
@requires(HIRE, OWN)
def candidates(identity: uuid.UUID) -> str:
    """The applications of a post, with their interviews side by side."""
    found = queries.load_hiring(identity)
    return render_template(
        "positions/candidates.html",
        filling=found,
        candidates=queries.candidates(found),
        grid=interview_grid(found.kind),
    )


@blueprint.get("/pourvoir/<uuid:identity>/candidatures/nouvelle")
@requires(HIRE, OWN)
def start_candidate(identity: uuid.UUID) -> str:
    """The empty form of an application."""
    found = queries.load_hiring(identity)
    return _candidate_page(found, _empty_form(found)(formdata=None, received_on=today(), keep_months=PROPOSED_MONTHS))


def _empty_form(found: Filling) -> Any:
    return CandidateForm if found.keep_months else FirstCandidateForm


def _candidate_page(found: Filling, form: Form, candidate: Candidate | None = None) -> str:
    return render_template("positions/edit_candidate.html", filling=found, candidate=candidate, form=form)


@blueprint.post("/pourvoir/<uuid:identity>/candidatures/nouvelle")
@requires(HIRE, OWN)
def create_candidate(identity: uuid.UUID) -> Page:
    """Enter an application."""
    found = queries.load_hiring(identity)
    form, made = _empty_form(found)(), []
    if not form.sent() or not apply(form, lambda: made.append(searching.receive(found, form))):
        return _candidate_page(found, form), 422
    flash(_("La candidature n° %(number)s est enregistrée.", number=made[0].number), "success")
    return redirect(url_for("positions.candidate", identity=made[0].id), 303)


@blueprint.get("/candidatures/<uuid:identity>")
@requires(HIRE, OWN)
def candidate(identity: uuid.UUID) -> str:
    """One application: who, what the interviews gave, the files."""
    return _show_page(queries.load_candidate(identity))


def _show_page(found: Candidate, state: Form | None = None) -> str:
    return render_template(
        "positions/candidate.html",
        candidate=found,
        filling=found.filling,
        grid=interview_grid(found.filling.kind),
        state=state or StateForm(formdata=None, state=found.state.value),
        erase=EraseForm(formdata=None),
        pieces=shelf(found),
    )


@blueprint.get("/candidatures/<uuid:identity>/modifier")
@requires(HIRE, OWN)
def edit_candidate(identity: uuid.UUID) -> str:
    """The form of an application."""
    found = queries.load_candidate(identity)
    return _candidate_page(found.filling, CandidateForm(formdata=None, obj=found), found)


@blueprint.post("/candidatures/<uuid:identity>/modifier")
@requires(HIRE, OWN)
def save_candidate(identity: uuid.UUID) -> Page:
    """Keep what was typed of an application."""
    found, form = queries.load_candidate(identity), CandidateForm()
    if not form.sent() or not apply(form, found.filling.check_open):
        return _candidate_page(found.filling, form, found), 422
    searching.correct(found, form)
    flash(_("La candidature est enregistrée."), "success")
    return redirect(url_for("positions.candidate", identity=identity), 303)


@blueprint.post("/candidatures/<uuid:identity>/etat")
@requires(HIRE, OWN)
def move_candidate(identity: uuid.UUID) -> Page:
    """Say where an application stands."""
    found, form = queries.load_candidate(identity), StateForm()
    if not form.sent() or not apply(form, lambda: found.move(CandidateState(form.state.data))):
        return _show_page(found, form), 422
    flash(_("La candidature est maintenant : %(state)s.", state=_(found.state.label).lower()), "success")
    return redirect(url_for("positions.candidate", identity=identity), 303)


def _interview_page(found: Candidate, form: Form) -> str:
    grid = interview_grid(found.filling.kind)
    return render_template("positions/interview.html", candidate=found, filling=found.filling, form=form, grid=grid)


@blueprint.get("/candidatures/<uuid:identity>/entretien")
@requires(HIRE, OWN)
def start_interview(identity: uuid.UUID) -> str:
    """The grid of an interview."""
    found = queries.load_candidate(identity)
    jury = ", ".join(member.user.name for member in found.filling.members)
    return _interview_page(
        found, interview_form(found.filling.kind, formdata=None, data={"held_on": today(), "jury": jury})
    )


@blueprint.post("/candidatures/<uuid:identity>/entretien")
@requires(HIRE, OWN)
def create_interview(identity: uuid.UUID) -> Page:
    """Keep an interview."""
    found = queries.load_candidate(identity)
    form = interview_form(found.filling.kind)
    if not form.sent() or not apply(form, lambda: searching.meet(found, form)):
        return _interview_page(found, form), 422
    flash(_("L’entretien est enregistré."), "success")
    return redirect(url_for("positions.candidate", identity=identity), 303)


@blueprint.post("/candidatures/<uuid:identity>/effacer")
@requires(HIRE)
def erase_candidate(identity: uuid.UUID) -> Page:
    """Erase one application at once, as its author may ask (GDPR, art. 17); only HR does."""
    found = queries.load_candidate(identity)
    if not visitor().may(HIRE, found):
        refuse()
    place = found.filling
    if not EraseForm().sent():
        return _show_page(found), 422
    searching.erase(place, [found], today())
    session.flush()
    flash(_("La candidature est effacée ; la recherche garde seulement le nombre de candidatures effacées."), "success")
    return redirect(url_for("positions.candidates", identity=place.id), 303)
