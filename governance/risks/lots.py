"""Several scenarios changed at once: treatment, owner, due date, axis, a measure more; or taken out."""

import uuid

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.risks.forms import ManyForm
from governance.risks.routes import list_address
from governance.risks.scenarios import refusal
from governance.visitor import load, visitor
from models.base import now
from models.measures import Measure
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.rules import RuleBroken
from models.vocabulary import N_

FIELDS = {"traitement": "treatment", "responsable": "owner_name", "echeance": "due_on", "volet": "axis"}


@blueprint.post("/<uuid:identity>/lot")
@requires(Permission.RISKS_EDIT)
def change_many(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Change the scenarios picked in the list; refused as a whole if one of them cannot be changed so."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    back = list_address("risks.scenarios", identity=identity)
    picked = _picked(analysis)
    if not picked:
        flash(_("Cochez d’abord un ou plusieurs scénarios."), "warning")
        return redirect(back, 303)
    try:
        _change(analysis, picked)
        session.flush()
    except (RuleBroken, StaleDataError) as broken:
        session.rollback()
        return render_template("risks/refused_many.html", back=back, reason=refusal(broken)), 422
    flash(ngettext("Un scénario modifié.", "%(num)d scénarios modifiés.", len(picked)), "success")
    return redirect(back, 303)


def _picked(analysis: Analysis) -> list[Scenario]:
    ids = {one for one in map(queries.as_identity, request.form.getlist("ids")[:500]) if one}
    query = Scenario.whole().where(Scenario.id.in_(ids), Scenario.analysis_id == analysis.id)
    found = list(session.scalars(query))
    if len(found) != len(ids):
        abort(404)
    return found


def _change(analysis: Analysis, picked: list[Scenario]) -> None:
    """Do what the button says. Raises RuleBroken when nothing was chosen for it."""
    verb, form = request.form.get("faire", ""), ManyForm()
    measure = _measure(analysis) if verb == "mesure" else None
    value = form[FIELDS[verb]].data if verb in FIELDS and form.sent() else measure
    if verb != "retirer" and value is None:
        raise RuleBroken("", N_("Choisissez ce qui doit changer, et sa valeur."))
    for one in picked:
        one.touch(visitor().name, now())
        if verb == "retirer":
            session.delete(one)
        elif measure is not None:
            one.rely_on([*one.measures, measure])
        else:
            setattr(one, FIELDS[verb], value)


def _measure(analysis: Analysis) -> Measure | None:
    chosen = queries.as_identity(request.form.get("measure"))
    return session.scalars(Measure.usable_in(analysis.establishment_id).where(Measure.id == chosen)).one_or_none()
