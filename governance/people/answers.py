"""What a person answered to the charters, and what she is still asked, as her record shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import visitor
from models.charters.acceptance import Acceptance
from models.charters.campaign import Answer, Invitation
from models.people import Person
from models.permissions import Permission


@dataclass(frozen=True)
class Answers:
    """Her answers, latest first; what awaits her, soonest first; whether the visitor may open the receipts."""

    given: Sequence[Acceptance]
    awaited: Sequence[Invitation]
    opens: bool


def answers(person: Person) -> Answers | None:
    """What the record of `person` shows of the charters; None for who does not follow them. Two queries."""
    who = visitor()
    if not who.may(Permission.CHARTERS_READ, person):
        return None
    given = select(Acceptance).where(Acceptance.person_id.in_(Person.of_same_human(person.id)))
    awaited = (
        select(Invitation)
        .where(Invitation.person_id == person.id, Invitation.asked(), Invitation.answer != Answer.ACCEPTED)
        .order_by(Invitation.due_on)
    )
    return Answers(
        session.scalars(given.options(joinedload(Acceptance.version)).order_by(Acceptance.at.desc())).all(),
        session.scalars(awaited.options(joinedload(Invitation.version), joinedload(Invitation.campaign))).all(),
        who.may(Permission.CHARTERS_EDIT, person) or who.may(Permission.CHARTERS_COLLECT, person),
    )
