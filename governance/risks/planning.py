"""A measure that is decided is an action of the plan: raised with it, and moved as the measure is."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect, select

from governance.database import session
from governance.visitor import Visitor
from models.base import today
from models.measures import Measure, MeasureState
from models.plan import Action, State


def lay(who: Visitor, measures: Iterable[Measure]) -> None:
    """Put in the plan what has just been said of measures, before it is flushed. One query.

    A measure that is expected and has no action gets one, with its owner and its day, which follow those of the
    measure and which is closed with it. Other actions that the measure called for are left alone, as are the measures
    of the group: an action is somebody's, in an establishment.
    """
    told = {one.id: one for one in measures if one.establishment_id}
    query = select(Action).where(
        Action.origin_type == Measure.__tablename__, Action.origin_id.in_(told), Action.state != State.DROPPED
    )
    with session.no_autoflush:
        known: dict[Any, list[Action]] = {}
        for action in session.scalars(query):
            known.setdefault(action.origin_id, []).append(action)
        for one in told.values():
            if one.id in known:
                for action in known[one.id]:
                    _follow(action, one)
            elif one.is_expected:
                session.add(_raised(one, who.name))


def _raised(measure: Measure, by: str) -> Action:
    return Action.raised_by(measure, measure.title, by, owner_name=measure.owner_name, due_on=measure.due_on)


def _follow(action: Action, measure: Measure) -> None:
    """Move the action of a measure with it, if it is the one that bears its title."""
    title = inspect(measure).attrs.title.history
    if not action.is_open or action.title not in (*title.deleted, measure.title):
        return
    action.title = measure.title
    for name in ("owner_name", "due_on"):
        if inspect(measure).attrs[name].history.has_changes() and not (name == "owner_name" and action.owner_id):
            setattr(action, name, getattr(measure, name))
    if measure.is_in_place:
        action.finish(measure.in_place_on or today())
    elif measure.state is MeasureState.DROPPED:
        action.drop(measure.drop_reason)
    elif measure.state is MeasureState.STARTED and action.state is State.TODO:
        action.start(today())
