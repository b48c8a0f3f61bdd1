"""The doors by which a measure is said to protect activities of the register."""

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.risks.measures import found
from governance.visitor import load, visitor
from models.base import now
from models.measures import Measure, MeasureActivity
from models.permissions import Permission
from models.register.activity import Activity
from models.register.words import Status
from models.search import matching


@blueprint.get("/mesures/<uuid:identity>/traitements")
@requires(Permission.MEASURES_EDIT)
def protected(identity: uuid.UUID) -> str:
    """The activities that a measure protects, and those that a search finds."""
    measure = found(identity, keep=True)
    return render_template(
        "risks/protected.html",
        measure=measure,
        links=[link.activity for link in measure.activity_links],
        offered=session.scalars(_offered(measure)).all(),
    )


def _offered(measure: Measure) -> Select[Activity]:
    """The live activities that a search keeps, but those that it protects already."""
    tied = select(MeasureActivity.activity_id).where(MeasureActivity.measure_id == measure.id)
    query = select(Activity).where(
        visitor().sees(Activity, Permission.REGISTER_READ), Activity.status != Status.ARCHIVED, Activity.id.not_in(tied)
    )
    if measure.establishment_id:
        query = query.where(Activity.establishment_id == measure.establishment_id)
    if typed := request.args.get("q", "").strip():
        query = query.where(matching(Activity.words, typed[:200]))
    return query.order_by(Activity.reference).limit(50)


@blueprint.post("/mesures/<uuid:identity>/traitements")
@requires(Permission.MEASURES_EDIT)
def protect(identity: uuid.UUID) -> Response:
    """Say that a measure protects an activity, or no longer does."""
    measure = found(identity, keep=True)
    back = url_for("risks.protected", identity=identity)
    wanted = queries.as_identity(request.form.get("fiche", ""))
    if wanted is None:
        flash(_("Choisissez une fiche du registre."), "warning")
        return redirect(back, 303)
    activity = load(Activity, wanted, Permission.REGISTER_READ)
    if measure.establishment_id not in (None, activity.establishment_id):
        abort(404)
    others = [link.activity for link in measure.activity_links if link.activity_id != activity.id]
    protects = request.form.get("faire") != "delier"
    measure.protect([*others, activity] if protects else others)
    measure.touch(visitor().name, now())
    done = _("La mesure protège « %(name)s ».") if protects else _("La mesure ne protège plus « %(name)s ».")
    flash(done % {"name": activity.name}, "success")
    return redirect(back, 303)
