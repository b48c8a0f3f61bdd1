"""The doors of the scenarios: their list in an analysis, one of them, its making and its editing."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance import editing
from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.lists import paged
from governance.raised import raised
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.risks.editing import NewScenario, ScenarioEdit
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import now, today
from models.journal import Entry
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.shown import SHOWN
from models.risks.words import Axis, Phase, Treatment
from models.rules import RuleBroken


@blueprint.get("/<uuid:identity>/scenarios")
@requires(Permission.RISKS_READ)
def scenarios(identity: uuid.UUID) -> str:
    """The scenarios of an analysis: filtered, sorted and paged by the address."""
    analysis = load(Analysis, identity, Permission.RISKS_READ)
    return render_template("risks/scenarios.html", **listing(analysis))


def listing(analysis: Analysis) -> dict[str, Any]:
    """What the pages that list scenarios show."""
    scale = analysis.scale
    ids = queries.listed(analysis, scale, request.args, today())
    return {
        "analysis": analysis,
        "scale": scale,
        "page": paged(ids, queries.sorts(scale), "numero", queries.scenarios),
        "may_edit": analysis.is_draft and visitor().may(Permission.RISKS_EDIT, analysis),
        "questions": [(one.key, one.title) for one in SHOWN],
        "axes": Axis,
        "phases": Phase,
        "treatments": Treatment,
        "categories": terms().choices("scenario_categories"),
        "measures": queries.measure_choices(analysis.establishment_id),
        "today": today(),
    }


@blueprint.get("/scenarios/<uuid:identity>")
@requires(Permission.RISKS_READ)
def scenario(identity: uuid.UUID) -> str:
    """One scenario, whole."""
    one = load(Scenario, identity, Permission.RISKS_READ, Scenario.whole())
    entries = session.scalars(Entry.about(one).limit(50)).all()
    return render_template(
        "risks/scenario.html",
        scenario=one,
        analysis=one.analysis,
        scale=one.analysis.scale,
        phases=Phase,
        may_edit=one.analysis.is_draft and visitor().may(Permission.RISKS_EDIT, one),
        pieces=shelf(one),
        actions=raised(one),
        told=[(entry, sentences(entry.changes, "risk_scenario", terms())) for entry in entries],
        today=today(),
    )


@blueprint.get("/<uuid:identity>/scenarios/nouveau")
@requires(Permission.RISKS_EDIT)
def start_scenario(identity: uuid.UUID) -> str:
    """A new scenario, from the interview or for the element that the address names."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    asked = [queries.as_identity(request.args.get(name)) for name in ("entretien", "element")]
    return _create_page(analysis, NewScenario(analysis).form(*asked))


@blueprint.post("/<uuid:identity>/scenarios/nouveau")
@requires(Permission.RISKS_EDIT)
def create_scenario(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Put a scenario in an analysis."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    new = NewScenario(analysis)
    form = new.form()
    if not form.sent() or not apply(form, lambda: new.make(visitor(), form)):
        session.rollback()
        return _create_page(load(Analysis, identity, Permission.RISKS_EDIT), form), 422
    flash(_("Scénario %(reference)s ajouté.", reference=new.made.reference), "success")
    return redirect(url_for("risks.scenario", identity=new.made.id), 303)


def _create_page(analysis: Analysis, form: Any) -> str:
    return render_template("risks/edit_scenario.html", analysis=analysis, scenario=None, form=form, conflict=None)


@blueprint.get("/scenarios/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def edit_scenario(identity: uuid.UUID) -> str:
    """The form of a scenario."""
    return _edit_page(identity, ScenarioEdit(_editable(identity)).fresh())


@blueprint.post("/scenarios/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def save_scenario(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a scenario as typed; it never overwrites a colleague's unseen."""
    form = ScenarioEdit(_editable(identity)).form()
    status, conflict = editing.keep(visitor(), lambda: ScenarioEdit(_editable(identity)), form)
    if status != 303:
        session.rollback()
        return _edit_page(identity, form, conflict), status
    flash(_("Scénario enregistré."), "success")
    return redirect(url_for("risks.scenario", identity=identity), 303)


def _editable(identity: uuid.UUID) -> Scenario:
    return load(Scenario, identity, Permission.RISKS_EDIT, Scenario.whole())


def _edit_page(identity: uuid.UUID, form: Any, conflict: Any = None) -> str:
    one = _editable(identity)
    return render_template(
        "risks/edit_scenario.html", analysis=one.analysis, scenario=one, form=form, conflict=conflict
    )


@blueprint.post("/scenarios/<uuid:identity>/retirer")
@requires(Permission.RISKS_EDIT)
def remove_scenario(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take a scenario out of its analysis; the journal keeps that it was there."""
    one = _editable(identity)
    analysis = one.analysis
    try:
        one.touch(visitor().name, now())
        session.delete(one)
        session.flush()
    except (RuleBroken, StaleDataError) as broken:
        session.rollback()
        back = url_for("risks.scenario", identity=identity)
        return render_template("risks/refused_many.html", back=back, reason=refusal(broken)), 422
    flash(_("Scénario retiré de l’analyse."), "success")
    return redirect(url_for("risks.scenarios", identity=analysis.id), 303)


def refusal(broken: Exception) -> str:
    """Why nothing was done, in words."""
    if isinstance(broken, RuleBroken):
        return str(_(broken.message))
    return str(_("Quelqu’un a enregistré la même chose au même moment : relisez, puis recommencez."))
