"""The figures of the start page: each a question, counted within what the visitor may see."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import Visitor
from models.charters.campaign import Answer, Invitation
from models.inventory import indicators
from models.inventory.application import Application
from models.people import Person
from models.permissions import Permission
from models.plan import OPEN, Action
from models.policy.derogation import Derogation
from models.policy.observance import Observance
from models.policy.policy import Policy
from models.policy.training import is_trained
from models.policy.words import SCORES, PolicyStatus, RuleStatus
from models.positions.filling import Filling, FillingMember
from models.positions.nomination import TERM_ALERT, Nomination, lacking
from models.positions.words import FillingState
from models.register import checks, shown
from models.register.activity import Activity
from models.register.words import Status
from models.shares import percent


@dataclass(frozen=True)
class Figure:
    """A number, the question it answers, and the list that shows the same number."""

    value: int
    label: str
    url: str
    tone: str | None = None


@dataclass(frozen=True)
class Panel:
    """The figures of a room and the share that its picture shows: so many (`met`) of so many (`counted`)."""

    title: str
    met: int
    counted: int
    figures: list[Figure]


@dataclass(frozen=True)
class Register:
    """What the register answers: figures, a share (art. 30), records by state, the reviews to come."""

    whole: Panel
    statuses: list[tuple[str, int]]
    reviews: list[Activity]


def register(who: Visitor, today: dt.date) -> Register | None:
    """Where the register stands, for those who read it; nothing for others. Four queries."""
    if not who.may(Permission.REGISTER_READ):
        return None
    title = _("Fiches complètes au sens de l’article 30")
    return Register(Panel(title, *complete(who), figures(who, today)), by_status(who), next_reviews(who))


def figures(who: Visitor, today: dt.date) -> list[Figure]:
    """The register's figures. One query."""
    live = Activity.status != Status.ARCHIVED
    questions = {one.key: one.rule(today) for one in shown.SHOWN}
    row = (
        session.execute(
            select(
                func.count().label("all"),
                *(_count(rule).label(key) for key, rule in questions.items()),
                _count(Activity.status == Status.VALIDATED).label("validated"),
            ).where(who.sees(Activity, Permission.REGISTER_READ), live)
        )
        .one()
        ._mapping
    )
    return [
        Figure(row["all"], _("Fiches au registre"), url_for("register.index")),
        Figure(row["validated"] or 0, _("Fiches validées"), url_for("register.index", etat="validated"), "ok"),
        *(
            Figure(row[one.key] or 0, _(one.title), url_for("register.index", montrer=one.key), one.tone)
            for one in shown.SHOWN
        ),
    ]


def people_figures(who: Visitor, today: dt.date) -> list[Figure]:
    """What awaits those who keep the directory of persons; nothing for others. One query."""
    if not who.may(Permission.PEOPLE_EDIT):
        return []
    asked: tuple[tuple[str, Any, str | None], ...] = (
        ("presents", Person.is_present(today), None),
        ("arrives", Person.is_newcomer(today), None),
        ("fin-proche", Person.contract_ends_soon(today), "info"),
        ("contrat-echu", Person.contract_has_ended(today), "warn"),
    )
    counts = session.execute(
        select(*(_count(rule) for _key, rule, _tone in asked)).where(who.sees(Person, Permission.PEOPLE_READ))
    ).one()
    titles = (_("Personnes présentes"), _("Arrivées récentes"), _("Contrats bientôt finis"), _("Départs à confirmer"))
    return [
        Figure(count or 0, title, url_for("people.index", montrer=key), tone)
        for (key, _rule, tone), title, count in zip(asked, titles, counts, strict=True)
    ]


def positions_figures(who: Visitor, today: dt.date) -> list[Figure]:
    """What awaits those who keep the positions; nothing for others. Two queries."""
    if not who.may(Permission.POSITIONS_EDIT):
        return []
    seen = who.sees(Nomination, Permission.POSITIONS_READ)
    columns = Nomination.establishment_id, Nomination.kind, Nomination.ends_on
    rows = session.execute(select(*columns).where(seen, Nomination.is_in_office(today))).all()
    places = who.places_here(Permission.POSITIONS_READ)
    vacant = lacking([place.id for place in places], [(row.establishment_id, row.kind) for row in rows])
    ending = sum(row.ends_on is not None and row.ends_on <= today + TERM_ALERT for row in rows)
    here = who.sees(Filling, Permission.POSITIONS_READ)
    searched = session.scalar(select(func.count()).select_from(Filling).where(here, Filling.state == FillingState.OPEN))
    return [
        Figure(len(vacant), _("Postes sans titulaire (DPO, RSSI)"), url_for("positions.vacant"), "alert"),
        Figure(
            ending, _("Missions bientôt à leur terme"), url_for("positions.nominations", montrer="fin-proche"), "warn"
        ),
        Figure(searched or 0, _("Recherches en cours"), url_for("positions.fillings", etat="open"), "info"),
    ]


def policy(who: Visitor, today: dt.date) -> Panel | None:
    """How far the security policy is applied and the staff trained, for those who read that. Three queries."""
    training = _training(who, today) if who.may(Permission.TRAINING_READ) and who.may(Permission.PEOPLE_READ) else None
    if not who.may(Permission.POLICY_READ):
        return training
    seen = who.sees(Observance, Permission.POLICY_READ), Observance.withdrawn_on.is_(None)
    in_force = select(Policy.id).where(Policy.status == PolicyStatus.PUBLISHED)
    counts = (
        _count(Observance.status == RuleStatus.APPLIED),
        _count(Observance.status == RuleStatus.NOT_APPLIED),
        _count(Observance.status.in_(SCORES)),
    )
    applied, lacking, rated = session.execute(select(*counts).where(*seen, Observance.policy_id.in_(in_force))).one()
    here = who.sees(Derogation, Permission.POLICY_READ)
    ending, expired = session.execute(
        select(_count(Derogation.ending(today)), _count(Derogation.expired(today))).where(here)
    ).one()
    figures = [
        Figure(applied or 0, _("Règles appliquées"), url_for("policy.rules", etat="applied"), "ok"),
        Figure(rated or 0, _("Règles évaluées"), url_for("policy.rules", montrer="evaluees")),
        Figure(lacking or 0, _("Règles non appliquées"), url_for("policy.rules", etat="not_applied"), "alert"),
        Figure(ending or 0, _("Dérogations sous 60 jours"), url_for("policy.derogations", montrer="a-terme"), "warn"),
        Figure(expired or 0, _("Dérogations expirées"), url_for("policy.derogations", montrer="expirees"), "alert"),
        *(training.figures if training else ()),
    ]
    return Panel(_("Règles appliquées, parmi celles qui sont évaluées"), applied or 0, rated or 0, figures)


def _training(who: Visitor, today: dt.date) -> Panel:
    here = who.sees(Person, Permission.PEOPLE_READ), Person.is_present(today)
    trained, present = session.execute(select(_count(is_trained(today)), func.count()).where(*here)).one()
    label = _("Personnes sensibilisées (%(share)s %%)", share=percent(trained or 0, present or 0))
    figure = Figure(trained or 0, label, url_for("policy.trained_people", montrer="sensibilisees"))
    return Panel(_("Personnes sensibilisées depuis moins d’un an"), trained or 0, present or 0, [figure])


def hirings(who: Visitor) -> list[Filling]:
    """The searches under way for which she is named, whatever her roles."""
    mine = select(FillingMember.filling_id).where(FillingMember.user_id == who.user_id)
    query = select(Filling).where(Filling.id.in_(mine), Filling.state == FillingState.OPEN)
    return list(session.scalars(query.order_by(Filling.title)))


_ASKED = ("a-auditer", "editeur-a-contacter", "decision-en-retard", "engagement-depasse")


def software(who: Visitor, today: dt.date) -> Panel | None:
    """Where the inventory stands, for those who read it; nothing for others. One query."""
    if not who.may(Permission.INVENTORY_READ):
        return None
    asked = {one.key: one for one in indicators.SHOWN if one.key in _ASKED}
    counts = (
        session.execute(
            indicators.standing(
                _count(indicators.P34.reached(today)).label("met"),
                _count(indicators.P34.counted).label("counted"),
                *(_count(asked[key].rule(today)).label(key) for key in _ASKED),
            ).where(who.sees(Application, Permission.INVENTORY_READ))
        )
        .one()
        ._mapping
    )
    met, counted = counts["met"] or 0, counts["counted"] or 0
    key = indicators.P34.key
    return Panel(
        _("P3.4 : applications dotées d’une authentification personnelle"),
        met,
        counted,
        [
            Figure(met, _("P3.4 atteint"), url_for("inventory.index", montrer=f"{key}-atteint"), "ok"),
            Figure(counted, _("Comptées pour P3.4"), url_for("inventory.index", montrer=key)),
            *(
                Figure(counts[one] or 0, _(asked[one].title), url_for("inventory.index", montrer=one), asked[one].tone)
                for one in _ASKED
            ),
        ],
    )


def by_status(who: Visitor) -> list[tuple[str, int]]:
    """(state, how many records), in the order of a record's life."""
    rows = session.execute(
        select(Activity.status, func.count())
        .where(who.sees(Activity, Permission.REGISTER_READ))
        .group_by(Activity.status)
    )
    counts: dict[Status, int] = {row[0]: row[1] for row in rows}
    return [(_(status.label), counts.get(status, 0)) for status in Status]


def complete(who: Visitor) -> tuple[int, int]:
    """(records with all that article 30 requires, records in course)."""
    whole = _count(checks.is_complete())
    row = session.execute(
        select(whole, func.count()).where(
            who.sees(Activity, Permission.REGISTER_READ), Activity.status != Status.ARCHIVED
        )
    ).one()
    return row[0] or 0, row[1]


def next_reviews(who: Visitor, limit: int = 8) -> list[Activity]:
    """The records to be reviewed first, overdue ones at the top."""
    query = select(Activity).where(
        who.sees(Activity, Permission.REGISTER_READ),
        Activity.status != Status.ARCHIVED,
        Activity.review_on.is_not(None),
    )
    return list(session.scalars(query.order_by(Activity.review_on, Activity.reference).limit(limit)))


def to_confirm(who: Visitor) -> list[Activity]:
    """The records whose service was asked to confirm them, for those who may answer."""
    query = select(Activity).where(
        who.sees(Activity, Permission.REGISTER_FILL), Activity.confirmation_asked_at.is_not(None)
    )
    return list(session.scalars(query.order_by(Activity.confirmation_asked_at).limit(20)))


def own_actions(who: Visitor, limit: int = 8) -> list[Action]:
    """The open actions entrusted to her, those to be done first at the top."""
    mine = select(Action).where(Action.owner_id == who.user_id, Action.state.in_(OPEN))
    return list(session.scalars(mine.order_by(Action.due_on.is_(None), Action.due_on, Action.title).limit(limit)))


def own_figures(who: Visitor) -> list[Figure]:
    """What awaits her, as « Mes actions » and « Mes chartes » list it. One query."""
    actions = select(func.count()).select_from(Action).where(Action.owner_id == who.user_id, Action.state.in_(OPEN))
    awaited = _asked_of(who), Invitation.answer != Answer.ACCEPTED
    charters = select(func.count()).select_from(Invitation).where(*awaited)
    to_do, to_read = session.execute(select(actions.scalar_subquery(), charters.scalar_subquery())).one()
    return [
        Figure(to_do, _("Actions à faire"), url_for("plan.own"), "info"),
        Figure(to_read, _("Chartes sans votre confirmation"), url_for("charters.own"), "warn"),
    ]


def charters_to_read(who: Visitor) -> list[Invitation]:
    """The charters that she is asked to acknowledge and has not answered, the most urgent first."""
    awaited = select(Invitation).where(_asked_of(who), Invitation.answer == Answer.PENDING)
    read = awaited.options(joinedload(Invitation.version))
    return list(session.scalars(read.order_by(Invitation.due_on, Invitation.id)))


def _asked_of(who: Visitor) -> ColumnElement[bool]:
    return and_(Invitation.person_id.in_(Person.of_account(who.user_id)), Invitation.asked())


def _count(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((rule, 1), else_=0))
