"""The plan's main doors: the lists, an action, its making and its editing."""

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
from governance.links import SHOWN_BY, page_of
from governance.lists import paged
from governance.plan import operations, queries
from governance.plan.blueprint import blueprint
from governance.plan.forms import ActionForm, DropForm, FollowForm
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import refuse, visitor
from models.base import today
from models.evidence import HasEvidence, owners
from models.journal import Entry
from models.permissions import Permission
from models.plan import Action, Priority, State


def found(identity: uuid.UUID, *, keep: bool = False) -> Action:
    """The action, if she may read it (404 otherwise), and with `keep` if she keeps the plan (403 otherwise)."""
    action = session.get(Action, identity)
    if action is None or not visitor().may_read(action):
        abort(404)
    if keep and not visitor().may(Permission.PLAN_EDIT, action):
        refuse()
    return action


def sees_origin(action: Action) -> bool:
    """Whether she may know where an action comes from."""
    return action.origin_needs is not None and visitor().may(action.origin_needs, action)


@blueprint.get("/mes-actions")
@requires(Permission.PLAN_OWN)
def own() -> str:
    """What she is to do, the most pressing first."""
    actions = queries.own(visitor())
    return render_template("plan/own.html", actions=actions, closed=queries.lately_closed(visitor()), today=today())


@blueprint.get("/")
@requires(Permission.PLAN_READ)
def index() -> str:
    """The list: filtered, sorted and paged by the address."""
    who = visitor()
    page = paged(queries.listed(who, request.args, today()), queries.SORTS, "echeance", queries.details)
    home = queries.home()
    return render_template(
        "plan/index.html",
        page=page,
        today=today(),
        states=State,
        priorities=Priority,
        questions=queries.QUESTIONS,
        owners=queries.owner_choices(who),
        origins=queries.origin_choices(who),
        accounts=queries.account_choices(home.id) if home else [],
        sees_origin=sees_origin,
    )


@blueprint.get("/tableau")
@requires(Permission.PLAN_READ)
def board() -> str:
    """The actions in columns, by state."""
    return render_template("plan/board.html", columns=queries.board(visitor()), today=today(), most=queries.BOARD)


@blueprint.get("/charge")
@requires(Permission.PLAN_READ)
def load() -> str:
    """What each person has before her."""
    return render_template("plan/load.html", loads=queries.load_by_person(visitor(), today()))


@blueprint.get("/<uuid:identity>")
@requires(Permission.PLAN_READ, Permission.PLAN_OWN)
def show(identity: uuid.UUID) -> str:
    """One action: what it asks, how far it is, what was said, what proves it."""
    return show_page(found(identity))


def show_page(action: Action, follow: FollowForm | None = None, drop: DropForm | None = None) -> str:
    """The page of an action, with what was typed in its forms if it was refused."""
    entries = session.scalars(Entry.about(action).limit(50)).all()
    return render_template(
        "plan/show.html",
        action=action,
        today=today(),
        origin=_origin_of(action),
        follow=follow or FollowForm(formdata=None, progress=action.progress),
        drop=drop or DropForm(formdata=None),
        pieces=shelf(action),
        told=[(entry, sentences(entry.changes, "action", terms())) for entry in entries],
        may_keep=visitor().may(Permission.PLAN_EDIT, action),
        may_follow=visitor().may_change(action),
    )


def _origin_of(action: Action) -> tuple[str, str] | None:
    """(title, address) of what called for the action, for those who may read it; the address may be empty."""
    if not sees_origin(action) or action.origin_type is None:
        return None
    model = owners().get(action.origin_type)
    thing = session.get(model, action.origin_id) if model else None
    readable = thing is not None and visitor().may_read(thing) and action.origin_type in SHOWN_BY
    return action.origin_title or "", page_of(action.origin_type, thing.id) if readable and thing else ""


@blueprint.get("/nouvelle")
@requires(Permission.PLAN_EDIT)
def start() -> str:
    """The empty form of an action, or that of an action called for by the record that the address names."""
    origin, home = _origin(), queries.home()
    place = origin.establishment_id if origin else home.id if home else None
    if place is None:
        return render_template("plan/place.html", places=visitor().places(Permission.PLAN_EDIT))
    return _edit_page(ActionForm(place, priority=Priority.NORMAL), origin=origin)


@blueprint.post("/nouvelle")
@requires(Permission.PLAN_EDIT)
def create() -> Response | tuple[str, int]:
    """Put an action in the plan."""
    origin, home = _origin(), queries.home()
    place = origin.establishment_id if origin else home.id if home else abort(404)
    form = ActionForm(place)
    if not form.sent() or not apply(form, lambda: operations.check(place, form)):
        return _edit_page(form, origin=origin), 422
    action = operations.begin(visitor(), place, form, origin)
    flash(_("L’action est au plan."), "success")
    return redirect(url_for("plan.show", identity=action.id), 303)


def _origin() -> HasEvidence | None:
    """The record that calls for the action, if the request names one that she reads, where she keeps the plan."""
    kind, named = request.values.get("origine"), request.values.get("fiche")
    if not kind or not named:
        return None
    try:
        thing = session.get(owners()[kind], uuid.UUID(named))
    except (KeyError, ValueError):
        abort(404)
    if thing is None or not visitor().may_read(thing):
        abort(404)
    return thing if visitor().may(Permission.PLAN_EDIT, thing) else refuse()


@blueprint.get("/<uuid:identity>/modifier")
@requires(Permission.PLAN_EDIT)
def edit(identity: uuid.UUID) -> str:
    """The form of an action."""
    action = found(identity, keep=True)
    return _edit_page(_form_of(action), action=action)


def _form_of(action: Action) -> ActionForm:
    typed = None if action.owner_id else action.owner_name
    return ActionForm(action.establishment_id, formdata=None, obj=action, owner_name=typed)


@blueprint.post("/<uuid:identity>/modifier")
@requires(Permission.PLAN_EDIT)
def save(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of an action, unless a colleague saved it meanwhile."""
    action = found(identity, keep=True)
    form = ActionForm(action.establishment_id)
    if not form.sent() or not apply(form, lambda: operations.check(action.establishment_id, form)):
        return _edit_page(form, action=action), 422
    if is_overtaken(form, action):
        return _conflict_page(action, form)
    try:
        operations.fill(action, form)
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(found(identity, keep=True), form)
    flash(_("L’action est enregistrée."), "success")
    return redirect(url_for("plan.show", identity=action.id), 303)


def _conflict_page(action: Action, form: ActionForm) -> tuple[str, int]:
    """Somebody saved meanwhile: her text stays in the form, and she decides."""
    form.revision.data = str(action.revision)
    form.revision.raw_data = None
    return _edit_page(form, action=action, conflict=True), 409


def _edit_page(form: ActionForm, **more: Any) -> str:
    return render_template(
        "plan/edit.html", **{"form": form, "action": None, "origin": None, "conflict": False, **more}
    )
