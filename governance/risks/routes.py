"""The room's main doors: the analyses, one of them, its making, its frame and its history."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import apply
from governance.raised import raised
from governance.remembered import until_the_journal_moves
from governance.risks import figures, operations, queries
from governance.risks.blueprint import blueprint
from governance.risks.forms import FRAME, EditFrameForm, NewForm
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.journal import Entry
from models.permissions import Permission
from models.plan import Action
from models.risks.analysis import Analysis
from models.risks.schedule import schedule
from models.risks.words import Phase


@blueprint.get("/")
@requires(Permission.RISKS_READ, Permission.MEASURES_READ)
def index() -> str | Response:
    """The analyses that she reads; whoever reads the measures only is led to them."""
    if not visitor().may(Permission.RISKS_READ):
        return redirect(url_for("risks.measures"))
    found = queries.analyses(visitor())
    return render_template(
        "risks/index.html", analyses=found, counts=queries.counts([one.id for one in found]), today=today()
    )


@blueprint.get("/nouvelle")
@requires(Permission.RISKS_EDIT)
def start() -> str:
    """The frame of a new analysis, and what it starts from."""
    return _create_page(NewForm(begun_on=today(), matrix="ebios_rm_4x4", method="light", classification="restricted"))


@blueprint.post("/nouvelle")
@requires(Permission.RISKS_EDIT)
def create() -> Response | tuple[str, int]:
    """Begin an analysis in one establishment."""
    form, home = NewForm(), queries.home() or abort(404)
    made: list[Analysis] = []
    if not form.sent() or not apply(form, lambda: made.append(operations.begin(visitor(), home.id, form))):
        session.rollback()
        return _create_page(form), 422
    flash(_("Analyse %(reference)s commencée.", reference=made[0].reference), "success")
    return redirect(url_for("risks.show", identity=made[0].id), 303)


def _create_page(form: NewForm) -> str:
    return render_template(
        "risks/create.html", form=form, home=queries.home(), places=visitor().places(Permission.RISKS_EDIT)
    )


@blueprint.get("/<uuid:identity>")
@requires(Permission.RISKS_READ)
def show(identity: uuid.UUID) -> str:
    """One analysis: where it stands."""
    analysis = load(Analysis, identity, Permission.RISKS_READ)
    scale = analysis.scale
    counted, coverage = until_the_journal_moves(
        ("pictures of risks", analysis.id),
        [analysis.establishment_id],
        lambda: (figures.ratings(analysis), queries.element_counts(analysis)),
    )
    moves = figures.moves(counted)
    found = figures.actions(analysis, visitor().reads(Action))
    return render_template(
        "risks/show.html",
        analysis=analysis,
        scale=scale,
        matrix=queries.matrix_label(analysis),
        questions=figures.questions(analysis, scale, today()),
        heats=figures.heats(counted),
        moves=moves,
        level_moves=figures.level_moves(moves, scale),
        top=figures.top(analysis, scale),
        coverage=coverage,
        unseen=queries.bare_count(analysis),
        months=schedule(found, today()),
        late=sum(one.is_late(today()) for one in found),
        actions=raised(analysis),
        pieces=shelf(analysis),
        phases=Phase,
        today=today(),
    )


@blueprint.get("/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def edit(identity: uuid.UUID) -> str:
    """The frame of an analysis."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    return _edit_page(analysis, EditFrameForm(obj=analysis))


@blueprint.post("/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def save(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep the frame as typed; it never overwrites a colleague's unseen."""
    analysis, form = load(Analysis, identity, Permission.RISKS_EDIT), EditFrameForm()
    if not form.sent():
        return _edit_page(analysis, form), 422
    if is_overtaken(form, analysis):
        return _conflict_page(analysis, form)
    try:
        if not apply(form, lambda: operations.frame(visitor(), analysis, form)):
            session.rollback()
            return _edit_page(load(Analysis, identity, Permission.RISKS_EDIT), form), 422
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(load(Analysis, identity, Permission.RISKS_EDIT), form)
    flash(_("Cadre enregistré."), "success")
    return redirect(url_for("risks.show", identity=identity), 303)


def _edit_page(analysis: Analysis, form: EditFrameForm, conflict: Any = None) -> str:
    return render_template("risks/edit.html", analysis=analysis, form=form, conflict=conflict)


def _conflict_page(analysis: Analysis, form: EditFrameForm) -> tuple[str, int]:
    """Somebody saved meanwhile: keep what was typed, and say what is kept otherwise."""
    differences = [
        (form[name].label.text, _shown(getattr(analysis, name)))
        for name in FRAME
        if form[name].data != getattr(analysis, name)
    ]
    form.revision.data = str(analysis.revision)
    conflict = {"by": analysis.updated_by, "at": analysis.updated_at, "differences": differences}
    return _edit_page(analysis, form, conflict), 409


def _shown(value: Any) -> str:
    if hasattr(value, "label"):
        return str(_(value.label))
    return f"{value:%d/%m/%Y}" if hasattr(value, "year") else str(value or _("vide"))


@blueprint.get("/<uuid:identity>/historique")
@requires(Permission.RISKS_READ)
def history(identity: uuid.UUID) -> str:
    """What the journal tells of an analysis: who changed what and when, never to what."""
    analysis = load(Analysis, identity, Permission.RISKS_READ)
    entries = session.scalars(Entry.about(analysis).limit(200)).all()
    told = [(entry, sentences(entry.changes, "risk_analysis", terms())) for entry in entries]
    return render_template("risks/history.html", analysis=analysis, told=told)


def list_address(endpoint: str, **values: Any) -> str:
    """The address of a list, with the filters that its form carried along."""
    query = request.form.get("liste", "")[:2000]
    return url_for(endpoint, **values) + (f"?{query}" if query else "")
