"""The establishments side by side: each line a question, each figure led to the list that shows the same number."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import url_for
from sqlalchemy import Select, and_, case, func, select

from governance.database import session
from governance.remembered import until_the_journal_moves
from governance.visitor import Place, Visitor
from models.charters.campaign import Answer, Campaign, CampaignState, Invitation
from models.hopen import shown as hopen
from models.hopen.tracking import Pursuit, Step
from models.hopen.words import StepState
from models.inventory import indicators
from models.inventory.application import Application
from models.journal import GROUP_CHAIN
from models.measures import EXPECTED, Measure, MeasureState
from models.permissions import Permission
from models.plan import OPEN, Action
from models.register import checks
from models.register.activity import Activity
from models.register.words import Status
from models.risks import shown as risks
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.shares import percent
from models.vocabulary import N_

T = TypeVar("T")

SEVERAL = 2
MOST_CAMPAIGNS = 6
"""How many running campaigns stand on the board: the latest."""


@dataclass(frozen=True)
class Asked:
    """One question of a block: the list that answers it, the columns counted, and how alarming an answer is.

    With `counted`, the answer is a share of that column. `at_a_glance`: the start page of who sees several
    establishments shows it for each.
    """

    title: str
    endpoint: str
    args: dict[str, str]
    met: str
    counted: str | None = None
    tone: str | None = None
    at_a_glance: bool = False


@dataclass(frozen=True)
class Figure:
    """What one establishment, or all of them, answer."""

    met: int
    counted: int | None
    url: str
    tone: str | None

    @property
    def percent(self) -> int | None:
        return percent(self.met, self.counted) if self.counted else None


@dataclass(frozen=True)
class Line:
    """A question with the answer of all the establishments, then of each."""

    asked: Asked
    whole: Figure
    each: Sequence[Figure]


@dataclass(frozen=True)
class Block:
    """The questions to one room: who may ask them, and the query that counts by establishment (`place`).

    `at_start`: the start page shows it too, where the order of her role puts this `word`.
    """

    title: str
    needs: Permission
    counts: Callable[[Visitor, dt.date], Select[Any]]
    asked: tuple[Asked, ...]
    at_start: bool = False

    @property
    def word(self) -> str:
        """The room that answers."""
        return self.needs.partition(":")[0]


def _sum(rule: Any, name: str) -> Any:
    return func.sum(case((rule, 1), else_=0)).label(name)


def _hopen(who: Visitor, today: dt.date) -> Select[Any]:
    rules = {one.key: one.rule(today) for one in hopen.QUESTIONS}
    applicable = Step.state != StepState.NOT_APPLICABLE
    columns = [_sum(Step.state == StepState.DONE, "done"), _sum(applicable, "applicable")]
    columns += [_sum(rules[key], key) for key in ("en-retard", "bientot", "sans-preuve")]
    columns.append(_sum(Step.state == StepState.BLOCKED, "blocked"))
    query = hopen.base(Step.establishment_id.label("place"), *columns)
    return query.where(who.sees(Step, Permission.HOPEN_READ)).group_by(Step.establishment_id)


def _objectives(who: Visitor, today: dt.date) -> Select[Any]:
    query = select(Pursuit.establishment_id.label("place"), _sum(Pursuit.late(today), "late"))
    return query.where(who.sees(Pursuit, Permission.HOPEN_READ)).group_by(Pursuit.establishment_id)


def _plan(who: Visitor, today: dt.date) -> Select[Any]:
    columns = [
        _sum(Action.id.is_not(None), "open"),
        _sum(Action.late(today), "late"),
        _sum(Action.soon(today), "soon"),
        _sum(Action.owner_name.is_(None), "nobody"),
    ]
    query = select(Action.establishment_id.label("place"), *columns)
    return query.where(who.reads(Action), Action.state.in_(OPEN)).group_by(Action.establishment_id)


def _register(who: Visitor, today: dt.date) -> Select[Any]:
    columns = [
        _sum(checks.is_complete(), "complete"),
        _sum(Activity.id.is_not(None), "live"),
        _sum(Activity.status == Status.VALIDATED, "validated"),
        _sum(Activity.review_on < today, "overdue"),
    ]
    query = select(Activity.establishment_id.label("place"), *columns)
    live = and_(who.sees(Activity, Permission.REGISTER_READ), Activity.status != Status.ARCHIVED)
    return query.where(live).group_by(Activity.establishment_id)


def _inventory(who: Visitor, today: dt.date) -> Select[Any]:
    rules = {one.key: one.rule(today) for one in indicators.SHOWN}
    columns = [
        _sum(indicators.P34.reached(today), "met"),
        _sum(indicators.P34.counted, "counted"),
        _sum(rules["a-auditer"], "unassessed"),
        _sum(rules["decision-en-retard"], "undecided"),
    ]
    query = indicators.standing(Application.establishment_id.label("place"), *columns)
    return query.where(who.sees(Application, Permission.INVENTORY_READ)).group_by(Application.establishment_id)


def _risks(who: Visitor, today: dt.date) -> Select[Any]:
    """Each scenario is weighed by the scale of its own analysis, so those are read first."""
    readable = who.sees(Analysis, Permission.RISKS_READ)
    analyses = session.scalars(select(Analysis).where(readable, Analysis.latest())).all()
    keys = ("eleves", "sans-reponse", "en-retard", "a-coter")
    query = select(
        Scenario.establishment_id.label("place"),
        *(_sum(risks.across(analyses, key, today), key) for key in keys),
    )
    return query.where(Scenario.analysis_id.in_([one.id for one in analyses])).group_by(Scenario.establishment_id)


def _measures(who: Visitor, today: dt.date) -> Select[Any]:
    query = select(
        Measure.establishment_id.label("place"),
        _sum(Measure.state == MeasureState.IN_PLACE, "in_place"),
        _sum(Measure.state.in_((MeasureState.IN_PLACE, *EXPECTED)), "decided"),
        _sum(Measure.late(today), "late"),
    )
    own = and_(who.sees(Measure, Permission.MEASURES_READ), Measure.establishment_id.is_not(None))
    return query.where(own).group_by(Measure.establishment_id)


BLOCKS = (
    Block(
        N_("Où en sommes-nous sur HOP’EN ?"),
        Permission.HOPEN_READ,
        _hopen,
        (
            Asked(N_("Actions faites"), "hopen.steps", {"etat": "done"}, "done", "applicable"),
            Asked(N_("Actions en retard"), "hopen.steps", {"montrer": "en-retard"}, "en-retard", tone="alert"),
            Asked(N_("Actions bloquées"), "hopen.steps", {"etat": "blocked"}, "blocked", tone="alert"),
            Asked(N_("Échéance sous 30 jours"), "hopen.steps", {"montrer": "bientot"}, "bientot", tone="warn"),
            Asked(N_("Faites sans preuve"), "hopen.steps", {"montrer": "sans-preuve"}, "sans-preuve", tone="warn"),
        ),
        at_start=True,
    ),
    Block(
        N_("Quels objectifs sont en retard ?"),
        Permission.HOPEN_READ,
        _objectives,
        (Asked(N_("Objectifs en retard"), "hopen.objectives", {"montrer": "en-retard"}, "late", tone="alert"),),
    ),
    Block(
        N_("Qui a quoi à faire ?"),
        Permission.PLAN_READ,
        _plan,
        (
            Asked(N_("Actions ouvertes"), "plan.index", {}, "open"),
            Asked(N_("En retard"), "plan.index", {"montrer": "en-retard"}, "late", tone="alert"),
            Asked(N_("À faire sous 7 jours"), "plan.index", {"montrer": "bientot"}, "soon", tone="warn"),
            Asked(N_("Sans responsable"), "plan.index", {"montrer": "sans-responsable"}, "nobody", tone="warn"),
        ),
        at_start=True,
    ),
    Block(
        N_("Quels risques restent ?"),
        Permission.RISKS_READ,
        _risks,
        (
            Asked(N_("Risques élevés"), "risks.everything", {"montrer": "eleves"}, "eleves", tone="warn"),
            Asked(
                N_("Élevés sans réponse"), "risks.everything", {"montrer": "sans-reponse"}, "sans-reponse", tone="alert"
            ),
            Asked(N_("Échéances passées"), "risks.everything", {"montrer": "en-retard"}, "en-retard", tone="alert"),
            Asked(N_("Scénarios à coter"), "risks.everything", {"montrer": "a-coter"}, "a-coter", tone="warn"),
        ),
        at_start=True,
    ),
    Block(
        N_("Les mesures de sécurité avancent-elles ?"),
        Permission.MEASURES_READ,
        _measures,
        (
            Asked(N_("Mesures en place"), "risks.measures", {"etat": "in_place"}, "in_place", "decided"),
            Asked(N_("Mesures en retard"), "risks.measures", {"montrer": "en-retard"}, "late", tone="alert"),
        ),
    ),
    Block(
        N_("Le registre tient-il ?"),
        Permission.REGISTER_READ,
        _register,
        (
            Asked(N_("Fiches validées"), "register.index", {"etat": "validated"}, "validated", "live"),
            Asked(N_("Fiches complètes (art. 30)"), "register.index", {"montrer": "completes"}, "complete", "live"),
            Asked(N_("Revues en retard"), "register.index", {"montrer": "a-revoir"}, "overdue", tone="alert"),
        ),
    ),
    Block(
        N_("Qui se connecte, et comment ?"),
        Permission.INVENTORY_READ,
        _inventory,
        (
            Asked(
                N_("Authentification personnelle (P3.4)"),
                "inventory.index",
                {"montrer": "p34-atteint"},
                "met",
                "counted",
                at_a_glance=True,
            ),
            Asked(N_("Applications à auditer"), "inventory.index", {"montrer": "a-auditer"}, "unassessed", tone="warn"),
            Asked(
                N_("Décisions en retard"),
                "inventory.index",
                {"montrer": "decision-en-retard"},
                "undecided",
                tone="alert",
            ),
        ),
    ),
)


def _charters(who: Visitor) -> tuple[Block, ...]:
    """The campaigns that run, a line each: who of the people concerned confirmed. One query.

    Each leads to the people, or to the same figure by department for who does not follow them by name.
    """
    mine = who.sees(Invitation, Permission.CHARTERS_READ)
    running = select(Campaign.id, Campaign.title).where(
        Campaign.state == CampaignState.RUNNING, Campaign.id.in_(select(Invitation.campaign_id).where(mine))
    )
    found = session.execute(running.order_by(Campaign.starts_on.desc(), Campaign.id).limit(MOST_CAMPAIGNS)).all()

    def counts(who: Visitor, today: dt.date) -> Select[Any]:
        columns = []
        for number, one in enumerate(found):
            concerned = and_(Invitation.campaign_id == one.id, Invitation.counts())
            columns.append(_sum(concerned, f"concerned_{number}"))
            columns.append(_sum(and_(concerned, Invitation.answer == Answer.ACCEPTED), f"accepted_{number}"))
        return (
            select(Invitation.establishment_id.label("place"), *columns)
            .where(mine, Invitation.campaign_id.in_([one.id for one in found]))
            .group_by(Invitation.establishment_id)
        )

    by_name = who.may(Permission.CHARTERS_FOLLOW)
    endpoint = "charters.campaign_people" if by_name else "charters.campaign"
    shown = {"etat": Answer.ACCEPTED.value} if by_name else {}
    asked = tuple(
        Asked(one.title, endpoint, {"identity": str(one.id), **shown},
              f"accepted_{number}", f"concerned_{number}", at_a_glance=True)
        for number, one in enumerate(found)
    )  # fmt: skip
    return (
        (Block(N_("Qui a pris connaissance de la charte ?"), Permission.CHARTERS_READ, counts, asked),) if found else ()
    )


def at_a_glance(who: Visitor, places: Sequence[Place], today: dt.date) -> list[Line]:
    """P3.4 and the coverage of charters for each establishment, for who sees several."""
    if len(places) < SEVERAL:
        return []
    blocks = (*BLOCKS, *_charters(who))
    chosen = [block for block in blocks if any(one.at_a_glance for one in block.asked)]
    return [line for _title, lines in _answered(chosen, who, places, today) for line in lines if line.asked.at_a_glance]


def at_start(who: Visitor, places: Sequence[Place], today: dt.date) -> dict[str, tuple[str, list[Line]]]:
    """The blocks of the start page by the word of their room; who sees several establishments has the charters in
    `at_a_glance`."""
    alone = _charters(who) if len(places) < SEVERAL and who.may(Permission.CHARTERS_READ) else ()
    blocks = [block for block in (*BLOCKS, *alone) if (block.at_start or block in alone) and who.may(block.needs)]
    return {block.word: found for block, found in zip(blocks, _answered(blocks, who, places, today), strict=True)}


def side_by_side(who: Visitor, places: Sequence[Place], today: dt.date) -> list[tuple[str, list[Line]]]:
    """The lines of each block that she may read; one query per block, however many establishments."""
    return _answered((*BLOCKS, *_charters(who)), who, places, today)


def _answered(
    blocks: Iterable[Block], who: Visitor, places: Sequence[Place], today: dt.date
) -> list[tuple[str, list[Line]]]:
    shown = []
    for block in blocks:
        if who.may(block.needs):
            rows = {row["place"]: row for row in session.execute(block.counts(who, today)).mappings()}
            shown.append((block.title, [_line(one, places, rows) for one in block.asked]))
    return shown


def _line(asked: Asked, places: Sequence[Place], rows: dict[uuid.UUID, Any]) -> Line:
    each = [_figure(asked, [rows[place.id]] if place.id in rows else [], place) for place in places]
    return Line(asked, _figure(asked, [rows[place.id] for place in places if place.id in rows], None), each)


def late_objectives(who: Visitor, today: dt.date, limit: int = 6) -> list[hopen.Late]:
    """The objectives past their deadline, the oldest first: what is late, and why; two queries."""
    query = hopen.Late.listed(today).where(who.sees(Pursuit, Permission.HOPEN_READ)).limit(limit)
    return [hopen.Late.of(one) for one in session.scalars(query)]


def remembered(what: str, who: Visitor, places: Sequence[Place], today: dt.date, count: Callable[[], T]) -> T:
    """What was counted, kept until something changes in these establishments, or in what is common to the group."""
    key = ("steering", what, who.user_id, who.grants, tuple(places), who.establishment, today)
    return until_the_journal_moves(key, [*(place.id for place in places), GROUP_CHAIN], count)


def _figure(asked: Asked, rows: Sequence[Any], place: Place | None) -> Figure:
    met = sum(int(row[asked.met] or 0) for row in rows)
    counted = sum(int(row[asked.counted] or 0) for row in rows) if asked.counted else None
    args: dict[str, Any] = {**asked.args, **({"etablissement": place.code} if place else {})}
    return Figure(met, counted, url_for(asked.endpoint, **args), asked.tone if met else None)
