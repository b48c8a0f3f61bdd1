"""The doors of a record’s life: qualified, validated, confirmed, archived, reopened; alone or several at once."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, apply
from governance.register import operations, queries
from governance.register.blueprint import blueprint
from governance.register.forms import ReasonForm, ValidationForm
from governance.visitor import load, refuse, visitor
from models.base import today
from models.permissions import Permission
from models.register.activity import Activity
from models.rules import RuleBroken
from models.vocabulary import N_


def _back(activity: Activity) -> Response:
    return redirect(url_for("register.show", identity=activity.id), 303)


def _step(activity: Activity, rule: Callable[[], Any], done: str) -> Response | tuple[str, int]:
    """Take a step of its life; when a rule refuses it, the page says why and nothing changes."""
    try:
        rule()
    except RuleBroken as broken:
        return render_template("register/refused.html", activity=activity, reason=_(broken.message)), 422
    flash(done, "success")
    return _back(activity)


@blueprint.post("/<uuid:identity>/rediger")
@requires(Permission.REGISTER_EDIT)
def draft(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Begin the full collection of a pre-qualified record."""
    activity = load(Activity, identity, Permission.REGISTER_EDIT)
    return _step(activity, activity.start_draft, _("La fiche passe en rédaction."))


@blueprint.post("/<uuid:identity>/qualifier")
@requires(Permission.REGISTER_EDIT)
def qualify(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Declare the record complete: all that article 30 requires is there."""
    activity = load(Activity, identity, Permission.REGISTER_EDIT)
    return _step(
        activity, lambda: operations.qualify(activity), _("La fiche est qualifiée : elle attend sa validation.")
    )


@blueprint.post("/<uuid:identity>/valider")
@requires(Permission.REGISTER_VALIDATE)
def validate(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Put the next version in force."""
    activity = load(Activity, identity, Permission.REGISTER_VALIDATE, Activity.whole())
    form = ValidationForm()
    if not form.sent() or not apply(
        form, lambda: operations.validate(visitor(), activity, form.review_on.data or today(), form.note.data)
    ):
        return render_template("register/validate.html", activity=activity, form=form), 422
    flash(_("Version %(number)s validée.", number=activity.validated_version), "success")
    return _back(activity)


@blueprint.post("/<uuid:identity>/archiver")
@requires(Permission.REGISTER_VALIDATE)
def archive(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Close the record of a processing that ended; it stays readable."""
    activity = load(Activity, identity, Permission.REGISTER_VALIDATE)
    form = ReasonForm()
    if not form.sent() or not apply(form, lambda: activity.archive(today(), form.reason.data)):
        return render_template("register/archive.html", activity=activity, form=form), 422
    flash(_("La fiche est archivée."), "success")
    return _back(activity)


@blueprint.post("/<uuid:identity>/rouvrir")
@requires(Permission.REGISTER_VALIDATE)
def reopen(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take an archived record back as a draft."""
    activity = load(Activity, identity, Permission.REGISTER_VALIDATE)
    return _step(activity, activity.reopen, _("La fiche est rouverte, en brouillon."))


@blueprint.post("/<uuid:identity>/confirmer")
@requires(Permission.REGISTER_FILL)
def confirm(identity: uuid.UUID) -> Response:
    """The service says that the record is still exact."""
    activity = load(Activity, identity, Permission.REGISTER_FILL)
    operations.confirm(visitor(), activity)
    flash(_("Merci : l’exactitude de la fiche est confirmée."), "success")
    return _back(activity)


@blueprint.post("/<uuid:identity>/demander-confirmation")
@requires(Permission.REGISTER_EDIT)
def ask_confirmation(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Ask the service to confirm or correct the record."""
    activity = load(Activity, identity, Permission.REGISTER_EDIT)
    if not operations.ask_confirmation(visitor(), [activity]):
        reason = _(
            "Personne ne peut être interrogé : donnez à la fiche un contact avec son adresse, ou un service qui a un "
            "référent. Une fiche archivée ne se confirme plus."
        )
        return render_template("register/refused.html", activity=activity, reason=reason), 422
    flash(_("La confirmation est demandée au service."), "success")
    return _back(activity)


@blueprint.post("/<uuid:identity>/durees/confirmer")
@requires(Permission.REGISTER_VALIDATE)
def confirm_retentions(identity: uuid.UUID) -> Response:
    """The DPO vouches for the periods still marked « à vérifier »: one of them, or all."""
    activity = load(Activity, identity, Permission.REGISTER_VALIDATE, Activity.whole())
    count = operations.confirm_retentions(visitor(), activity, request.form.get("duree"))
    flash(ngettext("Une durée confirmée.", "%(num)d durées confirmées.", count), "success")
    return redirect(url_for("register.show", identity=activity.id) + "#durees", 303)


class BulkForm(Form):
    """What may be set on several records at once."""

    review_on = DayField(_("Prochaine revue"))


@blueprint.post("/lot")
@requires(Permission.REGISTER_EDIT)
def change_many() -> Response | tuple[str, int]:
    """Change the records picked in the list; refused as a whole if one of them is not hers to change."""
    activities = _picked()
    if not activities:
        flash(_("Cochez d’abord une ou plusieurs fiches."), "warning")
        return redirect(_list_address(), 303)
    verb = request.form.get("faire")
    if verb == "confirmation":
        return _asked_many(activities)
    try:
        count = _changed_many(activities, verb)
    except RuleBroken as broken:
        return render_template("register/refused_many.html", back=_list_address(), reason=_(broken.message)), 422
    flash(ngettext("Une fiche modifiée.", "%(num)d fiches modifiées.", count), "success")
    return redirect(_list_address(), 303)


def _asked_many(activities: list[Activity]) -> Response:
    count = operations.ask_confirmation(visitor(), activities)
    left = len(activities) - count
    if count:
        asked = ngettext("Confirmation demandée pour une fiche.", "Confirmation demandée pour %(num)d fiches.", count)
        flash(asked, "success")
    if left:
        unasked = ngettext(
            "Une fiche n’a personne à qui la demander, ou est archivée.",
            "%(num)d fiches n’ont personne à qui la demander, ou sont archivées.",
            left,
        )
        flash(unasked, "warning")
    return redirect(_list_address(), 303)


def _changed_many(activities: list[Activity], verb: str | None) -> int:
    """How many records changed. Raises RuleBroken."""
    if verb == "revue":
        form = BulkForm()
        if form.sent() and form.review_on.data:
            return operations.review_many(visitor(), activities, form.review_on.data)
    if verb == "service":
        wanted = request.form.get("service", "")
        if wanted in {value for value, _label in queries.department_choices()}:
            return operations.assign_many(visitor(), activities, uuid.UUID(wanted))
    raise RuleBroken("", N_("Choisissez une date qui existe ou un service de la liste, puis recommencez."))


def _picked() -> list[Activity]:
    """The records picked, each checked: 404 when one is not to be seen, 403 when one is not to be changed."""
    try:
        ids = {uuid.UUID(typed) for typed in request.form.getlist("ids")[:500]}
    except ValueError:
        abort(404)
    activities = list(session.scalars(Activity.whole().where(Activity.id.in_(ids))))
    if len(activities) != len(ids) or not all(visitor().may(Permission.REGISTER_READ, one) for one in activities):
        abort(404)
    if not all(visitor().may(Permission.REGISTER_EDIT, one) for one in activities):
        refuse()
    return activities


def _list_address() -> str:
    return url_for("register.index") + ("?" + query if (query := request.form.get("liste", "")) else "")
