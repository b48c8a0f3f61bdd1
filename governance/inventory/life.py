"""The doors of an application's life: retired, restored, tied to the register; and several changed at once."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.inventory import operations, queries
from governance.inventory.blueprint import blueprint
from governance.inventory.forms import BulkForm, ReasonForm
from governance.visitor import load, refuse, visitor
from models.base import now, today
from models.inventory.application import Application
from models.permissions import Permission
from models.register.activity import Activity
from models.rules import RuleBroken


def _back(application: Application, anchor: str = "") -> Response:
    return redirect(url_for("inventory.show", identity=application.id) + anchor, 303)


@blueprint.get("/<uuid:identity>/retirer")
@requires(Permission.INVENTORY_EDIT)
def before_retiring(identity: uuid.UUID) -> str:
    """Ask why the application is retired."""
    application = load(Application, identity, Permission.INVENTORY_EDIT)
    return render_template("inventory/retire.html", application=application, form=ReasonForm())


@blueprint.post("/<uuid:identity>/retirer")
@requires(Permission.INVENTORY_EDIT)
def retire(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take an application out of service; it stays readable."""
    application, form = load(Application, identity, Permission.INVENTORY_EDIT), ReasonForm()
    if not form.sent() or not apply(form, lambda: application.retire(today(), form.reason.data)):
        return render_template("inventory/retire.html", application=application, form=form), 422
    application.touch(visitor().name, now())
    flash(_("%(name)s est retirée.", name=application.name), "success")
    return _back(application)


@blueprint.post("/<uuid:identity>/remettre")
@requires(Permission.INVENTORY_EDIT)
def restore(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Put a retired application back in production."""
    application = load(Application, identity, Permission.INVENTORY_EDIT)
    try:
        application.restore()
    except RuleBroken as broken:
        return render_template("inventory/refused.html", application=application, reason=_(broken.message)), 422
    application.touch(visitor().name, now())
    flash(_("%(name)s est de nouveau en production.", name=application.name), "success")
    return _back(application)


@blueprint.get("/<uuid:identity>/traitements")
@requires(Permission.INVENTORY_EDIT)
def activities(identity: uuid.UUID) -> str:
    """The activities of the register that it serves, those proposed, and those that a search finds."""
    application = load(Application, identity, Permission.INVENTORY_EDIT, Application.whole())
    return render_template(
        "inventory/activities.html",
        application=application,
        links=[link.activity for link in application.activity_links],
        offered=queries.activities_offered(application),
    )


@blueprint.post("/<uuid:identity>/traitements")
@requires(Permission.INVENTORY_EDIT)
def tie(identity: uuid.UUID) -> Response:
    """Say that it serves an activity, or no longer does."""
    application = load(Application, identity, Permission.INVENTORY_EDIT, Application.whole())
    wanted = queries.as_identity(request.form.get("fiche", ""))
    if wanted is None:
        flash(_("Choisissez une fiche du registre."), "warning")
        return redirect(url_for("inventory.activities", identity=application.id), 303)
    activity = load(Activity, wanted, Permission.REGISTER_READ)
    serves = request.form.get("faire") != "delier"
    if activity.establishment_id != application.establishment_id:
        abort(404)
    operations.serve(visitor(), application, activity, serves=serves)
    done = _("L’application sert « %(name)s ».") if serves else _("L’application ne sert plus « %(name)s ».")
    flash(done % {"name": activity.name}, "success")
    return redirect(url_for("inventory.activities", identity=application.id), 303)


@blueprint.post("/lot")
@requires(Permission.INVENTORY_EDIT)
def change_many() -> Response | tuple[str, int]:
    """Change the applications picked in the list; refused as a whole if one of them is not hers to change."""
    applications = _picked()
    if not applications:
        flash(_("Cochez d’abord une ou plusieurs applications."), "warning")
        return redirect(_list_address(), 303)
    field, value = _bulk_value(request.form.get("faire"))
    if field is None:
        return render_template("inventory/refused_many.html", back=_list_address()), 422
    count = operations.change_many(visitor(), applications, field, value)
    flash(ngettext("Une application modifiée.", "%(num)d applications modifiées.", count), "success")
    return redirect(_list_address(), 303)


_BULK = {"criticite": "criticality", "donnees": "holds_health_data", "service": "department_id"}


def _bulk_value(verb: str | None) -> tuple[str | None, Any]:
    form, field = BulkForm(), _BULK.get(verb or "")
    if field is None or not form.sent() or form[field].data is None:
        return None, None
    return field, form[field].data


def _picked() -> list[Application]:
    """The applications picked, each checked: 404 when one is not to be seen, 403 when one is not to be changed."""
    try:
        ids = {uuid.UUID(typed) for typed in request.form.getlist("ids")[:500]}
    except ValueError:
        abort(404)
    found = list(session.scalars(Application.whole().where(Application.id.in_(ids))))
    if len(found) != len(ids) or not all(visitor().may(Permission.INVENTORY_READ, one) for one in found):
        abort(404)
    if not all(visitor().may(Permission.INVENTORY_EDIT, one) for one in found):
        refuse()
    return found


def _list_address() -> str:
    return url_for("inventory.index") + ("?" + query if (query := request.form.get("liste", "")) else "")
