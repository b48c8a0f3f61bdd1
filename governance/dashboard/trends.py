"""How the main figures went, month after month: from dated rows only, within what the visitor may see."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from governance.database import session
from governance.visitor import Visitor
from models.charters.campaign import Answer, Invitation
from models.hopen.tracking import Step
from models.hopen.words import StepState
from models.inventory import history
from models.inventory.application import Application
from models.measures import EXPECTED, Measure, MeasureState
from models.notices.check import InformationCheck
from models.people import Person
from models.permissions import Permission
from models.plan import Action, State
from models.policy.observance import Observance, Rating
from models.policy.policy import Policy
from models.policy.training import attended_by
from models.policy.words import SCORES, PolicyStatus, RuleStatus
from models.positions.filling import Filling
from models.positions.nomination import NEEDED, Nomination, lacking
from models.register.activity import Activity
from models.shares import percent
from models.spans import alive, by, month_ends, past, spans
from models.versions import Version
from models.vocabulary import N_

WHOLE = 100
NOTHING = (0, 0, 0, 0)
"""A month in which nothing was checked."""


@dataclass(frozen=True)
class Trend:
    """A curve: what it shows, how it is counted, its points (label, value) the oldest first, `top` of its scale."""

    title: str
    told: str
    points: list[tuple[str, int]]
    top: int | None = WHOLE


Ends = list[dt.date]
Counted = tuple[Sequence[int], Sequence[int] | None]
"""How many at each month's end, and out of how many; None where it is no share."""


@dataclass(frozen=True)
class Asked:
    """One trend: the part of the page it stands in, the right that reading it needs, and what counts it."""

    part: str
    needs: Permission
    title: str
    told: str
    count: Callable[[Visitor, Ends], Counted]


def _hopen(who: Visitor, ends: Ends) -> Counted:
    applicable = Step.state != StepState.NOT_APPLICABLE
    return _among_all(Step.done_on, ends, who.sees(Step, Permission.HOPEN_READ), applicable)


def _measures(who: Visitor, ends: Ends) -> Counted:
    decided = Measure.state.in_((MeasureState.IN_PLACE, *EXPECTED))
    return _among_all(Measure.in_place_on, ends, who.sees(Measure, Permission.MEASURES_READ), decided)


def _charters(who: Visitor, ends: Ends) -> Counted:
    return _confirmed(ends, who.sees(Invitation, Permission.CHARTERS_READ))


def _own_charters(who: Visitor, ends: Ends) -> Counted:
    return _confirmed(ends, Invitation.person_id.in_(Person.of_account(who.user_id)))


def _confirmed(ends: Ends, seen: ColumnElement[bool]) -> Counted:
    """Of what the running campaigns ask, what was confirmed; one query."""
    answered = case((Invitation.answer == Answer.ACCEPTED, Invitation.answered_on))
    return _among_all(answered, ends, seen, Invitation.asked())


def _among_all(since: Any, ends: Ends, *rules: Any) -> Counted:
    """Of the rows that `rules` keep today, those that were so since a day, at each end; one query."""
    rows = session.execute(spans(by(since), None, ends).where(*rules)).all()
    return alive(rows, len(ends)), [sum(row[2] for row in rows)] * len(ends)


def _plan(who: Visitor, ends: Ends) -> Counted:
    return _open(ends, who.reads(Action))


def _own_actions(who: Visitor, ends: Ends) -> Counted:
    return _open(ends, Action.owner_id == who.user_id)


def _open(ends: Ends, kept: ColumnElement[bool]) -> Counted:
    """Of the actions kept and not given up, those that were made and not done; one query."""
    query = spans(by(Action.created_at), by(Action.done_on), ends).where(kept, Action.state != State.DROPPED)
    return alive(session.execute(query), len(ends)), None


def _posts(who: Visitor, ends: Ends) -> Counted:
    """Of the posts that each establishment of today must fill, those that a nomination filled; one query."""
    places = [place.id for place in who.places_here(Permission.POSITIONS_READ)]
    columns = Nomination.establishment_id, Nomination.kind, Nomination.starts_on, Nomination.ends_on
    seen = who.sees(Nomination, Permission.POSITIONS_READ), Nomination.starts_on <= ends[-1]
    rows = session.execute(select(*columns).where(*seen)).all()
    needed = len(places) * len(NEEDED)
    filled = []
    for end in ends:
        held = [(row[0], row[1]) for row in rows if row[2] <= end and (row[3] is None or row[3] >= end)]
        filled.append(needed - len(lacking(places, held)))
    return filled, [needed] * len(ends)


def _fillings(who: Visitor, ends: Ends) -> Counted:
    here = who.sees(Filling, Permission.POSITIONS_READ)
    query = spans(by(Filling.opened_on), by(Filling.closed_on), ends).where(here)
    return alive(session.execute(query), len(ends)), None


def _people(who: Visitor, ends: Ends) -> Counted:
    arrived = func.coalesce(Person.arrived_on, dt.date.min)
    here = spans(by(arrived), past(Person.left_on), ends)
    kept = here.where(who.sees(Person, Permission.PEOPLE_READ), Person.merged_into_id.is_(None))
    return alive(session.execute(kept), len(ends)), None


def _register(who: Visitor, ends: Ends) -> Counted:
    """Two queries: records by when they were first validated, and by when they were begun."""
    validated = select(func.min(Version.published_at)).where(
        Version.subject_type == Activity.__tablename__, Version.subject_id == Activity.id
    )
    mine = who.sees(Activity, Permission.REGISTER_READ)
    first, begun = by(validated.scalar_subquery()), by(Activity.created_at)
    archived = by(Activity.archived_on)
    met = alive(session.execute(spans(first, archived, ends).where(mine)), len(ends))
    return met, alive(session.execute(spans(begun, archived, ends).where(mine)), len(ends))


def _software(who: Visitor, ends: Ends) -> Counted:
    """Two queries."""
    mine = who.sees(Application, Permission.INVENTORY_READ)
    met = alive(session.execute(history.compliances(ends).where(mine)), len(ends))
    return met, alive(session.execute(history.lives(ends).where(mine)), len(ends))


def _policy(who: Visitor, ends: Ends) -> Counted:
    """Each rating holds until the next of its rule. One query."""
    following = func.lead(Rating.rated_on).over(
        partition_by=Rating.observance_id, order_by=(Rating.rated_on, Rating.id)
    )
    in_force = select(Policy.id).where(Policy.status == PolicyStatus.PUBLISHED)
    rated = (
        select(Rating.status, Rating.rated_on, func.coalesce(following, Observance.withdrawn_on).label("until"))
        .join(Observance, Observance.id == Rating.observance_id)
        .where(who.sees(Observance, Permission.POLICY_READ), Observance.policy_id.in_(in_force))
        .subquery()
    )
    columns = (_sum(rated.c.status == RuleStatus.APPLIED), _sum(rated.c.status.in_(SCORES)))
    rows = session.execute(spans(by(rated.c.rated_on), by(rated.c.until), ends, *columns)).all()
    return alive(rows, len(ends)), alive(rows, len(ends), column=3)


def _training(who: Visitor, ends: Ends) -> Counted:
    """Two queries: who attended within a year, and who was here, at each end."""
    mine = who.sees(Person, Permission.PEOPLE_READ)
    met = session.execute(attended_by(ends).where(mine)).one()
    return [count or 0 for count in met], _people(who, ends)[0]


def _informed(who: Visitor, ends: Ends) -> Counted:
    """What the checks of a month found together; one query."""
    counts = func.sum(InformationCheck.informed), func.sum(InformationCheck.asked)
    query = spans(by(InformationCheck.checked_on), None, ends, *counts)
    here = who.sees(InformationCheck, Permission.NOTICES_READ), InformationCheck.checked_on >= ends[0].replace(day=1)
    found = {row[0]: row for row in session.execute(query.where(*here))}
    months = [found.get(place, NOTHING) for place in range(len(ends))]
    return [month[2] for month in months], [month[3] for month in months]


def _sum(rule: Any) -> Any:
    return func.sum(case((rule, 1), else_=0))


P = Permission
ASKED = (
    Asked("hopen", P.HOPEN_READ, N_("Actions HOP’EN faites, en %"),
          N_("Part des actions du plan faites à la fin de chaque mois, parmi celles qui ont un objet aujourd’hui."),
          _hopen),
    Asked("plan", P.PLAN_READ, N_("Actions ouvertes"),
          N_("Nombre d’actions ouvertes à la fin de chaque mois, sans celles qui sont abandonnées aujourd’hui."),
          _plan),
    Asked("risks", P.MEASURES_READ, N_("Mesures de sécurité en place, en %"),
          N_("Part des mesures en place à la fin de chaque mois, parmi celles qui sont décidées aujourd’hui."),
          _measures),
    Asked("register", P.REGISTER_READ, N_("Fiches déjà validées, en %"),
          N_("Part des fiches du registre validées au moins une fois, à la fin de chaque mois."),
          _register),
    Asked("software", P.INVENTORY_READ, N_("Authentification personnelle (P3.4), en %"),
          N_("Taux de P3.4 à la fin de chaque mois, d’après les audits datés."),
          _software),
    Asked("policy", P.POLICY_READ, N_("Règles appliquées, en %"),
          N_("Part des règles appliquées à la fin de chaque mois, parmi celles qui étaient évaluées."),
          _policy),
    Asked("training", P.TRAINING_READ, N_("Personnes sensibilisées, en %"),
          N_("Part des personnes présentes à la fin de chaque mois qui avaient suivi une séance depuis moins d’un an."),
          _training),
    Asked("charters", P.CHARTERS_READ, N_("Chartes : prises de connaissance, en %"),
          N_("Part des personnes concernées par les campagnes en cours qui avaient confirmé à la fin de chaque mois."),
          _charters),
    Asked("information", P.NOTICES_EDIT, N_("Patients informés, en %"),
          N_("Part des patients informés, ou des points conformes, d’après les vérifications de chaque mois."),
          _informed),
    Asked("people", P.PEOPLE_EDIT, N_("Personnes présentes"),
          N_("Nombre de personnes présentes à la fin de chaque mois."),
          _people),
    Asked("posts", P.POSITIONS_EDIT, N_("Postes de DPO et de RSSI pourvus, en %"),
          N_("Part des postes pourvus à la fin de chaque mois, d’après les nominations, dans les établissements "
             "d’aujourd’hui."),
          _posts),
    Asked("fillings", P.POSITIONS_EDIT, N_("Recherches en cours"),
          N_("Nombre de recherches ouvertes à la fin de chaque mois."),
          _fillings),
)  # fmt: skip
"""The trends, by the part of the start page that shows them."""

OWN = (
    Asked("own_actions", P.PLAN_OWN, N_("Vos actions ouvertes"),
          N_("Nombre d’actions ouvertes à la fin de chaque mois, parmi celles qui vous sont confiées aujourd’hui."),
          _own_actions),
    Asked("own_charters", P.PLAN_OWN, N_("Vos chartes : prises de connaissance, en %"),
          N_("Part de ce que vous aviez confirmé à la fin de chaque mois, parmi les chartes qui vous sont demandées."),
          _own_charters),
)  # fmt: skip
"""Those of somebody's own affairs, whatever her role."""


def trends(who: Visitor, today: dt.date, *only: str, asked: Sequence[Asked] = ASKED) -> dict[str, Trend]:
    """The curves that are hers to read and have something to show, by part; two queries each at most."""
    ends = month_ends(today)
    wanted = [one for one in asked if who.may(one.needs) and (not only or one.part in only)]
    found = {one.part: _curve(one, ends, *one.count(who, ends)) for one in wanted}
    return {part: curve for part, curve in found.items() if curve is not None}


def _curve(asked: Asked, ends: Ends, met: Sequence[int], counted: Sequence[int] | None) -> Trend | None:
    labels = [f"{end:%m/%Y}" for end in ends]
    if counted is None:
        points = list(zip(labels, met, strict=True))
        return Trend(asked.title, asked.told, points, top=None) if any(met) else None
    points = [(label, percent(done, all_)) for label, done, all_ in zip(labels, met, counted, strict=True) if all_]
    return Trend(asked.title, asked.told, points) if len(points) > 1 else None
