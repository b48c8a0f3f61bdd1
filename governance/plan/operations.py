"""The plan's verbs: those that look for something, or touch several actions."""

import uuid
from typing import Any

from flask_babel import gettext as _

from governance.database import session
from governance.plan.forms import ActionForm, FollowForm
from governance.visitor import Visitor, visitor
from models.accounts import User
from models.base import today
from models.evidence import HasEvidence
from models.people import Person
from models.permissions import Permission
from models.plan import Action, ActionComment, State
from models.rules import RuleBroken
from models.vocabulary import N_

NAMESAKES = N_("Plusieurs personnes de l’annuaire y répondent : donnez le matricule ou l’adresse électronique.")


def begin(who: Visitor, establishment_id: uuid.UUID, form: ActionForm, origin: HasEvidence | None) -> Action:
    """An action from what was typed, raised by `origin` if there is one; gives it, in the session."""
    if origin is None:
        action = Action(establishment_id=establishment_id, created_by=who.name, title=form.title.data)
    else:
        action = Action.raised_by(origin, form.title.data or "", who.name)
    fill(action, form)
    session.add(action)
    session.flush()
    return action


def fill(action: Action, form: ActionForm) -> None:
    """Lay what was typed on an action."""
    for name in ("title", "note", "due_on", "priority", "department_id"):
        setattr(action, name, form[name].data)
    chosen, typed = session.get(User, form.owner_id.data) if form.owner_id.data else None, form.owner_name.data
    if (chosen.id if chosen else None, typed) != (action.owner_id, action.owner_name):
        action.entrust(chosen, typed, None if chosen else _known(action.establishment_id, typed))


def check(establishment_id: uuid.UUID, form: ActionForm) -> None:
    """Raises RuleBroken when the name typed designates several persons of the directory."""
    if not form.owner_id.data:
        _known(establishment_id, form.owner_name.data)


def _known(establishment_id: uuid.UUID, typed: str | None) -> Person | None:
    """The person of the directory whom a text designates, among those whom the visitor may read."""
    if not typed:
        return None
    readable = visitor().sees(Person, Permission.PEOPLE_READ)
    for query in Person.answering_to(establishment_id, typed):
        found = list(session.scalars(query.where(readable).limit(2)))
        if len(found) > 1:
            raise RuleBroken("owner_name", NAMESAKES)
        if found:
            return found[0]
    return None


def follow(who: Visitor, action: Action, form: FollowForm) -> None:
    """Keep how far it is and what was said. Raises RuleBroken when nothing was, or the action is closed."""
    if form.progress.data is None and not form.comment.data:
        raise RuleBroken("comment", _("Dites où en est l’action : un avancement, un commentaire, ou les deux."))
    if form.progress.data is not None and form.progress.data != action.progress:
        action.follow(form.progress.data, today())
    if form.comment.data:
        action.comments.append(ActionComment(text=form.comment.data, written_by=who.name))


def change_many(actions: list[Action], verb: str | None, value: Any) -> int:
    """Set the owner, the due date or the state of several actions; gives how many. Raises RuleBroken."""
    for action in actions:
        if verb == "responsable":
            action.entrust(value)
        elif verb == "echeance":
            action.due_on = value
        else:
            move(action, value)
    return len(actions)


def move(action: Action, state: State) -> None:
    """Put an action in a state that needs no more words: to do, being done, done."""
    if state is action.state:
        return
    if state is State.TODO:
        action.put_back()
    elif state is State.DOING:
        action.start(today())
    else:
        action.finish(today())
