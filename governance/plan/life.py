"""The doors of an action's life: followed, done, given up, taken up again; several at once."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.plan import operations, queries
from governance.plan.blueprint import blueprint
from governance.plan.forms import BulkForm, DropForm, FollowForm
from governance.plan.routes import found, show_page
from governance.visitor import refuse, visitor
from models.accounts import User
from models.permissions import Permission
from models.plan import Action, State

MOVES = {"a-faire": State.TODO, "en-cours": State.DOING, "faite": State.DONE}


def _followed(identity: uuid.UUID) -> Action:
    """The action, if it is entrusted to her or she keeps the plan."""
    action = found(identity)
    return action if visitor().may_change(action) else refuse()


def _back(action: Action) -> Response:
    return redirect(url_for("plan.show", identity=action.id), 303)


@blueprint.post("/<uuid:identity>/suivre")
@requires(Permission.PLAN_EDIT, Permission.PLAN_OWN)
def follow(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Say how far it is."""
    action, form = _followed(identity), FollowForm()
    if not form.sent() or not apply(form, lambda: operations.follow(visitor(), action, form)):
        return show_page(action, follow=form), 422
    flash(_("C’est noté."), "success")
    return _back(action)


@blueprint.post("/<uuid:identity>/etat/<string(maxlength=10):step>")
@requires(Permission.PLAN_EDIT, Permission.PLAN_OWN)
def move(identity: uuid.UUID, step: str) -> Response:
    """Put the action to do, being done, or done."""
    action, state = _followed(identity), MOVES.get(step) or abort(404)
    operations.move(action, state)
    flash(_("L’action est maintenant : %(state)s.", state=_(state.label).lower()), "success")
    return _back(action)


@blueprint.post("/<uuid:identity>/abandonner")
@requires(Permission.PLAN_EDIT)
def drop(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Give the action up, with a reason."""
    action, form = found(identity, keep=True), DropForm()
    if not form.sent() or not apply(form, lambda: action.drop(form.reason.data)):
        return show_page(action, drop=form), 422
    flash(_("L’action est abandonnée."), "success")
    return _back(action)


@blueprint.post("/lot")
@requires(Permission.PLAN_EDIT)
def change_many() -> Response | tuple[str, int]:
    """Change the actions picked in the list; refused as a whole if one of them is not hers to change."""
    actions, back = _picked(), url_for("plan.index") + ("?" + query if (query := request.form.get("liste", "")) else "")
    if not actions:
        flash(_("Cochez d’abord une ou plusieurs actions."), "warning")
        return redirect(back, 303)
    verb = request.form.get("faire")
    value = _bulk_value(verb, actions)
    if value is None:
        return render_template("plan/refused_many.html", back=back), 422
    count = operations.change_many(actions, verb, value)
    flash(ngettext("Une action modifiée.", "%(num)d actions modifiées.", count), "success")
    return redirect(back, 303)


def _bulk_value(verb: str | None, actions: list[Action]) -> Any:
    """What to set, or None when it cannot be understood or does not fit them all."""
    if verb == "echeance":
        form = BulkForm()
        return form.due_on.data if form.sent() else None
    if verb == "etat":
        return MOVES.get(request.form.get("etat", ""))
    if verb == "responsable":
        wanted = request.form.get("responsable", "")
        places = {action.establishment_id for action in actions}
        fits = all(wanted in dict(queries.account_choices(place)) for place in places)
        return session.get(User, uuid.UUID(wanted)) if fits else None
    return None


def _picked() -> list[Action]:
    """The actions picked, each checked: 404 when one is not to be seen, 403 when one is not to be changed."""
    try:
        ids = {uuid.UUID(typed) for typed in request.form.getlist("ids")[:500]}
    except ValueError:
        abort(404)
    actions = list(session.scalars(select(Action).where(Action.id.in_(ids))))
    if len(actions) != len(ids) or not all(map(visitor().may_read, actions)):
        abort(404)
    if not all(visitor().may(Permission.PLAN_EDIT, one) for one in actions):
        refuse()
    return actions
