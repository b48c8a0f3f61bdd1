"""Where a campaign stands: figures, the lists behind them, who is missing; each figure equals its list."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import Visitor
from models.charters.acceptance import Acceptance, Decision
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.collection import PaperForm, PaperState
from models.charters.diffusion import REACHED
from models.charters.words import Channel, Population
from models.establishments import Department, Establishment
from models.people import Person
from models.permissions import Permission
from models.search import matching
from models.shares import percent

LATE, LEFT, WITHOUT_MAIL = "retard", "partis", "sans-courriel"
SORTS = {
    "nom": Person.sort_name,
    "population": Invitation.population,
    "echeance": Invitation.due_on,
    "reponse": Invitation.answered_on,
}


@dataclass
class Share:
    """How many of a group answered: the line of a table and its bar."""

    label: str
    url: str = ""
    counts: dict[Answer, int] = field(default_factory=lambda: dict.fromkeys(Answer, 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def accepted(self) -> int:
        return self.counts[Answer.ACCEPTED]

    @property
    def pending(self) -> int:
        return self.counts[Answer.PENDING]

    @property
    def refused(self) -> int:
        return self.counts[Answer.REFUSED]

    @property
    def percent(self) -> int:
        """The whole percentage of confirmations; never 100 while somebody is missing."""
        return percent(self.accepted, self.total)


@dataclass
class Coverage:
    """The figures of a campaign, within what the visitor may see."""

    all: Share
    late: int
    establishments: list[Share]
    departments: list[Share]
    populations: list[Share]
    trend: list[tuple[dt.date, int]]


def coverage(campaign: Campaign, who: Visitor, today: dt.date) -> Coverage:
    """The figures, in a constant number of queries however many people there are."""
    mine = seen(campaign, who)
    cells = session.execute(
        select(
            Invitation.establishment_id,
            Invitation.department_id,
            Invitation.population,
            Invitation.answer,
            func.count(),
        )
        .where(mine, Invitation.counts())
        .group_by(Invitation.establishment_id, Invitation.department_id, Invitation.population, Invitation.answer)
    ).all()
    late = session.scalar(select(func.count()).select_from(Invitation).where(mine, Invitation.late(today))) or 0
    names = _names({row[1] for row in cells if row[1]})
    places = {row.id: row for row in session.execute(select(Establishment.id, Establishment.name, Establishment.code))}
    return Coverage(
        all=_shares(cells, lambda row: "", lambda _key: (_("Tous"), {}), campaign).get("", Share(_("Tous"))),
        late=late,
        establishments=_sorted(
            _shares(
                cells, lambda row: row[0], lambda key: (places[key].name, {"etablissement": places[key].code}), campaign
            )
        ),
        departments=_sorted(
            _shares(
                cells,
                lambda row: row[1],
                lambda key: (names.get(key, _("Sans service")), {"service": key or "aucun"}),
                campaign,
            )
        ),
        populations=[
            share
            for one in REACHED
            if (
                share := _shares(
                    cells, lambda row: row[2], lambda key: (_(key.label), {"population": key.value}), campaign
                ).get(one)
            )
        ],
        trend=_trend(mine),
    )


def seen(campaign: Campaign, who: Visitor) -> ColumnElement[bool]:
    """SQL: the invitations of a campaign that the visitor may count."""
    return and_(Invitation.campaign_id == campaign.id, who.sees(Invitation, Permission.CHARTERS_READ))


def _named(campaign: Campaign, who: Visitor) -> ColumnElement[bool]:
    """SQL: those of which she may know whose they are."""
    return and_(Invitation.campaign_id == campaign.id, who.sees(Invitation, Permission.CHARTERS_FOLLOW))


def _shares(cells: Any, key_of: Any, words_of: Any, campaign: Campaign) -> dict[Any, Share]:
    found: dict[Any, Share] = {}
    for row in cells:
        key = key_of(row)
        if key not in found:
            label, args = words_of(key)
            found[key] = Share(label, url_for("charters.campaign_people", identity=campaign.id, **args))
        found[key].counts[row[3]] += row[4]
    return found


def _sorted(shares: dict[Any, Share]) -> list[Share]:
    """The furthest behind first: where to go next."""
    return sorted(shares.values(), key=lambda one: (one.percent, -one.pending, one.label))


def _names(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Department.id, Department.name).where(Department.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _trend(mine: ColumnElement[bool]) -> list[tuple[dt.date, int]]:
    """(day, how many had confirmed at its end), day after day, at most the last sixty days that moved."""
    rows = session.execute(
        select(Invitation.answered_on, func.count())
        .where(mine, Invitation.counts(), Invitation.answered_on.is_not(None), Invitation.answer == Answer.ACCEPTED)
        .group_by(Invitation.answered_on)
        .order_by(Invitation.answered_on)
    ).all()
    total, points = 0, list[tuple[dt.date, int]]()
    for day, count in rows:
        total += count
        points.append((day or dt.date.min, total))
    return points[-60:]


# The lists


def listed(campaign: Campaign, who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the invitations of a campaign that the filters of `args` keep."""
    query = select(Invitation.id).join(Person, Person.id == Invitation.person_id)
    return query.where(_named(campaign, who), *_kept(args, today))


def _kept(args: Any, today: dt.date) -> Iterator[ColumnElement[bool]]:
    yield _state(args.get("etat", ""), today)
    if args.get("population") in Population.__members__.values():
        yield Invitation.population == Population(args["population"])
    if place := args.get("etablissement"):
        named = select(Establishment.id).where(Establishment.code == place[:40])
        yield Invitation.establishment_id.in_(named)
    if args.get("service") == "aucun":
        yield Invitation.department_id.is_(None)
    elif service := _identity(args.get("service")):
        yield Invitation.department_id == service
    if typed := args.get("q", "").strip():
        yield matching(Person.words, typed[:200])


def _state(asked: str, today: dt.date) -> ColumnElement[bool]:
    """Who stands as the filter asks; everyone who counts when it asks nothing known."""
    if asked == LEFT:
        return Invitation.left_on.is_not(None)
    if asked == LATE:
        return Invitation.late(today)
    if asked == WITHOUT_MAIL:
        return and_(Invitation.counts(), Invitation.answer == Answer.PENDING, Person.email.is_(None))
    if asked in Answer.__members__.values():
        return and_(Invitation.counts(), Invitation.answer == Answer(asked))
    return Invitation.counts()


def _identity(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Invitation]:
    """Invitations of a list with whom they are for, by identity."""
    query = select(Invitation).options(
        joinedload(Invitation.person).joinedload(Person.manager),
        joinedload(Invitation.department),
        joinedload(Invitation.establishment),
    )
    return {one.id: one for one in session.scalars(query.where(Invitation.id.in_(ids)))}


def answers(invitations: list[Invitation]) -> dict[uuid.UUID, Acceptance]:
    """The answer that stands for each of these invitations, by the identity of the invitation."""
    people = {one.person_id for one in invitations}
    versions = {one.version_id for one in invitations}
    query = select(Acceptance).where(Acceptance.person_id.in_(people), Acceptance.version_id.in_(versions))
    kept: dict[tuple[uuid.UUID, uuid.UUID], Acceptance] = {}
    for one in session.scalars(query.order_by(Acceptance.decision.desc())):
        kept[one.person_id, one.version_id] = one  # « refused » first, so that a confirmation takes its place
    return {
        one.id: kept[one.person_id, one.version_id] for one in invitations if (one.person_id, one.version_id) in kept
    }


def by_channel(campaign: Campaign, who: Visitor) -> list[tuple[str, int]]:
    """(way, how many confirmed by it)."""
    rows = session.execute(
        select(Acceptance.channel, func.count())
        .join(
            Invitation,
            and_(Invitation.person_id == Acceptance.person_id, Invitation.version_id == Acceptance.version_id),
        )
        .where(seen(campaign, who), Invitation.counts(), Acceptance.decision == Decision.ACCEPTED)
        .group_by(Acceptance.channel)
    )
    counts: dict[Channel, int] = {row[0]: row[1] for row in rows}
    return [(_(channel.label), counts[channel]) for channel in Channel if counts.get(channel)]


def papers_to_check(campaign: Campaign, who: Visitor) -> int:
    """How many signed forms wait for a second person."""
    query = select(func.count()).select_from(PaperForm)
    mine = who.sees(PaperForm, Permission.CHARTERS_READ)
    return (
        session.scalar(query.where(PaperForm.campaign_id == campaign.id, PaperForm.state == PaperState.WAITING, mine))
        or 0
    )


def states() -> list[tuple[str, str]]:
    """The filters of the list by where people stand."""
    return [
        *((one.value, _(one.label)) for one in Answer),
        (LATE, _("En retard")),
        (WITHOUT_MAIL, _("En attente, sans courriel")),
        (LEFT, _("Partis, hors du compte")),
    ]


def filters(campaign: Campaign, who: Visitor) -> dict[str, list[tuple[str, str]]]:
    """The departments and establishments of a campaign, for the filters of its list."""
    mine = seen(campaign, who)
    services = select(Department.id, Department.name).where(
        Department.id.in_(select(Invitation.department_id).where(mine).distinct())
    )
    places = select(Establishment.code, Establishment.name).where(
        Establishment.id.in_(select(Invitation.establishment_id).where(mine).distinct())
    )
    return {
        "services": [(str(row.id), row.name) for row in session.execute(services.order_by(Department.name))],
        "places": [(row.code, row.name) for row in session.execute(places.order_by(Establishment.name))],
    }
