"""The actions that a record called for, as any record's page shows them (« Actions »)."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.database import session
from governance.visitor import visitor
from models.base import today
from models.evidence import HasEvidence
from models.permissions import Permission
from models.plan import Action


@dataclass(frozen=True)
class Raised:
    """The actions of a record, for the macro of templates/macros/plan.html; `late` holds those whose day is past."""

    kind: str
    origin: HasEvidence
    actions: Sequence[Action]
    late: frozenset[Action]
    may_raise: bool


def raised(origin: HasEvidence) -> Raised:
    """What the page of `origin` shows of the actions it called for. One query."""
    who = visitor()
    actions = session.scalars(Action.from_origin(origin).where(who.reads(Action))).all()
    late = frozenset(one for one in actions if one.is_late(today()))
    return Raised(origin.__tablename__, origin, actions, late, who.may(Permission.PLAN_EDIT, origin))
