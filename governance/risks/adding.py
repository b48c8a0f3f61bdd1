"""The doors by which scenarios come into an analysis several at a time: from the catalogue, from the register."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.risks import queries, starting
from governance.risks.blueprint import blueprint
from governance.risks.scenarios import refusal
from governance.terms import terms
from governance.visitor import load, visitor
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.words import Axis
from models.rules import RuleBroken


@blueprint.get("/<uuid:identity>/catalogue")
@requires(Permission.RISKS_EDIT)
def catalogue(identity: uuid.UUID) -> str:
    """The typical scenarios, those that the analysis has already marked."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    taken = set(session.scalars(select(Scenario.catalogue_code).where(Scenario.analysis_id == analysis.id)))
    return render_template(
        "risks/catalogue.html",
        analysis=analysis,
        typical=queries.typical(),
        taken=taken,
        axes=Axis,
        severities=dict(enumerate((step.label for step in queries.scale_named("ebios_rm_4x4").severities), 1)),
        likelihoods=dict(enumerate((step.label for step in queries.scale_named("ebios_rm_4x4").likelihoods), 1)),
        measures=dict(terms().choices("typical_measures")),
    )


@blueprint.post("/<uuid:identity>/catalogue")
@requires(Permission.RISKS_EDIT)
def add_from_catalogue(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Add the typical scenarios picked, with the elements and measures that they name."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    back = url_for("risks.catalogue", identity=identity)
    picked = request.form.getlist("codes")[:200]
    if not picked:
        flash(_("Cochez d’abord un ou plusieurs scénarios."), "warning")
        return redirect(back, 303)
    try:
        made = starting.from_catalogue(visitor(), analysis, picked)
    except RuleBroken as broken:
        return render_template("risks/refused_many.html", back=back, reason=refusal(broken)), 422
    flash(ngettext("Un scénario ajouté.", "%(num)d scénarios ajoutés.", len(made)), "success")
    return redirect(url_for("risks.scenarios", identity=identity), 303)


@blueprint.get("/<uuid:identity>/registre")
@requires(Permission.RISKS_EDIT)
def activities(identity: uuid.UUID) -> str:
    """The records of the register that call for an impact assessment."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    return render_template("risks/activities.html", analysis=analysis, activities=starting.activities_offered(analysis))


@blueprint.post("/<uuid:identity>/registre")
@requires(Permission.RISKS_EDIT)
def add_from_register(identity: uuid.UUID) -> Response | tuple[str, int]:
    """For each record picked, add the three feared events of an impact assessment."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    back = url_for("risks.activities", identity=identity)
    wanted = set(request.form.getlist("fiches")[:200])
    picked = [one for one in starting.activities_offered(analysis) if str(one.id) in wanted]
    if not picked:
        flash(_("Cochez d’abord une ou plusieurs fiches."), "warning")
        return redirect(back, 303)
    try:
        made = starting.from_register(visitor(), analysis, picked)
    except RuleBroken as broken:
        return render_template("risks/refused_many.html", back=back, reason=refusal(broken)), 422
    flash(ngettext("Un scénario ajouté.", "%(num)d scénarios ajoutés.", len(made)), "success")
    return redirect(url_for("risks.scenarios", identity=identity), 303)
