"""Who belongs to a campaign: the list is made again from the directory, exactly, whenever it is asked.

Arrivals join by themselves, leavers do not count any more, moves are followed; a new version closes or re-aims it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from models.base import day_of, now
from models.charters.acceptance import Acceptance
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.charter import Charter, CharterVersion
from models.charters.diffusion import population_of
from models.charters.words import CLOSED
from models.establishments import Department
from models.journal import Verb, tell
from models.people import Person
from models.vocabulary import N_

CHUNK = 2_000
_FACTS = (
    Person.id, Person.establishment_id, Person.department_id, Person.kind, Person.arrived_on,
)  # fmt: skip


class Moves(NamedTuple):
    """How many persons joined a list, and how many left it."""

    joined: int
    left: int


class _Given(NamedTuple):
    """An answer that was given before somebody joined."""

    version_id: uuid.UUID
    answer: Answer
    on: dt.date


def concerned(campaign: Campaign, on: dt.date) -> ColumnElement[bool]:
    """SQL: the persons in the reach of a campaign on a day: present, in its establishment and departments."""
    rules = [Person.is_present(on)]
    if campaign.establishment_id:
        rules.append(Person.establishment_id == campaign.establishment_id)
    if campaign.departments:
        wanted = [uuid.UUID(identity) for identity in campaign.departments]
        below = select(Department.id).where(Department.parent_id.in_(wanted))
        rules.append(or_(Person.department_id.in_(wanted), Person.department_id.in_(below)))
    return and_(*rules)


def waiting(campaign: Campaign, on: dt.date) -> Any:
    """The facts of those in reach who are not on the list yet."""
    listed = exists().where(Invitation.campaign_id == campaign.id, Invitation.person_id == Person.id)
    return select(*_FACTS).where(concerned(campaign, on), ~listed)


def expected(session: Session, campaign: Campaign, on: dt.date) -> int:
    """How many persons would join if the list were made now."""
    asked = campaign.populations
    return sum(population_of(row, asked, on) is not None for row in session.execute(waiting(campaign, on)))


def relist(session: Session, campaign: Campaign, on: dt.date) -> Moves:
    """Make the list of a running campaign again, in a constant number of statements; told once when it changed."""
    session.flush()
    moves = Moves(_join(session, campaign, on), _leave(session, campaign, on))
    _follow_moves(session, campaign)
    if any(moves):
        tell(session, Verb.RELISTED, campaign, joined=moves.joined, left=moves.left)
    return moves


def welcome(session: Session, establishment_id: uuid.UUID, on: dt.date, *only: ColumnElement[bool]) -> None:
    """Let those who just entered an establishment join its running campaigns, and those of the group, at once.

    `only`: conditions on Person that narrow whom it may be. Departures and moves are the night's work.
    """
    session.flush()
    reach = or_(Campaign.establishment_id == establishment_id, Campaign.establishment_id.is_(None))
    for campaign in session.scalars(Campaign.running().where(reach)).all():
        if not campaign.takes_answers(on):
            continue
        joined = _join(session, campaign, on, Person.establishment_id == establishment_id, *only)
        if joined:
            tell(session, Verb.RELISTED, campaign, joined=joined, left=0)


def withdraw(session: Session, people: Sequence[uuid.UUID]) -> None:
    """Take off the lists, before their records go, those who were only asked; who answered stays."""
    left: dict[uuid.UUID, int] = {}
    for start in range(0, len(people), CHUNK):
        asked = and_(Invitation.person_id.in_(people[start : start + CHUNK]), Invitation.answer == Answer.PENDING)
        counted = select(Invitation.campaign_id, func.count()).where(asked).group_by(Invitation.campaign_id)
        for identity, count in session.execute(counted):
            left[identity] = left.get(identity, 0) + count
        session.execute(delete(Invitation).where(asked), execution_options={"synchronize_session": False})
    for campaign in session.scalars(select(Campaign).where(Campaign.id.in_(left))).all():
        tell(session, Verb.RELISTED, campaign, joined=0, left=left[campaign.id])


def _join(session: Session, campaign: Campaign, on: dt.date, *only: ColumnElement[bool]) -> int:
    found = session.execute(waiting(campaign, on).where(*only)).all()
    if not found:
        return 0
    rows = list(_invitations(campaign, found, _answers(session, campaign.version, *only), on))
    connection = session.connection()
    for start in range(0, len(rows), CHUNK):
        connection.execute(insert(Invitation.__table__), rows[start : start + CHUNK])  # type: ignore[arg-type]
    return len(rows)


def _invitations(
    campaign: Campaign, found: Iterable[Any], answers: dict[uuid.UUID, _Given], on: dt.date
) -> Iterator[dict[str, Any]]:
    asked, rules, at = campaign.populations, {rule.population: rule for rule in campaign.rules}, now()
    due = {population: campaign.due_on(rule, on) for population, rule in rules.items()}
    for row in found:
        population = population_of(row, asked, on)
        if population is None:
            continue
        given = answers.get(row.id)
        yield {
            "id": uuid.uuid4(),
            "created_at": at,
            "campaign_id": campaign.id,
            "version_id": given.version_id if given else campaign.version_id,
            "person_id": row.id,
            "establishment_id": row.establishment_id,
            "department_id": row.department_id,
            "population": population,
            "joined_on": on,
            "due_on": due[population],
            "answer": given.answer if given else Answer.PENDING,
            "answered_on": given.on if given else None,
            "left_on": None,
        }


def _answers(session: Session, version: CharterVersion, *only: ColumnElement[bool]) -> dict[uuid.UUID, _Given]:
    """Who answered already, by person: this version, or an earlier one from which only minor ones part it.

    Records merged since stand under the one that stays.
    """
    mine = (CharterVersion.charter_id == version.charter_id, CharterVersion.number <= version.number)
    major = select(func.max(CharterVersion.number)).where(*mine, CharterVersion.is_major.is_(True)).scalar_subquery()
    query = (
        select(
            func.coalesce(Person.merged_into_id, Person.id), Acceptance.version_id, Acceptance.decision, Acceptance.at
        )
        .join(Person, Person.id == Acceptance.person_id)
        .join(CharterVersion, CharterVersion.id == Acceptance.version_id)
        .where(*mine, CharterVersion.number >= major, *only)
        .order_by(Acceptance.decision.desc(), CharterVersion.number)  # the last one stands: a confirmation
    )
    return {
        identity: _Given(version_id, Answer(decision.value), day_of(at))
        for identity, version_id, decision, at in session.execute(query)
    }


def _leave(session: Session, campaign: Campaign, on: dt.date) -> int:
    """Those who are no longer here get the date on which they left; those who came back count again."""
    mine, here = Invitation.campaign_id == campaign.id, Person.id == Invitation.person_id
    gone = ~exists().where(here, Person.is_present(on))
    last_day = select(func.coalesce(Person.left_on, on)).where(here).scalar_subquery()
    left = _change(session, and_(mine, Invitation.left_on.is_(None), gone), left_on=last_day)
    _change(session, and_(mine, Invitation.left_on.is_not(None), ~gone), left_on=None)
    return left


def _follow_moves(session: Session, campaign: Campaign) -> None:
    here = Person.id == Invitation.person_id
    moved = exists().where(here, Person.department_id.is_distinct_from(Invitation.department_id))
    department = select(Person.department_id).where(here).scalar_subquery()
    _change(session, and_(Invitation.campaign_id == campaign.id, moved), department_id=department)


def _change(session: Session, which: ColumnElement[bool], **values: Any) -> int:
    done: Any = session.execute(
        update(Invitation).where(which).values(**values), execution_options={"synchronize_session": False}
    )
    return int(done.rowcount)


# New versions


def follow(session: Session, campaign: Campaign, by: str, at: dt.datetime, on: dt.date) -> Campaign | None:
    """Let a running campaign follow the life of its charter; gives the campaign that takes over, if one does.

    A closed charter or a past end closes it. A minor version re-aims who has not answered. A major one closes it, and
    another asks everyone again.
    """
    if campaign.charter.status in CLOSED:
        campaign.close(on, N_("La charte est close."))
    elif campaign.version.is_superseded:
        return _take_up(session, campaign, by, at, on)
    elif campaign.ends_on is not None and campaign.ends_on < on:
        campaign.close(on, N_("La date de clôture prévue est passée."))
    return None


def _take_up(session: Session, campaign: Campaign, by: str, at: dt.datetime, on: dt.date) -> Campaign | None:
    later = session.scalars(
        select(CharterVersion)
        .where(CharterVersion.charter_id == campaign.charter_id, CharterVersion.number > campaign.version.number)
        .order_by(CharterVersion.number)
    ).all()
    major = [version for version in later if version.is_major]
    if not major:
        _aim(session, campaign, later[-1])
        return None
    campaign.close(on, N_("La version est remplacée par une version majeure."))
    twin = campaign.again(major[-1], on)
    session.add(twin)
    session.flush()
    twin.launch(by, at)
    joined = relist(session, twin, on).joined
    tell(session, Verb.LAUNCHED, twin, people=joined)
    return twin


def _aim(session: Session, campaign: Campaign, version: CharterVersion) -> None:
    """Whoever has not answered reads the minor version; who answered keeps the text that she acknowledged."""
    campaign.version = version
    session.flush()
    pending = and_(Invitation.campaign_id == campaign.id, Invitation.answer == Answer.PENDING)
    _change(session, pending, version_id=version.id)


def latest(session: Session, charter: Charter) -> CharterVersion | None:
    """The version in force of a charter."""
    query = select(CharterVersion).where(
        CharterVersion.charter_id == charter.id, CharterVersion.number == charter.published_number
    )
    return session.scalars(query).one_or_none()
